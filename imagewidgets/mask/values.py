"""What every operation on a mask is made of: points, numbers within limits, the sentences that refuse others."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Literal, SupportsIndex, TypeAlias, get_args

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FARTHEST = 1_000_000
"""How far from the picture's corner a coordinate may lie, px; so nothing overflows where squares are taken."""

DECIMALS = 2
"""Decimals kept of a coordinate: a hundredth of a pixel. More would only make the JSON longer."""

Mode: TypeAlias = Literal["add", "subtract", "intersect"]
"""How a shape meets the mask: it joins it, is taken away from it, or keeps only what both have."""

Point: TypeAlias = tuple[float, float]
"""(x, y), px."""

MODES: tuple[str, ...] = get_args(Mode)


class Value(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """A frozen value that goes into JSON, with its kind as ``"type"``, and comes back the same."""


def check_mode(mode: str, allowed: Sequence[str] = MODES) -> None:
    """Raise ValueError unless `mode` is one of those allowed."""
    if mode not in allowed:
        raise ValueError(f"The mode is {', '.join(allowed[:-1])} or {allowed[-1]}, not {mode!r}.")


def check_points(points: Sequence[Point], what: str, least: int) -> None:
    """Raise ValueError when there are fewer than `least` points, or one lies farther than `FARTHEST`."""
    if len(points) < least:
        count = "one point" if least == 1 else f"{least} points"
        raise ValueError(f"{what} needs at least {count}{f', not {len(points)}' if points else ''}.")
    for x, y in points:
        if not (abs(x) <= FARTHEST and abs(y) <= FARTHEST):  # so written, NaN does not pass
            raise ValueError(
                f"The points of {what[0].lower()}{what[1:]} lie within {FARTHEST:,} px of the picture's corner, not at "
                f"({x:g}, {y:g})."
            )


def check_box(x: float, y: float, w: float, h: float) -> None:
    """Raise ValueError unless something can be drawn into this box."""
    near = abs(x) <= FARTHEST and abs(y) <= FARTHEST
    if not (near and 0 < w <= FARTHEST and 0 < h <= FARTHEST):
        raise ValueError(
            f"A shape {w:g} px wide and {h:g} px high at ({x:g}, {y:g}) cannot be drawn: width and height must be more "
            f"than 0, and nothing farther than {FARTHEST:,} px."
        )


def check_number(value: float, what: str, least: float, most: float, unit: str = "") -> None:
    """Raise ValueError unless `value` is a number from `least` to `most`."""
    if not least <= value <= most:
        raise ValueError(f"{what} goes from {least:,} to {most:,}{unit}, not {value:g}.")


def check_size(value: float, what: str, most: float) -> None:
    """Raise ValueError unless `value` is a length in px: more than 0, and at most `most`."""
    if not 0 < value <= most:
        raise ValueError(f"{what}, in pixels: more than 0 and at most {most:,}, not {value:g}.")


def whole(value: SupportsIndex, what: str, least: int, most: int) -> int:
    """Return a whole number of px, also one of numpy's, as an int; raise ValueError unless it is one within limits."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{what} is a whole number of px, not {value!r}.") from None
    check_number(number, what, least, most, " px")
    return int(number)  # of True, index makes True


def rounded(points: Iterable[Iterable[float]]) -> tuple[Point, ...]:
    """Return the points of any sequence, a numpy array of shape (n, 2) among them, rounded to `DECIMALS`.

    Raises
    ------
    ValueError
        A point has not two coordinates, or one that is no number.
    """
    try:
        pairs = [tuple(round(float(value), DECIMALS) for value in point) for point in points]
    except TypeError:
        raise ValueError("Points are a list of (x, y), each a pair of numbers.") from None
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError(f"A point is (x, y), not {pair}.")
        if not all(map(math.isfinite, pair)):
            raise ValueError(f"A point's coordinates are numbers of pixels, not {pair}.")
    return tuple((x, y) for x, y in pairs)
