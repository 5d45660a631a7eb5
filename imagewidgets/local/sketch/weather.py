"""What falls between the scene and the viewer: rain, snow, lightning, fog."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.local.sketch import exact, strokes
from imagewidgets.local.sketch.canvas import Canvas, noise, rgb

DROPS, FLAKES = 420, 300
RAIN_STRENGTH = 120  # of 255
FOG_LIMIT = 0.55  # subjects stay visible


def paint_weather(canvas: Canvas, rng: np.random.Generator, weather: str | None) -> None:
    """Lay the weather over the scene; aurora, clouds and rainbow belong to the sky."""
    if weather in ("rain", "storm"):
        _rain(canvas, rng)
    if weather == "storm":
        _lightning(canvas, rng)
    if weather == "snow":
        _snow(canvas, rng)
    if weather == "fog":
        mist = noise(rng, canvas.width, canvas.height, canvas.short * 0.5, 4, wide=2)
        canvas.over(rgb("#e3e7e8"), np.clip(mist * 0.9 - 0.1, 0, FOG_LIMIT)[..., None])


def _over(canvas: Canvas, color: str, sheet: Image.Image, blur: float = 0) -> None:
    sheet = sheet.filter(exact.blur(blur)) if blur else sheet
    canvas.over(rgb(color), (np.asarray(sheet, np.float32) / 255)[..., None])


def _rain(canvas: Canvas, rng: np.random.Generator) -> None:
    sheet = Image.new("L", (canvas.width, canvas.height))
    length = canvas.short * 0.05
    for x, y, near in rng.random((int(DROPS * _stretch(canvas)), 3)).tolist():
        x, y, reach = x * canvas.width * 1.2, y * canvas.height, length * (0.5 + near)
        strength = int(RAIN_STRENGTH * (0.4 + 0.6 * near))
        strokes.line(sheet, [(x, y), (x - reach * 0.3, y + reach)], fill=strength, width=max(1, canvas.short // 700))
    _over(canvas, "#dbe6ee", sheet)


def _snow(canvas: Canvas, rng: np.random.Generator) -> None:
    sheet = Image.new("L", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(sheet)
    for x, y, chance in rng.random((int(FLAKES * _stretch(canvas)), 3)).tolist():
        near = chance * chance * chance
        x, y, radius = x * canvas.width, y * canvas.height, canvas.short * (0.0022 + 0.0075 * near)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=int(235 - 90 * near))
    _over(canvas, "#ffffff", sheet, canvas.short / 900)


def _lightning(canvas: Canvas, rng: np.random.Generator) -> None:
    sheet = Image.new("L", (canvas.width, canvas.height))
    x, y = canvas.width * (0.15 + 0.7 * rng.random()), 0.0
    while y < canvas.height * canvas.horizon:
        next_x = x + canvas.short * (rng.random() - 0.42) * 0.09
        next_y = y + canvas.short * 0.05 * (0.6 + rng.random())
        strokes.line(sheet, [(x, y), (next_x, next_y)], fill=255, width=max(1, canvas.short // 220))
        x, y = next_x, next_y
    glow = np.asarray(sheet.filter(exact.blur(canvas.short / 45)), np.float32) / 255
    canvas.add(glow[..., None] * np.array([1.6, 1.7, 2.2], np.float32))
    _over(canvas, "#fbfbff", sheet, 1)


def _stretch(canvas: Canvas) -> float:
    """Give how many squares of the shorter side the picture holds, at most 4."""
    return min(4.0, max(canvas.width, canvas.height) / canvas.short)
