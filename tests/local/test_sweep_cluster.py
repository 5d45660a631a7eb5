"""A sweep on a Dask cluster, with a worker killed midway: every picture is made once, and none is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from flask import Flask

from imagewidgets.gallery import Gallery
from imagewidgets.local.app import create_app
from imagewidgets.local.engine import Job, Picture, Step
from imagewidgets.local.gate import Gate
from tests.local.cluster import THREADS
from tests.local.staged import PATIENCE
from tests.local.tiny import TinyEngine

CELLS = 30
LOOK = 0.02  # s between two steps of a picture that is held


class HoldingEngine(TinyEngine):
    """Makes no picture until it may, and counts those that it made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: Counter[str] = Counter()
        self.go = threading.Event()
        self.changed = threading.Condition()

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        with self.changed:
            self.jobs.append(job)
            self.changed.notify_all()
        try:
            while not self.go.wait(LOOK):
                yield Step(0, 1)  # here the server sees whether anybody still waits for it
        except GeneratorExit:
            with self.changed:
                self.closed += 1
                self.changed.notify_all()
            raise
        with self.changed:
            self.made[job.prompt] += 1
        return [Picture(self._paint(job, (1, 2, 3)))]

    def wait_until(self, holds: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(holds, PATIENCE)


def line(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def test_a_worker_is_killed_midway(serving: Callable[[Flask], str], tmp_path: Path) -> None:
    engine = HoldingEngine()
    url = serving(create_app(engine, gate=Gate(workers=2 * THREADS, line=CELLS)))
    folder = tmp_path / "gallery"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.local.cluster", f"{url}", str(folder), str(CELLS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "OPENAI_API_KEY": "sk-of-the-workers"},
    )
    try:
        victim, _ = line(process)
        engine.wait_until(lambda: len(engine.jobs) == 2 * THREADS)
        os.kill(victim, signal.SIGKILL)
        engine.wait_until(lambda: engine.closed == THREADS)
        engine.go.set()

        after = line(process)
        assert after["counts"]["done"] == CELLS - THREADS
        assert after["counts"]["failed"] == THREADS
        assert len(after["errors"]) == 1
        assert "may be billed, so it was not sent again" in after["errors"][0]
        assert not set(after["failed"]) & set(engine.made), "none of these was made and got lost"
        assert len(engine.jobs) == CELLS, "nothing was sent again by itself"

        process.stdin.write("\n")
        process.stdin.flush()
        again = line(process)
        assert again["counts"]["done"] == again["pictures"] == CELLS
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
    assert engine.made == {f"fox {number}": 1 for number in range(CELLS)}
    assert len(Gallery(folder)) == CELLS
    assert list((folder / ".imagewidgets" / "asked").iterdir()) == [], "no mark is left"
