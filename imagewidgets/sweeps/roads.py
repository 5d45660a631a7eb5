"""How a run's requests get to the service: in threads of this process, or by an executor's workers elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from imagewidgets.errors import ImagesError
from imagewidgets.sweeps.orders import Order, ask

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.responses import ImagesResponse

T = TypeVar("T")


class NotBegunError(Exception):
    """An order came back of which it is sure that nothing was sent.

    `reason` is why, where it was not this run that called it back.
    """

    def __init__(self, reason: Exception | None) -> None:
        super().__init__(str(reason or "called back"))
        self.reason = reason


class Road(Protocol):
    """A way to the service."""

    def submit(self, order: Order) -> Future[Any]:
        """Send an order on its way. Whatever this raises means that nothing was sent."""

    def answer(self, future: Future[Any], order: Order) -> ImagesResponse | None:
        """Return what came at the end; None where it is a complete answer in the gallery of the run's client.

        Raises
        ------
        NotBegunError
            It was never sent.
        ImagesError
            What went wrong.
        """

    def recall(self, futures: Sequence[Future[Any]]) -> None:
        """Let nothing more be sent: those of these that have not begun come back as they are."""

    def close(self) -> None:
        """Let go of what was needed; all orders have come back."""


def road(client: Client, executor: Executor | None, most: int) -> Road:
    """Return the way for at most so many orders at a time.

    Raises
    ------
    InvalidRequestError
        The client cannot be used from this executor.
    """
    if executor is None or client.replay == "only":  # what nobody sends needs no worker
        return Threads(client, ThreadPoolExecutor(most, thread_name_prefix="imagewidgets"), own=True)
    if isinstance(executor, ThreadPoolExecutor):
        return Threads(client, executor)
    from imagewidgets.sweeps.workers import Workers  # needed beyond one process only

    return Workers(client, executor)


class Threads:
    """Asks through the client itself, in threads of this process."""

    def __init__(self, client: Client, executor: ThreadPoolExecutor, *, own: bool = False) -> None:
        self._client = client
        self._executor = executor
        self._own = own
        self._recalled = False

    def submit(self, order: Order) -> Future[ImagesResponse]:
        """Ask in the next thread that is free."""
        return self._executor.submit(ask, self._client, order.requests, order.cell.take, order.cancel)

    def answer(self, future: Future[ImagesResponse], order: Order) -> ImagesResponse:
        """Return what `ask` did."""
        del order
        return result(future, recalled=self._recalled)

    def recall(self, futures: Sequence[Future[Any]]) -> None:
        """Call back what waits for a thread."""
        self._recalled = True
        call_back(futures)

    def close(self) -> None:
        """Let the threads go, where they are our own."""
        if self._own:
            self._executor.shutdown(wait=False)


def call_back(futures: Sequence[Future[Any]]) -> None:
    """Cancel what has not begun; the executors of the standard library leave alone what has."""
    for future in futures:
        future.cancel()


def result(future: Future[T], *, recalled: bool) -> T:
    """Return the result of a future of the standard library.

    Raises
    ------
    NotBegunError
        It was cancelled before it had begun.
    ImagesError
        It was interrupted from outside, as by a thread that was told to end.
    Exception
        What it ended with.
    """
    try:
        error = future.exception()
    except FutureCancelledError:
        sentence = "Somebody else cancelled requests that had not begun. They are planned: run the sweep again."
        raise NotBegunError(None if recalled else ImagesError(sentence)) from None
    if error is None:
        return future.result()
    if isinstance(error, Exception):
        raise error
    raise ImagesError(
        f"It was interrupted ({type(error).__name__}) while it was under way. It may be billed, so it was not sent "
        "again. Try again if you need it."
    ) from error
