"""What a picture was made from, and how to know one's own pictures again.

A recipe holds all that decides the pixels, so the same version of the engine makes the same picture from it. It travels
in the picture's file. A picture that was changed elsewhere no longer matches the digest beside its recipe: it is then
a picture like any other.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image

from imagewidgets.images import RECIPE_KEY, digest
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.reader import Touch

ENGINE, VERSION = "sketch", 2
SOFTWARE = f"imagewidgets sketch engine {VERSION}"  # what every file says that it was made by
STAMP = {"engine": ENGINE, "version": VERSION, "software": SOFTWARE}

LARGEST_TOUCH = 2.0  # the factor of size that a file may ask for, up or down

FractionBox = tuple[float, float, float, float]  # left, top, right, bottom as fractions of the picture


@dataclass(frozen=True)
class Addition:
    """Something an edit has put into a box of the picture.

    `seed` decides which way it looks, `touches` how it differs from its usual self.
    """

    prompt: str
    box: FractionBox
    seed: int = 0
    touches: tuple[Touch, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """All that decides a picture.

    Parameters
    ----------
    prompt, negative
        The words, and the words for what must not be there.
    seed
        The exact seed of this picture.
    size
        Width and height in px.
    style, quality
        As in the API, None where the request left them out.
    transparent
        Whether there is no background.
    place, mood, weather, styles
        Used where the prompt names none: an edit keeps the scene of its source.
    staged
        The prompt whose layout holds: its subjects keep their places, drawn as `prompt` describes them. Subjects that
        are only in `prompt` are left out (they are additions).
    hidden
        Drawings that keep their place but are not drawn: what an edit has removed.
    additions
        What edits have put into boxes.
    touches
        How drawings that edits have brought or changed differ from their usual selves.
    part_seeds
        The seeds of what edits have changed of the scenery: pairs of a part ("place", "sky", "weather", "style") and
        its seed. Other parts follow `seed`.
    """

    prompt: str
    seed: int
    size: tuple[int, int]
    negative: str = ""
    style: str | None = None
    quality: str | None = None
    transparent: bool = False
    place: str | None = None
    mood: str | None = None
    weather: str | None = None
    styles: tuple[str, ...] = ()
    staged: str | None = None
    hidden: tuple[str, ...] = ()
    additions: tuple[Addition, ...] = ()
    touches: tuple[Touch, ...] = ()
    part_seeds: tuple[tuple[str, int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the recipe as JSON values, with the engine's name and version."""
        return {**STAMP, **json.loads(json.dumps(asdict(self)))}

    @classmethod
    def from_json(cls, data: object) -> Recipe | None:
        """Read a recipe; None for what is not one of this engine and version."""
        if not isinstance(data, dict) or data.get("engine") != ENGINE or data.get("version") != VERSION:
            return None
        try:
            return cls(
                prompt=str(data["prompt"]),
                seed=int(data["seed"]),
                size=(int(data["size"][0]), int(data["size"][1])),
                negative=str(data.get("negative", "")),
                style=data.get("style"),
                quality=data.get("quality"),
                transparent=bool(data.get("transparent", False)),
                place=data.get("place"),
                mood=data.get("mood"),
                weather=data.get("weather"),
                styles=tuple(str(style) for style in data.get("styles", ())),
                staged=data.get("staged"),
                hidden=tuple(str(key) for key in data.get("hidden", ())),
                additions=tuple(_addition(item) for item in data.get("additions", ())),
                touches=tuple(_touch(item) for item in data.get("touches", ())),
                part_seeds=tuple((str(part), int(seed)) for part, seed in data.get("part_seeds", ())),
            )
        except (KeyError, TypeError, ValueError, IndexError, OverflowError):  # a file may say anything
            return None


def _addition(data: Any) -> Addition:
    left, top, right, bottom = (float(value) for value in data["box"])
    touches = tuple(_touch(item) for item in data.get("touches", ()))
    return Addition(str(data["prompt"]), (left, top, right, bottom), int(data.get("seed", 0)), touches)


def _touch(data: Any) -> Touch:
    size, lean, color = float(data["size"]), float(data["lean"]), data["color"]
    if not (1 / LARGEST_TOUCH <= size <= LARGEST_TOUCH and math.isfinite(lean)):
        raise ValueError(f"a drawing cannot be {size} times as large, leaning by {lean}")
    if color is not None and color not in table("modifiers")["colors"]:
        raise ValueError(f"there is no colour {color!r}")
    return Touch(str(data["drawing"]), size, lean, bool(data["mirrored"]), color)


def own_recipe(image: Image.Image) -> Recipe | None:
    """Give the recipe of one of the engine's own, unchanged pictures; None for any other picture."""
    text = image.info.get(RECIPE_KEY)
    if not isinstance(text, str):
        return None
    try:
        data = json.loads(text)
    except ValueError:  # not ours
        return None
    if not isinstance(data, dict) or data.get("digest") not in _digests(image):
        return None
    return Recipe.from_json(data.get("engine"))


def _digests(image: Image.Image) -> tuple[str, ...]:
    """Give the digests a picture may have had: a client may have added an alpha channel that hides nothing."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return digest(image), digest(image.convert("RGB"))
    return (digest(image),)
