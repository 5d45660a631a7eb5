"""The words for an answer that is not in a gallery: what is missing, what is there instead, and how to record it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from imagewidgets.display.captions import shortened
from imagewidgets.gallery.records import Record

if TYPE_CHECKING:
    from imagewidgets.gallery.gallery import Gallery
    from imagewidgets.operations import AnyRequest

_PROMPT_LENGTH = 60  # characters shown of a prompt
_MOST_COMPARED = 2000  # pictures that are looked at for the nearest request
_INPUTS = ("image", "mask", "markup")
_NOT_TOLD = ("operation", "prompt", *_INPUTS, "stream", "partial_images", "response_format", "user")


def explain(gallery: Gallery, request: AnyRequest, take: int, broken: Sequence[str]) -> str:
    """Return the message of a `NotRecordedError`."""
    settings = ", ".join(f"{name} {value}" for name, value in _settings(request).items())
    words = shortened(" ".join(str(getattr(request, "prompt", "")).split()), _PROMPT_LENGTH)
    told = ", ".join(part for part in (request.operation, settings, f"take {take}") if part)
    sentences = [f"Not recorded in the gallery {gallery.name!r}: {f'“{words}” ' if words else ''}({told})."]
    if not gallery.folder.is_dir():
        sentences.append("There is no such folder; is the path right?")
    elif broken:
        sentences.append(f"{unusable(broken)}.")
    elif nearest := _nearest(gallery, request, take):
        sentences.append(nearest)
    sentences.append(
        f"To record it, run this once with iw.configure(gallery={gallery.name!r}, replay='auto') and the service that "
        "is to make it."
    )
    return " ".join(sentences)


def unusable(broken: Sequence[str]) -> str:
    """Say that files are there and cannot be used, without a full stop."""
    others = f" and {len(broken) - 1} more" if broken[1:] else ""
    return f"{broken[0]}{others} cannot be read to the end (cut short, or a pointer of Git LFS: run git lfs pull)"


def _settings(request: AnyRequest) -> dict[str, Any]:
    return {name: value for name, value in request.describe().items() if name not in _NOT_TOLD}


def _nearest(gallery: Gallery, request: AnyRequest, take: int) -> str:
    """Say how the recorded request differs that is most like this one; empty where none has its words."""
    asked = _comparable(request.describe(), take)
    best: dict[str, tuple[Any, Any]] | None = None
    for picture in gallery[-_MOST_COMPARED:]:
        record = Record.of(picture.recipe)
        if record is None or picture.prompt != str(getattr(request, "prompt", "")):
            continue
        there = _comparable(picture.request, record.take)
        names = sorted(asked.keys() | there.keys())
        differing = {name: (there.get(name), asked.get(name)) for name in names if there.get(name) != asked.get(name)}
        if differing and (best is None or len(differing) < len(best)):
            best = differing
    if best is None:
        return ""
    differences = ", ".join(_difference(name, *values) for name, values in best.items())
    return f"Recorded with these words: {differences}."


def _comparable(request: dict[str, Any], take: int) -> dict[str, Any]:
    kept = {name: value for name, value in request.items() if name in _INPUTS or name not in _NOT_TOLD}
    if kept.get("n") == 1:
        del kept["n"]
    return {**kept, "take": take}


def _difference(name: str, there: object, asked: object) -> str:
    if name in _INPUTS:
        return f"another {name}" if there and asked else f"{'with' if there else 'without'} {name}"
    if there is None:
        return f"without {name}"
    return f"{name} {there}" + ("" if asked is None else f" instead of {asked}")
