"""From a request to what goes over the wire: JSON for generations, multipart for edits and variations.

Only what the caller set is sent, for absent and null are not the same to every service. Source of the forms: the
published description of the API, and the traffic of the official client.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.operations import AnyRequest, CreateImageEditRequest

PATHS = {GENERATE: "/images/generations", EDIT: "/images/edits", VARIATION: "/images/variations"}


def body(request: AnyRequest) -> dict[str, Any]:
    """Return the body as keyword arguments of ``requests``: ``data`` and ``headers``, or ``data`` and ``files``."""
    values = {**request.parameters(), **request.extra}
    if request.operation == GENERATE:
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return {"data": text.encode(), "headers": {"Content-Type": "application/json"}}
    return {"data": list(_text_parts(values)), "files": list(_file_parts(request))}


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
