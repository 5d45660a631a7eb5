"""Hard shapes to pixels, by one exact rule: a pixel is selected when its centre lies inside the shape.

Every shape meets a row of pixels in intervals: a rectangle and an ellipse in one, a stroke in one for each of its
segments, a polygon in several. They are computed for all rows at once, merged, and written into the raster, so a shape
costs what it covers, whatever the picture's size. Nothing depends on a drawing library's rounding: the same operations
give the same pixels everywhere, and a digest of a mask can stand in a test.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from imagewidgets.mask.operations import Ellipse, Polygon, Rectangle, Stroke

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imagewidgets.mask.operations import Mode

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Raster = NDArray[np.uint8]

Shape: TypeAlias = Stroke | Rectangle | Ellipse | Polygon

SELECTED = 255
"""Value of a fully selected pixel; one that is not selected has 0."""

CENTRE = 0.5
"""Where the centre of a pixel lies, from its edge, px."""

PAIRS_AT_ONCE = 250_000
"""Most rows of segments worked on together: bounds the memory of a long stroke with a wide brush to some 50 MB."""

BITS = 31
"""Of the number of a pixel. Where an interval begins and where it ends are sorted together as one number of 62."""

PIECE = 128
"""Shortest piece into which a long line is cut for its boxes, px."""

MOST_PIECES = 256
"""Most pieces of one straight line: those of lines that lead far beyond every picture are longer."""


class Spans(NamedTuple):
    """Pixels as intervals of a raster read row after row: sorted, apart from each other, the ends not included."""

    starts: Ints
    stops: Ints


def spans(shape: Shape, size: tuple[int, int]) -> Spans:
    """Return the pixels whose centre lies inside of a shape (a stroke: as with a hard brush) on a raster of `size`.

    The right and lower edges of a rectangle or polygon belong to the next one: two side by side share no pixel. The
    outline of an ellipse and of a stroke belongs to it, so that it is as wide on either side.
    """
    match shape:
        case Stroke():
            return _stroke(shape, size)
        case Rectangle():
            top, bottom = np.array([shape.y]), np.array([shape.y + shape.h])
            _, rows = rows_between(top, bottom, size[1])
            rows = rows[rows + CENTRE < bottom]
            left, right = np.full(len(rows), shape.x), np.full(len(rows), shape.x + shape.w)
            return _merged(rows, np.ceil(left - CENTRE), np.ceil(right - CENTRE), size[0])
        case Ellipse():
            _, rows = rows_between(np.array([shape.y]), np.array([shape.y + shape.h]), size[1])
            half_width, half_height = shape.w / 2, shape.h / 2
            height = (rows + CENTRE - (shape.y + half_height)) / half_height
            reach = half_width * np.sqrt(np.maximum(1 - height * height, 0))
            left, right = shape.x + half_width - reach, shape.x + half_width + reach
            return _merged(rows, np.ceil(left - CENTRE), np.floor(right - CENTRE) + 1, size[0])
        case Polygon():
            rows, left, right = _polygon(np.asarray(shape.points, np.float64), size[1])
            return _merged(rows, np.ceil(left - CENTRE), np.ceil(right - CENTRE), size[0])


def fill(raster: Raster, inside: Spans, mode: Mode) -> None:
    """Select the pixels, take them away, or keep nothing but them."""
    flat = raster.reshape(-1)
    starts, stops, value = inside.starts, inside.stops, SELECTED if mode == "add" else 0
    if mode == "intersect":
        starts, stops = np.append(0, stops), np.append(starts, flat.size)
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        flat[start:stop] = value


def boxes(shape: Shape) -> Floats:
    """Return boxes (n, 4) left, top, right, bottom, px, that hold the shape together: several for a stroke."""
    match shape:
        case Stroke():
            return pieces(*segments(shape))[1]
        case Polygon():
            points = np.asarray(shape.points, np.float64)
            return np.concatenate([points.min(axis=0), points.max(axis=0)])[None]
        case _:
            return np.array([[shape.x, shape.y, shape.x + shape.w, shape.y + shape.h]])


def pieces(starts: Floats, ends: Floats, one: Floats, other: Floats) -> tuple[Ints, Floats]:
    """Return boxes (n, 4) that hold the segments, and the number of the segment that each belongs to (n,).

    A long straight line would have a box of almost only what it does not touch: it is taken in pieces.
    """
    radius = np.maximum(one, other)
    length = abs(ends - starts).max(axis=1)
    count = np.clip(np.ceil(length / np.maximum(2 * radius, PIECE)), 1, MOST_PIECES).astype(np.int64)
    index = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(index)) - (np.cumsum(count) - count)[index]
    share = (np.stack([place, place + 1], 1) / count[index, None])[..., None]
    points = starts[index, None] + share * (ends - starts)[index, None]
    around = radius[index, None]
    return index, np.concatenate([points.min(axis=1) - around, points.max(axis=1) + around], 1)


def segments(stroke: Stroke) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the segments of a stroke: starts and ends (n, 2), radii at the starts and at the ends (n,).

    The end is never above the start, so that a line drawn backwards gives the same numbers and the same pixels.
    """
    points = np.asarray(stroke.points, np.float64)
    radii = np.asarray(stroke.widths or (stroke.size,) * len(points), np.float64) / 2
    if len(points) == 1:
        return points, points, radii, radii
    starts, ends, one, other = points[:-1], points[1:], radii[:-1], radii[1:]
    turn = (starts[:, 1] > ends[:, 1]) | ((starts[:, 1] == ends[:, 1]) & (starts[:, 0] > ends[:, 0]))
    starts, ends = np.where(turn[:, None], ends, starts), np.where(turn[:, None], starts, ends)
    return starts, ends, np.where(turn, other, one), np.where(turn, one, other)


