"""Wide lines and polygons, drawn the same on every machine.

Pillow fills polygons, and lines of 2 px and more, along edges that its compiler may round in two ways (see `exact`).
Here a pixel belongs to a shape by sums and products alone. Discs and lines of 1 px Pillow draws in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Point = tuple[float, float]


def line(sheet: Image.Image, points: Sequence[Point], *, fill: int, width: int = 1) -> None:
    """Draw a line through points (px) on an L image, `width` px wide, with round ends and joints."""
    if width == 1:
        ImageDraw.Draw(sheet).line(list(points), fill=fill)
        return
    for (x0, y0), (x1, y1) in pairwise(points):
        left, top, xx, yy = _window(sheet, [(x0, y0), (x1, y1)], width)
        dx, dy = x1 - x0, y1 - y0
        along = np.clip(((xx - x0) * dx + (yy - y0) * dy) / max(1e-9, dx * dx + dy * dy), 0, 1)
        away_x, away_y = xx - x0 - along * dx, yy - y0 - along * dy
        _fill(sheet, left, top, away_x * away_x + away_y * away_y <= width * width / 4, fill)


def polygon(sheet: Image.Image, corners: Sequence[Point], *, fill: int) -> None:
    """Fill a convex polygon on an L image; its corners (px) go clockwise as one sees them."""
    left, top, xx, yy = _window(sheet, corners, 1)
    inside = np.ones(np.broadcast_shapes(xx.shape, yy.shape), np.bool_)
    for (x0, y0), (x1, y1) in pairwise([*corners, corners[0]]):
        inside &= (x1 - x0) * (yy - y0) >= (y1 - y0) * (xx - x0)
    _fill(sheet, left, top, inside, fill)


def _window(
    sheet: Image.Image, points: Sequence[Point], margin: int
) -> tuple[int, int, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give the left and top of the box around points, cut to the sheet, and the x and y of its pixels."""
    across, down = ([point[axis] for point in points] for axis in (0, 1))
    left, top = max(0, int(min(across)) - margin), max(0, int(min(down)) - margin)
    right, bottom = min(sheet.width, int(max(across)) + margin + 1), min(sheet.height, int(max(down)) + margin + 1)
    xx = np.arange(left, max(left, right), dtype=np.float64)
    yy = np.arange(top, max(top, bottom), dtype=np.float64)
    return left, top, xx, yy[:, None]


def _fill(sheet: Image.Image, left: int, top: int, inside: npt.NDArray[np.bool_], fill: int) -> None:
    if inside.size:
        sheet.paste(fill, (left, top), Image.fromarray(inside.astype(np.uint8) * 255))
