"""How a grid looks in a saved notebook, where nothing is running.

It is made of the thumbnails that are there already: the originals would take a second longer.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from imagewidgets.display import figures_of, saved_view_html
from imagewidgets.display import saved_view as saved_view_of
from imagewidgets.display.captions import joined, plain_text
from imagewidgets.display.saved import MOST_TILES
from imagewidgets.display.sheet import preview_png
from imagewidgets.widgets.grid_entries import Entry
from imagewidgets.widgets.grid_pictures import AT_ONCE
from imagewidgets.widgets.grid_tiles import summary_of

FOOTER = "Saved view. Run the notebook to select pictures, see them large and download them."
MOST_FIGURES = 36  # in the HTML: with the live thumbnails of 100 pictures that is less than 2 MB
LARGE = 4  # pictures at most that are shown larger than a thumbnail, so from the originals


def saved_view(entries: Sequence[Entry], *, head: str, footer: str = FOOTER) -> dict[str, str]:
    """Return the saved forms of these pictures, as a MIME bundle: text, HTML and one PNG of the first.

    Parameters
    ----------
    entries
        The pictures; the first `AT_ONCE` have been looked at.
    head
        The first line of the text.
    footer
        The last line of the HTML.
    """
    entries = [entry for entry in entries if entry.thumbnail != b""]  # those cannot be read
    facts = [entry.facts for entry in entries]
    if not entries:
        return {"text/plain": head, "text/html": saved_view_html([], title="No pictures yet", detail="", footer=footer)}
    if len(entries) <= LARGE:
        images = [entry.image for entry in entries]
        return saved_view_of(images, facts=facts, head=head, footer=footer)
    images = [*map(_small, entries[:MOST_FIGURES]), *(entry.image for entry in entries[MOST_FIGURES:])]
    figures = [
        replace(figure, thumbnail=entry.thumbnail)
        for entry, figure in zip(entries[:MOST_FIGURES], figures_of(images, facts=facts), strict=False)
    ]
    summary = summary_of(entries)
    left_out = len(entries) - len(figures)
    footer = joined([f"{left_out:,} more are not shown here." if left_out else "", footer], " ")
    text = plain_text(facts[:AT_ONCE], head=head)
    if more := facts[AT_ONCE:]:
        text += f"\n  {len(more):,} more"
    preview = preview_png(figures[:MOST_TILES], title=joined([summary.title, summary.detail]))
    return {
        "text/plain": text,
        "text/html": saved_view_html(figures, title=summary.title, detail=summary.detail, footer=footer),
        "image/png": base64.b64encode(preview).decode(),
    }


def _small(entry: Entry) -> Image.Image:
    """Return the thumbnail as a picture."""
    return entry.image if entry.thumbnail is None else Image.open(io.BytesIO(entry.thumbnail))
