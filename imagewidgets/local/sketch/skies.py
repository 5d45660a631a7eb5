"""What is above the horizon: gradients, sun and moon, stars, clouds, northern lights, rainbows, deep space."""

from __future__ import annotations

import numpy as np

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import Canvas, mix, noise, rgb
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.exact import Floats

CLOUDLESS = ("space", "night", "fog")
PX_PER_STAR, LARGE = 2600, 500  # px per star at 1024 px; the shorter side from which stars are larger
SUN_RADIUS, MOON_RADIUS = 0.05, 0.065  # of the shorter side
RAINBOW = ("#e2453c", "#f29a38", "#f6e14b", "#4cb86a", "#3f7fe0", "#7b4fc0")


def gradient(canvas: Canvas, stops: list[tuple[float, str]]) -> Floats:
    """Give a vertical gradient through colours at fractions of the height, shape (height, width, 3)."""
    y = np.linspace(0, 1, canvas.height)
    places = [place for place, _ in stops]
    colors = np.array([rgb(color) for _, color in stops])
    column = np.stack([np.interp(y, places, colors[:, k]) for k in range(3)], -1).astype(np.float32)
    return np.repeat(column[:, None], canvas.width, 1)


def paint_sky(
    canvas: Canvas, rng: np.random.Generator, *, whole: bool = False, hidden: frozenset[str] = frozenset()
) -> None:
    """Paint the sky of the canvas's mood; `whole` fills the picture, `hidden` names what must not be there."""
    mood = canvas.mood
    reach = 1.0 if whole else max(canvas.horizon, 0.35)
    stops = [(place * reach, color) for place, color in table("light")["sky"][mood]]
    canvas.pixels = gradient(canvas, stops)
    sun_x = canvas.width * (0.16 + 0.68 * rng.random())
    sun_y = canvas.height * min(0.1 + 0.08 * rng.random(), canvas.horizon * 0.4)
    cover = 0.2 + 0.5 * rng.random()
    if mood in ("night", "space") and "stars" not in hidden:
        _stars(canvas, rng, canvas.height if whole or mood == "space" else int(canvas.height * canvas.horizon))
    if mood == "night" and not whole and not hidden & {"moon", "🌕", "🌙"}:
        _moon(canvas, sun_x, max(sun_y, canvas.short * 0.09), canvas.short * MOON_RADIUS)
    if not hidden & {"sun", "🌞", "☀️"}:
        _sun(canvas, sun_x, sun_y)
    if mood not in CLOUDLESS and not hidden & {"cloud", "clouds", "☁️"}:
        _clouds(canvas, rng, table("light")["cloud_cover"].get(mood, cover) if mood != "day" else cover)


def _sun(canvas: Canvas, x: float, y: float) -> None:
    short = canvas.short
    if canvas.mood in ("sunset", "sunrise"):
        y = canvas.height * (canvas.horizon - 0.1)
        canvas.glow(x, y, short / 5, (0.5, 0.28, 0.05))
        canvas.disc(x, y, short * SUN_RADIUS * 1.5, rgb("#fff3cf"), soft=max(1.5, short * 0.006))
    elif canvas.mood == "day":
        canvas.glow(x, y, short / 9, (0.5, 0.42, 0.2))
        canvas.disc(x, y, short * SUN_RADIUS, rgb("#fff8d8"), soft=max(1.5, short * 0.006))


def _stars(canvas: Canvas, rng: np.random.Generator, lowest: int) -> None:
    """Scatter stars; their number follows the shape of the picture, not its size."""
    count = int(1024 * 1024 / PX_PER_STAR * canvas.width * canvas.height / canvas.short**2)
    columns = (rng.random(count) * canvas.width).astype(int)
    rows = (exact.power(rng.random(count), 1.2) * max(1, lowest)).astype(int)
    light = (0.4 + 0.6 * exact.power(rng.random(count), 3))[:, None] * np.array([1, 0.97, 0.9])
    wide = canvas.short > LARGE  # a star of one pixel is lost on a large picture
    for dy, dx, strength in ((0, 0, 1.0), (1, 0, 0.75), (0, 1, 0.75))[: 3 if wide else 1]:
        y, x = np.minimum(rows + dy, canvas.height - 1), np.minimum(columns + dx, canvas.width - 1)
        canvas.pixels[y, x] = np.clip(canvas.pixels[y, x] + light * strength, 0, 1)


def _moon(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.glow(x, y, radius * 2.2, (0.32, 0.34, 0.4))
    canvas.disc(x, y, radius, rgb("#f6f1dc"))
    canvas.disc(x - radius * 0.3, y - radius * 0.15, radius * 0.22, rgb("#dcd6bf"), strength=0.8)
    canvas.disc(x + radius * 0.3, y + radius * 0.35, radius * 0.16, rgb("#dcd6bf"), strength=0.8)


def _clouds(canvas: Canvas, rng: np.random.Generator, cover: float) -> None:
    light = table("light")
    rows = min(canvas.height, int(canvas.height * canvas.horizon * 1.15) + 1)
    field = noise(rng, canvas.width, rows, canvas.short * 0.42, 5, wide=1.7, tall=0.75)
    fade = np.clip(1.15 - canvas.yy[:rows] / (canvas.height * canvas.horizon), 0, 1)
    amount = np.clip((field - 0.72 + 0.3 * cover) / 0.2, 0, 1) * fade * 0.9
    under = np.roll(field, -int(canvas.short * 0.02), 0)
    bright = rgb(light["cloud"].get(canvas.mood, light["cloud"]["day"]))
    dark = rgb(light["cloud_shade"].get(canvas.mood, light["cloud_shade"]["day"]))
    color = mix(bright, dark, np.clip((under - field) * 9 + 0.35, 0, 1)[..., None])
    part = canvas.pixels[:rows]
    part += (color - part) * amount[..., None]


def paint_aurora(canvas: Canvas, rng: np.random.Generator) -> None:
    """Add northern lights to the upper half."""
    field = noise(rng, canvas.width, canvas.height, canvas.short * 0.2, 4, wide=0.5, tall=8)
    band = np.clip(field - 0.4, 0, 1) * exact.exp(-(((canvas.yy / canvas.height - 0.28) / 0.22) ** 2))
    canvas.add(band[..., None] * np.array([0.4, 3.2, 1.7], np.float32))


def paint_rainbow(canvas: Canvas, rng: np.random.Generator) -> None:
    """Add a rainbow that stands on the horizon."""
    x = canvas.width * (0.35 + 0.3 * rng.random())
    away = canvas.distance(x, canvas.height * canvas.horizon * 1.1) / canvas.short
    for band, color in enumerate(RAINBOW):
        canvas.over(rgb(color), (0.5 * exact.exp(-(((away - (0.56 - band * 0.018)) / 0.011) ** 2)))[..., None])


def paint_nebula(canvas: Canvas, rng: np.random.Generator) -> None:
    """Add coloured gas clouds."""
    width, height, short = canvas.width, canvas.height, canvas.short
    hues = np.array([[0.55, 0.18, 0.6], [0.05, 0.4, 0.6], [0.55, 0.3, 0.1], [0.1, 0.5, 0.3]], np.float32)
    first = int(rng.random() * 4)
    for i, (cell, floor) in enumerate(((0.6, 0.5), (0.5, 0.52))):
        gas = noise(rng, width, height, short * cell, 6, gain=0.55)
        canvas.add(np.clip(gas - floor, 0, 1)[..., None] * 2 * hues[(first + i) % 4])
