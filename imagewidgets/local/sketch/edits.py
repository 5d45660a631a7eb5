"""Edits: one picture of an edit job, step by step. Every pixel outside the mask stays exactly as it was."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
from PIL import Image

from imagewidgets.local.engine import Job, Picture
from imagewidgets.local.sketch import exact, rewriting, seeds
from imagewidgets.local.sketch.commands import exchanged, plainly
from imagewidgets.local.sketch.describe import describe
from imagewidgets.local.sketch.layout import Box
from imagewidgets.local.sketch.markup import meant
from imagewidgets.local.sketch.outpaint import extended, known_box, transparent_border
from imagewidgets.local.sketch.prompt import Prompt, parse
from imagewidgets.local.sketch.recipe import STAMP, Recipe, own_recipe
from imagewidgets.local.sketch.retouch import restyle, retouch
from imagewidgets.local.sketch.scene import render, stages, understand
from imagewidgets.local.sketch.seeds import stream

Painting = Generator[Image.Image, None, Picture]

SEEN = 16  # of 255: the change from which a pixel looks different
LEAST_SEEN, LEAST_FILLED = 0.0015, 0.25  # of the picture, of the mask: an edit shows nothing where less looks different


def edit(job: Job, index: int) -> Painting:
    """Make one edited picture; yields it unfinished, outside the mask as the source is.

    Own pictures are drawn anew from their recipe where the mask is; others are filled from what is around it. Without
    a mask an own picture is redone with its seed and scene; another one gets the weather and styles that the prompt
    names, or is replaced by a picture of the prompt. Only the first of several pictures is edited. Marks drawn over the
    picture are a mask of what they circle or point at.

    What is new in an own picture follows the job's seed, what is kept does not. So a removal, which brings nothing new,
    gives the same picture with every seed.
    """
    given = job.images[0]
    recipe = own_recipe(given)
    old, wanted = plainly(job.prompt)
    drawn = meant(job.markup) if job.mask is None and job.markup is not None else None
    source, mask = fitted(given, job.mask or drawn, job.size)
    if mask is not None and mask.getbbox() is None:
        return (yield from _unchanged(source, job, index, "nothing was selected"))
    if recipe is not None:
        other = exchanged(recipe, old, wanted) if old is not None else None
        if other is not None:
            return (yield from _draw_again(replace(other, size=job.size), source, mask, job))
        return (yield from _edit_own(replace(recipe, size=job.size), source, mask, replace(job, prompt=wanted), index))
    return (yield from _edit_other(source, mask, replace(job, prompt=wanted), index))


def fitted(
    image: Image.Image, mask: Image.Image | None, size: tuple[int, int]
) -> tuple[Image.Image, Image.Image | None]:
    """Give picture and mask at the size asked for, cropped in the middle where the shape differs."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    image = image if image.mode == mode else image.convert(mode)
    if mask is not None and mask.size != image.size:
        mask = mask.resize(image.size, Image.Resampling.NEAREST)
    if image.size != size:
        box = _middle(image.size, size)
        image = exact.resize(image, size, Image.Resampling.LANCZOS, box=box)
        mask = mask.resize(size, Image.Resampling.NEAREST, box=box) if mask is not None else None
    return image, mask


