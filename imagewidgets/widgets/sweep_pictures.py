"""The pictures on the page of a sweep grid: those of its cells that are done, and what is written about each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imagewidgets.display.captions import Facts, shortened
from imagewidgets.sweeps.views import labels_of
from imagewidgets.widgets import sweep_words
from imagewidgets.widgets.grid_entries import Entry, source_of
from imagewidgets.widgets.grid_tiles import PANEL_LENGTH, summary_of, tiles_of

if TYPE_CHECKING:
    from imagewidgets.sweeps.cells import Cell
    from imagewidgets.sweeps.sweep import Sweep
    from imagewidgets.widgets.sweep_page import Spot

_Seen = tuple[str, float | None, float | None]


@dataclass
class Shown:
    """The pictures of one cell that are on the page, as they were when they were looked at last.

    Attributes
    ----------
    cell
        Whose they are.
    seen
        What the cell had become by then: while that is the same, its pictures are.
    entries
        The pictures.
    times
        How often others have taken the place of earlier ones, so that browsers do not take one for the other.
    """

    cell: Cell
    seen: _Seen | None = None
    entries: list[Entry] = field(default_factory=list)
    times: int = 0

    def look_again(self) -> None:
        """Take over the pictures that the cell has now."""
        seen = (self.cell.state, self.cell.started, self.cell.seconds)
        if seen == self.seen:
            return
        self.seen = seen
        images = self.cell.images
        if [id(entry.image) for entry in self.entries] == [id(image) for image in images]:
            return
        self.times += bool(self.entries)
        again = f"-{self.times}" if self.times else ""
        self.entries = [
            Entry(f"{self.cell.place}-{at}{again}", image, 0, Facts.of(image, pixels=False), source_of(image))
            for at, image in enumerate(images)
        ]


def tiles(sweep: Sweep, shown: Sequence[Shown], numbers: dict[str, int] | None) -> list[dict[str, Any]]:
    """Return what is written about the pictures, as JSON values; with `numbers` of a blind comparison, only that."""
    entries = [entry for each in shown for entry in each.entries]
    made = tiles_of(entries, summary_of(entries))
    if numbers is not None:
        return [_hidden(tile, numbers.get(tile["id"], 0)) for tile in made]
    told = iter(made)
    for each in shown:
        title, words = labels_of(sweep, each.cell), sweep_words.words(sweep, each.cell)
        count = len(each.entries)
        for at in range(count):
            which = f"{at + 1} of {count}" if count > 1 else ""
            alt = f"{words}, {which}" if which else words
            next(told).update(title=title, caption=shortened(title), detail=which, words=shortened(alt, PANEL_LENGTH))
    return made


def _hidden(tile: dict[str, Any], number: int) -> dict[str, Any]:
    name = f"Picture {number}"
    nothing = {"detail": "", "revised": "", "badge": "", "model": "", "facts": [], "recipe": False, "prompt": False}
    return {**tile, **nothing, "words": name, "caption": name, "title": name, "source": "", "changed": False}


def spot(sweep: Sweep, at: Spot, shown: Shown, *, each: int) -> dict[str, Any]:
    """Return what stands in a place of the page, as JSON values."""
    cell = shown.cell
    one = at.picture is not None
    entries = shown.entries[at.picture : at.picture + 1] if at.picture is not None else shown.entries
    state = "done" if one and entries else cell.state
    told: dict[str, Any] = {
        "cell": cell.place,
        "state": state,
        "first": at.picture or 0,
        "ids": [entry.id for entry in entries],
        "count": 1 if one else (getattr(cell.request, "n", None) or 1) if cell.request is not None else each,
        "words": f"Picture {at.number}" if one else sweep_words.words(sweep, cell),
        "caption": "" if one else labels_of(sweep, cell),
    }
    if state in ("failed", "refused"):
        told["failure"] = sweep_words.failure(cell, destination=sweep.destination)
    if state == "running" and cell.started is not None:
        seconds = time.monotonic() - cell.started
        told |= {"seconds": seconds, "began": time.time() - seconds}
    return told
