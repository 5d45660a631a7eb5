"""The words for pictures: what is known of each, what several share, and so what a caption has to say.

What all pictures share is said once, in the first line; a caption says only what differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from PIL import Image

from imagewidgets.images import digest, read_recipe

SETTINGS = ("quality", "style", "background", "seed")
"""The parameters that captions speak of, beside prompt, model and size."""

STEM_LENGTH = 60  # characters of a prompt in a file name
MILLISECONDS = 1e11  # from here on a time is one in ms: in s it would be after the year 5000
TEXT_LENGTH = 300  # characters of a prompt in a caption; a prompt may have 32,000


@dataclass(frozen=True)
class Figure:
    """One picture with its words: `caption`, fainter `detail` beneath it, and `alt` for those who cannot see it.

    `thumbnail` is a small WebP file of it, where one is there already.
    """

    image: Image.Image
    caption: str
    detail: str = ""
    alt: str = ""
    thumbnail: bytes | None = None


@dataclass(frozen=True)
class Gap:
    """A place that has no picture: `sentence` says why. `caption` and `detail` stand beneath it as under a picture."""

    sentence: str
    caption: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of one picture, from its recipe and its pixels.

    `settings` holds those of `SETTINGS` that the request chose, as text (``auto`` is no choice); `created` is Unix time
    in s, None where it is not known or no date. `digest` is that of the pixels as they are now: where `made` (that of
    the recipe) differs, the picture was changed afterwards.
    """

    size: str
    digest: str
    prompt: str = ""
    model: str = ""
    operation: str = ""
    revised_prompt: str = ""
    created: int | None = None
    made: str = ""
    name: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, image: Image.Image, *, pixels: bool = True) -> Facts:
        """Gather the facts; this decodes the picture, and takes a few ms per megapixel.

        Without `pixels` it does not: `digest` is empty then.
        """
        recipe = read_recipe(image) or {}
        request = recipe.get("request")
        request = request if isinstance(request, dict) else {}
        made = utc_time(recipe.get("created"))
        return cls(
            size=f"{image.width} × {image.height}",
            digest=digest(image) if pixels else "",
            prompt=_line(request.get("prompt")),
            model=_line(recipe.get("model") or request.get("model")),
            operation=_line(request.get("operation")),
            revised_prompt=_line(recipe.get("revised_prompt")),
            created=None if made is None else int(made.timestamp()),
            made=_line(recipe.get("digest")),
            name=Path(str(getattr(image, "filename", ""))).name,
            settings={name: _line(request[name]) for name in SETTINGS if request.get(name) not in (None, "auto")},
        )

    @property
    def words(self) -> str:
        """What the picture is called where nothing better is known: prompt, kind or file name; may be empty."""
        return self.prompt or {"variation": "Variation", "edit": "Edit"}.get(self.operation) or self.name

    @property
    def short_digest(self) -> str:
        """The first eight hex digits of the digest: enough to tell the pictures of a report apart."""
        return self.digest[:8]

    @property
    def file_name(self) -> str:
        """A readable file name, such as ``a-red-fox-3f9a02d1.png``."""
        stem = re.sub(r"[^\w]+", "-", self.words.lower()).strip("-_")[:STEM_LENGTH].rstrip("-")
        return f"{stem or 'picture'}-{self.short_digest}.png"

    @property
    def day(self) -> str:
        """The day on which it was made, as in ``20 November 2026``; empty where it is not known."""
        return "" if self.created is None else _day(self.created)


@dataclass(frozen=True)
class Summary:
    """The words for several pictures: `title` and `detail` for all, then a caption and a detail for each."""

    title: str
    detail: str
    captions: list[tuple[str, str]]


def summarize(facts: Sequence[Facts]) -> Summary:
    """Say what the pictures share once, and of each what differs.

    Prompts that differ are the captions; otherwise settings that differ (``seed 7``), otherwise the first eight digits
    of the digest. A single picture keeps its prompt as its caption.
    """
    title = count_pictures(len(facts))
    if not facts:
        return Summary(title, "", [])
    alone = len(facts) == 1
    words_differ = alone or len({fact.words for fact in facts}) > 1
    columns = [[fact.model for fact in facts], [fact.size for fact in facts]]
    for name in SETTINGS:
        values = [fact.settings.get(name, "") for fact in facts]
        columns.append([f"{name} {value}" if value else "" for value in values])
    shared = [column[0] for column in columns if len(set(column)) == 1]
    differing = [column for column in columns if len(set(column)) > 1]
    days = {fact.day for fact in facts}
    head = ["" if words_differ else facts[0].words, *shared, days.pop() if len(days) == 1 else ""]
    captions = []
    for index, fact in enumerate(facts):
        rest = joined(column[index] for column in differing)
        if words_differ:
            captions.append((fact.words, rest))
        else:
            captions.append((rest or fact.short_digest, ""))
    return Summary(title, joined(head), captions)


def plain_text(facts: Sequence[Facts], *, head: str) -> str:
    """Return `head` and a line for each picture: its number, eight digits of its digest, its prompt."""
    width = len(str(max(len(facts) - 1, 0)))
    lines = [f"  {i:>{width}}  {fact.short_digest}  {shortened(fact.words)}".rstrip() for i, fact in enumerate(facts)]
    return "\n".join([head, *lines])


def count_pictures(count: int) -> str:
    """Return ``1 picture``, ``2 pictures``, ``1,000 pictures``."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


def joined(parts: Iterable[str], by: str = " · ") -> str:
    """Join what is not empty."""
    return by.join(part for part in parts if part)


def utc_time(created: object) -> datetime | None:
    """Return what a service says of when a picture was made, or None where that is no date.

    Unix time in s, or in ms where it is `MILLISECONDS` or more: some gateways count so.
    """
    if not isinstance(created, int | float) or isinstance(created, bool):
        return None
    try:
        if not 0 <= created < MILLISECONDS * 1000:  # also False for nan
            return None
        return datetime.fromtimestamp(created / 1000 if created >= MILLISECONDS else created, tz=timezone.utc)
    except (ValueError, OverflowError, OSError):  # no day of this calendar
        return None


def local_time(created: float) -> datetime:
    """Return Unix time `created` (s, as in `Facts.created`) as a date and time of this machine's zone."""
    return datetime.fromtimestamp(created, tz=timezone.utc).astimezone()


def _day(created: float) -> str:
    day = local_time(created)
    return f"{day.day} {day:%B %Y}"


def _line(value: object) -> str:
    """Return a value of a recipe as one line of text, whatever stands there."""
    return "" if value is None else re.sub(r"\s+", " ", str(value)).strip()


def shortened(text: str, length: int = TEXT_LENGTH) -> str:
    """Return at most `length` characters of a text, with … where it was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
