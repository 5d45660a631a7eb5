"""The tools of the mask canvas under a real mouse. What is seen is what Python has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.mask_hand import SQUARES, Hand, art, selected, wait_done, wait_exact, wait_told
from tests.browser.mask_parts import operations

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

DRAWN = "layer => layer.getContext('2d').getImageData(0, 0, layer.width, layer.height).data.some(Boolean)"


def test_brush_and_eraser(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.drag((40, 60), (120, 60), (120, 140))
    wait_done(nb, 1)
    wait_exact(nb)
    hand.choose("e")
    hand.drag((80, 40), (80, 80))
    wait_done(nb, 2)
    wait_exact(nb)
    drawn, erased = operations(nb)
    assert (drawn["mode"], drawn["size"], erased["mode"]) == ("add", 20, "subtract")
    assert np.allclose([drawn["points"][0], drawn["points"][-1]], [(40, 60), (120, 140)], atol=1)
    assert selected(nb, (50, 60), (80, 60), (120, 130), (80, 100)) == [255, 0, 255, 0]


def test_a_soft_brush_is_seen_as_soft_as_it_is(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    nb.kernel_exec("canvas.hardness, canvas.brush_size = 30, 60")
    nb.out(0).get_by_text("60 px", exact=True).wait_for()
    hand.press(80, 80)
    hand.move(160, 120)
    # Before Python knows of it: the same but for what rounding makes of a falling strength.
    nb.kernel_exec("draft = MaskCanvas(picture); draft.stroke([(80, 80), (160, 120)], size=60, hardness=30)")
    wait_exact(nb, of="draft", most=12, but=40)
    assert operations(nb) == []
    hand.mouse.up()
    wait_done(nb, 1)
    wait_exact(nb)
    values = nb.kernel_eval("sorted(set(canvas.soft_selection.get_flattened_data()))")
    assert len(values) > 100
    assert operations(nb)[0]["hardness"] == 30


@pytest.mark.parametrize(("key", "type_"), [("r", "rectangle"), ("o", "ellipse")])
def test_boxes_by_drag_lie_on_whole_pixels(notebook: OpenNotebook, key: str, type_: str) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.choose(key)
    hand.drag((150, 120), (50.3, 30.2))  # to the upper left
    wait_done(nb, 1)
    wait_exact(nb)
    assert operations(nb) == [{"type": type_, "x": 50.0, "y": 30.0, "w": 100.0, "h": 90.0, "mode": "add"}]
    hand.click(200, 150)  # nothing: it has no extent
    hand.drag((250, 150), (400, 250))  # let go outside
    wait_done(nb, 2)
    wait_exact(nb)
    assert operations(nb)[1]["w"] == 150


def test_polygon_point_by_point(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.choose("p")
    corners = [(40, 40), (140, 50), (90, 150)]
    for corner in [*corners, corners[0]]:  # on the first one again: closed
        hand.click(*corner)
    wait_done(nb, 1)
    wait_exact(nb)
    assert np.allclose(operations(nb)[0]["points"], corners, atol=1)
    for corner in [(200, 30), (280, 30), (290, 100), (260, 120), (10, 10)]:
        hand.click(*corner)
    hand.keyboard.press("Backspace")
    hand.keyboard.press("Control+z")  # also takes a point back, not the polygon before
    hand.settle()
    hand.mouse.dblclick(*hand.place(220, 110))  # the last point, and closed
    wait_done(nb, 2)
    wait_exact(nb)
    assert np.allclose(operations(nb)[1]["points"], [(200, 30), (280, 30), (290, 100), (220, 110)], atol=1)
    for corner in [(20, 20), (60, 20), (40, 60)]:
        hand.click(*corner)
    hand.move(150, 190)
    hand.keyboard.press("Enter")
    wait_done(nb, 3)
    wait_exact(nb)
    assert len(operations(nb)[2]["points"]) == 3


def test_lasso(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.choose("l")
    hand.drag((60, 40), (200, 60), (180, 150), (70, 140))
    wait_done(nb, 1)
    wait_exact(nb)
    assert operations(nb)[0]["type"] == "polygon"
    assert selected(nb, (120, 100), (190, 100), (30, 100), (250, 100)) == [255, 255, 0, 0]


def test_wand_takes_what_looks_alike_and_bucket_fills_what_is_enclosed(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.choose("w")
    hand.click(200, 60)
    wait_done(nb, 1)
    wait_exact(nb)
    assert nb.kernel_eval("canvas.bbox") == (180, 40, 240, 100)
    nb.out(0).get_by_label("Contiguous").uncheck()
    hand.click(200, 60)
    wait_done(nb, 2)
    wait_exact(nb)
    assert operations(nb)[1] == {
        "type": "wand",
        "x": 200,
        "y": 60,
        "tolerance": 24,
        "contiguous": False,
        "mode": "add",
    }
    assert nb.kernel_eval("canvas.bbox") == (20, 40, 240, 180)
    nb.kernel_exec(
        "canvas.clear(); canvas.add_rectangle(60, 60, 80, 80); canvas.add_rectangle(80, 80, 40, 40, mode='subtract')"
    )
    hand.choose("g")
    hand.click(100, 100)
    wait_done(nb, 6)
    wait_exact(nb)
    assert nb.kernel_eval("int(canvas.to_array().sum())") == 80 * 80
    hand.click(-10, 100)  # beside the picture: nothing
    hand.click(100, 100, "Alt")
    wait_done(nb, 7)
    assert nb.kernel_eval("canvas.mask is None")


def test_keys_held_down_and_the_switch_say_how_a_shape_meets_the_mask(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.choose("r")
    hand.drag((50, 50), (150, 150))
    hand.drag((100, 100), (200, 180), held=("Alt",))
    hand.drag((40, 40), (120, 120), held=("Shift", "Alt"))
    hand.keyboard.press("x")
    nb.wait_for_kernel("canvas.mode == 'subtract'")
    hand.drag((50, 50), (60, 60))
    hand.drag((200, 50), (220, 70), held=("Shift",))
    hand.keyboard.press("x")
    nb.wait_for_kernel("canvas.mode == 'add'")
    nb.out(0).get_by_role("radio", name="Intersect with the mask").click()
    hand.drag((50, 50), (100, 100))
    wait_done(nb, 6)
    wait_exact(nb)
    modes = [operation["mode"] for operation in operations(nb)]
    assert modes == ["add", "subtract", "intersect", "subtract", "add", "intersect"]
    assert nb.kernel_eval("int(canvas.to_array().sum())") == 50 * 50 - 10 * 10


def test_a_sign_beside_the_pointer_says_what_held_keys_do(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.choose("r")
    hand.move(100, 100)
    sign = art(nb).locator(".iw-art__brush path").last
    nb.wait_until(sign, "sign => sign.getAttribute('d') === ''")
    hand.keyboard.down("Alt")
    nb.wait_until(sign, "sign => sign.getAttribute('d') !== ''")
    hand.keyboard.up("Alt")
    nb.wait_until(sign, "sign => sign.getAttribute('d') === ''")


def test_what_is_in_progress_is_given_up_by_escape_and_by_another_tool(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    draft = art(nb).locator("canvas.iw-art__draft")
    hand.choose("r")
    hand.press(50, 50)
    hand.move(150, 150)
    nb.wait_until(draft, DRAWN)
    hand.keyboard.press("Escape")
    nb.wait_until(draft, f"draft => !({DRAWN})(draft)")
    hand.mouse.up()
    hand.choose("p")
    for corner in [(40, 40), (140, 50), (90, 150)]:
        hand.click(*corner)
    hand.choose("l")
    hand.keyboard.press("Enter")
    hand.keyboard.press("Escape")
    hand.choose("b")
    hand.click(100, 100)
    wait_done(nb, 1)
    assert operations(nb)[0]["type"] == "stroke"
    assert hand.art.evaluate("art => document.activeElement === art")


def test_shift_click_draws_a_line_and_drags_with_ctrl_or_alt_resize(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.click(40, 40)
    hand.click(240, 140, "Shift")
    wait_done(nb, 2)
    wait_exact(nb)
    assert np.allclose(operations(nb)[1]["points"], [(40, 40), (240, 140)], atol=1)
    for held, right, size in [("Control", 25, 70), ("Alt", -30, 10)]:
        hand.drag((150, 100), (150 + right, 100), held=(held,))
        nb.wait_for_kernel(f"abs(canvas.brush_size - {size}) <= 2")
    assert len(operations(nb)) == 2


def test_a_drag_with_alt_shows_the_size_that_it_makes_and_escape_gives_the_old_one_back(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    draft = hand.art.locator("canvas.iw-art__draft")
    outline = hand.art.locator(".iw-art__brush circle").last
    size = nb.out(0).get_by_title("Size ([ and ])").locator("output")
    hand.art.focus()
    hand.keyboard.down("Alt")
    hand.press(150, 100)
    hand.move(175, 100)
    expect(size).to_have_text("70 px")
    expect(outline).to_have_attribute("r", "35")  # it stays where the drag began, and its edge is under the pointer
    box = nb.wait_still(outline)
    assert np.allclose((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), hand.place(150, 100), atol=1)
    nb.wait_until(draft, DRAWN)  # the size, in words
    hand.keyboard.press("Escape")
    expect(size).to_have_text("20 px")
    expect(draft).to_be_hidden()
    hand.mouse.up()
    hand.keyboard.up("Alt")
    hand.click(100, 100)
    wait_done(nb, 1)
    assert operations(nb)[0]["size"] == nb.kernel_eval("canvas.brush_size") == 20


def test_another_picture_begins_anew(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.click(40, 40)
    wait_done(nb, 1)
    wait_told(nb)
    hand.choose("p")
    for corner in [(40, 40), (140, 50), (90, 150)]:
        hand.click(*corner)
    nb.kernel_exec("canvas.image = Image.new('RGB', picture.size, 'green')")
    expect(nb.out(0).get_by_text("Mask covers 0 %")).to_be_visible()  # it was more before: the page knows
    hand.keyboard.press("Enter")  # no polygon is left to close: this begins one
    hand.choose("b")
    hand.click(240, 140, "Shift")  # no line from a place in the picture before
    wait_done(nb, 1)
    assert len(operations(nb)[0]["points"]) == 1
