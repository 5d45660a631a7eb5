"""What a gallery costs: opening one of 100,000 pictures, finding an answer in it, replaying a hundred, recording.

Run ``python -m tests.benchmarks.bench_gallery`` where the package is installed with its ``test`` extra. The pictures of
the large gallery are small ones, so that they fit on any disk (about 400 MB of blocks); those that are replayed and
recorded are photos of 1024 × 1024 px as PNG. Each figure is taken in a fresh process, so nothing is left of earlier
ones but what the system has in memory of the disk, and so is the memory that the process took at most.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from PIL import Image

from imagewidgets.gallery import Gallery, records
from imagewidgets.images.pictures import open_image
from imagewidgets.operations import CreateImageRequest
from imagewidgets.responses import ImagesResponse
from tests.benchmarks._table import aligned, load

PICTURES = 100_000
REPLAYED = 100
SIDE = 1024  # px
LOOKUPS = 300
CHUNK = 10_000  # answers between two words about how far it is
BARS = {("open", "count"): 2000, ("lookup", "median"): 5, ("miss", "median"): 5}  # ms
T = TypeVar("T")

_FRESH = """
import json, random, statistics, sys, time
from imagewidgets.gallery import Gallery
from imagewidgets.operations import CreateImageRequest
folder, total, lookups = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

def memory(field):
    return int(next(line for line in open("/proc/self/status") if line.startswith(field)).split()[1]) / 1024

def timed(work):
    start, before = time.perf_counter(), time.process_time()
    result = work()
    return ((time.perf_counter() - start) * 1e3, (time.process_time() - before) * 1e3), result

def medians(times):
    return [statistics.median(column) for column in zip(*times)]

def asked(number):
    return CreateImageRequest(prompt=f"picture {number} of a fox", model="m", seed=number)

before = memory("VmRSS")
found = {}
gallery = Gallery(folder)
"""
_PARTS = {
    "open": """
found["count"], n = timed(lambda: len(Gallery(folder)))
assert n == total
""",
    "lookup": """
places = random.Random(1).sample(range(total), lookups)
times = [timed(lambda: gallery.find(asked(place))) for place in places]
assert all(response for _, response in times)
found["first"], found["median"] = times[0][0], medians([each for each, _ in times])
""",
    "miss": """
found["first"], _ = timed(lambda: gallery.find(asked(-1)))
found["median"] = medians([timed(lambda: gallery.find(asked(-place - 2)))[0] for place in range(lookups)])
""",
    "list": """
found["first"], _ = timed(lambda: gallery[0])
found["again"], _ = timed(lambda: gallery[-1])
""",
    "search": """
