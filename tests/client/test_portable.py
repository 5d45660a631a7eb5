"""Settings of a client that travel, and what does not."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from imagewidgets.client import Client
from imagewidgets.errors import AuthenticationError, InvalidRequestError
from tests.client.service import Service, png, reply

KEY = "sk-proj/4f9aX+secret-0123456789"
OTHER = "sk-of-the-worker-0123456789"


def test_a_client_like_it_is_made_elsewhere(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Client(
        service.url,
        KEY,
        organization="org",
        project="proj",
        timeout=31,
        max_retries=5,
        query={"api-version": "2", "a": "b"},
        edits="json",
        gallery=tmp_path,
        replay="refresh",
        recipes="minimal",
    )
    data = pickle.dumps(here.portable())
    assert KEY.encode() not in data
    assert b"secret" not in data
    settings = pickle.loads(data)
    assert KEY not in repr(settings)
    monkeypatch.setenv("OPENAI_API_KEY", OTHER)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    there = settings.client()
    assert there.portable() == settings == here.portable()
    assert hash(settings) == hash(there.portable()), "workers know their clients by it"
    assert there.gallery is not None
    assert there.gallery.folder == tmp_path
    assert (there.replay, there.recipes) == ("refresh", "minimal")
    service.answer(reply(png()))
    there.generate("a fox")
    got = service.received[0]
    assert got.headers["Authorization"] == f"Bearer {OTHER}"
    assert (got.headers["OpenAI-Organization"], got.headers["OpenAI-Project"]) == ("org", "proj")
    assert got.path == "/v1/images/generations?a=b&api-version=2"


def test_a_worker_without_a_key_says_so(service: Service) -> None:
    settings = Client(service.url, KEY).portable()
    with pytest.raises(InvalidRequestError, match="Set OPENAI_API_KEY in the environment of the executor's") as caught:
        settings.client()
    assert (caught.value.param, caught.value.code) == ("executor", "no_key")


def test_a_service_that_gets_no_key_here_gets_none_there(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Client(service.url).portable()
    monkeypatch.setenv("OPENAI_API_KEY", OTHER)
    service.answer(reply(png()))
    settings.client().generate("a fox")
    assert service.received[0].headers["Authorization"] is None


def test_the_embedded_engine_and_no_gallery(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Client("sketch", gallery=tmp_path).portable()
    monkeypatch.setenv("OPENAI_API_KEY", OTHER)
    assert settings.client().embedded
    assert settings.client(gallery=False).gallery is None
    assert Client("sketch").portable().client().gallery is None


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"headers": {"api-key": KEY}}, "api-key"),
        ({"headers": {"X-Team": KEY}}, "X-Team"),
        ({"headers": {"Authorization": f"Basic {KEY}"}}, "user name and a password"),
        ({"query": {"api-key": KEY}}, "api-key"),
    ],
)
def test_what_may_hold_a_secret_does_not_travel(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidRequestError, match="cannot be used from other processes") as caught:
        Client("http://127.0.0.1:9/v1", **options).portable()
    assert reason in str(caught.value)
    assert KEY not in str(caught.value)
    assert caught.value.param == "executor"


def test_a_password_in_the_address_does_not_travel() -> None:
    with pytest.raises(InvalidRequestError, match="user name and a password") as caught:
        Client(f"http://ada:{OTHER}@127.0.0.1:9/v1").portable()
    assert OTHER not in str(caught.value)


def test_errors_travel_without_the_key(service: Service) -> None:
    client = Client(service.url, KEY, max_retries=0)
    service.answer(
        {"error": {"message": f"Incorrect API key provided: {KEY}"}}, status=401, headers={"x-echo": f"Bearer {KEY}"}
    )
    with pytest.raises(AuthenticationError) as caught:
        client.generate("a fox")
    data = pickle.dumps(caught.value)
    assert KEY.encode() not in data
    assert pickle.loads(data).headers["X-Echo"] == "…", "and it is still found in any case"
