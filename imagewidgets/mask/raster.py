"""Operations to pixels, by one exact rule: a pixel is selected when its centre lies inside the shape.

Every shape here meets a row of pixels in one interval (a stroke: each of its segments does), so a shape is rasterised
as intervals, row by row, computed for all rows at once. Nothing depends on a drawing library's rounding: the same
operations give the same pixels everywhere, and a digest of a mask can stand in a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from imagewidgets.mask.operations import Clear, Ellipse, Invert, Rectangle, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from imagewidgets.mask.operations import Operation

    Floats = NDArray[np.floating[Any]]
    Raster = NDArray[np.uint8]

SELECTED = 255
"""Value of a selected pixel; one that is not selected has 0."""

CENTRE = 0.5
"""Where the centre of a pixel lies, from its edge, px."""

INTERVALS_AT_ONCE = 500_000
"""Most intervals worked on together: bounds the memory of a long stroke with a wide brush to some 50 MB."""


def empty(size: tuple[int, int]) -> Raster:
    """Return a raster with nothing selected, shape (height, width), for a picture of `size` (width, height)."""
    width, height = size
    return np.zeros((height, width), np.uint8)


def rasterize(operations: Iterable[Operation], size: tuple[int, int]) -> Image.Image:
    """Return the mask that the operations give on a picture of `size` (width, height): mode L, 255 = selected."""
    raster = empty(size)
    for operation in operations:
        apply(operation, raster)
    return to_image(raster)


def to_image(raster: Raster) -> Image.Image:
    """Return a picture of the raster, mode L, that later operations leave alone."""
    height, width = raster.shape
    return Image.frombytes("L", (width, height), raster.tobytes())


def apply(operation: Operation, raster: Raster) -> None:
    """Carry out one operation on a raster, in place."""
    match operation:
        case Invert():
            np.subtract(SELECTED, raster, out=raster)
        case Clear():
            raster[:] = 0
        case Stroke():
            radius = operation.size / 2
            points = np.asarray(operation.points, np.float64)
            starts, ends = (points, points) if len(points) == 1 else (points[:-1], points[1:])
            rows = _rows(points[:, 1].min() - radius, points[:, 1].max() + radius, raster)
            y = rows + CENTRE
            at_once = max(1, INTERVALS_AT_ONCE // max(1, len(rows)))
            for i in range(0, len(starts), at_once):
                chunk = slice(i, i + at_once)
                _fill(raster, rows, *_capsules(starts[chunk], ends[chunk], radius, y), operation.erase)
        case Rectangle():
            rows = _rows(operation.y, operation.y + operation.h, raster)
            left = np.full((1, len(rows)), operation.x)
            # The right and lower edges belong to the next rectangle: two that touch share no pixel.
            inside = rows + CENTRE < operation.y + operation.h
            right = np.where(inside, np.nextafter(operation.x + operation.w, -np.inf), -np.inf)[None]
            _fill(raster, rows, left, right, operation.erase)
        case Ellipse():
            rows = _rows(operation.y, operation.y + operation.h, raster)
            half_width, half_height = operation.w / 2, operation.h / 2
            height = (rows + CENTRE - (operation.y + half_height)) / half_height
            reach = half_width * np.sqrt(np.maximum(1 - height * height, 0))[None]
            middle = operation.x + half_width
            _fill(raster, rows, middle - reach, middle + reach, operation.erase)


def _rows(top: float, bottom: float, raster: Raster) -> NDArray[np.int64]:
    """Return the rows of the raster whose centre lies between `top` and `bottom`."""
    first = np.clip(np.ceil(top - CENTRE), 0, len(raster))
    last = np.clip(np.floor(bottom - CENTRE), -1, len(raster) - 1)
    return np.arange(int(first), int(last) + 1)


def _capsules(starts: Floats, ends: Floats, radius: float, y: Floats) -> tuple[Floats, Floats]:
    """Return where each row at `y` (m) enters and leaves what is within `radius` of each segment (n, 2): two (n, m).

    Such a capsule is two discs and the rectangle between them. All three are convex and so is the whole: its interval
    goes from the leftmost of the three to the rightmost. An empty interval goes from +inf to -inf.
    """
    ax, ay = starts[:, 0, None], starts[:, 1, None]
    bx, by = ends[:, 0, None], ends[:, 1, None]
    dx, dy = bx - ax, by - ay
    length = np.sqrt(dx * dx + dy * dy)
    above = y - ay
    # In x from the segment's start. Across it: no farther from its line than the radius. Along it: between its ends.
    across = _between(-dy, above * dx, -radius * length, radius * length)
    along = _between(dx, above * dy, np.zeros_like(length), length * length)
    left, right = ax + np.maximum(across[0], along[0]), ax + np.minimum(across[1], along[1])
    body = (length > 0) & (left <= right)
    left, right = np.where(body, left, np.inf), np.where(body, right, -np.inf)
    for cx, cy in ((ax, ay), (bx, by)):
        square = radius * radius - (y - cy) * (y - cy)
        reach = np.sqrt(np.maximum(square, 0))
        left = np.minimum(left, np.where(square >= 0, cx - reach, np.inf))
        right = np.maximum(right, np.where(square >= 0, cx + reach, -np.inf))
    return left, right


def _between(slope: Floats, offset: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the interval of x for which ``low <= slope * x + offset <= high``."""
    flat = slope == 0
    safe = np.where(flat, 1.0, slope)
    one, other = (low - offset) / safe, (high - offset) / safe
    everywhere = (low <= offset) & (offset <= high)
    left = np.where(flat, np.where(everywhere, -np.inf, np.inf), np.minimum(one, other))
    right = np.where(flat, np.where(everywhere, np.inf, -np.inf), np.maximum(one, other))
    return left, right


def _fill(raster: Raster, rows: NDArray[np.int64], left: Floats, right: Floats, erase: bool) -> None:
    """Select (or erase) in each row all pixels whose centre lies in one of its intervals; `left`, `right`: (n, m)."""
    width = raster.shape[1]
    first = np.clip(np.ceil(left - CENTRE), 0, width).astype(np.int64)
    last = np.clip(np.floor(right - CENTRE), -1, width - 1).astype(np.int64)
    some, row = np.nonzero(first <= last)
    if not len(some):
        return
    first, last = first[some, row], last[some, row]
    start, stop = first.min(), last.max() + 1
    # +1 where an interval begins, -1 after its end: the running sum counts the intervals over each pixel.
    count = np.zeros((len(rows), stop - start + 1), np.int32)
    np.add.at(count, (row, first - start), 1)
    np.add.at(count, (row, last + 1 - start), -1)
    inside = np.cumsum(count, axis=1)[:, :-1] > 0
    raster[rows[0] : rows[-1] + 1, start:stop][inside] = 0 if erase else SELECTED
