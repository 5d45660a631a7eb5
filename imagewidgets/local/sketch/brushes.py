"""Painterly styles: watercolour and oil."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import mix, noise
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.layers import LUMA, Layers, floats, to_image

BRUSH_SHORT = 512  # px: strokes are made on a picture whose shorter side is at most this
WOBBLE = 0.033  # of the shorter side: how far edges wander
PAPER = np.array([0.985, 0.975, 0.95], np.float32)


def smooth_regions(pixels: Floats, radius: int) -> Floats:
    """Kuwahara filter: each pixel takes the mean of the calmest of the four squares around it."""
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((radius, radius), (radius, radius), (0, 0)), mode="edge")
    luma = exact.weighted(padded, LUMA)
    mean = _box_mean(luma, radius + 1)
    variance = _box_mean(luma * luma, radius + 1) - mean * mean
    means = [_box_mean(padded[..., channel], radius + 1) for channel in range(3)]
    best: Floats | None = None
    chosen = pixels
    for dy in (radius, 2 * radius):
        for dx in (radius, 2 * radius):
            window = np.s_[dy : dy + height, dx : dx + width]
            color = np.stack([plane[window] for plane in means], -1)
            calm = variance[window]
            if best is None:
                best, chosen = calm, color
            else:
                better = calm < best
                best = np.where(better, calm, best)
                chosen = np.where(better[..., None], color, chosen)
    return chosen


def _box_mean(plane: Floats, size: int) -> Floats:
    sums = np.cumsum(np.cumsum(np.pad(plane, ((size, 0), (size, 0)), mode="edge"), 0, dtype=np.float64), 1)
    box = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return np.asarray(box / size**2, np.float32)


def _brushed(image: Image.Image, rng: np.random.Generator, radius: int, strokes: int) -> Floats:
    """Let edges wander, then merge colours into strokes; back in the image's size."""
    scale = min(1.0, BRUSH_SHORT / min(image.size))
    size = max(8, int(image.width * scale)), max(8, int(image.height * scale))
    pixels = floats(exact.resize(image, size, Image.Resampling.LANCZOS))
    height, width = pixels.shape[:2]
    reach = WOBBLE * min(height, width)
    dy, dx = ((noise(rng, width, height, 40, 3) - 0.5) * reach for _ in range(2))
    rows = np.clip(np.arange(height)[:, None] + dy, 0, height - 1).astype(int)
    columns = np.clip(np.arange(width)[None] + dx, 0, width - 1).astype(int)
    pixels = pixels[rows, columns]
    for _ in range(strokes):
        pixels = smooth_regions(pixels, radius)
        radius = 3
    return floats(exact.resize(to_image(pixels), image.size, Image.Resampling.BICUBIC))


def watercolor(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Wash the colours, darken their edges, and leave the rim of the paper white."""
    image = layers.set_off(0.2).image
    width, height = image.size
    short = min(width, height)
    pixels = _brushed(image, rng, 5, 1)
    edges = to_image(pixels).convert("L").filter(ImageFilter.FIND_EDGES).filter(exact.blur(short / 450))
    paper = (0.93 + 0.09 * noise(rng, width, height, short * 0.008, 2, gain=0.8))[..., None]
    wash = noise(rng, width, height, short * 0.3, 5, gain=0.6)
    pixels = 1 - (1 - pixels) * (0.62 + 0.45 * wash)[..., None]
    pixels = pixels * (1 - np.clip(floats(edges) * 1.8, 0, 0.3))[..., None] * paper
    x = np.minimum(np.arange(width), width - 1 - np.arange(width))[None] / short
    y = np.minimum(np.arange(height), height - 1 - np.arange(height))[:, None] / short
    ragged = 0.018 + 0.05 * (noise(rng, width, height, short * 0.12, 4) - 0.35)
    painted = np.clip((np.minimum(x, y) - ragged) / 0.012, 0, 1)[..., None]
    return to_image(mix(PAPER * paper, pixels, painted))


def oil(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Merge colours into thick strokes that catch the light."""
    image = layers.set_off(0.2).image
    width, height = image.size
    short = min(width, height)
    pixels = _brushed(image, rng, 4, 2)
    thickness = noise(rng, width, height, short * 0.02, 3, gain=0.7, wide=3, tall=0.6) + exact.weighted(
        pixels, (0.4, 0.4, 0.4)
    )
    step = max(1, short // 512)
    slope = np.roll(thickness, 2 * step, 0) - np.roll(thickness, -2 * step, 0)
    slope += np.roll(thickness, step, 1) - np.roll(thickness, -step, 1)
    pixels = np.clip(pixels + (np.clip(slope, -0.5, 0.5) * 0.24)[..., None], 0, 1)
    return to_image((pixels - 0.5) * 1.1 + 0.52)
