"""What a run does to its prompt form: what is seen of it, what it leaves in the form's traits, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import traitlets

from imagewidgets.errors import APIConnectionError, APIResponseError
from imagewidgets.widgets import messages, money, report
from imagewidgets.widgets.form_now import FormNow
from imagewidgets.widgets.tasks import Task, TaskRunner

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.responses import ImagesResponse
    from imagewidgets.widgets.form_orders import Order


class FormShown(FormNow):
    """What is shown and told of runs; `form_runs` asks for them."""

    status = traitlets.Enum(["idle", "running", "finished", "error", "cancelled"], "idle", read_only=True).tag(
        sync=True
    )
    """How the last run stands; "running" as long as there is one under way."""
    images: traitlets.List[Image.Image] = traitlets.List(read_only=True)
    """The PIL images of the last run that gave some."""
    response = traitlets.Any(None, allow_none=True, read_only=True)
    """The `ImagesResponse` of that run."""
    responses: traitlets.List[ImagesResponse] = traitlets.List(read_only=True)
    """All of them, the newest last."""
    error = traitlets.Any(None, allow_none=True, read_only=True)
    """The exception of the last run; None after one that went well or was cancelled."""
    request = traitlets.Any(None, allow_none=True, read_only=True)
    """The typed request that was sent last."""

    # What the view draws of the runs.
    _run = traitlets.Dict().tag(sync=True)
    _partials: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    _progress = traitlets.Dict().tag(sync=True)
    _report = traitlets.Dict().tag(sync=True)
    _problem = traitlets.Dict().tag(sync=True)
    _waiting = traitlets.Unicode().tag(sync=True)
    _queue: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self, *args: Any, **traits: Any) -> None:
        self._runs = 0
        self._callbacks: list[Callable[[ImagesResponse], object]] = []
        self._answer_callbacks: list[Callable[[Order, ImagesResponse], object]] = []
        self._runner: TaskRunner[ImagesResponse] = TaskRunner(
            on_start=self._show_start, on_end=self._show_end, on_waiting=self._show_waiting, after=self._call_back
        )
        super().__init__(*args, **traits)

    @property
    def queue(self) -> tuple[Task[ImagesResponse], ...]:
        """The futures of the runs that wait for their turn, the next first; each has a ``number`` of its own."""
        return self._runner.queue

    def on_result(self, callback: Callable[[ImagesResponse], object], *, remove: bool = False) -> None:
        """Call a function with each `ImagesResponse`, in the thread that made it, before its future is done.

        What it raises is shown in the form and kept in `callback_error`. `remove` takes it out again.

        Raises
        ------
        TypeError
            `callback` cannot be called.
        """
        if not callable(callback):
            raise TypeError(f"on_result takes a function that is called with each response, not {callback!r}.")
        if remove:
            self._callbacks.remove(callback)
        else:
            self._callbacks.append(callback)

    def on_answer(self, callback: Callable[[Order, ImagesResponse], object]) -> None:
        """Call a function with the order of each run that gave pictures, and its `ImagesResponse`.

        It is called as those of `on_result` are, before them: for whoever keeps what was asked for together with what
        came of it. `resend` sends an order once more.
        """
        self._answer_callbacks.append(callback)

    # ---- called by the runner, one at a time, from any thread --------------------------------------------------------

    def _show_start(self, task: Task[ImagesResponse]) -> None:
        order: Order = task.subject
        self._runs += 1
        self.callback_error = None
        run = report.running(order, number=self._runs, started=task.started_at or 0.0)
        waiting: list[dict[str, Any]] = [{}] * run["count"] if order.streams else []
        self._draw(_partials=waiting, _progress={}, _run=run, _problem={}, _callback_problem={}, _complaint={})
        self.dismiss_note()
        self._put(**({"request": order.request} if order.request else {}), status="running")

    def _show_end(
        self, task: Task[ImagesResponse], response: ImagesResponse | None, error: BaseException | None
    ) -> None:
        order: Order = task.subject
        seconds = task.seconds
        if response is not None:
            cost = self._spend(response, order.destination)
            free = money.REPLAYED if response.replayed else money.FREE if order.offline else ""
            words = money.spent(cost, self.session_cost, free=free, whole=self._all_priced)
            told = report.finished(order, response, number=len(self.responses), seconds=seconds, cost=words)
            self._draw(_report=told, _run={})
            responses = [*self.responses, response]
            self._put(images=list(response), response=response, responses=responses, error=None, status="finished")
        elif error is not None:
            if _may_be_billed(error):
                self._spend_unknown(order.destination)
            problem = messages.explain(error, destination=order.destination, seconds=seconds)
            self._draw(_problem=problem.as_dict(), _run={})
            self._put(error=error, status="error")
        else:
            self._spend_unknown(order.destination)
            self._draw(_problem={"text": messages.cancelled(seconds)}, _run={})
            self._put(error=None, status="cancelled")
        self._draw(_partials=[], _progress={})

    def _show_waiting(self, count: int) -> None:
        tasks = self.queue[:count]
        queue = [report.waiting(task.subject, number=task.number) for task in tasks]
        self._draw(_waiting=messages.waiting(len(tasks)), _queue=queue)

    def _call_back(self, task: Task[ImagesResponse], response: ImagesResponse) -> None:
        for answered in list(self._answer_callbacks):
            self._try(answered, task.subject, response)
        for callback in list(self._callbacks):
            self._try(callback, response)

    def _try(self, callback: Callable[..., object], *values: object) -> None:
        """Call a function of somebody else's: what it raises is shown, and must not take the pictures with it."""
        try:
            callback(*values)
        except Exception as error:
            self._show_callback_error(error, getattr(callback, "__name__", repr(callback)))


def _may_be_billed(error: BaseException) -> bool:
    """Tell whether a service may have made pictures all the same."""
    return isinstance(error, APIResponseError) or (isinstance(error, APIConnectionError) and error.sent)
