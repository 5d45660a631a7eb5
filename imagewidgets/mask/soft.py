"""Strokes of soft brushes: full strength inside, falling evenly to nothing at the brush's edge.

The strength at a pixel is that of the disc of the stroke in which its centre lies deepest: 1 up to `hardness` of the
disc's radius, then falling linearly to 0 at the radius. Where all discs are as large, the deepest is the nearest one:
only the pixels beside a segment are held against it, and against a point only those that lie before and behind no
segment at it, so a stroke costs what it covers, however many points it has. Where a pen's pressure changed the brush,
each segment is painted on its own boxes of the raster, and the strongest stays.

Single precision is enough for 256 steps, and twice as quick; additions, products, quotients and roots of it are the
same on every machine.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec
import numpy as np

from imagewidgets.mask.operations import FULL
from imagewidgets.mask.shapes import CENTRE, PAIRS_AT_ONCE, SELECTED, chunks, pieces, rows_between, segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imagewidgets.mask.operations import Stroke

    Raster = NDArray[np.uint8]
    Singles = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROUNDING = 0.5
"""Added before the decimals are cut off."""

SLACK = 1e-6
"""How far beyond its end a segment still takes pixels, px; so that none between two of them is left out by rounding."""

PIXELS_AT_ONCE = 250_000
"""Most pixels worked on together: keeps them in the processor's cache."""


class Runs(NamedTuple):
    """Pixels side by side in a row: of the k-th the distance is the root of ``square + (x + k * step)²``."""

    first: Ints
    length: Ints
    square: Singles
    x: Singles
    step: Singles


def paint(raster: Raster, stroke: Stroke, mode: Literal["add", "subtract"]) -> None:
    """Add a stroke of a soft brush to the raster, or take it away; the stroke's own mode does not count."""
    fall = SELECTED / (1 - stroke.hardness / FULL)
    widths = set(stroke.widths or (stroke.size,))
    if len(widths) > 1:
        _paint_tapered(raster, stroke, fall, mode)
        return
    size = widths.pop()
    for part in _parts(msgspec.structs.replace(stroke, size=size, widths=None), len(raster)):
        _paint_even(raster, part, size / 2, fall, mode)


def _paint_even(raster: Raster, stroke: Stroke, radius: float, fall: float, mode: Literal["add", "subtract"]) -> None:
    height, width = raster.shape
    flat = raster.reshape(-1)
    for runs in (_beside(stroke, radius, (width, height)), _around(stroke, radius, (width, height))):
        for some in chunks(runs.length, PIXELS_AT_ONCE):
            part = Runs._make(values[some] for values in runs)
            index = np.repeat(np.arange(len(part.length)), part.length)
            place = np.arange(len(index)) - (np.cumsum(part.length) - part.length)[index]
            x = part.x[index] + place.astype(np.float32) * part.step[index]
            strength = _strength(np.sqrt(part.square[index] + x * x) / np.float32(radius), fall)
            if mode == "add":
                np.maximum.at(flat, part.first[index] + place, strength)
            else:
                np.minimum.at(flat, part.first[index] + place, SELECTED - strength)


def _parts(stroke: Stroke, height: int) -> list[Stroke]:
    """Return strokes that are the same together, each of so few rows of segments as are worked on together."""
    points = np.asarray(stroke.points, np.float64)
    if len(points) == 1:
        return [stroke]
    rows = np.minimum(abs(np.diff(points[:, 1])) + stroke.size + 1, height)
    some = chunks(rows, PAIRS_AT_ONCE)
    return [msgspec.structs.replace(stroke, points=stroke.points[part.start : part.stop + 1]) for part in some]


def _beside(stroke: Stroke, radius: float, size: tuple[int, int]) -> Runs:
    """Return the pixels beside the segments: from end to end, no farther than the radius; how far they are across."""
    starts, ends, _, _ = segments(stroke)
    lengths = np.sqrt(((ends - starts) ** 2).sum(axis=1))
    real = lengths > 0
    starts, ends, lengths = starts[real], ends[real], lengths[real]
    along = (ends - starts) / lengths[:, None]
    index, rows = rows_between(starts[:, 1] - radius, ends[:, 1] + radius, size[1])
    x, (ux, uy), down = starts[index, 0], along[index].T, rows + CENTRE - starts[index, 1]
    ahead = _between(ux, down * uy, -SLACK, lengths[index] + SLACK)
    aside = _between(-uy, down * ux, -radius, radius)
    left, right = np.maximum(ahead[0], aside[0]), np.minimum(ahead[1], aside[1])
    return _runs(rows, x, left, right, size[0], np.zeros(len(rows)), down * ux, -uy)


