"""How the local server holds up: 64 clients at once for a minute, and ten thousand requests in a row.

Run ``python -m tests.benchmarks.bench_server`` where the package is installed with its ``test`` extra; ``--seconds``
and ``--requests`` make it shorter. The server runs as people start it, in a process of its own, the clients in another
one; where there are more than two processors, the server and the bare engine have two for themselves.

The bare engine is the same engine in as many threads as the server has workers, before and after the load. Its pictures
are counted twice: as they leave the engine, and as the PNG files with a recipe that a request asks for. Where the
clients need the server's own processors, compare the pictures per second of processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psutil
import requests

CLIENTS = 64
SIZE = "256x256"
SMALL = "64x64"
BARE_SECONDS = 15.0  # before the load, and again after it
WARM_UP = 100  # requests before anything is counted
AIM = 0.9  # of the bare engine's throughput
FLAT = 1.10  # memory at the end ÷ memory at the beginning
STEADY = 0.3  # share of the time, or of the requests, after which memory counts as settled
PATIENCE = 120.0  # s
PROMPTS = (
    "a red fox in a snowy forest at night",
    "a bowl of fruit on a table",
    "a lighthouse in a storm, watercolor",
    "A cute baby sea otter wearing a beret",
)


class Rate(NamedTuple):
    """Pictures a second: of the clock, and of processor time."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:6.1f} a second, {self.processor:6.1f} a second of processor time"


