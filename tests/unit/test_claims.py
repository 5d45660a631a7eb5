"""Marks of what is being asked for: whoever comes second sees that there was a first."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from imagewidgets.gallery import Gallery, files
from imagewidgets.gallery.claims import Claims
from tests.unit.recorded import answer, request


def test_an_attempt_is_taken_once(tmp_path: Path) -> None:
    claims, name = Claims.begin(tmp_path)
    other = Claims(tmp_path, name)
    before = time.time()
    assert claims.taken("a") is None
    assert claims.take("a")
    assert not other.take("a")
    assert other.take("b")
    assert before <= (other.taken("a") or 0) <= time.time()
    claims.release("a")
    claims.release("a")
    assert other.taken("a") is None


def test_of_many_at_once_one_is_the_first(tmp_path: Path) -> None:
    _, name = Claims.begin(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: Claims(tmp_path, name).take("a"), range(64)))
    assert sum(taken) == 1


def test_a_run_is_open_then_closed_and_unknown_elsewhere(tmp_path: Path) -> None:
    claims, name = Claims.begin(tmp_path / "new")
    assert Claims(tmp_path / "new", name).state == "open"
    assert Claims(tmp_path, name).state == "elsewhere"
    claims.close()
    assert Claims(tmp_path / "new", name).state == "closed"
    claims.end()
    claims.end()
    assert claims.state == "elsewhere"
    assert Claims.begin(tmp_path)[1] != name


def test_a_mark_whose_maker_was_killed_is_a_mark(tmp_path: Path) -> None:
    claims, _ = Claims.begin(tmp_path)
    (tmp_path / files.DESK / files.ASKED / "a").touch()
    assert not claims.take("a")
    assert claims.taken("a") == float("inf")


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / files.DESK).write_text("a file in the way")
    with pytest.raises(OSError, match=files.DESK):
        Claims.begin(tmp_path)


def test_marks_are_no_pictures_and_go_away_after_a_month(tmp_path: Path) -> None:
    claims, name = Claims.begin(tmp_path)
    claims.take("old")
    claims.take("new")
    assert len(Gallery(tmp_path)) == 0
    asked = tmp_path / files.DESK / files.ASKED
    long_ago = time.time() - files.STALE_MARK - 60
    os.utime(asked / "old", (long_ago, long_ago))
    Gallery(tmp_path).record(answer(request()))
    assert sorted(path.name for path in asked.iterdir()) == sorted([name, "new"])
