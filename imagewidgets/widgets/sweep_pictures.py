"""The pictures on the page of a sweep grid: those of its cells that are done, and what is written about each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imagewidgets.display.captions import Facts, shortened
from imagewidgets.models import parse_size
from imagewidgets.sweeps.views import labels_of
from imagewidgets.widgets import sweep_words
from imagewidgets.widgets.grid_entries import Entry, source_of
from imagewidgets.widgets.grid_tiles import PANEL_LENGTH, summary_of, tiles_of

if TYPE_CHECKING:
    from imagewidgets.sweeps.cells import Cell
    from imagewidgets.sweeps.sweep import Sweep
    from imagewidgets.widgets.sweep_page import Spot

MOST_STRETCHED = 2  # times as wide as high, or the other way, that a place in the table is

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


def spot(sweep: Sweep, at: Spot, shown: Shown) -> dict[str, Any]:
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
        "count": 1 if one else _count(sweep, cell),
        "words": f"Picture {at.number}" if one else sweep_words.words(sweep, cell),
        "caption": "" if one else labels_of(sweep, cell),
    }
    if state in ("failed", "refused"):
        told["failure"] = sweep_words.failure(cell, destination=sweep.destination, blind=one)
    if state == "running" and cell.started is not None:
        seconds = time.monotonic() - cell.started
        told |= {"seconds": seconds, "began": time.time() - seconds}
    return told


def _count(sweep: Sweep, cell: Cell) -> int:
    """Return how many pictures a cell has, or would have if it were possible."""
    asked = cell.values.get("n", sweep.fixed.get("n")) if cell.request is None else cell.request.n
    return asked if isinstance(asked, int) and asked > 0 else 1


def ratio(shown: Iterable[Shown]) -> float:
    """Return width by height of all pictures, those that are still to come too; 1 where they differ."""
    found = {round(width / height, 3) for each in shown for width, height in _sizes(each)}
    alone = found.pop() if len(found) == 1 else 1.0
    return min(max(alone, 1 / MOST_STRETCHED), MOST_STRETCHED)


def _sizes(shown: Shown) -> Iterable[tuple[int, int]]:
    if shown.entries:
        return [entry.image.size for entry in shown.entries]
    asked = parse_size(getattr(shown.cell.request, "size", None) or "")
    return [asked] if asked else [] if shown.cell.request is None else [(1, 1)]
