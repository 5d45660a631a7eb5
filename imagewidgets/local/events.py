"""A reply in pieces: server-sent events, unfinished pictures as the engine comes by them, finished ones when they are.

An engine that paints one picture after the other announces each when it is finished (`Step.finished`), and its
``completed`` event goes out at once. One that hands all of them over at its end has its unfinished pictures sent first,
and then one ``completed`` event for each.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any

import msgspec
from PIL import Image

from imagewidgets.local.bodies import Received
from imagewidgets.local.engine import Job, Picture, Step
from imagewidgets.local.refusals import CLIENT_CLOSED_REQUEST, RefusedError
from imagewidgets.local.replies import item, settings, unfinished, usage
from imagewidgets.models import EDIT

HALF_A_STEP = 0.5  # a turn that falls between two steps belongs to the nearer one


class EventStream:
    """The body of a streamed answer: an iterable of bytes with a `close`, as WSGI wants it.

    The first event is made at once. What goes wrong until then is raised, and becomes an answer with a status of its
    own; what goes wrong later becomes an ``error`` event, and the stream ends. It ends without one where the client is
    gone.

    Parameters
    ----------
    events
        From `events`. Closed by `close`.
    failed
        Given what the engine raised, returns the API's error body.
    """

    def __init__(
        self, events: Generator[dict[str, Any], None, None], failed: Callable[[Exception], dict[str, Any]]
    ) -> None:
        self._events = events
        self._failed = failed
        self._first = _encoded(next(events))

    def __iter__(self) -> Iterator[bytes]:
        """Yield one event after the other, each whole."""
        yield self._first
        try:
            for event in self._events:
                yield _encoded(event)
        except RefusedError as refusal:
            if refusal.status != CLIENT_CLOSED_REQUEST:
                yield _encoded({"type": "error", **refusal.body()})
        except Exception as error:
            yield _encoded({"type": "error", **self._failed(error)})

    def close(self) -> None:
        """Stop the engine, where it has not come to its end."""
        self._events.close()


def _encoded(event: dict[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (event["type"].encode(), msgspec.json.encode(event))


def events(
    received: Received, job: Job, steps: Generator[Step, None, list[Picture]]
) -> Generator[dict[str, Any], None, None]:
    """Run a job and yield its events as JSON values.

    Of each picture at most ``partial_images`` unfinished ones are sent, spread evenly over its steps; at least one
    where the engine shows any. The usage in a ``completed`` event is that of the whole request.

    Parameters
    ----------
    received, job
        What was asked, and what the engine was told.
    steps
        The running job. It is closed when this generator is.
    """
    name = "image_edit" if job.operation == EDIT else "image_generation"
    most: int = getattr(received.request, "partial_images", None) or 0
    completed = 0
    with closing(steps):
        for shown in _shown(job, steps, most):
            if isinstance(shown, Picture):
                yield {
                    "type": f"{name}.completed",
                    **item(received, job, completed, shown, None),
                    "created_at": int(time.time()),
                    **settings(received, job, shown.image),
                    "usage": usage(job),
                }
                completed += 1
            else:
                image, index = shown
                yield {
                    "type": f"{name}.partial_image",
                    "b64_json": unfinished(received, image),
                    "created_at": int(time.time()),
                    **settings(received, job, image),
                    "partial_image_index": index,
                }


def _shown(
    job: Job, steps: Generator[Step, None, list[Picture]], most: int
) -> Iterator[Picture | tuple[Image.Image, int]]:
    """Yield what is sent: finished pictures in their order, unfinished ones with their number of the same picture."""
    turns = [_Turns(index, job.n, most) for index in range(job.n)]
    sent = 0
    while True:
        try:
            step = next(steps)
        except StopIteration as done:
            for turn in turns[sent:]:
                yield from turn.last()
            pictures: list[Picture] = done.value
            yield from pictures[sent:]
            return
        for picture in step.finished:
            yield from turns[sent].last()
            yield picture
            sent += 1
        if step.picture is None or step.partial is None:
            continue
        for turn in turns[sent : step.picture]:
            yield from turn.last()
        yield from turns[step.picture].take(step, step.partial)


class _Turns:
    """Which of its unfinished states are sent of one picture.

    Picture i of n is taken to be painted in the steps from i/n to (i + 1)/n of all. `most` turns divide them evenly.
    """

    def __init__(self, picture: int, n: int, most: int) -> None:
        self._start = picture / n
        self._turn = 1 / n / (most + 1)
        self._most = most
        self._sent = 0
        self._early: Image.Image | None = None

    def take(self, step: Step, image: Image.Image) -> Iterator[tuple[Image.Image, int]]:
        """Yield the picture if it is its turn; else keep it."""
        turn = step.total * (self._start + self._turn * (self._sent + 1))
        if self._sent < self._most and step.index + HALF_A_STEP >= turn:
            yield image, self._sent
            self._sent += 1
        else:
            self._early = image

    def last(self) -> Iterator[tuple[Image.Image, int]]:
        """Yield what came before its turn, where that never came: engines skip steps that they do not need."""
        if self._most and not self._sent and self._early is not None:
            yield self._early, 0
            self._sent = 1
