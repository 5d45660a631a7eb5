"""Other versions of a picture: own ones are composed anew, photographs are cropped and developed anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageOps

from imagewidgets.local.sketch import exact, seeds
from imagewidgets.local.sketch.layers import LUMA
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.seeds import stream

SMALLEST_CROP, CROP_RANGE = 0.86, 0.1  # of the sides
MIDDLE = 0.5  # how near to the middle a crop stays, 0 anywhere to 1 exactly there: faces are seldom at the edge


@dataclass(frozen=True)
class Tone:
    """One way to develop a photograph.

    Parameters
    ----------
    warmth
        How much red is added and blue taken away, -1 to 1.
    color, contrast
        Factors.
    lift
        How much brighter it gets, -1 to 1.
    split
        How blue the shadows and how golden the lights become, 0 to 1.
    vignette
        How much light the corners lose, 0 to 1.
    """

    warmth: float = 0.0
    color: float = 1.0
    contrast: float = 1.0
    lift: float = 0.0
    split: float = 0.0
    vignette: float = 0.0


TONES = (
    Tone(warmth=0.07, color=1.12, lift=0.02, vignette=0.18),  # late light
    Tone(warmth=-0.06, color=0.92, contrast=1.08),  # an overcast day
    Tone(color=0.72, contrast=0.9, lift=0.05, split=0.05),  # faded film
    Tone(color=1.3, contrast=1.12, vignette=0.12),  # slide film
    Tone(warmth=0.03, color=0.85, contrast=1.15, lift=-0.03, split=0.06, vignette=0.25),  # cinema
    Tone(warmth=0.02, color=1.05, contrast=0.94, lift=0.07),  # bright and soft
)


def recomposed(source: Recipe, seed: int, index: int, size: tuple[int, int]) -> Recipe:
    """Give the recipe of one variation of an own picture: the same words with another seed.

    What edits have brought keeps its colour and pose; all the scenery follows the new seed.
    """
    new = seeds.derive(seed, "variation", source.seed, index)
    additions = tuple(replace(item, seed=seeds.derive(new, "addition", n)) for n, item in enumerate(source.additions))
    return replace(source, seed=new, size=size, additions=additions, part_seeds=())


def varied(image: Image.Image, seed: int, index: int) -> Image.Image:
    """Give one variation of any picture, in its size and mode.

    Every second one is mirrored; each has a crop of its own and is developed in another way. Colours stay natural and
    shapes as they are: what is in the picture, faces above all, can be known again.
    """
    rng = stream(seed, "variation", index)
    crop, across, down, strength = rng.random(4).tolist()
    width, height = image.size
    share = SMALLEST_CROP + CROP_RANGE * crop
    wide, tall = max(1, int(width * share)), max(1, int(height * share))
    left, top = (
        int((0.5 + (1 - MIDDLE) * (at - 0.5)) * room) for at, room in ((across, width - wide), (down, height - tall))
    )
    part = exact.resize(image, image.size, Image.Resampling.LANCZOS, box=(left, top, left + wide, top + tall))
    if index % 2 == 0:
        part = ImageOps.mirror(part)
    first = int(stream(seed, "tone").random() * len(TONES))
    result = developed(part.convert("RGB"), TONES[(first + index) % len(TONES)], 0.8 + 0.4 * strength)
    if part.mode == "RGBA":
        result.putalpha(part.getchannel("A"))
    return result


def developed(image: Image.Image, tone: Tone, strength: float = 1.0) -> Image.Image:
    """Develop an RGB photograph in one way, more or less strongly (1 is usual)."""
    pixels = np.asarray(image, np.float32) / 255
    light = exact.weighted(pixels, LUMA)[..., None]
    color, contrast = 1 + (tone.color - 1) * strength, 1 + (tone.contrast - 1) * strength
    pixels = light + (pixels - light) * np.float32(color)
    pixels = (pixels - np.float32(0.5)) * np.float32(contrast) + np.float32(0.5 + tone.lift * strength)
    pixels = pixels + np.array([tone.warmth, tone.warmth * 0.2, -tone.warmth], np.float32) * np.float32(strength)
    golden = np.array([1.0, 0.4, -1.0], np.float32) * np.float32(tone.split * strength)
    pixels = pixels + golden * (2 * light - 1)
    if tone.vignette:
        height, width = pixels.shape[:2]
        x, y = np.linspace(-1, 1, width, dtype=np.float32)[None], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        pixels = pixels * (1 - np.float32(tone.vignette * strength / 2) * (x * x + y * y))[..., None]
    return Image.fromarray(exact.to_bytes(np.asarray(pixels, np.float32)))
