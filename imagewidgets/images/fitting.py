"""Shapes and sizes: the part of a picture that a square model is shown, and the size to ask for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from PIL import Image

from imagewidgets.models import MODELS, FreeSize, Model, parse_size

Fit = Literal["pad", "crop"]
SMALLER = 0.75  # a picture that is still too large is tried at this part of its size
HALF = 128  # of 255: a pixel of a smaller mask is selected where at least half of it was


@dataclass(frozen=True)
class Frame:
    """What a service is shown of a picture.

    Parameters
    ----------
    box
        Left, top, right and bottom in px of the picture; negative or beyond its size where it reaches outside.
    size
        Width and height in px that this part is sent in.
    """

    box: tuple[int, int, int, int]
    size: tuple[int, int]

    @classmethod
    def whole(cls, size: tuple[int, int]) -> Frame:
        """Return the frame that changes nothing."""
        return cls((0, 0, *size), size)

    @classmethod
    def square(cls, size: tuple[int, int], fit: Fit, largest: int) -> Frame:
        """Return a square around all of a picture (pad) or out of its middle (crop), at most `largest` px a side."""
        width, height = size
        side = max(size) if fit == "pad" else min(size)
        left, top = (width - side) // 2, (height - side) // 2
        sent = min(side, largest)
        return cls((left, top, left + side, top + side), (sent, sent))

    def smaller(self, sides: Sequence[int] = ()) -> Frame:
        """Return the same part at a smaller size: the next of `sides` where there is one, else three quarters."""
        longest = max(self.size)
        goal = max((side for side in sides if side < longest), default=longest * SMALLER)
        return Frame(
            self.box, (_at_least_one(self.size[0] * goal / longest), _at_least_one(self.size[1] * goal / longest))
        )

    def apply(self, image: Image.Image) -> Image.Image:
        """Return this part of an RGBA picture; outside of the picture it is transparent."""
        part = image.crop(self.box)
        return part if part.size == self.size else part.resize(self.size, Image.Resampling.LANCZOS)

    def apply_to_selection(self, selection: Image.Image) -> Image.Image:
        """Return this part of a selection (L, 255 or 0); outside of the picture nothing is selected."""
        part = selection.crop(self.box)
        if part.size == self.size:
            return part
        return part.resize(self.size, Image.Resampling.BOX).point([0] * HALF + [255] * (256 - HALF))


def best_size(model: Model | str | None, width: int, height: int) -> str | None:
    """Return the size to ask for, so that a picture of ``width`` × ``height`` px comes back as nearly as it can.

    Parameters
    ----------
    model
        A model of the table, or its name.
    width, height
        Of the source, in px, from 1.

    Returns
    -------
    str or None
        ``"WIDTHxHEIGHT"``, always one that `models.accepts_size` accepts. With named sizes, the one that is nearest in
        shape, then in area. With free sizes, the source's own where it is allowed, else the nearest that is. None for a
        model that is not in the table, or makes one size only.
    """
    rules = MODELS.get(model) if isinstance(model, str) else model
    if rules is None:
        return None
    if rules.free_size is not None:
        return "{}x{}".format(*_nearest_free(rules.free_size, width, height))
    named = [pair for size in rules.sizes if (pair := parse_size(size))]
    if not named:
        return None
    shape, area = math.log(width / height), math.log(width * height)
    return "{}x{}".format(
        *min(
            named, key=lambda pair: (abs(math.log(pair[0] / pair[1]) - shape), abs(math.log(pair[0] * pair[1]) - area))
        )
    )


def _nearest_free(rules: FreeSize, width: int, height: int) -> tuple[int, int]:
    """Return the allowed size that is nearest to a given one: bring it within the limits, then look around there."""
    if rules.accepts(width, height):
        return width, height
    shape = min(max(width / height, 1 / rules.ratio), rules.ratio)
    area = min(width * height, rules.pixels)
    wide, high = math.sqrt(area * shape), math.sqrt(area / shape)
    scale = min(1.0, rules.largest / max(wide, high))
    scale = max(scale, rules.smallest / min(wide, high))
    wide, high = (min(side * scale, rules.largest) for side in (wide, high))
    pairs = product(_around(wide, rules), _around(high, rules))
    return min(
        (pair for pair in pairs if rules.accepts(*pair)),
        key=lambda pair: abs(math.log(pair[0] / wide)) + abs(math.log(pair[1] / high)),
    )


def _around(side: float, rules: FreeSize) -> Iterator[int]:
    """Yield the allowed lengths next to `side`: two below and two above are enough for every limit to be met."""
    step = int(side // rules.multiple)
    for steps in range(step - 1, step + 3):
        if rules.smallest <= steps * rules.multiple <= rules.largest:
            yield steps * rules.multiple


def _at_least_one(side: float) -> int:
    return max(1, round(side))
