"""What was done to a mask, as values: strokes, shapes, inversion, clearing.

A mask is the list of its operations; its raster is made from them (`imagewidgets.mask.raster`), never the other way.
The list goes into JSON and comes back the same, so a mask drawn by hand can stand in a notebook as text.

Coordinates are pixels of the picture: x to the right, y down, (0, 0) its top left corner, so the pixel in column i
spans i to i + 1. They may lie outside of the picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

DECIMALS = 2
"""Decimals kept of a coordinate: a hundredth of a pixel. More would only make the JSON longer."""


FARTHEST = 1_000_000
"""How far from the picture's corner a coordinate may lie, px; so nothing overflows where squares are taken."""


class Stroke(msgspec.Struct, frozen=True, tag="stroke", tag_field="type", forbid_unknown_fields=True):
    """A line drawn with a round brush.

    Parameters
    ----------
    points
        At least one (x, y), px. One point gives a disc; between points the line is straight.
    size
        Diameter of the brush, px, more than 0.
    erase
        True takes away from the mask, False adds to it.

    Raises
    ------
    ValueError
        There is no point, one lies farther than `FARTHEST`, or the size is not more than 0 and at most `FARTHEST`.
    """

    points: tuple[tuple[float, float], ...]
    size: float
    erase: bool = False

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("A stroke needs at least one point.")
        if wrong := next((point for point in self.points if not all(abs(value) <= FARTHEST for value in point)), None):
            raise ValueError(f"A stroke's points lie within {FARTHEST:,} px of the picture's corner, not at {wrong}.")
        if not 0 < self.size <= FARTHEST:
            raise ValueError(f"A stroke's size is its diameter in pixels: more than 0, not {self.size:g}.")


class _Box(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    x: float
    y: float
    w: float
    h: float
    erase: bool = False

    def __post_init__(self) -> None:
        near = abs(self.x) <= FARTHEST and abs(self.y) <= FARTHEST
        if not (near and 0 < self.w <= FARTHEST and 0 < self.h <= FARTHEST):
            raise ValueError(
                f"A shape {self.w:g} px wide and {self.h:g} px high at ({self.x:g}, {self.y:g}) cannot be drawn: width "
                f"and height must be more than 0, and nothing farther than {FARTHEST:,} px."
            )


class Rectangle(_Box, frozen=True, tag="rectangle"):
    """An upright rectangle.

    Parameters
    ----------
    x, y
        Its top left corner, px.
    w, h
        Its width and height, px, more than 0.
    erase
        True takes away from the mask, False adds to it.

    Raises
    ------
    ValueError
        The width or the height is not more than 0, or a number is above `FARTHEST`.
    """


class Ellipse(_Box, frozen=True, tag="ellipse"):
    """An upright ellipse that fills the given box.

    Parameters
    ----------
    x, y
        The top left corner of its box, px.
    w, h
        Its width and height, px, more than 0.
    erase
        True takes away from the mask, False adds to it.

    Raises
    ------
    ValueError
        The width or the height is not more than 0, or a number is above `FARTHEST`.
    """


class Invert(msgspec.Struct, frozen=True, tag="invert", tag_field="type", forbid_unknown_fields=True):
    """Select what was not selected, and nothing else."""


class Clear(msgspec.Struct, frozen=True, tag="clear", tag_field="type", forbid_unknown_fields=True):
    """Select nothing."""


Operation: TypeAlias = Stroke | Rectangle | Ellipse | Invert | Clear
"""Anything that changes a mask."""


def stroke(points: Iterable[Iterable[float]], *, size: float, erase: bool = False) -> Stroke:
    """Make a stroke from any sequence of points, a numpy array of shape (n, 2) among them.

    Coordinates are rounded to `DECIMALS`, so that the stroke is the same after a trip through JSON.

    Raises
    ------
    ValueError
        A point has not two coordinates, or the stroke cannot be (see `Stroke`).
    """
    pairs = [tuple(round(float(value), DECIMALS) for value in point) for point in points]
    if wrong := next((pair for pair in pairs if len(pair) != 2), None):
        raise ValueError(f"A point is (x, y), not {wrong}.")
    return Stroke(points=tuple((x, y) for x, y in pairs), size=round(float(size), DECIMALS), erase=erase)


def to_json(operations: Iterable[Operation]) -> list[dict[str, Any]]:
    """Return the operations as plain dictionaries: what ``json.loads`` gives back after ``json.dumps``."""
    plain: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(list(operations)))
    return plain


def from_json(operations: Iterable[dict[str, Any]]) -> list[Operation]:
    """Return the operations that `to_json` wrote.

    Raises
    ------
    ValueError
        An entry is no operation; the message says which one and why.
    """
    return msgspec.convert(list(operations), list[Operation])
