"""One client, many threads; and one call of several that is stopped."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from imagewidgets import errors
from imagewidgets.client import Cancellation, Client
from tests.client.service import PATIENCE, Answer, Received, Service, png, reply

THREADS, CALLS = 16, 6
SOON = PATIENCE / 2  # s in which a call that was stopped must have returned: before its time is over


def colour(number: int) -> tuple[int, int, int]:
    return (number // 256, number % 256, 77)


def as_json(value: object, **options: object) -> Answer:
    import json

    return Answer(json.dumps(value).encode(), **options)


def painter(got: Received) -> Answer:
    """Answers with the colour whose number is the prompt: by itself, as an address, in a stream, after a refusal."""
    if got.method == "GET":
        return Answer(png(colour(int(got.path.rpartition("/")[2]))), content_type="image/png")
    if got.path.endswith("/edits"):
        number = int(next(body for name, _, _, body in got.parts if name == "prompt"))
    else:
        number = int(got.json["prompt"])
    if number % 3 == 1:
        return as_json({"data": [{"url": f"/files/{number}"}]})
    return as_json(reply(png(colour(number))), headers={"x-request-id": str(number)})


def test_one_client_from_sixteen_threads(service, client):
    service.behave = painter
    start = threading.Barrier(THREADS)

    def work(thread: int) -> list[tuple[int, object]]:
        start.wait()
        found = []
        for call in range(CALLS):
            number = thread * CALLS + call
            response = client.edit(png(), f"{number}") if call % 2 else client.generate(f"{number}")
            assert response.request_id in (None, f"{number}")
            found.append((number, response[0].getpixel((0, 0))))
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        results = [pair for found in pool.map(work, range(THREADS)) for pair in found]
    assert len(results) == THREADS * CALLS
    assert [got for _, got in results] == [colour(number) for number, _ in results]


def test_one_client_of_the_embedded_engine_from_many_threads():
    client = Client("sketch")
    alone = [client.generate("a fox", seed=seed, size="64x64").digests for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(
            pool.map(lambda seed: client.generate("a fox", seed=seed, size="64x64").digests, list(range(8)))
        )
    assert together == alone


class Held:
    """A service that keeps its answers back, each until its prompt is let go."""

    def __init__(self, service: Service, prompts: list[str]) -> None:
        self.go = {prompt: threading.Event() for prompt in prompts}
        self.arrived = {prompt: threading.Event() for prompt in prompts}
        service.behave = self.behave

    def behave(self, got: Received) -> Answer:
        prompt = got.json["prompt"]
        self.arrived[prompt].set()
        return as_json(reply(png(colour(int(prompt)))), hold=self.go[prompt])


def test_stopping_one_of_several_leaves_the_others_alone(service, client):
    prompts = [f"{number}" for number in range(5)]
    held = Held(service, prompts)
    switches = {prompt: Cancellation() for prompt in prompts}

    def call(prompt: str) -> object:
        return client.send(client.create_request(prompt), cancel=switches[prompt])[0].getpixel((0, 0))

    with ThreadPoolExecutor(len(prompts)) as pool:
        futures: dict[str, Future[object]] = {prompt: pool.submit(call, prompt) for prompt in prompts}
        assert all(held.arrived[prompt].wait(PATIENCE) for prompt in prompts), "all are under way"
        switches["2"].cancel()
        with pytest.raises(errors.CancelledError):
            futures["2"].result(SOON)
        assert not any(futures[prompt].done() for prompt in prompts if prompt != "2")
        for prompt in prompts:
            held.go[prompt].set()
        for prompt in prompts:
            if prompt != "2":
                assert futures[prompt].result(PATIENCE) == colour(int(prompt))


def test_a_switch_thrown_late_does_not_cut_whoever_has_the_connection_now(service, client):
    """A connection that was kept open serves the next request: the switch of the last one must not reach it."""
    late = Cancellation()
    service.answer(reply(png()))
    client.send(client.create_request("done long ago"), cancel=late)
    hold = threading.Event()
    service.arrived.clear()
    service.answer(reply(png("blue")), hold=hold)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.generate, "another")
        assert service.arrived.wait(PATIENCE)
        late.cancel()
        hold.set()
        assert running.result(PATIENCE)[0].getpixel((0, 0)) == (0, 0, 255)


def test_a_switch_for_all_parts_of_a_request(service, client):
    """What a model makes one at a time goes out in parts: one switch stops them all."""
    hold, cancel = threading.Event(), Cancellation()
    count = threading.Semaphore(0)

    def held(_: Received) -> Answer:
        count.release()
        return as_json(reply(png()), hold=hold)

    service.behave = held
    with ThreadPoolExecutor(1) as pool:
        request = client.create_request("a fox", model="dall-e-3", n=3)
        running = pool.submit(client.send, request, cancel=cancel)
        for _ in range(3):
            assert count.acquire(timeout=PATIENCE)
        cancel.cancel()
        with pytest.raises(errors.CancelledError):
            running.result(SOON)
    hold.set()


def test_stopping_while_a_picture_is_fetched(service, client):
    hold, cancel, fetching = threading.Event(), Cancellation(), threading.Event()

    def behave(got: Received) -> Answer:
        if got.method == "POST":
            return as_json({"data": [{"url": "/files/a"}]})
        fetching.set()
        return Answer(png(), hold=hold)

    service.behave = behave
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.send, client.create_request("a fox"), cancel=cancel)
        assert fetching.wait(PATIENCE)
        cancel.cancel()
        with pytest.raises(errors.CancelledError) as caught:
            running.result(SOON)
    hold.set()
    assert caught.value.urls == [f"{service.root}/files/a"], "the picture was made"
    assert len(service.received) == 2, "and fetching it was not tried again"


def test_streams_in_several_threads(service, client):
    from tests.client.test_streams import completed, partial, text

    def behave(got: Received) -> Answer:
        name = got.json["prompt"]
        return Answer(text(partial(0, name), completed(name)), content_type="text/event-stream")

    service.behave = behave
    names = ["red", "lime", "blue", "white", "black"] * 4
    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(lambda name: client.generate(name, stream=True).result()[0], names))
    assert [image.getpixel((0, 0)) for image in results] == [
        {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255,) * 3, "black": (0,) * 3}[name]
        for name in names
    ]
