"""Render a recipe: background, subjects, weather, finish, each one visible on the way.

Pictures are painted at their own size where their sides allow it: at least 192 px on the shorter side (80 px in low
quality), at most 2048 px on the longer one. Others are resized, and sharpened where that makes them larger.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.abstract import paint_field, paint_shapes, paint_tag
from imagewidgets.local.sketch.canvas import Canvas
from imagewidgets.local.sketch.finish import finish
from imagewidgets.local.sketch.layers import enlarged
from imagewidgets.local.sketch.layout import Box
from imagewidgets.local.sketch.phrases import DOING
from imagewidgets.local.sketch.places import paint_place
from imagewidgets.local.sketch.plan import INDOORS, Plan, make_plan
from imagewidgets.local.sketch.prompt import Prompt, parse
from imagewidgets.local.sketch.recipe import Addition, Recipe
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.staging import stage_actors
from imagewidgets.local.sketch.vocabulary import lookup
from imagewidgets.local.sketch.weather import paint_weather

LONGEST, SHORTEST, SHORTEST_COARSE = 2048, 192, 80  # px
QUALITY_SCALE = {"low": 0.4, "high": 1.25, "hd": 1.25}  # of the working size; others 1
VIGNETTE = 0.42
TALL, TALL_LIFT, HORIZON_FOLLOWS = 1.25, 0.14, 0.6  # height by width; fractions of the height, of the lift
STAGES = 4  # background, subjects, weather, finish


@dataclass(frozen=True)
class Understood:
    """A recipe's words as they will be drawn."""

    prompt: Prompt
    plan: Plan

    @property
    def motif(self) -> bool:
        """Whether there is no scene at all: shapes or a colour field."""
        return self.prompt.is_empty

    @property
    def tag(self) -> tuple[str, ...]:
        """The words on the paper tag: a text in quotation marks, or unknown nouns where no subject is known."""
        if self.prompt.quote:
            return (self.prompt.quote,)
        if self.prompt.subjects or "abstract" in self.prompt.styles:
            return ()
        return tuple(word for word in self.prompt.unknown if not word.endswith(DOING))


def excluded_by(negative: str) -> frozenset[str]:
    """Give what a negative prompt excludes: drawings, places, times and weathers."""
    words = parse(negative)
    found = {key for subject in words.subjects for key in subject.glyphs} | set(words.excluded)
    found |= {name for name in (words.place, words.weather, words.time) if name}
    for word in negative.lower().replace(",", " ").split():
        found.add(word)
        key = lookup(word)
        if key:
            found.add(key)
    return frozenset(found)


def understand(recipe: Recipe) -> Understood:
    """Read the recipe's words and plan its picture."""
    prompt = parse(recipe.prompt).touched(recipe.touches)
    prompt = prompt.without(prompt.excluded | excluded_by(recipe.negative))
    prompt = replace(prompt, weather=prompt.weather or recipe.weather, styles=prompt.styles or recipe.styles)
    plan = make_plan(
        prompt,
        recipe.seed,
        place=recipe.place,
        mood=recipe.mood,
        transparent=recipe.transparent and bool(prompt.subjects),
        hidden=frozenset(recipe.hidden),
        staged=parse(recipe.staged) if recipe.staged is not None else None,
    )
    return Understood(prompt, replace(_shaped(plan, recipe.size), part_seeds=recipe.part_seeds))


def _shaped(plan: Plan, size: tuple[int, int]) -> Plan:
    """Give the plan for the shape of the picture: in a tall one the ground begins, and stands, higher."""
    lift = TALL_LIFT * min(1.0, max(0.0, size[1] / size[0] - TALL))
    if not lift or plan.place in ("plain", "space", "sky", "underwater"):
        return plan
    return replace(plan, floor=plan.floor - lift, horizon=plan.horizon - HORIZON_FOLLOWS * lift)


