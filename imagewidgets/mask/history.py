"""Undo and redo over a list of operations.

The raster of the present state is kept. Going back makes an earlier one again from the nearest checkpoint before it,
so that undo takes a few operations' time however long the list is, and memory stays bounded: checkpoints are
compressed, and only the latest ones are kept.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from imagewidgets.mask import raster as rasters
from imagewidgets.mask.operations import Clear

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagewidgets.mask.operations import Operation

CHECKPOINT_EVERY = 8
"""Operations from one checkpoint to the next: at most as many are carried out again by an undo."""

CHECKPOINTS = 32
"""Checkpoints kept. A mask of 1024² px compresses to some 10 KB, so they take less than a megabyte."""


class History:
    """A mask being made: its operations, its raster, and the way back and forth.

    Parameters
    ----------
    size
        Width and height of the picture, px.
    operations
        What has been done already.

    Attributes
    ----------
    raster
        The mask as it is: uint8, shape (height, width), 255 = selected. To be read only.
    """

    def __init__(self, size: tuple[int, int], operations: Iterable[Operation] = ()) -> None:
        self.size = size
        self.raster = rasters.empty(size)
        self._done: list[Operation] = []
        self._undone: list[Operation] = []
        self._checkpoints: dict[int, bytes] = {}
        for operation in operations:
            self.do(operation)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What was done and not undone, in order."""
        return tuple(self._done)

    @property
    def can_undo(self) -> bool:
        """Whether there is an operation to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an operation to do again."""
        return bool(self._undone)

    def do(self, operation: Operation) -> None:
        """Carry out an operation. What was undone before can no longer be redone."""
        self._undone.clear()
        self._forget_after(len(self._done))
        self._advance(operation)

    def undo(self) -> bool:
        """Take back the last operation; False when there is none."""
        if not self._done:
            return False
        self._undone.append(self._done.pop())
        self._restore()
        return True

    def redo(self) -> bool:
        """Do the operation again that was undone last; False when there is none."""
        if not self._undone:
            return False
        self._advance(self._undone.pop())
        return True

    def _advance(self, operation: Operation) -> None:
        rasters.apply(operation, self.raster)
        self._done.append(operation)
        self._keep_checkpoint(len(self._done))

    def _restore(self) -> None:
        """Make the raster of the operations done from the nearest state known before it."""
        count = len(self._done)
        start = max((known for known in self._checkpoints if known <= count), default=0)
        cleared = next((i + 1 for i in range(count - 1, start - 1, -1) if isinstance(self._done[i], Clear)), None)
        if cleared is not None or start == 0:
            start = cleared or 0
            self.raster = rasters.empty(self.size)
        else:
            self.raster = self._checkpoint(start)
        for i in range(start, count):
            rasters.apply(self._done[i], self.raster)
            self._keep_checkpoint(i + 1)

    def _checkpoint(self, count: int) -> rasters.Raster:
        width, height = self.size
        pixels = bytearray(zlib.decompress(self._checkpoints[count]))  # a bytearray can be written to
        return np.frombuffer(pixels, np.uint8).reshape(height, width)

    def _keep_checkpoint(self, count: int) -> None:
        if count % CHECKPOINT_EVERY or count in self._checkpoints:
            return
        self._checkpoints[count] = zlib.compress(self.raster.tobytes(), level=1)
        if len(self._checkpoints) > CHECKPOINTS:
            del self._checkpoints[min(self._checkpoints)]

    def _forget_after(self, count: int) -> None:
        for known in [known for known in self._checkpoints if known > count]:
            del self._checkpoints[known]
