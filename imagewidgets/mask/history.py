"""A mask being made: its picture, the operations on it, the raster of now, and the way back and forth.

Each operation leaves a small delta (`imagewidgets.mask.deltas`) by which it is undone and done again, so that both take
as long as the operation changed pixels, however long the list is. Deltas are kept within a budget of memory, the oldest
are dropped first; an operation that has none left is undone by carrying out all those before it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from imagewidgets.mask import colours, deltas, extension, markup
from imagewidgets.mask import raster as rasters
from imagewidgets.mask.operations import (
    Arrow,
    Bitmap,
    Circle,
    Clear,
    ClearMarkup,
    Extend,
    MaskOperation,
    Note,
    Operation,
    Pen,
    SelectAll,
)
from imagewidgets.mask.raster import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from imagewidgets.mask.deltas import Delta
    from imagewidgets.mask.marks import Mark

BUDGET = 64 * 2**20
"""Most that the deltas take together, bytes."""

_MARKUP = (Arrow, Circle, Pen, Note, ClearMarkup)


class Change(msgspec.Struct, frozen=True):
    """What an operation, or its undoing, changed.

    Attributes
    ----------
    box
        The smallest box (x, y, width, height), px, in which the raster changed; None where it did not. After a change
        of size: all of it.
    resized
        Whether picture and raster have another size now.
    markup
        Whether the marks are others, or elsewhere.
    """

    box: Box | None = None
    resized: bool = False
    markup: bool = False


class History:
    """A mask being made on a picture.

    Parameters
    ----------
    picture
        What the mask is for, of any mode. It is not changed, and must not be.
    operations
        What has been done already.

    Attributes
    ----------
    picture
        The picture as it is: as given, or larger by what it was extended.
    raster
        The mask as it is: uint8, shape (height, width), 0 = not selected, 255 = selected. To be read only; it is
        changed in place by later operations.

    Raises
    ------
    ValueError
        One of the operations does not fit the picture.
    """

    def __init__(self, picture: Image.Image, operations: Iterable[Operation] = ()) -> None:
        self._base = self.picture = picture
        self.raster: NDArray[np.uint8] = rasters.empty(picture.size)
        self._lab: NDArray[np.int16] | None = None
        self._done: list[Operation] = list(operations)
        self._deltas: list[Delta | None] = []  # of what is done, as long as that
        self._undone: list[tuple[Operation, Delta | None]] = []
        self._held = 0  # bytes of all deltas, of what is done and of what is undone
        self._kept_from = 0  # of what is done: no delta is held before this one
        self._replay(record=False)  # nobody may ever undo these: their deltas are made when somebody does

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture as it is, px."""
        return self.picture.size

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What was done and not undone, in order."""
        return tuple(self._done)

    @property
    def marks(self) -> Sequence[Mark]:
        """The marks that are on the picture, in its coordinates of now."""
        return markup.marks(self._done)

    @property
    def can_undo(self) -> bool:
        """Whether there is an operation to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an operation to do again."""
        return bool(self._undone)

    def do(self, operation: Operation) -> Change:
        """Carry out an operation. What was undone before can no longer be redone.

        Raises
        ------
        ValueError
            It does not fit the picture: a wand or bucket beside it, a bitmap of another size, too much of an
            extension. Nothing has changed then.
        """
        if isinstance(operation, Extend):
            markup.marks((*self._done, operation))  # raises where it would move a mark too far, before anything is done
        delta = self._carry_out(operation, record=True)
        self._held -= sum(_bytes(undone) for _, undone in self._undone)
        self._undone.clear()
        return self._advance(operation, delta)

    def undo(self) -> Change | None:
        """Take back the last operation; None when there is none."""
        if not self._done:
            return None
        operation, delta = self._done.pop(), self._deltas.pop()
        self._held -= _bytes(delta)
        self._kept_from = min(self._kept_from, len(self._deltas))
        if isinstance(operation, Extend):
            self._shrink(operation)
        elif delta is not None:
            delta.flip(self.raster)
        elif not isinstance(operation, _MARKUP):
            delta = self._undo_by_replay(operation)
        self._undone.append((operation, delta))
        self._held += _bytes(delta)
        self._keep_to_budget()
        return self._change(operation, delta)

    def redo(self) -> Change | None:
        """Do the operation again that was undone last; None when there is none."""
        if not self._undone:
            return None
        operation, delta = self._undone.pop()
        self._held -= _bytes(delta)
        if delta is not None:
            delta.flip(self.raster)
        else:
            delta = self._carry_out(operation, record=True)
        return self._advance(operation, delta)

    def _advance(self, operation: Operation, delta: Delta | None) -> Change:
        self._done.append(operation)
        self._hold(delta)
        return self._change(operation, delta)

    def _hold(self, delta: Delta | None) -> None:
        """Keep the delta of what was done last."""
        self._deltas.append(delta)
        self._held += _bytes(delta)
        self._keep_to_budget()

    def _carry_out(self, operation: Operation, *, record: bool) -> Delta | None:
        """Change raster and picture; return the delta, where there is one and it is wanted."""
        if isinstance(operation, _MARKUP):
            return None
        if isinstance(operation, Extend):
            extension.check(operation, self.size)
            self._show(extension.extended_picture(operation, self.picture))
            self.raster = extension.extended_raster(operation, self.raster)
            return None
        if not record:
            rasters.apply(operation, self.raster, self._colours)
            return None
        boxes = rasters.reach(operation, self.size)
        before = deltas.snapshot(self.raster, boxes)
        rasters.apply(operation, self.raster, self._colours)
        return deltas.difference(before, boxes, self.raster)

    def _replay(self, *, record: bool) -> None:
        """Make the state of what is done from the beginning, and the deltas on the way where they are wanted."""
        self._show(self._base)
        self.raster = rasters.empty(self.size)  # a new one: the old one may still be read
        self._deltas, self._kept_from = [], 0
        self._held = sum(_bytes(delta) for _, delta in self._undone)
        start = self._start()
        for i, operation in enumerate(self._done):
            matters = i >= start or isinstance(operation, Extend)
            # What comes before the start was passed over, so how the start changed it is not known.
            self._hold(self._carry_out(operation, record=record and i != start) if matters else None)

    def _start(self) -> int:
        """Return the number of the last operation that leaves nothing of the mask before it."""
        for i in range(len(self._done) - 1, -1, -1):
            match self._done[i]:
                case Clear() | SelectAll() | Bitmap(mode="replace"):
                    return i
        return 0

    def _undo_by_replay(self, operation: MaskOperation) -> Delta:
        after = self.raster
        boxes = rasters.reach(operation, self.size)
        self._replay(record=True)
        return deltas.difference(deltas.snapshot(after, boxes), boxes, self.raster)

    def _shrink(self, extend: Extend) -> None:
        first = not any(isinstance(operation, Extend) for operation in self._done)
        self._show(self._base if first else extension.shrunk_picture(extend, self.picture))
        self.raster = extension.shrunk_raster(extend, self.raster)

    def _change(self, operation: Operation, delta: Delta | None) -> Change:
        if isinstance(operation, Extend):
            return Change((0, 0, *self.size), resized=True, markup=bool(self.marks))
        if isinstance(operation, _MARKUP):
            return Change(markup=True)
        return Change(delta.box if delta else None)

    def _show(self, picture: Image.Image) -> None:
        self.picture = picture
        self._lab = None

    def _colours(self) -> NDArray[np.int16]:
        """Return the picture in a perceptual colour space, made once for each picture: another wand may follow."""
        if self._lab is None:
            self._lab = colours.to_lab(self.picture)
        return self._lab

    def _keep_to_budget(self) -> None:
        """Drop deltas: first of what would be redone last, which can be carried out again, then of the oldest."""
        if self._held <= BUDGET:
            return
        for i in range(len(self._undone) - 1):
            operation, delta = self._undone[i]
            if self._held > BUDGET and delta:
                self._held -= _bytes(delta)
                self._undone[i] = (operation, None)
        while self._held > BUDGET and self._kept_from < len(self._deltas) - 1:
            self._held -= _bytes(self._deltas[self._kept_from])
            self._deltas[self._kept_from] = None
            self._kept_from += 1


def _bytes(delta: Delta | None) -> int:
    return len(delta.data) if delta else 0
