"""What a sweep costs beside its requests: with a slow service side by side, and with ten thousand on a cluster.

Run ``python -m tests.benchmarks.bench_sweeps`` where the package is installed with its ``test`` extra; ``--only`` and
``--requests`` make it shorter.

**Side by side.** 200 requests to a server that begins to answer after 500 ms, 16 at a time. The ideal is 13 times 500
ms, for 200 requests are 13 rounds of at most 16: 6.5 s. The same requests sent bare, by threads that do nothing but
post, show what this machine and this server leave of it.

**On a cluster.** 10,000 requests for pictures of 64 × 64 px on a Dask `LocalCluster`, to the local API over an engine
that paints one colour, with a gallery. Overhead is the time of the run less that of the same requests sent bare,
divided by their number. Bare are as many processes and threads as the cluster has, which post the same body with
`requests` and read the answer, and do nothing with it: whatever a sweep does beyond that counts, the typed request,
the picture, the file on the disk with its recipe, and all that Dask does. Both are done in the same run, bare before
and after, in the order bare, sweep, bare. Where the machine has other things to do, time says little; beside it
stands the processor time of all processes that send, added up, less that of the bare ones: that much of it is
overhead wherever it runs, and on more than one processor it takes less time than that. Memory is that of the process
that has the sweep, with all its cells, at the end of the run by that at three tenths of it; and that of the workers.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import dask as dask_settings
import psutil
import requests
from distributed import Client as Dask
from distributed import LocalCluster

import imagewidgets as iw
from imagewidgets.sweeps import Sweep
from imagewidgets.sweeps.running import AT_A_SERVICE
from tests.benchmarks._server import answer, photo, serving
from tests.benchmarks._table import aligned, load

SLOW, LATENCY = 200, 0.5  # requests; s
MANY = 10_000
SIZE = "64x64"
IDEAL_SHARE = 0.95
OVERHEAD = 5.0  # ms a request
FLAT = 1.10  # memory at the end ÷ memory at `STEADY`
STEADY = 0.3  # share of the run after which memory counts as settled
WORKERS, THREADS = max(os.cpu_count() or 1, 2), 8
WARM_UP = 64  # requests that nobody counts: connections, imports
LOOK = 0.25  # s between two looks at the memory
MB = 1 << 20
# Dask keeps diaries of its last 10,000 events in each process: they would fill up during the run, and look like a leak.
DIARIES = {"distributed.admin.log-length": 500, "distributed.admin.low-level-log-length": 100}


class Row(NamedTuple):
    """One thing measured, in words, and what is aimed at."""

    name: str
    value: str
    bar: str = ""
    met: str = ""


def verdict(met: bool) -> str:
    return "met" if met else "NOT MET"


# ---- side by side


def slow_service() -> list[Row]:
    """200 requests to a slow service: bare, as a sweep, and as a sweep with a gallery and large pictures."""
    ideal = math.ceil(SLOW / AT_A_SERVICE) * LATENCY
    rows = [Row(f"{SLOW} requests of {LATENCY * 1e3:.0f} ms, {AT_A_SERVICE} at a time: ideal", f"{ideal:.2f} s")]

    def add(name: str, seconds: float, *, bar: bool) -> None:
        share = ideal / seconds
        words = f"{seconds:.2f} s, {share:.1%} of the ideal"
        rows.append(Row(name, words, f"{IDEAL_SHARE:.0%}", verdict(share >= IDEAL_SHARE)) if bar else Row(name, words))

    small, large = photo(64), photo(1024)
    with serving({"": answer([small])}, latency=LATENCY) as url:
        add("  bare", bare_threads(url), bar=False)
        add("  a sweep", ran(numbered(SLOW, client=iw.Client(url, "key"))), bar=True)
        with tempfile.TemporaryDirectory() as folder:
            add("  with a gallery", ran(numbered(SLOW, client=iw.Client(url, "key", gallery=folder))), bar=True)
    with serving({"": answer([large])}, latency=LATENCY) as url, tempfile.TemporaryDirectory() as folder:
        name = f"  with a gallery, pictures of {len(large) / 1e6:.1f} MB"
        add(name, ran(numbered(SLOW, client=iw.Client(url, "key", gallery=folder))), bar=False)
    return rows


def bare_threads(url: str) -> float:
    """Return how long it takes threads to post so often, s."""
    with requests.Session() as session, ThreadPoolExecutor(AT_A_SERVICE) as pool:
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=AT_A_SERVICE)
        session.mount("http://", adapter)
        started = time.perf_counter()
        list(pool.map(lambda number: post(session, url, number), range(SLOW)))
        return time.perf_counter() - started


def post(session: requests.Session, url: str, number: int) -> None:
    body = {"prompt": f"fox {number}", "model": "sketch", "size": SIZE}
    session.post(f"{url}/images/generations", json=body, timeout=60).raise_for_status()


def numbered(count: int, **options: Any) -> Sweep:
    sweep = iw.sweep("fox {number}", number=range(count), model="sketch", size=SIZE, **options)
    list(sweep)  # the requests are typed before the clock runs: that is part of making it, not of running it
    return sweep


def ran(sweep: Sweep) -> float:
    """Run a sweep to its end, and return how long it took, s."""
    started = time.perf_counter()
    sweep.run().wait()
    seconds = time.perf_counter() - started
    assert sweep.counts["done"] == len(sweep), (sweep.counts, sweep.halted)
    return seconds


# ---- on a cluster


def local_api(pipe: Connection) -> None:
    """Serve the local API over the tiny engine: the target of a process."""
    from imagewidgets.local.app import create_app
    from imagewidgets.local.serve import Server
    from tests.local.tiny import TinyEngine

    class Forgetful(TinyEngine):
        """Keeps no list of what it was asked for."""

        def run(self, job: Any) -> Any:
            self.jobs.clear()
            return super().run(job)

    server = Server(create_app(Forgetful()), port=0)
    pipe.send(server.url)
    server.run()


@contextmanager
def api() -> Iterator[str]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=local_api, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def bare_share(url: str, first: int, count: int) -> float:
    """Post these requests from threads of this process, and return its processor time, s."""
    before = time.process_time()
    with requests.Session() as session, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda number: post(session, url, number), range(first, first + count)))
    return time.process_time() - before


def bare_processes(url: str, count: int) -> tuple[float, float]:
    """Return how long it takes as many processes and threads as the cluster has to post so often, and their time, s."""
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(bare_share, [url] * WORKERS, range(WORKERS), [WARM_UP] * WORKERS))
        share = count // WORKERS
        started = time.perf_counter()
        used = sum(pool.map(bare_share, [url] * WORKERS, range(0, count, share), [share] * WORKERS))
        return time.perf_counter() - started, used


def processor_time(pids: list[int]) -> float:
    """Return what some processes have used of the processors so far, s."""
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return sum(each.user + each.system for each in times)


class Memory:
    """How much memory some processes take, looked at while something runs, by how far it has come."""

    def __init__(self, pids: list[int], done: Callable[[], float]) -> None:
        self._processes = [psutil.Process(pid) for pid in pids]
        self._done = done
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.seen: list[tuple[float, int]] = []

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            self.seen.append((self._done(), sum(process.memory_info().rss for process in self._processes)))

    def growth(self) -> tuple[float, float]:
        """Return how much there was at the end, MB, and by how much more than when it had settled."""
        settled = [used for done, used in self.seen if STEADY <= done < STEADY + 0.1]
        end = [used for done, used in self.seen if done >= 0.95] or [self.seen[-1][1]]
        before = statistics.median(settled) if settled else self.seen[0][1]
        return statistics.median(end) / MB, statistics.median(end) / before


def cluster(count: int) -> list[Row]:
    """Ten thousand requests on a cluster, and the same requests bare before and after."""
    with (
        api() as url,
        tempfile.TemporaryDirectory() as folder,
        dask_settings.config.set(DIARIES),
        LocalCluster(n_workers=WORKERS, threads_per_worker=THREADS, dashboard_address=None) as nodes,
        Dask(nodes) as dask,
    ):
        pids = list(dask.run(os.getpid).values())
        client = iw.Client(url, gallery=folder)
        executor = dask.get_executor()
        ran(numbered(WARM_UP, client=client, executor=executor, seed=1))
        before = bare_processes(url, count)
        sweep = numbered(count, client=client, executor=executor)

        def done() -> float:
            return sum(cell.state == "done" for cell in sweep) / count

        own = os.getpid()
        used = [processor_time([own]), processor_time(pids)]
        with Memory([own], done) as home, Memory(pids, done) as away:
            seconds = ran(sweep)
        here, there = processor_time([own]) - used[0], processor_time(pids) - used[1]
        after = bare_processes(url, count)
        files = sum(1 for _ in Path(folder).glob("*.png"))
        assert files == count + WARM_UP, files
    overhead = (seconds - (before[0] + after[0]) / 2) / count * 1e3
    busy = (here + there - (before[1] + after[1]) / 2) / count * 1e3
    met = verdict(overhead <= OVERHEAD)
    if busy <= OVERHEAD < overhead:
        met = "met by its processor time alone: the machine was busy"
    rows = [
        Row(f"{count:,} requests on a cluster of {WORKERS} × {THREADS} threads", f"{seconds:.1f} s"),
        Row("  bare, before and after", f"{before[0]:.1f} s, {after[0]:.1f} s"),
        Row("  overhead a request", f"{overhead:.2f} ms", f"{OVERHEAD:g} ms", met),
        Row("  overhead a request in processor time, of all processes", f"{busy:.2f} ms"),
        Row("    of the process with the sweep and the scheduler", f"{here / count * 1e3:.2f} ms"),
        Row("    of the workers", f"{there / count * 1e3:.2f} ms"),
    ]
    for name, memory in ("the sweep's process", home), ("the workers", away):
        size, growth = memory.growth()
        rows.append(Row(f"  memory of {name}", f"{size:.0f} MB, × {growth:.2f}", f"× {FLAT}", verdict(growth <= FLAT)))
    return rows


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["slow", "cluster"], help="one part alone")
    parser.add_argument("--requests", type=int, default=MANY, help="on the cluster (default: %(default)s)")
    options = parser.parse_args()
    before = load()
    rows: list[Row] = []
    if options.only != "cluster":
        rows += slow_service()
    if options.only != "slow":
        rows += cluster(options.requests)
    sys.stdout.write(f"\n{before} before, {load()} after\n{aligned([Row('what', 'measured', 'bar'), *rows])}\n")


if __name__ == "__main__":
    main()
