"""A client and cells for tests of runs: what it answers is said by the test, and when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PIL import Image

from imagewidgets.cancellation import Cancellation
from imagewidgets.client import Destination
from imagewidgets.errors import CancelledError
from imagewidgets.operations import AnyRequest, CreateImageRequest
from imagewidgets.responses import ImagesResponse
from imagewidgets.sweeps.cells import Cell

PATIENCE = 30.0  # s; reached only when a test fails


class FakeClient:
    """Answers as `behave` says, at once, or when `go` is set where it `holds`."""

    embedded = False
    gallery = None
    destination = Destination("server", "fake", "")

    def __init__(
        self,
        behave: Callable[[AnyRequest], ImagesResponse] | None = None,
        *,
        holds: bool = False,
        replay: str | None = None,
    ) -> None:
        self.behave = behave or answer
        self.replay = replay
        self.holds = holds
        self.go = threading.Event()
        self.sent: list[AnyRequest] = []
        self.takes: list[int] = []
        self.recorded_here: list[ImagesResponse] = []
        self.most = 0  # under way at once
        self._under_way = 0
        self._changed = threading.Condition()

    def send(self, request: AnyRequest, *, cancel: Cancellation | None = None, take: int = 0) -> ImagesResponse:
        with self._changed:
            self.sent.append(request)
            self.takes.append(take)
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            self._changed.notify_all()
        try:
            if self.holds:
                if cancel is not None:
                    cancel.on_cancel(self._wake)
                with self._changed:
                    assert self._changed.wait_for(lambda: self.go.is_set() or _thrown(cancel), PATIENCE)
            if _thrown(cancel):
                raise CancelledError("cancelled")
            return self.behave(request)
        finally:
            with self._changed:
                self._under_way -= 1

    def recorded(self, request: AnyRequest, take: int = 0) -> ImagesResponse | None:
        return None

    def record(self, response: ImagesResponse, take: int = 0) -> None:
        self.recorded_here.append(response)

    def release(self) -> None:
        """Let everything that is held, and that comes later, be answered."""
        self.go.set()
        self._wake()

    def wait_for(self, count: int) -> None:
        """Wait until so many requests have been sent."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.sent) >= count, PATIENCE)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _thrown(cancel: Cancellation | None) -> bool:
    return cancel is not None and cancel.cancelled


def answer(request: AnyRequest, **facts: Any) -> ImagesResponse:
    """As many pictures as are asked for, each of its own."""
    pictures = [Image.new("RGB", (4, 4), (place, 0, 0)) for place in range(request.n or 1)]
    return ImagesResponse(pictures, request=request, created=1_790_000_000, model=request.model, **facts)


def cells(client: Any, count: int, **parameters: Any) -> list[Cell]:
    """Cells that are planned."""
    return [
        Cell(
            client,
            place=place,
            index=(place,),
            values={"number": place},
            labels={"number": str(place)},
            request=CreateImageRequest(prompt=f"fox {place}", model="m", **parameters),
            take=place % 2,
        )
        for place in range(count)
    ]


def states(row: list[Cell]) -> str:
    """The first letter of the state of each cell (planned, waiting, running, done, failed, x for refused)."""
    return "".join("x" if cell.state == "refused" else cell.state[0] for cell in row)
