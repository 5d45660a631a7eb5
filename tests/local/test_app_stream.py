"""Streams: the events, the unfinished pictures in them, failures on the way, and clients that go away."""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import threading
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import flask
import pytest
import requests
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from werkzeug.test import EnvironBuilder

from imagewidgets import errors
from imagewidgets.client import Cancellation, Client
from imagewidgets.images import read_recipe
from imagewidgets.local import CANCELLED
from imagewidgets.local.app import create_app
from imagewidgets.local.bodies import from_json
from imagewidgets.local.engine import Engine, Job, Picture, Step
from imagewidgets.local.engines import make_engine
from imagewidgets.local.events import events
from imagewidgets.local.jobs import make_job, steps
from imagewidgets.models import GENERATE, MODELS
from tests.local.staged import PATIENCE, SECRET, StagedEngine, colour
from tests.local.tiny import TinyEngine, encoded, hole, noise

PATH = "/v1/images/generations"
BODY = {"prompt": "ein Fuchs im Schnee, größer", "model": "sketch", "size": "64x64", "seed": 7, "stream": True}
ONE = re.compile(r"event: (\S+)\ndata: (\{[^\n]*\})\n\n")
FACTS = {"created_at", "size", "quality", "background", "output_format"}

Serving = Callable[[Flask], str]


def post(engine: Engine, **body: Any) -> Any:
    return create_app(engine).test_client().post(PATH, json={**BODY, **body})


def parsed(text: str) -> list[dict[str, Any]]:
    """Return the events of a stream that keeps to the form to the letter."""
    assert ONE.sub("", text) == ""
    found = [(kind, json.loads(data)) for kind, data in ONE.findall(text)]
    assert [kind for kind, _ in found] == [data["type"] for _, data in found]
    return [data for _, data in found]


def streamed(engine: Engine, **body: Any) -> list[dict[str, Any]]:
    answer = post(engine, **body)
    assert answer.status_code == 200, answer.json
    return parsed(answer.text)


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [event["type"].rpartition(".")[2] for event in found]


def image(event: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(event["b64_json"], validate=True)))


def stage(event: dict[str, Any]) -> tuple[int, int]:
    """Return which picture of a `StagedEngine` an event shows, and at which stage; 0 is finished."""
    picture, number, _ = image(event).convert("RGB").tobytes()[:3]
    return picture, number


def test_the_form_of_a_stream() -> None:
    answer = post(StagedEngine(), partial_images=2)
    assert answer.content_type == "text/event-stream; charset=utf-8"
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Length" not in answer.headers
    first, second, final = parsed(answer.text)
    for index, event in enumerate((first, second)):
        assert set(event) == {"type", "b64_json", "partial_image_index"} | FACTS
        assert (event["type"], event["partial_image_index"]) == ("image_generation.partial_image", index)
    assert set(final) == {"type", "b64_json", "usage", "revised_prompt"} | FACTS
    assert final["type"] == "image_generation.completed"
    assert final["revised_prompt"] == f"{BODY['prompt']}, flat"
    for event in (first, second, final):
        assert isinstance(event["created_at"], int)
        assert [event[key] for key in ("size", "quality", "background", "output_format")] == [
            "64x64",
            "high",
            "opaque",
            "png",
        ]
        assert image(event).size == (64, 64)


@pytest.mark.parametrize("form", ["multipart", "json"])
def test_edits_stream_in_both_forms_of_body(form: str) -> None:
    api = create_app(StagedEngine()).test_client()
    source, mask = encoded(noise(64, 64)), encoded(hole(64, 64))
    if form == "json":
        urls = [{"image_url": f"data:image/png;base64,{base64.b64encode(data).decode()}"} for data in (source, mask)]
        answer = api.post("/v1/images/edits", json={**BODY, "partial_images": 1, "images": urls[:1], "mask": urls[1]})
    else:
        fields = {**BODY, "stream": "true", "partial_images": 1}
        request = requests.Request(
            "POST",
            "http://x",
            data=fields,
            files={"image[]": ("a.png", source, "image/png"), "mask": ("b.png", mask, "image/png")},
        ).prepare()
        answer = api.post("/v1/images/edits", data=request.body, content_type=request.headers["Content-Type"])
    assert [event["type"] for event in parsed(answer.text)] == ["image_edit.partial_image", "image_edit.completed"]


