"""What our client costs beside the official SDK: from a prompt to PIL images, against one server on the loopback.

Run ``python -m tests.benchmarks.bench_client`` where the package is installed with its ``test`` extra. The two take
turns in one process, so what else the machine does meets both; imports, first calls and memory are measured in fresh
processes, in turns too. Prints medians, the ratio of ours to the SDK's, and the ratio that is aimed at. Beside them
stands the floor: what base64 and PIL take by themselves, with the answer already in memory.

In one process each call meets the heap that the one before it left behind: after the SDK's, which takes and frees more,
the system has to give fresh memory, and even the floor takes longer. So the calls are measured again with a process for
each client, which is how they are used; the processes take turns too.
"""

from __future__ import annotations

import base64
import io
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import NamedTuple

import openai
import pybase64
from PIL import Image

import imagewidgets
from tests.benchmarks._server import answer, photo, serving

ROUNDS = 41  # of one picture
ROUNDS_OF_TEN = 15
SMALL_ROUNDS = 201
FRESH_ROUNDS = 9  # processes
WARM_UP = 3  # rounds that are not counted
MANY = 10  # pictures of one reply
SMALL, ONE, TEN = "small", "one", "ten"  # the prompts that the server has answers to
WAYS = ("ours", "sdk", "floor")  # methods of `Calls`; with _loaded at the end, those that decode the pixels

Timer = Callable[[], float]

# Fresh processes. What a cell of a notebook would hold is between the marks of time and memory.
OURS_IMPORT = "import imagewidgets; client = imagewidgets.Client({url!r}, 'k')"
SDK_IMPORT = "import openai; client = openai.OpenAI(base_url={url!r}, api_key='k')"
OURS_CALL = "images = client.generate({prompt!r}, model='m', n={n})"
SDK_CALL = (
    "import base64, io; from PIL import Image; "
    "reply = client.images.generate(prompt={prompt!r}, model='m', n={n}, response_format='b64_json'); "
    "images = [Image.open(io.BytesIO(base64.b64decode(item.b64_json))) for item in reply.data]"
)
CALLS = OURS_CALL, SDK_CALL
LOADS = "images.load()", "[image.load() for image in images]"
TIMED = "import time; start = time.perf_counter(); {work}; print((time.perf_counter() - start) * 1e3)"
# The most memory that the process ever had, in KiB. Not getrusage's number: a process inherits that from its parent.
PEAK = "int(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
WEIGHED = f"{{first}}; before = {PEAK}; {{work}}; print(({PEAK} - before) / 1024)"


class Row(NamedTuple):
    """One thing measured: ours, the SDK's, and where there are such the ratio aimed at and the floor."""

    name: str
    ours: float
    sdk: float
    aim: float | None = None
    floor: float | None = None
    unit: str = "ms"

    def __str__(self) -> str:
        ratio = self.ours / self.sdk
        aim = "" if self.aim is None else f"{self.aim:.2f}"
        met = "" if self.aim is None else "met" if ratio <= self.aim else "NOT MET"
        floor = "" if self.floor is None else f"{self.floor:9.2f}"
        sizes = f"{self.ours:9.2f} {self.sdk:9.2f} {self.unit:<3}"
        return f"{self.name:<42} {sizes} {floor:>9} {ratio:7.3f} {aim:>6}  {met}".rstrip()


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def medians(timers: Sequence[Timer], rounds: int) -> list[float]:
    """Return the median of each timer's times in ms; they take turns, and each goes first as often as the others."""
    times: list[list[float]] = [[] for _ in timers]
    for number in range(WARM_UP + rounds):
        for place in range(len(timers)):
            index = (place + number) % len(timers)
            times[index].append(timers[index]())
    return [statistics.median(column[WARM_UP:]) for column in times]


class Calls:
    """The same request by both clients, and what no client can do without."""

    def __init__(self, url: str, prompt: str, files: list[bytes]) -> None:
        self._ours = imagewidgets.Client(url, "k")
        self._sdk = openai.OpenAI(base_url=url, api_key="k")
        self._prompt, self._n = prompt, len(files)
        self._texts = [pybase64.b64encode(file) for file in files]

    def ours(self) -> imagewidgets.ImagesResponse:
        return self._ours.generate(self._prompt, model="m", n=self._n)

    def ours_loaded(self) -> object:
        return self.ours().load()

    def sdk(self) -> list[Image.Image]:
        reply = self._sdk.images.generate(prompt=self._prompt, model="m", n=self._n, response_format="b64_json")
        return [Image.open(io.BytesIO(base64.b64decode(item.b64_json or ""))) for item in reply.data or ()]

    def sdk_loaded(self) -> object:
        images = self.sdk()
        for image in images:
            image.load()
        return images

    def floor(self) -> list[Image.Image]:
        return [Image.open(io.BytesIO(pybase64.b64decode(text, validate=True))) for text in self._texts]

    def floor_loaded(self) -> object:
        return [image.load() for image in self.floor()]


