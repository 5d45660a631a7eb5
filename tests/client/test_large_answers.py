"""Answers longer than a window, out of which the pictures are taken as they come."""

from __future__ import annotations

import json
import threading

import pytest

from imagewidgets import errors
from imagewidgets.cancellation import Cancellation
from imagewidgets.client import lifting
from tests.client.service import PATIENCE, end_the_time_after, png, reply

FILES = [png(colour, (64, 64)) for colour in ("red", "lime", "blue")]
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


@pytest.fixture(params=[16, 100, 250, 1000])
def window(request, monkeypatch) -> int:
    """Shorter than a picture, or longer; all of them are shorter than an answer with three."""
    size: int = request.param
    monkeypatch.setattr(lifting, "WINDOW", size)
    assert len(whole()) > size
    return size


def whole(**more) -> bytes:
    return json.dumps(reply(*FILES, padding="x" * 1000, **more)).encode()


def colours(images) -> list[tuple[int, ...]]:
    return [image.getpixel((0, 0)) for image in images]


def test_its_pictures_are_those_that_were_sent(service, client, window):
    service.answer(whole(usage={"total_tokens": 7}))
    service.answer(whole())
    first = client.generate("a fox", n=3)
    second = client.generate("a fox", n=3)
    assert list(first.files) == list(second.files) == FILES, "another answer is not written over the first one"
    assert colours(first) == COLOURS
    assert first.usage == {"total_tokens": 7}
    assert service.received[0].port == service.received[1].port, "the connection is used again"


def test_white_space_in_it_is_read_the_tolerant_way(service, client, window):
    service.answer(json.dumps(reply(*FILES, padding="x" * 1000)).encode().replace(b"iVBORw0K", rb"iVBO\nRw0K", 1))
    assert colours(client.generate("a fox", n=3)) == COLOURS


@pytest.mark.parametrize("late", [False, True], ids=["broken off", "late"])
def test_whole_pictures_that_came_are_kept(service, client, window, late, monkeypatch):
    body = whole()
    cut = body.index(b'"padding"') - 20  # in the last picture
    service.answer(body[:cut], length=len(body), linger=late, headers={"x-request-id": "req_1"})
    if late:
        end_the_time_after(monkeypatch, body[:cut])
    with pytest.raises(errors.APITimeoutError if late else errors.APIConnectionError) as caught:
        client.generate("a fox", n=3)
    assert colours(caught.value.images) == COLOURS[:2]
    assert caught.value.request_id == "req_1"
    assert "sk-secret" not in repr(vars(caught.value))


def test_whole_pictures_of_a_broken_text_are_kept(service, client, window):
    service.answer(whole()[:-2])
    with pytest.raises(errors.APIResponseError, match="no whole JSON") as caught:
        client.generate("a fox", n=3)
    assert colours(caught.value.images) == COLOURS


def test_a_connection_with_something_left_over_is_not_used_again(service, client, window):
    body = whole()
    for _ in range(2):
        service.answer(body + b"HTTP/1.1 408 Too late", length=len(body), kept=True)
        assert len(client.generate("a fox", n=3)) == 3
    assert len({got.port for got in service.received}) == 2


def test_it_is_cancelled_in_its_middle(service, client, window):
    body = whole()
    service.answer(body[:-500], length=len(body), linger=True)
    cancel = Cancellation()
    threading.Thread(target=lambda: (service.arrived.wait(PATIENCE), cancel.cancel())).start()
    with pytest.raises(errors.CancelledError):
        client.send(client.create_request("a fox", n=3), cancel=cancel)


def test_a_key_that_it_repeats_is_hidden(service, client, window):
    service.answer(whole(usage={"key": "sk-secret"}))
    response = client.generate("a fox", n=3)
    assert "sk-secret" not in json.dumps(response.usage)
