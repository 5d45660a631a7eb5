"""Work on large arrays in bands of rows: each small enough for the processor's cache, several at a time."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BAND = 1 << 16
"""Pixels in a band, about: with a few arrays of 8 bytes each it fits the second level cache of today's processors."""

MOST_THREADS = 8
"""More do not help: by then the memory is the bottleneck."""


def in_bands(size: tuple[int, int], work: Callable[[slice], None]) -> None:
    """Call `work` with the rows of one band after another, on several threads where there are several cores.

    numpy works outside of the interpreter's lock, so the threads do run at the same time. Bands share no row, so
    `work` may write to its own rows of an array.

    Parameters
    ----------
    size
        Rows and columns of the array.
    work
        What is done with a band, given as a slice of rows.
    """
    rows, columns = size
    step = max(1, BAND // max(1, columns))
    bands = [slice(top, min(top + step, rows)) for top in range(0, rows, step)]
    threads = min(len(bands), os.cpu_count() or 1, MOST_THREADS)
    if threads < 2:
        for band in bands:
            work(band)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, bands))  # list: an error in a band is raised here
