"""Styles of many small strokes: impressionist and pastel. Strokes lie in layers and end at the rim of a subject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import mix, noise
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.layers import INSIDE, LUMA, Layers, enlarged, floats, grain, to_image

WORK = 448  # px: strokes are made on a picture whose shorter side is at most this
Ints = npt.NDArray[np.int64]
CANVAS = np.array([0.93, 0.88, 0.78], np.float32)
TINTED_PAPER = np.array([0.90, 0.86, 0.80], np.float32)


@dataclass(frozen=True)
class Brush:
    """The strokes of one layer; lengths in thousandths of the shorter side."""

    apart: float
    long: float
    wide: float
    uneven: float = 0.08  # of a colour, from stroke to stroke
    ridge: float = 0.07  # how much lighter one side of a stroke is than the other


def _flow(layers: Layers, rng: np.random.Generator, follow: float, swirl: float) -> tuple[Floats, Floats]:
    """Give the direction of strokes as unit vectors: around the subjects, elsewhere as a slow current."""
    width, height = layers.image.size
    cell = layers.short * 0.35
    x, y = (noise(rng, width, height, cell, 2) - 0.5 for _ in range(2))
    x, y = 0.25 + swirl * x, 0.06 + swirl * y
    if layers.has_subject:
        hill = floats(layers.cover.filter(exact.blur(layers.short * 0.05)))
        across, down = np.roll(hill, -2, 1) - np.roll(hill, 2, 1), np.roll(hill, -2, 0) - np.roll(hill, 2, 0)
        x, y = x - follow * down, y + follow * across
    length = np.sqrt(x * x + y * y) + np.float32(1e-6)
    return x / length, y / length


def strokes(
    pixels: Floats, layers: Layers, rng: np.random.Generator, brush: Brush, flow: tuple[Floats, Floats]
) -> Floats:
    """Lay strokes over `pixels`, each in the colour that the scene has under its middle."""
    height, width = pixels.shape[:2]
    short = layers.short
    apart, long, wide = (
        max(low, size * short / 1000) for low, size in ((3, brush.apart), (3, brush.long), (1.2, brush.wide))
    )
    columns, rows = int(width / apart) + 2, int(height / apart) + 2
    grid_y, grid_x = np.mgrid[0:rows, 0:columns]
    count = rows * columns
    x = ((grid_x.ravel() + rng.random(count) - 0.5) * apart).clip(0, width - 1)
    y = ((grid_y.ravel() + rng.random(count) - 0.5) * apart).clip(0, height - 1)
    order = rng.permutation(count)
    x, y = x[order], y[order]
    at = y.astype(np.int64), x.astype(np.int64)
    own = floats(layers.image)[at]
    color = own * (1 + brush.uneven * (rng.random((count, 1)) * 2 - 1)) + 0.35 * brush.uneven * (
        rng.random((count, 3)) - 0.5
    )
    class_of = np.asarray(layers.cover) > INSIDE
    ids, across = stamped((width, height), x, y, flow[0][at], flow[1][at], long / 2, wide / 2, class_of)
    painted = ids >= 0
    lit = 1 + brush.ridge * across[painted]
    result = pixels.copy()
    result[painted] = (color[ids[painted]] * lit[:, None]).astype(np.float32)
    return np.asarray(result)


def stamped(
    size: tuple[int, int],
    x: Floats,
    y: Floats,
    along_x: Floats,
    along_y: Floats,
    half_long: float,
    half_wide: float,
    class_of: npt.NDArray[np.bool_],
) -> tuple[Ints, Floats]:
    """Stamp ellipses, later ones over earlier ones, each only on pixels of the class that its middle has.

    Parameters
    ----------
    size
        Width and height in px.
    x, y, along_x, along_y
        The middle of each ellipse (px) and the unit vector along it.
    half_long, half_wide
        Half its length and width in px.
    class_of
        Shape (height, width).

    Returns
    -------
    tuple
        Which ellipse lies on top of each pixel (-1: none), and where across it the pixel is, -1 to 1.
    """
    width, height = size
    reach = int(half_long) + 1
    dy, dx = (plane.ravel() for plane in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    left, top = x.astype(np.int64), y.astype(np.int64)
    off_x = (dx[None] - (x - left)[:, None]).astype(np.float32)
    off_y = (dy[None] - (y - top)[:, None]).astype(np.float32)
    cos, sin = (np.asarray(part, np.float32)[:, None] for part in (along_x, along_y))
    along, across = (
        (off_x * cos + off_y * sin) * np.float32(1 / half_long),
        (off_y * cos - off_x * sin) * np.float32(1 / half_wide),
    )
    column, row = left[:, None] + dx, top[:, None] + dy
    inside = (along * along + across * across <= 1) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
    which, _ = np.nonzero(inside)
    at = row[inside], column[inside]
    same = class_of[at] == class_of[top, left][which]
    at, which = (at[0][same], at[1][same]), which[same]
    ids = np.full((height, width), -1, np.int64)
    ids[at] = which
    place = np.zeros((height, width), np.float32)
    place[at] = across[inside][same]
    return ids, place


def impressionist(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Put the scene together from short, thick strokes that flow around what is there."""
    small = layers.set_off(0.24).fitted(WORK)
    flow = _flow(small, rng, 2.6, 1.6)
    pixels = np.broadcast_to(CANVAS, (small.image.height, small.image.width, 3)).astype(np.float32)
    for brush in (Brush(17, 50, 18, 0.1), Brush(10, 30, 9, 0.16, 0.12)):
        pixels = strokes(pixels, small, rng, brush, flow)
    rich = np.clip((pixels - 0.5) * 1.12 + 0.53, 0, 1)
    grey = exact.weighted(rich, LUMA)[..., None]
    return enlarged(to_image(np.asarray(grey + (rich - grey) * 1.3, np.float32)), layers.image.size)


def pastel(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Rub soft chalk over a tinted paper whose grain stays bare here and there."""
    small = layers.set_off(0.22).fitted(WORK)
    height, width = small.image.height, small.image.width
    flow = np.full((height, width), np.float32(0.8)), np.full((height, width), np.float32(-0.6))
    soft = floats(small.image.filter(exact.blur(small.short / 160)))
    pixels = strokes(soft, small, rng, Brush(11, 40, 6, 0.12, 0.0), flow)
    pixels = mix(soft, pixels, 0.75)
    image = enlarged(to_image(pixels), layers.image.size)
    width, height = image.size
    light = mix(floats(image), np.float32(1.0), 0.14)
    tooth = grain(rng, image.size)
    streak = noise(rng, width, height, layers.short / 24, 2)
    bare = np.clip(tooth * 0.62 + 0.5 * streak - 0.42, 0, 0.5)[..., None]
    return to_image(mix(light, TINTED_PAPER, bare))
