"""From arguments to a typed request that has been checked."""

from __future__ import annotations

import inspect
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from imagewidgets.client.extras import check_extra
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.fitting import best_size
from imagewidgets.images.inputs import Inputs, edit_inputs, variation_inputs
from imagewidgets.models import EMULATED_EXTRAS, MODELS, SKETCH, Model
from imagewidgets.operations import (
    AnyRequest,
    CreateImageEditRequest,
    CreateImageRequest,
    CreateImageVariationRequest,
)
from imagewidgets.rules import WHOLE_NUMBERS, check, split

if TYPE_CHECKING:
    from imagewidgets.client.destination import Address
    from imagewidgets.images.pictures import ImageLike
    from imagewidgets.images.selections import MaskLike

Request = TypeVar("Request", CreateImageRequest, CreateImageEditRequest, CreateImageVariationRequest)

PACKAGE = __name__.partition(".")[0]

_warned: set[str] = set()  # models whose end has been announced in this process


class BuiltEdit(NamedTuple):
    """The request of an edit, and what is needed to paste the original back afterwards."""

    request: CreateImageEditRequest
    inputs: Inputs


def create(
    address: Address,
    prompt: str,
    *,
    extra: Mapping[str, Any] | None = None,
    origin: Mapping[str, Any] | None = None,
    **options: Any,
) -> CreateImageRequest:
    """Build the request for pictures from a prompt."""
    values = _values(address, options)
    more = check_extra(extra, {**values, "prompt": prompt})
    return _checked(CreateImageRequest(prompt=prompt, extra=more, origin=dict(origin or {}), **values), address)


def edit(
    address: Address,
    image: ImageLike | Sequence[ImageLike],
    prompt: str,
    *,
    mask: MaskLike | None = None,
    markup: ImageLike | None = None,
    fit: Any = None,
    extra: Mapping[str, Any] | None = None,
    origin: Mapping[str, Any] | None = None,
    prepare: Callable[..., Inputs] = edit_inputs,
    **options: Any,
) -> BuiltEdit:
    """Build the request for a picture changed as a prompt says; its size follows the picture's where none is given.

    `prepare` makes the pictures ready to be sent: whoever builds many requests for the same ones gives a function that
    remembers them.
    """
    values = _values(address, options)
    more = check_extra(extra, {**values, "prompt": prompt, "image": image, "mask": mask, "markup": markup})
    rules = MODELS.get(values["model"] or "")
    several = isinstance(image, list | tuple)
    sources: Sequence[Any] = image if isinstance(image, list | tuple) else [image]
    inputs = prepare(sources, mask=mask, markup=markup, model=rules, fit=fit, recipe=address.on_this_machine)
    if values.get("size") is None:
        values["size"] = best_size(rules, *inputs.images[0].image.size)
    request = CreateImageEditRequest(
        image=inputs.images,
        prompt=prompt,
        mask=inputs.mask,
        markup=inputs.markup,
        several=several,
        extra=more,
        origin={**(origin or {}), "parent": inputs.digest, **_drawn(mask)},
        **values,
    )
    return BuiltEdit(_checked(request, address), inputs)


def variation(
    address: Address,
    image: ImageLike,
    *,
    fit: Any = None,
    extra: Mapping[str, Any] | None = None,
    origin: Mapping[str, Any] | None = None,
    prepare: Callable[..., Inputs] = variation_inputs,
    **options: Any,
) -> CreateImageVariationRequest:
    """Build the request for pictures like a given one; `prepare` as for `edit`."""
    values = _values(address, options)
    more = check_extra(extra, {**values, "image": image})
    rules = MODELS.get(values["model"] or "")
    inputs = prepare(image, model=rules, fit=fit, recipe=address.on_this_machine)
    known = {**(origin or {}), "parent": inputs.digest}
    request = CreateImageVariationRequest(image=inputs.images, extra=more, origin=known, **values)
    return _checked(request, address)


def _drawn(mask: object) -> dict[str, Any]:
    """Return what was done on a mask canvas, for the recipe."""
    operations = getattr(mask, "operations", None)
    return {"mask_operations": operations} if isinstance(operations, list) and operations else {}


def _values(address: Address, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with a model and with plain numbers; the choice of a model is ours for our service alone."""
    model = options.get("model")
    if model is not None and not isinstance(model, str):
        raise InvalidRequestError(
            f"model must be text, not {type(model).__name__}. iw.list_models() tells what there is.",
            param="model",
            code="invalid_type",
        )
    if address.embedded and model and model not in MODELS:
        raise _no_model(model)
    numbers = {name: _plain(options[name]) for name in WHOLE_NUMBERS & options.keys()}
    return {**options, **numbers, "model": model or (SKETCH.name if address.embedded else None)}


def _no_model(name: str) -> InvalidRequestError:
    near = get_close_matches(name.lower(), MODELS, n=2)
    way_out = f"Did you mean {' or '.join(near)}?" if near else f"It has {', '.join(MODELS)}."
    return InvalidRequestError(
        f"The sketch engine has no model {name!r}. {way_out}", param="model", code="model_not_found"
    )


def _plain(value: Any) -> Any:
    """Return the int that a whole number of another kind (NumPy's) stands for, and anything else as it is."""
    if isinstance(value, int):  # a bool is left to the rules
        return value
    try:
        return operator.index(value)
    except TypeError:
        return value


def _checked(request: Request, address: Address) -> Request:
    first: AnyRequest = split(request)[0]  # of several parts, the others differ in their count alone
    check(first, also=EMULATED_EXTRAS if address.embedded else frozenset())
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
        stacklevel=_levels_to_the_caller(),
    )


def _levels_to_the_caller() -> int:
    """Return how far up from here, as `warnings.warn` counts, the code stands that is not of this package."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == PACKAGE:
        frame, level = frame.f_back, level + 1
    return level
