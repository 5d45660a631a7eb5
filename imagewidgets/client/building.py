"""From arguments to a typed request that has been checked."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from imagewidgets.images import mask_to_file, to_file
from imagewidgets.models import MODELS, SKETCH, Model
from imagewidgets.operations import (
    AnyRequest,
    CreateImageEditRequest,
    CreateImageRequest,
    CreateImageVariationRequest,
)
from imagewidgets.rules import check, split

if TYPE_CHECKING:
    from imagewidgets.client.destination import Address
    from imagewidgets.images import ImageLike

Request = TypeVar("Request", CreateImageRequest, CreateImageEditRequest, CreateImageVariationRequest)

_warned: set[str] = set()  # models whose end has been announced in this process


def create(
    address: Address, prompt: str, *, extra: Mapping[str, Any] | None = None, **options: Any
) -> CreateImageRequest:
    """Build the request for pictures from a prompt."""
    request = CreateImageRequest(prompt=prompt, extra=dict(extra or {}), **_with_model(address, options))
    return _checked(request, address)


def edit(
    address: Address,
    image: ImageLike | Sequence[ImageLike],
    prompt: str,
    *,
    mask: ImageLike | None = None,
    markup: ImageLike | None = None,
    extra: Mapping[str, Any] | None = None,
    **options: Any,
) -> CreateImageEditRequest:
    """Build the request for a picture changed as a prompt says."""
    values = _with_model(address, options)
    rules = MODELS.get(values["model"] or "")
    several = isinstance(image, list | tuple)
    sources: Sequence[Any] = image if isinstance(image, list | tuple) else [image]
    return _checked(
        CreateImageEditRequest(
            image=tuple(_file(source, rules, address) for source in sources),
            prompt=prompt,
            mask=None if mask is None else mask_to_file(mask),
            markup=None if markup is None else to_file(markup, png=True, alpha=True),
            several=several,
            extra=dict(extra or {}),
            **values,
        ),
        address,
    )


def variation(
    address: Address, image: ImageLike, *, extra: Mapping[str, Any] | None = None, **options: Any
) -> CreateImageVariationRequest:
    """Build the request for pictures like a given one."""
    values = _with_model(address, options)
    file = to_file(image, png=True, recipe=address.on_this_machine)
    return _checked(CreateImageVariationRequest(image=(file,), extra=dict(extra or {}), **values), address)


def _with_model(address: Address, options: dict[str, Any]) -> dict[str, Any]:
    """Name the model where the service is ours; leave the choice to any other."""
    return {**options, "model": options.get("model") or (SKETCH.name if address.embedded else None)}


def _file(source: ImageLike, rules: Model | None, address: Address) -> Any:
    strict = rules is not None and rules.square_png
    return to_file(source, png=strict, alpha=strict, recipe=address.on_this_machine)


def _checked(request: Request, address: Address) -> Request:
    first: AnyRequest = split(request)[0]
    check(first)
    if not address.on_this_machine:  # a server here goes on as long as its owner likes
        _announce_end(MODELS.get(request.model or ""))
    return request


def _announce_end(model: Model | None) -> None:
    """Warn once about a model that the hosted service is about to shut down, or has shut down."""
    if model is None or model.shutdown is None or model.name in _warned:
        return
    _warned.add(model.name)
    day = f"{model.shutdown.day} {model.shutdown:%B %Y}"
    gone = date.today() > model.shutdown  # noqa: DTZ011 (a day, wherever one is)
    warnings.warn(
        f"{model.name} {'was' if gone else 'will be'} shut down by OpenAI on {day}; use {model.successor} instead. "
        "Other services may go on with it.",
        FutureWarning,
        stacklevel=5,
    )
