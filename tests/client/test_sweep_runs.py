"""Runs of sweeps against a service on a real socket: its limits, its pictures in a gallery, the end of the process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from imagewidgets.client import Client
from imagewidgets.errors import APIConnectionError
from imagewidgets.gallery import Gallery
from imagewidgets.sweeps.cells import Cell
from imagewidgets.sweeps.running import Run
from tests.client.service import PATIENCE, Answer, Received, Service, b64, png
from tests.unit.runs import states

WAIT = 0.3  # s that the service asks for


def picture(_: Received) -> Answer:
    return Answer(f'{{"created": 1790000000, "data": [{{"b64_json": "{b64(png())}"}}]}}'.encode())


def cells(client: Client, count: int) -> list[Cell]:
    return [
        Cell(client, place=place, index=(), values={}, labels={}, request=client.create_request(f"fox {place}"))
        for place in range(count)
    ]


def run(row: list[Cell], client: Client, **options: Any) -> Run:
    run = Run(row, client, **options)
    run.start()
    assert run.wait(PATIENCE)
    return run


@pytest.mark.parametrize("retries", [0, 2], ids=["the run tries again", "the client tries again"])
def test_a_wait_that_one_answer_asks_for_is_kept_by_all(service: Service, retries: int) -> None:
    times: list[float] = []
    lock = threading.Lock()

    def behave(got: Received) -> Answer:
        with lock:
            times.append(time.monotonic())
            first = len(times) == 1
        if first:
            return Answer(b'{"error": {"message": "no"}}', 429, headers={"retry-after-ms": str(int(WAIT * 1e3))})
        return picture(got)

    service.behave = behave
    client = Client(service.url, "key", timeout=PATIENCE, max_retries=retries)
    row = cells(client, 5)
    run(row, client, max_workers=1)
    assert states(row) == "ddddd"
    assert len(service.received) == 6
    assert times[1] - times[0] >= WAIT


def test_a_service_that_takes_two_at_a_time(service: Service) -> None:
    """Whoever comes third is sent away; in the end all pictures are there, and each was made once."""
    lock = threading.Lock()
    inside, made = [0], [0]

    def behave(got: Received) -> Answer:
        with lock:
            if inside[0] == 2:
                return Answer(b'{"error": {"message": "no"}}', 429, headers={"retry-after-ms": "10"})
            inside[0] += 1
        time.sleep(0.005)
        with lock:
            inside[0] -= 1
            made[0] += 1
        return picture(got)

    service.behave = behave
    client = Client(service.url, "key", timeout=PATIENCE)
    row = cells(client, 30)
    assert run(row, client).halted is None
    assert states(row) == "d" * 30
    assert made[0] == 30


def test_cancel_closes_the_connections(service: Service) -> None:
    hold = threading.Event()
    service.behave = lambda got: Answer(picture(got).body, hold=hold)
    client = Client(service.url, "key", timeout=PATIENCE)
    row = cells(client, 6)
    here = Run(row, client, max_workers=3)
    here.start()
    service.wait_for(3)
    here.cancel()
    assert here.wait(PATIENCE), "before the service has answered"
    hold.set()
    assert states(row) == "pppppp"
    assert len(service.received) == 3


def test_a_connection_that_breaks_is_a_failed_cell_and_not_sent_again(service: Service) -> None:
    service.behave = lambda got: Answer(picture(got).body, cut=20) if b"fox 1" in got.body else picture(got)
    client = Client(service.url, "key", timeout=PATIENCE)
    row = cells(client, 3)
    run(row, client)
    assert states(row) == "dfd"
    assert isinstance(row[1].error, APIConnectionError)
    assert row[1].error.sent
    assert len(service.received) == 3


def test_after_the_kernel_died_only_the_rest_is_asked_for(service: Service, tmp_path: Path) -> None:
    service.behave = picture
    first = Client(service.url, "key", gallery=tmp_path, timeout=PATIENCE)
    run(cells(first, 12)[:7], first)
    again = Client(service.url, "key", gallery=tmp_path, timeout=PATIENCE)
    row = cells(again, 12)
    run(row, again)
    assert states(row) == "d" * 12
    assert len(service.received) == len(Gallery(tmp_path)) == 12
    assert sum(cell.response.replayed for cell in row) == 12, "read from the files, for they are not kept in memory"


SCRIPT = """
import sys
from imagewidgets.client import Client
from imagewidgets.sweeps.running import Run
from tests.client.test_sweep_runs import cells

client = Client(sys.argv[1], "key", gallery=sys.argv[2], timeout=60)
Run(cells(client, 8), client, max_workers=3).start()
print("begun", flush=True)
sys.stdin.readline()
"""


def test_a_script_that_ends_early_keeps_what_was_under_way(service: Service, tmp_path: Path) -> None:
    hold = threading.Event()
    service.behave = lambda got: Answer(picture(got).body, hold=hold)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, service.url, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        service.wait_for(3)
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.close()
        process.stdin = None
        time.sleep(0.5)  # it is about to end: nothing tells when; were it too early, more would be sent, and recorded
        hold.set()
        _, errors = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0
    assert errors == ""
    assert 3 <= len(service.received) == len(Gallery(tmp_path))
