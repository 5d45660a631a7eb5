"""How quickly a service may be asked: when one answer says to wait, all threads that ask this service do."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from imagewidgets.errors import CancelledError

if TYPE_CHECKING:
    from imagewidgets.cancellation import Cancellation


class Pace:
    """Before when nothing is sent to a service. Any number of threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0  # monotonic time, s

    def hold(self, seconds: float) -> None:
        """Let nothing be sent for so long from now. A shorter wait than is asked for already changes nothing."""
        until = time.monotonic() + seconds
        with self._lock:
            self._until = max(self._until, until)

    def wait(self, cancel: Cancellation | None) -> None:
        """Wait until it is time.

        Raises
        ------
        CancelledError
            `cancel` was thrown meanwhile.
        """
        while (left := self._until - time.monotonic()) > 0:
            pause(left, cancel)


def pause(seconds: float, cancel: Cancellation | None) -> None:
    """Do nothing for so long.

    Raises
    ------
    CancelledError
        `cancel` was thrown meanwhile.
    """
    if cancel is None:
        time.sleep(seconds)
    elif cancel.wait(seconds):
        raise CancelledError("The request was cancelled.")
