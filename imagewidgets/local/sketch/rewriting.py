"""Edits of the engine's own pictures: from a recipe and new words to the recipe of the edited picture.

The new recipe keeps the seed and, with a mask, the layout of the source. So what did not change is drawn again exactly
as it was, and what is removed leaves no trace. What is new follows the seed of the job (`freshness`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from imagewidgets.local.sketch import exact, seeds
from imagewidgets.local.sketch.actors import Actor
from imagewidgets.local.sketch.canvas import Canvas
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.freshness import Draw, freshen, touches_of
from imagewidgets.local.sketch.prompt import Prompt, parse
from imagewidgets.local.sketch.reader import Subject
from imagewidgets.local.sketch.recipe import Addition, FractionBox, Recipe
from imagewidgets.local.sketch.scene import excluded_by, understand
from imagewidgets.local.sketch.staging import stage_actors
from imagewidgets.local.sketch.vocabulary import glyph

PROBE = 160  # px: footprints are measured on a picture whose longer side is this
COVERED = 0.3  # the share of an actor that a mask must cover to mean it
ENCLOSED = 0.97  # the share of an actor that a mask must cover to hold it as a whole


@dataclass(frozen=True)
class Request:
    """What an edit asks for: its words, the mask (L, any size; None = the whole picture), and a seed."""

    words: Prompt
    mask: Image.Image | None
    seed: int
    index: int = 0

    @property
    def box(self) -> FractionBox | None:
        """The mask's bounding box in fractions of the picture."""
        found = self.mask.getbbox() if self.mask is not None else None
        if found is None or self.mask is None:
            return None
        width, height = self.mask.size
        return (found[0] / width, found[1] / height, found[2] / width, found[3] / height)

    @property
    def draw(self) -> Draw:
        """Where what is new takes its numbers from."""
        return Draw(self.seed, self.index)


def rewrite(source: Recipe, request: Request) -> Recipe:
    """Give the recipe of the edited picture.

    What is new or changed differs a little with the seed of the request, what is kept does not. There is only one clean
    picture without what a removal names: it is the same with every seed.
    """
    if request.words.removal:
        return _without(source, request)
    edited = _rewritten(source, request)
    enclosed = frozenset(covered(source, request.mask, share=ENCLOSED)) if request.mask is not None else None
    return freshen(source, edited, request.draw, enclosed)


def _rewritten(source: Recipe, request: Request) -> Recipe:
    """Give the recipe that follows the words."""
    words = request.words
    adding = after_verb(words.text)
    if adding is not None:
        return _with_more(source, replace(request, words=parse(adding)))
    if not words.subjects:  # only a place, a time, a weather or a style
        return replace(source, prompt=f"{source.prompt}, {words.text}") if source.prompt else source
    return _as_described(source, request)


def after_verb(text: str) -> str | None:
    """Give what is to be added: the words after "add", "put" ...; None where no such word begins the prompt."""
    verbs = "|".join(table("modifiers")["verbs"]["add"])
    found = re.match(
        rf"\s*(?:please\s+)?(?:{verbs})\s+(?:(?:it|him|her|them)\s+)?(.+)", text, re.IGNORECASE | re.DOTALL
    )
    return found.group(1) if found else None


def _drawings(recipe: Recipe) -> dict[str, Actor]:
    """Give the source's actors by the key of their drawing, in order."""
    return {actor.subject.glyph: actor for actor in reversed(understand(recipe).plan.actors)}


# ---------------------------------------------------------------------- removal
def _without(source: Recipe, request: Request) -> Recipe:
    named = excluded_by(request.words.text) if request.words.subjects or request.words.place else frozenset()
    targets = {key for subject in request.words.subjects for key in subject.glyphs}
    present = {
        key
        for actor in understand(source).plan.actors
        for subject in (actor.subject, *actor.parts)
        for key in subject.glyphs
    }
    additions = tuple(item for item in source.additions if not _means(item, targets, request.box))
    if targets & present:
        hidden = targets & present
    elif len(additions) < len(source.additions):
        hidden = set()
    elif targets:  # something of the scenery
        return replace(source, negative=f"{source.negative} {' '.join(sorted(targets | named))}".strip())
    else:
        hidden = covered(source, request.mask)
    return replace(source, additions=additions, hidden=_union(source.hidden, hidden))


def _means(item: Addition, targets: set[str], box: FractionBox | None) -> bool:
    """Whether a removal means an earlier addition: by its name, or by where it is."""
    keys = {key for subject in parse(item.prompt).subjects for key in subject.glyphs}
    if targets:
        return bool(targets & keys)
    return box is not None and _overlap(item.box, box) > COVERED


def _overlap(inner: FractionBox, outer: FractionBox) -> float:
    """Give the share of the inner box that lies in the outer one."""
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    area = max(1e-9, (inner[2] - inner[0]) * (inner[3] - inner[1]))
    return max(0.0, width) * max(0.0, height) / area


