"""A client whose answers are queued: nothing is sent, and a test decides when an answer comes.

Browser tests run this file's text in the kernel, so it imports nothing of the tests.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from PIL import Image

from imagewidgets.cancellation import Cancellation
from imagewidgets.client import Client, Destination
from imagewidgets.errors import CancelledError
from imagewidgets.operations import AnyRequest
from imagewidgets.responses import ImageEvent, ImagesResponse

OPENAI = Destination("cloud", "OpenAI", "api.openai.com")
SKETCH_ENGINE = Destination("offline", "Sketch engine", "offline")
SERVER = Destination("server", "localhost:8000", "")
PATIENCE = 60.0  # s; a gate that nobody opens ends the thread all the same


class Gate:
    """An answer that waits until it is opened; `deaf` goes on after a cancellation, like work that cannot stop."""

    def __init__(self, answer: object = None, *, deaf: bool = False) -> None:
        self.answer = answer
        self.deaf = deaf
        self.entered = threading.Event()
        self.opened = threading.Event()

    def wait(self, cancel: Cancellation) -> object:
        self.entered.set()
        if not self.deaf:
            cancel.on_cancel(self.opened.set)
        if not self.opened.wait(PATIENCE):
            raise TimeoutError("the gate was never opened")
        if cancel.cancelled and not self.deaf:
            raise CancelledError("The request was cancelled.")
        return self.answer


class FakeStream(Iterator[ImageEvent]):
    """The events of a streamed answer: gates are waited for, exceptions raised. `closed` is when it has been left."""

    def __init__(self, request: AnyRequest, events: list[Any], cancel: Cancellation, **more: Any) -> None:
        self._request, self._events, self._cancel, self._more = request, list(events), cancel, more
        self.closed = threading.Event()

    def __next__(self) -> ImageEvent:
        while self._events:
            event = self._events.pop(0)
            if isinstance(event, Gate):
                event.wait(self._cancel)
            elif isinstance(event, BaseException):
                raise event
            else:
                return event  # type: ignore[no-any-return]
        raise StopIteration

    def result(self) -> ImagesResponse:
        return make_response(self._request, **self._more)

    def __enter__(self) -> FakeStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.set()


def partial(index: int, colour: str = "navy") -> ImageEvent:
    """An unfinished picture."""
    return ImageEvent("image_generation.partial_image", Image.new("RGB", (64, 64), colour), index, {})


def final(colour: str = "green") -> ImageEvent:
    """A finished picture."""
    return ImageEvent("image_generation.completed", Image.new("RGB", (64, 64), colour), None, {})


class FakeClient(Client):
    """Answers with what was queued: an exception, keywords for `ImagesResponse`, or a `Gate` of one of them.

    A request that is streamed gets a list of events, exceptions and gates; `streams` are those that were opened.
    """

    def __init__(self, *answers: object, destination: Destination = SKETCH_ENGINE) -> None:
        self._where = destination
        super().__init__("sketch" if destination.icon == "offline" else "http://127.0.0.1:9/v1", api_key="none")
        self.answers = list(answers)
        self.sent: list[AnyRequest] = []
        self.streams: list[FakeStream] = []

    @property
    def destination(self) -> Destination:
        return self._where

    @property
    def default_model(self) -> str | None:
        return "sketch" if self._where.icon == "offline" else None

    def send(self, request: AnyRequest, *, cancel: Cancellation | None = None, take: Any = 0) -> ImagesResponse:
        self.sent.append(request)
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Gate):
            answer = answer.wait(cancel or Cancellation())
        if isinstance(answer, BaseException):
            raise answer
        return make_response(request, **(answer or {}))  # type: ignore[arg-type]

    def stream(  # type: ignore[override]
        self, request: AnyRequest, *, cancel: Cancellation | None = None, take: Any = 0
    ) -> FakeStream:
        self.sent.append(request)
        events: Any = self.answers.pop(0) if self.answers else [final() for _ in range(request.n or 1)]
        self.streams.append(FakeStream(request, events, cancel or Cancellation()))
        return self.streams[-1]


def make_response(request: AnyRequest, **more: Any) -> ImagesResponse:
    """Return plain pictures of the size that was asked for, each of a colour of its own."""
    width, _, height = (request.size if request.size not in (None, "auto") else "64x64").partition("x")
    colours = [(200 - 18 * i % 200, 60 + 23 * i % 190, 90) for i in range(request.n or 1)]
    images = [Image.new("RGB", (int(width), int(height)), colour) for colour in colours]
    return ImagesResponse(images, request=request, created=1_790_000_000, model=request.model, **more)
