"""Work in bands of rows: every row once, on one core and on several, and errors are not lost."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from imagewidgets.mask.bands import in_bands


@pytest.mark.parametrize("cores", [1, 2, None, 64])
@pytest.mark.parametrize("size", [(1, 1), (700, 300), (3, 1_000_000), (0, 5), (5, 0)])
def test_every_row_is_worked_on_once(monkeypatch: pytest.MonkeyPatch, cores: int | None, size: tuple[int, int]) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    counts = np.zeros(size[0], int)

    def work(rows: slice) -> None:
        counts[rows] += 1

    in_bands(size, work)
    assert (counts == 1).all()


def test_one_core_needs_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    threads = set()
    in_bands((700, 300), lambda rows: threads.add(threading.current_thread()))
    assert threads == {threading.current_thread()}


@pytest.mark.parametrize("cores", [1, 4])
def test_an_error_in_a_band_is_raised(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    def work(rows: slice) -> None:
        if rows.start:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_bands((700, 300), work)
