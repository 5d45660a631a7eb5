"""Masks grown, shrunk and smoothed by discs: exact, by the distances between the centres of pixels.

A disc is worked through by its columns. For each of them, one comparison with the distance along the columns (of
every pixel, known beforehand) tells where the disc, centred there, meets the area in that column.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imagewidgets.mask.bands import in_bands
from imagewidgets.mask.regions import bounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imagewidgets.mask.regions import Area


def grow(inside: Area, by: float) -> Area:
    """Return an area with all pixels whose centre is within `by` px of the centre of one in it.

    Parameters
    ----------
    inside
        bool, shape (height, width).
    by
        px, 0 or more.
    """
    grown: Area = inside.copy()
    if (box := bounds(inside)) is not None:
        around = _widened(box, int(by), inside.shape)
        grown[around] = _grown(inside[around], by)
    return grown


def shrink(inside: Area, by: float) -> Area:
    """Return an area without the pixels whose centre is within `by` px of the centre of one outside of it.

    Outside means in the picture and not in the area: the border of the picture takes nothing away.
    """
    shrunk: Area = inside.copy()
    if (box := bounds(inside)) is not None:
        # The nearest pixel outside is never beyond the frame of one pixel around the area.
        around = _widened(box, 1, inside.shape)
        shrunk[around] = ~_grown(~inside[around], by)
    return shrunk


def smooth(inside: Area, by: float) -> Area:
    """Return an area in which each pixel is as most of the disc of radius `by` around it was.

    This rounds corners, in and out, to about that radius, and drops specks, gaps and lines that fill less than half of
    the disc. Straight edges stay where they are, and the area and what lies outside of it are treated alike. (Opening
    and closing by the disc, the usual alternative, would drop every line thinner than the disc is wide.)

    Beyond the border, the pixels at the border are taken to go on; so an area does not withdraw from it.
    """
    smoothed: Area = inside.copy()
    if (box := bounds(inside)) is None:
        return smoothed
    halves = _halves(by)
    reach = len(halves) - 1
    around = _widened(box, reach, inside.shape)
    smoothed[around] = _majority(np.pad(inside[around], reach, mode="edge"), halves)
    return smoothed


def _halves(by: float) -> list[int]:
    """Return how far a disc of radius `by` reaches up and down from its middle row, in each column from the middle."""
    return [math.isqrt(int(by * by - column * column)) for column in range(int(by) + 1)]


def _widened(box: tuple[slice, slice], by: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return a box of rows and columns, `by` px wider on each side where the picture has as many."""
    rows, columns = box
    height, width = shape
    return (
        slice(max(rows.start - by, 0), min(rows.stop + by, height)),
        slice(max(columns.start - by, 0), min(columns.stop + by, width)),
    )


def _grown(inside: Area, by: float) -> Area:
    height, width = inside.shape
    halves = _halves(by)
    distances = _distances_along_columns(inside, len(halves))
    grown: Area = np.empty_like(inside)

    def cover(rows: slice) -> None:
        part = grown[rows]
        np.less_equal(distances[rows], halves[0], out=part)
        for column in range(1, min(len(halves), width)):
            met = distances[rows] <= halves[column]
            part[:, column:] |= met[:, :-column]
            part[:, :-column] |= met[:, column:]

    in_bands((height, width), cover)
    return grown


def _distances_along_columns(inside: Area, farthest: int) -> NDArray[np.unsignedinteger[Any]]:
    """Return how far, up or down, the nearest pixel of the area in the same column is, at most `farthest`."""
    number = np.min_scalar_type(farthest + 1).type
    distances: NDArray[np.unsignedinteger[Any]] = np.where(inside, number(0), number(farthest))
    for row in range(1, len(distances)):
        np.minimum(distances[row], distances[row - 1] + 1, out=distances[row])
    for row in range(len(distances) - 2, -1, -1):
        np.minimum(distances[row], distances[row + 1] + 1, out=distances[row])
    return distances


def _majority(padded: Area, halves: list[int]) -> Area:
    """Return, for each pixel but those of the frame as wide as the disc, whether most of the disc around it is inside.

    A disc has an odd number of pixels, so there is always a majority.
    """
    reach = len(halves) - 1
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    pixels = sum((2 * half + 1) * (2 if column else 1) for column, half in enumerate(halves))
    # Counts may overflow on the way: the differences of unsigned numbers are right nevertheless.
    above = np.zeros((len(padded) + 1, padded.shape[1]), np.min_scalar_type(pixels))
    np.cumsum(padded, axis=0, dtype=above.dtype, out=above[1:])
    smoothed: Area = np.empty((height, width), np.bool_)

    def count(rows: slice) -> None:
        counts = np.zeros((rows.stop - rows.start, width), above.dtype)
        for column in range(-reach, reach + 1):
            half = halves[abs(column)]
            columns = slice(reach + column, reach + column + width)
            counts += above[rows.start + reach + half + 1 : rows.stop + reach + half + 1, columns]
            counts -= above[rows.start + reach - half : rows.stop + reach - half, columns]
        np.greater(counts, pixels // 2, out=smoothed[rows])

    in_bands((height, width), count)
    return smoothed
