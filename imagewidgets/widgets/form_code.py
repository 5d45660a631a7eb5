"""The Python cell that repeats what a form does: nothing is made up; what cannot be known is left to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from imagewidgets.models import EDIT, GENERATE, PARAMETERS, VARIATION

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.widgets.form_orders import Order
    from imagewidgets.widgets.form_pictures import InputPicture

_METHODS = {GENERATE: "generate", EDIT: "edit", VARIATION: "create_variation"}
_LEFT_OUT = frozenset({"stream", "partial_images"})  # how pictures come, not which


def code(order: Order, take: int | None = None) -> str:
    """Return the cell that repeats an order.

    Parameters
    ----------
    order
        What was, or would be, done.
    take
        Which of several answers to its request is meant, where there is a gallery.
    """
    given = [*_pictures(order), *_parameters(order), *([f"take={take}"] if take else [])]
    sender = "iw" if order.given is None else "client"
    lines = ["import imagewidgets as iw", "", *_client(order.given), *_inputs(order)]
    lines += [f"images = {sender}.{_METHODS[order.operation]}(", *(f"    {argument}," for argument in given), ")"]
    return "\n".join([*lines, "images"])


def _client(client: Client | None) -> list[str]:
    """Return the line that makes the client, without its key: that comes from the environment."""
    if client is None:
        return []
    gallery = "" if client.gallery is None else f", gallery={client.gallery.name!r}, replay={client.replay!r}"
    if client.embedded:
        return [f'client = iw.Client("sketch"{gallery})', ""]
    return [f"client = iw.Client({client.base_url!r}{gallery})  # the key comes from OPENAI_API_KEY", ""]


def _inputs(order: Order) -> list[str]:
    if order.operation == GENERATE:
        return []
    used = order.inputs[:1] if order.operation == VARIATION else order.inputs
    lines = [f"{name} = {_source(picture)}" for name, picture in zip(_names(used), used, strict=True)]
    if order.operation == EDIT:
        first = "it" if len(used) == 1 else _names(used)[0]
        for name, drawn in (("mask", order.mask), ("markup", order.markup)):
            if drawn is not None:
                lines.append(f"{name} = ...  # what was drawn over {first}: fill in a {name}, such as canvas.{name}")
    return [*lines, ""] if lines else []


def _names(pictures: Sequence[InputPicture]) -> list[str]:
    if len(pictures) == 1:
        return ["image"]
    return [f"image_{number}" for number in range(1, len(pictures) + 1)]


def _source(picture: InputPicture) -> str:
    if picture.source:
        return repr(picture.source)
    name = " ".join(picture.name.split())
    size = f"{picture.image.width} × {picture.image.height} px"
    return f"...  # fill in {name!r} ({size}), which was no file here: a path or a PIL image"


def _pictures(order: Order) -> list[str]:
    """Return the arguments that are pictures."""
    if order.operation == GENERATE:
        return []
    if order.operation == VARIATION:
        return ["image"]
    names = _names(order.inputs)
    return [names[0] if len(names) == 1 else f"[{', '.join(names)}]"]


def _parameters(order: Order) -> list[str]:
    """Return the other arguments: the prompt by its place, the rest by name, in the order of the API."""
    given: dict[str, Any] = {name: value for name, value in order.parameters.items() if name not in _LEFT_OUT}
    known = [name for name in PARAMETERS[order.operation] if name in given]
    names = [*known, *(name for name in given if name not in known)]
    arguments = [repr(given[name]) if name == "prompt" else f"{name}={given[name]!r}" for name in names]
    drawn = [name for name, value in (("mask", order.mask), ("markup", order.markup)) if value is not None]
    if order.operation == EDIT and drawn:
        arguments += [f"{name}={name}" for name in drawn]
        if order.mask is not None and order.keep_outside:
            arguments.append("paste_back=True")
    return arguments