@pytest.mark.parametrize(
    ("most", "stages"), [(None, []), (0, []), (1, [2]), (2, [1, 3]), (3, [1, 2, 3])], ids=lambda value: str(value)
)
def test_the_unfinished_pictures_are_spread_over_the_steps(most: int | None, stages: list[int]) -> None:
    found = streamed(StagedEngine(), partial_images=most)
    assert [stage(event) for event in found] == [(0, number) for number in stages] + [(0, 0)]


def test_many_steps_are_not_many_pictures() -> None:
    assert [stage(event)[1] for event in streamed(StagedEngine(100), partial_images=3)] == [25, 50, 75, 0]


@pytest.mark.parametrize("shown", [1, 3])
def test_an_engine_that_skips_steps_is_still_seen(shown: int) -> None:
    found = streamed(StagedEngine(shown=[shown]), partial_images=1, n=2)
    assert [stage(event) for event in found] == [(0, shown), (1, shown), (0, 0), (1, 0)]
    assert kinds(streamed(StagedEngine(shown=[]), partial_images=3)) == ["completed"]


def test_a_state_that_came_early_goes_out_before_the_next_picture_is_painted() -> None:
    engine = StagedEngine(shown=[1])
    iterator = iter(called(create_app(engine), {"partial_images": 1, "n": 3}))
    assert stage(*parsed(next(iterator).decode())) == (0, 1)
    assert engine.reached == 5  # of 12: the second picture has been begun
    assert stage(*parsed(next(iterator).decode())) == (1, 1)
    assert engine.reached == 9


def test_pictures_that_are_painted_side_by_side_are_not_shown_more_often() -> None:
    class Batch(StagedEngine):
        def _paint(self, job: Job) -> Generator[Step, None, list[Picture]]:
            for number in range(10):
                for picture in range(job.n):
                    yield Step(number, 10, picture, Image.new("RGB", job.size, colour(picture, number)))
            return [Picture(Image.new("RGB", job.size)) for _ in range(job.n)]

    found = streamed(Batch(), n=2, partial_images=2)[:-2]
    shown = Counter(stage(event)[0] for event in found)
    assert 1 <= min(shown.values()) <= max(shown.values()) <= 2
    assert set(shown) == {0, 1}


class Announcing(StagedEngine):
    """Says of each picture when it is finished, as engines do that paint one after the other."""

    def _paint(self, job: Job) -> Generator[Step, None, list[Picture]]:
        painting = super()._paint(job)
        pictures: list[Picture] = []
        while True:
            try:
                step = next(painting)
            except StopIteration as done:
                return list(done.value)
            fresh = ()
            if step.index and step.index % self.stages == 0:
                fresh = (Picture(Image.new("RGB", job.size, colour(len(pictures), 0)), f"{job.prompt}, flat"),)
                pictures.extend(fresh)
            yield replace(step, finished=fresh)


def test_a_finished_picture_is_sent_before_the_next_is_painted() -> None:
    engine = Announcing(waits_at=6)  # of 4 a picture: in the middle of the second
    iterator = iter(called(create_app(engine), {"partial_images": 1, "n": 3}))
    first = [parsed(next(iterator).decode())[0] for _ in range(2)]
    assert [(event["type"].rpartition(".")[2], stage(event)) for event in first] == [
        ("partial_image", (0, 2)),
        ("completed", (0, 0)),
    ]
    assert not engine.waiting.is_set()
    engine.go_on.set()
    rest = [parsed(piece.decode())[0] for piece in iterator]
    assert kinds(rest) == ["partial_image", "completed"] * 2
    assert [stage(event)[0] for event in rest] == [1, 1, 2, 2]


def test_a_stream_of_announced_pictures_has_the_same_pictures_as_one_of_others() -> None:
    announced, others = (streamed(engine, n=3, partial_images=2) for engine in (Announcing(), StagedEngine()))
    for kind in ("partial_image", "completed"):
        assert [stage(event) for event in announced if event["type"].endswith(kind)] == [
            stage(event) for event in others if event["type"].endswith(kind)
        ]


