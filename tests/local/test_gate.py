"""The bounded line: who is let in, who waits, who is sent away, and who gives up."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from imagewidgets.local.app import create_app
from imagewidgets.local.engine import Job, Step
from imagewidgets.local.gate import Gate
from imagewidgets.local.refusals import RefusedError
from tests.local.staged import PATIENCE, StagedEngine
from tests.local.tiny import TinyEngine

PROMPT = {"prompt": "a fox", "model": "sketch", "size": "64x64"}


def here() -> bool:
    return False


def until(condition: Any) -> None:
    """Wait until a condition holds."""
    over = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        over.wait(0.01)
    raise AssertionError("it never came to be")


def waiting(gate: Gate, pool: ThreadPoolExecutor, gone: Any = here) -> Future[Any]:
    """Let somebody wait in the line, and return when it is there."""
    before = gate.waiting
    entering = pool.submit(gate.enter, gone)
    until(lambda: gate.waiting > before)
    return entering


def test_as_many_as_there_are_workers_are_let_in_and_the_rest_wait_in_order() -> None:
    gate = Gate(workers=2, line=2)
    first, _ = gate.enter(here), gate.enter(here)
    with ThreadPoolExecutor(2) as pool:
        third, fourth = waiting(gate, pool), waiting(gate, pool)
        first()
        leave = third.result(PATIENCE)
        assert not fourth.done()
        leave()
        fourth.result(PATIENCE)()


def test_a_full_line_is_429_and_says_when_to_come_back() -> None:
    gate = Gate(workers=1, line=0)
    leave = gate.enter(here)
    with pytest.raises(RefusedError) as refused:
        gate.enter(here)
    assert refused.value.status == 429
    assert refused.value.body()["error"]["code"] == "rate_limit_exceeded"
    assert refused.value.headers == {"Retry-After": "1"}
    leave()
    gate.enter(here)()


def test_the_time_to_come_back_follows_what_requests_take() -> None:
    now = [0.0]
    gate = Gate(workers=1, line=0, clock=lambda: now[0])
    for _ in range(50):
        leave = gate.enter(here)
        now[0] += 7
        leave()
    gate.enter(here)
    with pytest.raises(RefusedError) as refused:
        gate.enter(here)
    assert refused.value.headers == {"Retry-After": "7"}


def test_giving_a_turn_back_twice_lets_one_in() -> None:
    gate = Gate(workers=1, line=0)
    leave = gate.enter(here)
    leave()
    leave()
    gate.enter(here)
    with pytest.raises(RefusedError):
        gate.enter(here)


def test_who_hangs_up_leaves_the_line() -> None:
    gate, gone = Gate(workers=1, line=1), threading.Event()
    leave = gate.enter(here)
    with ThreadPoolExecutor(1) as pool:
        entering = waiting(gate, pool, gone.is_set)
        gone.set()
        with pytest.raises(RefusedError) as refused:
            entering.result(PATIENCE)
    assert refused.value.status == 499
    assert gate.waiting == 0
    leave()
    gate.enter(here)()


def test_a_closed_gate_sends_those_who_wait_away() -> None:
    gate = Gate(workers=1, line=1)
    leave = gate.enter(here)
    with ThreadPoolExecutor(1) as pool:
        entering = waiting(gate, pool)
        gate.close()
        with pytest.raises(RefusedError) as refused:
            entering.result(PATIENCE)
    assert refused.value.status == 503
    leave()
    with pytest.raises(RefusedError, match="about to stop"):
        gate.enter(here)


def test_a_busy_server_refuses_in_the_apis_own_words_and_still_lists_its_models() -> None:
    engine = StagedEngine(waits_at=0)
    app = create_app(engine, gate=Gate(workers=1, line=0))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(app.test_client().post, "/v1/images/generations", json=PROMPT)
        assert engine.waiting.wait(PATIENCE)
        api = app.test_client()
        busy = api.post("/v1/images/generations", json=PROMPT)
        assert (busy.status_code, busy.headers["Retry-After"]) == (429, "1")
        assert busy.json["error"]["type"] == "rate_limit_error"
        assert api.get("/v1/models").status_code == 200
        assert api.post("/v1/images/generations", json={**PROMPT, "n": 2}).status_code == 429
        engine.go_on.set()
        assert first.result(PATIENCE).status_code == 200
    assert api.post("/v1/images/generations", json=PROMPT).status_code == 200


class Failing:
    name = "failing"

    def run(self, job: Job) -> Any:
        yield Step(0, 1)
        raise ZeroDivisionError


@pytest.mark.parametrize("body", [PROMPT, {**PROMPT, "n": 0}, {**PROMPT, "stream": True}, {**PROMPT, "model": "x"}])
@pytest.mark.parametrize("engine", [TinyEngine(), StagedEngine(), Failing()], ids=lambda engine: engine.name)
@pytest.mark.usefixtures("caplog")
def test_every_end_of_a_request_gives_its_turn_back(engine: Any, body: dict[str, Any]) -> None:
    gate = Gate(workers=1, line=0)
    api = create_app(engine, gate=gate).test_client()
    for _ in range(2):
        answer = api.post("/v1/images/generations", json=body)
        assert answer.status_code != 429
        answer.close()
    gate.enter(here)()


def test_a_stream_keeps_its_turn_until_it_is_closed() -> None:
    gate = Gate(workers=1, line=0)
    api = create_app(StagedEngine(), gate=gate).test_client()
    body = {**PROMPT, "stream": True, "partial_images": 3}
    answer = api.post("/v1/images/generations", json=body, buffered=False)
    with pytest.raises(RefusedError):
        gate.enter(here)
    answer.close()
    gate.enter(here)()
