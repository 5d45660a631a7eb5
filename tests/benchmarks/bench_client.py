"""What our client costs beside the official SDK: from a prompt to PIL images, against one server on the loopback.

Run ``python -m tests.benchmarks.bench_client`` where the package is installed with its ``test`` extra. The two take
turns in one process, so what else the machine does meets both; imports, first calls and memory are measured in fresh
processes, in turns too. Prints medians, the ratio of ours to the SDK's, and the ratio that is aimed at. Beside them
stands the floor: what base64 and PIL take by themselves, with the answer already in memory. The ratio of the processor
time of the client (user and system, all threads) comes last: it hardly changes when the machine has other work.

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


class Cost(NamedTuple):
    """What a piece of work took, in ms."""

    time: float
    processor: float


Timer = Callable[[], Cost]

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
    """One thing measured: ours, the SDK's, and where there are such the aim, the floor, and processor time."""

    name: str
    ours: float
    sdk: float
    aim: float | None = None
    floor: float | None = None
    unit: str = "ms"
    processor: float | None = None  # ratio

    @classmethod
    def of(cls, name: str, costs: Sequence[Cost], aim: float | None = None) -> Row:
        """Make one of the costs of ours, the SDK's and the floor."""
        ours, sdk, floor = costs
        return cls(name, ours.time, sdk.time, aim, floor.time, processor=ours.processor / sdk.processor)

    def __str__(self) -> str:
        ratio = self.ours / self.sdk
        aim = "" if self.aim is None else f"{self.aim:.2f}"
        met = "" if self.aim is None else "met" if ratio <= self.aim else "NOT MET"
        floor = "" if self.floor is None else f"{self.floor:9.2f}"
        processor = "" if self.processor is None else f"{self.processor:.3f}"
        sizes = f"{self.ours:9.2f} {self.sdk:9.2f} {self.unit:<3}"
        return f"{self.name:<42} {sizes} {floor:>9} {ratio:7.3f} {aim:>6}  {met:<7} {processor:>9}".rstrip()


def cost(work: Callable[[], object]) -> Cost:
    start, before = time.perf_counter(), time.process_time()
    work()
    return Cost((time.perf_counter() - start) * 1e3, (time.process_time() - before) * 1e3)


def medians(timers: Sequence[Timer], rounds: int) -> list[Cost]:
    """Return the medians of what each timer tells; they take turns, and each goes first as often as the others."""
    costs: list[list[Cost]] = [[] for _ in timers]
    for number in range(WARM_UP + rounds):
        for place in range(len(timers)):
            index = (place + number) % len(timers)
            costs[index].append(timers[index]())
    return [Cost(*map(statistics.median, zip(*column[WARM_UP:], strict=True))) for column in costs]


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
    """Start processes that time calls: each is sent the name of a method of `Calls`, and sends back its cost."""
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
        pipe.send(cost(getattr(calls, pipe.recv())))


def cost_there(pipe: Connection, name: str) -> Cost:
    pipe.send(name)
    return Cost(*pipe.recv())


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
                here = [partial(cost, getattr(calls, way)) for way in names]
                together.append(Row.of(f"{name}, {how}", medians(here, rounds), aim))
                there = [partial(cost_there, pipe, way) for pipe, way in zip(pipes, names, strict=True)]
                apart.append(Row.of(f"{name}, {how}, apart", medians(there, rounds)))
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
    say(f"{'median':<42} {'ours':>9} {'SDK':>9} {'':<3} {'floor':>9} {'ratio':>7} {'aim':>6}  {'':<7} {'processor':>9}")
    for row in rows:
        say(str(row))
    missed = sum(row.aim is not None and row.ours > row.aim * row.sdk for row in rows)
    say(f"{missed or 'None'} of {sum(row.aim is not None for row in rows)} aims missed; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
