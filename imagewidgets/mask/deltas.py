"""What one operation changed in a raster, small: the way back and forth between two states of a mask.

A delta is the exclusive or of both states where they differ, so the same delta leads from either to the other.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from imagewidgets.mask.raster import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Raster = NDArray[np.uint8]

LEVEL = 1
"""Of zlib: the quickest. A mask is mostly even, so higher levels gain little."""


class Delta(msgspec.Struct, frozen=True):
    """What changed.

    Attributes
    ----------
    boxes
        The smallest boxes around the changed pixels of each part of the raster that was looked at.
    data
        Their pixels' exclusive or, compressed.
    """

    boxes: tuple[Box, ...]
    data: bytes

    @property
    def box(self) -> Box | None:
        """The smallest box in which the raster changed; None where it did not."""
        if not self.boxes:
            return None
        x, y = min(box[0] for box in self.boxes), min(box[1] for box in self.boxes)
        right, bottom = max(box[0] + box[2] for box in self.boxes), max(box[1] + box[3] for box in self.boxes)
        return x, y, right - x, bottom - y

    def flip(self, raster: Raster) -> None:
        """Turn one state into the other, in place."""
        changes = np.frombuffer(zlib.decompress(self.data), np.uint8)
        start = 0
        for x, y, width, height in self.boxes:
            part = raster[y : y + height, x : x + width]
            part ^= changes[start : start + part.size].reshape(part.shape)
            start += part.size


def snapshot(raster: Raster, boxes: Sequence[Box]) -> list[Raster]:
    """Return copies of parts of a raster, for `difference` later."""
    return [raster[y : y + height, x : x + width].copy() for x, y, width, height in boxes]


def difference(before: Sequence[Raster], boxes: Sequence[Box], raster: Raster) -> Delta:
    """Return what has changed since a `snapshot` of the same boxes, which must not overlap."""
    changed: list[Box] = []
    compressor = zlib.compressobj(LEVEL)
    data = []
    for old, (x, y, width, height) in zip(before, boxes, strict=True):
        change = np.bitwise_xor(old, raster[y : y + height, x : x + width])
        rows, columns = np.flatnonzero(change.any(axis=1)), np.flatnonzero(change.any(axis=0))
        if not len(rows):
            continue
        top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
        changed.append((x + left, y + top, right - left, bottom - top))
        data.append(compressor.compress(change[top:bottom, left:right].tobytes()))
    data.append(compressor.flush())
    return Delta(tuple(changed), b"".join(data))
