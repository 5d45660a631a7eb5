"""A sweep as a live grid: the plan before it runs, its pictures as they come, picks, and blind comparison.

The sweep is the truth; the grid follows it, and whatever a person does in the grid is done to the sweep. Of the
pictures, those on the page that is shown are in the grid, so that a sweep of thousands costs a browser what one page
does.

Its parts, each on top of the one before: how cells are laid out (`sweep_arrangement`), how the grid follows the sweep
(`sweep_following`), and here what can be done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets as t

from imagewidgets.display.phrases import first_sentence, redact
from imagewidgets.sweeps import keeping
from imagewidgets.sweeps.sweep import Sweep
from imagewidgets.widgets import assets, grid_files
from imagewidgets.widgets.sweep_following import SweepFollowing

_SCRIPTS = ("choice", "clock", "bar", "pages", "picture", "cell", "sheet", "keys")
_TRAITS = "rows, columns, page, part, blind, seed, picks, show_tally, show_recipe, layout"


class SweepGrid(SweepFollowing):
    """A live view of a sweep: its plan, then its pictures by rows, columns and pages; picks and blind comparison.

    A whole sweep is a table: the first axis makes its rows, the second its columns, the others are turned like pages.
    Other sweeps (samples, rows of a file, one long axis) flow, each cell with its labels.

    `images` are the pictures on the page that is shown; where two are picked, those too. They follow the sweep within
    some tenths of a second.

    Parameters
    ----------
    sweep
        What is shown: see `imagewidgets.sweep`.
    **traits
        Values of other traits, such as ``rows``, ``columns``, ``page`` and ``blind``.

    Raises
    ------
    TypeError
        It is no sweep, or there is no such trait.
    traitlets.TraitError
        The sweep has no such axis, or the axis no such value.

    Examples
    --------
    >>> import imagewidgets as iw
    >>> foxes = iw.sweep("a {red|blue} fox in {spring|summer|winter}", size="256x256", seed=7)
    >>> grid = iw.SweepGrid(foxes, rows="spring|summer|winter")
    >>> grid.columns
    'red|blue'
    >>> foxes = foxes.run().wait()
    >>> grid.pick(3)
    >>> foxes.picks
    ((3, 0),)
    """

    _esm = assets.module(*grid_files.SCRIPTS, *(f"sweep_grid_{part}" for part in _SCRIPTS), "sweep_grid")
    _css = assets.style(*grid_files.STYLES, "sweep_grid")

    def __init__(self, sweep: Sweep, **traits: Any) -> None:
        if not isinstance(sweep, Sweep):
            raise TypeError(f"A SweepGrid shows a sweep, which iw.sweep(…) makes, not a {type(sweep).__name__}.")
        if unknown := ", ".join(sorted(name for name in traits if name.startswith("_") or not self.has_trait(name))):
            raise TypeError(f"SweepGrid has no {unknown}. It takes {_TRAITS}.")
        super().__init__(_sweep=sweep, **traits)

    @property
    def sweep(self) -> Sweep:
        """What is shown."""
        found: Sweep = self._sweep
        return found

    # ---- what its buttons do

    def run(self) -> None:
        """Send what is not done, in the background: see `Sweep.run`."""
        self.sweep.run()
        self._catch_up()

    def stop(self) -> None:
        """Send nothing more; what is under way is finished and kept, as it is paid for."""
        self.sweep.stop()
        self._catch_up()

    def cancel(self) -> None:
        """Send nothing more, and close the connections of what is under way; it may be billed all the same."""
        self.sweep.cancel()
        self._catch_up()

    def retry(self, *places: int) -> None:
        """Send again what has failed: the cells at these places of the sweep, or all."""
        self.sweep.retry(*places)
        self._catch_up()

    def pick(self, place: int, picture: int = 0, *, on: bool = True) -> None:
        """Pick a picture, or with ``on=False`` pick it no longer: see `Sweep.pick`."""
        self.sweep.pick(place, picture, on=on)
        self._catch_up()

    def reveal(self) -> None:
        """End a blind comparison: show the labels again, and how often each was picked."""
        with self.hold_sync():
            self.show_tally = True
            super().reveal()

    @t.observe("picks")
    def _follow_picks(self, _: object) -> None:
        if self._arranging:
            return  # it is being made
        with self._picking:
            try:
                self.sweep.picks = self.picks
            except ValueError:
                self.picks = [*self.sweep.picks]
                raise

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what a browser sends; what the sweep shows meanwhile does not come in between."""
        with self._picking:
            super().set_state(sync_data)

    def _on_message(self, widget: object, content: dict[str, Any], buffers: object) -> None:
        """Do what a button of a view does. What fails is told to the person before it."""
        if content.get("kind") != "do":
            super()._on_message(widget, content, buffers)
            return
        acts: dict[str, Callable[..., None]] = {
            "run": self.run,
            "stop": self.stop,
            "cancel": self.cancel,
            "retry": self.retry,
            "reveal": self.reveal,
            "swap": self.swap,
        }
        try:
            acts[content["what"]](*content.get("places", ()))
        except Exception as error:  # whatever it is, the person who clicked is told
            text, advice = first_sentence(redact(str(error) or type(error).__name__))
            self.tell(text, advice=advice)

    # ---- what stays when nothing runs

    def saved_view(self) -> dict[str, str]:
        """Return the sweep as a notebook keeps it, by MIME type: text, HTML with tables, and one PNG."""
        return keeping.saved_view(self.sweep, rows=self.rows, columns=self.columns)

    @t.observe("rows", "columns")
    def _show_saved(self, _change: object) -> None:
        self._save_soon()

    def __repr__(self) -> str:
        return f"SweepGrid({len(self.sweep):,} cell{'' if len(self.sweep) == 1 else 's'})"
