"""Sweeps through executors: what travels, what comes back, and what becomes of work that is done twice or never."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import pytest

from imagewidgets.client import Client
from imagewidgets.errors import APIConnectionError, BadRequestError, InvalidRequestError, RateLimitError
from imagewidgets.gallery import Gallery
from imagewidgets.gallery.claims import Claims
from imagewidgets.sweeps import workers
from imagewidgets.sweeps.cells import Cell
from imagewidgets.sweeps.running import Run
from imagewidgets.sweeps.workers import Task, work
from tests.client.service import PATIENCE, Answer, Received, Service, b64, png
from tests.unit.runs import states

KEY = "sk-here-0123456789"
WORKER_KEY = "sk-of-the-worker-0123456789"
COLOURS = ("red", "lime", "blue", "black", "white", "navy", "gold", "pink")


class Elsewhere(Executor):
    """Does everything at once, by `way`, with what a pickle leaves of it: as a worker on another machine would."""

    def __init__(self, way: Callable[[Callable[[Task], Any], Task], Any] = lambda fn, task: fn(task)) -> None:
        self.way = way
        self.travelled: list[bytes] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.travelled.append(pickle.dumps((fn, args)))
        function, (task,) = pickle.loads(self.travelled[-1])
        future: Future[Any] = Future()
        try:
            future.set_result(pickle.loads(pickle.dumps(self.way(function, task))))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", WORKER_KEY)
    monkeypatch.setattr(workers, "_clients", {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "gallery"


@pytest.fixture
def client(service: Service, folder: Path) -> Client:
    service.behave = picture
    return Client(service.url, KEY, gallery=folder, timeout=PATIENCE, max_retries=0)


def picture(got: Received) -> Answer:
    """A picture whose colour is the last word of the prompt."""
    colour = got.json["prompt"].split()[-1]
    return Answer(f'{{"created": 1790000000, "data": [{{"b64_json": "{b64(png(colour))}"}}]}}'.encode())


def refusal(status: int, **headers: str) -> Answer:
    return Answer(b'{"error": {"message": "no"}}', status, headers=headers)


def cells(client: Client, count: int, **parameters: Any) -> list[Cell]:
    return [
        Cell(
            client,
            place=place,
            index=(place,),
            values={},
            labels={},
            request=client.create_request(f"a fox in {COLOURS[place]}", **parameters),
        )
        for place in range(count)
    ]


def run(row: list[Cell], client: Client, executor: Executor, **options: Any) -> Run:
    run = Run(row, client, executor=executor, **options)
    run.start()
    assert run.wait(PATIENCE)
    return run


def until(holds: Callable[[], bool]) -> None:
    """Wait for what no event tells."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def marks(folder: Path) -> list[str]:
    return [path.name for path in (folder / ".imagewidgets" / "asked").glob("*")]


def test_pictures_come_back_and_no_key_travels(service: Service, client: Client, folder: Path) -> None:
    executor = Elsewhere()
    row = cells(client, 5)
    assert run(row, client, executor).halted is None
    assert states(row) == "ddddd"
    assert [cell.images[0].getpixel((0, 0)) for cell in row[:3]] == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert len(service.received) == len(Gallery(folder)) == 5
    assert {got.headers["Authorization"] for got in service.received} == {f"Bearer {WORKER_KEY}"}
    assert all(KEY.encode() not in data and b"Bearer" not in data for data in executor.travelled)
    assert max(map(len, executor.travelled)) < 2000
    assert marks(folder) == []
    assert all(cell.seconds is not None for cell in row)
    again = cells(client, 5)
    run(again, client, executor)
    assert len(service.received) == 5, "what is recorded is not sent again"
    assert again[0].response.replayed


def test_a_picture_that_is_edited_travels_as_its_file(service: Service, client: Client) -> None:
    service.behave = lambda _: picture_of("red")
    request = client.edit_request(png("blue", (64, 64)), "a fox")
    request.image[0].image.load()
    cell = Cell(client, place=0, index=(), values={}, labels={}, request=request)
    executor = Elsewhere()
    run([cell], client, executor)
    assert cell.state == "done"
    assert len(executor.travelled[0]) < 3000, "the file, and not its pixels"
    sent = {name: data for name, _, _, data in service.received[0].parts}
    assert sent["image"] == request.image[0].data


def picture_of(colour: str) -> Answer:
    return Answer(f'{{"created": 1790000000, "data": [{{"b64_json": "{b64(png(colour))}"}}]}}'.encode())


def test_errors_come_back_as_they_were(service: Service, client: Client) -> None:
    service.behave = lambda got: refusal(400) if "lime" in got.json["prompt"] else picture(got)
    row = cells(client, 3)
    run(row, client, Elsewhere())
    assert states(row) == "dfd"
    assert isinstance(row[1].error, BadRequestError)
    assert row[1].error.status_code == 400


