"""What is below the horizon outdoors: mountains, meadows, dunes, water, craters, the sea floor."""

from __future__ import annotations

import numpy as np

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import Canvas, mix, noise, rgb
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.skies import gradient

MOUNTAIN_COLORS = ("#5f7390", "#4d6474", "#35504a")  # far to near
SEA = ("#2b6f9e", "#0d3554")  # at the horizon, at the viewer
LAKE = ("#4d8fa8", "#1c4a5e")
FOAM, SNOW = "#e9f4f7", "#f3f7fb"


def ridge(canvas: Canvas, rng: np.random.Generator, base: float, height: float, bends: float, octaves: int) -> Floats:
    """Give a random skyline: the y in px of each column.

    `base` and `height` are fractions of the picture's height, `bends` how many hills there are across.
    """
    x = np.linspace(0, 1, canvas.width)
    line = np.zeros(canvas.width)
    for octave in range(octaves):
        points = int(bends * 2**octave) + 2
        line += np.interp(x * (points - 1), np.arange(points), rng.random(points) - 0.5) / 1.9**octave
    return np.asarray((base + height * line) * canvas.height, np.float32)


def _below(canvas: Canvas, line: Floats, top: int, soft: float = 1.5) -> Floats:
    """Give how much of each pixel from row `top` on is under a line, shape (rows, width, 1)."""
    return np.clip((canvas.yy[top:] - line[None]) / soft + 0.5, 0, 1)[..., None]


def _first_row(canvas: Canvas, line: Floats) -> int:
    return int(np.clip(line.min() - 3, 0, canvas.height - 2))


def paint_mountains(
    canvas: Canvas, rng: np.random.Generator, count: int = 3, *, snow: bool = True, base: float | None = None
) -> None:
    """Paint ranges of mountains, each nearer one darker; the far ones with snow."""
    base = canvas.horizon if base is None else base
    haze = exact.mean(canvas.pixels[min(canvas.height - 1, int(canvas.height * base * 0.95))])
    for i in range(count):
        near = (i + 1) / count
        line = ridge(canvas, rng, base - 0.3 * (1 - near) - 0.05, 0.34 * (1 - 0.45 * near), 3 + 2 * i, 6)
        top = _first_row(canvas, line)
        color = mix(haze, canvas.lit(MOUNTAIN_COLORS[min(i + 3 - count, 2)]), 0.35 + 0.55 * near)
        rough = noise(rng, canvas.width, canvas.height - top, canvas.short * 0.12, 4)
        rock = color * (0.8 + 0.45 * rough[..., None])
        if snow and i < count - 1:
            depth = line[None] + 0.055 * canvas.height * (0.4 + rough * 1.6) - canvas.yy[top:]
            rock = mix(rock, canvas.lit(SNOW), np.clip(depth / 4, 0, 1)[..., None] * 0.9)
        part = canvas.pixels[top:]
        part += (np.clip(rock, 0, 1) - part) * _below(canvas, line, top)


def paint_ground(
    canvas: Canvas,
    rng: np.random.Generator,
    far: str,
    near: str,
    *,
    base: float | None = None,
    height: float = 0.03,
    texture: float = 0.25,
    cell: float = 0.05,
) -> None:
    """Paint textured ground that goes from one colour at its far edge to another one at the viewer."""
    base = canvas.horizon if base is None else base
    line = ridge(canvas, rng, base, height, 2, 3)
    top = _first_row(canvas, line)
    depth = np.clip((canvas.yy[top:] - line[None]) / max(1.0, canvas.height * (1 - base)), 0, 1)[..., None]
    grain = noise(rng, canvas.width, canvas.height - top, canvas.short * cell, 4, gain=0.65, wide=2)[..., None]
    color = mix(canvas.lit(far), canvas.lit(near), depth) * (1 - texture / 2 + texture * grain)
    part = canvas.pixels[top:]
    part += (np.clip(color, 0, 1) - part) * _below(canvas, line, top)


