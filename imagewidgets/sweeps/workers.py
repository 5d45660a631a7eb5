"""The way of a run's requests by an executor's workers, in other processes and on other machines.

What travels is one typed request with the settings of its client, never a key: workers have theirs in their own
environment. What comes back are the image files and a few facts, or, where the worker has recorded the answer in the
very gallery that the run has, only the word that it is there. Errors travel whole.

Nothing is sent twice, also where a worker dies. The executors of the standard library say then that the work is lost;
others (Dask) have another worker do it again. Before it sends anything, a worker leaves a mark in the gallery
(`gallery.claims`), so that the second one sees that there was a first: if its answer is recorded, that is taken, else
nobody knows what became of it, and a person decides.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import msgspec

from imagewidgets.client.portable import Settings
from imagewidgets.errors import APIConnectionError, CancelledError, ImagesError, InvalidRequestError
from imagewidgets.gallery.claims import Claims
from imagewidgets.gallery.records import Record
from imagewidgets.images import own_recipe, to_png
from imagewidgets.images.whole import open_whole
from imagewidgets.responses import ImagesResponse
from imagewidgets.sweeps.orders import Order, ask
from imagewidgets.sweeps.roads import NotBegunError, call_back, result

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.operations import AnyRequest

UNKNOWN = (
    "The worker stopped while this was under way; it may be billed, so it was not sent again. Try again if you need it."
)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What travels to a worker.

    `run` and `attempt` name the marks in the gallery; without `run`, there are none. Where it is `billed`, nothing is
    sent a second time; with `only_once`, nothing is sent where that cannot be seen from a mark.
    """

    settings: Settings
    requests: tuple[AnyRequest, ...]
    take: int
    attempt: str
    run: str | None
    billed: bool
    only_once: bool


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back: an answer without its pictures, which are in `files`.

    Where `kept`, the answer is complete in the run's own gallery, and nothing else is said of it. An `error` comes as a
    value: raised, executors would log it, and some would try again by themselves.
    """

    seconds: float
    kept: bool = False
    files: tuple[bytes, ...] = ()
    facts: dict[str, Any] = {}
    error: ImagesError | None = None

    @classmethod
    def of(cls, response: ImagesResponse, *, seconds: float, at_home: bool) -> Parcel:
        """Pack an answer; `at_home` says that the worker's gallery is the run's own."""
        if at_home and response.recorded and not response.missing:
            return cls(seconds=seconds, kept=True)
        facts = {name: getattr(response, name) for name in FACTS}
        whole = len(response.files) == len(response)
        files = response.files if whole else tuple(to_png(image) for image in response)
        return cls(seconds=seconds, files=files, facts={**facts, "recorded": at_home and response.recorded})

    def response(self) -> ImagesResponse:
        """Unpack the answer."""
        return ImagesResponse([open_whole(file) for file in self.files], files=self.files, **self.facts)


FACTS = (
    "request",
    "created",
    "model",
    "usage",
    "request_id",
    "revised_prompts",
    "errors",
    "missing",
    "service",
    "replayed",
)


# ---- at the worker


def work(task: Task) -> Parcel:
    """Do what a task says; this is what an executor calls."""
    started = time.monotonic()
    with _uninterrupted():
        try:
            response, at_home = _answered(task)
        except ImagesError as error:
            return Parcel(seconds=time.monotonic() - started, error=error)
        return Parcel.of(response, seconds=time.monotonic() - started, at_home=at_home)


def _answered(task: Task) -> tuple[ImagesResponse, bool]:
    """Return the answer to a task, and whether the gallery here is the run's own.

    Raises
    ------
    CancelledError
        The run sends nothing more.
    InvalidRequestError
        It cannot be sent from here; nothing was.
    ImagesError
        What went wrong.
    """
    claims = None if task.run is None or task.settings.gallery is None else Claims(task.settings.gallery, task.run)
    state = "elsewhere" if claims is None else claims.state
    if state == "closed":
        raise CancelledError("The run was stopped before this was sent.")
    if state == "elsewhere" and task.only_once:
        raise InvalidRequestError(
            f"The worker does not find the gallery of the sweep at {task.settings.gallery!r}. It has to be a folder "
            "that all workers share.",
            param="executor",
            code="gallery_elsewhere",
        )
    at_home = state == "open"
    client = _client(task.settings, gallery=at_home)
    if claims is not None and at_home and task.billed and not claims.take(task.attempt):
        return _found(task, client, claims), True
    return ask(client, task.requests, task.take, None), at_home


def _found(task: Task, client: Client, claims: Claims) -> ImagesResponse:
    """Return the answer that another worker got for this task before it died."""
    response = client.recorded(task.requests[0], task.take) if len(task.requests) == 1 else None
    if response is None or not _counts(response, task.settings, claims.taken(task.attempt)):
        raise APIConnectionError(UNKNOWN)
    return response


def _counts(response: ImagesResponse, settings: Settings, since: float | None) -> bool:
    """Tell whether a recorded answer is one to this attempt: an older one is not, where everything is asked anew."""
    if settings.replay != "refresh":
        return True
    records = [Record.of(own_recipe(image)) for image in response]
    return since is not None and all(record is not None and record.recorded >= since for record in records)


_clients: dict[tuple[Settings, bool], Client] = {}
_making = threading.Lock()


def _client(settings: Settings, *, gallery: bool) -> Client:
    """Return the client of this process with these settings: its connections are kept open from task to task."""
    with _making:
        if (settings, gallery) not in _clients:
            _clients[settings, gallery] = settings.client(gallery=gallery)
        return _clients[settings, gallery]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Finish what was sent when a notebook is interrupted: the signal goes to its worker processes, too."""
    if threading.current_thread() is not threading.main_thread():  # only this one is interrupted
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# ---- at home


