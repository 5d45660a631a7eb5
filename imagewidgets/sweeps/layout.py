"""How the cells of a sweep are laid out: which axis makes the rows, which the columns, and which the pages.

A whole sweep is a table: the first axis makes its rows, the second its columns, and every other is turned like a page.
Cells that are no product of axes (a sample, the rows of a file), and those of one long axis, flow one after the other.
The live grid, the saved view and the contact sheet all follow this one rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

from imagewidgets.display.captions import count_pictures
from imagewidgets.sweeps.space import ROW

if TYPE_CHECKING:
    from imagewidgets.sweeps.axes import Axis
    from imagewidgets.sweeps.sweep import Sweep

COUNT = "n"  # the parameter that says how many pictures a cell has

MOST_IN_A_LINE = 5
"""An axis that is alone makes a row of columns if it has at most this many values; more flow."""


@dataclass(frozen=True)
class Layout:
    """Where each cell of a sweep stands.

    Attributes
    ----------
    kind : str
        ``"table"``, or ``"flow"``: all cells one after the other, on one page.
    rows, columns : Axis or None
        The axes of the table; None where it has only one line that way. A flow has neither.
    pages : tuple of Axis
        The other axes of a table: each choice of one value of each is a page.
    axes : tuple of Axis
        All axes of the sweep, in their order.
    """

    kind: Literal["table", "flow"]
    rows: Axis | None
    columns: Axis | None
    pages: tuple[Axis, ...]
    axes: tuple[Axis, ...]

    @classmethod
    def of(cls, sweep: Sweep, rows: str | None = None, columns: str | None = None) -> Layout:
        """Lay out a sweep.

        Parameters
        ----------
        sweep
            Its `axes`, and whether it is `whole`, are all that is looked at.
        rows, columns
            Names of the axes to take; None or ``""`` takes the first of those that are left.

        Raises
        ------
        ValueError
            There is no axis of this name, both are the same, or the cells have no rows because they are no product.
        """
        by_name = {axis.name: axis for axis in sweep.axes}
        chosen = {way: name for way, name in (("rows", rows), ("columns", columns)) if name}
        for way, name in chosen.items():
            if not sweep.whole:
                raise ValueError(f"{way}={name!r} is not possible: these cells are a list and no table of all values.")
            if name not in by_name:
                raise ValueError(f"{way}={name!r} is no axis of this sweep. Its axes: {', '.join(by_name) or 'none'}.")
        if rows and rows == columns:
            raise ValueError(f"rows and columns are both {rows!r}: take two different axes.")
        left = [axis for axis in sweep.axes if axis.name not in chosen.values()]
        if not sweep.whole or not sweep.axes:
            return cls("flow", None, None, (), sweep.axes)
        if len(sweep.axes) == 1:
            alone = sweep.axes[0]
            if rows:
                return cls("table", alone, None, (), sweep.axes)
            if columns or len(alone.values) <= MOST_IN_A_LINE:
                return cls("table", None, alone, (), sweep.axes)
            return cls("flow", None, None, (), sweep.axes)
        row_axis = by_name[rows] if rows else left.pop(0)
        column_axis = by_name[columns] if columns else left.pop(0)
        return cls("table", row_axis, column_axis, tuple(left), sweep.axes)

    @property
    def row_count(self) -> int:
        """How many rows a page has: 1 without an axis for them."""
        return len(self.rows.values) if self.rows else 1

    @property
    def column_count(self) -> int:
        """How many columns a page has: 1 without an axis for them."""
        return len(self.columns.values) if self.columns else 1

    @property
    def page_count(self) -> int:
        """How many pages there are: 1 where no axis is left for them."""
        return math.prod(len(axis.values) for axis in self.pages)

    def each_page(self) -> Iterator[dict[str, int]]:
        """Yield the pages in order, the last axis fastest: for each of their axes, by name, which value it has."""
        for indices in product(*(range(len(axis.values)) for axis in self.pages)):
            yield {axis.name: index for axis, index in zip(self.pages, indices, strict=True)}

    def cell(self, row: int = 0, column: int = 0, page: Mapping[str, int] | None = None) -> int:
        """Return the place of the cell of a table that stands there: ``sweep[place]``.

        Parameters
        ----------
        row, column
            From 0; 0 where there is no axis for them.
        page
            Which value each axis of `pages` has, by name; 0 for those that are left out.

        Raises
        ------
        ValueError
            It is a flow, whose cells stand in the order of the sweep.
        IndexError
            There is no such row, column or page.
        """
        if self.kind == "flow":
            raise ValueError("In a flow the cells stand in the order of the sweep: it has no rows and columns.")
        if not (0 <= row < self.row_count and 0 <= column < self.column_count):
            raise IndexError(
                f"There is no cell ({row}, {column}) in a table of {self.row_count} × {self.column_count}."
            )
        place = 0
        for axis in self.axes:
            count = len(axis.values)
            index = row if axis is self.rows else column if axis is self.columns else (page or {}).get(axis.name, 0)
            if not 0 <= index < count:
                raise IndexError(f"The axis {axis.name!r} has no value {index}: it has {count}.")
            place = place * count + index
        return place

    def page_title(self, page: Mapping[str, int]) -> str:
        """Return the words for a page, such as ``spring · quality low``; empty where there is only one."""
        return " · ".join(words(axis, page.get(axis.name, 0)) for axis in self.pages)


def name_beside(axis: Axis) -> str:
    """Return the name that stands beside the labels of an axis: of a parameter, or where labels are mere numbers.

    Words of a prompt speak for themselves.
    """
    if "|" in axis.name or axis.name in ("prompt", ROW):
        return ""
    if axis.parameter and axis.name == COUNT:
        return "pictures"
    numbers = not all(any(map(str.isalpha, label)) for label in axis.labels)
    return axis.name if axis.parameter or numbers else ""


def words(axis: Axis, index: int) -> str:
    """Return a value of an axis in words that stand by themselves.

    ``quality low``, but ``red`` of ``red|blue``, and ``2 pictures`` of ``n``.
    """
    value = axis.values[index]
    if axis.parameter and axis.name == COUNT and isinstance(value, int):
        return count_pictures(value)
    return f"{name_beside(axis)} {axis.labels[index]}".lstrip()
