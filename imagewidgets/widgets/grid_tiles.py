"""What a browser is told of each picture of a grid, as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagewidgets.display.captions import Summary, local_time, shortened, summarize
from imagewidgets.images import RECIPE_KEY
from imagewidgets.models import EDIT, VARIATION
from imagewidgets.widgets.grid_entries import Entry

PANEL_LENGTH = 2000  # characters of a prompt in the recipe panel: all of them are sent with each new picture
BADGES = {EDIT: "Edit", VARIATION: "Variation"}


def summary_of(entries: Sequence[Entry]) -> Summary:
    """Say what the pictures share, and of each what differs."""
    return summarize([entry.facts for entry in entries])


def tiles_of(entries: Sequence[Entry], summary: Summary) -> list[dict[str, Any]]:
    """Return what is written about each picture."""
    here = {entry.facts.digest: entry for entry in reversed(entries) if entry.facts.digest}
    return [
        _tile(entry, caption, detail, here.get(entry.source))
        for entry, (caption, detail) in zip(entries, summary.captions, strict=True)
    ]


def _tile(entry: Entry, caption: str, detail: str, source: Entry | None) -> dict[str, Any]:
    facts = entry.facts
    words = facts.words
    if source is not None and source.facts.prompt and facts.operation == VARIATION and not facts.prompt:
        # It shows what its source shows; that it is a variation stands in the badge.
        caption = source.facts.prompt if caption == words else caption
        words = f"{BADGES[VARIATION]} of {source.facts.prompt}"
    rows = {"Model": facts.model, "Size": facts.size}
    rows |= {name.capitalize(): value for name, value in facts.settings.items()}
    rows["Made"] = "" if facts.created is None else f"{local_time(facts.created):%d %b %Y, %H:%M}".lstrip("0")
    rows["Digest"] = facts.short_digest
    rows["Made from"] = entry.source[:8]
    return {
        "id": entry.id,
        "batch": entry.batch,
        "size": list(entry.image.size),
        "caption": shortened(caption),
        "detail": detail,
        "words": shortened(words, PANEL_LENGTH),
        "revised": shortened(facts.revised_prompt, PANEL_LENGTH),
        "badge": BADGES.get(facts.operation, ""),
        "model": facts.model,
        "facts": [[name, value] for name, value in rows.items() if value],
        "recipe": RECIPE_KEY in entry.image.info,
        "prompt": bool(facts.prompt),
        "source": "" if source is None else source.id,
        "made": entry.thumbnail is not None,
        "changed": bool(facts.made and facts.digest) and facts.made != facts.digest,
    }
