"""A sweep as pictures in rows and columns, or one after the other, with its labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imagewidgets.display import (
    Figure,
    Gap,
    PictureTable,
    contact_sheet,
    saved_view_html,
    tables_html,
    tables_sheet,
)
from imagewidgets.display.captions import joined
from imagewidgets.display.saved import plain
from imagewidgets.sweeps.layout import Layout, name_beside, words
from imagewidgets.sweeps.looks import sentence

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.sweeps.cells import Cell, State
    from imagewidgets.sweeps.sweep import Sweep

MOST_COLUMNS = 24
"""How many columns of a table a saved view shows: more are too narrow to see anything."""

PICKED = "✓ picked"
_STATES: dict[State, str] = {
    "failed": "failed",
    "refused": "refused",
    "running": "not finished",  # not "under way": a notebook may be opened another day
    "waiting": "not begun",
    "planned": "not made",
}

Pictures = Callable[["Cell"], Sequence[Figure | Gap]]
"""Returns the pictures of a cell, with no words but those for people who cannot see them; none where none came.

A gap stands for one that came and cannot be shown.
"""


def standing(sweep: Sweep) -> str:
    """Say how far a sweep is: ``7 of 8 done · 1 failed``."""
    counts = sweep.counts
    rest = (f"{counts[state]:,} {words}" for state, words in _STATES.items() if counts[state])
    return joined([f"{counts['done']:,} of {len(sweep):,} done", *rest])


def many(cell: Cell) -> int:
    """Return how many pictures a cell is to have: 1 where it is refused."""
    return (cell.request.n or 1) if cell.request is not None else 1


def labels_of(sweep: Sweep, cell: Cell) -> str:
    """Return the words for a cell: ``red · season spring``."""
    return joined(words(axis, index) for axis, index in zip(sweep.axes, cell.index, strict=True))


@dataclass(frozen=True)
class View:
    """A sweep laid out: as `tables`, or as `figures` one after the other. `left_out` cells are not shown."""

    tables: tuple[PictureTable, ...] = ()
    figures: tuple[Figure | Gap, ...] = ()
    left_out: int = 0

    @classmethod
    def of(cls, sweep: Sweep, layout: Layout, pictures: Pictures, *, most: int | None = None) -> View:
        """Lay out a sweep.

        Parameters
        ----------
        sweep, layout
            The sweep, and how it is laid out.
        pictures
            Gives the pictures of each cell.
        most
            How many pictures are shown at most, but for a first row of a table that has more. None shows all.
        """
        return _tables(sweep, layout, pictures, most) if layout.kind == "table" else _flow(sweep, pictures, most)

    @property
    def pictures(self) -> list[Figure]:
        """All pictures that are shown."""
        return [
            *(figure for table in self.tables for figure in table.figures()),
            *(figure for figure in self.figures if isinstance(figure, Figure)),
        ]

    def html(self, *, title: str, detail: str, footer: str) -> str:
        """Return it as one piece of HTML."""
        if self.tables:
            return tables_html(self.tables, title=title, detail=detail, footer=footer)
        return saved_view_html(self.figures, title=title, detail=detail, footer=footer)

    def sheet(self, *, tile: int, title: str) -> Image.Image:
        """Draw it on paper, each picture's longest side `tile` px at most."""
        if self.tables:
            return tables_sheet(self.tables, tile=tile, title=title)
        return contact_sheet(self.figures, tile=tile, title=title)


def _tables(sweep: Sweep, layout: Layout, pictures: Pictures, most: int | None) -> View:
    picks = set(sweep.picks)
    across = layout.column_count if most is None else min(layout.column_count, MOST_COLUMNS)
    found: list[PictureTable] = []
    shown, room = 0, math.inf if most is None else most
    for page in layout.each_page():
        each = across * many(sweep[layout.cell(0, 0, page)])
        down = int(min(layout.row_count, max(room // each, 0 if found else 1)))
        if not down:
            break
        cells = [[sweep[layout.cell(row, column, page)] for column in range(across)] for row in range(down)]
        table = PictureTable(
            title=layout.page_title(page),
            row_name=name_beside(layout.rows) if layout.rows else "",
            column_name=name_beside(layout.columns) if layout.columns else "",
            rows=layout.rows.labels[:down] if layout.rows else ("",),
            columns=layout.columns.labels[:across] if layout.columns else ("",),
            cells=tuple(tuple(_in_table(cell, pictures, picks) for cell in row) for row in cells),
        )
        found.append(table)
        shown += across * down
        room -= each * down
    return View(tables=tuple(found), left_out=len(sweep) - shown)


def _flow(sweep: Sweep, pictures: Pictures, most: int | None) -> View:
    picks = set(sweep.picks)
    found: list[Figure | Gap] = []
    for cell in sweep:
        if most is not None and found and len(found) + many(cell) > most:
            return View(figures=tuple(found), left_out=len(sweep) - cell.place)
        said = labels_of(sweep, cell)
        came = [
            replace(figure, caption=said, detail=joined([figure.detail, _picked(cell, index, picks)]))
            for index, figure in enumerate(pictures(cell))
        ]
        found += [*came, *_missing(cell, len(came), said)] or [Gap(sentence(cell), said)]
    return View(figures=tuple(found))


def _in_table(cell: Cell, pictures: Pictures, picks: set[tuple[int, int]]) -> Sequence[Figure | Gap] | str:
    """Return what stands in a cell of a table: its labels are those of row and column."""
    came = [
        replace(figure, caption=_picked(cell, index, picks), detail="") for index, figure in enumerate(pictures(cell))
    ]
    return [*came, *_missing(cell, len(came), "")] if came else sentence(cell)


def _picked(cell: Cell, index: int, picks: set[tuple[int, int]]) -> str:
    return PICKED if (cell.place, index) in picks else ""


def _missing(cell: Cell, came: int, said: str) -> list[Gap]:
    """Return the places of pictures that failed beside others that came."""
    return [Gap(sentence(cell), said)] * (many(cell) - came) if came and cell.error is not None else []


def each_label(sweep: Sweep) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name of each axis, or what it is called where its labels speak for themselves, and its labels."""
    for axis in sweep.axes:
        yield ("in the prompt" if "|" in axis.name else axis.name), axis.labels


def axes_html(sweep: Sweep) -> str:
    """Return the axes of a plan as a table: the name of each, and its labels."""
    cell = "padding:2px 16px 2px 0;border:0;text-align:left;vertical-align:top;font-size:12px;line-height:16px"
    rows = "".join(
        f'<tr style="background:none"><th scope="row" style="{cell};font-weight:400;white-space:nowrap">'
        f'<span style="opacity:.72">{plain(name)}</span></th>'
        f'<td style="{cell};max-width:none;white-space:normal">{plain(joined(labels))}</td></tr>'
        for name, labels in each_label(sweep)
    )
    return (
        '<table style="border-collapse:collapse;border:0;margin:12px 0 0;font:inherit;color:inherit;table-layout:auto">'
        f"<tbody>{rows}</tbody></table>"
        if rows
        else ""
    )
