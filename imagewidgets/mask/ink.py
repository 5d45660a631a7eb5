"""Lines and filled corners to pixels, with soft edges and a thin outline, by distances.

How far the centre of a pixel is from a shape tells how much of the pixel is covered. The outline, black or white,
whichever stands out from the colour, makes the shape readable on every picture; its distances are the same ones, less
its width.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageColor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Distances = NDArray[np.float32]

OUTLINE_ALPHA = 217
"""Opacity of the outline, 0 to 255: a little of the picture shows through, so that it does not glare."""

LIGHT = 140
"""Brightness, 0 to 255, from which on a colour has a black outline."""

TILE = 256
"""px: a shape is drawn in squares of this side, and only in those that it touches."""

LONGEST = 64.0
"""px: longer lines are cut into such pieces, so that each piece is near to few pixels only."""

MOST_PIECES = 512
"""Most pieces of one straight line: those of lines that lead far beyond every picture are longer."""

_POINT = 1e-6  # px²: a line of less than a thousandth of a pixel is a point
_NO_CORNERS = np.empty((0, 2))


class Shape(NamedTuple):
    """A line, and a filled polygon, together. Numbers in px of the picture.

    Attributes
    ----------
    points
        float64, shape (n, 2), at least one: through them goes the line.
    radius
        Half the width of the line.
    corners
        float64, shape (m, 2): those of the polygon; none for no polygon.
    rounding
        By how much the polygon is wider than its corners, all around, which makes them round.
    """

    points: Points
    radius: float
    corners: Points = _NO_CORNERS
    rounding: float = 0.0


def draw(layer: Image.Image, shape: Shape, color: str, outline: float) -> None:
    """Draw a shape on an RGBA picture, in a colour "#rrggbb", with an outline so many px wide."""
    pieces = _pieces(shape.points)
    margin = shape.radius + outline + 1
    low = np.minimum(pieces[:, :2], pieces[:, 2:]) - margin
    high = np.maximum(pieces[:, :2], pieces[:, 2:]) + margin
    if len(shape.corners):
        margin = shape.rounding + outline + 1
        low = np.vstack([low, shape.corners.min(axis=0) - margin])
        high = np.vstack([high, shape.corners.max(axis=0) + margin])
    left, top = (max(0, int(edge // TILE) * TILE) for edge in low.min(axis=0))
    right, bottom = (min(side, math.ceil(edge)) for side, edge in zip(layer.size, high.max(axis=0), strict=True))
    for y in range(top, bottom, TILE):
        for x in range(left, right, TILE):
            box = (x, y, min(x + TILE, layer.width), min(y + TILE, layer.height))
            near = np.flatnonzero(np.logical_and(low < box[2:], high > box[:2]).all(axis=1))
            if len(near):
                distances = _distances(box, shape, pieces[near[near < len(pieces)]], outline)
                paint(layer, (x, y), _covered(distances), _covered(distances - np.float32(outline)), color)


def paint(layer: Image.Image, at: tuple[int, int], inner: Image.Image, outer: Image.Image, color: str) -> None:
    """Lay a colour and its outline on an RGBA picture, at a point.

    `inner` and `outer` (mode L, the same size) say how much of each pixel the colour covers, and how much the colour
    and its outline together.
    """
    red, green, blue = ImageColor.getrgb(color)[:3]
    light = 0.299 * red + 0.587 * green + 0.114 * blue >= LIGHT  # ITU-R BT.601
    edge = Image.new("RGBA", outer.size, "#000000" if light else "#ffffff")
    edge.putalpha(outer.point([value * OUTLINE_ALPHA // 255 for value in range(256)]))
    layer.alpha_composite(edge, at)
    ink = Image.new("RGBA", inner.size, color)
    ink.putalpha(inner)
    layer.alpha_composite(ink, at)


def _pieces(points: Points) -> Points:
    """Return the line through the points in pieces of at most `LONGEST` px, shape (n, 4): from x, y to x, y."""
    starts, ends = (points, points) if len(points) == 1 else (points[:-1], points[1:])
    counts = np.clip(np.ceil(np.hypot(*(ends - starts).T) / LONGEST), 1, MOST_PIECES).astype(int)
    number = (np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts))[:, None]  # within its line
    steps = np.repeat((ends - starts) / counts[:, None], counts, axis=0)
    starts = np.repeat(starts, counts, axis=0) + steps * number
    return np.hstack([starts, starts + steps])


def _distances(box: tuple[int, int, int, int], shape: Shape, pieces: Points, outline: float) -> Distances:
    """Return how far the pixels of a tile are outside of a shape, px: negative inside, farther ones just far."""
    left, top, right, bottom = box
    far = np.float32(outline + 1)
    distances = np.full((bottom - top, right - left), far, np.float32)
    x = np.arange(right - left, dtype=np.float32) + np.float32(0.5)
    y = (np.arange(bottom - top, dtype=np.float32) + np.float32(0.5))[:, None]
    reach = shape.radius + outline + 1
    for ax, ay, bx, by in (pieces - (left, top, left, top)).tolist():
        columns = slice(max(0, math.floor(min(ax, bx) - reach)), max(0, math.ceil(max(ax, bx) + reach)))
        rows = slice(max(0, math.floor(min(ay, by) - reach)), max(0, math.ceil(max(ay, by) + reach)))
        part = distances[rows, columns]
        np.minimum(part, _from_piece(x[columns], y[rows], ax, ay, bx, by) - np.float32(shape.radius), out=part)
    if len(shape.corners):
        corners = shape.corners - (left, top)
        np.minimum(distances, _from_polygon(x, y, corners) - np.float32(shape.rounding), out=distances)
    return distances


def _from_piece(x: Distances, y: Distances, ax: float, ay: float, bx: float, by: float) -> Distances:
    """Return the distances of points from a straight line between two points."""
    right, down = bx - ax, by - ay
    square = right * right + down * down
    if square < _POINT:
        nearest: Distances = np.hypot(x - ax, y - ay)
        return nearest
    along = np.clip((x - ax) * (right / square) + (y - ay) * (down / square), 0, 1)
    distances: Distances = np.hypot(x - ax - along * right, y - ay - along * down)
    return distances


def _from_polygon(x: Distances, y: Distances, corners: Points) -> Distances:
    """Return the distances of points from the edges of a polygon, negative inside."""
    nearest: Distances = np.full((len(y), len(x)), np.inf, np.float32)
    inside = np.zeros(nearest.shape, np.bool_)
    for (ax, ay), (bx, by) in zip(corners.tolist(), np.roll(corners, -1, axis=0).tolist(), strict=True):
        np.minimum(nearest, _from_piece(x, y, ax, ay, bx, by), out=nearest)
        if ay != by:
            inside ^= ((y < ay) != (y < by)) & (x < ax + (y - ay) * ((bx - ax) / (by - ay)))
    return np.where(inside, -nearest, nearest)


def _covered(distances: Distances) -> Image.Image:
    """Return how much of each pixel is covered, mode L: half of it where the edge goes through its centre."""
    return Image.fromarray((np.clip(0.5 - distances, 0, 1) * 255 + 0.5).astype(np.uint8))
