"""Areas that hang together: of alike colours, of a mask, its holes, its largest piece.

What is selected hangs together over corners as well (8 neighbours); what is not, and colours, over edges only (4): so
a line one pixel thin, slanting too, is a border for all that is not part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagewidgets.mask.bands import in_bands
from imagewidgets.mask.colours import ONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Area = NDArray[np.bool_]

WIDEST_TOLERANCE = 100
"""Tolerance at which every colour is alike."""


def similar(lab: NDArray[np.int16], x: float, y: float, tolerance: float, contiguous: bool) -> Area:
    """Return where the colours are like that of one pixel.

    Parameters
    ----------
    lab
        The picture, as `colours.to_lab` returns it.
    x, y
        A point in that pixel, px.
    tolerance
        0 to 100. Two colours are alike up to a distance of (`tolerance` / 100)², where 1 is that of black and white: 0
        takes the same colour only, 10 what the eye hardly tells apart (0.01), 24 shades of one surface (0.058), 50 half
        of all lightnesses (0.25), 100 everything.
    contiguous
        True takes only what hangs together with the pixel, by edges.

    Returns
    -------
    numpy.ndarray
        bool, shape (height, width).

    Raises
    ------
    ValueError
        The point does not lie in the picture.
    """
    height, width, numbers = lab.shape
    column, row = _pixel(x, y, (height, width))
    colour = lab[row, column].astype(np.int32)
    farthest = int((tolerance * tolerance * ONE / WIDEST_TOLERANCE**2) ** 2)
    alike = np.empty((height, width), np.bool_)

    def compare(rows: slice) -> None:
        band = lab[rows]
        squares = np.zeros(band.shape[:2], np.int32)
        for k in range(numbers):
            apart = np.subtract(band[..., k], colour[k], dtype=np.int32)
            apart *= apart
            squares += apart
        np.less_equal(squares, farthest, out=alike[rows])

    in_bands((height, width), compare)
    return _piece(alike, column, row, diagonal=False) if contiguous else alike


def connected(inside: Area, x: float, y: float, *, diagonal: bool) -> Area:
    """Return the piece of an area in which a point lies: nothing where it does not lie in the area.

    Parameters
    ----------
    inside
        The area: bool, shape (height, width).
    x, y
        The point, px.
    diagonal
        Whether pixels that touch by a corner only hang together.

    Raises
    ------
    ValueError
        The point does not lie in the picture.
    """
    column, row = _pixel(x, y, inside.shape)
    if not inside[row, column]:
        return np.zeros(inside.shape, np.bool_)
    return _piece(inside, column, row, diagonal=diagonal)


def fill_holes(inside: Area) -> Area:
    """Return an area and its holes: what lies outside of it but does not hang together, by edges, with the border."""
    filled: Area = inside.copy()
    if (box := bounds(inside)) is not None:
        labels, count = _labels(~inside[box], diagonal=False)
        open_ = np.zeros(count + 1, np.bool_)
        for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
            open_[edge] = True
        open_[0] = False  # the area itself
        np.logical_not(open_[labels], out=filled[box])
    return filled


def largest(inside: Area) -> Area:
    """Return the piece of an area with the most pixels; of equal ones that with the topmost, then leftmost pixel."""
    kept = np.zeros(inside.shape, np.bool_)
    if (box := bounds(inside)) is not None:
        labels, _ = _labels(inside[box], diagonal=True)
        sizes = np.bincount(labels.ravel())
        sizes[0] = 0
        # Pieces are numbered in the order in which their first pixels come, row by row; argmax takes the first.
        np.equal(labels, sizes.argmax(), out=kept[box])
    return kept


def bounds(inside: Area) -> tuple[slice, slice] | None:
    """Return the rows and columns between which all of an area lies; None when there is none."""
    rows = np.flatnonzero(inside.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(inside[rows[0] : rows[-1] + 1].any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def prepare() -> None:
    """Load what finds connected areas. It takes a moment the first time in a process, which may pass beforehand."""
    import scipy.ndimage  # noqa: F401 - only to have it


def _pixel(x: float, y: float, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return column and row of the pixel in which a point lies."""
    height, width = shape
    if not (0 <= x < width and 0 <= y < height):
        raise ValueError(f"The point ({x:g}, {y:g}) does not lie in the picture, which is {width} × {height} px.")
    return int(x), int(y)


def _piece(inside: Area, column: int, row: int, *, diagonal: bool) -> Area:
    labels, _ = _labels(inside, diagonal=diagonal)
    piece: Area = labels == labels[row, column]
    return piece


def _labels(inside: Area, *, diagonal: bool) -> tuple[NDArray[np.int32], int]:
    """Return the pieces of an area, numbered from 1 in the order of their first pixels (0 outside), and their count."""
    from scipy import ndimage  # takes longer to load than most masks to draw, and many never need it

    neighbours = ndimage.generate_binary_structure(2, 2 if diagonal else 1)
    labels, count = ndimage.label(inside, neighbours)
    return labels, count
