"""From the body of an HTTP request to a typed, checked request: JSON and multipart, as the API describes them.

Nothing here knows the web framework: what came in is bytes, pairs of text, and files. Every rule of a model stands in
the model table and is applied by `rules.check`; here are only the rules of the forms, and what this server takes
on top: ``seed``, ``negative_prompt`` and ``stream`` where it is false, for every model. A lenient server bends the
rules first (`leniency`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

import msgspec

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import ImageFile
from imagewidgets.local.leniency import fitting, relaxed, usable
from imagewidgets.local.refusals import RefusedError
from imagewidgets.local.uploads import Upload, from_reference, from_upload
from imagewidgets.models import (
    DEFAULT_MODEL,
    EDIT,
    EMULATED_EXTRAS,
    GENERATE,
    MODELS,
    PARAMETERS,
    SKETCH,
    VARIATION,
    Model,
)
from imagewidgets.operations import (
    AnyRequest,
    CreateImageEditRequest,
    CreateImageRequest,
    CreateImageVariationRequest,
)
from imagewidgets.rules import WHOLE_NUMBERS, check

LARGEST_SEED = 2**63 - 1

_PICTURES = frozenset({"image", "mask", "markup"})

_NEVER_NULL = ("user", "mask")  # elsewhere null means left out, as the API describes it
_NO_MARKUP = "A markup can be sent as a file of a multipart body only. Do so, or draw a mask instead."

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,20}")
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request as it was received and found good.

    Parameters
    ----------
    request
        The typed request, without what follows.
    model
        Whose rules it was checked by.
    seed
        0 to `LARGEST_SEED`; None where the pictures shall be fresh.
    negative_prompt
        What the pictures shall not show.
    """

    request: AnyRequest
    model: Model
    seed: int | None = None
    negative_prompt: str | None = None


def from_json(body: bytes, operation: str, *, lenient: bool = False) -> Received:
    """Read a JSON body: generations, and the form of edits that carries pictures as ``data:`` URLs.

    Parameters
    ----------
    body
        As it came.
    operation
        generate or edit.
    lenient
        Whether to take what can be taken (`leniency`).

    Raises
    ------
    RefusedError
        The body is no JSON object, or breaks a rule.
    """
    try:
        values = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise RefusedError(f"The body is not JSON: {error}. Send one JSON object.", code="invalid_json") from error
    if not isinstance(values, dict):
        raise RefusedError("The body must be one JSON object, with the parameters as its keys.", code="invalid_json")
    for name in _NEVER_NULL:
        if not lenient and name in values and values[name] is None:
            raise RefusedError(f"{name} is null. Give a value, or leave it out.", param=name, code="invalid_type")
    if operation == GENERATE:
        return _checked(values, operation, lenient=lenient)
    references, mask = values.pop("images", None), values.pop("mask", None)
    if not isinstance(references, list | None):
        raise RefusedError('images must be a list of {"image_url": "data:…"}.', param="images", code="invalid_type")
    images = [from_reference(reference, "images") for reference in references or ()]
    overlay = None if mask is None else from_reference(mask, "mask")
    return _checked(values, operation, images, overlay, lenient=lenient)


def from_multipart(
    fields: Iterable[tuple[str, str]], uploads: Iterable[Upload], operation: str, *, lenient: bool = False
) -> Received:
    """Read a multipart body, whatever the order of its parts.

    Parameters
    ----------
    fields
        The text parts. Numbers and truth values are text here: ``"2"``, ``"true"``.
    uploads
        The files: ``image`` or ``image[]``, once or repeatedly, and ``mask`` or ``markup``.
    operation
        edit or variation.
    lenient
        Whether to take what can be taken (`leniency`).

    Raises
    ------
    RefusedError
        A part cannot be read, or the request breaks a rule.
    """
    values: dict[str, object] = {}
    for name, text in fields:
        if name.removesuffix("[]") in _PICTURES:
            raise RefusedError(
                f"{name} must be a file, with a file name and a MIME type.", param=name, code="invalid_type"
            )
        if name in values:
            raise RefusedError(f"{name} is there more than once. Send it once.", param=name, code="invalid_value")
        values[name] = _value(name, text)
    images: list[ImageFile] = []
    overlays: dict[str, list[ImageFile]] = {"mask": [], "markup": []}
    for upload in uploads:
        if upload.field in ("image", "image[]"):
            images.append(from_upload(upload, "image"))
        elif upload.field in overlays and operation == EDIT:
            overlays[upload.field].append(from_upload(upload, upload.field))
        elif not lenient:
            raise _unknown(upload.field)
    for name, files in overlays.items():
        if len(files) > 1:
            raise RefusedError(
                f"There is more than one {name}. Send one, for the first picture.", param=name, code="invalid_value"
            )
    mask, markup = (files[0] if files else None for files in overlays.values())
    return _checked(values, operation, images, mask, markup, lenient=lenient)


