"""Edits of pictures that the engine did not make: fill the selection from around it, draw the new subject there."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import Canvas, mix
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.finish import STYLES, finish
from imagewidgets.local.sketch.freshness import Draw, touches_of
from imagewidgets.local.sketch.layers import LUMA
from imagewidgets.local.sketch.layout import Box
from imagewidgets.local.sketch.membrane import Mask
from imagewidgets.local.sketch.patches import fill_with_patches
from imagewidgets.local.sketch.places import paint_place
from imagewidgets.local.sketch.plan import Plan, make_plan
from imagewidgets.local.sketch.prompt import Prompt
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.staging import stage_actors
from imagewidgets.local.sketch.weather import paint_weather

SELECTED = 128  # of 255: the mask value from which a pixel is part of the hole
RIM = 15  # px around the selection whose light falls on what is drawn there
FILL_LONGEST = 1536  # px; larger pictures are filled on a smaller copy
DARKEST, LIGHT_GAIN, CAST = 0.2, 1.5, 0.45  # of the light around a selection: the least, its strength, its colour
LIGHTEST = 1.06
MOST_GRAIN = 0.06  # of the steps between neighbours around a selection that count as grain


def retouch(
    image: Image.Image, mask: Image.Image, words: Prompt, seed: int, *, base: Image.Image | None = None
) -> Generator[Image.Image, None, Image.Image]:
    """Make the new pixels of a selection; yields the filled picture, returns it with the subject drawn.

    Parameters
    ----------
    image
        RGB or RGBA.
    mask
        L, the size of `image`, 255 = edit here. Only pixels where it is not 0 may be used of the result.
    words
        What is to be there; a removal, or words without anything to draw, leave the filled picture.
    seed
        Of the picture.
    base
        What is drawn on, where that is known already: the picture itself, to which something is added, or a larger
        one. None fills the selection with what could be behind it.

    Returns
    -------
    Image
        In the mode of `image`. Where the rim of the selection is transparent, so is what is filled.
    """
    hole = np.asarray(mask) >= SELECTED
    if not hole.any():
        hole = np.asarray(mask) > 0
    if base is None:
        base = _filled(image, hole, seed)
    yield base
    if words.removal or not (words.subjects or words.place or words.weather or words.styles):
        return base
    words = words.touched(touches_of(words, Draw(seed)))
    width, height = image.size
    light = _light_around(image, mask)
    plan = make_plan(replace(words, place=words.place or "studio"), seed)
    canvas = Canvas(width, height, mood=plan.mood if words.time or words.weather else "day", horizon=plan.horizon)
    ground = np.asarray(base.convert("RGB"), np.float32) / 255
    canvas.pixels = ground.copy()
    if words.place and not words.subjects:
        paint_place(canvas, plan)
    else:
        canvas.tint = _tint(light)
    box = mask.getbbox() or (0, 0, width, height)
    canvas.begin_subjects()
    stage_actors(canvas, plan, box)
    if canvas.subject is not None and words.subjects:
        _grained(canvas, _grain_around(image, mask), seed)
    paint_weather(canvas, stream(seed, "weather"), words.weather)
    drawn = _styled(canvas, words, ground, seed) if words.styles else canvas.image()
    if image.mode == "RGBA":
        drawn.putalpha(_cover(base, plan, words, box))
    return drawn


def _styled(canvas: Canvas, words: Prompt, ground: Floats, seed: int) -> Image.Image:
    """Give the selection its style; where there is a new subject, only that, so that it stands in its surroundings."""
    styled = finish(canvas.layers(), words.styles, seed)
    if canvas.subject is None or not canvas.subject.any():
        return styled
    rim = canvas.layers().cover.filter(exact.blur(1.0))
    own = np.asarray(styled, np.float32) / 255
    return Image.fromarray(exact.to_bytes(mix(ground, own, (np.asarray(rim, np.float32) / 255)[..., None])))


def _tint(light: Floats) -> Floats:
    """Give the light that falls on something among surroundings of a mean colour, 0 to 1."""
    brightness = float(exact.weighted(light, LUMA))
    cast = light / max(brightness, 0.05)
    strength = min(LIGHTEST, DARKEST + LIGHT_GAIN * brightness)
    return np.asarray(np.clip(strength * (1 + CAST * (cast - 1)), 0.12, LIGHTEST), np.float32)


def _grain_around(image: Image.Image, mask: Image.Image) -> float:
    """Give how grainy a picture is around a selection: the middle of the steps between neighbours, 0 to 1."""
    left, top, right, bottom = mask.getbbox() or (0, 0, *image.size)
    wide, tall = (right - left) // 2, (bottom - top) // 2
    box = max(0, left - wide), max(0, top - tall), min(image.width, right + wide), min(image.height, bottom + tall)
    grey = np.asarray(image.convert("L").crop(box), np.int64)
    outside = (np.asarray(mask.crop(box)) == 0)[:, 1:-1]
    bends = np.abs(2 * grey[:, 1:-1] - grey[:, :-2] - grey[:, 2:])[outside]
    return min(MOST_GRAIN, float(np.sort(bends)[len(bends) // 2]) / 255 / 2) if len(bends) else 0.0


def _grained(canvas: Canvas, strength: float, seed: int) -> None:
    """Put the grain of the picture onto what was drawn."""
    if not strength or canvas.subject is None:
        return
    rng = stream(seed, "grain")
    noise = rng.random((canvas.height, canvas.width), np.float32) + rng.random(
        (canvas.height, canvas.width), np.float32
    )
    canvas.pixels += ((noise - 1) * np.float32(2 * strength) * canvas.subject)[..., None]
    np.clip(canvas.pixels, 0, 1, out=canvas.pixels)


def restyle(image: Image.Image, words: Prompt, seed: int) -> Image.Image | None:
    """Give a whole picture the weather and styles that the words name; None where they name none."""
    styles = tuple(style for style in words.styles if style in STYLES)
    if words.subjects or words.place or not (styles or words.weather):
        return None
    canvas = Canvas(image.width, image.height, mood="day", horizon=0.5)
    canvas.pixels = np.asarray(image.convert("RGB"), np.float32) / 255
    paint_weather(canvas, stream(seed, "weather"), words.weather)
    changed = finish(canvas.layers(), styles, seed) if styles else canvas.image()
    if image.mode == "RGBA":
        changed.putalpha(image.getchannel("A"))
    return changed


def _filled(image: Image.Image, hole: Mask, seed: int) -> Image.Image:
    """Fill the hole, on a smaller copy where the picture is very large; a hole without a rim turns grey."""
    if not hole.any():
        return image
    if hole.all():
        return Image.new(image.mode, image.size, "#b9b4ac")
    scale = min(1.0, FILL_LONGEST / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image if scale == 1 else exact.resize(image, size, Image.Resampling.BOX)
    small_hole = hole if scale == 1 else np.asarray(Image.fromarray(hole).resize(size, Image.Resampling.NEAREST))
    if not small_hole.any() or small_hole.all():
        return image
    pixels = fill_with_patches(np.asarray(small, np.float32) / 255, small_hole, stream(seed, "fill"))
    filled = Image.fromarray(exact.to_bytes(pixels))
    return filled if scale == 1 else exact.resize(filled, image.size, Image.Resampling.BICUBIC)


def _light_around(image: Image.Image, mask: Image.Image) -> Floats:
    """Give the mean colour around the selection, 0 to 1."""
    wide = np.asarray(mask.filter(ImageFilter.MaxFilter(RIM))) > 0
    rim = wide & (np.asarray(mask) == 0)
    pixels = np.asarray(image.convert("RGB"), np.float32) / 255
    return exact.mean(pixels[rim]) if rim.any() else np.full(3, 0.6, np.float32)


def _cover(base: Image.Image, plan: Plan, words: Prompt, box: Box) -> Image.Image:
    """Give the alpha of a retouched RGBA picture: what was filled, and the subject drawn over it."""
    if words.place and not words.subjects:
        return Image.new("L", base.size, 255)
    alone = Canvas(base.width, base.height, mood=plan.mood, transparent=True)
    stage_actors(alone, plan, box)
    drawn = alone.cover()
    filled = base.getchannel("A")
    return filled if drawn is None else ImageChops.lighter(filled, drawn)