@contextmanager
def processes(count: int, url: str, prompt: str, files: list[bytes]) -> Iterator[list[Connection]]:
    """Start processes that time calls: each is sent the name of a method of `Calls`, and sends back ms."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(count)]
    started = [context.Process(target=time_calls, args=(end, url, prompt, files), daemon=True) for _, end in pipes]
    for process in started:
        process.start()
    try:
        yield [end for end, _ in pipes]
    finally:
        for process in started:
            process.terminate()
            process.join()


def time_calls(pipe: Connection, url: str, prompt: str, files: list[bytes]) -> None:
    calls = Calls(url, prompt, files)
    while True:
        pipe.send(milliseconds(getattr(calls, pipe.recv())))


def timed_there(pipe: Connection, name: str) -> float:
    pipe.send(name)
    return float(pipe.recv())


def warm(url: str, pictures: dict[str, list[bytes]]) -> list[Row]:
    """Measure calls after the first: in this process, and in a process for each client."""
    together, apart = [], []
    for name, prompt, rounds, aims in (
        ("one of 256 × 256", SMALL, SMALL_ROUNDS, (1.0, 1.0)),
        ("one of 1024 × 1024", ONE, ROUNDS, (0.30, 0.85)),
        (f"{MANY} of 1024 × 1024", TEN, ROUNDS_OF_TEN, (0.20, 0.60)),
    ):
        calls = Calls(url, prompt, pictures[prompt])
        with processes(len(WAYS), url, prompt, pictures[prompt]) as pipes:
            for how, suffix, aim in (("opened", "", aims[0]), ("pixels loaded", "_loaded", aims[1])):
                names = [way + suffix for way in WAYS]
                ours, sdk, floor = medians([partial(milliseconds, getattr(calls, way)) for way in names], rounds)
                together.append(Row(f"{name}, {how}", ours, sdk, aim, floor))
                there = [partial(timed_there, pipe, way) for pipe, way in zip(pipes, names, strict=True)]
                ours, sdk, floor = medians(there, rounds)
                apart.append(Row(f"{name}, {how}, apart", ours, sdk, floor=floor))
    return [*together, *apart]


def fresh(ours: str, sdk: str) -> tuple[float, float]:
    """Return the medians of the numbers that two scripts print, each run in processes of its own."""
    numbers: tuple[list[float], list[float]] = ([], [])
    for number in range(1 + FRESH_ROUNDS):
        for index in (0, 1) if number % 2 else (1, 0):
            command = [sys.executable, "-c", (ours, sdk)[index]]
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            numbers[index].append(float(printed))
    return statistics.median(numbers[0][1:]), statistics.median(numbers[1][1:])


def cold(url: str) -> list[Row]:
    """Measure what happens once in a process, and memory."""
    imports = [script.format(url=url) for script in (OURS_IMPORT, SDK_IMPORT)]
    first = [f"{script}; {call.format(prompt=SMALL, n=1)}" for script, call in zip(imports, CALLS, strict=True)]
    opened = [call.format(prompt=TEN, n=MANY) for call in CALLS]
    loaded = [f"{script}; {load}" for script, load in zip(opened, LOADS, strict=True)]

    def weighed(works: list[str]) -> tuple[float, float]:
        # What is imported late is there before the weighing begins.
        return fresh(*(WEIGHED.format(first=early, work=work) for early, work in zip(first, works, strict=True)))

    return [
        Row("import and a client", *fresh(*(TIMED.format(work=work) for work in imports)), aim=0.30),
        Row("import and the first call", *fresh(*(TIMED.format(work=work) for work in first))),
        Row(f"peak memory, {MANY} opened", *weighed(opened), aim=0.60, unit="MiB"),
        Row(f"peak memory, {MANY} with pixels loaded", *weighed(loaded), unit="MiB"),
    ]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    big = [photo(1024, seed) for seed in range(MANY)]
    pictures = {SMALL: [photo(256)], ONE: big[:1], TEN: big}
    sizes = {prompt: sum(map(len, files)) for prompt, files in pictures.items()}
    say(
        f"openai {openai.__version__}, Python {sys.version.split()[0]}, {os.cpu_count()} processors, "
        f"load {os.getloadavg()[0]:.1f}; files: {json.dumps(sizes)} bytes"
    )
    with serving({prompt: answer(files) for prompt, files in pictures.items()}) as url:
        rows = [*cold(url), *warm(url, pictures)]
    say(f"{'median':<42} {'ours':>9} {'SDK':>9} {'':<3} {'floor':>9} {'ratio':>7} {'aim':>6}")
    for row in rows:
        say(str(row))
    missed = sum(row.aim is not None and row.ours > row.aim * row.sdk for row in rows)
    say(f"{missed or 'None'} of {sum(row.aim is not None for row in rows)} aims missed; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
