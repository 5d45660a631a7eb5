"""The Python that makes a picture again, written from its recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.operations import CreateImageEditRequest, CreateImageRequest, CreateImageVariationRequest

_FUNCTIONS = {
    GENERATE: ("generate", CreateImageRequest),
    EDIT: ("edit", CreateImageEditRequest),
    VARIATION: ("create_variation", CreateImageVariationRequest),
}
_FILES = ("image", "mask", "markup")
_POSITIONAL = ("prompt", *_FILES)
# What says how pictures travel and for whom, and nothing about how they look.
_LEFT_OUT = ("operation", "stream", "partial_images", "response_format", "user", "safety_identifier")
_ONE_LINE = 100  # characters of a call that stays on one line


def code(recipe: Mapping[str, Any] | None, *, file_name: Callable[[str], str | None] = lambda _: None) -> str:
    """Return a cell that asks for a picture as it was asked for.

    Parameters
    ----------
    recipe
        The picture's, from `imagewidgets.read_recipe`.
    file_name
        The name of the file that holds a picture, by its digest; None where it is not known.

    Returns
    -------
    str
        Lines of Python. Input pictures are opened from files, with their digests beside.

    Raises
    ------
    ValueError
        There is no recipe, or it says nothing of the request.
    """
    request = (recipe or {}).get("request")
    if not recipe or not isinstance(request, dict) or request.get("operation", GENERATE) not in _FUNCTIONS:
        raise ValueError("This picture has no recipe: nothing is known of how it was made.")
    function, fields = _FUNCTIONS[request.get("operation", GENERATE)]
    lines = ["import imagewidgets as iw"]
    inputs = {name: _digests(request[name]) for name in _FILES if request.get(name)}
    if inputs:
        lines.append("from PIL import Image")
    lines.append("")
    for name, digests in inputs.items():
        files = [file_name(digest) or f"{name}-{digest[:8]}.png" for digest in digests]
        lines += _opened(name, digests, files)
    several = len(inputs.get("image", ())) > 1
    arguments = ["images" if several else "image"] if "image" in inputs else []
    if "prompt" in request:
        arguments.append(_text(str(request["prompt"])))
    arguments += [f"{name}={name}" for name in ("mask", "markup") if name in inputs]
    known = set(fields.__struct_fields__)
    rest = {name: value for name, value in request.items() if name not in (*_POSITIONAL, *_LEFT_OUT)}
    arguments += [f"{name}={value!r}" for name, value in rest.items() if name in known]
    if extra := {name: value for name, value in rest.items() if name not in known}:
        arguments.append(f"extra={extra!r}")
    index = recipe.get("index")
    lines += [*_call(f"pictures = iw.{function}", arguments), f"pictures[{index if isinstance(index, int) else 0}]"]
    return "\n".join(lines)


def _digests(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _opened(name: str, digests: Sequence[str], files: Sequence[str]) -> list[str]:
    calls = [f"Image.open({_text(file)})" for file in files]
    if len(calls) == 1:
        return [f"{name} = {calls[0]}  # its pixels: {digests[0][:8]}"]
    return [
        f"{name}s = [",
        *(f"    {call},  # its pixels: {digest[:8]}" for call, digest in zip(calls, digests, strict=True)),
        "]",
    ]


def _call(function: str, arguments: Sequence[str]) -> list[str]:
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _ONE_LINE and "\n" not in line:
        return [line]
    return [f"{function}(", *(f"    {argument}," for argument in arguments), ")"]


def _text(text: str) -> str:
    """Return a text as Python, in double quotes where it has none."""
    return repr(text) if '"' in text or "\\" in repr(text) else '"' + repr(text)[1:-1] + '"'