def cores() -> tuple[list[int], list[int]]:
    """Return the processors of the server, and those of its clients; the same where there are two or fewer."""
    every = sorted(os.sched_getaffinity(0))
    return (every[:2], every[2:]) if len(every) > 2 else (every, every)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def server(*words: str) -> Iterator[tuple[str, psutil.Process]]:
    """Start ``imagewidgets serve``; give its base URL and its process."""
    command = [sys.executable, "-m", "imagewidgets.cli", "serve", "--port", "0", "--log-level", "warning", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        os.sched_setaffinity(process.pid, cores()[0])
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def ask(session: requests.Session, url: str, number: int, size: str) -> requests.Response:
    body = {"prompt": PROMPTS[number % len(PROMPTS)], "model": "sketch", "size": size, "seed": number}
    return session.post(f"{url}/images/generations", json=body, timeout=PATIENCE)


def verdict(answer: requests.Response) -> str:
    """Return ``ok``, ``busy`` for an honest 429, or what was wrong."""
    if answer.status_code == 200 and len(answer.json()["data"]) == 1:
        return "ok"
    if answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0:
        return "busy"
    return f"status {answer.status_code}"


def clients(url: str, seconds: float) -> None:
    """Ask from `CLIENTS` threads until the time is over; print how the answers were, as JSON."""
    found: Counter[str] = Counter()
    lock = threading.Lock()
    until = time.monotonic() + seconds

    def client(number: int) -> None:
        pause = threading.Event()
        with requests.Session() as session:
            while time.monotonic() < until:
                try:
                    answer = ask(session, url, number, SIZE)
                    was = verdict(answer)
                    if was == "busy":
                        pause.wait(min(float(answer.headers["Retry-After"]), max(0.0, until - time.monotonic())))
                except requests.RequestException as error:
                    was = type(error).__name__
                with lock:
                    found[was] += 1
                number += CLIENTS

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(json.dumps(found))


def bare(seconds: float, threads: int) -> None:
    """Draw in threads until the time is over; print the pictures and the processor time, as JSON."""
    from imagewidgets.images import digest, write_recipe
    from imagewidgets.local.engine import Job, finish
    from imagewidgets.local.replies import encode
    from imagewidgets.local.sketch import SketchEngine

    found: dict[str, list[float]] = {}
    for kind in ("engine", "file"):
        counts = [0] * threads
        start, before, until = time.monotonic(), time.process_time(), time.monotonic() + seconds / 2

        def draw(thread: int, kind: str = kind, counts: list[int] = counts, until: float = until) -> None:
            number = thread
            while time.monotonic() < until:
                prompt = PROMPTS[number % len(PROMPTS)]
                job = Job(operation="generate", prompt=prompt, size=(256, 256), seed=number)
                (picture,) = finish(SketchEngine().run(job))
                if kind == "file":
                    write_recipe(picture.image, {"engine": picture.recipe, "digest": digest(picture.image)})
                    encode(picture.image, "png", 100)
                counts[thread] += 1
                number += threads

        running = [threading.Thread(target=draw, args=(thread,)) for thread in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        found[kind] = [sum(counts) / (time.monotonic() - start), sum(counts) / (time.process_time() - before)]
    say(json.dumps(found))


def run_apart(*words: str, processors: Sequence[int]) -> Any:
    """Run a part of this script in a process of its own, and return what it prints."""
    process = subprocess.Popen([sys.executable, "-m", __spec__.name, *words], stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(process.pid, processors)
    return json.loads(process.communicate()[0])


def processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


class Watch(threading.Thread):
    """Notes the memory (MiB) and the open files of a process twice a second."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.memory: list[float] = []
        self.files: list[int] = []
        self._process = process
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.5):
            self.memory.append(self._process.memory_info().rss / 2**20)
            self.files.append(self._process.num_fds())

    def stop(self) -> None:
        self._over.set()
        self.join()


def growth(values: Sequence[float]) -> tuple[float, float]:
    """Return the median of the values after they have settled, and of the last tenth."""
    part = max(1, len(values) // 10)
    settled = int(len(values) * STEADY)
    return statistics.median(values[settled : settled + part]), statistics.median(values[-part:])


def load(seconds: float) -> list[str]:
    """Measure many clients at once; return what was not as it should be."""
    own, others = cores()
    wrong = []
    before = run_apart("--bare", str(BARE_SECONDS), processors=own)
    with server() as (url, process):
        with requests.Session() as session:
            for number in range(WARM_UP):
                ask(session, url, number, SIZE)
        watch, used, start = Watch(process), processor_seconds(process), time.monotonic()
        watch.start()
        found = Counter(run_apart("--clients", str(seconds), url, processors=others))
        watch.stop()
        taken, used = time.monotonic() - start, processor_seconds(process) - used
        rate = Rate(found["ok"] / taken, found["ok"] / used)
    after = run_apart("--bare", str(BARE_SECONDS), processors=own)
    say(f"{CLIENTS} clients at once for {taken:.0f} s, {SIZE}: {dict(found)}")
    say(f"  the server:               {rate}")
    for kind, name in (("engine", "the bare engine:        "), ("file", "the same, and its files:")):
        alone = Rate(*(statistics.mean(pair) for pair in zip(before[kind], after[kind], strict=True)))
        parts = rate.wall / alone.wall, rate.processor / alone.processor
        reached = "met" if max(parts) >= AIM else "NOT MET"
        say(f"  {name}  {alone}; the server's share {parts[0]:.2f} and {parts[1]:.2f}, aim {AIM}: {reached}")
    if set(found) - {"ok", "busy"}:
        wrong.append(f"failures under load: {dict(found)}")
    first, last = growth(watch.memory)
    say(f"  memory {first:.0f} MiB, at the end {last:.0f}; open files {watch.files[0]}, at most {max(watch.files)}")
    if last > first * FLAT:
        wrong.append("memory grew under load")
    return wrong


def overload(seconds: float) -> list[str]:
    """Ask more than a short line holds: the rest must be told so."""
    with server("--queue", "8") as (url, _):
        found = Counter(run_apart("--clients", str(seconds), url, processors=cores()[1]))
    say(f"{CLIENTS} clients at once with --queue 8, {seconds:.0f} s: {dict(found)}")
    return [] if set(found) == {"ok", "busy"} else [f"failures in overload: {dict(found)}"]


def soak(count: int) -> list[str]:
    """Ask one request after the other; return what was not as it should be."""
    memory, files = [], []
    start = time.monotonic()
    with server() as (url, process), requests.Session() as session:
        for number in range(count):
            was = verdict(ask(session, url, number, SMALL))
            if was != "ok":
                return [f"request {number}: {was}"]
            if number % max(1, count // 100) == 0:
                memory.append(process.memory_info().rss / 2**20)
                files.append(process.num_fds())
    first, last = growth(memory)
    taken = time.monotonic() - start
    say(
        f"{count:,} requests in a row, {SMALL}, {taken:.0f} s: memory {first:.0f} MiB, at the end {last:.0f}; ",
    )
    settled = files[len(files) // 5 :]
    say(f"  open files {min(settled)} to {max(settled)}")
    wrong = ["memory grew from request to request"] if last > first * FLAT else []
    return wrong + (["files stayed open"] if max(settled) > min(settled) + 2 else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of load (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=10_000, help="in a row (default: %(default)s)")
    parser.add_argument("--clients", nargs=2, metavar=("SECONDS", "URL"), help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=float, metavar="SECONDS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.clients:
        clients(options.clients[1], float(options.clients[0]))
        return 0
    if options.bare:
        bare(options.bare, len(os.sched_getaffinity(0)))
        return 0
    say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    wrong = load(options.seconds) + overload(options.seconds / 4) + soak(options.requests)
    for words in wrong:
        say(f"NOT AS IT SHOULD BE: {words}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
