"""From a request to what goes over the wire: JSON for generations, multipart for variations, either for edits.

Only what the caller set is sent, for absent and null are not the same to every service. Source of the forms: the
published description of the API, and the traffic of the official client.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import pybase64

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import ImageFile
from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.operations import AnyRequest, CreateImageEditRequest

EditForm = Literal["multipart", "json", "xai"]

DATA_URL_LENGTH = 20_971_520  # characters, by the published description
PATHS = {GENERATE: "/images/generations", EDIT: "/images/edits", VARIATION: "/images/variations"}


def body(request: AnyRequest, edits: str = "multipart") -> dict[str, Any]:
    """Return the body as keyword arguments of ``requests``: ``data`` and ``headers``, or ``data`` and ``files``.

    Parameters
    ----------
    request
        What to send.
    edits
        An `EditForm`; other operations have one form only.

    Raises
    ------
    InvalidRequestError
        A picture is too large for a data URL.
    """
    values = {**request.parameters(), **request.extra}
    if request.operation == GENERATE:
        return _json(values)
    if isinstance(request, CreateImageEditRequest) and edits != "multipart":
        return _json({**values, **_references(request, xai=edits == "xai")})
    return {"data": list(_text_parts(values)), "files": list(_file_parts(request))}


def _json(values: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return {"data": text.encode(), "headers": {"Content-Type": "application/json"}}


def _references(request: CreateImageEditRequest, *, xai: bool) -> dict[str, Any]:
    """Return the pictures as data URLs: ``images`` is a list; at xAI a single picture is ``image``, as in multipart."""
    files = request.files()
    found: dict[str, Any] = {
        name: _reference(name, file, xai=xai) for name in ("mask", "markup") for file in files[name]
    }
    images = [_reference("image", file, xai=xai) for file in files["image"]]
    return {**found, "image": images[0]} if xai and not request.several else {**found, "images": images}


def _reference(param: str, file: ImageFile, *, xai: bool) -> dict[str, str]:
    url = f"data:{file.content_type};base64,{pybase64.b64encode_as_string(file.data)}"
    if len(url) > DATA_URL_LENGTH:
        raise InvalidRequestError(
            f"The {param} is a file of {len(file.data):,} bytes, too large for an edit that is sent as JSON (about "
            f"{DATA_URL_LENGTH * 3 // 4:,}). Make the picture smaller.",
            param=param,
            code="invalid_image_file",
        )
    return {"type": "image_url", "url": url} if xai else {"image_url": url}


def _text_parts(values: dict[str, Any], parent: str = "") -> Iterator[tuple[str, str]]:
    """Flatten to form fields: nested objects as ``svg[model]``, booleans as true and false."""
    for key, value in values.items():
        name = f"{parent}[{key}]" if parent else key
        if isinstance(value, dict):
            yield from _text_parts(value, name)
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, list | tuple):
            for item in value:
                yield f"{name}[]", str(item)
        elif value is not None:
            yield name, str(value)


def _file_parts(request: AnyRequest) -> Iterator[tuple[str, tuple[str, bytes, str]]]:
    """One picture is the field ``image``; a list, even of one, is repeated as ``image[]``."""
    several = isinstance(request, CreateImageEditRequest) and request.several
    for name, files in request.files().items():
        field = "image[]" if name == "image" and several else name
        for file in files:
            yield field, (file.filename(name), file.data, file.content_type)