def _around(stroke: Stroke, radius: float, size: tuple[int, int]) -> Runs:
    """Return the pixels within the radius of each point and beside none of the segments there; how far they are."""
    path = np.asarray(stroke.points, np.float64)
    path = path[np.append(True, (path[1:] != path[:-1]).any(axis=1))]
    along = np.diff(path, axis=0)
    along /= np.sqrt((along**2).sum(axis=1))[:, None]
    index, rows = rows_between(path[:, 1] - radius, path[:, 1] + radius, size[1])
    x, down = path[index, 0], rows + CENTRE - path[index, 1]
    reach = np.sqrt(np.maximum(radius * radius - down * down, 0))
    left, right = -reach, reach
    for segment, there, sign in ((index - 1, index > 0, 1), (index, index < len(along), -1)):
        ux, uy = (along[segment[there]] * sign).T
        behind = _between(ux, down[there] * uy, np.full(len(ux), -SLACK), np.full(len(ux), np.inf))
        left[there], right[there] = np.maximum(left[there], behind[0]), np.minimum(right[there], behind[1])
    return _runs(rows, x, left, right, size[0], down * down, np.zeros(len(rows)), np.ones(len(rows)))


def _between(slope: Floats, offset: Floats, low: Floats | float, high: Floats | float) -> tuple[Floats, Floats]:
    """Return where ``low <= slope * x + offset <= high``: an interval of x, from +inf to -inf where there is none."""
    flat = slope == 0
    safe = np.where(flat, 1.0, slope)
    one, other = (low - offset) / safe, (high - offset) / safe
    everywhere = (low <= offset) & (offset <= high)
    left = np.where(flat, np.where(everywhere, -np.inf, np.inf), np.minimum(one, other))
    right = np.where(flat, np.where(everywhere, np.inf, -np.inf), np.maximum(one, other))
    return left, right


def _runs(
    rows: Ints, x: Floats, left: Floats, right: Floats, width: int, square: Floats, offset: Floats, slope: Floats
) -> Runs:
    """Return runs from the intervals from `left` to `right` of `x`, with the distance ``offset + slope * (from x)``."""
    first = np.clip(np.ceil(x + left - CENTRE), 0, width).astype(np.int64)
    stop = np.clip(np.floor(x + right - CENTRE) + 1, 0, width).astype(np.int64)
    some = first < stop
    begin = offset + slope * (first + CENTRE - x)
    singles = (values[some].astype(np.float32) for values in (square, begin, slope))
    return Runs((rows * width + first)[some], (stop - first)[some], *singles)


def _paint_tapered(raster: Raster, stroke: Stroke, fall: float, mode: Literal["add", "subtract"]) -> None:
    height, width = raster.shape
    starts, ends, one, other = segments(stroke)
    index, around = pieces(starts, ends, one, other)
    corners = np.clip(np.stack([np.floor(around[:, :2]), np.ceil(around[:, 2:])], 1), 0, (width, height))
    for i, ((left, top), (right, bottom)) in zip(index.tolist(), corners.astype(np.int64).tolist(), strict=True):
        if left == right or top == bottom:
            continue
        x = (np.arange(left, right) + (CENTRE - starts[i, 0])).astype(np.float32)
        y = (np.arange(top, bottom) + (CENTRE - starts[i, 1])).astype(np.float32)
        near = _nearest(x, y[:, None], (ends[i] - starts[i]).tolist(), float(one[i]), float(other[i]))
        part = raster[top:bottom, left:right]
        if mode == "add":
            np.maximum(part, _strength(near, fall), out=part)
        else:
            np.minimum(part, SELECTED - _strength(near, fall), out=part)


def _strength(near: Singles, fall: float) -> Raster:
    """Return values of 0 to 255 from distances as shares of the radius."""
    values: Raster = (np.clip((1 - near) * fall, 0, SELECTED) + ROUNDING).astype(np.uint8)
    return values


def _nearest(x: Singles, y: Singles, along: list[float], one: float, other: float) -> Singles:
    """Return the least of the distances to the discs of a segment, each as a share of that disc's radius.

    The discs' centres run from (0, 0) to `along`, their radii evenly from `one` to `other`. With s along the segment
    and h across it, the disc that is relatively nearest to (s, h) has its centre beside the foot of the perpendicular,
    by ``slope * h² / R``, R being the radius there; or it is the disc at an end.
    """
    length = math.sqrt(along[0] * along[0] + along[1] * along[1])  # hypot differs from machine to machine
    ux, uy = (along[0] / length, along[1] / length) if length else (1.0, 0.0)
    s, h = x * ux + y * uy, y * ux - x * uy
    radius: NDArray[Any] | float
    if one == other or length == 0:
        over, radius = s - np.clip(s, 0, length), max(one, other)
    else:
        slope = (other - one) / length
        foot = one + slope * s
        within = foot > 0  # elsewhere, beyond the apex, the larger of the discs at the ends is nearest
        beside = s + slope * h * h / np.where(within, foot, 1)
        centre = np.where(within, np.clip(beside, 0, length), length if other > one else 0)
        over, radius = s - centre, one + slope * centre
    nearest: Singles = np.sqrt(h * h + over * over) / radius
    return nearest
