"""What a form shows of its runs, as JSON values and small pictures: the one under way, and the last that gave some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagewidgets.display import thumbnail
from imagewidgets.display.captions import Facts, shortened
from imagewidgets.models import EDIT, GENERATE, SKETCH, VARIATION, parse_size
from imagewidgets.widgets import form_code, messages
from imagewidgets.widgets.grid_entries import Entry, source_of
from imagewidgets.widgets.grid_tiles import summary_of, tiles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from imagewidgets.responses import ImagesResponse
    from imagewidgets.widgets.form_orders import Order

THUMBNAIL = 400  # px, the longest side: tiles are 200 CSS px wide, and screens are fine
MOST_SHOWN = 20  # pictures in the view: about 0.5 MB; form.images has all
LONGEST_WAITING = 80  # characters about a run that waits
FLATTEST, TALLEST = 2.5, 0.4  # width ÷ height of a tile; a longer picture stands inside it

_FACTS = {
    "quality": "Quality",
    "style": "Style",
    "background": "Background",
    "output_format": "Format",
    "output_compression": "Compression",
    "partial_images": "Partials",
    "seed": "Seed",
}


def running(order: Order, *, number: int, started: float) -> dict[str, Any]:
    """Return what is shown of a run under way.

    Parameters
    ----------
    order
        What was asked for.
    number
        Which run of the form this is, from 1.
    started
        Unix time in s: the view counts the seconds from there.
    """
    values = order.parameters
    model, size = values.get("model"), values.get("size")
    emulated = ", emulated" if order.offline and model not in (None, SKETCH.name) else ""
    pair = parse_size(size or "") or (order.inputs[0].image.size if order.inputs and not size else None)
    facts = [
        ("Model", f"{model}{emulated}" if model else ""),
        ("Size", f"{pair[0]} × {pair[1]}" if pair and size else size or ""),
        *((label, str(values.get(name, ""))) for name, label in _FACTS.items()),
    ]
    return {
        "number": number,
        "count": min(order.count, MOST_SHOWN),
        "title": _title(order),
        "started": started,
        "ratio": ratio(*pair) if pair and 0 not in pair else 1.0,
        "facts": [[label, value] for label, value in facts if value],
        "streams": order.streams,
    }


def waiting(order: Order, *, number: int) -> dict[str, Any]:
    """Return what is shown of a run that waits: its `number`, and in words what it is to make."""
    return {"number": number, "text": shortened(f"{_words(order)} ({messages.pictures(order.count)})", LONGEST_WAITING)}


def _words(order: Order) -> str:
    """Say what a run is to show."""
    return order.prompt or (f"variation of {order.inputs[0].name}" if order.inputs else "")


def _title(order: Order) -> str:
    count = order.count
    more = "" if count == 1 else "s"
    return {
        GENERATE: f"Generating {messages.pictures(count)}",
        EDIT: f"Making {count:,} edit{more}",
        VARIATION: f"Making {count:,} variation{more}",
    }[order.operation]


def finished(order: Order, response: ImagesResponse, *, number: int, seconds: float, cost: str) -> dict[str, Any]:
    """Return what is shown of a run that gave pictures.

    Parameters
    ----------
    order, response
        What was asked for, and what came.
    number
        Which response of the form this is, from 0: its pictures are called by it.
    seconds
        How long it took.
    cost
        What it cost, in words; empty where there is nothing to say.
    """
    count = len(response)
    shown = response[:MOST_SHOWN]
    left_out = f"{count - MOST_SHOWN} more are not shown here; form.images has all." if count > MOST_SHOWN else ""
    return {
        "text": messages.finished(count, seconds),
        "detail": messages.joined(messages.usage(response.usage), cost),
        "code": form_code.code(order, response.take),
        "pictures": [
            _tile(image, index, order, recipe)
            for index, (image, recipe) in enumerate(zip(shown, _recipes(shown, number), strict=True))
        ],
        "revised": _revised(response.revised_prompts, response.prompt),
        "left_out": left_out,
        "failed": messages.some_failed(response.errors),
    }


def _recipes(images: Sequence[Image.Image], number: int) -> list[dict[str, Any]]:
    """Return what is written about each picture where it is shown large."""
    entries = [
        Entry(f"{number}-{index}", image, batch=0, facts=Facts.of(image), source=source_of(image))
        for index, image in enumerate(images)
    ]
    return tiles_of(entries, summary_of(entries))


def _tile(image: Image.Image, index: int, order: Order, recipe: dict[str, Any]) -> dict[str, Any]:
    number = index + 1
    return {
        "id": recipe["id"],
        "thumbnail": thumbnail(image, THUMBNAIL),
        "title": f"Picture {number}",
        "size": f"{image.width} × {image.height}",
        "ratio": ratio(*image.size),
        "alpha": image.has_transparency_data,
        "alt": f"Picture {number}: {_words(order)}",
        "recipe": recipe,
    }


def ratio(width: int, height: int) -> float:
    """Return the width ÷ height of a tile for a picture of this size."""
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
