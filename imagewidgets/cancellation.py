"""Stop a request from another thread: the connection is closed at once, the embedded engine stops at its next step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Cancellation:
    """A switch for one request, given to ``Client.send(request, cancel=…)`` and thrown from anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []
        self._thrown = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` has been called."""
        return self._thrown.is_set()

    def cancel(self) -> None:
        """Stop the request. Calling it again, or after the request is done, does nothing."""
        with self._lock:
            self._thrown.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the request is cancelled, at once if it already is."""
        with self._lock:
            if not self.cancelled:
                self._callbacks.append(callback)
                return
        callback()

    def wait(self, seconds: float) -> bool:
        """Wait until the request is cancelled, at most `seconds`; return whether it is."""
        return self._thrown.wait(seconds)

    def forget(self) -> None:
        """Drop all callbacks: the request is done, and what it used may serve another one."""
        with self._lock:
            self._callbacks.clear()


_current: ContextVar[Cancellation | None] = ContextVar("imagewidgets_cancellation", default=None)


def current() -> Cancellation | None:
    """Return the switch of the request that this thread is sending, where it has one."""
    return _current.get()


@contextmanager
def running(cancel: Cancellation | None) -> Iterator[None]:
    """Make `cancel` the switch of the requests that this thread sends meanwhile."""
    token = _current.set(cancel)
    try:
        yield
    finally:
        _current.reset(token)