def covered(source: Recipe, mask: Image.Image | None, *, share: float = COVERED) -> set[str]:
    """Give the drawings of the actors of which a mask covers this share; all of them where there is no mask."""
    plan = understand(source).plan
    if mask is None:
        return {key for actor in plan.actors for key in actor.glyphs}
    scale = PROBE / max(source.size)
    width, height = max(16, round(source.size[0] * scale)), max(16, round(source.size[1] * scale))
    selected = np.asarray(exact.resize(mask, (width, height), Image.Resampling.BOX), np.int64)
    everyone = frozenset(
        key for actor in plan.actors for subject in (actor.subject, *actor.parts) for key in subject.glyphs
    )
    found: set[str] = set()
    for actor in plan.actors:
        own = actor.glyphs.union(key for part in actor.parts for key in part.glyphs)
        canvas = Canvas(width, height, mood=plan.mood, horizon=plan.horizon, transparent=True)
        stage_actors(canvas, replace(plan, hidden=(everyone - own) | plan.hidden))
        cover = np.zeros((height, width)) if canvas.alpha is None else canvas.alpha[..., 0]
        seen = exact.to_bytes(cover).astype(np.int64)
        if (seen * selected).sum() > share * 255 * seen.sum():
            found |= actor.glyphs
    return found


# ---------------------------------------------------------------------- additions and descriptions
def _with_more(source: Recipe, request: Request) -> Recipe:
    """Add what the words name: clothes to whoever is there, other things into the box or into the scene."""
    words = request.words
    clothes = [subject for subject in words.subjects if glyph(subject.glyph).is_clothing]
    alive = [actor for actor in understand(source).plan.actors if glyph(actor.subject.glyph).is_alive]
    if clothes and alive and not any(glyph(s.glyph).is_alive for s in words.subjects if s not in alive[0].parts):
        worn = " and ".join(phrase(subject) for subject in clothes)
        return replace(source, prompt=f"{source.prompt} wearing {worn}", staged=_staged(source))
    present = _drawings(source)
    owner = next((s for s in words.subjects if s.glyph in present and glyph(s.glyph).is_alive), None)
    if clothes and owner is not None:
        worn = " and ".join(phrase(subject) for subject in clothes)
        text = re.sub(rf"\b{re.escape(present[owner.glyph].subject.word)}\b", rf"\g<0> wearing {worn}", source.prompt)
        return replace(source, prompt=text, staged=_staged(source))
    if request.box is None:
        return replace(source, prompt=f"{source.prompt} and {words.text}")
    return _added(source, request, words.text)


def _as_described(source: Recipe, request: Request) -> Recipe:
    """Follow words that describe the whole picture, or only what is to be in the box."""
    words, present = request.words, _drawings(source)
    plan = understand(source).plan
    text = words.text
    kept = replace(
        source,
        prompt=text,
        place=plan.place if plan.place != "plain" else None,
        mood=plan.mood,
        weather=plan.prompt.weather,
        styles=plan.prompt.styles,
        hidden=(),
    )
    if request.box is None:
        return replace(kept, staged=None, additions=())
    shared = [subject for subject in words.subjects if subject.glyph in present]
    if not shared and not (words.place and words.place == plan.place):
        recipe = replace(source, hidden=_union(source.hidden, covered(source, request.mask)))
        return _added(recipe, request, text)
    staged = replace(kept, staged=_staged(source))
    actors = understand(replace(staged, staged=None)).plan.actors
    fresh = [actor.subject for actor in actors if actor.subject.glyph not in present]
    return _added(staged, request, " and ".join(map(phrase, fresh))) if fresh else staged


def _added(recipe: Recipe, request: Request, text: str) -> Recipe:
    """Put something into the mask's box, in place of earlier additions that the box covers."""
    box = request.box
    if box is None:
        return recipe
    kept = tuple(item for item in recipe.additions if _overlap(item.box, box) <= COVERED)
    seed = seeds.derive(request.seed, "addition", request.index)
    touches = touches_of(parse(text), request.draw) if request.draw.own_seed != recipe.seed else ()
    return replace(recipe, additions=(*kept, Addition(text, box, seed, touches)))


def place_in_box(source: Recipe, request: Request) -> Recipe | None:
    """Put what is new in the words into the box: for an edit that would show nothing there; None if nothing is new."""
    known = {key for s in understand(source).prompt.subjects for key in s.glyphs}
    fresh = [subject for subject in request.words.subjects if subject.glyph not in known]
    if not fresh or request.box is None:
        return None
    return _added(source, request, " and ".join(map(phrase, fresh)))


def phrase(subject: Subject) -> str:
    """Give a subject as words that are read as the same subject again."""
    number = str(subject.count) if subject.count > 1 else "a"
    words = [number, "baby" if subject.young else "", subject.color or "", subject.word]
    return " ".join(word for word in words if word)


def _staged(source: Recipe) -> str:
    return source.prompt if source.staged is None else source.staged


def _union(first: tuple[str, ...], second: set[str] | frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted({*first, *second}))
