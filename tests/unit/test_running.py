"""Running a sweep: side by side, stopped, cancelled, slowed down, tried again; and no cell is left under way."""

from __future__ import annotations

import gc
import random
import signal
import threading
import time
import warnings
import weakref
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from PIL import Image

from imagewidgets.client import retries
from imagewidgets.errors import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    CancelledError,
    InvalidRequestError,
    QuotaError,
    RateLimitError,
)
from imagewidgets.operations import CreateImageRequest
from imagewidgets.responses import ImagesResponse
from imagewidgets.sweeps import running
from imagewidgets.sweeps.running import AT_A_SERVICE, AT_AN_EXECUTOR, MOST_RETURNS, Run
from tests.unit.runs import PATIENCE, FakeClient, answer, cells, states


def status(kind, code=429, **headers):
    return kind("no", status_code=code, headers=headers)


def ended(run: Run) -> Run:
    assert run.wait(PATIENCE)
    return run


def run_of(row, client, **options) -> Run:
    run = Run(row, client, **options)
    run.start()
    return run


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Nobody waits long for a rate."""
    monkeypatch.setattr(retries, "backoff", lambda attempt: 0.001)


# ---- side by side


def test_all_cells_are_asked_for_once():
    client = FakeClient()
    row = cells(client, 40)
    seen = []
    run = ended(run_of(row, client, changed=lambda: seen.append(states(row))))
    assert states(row) == "d" * 40
    assert sorted(request.prompt for request in client.sent) == sorted(cell.request.prompt for cell in row)
    assert client.takes.count(1) == 20
    assert all(cell.seconds is not None and cell.error is None and len(cell.images) == 1 for cell in row)
    assert (run.running, run.stopping, run.halted) == (False, False, None)
    assert run.seconds > 0
    assert seen[-1] == "d" * 40, "who looks when he is told sees the end"


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_than_so_many_at_a_time(most):
    client = FakeClient(holds=True)
    row = cells(client, 7)
    run = run_of(row, client, max_workers=most)
    client.wait_for(most)
    assert states(row).count("r") == most
    assert states(row).count("w") == 7 - most
    assert run.running
    client.release()
    ended(run)
    assert client.most == most


def test_a_request_in_parts_counts_as_several():
    client = FakeClient()
    row = cells(client, 3)
    for cell in row:
        cell.request = CreateImageRequest(prompt="a fox", model="dall-e-3", n=4)
    held = FakeClient(holds=True)
    run = run_of(row, held, max_workers=8)
    held.wait_for(2)
    assert states(row) == "rrw"
    held.release()
    ended(run)
    assert held.most == 2


def test_how_many_unless_somebody_says_otherwise():
    client, engine = FakeClient(), FakeClient()
    engine.embedded = True
    assert Run([], client).most == AT_A_SERVICE
    assert 1 <= Run([], engine).most < AT_AN_EXECUTOR
    with ThreadPoolExecutor(1) as pool:
        assert Run([], client, executor=pool).most == AT_AN_EXECUTOR
        assert Run([], client, executor=pool, max_workers=5).most == 5


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "4"])
def test_a_number_of_workers_that_is_none(wrong):
    with pytest.raises(InvalidRequestError, match="max_workers is") as caught:
        Run([], FakeClient(), max_workers=wrong)
    assert caught.value.param == "max_workers"


def test_what_is_done_refused_or_under_way_is_left_alone():
    client = FakeClient()
    row = cells(client, 5)
    row[0].end(answer(row[0].request))
    row[1].state, row[1].request = "refused", None
    row[2].end(None, BadRequestError("no", status_code=400))
    row[3].begin()
    ended(run_of(row, client))
    assert states(row) == "dxdrd"
    assert len(client.sent) == 2


def test_nothing_to_do_ends_at_once():
    run = ended(run_of([], FakeClient()))
    assert not run.running


def test_two_runs_with_the_same_cells_ask_once():
    client = FakeClient(holds=True)
    row = cells(client, 20)
    runs = [Run(row, client) for _ in range(4)]
    threads = [threading.Thread(target=run.start) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    client.release()
    for run in runs:
        ended(run)
    assert states(row) == "d" * 20
    assert len(client.sent) == 20


# ---- what goes wrong


def test_a_failure_is_its_own_cell_s_and_the_others_go_on():
    def behave(request):
        if request.prompt == "fox 1":
            raise status(BadRequestError, 400)
        if request.prompt == "fox 2":
            raise APITimeoutError("late; may be billed")
        if request.prompt == "fox 3":
            raise ZeroDivisionError("a mistake of ours")
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 5)
    run = ended(run_of(row, client))
    assert states(row) == "dfffd"
    assert [type(cell.error) for cell in row[1:4]] == [BadRequestError, APITimeoutError, ZeroDivisionError]
    assert len(client.sent) == 5, "what may be billed is not sent again"
    assert run.halted is None
    assert row[1].error.__traceback__ is None, "no frame is kept"
    client.behave = answer
    ended(run_of([row[2]], client))
    assert states(row) == "dfdfd"


@pytest.mark.parametrize(
    "error",
    [
        status(AuthenticationError, 401),
        status(QuotaError),
        APIConnectionError("no proxy", sent=False, lasting=True),
        status(RateLimitError, **{"retry-after": str(retries.LONGEST_WISH + 1)}),
        InvalidRequestError("The worker has no key", param="executor"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_stays_wrong_stops_the_run(error):
    halted = threading.Event()

    def behave(request):
        if request.prompt == "fox 0":
            client.wait_for(2)
            raise error
        assert halted.wait(PATIENCE)
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 6)
    run = Run(row, client, max_workers=2, changed=lambda: run.halted is not None and halted.set())
    run.start()
    ended(run)
    assert run.halted is error
    assert row[0].error is error
    assert states(row) == "fdpppp", "what was under way is kept, and the rest is planned"
    assert len(client.sent) == 2


@pytest.mark.parametrize(
    "error",
    [
        status(BadRequestError, 400),
        APIConnectionError("not there", sent=False),
        InvalidRequestError("n is 0", param="n"),
        CancelledError("by hand"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_go_better_next_time_does_not(error):
    assert not running.stays_wrong(error)


# ---- a service that gives too little


def test_cells_come_back_for_want_of_rate_and_all_are_done():
    lock, turn = threading.Lock(), [0]

    def behave(request):
        with lock:
            turn[0] += 1
            if turn[0] % 3:
                raise status(RateLimitError)
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 12)
    run = ended(run_of(row, client))
    assert states(row) == "d" * 12
    assert run.halted is None
    assert len(client.sent) == 36
    assert all(cell.error is None for cell in row)


def test_fewer_at_a_time_while_the_rate_is_too_low_and_more_again():
    client = FakeClient()
    row = cells(client, 1)
    run = Run(row, client, max_workers=16)
    limits = []
    for _ in range(6):
        run._returned(row[0], status(RateLimitError))
        limits.append(run._limit)
    assert limits == [8, 4, 2, 1, 1, 1]
    for _ in range(20):
        run._succeeded()
    assert run._limit == 16


def test_the_wait_that_the_service_asks_for_is_kept_by_the_whole_run():
    client = FakeClient()
    row = cells(client, 2)
    run = Run(row, client)
    run._returned(row[0], status(RateLimitError, **{"retry-after": "30"}))
    assert 29 < run._not_before - time.monotonic() <= 30
    assert run._next() is None
    assert row[0].state == "waiting"


def test_a_service_that_gives_nothing_for_long_is_left():
    def behave(request):
        raise status(RateLimitError)

    client = FakeClient(behave)
    row = cells(client, 5)
    run = ended(run_of(row, client, max_workers=4))
    assert isinstance(run.halted, RateLimitError)
    assert sorted(states(row)) == sorted("fpppp")
    assert MOST_RETURNS <= len(client.sent) <= MOST_RETURNS + 8


def test_a_success_in_between_counts():
    lock, turn = threading.Lock(), [0]

    def behave(request):
        with lock:
            turn[0] += 1
            if turn[0] % MOST_RETURNS:
                raise status(RateLimitError)
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 4)
    run = ended(run_of(row, client, max_workers=1))
    assert (states(row), run.halted) == ("dddd", None)


# ---- stopped


def test_stop_sends_nothing_more_and_keeps_what_is_under_way():
    client = FakeClient(holds=True)
    row = cells(client, 8)
    run = run_of(row, client, max_workers=3)
    client.wait_for(3)
    run.stop()
    assert run.stopping
    assert run.running
    client.release()
    ended(run)
    assert states(row) == "dddppppp"
    assert len(client.sent) == 3
    assert not run.stopping
    ended(run_of(row, client))
    assert states(row) == "d" * 8
    assert len(client.sent) == 8, "nothing is asked for twice"


def test_cancel_closes_what_is_under_way_and_it_is_planned_again():
    client = FakeClient(holds=True)
    row = cells(client, 8)
    run = run_of(row, client, max_workers=3)
    client.wait_for(3)
    run.cancel()
    ended(run)
    assert states(row) == "p" * 8
    assert all(cell.error is None for cell in row)
    assert run.halted is None


def test_cancel_before_a_thread_was_free():
    client = FakeClient(holds=True)
    row = cells(client, 3)
    with ThreadPoolExecutor(1) as pool:
        run = run_of(row, client, executor=pool)
        client.wait_for(1)
        run.cancel()
        ended(run)
    assert states(row) == "ppp"
    assert len(client.sent) == 1


def test_stopping_calls_back_what_waits_for_a_thread_of_somebody_s_pool():
    client = FakeClient(holds=True)
    row = cells(client, 5)
    with ThreadPoolExecutor(1) as pool:
        run = run_of(row, client, executor=pool)
        client.wait_for(1)
        run.stop()
        client.release()
        ended(run)
    assert states(row) == "dpppp"
    assert run.halted is None


def test_a_run_that_waits_for_a_rate_can_be_stopped():
    def behave(request):
        raise status(RateLimitError, **{"retry-after": "100"})

    client = FakeClient(behave)
    row = cells(client, 3)
    told = threading.Event()
    run = Run(row, client, changed=lambda: run._not_before and told.set())
    run.start()
    assert told.wait(PATIENCE)
    run.stop()
    ended(run)
    assert states(row) == "ppp"


@pytest.mark.parametrize("way", ["stop", "cancel"])
def test_stopping_what_has_ended_or_not_begun_does_nothing(way):
    client = FakeClient()
    row = cells(client, 2)
    run = ended(run_of(row, client))
    getattr(run, way)()
    assert states(row) == "dd"
    other = Run(row, client)
    getattr(other, way)()
    assert (other.running, other.stopping, other.seconds) == (False, False, 0.0)


def test_after_another_run_what_that_gives_back_is_asked_for():
    client = FakeClient(holds=True)
    row = cells(client, 6)
    first = run_of(row, client, max_workers=2)
    client.wait_for(2)
    first.cancel()
    second = Run(row, client)
    client.release()
    second.start(after=first)
    ended(second)
    assert states(row) == "d" * 6
    assert not first.running


def test_after_another_run_what_failed_there_is_not_sent_again():
    client = FakeClient(holds=True)
    row = cells(client, 2)

    def behave(request):
        raise APITimeoutError("may be billed")

    client.behave = behave
    first = run_of(row, client)
    client.wait_for(2)
    first.stop()
    second = Run(row, client)
    second.start(after=first)
    client.release()
    ended(second)
    assert states(row) == "ff"
    assert len(client.sent) == 2


# ---- more meanwhile


def test_cells_are_added_while_it_runs_and_not_after():
    client = FakeClient(holds=True)
    row, more = cells(client, 2), cells(client, 3)
    run = run_of(row, client)
    client.wait_for(2)
    assert run.add(more)
    assert run.add(more), "those in the line are not put there twice"
    client.release()
    ended(run)
    assert (states(row), states(more)) == ("dd", "ddd")
    assert len(client.sent) == 5
    late = cells(client, 1)
    assert not run.add(late)
    assert states(late) == "p"


def test_a_run_that_is_being_stopped_takes_none():
    client = FakeClient(holds=True)
    run = run_of(cells(client, 1), client)
    client.wait_for(1)
    run.stop()
    late = cells(client, 1)
    assert not run.add(late)
    assert states(late) == "p"
    client.release()
    ended(run)


def test_whatever_threads_do_no_cell_is_lost_or_left_under_way():
    """Threads stop, cancel, add and start runs as chance has it; then all is run to its end."""
    chance = random.Random(5)
    client = FakeClient()
    row = cells(client, 60)
    runs = [Run(row, client, max_workers=4)]
    runs[0].start()
    lock = threading.Lock()

    def meddle(seed):
        own = random.Random(seed)
        for _ in range(12):
            with lock:
                run = runs[-1]
            what = own.choice(["stop", "cancel", "add", "start"])
            if what == "add":
                run.add(own.sample(row, 5))
            elif what == "start":
                with lock:
                    runs.append(Run(row, client, max_workers=4))
                    runs[-1].start(after=run)
            else:
                getattr(run, what)()

    threads = [threading.Thread(target=meddle, args=(chance.random(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    for run in runs:
        ended(run)
    assert set(states(row)) <= set("pd")
    ended(run_of(row, client))
    assert states(row) == "d" * 60
    answered = [request.prompt for request in client.sent]
    assert set(answered) == {cell.request.prompt for cell in row}


# ---- parts


def test_what_is_missing_of_a_request_in_parts_is_asked_for_and_nothing_else():
    parts = [CreateImageRequest(prompt="a fox", model="dall-e-3", n=1, seed=seed) for seed in (7, 8, 9)]
    failure = status(BadRequestError, 400)

    def behave(request):
        if request.n == 3:
            return ImagesResponse.joined(request, [answer(parts[1])], [failure, failure], [parts[0], parts[2]])
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 1)
    row[0].request = CreateImageRequest(prompt="a fox", model="dall-e-3", n=3, seed=7)
    ended(run_of(row, client))
    assert (states(row), len(row[0].images)) == ("f", 1)
    assert row[0].error is failure
    kept = row[0].images[0]
    ended(run_of(row, client))
    assert (states(row), len(row[0].images), row[0].error) == ("d", 3, None)
    assert row[0].images[0] is kept
    assert [request.seed for request in client.sent[1:]] == [7, 9]
    assert row[0].response.request is row[0].request
    assert [len(response) for response in client.recorded_here] == [3], "whole at last, so it is recorded as one"


def test_a_part_that_fails_again_is_still_missing():
    parts = [CreateImageRequest(prompt="a fox", model="dall-e-3", n=1) for _ in range(3)]
    failure, again = status(BadRequestError, 400), threading.Event()

    def behave(request):
        if request.n == 3:
            return ImagesResponse.joined(request, [answer(parts[0])], [failure, failure], parts[1:])
        if not again.is_set():
            again.set()
            raise failure
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 1)
    row[0].request = CreateImageRequest(prompt="a fox", model="dall-e-3", n=3)
    for count in (1, 2, 3):
        ended(run_of(row, client))
        assert len(row[0].images) == count
    assert (states(row), len(client.sent)) == ("d", 4)


def test_a_gallery_knows_which_parts_are_there():
    part = CreateImageRequest(prompt="a fox", model="dall-e-3", n=1)
    client = FakeClient(replay="auto")
    row = cells(client, 1, n=2)
    row[0].end(
        ImagesResponse.joined(row[0].request, [answer(part, recorded=True)], [status(BadRequestError, 400)], [part]),
        status(BadRequestError, 400),
    )
    assert len(row[0].images) == 1, "parts are no answer that is found as one, so they are kept"
    ended(run_of(row, client))
    assert client.sent == [row[0].request]


def test_pictures_that_came_with_an_error_are_kept_and_the_others_asked_for():
    def behave(request):
        if request.n == 3:
            raise APIConnectionError("broke off").with_pictures([Image.new("RGB", (4, 4))])
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 1, n=3, seed=5)
    ended(run_of(row, client))
    assert (states(row), len(row[0].images)) == ("f", 1)
    ended(run_of(row, client))
    assert (states(row), len(row[0].images)) == ("d", 3)
    assert [(request.n, request.seed) for request in client.sent] == [(3, 5), (2, 6)]


def test_an_error_with_all_pictures_is_an_answer():
    def behave(request):
        raise APIConnectionError("broke off").with_pictures([Image.new("RGB", (4, 4))])

    client = FakeClient(behave)
    row = cells(client, 1)
    ended(run_of(row, client))
    assert (states(row), len(row[0].images), row[0].error) == ("d", 1, None)
    assert len(client.recorded_here) == 1


def test_a_part_for_want_of_rate_comes_back_with_what_is_there():
    part = CreateImageRequest(prompt="a fox", model="dall-e-3", n=1)

    def behave(request):
        if request.n == 2:
            return ImagesResponse.joined(request, [answer(part)], [status(RateLimitError)], [part])
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 1, n=2)
    ended(run_of(row, client))
    assert (states(row), len(row[0].images)) == ("d", 2)
    assert [request.n for request in client.sent] == [2, 1]


# ---- executors


def test_an_executor_of_threads_asks_through_the_client_itself():
    client = FakeClient()
    row = cells(client, 10)
    with ThreadPoolExecutor(2) as pool:
        ended(run_of(row, client, executor=pool))
        assert pool.submit(int).result() == 0, "it is not ours to end"
    assert states(row) == "d" * 10
    assert client.most <= 2


def test_an_executor_that_takes_nothing():
    client = FakeClient()
    row = cells(client, 3)
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    run = ended(run_of(row, client, executor=pool))
    assert states(row) == "ppp"
    assert "cannot be handed over" in str(run.halted)
    assert client.sent == []


def test_an_executor_that_takes_some():
    client = FakeClient(holds=True)
    row = cells(client, 3)
    with ThreadPoolExecutor(1) as pool:
        run = run_of(row, client, executor=pool, max_workers=1)
        client.wait_for(1)
        pool.shutdown(wait=False)
        client.release()
        ended(run)
    assert states(row) == "dpp"
    assert run.halted is not None


def test_futures_that_somebody_else_cancels_are_planned_again():
    client = FakeClient(holds=True)
    row = cells(client, 4)
    with ThreadPoolExecutor(1) as pool:
        run = run_of(row, client, executor=pool)
        client.wait_for(1)
        while len(run._under_way) < 4:
            time.sleep(0)
        pool.shutdown(wait=False, cancel_futures=True)
        client.release()
        ended(run)
    assert states(row) == "dppp"
    assert "Somebody else cancelled" in str(run.halted)


class Interrupting(ThreadPoolExecutor):
    """Ends everything as if the process was told to end."""

    def submit(self, *_, **__) -> Future:
        future: Future = Future()
        future.set_exception(KeyboardInterrupt())
        return future


def test_what_is_interrupted_may_be_billed():
    client = FakeClient()
    row = cells(client, 1)
    ended(run_of(row, client, executor=Interrupting(1)))
    assert states(row) == "f"
    assert "may be billed" in str(row[0].error)


# ---- everything else


def test_a_thread_that_cannot_be_had_leaves_nothing_waiting(monkeypatch):
    client = FakeClient()
    row = cells(client, 3)

    def none_left(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none_left)
    run = Run(row, client)
    with pytest.raises(RuntimeError, match="new thread"):
        run.start()
    assert states(row) == "ppp"
    assert not run.running


def test_a_callback_that_fails_is_told_of_and_stops_nothing():
    client = FakeClient()
    row = cells(client, 3)

    def broken():
        raise ZeroDivisionError("in a callback")

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        ended(run_of(row, client, changed=broken))
    assert states(row) == "ddd"
    assert any("in a callback" in str(each.message) for each in told)


def test_a_mistake_of_ours_ends_the_cell_and_the_run(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(running, "outcome", broken)
    client = FakeClient()
    row = cells(client, 4)
    run = ended(run_of(row, client, max_workers=1))
    assert states(row) == "fppp"
    assert run.halted is row[0].error
    assert len(row[0].images) == 1, "what came is kept"


def test_a_mistake_before_anything_is_sent_waits_for_what_is_under_way(monkeypatch):
    weigh = running.weight

    def broken(cell):
        if cell.place == 1:
            client.release()
            raise ZeroDivisionError("a mistake")
        return weigh(cell)

    monkeypatch.setattr(running, "weight", broken)
    client = FakeClient(holds=True)
    row = cells(client, 3)
    run = ended(run_of(row, client))
    assert states(row) == "dpp"
    assert isinstance(run.halted, ZeroDivisionError)


def test_an_executor_that_cannot_call_back(monkeypatch):
    class Stubborn(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):
            future = super().submit(fn, *args, **kwargs)
            future.cancel = fail
            return future

    def fail():
        raise RuntimeError("no")

    def behave(request):
        raise status(AuthenticationError, 401)

    client = FakeClient(behave)
    row = cells(client, 4)
    with Stubborn(2) as pool:
        run = ended(run_of(row, client, executor=pool))
    assert isinstance(run.halted, AuthenticationError)
    assert set(states(row)) <= set("fp")


def test_the_thread_that_waits_may_be_interrupted_and_the_run_goes_on():
    main = threading.get_ident()
    once = threading.Event()

    def behave(request):
        if not once.is_set():
            once.set()
            signal.pthread_kill(main, signal.SIGINT)
        return answer(request)

    client = FakeClient(behave)
    row = cells(client, 20)
    run = Run(row, client, max_workers=1)
    with pytest.raises(KeyboardInterrupt):
        run.start()
        while True:
            run.wait(0.01)
    ended(run)
    assert states(row) == "d" * 20


def test_answers_that_a_gallery_has_are_not_kept_in_memory():
    made: list[weakref.ref[ImagesResponse]] = []

    def behave(request):
        response = answer(request, recorded=True)
        made.append(weakref.ref(response))
        return response

    client = FakeClient(behave)
    row = cells(client, 30)
    run = run_of(row, client, max_workers=2)
    ended(run)
    gc.collect()
    assert [ref for ref in made if ref() is not None] == []
    assert states(row) == "d" * 30


def test_a_run_that_is_over_is_let_go():
    client = FakeClient()
    run = Run(cells(client, 3), client)
    run.start()
    ended(run)
    for thread in threading.enumerate():
        if thread.name == "imagewidgets sweep":
            thread.join(PATIENCE)
    gone = weakref.ref(run)
    del run
    gc.collect()
    assert gone() is None


def test_seconds_go_on_while_it_runs_and_then_stay():
    client = FakeClient(holds=True)
    run = run_of(cells(client, 1), client)
    client.wait_for(1)
    before = run.seconds
    while run.seconds == before:
        time.sleep(0)
    client.release()
    ended(run)
    assert run.seconds == run.seconds
