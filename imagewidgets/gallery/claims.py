"""Marks in a gallery of what is being asked for, for work that somebody may do a second time.

Where a worker dies, some executors give what it was doing to another one. The second worker must not send a request
again that the first may have sent: pictures may be billed already. So each attempt leaves a mark in the gallery before
anything is sent, under a name of its own, and whoever finds the mark there knows that it is not the first.

A run of many attempts has a mark, too. It tells workers that the gallery which they see is the one of the run, and
whether it still goes on. All of it is files in ``.imagewidgets/asked``, of a few bytes each; what a process leaves
there when it is killed does no harm, and is taken away after a month (`files.tidy`).
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Literal

from imagewidgets.gallery.files import ASKED, DESK

State = Literal["open", "closed", "elsewhere"]

_CLOSED = b"closed"


class Claims:
    """The marks of one run.

    Parameters
    ----------
    folder
        Of the gallery.
    run
        The name of the run.
    """

    def __init__(self, folder: str | os.PathLike[str], run: str) -> None:
        self._folder = Path(folder) / DESK / ASKED
        self._run = self._folder / run

    @classmethod
    def begin(cls, folder: str | os.PathLike[str]) -> tuple[Claims, str]:
        """Make the mark of a new run, and return its claims and its name.

        Raises
        ------
        OSError
            The folder cannot be written to.
        """
        name = token_hex(12)
        claims = cls(folder, name)
        claims._folder.mkdir(parents=True, exist_ok=True)
        claims._run.touch(exist_ok=False)
        return claims, name

    def close(self) -> None:
        """Say that nothing more is to be sent."""
        self._run.write_bytes(_CLOSED)

    def end(self) -> None:
        """Take away the mark of the run, when all of its attempts have come back."""
        with suppress(OSError):  # it does no harm where it is
            self._run.unlink(missing_ok=True)

    @property
    def state(self) -> State:
        """Whether requests may be sent: the run goes on (open) or not (closed); or its gallery is another (elsewhere).

        While a mark is being written, it is either still open or already closed.
        """
        try:
            return "closed" if self._run.read_bytes() == _CLOSED else "open"
        except OSError:
            return "elsewhere"

    def take(self, attempt: str) -> bool:
        """Leave the mark of an attempt; return False where it is there already.

        Raises
        ------
        OSError
            The folder cannot be written to.
        """
        try:
            with (self._folder / attempt).open("x") as file:
                file.write(repr(time.time()))
        except FileExistsError:
            return False
        return True

    def taken(self, attempt: str) -> float | None:
        """Return when the mark of an attempt was made, as Unix time in s; None where there is none.

        Infinity stands for a mark whose maker had no time to say when.
        """
        try:
            text = (self._folder / attempt).read_text()
        except FileNotFoundError:
            return None
        try:
            return float(text)
        except ValueError:
            return float("inf")

    def release(self, attempt: str) -> None:
        """Take away the mark of an attempt that has come back."""
        with suppress(OSError):  # it does no harm where it is
            (self._folder / attempt).unlink(missing_ok=True)
