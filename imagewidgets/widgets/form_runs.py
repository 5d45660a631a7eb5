"""The runs of a prompt form: asked for, queued, sent in the background, shown as they come, cancelled at once."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from imagewidgets.errors import ImagesError, InvalidRequestError
from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.widgets import messages
from imagewidgets.widgets.form_orders import Order, build, check_parameters, finish
from imagewidgets.widgets.form_shown import FormShown
from imagewidgets.widgets.form_streaming import Partials

if TYPE_CHECKING:
    from imagewidgets.cancellation import Cancellation
    from imagewidgets.client import Client, Destination
    from imagewidgets.gallery import Take
    from imagewidgets.responses import ImagesResponse


class FormRuns(FormShown):
    """Runs go out one after the other, each in a thread of its own; the kernel stays free."""

    def __init__(self, *args: Any, **traits: Any) -> None:
        self._asked: tuple[Order, Client] | None = None  # what waits for the answer to `_question`
        self._future: Future[ImagesResponse] | None = None
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

    def resend(self, order: Order) -> Future[ImagesResponse]:
        """Send an order that `on_answer` told of once more, as it was; above `limit` it asks first, as `submit`."""
        self.show_destination()
        self.decline()
        client = self.service
        return self._ask_or_dispatch(replace(order, destination=client.destination, request=None), client)

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

    def cancel_waiting(self, number: int) -> bool:
        """Cancel one of the runs that wait, and no other; return whether it was still waiting.

        Parameters
        ----------
        number
            Which: the ``number`` of one in `queue`.
        """
        return any(task.cancel() for task in self.queue if task.number == number)

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
        return self._ask_or_dispatch(replace(order, given=self.client), client)

    def _ask_or_dispatch(self, order: Order, client: Client) -> Future[ImagesResponse]:
        if not self._asks(order.parameters):
            return self._dispatch(order, client)
        self._asked = (order, client)
        return self._refused(InvalidRequestError(f"{self._question['text']} Call form.confirm() to send it."))

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
