"""One request, or as many as it takes: sent concurrently where the model makes fewer pictures at a time than wanted."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from imagewidgets.client import reply, wire
from imagewidgets.client.streams import ImageStream
from imagewidgets.errors import ImagesError, InvalidRequestError
from imagewidgets.responses import ImagesResponse
from imagewidgets.rules import split

if TYPE_CHECKING:
    from imagewidgets.cancellation import Cancellation
    from imagewidgets.client.connection import Connection
    from imagewidgets.operations import AnyRequest

REQUESTS_AT_ONCE = 4


def send(connection: Connection, request: AnyRequest, cancel: Cancellation | None) -> ImagesResponse:
    """Send a request and return its pictures, in order.

    Where it goes out in parts and some fail, what the others made is returned, with what failed in `errors`; where all
    fail, the first failure is raised.
    """
    parts = split(request)
    if len(parts) == 1:
        return _send(connection, request, cancel)
    with ThreadPoolExecutor(min(REQUESTS_AT_ONCE, len(parts))) as pool:
        results = list(pool.map(lambda part: _attempt(connection, part, cancel), parts))
    responses = [result for result in results if isinstance(result, ImagesResponse)]
    errors = [result for result in results if isinstance(result, ImagesError)]
    if not responses:
        raise errors[0]
    return ImagesResponse.joined(request, responses, errors)


def stream(connection: Connection, request: AnyRequest, cancel: Cancellation | None) -> ImageStream:
    """Send a request and return its pictures as they come."""
    parts: Sequence[AnyRequest] = split(request)
    if len(parts) > 1:
        raise InvalidRequestError(
            f"{request.model} streams at most {parts[0].n} pictures at a time, not {request.n}. Lower n, or leave "
            "stream out.",
            param="n",
            code="integer_above_max_value",
        )
    response = connection.open("POST", wire.PATHS[request.operation], cancel=cancel, **wire.body(request))
    return ImageStream(connection, response, request, cancel)


def _send(connection: Connection, request: AnyRequest, cancel: Cancellation | None) -> ImagesResponse:
    answer = connection.answer("POST", wire.PATHS[request.operation], cancel=cancel, **wire.body(request))
    return reply.decode(answer, request, connection.service, connection.download)


def _attempt(connection: Connection, request: AnyRequest, cancel: Cancellation | None) -> ImagesResponse | ImagesError:
    try:
        return _send(connection, request, cancel)
    except ImagesError as error:
        return error
