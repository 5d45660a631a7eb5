"""A reply that comes in pieces: unfinished pictures first, finished ones at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pybase64

from imagewidgets.client import reply, sse
from imagewidgets.client.answers import Answer, error_parts, senseless, sentence
from imagewidgets.client.connection import Connection
from imagewidgets.errors import APIError, APIResponseError, ImagesError
from imagewidgets.images.whole import open_whole
from imagewidgets.models import EDIT, GENERATE
from imagewidgets.responses import ImageEvent, ImagesResponse

if TYPE_CHECKING:
    from types import TracebackType

    import requests
    from PIL import Image

    from imagewidgets.cancellation import Cancellation
    from imagewidgets.operations import AnyRequest

EVENT_STREAM = "text/event-stream"
CHUNK = 1 << 18  # bytes
_STREAMED = {GENERATE: "image_generation", EDIT: "image_edit"}  # how the API names the events of an operation


class ImageStream(Iterator[ImageEvent]):
    """The pictures of one request as they come: iterate over it, and take `result` at the end.

    A stream that is not read to its end is closed by ``with``, by `close`, or by throwing its cancellation; the
    service may have finished and billed the pictures all the same.

    Examples
    --------
    >>> import imagewidgets as iw
    >>> stream = iw.generate("a red fox", size="256x256", seed=7, stream=True, partial_images=2)
    >>> [event.final for event in stream][-1]
    True
    >>> len(stream.result())
    1
    """

    def __init__(
        self,
        connection: Connection,
        response: requests.Response,
        request: AnyRequest,
        *,
        cancel: Cancellation | None = None,
        finish: Callable[[Image.Image], Image.Image] | None = None,
        keep: Callable[[ImagesResponse], object] = lambda _: None,
    ) -> None:
        self._keep = keep
        self._connection = connection
        self._response = response
        self._request = request
        self._cancel = cancel
        self._finish = finish
        self._finished: list[ImageEvent] = []
        self._partial: ImageEvent | None = None
        self._result: ImagesResponse | None = None
        self._events = self._read()

    def __next__(self) -> ImageEvent:
        """Wait for the next picture.

        Raises
        ------
        APIError
            The service refused, the connection broke, or the stream ended before the pictures were complete: what did
            arrive is in the error's `images` and `partial`.
        CancelledError
            The request was cancelled.
        """
        return next(self._events)

    def result(self) -> ImagesResponse:
        """Read the stream to its end and return the finished pictures; errors as for `__next__`."""
        for _ in self:
            pass
        if self._result is None:
            raise APIResponseError("The stream was closed before its pictures were complete.").with_pictures(
                *self._arrived()
            )
        return self._result

    def close(self) -> None:
        """Close the connection; what came so far stays."""
        self._events.close()
        self._response.close()

    def __enter__(self) -> ImageStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> Generator[ImageEvent, None, None]:
        answer = Answer(self._response.status_code, self._response.headers, b"", self._response.url)
        try:
            if answer.content_type != EVENT_STREAM:
                yield from self._whole()
                return
            with self._connection.errors(self._cancel), self._response:
                for value in self._values(answer):
                    event = self._event(value, answer)
                    if event is not None:
                        yield event
            self._complete(answer)
        except GeneratorExit:  # nobody waits for the end, as nothing comes any more: it is complete all the same
            if len(self._finished) >= (self._request.n or 1):
                self._complete(answer)
            raise
        except ImagesError as error:
            error.request_id = error.request_id or answer.request_id
            error.with_pictures(*self._arrived())
            raise

    def _whole(self) -> Iterator[ImageEvent]:
        """Yield the pictures of a service that does not stream but answers at once."""
        whole = self._connection.read(self._response, self._cancel, rescue=reply.rescued)
        download = partial(self._connection.download, cancel=self._cancel)
        self._result = reply.decode(whole, self._request, self._connection.service, download)
        self._keep(self._result)
        if self._finish is not None:
            self._result = self._result.with_images([self._finish(image) for image in self._result])
        for image in self._result:
            yield ImageEvent(f"{_STREAMED[self._request.operation]}.completed", image, None, {})

    def _values(self, answer: Answer) -> Iterator[dict[str, Any]]:
        chunks = iter(lambda: self._response.raw.read1(CHUNK, decode_content=True), b"")
        try:
            for value in sse.events(chunks):
                # What carries no picture may be an error that repeats the key.
                yield value if "b64_json" in value else json.loads(self._connection.hide(json.dumps(value)))
        except ValueError as error:  # which holds the text that it could not read
            raise self._wrong(f"an event of its stream cannot be read: {sentence(str(error))}", answer) from None

    def _event(self, value: dict[str, Any], answer: Answer) -> ImageEvent | None:
        kind = str(value.get("type", ""))
        if value.get("error") or kind == "error":
            message, code, param = error_parts(value)
            raise self._wrong(f"its stream ended with an error: {message}", answer, code=code, param=param)
        final = kind.endswith(".completed")
        if not final and not kind.endswith(".partial_image"):
            return None  # a kind of event that this version does not know
        try:
            data = pybase64.b64decode("".join(str(value.get("b64_json", "")).split()), validate=True)
            image = open_whole(data)
            if final and self._finish is not None:
                image = self._finish(image)
        except ValueError as error:
            raise self._wrong("a picture in its stream cannot be read.", answer) from error
        facts = {key: fact for key, fact in value.items() if key not in ("type", "b64_json")}
        event = ImageEvent(kind, image, None if final else facts.get("partial_image_index"), facts, data)
        if final:
            self._finished.append(event)
        else:
            self._partial = event
        return event

    def _complete(self, answer: Answer) -> None:
        missing = (self._request.n or 1) - len(self._finished)
        if missing > 0:
            what = "the picture was" if missing == 1 else f"{missing} pictures were"
            raise self._wrong(f"the stream ended before {what} complete. Try again.", answer)
        facts = self._finished[-1].facts
        created = facts.get("created_at")
        self._result = ImagesResponse(
            [event.image for event in self._finished],
            request=self._request,
            created=created if isinstance(created, int) else int(time.time()),
            files=[event.data for event in self._finished],
            model=self._request.model,
            usage=facts.get("usage") or None,
            request_id=answer.request_id,
            revised_prompts=[event.facts.get("revised_prompt") or None for event in self._finished],
            service=self._connection.service,
        )
        self._keep(self._result)

    def _wrong(self, what: str, answer: Answer, *, code: str | None = None, param: str | None = None) -> APIError:
        return senseless(what, self._connection.service, answer=answer, code=code, param=param)

    def _arrived(self) -> tuple[list[Any], Any]:
        return [event.image for event in self._finished], self._partial.image if self._partial else None


class RecordedStream(ImageStream):
    """A recorded answer as a stream: its finished pictures come at once, without the unfinished ones."""

    def __init__(self, response: ImagesResponse) -> None:
        self._result = response
        self._events = self._replay(response)

    def close(self) -> None:
        """Give no more pictures."""
        self._events.close()

    def _replay(self, response: ImagesResponse) -> Generator[ImageEvent, None, None]:
        kind = f"{_STREAMED[response.request.operation]}.completed"
        for image, data, revised in zip(response, response.files, response.revised_prompts, strict=True):
            facts = {"created_at": response.created, "usage": response.usage, "revised_prompt": revised}
            yield ImageEvent(kind, image, None, {name: fact for name, fact in facts.items() if fact is not None}, data)
