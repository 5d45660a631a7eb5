"""How many requests are worked on at once, how many wait for their turn, and how the rest is told to come back.

A server that takes every request in gets slower for all until it falls over. Here a request is let in, or waits in a
line of limited length, or is refused at once with the time after which it is worth trying again.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from imagewidgets.local.refusals import CLIENT_CLOSED_REQUEST, TOO_MANY_REQUESTS, UNAVAILABLE, RefusedError

HANG_UP_CHECK = 0.25  # s between two looks whether the client of a waiting request is still there
FIRST_GUESS = 1.0  # s that a request takes, before one has been seen
WEIGHT = 0.2  # of the newest request in the moving average of how long they take
LONGEST_WAIT = 60  # s; nobody is told to come back later than that


class Gate:
    """Lets `workers` requests in at a time, and `line` more wait. Safe to use from several threads.

    Parameters
    ----------
    workers
        How many are worked on at once, at least 1.
    line
        How many wait at most; 0 refuses whatever cannot begin at once.
    clock
        Returns the time in s.
    """

    def __init__(self, *, workers: int, line: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.workers = workers
        self.line = line
        self._clock = clock
        self._lock = threading.Lock()
        self._free = workers
        self._waiting: deque[_Turn] = deque()
        self._closed = False
        self._usual = FIRST_GUESS  # s that a request takes

    @property
    def waiting(self) -> int:
        """How many requests wait now."""
        return len(self._waiting)

    def enter(self, gone: Callable[[], bool]) -> Callable[[], None]:
        """Wait for a turn, and return what gives it back: to be called once or more often.

        Parameters
        ----------
        gone
            Tells whether the client has hung up: then nobody waits for it any longer.

        Raises
        ------
        RefusedError
            429 with ``Retry-After``: the line is full. 503: the server is about to stop. 499: the client has gone.
        """
        with self._lock:
            if self._closed:
                raise _stopping()
            if self._free:
                self._free -= 1
                return self._leave()
            if len(self._waiting) >= self.line:
                raise self._busy()
            turn = _Turn()
            self._waiting.append(turn)
        while not turn.called.wait(HANG_UP_CHECK):
            if gone():
                with self._lock:
                    if turn in self._waiting:
                        self._waiting.remove(turn)
                        raise RefusedError("The request was cancelled.", status=CLIENT_CLOSED_REQUEST, code="cancelled")
        if not turn.admitted:
            raise _stopping()
        return self._leave()

    def close(self) -> None:
        """Refuse all that wait and all that come; what is worked on goes on."""
        with self._lock:
            self._closed = True
            while self._waiting:
                self._waiting.popleft().called.set()

    def _leave(self) -> Callable[[], None]:
        entered = self._clock()
        once = threading.Lock()

        def leave() -> None:
            if not once.acquire(blocking=False):
                return
            with self._lock:
                self._usual += WEIGHT * (self._clock() - entered - self._usual)
                if self._waiting:
                    turn = self._waiting.popleft()
                    turn.admitted = True
                    turn.called.set()
                else:
                    self._free += 1

        return leave

    def _busy(self) -> RefusedError:
        seconds = min(LONGEST_WAIT, max(1, math.ceil(self._usual * (len(self._waiting) + 1) / self.workers)))
        return RefusedError(
            f"The server is busy: {self.workers} requests are worked on, {len(self._waiting)} wait. Try again in "
            f"{seconds} s.",
            status=TOO_MANY_REQUESTS,
            headers={"Retry-After": str(seconds)},
        )


class _Turn:
    """One waiting request: whether it was `called`, and whether it was called in or sent away."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.admitted = False


def _stopping() -> RefusedError:
    return RefusedError("The server is about to stop. Ask again when it is back.", status=UNAVAILABLE)