@pytest.mark.usefixtures("caplog")
@pytest.mark.parametrize("size", [(8, 8), (64, 64)])
def test_an_engine_that_announces_what_nobody_asked_for_is_an_error(size: tuple[int, int]) -> None:
    class Eager(StagedEngine):
        def _paint(self, job: Job) -> Generator[Step, None, list[Picture]]:
            many = tuple(Picture(Image.new("RGB", size)) for _ in range(3))
            yield Step(0, 1, 0, Image.new("RGB", job.size))
            yield Step(0, 1, finished=many)
            return list(many)

    found = streamed(Eager(), partial_images=1, n=2)
    assert kinds(found)[-1] == "error"
    assert "completed" not in kinds(found)


def test_the_sketch_engine_sends_each_picture_as_it_is_finished() -> None:
    found = streamed(make_engine("sketch"), n=3, partial_images=1, prompt="a red fox in the snow")
    assert kinds(found) == ["partial_image", "completed"] * 3
    whole = post(make_engine("sketch"), n=3, prompt="a red fox in the snow", stream=False).json
    assert [event["b64_json"] for event in found[1::2]] == [item["b64_json"] for item in whole["data"]]


@given(stages=st.integers(1, 12), shown=st.sets(st.integers(0, 11)), most=st.integers(0, 3), n=st.integers(1, 3))
def test_no_more_than_was_asked_for_and_something_where_there_is_something(
    stages: int, shown: set[int], most: int, n: int
) -> None:
    found = streamed(StagedEngine(stages, shown), partial_images=most, n=n)
    assert [stage(event) for event in found[-n:]] == [(picture, 0) for picture in range(n)]
    partials = [(event["partial_image_index"], stage(event)) for event in found[:-n]]
    there = len([number for number in shown if number < stages])
    for picture in range(n):
        numbers = [number for _, (of, number) in partials if of == picture]
        assert numbers == sorted(set(numbers))
        assert [index for index, (of, _) in partials if of == picture] == list(range(len(numbers)))
        assert min(1, most, there) <= len(numbers) <= min(most, there)
    assert [of for _, (of, _) in partials] == sorted(of for _, (of, _) in partials)


@pytest.mark.parametrize("output_format", ["png", "webp", "jpeg"])
def test_every_picture_has_the_format_that_was_asked_for(output_format: str) -> None:
    found = streamed(StagedEngine(), partial_images=3, output_format=output_format, quality="low")
    assert {image(event).format for event in found} == {output_format.upper()}
    assert {event["output_format"] for event in found} == {output_format}
    assert {event["quality"] for event in found} == {"low"}


def test_a_stream_ends_with_what_a_plain_answer_says(tiny: TinyEngine) -> None:
    whole = post(tiny, n=3, background="transparent", stream=False).json
    found = streamed(tiny, n=3, background="transparent", partial_images=2)
    assert kinds(found) == ["completed"] * 3
    assert [event["b64_json"] for event in found] == [item["b64_json"] for item in whole["data"]]
    assert [event["revised_prompt"] for event in found] == [item["revised_prompt"] for item in whole["data"]]
    for event in found:
        assert {key: event[key] for key in FACTS - {"created_at"}} == {
            key: whole[key] for key in FACTS - {"created_at"}
        }
        assert event["usage"] == whole["usage"]
    assert found[0]["background"] == "transparent"


def test_only_finished_pictures_have_a_recipe() -> None:
    class Editor(StagedEngine):
        def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
            yield Step(1, 2, 0, job.images[0])  # as an editor would: with all that the source's file said
            return [Picture(job.images[0].copy())]

    made = image(streamed(StagedEngine())[0])
    assert read_recipe(made)
    file = ("a.png", base64.b64decode(streamed(StagedEngine())[0]["b64_json"]), "image/png")
    request = requests.Request(
        "POST", "http://x", data={**BODY, "stream": "true", "partial_images": "1"}, files={"image": file}
    ).prepare()
    api = create_app(Editor()).test_client()
    answer = api.post("/v1/images/edits", data=request.body, content_type=request.headers["Content-Type"])
    partial, final = parsed(answer.text)
    assert read_recipe(image(partial)) is None
    assert read_recipe(image(final))


