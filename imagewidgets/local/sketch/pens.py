"""Styles drawn with a pen or a stick: pencil, ink, charcoal, line art, blueprint."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import mix, noise
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.layers import INSIDE, Layers, floats, grain, lines, thick, to_image

PENCIL_PAPER = np.array([0.97, 0.955, 0.92], np.float32)
INK_PAPER = np.array([0.965, 0.95, 0.9], np.float32)
INK = np.array([0.07, 0.07, 0.09], np.float32)
ROUGH_PAPER = np.array([0.93, 0.915, 0.885], np.float32)
COAL = np.array([0.13, 0.125, 0.12], np.float32)
BLUE = np.array([0.07, 0.23, 0.5], np.float32)
CHALK = np.array([0.93, 0.96, 1.0], np.float32)


def _hatching(width: int, height: int, period: float, bend: Floats, *, falling: bool = False) -> Floats:
    """Give slanted waves between 0 and 1 whose crests are `period` px apart."""
    xx, yy = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    slant = xx - yy if falling else xx + yy
    return np.asarray(exact.sin(slant * (4.44 / period) + bend) * np.float32(0.5) + np.float32(0.5))


def pencil(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Draw outlines, and hatch the dark parts, twice where they are darkest."""
    layers = layers.set_off(0.24)
    width, height = layers.image.size
    short = layers.short
    grey = layers.image.convert("L")
    blurred = floats(grey.filter(exact.blur(short / 110)))
    drawn = exact.power(np.clip(floats(grey) / (blurred + 0.004), 0, 1), 3.2)
    bend = noise(rng, width, height, short * 0.02, 3) * 5
    period = max(2.0, short / 120) * 1.43
    rising, falling = (_hatching(width, height, period, bend, falling=way) for way in (False, True))
    tone = 1 - 0.82 * np.clip(0.62 - blurred, 0, 1) * rising - 0.96 * np.clip(0.38 - blurred, 0, 1) * falling
    _, own = lines(layers, soft=1.2)
    contour = 1 - 0.62 * thick(own, max(1.0, short / 420))
    grain = noise(rng, width, height, max(3, short * 0.004), 1)
    lead = 1 - (1 - np.clip(drawn * tone * contour, 0, 1)) * (0.75 + 0.5 * grain)
    return to_image(lead[..., None] * PENCIL_PAPER + 0.02)


