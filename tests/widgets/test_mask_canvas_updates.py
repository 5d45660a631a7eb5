"""What browsers are told by a mask canvas: all of them show the mask, whatever is done and lost."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.mask.markup import render
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.mask_state import encode_coverage
from tests.widgets.mask_browser import Browser
from tests.widgets.mask_browser import picture as png
from tests.widgets.masks import HEIGHT, WIDTH, noise, raster_of


@pytest.fixture
def canvas() -> MaskCanvas:
    return MaskCanvas(noise())


@pytest.fixture
def browser(canvas: MaskCanvas) -> Browser:
    return Browser(canvas)


def test_a_stroke_makes_one_update_that_holds_the_changed_rectangle(canvas, browser):
    canvas.select_all()
    browser.comm.updates.clear()
    browser.do("stroke", [(20, 20)], size=6, mode="subtract")
    (update,) = browser.comm.updates
    patch = update["_state"]["patch"]
    assert [patch[name] for name in "xywh"] == [17, 17, 6, 6]
    assert "markup" not in update["_state"]
    assert np.array_equal(browser.raster, raster_of(canvas))


def test_where_nothing_changes_nothing_of_the_mask_is_sent(canvas, browser):
    canvas.select_all()
    browser.do("stroke", [(20, 20)], size=6)
    assert browser.state["patch"] is None
    assert browser.state["base"] == browser.state["revision"] - 1


def test_whoever_asks_for_the_whole_state_gets_the_whole_mask(canvas, browser):
    canvas.add_rectangle(2, 3, 10, 20)
    canvas.stroke([(40, 20)], size=10, hardness=0)
    canvas.add_arrow((5, 5), (30, 30))
    reloaded = Browser(canvas, "b")
    assert reloaded.state["base"] is None
    assert np.array_equal(reloaded.raster, raster_of(canvas))
    assert reloaded.markup == canvas.markup == browser.markup
    saved = canvas.get_state()["_state"]
    assert saved["patch"] == reloaded.state["patch"]


def test_a_browser_that_has_missed_an_update_asks_for_everything(canvas, browser):
    canvas.add_rectangle(2, 3, 10, 20)
    browser.deaf = True
    canvas.add_rectangle(22, 3, 10, 20)
    canvas.add_note(5, 5, "here", size=10)
    browser.deaf = False
    canvas.invert()
    assert browser.syncs == 1
    assert np.array_equal(browser.raster, raster_of(canvas))
    assert browser.markup == canvas.markup


def test_what_is_done_in_one_hold_is_sent_as_one_update(canvas, browser):
    browser.comm.updates.clear()
    with canvas.hold_sync():
        for x in range(0, 50, 10):
            canvas.add_rectangle(x, 4, 5, 5)
    (update,) = browser.comm.updates
    assert [update["_state"]["patch"][name] for name in "xywh"] == [0, 4, 45, 5]
    assert browser.syncs == 0
    assert np.array_equal(browser.raster, raster_of(canvas))


def test_extending_sends_the_whole_mask_in_its_new_size(canvas, browser):
    canvas.add_rectangle(2, 3, 10, 20)
    canvas.add_pen([(5, 5), (20, 20)])
    before = browser.state["picture"]
    canvas.extend(left=7, bottom=3)
    assert browser.raster.shape == (HEIGHT + 3, WIDTH + 7)
    assert np.array_equal(browser.raster, raster_of(canvas))
    assert browser.markup == canvas.markup
    assert browser.state["picture"] > before
    canvas.undo()
    assert np.array_equal(browser.raster, raster_of(canvas))
    assert browser.markup.size == (WIDTH, HEIGHT)


def test_numbers_say_what_can_be_done(canvas, browser):
    def able():
        return tuple(browser.state[name] for name in ("any", "marks", "undo", "redo"))

    assert able() == (False, False, False, False)
    canvas.invert()
    assert able() == (True, False, True, False)
    canvas.undo()
    assert able() == (False, False, False, True)
    canvas.add_circle(1, 1, 9, 9)
    assert able() == (False, True, True, False)
    canvas.image = None
    assert able() == (False, False, False, False)
    assert (browser.state["width"], browser.state["patch"]) == (0, None)


@pytest.mark.parametrize("shape", [(1, 1), (3, 9), (40, 17)])
@pytest.mark.parametrize("values", [[0], [255], [0, 255], [0, 1, 128, 254, 255]])
def test_a_patch_is_exactly_the_raster(shape, values):
    coverage = np.random.default_rng(1).choice(np.array(values, np.uint8), shape)
    sent = np.asarray(png(encode_coverage(coverage)))
    assert np.array_equal(sent[..., 3], coverage)
    assert not sent[..., :3].any()


@st.composite
def actions(draw) -> dict[str, Any]:
    x, y = st.integers(-5, 30), st.integers(-5, 75)
    mode = st.sampled_from(["add", "subtract", "intersect"])
    box = {"x": x, "y": y, "w": st.integers(1, 40), "h": st.integers(1, 40)}
    ink = {"color": st.just("#00aa55"), "width": st.integers(1, 9)}
    points = st.lists(st.tuples(x, y).map(list), min_size=3, max_size=5)
    operations = [
        {"type": st.just("stroke"), "points": points, "size": st.integers(1, 20), "mode": mode},
        {"type": st.just("stroke"), "points": points, "size": st.integers(1, 20), "hardness": st.integers(0, 100)},
        {"type": st.sampled_from(["rectangle", "ellipse"]), **box, "mode": mode},
        {"type": st.just("polygon"), "points": points, "mode": mode},
        {"type": st.sampled_from(["invert", "select_all", "clear", "fill_holes", "keep_largest", "clear_markup"])},
        {"type": st.sampled_from(["grow", "shrink", "smooth"]), "by": st.integers(1, 4)},
        {"type": st.just("bucket"), "x": st.integers(0, 20), "y": st.integers(0, 20), "mode": mode},
        {"type": st.just("extend"), "left": st.integers(0, 4), "bottom": st.integers(1, 4)},
        {"type": st.just("circle"), **box, **ink},
        {"type": st.just("pen"), "points": points, **ink},
    ]
    kind = draw(st.sampled_from(["do"] * 6 + ["undo", "undo", "redo", "reload", "lost", "twice"]))
    return {"type": kind, "operation": draw(st.one_of([st.fixed_dictionaries(each) for each in operations]))}


def same_markup(shown: Image.Image | None, markup: Image.Image | None) -> bool:
    """Tell whether a page shows the markup: nothing where all marks lie outside of the picture."""
    return shown == markup or (shown is None and markup is not None and markup.getbbox() is None)


@given(st.lists(actions(), min_size=1, max_size=14), st.booleans())
def test_every_browser_shows_the_mask_whatever_is_done_and_lost(steps, hold):
    canvas = MaskCanvas(Image.new("RGB", (24, 70), (200, 180, 20)))
    browser, deaf = Browser(canvas, "a"), Browser(canvas, "b")
    for step in steps:
        deaf.deaf = step["type"] == "lost"
        match step["type"]:
            case "do" | "lost":
                browser.act("do", operation=step["operation"])
            case "twice":
                browser.post(browser.act("do", operation=step["operation"]))
            case "undo" | "redo" as name:
                browser.act(name)
            case "reload":
                deaf = Browser(canvas, "c")
    deaf.deaf = False
    if hold:
        with canvas.hold_sync():
            canvas.invert()
            canvas.add_rectangle(1, 1, 5, 60, mode="subtract")
    else:
        canvas.invert()
    raster = raster_of(canvas)
    for page in (browser, deaf):
        assert np.array_equal(page.raster, raster)
        assert same_markup(page.markup, canvas.markup)
        assert page.state["any"] == bool(raster.any())
    assert canvas.coverage == (raster > 0).mean()
    if canvas.markup is not None:
        assert canvas.markup == render(canvas._history.operations, canvas.image.size)
    again = MaskCanvas.from_operations(canvas._given, json.loads(json.dumps(canvas.operations)))
    assert again.selection == canvas.selection
    assert again.markup == canvas.markup
    assert again.image == canvas.image


def test_threads_draw_on_one_canvas_and_the_browser_sees_all_of_it(canvas, browser):
    start = threading.Barrier(4)

    def draw(row: int) -> None:
        start.wait()
        for x in range(8):
            canvas.add_rectangle(x * 7, row * 10, 3, 3)

    threads = [threading.Thread(target=draw, args=(row,)) for row in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(canvas.operations) == 32
    assert (browser.raster > 0).sum() == 32 * 9
    assert browser.syncs == 0
