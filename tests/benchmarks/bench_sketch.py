"""How long the sketch engine takes: the first picture of a process, and pictures with warm caches.

Run ``python tests/benchmarks/bench_sketch.py``. Prints milliseconds, and the ratio to a fixed piece of numpy and Pillow
work on the same machine, which is what to compare between machines.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from imagewidgets.local.engine import Job, finish
from imagewidgets.local.sketch import SketchEngine

PROMPTS = (
    "A cute baby sea otter wearing a beret",
    "a red fox in a snowy forest at night",
    "a bowl of fruit on a table",
    "a city street in the rain at night",
    "two children flying a kite on the beach",
    "a robot holding a flower in a meadow, oil painting",
    "a lighthouse in a storm, watercolor",
    "stained glass of a butterfly on a rainbow sky",
)
SIZES = ((256, 256), (512, 512), (1024, 1024), (1792, 1024))
ROUNDS = 3
FIRST_PICTURE = """
import time
start = time.perf_counter()
from imagewidgets.local.engine import Job, finish
from imagewidgets.local.sketch import SketchEngine
finish(SketchEngine().run(Job(operation="generate", prompt="a red fox in a snowy forest at night")))
print(time.perf_counter() - start)
"""


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def yardstick() -> object:
    """Do a fixed piece of work like the engine's own: an array of 1024 x 1024 and a blur."""
    pixels = np.random.default_rng(0).random((1024, 1024, 3), np.float32)
    shaded = np.sqrt(pixels) * 0.5 + pixels**2 * 0.5
    return Image.fromarray((shaded * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(8))


def draw(prompt: str, size: tuple[int, int]) -> object:
    return finish(SketchEngine().run(Job(operation="generate", prompt=prompt, size=size, seed=1)))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    unit = min(milliseconds(yardstick) for _ in range(5))
    say(f"yardstick {unit:.0f} ms")
    first = [
        float(subprocess.run([sys.executable, "-c", FIRST_PICTURE], check=True, capture_output=True, text=True).stdout)
        for _ in range(ROUNDS)
    ]
    say(f"first picture of a process, 1024 x 1024, imports included: {min(first) * 1e3:.0f} ms")
    for size in SIZES:
        times = []
        for prompt in PROMPTS:
            draw(prompt, size)
            times.append(min(milliseconds(lambda p=prompt, s=size: draw(p, s)) for _ in range(ROUNDS)))
        middle, worst = statistics.median(times), max(times)
        say(
            f"{size[0]} x {size[1]}, warm: median {middle:.0f} ms ({middle / unit:.1f} yardsticks), "
            f"worst {worst:.0f} ms ({worst / unit:.1f}): {PROMPTS[times.index(worst)]}"
        )


if __name__ == "__main__":
    main()
