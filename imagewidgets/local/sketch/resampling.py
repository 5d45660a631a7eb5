"""Resize planes of floats: as Pillow does it, but with sums in a fixed order.

Pillow resizes bytes in integers, which is the same on every machine. Floats it adds up in its compiler's way; this does
the same in sums and products of float32, which no machine may round differently (see `exact`).
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
from PIL import Image

from imagewidgets.local.sketch.exact import Floats

Method = Image.Resampling
REACH = {Method.BOX: 0.5, Method.BILINEAR: 1.0, Method.BICUBIC: 2.0}  # px on each side of a pixel that count
CUBIC = -0.5  # the slope of the cubic at 1 px (Keys 1981)


def resized(pixels: Floats, width: int, height: int, method: Image.Resampling = Method.BICUBIC) -> Floats:
    """Resize floats, shape (rows, columns) or (rows, columns, channels), to `height` rows and `width` columns.

    Parameters
    ----------
    pixels
        Any floats; computed in float32.
    width, height
        The new size in px.
    method
        BOX, BILINEAR or BICUBIC; filters widen where the picture shrinks.
    """
    wide = _along(np.asarray(pixels, np.float32), width, method, 1)
    return _along(wide, height, method, 0)


def _along(pixels: Floats, length: int, method: Image.Resampling, axis: int) -> Floats:
    """Resize one axis."""
    if pixels.shape[axis] == length:
        return pixels
    places, weights = _taps(pixels.shape[axis], length, method)
    across = (-1, *(1 for _ in range(axis + 1, pixels.ndim)))
    total: Floats = np.zeros(1, np.float32)
    for n, (place, weight) in enumerate(zip(places, weights, strict=True)):
        part = np.take(pixels, place, axis)
        part *= weight.reshape(across)
        total = np.add(total, part, out=total) if n else part
    return total


@functools.lru_cache(maxsize=256)
def _taps(before: int, after: int, method: Image.Resampling) -> tuple[npt.NDArray[np.int64], Floats]:
    """Give which pixels each new pixel is made of, shape (taps, after), and how much of them."""
    scale = before / after
    wider = max(1.0, scale)
    middle = (np.arange(after) + 0.5) * scale
    first = np.maximum(0, (middle - REACH[method] * wider + 0.5).astype(np.int64))
    end = np.minimum(before, (middle + REACH[method] * wider + 0.5).astype(np.int64))
    places = first[:, None] + np.arange((end - first).max())
    weights = _filter((places + 0.5 - middle[:, None]) / wider, method) * (places < end[:, None])
    total = weights[:, 0]
    for column in weights.T[1:]:
        total = total + column
    return np.minimum(places, before - 1).T.copy(), (weights / total[:, None]).T.astype(np.float32)


def _filter(away: Floats, method: Image.Resampling) -> Floats:
    """Give the weight of a pixel by how far away it is (px)."""
    if method == Method.BOX:
        return np.where((away > -0.5) & (away <= 0.5), 1.0, 0.0)
    x = np.abs(away)
    if method == Method.BILINEAR:
        return np.where(x < 1, 1 - x, 0)
    near = ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * CUBIC
    return np.where(x < 1, near, np.where(x < 2, far, 0))
