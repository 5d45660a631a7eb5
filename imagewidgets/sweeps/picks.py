"""Picks of a sweep, and who is told of changes."""

from __future__ import annotations

import logging
import operator
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from imagewidgets.errors import InvalidRequestError
from imagewidgets.sweeps.sequence import Cells

Pick = tuple[int, int]
"""A picture of a sweep: the place of its cell, and its index there."""


class Picks(Cells):
    """The cells of a sweep, of whose pictures some are picked; parameters are those of `Cells`."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._picks: tuple[Pick, ...] = ()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def picks(self) -> tuple[Pick, ...]:
        """The pictures that were picked: each the place of its cell and its index there, in ascending order."""
        return self._picks

    @picks.setter
    def picks(self, picks: Iterable[Sequence[int]]) -> None:
        checked = tuple(sorted({self._checked_pick(pick) for pick in picks}))
        with self._lock:
            changed, self._picks = checked != self._picks, checked
        if changed:  # who is told may ask for anything, from any thread: nothing is held meanwhile
            self._changed()

    def pick(self, place: int, picture: int = 0, *, on: bool = True) -> None:
        """Pick a picture, or with ``on=False`` pick it no longer.

        Parameters
        ----------
        place
            Of its cell.
        picture
            Which of its pictures, from 0.

        Raises
        ------
        InvalidRequestError
            There is no such picture.
        """
        chosen = self._checked_pick((place, picture))
        with self._lock:
            before = self._picks
            others = {pick for pick in before if pick != chosen}
            self._picks = tuple(sorted({*others, chosen} if on else others))
            changed = self._picks != before
        if changed:
            self._changed()

    def _checked_pick(self, pick: Sequence[int]) -> Pick:
        try:
            place, picture = map(operator.index, pick)
        except (TypeError, ValueError):
            raise InvalidRequestError(
                f"A pick is two whole numbers, the place of a cell and the index of a picture, not {pick!r}.",
                param="picks",
            ) from None
        if not 0 <= place < len(self):
            raise InvalidRequestError(f"There is no cell {place}; there are {len(self):,}.", param="picks")
        request = self[place].request
        count = 0 if request is None else request.n or 1
        if not 0 <= picture < count:
            raise InvalidRequestError(
                f"Cell {place} has no picture {picture}: it is refused."
                if request is None
                else f"Cell {place} has no picture {picture}; it has {count}.",
                param="picks",
            )
        return place, picture

    def tally(self) -> dict[str, dict[str, int]]:
        """Return how many picks each value has: for each axis, by name, a number for each label."""
        found = {axis.name: dict.fromkeys(axis.labels, 0) for axis in self.axes}
        for place, _ in self._picks:
            for name, label in self[place].labels.items():
                found[name][label] += 1
        return found

    def on_change(self, callback: Callable[[], None], *, remove: bool = False) -> None:
        """Have a function called, with no arguments, after anything has changed: a cell, the run, the picks.

        Parameters
        ----------
        callback
            Called in whatever thread made the change. What it raises is warned about.
        remove
            Whether it is no longer to be called.
        """
        with self._lock:
            self._callbacks = [each for each in self._callbacks if each != callback]
            if not remove:
                self._callbacks.append(callback)

    def _changed(self) -> None:
        for callback in list(self._callbacks):
            try:
                callback()
            except Exception as error:  # whoever watches must not stop what is paid for
                _warn(callback, error)


def _warn(callback: Callable[[], None], error: Exception) -> None:
    name = getattr(callback, "__qualname__", repr(callback))
    sentence = f"What watches a sweep failed ({name}): {type(error).__name__}: {error}"
    try:
        warnings.warn(sentence, RuntimeWarning, stacklevel=3)
    except RuntimeWarning:  # warnings are errors here, and this is no thread that may end
        logging.getLogger(__name__).exception(sentence)
