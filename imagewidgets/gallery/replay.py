"""Answers out of a gallery in place of a service's.

A client has one `Replay`, and everything that it sends goes past it: functions, widgets, sweeps. It says whether a
request is answered from the folder, and records what a service answered.

Takes
-----
A gallery may have several answers to the same request: its takes, counted from 0. Which one is meant is said by
``take=``:

- a number: this take. Left out of ``iw.generate(…)`` it is 0, so running a cell again gives the same pictures.
- ``"next"``: the first time in this process it is take 0, then 1, and so on. It is what ``form.submit()`` means: each
  time others, and the same again when the notebook is run anew.
- ``"new"``: a take that nobody has recorded. It is what a click on *Generate* means. With ``replay="only"`` nothing new
  can come, and it is the same as ``"next"``.
"""

from __future__ import annotations

import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal
from weakref import WeakValueDictionary

import msgspec

from imagewidgets.errors import CancelledError, InvalidRequestError, NotRecordedError
from imagewidgets.gallery import missing
from imagewidgets.gallery.naming import request_digest
from imagewidgets.models import SKETCH

if TYPE_CHECKING:
    from imagewidgets.cancellation import Cancellation
    from imagewidgets.gallery.gallery import Gallery
    from imagewidgets.operations import AnyRequest
    from imagewidgets.responses import ImagesResponse

ReplayMode = Literal["auto", "only", "off", "refresh"]
MODES: tuple[ReplayMode, ...] = ("auto", "only", "off", "refresh")
Take = int | Literal["next", "new"]

WAIT = 0.05  # s between two looks at whether the request was cancelled, while another one like it is under way


