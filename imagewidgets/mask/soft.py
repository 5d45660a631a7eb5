"""Strokes of soft brushes: full strength inside, falling evenly to nothing at the brush's edge.

The strength at a pixel is that of the disc of the stroke in which its centre lies deepest: 1 up to `hardness` of the
disc's radius, then falling linearly to 0 at the radius. Each segment is painted on its own small boxes of the raster
and the strongest stays, so a stroke costs what it covers, whatever the picture's size. Single precision is enough for
256 steps, and twice as quick; additions, products, quotients and roots of it are the same on every machine.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from imagewidgets.mask.operations import FULL
from imagewidgets.mask.shapes import CENTRE, SELECTED, pieces, segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imagewidgets.mask.operations import Stroke

    Raster = NDArray[np.uint8]
    Floats = NDArray[np.float32]

ROUNDING = 0.5
"""Added before the decimals are cut off."""


def paint(raster: Raster, stroke: Stroke, mode: Literal["add", "subtract"]) -> None:
    """Add a stroke of a soft brush to the raster, or take it away; the stroke's own mode does not count."""
    height, width = raster.shape
    starts, ends, one, other = segments(stroke)
    index, around = pieces(starts, ends, one, other)
    corners = np.clip(np.stack([np.floor(around[:, :2]), np.ceil(around[:, 2:])], 1), 0, (width, height))
    fall = SELECTED / (1 - stroke.hardness / FULL)
    for i, ((left, top), (right, bottom)) in zip(index.tolist(), corners.astype(np.int64).tolist(), strict=True):
        if left == right or top == bottom:
            continue
        x = (np.arange(left, right) + (CENTRE - starts[i, 0])).astype(np.float32)
        y = (np.arange(top, bottom) + (CENTRE - starts[i, 1])).astype(np.float32)
        depth = 1 - _nearest(x, y[:, None], (ends[i] - starts[i]).tolist(), float(one[i]), float(other[i]))
        strength = (np.clip(depth * fall, 0, SELECTED) + ROUNDING).astype(np.uint8)
        part = raster[top:bottom, left:right]
        if mode == "add":
            np.maximum(part, strength, out=part)
        else:
            np.minimum(part, SELECTED - strength, out=part)


def _nearest(x: Floats, y: Floats, along: list[float], one: float, other: float) -> Floats:
    """Return the least of the distances to the discs of a segment, each as a share of that disc's radius.

    The discs' centres run from (0, 0) to `along`, their radii evenly from `one` to `other`. With s along the segment
    and h across it, the disc that is relatively nearest to (s, h) has its centre beside the foot of the perpendicular,
    by ``slope * h² / R``, R being the radius there; or it is the disc at an end.
    """
    length = math.hypot(*along)
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
    nearest: Floats = np.sqrt(h * h + over * over) / radius
    return nearest
