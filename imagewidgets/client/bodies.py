"""The body of an answer, read to its end: as a whole, in pieces, or with its pictures taken out as they come."""

from __future__ import annotations

import requests
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from imagewidgets.client.transport import BrokenOffError, arriving
from imagewidgets.errors import APIResponseError

LARGEST_ANSWER = 1 << 30  # bytes, unpacked; ten pictures of 4096 × 4096 px take 0.9 of it, even if not packed at all
CHUNK = 1 << 16  # bytes; of an answer whose length is not known before


def read_body(response: requests.Response, service: str) -> tuple[bytes | bytearray, dict[bytes, bytes]]:
    """Return the body of an answer, and the pictures that were taken out of it already (`lifting`).

    Raises
    ------
    BrokenOffError
        It ended too soon; what came is in the error.
    APIResponseError
        It is larger than `LARGEST_ANSWER`.
    """
    from imagewidgets.client import lifting  # loads the decoder, which a client without an answer does not need

    raw = response.raw
    length = getattr(raw, "length_remaining", None)
    if length is None or length > LARGEST_ANSWER or "content-encoding" in response.headers:
        return _collected(response, service, length), {}
    answer = arriving(response)
    if answer is None or length <= lifting.WINDOW:
        return raw.read(), {}  # straight into its place
    body, pictures, missing = lifting.lift_arriving(answer.readinto, length, window=lifting.WINDOW)
    if missing:
        late = isinstance(answer.failure, TimeoutError)
        raise BrokenOffError(body, late=late, pictures=pictures) from answer.failure
    raw.release_conn()
    return body, pictures


def _collected(response: requests.Response, service: str, length: int | None) -> bytearray:
    """Return a body whose length is not known before, or whose own length is not that of its packed form."""
    raw = response.raw
    body = bytearray()
    try:
        while (length or 0) <= LARGEST_ANSWER and (chunk := raw.read1(CHUNK, decode_content=True)):
            body += chunk
            length = len(body)
    except (ProtocolError, ReadTimeoutError) as error:
        raise BrokenOffError(body, late=isinstance(error, ReadTimeoutError)) from error
    if (length or 0) > LARGEST_ANSWER:
        raise APIResponseError(
            f"{service} answered {response.status_code}, but its answer is larger than {LARGEST_ANSWER:,} bytes. It "
            "was not kept.",
            status_code=response.status_code,
            request_id=response.headers.get("x-request-id"),
        )
    return body
