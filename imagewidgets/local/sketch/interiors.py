"""Rooms: walls, windows, wooden floors and tables, shelves of books, an indoor pool."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import Canvas, mix, noise, rgb
from imagewidgets.local.sketch.skies import paint_sky

PLANKS = 5
WOOD, FRAME = "#a9713f", "#f3efe6"
WALLS = ("#cfd9df", "#e2d4c0", "#c9d8c5", "#e3c9bf", "#c8cbe0", "#ecdcae")
TABLE_WALLS = ("#d9cdb8", "#c3d0cf", "#d7c2b4", "#bccab0", "#c9c3d8", "#e6d3a3")
BOOKS = ("#8f2f2f", "#2f5f8f", "#3f7a4a", "#b98a2f", "#5b3f73", "#c9b48a", "#31474f", "#a8553a", "#7a8a99", "#d8cfc0")
SHELF, SHELF_BACK = "#7a4f2c", "#3d2716"
SHELF_ROWS = 4
WATER_FAR, WATER_NEAR, TILE, POOL_WALL = "#7fdbe6", "#1fa3bd", "#e9e2d3", "#e9dfcd"


def paint_wall(canvas: Canvas, rng: np.random.Generator, color: str) -> None:
    """Fill the picture with a wall on which a soft light falls."""
    x = 0.3 + 0.25 * rng.random()
    away = np.sqrt((canvas.xx / canvas.width - x) ** 2 + (canvas.yy / canvas.height - 0.3) ** 2)
    grain = noise(rng, canvas.width, canvas.height, canvas.short * 0.1, 4)
    light = (1.18 - 0.55 * away) * (0.97 + 0.06 * grain)
    canvas.pixels = np.clip(canvas.lit(color) * light[..., None], 0, 1).astype(np.float32)


def paint_wood(canvas: Canvas, rng: np.random.Generator, base: float, color: str = WOOD) -> None:
    """Paint planks from `base` (fraction of the height) down: a table top or a floor."""
    top = min(canvas.height - 2, int(base * canvas.height))
    yy = canvas.yy[top:]
    grain = noise(rng, canvas.width, canvas.height - top, canvas.short * 0.03, 4, gain=0.6, wide=14, tall=1)
    near = np.clip((yy - top) / max(1, canvas.height - top), 0, 1)
    across = exact.power(near, 0.75) * PLANKS
    plank = np.floor(across)
    tone = (exact.sin(plank * 12.9) * 0.5 + 0.5) * 0.18
    color_field = canvas.lit(color) * (0.69 + 0.45 * grain + tone)[..., None] * (0.86 + 0.22 * near)[..., None]
    seam = (across - plank) < 0.025
    color_field = np.where(seam[..., None], color_field * 0.62, color_field)
    part = canvas.pixels[top:]
    part += (np.clip(color_field, 0, 1) - part) * np.clip((yy - top) / 1.5 + 0.5, 0, 1)[..., None]


def paint_window(
    canvas: Canvas, rng: np.random.Generator, left: float, top: float, right: float, bottom: float, panes: int = 2
) -> None:
    """Cut a window into the wall; the box is in fractions of the picture. Outside is the canvas's mood."""
    x0, x1 = int(canvas.width * left), int(canvas.width * right)
    y0, y1 = int(canvas.height * top), int(canvas.height * bottom)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    outside = Canvas(x1 - x0, y1 - y0, mood=canvas.mood, horizon=0.8)
    paint_sky(outside, rng)
    hills = exact.sin(outside.xx / outside.width * 5 + rng.random() * 6) * 0.05 + 0.82
    green = np.clip((outside.yy / outside.height - hills) * outside.height / 2, 0, 1)
    outside.over(outside.lit("#6fa35a"), green[..., None])
    canvas.pixels[y0:y1, x0:x1] = outside.pixels
    bar = max(2, canvas.short // 90)
    sheet = Image.new("L", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle([x0 - bar, y0 - bar, x1 + bar, y1 + bar], outline=255, width=bar + 1)
    for pane in range(1, panes):
        x = x0 + (x1 - x0) * pane / panes
        draw.rectangle([x - bar / 2, y0, x + bar / 2, y1], fill=255)
    draw.rectangle([x0 - 2 * bar, y1, x1 + 2 * bar, y1 + 1.6 * bar], fill=255)
    canvas.over(canvas.lit(FRAME), (np.asarray(sheet, np.float32) / 255)[..., None])


def paint_shelves(canvas: Canvas, rng: np.random.Generator, bottom: float) -> None:
    """Fill the wall above `bottom` (fraction of the height) with shelves of books."""
    width, height, short = canvas.width, canvas.height, canvas.short
    sheet = Image.new("RGB", (width, height), SHELF_BACK)
    draw = ImageDraw.Draw(sheet)
    floor = int(height * bottom)
    row_height = max(6.0, floor / SHELF_ROWS)
    board = max(1.0, row_height * 0.07)
    for row in range(SHELF_ROWS):
        base = (row + 1) * row_height - board
        x = -rng.random() * short * 0.05
        while x < width:
            thick = short * (0.016 + 0.02 * rng.random())
            tall = row_height * (0.55 + 0.3 * rng.random())
            color = BOOKS[int(rng.random() * len(BOOKS))]
            if rng.random() < 0.08:
                x += thick * 2  # a gap
                continue
            draw.rectangle([x, base - tall, x + thick * 0.93, base], fill=color)
            draw.rectangle([x, base - tall * 0.82, x + thick * 0.93, base - tall * 0.76], fill="#e4cf8f")
            x += thick
        draw.rectangle([0, base, width, base + board], fill=SHELF)
    for post in range(5):
        x = width * post / 4
        draw.rectangle([x - board * 0.7, 0, x + board * 0.7, floor], fill=SHELF)
    pixels = np.asarray(sheet, np.float32) / 255
    away = np.sqrt((canvas.xx / width - 0.5) ** 2 + (canvas.yy / height - 0.4) ** 2)
    light = np.clip(1.05 - 0.75 * away, 0.2, 1.1)[..., None]
    canvas.pixels = np.clip(mix(pixels, canvas.lit("#5a4028"), 0.22) * canvas.tint * light, 0, 1).astype(np.float32)


def paint_pool(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint a light hall with tall windows and, in its tiled floor, a pool."""
    width, height, short = canvas.width, canvas.height, canvas.short
    paint_wall(canvas, rng, POOL_WALL)
    count = max(2, round(3 * width / short))
    for i in range(count):
        left = 0.05 + 0.92 * i / count
        paint_window(canvas, rng, left, 0.06, left + 0.92 / count - 0.04, canvas.horizon - 0.08, panes=2)
    top = int(canvas.horizon * height)
    near = np.clip((canvas.yy[top:] - top) / (height - top), 0, 1)
    part = canvas.pixels[top:]
    rows = exact.sin(6.283 * 3.2 / (near + 0.28))  # tiles, closer together far away
    columns = exact.sin((canvas.xx / width - 0.5) / (near + 0.35) * 46)
    seam = (np.abs(rows) < 0.12) | (np.abs(columns) < 0.1)
    tiles = canvas.lit(TILE) * (1.02 - 0.12 * near)[..., None] * np.where(seam, 0.93, 1.0)[..., None]
    part[:] = np.clip(tiles, 0, 1)
    _sunbeams(canvas, top)
    _water(canvas, rng, top)


def _sunbeams(canvas: Canvas, top: int) -> None:
    """Lay slanting light on the floor."""
    part = canvas.pixels[top:]
    slant = (canvas.xx - (canvas.yy[top:] - top) * 0.7) / canvas.width
    part += ((exact.sin(slant * 19) > 0.2) * 0.07)[..., None].astype(np.float32)
    np.clip(part, 0, 1, out=part)


def _water(canvas: Canvas, rng: np.random.Generator, top: int) -> None:
    """Fill the pool: a trapezoid with a light rim."""
    width, height, short = canvas.width, canvas.height, canvas.short
    near = np.clip((canvas.yy[top:] / height - canvas.horizon - 0.07) / 0.42, 0, 1)
    depth = (canvas.yy[top:] / height - canvas.horizon - 0.07) / 0.42
    across = np.abs(canvas.xx / width - 0.5) / (0.26 + 0.3 * near)
    soft = short / 3
    inside = np.clip((1 - across) * soft / 2, 0, 1) * np.clip(depth * soft, 0, 1)
    rim = np.clip((1.06 - across) * soft / 2, 0, 1) * np.clip((depth + 0.045) * soft, 0, 1)
    part = canvas.pixels[top:]
    part += (canvas.lit("#fbf8f0") - part) * rim[..., None]
    wobble = noise(rng, width, height - top, short * 0.14, 3, wide=2.2)
    net = np.abs(exact.sin(wobble * 20 + near * 6))
    water = mix(canvas.lit(WATER_FAR), canvas.lit(WATER_NEAR), near[..., None])
    water = np.clip(water * (0.92 + 0.1 * wobble)[..., None] + (np.clip(0.16 - net, 0, 1) * 1.3)[..., None], 0, 1)
    part += (water - part) * inside[..., None]
    lip = np.clip(1 - np.abs(depth - 0.03) / 0.03, 0, 1) * inside
    part += (rgb("#0f7f99") * canvas.tint - part) * (lip * 0.35)[..., None]
