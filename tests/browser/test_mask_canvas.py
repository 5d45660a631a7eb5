"""The mask canvas under a real pointer: what is seen is the mask that Python has, whatever happens in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.mask_hand import (
    Hand,
    art,
    colour_at,
    layer,
    selected,
    wait_done,
    wait_shown,
    wait_until_seen,
)
from tests.browser.mask_parts import CANVAS, EMPTY, HEIGHT, WIDTH, button

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import OpenNotebook


def test_a_stroke_is_seen_at_once_and_is_the_mask(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb, full_size=False)
    hand.press(50, 60)
    hand.move(220, 130)
    # Before the button is up Python knows nothing; the stroke is there already, and lies where the mask will.
    assert nb.kernel_eval("canvas.operations") == []
    nb.kernel_exec("draft = MaskCanvas(canvas.image); draft.stroke([(50, 60), (220, 130)], size=20)")
    outline = 2 * (184 + 31)  # px around the stroke: where smooth edges and whole pixels may differ
    wait_until_seen(nb, of="draft", pixels=int(0.3 * outline))
    hand.mouse.up()
    wait_done(nb, 1)
    wait_until_seen(nb)
    assert nb.kernel_eval("(canvas.selection.getpixel((135, 95)), canvas.mask.getpixel((135, 95))[3])") == (255, 0)
    assert nb.kernel_eval("canvas.coverage") == pytest.approx(nb.kernel_eval("draft.coverage"), rel=0.02)


def test_the_overlay_never_accumulates_and_other_views_show_the_same_mask(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb, full_size=False)
    hand.drag((40, 100), (260, 100))
    hand.drag((150, 30), (150, 170))
    hand.drag((40, 100), (260, 100), (40, 100))
    wait_done(nb, 3)
    wait_until_seen(nb)
    red = (255, 132, 152)  # #ff1f44 at 55 % over white
    for x, y in [(60, 100), (150, 50), (150, 100)]:
        assert colour_at(nb, x / WIDTH, y / HEIGHT) == pytest.approx(red, abs=2)
    assert colour_at(nb, 60 / WIDTH, 50 / HEIGHT) == (255, 255, 255)
    views = nb.out(0).get_by_role("radiogroup", name="View")
    for view, inside, outside in [("Image", 255, 255), ("Mask", 255, 0)]:
        views.get_by_role("radio", name=view, exact=True).click()
        assert colour_at(nb, 60 / WIDTH, 100 / HEIGHT) == (inside,) * 3
        assert colour_at(nb, 60 / WIDTH, 50 / HEIGHT) == (outside,) * 3
    views.get_by_role("radio", name="Cut-out").click()
    nb.wait_for_kernel("canvas.view == 'cutout'")
    assert colour_at(nb, 60 / WIDTH, 100 / HEIGHT) != (255, 255, 255)
    assert colour_at(nb, 60 / WIDTH, 50 / HEIGHT) == (255, 255, 255)
    views.get_by_role("radio", name="Overlay").click()
    for x in range(60, 80, 4):  # the checks of the ground are gone again, the dark ones as well
        assert colour_at(nb, x / WIDTH, 100 / HEIGHT) == pytest.approx(red, abs=2)


def test_a_stroke_let_go_outside_of_the_canvas_has_ended(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb, full_size=False)
    hand.drag((150, 100), (290, 100), (400, 100), (400, -60))
    wait_done(nb, 1)
    assert nb.kernel_eval("canvas.selection.getpixel((299, 100))") == 255
    hand.move(150, 30)  # back over the canvas, no button down: nothing more is drawn
    hand.move(60, 60)
    hand.drag((60, 160))
    wait_done(nb, 2)
    assert nb.kernel_eval("[canvas.selection.getpixel(at) for at in ((150, 30), (60, 160))]") == [0, 255]
    wait_until_seen(nb)


def test_undo_redo_invert_and_clear_by_key_and_by_button(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    out, press = nb.out(0), nb.page.keyboard.press
    hand = Hand(nb, full_size=False)
    undo, redo = out.get_by_role("button", name="Undo"), out.get_by_role("button", name="Redo")
    expect(undo).to_have_attribute("title", "Undo (Ctrl+Z)")
    expect(undo).to_have_attribute("aria-disabled", "true")
    hand.drag((50, 50), (200, 50))
    wait_done(nb, 1)
    for back, again in [
        (lambda: press("Control+z"), lambda: press("Control+Shift+Z")),
        (undo.click, redo.click),
    ]:
        back()
        wait_done(nb, 0)
        wait_until_seen(nb)
        again()
        wait_done(nb, 1)
        wait_until_seen(nb)
    press("Control+i")
    nb.wait_for_kernel("canvas.coverage > .8")
    press("Delete")
    nb.wait_for_kernel("canvas.mask is None")
    wait_until_seen(nb)
    undo.click()
    nb.wait_for_kernel("canvas.coverage > .8")
    out.get_by_role("button", name="Invert").click()
    nb.wait_for_kernel("0 < canvas.coverage < .2")
    out.get_by_role("button", name="Clear mask").click()
    nb.wait_for_kernel("canvas.mask is None")


def test_tools_and_size_by_key_by_slider_and_from_python(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb, full_size=False)
    hand.drag((50, 100), (250, 100))
    nb.page.keyboard.press("e")
    nb.wait_for_kernel("canvas.tool == 'eraser'")
    expect(button(nb, "Eraser")).to_have_attribute("aria-pressed", "true")
    for _ in range(5):
        nb.page.keyboard.press("]")
    nb.wait_for_kernel("canvas.brush_size == 32")
    hand.drag((150, 100))
    nb.wait_for_kernel("len(canvas.operations) == 2 and canvas.selection.getpixel((150, 100)) == 0")
    assert nb.kernel_eval("canvas.operations[1]['size'], canvas.operations[1]['mode']") == (32.0, "subtract")
    wait_until_seen(nb)
    slider = nb.out(0).get_by_role("slider", name="Size")
    slider.focus()
    slider.press("End")
    nb.wait_for_kernel("canvas.brush_size == 1000")
    nb.kernel_exec("canvas.brush_size, canvas.tool = 8, 'brush'")
    nb.out(0).get_by_title("Size ([ and ])").get_by_text("8 px", exact=True).wait_for()
    expect(slider).to_have_attribute("aria-valuetext", "8 px")
    nb.out(0).locator(".iw-tool").get_by_text("Brush").wait_for()


def test_escape_takes_back_the_stroke_in_progress(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb, full_size=False)
    hand.press(50, 50)
    hand.move(200, 100)
    nb.page.keyboard.press("Escape")
    wait_until_seen(nb)
    hand.move(250, 100)
    hand.mouse.up()
    hand.drag((100, 150))
    wait_done(nb, 1)
    wait_until_seen(nb)
    assert nb.kernel_eval("canvas.selection.getpixel((200, 100))") == 0


def test_a_reload_keeps_the_mask_and_drawing_goes_on(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    Hand(nb, full_size=False).drag((50, 50), (200, 50))
    wait_done(nb, 1)
    nb.reload()
    wait_until_seen(nb)
    Hand(nb, full_size=False).drag((50, 150), (200, 150))
    wait_done(nb, 2)
    wait_until_seen(nb)
    nb.out(0).get_by_role("button", name="Undo").click()
    wait_done(nb, 1)
    nb.kernel_exec("canvas.image = Image.new('RGB', (300, 200), 'blue')")  # ipycanvas still draws, too (its #322)
    blue = """picture => {
      const { data } = picture.getContext("2d").getImageData(9, 9, 1, 1);
      return data[0] < 50 && data[2] > 200;
    }"""
    nb.wait_until(layer(nb, name="picture"), blue)


def test_two_views_show_the_same_and_both_draw(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "canvas"])
    Hand(nb, 0, full_size=False).drag((50, 50), (200, 50))
    wait_done(nb, 1)
    wait_until_seen(nb, 0)
    wait_until_seen(nb, 1)
    Hand(nb, 1, full_size=False).drag((50, 150), (200, 150))
    wait_done(nb, 2)
    wait_until_seen(nb, 0)
    wait_until_seen(nb, 1)


def test_a_view_that_is_taken_away_leaves_nothing_behind(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "canvas"])
    wait_shown(nb, 1)
    nb.kernel_exec("canvas.invert()")
    wait_until_seen(nb, 1)
    nb.in_notebook("panel.content.widgets[1].model.clearExecution();")
    expect(nb.page.locator(".iw-art__mask")).to_have_count(1)
    Hand(nb, full_size=False).drag((50, 50), (200, 50))
    wait_done(nb, 2)
    wait_until_seen(nb)


@pytest.mark.parametrize(("scale", "width"), [(2, 1280), (1, 480), pytest.param(1.5, 700, marks=pytest.mark.long)])
def test_the_pointer_is_where_it_seems_on_every_screen(notebook: OpenNotebook, scale: float, width: int) -> None:
    nb = notebook([CANVAS], scale=scale, width=width)
    Hand(nb, full_size=False).drag((30, 30))
    Hand(nb, full_size=False).drag((270, 170))
    wait_done(nb, 2)
    points = [operation["points"][0] for operation in nb.kernel_eval("canvas.operations")]
    assert np.allclose(points, [(30, 30), (270, 170)], atol=1)
    wait_until_seen(nb, pixels=0 if scale > 1 or width > 480 else 40)  # where several pixels share one of the screen


def test_an_empty_canvas_takes_a_file(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([EMPTY])
    nb.out(0).get_by_text("Drop a file here, paste from the clipboard, or set canvas.image.").wait_for()
    expect(art(nb)).to_be_hidden()
    (tmp_path / "broken.png").write_bytes(b"no picture")
    chooser = nb.out(0).get_by_role("group", name="No picture yet").locator("input[type=file]")
    chooser.set_input_files(tmp_path / "broken.png")
    nb.out(0).get_by_role("alert").get_by_text("no picture").wait_for()
    Image.new("RGB", (WIDTH, HEIGHT), "white").save(tmp_path / "white.png")
    chooser.set_input_files(tmp_path / "white.png")
    nb.wait_for_kernel(f"canvas.image is not None and canvas.image.size == ({WIDTH}, {HEIGHT})")
    Hand(nb, full_size=False).drag((50, 50), (200, 50))
    wait_done(nb, 1)
    wait_until_seen(nb)
    expect(nb.out(0).get_by_role("alert").filter(has_text="no picture")).to_be_hidden()


def test_without_what_the_pointer_layer_needs_ipycanvas_own_events_draw(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS], run=False)
    nb.page.evaluate("() => { window.CanvasRenderingContext2D = class {}; }")  # as if ipycanvas hid its context
    nb.run_all()
    # ipycanvas's own views come in the place of ours; the mask is the upper one of them.
    mask = nb.out(0).locator('.iw-art.is-round-trip canvas.iw-art__mask[tabindex="-1"]')
    box = nb.wait_still(mask)
    places = [(box["x"] + x * box["width"] / WIDTH, box["y"] + 50 * box["height"] / HEIGHT) for x in (50, 200)]
    nb.page.mouse.move(*places[0])
    nb.page.mouse.down()
    nb.page.mouse.move(*places[1], steps=5)
    nb.page.mouse.up()
    wait_done(nb, 1)
    wait_until_seen(nb)
    assert selected(nb, (120, 50)) == [255]
