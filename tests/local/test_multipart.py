"""Multipart bodies that nobody should send are refused by name, and never break the server."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.local.tiny import encoded, noise

HEAD = b"--xx\r\nContent-Disposition: form-data; "
BODY = b"".join(
    [
        HEAD + b'name="model"\r\n\r\nsketch\r\n',
        HEAD + b'name="prompt"\r\n\r\na hat\r\n',
        HEAD + b'name="n"\r\n\r\n2\r\n',
        HEAD + b'name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n' + encoded(noise(8, 8)) + b"\r\n",
        b"--xx--\r\n",
    ]
)
TYPE = "multipart/form-data; boundary=xx"


def post(api: FlaskClient, body: bytes, path: str = "edits") -> tuple[int, str | None]:
    answer = api.post(f"/v1/images/{path}", data=body, content_type=TYPE)
    return answer.status_code, None if answer.status_code == 200 else answer.json["error"]["code"]


@pytest.mark.parametrize(
    "part",
    [
        HEAD[:-2] + b"\r\n\r\nsketch\r\n",
        HEAD + b'filename="a.png"\r\nContent-Type: image/png\r\n\r\nx\r\n',
        HEAD + b'name="R\xf1\x9a\x8c\x8c"\r\n\r\nx\r\n',
        HEAD + b"name*=utf-8''%ff\r\n\r\nx\r\n",
        HEAD + b'name=""\r\n\r\nx\r\n',
        HEAD + b'name="\xff"\r\n\r\n\xff\xfe\r\n',
        HEAD + b'name="prompt"\r\n\r\n\xff\xfe\r\n',
        HEAD + b'name="model[]"\r\n\r\nsketch\r\n',
        HEAD + b'name="image[0]"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nx\r\n',
        HEAD + b'name="image"; filename="../../etc/passwd"\r\nContent-Type: image/png\r\n\r\nx\r\n',
        HEAD + b'name="image"; filename="a.png"\r\nContent-Type: \r\n\r\nx\r\n',
        HEAD + b'name="image"; filename="a.png"\r\nContent-Type: \xff/\xff;;=\r\n\r\nx\r\n',
    ],
)
@pytest.mark.parametrize("path", ["edits", "variations"])
def test_a_part_that_makes_no_sense_is_refused(api: FlaskClient, part: bytes, path: str) -> None:
    status, code = post(api, part + BODY, path)
    assert (status, bool(code)) == (400, True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_bodies_never_break_the_server(api: FlaskClient, data: st.DataObject) -> None:
    body = bytearray(BODY)
    heads = [place for place in range(len(BODY)) if place < 190 or BODY[place : place + 2] == b"--"]
    for place, value in data.draw(st.lists(st.tuples(st.sampled_from(heads), st.integers(0, 255)), max_size=6)):
        body[place] = value
    status, _ = post(api, bytes(body[: data.draw(st.integers(0, len(body)))]))
    assert status in (200, 400, 404, 413)