def _stroke(stroke: Stroke, size: tuple[int, int]) -> Spans:
    """Return what lies within the brush of a stroke: its segments a few at a time, then all together."""
    starts, ends, one, other = segments(stroke)
    top = np.minimum(starts[:, 1] - one, ends[:, 1] - other)
    bottom = np.maximum(starts[:, 1] + one, ends[:, 1] + other)
    within = np.maximum(np.minimum(bottom, size[1]) - np.maximum(top, 0), 0) + 1
    parts = []
    for some in chunks(within, PAIRS_AT_ONCE):
        index, rows = rows_between(top[some], bottom[some], size[1])
        left, right = _cones(starts[some][index], ends[some][index], one[some][index], other[some][index], rows)
        parts.append(_merged(rows, np.ceil(left - CENTRE), np.floor(right - CENTRE) + 1, size[0]))
    return parts[0] if len(parts) == 1 else _joined(*(np.concatenate(ends) for ends in zip(*parts, strict=True)))


def _cones(starts: Floats, ends: Floats, one: Floats, other: Floats, rows: Ints) -> tuple[Floats, Floats]:
    """Return where each row enters and leaves the convex hull of two discs, all arrays of one length.

    A hull's outermost point in a row lies on one of the discs or on one of the two lines that touch both, so its
    interval goes from the leftmost of these to the rightmost. An empty interval goes from +inf to -inf.
    """
    y = rows + CENTRE
    left, right = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
    for centre, radius in ((starts, one), (ends, other)):
        away = y - centre[:, 1]
        square = radius * radius - away * away
        reach = np.where(square >= 0, np.sqrt(np.maximum(square, 0)), -np.inf)
        left, right = np.minimum(left, centre[:, 0] - reach), np.maximum(right, centre[:, 0] + reach)
    dx, dy = ends[:, 0] - starts[:, 0], ends[:, 1] - starts[:, 1]
    length = np.sqrt(dx * dx + dy * dy)
    apart = length > abs(one - other)  # otherwise one disc holds the other, and is the hull
    length = np.where(apart, length, 1.0)
    ux, uy = dx / length, dy / length
    lean = (one - other) / length  # of the touching lines towards the smaller disc: sine of their angle to the segment
    across = np.sqrt(np.maximum(1 - lean * lean, 0))
    for side in (across, -across):
        nx, ny = ux * lean - uy * side, uy * lean + ux * side
        x0, y0 = starts[:, 0] + one * nx, starts[:, 1] + one * ny
        x1, y1 = ends[:, 0] + other * nx, ends[:, 1] + other * ny
        meets = apart & (np.minimum(y0, y1) <= y) & (y <= np.maximum(y0, y1)) & (y0 != y1)
        x = x0 + (y - y0) * ((x1 - x0) / np.where(meets, y1 - y0, 1.0))
        left = np.minimum(left, np.where(meets, x, np.inf))
        right = np.maximum(right, np.where(meets, x, -np.inf))
    return left, right


