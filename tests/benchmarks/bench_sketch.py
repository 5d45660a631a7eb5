"""How long the sketch engine takes, and how much memory.

Run ``python tests/benchmarks/bench_sketch.py``. Times are of one processor core (CPU time of the process, so that other
work on the machine does not count), with warm caches but for the first picture. The last column is the ratio to a
fixed piece of numpy and Pillow work, which is what to compare between machines.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

import numpy as np
from PIL import Image, ImageFilter

from imagewidgets.local.engine import Job, finish
from imagewidgets.local.sketch import SketchEngine
from imagewidgets.local.sketch.finish import STYLES
from imagewidgets.local.sketch.styles import styles

PROMPTS = (
    "A cute baby sea otter wearing a beret",
    "a red fox in a snowy forest at night",
    "a bowl of fruit on a table",
    "a city street in the rain at night",
    "two children flying a kite on the beach",
    "a robot holding a flower in a meadow",
    "a lighthouse in a storm",
    "a butterfly on a rainbow sky",
)
BARS = {(256, 256): 15, (1024, 1024): 150, (3840, 2160): 1500}  # ms
SIZES = ((256, 256), (512, 512), (1024, 1024), (1792, 1024), (3840, 2160))
STYLED = "a red fox in a forest"
ROUNDS = 3
FIRST_PICTURE = """
import resource, time
start = time.process_time()
from imagewidgets.local.engine import Job, finish
from imagewidgets.local.sketch import SketchEngine
finish(SketchEngine().run(Job(operation="generate", prompt="a red fox in a snowy forest at night")))
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
MEMORY = """
import resource, sys
from imagewidgets.local.engine import Job, finish
from imagewidgets.local.sketch import SketchEngine
for prompt in sys.argv[2:]:
    size = int(sys.argv[1])
    finish(SketchEngine().run(Job(operation="generate", prompt=prompt, size=(size, size))))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


def yardstick() -> object:
    """Do a fixed piece of work like the engine's own: an array of 1024 x 1024 and a blur."""
    pixels = np.random.default_rng(0).random((1024, 1024, 3), np.float32)
    shaded = np.sqrt(pixels) * 0.5 + pixels**2 * 0.5
    return Image.fromarray((shaded * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(8))


def draw(prompt: str, size: tuple[int, int]) -> object:
    return finish(SketchEngine().run(Job(operation="generate", prompt=prompt, size=size, seed=1)))


def warm(prompt: str, size: tuple[int, int]) -> float:
    draw(prompt, size)
    return min(milliseconds(lambda: draw(prompt, size)) for _ in range(ROUNDS))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def in_a_process(code: str, *arguments: str) -> list[float]:
    """Run code in a fresh process; give the numbers that it prints."""
    command = [sys.executable, "-c", code, *arguments]
    return [float(word) for word in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]


def words_of(style: str) -> str:
    """Give a phrase that asks for a style."""
    return str(styles()[style].example)


def table_of_sizes(unit: float) -> None:
    for size in SIZES:
        times = [warm(prompt, size) for prompt in PROMPTS]
        middle, worst = statistics.median(times), max(times)
        bar = f", bar {BARS[size]} ms" if size in BARS else ""
        say(
            f"{size[0]} x {size[1]}: median {middle:.0f} ms ({middle / unit:.1f} yardsticks){bar}; "
            f"worst {worst:.0f} ms: {PROMPTS[times.index(worst)]}"
        )


def table_of_styles(names: Iterable[str]) -> None:
    plain = warm(STYLED, (1024, 1024))
    say(f"1024 x 1024, {STYLED!r}: {plain:.0f} ms; with a style:")
    times = {name: warm(f"{STYLED}, {words_of(name)}", (1024, 1024)) for name in names}
    for name, took in sorted(times.items(), key=lambda item: -item[1]):
        say(f"  {name:15} {took:4.0f} ms, of which the style {took - plain:4.0f}")


def main() -> None:
    # First, for on Linux a process begins with the memory that its parent has.
    for side, bar in ((1024, ", bar 350 MB"), (4096, "")):
        (most,) = in_a_process(MEMORY, str(side), *PROMPTS)
        say(f"memory of a process after {len(PROMPTS)} pictures of {side} x {side}: {most:.0f} MB{bar}")
    unit = min(milliseconds(yardstick) for _ in range(5))
    say(f"yardstick {unit:.0f} ms")
    first = [in_a_process(FIRST_PICTURE) for _ in range(ROUNDS)]
    say(f"first picture of a process, 1024 x 1024, imports included: {min(first)[0] * 1e3:.0f} ms, bar 1200 ms")
    table_of_sizes(unit)
    table_of_styles(STYLES)


if __name__ == "__main__":
    main()
