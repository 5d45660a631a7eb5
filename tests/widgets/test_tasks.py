"""The task runner: order, one at a time, cancellation at once, and news told in order."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import CancelledError, wait

import pytest

from imagewidgets.cancellation import Cancellation
from imagewidgets.widgets.tasks import Task, TaskRunner

PATIENCE = 60.0  # s; reached only when a test fails


class Log:
    """Keeps what a runner tells, and makes work that waits to be let go."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.runner: TaskRunner[str] = TaskRunner(
            on_start=lambda task: self.lines.append(f"start {task.subject}"),
            on_end=self.end,
            on_waiting=lambda count: self.lines.append(f"waiting {count}"),
            after=lambda task, result: self.lines.append(f"after {result}"),
        )
        self.gates: dict[str, threading.Event] = {}
        self.entered: dict[str, threading.Event] = {}

    def end(self, task: Task[str], result: str | None, error: BaseException | None) -> None:
        self.lines.append(f"end {task.subject} {result or type(error).__name__}")

    def submit(self, name: str, *, deaf: bool = False) -> Task[str]:
        gate = self.gates[name] = threading.Event()
        entered = self.entered[name] = threading.Event()

        def work(cancel: Cancellation) -> str:
            entered.set()
            if not deaf:
                cancel.on_cancel(gate.set)
            assert gate.wait(PATIENCE)
            return name.upper()

        return self.runner.submit(name, work)

    def let(self, name: str) -> None:
        self.gates[name].set()


def test_runs_one_after_the_other_and_tells_it_in_order() -> None:
    log = Log()
    first, second = log.submit("a"), log.submit("b")
    assert log.lines == ["start a", "waiting 1"]
    assert log.runner.running is first
    assert log.runner.waiting == 1
    assert log.entered["a"].wait(PATIENCE)
    assert not log.entered["b"].is_set()
    log.let("a")
    assert first.result(PATIENCE) == "A"
    log.let("b")
    assert second.result(PATIENCE) == "B"
    told = [line for line in log.lines if not line.startswith("after")]
    assert told == ["start a", "waiting 1", "end a A", "start b", "waiting 0", "end b B"]
    assert log.runner.running is None


def test_everything_is_told_before_the_future_is_done() -> None:
    log = Log()
    task = log.submit("a")
    seen: list[list[str]] = []
    task.add_done_callback(lambda _: seen.append(list(log.lines)))
    log.let("a")
    task.result(PATIENCE)
    wait([task], PATIENCE)
    assert seen == [["start a", "end a A", "after A"]]


def test_an_error_belongs_to_the_future_and_the_next_run_goes_on() -> None:
    log = Log()

    def fail(cancel: Cancellation) -> str:
        raise KeyError("broken")

    failed = log.runner.submit("a", fail)
    with pytest.raises(KeyError, match="broken"):
        failed.result(PATIENCE)
    assert log.lines == ["start a", "end a KeyError"]
    task = log.submit("b")
    log.let("b")
    assert task.result(PATIENCE) == "B"


def test_cancelling_works_at_once_and_starts_the_next() -> None:
    log = Log()
    first, second = log.submit("a"), log.submit("b")
    assert log.entered["a"].wait(PATIENCE)
    assert log.runner.cancel()
    assert first.cancelled()
    with pytest.raises(CancelledError):
        first.result(0)
    assert first.cancellation.cancelled
    assert log.lines == ["start a", "waiting 1", "end a NoneType", "start b", "waiting 0"]
    log.let("b")
    assert second.result(PATIENCE) == "B"
    assert not any(line.startswith("after A") for line in log.lines)


def test_work_that_cannot_stop_holds_up_nobody_and_its_result_is_dropped() -> None:
    log = Log()
    first = log.submit("a", deaf=True)
    assert log.entered["a"].wait(PATIENCE)
    assert first.cancel()
    second = log.submit("b")
    log.let("b")
    assert second.result(PATIENCE) == "B"
    before = list(log.lines)
    log.let("a")
    assert wait([first], PATIENCE).done == {first}  # its thread has come to its end
    assert log.lines == before


def test_a_waiting_run_is_cancelled_before_it_began() -> None:
    log = Log()
    first, second = log.submit("a"), log.submit("b")
    assert second.cancel()
    assert wait([second], PATIENCE).done == {second}
    assert log.lines == ["start a", "waiting 1", "waiting 0"]
    log.let("a")
    assert first.result(PATIENCE) == "A"
    assert not log.entered["b"].is_set()


def test_cancel_with_waiting_takes_all() -> None:
    log = Log()
    tasks = [log.submit(name) for name in "abc"]
    assert log.runner.cancel(waiting=True)
    assert all(task.cancelled() for task in tasks)
    assert not log.runner.cancel(waiting=True)
    assert log.runner.running is None
    assert not log.entered["b"].is_set()


def test_a_run_that_ended_cannot_be_cancelled() -> None:
    log = Log()
    task = log.submit("a")
    log.let("a")
    assert task.result(PATIENCE) == "A"
    assert not task.cancel()
    assert not task.cancelled()


