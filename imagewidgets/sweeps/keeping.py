"""What is kept of a sweep: the saved view of a notebook, the text of a terminal, and one sheet of all pictures."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from imagewidgets.display import Figure, Gap
from imagewidgets.display.captions import Facts, joined, shortened, summarize
from imagewidgets.display.saved import card
from imagewidgets.display.sheet import TILE, preview_tile, shrunk, small_png
from imagewidgets.display.table_sheet import MOST_PIXELS
from imagewidgets.sweeps import views
from imagewidgets.sweeps.layout import Layout
from imagewidgets.sweeps.looks import BROKEN, facts_of, readable, sentence, small_pictures
from imagewidgets.sweeps.views import View

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.sweeps.cells import Cell
    from imagewidgets.sweeps.sweep import Sweep

MOST_SHOWN = 100
"""How many pictures the saved view of a sweep has in its HTML."""

MOST_PREVIEWED = 48  # and in its PNG
MOST_LINES = 60  # cells in the text
LARGEST, SMALLEST = 384, 48  # px, the longest side of a stored picture
STORED_PIXELS = 2_600_000  # px, all stored pictures together: 36 have a longest side of 268 px
STORED_BYTES = 270_000  # of all stored pictures: with the PNG, 36 photographs are less than 600 kB of a notebook
_SHRINK = 0.9  # smaller pictures have more bytes to a pixel
_TITLE = 120  # characters of the prompt above the PNG
_LABELS = 200  # characters of the labels of an axis
_DIGITS = 8  # of a digest

_sizes: WeakKeyDictionary[Sweep, int] = WeakKeyDictionary()
"""The longest side of the stored pictures of each sweep, px, so that they are not made anew for each of its views."""


def text(sweep: Sweep) -> str:
    """Return a sweep as text: how far it is, its axes, and the digests of its pictures.

    It is the same for the same pictures, so that a notebook's test can compare it.
    """
    begun = _begun(sweep)
    head = views.standing(sweep) if begun else f"{len(sweep):,} requests, none sent yet"
    lines = [f"Sweep({sweep.title!r}, {head})"]
    lines += [f"  {name}: {shortened(joined(labels), _LABELS)}" for name, labels in views.each_label(sweep)]
    if not begun:
        return "\n".join(lines)
    width = len(str(len(sweep) - 1))
    for cell in sweep[:MOST_LINES]:
        digests = " ".join(BROKEN if fact is None else fact.digest[:_DIGITS] for fact in facts_of(cell))
        failed = f"more failed: {sentence(cell)}" if digests and cell.error is not None else ""
        said = joined([digests or sentence(cell), views.labels_of(sweep, cell), failed], "  ")
        lines.append(f"  {cell.place:>{width}}  {said}")
    if len(sweep) > MOST_LINES:
        lines.append(f"  {len(sweep) - MOST_LINES:,} more")
    return "\n".join(lines)


def saved_view(sweep: Sweep, *, rows: str | None = None, columns: str | None = None) -> dict[str, str]:
    """Return what is to be seen of a sweep where nothing runs, as a MIME bundle: text, HTML, and a PNG.

    Before anything was sent it is the plan: the axes, and what the run would be.

    Parameters
    ----------
    sweep
        The first `MOST_SHOWN` pictures are shown.
    rows, columns
        As for `Layout.of`.
    """
    bundle = {"text/plain": text(sweep)}
    title = sweep.title or "Sweep"
    if not _begun(sweep):
        footer = "Nothing has been sent yet: sweep.run() starts it."
        return {**bundle, "text/html": card(views.axes_html(sweep), title=title, detail=str(sweep.plan), footer=footer)}
    layout = Layout.of(sweep, rows, columns)
    shown: list[Facts] = []

    def stored(cell: Cell) -> list[Figure | Gap]:
        found: list[Figure | Gap] = []
        for number, (small, fact) in enumerate(zip(small_pictures(cell, px), facts_of(cell), strict=False), 1):
            if small is None or fact is None:
                found.append(Gap(BROKEN))
            else:
                shown.append(fact)
                found.append(Figure(small[0], "", fact.digest[:4], _alt(sweep, cell, fact, number), small[1]))
        return found

    px = _sizes.setdefault(sweep, _stored_size(sweep))
    view = View.of(sweep, layout, stored, most=MOST_SHOWN)
    while px > SMALLEST and (size := sum(len(each.thumbnail or b"") for each in view.pictures)) > STORED_BYTES:
        px = _sizes[sweep] = max(int(px * math.sqrt(STORED_BYTES / size) * _SHRINK), SMALLEST)
        view = View.of(sweep, layout, stored, most=MOST_SHOWN)
    standing, shared = views.standing(sweep), _shared(shown)
    left_out = f"… {view.left_out:,} more are not shown here." if view.left_out else ""
    bundle["text/html"] = view.html(
        title=title, detail=joined([standing, shared]), footer=joined([left_out, _footer(sweep)], " ")
    )
    if view.pictures:
        first = View.of(sweep, layout, stored, most=MOST_PREVIEWED)
        tile = preview_tile(max(len(first.pictures), 1))
        cut = f"{first.left_out:,} more are not shown here" if first.left_out else ""
        above = joined([shortened(title, _TITLE), standing, cut, shared])
        data = small_png(lambda tile: first.sheet(tile=tile, title=above), tile)
        bundle["image/png"] = base64.b64encode(data).decode()
    return bundle


def contact_sheet(
    sweep: Sweep, *, tile: int = TILE, rows: str | None = None, columns: str | None = None
) -> Image.Image:
    """Draw all pictures of a sweep with their labels on one white sheet; what has none stands there with the reason.

    Parameters
    ----------
    sweep
        It need not be done.
    tile
        Longest side of a picture on the sheet in px.
    rows, columns
        As for `Layout.of`.

    Returns
    -------
    PIL.Image.Image
        Mode RGB.

    Raises
    ------
    ValueError
        There is no picture yet, or the sheet would be larger than memory should hold.
    """
    if not _begun(sweep):
        raise ValueError("There are no pictures yet. Make them first: sweep.run().wait().")
    if len(sweep) * views.many(sweep[0]) * tile * tile > MOST_PIXELS:
        smaller = max(math.isqrt(MOST_PIXELS // (len(sweep) * views.many(sweep[0]))), 1)
        raise ValueError(f"So many pictures make too large a sheet. Take smaller tiles, such as tile={smaller}.")

    def small(cell: Cell) -> list[Figure | Gap]:
        return [Figure(shrunk(image, tile), "") if readable(image) else Gap(BROKEN) for image in cell.images]

    view = View.of(sweep, Layout.of(sweep, rows, columns), small)
    return view.sheet(tile=tile, title=sweep.title)


def _begun(sweep: Sweep) -> bool:
    """Tell whether anything of a sweep was ever sent."""
    counts = sweep.counts
    return counts["planned"] + counts["refused"] < len(sweep)


def _stored_size(sweep: Sweep) -> int:
    """Return the longest side of the pictures in a saved view, in px: the same before all have come and after."""
    count = min(len(sweep) * views.many(sweep[0]), MOST_SHOWN)
    return min(LARGEST, math.isqrt(STORED_PIXELS // count))


def _shared(facts: Sequence[Facts]) -> str:
    """Return what all pictures have in common beside their prompts: model, size, settings and day."""
    return summarize([replace(fact, prompt="", operation="", name="") for fact in facts]).detail


def _alt(sweep: Sweep, cell: Cell, fact: Facts, number: int) -> str:
    """Return the words for people who cannot see a picture."""
    which = f"picture {number}" if views.many(cell) > 1 else ""
    return joined([fact.words or views.labels_of(sweep, cell), which], ", ")


def _footer(sweep: Sweep) -> str:
    again = " What is recorded costs nothing again." if sweep.client.gallery is not None else ""
    return f"Saved view. Run the notebook to pick and compare.{again}"
