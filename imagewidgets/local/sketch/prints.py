"""Graphic styles: pixels, greys, sepia, neon, pop art, mosaic, each image to image."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.brushes import floats, to_image

PIXELS, PIXEL_COLORS = 96, 28  # along the shorter side
CELLS, EVEN_CELLS, CELL_REACH = 1300, 700, 0.09  # of a mosaic; reach in shorter sides
MOSAIC_GRID = 64  # squares along each side in which a mosaic looks for edges


def pixel(image: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Make large pixels in few colours."""
    scale = PIXELS / min(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = exact.resize(image, size, Image.Resampling.BOX)
    few = small.quantize(PIXEL_COLORS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return few.convert("RGB").resize(image.size, Image.Resampling.NEAREST)


def mono(image: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Take away the colours."""
    return ImageOps.autocontrast(image.convert("L"), 1).convert("RGB")


def ink(image: Image.Image) -> Image.Image:
    """Reduce a picture to black, grey and white, as for a logo."""
    grey = ImageOps.autocontrast(image.convert("L"), 1)
    return grey.point(lambda value: 255 if value > 205 else 20 if value < 120 else 120).convert("RGB")


def sepia(image: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Brown the picture as an old print."""
    return ImageOps.colorize(image.convert("L"), "#2a1a0e", "#fbeed4", "#a9804f")


def neon(image: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Let the outlines shine in the dark."""
    width, height = image.size
    short = min(width, height)
    pixels = floats(image)
    found = image.filter(exact.blur(short / 500)).filter(ImageFilter.FIND_EDGES).convert("L")
    edges = np.clip(floats(found) * 4, 0, 1)
    edges[:3] = edges[-3:] = 0
    edges[:, :3] = edges[:, -3:] = 0
    glow = floats(to_image(edges).filter(exact.blur(short / 70)))
    course = np.arange(width)[None] / width + np.arange(height)[:, None] / height
    hue = 0.5 + 0.5 * np.cos(2 * np.pi * (course[..., None] * 0.5 + np.array([0.9, 0.45, 0.15])))
    dark = exact.power(pixels, 1.15) * 0.72 * np.array([1.0, 0.72, 1.25])
    return to_image(np.asarray(dark + hue * (edges * 0.9 + glow * 1.6)[..., None], np.float32))


def pop(image: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Print flat, loud colours inside black lines."""
    short = min(image.size)
    grey = image.convert("L").filter(exact.blur(short / 700)).filter(ImageFilter.FIND_EDGES)
    lines = grey.point(lambda value: 255 if value > 26 else 0).filter(ImageFilter.MaxFilter(3))
    lifted = ImageEnhance.Brightness(image).enhance(exact.factor(1.12))
    flat = ImageEnhance.Color(ImageOps.posterize(lifted, 3)).enhance(1.5)
    flat.paste((18, 16, 24), (0, 0), lines)
    return flat


def mosaic(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Lay the picture with tiles: even ones, and smaller ones along its edges so that outlines stay."""
    width, height = image.size
    short = min(width, height)
    x, y = rng.random(CELLS) * width, rng.random(CELLS) * height
    tiny = exact.resize(image.convert("L"), (MOSAIC_GRID, MOSAIC_GRID), Image.Resampling.BOX)
    density = np.asarray(tiny.filter(ImageFilter.FIND_EDGES), np.float64).clip(6)
    density[[0, -1]] = density[:, [0, -1]] = 6
    rising = np.cumsum(density.ravel())
    picks = np.searchsorted(rising, rng.random(CELLS - EVEN_CELLS) * rising[-1]).clip(0, MOSAIC_GRID**2 - 1)
    x[EVEN_CELLS:] = (picks % MOSAIC_GRID + rng.random(len(picks))) * width / MOSAIC_GRID
    y[EVEN_CELLS:] = (picks // MOSAIC_GRID + rng.random(len(picks))) * height / MOSAIC_GRID
    step = max(1, short // 256)
    owner = _nearest(x, y, width, height, step, short * CELL_REACH)
    pixels = floats(image)[::step, ::step]
    count = np.bincount(owner.ravel(), minlength=CELLS).clip(1)
    color = np.stack([np.bincount(owner.ravel(), pixels[..., k].ravel(), CELLS) / count for k in range(3)], -1)
    tiles = color[owner]
    tiles[(owner != np.roll(owner, 1, 0)) | (owner != np.roll(owner, 1, 1))] *= 0.45
    return exact.resize(Image.fromarray(exact.to_bytes(tiles)), (width, height), Image.Resampling.BICUBIC)


def _nearest(x: np.ndarray, y: np.ndarray, width: int, height: int, step: int, reach: float) -> np.ndarray:
    """Give which of the points is the nearest one of each pixel of a coarse grid."""
    yy, xx = np.mgrid[0:height:step, 0:width:step]
    owner, best = np.zeros(yy.shape, np.int64), np.full(yy.shape, np.inf)
    for i in range(len(x)):
        rows = slice(int(max(0, (y[i] - reach) // step)), int((y[i] + reach) // step + 1))
        columns = slice(int(max(0, (x[i] - reach) // step)), int((x[i] + reach) // step + 1))
        away = (xx[rows, columns] - x[i]) ** 2 + (yy[rows, columns] - y[i]) ** 2
        nearer = away < best[rows, columns]
        best[rows, columns][nearer] = away[nearer]
        owner[rows, columns][nearer] = i
    return owner