def _polygon(points: Floats, height: int) -> tuple[Ints, Floats, Floats]:
    """Return rows and the intervals of x in them that a closed line winds around."""
    nexts = np.roll(points, -1, axis=0)
    down = points[:, 1] < nexts[:, 1]
    upper, lower = np.where(down[:, None], points, nexts), np.where(down[:, None], nexts, points)
    index, rows = rows_between(upper[:, 1], lower[:, 1], height)
    y = rows + CENTRE
    crosses = y < lower[index, 1]  # a corner belongs to the edge below it, so that a line crosses each row once
    index, rows, y = index[crosses], rows[crosses], y[crosses]
    slope = (lower[index, 0] - upper[index, 0]) / (lower[index, 1] - upper[index, 1])
    x = upper[index, 0] + (y - upper[index, 1]) * slope
    order = np.lexsort((x, rows))
    rows, x = rows[order], x[order]
    winding = np.cumsum(np.where(down[index[order]], 1, -1))  # back at 0 at the end of each row
    inside = np.flatnonzero(winding[:-1] != 0)
    return rows[inside], x[inside], x[inside + 1]


def chunks(costs: Floats | Ints, most: int) -> list[slice]:
    """Return slices of a list of things, at least one, that cost about `most` together each."""
    edges = np.flatnonzero(np.diff(np.cumsum(costs) // most)) + 1
    bounds = [0, *edges.tolist(), len(costs)]
    return [slice(start, stop) for start, stop in pairwise(bounds)]


def rows_between(top: Floats, bottom: Floats, height: int) -> tuple[Ints, Ints]:
    """Return pairs of n things and the rows whose centre lies between their `top` and `bottom`: (numbers, rows)."""
    first = np.clip(np.ceil(top - CENTRE), 0, height).astype(np.int64)
    last = np.clip(np.floor(bottom - CENTRE), -1, height - 1).astype(np.int64)
    count = np.maximum(last - first + 1, 0)
    index = np.repeat(np.arange(len(count)), count)
    return index, np.arange(len(index)) + (first - np.cumsum(count) + count)[index]


def _merged(rows: Ints, first: Floats, stop: Floats, width: int) -> Spans:
    """Return intervals of columns, from `first` to before `stop`, in rows of the raster, clipped to its width."""
    row = rows * width
    starts, stops = np.clip(first, 0, width).astype(np.int64), np.clip(stop, 0, width).astype(np.int64)
    some = starts < stops
    return _joined((row + starts)[some], (row + stops)[some])


def _joined(starts: Ints, stops: Ints) -> Spans:
    """Return intervals sorted, and those that meet as one."""
    both = np.sort(starts << BITS | stops)
    starts, stops = both >> BITS, np.maximum.accumulate(both & ((1 << BITS) - 1))
    opens = np.ones(len(both), bool)
    opens[1:] = starts[1:] > stops[:-1]
    return Spans(starts[opens], stops[np.roll(opens, -1)])
