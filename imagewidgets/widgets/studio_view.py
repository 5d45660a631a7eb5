"""What the view of a studio draws of its history, as JSON values and small pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from imagewidgets.display import thumbnail
from imagewidgets.display.captions import count_pictures
from imagewidgets.mask.preview import percent
from imagewidgets.widgets.messages import redact
from imagewidgets.widgets.studio_history import DIGITS, Place, Row, Step, StudioHistory

if TYPE_CHECKING:
    from PIL import Image

LARGE = 512  # px, the longest side: pictures of panels are 224 to 446 CSS px wide
LONGEST_NAME = 24  # characters of the picture that another one came from
FEW_DIGITS = 4  # of a digest, beside a name

# Settings of a request that are said of a step, by the API's names.
_SETTINGS = {"size": "Size", "quality": "Quality", "style": "Style", "background": "Background", "seed": "Seed"}


def rows_shown(history: StudioHistory, name: Callable[[Image.Image], str]) -> list[dict[str, Any]]:
    """Return the lines of the tree: ``{id, parent, depth, label, detail, time, picture}`` each.

    `name` says what browsers call a picture; ``time`` is Unix time in s.
    """
    steps = history.steps
    return [
        {
            "id": row.id,
            "parent": row.parent,
            "depth": row.depth,
            "label": row.label,
            "detail": row.detail,
            "time": steps[row.step].time,
            "picture": name(steps[row.step].images[row.picture or 0]),
        }
        for row in history.rows()
    ]


def details(history: StudioHistory, place: Place, *, code: str, name: Callable[[Image.Image], str]) -> dict[str, Any]:
    """Return what stands beside the tree about one picture of it.

    Parameters
    ----------
    history, place
        The tree, and the picture.
    code
        The Python that does the step again; empty where there is none.
    name
        What browsers call a picture.

    Returns
    -------
    dict
        ``row`` (the line that shows it), ``picture`` (its name), ``index`` (which picture of its step), ``large`` (a
        WebP file), ``words``, ``facts`` (pairs of name and value), ``origin`` (None, or ``{row, picture, text}`` of
        what it came from), ``pictures`` (the names of all, where a line stands for several), ``operation``, ``code``.
    """
    row = row_of(history, place)
    step = history.steps[place.step]
    image = step.images[place.picture]
    single = row.picture is not None or len(step.images) == 1
    return {
        "row": row.id,
        "picture": name(image),
        "index": place.picture,
        "large": thumbnail(image, LARGE),
        "words": history.words(step),
        "facts": facts(step, place.picture),
        "origin": origin(history, step),
        "pictures": [] if single else [name(one) for one in step.images],
        "operation": step.operation,
        "code": code,
    }


def facts(step: Step, picture: int) -> list[tuple[str, str]]:
    """Return what is known of one picture of a step, as pairs of name and value."""
    image, request = step.images[picture], step.request
    values: Mapping[str, Any] = {name: getattr(request, name, None) for name in _SETTINGS} if request else {}
    asked = {_SETTINGS[name]: str(value) for name, value in values.items() if value not in (None, "", "auto")}
    size = f"{image.width} × {image.height}"
    pairs = [
        ("Mask", f"{percent(step.coverage)} of the picture" if step.coverage is not None else ""),
        ("Model", step.model),
        *{**asked, "Size": size}.items(),
        ("Digest", step.digests[picture][:DIGITS]),
    ]
    return [(name, redact(value)) for name, value in pairs if value]


def origin(history: StudioHistory, step: Step) -> dict[str, Any] | None:
    """Return what a step came from: the line of the tree that shows it, and a short name with a part of its digest."""
    if step.parent is None:
        return None
    parent = history.steps[step.parent.step]
    words = history.words(parent) or "Picture"
    if len(words) > LONGEST_NAME:
        words = words[:LONGEST_NAME].rpartition(" ")[0].rstrip(" ,") + "…"
    return {
        "row": row_of(history, step.parent).id,
        "picture": step.parent.picture,
        "text": f"{words}, {parent.digests[step.parent.picture][:FEW_DIGITS]}",
    }


def row_of(history: StudioHistory, place: Place) -> Row:
    """Return the line of the tree that shows a picture.

    Raises
    ------
    LookupError
        There is no such picture.
    """
    for row in history.rows():
        if row.step == place.step and row.picture in (None, place.picture):
            return row
    raise LookupError(f"{place} is no picture of this history.")


def summary(history: StudioHistory) -> str:
    """Return ``7 steps, 10 pictures``."""
    steps = len(history.steps)
    pictures = sum(len(step.images) for step in history.steps)
    return f"{steps:,} step{'' if steps == 1 else 's'}, {count_pictures(pictures)}"


def comparison(before: Image.Image, after: Image.Image, *, words: tuple[str, str]) -> dict[str, Any]:
    """Return the last edit for its slider: WebP files and words of the picture before and after."""
    return {
        "before": thumbnail(before, LARGE),
        "after": thumbnail(after, LARGE),
        "alt": [f"Before: {words[0]}", f"After: {words[1]}"],
    }


def source_shown(image: Image.Image, words: str) -> dict[str, Any]:
    """Return the source of variations: a WebP file, what it shows, its size."""
    return {"large": thumbnail(image, LARGE), "words": words, "size": f"{image.width} × {image.height}"}