def test_a_rate_limit_over_there_slows_the_run_here(service: Service, client: Client) -> None:
    turn = iter(range(1000))
    service.behave = lambda got: refusal(429, **{"retry-after-ms": "1"}) if next(turn) < 3 else picture(got)
    row = cells(client, 4)
    here = run(row, client, Elsewhere())
    assert states(row) == "dddd"
    assert len(service.received) == 7
    assert here._not_before > 0


@pytest.mark.parametrize("replay", ["auto", "refresh"])
def test_work_that_is_done_twice_is_sent_once(service: Service, folder: Path, replay: Any) -> None:
    """The first worker recorded the answer, and died before it could say so."""
    service.behave = picture
    client = Client(service.url, KEY, gallery=folder, replay=replay, timeout=PATIENCE)
    run(cells(client, 3), client, Elsewhere())  # with "refresh", these do not count for what is asked below
    sent = len(service.received)

    def twice(function: Callable[[Task], Any], task: Task) -> Any:
        function(task)
        return function(task)

    row = cells(client, 4)
    run(row, client, Elsewhere(twice))
    assert states(row) == "dddd"
    assert len(service.received) - sent == (1 if replay == "auto" else 4)
    assert marks(folder) == []


@pytest.mark.parametrize("replay", ["auto", "refresh"])
def test_work_whose_fate_is_unknown_is_not_sent_again(service: Service, folder: Path, replay: Any) -> None:
    """The first worker died after it had left its mark, and nobody knows how far it came."""
    service.behave = picture
    client = Client(service.url, KEY, gallery=folder, replay=replay, timeout=PATIENCE)
    old = cells(client, 1)
    if replay == "refresh":  # an older answer to the same is none to this attempt
        run(old, client, Elsewhere())
    sent = len(service.received)

    def begun(function: Callable[[Task], Any], task: Task) -> Any:
        assert task.settings.gallery
        assert task.run
        Claims(task.settings.gallery, task.run).take(task.attempt)
        return function(task)

    row = cells(client, 3)
    here = run(row, client, Elsewhere(begun))
    assert states(row) == "fff"
    assert all(isinstance(cell.error, APIConnectionError) and cell.error.sent for cell in row)
    assert "may be billed, so it was not sent again" in str(row[0].error)
    assert len(service.received) == sent
    assert here.halted is None
    run(row, client, Elsewhere())
    assert states(row) == "ddd", "a person asked for it"


class KilledWorker(Exception):  # noqa: N818 (as Dask calls it)
    pass


def test_an_executor_that_gives_up(service: Service, client: Client) -> None:
    """What was not begun is planned; what was recorded is taken; of what was begun and not recorded, nobody knows."""

    def way(function: Callable[[Task], Any], task: Task) -> Any:
        prompt = task.requests[0].prompt  # type: ignore[union-attr]
        if "red" in prompt:
            function(task)
        elif "lime" in prompt:
            Claims(str(task.settings.gallery), str(task.run)).take(task.attempt)
        raise KilledWorker("it died four times")

    row = cells(client, 3)
    here = run(row, client, Elsewhere(way), max_workers=1)
    assert states(row) == "dfp"
    assert isinstance(row[1].error, APIConnectionError)
    assert isinstance(here.halted, InvalidRequestError)
    assert "KilledWorker: it died four times" in str(here.halted)
    assert len(service.received) == 1


