"""Operations on the mask as a whole, and on the picture under it, as values.

They raise ValueError, in a sentence, when they are made of numbers that cannot be.
"""

from __future__ import annotations

import msgspec

from imagewidgets.mask.values import Value, whole

MOST_BY = 256
"""Most that a mask grows, shrinks or is smoothed by in one step, px."""

MOST_EXTENSION = 16_384
"""Most that a picture is extended by on one side, px."""


class SelectAll(Value, frozen=True, tag="select_all"):
    """Select the whole picture."""


class Clear(Value, frozen=True, tag="clear"):
    """Select nothing."""


class Invert(Value, frozen=True, tag="invert"):
    """Select what was not selected, and nothing else; a strength of 100 becomes 155."""


class _By(Value, frozen=True):
    by: int

    def __post_init__(self) -> None:
        by = whole(self.by, "What a mask grows, shrinks or is smoothed by", 1, MOST_BY)
        msgspec.structs.force_setattr(self, "by", by)  # numpy's numbers do not go into JSON


class Grow(_By, frozen=True, tag="grow"):
    """Select also what is within `by` px (1 to `MOST_BY`) of the selection. Edges become hard."""


class Shrink(_By, frozen=True, tag="shrink"):
    """Keep what is more than `by` px (1 to `MOST_BY`) from what is not selected. Edges become hard."""


class Smooth(_By, frozen=True, tag="smooth"):
    """Make each pixel like most within `by` px (1 to `MOST_BY`) of it: round corners, no specks. Edges become hard."""


class FillHoles(Value, frozen=True, tag="fill_holes"):
    """Select every hole: what is not selected and does not reach the edge of the picture."""


class KeepLargest(Value, frozen=True, tag="keep_largest"):
    """Keep only the largest connected area; of equal ones that with the topmost, then leftmost pixel."""


class Extend(Value, frozen=True, tag="extend"):
    """Make the picture larger, by so many px on each side (0 to `MOST_EXTENSION`, not all 0), for outpainting.

    Its edge pixels are repeated outwards, and the new area becomes selected. Later coordinates count from the new top
    left corner.
    """

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def __post_init__(self) -> None:
        sides = ("left", "top", "right", "bottom")
        for side in sides:
            px = whole(getattr(self, side), "What a picture is extended by", 0, MOST_EXTENSION)
            msgspec.structs.force_setattr(self, side, px)
        if not any(getattr(self, side) for side in sides):
            raise ValueError("A picture is extended on at least one side.")
