"""Sweeps for the tests of their grid, and a way to wait until a grid shows what its sweep has become."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from imagewidgets.sweeps import Sweep
from imagewidgets.sweeps.making import sweep as make
from imagewidgets.widgets.sweep_grid import SweepGrid
from tests.widgets.fake_client import FakeClient

PATIENCE = 60.0  # s; reached only when a test fails
COLOURS, STYLES = ("red", "blue", "white"), ("oil", "pencil")
PROMPT = "a {red|blue|white} fox in {oil|pencil}"


def sweep(*answers: object, prompt: str = PROMPT, **options: Any) -> Sweep:
    """Return a sweep whose requests are answered one after the other, as a `FakeClient` answers."""
    where = {"destination": options.pop("destination")} if "destination" in options else {}
    return make(prompt, client=FakeClient(*answers, **where), max_workers=1, **options)


def finished(*answers: object, **options: Any) -> Sweep:
    """Return a sweep that has been run to its end."""
    made = sweep(*answers, **options).run().wait(PATIENCE)
    assert not made.running
    return made


class Watch:
    """Waits until a grid shows something: it follows its sweep a moment later."""

    def __init__(self, grid: SweepGrid) -> None:
        self._news = threading.Condition()
        grid.observe(self._tell)

    def _tell(self, _: object) -> None:
        with self._news:
            self._news.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds that depends on the traits of the grid."""
        with self._news:
            assert self._news.wait_for(condition, PATIENCE)


def states(grid: SweepGrid) -> list[str]:
    """Return what is shown of each cell of the page."""
    return [cell["state"] for cell in grid._sheet["cells"]]
