"""`Cell`: one request of a sweep, where it stands on the axes, and what has become of it."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.client import Client
    from imagewidgets.operations import AnyRequest
    from imagewidgets.responses import ImagesResponse

State = Literal["planned", "waiting", "running", "done", "failed", "refused"]
"""What has become of a cell.

``planned``: it is part of no run yet, or was stopped before it was sent. ``waiting``: its run has not come to it.
``running``: it is under way. ``done``: its pictures are there. ``failed``: its request went wrong; it can be tried
again. ``refused``: a rule of its model forbids it, so it is never sent.
"""


class Cell:
    """One request of a sweep.

    Attributes
    ----------
    place : int
        Which cell of the sweep it is, from 0.
    index : tuple of int
        Which value of each axis it has.
    values : dict
        The value of each axis, by the axis's name.
    labels : dict
        The words for these, by the axis's name.
    request : CreateImageRequest, CreateImageEditRequest, CreateImageVariationRequest or None
        What is sent, typed and checked; None where it is refused.
    take : int
        Which of several answers to the same request is meant.
    state : str
        One of `State`.
    error : Exception or None
        Why it failed or is refused. Where a request goes out in parts and some fail, there are pictures as well.
    seconds : float or None
        How long it took, in s; None while it is under way, and before.
    started : float or None
        When it was begun, as monotonic time in s.
    """

    def __init__(
        self,
        client: Client,
        *,
        place: int,
        index: tuple[int, ...],
        values: Mapping[str, Any],
        labels: Mapping[str, str],
        request: AnyRequest | None,
        error: Exception | None = None,
        take: int = 0,
    ) -> None:
        self.place = place
        self.index = index
        self.values = dict(values)
        self.labels = dict(labels)
        self.request = request
        self.take = take
        self.state: State = "planned" if request is not None else "refused"
        self.error = error
        self.seconds: float | None = None
        self.started: float | None = None
        self._client = client
        self._response: ImagesResponse | None = None
        self._on_disk: Callable[[], ImagesResponse | None] | None = None  # a weak reference

    @property
    def response(self) -> ImagesResponse | None:
        """The answer, or None where there is none.

        Where its pictures are files of the client's gallery, they are not kept in memory but read when they are asked
        for; it is None, then, if somebody has deleted them.
        """
        if self._response is not None or self._on_disk is None:
            return self._response
        found = self._on_disk()
        if found is None and self.request is not None:
            found = self._client.recorded(self.request, self.take)
            if found is not None:
                self._on_disk = weakref.ref(found)
        return found

    @property
    def images(self) -> list[Image.Image]:
        """The pictures that have come."""
        response = self.response
        return [] if response is None else list(response)

    def begin(self) -> None:
        """Take note that it is under way."""
        self.state, self.started, self.seconds = "running", time.monotonic(), None

    def end(self, response: ImagesResponse | None, error: Exception | None = None, *, recorded: bool = False) -> None:
        """Take note of what came, and of what went wrong; pictures that were there stay where none came.

        With `recorded`, the answer is in the client's gallery, and was not read from there.
        """
        if self.started is not None:
            self.seconds = time.monotonic() - self.started
        if response is not None:
            kept = response.recorded and not response.errors  # without all its parts it is not found as one answer
            self._response = None if kept else response
            self._on_disk = weakref.ref(response) if kept else None
        elif recorded:
            self._response, self._on_disk = None, _not_read
        self.error = error
        self.state = "done" if error is None else "failed"

    def __repr__(self) -> str:
        words = ", ".join(f"{name}={label!r}" for name, label in self.labels.items())
        return f"Cell({self.place}, {words}, {self.state})"


def _not_read() -> None:
    """Stand in for the weak reference to an answer that nobody has read yet."""
