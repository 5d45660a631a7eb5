"""Large pictures and long lists of operations: in Python, and on the screen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from tests.benchmarks._canvas_messages import submit
from tests.benchmarks._canvas_table import Row
from tests.benchmarks._canvas_tools import EDITOR, OUR_PICTURE, OURS
from tests.benchmarks._table import Sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks._canvas_session import Scene, Session

LARGE = 4096  # px
SCREEN = (3840, 2160)  # px
OPERATIONS = 500
SMALL = 64  # px
WANDS = {1024: 60.0, LARGE: 600.0}  # px: ms
TOLERANCE = 60  # selects about two thirds of the picture; what is selected takes longer than what is not
PATIENCE = 120_000  # ms


def wand(session: Session, rounds: int) -> list[Row]:
    """Measure the first wand on a picture: its colours are looked up, its area is found and selected.

    The first wand of a process, which loads what it needs, is measured by itself on a small picture.
    """
    from imagewidgets.mask.history import History
    from imagewidgets.mask.operations import Wand

    small = History(Image.new("RGB", (SMALL, SMALL)))
    first = _milliseconds(lambda: small.do(Wand(0, 0, TOLERANCE)))
    rows = [Row(f"first wand of a process, on {SMALL}²", "ms", {"ours": Sample([first])})]
    for side, bar in WANDS.items():
        picture = Image.open(session.picture(side))
        picture.load()
        times = []
        for number in range(rounds):
            history = History(picture)
            place = side * (number + 1) / (rounds + 1)
            times.append(_milliseconds(lambda: history.do(Wand(place, place, TOLERANCE))))  # noqa: B023
        rows.append(Row(f"wand on {side}², in Python", "ms", {"ours": Sample(times)}).at_most(bar))
    return rows


def export(_session: Session, rounds: int) -> list[Row]:
    """Measure the mask of a canvas on which much was done, each time after one operation more."""
    from imagewidgets import MaskCanvas

    width, height = SCREEN
    random = np.random.default_rng(0)
    picture = Image.fromarray(random.integers(0, 256, (height, width, 3), np.uint8))
    canvas = MaskCanvas(picture)
    operations = []
    for _ in range(OPERATIONS // 2):
        x, y = random.uniform(0, width), random.uniform(0, height)
        walk = np.array([x, y]) + np.cumsum(random.normal(0, 25, (40, 2)), axis=0)
        operations.append(_milliseconds(lambda: canvas.stroke(walk.tolist(), size=40)))  # noqa: B023
        operations.append(_milliseconds(lambda: canvas.add_rectangle(x, y, 60, 40)))  # noqa: B023
    masks, selections = [], []
    for number in range(rounds):
        canvas.add_ellipse(100 * number, 50, 300, 200)
        masks.append(_milliseconds(lambda: canvas.mask))
        selections.append(_milliseconds(lambda: canvas.selection))
    name = f"{OPERATIONS} operations on {width} × {height}: "
    return [
        Row(name + "canvas.mask", "ms", {"ours": Sample(masks)}).at_most(50),
        Row("… canvas.selection", "ms", {"ours": Sample(selections)}).at_most(50),
        Row("… each operation, in Python", "ms", {"ours": Sample(operations)}),
    ]


def large(session: Session, rounds: int) -> list[Row]:
    """Measure a picture of 4096² px: from running its cell, or opening its page, to the screen; and its mask."""
    shown = Row(f"picture of {LARGE}² on the screen", "ms")
    masks = Row(f"a mask of {LARGE}² in Python, after letting go or Submit", "ms")
    sizes = Row("… bytes that go over for it", "kB")
    times: dict[str, list[float]] = {"shown": [], "mask": [], "size": []}
    for _ in range(rounds):
        scene = session.open(OURS, side=LARGE, show=False)
        notebook = scene.notebook
        start = """
          const start = performance.now();
          panel.content.activeCellIndex = 1;
          panel.content.deselectAll();
          app.commands.execute("notebook:run-cell");
          return await probe.appear({ ...arg, start });
        """
        taken = notebook.in_notebook(start, {"selector": OUR_PICTURE, "patience": PATIENCE}, timeout=PATIENCE / 1e3)
        times["shown"].append(taken)
        scene.wait_until_shown()
        notebook.wait_idle()
        scene.page.wait_for_timeout(1000)
        notebook.kernel_exec("seen.clear()")
        notebook.traffic.clear()
        up = _line(scene)
        scene.page.wait_for_timeout(1500)
        times["size"].append(sum(message.size for message in notebook.traffic.messages) / 1e3)
        notebook.wait_for_kernel("seen")
        times["mask"].append((notebook.kernel_eval("seen[-1]") - up) * 1e3)
        scene.close()
    for row, kind in ((shown, "shown"), (masks, "mask"), (sizes, "size")):
        row.samples["ours"] = Sample(times[kind])
    if EDITOR in session.tools:  # once: it takes half a minute
        scene = session.open(EDITOR, side=LARGE, show=False)
        appear = "options => probe.appear(options)"
        options = {"selector": EDITOR.surface, "start": 0, "patience": PATIENCE}
        shown.samples[EDITOR.name] = Sample([scene.page.evaluate(appear, options)])
        scene.wait_until_shown()
        _line(scene)
        scene.page.wait_for_timeout(3000)
        size, taken = submit(scene)
        sizes.samples[EDITOR.name], masks.samples[EDITOR.name] = Sample([size]), Sample([taken])
        scene.close()
    return [shown.at_most(1000), masks, sizes]


def _line(scene: Scene) -> float:
    """Draw a stroke across the picture; return when the button was let go, s since 1970."""
    points = scene.next_stroke(40, 4)
    scene.page.evaluate("options => probe.begin(options)", scene.watch(points[0][1], 0))
    scene.mouse.stroke(points)
    return float(scene.page.evaluate("patience => probe.end(patience)", PATIENCE)["up"])


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3
