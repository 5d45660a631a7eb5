"""Pictures without a scene: geometric compositions, colour fields for unknown words, and the paper tag."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from imagewidgets.local.sketch import exact, strokes
from imagewidgets.local.sketch.canvas import Canvas, mix, rgb
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.seeds import stream

SHAPES, CORNERS = 26, (0, 3, 4, 6)  # 0 corners: a disc
SHAPE_OPACITY = 215  # of 255
LONGEST_TAG = 34  # letters
TURN = 2 * np.pi
FIELDS, CALM = 4, 0.35  # kinds of colour fields; how far their colours go towards grey


def _three_hues(rng: np.random.Generator) -> list[Floats]:
    phase = rng.random(3)
    return [np.asarray(0.5 + 0.45 * np.cos(TURN * (start + np.arange(3) / 3)), np.float32) for start in phase]


def paint_shapes(canvas: Canvas, seed: int, colors: tuple[str, ...]) -> None:
    """Compose discs and polygons in the colours named (words), or in three of its own."""
    rng = stream(seed, "shapes")
    named = table("modifiers")["colors"]
    palette = [rgb(named[color]) for color in colors] or _three_hues(rng)
    width, height, short = canvas.width, canvas.height, canvas.short
    sheet = Image.new("RGB", (width, height), _bytes(mix(palette[0], 1.0, 0.86)))
    for i, chances in enumerate(rng.random((SHAPES, 7)).tolist()):
        color = palette[int(chances[0] * len(palette))]
        tone = chances[1]
        color = mix(color, 1.0 if tone > 0.5 else 0.0, abs(tone - 0.5) * 0.9)
        radius = short * (0.05 + 0.33 * (1 - i / SHAPES) * chances[2])
        x, y, corners, start = chances[3] * width, chances[4] * height, CORNERS[int(chances[5] * 4)], chances[6] * TURN
        layer = Image.new("L", (width, height))
        if corners == 0:
            ImageDraw.Draw(layer).ellipse([x - radius, y - radius, x + radius, y + radius], fill=SHAPE_OPACITY)
        else:
            angles = [start + TURN * k / corners for k in range(corners)]
            points = [(x + radius * cosine, y + radius * sine) for cosine, sine in map(exact.direction, angles)]
            strokes.polygon(layer, points, fill=SHAPE_OPACITY)
        sheet.paste(_bytes(color), (0, 0), layer)
        if i % 4 == 0:
            layer = Image.new("L", (width, height))
            ends = [(x - radius * 1.6, y - radius * 0.4), (x + radius * 1.6, y + radius * 0.6)]
            strokes.line(layer, ends, fill=255, width=max(2, short // 160))
            sheet.paste(_bytes(color * 0.35), (0, 0), layer)
    canvas.pixels = np.asarray(sheet, np.float32) / 255


def paint_field(canvas: Canvas, seed: int, words: tuple[str, ...]) -> None:
    """Paint a colour field for words that have no picture: the words fix its kind and palette, the seed its course.

    All of it is in float64 and rounded once, at the end: there are steps in it, on which a last bit of float32 decides.
    """
    rng, fixed = stream(seed, "field"), stream(0, "field", *words)
    u, v = np.broadcast_arrays(*((axis / canvas.short).astype(np.float64) for axis in (canvas.xx, canvas.yy)))
    phase, pace = fixed.random(3) * 0.35 + fixed.random(), 0.6 + 0.5 * fixed.random(3)
    for _ in range(3):  # bend the plane
        angle, waves, course = fixed.random() * TURN, 1.5 + 2.5 * fixed.random(), rng.random() * TURN
        cosine, sine = exact.direction(angle)
        along, across = v * cosine + u * sine, u * cosine - v * sine
        u, v = u + 0.16 * np.sin(waves * along * 2 + course), v + 0.16 * np.cos(waves * across * 2 + course * 0.7)
    x, y = (0.2 + 0.6 * rng.random(2)).tolist()
    kind = int(fixed.random() * FIELDS)
    if kind == 0:
        value = np.sqrt((u - x) ** 2 + (v - y) ** 2) * 4
    elif kind == 1:
        value = np.sin(u * 7) * np.cos(v * 7) * 0.9 + u
    elif kind == 2:
        value = np.arctan2(v - y, u - x) / 1.57 + np.sqrt((u - x) ** 2 + (v - y) ** 2) * 2
    else:
        value = u * 2 + v * 1.3
    steps = np.floor(value * 4.5) / 4.5 * 0.55 + value * 0.45
    bands = [0.56 + 0.34 * np.cos(TURN * (pace[k] * steps * 0.55 + phase[k] + k * 0.13)) for k in range(3)]
    relief = 0.88 + 0.16 * np.abs(np.sin(value * 14))
    color = np.stack(bands, -1)
    color = color + (exact.weighted(color, (1 / 3,) * 3)[..., None] - color) * CALM
    canvas.pixels = np.asarray(color * relief[..., None], np.float32)


def paint_tag(canvas: Canvas, words: tuple[str, ...]) -> None:
    """Lay a small paper tag with words near the lower edge."""
    text = " ".join(words)[:LONGEST_TAG].strip()
    if not text:
        return
    size = max(9.0, canvas.short / 26)
    font = ImageFont.load_default(size)
    while size > 6 and font.getlength(text) > canvas.width * 0.8:
        size *= 0.85
        font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(text)
    pad = (bottom - top) * 0.7
    tag = Image.new("RGBA", (int(right - left + 3 * pad) + 1, int(bottom - top + 2 * pad) + 1))
    draw = ImageDraw.Draw(tag)
    draw.rounded_rectangle(
        [0, 0, tag.width - 1, tag.height - 1],
        pad * 0.5,
        fill=(250, 244, 226, 235),
        outline=(120, 100, 70, 255),
        width=max(1, canvas.short // 400),
    )
    draw.text((1.5 * pad - left, pad - top), text, font=font, fill=(70, 55, 40))
    turned = tag.rotate(2, Image.Resampling.BICUBIC, expand=True)
    canvas.paste(turned, canvas.width * 0.5, canvas.height * 0.94 - turned.height * 0.3, tinted=False)


def _bytes(color: Floats) -> tuple[int, int, int]:
    red, green, blue = exact.to_bytes(color).tolist()
    return red, green, blue
