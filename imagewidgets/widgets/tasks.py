"""Work in the background of a widget: one run at a time, in the order they were asked for, each with its future.

A `TaskRunner` gives every run a thread of its own, so that a cancelled run that does not stop at once holds up nobody:
its future is cancelled, the next run starts, and whatever it still gives is dropped. The threads are daemons: they
never keep a kernel from leaving.

What a run does to its widget (it started, it ended, so many are waiting) is told through three callables. They are
called one at a time and in order, from whichever thread is at hand, and never with a lock held: an observer that takes
its time delays later news, but blocks neither the kernel nor a click.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from imagewidgets.cancellation import Cancellation

T = TypeVar("T")


class Task(Future[T]):
    """The future of one run. Unlike others it can be cancelled while its work is under way.

    `result()` of a cancelled task raises `concurrent.futures.CancelledError` at once, ``await asyncio.wrap_future``
    raises asyncio's.

    Attributes
    ----------
    subject : object
        What the run is about: the request of a form.
    number : int
        Which of its runner's tasks it is, from 1, in the order in which they were asked for.
    cancellation : Cancellation
        The switch that the work is given.
    started_at : float or None
        Unix time in s at which the work began; None while it waits.
    """

    def __init__(
        self, subject: Any, number: int, work: Callable[[Cancellation], T], withdraw: Callable[[Task[T]], None]
    ) -> None:
        super().__init__()
        self.subject = subject
        self.number = number
        self.cancellation = Cancellation()
        self.started_at: float | None = None
        self._work = work
        self._withdraw = withdraw
        self._clock: float | None = None  # monotonic, s

    def cancel(self) -> bool:
        """Cancel the run, waiting or under way; return False when it has already ended."""
        if not super().cancel():
            return False
        self._withdraw(self)
        self.cancellation.cancel()
        return True

    @property
    def seconds(self) -> float:
        """Seconds since the work began; 0.0 while it waits."""
        return 0.0 if self._clock is None else time.monotonic() - self._clock

    def begin(self) -> None:
        """Start the clock: called by the runner."""
        self.started_at, self._clock = time.time(), time.monotonic()

    def work(self) -> T:
        """Do the work in the calling thread: called by the runner."""
        return self._work(self.cancellation)


class _News:
    """Something to be told, whether it has been, and what hearing it raised.

    Where it is `awaited`, its reporter waits for it and raises that error; else whoever tells it does.
    """

    def __init__(self, tell: Callable[[], None], *, awaited: bool) -> None:
        self.tell = tell
        self.awaited = awaited
        self.told = threading.Event()
        self.error: BaseException | None = None


class TaskRunner(Generic[T]):
    """Runs tasks in threads, one after the other.

    Parameters
    ----------
    on_start
        Called with the task when its work is about to begin.
    on_end
        Called with the task, its result and its error, before its future is done. Both are None where it was
        cancelled while under way; a task that was cancelled while it waited is not reported.
    on_waiting
        Called with the number of waiting tasks when it has changed.
    after
        Called with the task and its result when all the rest has been told, still before the future is done, and with
        the next task already at work: the place for callbacks of the user, which may submit and wait themselves.
    """

    def __init__(
        self,
        *,
        on_start: Callable[[Task[T]], None],
        on_end: Callable[[Task[T], T | None, BaseException | None], None],
        on_waiting: Callable[[int], None],
        after: Callable[[Task[T], T], None],
    ) -> None:
        self._on_start, self._on_end, self._on_waiting, self._after = on_start, on_end, on_waiting, after
        self._lock = threading.Lock()
        self._queue: deque[Task[T]] = deque()
        self._running: Task[T] | None = None
        self._news: deque[_News] = deque()
        self._telling = False
        self._count = 0  # tasks so far

    @property
    def running(self) -> Task[T] | None:
        """The task at work."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many tasks wait for their turn."""
        return len(self._queue)

    @property
    def queue(self) -> tuple[Task[T], ...]:
        """The tasks that wait for their turn, the next first."""
        with self._lock:
            return tuple(self._queue)

    def submit(self, subject: Any, work: Callable[[Cancellation], T]) -> Task[T]:
        """Queue `work`, which is called with a `Cancellation` in a thread of its own, and return its future."""
        with self._lock:
            self._count += 1
            task = Task(subject, self._count, work, self._remove)
            self._queue.append(task)
            self._next()
            if self._queue:
                self._report_waiting()
            last = self._last_news()
        self._tell(last)
        return task

    def cancel(self, *, waiting: bool = False) -> bool:
        """Cancel the task at work; with `waiting` those in the queue as well. Return whether there was any."""
        with self._lock:
            tasks = [*(self._queue if waiting else ()), *([self._running] if self._running else ())]
        cancelled = [task.cancel() for task in tasks]  # each of them, whatever the others say
        return any(cancelled)

    def report(self, cancellation: Cancellation, tell: Callable[[], None]) -> None:
        """Tell something of the task at work, in order with all other news, from its own thread.

        `cancellation` is the one that the work was given. What a task has to say that is no longer at work is dropped.
        """
        with self._lock:
            if self._running is None or self._running.cancellation is not cancellation:
                return
            self._report(tell)
            last = self._last_news()
        self._tell(last)

    def _next(self) -> None:
        """Start the next task if none is at work. The lock is held."""
        if self._running is not None or not self._queue:
            return
        task = self._running = self._queue.popleft()
        task.begin()
        self._report(lambda: self._on_start(task))
        threading.Thread(target=self._run, args=(task,), name="imagewidgets-run", daemon=True).start()

    def _run(self, task: Task[T]) -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = task.work()
        except BaseException as raised:  # whatever it was, it belongs to the future
            error = raised
        if not task.set_running_or_notify_cancel():
            return  # cancelled meanwhile: that has been told, and the next one is at work
        try:
            self._end(task, result, error)
            if error is None:
                self._after(task, result)  # type: ignore[arg-type]
        except BaseException as raised:
            error = error or raised
        if error is None:
            task.set_result(result)  # type: ignore[arg-type]
        else:
            task.set_exception(error)

    def _end(self, task: Task[T], result: T | None, error: BaseException | None) -> None:
        """Tell how a task ended, and start the next; return when it has been told."""
        with self._lock:
            ended = self._report(lambda: self._on_end(task, result, error), awaited=True)
            self._running = None
            self._advance()
            last = self._last_news()
        self._tell(last)
        ended.told.wait()
        if ended.error is not None:
            raise ended.error

    def _remove(self, task: Task[T]) -> None:
        """Take a cancelled task out, and start the next where it was at work."""
        with self._lock:
            if task is self._running:
                self._report(lambda: self._on_end(task, None, None))
                self._running = None
                self._advance()
            elif task in self._queue:
                self._queue.remove(task)
                task.set_running_or_notify_cancel()  # it has no thread that would say so
                self._report_waiting()
            last = self._last_news()
        self._tell(last)

    def _advance(self) -> None:
        if self._queue:
            self._next()
            self._report_waiting()

    def _report_waiting(self) -> None:
        count = len(self._queue)
        self._report(lambda: self._on_waiting(count))

    def _report(self, tell: Callable[[], None], *, awaited: bool = False) -> _News:
        """Put down what is to be told, in order. The lock is held."""
        news = _News(tell, awaited=awaited)
        self._news.append(news)
        return news

    def _last_news(self) -> _News | None:
        """Return the last that is to be told as of now. The lock is held."""
        return self._news[-1] if self._news else None

    def _tell(self, last: _News | None) -> None:
        """Tell what there is to tell up to `last`, unless another thread (or this one, further up) is at it.

        What has come meanwhile is another thread's, and whoever hears it may take long over it: so this thread does
        not stay for it, but leaves it to one of its own.

        Raises
        ------
        BaseException
            What hearing it raised, where nobody waits for it.
        """
        with self._lock:
            if self._telling or last is None:
                return
            self._telling = True
        self._tell_on(last)

    def _tell_on(self, last: _News | None) -> None:
        """Tell in order up to `last`, or all there is, and then raise the first error that nobody waits for."""
        error: BaseException | None = None
        news: _News | None = None
        while True:
            with self._lock:
                # Told in the same breath as whether there is more: who waits for it may submit at once, and is to be
                # the one that tells the news of that.
                if news is not None:
                    news.told.set()
                if not self._news:
                    self._telling = False
                    break
                if last is not None and last.told.is_set():
                    threading.Thread(target=self._tell_on, args=(None,), name="imagewidgets-news", daemon=True).start()
                    break
                news = self._news.popleft()
            try:
                news.tell()
            except BaseException as raised:
                news.error = raised
                if not news.awaited:
                    error = error or raised
        if error is not None:
            raise error