def test_an_observer_may_submit_and_one_that_is_slow_blocks_no_submit() -> None:
    """News is told with no lock held: while one observer takes its time, another thread submits and goes on."""
    inside, go_on = threading.Event(), threading.Event()

    def slow(task: Task[str], result: str | None, error: BaseException | None) -> None:
        inside.set()
        assert go_on.wait(PATIENCE)

    runner: TaskRunner[str] = TaskRunner(
        on_start=lambda task: None, on_end=slow, on_waiting=lambda count: None, after=lambda task, result: None
    )
    first = runner.submit("a", lambda cancel: "A")
    assert inside.wait(PATIENCE)
    second = runner.submit("b", lambda cancel: "B")  # would hang here, were a lock held
    assert not first.done()
    go_on.set()
    assert first.result(PATIENCE) == "A"
    assert second.result(PATIENCE) == "B"


def test_who_submits_does_not_stay_for_the_news_of_others() -> None:
    """The first run ends while its start is still being told by the thread that submitted it."""
    go_on, heard_in = threading.Event(), []

    def started(task: Task[str]) -> None:
        deadline = time.monotonic() + PATIENCE
        while runner.running is not None and time.monotonic() < deadline:
            time.sleep(0.001)

    def slow(task: Task[str], result: str | None, error: BaseException | None) -> None:
        heard_in.append(threading.current_thread())
        assert go_on.wait(PATIENCE)

    runner: TaskRunner[str] = TaskRunner(
        on_start=started, on_end=slow, on_waiting=lambda count: None, after=lambda task, result: None
    )
    task = runner.submit("a", lambda cancel: "A")
    assert not task.done(), "the end is being told, or about to be, and not by this thread"
    go_on.set()
    assert task.result(PATIENCE) == "A"
    assert threading.current_thread() not in heard_in


def test_a_callback_may_wait_for_a_run_of_its_own() -> None:
    results: list[str] = []

    def after(task: Task[str], result: str) -> None:
        if result == "A":
            results.append(runner.submit("b", lambda cancel: "B").result(PATIENCE))

    runner: TaskRunner[str] = TaskRunner(
        on_start=lambda task: None, on_end=lambda *_: None, on_waiting=lambda count: None, after=after
    )
    assert runner.submit("a", lambda cancel: "A").result(PATIENCE) == "A"
    assert results == ["B"]


def test_news_that_raises_ends_up_in_the_future_and_the_runner_goes_on() -> None:
    def broken(task: Task[str], result: str | None, error: BaseException | None) -> None:
        raise RuntimeError("a bug of the widget")

    runner: TaskRunner[str] = TaskRunner(
        on_start=lambda task: None, on_end=broken, on_waiting=lambda count: None, after=lambda task, result: None
    )
    for _ in range(2):
        with pytest.raises(RuntimeError, match="a bug"):
            runner.submit("a", lambda cancel: "A").result(PATIENCE)


def test_a_task_can_be_awaited_and_cancelling_what_awaits_cancels_it() -> None:
    log = Log()

    async def main() -> None:
        task = log.submit("a")
        log.let("a")
        assert await asyncio.wait_for(asyncio.wrap_future(task), PATIENCE) == "A"
        second = log.submit("b")
        waiting = asyncio.wrap_future(second)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.wrap_future(second), PATIENCE)
        assert second.cancelled()

    asyncio.run(main())


def test_the_clock_runs_from_the_start() -> None:
    log = Log()
    first, second = log.submit("a"), log.submit("b")
    assert first.started_at is not None
    assert second.started_at is None
    assert second.seconds == 0.0
    log.runner.cancel(waiting=True)


def test_threads_are_daemons() -> None:
    """A kernel can leave while a run is under way."""
    log = Log()
    log.submit("a")
    assert log.entered["a"].wait(PATIENCE)
    threads = [thread for thread in threading.enumerate() if thread.name == "imagewidgets-run"]
    assert threads
    assert all(thread.daemon for thread in threads)
    log.runner.cancel()


def test_news_of_a_task_are_told_in_order_while_it_is_at_work() -> None:
    heard: list[str] = []
    runner: TaskRunner[str] = TaskRunner(
        on_start=lambda task: heard.append(f"start {task.subject}"),
        on_end=lambda task, result, error: heard.append(f"end {task.subject}"),
        on_waiting=lambda count: None,
        after=lambda task, result: None,
    )
    cancelled, go = threading.Event(), threading.Event()

    def late(cancel: Cancellation) -> str:
        runner.report(cancel, lambda: heard.append("a"))
        cancel.on_cancel(cancelled.set)
        assert go.wait(PATIENCE)
        runner.report(cancel, lambda: heard.append("late"))
        return "x"

    first = runner.submit("one", late)
    second = runner.submit("two", lambda cancel: runner.report(cancel, lambda: heard.append("b")) or "y")
    while "a" not in heard:
        assert not first.done()
    first.cancel()
    assert second.result(PATIENCE) == "y"
    go.set()
    for thread in threading.enumerate():
        if thread.name == "imagewidgets-run":
            thread.join(PATIENCE)
    assert heard == ["start one", "a", "end one", "start two", "b", "end two"]