def paint_water(
    canvas: Canvas, rng: np.random.Generator, *, base: float | None = None, colors: tuple[str, str] = SEA
) -> None:
    """Paint water with waves and foam that mirrors what is above it."""
    height, width, short = canvas.height, canvas.width, canvas.short
    edge = (canvas.horizon if base is None else base) * height
    top = int(np.clip(edge - 2, 0, height - 2))
    yy = canvas.yy[top:]
    near = np.clip((yy - edge) / max(1.0, height - edge), 0, 1)
    mirrored = canvas.pixels[np.clip((2 * edge - np.arange(top, height)).astype(int), 0, height - 1)]
    water = mix(canvas.lit(colors[0]), canvas.lit(colors[1]), near[..., None])
    water = mix(np.broadcast_to(water, mirrored.shape), mirrored, (0.45 * (1 - near))[..., None])
    wobble = noise(rng, width, height - top, short * 0.16, 3, wide=2.4)
    period = (6 + np.maximum(yy - edge, 1.0) * 0.055 * (1024 / short)) * short / 1024
    wave = exact.sin((yy / period + wobble * 9) * 2.2) * 0.5 + 0.5
    rough = 1.9 if canvas.mood == "storm" else 1.0
    water = np.clip(water * (1 + (wave - 0.5) * (0.1 + 0.16 * near) * 1.6 * rough)[..., None], 0, 1)
    crest = wave * noise(rng, width, height - top, short * 0.06, 3, wide=3)
    foam = np.clip((crest - (0.5 if canvas.mood == "storm" else 0.62)) * 9, 0, 1) * np.sqrt(near)
    water = mix(water, canvas.lit(FOAM), (foam * 0.55)[..., None])
    part = canvas.pixels[top:]
    part += (water - part) * np.clip((yy - edge) / 1.5 + 0.5, 0, 1)[..., None]


def paint_craters(canvas: Canvas, rng: np.random.Generator, count: int = 16) -> None:
    """Press craters into the ground, larger ones nearer."""
    for _ in range(count):
        depth = rng.random() ** 0.7
        y = canvas.height * (canvas.horizon + 0.06 + depth * (0.94 - canvas.horizon) * 0.95)
        x = rng.random() * canvas.width
        radius = canvas.short * (0.02 + 0.07 * depth * rng.random())
        part, xx, yy = canvas.window(x - 2 * radius, y - radius, x + 2 * radius, y + radius)
        away = np.sqrt(((xx - x) / radius) ** 2 + ((yy - y) / (radius * 0.36)) ** 2)
        part *= 1 - (0.38 * np.sqrt(np.clip(1.1 - away, 0, 1)))[..., None]
        rim = 0.16 * exact.exp(-(((away - 1.1) * 5) ** 2)) * (yy > y)
        part[:] = np.clip(part + rim[..., None], 0, 1)


def paint_deep_water(canvas: Canvas, rng: np.random.Generator) -> None:
    """Fill the picture with the blue of deep water and rays of light."""
    canvas.pixels = gradient(canvas, [(0, "#5fd0e0"), (0.35, "#1f86b4"), (1, "#06233f")])
    if canvas.mood == "night":
        canvas.pixels *= np.float32(0.55)
    rays = noise(rng, canvas.width, canvas.height, canvas.short * 0.12, 3, wide=0.8, tall=12)
    canvas.add((np.clip(rays - 0.55, 0, 1) * (1 - canvas.yy / canvas.height) * 1.1)[..., None])


def paint_bubbles(canvas: Canvas, rng: np.random.Generator, count: int = 26) -> None:
    """Let bubbles rise."""
    for _ in range(count):
        x, y = rng.random() * canvas.width, rng.random() * canvas.height
        radius = canvas.short * (0.004 + 0.012 * rng.random())
        part, xx, yy = canvas.window(x - radius - 4, y - radius - 4, x + radius + 4, y + radius + 4)
        away = np.sqrt((xx - x) ** 2 + (yy - y) ** 2)
        ring = np.clip(1 - np.abs(away - radius) / max(1.2, canvas.short / 460), 0, 1) * 0.6
        part += (rgb("#d9f6fa") - part) * ring[..., None]


def paint_road(canvas: Canvas) -> None:
    """Lay a road from the viewer to the horizon."""
    near = np.clip((canvas.yy / canvas.height - canvas.horizon) / max(0.05, 1 - canvas.horizon), 0, 1)
    across = np.abs(canvas.xx / canvas.width - 0.5)
    asphalt = np.clip((0.02 + 0.42 * near - across) * canvas.width / 2, 0, 1) * (near > 0)
    canvas.over(canvas.lit("#4a4d55"), asphalt[..., None])
    dashes = ((across < 0.004 + 0.012 * near) & (exact.sin(12 / (near + 0.12)) > 0)) * asphalt
    canvas.over(canvas.lit("#e9e4d0"), dashes[..., None])


def paint_ripple(canvas: Canvas, x: float, y: float, width: float) -> None:
    """Draw the two rings around something that stands in water."""
    part, xx, yy = canvas.window(x - width, y - width * 0.3, x + width, y + width * 0.3)
    if not part.size or width <= 0:
        return
    away = np.sqrt(((xx - x) / (width * 0.62)) ** 2 + ((yy - y) / (width * 0.11)) ** 2)
    for color, radius, sharp, strength in (("#eaf6fa", 0.95, 6, 0.55), ("#cfe6ee", 1.35, 7, 0.3)):
        ring = np.clip(1 - np.abs(away - radius) * sharp, 0, 1) * strength
        part += (canvas.lit(color) - part) * ring[..., None]
