"""The application reached through `requests`, without a socket."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from flask import Flask
from PIL import Image

from imagewidgets.cancellation import Cancellation, running
from imagewidgets.client import Client
from imagewidgets.errors import CancelledError
from imagewidgets.local.adapter import InProcessAdapter
from imagewidgets.local.app import create_app
from imagewidgets.local.engine import Job, Picture, Step
from imagewidgets.models import EMBEDDED_URL
from tests.local.staged import PATIENCE
from tests.local.tiny import TinyEngine, encoded, hole, noise

GENERATIONS = f"{EMBEDDED_URL}/images/generations"
PROMPT = {"prompt": "a fox", "model": "sketch", "size": "64x64"}


def session_for(app: Any) -> requests.Session:
    session = requests.Session()
    session.mount(EMBEDDED_URL, InProcessAdapter(app))
    session.trust_env = False
    return session


@pytest.fixture
def session(app: Flask) -> requests.Session:
    return session_for(app)


def test_an_answer_is_a_whole_response(session: requests.Session) -> None:
    answer = session.post(GENERATIONS, json=PROMPT)
    assert (answer.status_code, answer.reason, answer.ok) == (200, "OK", True)
    assert answer.url == answer.request.url == GENERATIONS
    assert answer.headers["X-Request-ID"] == answer.headers["x-request-id"]
    assert answer.elapsed.total_seconds() > 0
    image = Image.open(io.BytesIO(base64.b64decode(answer.json()["data"][0]["b64_json"])))
    assert image.size == (64, 64)


def test_a_streamed_answer_is_read_in_every_way(session: requests.Session) -> None:
    whole = session.get(f"{EMBEDDED_URL}/models").content
    assert len(whole) > 1000

    def ask() -> requests.Response:
        return session.get(f"{EMBEDDED_URL}/models", stream=True)

    assert ask().raw.read(decode_content=True) == whole
    assert b"".join(ask().iter_content(7)) == whole
    assert b"".join(ask().iter_content(None)) == whole
    assert b"".join(ask().iter_lines()) == whole
    raw = ask().raw
    assert (raw.read(3), raw.read(5), raw.read()) == (whole[:3], whole[3:8], whole[8:])
    buffer = bytearray(len(whole))
    assert ask().raw.readinto(buffer) == len(whole)
    assert buffer == whole
    with ask() as answer:
        pass
    assert answer.raw.closed


@pytest.mark.parametrize(
    "make", [lambda data: data, lambda data: io.BytesIO(data), lambda data: iter([data[:9], data[9:]])]
)
def test_bodies_come_in_every_form_that_requests_knows(session: requests.Session, make: Callable[[bytes], Any]) -> None:
    data = b'{"prompt": "a fox", "model": "sketch", "size": "64x64"}'
    headers = {"Content-Type": "application/json"}
    assert session.post(GENERATIONS, data=make(data), headers=headers).status_code == 200
    assert session.post(GENERATIONS, data=data.decode(), headers=headers).status_code == 200


def test_multipart_and_addresses(session: requests.Session, tiny: TinyEngine) -> None:
    source = noise(64, 64)
    answer = session.post(
        f"{EMBEDDED_URL}/images/edits",
        data={"prompt": "ein Hut für den Fuchs", "model": "sketch", "response_format": "url"},
        files=[
            ("image[]", ("a.png", encoded(source), "image/png")),
            ("mask", ("mask.png", encoded(hole(64, 64)), "image/png")),
        ],
    )
    url = answer.json()["data"][0]["url"]
    assert url.startswith(f"{EMBEDDED_URL}/files/")
    result = Image.open(io.BytesIO(session.get(url).content))
    assert result.crop((32, 0, 64, 64)).tobytes() == source.crop((32, 0, 64, 64)).tobytes()
    assert tiny.jobs[0].prompt == "ein Hut für den Fuchs"


def test_errors_come_through(session: requests.Session) -> None:
    answer = session.post(GENERATIONS, json={})
    assert (answer.status_code, answer.reason) == (400, "BAD REQUEST")
    assert answer.json()["error"]["param"] == "prompt"
    assert session.get(f"{EMBEDDED_URL}/models/dall%2De-2").json()["id"] == "dall-e-2"
    assert session.get(f"{EMBEDDED_URL}/models/%C3%A4").status_code == 404


class SlowEngine(TinyEngine):
    """Waits at its second step until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.go_on = threading.Event(), threading.Event()

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        steps = super().run(job)
        yield next(steps)
        self.inside.set()
        assert self.go_on.wait(PATIENCE)
        return (yield from steps)


def test_cancelling_stops_the_engine() -> None:
    engine = SlowEngine()
    session = session_for(create_app(engine))
    cancel = Cancellation()
    outcome: list[object] = []

    def ask() -> None:
        with running(cancel):
            try:
                outcome.append(session.post(GENERATIONS, json={**PROMPT, "n": 9}))
            except requests.RequestException as error:
                outcome.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert engine.inside.wait(PATIENCE)
    cancel.cancel()
    engine.go_on.set()
    thread.join(PATIENCE)
    assert isinstance(outcome[0], requests.ConnectionError)
    assert engine.closed == 1


def test_any_wsgi_application_will_do() -> None:
    closed = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            yield b"two"
            yield b""
            yield b"three"

        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Any) -> Pieces:
        write = start_response("201 Created", [("Content-Type", "text/plain; charset=utf-8"), ("Set-Cookie", "a=b")])
        write(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} ".encode())
        return Pieces()

    answer = session_for(app).put(f"{EMBEDDED_URL}/a%20b", params={"c": "d"}, data="x", stream=True)
    assert [answer.raw.read1() for _ in range(3)] == [b"PUT /v1/a b?c=d ", b"two", b"three"]
    assert closed == []
    answer.close()
    assert closed == [True]
    assert (answer.status_code, answer.encoding) == (201, "utf-8")

    def late(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"late"

    assert session_for(late).get(f"{EMBEDDED_URL}/").content == b"late"


def test_the_embedded_application_is_made_once_and_only_when_used() -> None:
    code = (
        "import sys, threading\n"
        "from imagewidgets.local.adapter import InProcessAdapter, embedded_app\n"
        "InProcessAdapter()\n"
        "assert 'flask' not in sys.modules\n"
        "made = []\n"
        "threads = [threading.Thread(target=lambda: made.append(embedded_app())) for _ in range(8)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "assert len(made) == 8 and len({id(app) for app in made}) == 1\n"
        "assert 'waitress' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_client_gets_a_picture_and_its_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = SlowEngine()
    app = create_app(engine)
    monkeypatch.setattr("imagewidgets.local.adapter.embedded_app", lambda: app)
    client, cancel = Client("sketch"), Cancellation()
    request = client.create_request("a fox", n=9, size="64x64")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.send, request, cancel=cancel)
        assert engine.inside.wait(PATIENCE)
        cancel.cancel()
        engine.go_on.set()
        with pytest.raises(CancelledError):
            answer.result(PATIENCE)
    assert engine.closed == 1
    assert len(client.generate("a fox", n=2, size="64x64")) == 2
