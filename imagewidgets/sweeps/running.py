"""`Run`: what asks for the cells of a sweep, so many at a time, until all have ended or somebody stops it.

One thread decides everything: it sends what fits, waits for the next thing that happens, and takes note of it. Whatever
happens elsewhere (an answer, `stop`, `cancel`, `add`) only puts a word into its queue. So each cell has one state at
a time, and none is left under way.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from imagewidgets.client import retries
from imagewidgets.errors import (
    APIConnectionError,
    AuthenticationError,
    CancelledError,
    ImagesError,
    InvalidRequestError,
    QuotaError,
    RateLimitError,
)
from imagewidgets.responses import ImagesResponse
from imagewidgets.sweeps.orders import Order, order, outcome, weight
from imagewidgets.sweeps.roads import NotBegunError, Road, road

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.sweeps.cells import Cell

AT_A_SERVICE = 16  # requests at a time, unless somebody says otherwise
AT_AN_EXECUTOR = 256  # it knows itself how many of them it can do at a time
MOST_RETURNS = 10  # in a row, one request at a time and with no success in between, for want of rate

_taking = threading.Lock()  # two runs may be given the same cells


class Run:
    """Asks for cells in the background. Everything may be called from any thread.

    Parameters
    ----------
    cells
        Those of them that are planned or failed are asked for; others are left alone.
    client
        Whom to ask.
    executor
        Where to ask from; None is threads of this process.
    max_workers
        How many requests are under way at most, at least 1. Left out: 16 to a service, as many as there are processors
        for the embedded engine, and 256 for an executor.
    changed
        Called, from any thread, after anything has changed.

    Raises
    ------
    InvalidRequestError
        `max_workers` is no such number, or the client cannot be used from this executor.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        client: Client,
        *,
        executor: Executor | None = None,
        max_workers: int | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.most = _most(max_workers, client, executor)
        """How many requests are under way at most."""
        self.halted: Exception | None = None
        """Why it stopped by itself; None where it did not."""
        self._client = client
        self._road: Road = road(client, executor, self.most)
        self._changed = changed
        self._lock = threading.Lock()
        self._wanted: list[Cell] = list(cells)  # until it starts
        self._line: deque[Cell] = deque()
        self._under_way: dict[Future[Any], Order] = {}
        self._weight = 0  # of what is under way
        self._limit = self.most  # goes down where the service gives too little, and up again
        self._returns = 0  # cells given back for want of rate, one at a time, since the last success
        self._not_before = 0.0  # monotonic time, s: for want of rate
        self._held = False  # whether it was too early when something was to be sent
        self._events: SimpleQueue[Future[Any] | None] = SimpleQueue()  # None: have a look
        self._stopping = self._cancelling = False
        self._started: float | None = None
        self._ended: float | None = None
        self._over = threading.Event()

    # ---- what may be asked of it

    @property
    def running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._started is not None and self._ended is None

    @property
    def stopping(self) -> bool:
        """Whether it sends nothing more, but something is still under way."""
        return self.running and self._stopping

    @property
    def seconds(self) -> float:
        """How long it has run so far, in s."""
        if self._started is None:
            return 0.0
        return (time.monotonic() if self._ended is None else self._ended) - self._started

    def start(self, *, after: Run | None = None) -> None:
        """Begin, in the background.

        Parameters
        ----------
        after
            Another run, whose end is waited for: what it gives back when it is stopped is asked for, too.
        """
        self._started = time.monotonic()
        thread = threading.Thread(target=self._go, args=(after,), name="imagewidgets sweep", daemon=True)
        try:
            with self._lock:
                self._take(self._wanted)
            thread.start()
        except BaseException:  # no thread can be had, or the kernel was interrupted before it was there
            if thread.ident is None:
                self._give_back()
                self._end()
            raise

    def add(self, cells: Sequence[Cell]) -> bool:
        """Ask for these, too, and return True; False where it is about to end, so that it takes none."""
        with self._lock:
            if not self.running or self._stopping:
                return False
            self._take(cells)
        self._events.put(None)
        return True

    def stop(self) -> None:
        """Send nothing more; what is under way is waited for and kept."""
        with self._lock:
            self._stopping = True
            under_way = list(self._under_way)
        self._events.put(None)
        self._road.recall(under_way)

    def cancel(self) -> None:
        """Send nothing more, and close the connections of what is under way.

        Workers in other processes finish what they have begun; it is paid for, and kept.
        """
        self.stop()
        with self._lock:
            self._cancelling = True
            under_way = list(self._under_way.values())
        for each in under_way:
            each.cancel.cancel()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended, at most so many s; return whether it has."""
        return self._over.wait(timeout)

    # ---- the thread

    def _go(self, after: Run | None) -> None:
        try:
            self._tell()
            if after is not None:
                after.wait()
                with self._lock:
                    self._take([cell for cell in self._wanted if cell.state == "planned"])  # what failed, failed there
            self._wanted = []
            while self._goes_on():
                try:
                    self._send()
                    self._tell()
                    self._take_note()
                except Exception as error:  # whatever it is, what is under way is waited for
                    self._halt(error)
        finally:
            self._give_back()
            self._end()

    def _goes_on(self) -> bool:
        """Tell whether there is anything left to do; where there is not, nothing can be added from now on."""
        with self._lock:
            if self._stopping:
                self._back_to_planned(self._line)
            if self._line or self._under_way:
                return True
            self._stopping = True
            return False

    def _send(self) -> None:
        """Send what fits."""
        self._held = False
        while (cell := self._next()) is not None:
            self._order(cell)

    def _next(self) -> Cell | None:
        with self._lock:
            if not self._line or self._stopping:
                return None
            self._held = time.monotonic() < self._not_before
            if self._held:
                return None
            if self._under_way and self._weight + weight(self._line[0]) > self._limit:
                return None
            return self._line.popleft()

    def _order(self, cell: Cell) -> None:
        if cell.request is None:  # none of these is ever taken
            return
        try:
            new = order(cell, cell.request, self._client)
            cell.begin()
            future = self._road.submit(new)
        except Exception as error:
            cell.state = "planned"
            self._halt(
                ImagesError(
                    f"The requests cannot be handed over ({type(error).__name__}: {error}). What was not sent is "
                    "planned: run the sweep again, with another executor if it is the executor's fault."
                ),
                cause=error,
            )
            return
        with self._lock:
            self._under_way[future] = new
            self._weight += weight(cell)
            stopping, cancelling = self._stopping, self._cancelling
        future.add_done_callback(self._events.put)
        if stopping:  # whoever stopped it has not seen this one
            self._road.recall([future])
        if cancelling:
            new.cancel.cancel()

    def _take_note(self) -> None:
        """Wait until something happens, and take note of it."""
        wait = max(self._not_before - time.monotonic(), 0.0) if self._held else None
        try:
            event = self._events.get(timeout=wait)
        except Empty:  # it is time
            return
        if event is None:
            return
        with self._lock:
            done = self._under_way.pop(event)
            self._weight -= weight(done.cell)
        came = self._came(event, done)
        try:
            self._settle(done, came)
        except Exception as error:  # whatever it is, the cell has ended with what it got, and the run ends, too
            done.cell.end(came if isinstance(came, ImagesResponse) else None, error)
            self._halt(error)

    def _came(self, future: Future[Any], done: Order) -> ImagesResponse | Exception | None:
        """Return what came; None where the answer is in the gallery, and was left there."""
        try:
            return self._road.answer(future, done)
        except ImagesError as error:  # the frames that it came through would be kept as long as the cell
            return error.with_traceback(None)
        except Exception as error:
            return error

    def _settle(self, done: Order, came: ImagesResponse | Exception | None) -> None:
        """Give a cell what came for it, and draw the conclusions for the others."""
        cell = done.cell
        if isinstance(came, NotBegunError):
            cell.state = "planned"
            if came.reason is not None:
                self._halt(came.reason)
            return
        if came is None:
            cell.end(None, recorded=True)
            self._succeeded()
            return
        response, error = outcome(done, came, self._client)
        cell.end(response, error)
        if done.seconds is not None:  # an executor's worker knows it better
            cell.seconds = done.seconds
        if response is not None:
            self._succeeded()
        if isinstance(error, CancelledError):
            cell.state, cell.error = "planned", None
        elif error is not None and stays_wrong(error):
            self._halt(error)
        elif isinstance(error, RateLimitError):
            self._returned(cell, error)

    def _succeeded(self) -> None:
        self._limit = min(self._limit + 1, self.most)
        self._returns = 0

    def _returned(self, cell: Cell, error: RateLimitError) -> None:
        """Put a cell back into the line, and send fewer at a time; or leave it where that has not helped for long."""
        alone = self._limit == 1
        self._returns += alone
        self._limit = max(self._limit // 2, 1)
        if self._returns >= MOST_RETURNS:
            self._halt(error)
            return
        wish = retries.asked_of_all(error) or retries.backoff(self._returns)
        self._not_before = max(self._not_before, time.monotonic() + wish)
        cell.state, cell.error = "waiting", None
        with self._lock:
            self._line.append(cell)

    # ---- its end

    def _halt(self, error: Exception, cause: Exception | None = None) -> None:
        """Stop by itself; the first reason is the one to tell."""
        if cause is not None:
            error.__cause__ = cause
        if self.halted is None:
            self.halted = error
        with suppress(Exception):  # of an executor that cannot even call back: what it has is waited for
            self.stop()

    def _take(self, cells: Sequence[Cell]) -> None:
        """Put those cells into the line that are in none and not done; whoever calls this has the lock.

        None is marked that is not in the line: the thread that starts a run may be interrupted at any place.
        """
        with _taking:
            for cell in cells:
                if cell.state in ("planned", "failed") and cell.request is not None:
                    self._line.append(cell)
                    cell.state = "waiting"

    def _give_back(self) -> None:
        with self._lock:
            self._stopping = True
            self._back_to_planned(self._line)

    def _back_to_planned(self, line: deque[Cell]) -> None:
        while line:
            line.popleft().state = "planned"

    def _end(self) -> None:
        self._road.close()
        self._ended = time.monotonic()
        self._tell()
        self._over.set()

    def _tell(self) -> None:
        try:
            self._changed()
        except Exception as error:
            with suppress(Warning):  # where warnings are errors, this one has nobody to be raised to
                warnings.warn(f"A callback of a sweep failed: {type(error).__name__}: {error}", stacklevel=1)


def stays_wrong(error: Exception) -> bool:
    """Tell whether something goes wrong in the same way for every request until somebody sets it right."""
    if isinstance(error, AuthenticationError | QuotaError):
        return True
    if isinstance(error, RateLimitError):  # it asks for a wait that is too long to be waited for
        return (retries.wished_delay(error.headers) or 0.0) > retries.LONGEST_WISH
    if isinstance(error, APIConnectionError):
        return error.lasting
    return isinstance(error, InvalidRequestError) and error.param == "executor"


def _most(max_workers: int | None, client: Client, executor: Executor | None) -> int:
    if max_workers is None:
        if executor is not None:
            return AT_AN_EXECUTOR
        return (os.cpu_count() or 1) if client.embedded else AT_A_SERVICE
    if not isinstance(max_workers, int) or isinstance(max_workers, bool) or max_workers < 1:
        raise InvalidRequestError(
            f"max_workers is {max_workers!r}; it must be a whole number from 1 on.", param="max_workers"
        )
    return max_workers
