"""Many clients at once, and many requests in a row, in small: `make bench` does it for minutes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from flask import Flask

from imagewidgets.local.app import create_app
from imagewidgets.local.gate import Gate
from tests.local.staged import PATIENCE
from tests.local.test_gate import here
from tests.local.tiny import TinyEngine

Serving = Callable[[Flask], str]
PROMPT = {"prompt": "a fox", "model": "sketch", "size": "64x64"}
CLIENTS, EACH = 32, 4
OPEN_FILES = Path("/proc/self/fd")


def test_many_at_once_get_a_picture_or_an_honest_429(serving: Serving) -> None:
    gate = Gate(workers=2, line=4)
    engine = TinyEngine()
    url = serving(create_app(engine, gate=gate))
    statuses: list[int] = []  # appending is safe between threads, counting is not
    wrong: list[object] = []

    def client(number: int) -> None:
        with requests.Session() as session:
            for place in range(EACH):
                body = {**PROMPT, "seed": number * EACH + place}
                answer = session.post(f"{url}/images/generations", json=body, timeout=PATIENCE)
                statuses.append(answer.status_code)
                if answer.status_code == 429 and int(answer.headers["Retry-After"]) < 1:
                    wrong.append(answer.headers)
                if answer.status_code == 200 and len(answer.json()["data"]) != 1:
                    wrong.append(answer.json())

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    found = Counter(statuses)
    assert wrong == []
    assert set(found) <= {200, 429}
    assert sum(found.values()) == CLIENTS * EACH
    assert found[200] == len(engine.jobs) > 0
    assert gate.waiting == 0
    for leave in [gate.enter(here) for _ in range(2)]:  # all turns have been given back
        leave()


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="only Linux tells a process's open files there")
def test_requests_leave_no_file_open(serving: Serving) -> None:
    url = serving(create_app(TinyEngine()))
    with requests.Session() as session:

        def ask() -> int:
            # As an address too: what is kept for an hour is kept in memory, not in files.
            for kind in ("b64_json", "url"):
                body = {**PROMPT, "response_format": kind}
                assert session.post(f"{url}/images/generations", json=body, timeout=PATIENCE).status_code == 200
            return len(list(OPEN_FILES.iterdir()))

        before = ask()
        assert max(ask() for _ in range(50)) < before + 10  # and not 100 more
