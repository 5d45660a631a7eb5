"""One request, or as many as it takes: sent concurrently where the model makes fewer pictures at a time than wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from imagewidgets.client import reply, wire
from imagewidgets.client.streams import EVENT_STREAM, ImageStream, RecordedStream
from imagewidgets.errors import ImagesError, InvalidRequestError
from imagewidgets.images.pasting import check_feather, paste_back
from imagewidgets.responses import ImagesResponse
from imagewidgets.rules import split

if TYPE_CHECKING:
    import requests
    from PIL import Image

    from imagewidgets.cancellation import Cancellation
    from imagewidgets.client.connection import Connection
    from imagewidgets.gallery.replay import Replay, Take
    from imagewidgets.images.inputs import Inputs
    from imagewidgets.operations import AnyRequest

    Finish = Callable[[Image.Image], Image.Image]

REQUESTS_AT_ONCE = 4


def pasting(inputs: Inputs, feather: float | bool) -> Finish:
    """Return what puts the original back outside the mask of an edit, `feather` px soft on its inside.

    With True, it is as soft as the mask itself: a mask canvas has soft brushes and a feather of its own.

    Raises
    ------
    InvalidRequestError
        There is no mask, so nothing is outside of it; or `feather` is out of range.
    """
    soft = inputs.soft_selection if feather is True else None
    width = 0.0 if feather is True else feather
    check_feather(width)
    source, selection = inputs.source, inputs.selection
    if selection is None:
        raise InvalidRequestError(
            "paste_back puts the original back outside the mask, and there is none. Give a mask, or leave it out.",
            param="paste_back",
        )
    return lambda made: paste_back(made, source, selection, feather=width, soft=soft, frame=inputs.frame)


def send(
    connection: Connection,
    request: AnyRequest,
    *,
    cancel: Cancellation | None = None,
    finish: Finish | None = None,
    replay: Replay | None = None,
    take: Take = 0,
) -> ImagesResponse:
    """Send a request and return its pictures, in order; `finish` is applied to each.

    Where it goes out in parts and some fail, what the others made is returned, with what failed in `errors`; where all
    fail, the first failure is raised, with what arrived of any part. With `replay`, what is recorded is not sent, and
    what is sent is recorded, each part by itself.
    """
    parts = split(request)
    if replay is None:
        return _finished(_sent(parts, request, lambda part, _: _send(connection, part, cancel)), finish)
    number = replay.take(request, take)
    recorded = replay.find(request, number)
    if recorded is not None:
        return _finished(recorded, finish)

    def ask(part: AnyRequest, place: int | None) -> ImagesResponse:
        return replay.ask(part, number, lambda: _send(connection, part, cancel), part=place, cancel=cancel)

    return _finished(_sent(parts, request, ask), finish)


def _sent(
    parts: Sequence[AnyRequest], request: AnyRequest, ask: Callable[[AnyRequest, int | None], ImagesResponse]
) -> ImagesResponse:
    """Return what `ask` gives for a request, or for its parts, which it is given with their numbers."""
    if len(parts) == 1:
        return ask(request, None)

    def attempt(place: int) -> ImagesResponse | ImagesError:
        try:
            return ask(parts[place], place)
        except ImagesError as error:
            return error

    with ThreadPoolExecutor(min(REQUESTS_AT_ONCE, len(parts))) as pool:
        results = list(pool.map(attempt, range(len(parts))))
    responses = [result for result in results if isinstance(result, ImagesResponse)]
    errors = [result for result in results if isinstance(result, ImagesError)]
    if not responses:
        images = [image for error in errors for image in error.images]
        urls = [url for error in errors for url in error.urls]
        raise errors[0].with_pictures(images, errors[0].partial, urls)
    missing = [part for part, result in zip(parts, results, strict=True) if isinstance(result, ImagesError)]
    return ImagesResponse.joined(request, responses, errors, missing)


def _finished(response: ImagesResponse, finish: Finish | None) -> ImagesResponse:
    return response if finish is None else response.with_images([finish(image) for image in response])


def stream(
    connection: Connection,
    request: AnyRequest,
    *,
    cancel: Cancellation | None = None,
    finish: Finish | None = None,
    replay: Replay | None = None,
    take: Take = 0,
) -> ImageStream:
    """Send a request and return its pictures as they come; `finish` is applied to the finished ones.

    With `replay`, what is recorded is not sent: its finished pictures come at once.
    """
    parts: Sequence[AnyRequest] = split(request)
    if len(parts) > 1:
        raise InvalidRequestError(
            f"{request.model} streams at most {parts[0].n} pictures at a time, not {request.n}. Lower n, or leave "
            "stream out.",
            param="n",
            code="integer_above_max_value",
        )
    if replay is None:
        return ImageStream(connection, _opened(connection, request, cancel), request, cancel=cancel, finish=finish)
    number = replay.take(request, take)
    recorded = replay.find(request, number)
    if recorded is not None:
        return RecordedStream(_finished(recorded, finish))
    answer = _opened(connection, request, cancel)
    keep = partial(replay.record, take=number)
    return ImageStream(connection, answer, request, cancel=cancel, finish=finish, keep=keep)


def _send(connection: Connection, request: AnyRequest, cancel: Cancellation | None) -> ImagesResponse:
    response = _opened(connection, request, cancel)
    if response.headers.get("content-type", "").startswith(EVENT_STREAM):  # some services always stream
        return ImageStream(connection, response, request, cancel=cancel).result()
    answer = connection.read(response, cancel, rescue=reply.rescued)
    return reply.decode(answer, request, connection.service, partial(connection.download, cancel=cancel))


def _opened(connection: Connection, request: AnyRequest, cancel: Cancellation | None) -> requests.Response:
    body = wire.body(request, connection.edits)
    return connection.open("POST", wire.PATHS[request.operation], cancel=cancel, **body)
