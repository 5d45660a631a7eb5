"""Fill a hole smoothly from its rim, as a stretched skin would."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.resampling import resized

Mask = npt.NDArray[np.bool_]
SMOOTHINGS = 3  # passes on each level
# Squared colour differences: hardly any, that of a row known at one end only, one that looks like the same thing.
END = 9  # px: how much of a row at each end of a hole is averaged, so that no grain is drawn out into a streak
LIKENESS, ONE_END, TRUSTED = 0.002, 0.3, 0.008


def fill_smoothly(pixels: Floats, hole: Mask) -> Floats:
    """Fill a hole with colours averaged from around it.

    Averages down a pyramid of half sizes until nothing is missing, then comes back up.

    Parameters
    ----------
    pixels
        Shape (height, width, channels).
    hole
        Shape (height, width), True where pixels are missing.
    """
    known = (~hole).astype(np.float32)
    levels = [(pixels * known[..., None], known)]
    while levels[-1][1].min() == 0 and max(levels[-1][1].shape) > 1:
        levels.append(_halved(*levels[-1]))
    filled = levels[-1][0]
    for color, weight in reversed(levels[:-1]):
        height, width = weight.shape
        guess = resized(filled, width, height, Image.Resampling.BILINEAR)
        filled = color * weight[..., None] + guess * (1 - weight)[..., None]
        filled = _smoothed(filled, weight < 1)
    return np.asarray(filled, np.float32)


def _halved(color: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Give the weighted means of 2 by 2 pixels, and whether any of them was known."""
    height, width = weight.shape
    color = np.pad(color, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    weight = np.pad(weight, ((0, height % 2), (0, width % 2)), mode="edge")
    weights: Floats = np.zeros(((height + 1) // 2, (width + 1) // 2), np.float32)
    colors: Floats = np.zeros((*weights.shape, color.shape[2]), np.float32)
    for dy in (0, 1):
        for dx in (0, 1):
            part = weight[dy::2, dx::2]
            weights = weights + part
            colors = colors + color[dy::2, dx::2] * part[..., None]
    return colors / np.maximum(weights, 1e-6)[..., None], np.minimum(weights, 1)


def _smoothed(pixels: Floats, missing: Mask) -> Floats:
    """Average the missing pixels with their neighbours a few times."""
    if not missing.any():
        return pixels
    smooth = pixels
    for _ in range(SMOOTHINGS):
        padded = np.pad(smooth, ((1, 1), (1, 1), (0, 0)), mode="edge")
        mean = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]) / 4
        smooth = np.where(missing[..., None], mean, pixels)
    return smooth


def fill_in_lines(pixels: Floats, hole: Mask) -> tuple[Floats, Floats]:
    """Fill a hole along rows and columns, where both ends look alike: horizons and walls go on straight.

    Each missing pixel is a mean of four: the two nearest known ones in its row and the two in its column. Rows count
    more where their ends are alike, and so do columns.

    Returns
    -------
    tuple
        The filled picture, and how far to trust it (height, width): 1 where the ends of a line are alike.
    """
    across, across_gap = _between(pixels, hole)
    down, down_gap = (np.swapaxes(part, 0, 1) for part in _between(np.swapaxes(pixels, 0, 1), hole.T))
    rows, columns = 1 / (across_gap + LIKENESS), 1 / (down_gap + LIKENESS)
    mean = (across * rows[..., None] + down * columns[..., None]) / (rows + columns)[..., None]
    trust = exact.exp(-np.minimum(across_gap, down_gap) / TRUSTED)
    return np.where(hole[..., None], mean, pixels), trust


def _between(pixels: Floats, hole: Mask) -> tuple[Floats, Floats]:
    """Give each row's missing pixels between their known ends, and how different those ends are (squared)."""
    height, width = hole.shape
    columns = np.broadcast_to(np.arange(width), hole.shape)
    left = np.maximum.accumulate(np.where(hole, -1, columns), 1)
    right = np.minimum.accumulate(np.where(hole, width, columns)[:, ::-1], 1)[:, ::-1]
    one_sided = (left < 0) | (right >= width)
    first, last = np.where(left < 0, right, left).clip(0, width - 1), np.where(right >= width, left, right)
    last = last.clip(0, width - 1)
    rows = np.arange(height)[:, None]
    begin, end = (
        _mean_before(pixels, hole, rows, first),
        _mean_before(pixels[:, ::-1], hole[:, ::-1], rows, width - 1 - last),
    )
    share = np.clip((columns - first) / np.maximum(1, last - first), 0, 1)[..., None]
    gap = exact.weighted((begin - end) ** 2, (1,) * pixels.shape[2]) + ONE_END * one_sided
    gap = np.where((left < 0) & (right >= width), 1e3, gap)  # nothing is known in this row
    return begin + (end - begin) * share, gap


def _mean_before(pixels: Floats, hole: Mask, rows: npt.NDArray[np.int64], last: npt.NDArray[np.int64]) -> Floats:
    """Give the mean of the known ones of the `END` pixels of each row that end at column `last`."""
    known = (~hole).astype(np.float64)
    colors = np.cumsum(np.pad(pixels * known[..., None], ((0, 0), (1, 0), (0, 0))), 1, dtype=np.float64)
    counts = np.cumsum(np.pad(known, ((0, 0), (1, 0))), 1)
    begin = np.maximum(0, last + 1 - END)
    total = colors[rows, last + 1] - colors[rows, begin]
    count = counts[rows, last + 1] - counts[rows, begin]
    return np.asarray(total / np.maximum(count, 1)[..., None], np.float32)