class Replay:
    """What a client does with its gallery.

    Parameters
    ----------
    gallery
        The folder.
    mode
        ``"auto"`` answers from the folder what is there, and records the rest. ``"only"`` answers from the folder and
        never asks. ``"refresh"`` always asks, and records the answer, which counts from then on. ``"off"`` leaves the
        folder alone.
    anyone
        Whether the embedded engine is asked only because nothing else was set up: then requests that name no model are
        also answered by what a service recorded.
    """

    def __init__(self, gallery: Gallery, mode: ReplayMode, *, anyone: bool = False) -> None:
        if mode not in MODES:
            raise InvalidRequestError(
                f"replay is {mode!r}; it must be {', '.join(map(repr, MODES[:-1]))} or {MODES[-1]!r}.", param="replay"
            )
        self.gallery = gallery
        self.mode = mode
        self._anyone = anyone
        self._lock = threading.Lock()
        self._under_way: WeakValueDictionary[str, _Lock] = WeakValueDictionary()
        self._asked: Counter[str] = Counter()  # how often each request was made with "next"
        self._given: dict[str, int] = {}  # the last take that "new" was given, by request

    def take(self, request: AnyRequest, take: Take) -> int:
        """Return the number of a take.

        Raises
        ------
        InvalidRequestError
            It is none.
        """
        if take in ("next", "new"):
            key = request_digest(request)
            with self._lock:
                if take == "new" and self.mode != "only":
                    number = self._given.get(key, -1) + 1
                    while self.gallery.find(request, number) is not None:
                        number += 1
                    self._given[key] = number
                    return number
                self._asked[key] += 1
                return self._asked[key] - 1
        if not isinstance(take, int) or isinstance(take, bool) or take < 0:
            raise InvalidRequestError(
                f"take is {take!r}; it must be a whole number from 0 on, 'next' or 'new'.", param="take"
            )
        return take

    def recorded(self, request: AnyRequest, take: int) -> ImagesResponse | None:
        """Return the recorded answer, whatever the mode; None where there is none."""
        return self._looked_up(request, take)[0]

    def seem_recorded(self, asked: Sequence[tuple[AnyRequest, int]]) -> list[bool]:
        """Tell of each request, with its take, whether it will be answered from the gallery, as names of files say."""
        found = [False] * len(asked)
        if self.mode in ("off", "refresh"):
            return found
        alike = [(place, like, take) for place, (request, take) in enumerate(asked) for like in self._alike(request)]
        seem = self.gallery.seem_recorded((like, take) for _, like, take in alike)
        for (place, _, _), seems in zip(alike, seem, strict=True):
            found[place] = found[place] or seems
        return found

    def _looked_up(self, request: AnyRequest, take: int) -> tuple[ImagesResponse | None, list[str]]:
        """Return what `recorded` does, and beside it the names of files that cannot be used."""
        broken: list[str] = []
        for like in self._alike(request):
            found = self.gallery.look_up(like, take)
            if found.response is not None:
                return (found.response if like is request else found.response.answering(request)), []
            broken += found.broken
        return None, broken

    def find(self, request: AnyRequest, take: int) -> ImagesResponse | None:
        """Return the recorded answer where this is not to be sent; None where it is.

        Raises
        ------
        NotRecordedError
            There is none, and nothing may be sent.
        """
        if self.mode in ("off", "refresh"):
            return None
        found, broken = self._looked_up(request, take)
        if found is not None:
            return found
        if self.mode == "auto":
            if broken:
                self._warn(f"{missing.unusable(broken)}, so the request is sent again")
            return None
        raise NotRecordedError(
            missing.explain(self.gallery, request, take, broken), digest=request_digest(request, take), take=take
        )

    def ask(
        self,
        request: AnyRequest,
        take: int,
        ask: Callable[[], ImagesResponse],
        *,
        part: int | None = None,
        cancel: Cancellation | None = None,
    ) -> ImagesResponse:
        """Return the answer to a request, or to a part of one, that is to be sent, and record it.

        Where the same is under way in another thread already, that answer is waited for and taken.
        """
        if self.mode != "auto":
            response = ask()
            self.record(response, take, part=part)
            return response
        with self._alone(request_digest(request, take, part=part), cancel):
            found = self.gallery.look_up(request, take, part=part).response
            if found is not None:
                return found
            response = ask()
            self.record(response, take, part=part)
            return response

    def record(self, response: ImagesResponse, take: int, *, part: int | None = None) -> None:
        """Keep an answer. Where that fails, a warning says so: what was paid for is in the answer all the same."""
        if self.mode == "off":
            return
        response.take = take
        try:
            self.gallery.record(response, take, part=part)
            response.recorded = True
        except (OSError, ValueError) as error:  # ValueError: a file that is no whole picture after all
            reason = getattr(error, "strerror", None) or type(error).__name__
            self._warn(f"The pictures could not be recorded ({reason}). They are in the answer; save them elsewhere")

    def _warn(self, sentence: str) -> None:
        warnings.warn(f"Gallery {self.gallery.name!r}: {sentence}.", stacklevel=2)

    def _alike(self, request: AnyRequest) -> Iterator[AnyRequest]:
        """Yield the request, and those that the same call would have made elsewhere.

        A call that names no model has ours where it goes to the embedded engine, and none elsewhere; an edit that names
        no size has one that follows from the model.
        """
        yield request
        if self._anyone and request.model == SKETCH.name:
            yield msgspec.structs.replace(request, model=None)
            if request.size is not None:
                yield msgspec.structs.replace(request, model=None, size=None)
        elif self.mode == "only" and request.model is None:
            yield msgspec.structs.replace(request, model=SKETCH.name)

    @contextmanager
    def _alone(self, key: str, cancel: Cancellation | None) -> Iterator[None]:
        """Let one thread at a time ask for the same."""
        with self._lock:
            lock = self._under_way.setdefault(key, _Lock())
        while not lock.acquire(timeout=WAIT):
            if cancel is not None and cancel.cancelled:
                raise CancelledError("The request was cancelled.")
        try:
            yield
        finally:
            lock.release()


class _Lock:
    """A lock that is forgotten when nobody holds or waits for it."""

    def __init__(self) -> None:
        lock = threading.Lock()
        self.acquire, self.release = lock.acquire, lock.release
