"""Which cells of a sweep stand on the page that is shown, and where: a table, a flow, or a shuffled flow.

A page with more than `MOST_PICTURES` is cut into parts, between rows where that is possible.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from imagewidgets.sweeps.layout import Layout

if TYPE_CHECKING:
    from imagewidgets.sweeps.sweep import Sweep

MOST_PICTURES = 200
"""Pictures on a page; of more, the rest is on the next part of it."""


class Spot(NamedTuple):
    """One place of a page: a cell, or one picture of it where each stands by itself."""

    cell: int
    picture: int | None = None  # None: all of them
    number: int = 0  # of the picture in a blind comparison, from 1


@dataclass(frozen=True)
class Page:
    """What is shown at a time.

    Attributes
    ----------
    rows, columns
        Which values of the axis of rows, and of columns, are there: numbers of its labels. A flow has none.
    spots
        What stands there, row by row.
    part, parts
        Which part of the page it is, from 0, and how many it has.
    """

    spots: Sequence[Spot]
    part: int
    parts: int
    rows: Sequence[int] = ()
    columns: Sequence[int] = ()


def pictures_each(sweep: Sweep) -> int:
    """Return how many pictures a cell of a sweep has, at most."""
    counts = next((axis.values for axis in sweep.axes if axis.name == "n"), ())
    first = sweep[0].request
    known = [*counts, sweep.fixed.get("n"), first and first.n]
    return max([1, *(count for count in known if isinstance(count, int))])


def table_page(layout: Layout, page: Mapping[str, int], *, each: int, part: int) -> Page:
    """Return a page of a table whose cells have `each` pictures; `part` is the nearest there is."""
    columns_at_once = max(1, min(layout.column_count, MOST_PICTURES // each))
    rows_at_once = max(1, min(layout.row_count, MOST_PICTURES // (each * columns_at_once)))
    across = -(-layout.column_count // columns_at_once)
    parts = across * -(-layout.row_count // rows_at_once)
    part = max(0, min(part, parts - 1))
    first_row, first_column = part // across * rows_at_once, part % across * columns_at_once
    rows = range(first_row, min(first_row + rows_at_once, layout.row_count))
    columns = range(first_column, min(first_column + columns_at_once, layout.column_count))
    spots = [Spot(layout.cell(row, column, page)) for row in rows for column in columns]
    return Page(spots, part, parts, rows, columns)


def flow_page(sweep: Sweep, *, each: int, part: int) -> Page:
    """Return a page of cells that stand one after the other, in the order of the sweep."""
    part, parts, places = _cut(len(sweep), MOST_PICTURES // each, part)
    return Page([Spot(place) for place in places], part, parts)


def blind_page(sweep: Sweep, *, each: int, part: int, seed: int) -> Page:
    """Return a page of single pictures in an order that says nothing of where they stand; `seed` is which order.

    What is refused has no picture, and so no place.
    """
    order = _shuffled(len(sweep) * each, seed)
    requests = [cell.request for cell in sweep]
    counts = [0 if request is None else request.n or 1 for request in requests]
    there = [at for at in order if at % each < counts[at // each]]
    part, parts, shown = _cut(len(there), MOST_PICTURES, part)
    spots = [Spot(there[at] // each, there[at] % each, at + 1) for at in shown]
    return Page(spots, part, parts)


def _cut(count: int, at_once: int, part: int) -> tuple[int, int, range]:
    """Return which part is shown, of how many, and what is in it."""
    at_once = max(1, at_once)
    parts = max(1, -(-count // at_once))
    part = max(0, min(part, parts - 1))
    return part, parts, range(part * at_once, min((part + 1) * at_once, count))


@lru_cache(maxsize=4)
def _shuffled(count: int, seed: int) -> tuple[int, ...]:
    order = list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311 - it hides an order from eyes, not from an enemy
    return tuple(order)