def _value(name: str, text: str) -> object:
    """Return the value that a text part stands for; text that stands for none is left to the checks."""
    if name in WHOLE_NUMBERS and _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if name == "stream":
        return _BOOLEANS.get(text.lower(), text)
    return text


def _checked(
    values: Mapping[str, object],
    operation: str,
    images: Iterable[ImageFile] = (),
    mask: ImageFile | None = None,
    markup: ImageFile | None = None,
    *,
    lenient: bool = False,
) -> Received:
    """Build the typed request and check it by the rules of its model."""
    given = {name: _whole_or_not(name, value) for name, value in values.items() if value is not None}  # null: left out
    images = tuple(images)
    model = _model(given.get("model"), lenient=lenient)
    if lenient:
        given = usable(given, operation, model)
        mask = fitting(mask, images)
        markup = fitting(markup, images) if mask is None and model.takes("markup", operation) else None
    if given.get("stream") is False:
        del given["stream"]  # asks for nothing: clients that always send it are served by every model
    for name in given:
        if name not in EMULATED_EXTRAS and (name not in PARAMETERS[operation] or name in _PICTURES):
            raise _unknown(name)
    seed = _whole(given.pop("seed", None), "seed", LARGEST_SEED)
    negative_prompt = _text(given.pop("negative_prompt", None), "negative_prompt")
    request = _request(given, operation, images, mask, markup)
    try:
        check(request, model)
    except InvalidRequestError as error:
        raise RefusedError.from_invalid(error) from error
    kind = getattr(request, "output_format", None)
    if kind is not None and kind not in SKETCH.output_formats:
        raise RefusedError(
            f"The hosted service makes {kind} files; this server makes {', '.join(SKETCH.output_formats)}.",
            param="output_format",
            code="unsupported_value",
        )
    if given.get("stream") and request.response_format == "url":
        raise RefusedError(
            "A stream carries its pictures as base64, not as addresses. Leave response_format out, or set it to "
            "b64_json.",
            param="response_format",
            code="invalid_value",
        )
    return Received(request=request, model=model, seed=seed, negative_prompt=negative_prompt)


def _request(
    given: Mapping[str, Any],
    operation: str,
    images: tuple[ImageFile, ...],
    mask: ImageFile | None,
    markup: ImageFile | None,
) -> AnyRequest:
    if operation != VARIATION and "prompt" not in given:
        raise _missing("prompt")
    if operation == GENERATE:
        return CreateImageRequest(**given)
    if not images:
        raise _missing("image")
    if operation == EDIT:
        return CreateImageEditRequest(image=images, mask=mask, markup=markup, **given)
    if len(images) > 1:
        raise RefusedError(f"A variation takes one picture, not {len(images)}.", param="image", code="invalid_value")
    return CreateImageVariationRequest(image=images, **given)


def _model(name: object, *, lenient: bool) -> Model:
    """Return the rules of the model; a request that names none gets those the API documents for it."""
    asked = _text(name, "model")
    if asked is None:
        asked = DEFAULT_MODEL
    if lenient:
        return relaxed(MODELS.get(asked) or replace(SKETCH, name=asked))
    return known_model(asked)


def known_model(name: str) -> Model:
    """Return the model of this name.

    Raises
    ------
    RefusedError
        404: it is not in the table. A server has exactly the models that it lists.
    """
    if name not in MODELS:
        raise RefusedError(
            f"The model {name!r} does not exist here. This server has {', '.join(MODELS)}.",
            status=404,
            param="model",
            code="model_not_found",
        )
    return MODELS[name]


def _whole_or_not(name: str, value: object) -> object:
    """Return 2 for 2.0 where a whole number belongs: JSON has one kind of number, and some programs write it so."""
    if name in WHOLE_NUMBERS and isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_SEED:
        return int(value)
    return value


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(value: object, param: str, largest: int) -> int | None:
    if value is None:
        return None
    if not _is_whole(value) or not 0 <= value <= largest:
        raise RefusedError(
            f"{param} must be a whole number from 0 to {largest}, not {value!r}.", param=param, code="invalid_value"
        )
    return value


def _text(value: object, param: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise RefusedError(f"{param} must be text, not {value!r}.", param=param, code="invalid_type")
    return value


def _missing(param: str) -> RefusedError:
    return RefusedError(f"There is no {param}. Give one.", param=param, code="missing_required_parameter")


def _unknown(name: str) -> RefusedError:
    markup = name.removesuffix("[]") == "markup"
    message = _NO_MARKUP if markup else f"There is no parameter {name!r} here. Leave it out."
    return RefusedError(message, param=name, code="unknown_parameter")