found["first"], _ = timed(lambda: gallery.search("fox"))
found["again"], some = timed(lambda: gallery.search("fox 77"))
assert some
""",
}


class Row(NamedTuple):
    """One thing measured: what it took, the processor time of it, and what is aimed at, where something is."""

    name: str
    value: float
    unit: str = "ms"
    processor: float | None = None
    bar: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        processor = "" if self.processor is None else f"{self.processor:,.2f} {self.unit}"
        cells = self.name, f"{self.value:,.2f} {self.unit}", processor
        if self.bar is None:
            return *cells, "", ""
        met = "met" if self.value <= self.bar else "NOT MET"
        if self.processor is not None and self.processor <= self.bar < self.value:
            met = "met by its processor time alone: the machine was busy"
        return *cells, f"{self.bar:g}", met


def photo(number: int) -> bytes:
    """A picture as large as a photo, and packed as badly."""
    rng = np.random.default_rng(number)
    base = Image.fromarray(rng.integers(0, 256, (64, 64, 3), np.uint8)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    noise = rng.integers(-6, 7, (SIDE, SIDE, 3))
    image = Image.fromarray(np.clip(np.asarray(base, np.int16) + noise, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def fill(folder: Path, total: int) -> None:
    """Write small pictures as a gallery has them; without waiting for the disk each time, which is measured apart."""
    folder.mkdir(parents=True)
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    data = out.getvalue()
    image = open_image(data)
    for number in range(total):
        request = CreateImageRequest(prompt=f"picture {number} of a fox", model="m", seed=number)
        response = ImagesResponse(
            [image], request=request, files=[data], created=1_790_000_000 + number, model="m", service="OpenAI"
        )
        contents, suffixes, key = records.files(response, 0, None)
        name = records.name(key, records.stem_of(response), suffixes[0], edition=1, place=0)
        (folder / name).write_bytes(contents[0])
        if number % CHUNK == CHUNK - 1:
            _say(f"{number + 1:,} pictures written")


def fresh(part: str, folder: Path, total: int) -> dict[str, Any]:
    """Return what a part measures in a process of its own (time and processor time in ms; memory in MB)."""
    tail = '\nfound["memory"] = memory("VmHWM") - before\nprint(json.dumps(found))'
    done = subprocess.run(
        [sys.executable, "-c", _FRESH + _PARTS[part] + tail, str(folder), str(total), str(min(LOOKUPS, total))],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def large(folder: Path, total: int) -> list[Row]:
    """Measure a gallery of many pictures."""
    rows: list[Row] = []

    def add(part: str, **names: str) -> None:
        measured = fresh(part, folder, total)
        for name, words in names.items():
            rows.append(Row(words, *measured[name][:1], "ms", measured[name][1], BARS.get((part, name))))
        rows.append(Row("  memory that it took", measured["memory"], "MB"))

    add("open", count=f"open a gallery of {total:,}, and count them")
    add("lookup", first="find a recorded answer in it: the first", median=f"  median of {min(LOOKUPS, total)}")
    add("miss", first="find that one is not there: the first (all names are looked at)", median="  median of others")
    add("list", first="its oldest picture (all recipes are read)", again="  and its newest")
    add("search", first="search", again="  again")
    return rows


def photos(folder: Path) -> list[Row]:
    """Measure a gallery of photos."""
    gallery = Gallery(folder)
    requests = [CreateImageRequest(prompt=f"photo {number}", model="m") for number in range(REPLAYED)]
    taken = []
    for number, request in enumerate(requests):
        data = photo(number)
        response = ImagesResponse([open_image(data)], request=request, files=[data], created=1_790_000_000)
        taken.append(timed(lambda: gallery.record(response))[0])  # noqa: B023 (called at once)
    again = Gallery(folder)
    opened, found = timed(lambda: [again.find(request) for request in requests])
    decoded, _ = timed(lambda: [response[0].load() for response in found])
    size = f"{SIDE} × {SIDE} px ({len(data) / 1e6:.1f} MB)"
    recorded = [statistics.median(column) * 1e3 for column in zip(*taken, strict=True)]
    return [
        Row(f"record a picture of {size}, on the disk", recorded[0], "ms", recorded[1]),
        Row(f"replay {REPLAYED} of them, opened", opened[0], "s", opened[1], 0.5),
        Row("  and decoded, one after the other", decoded[0], "s", decoded[1]),
    ]


def timed(work: Callable[[], T]) -> tuple[tuple[float, float], T]:
    """Return the time and the processor time of a piece of work, s, and what it gave."""
    start, before = time.perf_counter(), time.process_time()
    result = work()
    return (time.perf_counter() - start, time.process_time() - before), result


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=PICTURES, help="of the large gallery (default: %(default)s)")
    total = parser.parse_args().pictures
    with tempfile.TemporaryDirectory() as name:
        before = load()
        fill(Path(name, "large"), total)
        rows = large(Path(name, "large"), total) + photos(Path(name, "photos"))
        lines = [("what", "measured", "processor", "bar", ""), *(row.cells for row in rows)]
        _say(f"\n{before} before, {load()} after\n{aligned(lines)}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
