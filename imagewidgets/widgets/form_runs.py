"""The runs of a prompt form: asked for, queued, sent in the background, shown as they come, cancelled at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import traitlets

from imagewidgets.errors import APIConnectionError, APIResponseError, ImagesError, InvalidRequestError
from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.widgets import form_code, messages, money, report
from imagewidgets.widgets.form_now import FormNow
from imagewidgets.widgets.form_orders import Order, build, check_parameters, finish
from imagewidgets.widgets.form_streaming import Partials
from imagewidgets.widgets.tasks import Task, TaskRunner

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.cancellation import Cancellation
    from imagewidgets.client import Client, Destination
    from imagewidgets.gallery import Take
    from imagewidgets.responses import ImagesResponse


class FormRuns(FormNow):
    """Runs go out one after the other, each in a thread of its own; the kernel stays free."""

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

    def __init__(self, *args: Any, **traits: Any) -> None:
        self._runs = 0
        self._asked: tuple[Order, Client] | None = None  # what waits for the answer to `_question`
        self._callbacks: list[Callable[[ImagesResponse], object]] = []
        self._future: Future[ImagesResponse] | None = None
        self._runner: TaskRunner[ImagesResponse] = TaskRunner(
            on_start=self._show_start, on_end=self._show_end, on_waiting=self._show_waiting, after=self._call_back
        )
        super().__init__(*args, **traits)

    # ---- asking for runs --------------------------------------------------------------------------------------------

    def submit(self, *, take: Take = "next", **overrides: Any) -> Future[ImagesResponse]:
        """Make pictures from what the form says, in the background: an edit where it has inputs.

        Above `limit`, nothing is sent before `confirm` is called, or its button clicked.

        Parameters
        ----------
        take
            Which of several answers to the same request, where the client has a gallery. Left out, each call of this
            process asks for the next one, from 0; so what is recorded comes again when the notebook is run anew. A
            number is that take. A click on Generate is ``"new"``: a take that is not recorded yet.
        **overrides
            Parameters of ``iw.generate`` (``iw.edit``, ``iw.create_variation``) that take the place of the form's own
            for this run: ``form.submit(n=4)``. ``extra`` goes along untouched.

        Returns
        -------
        concurrent.futures.Future
            Of the `ImagesResponse`. Its errors are those of ``iw.generate``; that of a request which was refused
            before sending is there at once or soon. It can be cancelled at any time. In a notebook,
            ``form.submit().result()`` waits for it.

        Raises
        ------
        TypeError
            `overrides` holds a name that no request has.
        """
        operation = self.operation
        if self.inputs and "prompt" in overrides:
            operation = EDIT
        return self._submit(operation, overrides, take)

    def vary(self, *, take: Take = "next", **overrides: Any) -> Future[ImagesResponse]:
        """Make pictures like the first input, whatever the prompt says; all else as for `submit`."""
        return self._submit(VARIATION, overrides, take)

    def confirm(self) -> Future[ImagesResponse]:
        """Send the run that was asked about because of its price.

        Raises
        ------
        RuntimeError
            No run was asked about.
        """
        if self._asked is None:
            raise RuntimeError("There is no run to confirm. form.submit() asks only above form.limit.")
        order, client = self._asked
        self.decline()
        return self._dispatch(order, client)

    def decline(self) -> None:
        """Drop the run that was asked about because of its price, if there is one."""
        self._asked = None
        self._question = {}

    def cancel(self, *, waiting: bool = False) -> bool:
        """Cancel the run under way, at once; its connection is closed, and the next one begins.

        Parameters
        ----------
        waiting
            Cancel those that wait for their turn as well.

        Returns
        -------
        bool
            Whether there was anything to cancel.
        """
        return self._runner.cancel(waiting=waiting)

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

    def __await__(self) -> Generator[Any, None, ImagesResponse]:
        """Wait for the last run: ``response = await form``.

        Needs ipykernel 7.3 or newer while a cell awaits: 6.31 handles no clicks and no news meanwhile, so that the
        cell may never end. ``form.submit().result()`` works on all.
        """
        if self._future is None:
            raise RuntimeError("There is no run to wait for. Call form.submit(), or click Generate.")
        return asyncio.wrap_future(self._future).__await__()

    def close(self) -> None:
        """Close the form in every browser and cancel its runs, also those that wait. What came stays."""
        if self.comm is not None:
            self.cancel(waiting=True)
        super().close()

    def use_sketch_engine(self) -> None:
        """Send to the embedded engine from now on. It emulates the models of the table; another becomes ``sketch``."""
        super().use_sketch_engine()
        self._problem = {}

    def _submit(self, operation: str, overrides: dict[str, Any], take: Take) -> Future[ImagesResponse]:
        self.show_destination()
        self.decline()
        client = self.service
        order = replace(self._order(operation, overrides), take=take)
        try:
            check_parameters(operation, order.parameters)
            if operation == GENERATE or not order.inputs:  # what cannot be sent is refused at once
                order = replace(order, request=build(client, order))
        except ImagesError as error:
            return self._refuse(error, client.destination)
        order = replace(order, code=form_code.code(order, self.client))
        if self._asks(order.parameters):
            self._asked = (order, client)
            return self._refused(InvalidRequestError(f"{self._question['text']} Call form.confirm() to send it."))
        return self._dispatch(order, client)

    def _dispatch(self, order: Order, client: Client) -> Future[ImagesResponse]:
        self._remember(order.prompt)
        self._future = self._runner.submit(order, lambda cancel: self._work(order, client, cancel))
        return self._future

    def _remember(self, prompt: str) -> None:
        """Keep a prompt that is sent: `PromptForm` has a history of them."""

    def _refuse(self, error: ImagesError, destination: Destination) -> Future[ImagesResponse]:
        """Show the error of a request that was not sent; runs under way go on."""
        self._problem = messages.explain(error, destination=destination).as_dict()
        self._put(error=error, **({} if self.status == "running" else {"status": "error"}))
        return self._refused(error)

    def _refused(self, error: ImagesError) -> Future[ImagesResponse]:
        self._future = Future()
        self._future.set_exception(error)
        return self._future

    # ---- the work, in a thread of its own ---------------------------------------------------------------------------

    def _work(self, order: Order, client: Client, cancel: Cancellation) -> ImagesResponse:
        request = order.request
        if request is None:
            request = build(client, order)
            self._runner.report(cancel, partial(self._put, request=request))
        if not order.streams:
            return finish(order, client.send(request, cancel=cancel, take=order.take))
        partials = Partials(order.count, order.partials, order.prompt)
        with client.stream(request, cancel=cancel, take=order.take) as stream:
            for event in stream:
                partials.add(event)
                shown = list(partials.shown)
                self._runner.report(cancel, partial(self._draw, _partials=shown, _progress=partials.progress))
            return finish(order, stream.result())

    # ---- what a run does to the form: called by the runner, one at a time, from any thread --------------------------

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
            self._draw(_report=report.finished(order, response, seconds=seconds, cost=words), _run={})
            responses = [*self.responses, response]
            self._put(images=list(response), response=response, responses=responses, error=None, status="finished")
        elif error is not None:
            if _may_be_billed(error):
                self._spend_unknown(order.destination)
            told = messages.explain(error, destination=order.destination, seconds=seconds)
            self._draw(_problem=told.as_dict(), _run={})
            self._put(error=error, status="error")
        else:
            self._spend_unknown(order.destination)
            self._draw(_problem={"text": messages.cancelled(seconds)}, _run={})
            self._put(error=None, status="cancelled")
        self._draw(_partials=[], _progress={})

    def _show_waiting(self, count: int) -> None:
        self._draw(_waiting=messages.waiting(count))

    def _call_back(self, _task: Task[ImagesResponse], response: ImagesResponse) -> None:
        for callback in list(self._callbacks):
            try:
                callback(response)
            except Exception as error:
                self._show_callback_error(error, getattr(callback, "__name__", repr(callback)))


def _may_be_billed(error: BaseException) -> bool:
    """Tell whether a service may have made pictures all the same."""
    return isinstance(error, APIResponseError) or (isinstance(error, APIConnectionError) and error.sent)
