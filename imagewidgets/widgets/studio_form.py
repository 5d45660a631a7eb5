"""The prompt form as the studio uses it: it tells of each answer which order it belongs to, and repeats orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import MODELS, VARIATION
from imagewidgets.widgets import controls
from imagewidgets.widgets.form_orders import Order
from imagewidgets.widgets.prompt_form import PromptForm
from imagewidgets.widgets.tasks import Task

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.responses import ImagesResponse


class StudioForm(PromptForm):
    """One of the forms of a studio. Its pictures are shown elsewhere, so it shows none.

    Parameters
    ----------
    answered
        Called with the order and its response in the thread that made it, before any callback of `on_result`.
    **traits
        What `PromptForm` takes.
    """

    def __init__(self, answered: Callable[[Order, ImagesResponse], None], **traits: Any) -> None:
        self._answered = answered
        super().__init__(**traits)
        self.show_results = False

    def repeat(self, order: Order) -> Future[ImagesResponse]:
        """Send an order once more, as it was; above `limit` it is asked for first, as by `submit`."""
        self.show_destination()
        self.decline()
        client = self.service
        order = replace(order, destination=client.destination, request=None)
        if self._asks(order.parameters):
            self._asked = (order, client)
            return self._refused(InvalidRequestError(f"{self._question['text']} Call form.confirm() to send it."))
        future: Future[ImagesResponse] = self._dispatch(order, client)
        return future

    def take_over(self, parameters: Mapping[str, Any]) -> None:
        """Set the form to what an order was sent with; what the model does not take is told in the form."""
        if parameters.get("model"):
            self.model = parameters["model"]
        self.prompt = parameters.get("prompt") or ""
        for name in controls.SETTINGS:
            if name in parameters:
                self.set(name, parameters[name])

    def _call_back(self, task: Task[ImagesResponse], response: ImagesResponse) -> None:
        try:
            self._answered(task.subject, response)
        except Exception as error:  # from whoever observes the studio: it must not take the pictures with it
            self._show_callback_error(error, "A function observing the studio")
        super()._call_back(task, response)


def model_for(operation: str, model: str | None, client: Client) -> str | None:
    """Return the model that a form for `operation` begins with, where `model` was asked for.

    A model of the table that does not do the operation is left out; None is what the form begins with by itself. Of
    OpenAI's models few make variations: the first of them is taken.
    """
    if model is not None and (model not in MODELS or operation in MODELS[model].operations):
        return model
    if operation != VARIATION or client.destination.icon == "offline":
        return None
    return next((row.name for row in MODELS.values() if VARIATION in row.operations and row.name != "sketch"), None)
