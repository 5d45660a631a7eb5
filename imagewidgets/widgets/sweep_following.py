"""How a sweep grid follows its sweep: what changed is gathered for a moment, and then sent at once.

A sweep may end ten cells in a tenth of a second, on any thread; each time all that is on the page is looked through. So
a thread of the grid's own does that, after a pause that is longer where it took longer.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import traitlets as t

from imagewidgets.display.phrases import redact
from imagewidgets.sweeps.layout import words as label_words
from imagewidgets.widgets import sweep_words
from imagewidgets.widgets.grid_entries import look_aside
from imagewidgets.widgets.grid_pictures import AT_ONCE, Images
from imagewidgets.widgets.sweep_arrangement import SweepArrangement
from imagewidgets.widgets.sweep_page import Page, pictures_each
from imagewidgets.widgets.sweep_pictures import Shown, ratio, spot, tiles

if TYPE_CHECKING:
    from imagewidgets.sweeps.sweep import Sweep

PAUSE = 0.1  # s between two looks at the sweep, at least
SHARE = 4  # times as long as a look took, the pause before the next one is
COMPARED = 2  # picks that are at hand wherever they stand, because they can be compared


class SweepFollowing(SweepArrangement):
    """A `SweepGrid` as it follows its sweep."""

    picks = t.List(t.Tuple(t.Int(), t.Int())).tag(sync=True)
    """The pictures that were picked: the place of the cell and the index of the picture in it, ascending. It is
    ``sweep.picks``: set here or there.
    """

    show_tally = t.Bool(False).tag(sync=True)
    """Whether it is shown how often each label was picked."""

    _head = t.Dict().tag(sync=True)
    """How far the sweep is, as words and numbers."""

    _sheet = t.Dict().tag(sync=True)
    """The page: how it is laid out, and what stands in each of its places."""

    _tally = t.List(t.Dict()).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._shown: dict[int, Shown] = {}
        self._numbers: dict[str, int] = {}
        self._extra: list[Shown] = []  # picks of other pages
        self._told: Exception | None = None  # why the sweep stopped by itself, as it was told last
        self._waiting: threading.Timer | None = None
        self._lull = threading.Lock()  # over the one before
        self._picking = threading.RLock()  # held while picks go from here to the sweep, or the other way
        self._took = 0.0  # s that the last look took
        super().__init__(**traits)

    def close(self) -> None:
        """Close the widget in every browser. The sweep goes on."""
        if self._sweep is not None:  # or it was refused what it was made with
            self._sweep.on_change(self._news, remove=True)
            with self._lull:
                if self._waiting is not None:
                    self._waiting.cancel()
                self._waiting = None
        super().close()

    # ---- when to look

    @t.observe("_sweep")
    def _begin(self, _: object) -> None:
        """Look at the sweep before any browser does, so that it gets all of it with the first message."""
        with self.hold_sync():
            self._agree()
            self._arranging = False
            self._catch_up()
        self._sweep.on_change(self._news)

    def _news(self) -> None:
        """Take note that something has changed; called from any thread."""
        self._save_soon()  # at once: a cell may end before the grid has looked, and what is saved is the sweep's
        with self._lull:
            if self._waiting is not None or self._closed:
                return
            self._waiting = threading.Timer(max(PAUSE, SHARE * self._took), self._look)
            self._waiting.name = "imagewidgets-sweep-grid"
            self._waiting.daemon = True
            self._waiting.start()

    def _look(self) -> None:
        with self._lull:
            self._waiting = None  # what changes from now on is news again
        try:
            self._catch_up()
        except Exception as error:  # a thread has nobody else to tell
            self.tell(f"The grid cannot show this: {type(error).__name__}.", redact(str(error)))

    # ---- looking

    def _catch_up(self) -> None:
        began = time.monotonic()
        with self._changing:
            if self._closed:
                return
            sweep: Sweep = self._sweep
            page = self._what_is_shown()
            shown = self._gather(page)
            on_page = {at.cell: shown[at.cell] for at in page.spots}
            self._shown = shown
            self._extra = [each for place, each in shown.items() if place not in on_page]
            self._numbers = self._names_of_blind(page)
            entries = [entry for each in [*on_page.values(), *self._extra] for entry in each.entries]
            look_aside([entry for entry in entries if entry.thumbnail is None][:AT_ONCE])
            with self.hold_sync():
                self._take_over_picks()
                self.set_trait("images", Images(entry.image for entry in entries))
                self._put(entries)
                self._sheet = self._sheet_of(page)
                self._head = self._head_of(sweep)
                self._tally = [] if self.blind else sweep_words.tally(sweep)
            self._tell_halted(sweep)
        self._took = time.monotonic() - began

    def _gather(self, page: Page) -> dict[int, Shown]:
        """Return what is shown of each cell of the page, and of picks elsewhere that can be compared."""
        sweep: Sweep = self._sweep
        places = dict.fromkeys(at.cell for at in page.spots)
        picks = sweep.picks
        if len(picks) == COMPARED:
            places.update(dict.fromkeys(place for place, _ in picks))
        shown = {place: self._shown.get(place) or Shown(sweep[place]) for place in places}
        for each in shown.values():
            each.look_again()
        return shown

    def _names_of_blind(self, page: Page) -> dict[str, int]:
        if not self.blind:
            return {}
        found = {}
        for at in page.spots:
            entries = self._shown[at.cell].entries
            if at.picture is not None and at.picture < len(entries):
                found[entries[at.picture].id] = at.number
        return found

    def _describe(self) -> None:
        order = [*(each for each in self._shown.values() if each not in self._extra), *self._extra]
        self._tiles = tiles(self._sweep, order, self._numbers if self.blind else None)

    def _take_over_picks(self) -> None:
        with self._picking:
            self.picks = [*self._sweep.picks]

    def _tell_halted(self, sweep: Sweep) -> None:
        halted = sweep.halted
        if halted is None:
            self._told = None
        elif halted is not self._told:
            text, advice, details = sweep_words.halted(halted, destination=sweep.destination)
            self.tell(text, details, advice=advice)
            self._told = halted

    # ---- what browsers see

    def _sheet_of(self, page: Page) -> dict[str, Any]:
        sweep, layout = self._sweep, self._layout
        each = pictures_each(sweep)
        table = layout.kind == "table" and not self.blind
        spots = [spot(sweep, at, self._shown[at.cell]) for at in page.spots]
        return {
            "kind": "table" if table else "flow",
            "each": 1 if self.blind else each,
            "axes": [] if self.blind else [axis.name for axis in sweep.axes],
            "whole": sweep.whole,
            "rows": [label_words(layout.rows, at) for at in page.rows] if table and layout.rows else [],
            "columns": [label_words(layout.columns, at) for at in page.columns] if table and layout.columns else [],
            "across": len(page.columns) or 1,
            "pages": [{"name": axis.name, "labels": list(axis.labels)} for axis in layout.pages] if table else [],
            "parts": page.parts,
            "ratio": ratio(self._shown.values()),
            "cells": spots,
        }

    def _head_of(self, sweep: Sweep) -> dict[str, Any]:
        counts = sweep.counts
        running = sweep.running
        seconds = sweep.seconds
        begun = running or bool(counts["done"] or counts["failed"])
        head = {
            "title": sweep.title,
            "destination": sweep.destination._asdict(),
            "counts": dict(counts),
            "total": len(sweep) - counts["refused"],
            "begun": begun,
            "running": running,
            "stopping": sweep.stopping,
            "seconds": seconds,
            "began": time.time() - seconds if running else 0,
            "plan": "",
            "cost": "",
            "go": "",
        }
        if not running and (counts["planned"] or not begun):
            plan = sweep.plan
            if not begun:
                head["plan"], head["cost"] = sweep_words.plan(plan)
            if plan.requests and not plan.too_many:
                head["go"] = sweep_words.go(plan, begun=begun)
        return head