class Workers:
    """Asks through an executor.

    Parameters
    ----------
    client
        Whose settings travel.
    executor
        Any of `concurrent.futures`' kind.

    Raises
    ------
    InvalidRequestError
        The client has what does not travel, or the service costs something and there is no gallery that could keep
        an executor from doing the same twice.
    """

    def __init__(self, client: Client, executor: Executor) -> None:
        self._client = client
        self._executor = executor
        self._settings = client.portable()
        self._standard = isinstance(executor, ProcessPoolExecutor)  # it never does anything twice
        self._recalled = False
        self._claims: Claims | None = None
        self._run: str | None = None
        self._billed = not client.embedded
        self._only_once = self._billed and not self._standard
        keeps = client.gallery is not None and client.replay in ("auto", "refresh")
        if self._only_once and not keeps:
            raise InvalidRequestError(
                f"{type(executor).__name__} may do a request again by itself when a worker dies, and it would be paid "
                "twice. A gallery prevents that: give the client one, in a folder that all workers share "
                "(gallery='…', replay='auto').",
                param="executor",
            )
        if keeps and client.gallery is not None:
            self._begin(client.gallery.folder)

    def _begin(self, folder: Any) -> None:
        try:
            self._claims, self._run = Claims.begin(folder)
        except OSError as error:
            if self._only_once:
                raise InvalidRequestError(
                    f"The gallery cannot be written to ({error.strerror}), and workers elsewhere need it, so that "
                    "nothing is paid twice.",
                    param="executor",
                ) from error

    def submit(self, order: Order) -> Future[Any]:
        """Have the next free worker ask."""
        task = Task(
            settings=self._settings,
            requests=order.requests,
            take=order.cell.take,
            attempt=order.attempt,
            run=self._run,
            billed=self._billed,
            only_once=self._only_once,
        )
        return self._executor.submit(work, task)

    def answer(self, future: Future[Any], order: Order) -> ImagesResponse | None:
        """Return what came back, or find out what became of an order that did not."""
        try:
            return self._unpacked(future, order)
        finally:
            if self._claims is not None:
                self._claims.release(order.attempt)

    def _unpacked(self, future: Future[Any], order: Order) -> ImagesResponse | None:
        try:
            parcel: Parcel = result(future, recalled=self._recalled)
        except ImagesError:  # it was interrupted
            raise
        except Exception as error:
            return self._lost(order, error)
        order.seconds = parcel.seconds
        if parcel.error is not None:
            raise parcel.error
        if parcel.kept:
            return None
        response = parcel.response()
        if not response.recorded and not response.missing and order.earlier is None:
            self._client.record(response, order.cell.take)
        return response

    def _lost(self, order: Order, error: Exception) -> ImagesResponse:
        """Return the answer to an order that did not come back, where it was recorded; else say what is known of it.

        Raises
        ------
        NotBegunError
            It is sure that nothing was sent.
        APIConnectionError
            Nobody knows whether it was.
        """
        if isinstance(error, NotBegunError) and self._standard:
            raise error
        began = self._billed if self._claims is None else self._claims.taken(order.attempt)
        if began is None or began is False:
            raise NotBegunError(self._reason(error))
        if self._claims is not None and order.earlier is None:
            found = self._client.recorded(order.requests[0], order.cell.take)
            if found is not None and _counts(found, self._settings, began):
                return found
        raise APIConnectionError(UNKNOWN) from error

    def _reason(self, error: Exception) -> Exception | None:
        if isinstance(error, NotBegunError):
            return error.reason
        return InvalidRequestError(
            f"The executor's workers cannot do it ({type(error).__name__}: {error}). What was not sent is planned: run "
            "the sweep again when that is set right.",
            param="executor",
        )

    def recall(self, futures: Sequence[Future[Any]]) -> None:
        """Let workers send nothing more; what they have sent comes back."""
        self._recalled = True
        claims = self._claims
        if claims is not None:
            with suppress(OSError):  # then those that were handed over are sent, as if nobody had stopped them
                claims.close()
        if self._standard or claims is None:  # others forget what they cancel, even if it is under way and paid for
            call_back(futures)

    def close(self) -> None:
        """Take away the mark of the run; the executor is not ours to end."""
        claims, self._claims = self._claims, None
        if claims is not None:
            claims.end()
