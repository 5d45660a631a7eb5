"""How a sweep grid lays out its cells: which axes make rows and columns, which page is open, what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets as t

from imagewidgets.sweeps.layout import Layout
from imagewidgets.sweeps.plan import MOST_CELLS
from imagewidgets.widgets.grid_files import GridFiles
from imagewidgets.widgets.sweep_page import Page, blind_page, flow_page, pictures_each, table_page

if TYPE_CHECKING:
    from imagewidgets.sweeps.sweep import Sweep


class SweepArrangement(GridFiles):
    """The layout of a `SweepGrid`, as traits that agree with each other and with the sweep."""

    rows = t.Unicode().tag(sync=True)
    """The axis that makes the rows, by name. Empty where there are none: in one line, and where cells flow."""

    columns = t.Unicode().tag(sync=True)
    """The axis that makes the columns, by name. Empty where there are none."""

    page = t.Dict(value_trait=t.Int(), key_trait=t.Unicode()).tag(sync=True)
    """Of each axis that makes neither, by name: the number of its value that is shown, from 0."""

    part = t.Int(0).tag(sync=True)
    """Which part of a long page is shown, from 0. One part has at most 200 pictures."""

    blind = t.Bool(False).tag(sync=True)
    """Whether labels, prompts and recipes are hidden, and the pictures of all pages shuffled, to be compared by eye."""

    seed = t.Int(0)
    """Which order a blind comparison has."""

    _sweep = t.Any()

    def __init__(self, **traits: Any) -> None:
        self._arranging = True  # what is set now is no change by somebody
        super().__init__(**traits)

    def show(self, page: Mapping[str, str | int] | None = None, *, part: int = 0) -> None:
        """Turn to a page: for some of the axes that make neither rows nor columns, which value is shown.

        Parameters
        ----------
        page
            Labels or numbers of values by the names of the axes; the others stay as they are.
        part
            Which part of it, from 0, where it is long.

        Raises
        ------
        traitlets.TraitError
            There is no such axis, or it has no such value.
        """
        with self.hold_sync():
            self.page = {**self.page, **{name: self._number(name, value) for name, value in (page or {}).items()}}
            self.part = part

    def swap(self) -> None:
        """Make the rows columns, and the columns rows."""
        self.rows = self.columns

    def reveal(self) -> None:
        """End a blind comparison: show the labels again, and how often each was picked."""
        self.blind = False

    def _number(self, name: str, value: str | int) -> int:
        axis = next((axis for axis in self._sweep.axes if axis.name == name), None)
        if axis is None or not isinstance(value, str):
            return int(value)  # what is wrong is said by the check of the trait
        if value not in axis.labels:
            raise t.TraitError(f"The axis {name!r} has no value {value!r}. It has: {', '.join(axis.labels)}.")
        return int(axis.labels.index(value))

    # ---- what is set agrees

    @t.validate("rows", "columns")
    def _check_axis(self, proposal: dict[str, Any]) -> str:
        name, way = proposal["value"], proposal["trait"].name
        try:
            Layout.of(self._sweep, **{way: name})
        except ValueError as error:
            raise t.TraitError(str(error)) from error
        return str(name)

    @t.validate("page")
    def _check_page(self, proposal: dict[str, Any]) -> dict[str, int]:
        axes = {axis.name: axis for axis in self._sweep.axes}
        for name, number in proposal["value"].items():
            if name not in axes:
                raise t.TraitError(f"The sweep has no axis {name!r}. Its axes: {', '.join(axes) or 'none'}.")
            count = len(axes[name].values)
            if not 0 <= number < count:
                raise t.TraitError(f"The axis {name!r} has no value {number}: it has {count}, counted from 0.")
        return dict(proposal["value"])

    @t.validate("blind")
    def _check_blind(self, proposal: dict[str, Any]) -> bool:
        if proposal["value"] and len(self._sweep) > MOST_CELLS:
            raise t.TraitError(
                f"A blind comparison has at most {MOST_CELLS:,} cells, not {len(self._sweep):,}. Take a sample with "
                "sweep.sample(20)."
            )
        return bool(proposal["value"])

    @t.observe("rows", "columns", "page", "part", "blind", "seed")
    def _rearrange(self, change: Any) -> None:
        if self._arranging:
            return
        with self.hold_sync():
            other = {"rows": "columns", "columns": "rows"}.get(change["name"])
            self._arranging = True
            try:
                if other and change["new"] and change["new"] == getattr(self, other):
                    setattr(self, other, change["old"])  # they change places
                if change["name"] not in ("part", "page"):
                    self.part = 0
                self._agree()
            finally:
                self._arranging = False
            self._catch_up()

    def _agree(self) -> None:
        """Say where everything stands now, also what nobody has chosen."""
        layout = self._layout
        self.rows = layout.rows.name if layout.rows else ""
        self.columns = layout.columns.name if layout.columns else ""
        self.page = {axis.name: self.page.get(axis.name, 0) for axis in layout.pages}
        self.part = self._what_is_shown().part

    @property
    def _layout(self) -> Layout:
        return Layout.of(self._sweep, self.rows, self.columns)

    def _what_is_shown(self) -> Page:
        """Return the cells that stand on the page."""
        sweep: Sweep = self._sweep
        layout, each = self._layout, pictures_each(sweep)
        if self.blind:
            return blind_page(sweep, each=each, part=self.part, seed=self.seed)
        if layout.kind == "flow":
            return flow_page(sweep, each=each, part=self.part)
        return table_page(layout, self.page, each=each, part=self.part)

    def _catch_up(self) -> None:
        """Show what there is now."""
        raise NotImplementedError
