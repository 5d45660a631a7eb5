"""Closing a widget and ending a run: the work ends, and neither models nor bytes nor threads are left behind."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances
from PIL import Image

from imagewidgets.widgets import grid_pictures
from imagewidgets.widgets.grid_pictures import AT_ONCE, TOGETHER
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.prompt_form import PromptForm
from imagewidgets.widgets.result_grid import ResultGrid
from imagewidgets.widgets.studio import ImageStudio
from imagewidgets.widgets.sweep_grid import SweepGrid
from tests.widgets.fake_client import FakeClient, Gate, final, partial
from tests.widgets.studios import make as make_studio
from tests.widgets.sweeps import finished

PATIENCE = 60.0  # s; reached only when a test fails
SIDE = 512  # px of the pictures
AN_ENDED_RUN = 100_000  # bytes that a view keeps of one: two thumbnails of noise, and words


def noise() -> Image.Image:
    """A picture that no format makes small."""
    return Image.frombytes("RGB", (SIDE, SIDE), os.urandom(3 * SIDE * SIDE))


def form() -> PromptForm:
    made = PromptForm("a red fox", client=FakeClient(), inputs=[noise()], n=2)
    made.submit().result(PATIENCE)
    wait_for_threads()
    return made


def wait_for_threads() -> None:
    """Wait until the threads of runs that are over have come to their end: a future is done a moment before."""
    for thread in threading.enumerate():
        if thread.name.startswith("imagewidgets-"):
            thread.join(PATIENCE)
            assert not thread.is_alive()


def canvas() -> MaskCanvas:
    made = MaskCanvas(noise())
    made.stroke([(10, 10), (400, 300)], size=40)
    made.add_arrow((10, 10), (100, 100))
    made.overlay.fill_rect(0, 0, 5, 5)
    return made


def canvas_without_its_layers_members() -> MaskCanvas:
    made = canvas()
    made._handle_custom_msg({"type": "round_trip"}, [])
    return made


def grid() -> ResultGrid:
    return ResultGrid([noise() for _ in range(4)])


def sweep_grid() -> SweepGrid:
    return SweepGrid(finished(size="512x512"))


def size_of(value: Any) -> int:
    """How many bytes a value takes on its way to a browser, near enough."""
    if isinstance(value, dict):
        return sum(size_of(name) + size_of(each) for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return sum(map(size_of, value))
    return len(value) if isinstance(value, (str, bytes, memoryview)) else 8


def state_of(models: set[str]) -> int:
    """How many bytes the state of these models has: what a page that loads is sent, and a saved notebook holds."""
    return sum(size_of(_instances[model].get_state()) for model in models)


def models() -> set[str]:
    """The models that are open. One manager of ipycanvas serves all canvases and is never closed."""
    return {name for name, model in _instances.items() if type(model).__name__ != "_CanvasManager"}


def studio() -> ImageStudio:
    made = make_studio()
    otter = made.create("A cute baby sea otter", n=2).result(PATIENCE)[0]
    made.edit(otter, prompt="with a beret").result(PATIENCE)
    made.vary(otter, n=2).result(PATIENCE)
    return made


@pytest.mark.parametrize("make", [form, canvas, canvas_without_its_layers_members, grid, studio, sweep_grid])
def test_a_closed_widget_leaves_no_model_and_no_bytes(make: Callable[[], ipywidgets.Widget]) -> None:
    before = models()
    widget = make()
    made = models() - before
    assert widget.model_id in made
    assert state_of(made) > 3 * SIDE  # it does hold pictures
    widget.close()
    widget.close()  # once more does nothing
    assert models() <= before  # of the others some may have been collected


def test_a_layout_that_another_widget_has_stays_open() -> None:
    one = ResultGrid()
    other = ResultGrid(layout=one.layout)
    one.close()
    assert other.layout.comm is not None
    other.close()
    assert other.layout.comm is None


@pytest.mark.parametrize("make", [form, canvas, grid, sweep_grid])
def test_a_closed_widget_that_nobody_has_is_gone(make: Callable[[], ipywidgets.Widget]) -> None:
    widget = make()
    gone = weakref.ref(widget)
    widget.close()
    del widget
    gc.collect()
    assert gone() is None


def test_closing_a_form_cancels_its_runs() -> None:
    gate = Gate()
    made = PromptForm("a red fox", client=FakeClient(gate))
    running, waiting = made.submit(), made.submit()
    assert gate.entered.wait(PATIENCE)
    made.close()
    assert running.cancelled()
    assert waiting.cancelled()
    assert gate.opened.wait(PATIENCE)  # its connection has been told as well


def test_closing_a_grid_ends_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    closed, look_aside = threading.Event(), grid_pictures.look_aside
    monkeypatch.setattr(grid_pictures, "look_aside", lambda entries: closed.wait(PATIENCE) and look_aside(entries))
    made = ResultGrid([noise()] * (AT_ONCE + 2 * TOGETHER))
    worker = made._worker
    assert worker is not None
    made.close()
    closed.set()
    worker.join(PATIENCE)
    assert not worker.is_alive()
    assert sum(entry.thumbnail is not None for entry in made._entries) <= AT_ONCE + TOGETHER  # it did not go on
    assert made._thumbnails == {}


def test_an_ended_run_leaves_its_thumbnails_alone() -> None:
    """However many runs, and whatever came on the way: a view keeps the last run's small pictures."""
    runs = [[partial(0), partial(1), final()] for _ in range(5)]
    made = PromptForm("a red fox", client=FakeClient(*runs), partial_images=2)
    before = models()
    sizes = []
    for _ in runs:
        made.submit().result(PATIENCE)
        sizes.append(state_of({made.model_id}))
    assert made._partials == []
    assert made._run == {}
    assert max(sizes) - min(sizes) < 1000  # bytes: the number of the run, costs, earlier prompts
    assert models() <= before  # of the others some may have been collected
    wait_for_threads()