STREAMING = [model for model in MODELS.values() if model.takes("stream")]
WHOLE = [model for model in MODELS.values() if not model.takes("stream")]


def test_the_table_has_models_of_both_kinds() -> None:
    assert {model.name for model in WHOLE} == {"dall-e-2", "dall-e-3"}
    assert len(STREAMING) > 5


@pytest.mark.parametrize("model", STREAMING, ids=lambda model: model.name)
def test_models_that_stream(tiny: TinyEngine, model: Any) -> None:
    api: Any = create_app(tiny).test_client()
    for number in range(4):
        body = {"model": model.name, "prompt": "x", "stream": True, "partial_images": number}
        (event,) = parsed(api.post(PATH, json=body).text)
        assert event["type"] == "image_generation.completed"
        assert ("revised_prompt" in event) == model.revises_prompt
    for wrong in (-1, 4, 1.5, "2", True):
        answer = api.post(PATH, json={"model": model.name, "prompt": "x", "stream": True, "partial_images": wrong})
        assert (answer.status_code, answer.json["error"]["param"]) == (400, "partial_images")


@pytest.mark.parametrize("model", WHOLE, ids=lambda model: model.name)
def test_models_that_do_not(tiny: TinyEngine, model: Any) -> None:
    api: Any = create_app(tiny).test_client()
    answer = api.post(PATH, json={"model": model.name, "prompt": "x", "stream": True})
    assert answer.status_code == 400
    assert (answer.json["error"]["param"], answer.json["error"]["code"]) == ("stream", "unknown_parameter")
    assert tiny.jobs == []
    assert api.post(PATH, json={"model": model.name, "prompt": "x", "stream": False}).json["data"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"response_format": "url"}, "response_format"),
        ({"model": "gpt-image-2.6-flare", "output_format": "gif", "size": "1024x1024"}, "stream"),
        ({"stream": "yes"}, "stream"),
        ({"stream": 1}, "stream"),
        ({"prompt": ""}, "prompt"),
        ({"size": "1x1"}, "size"),
    ],
)
def test_what_is_wrong_from_the_start_is_an_answer_of_its_own(
    tiny: TinyEngine, body: dict[str, Any], param: str
) -> None:
    answer = post(tiny, **body)
    assert (answer.status_code, answer.content_type) == (400, "application/json")
    assert answer.json["error"]["param"] == param
    assert tiny.jobs == []


def test_an_engine_that_fails_before_the_first_event_is_a_500() -> None:
    for failing in (StagedEngine(fails_at=0), StagedEngine(fails_at=3)):  # nothing is asked for before the end
        answer = post(failing)
        assert (answer.status_code, answer.content_type) == (500, "application/json")
        assert answer.json["error"]["code"] == "server_error"


def test_an_engine_that_fails_later_is_an_event(caplog: pytest.LogCaptureFixture) -> None:
    answer = post(StagedEngine(fails_at=2), partial_images=3)
    first, error = parsed(answer.text)
    assert (answer.status_code, first["type"]) == (200, "image_generation.partial_image")
    assert set(error) == {"type", "error"}
    assert error["type"] == "error"
    assert set(error["error"]) == {"message", "type", "param", "code"}
    assert (error["error"]["type"], error["error"]["code"]) == ("server_error", "server_error")
    assert f"ArithmeticError while serving POST {PATH}" in caplog.text
    assert "staged.py" in caplog.text
    assert SECRET not in caplog.text + answer.text


def test_an_engine_that_makes_too_few_pictures_is_an_event(caplog: pytest.LogCaptureFixture) -> None:
    class Lazy(StagedEngine):
        def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
            return (yield from super().run(job))[1:]

    caplog.set_level(logging.CRITICAL)
    found = streamed(Lazy(), partial_images=1, n=2)
    assert kinds(found) == ["partial_image", "partial_image", "error"]


