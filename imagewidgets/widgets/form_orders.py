"""What a run of a prompt form is to do, as it stood when it was asked for, and the request that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imagewidgets.client import Client, Destination
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.inputs import edit_inputs
from imagewidgets.images.pasting import paste_back
from imagewidgets.models import EDIT, GENERATE, MODELS, PARAMETERS, VARIATION
from imagewidgets.widgets.form_extra import refuse_keys
from imagewidgets.widgets.form_pictures import DrawnMask, InputPicture

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.gallery import Take
    from imagewidgets.operations import AnyRequest
    from imagewidgets.responses import ImagesResponse

_METHODS = {GENERATE: "iw.generate", EDIT: "iw.edit", VARIATION: "iw.create_variation"}


@dataclass(frozen=True)
class Order:
    """One run.

    Attributes
    ----------
    operation
        "generate", "edit" or "variation".
    parameters
        What the client's method is given beside pictures, the prompt first; `extra` and `fit` among them.
    destination
        Where it goes.
    inputs
        The pictures to start from.
    mask, markup
        What was drawn on the first of them.
    keep_outside
        Whether pixels outside the mask are put back.
    given
        The client that the form had been given; None where it sent to wherever ``iw.generate`` does.
    request
        What is sent, where it was quick to make; one with pictures is made in the background.
    take
        Which of several answers to it.
    """

    operation: str
    parameters: dict[str, Any]
    destination: Destination
    inputs: tuple[InputPicture, ...] = ()
    mask: DrawnMask | None = None
    markup: Image.Image | None = None
    keep_outside: bool = False
    given: Client | None = None
    request: AnyRequest | None = None
    take: Take = "next"

    @property
    def offline(self) -> bool:
        """Whether the embedded engine is at work."""
        return self.destination.icon == "offline"

    @property
    def prompt(self) -> str:
        """The words that are asked for; empty for a variation."""
        return str(self.parameters.get("prompt") or "")

    @property
    def count(self) -> int:
        """How many pictures are asked for."""
        return int(self.parameters.get("n") or 1)

    @property
    def partials(self) -> int:
        """How many unfinished states of each picture are asked for."""
        return int(self.parameters.get("partial_images") or 0)

    @property
    def streams(self) -> bool:
        """Whether pictures are shown as they come."""
        return bool(self.parameters.get("stream"))


def check_parameters(operation: str, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that the operation does not have, and what looks like a key.

    Raises
    ------
    TypeError
        There is no such parameter.
    InvalidRequestError
        A value looks like a key.
    """
    taken = {*PARAMETERS[operation], "extra"} - {"image", "mask", "markup"} | (
        {"fit"} if operation != GENERATE else set()
    )
    if unknown := sorted(parameters.keys() - taken):
        raise TypeError(
            f"{_METHODS[operation]} has no parameter {', '.join(map(repr, unknown))}. What only a gateway knows goes "
            "into extra={'name': value}; pictures and masks are set on the form."
        )
    for name, value in parameters.items():
        if name != "prompt":
            try:
                refuse_keys(name if name == "extra" else "", value)
            except ValueError as error:
                raise InvalidRequestError(str(error), param=name) from error


def build(client: Client, order: Order) -> AnyRequest:
    """Return the request of an order, checked; this encodes its pictures, which takes a while for large ones.

    Raises
    ------
    InvalidRequestError
        It breaks a rule of its model, or has no picture to work on.
    """
    parameters = dict(order.parameters)
    if order.operation == GENERATE:
        return client.create_request(**parameters)
    if not order.inputs:
        raise InvalidRequestError("There is no picture to vary. Add an input picture first.", param="image")
    if order.operation == VARIATION:
        return client.variation_request(order.inputs[0].sent, **parameters)
    pictures = [picture.sent for picture in order.inputs]
    return client.edit_request(
        pictures if len(pictures) > 1 else pictures[0], mask=order.mask, markup=order.markup, **parameters
    )


def finish(order: Order, response: ImagesResponse) -> ImagesResponse:
    """Put back the pixels outside the mask, where the order says so; else return the response as it is."""
    if order.mask is None or not order.keep_outside or order.operation != EDIT:
        return response
    source, mask = order.inputs[0], order.mask
    frame = None
    if fit := order.parameters.get("fit"):
        rules = MODELS.get(order.parameters.get("model") or "")
        frame = edit_inputs([source.sent], mask=mask, model=rules, fit=fit).frame
    return response.with_images(
        [paste_back(made, source.image, mask.mask, soft=mask.soft_selection, frame=frame) for made in response]
    )
