"""When one answer says to wait, everybody waits who asks the same service through the same client."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from imagewidgets.cancellation import Cancellation
from imagewidgets.client import Client, pace, retries
from imagewidgets.client.pace import Pace
from imagewidgets.errors import CancelledError, QuotaError, RateLimitError
from tests.client.service import PATIENCE, Answer, png, reply

LONG = 60  # s; no test waits for it


def refusal(code=None):
    return {"error": {"message": "slowly", "type": "x", "code": code, "param": None}}


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on when somebody waits, and a list of how long they did."""
    now, waited = [1000.0], []

    def sleep(seconds):
        waited.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(pace.time, "sleep", sleep)
    return waited


def test_nobody_waits_unless_asked_to(clock):
    Pace().wait(None)
    assert clock == []


def test_the_longest_wait_counts(clock):
    kept = Pace()
    kept.hold(5.0)
    kept.hold(2.0)
    kept.hold(0.0)
    kept.wait(None)
    kept.wait(None)
    assert clock == [5.0]


def test_a_wait_that_is_made_longer_meanwhile(monkeypatch, clock):
    kept = Pace()
    kept.hold(1.0)
    sleep = time.sleep
    monkeypatch.setattr(pace.time, "sleep", lambda seconds: (sleep(seconds), len(clock) == 1 and kept.hold(3.0)))
    kept.wait(None)
    assert clock == [1.0, 3.0]


def test_one_answer_makes_every_thread_wait(service):
    client = Client(service.url, "sk-secret", timeout=PATIENCE, max_retries=0)
    service.answer(refusal(), status=429, headers={"retry-after": str(LONG)})
    with pytest.raises(RateLimitError):
        client.generate("a fox")
    cancels = [Cancellation() for _ in range(4)]
    request = client.create_request("an otter")
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(client.send, request, cancel=cancel) for cancel in cancels]
        for cancel in cancels:
            cancel.cancel()
        for future in asked:
            with pytest.raises(CancelledError):
                future.result(PATIENCE)
    assert len(service.received) == 1, "none of the others was sent"
    service.answer(reply(png()))
    assert len(Client(service.url, "sk-secret").generate("a fox")) == 1, "another client has a pace of its own"


def test_who_was_told_to_wait_and_who_was_not_go_on_together(service):
    """Two threads: one is told to wait; the other begins meanwhile, and is sent after the wait, not before."""
    times = []
    refused = threading.Event()

    def behave(_):
        times.append(time.monotonic())
        if len(times) == 1:
            refused.set()
            return Answer(b'{"error": {"message": "slowly"}}', 429, headers={"retry-after-ms": "200"})
        return Answer(body)

    body = (f'{{"created": 1, "data": [{{"b64_json": "{reply(png())["data"][0]["b64_json"]}"}}]}}').encode()
    service.behave = behave
    client = Client(service.url, "sk-secret", timeout=PATIENCE)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.generate, "a fox")
        assert refused.wait(PATIENCE)
        while client._connection._pace._until == 0 and not first.done():  # the answer has yet to be read
            time.sleep(0)
        client.generate("an otter")
        first.result(PATIENCE)
    assert len(times) == 3
    assert min(times[1:]) - times[0] >= 0.2


@pytest.mark.parametrize(
    ("code", "headers", "kind"),
    [
        (None, {}, RateLimitError),
        (None, {"retry-after": str(retries.LONGEST_WISH + 1)}, RateLimitError),
        ("insufficient_quota", {"retry-after": str(LONG)}, QuotaError),
    ],
    ids=["says no time", "too long to wait for", "no credit"],
)
def test_what_makes_nobody_else_wait(service, code, headers, kind):
    client = Client(service.url, "sk-secret", timeout=PATIENCE, max_retries=0)
    service.answer(refusal(code), status=429, headers=headers)
    service.answer(reply(png()))
    with pytest.raises(kind):
        client.generate("a fox")
    assert len(client.generate("a fox")) == 1
