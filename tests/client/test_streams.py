"""Pictures as they come."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets import errors
from imagewidgets.client import Cancellation, sse
from tests.client.service import PATIENCE, b64, png, reply

STREAM = "text/event-stream; charset=utf-8"
USAGE = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}


def partial(index=0, colour="grey"):
    return {
        "type": "image_generation.partial_image",
        "b64_json": b64(png(colour)),
        "partial_image_index": index,
        "created_at": 1_790_000_000,
        "size": "8x8",
        "quality": "low",
        "background": "opaque",
        "output_format": "png",
    }


def completed(colour="red", operation="generation"):
    facts = {**partial(), "type": f"image_{operation}.completed", "b64_json": b64(png(colour)), "usage": USAGE}
    del facts["partial_image_index"]
    return facts


def text(*events, end="\n\n", name=True):
    lines = (
        f"event: {event['type']}\ndata: {json.dumps(event)}" if name else f"data: {json.dumps(event)}"
        for event in events
    )
    return "".join(line + end for line in lines).encode()


def test_unfinished_pictures_then_the_finished_one(service, client):
    service.answer(
        text(partial(0), partial(1, "silver"), completed()), content_type=STREAM, headers={"x-request-id": "r1"}
    )
    stream = client.generate("a fox", model="gpt-image-2", stream=True, partial_images=2)
    events = list(stream)
    assert [(event.final, event.partial_image_index) for event in events] == [(False, 0), (False, 1), (True, None)]
    assert events[1].image.getpixel((0, 0)) == (192, 192, 192)
    response = stream.result()
    assert response[0].getpixel((0, 0)) == (255, 0, 0)
    assert (response.usage, response.created, response.request_id) == (USAGE, 1_790_000_000, "r1")
    assert response.files == (png("red"),)
    assert service.received[0].json == {"prompt": "a fox", "model": "gpt-image-2", "stream": True, "partial_images": 2}


def test_edits_stream_too(service, client):
    service.answer(text(completed(operation="edit")), content_type=STREAM)
    assert len(client.edit(png(), "a hat", stream=True).result()) == 1
    assert [part[3] for part in service.received[0].parts if part[0] == "stream"] == [b"true"]


@pytest.mark.parametrize(
    "body",
    [
        text(completed(), end="\r\n\r\n").replace(b"\ndata", b"\r\ndata"),
        text(completed(), end="\r\r").replace(b"\ndata", b"\rdata"),
        b": hello\n\n" + text(completed(), name=False),
        text(completed()) + b"data: [DONE]\n\n",
        b"event: wrong\ndata: " + json.dumps(completed()).encode() + b"\n\n",
        b"id: 4\nretry: 100\n" + text(completed()),
        b"data:" + json.dumps(completed(), indent=1).replace("\n", "\ndata:").encode() + b"\n\n",
        text({"type": "image_generation.something_new"}, completed()),
    ],
    ids=["crlf", "cr", "comment", "done", "wrong name", "other fields", "several lines", "unknown event"],
)
def test_every_form_of_a_stream(service, client, body):
    service.answer(body, content_type=STREAM)
    assert len(client.generate("a fox", stream=True).result()) == 1


def test_a_service_that_answers_at_once_instead(service, client):
    service.answer(reply(png(), usage=USAGE))
    stream = client.generate("a fox", stream=True)
    assert [event.final for event in stream] == [True]
    assert stream.result().usage == USAGE


@pytest.mark.parametrize("cut", [0, 3])
def test_a_stream_that_ends_too_soon_keeps_what_came(service, client, cut):
    service.answer(text(partial(0), partial(1, "silver")), content_type=STREAM, cut=cut, headers={"x-request-id": "r2"})
    stream = client.generate("a fox", stream=True)
    with pytest.raises(errors.APIError) as caught:
        stream.result()
    error = caught.value
    assert error.partial.getpixel((0, 0)) == ((192, 192, 192) if not cut else (128, 128, 128))
    assert error.request_id == "r2"
    assert ("before the picture was complete" if not cut else "broke before") in error.message
    assert len(service.received) == 1


def test_two_were_wanted_and_one_came(service, client):
    service.answer(text(completed()), content_type=STREAM)
    with pytest.raises(errors.APIResponseError, match="before the picture was complete") as caught:
        client.generate("a fox", n=2, stream=True).result()
    assert len(caught.value.images) == 1


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"type": "error", "error": {"message": "out of memory", "code": "oom"}}, "out of memory"),
        ({"error": "just text"}, "just text"),
        ({"type": "image_generation.completed", "b64_json": "@@"}, "cannot be read"),
        ({"type": "image_generation.completed", "b64_json": b64(b"no picture")}, "cannot be read"),
    ],
)
def test_errors_inside_a_stream(service, client, event, words):
    service.answer(b"data: " + json.dumps(event).encode() + b"\n\n", content_type=STREAM)
    with pytest.raises(errors.APIResponseError, match=words):
        client.generate("a fox", stream=True).result()


@pytest.mark.parametrize("data", [b"data: {\n\n", b"data: []\n\n", b"data: nonsense\n\n"])
def test_an_event_that_is_no_object(service, client, data):
    service.answer(data, content_type=STREAM)
    with pytest.raises(errors.APIResponseError, match="cannot be read"):
        client.generate("a fox", stream=True).result()


def test_a_refusal_comes_before_the_first_event(service, client):
    service.answer({"error": {"message": "no"}}, status=400)
    with pytest.raises(errors.BadRequestError):
        client.generate("a fox", stream=True)


def test_a_stream_can_be_left(service, client):
    service.answer(text(partial(), completed()), content_type=STREAM)
    with client.generate("a fox", stream=True) as stream:
        assert not next(stream).final
    with pytest.raises(errors.APIResponseError, match="closed") as caught:
        stream.result()
    assert caught.value.partial is not None


def test_a_stream_can_be_cancelled(service, client):
    hold, cancel = threading.Event(), Cancellation()
    service.answer(text(partial()), content_type=STREAM, hold=hold)
    threading.Thread(target=lambda: (service.arrived.wait(PATIENCE), cancel.cancel())).start()
    with pytest.raises(errors.CancelledError):
        client.stream(client.create_request("a fox", stream=True), cancel=cancel).result()
    hold.set()


@given(
    st.lists(st.dictionaries(st.text(), st.text()), max_size=5),
    st.integers(1, 7),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_events_are_found_however_the_bytes_are_cut(values, size, end):
    body = "".join(f"data: {json.dumps(value)}{end}{end}" for value in values).encode()
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert list(sse.events(chunks)) == values
