"""Operations to pixels: carries each out on the raster of a mask, in place.

A raster is a uint8 array of shape (height, width): 0 = not selected, 255 = fully selected, soft brushes give values
between. What joins the mask is the maximum of both, what is taken away leaves the minimum of the mask and the rest,
what intersects it the minimum of both. All is exact: the same operations give the same pixels on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image

from imagewidgets.mask import bitmaps, morphology, regions, shapes, soft
from imagewidgets.mask.operations import (
    FULL,
    Bitmap,
    Bucket,
    Clear,
    Ellipse,
    Extend,
    FillHoles,
    Grow,
    Invert,
    KeepLargest,
    MaskOperation,
    Polygon,
    Rectangle,
    SelectAll,
    Shrink,
    Smooth,
    Stroke,
    Wand,
)
from imagewidgets.mask.shapes import SELECTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imagewidgets.mask.operations import Mode

    Raster = NDArray[np.uint8]
    Area = NDArray[np.bool_]
    Colours = Callable[[], NDArray[np.int16]]

Box: TypeAlias = tuple[int, int, int, int]
"""x, y, width and height, px."""

TILE = 128
"""Side of the squares in which it is counted what an operation may touch, px."""

_GROWING = {Grow: morphology.grow, Shrink: morphology.shrink, Smooth: morphology.smooth}
_SHAPES = (Stroke, Rectangle, Ellipse, Polygon)


def empty(size: tuple[int, int]) -> Raster:
    """Return a raster with nothing selected, shape (height, width), for a picture of `size` (width, height)."""
    width, height = size
    return np.zeros((height, width), np.uint8)


def to_image(raster: Raster) -> Image.Image:
    """Return a picture of the raster, mode L, that later operations leave alone."""
    height, width = raster.shape
    return Image.frombytes("L", (width, height), raster.tobytes())


def apply(operation: MaskOperation, raster: Raster, colours: Colours) -> None:
    """Carry out one operation on a raster, in place; `Extend`, which needs a larger one, is for `extension`.

    Parameters
    ----------
    operation
        What to do.
    raster
        The mask as it is, C-contiguous.
    colours
        Gives the picture in a perceptual colour space, as `colours.to_lab` returns it; asked by `Wand` only.

    Raises
    ------
    ValueError
        The operation does not fit this picture: a wand or bucket beside it, a bitmap of another size. The raster is as
        it was.
    """
    height, width = raster.shape
    match operation:
        case Stroke() if operation.hardness < FULL:
            _soft_stroke(operation, raster)
        case Stroke() | Rectangle() | Ellipse() | Polygon():
            shapes.fill(raster, shapes.spans(operation, (width, height)), operation.mode)
        case Wand():
            alike = regions.similar(colours(), operation.x, operation.y, operation.tolerance, operation.contiguous)
            _combine(raster, _cover(alike), operation.mode)
        case Bucket():
            free = operation.mode == "add"
            there = regions.connected((raster == 0) == free, operation.x, operation.y, diagonal=not free)
            _combine(raster, _cover(there), operation.mode)
        case Bitmap():
            given = bitmaps.from_bitmap(operation.png, (width, height))
            if operation.mode == "replace":
                raster[:] = given
            else:
                _combine(raster, given, operation.mode)
        case SelectAll():
            raster[:] = SELECTED
        case Clear():
            raster[:] = 0
        case Invert():
            np.subtract(SELECTED, raster, out=raster)
        case Grow() | Shrink() | Smooth():
            raster[:] = _cover(_GROWING[type(operation)](raster > 0, operation.by))
        case FillHoles():
            _fill_holes(raster)
        case KeepLargest():
            _combine(raster, _cover(regions.largest(raster > 0)), "intersect")
        case Extend():
            raise TypeError("A larger picture needs a larger raster: see imagewidgets.mask.extension.")


def reach(operation: MaskOperation, size: tuple[int, int]) -> list[Box]:
    """Return boxes that do not overlap and hold every pixel that an operation can change on a raster of `size`."""
    width, height = size
    tiles = np.zeros((-(-height // TILE), -(-width // TILE)), bool)
    if isinstance(operation, _SHAPES) and operation.mode != "intersect":
        outer = shapes.boxes(operation)
        corners = np.clip(np.stack([np.floor(outer[:, :2]), np.ceil(outer[:, 2:])], 1), 0, size)
        for (left, top), (right, bottom) in corners.astype(np.int64).tolist():
            tiles[top // TILE : -(-bottom // TILE), left // TILE : -(-right // TILE)] |= left < right and top < bottom
    else:
        tiles[:] = True
    found = []
    for row, column, count in _runs(tiles):
        x, y = column * TILE, row * TILE
        found.append((x, y, min(count * TILE, width - x), min(TILE, height - y)))
    return found


def _runs(tiles: Area) -> list[tuple[int, int, int]]:
    """Return row, column and count of the tiles that lie side by side."""
    edges = np.diff(np.pad(tiles.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, stops = np.nonzero(edges == -1)
    return list(zip(rows.tolist(), starts.tolist(), (stops - starts).tolist(), strict=True))


def _soft_stroke(stroke: Stroke, raster: Raster) -> None:
    if stroke.mode != "intersect":
        soft.paint(raster, stroke, stroke.mode)
        return
    cover = np.zeros_like(raster)
    soft.paint(cover, stroke, "add")
    np.minimum(raster, cover, out=raster)


def _fill_holes(raster: Raster) -> None:
    selected = raster > 0
    np.maximum(raster, _cover(regions.fill_holes(selected) & ~selected), out=raster)


def _combine(raster: Raster, cover: Raster, mode: Mode) -> None:
    match mode:
        case "add":
            np.maximum(raster, cover, out=raster)
        case "subtract":
            np.minimum(raster, SELECTED - cover, out=raster)
        case "intersect":
            np.minimum(raster, cover, out=raster)


def _cover(area: Area) -> Raster:
    """Return an area as a raster: in a byte, minus one is 255."""
    cover: Raster = np.negative(area.view(np.uint8))
    return cover
