"""What a form shows of its runs, as JSON values and small pictures: the one under way, and the last that gave some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imagewidgets.display import thumbnail
from imagewidgets.models import GENERATE, PARAMETERS, SKETCH, parse_size
from imagewidgets.widgets import messages

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.operations import CreateImageRequest
    from imagewidgets.responses import ImagesResponse

THUMBNAIL = 400  # px, the longest side: tiles are 200 CSS px wide, and screens are fine
MOST_SHOWN = 20  # pictures in the view: about 0.5 MB; form.images has all
FLATTEST, TALLEST = 2.5, 0.4  # width ÷ height of a tile; a longer picture stands inside it

_FACTS = {
    "quality": "Quality",
    "style": "Style",
    "background": "Background",
    "output_format": "Format",
    "output_compression": "Compression",
    "seed": "Seed",
}


def running(request: CreateImageRequest, *, number: int, started: float, offline: bool) -> dict[str, Any]:
    """Return what is shown of a run under way.

    Parameters
    ----------
    request
        What was asked for.
    number
        Which run of the form this is, from 1.
    started
        Unix time in s: the view counts the seconds from there.
    offline
        Whether the embedded engine is at work: models other than its own are emulated.
    """
    count = request.n or 1
    values = request.parameters()
    emulated = ", emulated" if offline and request.model != SKETCH.name else ""
    pair = parse_size(request.size or "")
    facts = [
        ("Model", f"{request.model}{emulated}" if request.model else ""),
        ("Size", f"{pair[0]} × {pair[1]}" if pair else request.size or ""),
        *((label, str(values.get(name, ""))) for name, label in _FACTS.items()),
    ]
    return {
        "number": number,
        "count": min(count, MOST_SHOWN),
        "title": f"Generating {messages.pictures(count)}",
        "started": started,
        "ratio": _ratio(*pair) if pair and 0 not in pair else 1.0,
        "facts": [[label, value] for label, value in facts if value],
    }


def finished(response: ImagesResponse, *, seconds: float, offline: bool) -> dict[str, Any]:
    """Return what is shown of a run that gave pictures; `seconds` is how long it took."""
    count = len(response)
    revised = response.revised_prompts
    used = messages.usage(response.usage, offline=offline)
    left_out = f"{count - MOST_SHOWN} more are not shown here; form.images has all." if count > MOST_SHOWN else ""
    extra = {"extra": response.request.extra} if response.request.extra else {}
    return {
        "text": messages.finished(count, seconds),
        "detail": used,
        "code": code({**response.request.parameters(), **extra}),
        "pictures": [
            _tile(image, index, response.prompt) for index, image in enumerate(response[:MOST_SHOWN], start=1)
        ],
        "revised": _revised(revised, response.prompt),
        "left_out": left_out,
    }


def code(parameters: Mapping[str, Any]) -> str:
    """Return the lines of Python that make a request with these parameters."""
    known = [name for name in PARAMETERS[GENERATE] if name in parameters]  # the prompt first
    others = [name for name in parameters if name not in known]
    lines = [
        f"    {parameters[name]!r}," if name == "prompt" else f"    {name}={parameters[name]!r},"
        for name in (*known, *others)
    ]
    return "\n".join(["import imagewidgets as iw", "", "images = iw.generate(", *lines, ")", "images"])


def _tile(image: Image.Image, number: int, prompt: str) -> dict[str, Any]:
    return {
        "thumbnail": thumbnail(image, THUMBNAIL),
        "title": f"Picture {number}",
        "size": f"{image.width} × {image.height}",
        "ratio": _ratio(*image.size),
        "alpha": image.has_transparency_data,
        "alt": f"Picture {number}: {prompt}",
    }


def _ratio(width: int, height: int) -> float:
    return max(TALLEST, min(width / height, FLATTEST))


def _revised(revised: tuple[str | None, ...], prompt: str) -> list[dict[str, str]]:
    """Return the prompts as the model rewrote them, each once, with the pictures that they belong to."""
    numbers: dict[str, list[int]] = {}
    for number, text in enumerate(revised[:MOST_SHOWN], start=1):
        if text and text != prompt:
            numbers.setdefault(text, []).append(number)
    if len(numbers) == 1:
        return [{"label": "", "text": text} for text in numbers]
    return [
        {"label": f"Picture{'s' if len(found) > 1 else ''} {', '.join(map(str, found))}", "text": text}
        for text, found in numbers.items()
    ]
