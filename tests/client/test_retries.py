"""When a request is sent again, and when never."""

import datetime
import email.utils
import threading

import pytest

from imagewidgets import errors
from imagewidgets.client import Cancellation, Client, retries
from tests.client.service import PATIENCE, png, reply

SOON = {"retry-after-ms": "1"}


def body(code=None):
    return {"error": {"message": "no", "type": "x", "code": code, "param": None}}


@pytest.mark.parametrize(
    ("status", "code", "headers", "again"),
    [
        (400, None, {}, False),
        (400, "moderation_blocked", {}, False),
        (400, "content_policy_violation", {"x-should-retry": "true"}, False),
        (400, None, {"x-should-retry": "true"}, True),
        (401, None, {}, False),
        (403, None, {}, False),
        (404, None, {}, False),
        (408, None, {}, True),
        (409, None, {}, True),
        (413, None, {}, False),
        (422, None, {}, False),
        (429, None, {}, True),
        (429, "insufficient_quota", {}, False),
        (429, "insufficient_quota", {"x-should-retry": "true"}, False),
        (429, None, {"x-should-retry": "false"}, False),
        (500, None, {}, True),
        (502, None, {}, True),
        (503, None, {}, True),
        (503, None, {"x-should-retry": "false"}, False),
    ],
)
def test_what_is_sent_again(service, client, status, code, headers, again):
    service.answer(body(code), status=status, headers={**SOON, **headers})
    service.answer(reply(png()))
    if again:
        assert len(client.generate("a fox")) == 1
        assert len(service.received) == 2
        assert service.received[0].body == service.received[1].body
    else:
        with pytest.raises(errors.APIStatusError):
            client.generate("a fox")
        assert len(service.received) == 1


def test_it_gives_up_after_two_retries(service, client):
    for _ in range(3):
        service.answer(body(), status=503, headers=SOON)
    with pytest.raises(errors.InternalServerError):
        client.generate("a fox")
    assert len(service.received) == 3


def test_max_retries_is_kept(service):
    service.answer(body(), status=503, headers=SOON)
    with pytest.raises(errors.InternalServerError):
        Client(service.url, max_retries=0).generate("a fox")
    assert len(service.received) == 1


def test_a_multipart_body_is_sent_again_whole(service, client):
    service.answer(body(), status=503, headers=SOON)
    service.answer(reply(png()))
    client.create_variation(png())
    first, second = ([part[3] for part in got.parts] for got in service.received)
    assert first == second


def test_an_answer_that_broke_off_is_never_asked_for_again(service, client):
    service.answer(reply(png()), cut=5)
    with pytest.raises(errors.APIConnectionError, match="billed") as caught:
        client.generate("a fox")
    assert caught.value.sent
    assert len(service.received) == 1


def test_a_timeout_is_never_sent_again(service):
    hold = threading.Event()
    service.answer(reply(png()), hold=hold)
    with pytest.raises(errors.APITimeoutError):
        Client(service.url, timeout=0.1).generate("a fox")
    hold.set()
    service.wait_for(1)
    assert len(service.received) == 1


def test_a_connection_never_made_is_tried_again(monkeypatch):
    monkeypatch.setattr(retries, "FIRST_DELAY", 0.001)
    tries = []
    monkeypatch.setattr(
        retries, "delay", lambda error, attempt, real=retries.delay: tries.append(1) or real(error, attempt)
    )
    with pytest.raises(errors.APIConnectionError, match="cannot be reached") as caught:
        Client("http://127.0.0.1:1/v1").generate("a fox")
    assert not caught.value.sent
    assert len(tries) == 2


def test_cancelling_ends_a_wait(service, client):
    cancel = Cancellation()
    service.answer(body(), status=503, headers={"retry-after": "100"})
    threading.Thread(target=lambda: (service.arrived.wait(PATIENCE), cancel.cancel())).start()
    with pytest.raises(errors.CancelledError):
        client.send(client.create_request("a fox"), cancel=cancel)


def limited(**headers):
    return errors.RateLimitError(
        "no", status_code=429, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5, 1.5),
        ({"retry_after": "3"}, 3, 3),
        ({"retry_after": "0.5"}, 0.5, 0.5),
        ({"retry_after": "120"}, 120, 120),
        ({"retry_after": "soon"}, 0.375, 0.5),
        ({"retry_after": "-4"}, 0.375, 0.5),
        ({"retry_after": "nan"}, 0.375, 0.5),
        ({}, 0.375, 0.5),
    ],
)
def test_how_long_it_waits(headers, low, high):
    assert low <= retries.delay(limited(**headers), 0) <= high


def test_how_long_it_waits_for_a_date():
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=100)
    assert 50 <= retries.delay(limited(retry_after=email.utils.format_datetime(then)), 0) <= 100


def test_a_service_that_wants_too_long_a_wait_is_not_bothered():
    assert retries.delay(limited(retry_after="121"), 0) is None


def test_waits_grow_up_to_eight_seconds():
    assert [round(max(retries.delay(limited(), attempt) for _ in range(300))) for attempt in (1, 2, 3, 4, 9)] == [
        1,
        2,
        4,
        8,
        8,
    ]
