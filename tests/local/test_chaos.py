"""Misbehaviour on purpose: what it is told to be, what it hits, and that a client's retries get through it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import openai
import pytest
from flask import Flask

from imagewidgets.local.app import create_app
from imagewidgets.local.chaos import Chaos, Fault, parse_duration
from tests.local.tiny import TinyEngine

PATH = "/v1/images/generations"
PROMPT = {"prompt": "a fox", "model": "sketch", "size": "64x64"}
Serving = Callable[[Flask], str]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rate=0.2,status=429", Fault(0.2, 429)),
        (" status=503 , rate=1", Fault(1.0, 503)),
        ("rate=0", Fault(0.0, 500)),
        ("status=418", Fault(1.0, 418)),
        ("", Fault(1.0, 500)),
    ],
)
def test_faults_are_read(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rate=2", "from 0 to 1"),
        ("rate=-0.1", "from 0 to 1"),
        ("rate=nan", "from 0 to 1"),
        ("rate=often", "no number"),
        ("status=200", "from 400 to 599"),
        ("status=4.5", "no number"),
        ("chance=1", "neither"),
        ("rate", "neither"),
    ],
)
def test_what_is_no_fault_is_said(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Fault.parse(text)


@pytest.mark.parametrize(("text", "seconds"), [("2s", 2.0), ("500ms", 0.5), ("1.5", 1.5), ("0", 0.0), (" 3 s ", 3.0)])
def test_times_are_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1s", "2h", "1e9", "601", "two"])
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="no time from 0 to 600 s"):
        parse_duration(text)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 413, 415, 418, 422, 429, 500, 502, 503, 504, 599])
def test_a_failure_has_the_apis_own_form(tiny: TinyEngine, status: int) -> None:
    api = create_app(tiny, chaos=Chaos(faults=[Fault(1.0, status)])).test_client()
    answer = api.post(PATH, json=PROMPT)
    assert answer.status_code == status
    assert set(answer.json["error"]) == {"message", "type", "param", "code"}
    assert "on purpose" in answer.json["error"]["message"]
    assert answer.headers["x-request-id"].startswith("req_")
    assert ("Retry-After" in answer.headers) == (status in (429, 503))
    assert tiny.jobs == []
    assert api.get("/v1/models").status_code == 200


def test_the_rate_is_a_share_of_the_requests(tiny: TinyEngine) -> None:
    lots = iter([0.0, 0.19, 0.2, 0.9, 0.1])
    api = create_app(tiny, chaos=Chaos(faults=[Fault(0.2, 429)], chance=lambda: next(lots))).test_client()
    assert [api.post(PATH, json=PROMPT).status_code for _ in range(5)] == [429, 429, 200, 200, 429]


def test_several_faults_are_tried_in_turn(tiny: TinyEngine) -> None:
    lots = iter([0.9, 0.0, 0.9, 0.9])
    chaos = Chaos(faults=[Fault(0.5, 429), Fault(0.5, 500)], chance=lambda: next(lots))
    api = create_app(tiny, chaos=chaos).test_client()
    assert [api.post(PATH, json=PROMPT).status_code for _ in range(2)] == [500, 200]


def test_latency_holds_a_request_up_until_its_client_is_gone() -> None:
    asked = threading.Event()

    def gone() -> bool:
        known = asked.is_set()
        asked.set()
        return known

    Chaos(latency=600.0).strike(gone)  # comes back at once, or the test would run for ten minutes
    assert asked.is_set()


def test_latency_passes(tiny: TinyEngine) -> None:
    api = create_app(tiny, chaos=Chaos(latency=0.12)).test_client()
    answer = api.post(PATH, json=PROMPT)
    assert answer.status_code == 200
    assert int(answer.headers["openai-processing-ms"]) >= 120


def test_the_official_sdk_tries_again_and_gets_through(serving: Serving, tiny: TinyEngine) -> None:
    lots = iter([0.0, 0.0, 0.9, 0.0, 0.0, 0.0])
    url = serving(create_app(tiny, chaos=Chaos(faults=[Fault(0.5, 500)], chance=lambda: next(lots))))
    with openai.OpenAI(base_url=url, api_key="any", max_retries=2) as sdk:
        ask: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a fox", "size": "64x64"}
        assert sdk.images.generate(**ask).data
        with pytest.raises(openai.InternalServerError, match="on purpose"):
            sdk.images.generate(**ask)
    assert len(tiny.jobs) == 1
