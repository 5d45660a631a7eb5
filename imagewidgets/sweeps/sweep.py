"""`Sweep`: many requests at once, whose prompts and parameters vary along axes."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from imagewidgets.errors import InvalidRequestError
from imagewidgets.sweeps.cells import Cell
from imagewidgets.sweeps.picks import Picks
from imagewidgets.sweeps.plan import MOST_CELLS, check_recorded
from imagewidgets.sweeps.sequence import to_do

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import pandas as pd
    from PIL import Image

    from imagewidgets.client import Client
    from imagewidgets.sweeps.running import Run
    from imagewidgets.sweeps.space import Space


class Sweep(Picks):
    """Many requests at once, whose prompts and parameters vary along axes; `sweep` makes one.

    As a sequence it holds its cells: one request each, with what has become of it. Nothing is sent before `run`. All of
    it may be used from any thread. Shown at the end of a cell of a notebook, it is a live grid.

    Parameters
    ----------
    space
        What it goes through.
    client
        What it is sent through.
    numbers
        Which cells of the space it has, in their order; left out, all.
    executor, max_workers
        As for `sweep`.

    Raises
    ------
    InvalidRequestError
        Every cell breaks a rule of its model: the error of the first.
    """

    def __init__(
        self,
        space: Space,
        client: Client,
        *,
        numbers: Sequence[int] | None = None,
        executor: Executor | None = None,
        max_workers: int | None = None,
    ) -> None:
        super().__init__(space, client, numbers)
        self._executor = executor
        self._max_workers = max_workers
        self._runs: list[Run] = []
        self._shown: Any = None

    def sample(self, count: int, *, seed: int | None = None) -> Sweep:
        """Return a sweep of some of the cells, chosen at random, in their order; all, where there are no more.

        Parameters
        ----------
        count
            How many.
        seed
            The same seed chooses the same cells; left out, each call chooses others.

        Examples
        --------
        >>> import imagewidgets as iw
        >>> foxes = iw.sweep("a {red|blue|grey} fox in {spring|winter}", seed=range(1000), size="256x256")
        >>> len(foxes), len(foxes.sample(20, seed=1))
        (6000, 20)
        """
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise InvalidRequestError(f"A sample has a whole number of cells from 1 on, not {count!r}.", param="count")
        chooser = random.Random(seed)  # noqa: S311 (no secret depends on it)
        places = sorted(chooser.sample(range(len(self)), min(count, len(self))))
        return Sweep(
            self._space,
            self._client,
            numbers=[self._numbers[place] for place in places],
            executor=self._executor,
            max_workers=self._max_workers,
        )

    def run(self) -> Sweep:
        """Send what is not done, in the background, and return the sweep itself.

        What is done is never asked for again. What has failed is tried again, but for requests that may have been
        billed although no answer came: those are sent again by `retry` alone. While it runs, nothing else happens.

        Raises
        ------
        InvalidRequestError
            There are more than 100,000 requests.
        NotRecordedError
            Nothing may be sent (``replay="only"``), and not all of it is recorded.
        """
        if len(self) > MOST_CELLS:
            raise InvalidRequestError(
                f"There are {len(self):,} requests; one run has at most {MOST_CELLS:,}. Run a sample: sweep.sample(20)."
            )
        with self._lock:
            if self.running and not self.stopping:
                return self
            # What a run that is being stopped has not sent yet is given back by it: then it is asked for, too.
            cells = [cell for cell in self if to_do(cell) or cell.state in ("waiting", "running")]
            check_recorded(cells, self._client)
            self._start(cells)
        return self

    def retry(self, *places: int) -> Sweep:
        """Send again what has failed, in the background, and return the sweep itself.

        Parameters
        ----------
        places
            Of the cells; left out, all that have failed.

        Raises
        ------
        InvalidRequestError
            A cell has not failed.
        """
        with self._lock:
            cells = [self[place] for place in places] or [cell for cell in self if cell.state == "failed"]
            for cell in cells:
                if cell.state != "failed":
                    raise InvalidRequestError(
                        f"Cell {cell.place} is {cell.state}: only what has failed can be tried again.", param="places"
                    )
            self._start(cells)
        return self

    def _start(self, cells: Sequence[Cell]) -> None:
        """Have cells asked for: by the run that there is, or by a new one."""
        from imagewidgets.sweeps.running import Run

        if not cells:
            return
        before = self._runs[-1] if self.running else None
        if before is not None and before.add(cells):
            return
        run = Run(cells, self._client, executor=self._executor, max_workers=self._max_workers, changed=self._changed)
        run.start(after=before)
        self._runs = [each for each in self._runs if each.running] + [run]

    def wait(self, timeout: float | None = None) -> Sweep:
        """Wait until all that was started has ended, and return the sweep itself.

        It raises nothing for requests that failed: `counts` says how many did, the cells why (`Cell.error`), and
        `halted` why the run stopped by itself. Interrupted from the keyboard, it sends nothing more; what is under way
        is finished and kept.

        Parameters
        ----------
        timeout
            The longest time in s; `running` tells whether it was enough.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            for run in list(self._runs):
                run.wait(None if deadline is None else max(deadline - time.monotonic(), 0))
        except KeyboardInterrupt:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Send nothing more. What is under way is finished and kept: it is paid for."""
        for run in list(self._runs):
            run.stop()

    def cancel(self) -> None:
        """Send nothing more, and close the connections of what is under way; it may be billed all the same."""
        for run in list(self._runs):
            run.cancel()

    @property
    def running(self) -> bool:
        """Whether anything is under way, or is going to be."""
        return bool(self._runs) and self._runs[-1].running

    @property
    def stopping(self) -> bool:
        """Whether nothing more is sent, and something is still under way."""
        return bool(self._runs) and self._runs[-1].stopping

    @property
    def seconds(self) -> float:
        """How long the last run took, or takes so far, in s; 0 before it."""
        return self._runs[-1].seconds if self._runs else 0.0

    @property
    def halted(self) -> Exception | None:
        """Why the last run stopped by itself; None where it did not."""
        return self._runs[-1].halted if self._runs else None

    @property
    def images(self) -> list[Image.Image]:
        """All pictures, cell by cell."""
        return [image for cell in self._made() for image in cell.images]

    def _made(self) -> list[Cell]:
        with self._lock:
            return [self._cells[place] for place in sorted(self._cells)]

    def to_frame(self) -> pd.DataFrame:
        """Return a table with a row for each picture, and one for each cell that has none; it needs pandas.

        Its columns are the axes, the parameters that differ between cells, what came of it and the pictures themselves:
        `table.COLUMNS`.
        """
        from imagewidgets.sweeps import table

        return table.to_frame(self)

    def contact_sheet(self, *, tile: int = 256, rows: str | None = None, columns: str | None = None) -> Image.Image:
        """Return one RGB picture with all pictures and the labels of the axes; see `keeping.contact_sheet`.

        Parameters
        ----------
        tile
            Longest side of a picture on it, px.
        rows, columns
            The axes that make the rows and the columns; left out, the first two. Every other is turned like a page.

        Raises
        ------
        ValueError
            There is no picture yet, no such axis, or the sheet would be too large.
        """
        from imagewidgets.sweeps import keeping

        return keeping.contact_sheet(self, tile=tile, rows=rows, columns=columns)

    def save(self, folder: str | os.PathLike[str] = ".") -> list[Path]:
        """Write each picture as a file with its recipe inside, and ``sweep.csv`` with a row for each; return the paths.

        The names are made of the labels and the digest, so the same picture gets the same name again, and no other
        picture is ever overwritten. See `saving.save`.
        """
        from imagewidgets.sweeps import saving

        return saving.save(self, folder)

    def grid(self, **traits: Any) -> Any:
        """Return a `SweepGrid` that shows the sweep and follows it.

        Parameters
        ----------
        **traits
            Of the grid, such as ``rows``, ``columns`` and ``blind``.
        """
        from imagewidgets.widgets.sweep_grid import SweepGrid

        return SweepGrid(self, **traits)

    def _one_grid(self) -> Any:
        with self._lock:
            if self._shown is None:
                self._shown = self.grid()
            return self._shown

    def _ipython_display_(self) -> None:
        self._one_grid()._ipython_display_()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self._one_grid()._repr_mimebundle_(**options)

    def __repr__(self) -> str:
        from imagewidgets.sweeps import keeping

        return keeping.text(self)
