"""What can be wrong with answers: each its own clear error, whole pictures are kept, and nothing is bought twice."""

from __future__ import annotations

import gzip
import json
import time
import zlib

import pytest

from imagewidgets import errors
from imagewidgets.client import Client, bodies
from tests.client.faults import claiming, refused, saved, whole
from tests.client.service import b64, end_the_time_after, png, reply
from tests.client.test_streams import completed, partial, text


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_answer(service, client, encoding):
    body = json.dumps(reply(png("blue"))).encode()
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    service.answer(packed, headers={"content-encoding": encoding})
    assert client.generate("a fox")[0].getpixel((0, 0)) == (0, 0, 255)


def test_a_packed_refusal_keeps_its_words(service, client):
    service.answer(
        gzip.compress(b'{"error": {"message": "not like this"}}'), status=400, headers={"content-encoding": "gzip"}
    )
    refused(client, "not like this", errors.BadRequestError)


def test_an_answer_that_is_not_packed_as_it_says(service, client):
    service.answer(reply(png()), headers={"content-encoding": "gzip", "x-request-id": "req_4"})
    assert refused(client, "cannot be unpacked", errors.APIResponseError).request_id == "req_4"
    assert len(service.received) == 1


def test_an_answer_that_is_longer_than_announced(service, client):
    service.answer(reply(png()), length=40)
    refused(client, "no whole JSON", errors.APIResponseError)
    service.answer(reply(png()))
    assert len(client.generate("a fox")) == 1, "what was left over is not taken for the next answer"


def test_an_answer_that_is_shorter_than_announced(service, client):
    service.answer(reply(png()), length=100_000, headers={"x-request-id": "req_3"})
    assert refused(client, "may already be billed", errors.APIConnectionError).request_id == "req_3"
    assert len(service.received) == 1


def test_a_stream_that_nobody_asked_for(service, client):
    service.answer(text(partial(), completed("blue")), content_type="text/event-stream; charset=utf-8")
    response = client.generate("a fox")
    assert response[0].getpixel((0, 0)) == (0, 0, 255)
    assert len(response.files) == 1


def test_a_stream_that_nobody_asked_for_and_that_breaks_off(service, client):
    service.answer(text(partial()), content_type="text/event-stream")
    error = refused(client, "before the picture was complete", errors.APIResponseError)
    assert error.partial is not None


@pytest.mark.parametrize("body", [b"\xff\xfe{}", b'{"data": [{"b64_json": "\xff"}]}', b"null", b"\0" * 50, b"NaN"])
def test_answers_in_no_text(service, client, body):
    service.answer(body)
    refused(client, "answered 200, but", errors.APIResponseError)


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/", "http://[::1", "", "file:///etc/passwd"])
def test_a_redirection_of_the_request_itself(service, client, target):
    service.answer(b"", status=307, headers={"location": target})
    refused(client, r"redirection.* Correct base_url", errors.APIResponseError)
    assert len(service.received) == 1


def test_an_error_under_200_keeps_its_code(service, client):
    service.answer({"error": {"message": "no", "code": "busy", "param": "size"}}, headers={"x-request-id": "req_8"})
    error = refused(client, "error inside: no", errors.APIResponseError)
    assert (error.code, error.param, error.request_id, error.status_code) == ("busy", "size", "req_8", 200)


def test_an_error_beside_pictures_brings_them_along(service, client):
    service.answer({**reply(png("blue")), "error": "the second one failed"})
    error = refused(client, "the second one failed", errors.APIResponseError)
    assert [image.getpixel((0, 0)) for image in error.images] == [(0, 0, 255)]


@pytest.mark.parametrize("key", ["detail", "message"])
def test_an_error_under_200_by_another_name(service, client, key):
    service.answer({key: "the model is loading"})
    refused(client, "the model is loading", errors.APIResponseError)


def test_more_pictures_than_wanted_are_kept(service, client):
    service.answer(reply(png(), png("blue")))
    assert len(client.generate("a fox", n=1)) == 2


@pytest.mark.parametrize("way", ["truncated", "broken off", "unannounced", "packed"])
def test_whole_pictures_of_an_answer_that_ends_too_soon_are_kept(service, client, way):
    """They may have been paid for. The second picture is cut in its middle."""
    body, cut = whole(png("blue"), saved("PNG")), len(b64(saved("PNG"))) // 2
    if way == "truncated":
        service.answer(body[:-cut])
    elif way == "broken off":
        service.answer(body, cut=cut)
    elif way == "unannounced":
        chunks = b"%x\r\n%b\r\n" % (len(body) + 1, body[:-cut])
        service.answer(chunks, headers={"transfer-encoding": "chunked"}, cut=1)
    else:
        service.answer(gzip.compress(body, 0), headers={"content-encoding": "gzip"}, cut=cut)
    kind = errors.APIResponseError if way == "truncated" else errors.APIConnectionError
    error = refused(client, "no whole JSON" if way == "truncated" else "broke before", kind)
    assert [image.getpixel((0, 0)) for image in error.images] == [(0, 0, 255)]
    assert len(service.received) == 1


def test_pictures_that_cannot_be_used_are_not_rescued(service, client):
    service.answer(whole(b"no picture", claiming(50_000, 50_000), png("blue"))[:-2])
    assert len(refused(client, "no whole JSON").images) == 1


@pytest.mark.parametrize("way", ["plain", "packed", "stream"])
def test_an_answer_that_trickles_in_ends_in_time(service, way):
    """Each byte comes in time, the whole answer does not: it would take a quarter of a minute, or many."""
    body, headers = whole(png("blue"), saved("PNG")), {}
    if way == "packed":
        body, headers = gzip.compress(body), {"content-encoding": "gzip"}
    kind = "text/event-stream" if way == "stream" else "application/json"
    service.answer(b": wait\n\n" * 100 if way == "stream" else body, drip=0.02, headers=headers, content_type=kind)
    started = time.monotonic()
    error = refused(Client(service.url, timeout=0.3), "No whole answer from .* in 0.3 s", errors.APITimeoutError)
    assert time.monotonic() - started >= 0.3
    assert error.sent
    service.wait_for(1)
    assert len(service.received) == 1


def test_pictures_that_came_before_the_time_was_over_are_kept(service, client, monkeypatch):
    body = whole(png("blue"), saved("PNG"))
    service.answer(body, length=len(body) + 1, linger=True)
    end_the_time_after(monkeypatch, body)
    error = refused(client, "No whole answer", errors.APITimeoutError)
    assert len(error.images) == 2


@pytest.mark.parametrize("way", ["announced", "unannounced", "packed"])
def test_a_huge_answer_is_not_kept(service, client, monkeypatch, way):
    monkeypatch.setattr(bodies, "LARGEST_ANSWER", 1 << 20)
    monkeypatch.setattr(bodies, "CHUNK", 1 << 12)
    body, headers = b" " * (5 << 20), {}
    if way == "packed":
        body, headers = gzip.compress(body), {"content-encoding": "gzip"}
        assert len(body) < 1 << 14, "a bomb"
    elif way == "unannounced":
        body, headers = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body), {"transfer-encoding": "chunked"}
    service.answer(body, headers={**headers, "x-request-id": "req_9"})
    error = refused(client, "larger than 1,048,576 bytes", errors.APIResponseError)
    assert error.request_id == "req_9"
    assert len(service.received) == 1


def test_an_answer_that_claims_to_be_endless(service, client):
    """No memory is taken for what was only announced."""
    service.answer(b"{", length=1 << 45)
    refused(client, "larger than", errors.APIResponseError)