def ink(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Draw with a brush: washes of grey, hatched shadows, strong outlines of the subjects."""
    layers = layers.set_off(0.36)
    width, height = layers.image.size
    short = layers.short
    light = floats(layers.image.convert("L").filter(exact.blur(short / 260)))
    cover = layers.cover_plane()
    water = noise(rng, width, height, short * 0.12, 4, gain=0.6)
    steps = np.rint((light + 0.12 * (water - 0.5)) * 4) / 4
    wash = 0.27 * (1 - steps) * np.where(cover > 0.5, 0.95, 0.75)
    bend = noise(rng, width, height, short * 0.05, 2) * 3
    hatch = _hatching(width, height, max(3.0, short / 95), bend)
    strokes = np.clip((hatch - (0.36 + 1.5 * light)) * 4, 0, 1)
    black = np.clip((0.17 - light) * 14, 0, 1)
    every, own = lines(layers, soft=1.4)
    uneven = 0.45 + 0.55 * np.clip(noise(rng, width, height, short * 0.04, 2) * 2.2 - 0.5, 0, 1)
    contour = np.maximum(
        thick(every, max(1.0, short / 700)) * 0.55 * uneven, thick(own, max(1.2, short / 260)) * uneven
    )
    amount = np.clip(np.maximum(np.maximum(wash, strokes * 0.75), np.maximum(black * 0.9, contour)), 0, 0.97)
    grain = 0.97 + 0.05 * noise(rng, width, height, max(3, short * 0.006), 2)
    return to_image(mix(INK_PAPER * grain[..., None], INK, amount[..., None]))


def charcoal(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Smudge tones over a rough paper, and draw soft black outlines over them."""
    layers = layers.set_off(0.34)
    width, height = layers.image.size
    short = layers.short
    grey = layers.image.convert("L")
    light = floats(grey.filter(exact.blur(short / 130)))
    smudge = noise(rng, width, height, short * 0.25, 4, gain=0.6)
    tooth = grain(rng, layers.image.size)
    dark = np.clip(1.02 - light * 1.12 + 0.22 * (smudge - 0.5), 0, 1)
    rubbed = dark * np.clip(1.25 - 0.6 * tooth + 0.3 * dark, 0.3, 1.15)
    every, own = lines(layers, soft=1.5)
    contour = np.maximum(thick(every, max(1.0, short / 420)) * 0.5, thick(own, max(1.5, short / 170)) * 0.95)
    contour = contour * np.clip(1.3 - 0.6 * tooth, 0, 1)
    amount = np.clip(np.maximum(rubbed * 0.86, contour), 0, 0.98)
    x = np.minimum(np.arange(width), width - 1 - np.arange(width))[None] / short
    y = np.minimum(np.arange(height), height - 1 - np.arange(height))[:, None] / short
    fade = np.clip((np.minimum(x, y) - 0.05 * smudge) / 0.05, 0, 1)
    return to_image(mix(ROUGH_PAPER * (0.97 + 0.05 * tooth[..., None]), COAL, (amount * fade)[..., None]))


def line_art(layers: Layers, _rng: np.random.Generator) -> Image.Image:
    """Draw nothing but outlines, black on white, those of the subjects stronger."""
    short = layers.short
    every, own = lines(layers, soft=1.3, least=0.045, full=0.1)
    inside = layers.cover_plane()
    far = thick(every, max(1.0, short / 760)) * (0.62 if layers.has_subject else 0.95) * (1 - inside)
    near = thick(own, max(1.4, short / 330))
    drawn = np.clip(np.maximum(far, near), 0, 1)
    if layers.has_subject:  # a thin gap of white lets the subject stand before the lines behind it
        gap = floats(layers.cover.filter(exact.blur(max(0.6, short / 300))))
        drawn = np.maximum(near, far * np.clip(1 - 2.2 * gap, 0, 1))
    return to_image((1 - 0.94 * np.clip(drawn, 0, 1))[..., None] * np.ones(3, np.float32))


def blueprint(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Draw white lines on blue paper over a grid, with marks of measure around the subjects."""
    width, height = layers.image.size
    short = layers.short
    every, own = lines(layers, soft=1.3)
    far = thick(every, max(1.0, short / 800)) * (0.42 if layers.has_subject else 0.85) * (1 - layers.cover_plane())
    near = thick(own, max(1.2, short / 420))
    light = floats(layers.image.convert("L").filter(exact.blur(short / 200)))
    hatch = _hatching(width, height, max(3.0, short / 110), np.zeros((1, 1), np.float32))
    shade = np.clip((hatch - 0.45) * 5, 0, 1) * np.clip(0.6 - light, 0, 1) * 0.5 * layers.cover_plane()
    sheet = Image.new("L", (width, height))
    pen = ImageDraw.Draw(sheet)
    step = max(8, short // 24)
    for x in range(step // 2, width, step):
        pen.line([(x, 0), (x, height)], fill=52 if (x // step) % 4 == 0 else 26)
    for y in range(step // 2, height, step):
        pen.line([(0, y), (width, y)], fill=52 if (y // step) % 4 == 0 else 26)
    _measures(layers, pen, max(1, round(short / 700)))
    amount = np.clip(np.maximum(np.maximum(far, near), shade) + floats(sheet), 0, 0.97)
    body = layers.cover_plane() * np.float32(0.13) * (0.4 + light)
    blot = 0.9 + 0.2 * noise(rng, width, height, short * 0.4, 3)
    paper = mix(BLUE * blot[..., None], CHALK, body[..., None])
    return to_image(mix(paper, CHALK, amount[..., None]))


def _measures(layers: Layers, pen: ImageDraw.ImageDraw, thickness: int) -> None:
    """Draw lines with ticks under and beside the subjects, as wide and as tall as they are."""
    box = layers.cover.point(lambda value: 255 * (value > INSIDE)).getbbox()
    height = layers.image.height
    if box is None:
        return
    left, top, right, bottom = box
    gap, tick = round(layers.short * 0.03), round(layers.short * 0.012)
    y, x = min(bottom + gap, height - 2 * tick), max(left - gap, 2 * tick)
    for k in range(thickness):
        pen.line([(left, y + k), (right, y + k)], fill=190)
        pen.line([(x + k, top), (x + k, bottom)], fill=190)
        for at in (left, right - 1):
            pen.line([(at + k, y - tick), (at + k, y + tick)], fill=190)
        for at in (top, bottom - 1):
            pen.line([(x - tick, at + k), (x + tick, at + k)], fill=190)
