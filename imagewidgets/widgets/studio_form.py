"""The prompt form as the studio uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imagewidgets.models import MODELS, VARIATION
from imagewidgets.widgets import controls
from imagewidgets.widgets.prompt_form import PromptForm

if TYPE_CHECKING:
    from imagewidgets.client import Client


class StudioForm(PromptForm):
    """One of the forms of a studio; it takes what `PromptForm` does, and shows no pictures: grids do."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(show_results=False, **traits)

    def take_over(self, parameters: Mapping[str, Any]) -> None:
        """Set the form to what an order was sent with; what the model does not take is told in the form."""
        if parameters.get("model"):
            self.model = parameters["model"]
        self.prompt = parameters.get("prompt") or ""
        for name in controls.SETTINGS:
            if name in parameters:
                self.set(name, parameters[name])


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