def working_size(size: tuple[int, int], quality: str | None = None) -> tuple[int, int]:
    """Give the size in px at which a picture of `size` is painted."""
    scale = QUALITY_SCALE.get(quality or "", 1.0)
    scale = max(scale, (SHORTEST_COARSE if scale < 1 else SHORTEST) / min(size))
    scale = min(scale, LONGEST / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def stages(recipe: Recipe) -> Generator[Image.Image, None, Image.Image]:
    """Paint a recipe; yield the picture so far (RGB) after each of the first three stages, return the finished one.

    The result is RGBA where the recipe asks for a transparent background, else RGB.
    """
    understood = understand(recipe)
    plan, size = understood.plan, recipe.size
    width, height = working_size(size, recipe.quality)
    canvas = Canvas(width, height, mood=plan.mood, horizon=plan.horizon, transparent=plan.transparent)
    if understood.motif:
        _paint_motif(canvas, understood, recipe.seed)
    elif not plan.transparent:
        paint_place(canvas, plan)
    yield _shown(canvas, size)
    if understood.prompt.styles:
        canvas.begin_subjects(keep_ground="isometric" in understood.prompt.styles)
    stage_actors(canvas, plan)
    for addition in recipe.additions:
        _add(canvas, plan, addition, pixel_box(addition.box, (width, height)))
    yield _shown(canvas, size)
    if plan.place not in INDOORS or plan.place == "studio":
        paint_weather(canvas, stream(plan.seed_of("weather"), "weather"), understood.prompt.weather)
    paint_tag(canvas, understood.tag)
    yield _shown(canvas, size)
    return _finished(canvas, understood, recipe)


def render(recipe: Recipe) -> Image.Image:
    """Paint a recipe at once."""
    painting = stages(recipe)
    while True:
        try:
            next(painting)
        except StopIteration as done:
            finished: Image.Image = done.value
            return finished


def pixel_box(box: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    """Give a box of fractions in px."""
    return (round(box[0] * size[0]), round(box[1] * size[1]), round(box[2] * size[0]), round(box[3] * size[1]))


def _add(canvas: Canvas, plan: Plan, addition: Addition, box: Box) -> None:
    """Draw what an edit has added, in the light of the scene."""
    words = replace(parse(addition.prompt).touched(addition.touches), place=plan.place)
    stage_actors(canvas, make_plan(words, addition.seed, mood=plan.mood, transparent=plan.transparent), box)


def _paint_motif(canvas: Canvas, understood: Understood, seed: int) -> None:
    prompt = understood.prompt
    if "abstract" in prompt.styles or (prompt.colors and not prompt.unknown):
        paint_shapes(canvas, seed, prompt.colors)
    else:
        paint_field(canvas, seed, prompt.unknown or (prompt.text.strip().lower(),))


def _finished(canvas: Canvas, understood: Understood, recipe: Recipe) -> Image.Image:
    plan = understood.plan
    if plan.place != "plain" and not plan.transparent:
        x, y = canvas.xx / canvas.width - 0.5, canvas.yy / canvas.height - 0.5
        canvas.pixels *= (1 - VIGNETTE * (x**2 + y**2))[..., None]
    styles = understood.prompt.styles
    image = finish(canvas.layers(), styles, plan.seed_of("style"), natural=recipe.style == "natural")
    if not recipe.transparent:
        return _fitted(image, recipe.size)
    cover = canvas.cover()
    image = image if cover is None else _uncovered(canvas, image, styles, recipe)
    image.putalpha(cover if cover is not None else _disc(image.size))
    return _fitted(image, recipe.size)


def _uncovered(canvas: Canvas, image: Image.Image, styles: tuple[str, ...], recipe: Recipe) -> Image.Image:
    """Give the subjects' own colours up to their rim, so that no white shines through there."""
    if styles or canvas.alpha is None:
        return image
    own = Canvas(canvas.width, canvas.height, mood=canvas.mood)
    own.pixels = np.where(canvas.alpha > 0.004, canvas.pixels / np.maximum(canvas.alpha, 0.004), 0).astype(np.float32)
    return finish(own.layers(), (), recipe.seed, natural=recipe.style == "natural")


def _disc(size: tuple[int, int]) -> Image.Image:
    """Give the cover of a scene without subjects: a round badge, as there is nothing to cut out."""
    cover = Image.new("L", size)
    side = min(size) * 0.48
    x, y = size[0] / 2, size[1] / 2
    ImageDraw.Draw(cover).ellipse([x - side, y - side, x + side, y + side], fill=255)
    return cover.filter(exact.blur(max(0.6, min(size) / 500)))


def _fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resize a working picture to the size asked for; one that was painted as large as can be stays sharp."""
    if max(size) > max(image.size) == LONGEST:
        return enlarged(image, size)
    return image if image.size == size else exact.resize(image, size, Image.Resampling.LANCZOS)


def _shown(canvas: Canvas, size: tuple[int, int]) -> Image.Image:
    """Give what is painted so far at the size asked for: quickly, as it is seen for a moment only."""
    image = canvas.image()
    return image if image.size == size else image.resize(size, Image.Resampling.BILINEAR)