def test_stop_calls_back_what_no_worker_has_begun(service: Service, client: Client, folder: Path) -> None:
    handed: list[Callable[[], None]] = []

    class Later(Executor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            handed.append(lambda: future.set_result(fn(*args)))
            return future

    row = cells(client, 4)
    here = Run(row, client, executor=Later())
    here.start()
    until(lambda: len(here._under_way) == 4)
    handed[0]()
    until(lambda: row[0].state == "done")
    here.stop()
    for each in handed[1:]:
        each()
    assert here.wait(PATIENCE)
    assert states(row) == "dppp"
    assert len(service.received) == 1
    assert marks(folder) == []


def test_without_a_gallery_others_than_the_standard_executors_may_pay_twice(service: Service, folder: Path) -> None:
    for client in (
        Client(service.url, KEY),
        Client(service.url, KEY, gallery=folder, replay="off"),
    ):
        with pytest.raises(
            InvalidRequestError, match=r"Elsewhere may do a request again.*A gallery prevents"
        ) as caught:
            Run(cells(client, 1), client, executor=Elsewhere())
        assert caught.value.param == "executor"
    free = Client("sketch")
    row = cells(free, 2, size="64x64")
    run(row, free, Elsewhere())
    assert states(row) == "dd"


def test_a_client_that_does_not_travel_is_refused_at_once(service: Service, folder: Path) -> None:
    client = Client(service.url, headers={"api-key": KEY}, gallery=folder)
    with pytest.raises(InvalidRequestError, match="headers of its own"):
        Run(cells(client, 1), client, executor=Elsewhere())


def test_workers_without_a_key_end_the_run(service: Service, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    row = cells(client, 3)
    monkeypatch.delenv("OPENAI_API_KEY")
    here = run(row, client, Elsewhere(), max_workers=1)
    assert states(row) == "fpp"
    assert "The worker has no key" in str(here.halted)
    assert service.received == []


def elsewhere(function: Callable[[Task], Any], task: Task) -> Any:
    """A worker that sees another folder under the same name, or none."""
    settings = msgspec.structs.replace(task.settings, gallery=f"{task.settings.gallery}-of-another-machine")
    return function(msgspec.structs.replace(task, settings=settings))


def test_workers_that_do_not_see_the_gallery_send_nothing(service: Service, client: Client) -> None:
    row = cells(client, 3)
    here = run(row, client, Elsewhere(elsewhere), max_workers=1)
    assert states(row) == "fpp"
    assert "a folder that all workers share" in str(here.halted)
    assert service.received == []


def test_what_is_free_is_recorded_here_where_workers_do_not_see_the_gallery(folder: Path) -> None:
    client = Client("sketch", gallery=folder)
    row = cells(client, 2, size="64x64")
    run(row, client, Elsewhere(elsewhere))
    assert states(row) == "dd"
    assert len(Gallery(folder)) == 2
    assert row[0].response.digests == client.send(row[0].request).digests
    assert not Path(f"{folder}-of-another-machine").exists()


def test_parts_that_failed_over_there_are_asked_for_alone(service: Service, client: Client) -> None:
    turn = iter(range(100))
    service.behave = lambda got: refusal(400) if next(turn) == 1 else picture(got)
    row = cells(client, 1, model="dall-e-3", n=3)
    run(row, client, Elsewhere())
    assert (states(row), len(row[0].images)) == ("f", 2)
    run(row, client, Elsewhere())
    assert (states(row), len(row[0].images)) == ("d", 3)
    assert len(service.received) == 4


def test_only_what_is_recorded_needs_no_worker(service: Service, client: Client, folder: Path) -> None:
    run(cells(client, 2), client, Elsewhere())
    reader = Client("http://127.0.0.1:9/v1", gallery=folder, replay="only")
    executor = Elsewhere()
    row = cells(reader, 2)
    run(row, reader, executor)
    assert (states(row), executor.travelled) == ("dd", [])


def test_processes(folder: Path) -> None:
    client = Client("sketch", gallery=folder)
    row = cells(client, 6, size="64x64")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        run(row, client, pool)
        assert states(row) == "dddddd"
        assert len(Gallery(folder)) == 6
        bare = Client("sketch")
        others = cells(bare, 2, size="64x64", seed=1)
        run(others, bare, pool)
        assert states(others) == "dd"
        assert others[0].response.digests == bare.send(others[0].request).digests
        assert others[0].response.files


@pytest.mark.parametrize("keeps", [True, False], ids=["with a gallery", "without"])
def test_a_process_that_is_killed_breaks_the_pool(service: Service, folder: Path, *, keeps: bool) -> None:
    """With a gallery it is known which requests were begun; without, none of those in the pool's line is sent again."""
    hold = threading.Event()
    service.behave = lambda got: Answer(picture(got).body, hold=hold)
    client = Client(service.url, KEY, gallery=folder if keeps else None, timeout=PATIENCE)
    row = cells(client, 4)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        here = Run(row, client, executor=pool, max_workers=3)
        here.start()
        service.wait_for(1)
        until(lambda: len(here._under_way) == 3)
        for process in list(pool._processes.values()):
            os.kill(process.pid, signal.SIGKILL)
        assert here.wait(PATIENCE)
    hold.set()
    assert states(row) == ("fppp" if keeps else "fffp")
    assert isinstance(row[0].error, APIConnectionError)
    assert "may be billed" in str(row[0].error)
    assert here.halted is not None
    assert len(service.received) == 1


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals go to the main thread")
def test_a_worker_is_not_interrupted_while_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a notebook is interrupted, its worker processes get the signal, too."""
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def answered(_task: Task) -> Any:
        seen.append(signal.getsignal(signal.SIGINT))
        os.kill(os.getpid(), signal.SIGINT)
        raise RateLimitError("no", status_code=429)

    monkeypatch.setattr(workers, "_answered", answered)
    parcel = work(None)  # type: ignore[arg-type]
    assert isinstance(parcel.error, RateLimitError)
    assert seen == [signal.SIG_IGN]
    assert signal.getsignal(signal.SIGINT) is before