def test_the_engine_runs_outside_of_the_request_after_the_first_event() -> None:
    seen: list[bool] = []

    class Watching(StagedEngine):
        def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
            for step in range(1, 3):
                seen.append(flask.has_request_context() or flask.has_app_context())
                yield Step(step, 3, 0, Image.new("RGB", job.size))
            seen.append(flask.has_request_context() or flask.has_app_context())
            return [Picture(Image.new("RGB", job.size))]

    assert len(streamed(Watching(), partial_images=2)) == 3
    assert seen == [True, False, False]


def called(app: Any, body: dict[str, Any] | None = None, environ: dict[str, Any] | None = None) -> Any:
    """Call the application as a server does, and return the pieces of its answer, not yet asked for."""
    builder = EnvironBuilder(path=PATH, method="POST", json={**BODY, "partial_images": 3, **(body or {})})
    heads: list[str] = []
    pieces = app({**builder.get_environ(), **(environ or {})}, lambda status, headers: heads.append(status))
    assert heads == ["200 OK"]
    return pieces


@pytest.mark.parametrize("read", [0, 1, 2])
def test_closing_the_answer_closes_the_engine(read: int) -> None:
    engine = StagedEngine()
    pieces = called(create_app(engine))
    iterator = iter(pieces)
    for _ in range(read):
        next(iterator)
    assert not engine.closed.is_set()
    pieces.close()
    assert engine.closed.is_set()


def test_closing_the_events_closes_a_job_that_is_still_held() -> None:
    engine = StagedEngine()
    received = from_json(json.dumps({**BODY, "partial_images": 3}).encode(), GENERATE)
    job = make_job(received)
    running = steps(engine, job, lambda: False)
    made = events(received, job, running)
    next(made)
    made.close()
    assert engine.closed.is_set()
    assert list(running) == []


def test_an_answer_that_is_read_to_its_end_closes_nothing() -> None:
    engine = StagedEngine()
    pieces = called(create_app(engine))
    assert len(list(pieces)) == 4
    pieces.close()
    assert not engine.closed.is_set()


def test_a_client_that_has_gone_stops_the_engine_and_hears_nothing_more() -> None:
    engine, gone = StagedEngine(), threading.Event()
    iterator = iter(called(create_app(engine), environ={CANCELLED: gone.is_set}))
    assert b"partial_image" in next(iterator)
    gone.set()
    assert list(iterator) == []
    assert engine.closed.is_set()


def test_one_that_goes_before_the_first_event_is_refused() -> None:
    api: Any = create_app(StagedEngine()).test_client()
    answer = api.post(PATH, json=BODY, environ_overrides={CANCELLED: lambda: True})
    assert (answer.status_code, answer.json["error"]["code"]) == (499, "cancelled")


def test_the_sketch_engine_shows_its_own_stages() -> None:
    api: Any = create_app(make_engine("sketch")).test_client()
    answer = api.post(PATH, json={**BODY, "prompt": "a red fox in the snow", "partial_images": 3})
    found = parsed(answer.text)
    assert kinds(found) == ["partial_image"] * 3 + ["completed"]
    assert len({image(event).tobytes() for event in found}) == 4
    whole = api.post(PATH, json={**BODY, "prompt": "a red fox in the snow", "stream": False}).json
    assert whole["data"][0]["b64_json"] == found[-1]["b64_json"]


# The client of this package, without a socket.


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine], Client]:
    def make(engine: Engine) -> Client:
        app = create_app(engine)
        monkeypatch.setattr("imagewidgets.local.adapter.embedded_app", lambda: app)
        return Client("sketch")

    return make


def test_our_client_sees_the_embedded_engine_paint() -> None:
    stream = Client("sketch").generate("a fox", size="256x256", seed=7, stream=True, partial_images=2)
    found = list(stream)
    assert [(event.final, event.partial_image_index) for event in found] == [(False, 0), (False, 1), (True, None)]
    assert {event.image.size for event in found} == {(256, 256)}
    response = stream.result()
    assert response[0].tobytes() == Client("sketch").generate("a fox", size="256x256", seed=7)[0].tobytes()
    assert response.usage
    assert response.request_id
    assert response.request_id.startswith("req_")
    assert response.revised_prompts[0]


