"""What every answer has in common: keys, statuses, headers; files and their hour; hang-ups and crashes."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Generator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from imagewidgets.local import CANCELLED
from imagewidgets.local.app import LARGEST_BODY, create_app
from imagewidgets.local.engine import Job, Picture, Step
from imagewidgets.local.files import LIFETIME, FileStore
from imagewidgets.local.views import LARGEST_WORDS
from tests.local.tiny import TinyEngine

PROMPT = {"prompt": "a very secret fox", "model": "sketch", "size": "64x64"}
KEY = "sk-local-secret"


def error_of(answer: Any) -> dict[str, Any]:
    assert answer.content_type == "application/json"
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"message", "type", "param", "code"}
    return answer.json["error"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/v1/images/generate", {}, 404, "unknown_url"),
        ("GET", "/v1", {}, 404, "unknown_url"),
        ("GET", "/v1//models", {}, 404, "unknown_url"),
        ("GET", "/v1/files/../../etc/passwd", {}, 404, "unknown_url"),
        ("GET", "/v1/files/%2e%2e%2fapp.py", {}, 404, "unknown_url"),
        ("GET", "/v1/files/app.py", {}, 404, "file_not_found"),
        ("GET", "/v1/images/generations", {}, 405, "method_not_supported"),
        ("DELETE", "/v1/models/sketch", {}, 405, "method_not_supported"),
        ("POST", "/v1/images/generations", {"data": "prompt=x"}, 415, "unsupported_content_type"),
        (
            "POST",
            "/v1/images/generations",
            {"data": {"prompt": "x"}, "content_type": "multipart/form-data"},
            415,
            "unsupported_content_type",
        ),
        ("POST", "/v1/images/variations", {"json": {}}, 415, "unsupported_content_type"),
        ("POST", "/v1/images/edits", {"data": "x", "content_type": "text/plain"}, 415, "unsupported_content_type"),
        ("POST", "/v1/images/edits", {"data": "x", "content_type": "multipart/form-data"}, 400, "invalid_multipart"),
        (
            "POST",
            "/v1/images/edits",
            {"data": "no part", "content_type": "multipart/form-data; boundary=x"},
            400,
            "missing_required_parameter",
        ),
    ],
)
def test_every_refusal_has_the_error_body(
    api: FlaskClient, method: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = api.open(path, method=method, **body)
    assert answer.status_code == status
    assert error_of(answer)["code"] == code
    assert answer.headers["x-request-id"].startswith("req_")
    if status == 405:
        assert answer.headers["Allow"]


def test_every_answer_has_a_name_of_its_own_and_its_time(api: FlaskClient) -> None:
    answers = [
        api.get("/v1/models"),
        api.get("/v1/models"),
        api.post("/v1/images/generations", json=PROMPT),
        api.get("/nowhere"),
    ]
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)
    assert all(int(answer.headers["openai-processing-ms"]) >= 0 for answer in answers)


def test_a_body_that_is_too_large_is_refused_unread(api: FlaskClient, tiny: TinyEngine) -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("the body was read")

    answer = api.post(
        "/v1/images/generations",
        content_type="application/json",
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": str(LARGEST_BODY + 1)},
    )
    assert answer.status_code == 413
    assert error_of(answer)["code"] == "request_too_large"
    assert tiny.jobs == []


def test_words_alone_are_a_small_body(api: FlaskClient, tiny: TinyEngine) -> None:
    answer = api.post("/v1/images/generations", json={**PROMPT, "user": "x" * LARGEST_WORDS})
    assert answer.status_code == 413
    assert "larger than 1 MiB" in error_of(answer)["message"]
    longest = "\N{OTTER}" * 32_000  # and every character is twelve in JSON
    assert api.post("/v1/images/generations", json={**PROMPT, "prompt": longest}).status_code == 200
    assert len(tiny.jobs) == 1


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer wrong", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", f"Basic {KEY}", KEY, "Bearer \xff"],
)
def test_a_missing_or_wrong_key_is_401(tiny: TinyEngine, header: str | None) -> None:
    api = create_app(tiny, api_key=KEY).test_client()
    headers = {} if header is None else {"Authorization": header}
    for answer in (
        api.post("/v1/images/generations", json=PROMPT, headers=headers),
        api.get("/v1/models", headers=headers),
    ):
        assert answer.status_code == 401
        assert error_of(answer)["code"] == "invalid_api_key"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert KEY not in answer.text
        if header:
            assert "wrong" not in answer.text.replace("missing or wrong", "")
    assert tiny.jobs == []


def test_the_right_key_opens(tiny: TinyEngine) -> None:
    for key in (KEY, "schlüssel"):
        api = create_app(tiny, api_key=key).test_client()
        header = f"Bearer {key}".encode().decode("latin-1")
        assert api.get("/v1/models", headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize("key", ["", "  "])
def test_an_empty_key_protects_nothing_and_is_refused(tiny: TinyEngine, key: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        create_app(tiny, api_key=key)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_address_is_at_the_clients_host_and_gone_after_an_hour(tiny: TinyEngine) -> None:
    clock = Clock()
    store = FileStore(clock=clock)
    api = create_app(tiny, api_key=KEY, files=store).test_client()
    answer = api.post(
        "/v1/images/generations",
        json={**PROMPT, "n": 2, "response_format": "url"},
        base_url="http://pictures.example:8443/",
        headers={"Authorization": f"Bearer {KEY}"},
    )
    urls = [item["url"] for item in answer.json["data"]]
    assert all(url.startswith("http://pictures.example:8443/v1/files/") and url.endswith(".png") for url in urls)
    assert len({*urls}) == len(store) == 2

    path = urlsplit(urls[0]).path
    clock.now += LIFETIME - 1
    file = api.get(path)  # without the key: clients fetch addresses so
    assert (file.status_code, file.content_type) == (200, "image/png")
    assert Image.open(io.BytesIO(file.data)).size == (64, 64)
    assert file.headers["x-content-type-options"] == "nosniff"

    clock.now += 1
    gone = api.get(path)
    assert gone.status_code == 404
    assert "60 minutes" in error_of(gone)["message"]
    assert len(store) == 0


def test_the_format_is_in_the_address(api: FlaskClient) -> None:
    body = {**PROMPT, "response_format": "url", "output_format": "webp"}
    url = api.post("/v1/images/generations", json=body).json["data"][0]["url"]
    assert url.endswith(".webp")
    assert api.get(url).content_type == "image/webp"


def test_files_never_take_more_memory_than_allowed() -> None:
    store = FileStore(most_bytes=1000)
    names = [store.add(bytes(300), "png") for _ in range(10)]
    assert [store.get(name) is not None for name in names] == [False] * 7 + [True] * 3
    kept = store.add(bytes(5000), "png")  # larger than everything: it still can be fetched
    assert store.get(kept) is not None
    assert len(store) == 1


def test_a_file_store_is_safe_between_threads() -> None:
    store = FileStore(most_bytes=10_000)
    missing: list[str] = []

    def work() -> None:
        for _ in range(200):
            name = store.add(b"x", "png")
            if store.get(name) is None:
                missing.append(name)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missing == []
    assert len(store) == 800


@pytest.mark.parametrize("key", [CANCELLED, "waitress.client_disconnected"])
@pytest.mark.parametrize("steps", [0, 2])
def test_the_engine_stops_between_two_steps_when_the_client_is_gone(
    api: FlaskClient, tiny: TinyEngine, key: str, steps: int
) -> None:
    asked = iter([False] * steps + [True] * 10)
    body = {**PROMPT, "n": 5}
    answer = api.post("/v1/images/generations", json=body, environ_overrides={key: lambda: next(asked)})
    assert answer.status_code == 499
    assert error_of(answer)["code"] == "cancelled"
    assert len(tiny.jobs) == tiny.closed == (1 if steps else 0)  # a generator that never began runs nothing


class BrokenEngine:
    name = "broken"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        yield Step(0, 1)
        if self.error:
            raise self.error
        return []


def test_an_engine_that_crashes_is_a_500_and_the_log_keeps_the_prompt_out(caplog: pytest.LogCaptureFixture) -> None:
    app: Flask = create_app(BrokenEngine(ZeroDivisionError("cannot draw 'a very secret fox'")))
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().post("/v1/images/generations", json=PROMPT)
    assert answer.status_code == 500
    error = error_of(answer)
    assert (error["type"], error["code"]) == ("server_error", "server_error")
    assert "fox" not in answer.text + caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "in run" in caplog.text
    assert answer.headers["x-request-id"].startswith("req_")


def test_an_engine_that_makes_too_little_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    answer = create_app(BrokenEngine()).test_client().post("/v1/images/generations", json=PROMPT)
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text


def test_many_at_once_get_their_own_pictures(app: Flask) -> None:
    results: dict[int, str] = {}

    def ask(seed: int) -> None:
        answer = app.test_client().post("/v1/images/generations", json={**PROMPT, "seed": seed})
        results[seed] = answer.json["data"][0]["b64_json"]

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results.values())) == 16
    alone = app.test_client().post("/v1/images/generations", json={**PROMPT, "seed": 3})
    assert alone.json["data"][0]["b64_json"] == results[3]
