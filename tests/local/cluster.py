"""A sweep on a Dask cluster of two processes, in a process of its own: what happens is printed as lines of JSON.

Run as ``python -m tests.local.cluster URL GALLERY CELLS``. The first line are the process numbers of the workers; then
come the states of the cells after the run, and, when a line was read and what failed was tried again, after that.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from distributed import Client, LocalCluster

import imagewidgets as iw

THREADS = 4  # of each worker


def told(sweep: Any) -> dict[str, Any]:
    return {
        "counts": sweep.counts,
        "halted": str(sweep.halted),
        "errors": sorted({str(cell.error) for cell in sweep if cell.error}),
        "failed": [cell.request.prompt for cell in sweep if cell.state == "failed"],
        "pictures": sum(len(cell.images) for cell in sweep),
    }


def main() -> None:
    url, folder, count = sys.argv[1:]
    with (
        LocalCluster(n_workers=2, threads_per_worker=THREADS, dashboard_address=None) as cluster,
        Client(cluster) as dask,
    ):
        say(list(dask.run(os.getpid).values()))
        sweep = iw.sweep(
            "fox {number}",
            number=range(int(count)),
            model="sketch",
            size="64x64",
            client=iw.Client(url, "sk-never-pickled", gallery=folder, timeout=60),
            executor=dask.get_executor(),
        )
        say(told(sweep.run().wait()))
        sys.stdin.readline()
        say(told(sweep.retry().wait()))


def say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
