import base64
import io
import json
import os
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.client.lifting import lift, lift_arriving

texts = st.text(max_size=20) | st.sampled_from(['"b64_json":"', 'b64_json":"QUJD"', '\\"b64_json\\":"', '"#0"', "QUJD"])
values = st.none() | st.integers() | texts | st.dictionaries(texts, texts, max_size=2)
pictures = st.binary(min_size=1, max_size=40)
encoded = pictures.map(lambda data: base64.b64encode(data).decode())
items = st.fixed_dictionaries({}, optional={"b64_json": encoded | values, "url": values, "revised_prompt": values})


@given(st.lists(items, max_size=4), st.booleans())
def test_a_lifted_reply_is_the_same_reply_without_its_pictures(data, ascii_only):
    text = json.dumps({"data": data, "usage": {}}, separators=(",", ":"), ensure_ascii=ascii_only)
    outline, lifted = lift(text.encode())
    found = json.loads(outline)["data"]
    assert len(found) == len(data)
    for item, original in zip(found, data, strict=True):
        assert {**item, "b64_json": 0} == {**original, "b64_json": 0}
        mark = json.dumps(item.get("b64_json")).encode()
        if mark in lifted:
            assert lifted[mark] == base64.b64decode(original["b64_json"])
        else:
            assert item.get("b64_json") == original.get("b64_json")


@given(st.lists(pictures, min_size=1, max_size=12))
def test_whole_base64_is_always_lifted(files):
    reply = {"created": 1, "data": [{"b64_json": base64.b64encode(file).decode()} for file in files]}
    for separators in ((",", ":"), (", ", " : ")):
        outline, lifted = lift(json.dumps(reply, separators=separators).encode())
        assert list(lifted.values()) == files
        assert [item["b64_json"] for item in json.loads(outline)["data"]] == [f"#{n}" for n in range(len(files))]


@given(st.lists(pictures, min_size=1, max_size=3), st.data())
def test_a_reply_that_breaks_off_stays_broken(files, data):
    reply = {"data": [{"b64_json": base64.b64encode(file).decode()} for file in files]}
    text = json.dumps(reply).encode()
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    outline, lifted = lift(cut)
    assert list(lifted.values()) == files[: len(lifted)]
    with pytest.raises(ValueError, match=r".*"):
        json.loads(outline)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>",
        b'{"data": [{"b64_json": ""}]}',
        b'{"data": [{"b64_json": null}]}',
        b'{"data": [{"b64_json": "data:image/png;base64,QUJD"}]}',
        b'{"data": [{"b64_json": "QUJ\\nD"}]}',
        b'{"data": [{"b64_json": "QUI\\/"}]}',
        b'{"data": [{"b64_json": "QUJ"}]}',
        b'{"data": [{"b64_json": "QU\\"JD"}]}',
        b'{"data": [{"revised_prompt": "say \\"b64_json\\":\\"QUJD\\""}]}',
        b'{"data": [{"response_format": "b64_json"}]}',
    ],
)
def test_what_is_no_plain_base64_stays(text):
    assert lift(text) == (text, {})


def test_pictures_after_one_that_stays_are_lifted():
    text = b'{"data":[{"b64_json":"QU JD"},{"b64_json":"QUJD"}]}'
    outline, lifted = lift(text)
    assert outline == b'{"data":[{"b64_json":"QU JD"},{"b64_json":"#0"}]}'
    assert lifted == {b'"#0"': b"ABC"}


def arriving(text, sizes):
    """What a socket's reader gives: as much as wanted or less, in pieces of these sizes, then all the rest."""
    waiting = io.BytesIO(text)

    def read_into(place):
        piece = waiting.read(min(len(place), next(sizes, len(place))))
        place[: len(piece)] = piece
        return len(piece)

    return read_into


@given(st.lists(items, max_size=6), st.integers(1, 300), st.lists(st.integers(1, 80)), st.booleans())
def test_a_reply_that_is_lifted_as_it_comes_is_lifted_as_a_whole(data, window, sizes, spaced):
    """In windows of any size, which the pictures lie across in any way."""
    separators = (", ", " : ") if spaced else (",", ":")
    text = json.dumps({"data": data, "usage": {}}, separators=separators).encode()
    outline, lifted, missing = lift_arriving(arriving(text, iter(sizes)), len(text), window=window)
    assert missing == 0
    assert (outline, lifted) == lift(text)


@given(st.lists(pictures, min_size=1, max_size=4), st.integers(1, 300), st.data())
def test_what_came_of_a_reply_that_breaks_off_is_lifted(files, window, data):
    text = json.dumps({"data": [{"b64_json": base64.b64encode(file).decode()} for file in files]}).encode()
    came = text[: data.draw(st.integers(0, len(text) - 1))]
    outline, lifted, missing = lift_arriving(arriving(came, iter(())), len(text), window=window)
    assert missing == len(text) - len(came)
    assert (outline, lifted) == lift(came)


def test_the_pictures_of_a_window_are_their_own():
    """The window is written over; what was taken out of it is not."""
    files = [bytes([number]) * 3000 for number in range(9)]
    text = json.dumps({"data": [{"b64_json": base64.b64encode(file).decode()} for file in files]}).encode()
    lifted = lift_arriving(arriving(text, iter(())), len(text), window=5000)[1]
    assert list(lifted.values()) == files
    assert {type(picture) for picture in lifted.values()} == {bytes}


def test_a_large_reply_takes_the_memory_of_its_pictures_and_of_a_window():
    files = [os.urandom(300_000) for _ in range(10)]
    text = json.dumps({"data": [{"b64_json": base64.b64encode(file).decode()} for file in files]}).encode()
    read_into = arriving(text, iter(()))
    tracemalloc.start()
    lift_arriving(read_into, len(text), window=500_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000 + 2.5 * 500_000
