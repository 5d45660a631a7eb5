"""What was done to a mask, as values: strokes, shapes, wand and bucket, changes of the whole mask, masks from outside.

A mask is the list of its operations; its raster is made from them (`imagewidgets.mask.raster`), never the other way.
The list goes into JSON and comes back the same, so a mask drawn by hand can stand in a notebook as text. Marks
(`imagewidgets.mask.marks`) stand in the same list; they do not touch the mask, nor the mask's operations the marks.

Coordinates are pixels of the picture: x to the right, y down, (0, 0) its top left corner, so the pixel in column i
spans i to i + 1. They may lie outside of the picture. A shape's `mode` says how it meets the mask: "add", "subtract" or
"intersect". Each operation raises ValueError, in a sentence, when it is made of values that cannot be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from imagewidgets.mask.marks import Arrow, Circle, ClearMarkup, Mark, Note, Pen, pen
from imagewidgets.mask.values import (
    DECIMALS,
    FARTHEST,
    MODES,
    Mode,
    Point,
    Value,
    check_box,
    check_mode,
    check_number,
    check_points,
    check_size,
    rounded,
)
from imagewidgets.mask.whole import (
    MOST_BY,
    Clear,
    Extend,
    FillHoles,
    Grow,
    Invert,
    KeepLargest,
    SelectAll,
    Shrink,
    Smooth,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DECIMALS",
    "FARTHEST",
    "FULL",
    "MOST_BY",
    "Arrow",
    "Bitmap",
    "Bucket",
    "Circle",
    "Clear",
    "ClearMarkup",
    "Ellipse",
    "Extend",
    "FillHoles",
    "Grow",
    "Invert",
    "KeepLargest",
    "Mark",
    "MaskOperation",
    "Mode",
    "Note",
    "Operation",
    "Pen",
    "Point",
    "Polygon",
    "Rectangle",
    "SelectAll",
    "Shrink",
    "Smooth",
    "Stroke",
    "Wand",
    "from_json",
    "pen",
    "polygon",
    "stroke",
    "to_json",
]

FULL = 100
"""Hardness of a hard brush and the widest tolerance, %."""


class Stroke(Value, frozen=True, tag="stroke"):
    """A line drawn with a round brush.

    Parameters
    ----------
    points
        At least one (x, y), px. One point gives a disc; between points the line is straight.
    size
        Diameter of the brush, px, more than 0.
    mode
        How it meets the mask.
    hardness
        0 to 100 %. 100 selects fully and nothing in part. Below, the strength at a distance from the centre line is
        full up to this share of the radius and falls evenly to 0 at the radius.
    widths
        Diameter at each point, px, each more than 0, where a pen's pressure told it; None: `size` everywhere.
    """

    points: tuple[Point, ...]
    size: float
    mode: Mode = "add"
    hardness: float = FULL
    widths: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        check_points(self.points, "A stroke", 1)
        check_size(self.size, "A stroke's size is the brush's diameter", FARTHEST)
        check_mode(self.mode)
        check_number(self.hardness, "A brush's hardness", 0, FULL, " %")
        if self.widths is None:
            return
        if len(self.widths) != len(self.points):
            raise ValueError(
                f"A stroke has a width for each of its points, or none: {len(self.points)}, not {len(self.widths)}."
            )
        for width in self.widths:
            check_size(width, "A stroke's widths are diameters", FARTHEST)


class _Box(Value, frozen=True):
    x: float
    y: float
    w: float
    h: float
    mode: Mode = "add"

    def __post_init__(self) -> None:
        check_box(self.x, self.y, self.w, self.h)
        check_mode(self.mode)


class Rectangle(_Box, frozen=True, tag="rectangle"):
    """An upright rectangle: `x`, `y` its top left corner, `w`, `h` its extent, px, more than 0; and a `mode`."""


class Ellipse(_Box, frozen=True, tag="ellipse"):
    """An upright ellipse that fills the box with top left corner `x`, `y` and extent `w`, `h`, px; and a `mode`."""


class Polygon(Value, frozen=True, tag="polygon"):
    """What a closed line through at least 3 `points` (x, y), px, winds around; a lasso makes these too.

    Where the line crosses itself, all that it winds around in sum counts (non-zero winding): drawn over again in the
    same direction nothing opens, and there are no holes as with even-odd filling.
    """

    points: tuple[Point, ...]
    mode: Mode = "add"

    def __post_init__(self) -> None:
        check_points(self.points, "A polygon", 3)
        check_mode(self.mode)


class Wand(Value, frozen=True, tag="wand"):
    """All pixels that look like the one at (x, y), which must lie in the picture.

    `tolerance`, 0 to 100, is the distance in a perceptual colour space that still counts as alike; with `contiguous`
    only what hangs together with the pixel is taken, otherwise alike pixels everywhere.
    """

    x: float
    y: float
    tolerance: float
    contiguous: bool = True
    mode: Mode = "add"

    def __post_init__(self) -> None:
        check_points(((self.x, self.y),), "A wand", 1)
        check_number(self.tolerance, "The tolerance", 0, FULL)
        check_mode(self.mode)


class Bucket(Value, frozen=True, tag="bucket"):
    """Fill an area of the mask around the pixel at (x, y), which must lie in the picture.

    "add" selects the whole connected area that is not selected there (so it fills what the mask encloses), "subtract"
    takes the connected selected area there away, "intersect" keeps only that one.
    """

    x: float
    y: float
    mode: Mode = "add"

    def __post_init__(self) -> None:
        check_points(((self.x, self.y),), "A bucket", 1)
        check_mode(self.mode)


class Bitmap(Value, frozen=True, tag="bitmap"):
    """A mask that came from outside.

    `png`: base64 of a grey PNG of the picture's size (see `imagewidgets.mask.bitmaps`), 0 = not selected, 255 = fully.
    `mode`: as of a shape, or "replace".
    """

    png: str
    mode: Literal["add", "subtract", "intersect", "replace"] = "add"

    def __post_init__(self) -> None:
        check_mode(self.mode, (*MODES, "replace"))


MaskOperation: TypeAlias = (
    Stroke
    | Rectangle
    | Ellipse
    | Polygon
    | Wand
    | Bucket
    | SelectAll
    | Clear
    | Invert
    | Grow
    | Shrink
    | Smooth
    | FillHoles
    | KeepLargest
    | Bitmap
    | Extend
)
"""Anything that changes a mask. `Extend` changes the picture as well, and moves marks."""

Operation: TypeAlias = MaskOperation | Mark | ClearMarkup
"""Anything that changes a mask or its markup."""


def stroke(
    points: Iterable[Iterable[float]],
    *,
    size: float,
    mode: Mode = "add",
    hardness: float = FULL,
    widths: Iterable[float] | None = None,
) -> Stroke:
    """Make a `Stroke` from any sequence of points, a numpy array of shape (n, 2) among them, rounded to `DECIMALS`."""
    diameters = None if widths is None else tuple(round(float(width), DECIMALS) for width in widths)
    return Stroke(rounded(points), round(float(size), DECIMALS), mode, float(hardness), diameters)


def polygon(points: Iterable[Iterable[float]], *, mode: Mode = "add") -> Polygon:
    """Make a `Polygon` from any sequence of points, a numpy array of shape (n, 2) among them, rounded to `DECIMALS`."""
    return Polygon(rounded(points), mode)


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