def _middle(size: tuple[int, int], shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """Give the largest box (px) of a shape in the middle of a picture."""
    width, height = size
    wide, tall = min(width, height * shape[0] / shape[1]), min(height, width * shape[1] / shape[0])
    left, top = (width - wide) / 2, (height - tall) / 2
    return left, top, left + wide, top + tall


def combine(source: Image.Image, new: Image.Image, mask: Image.Image | None) -> Image.Image:
    """Put the new pixels where the mask is 255, blend where it is between, keep the source exactly where it is 0."""
    if mask is None:
        return new
    mode = "RGBA" if "RGBA" in (source.mode, new.mode) else "RGB"
    return Image.composite(new.convert(mode), source.convert(mode), mask)


def shown(image: Image.Image) -> Image.Image:
    """Give a partial picture as RGB, on white."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _edit_own(recipe: Recipe, source: Image.Image, mask: Image.Image | None, job: Job, index: int) -> Painting:
    words = parse(job.prompt)
    request = rewriting.Request(words, mask, job.seed, index)
    edited = rewriting.rewrite(recipe, request)
    edited = replace(edited, negative=f"{edited.negative} {job.negative_prompt or ''}".strip())
    if mask is None:
        transparent = recipe.transparent if job.background is None else job.background == "transparent"
        edited = replace(
            edited, style=job.style or recipe.style, quality=job.quality or recipe.quality, transparent=transparent
        )
    image = yield from _painted(edited, source, mask)
    if mask is not None and not words.removal and not _shows(source, image, mask):
        boxed = rewriting.place_in_box(recipe, request)
        if boxed is not None:
            edited = boxed
            image = yield from _painted(edited, source, mask)
    added = tuple(subject for item in edited.additions for subject in parse(item.prompt).touched(item.touches).subjects)
    sentence = describe(understand(edited), added=added, note=_note(job))
    unknown = [word for word in words.unknown if word not in sentence]
    if unknown and "; not drawn: " not in sentence:
        sentence += f"; not drawn: {', '.join(unknown)}"
    return Picture(image, sentence, {**edited.to_json(), "exact": mask is None})


def _draw_again(edited: Recipe, source: Image.Image, mask: Image.Image | None, job: Job) -> Painting:
    """Draw a picture in which one thing is in the place of another."""
    image = yield from _painted(edited, source, mask)
    return Picture(image, describe(understand(edited), note=_note(job)), {**edited.to_json(), "exact": mask is None})


def _painted(
    recipe: Recipe, source: Image.Image, mask: Image.Image | None
) -> Generator[Image.Image, None, Image.Image]:
    """Paint a recipe into the mask."""
    painting = stages(recipe)
    while True:
        try:
            partial = next(painting)
        except StopIteration as done:
            finished: Image.Image = done.value
            return combine(source, finished, mask)
        yield shown(combine(source, partial, mask))


def _shows(source: Image.Image, image: Image.Image, mask: Image.Image) -> bool:
    """Whether an edit is to be seen: by how much looks different, as a hat is small in a large mask."""
    before, after = (np.asarray(picture.convert("RGB"), np.int16) for picture in (source, image))
    different = np.abs(before - after).max(-1) > SEEN
    selected = np.count_nonzero(np.asarray(mask))
    return bool(np.count_nonzero(different) >= min(LEAST_SEEN * different.size, LEAST_FILLED * selected))


def _edit_other(source: Image.Image, mask: Image.Image | None, job: Job, index: int) -> Painting:
    words = parse(job.prompt)
    words = words.without(words.excluded) if not words.removal else words
    seed = seeds.of_picture(job.seed, index)
    mask = transparent_border(source) if mask is None else mask
    if mask is not None:
        return (yield from _edit_selection(source, mask, words, job, seed))
    if words.removal:
        return (yield from _unchanged(source, job, index, "nothing was selected to be removed"))
    changed = restyle(source, words, seed)
    if changed is not None:
        yield shown(changed)
        return Picture(changed, _said(job, "the same picture"), _foreign(job, seed))
    recipe = Recipe(
        prompt=job.prompt,
        seed=seed,
        size=job.size,
        negative=job.negative_prompt or "",
        style=job.style,
        quality=job.quality,
        transparent=job.background == "transparent",
    )
    image = yield from _painted(recipe, source, None)
    note = f"drawn anew{', ' + _note(job) if _note(job) else ''}"
    return Picture(image, describe(understand(recipe), note=note), recipe.to_json())


def _edit_selection(source: Image.Image, mask: Image.Image, words: Prompt, job: Job, seed: int) -> Painting:
    """Fill a selection and draw into it; all around a picture is a larger picture of it."""
    added = rewriting.after_verb(words.text)
    box = known_box(np.asarray(mask) > 0)
    base, where = None, "in the selection"
    if box is not None:
        base, where = _enlarged(source, box, seed), "a larger picture"
        words = parse(added) if added is not None else replace(words, subjects=(), place=None, styles=(), weather=None)
    elif added is not None:
        base, words = source, parse(added)
    making = retouch(source, mask, words, seed, base=base)
    while True:
        try:
            partial = next(making)
        except StopIteration as done:
            image = combine(source, done.value, mask)
            break
        yield shown(combine(source, partial, mask))
    return Picture(image, _said(job, where, words), _foreign(job, seed))


def _enlarged(source: Image.Image, box: Box, seed: int) -> Image.Image:
    """Continue the picture in the box on all sides; an own one is continued without its subjects."""
    inner = source.crop(box)
    recipe = own_recipe(inner)
    if recipe is None:
        return extended(inner, box, source.size, stream(seed, "outpaint"))
    everyone = {part.glyph for actor in understand(recipe).plan.actors for part in (actor.subject, *actor.parts)}
    everyone.update(key for actor in understand(recipe).plan.actors for key in actor.glyphs)
    clean = render(replace(recipe, hidden=tuple(sorted(everyone)), additions=()))
    return extended(clean.convert(source.mode), box, source.size, stream(seed, "outpaint"))


def _unchanged(source: Image.Image, job: Job, index: int, why: str) -> Painting:
    yield shown(source)
    return Picture(source.copy(), f"the picture as it was: {why}", _foreign(job, seeds.of_picture(job.seed, index)))


def _said(job: Job, where: str, words: Prompt | None = None) -> str:
    """Say what an edit did to a picture that the engine did not make."""
    words = words or parse(job.prompt)
    if words.removal:
        said = f"{where}: what is around it"
    else:
        things = [rewriting.phrase(subject) for subject in words.subjects]
        rest = [word for word in (words.time, words.weather, *words.styles) if word]
        said = f"{where}: {', '.join([*things, *rest]) or 'what is around it'}"
    unknown = f"; not drawn: {', '.join(words.unknown)}" if words.unknown else ""
    note = f", {_note(job)}" if _note(job) else ""
    return f"{said}{note}{unknown}"


def _note(job: Job) -> str:
    """Say which pictures were not used."""
    more = len(job.images) - 1
    return f"{more} more {'picture was' if more == 1 else 'pictures were'} not used" if more > 0 else ""


def _foreign(job: Job, seed: int) -> dict[str, object]:
    """Give what is known of a picture that cannot be drawn again without its source."""
    return {
        **STAMP,
        "operation": job.operation,
        "prompt_of_edit": job.prompt,
        "seed": seed,
        "size": list(job.size),
    }