def test_our_client_edits_in_a_stream() -> None:
    stream = Client("sketch").edit(noise(64, 64), "a hat", mask=hole(64, 64), n=2, stream=True, partial_images=1)
    assert Counter(event.type for event in stream) == {"image_edit.partial_image": 2, "image_edit.completed": 2}
    right = (32, 0, 64, 64)
    assert all(made.crop(right).tobytes() == noise(64, 64).crop(right).tobytes() for made in stream.result())


def test_pictures_come_to_our_client_while_the_engine_paints(embedded: Callable[[Engine], Client]) -> None:
    engine = StagedEngine(waits_at=2)
    stream = embedded(engine).generate("a fox", size="64x64", stream=True, partial_images=3)
    assert next(stream).image.getpixel((0, 0)) == colour(0, 1)  # the engine has not been asked for more
    assert not engine.waiting.is_set()
    engine.go_on.set()
    assert [event.partial_image_index for event in stream] == [1, 2, None]


def test_closing_our_stream_closes_the_engine(embedded: Callable[[Engine], Client]) -> None:
    engine = StagedEngine()
    with embedded(engine).generate("a fox", size="64x64", stream=True, partial_images=3) as stream:
        next(stream)
        assert not engine.closed.is_set()
    assert engine.closed.is_set()


def test_cancelling_in_the_middle_closes_the_engine(embedded: Callable[[Engine], Client]) -> None:
    engine = StagedEngine(waits_at=2)
    client, cancel = embedded(engine), Cancellation()
    stream = client.stream(client.create_request("a fox", size="64x64", stream=True, partial_images=3), cancel=cancel)
    next(stream)
    with ThreadPoolExecutor(1) as pool:
        rest = pool.submit(list, stream)
        assert engine.waiting.wait(PATIENCE)
        cancel.cancel()
        engine.go_on.set()
        with pytest.raises(errors.CancelledError) as caught:
            rest.result(PATIENCE)
    assert caught.value.partial is not None
    assert caught.value.partial.getpixel((0, 0)) in (colour(0, 1), colour(0, 2))
    assert engine.closed.is_set()


@pytest.mark.usefixtures("caplog")
def test_our_client_keeps_what_came_before_a_failure(embedded: Callable[[Engine], Client]) -> None:
    stream = embedded(StagedEngine(fails_at=2)).generate("a fox", size="64x64", stream=True, partial_images=3)
    with pytest.raises(errors.APIError, match="failed to make the pictures") as caught:
        list(stream)
    assert caught.value.partial is not None
    assert caught.value.code == "server_error"


# Over HTTP.


def test_events_come_over_http_while_the_engine_paints(serving: Serving) -> None:
    engine = StagedEngine(waits_at=2)
    url = serving(create_app(engine))
    answer = requests.post(
        f"{url}/images/generations", json={**BODY, "partial_images": 3}, stream=True, timeout=PATIENCE
    )
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    lines = answer.iter_lines(decode_unicode=True)
    first = [next(lines) for _ in range(2)]
    assert first[0] == "event: image_generation.partial_image"
    assert engine.waiting.wait(PATIENCE)
    assert not engine.go_on.is_set()
    engine.go_on.set()
    rest = list(lines)
    assert [line for line in rest if line.startswith("event: ")] == [
        "event: image_generation.partial_image",
        "event: image_generation.partial_image",
        "event: image_generation.completed",
    ]


def test_hanging_up_on_a_stream_closes_the_engine(serving: Serving) -> None:
    class Endless(StagedEngine):
        def _paint(self, job: Job) -> Generator[Step, None, list[Picture]]:
            yield Step(1, 2, 0, Image.new("RGB", job.size))
            while True:
                self.go_on.wait(0.001)  # never set: a pause, so that the server's own thread has its turn
                yield Step(1, 2)

    engine = Endless()
    url = serving(create_app(engine))
    body = {**BODY, "partial_images": 1}
    with requests.post(f"{url}/images/generations", json=body, stream=True, timeout=PATIENCE) as answer:
        lines = answer.iter_lines()  # kept: an iterator that is dropped hangs up
        assert next(lines) == b"event: image_generation.partial_image"
        assert not engine.closed.is_set()
    assert engine.closed.wait(PATIENCE)
