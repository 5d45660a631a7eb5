"""The mask canvas under a real pointer: what is seen is the mask that Python has, whatever happens in between."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

WIDTH, HEIGHT = 300, 200

# White, so that the colours on the screen are the overlay's alone.
CANVAS = f"""
import time
from PIL import Image
from imagewidgets.widgets.mask_canvas import MaskCanvas
canvas = MaskCanvas(Image.new("RGB", ({WIDTH}, {HEIGHT}), "white"), brush_size=20)
canvas
"""
DONE = "len(canvas.operations) == {}"

# The layer as it is painted, one bit a pixel of the picture: how many differ from the selection that Python has.
DIFFERENCES = f"""(layer, selected, width = {WIDTH}) => {{
  const {{ data }} = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
  const wanted = Uint8Array.from(atob(selected), (c) => c.charCodeAt(0));
  const scale = Math.max(layer.width / width, layer.height / (wanted.length / width));
  let different = 0;
  for (let i = 0; i < wanted.length; i++) {{
    const [x, y] = [i % width, Math.floor(i / width)].map((at) => Math.floor((at + 0.5) * scale));
    different += (data[4 * (y * layer.width + x) + 3] > 127) !== (wanted[i] > 127);
  }}
  return different;
}}"""
SELECTED = "__import__('base64').b64encode(canvas.selection.tobytes()).decode()"


def art(nb: NB, cell: int = 0) -> Locator:
    return nb.out(cell).locator(".imagewidgets-mask-canvas .iw-art")


def layer(nb: NB, cell: int = 0) -> Locator:
    return art(nb, cell).locator("canvas.iw-art__mask")


class Pointer:
    """The mouse over the picture, in pixels of the picture."""

    def __init__(self, nb: NB, cell: int = 0) -> None:
        self.mouse = nb.page.mouse
        layer(nb, cell).wait_for()
        layer(nb, cell).scroll_into_view_if_needed()
        box = layer(nb, cell).bounding_box()
        assert box is not None
        self.left, self.top, self.scale = box["x"], box["y"], box["width"] / WIDTH

    def move(self, x: float, y: float, *, steps: int = 6) -> None:
        self.mouse.move(self.left + x * self.scale, self.top + y * self.scale, steps=steps)

    def stroke(self, *points: tuple[float, float]) -> None:
        self.move(*points[0], steps=1)
        self.mouse.down()
        for point in points[1:]:
            self.move(*point)
        self.mouse.up()


def wait_until_seen(nb: NB, cell: int = 0, *, pixels: int = 0, width: int = WIDTH) -> None:
    """Wait until the layer shows Python's mask of a picture so many px wide, but for so many pixels."""
    wanted = nb.kernel_eval(SELECTED)
    layer(nb, cell).wait_for()
    nb.page.wait_for_function(
        f"([layer, wanted, pixels, width]) => ({DIFFERENCES})(layer, wanted, width) <= pixels",
        arg=[layer(nb, cell).element_handle(), wanted, pixels, width],
    )


def colour_at(nb: NB, x: float, y: float) -> tuple[int, ...]:
    """Return the colour on the screen at a pixel of the picture."""
    shot = Image.open(io.BytesIO(art(nb).locator(".iw-art__paper").screenshot())).convert("RGB")
    pixel: Any = shot.getpixel((round(x * shot.width / WIDTH), round(y * shot.height / HEIGHT)))
    return tuple(pixel)


def test_a_stroke_is_seen_at_once_and_is_the_mask(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    pointer = Pointer(nb)
    pointer.move(50, 60, steps=1)
    pointer.mouse.down()
    pointer.move(220, 130)
    # Before the button is up Python knows nothing; the stroke is there already, and lies where the mask will.
    assert nb.kernel_eval("canvas.operations") == []
    nb.kernel_exec("draft = MaskCanvas(canvas.image); draft.stroke([(50, 60), (220, 130)], size=20)")
    drafted = nb.kernel_eval(SELECTED.replace("canvas", "draft"))
    outline = 2 * (184 + 31)  # px around the stroke: where smooth edges and whole pixels may differ
    assert layer(nb).evaluate(DIFFERENCES, drafted) < 0.3 * outline
    pointer.mouse.up()
    nb.wait_for_kernel(DONE.format(1))
    wait_until_seen(nb)
    assert nb.kernel_eval("(canvas.selection.getpixel((135, 95)), canvas.mask.getpixel((135, 95))[3])") == (255, 0)
    assert nb.kernel_eval("canvas.coverage") == pytest.approx(nb.kernel_eval("draft.coverage"), rel=0.02)


def test_the_overlay_never_accumulates_and_other_views_show_the_same_mask(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    pointer = Pointer(nb)
    pointer.stroke((40, 100), (260, 100))
    pointer.stroke((150, 30), (150, 170))
    pointer.stroke((40, 100), (260, 100), (40, 100))
    nb.wait_for_kernel(DONE.format(3))
    wait_until_seen(nb)
    pointer.mouse.move(0, 0)
    red = (255, 132, 152)  # #ff1f44 at 55 % over white
    for x, y in [(60, 100), (150, 50), (150, 100)]:
        assert colour_at(nb, x, y) == pytest.approx(red, abs=2)
    assert colour_at(nb, 60, 50) == (255, 255, 255)
    views = nb.out(0).get_by_role("radiogroup", name="View")
    for view, inside, outside in [("Image", 255, 255), ("Mask", 255, 0)]:
        views.get_by_role("radio", name=view, exact=True).click()
        assert colour_at(nb, 60, 100) == (inside,) * 3
        assert colour_at(nb, 60, 50) == (outside,) * 3
    views.get_by_role("radio", name="Cut-out").click()
    nb.wait_for_kernel("canvas.view == 'cutout'")
    assert colour_at(nb, 60, 100) != (255, 255, 255)
    assert colour_at(nb, 60, 50) == (255, 255, 255)
    views.get_by_role("radio", name="Overlay").click()
    for x in range(60, 80, 4):  # the checks of the ground are gone again, the dark ones as well
        assert colour_at(nb, x, 100) == pytest.approx(red, abs=2)


def test_a_stroke_let_go_outside_of_the_canvas_has_ended(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    pointer = Pointer(nb)
    pointer.stroke((150, 100), (290, 100), (400, 100), (400, -60))
    nb.wait_for_kernel(DONE.format(1))
    assert nb.kernel_eval("canvas.selection.getpixel((299, 100))") == 255
    pointer.move(150, 30)  # back over the canvas, no button down: nothing more is drawn
    pointer.move(60, 60)
    pointer.stroke((60, 160))
    nb.wait_for_kernel(DONE.format(2))
    assert nb.kernel_eval("[canvas.selection.getpixel(at) for at in ((150, 30), (60, 160))]") == [0, 255]
    wait_until_seen(nb)


def test_undo_redo_invert_and_clear_by_key_and_by_button(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    out, press = nb.out(0), nb.page.keyboard.press
    undo, redo = out.get_by_role("button", name="Undo"), out.get_by_role("button", name="Redo")
    assert undo.get_attribute("title") == "Undo (Ctrl+Z)"
    assert undo.get_attribute("aria-disabled") == "true"
    Pointer(nb).stroke((50, 50), (200, 50))
    nb.wait_for_kernel(DONE.format(1))
    for back, again in [
        (lambda: press("Control+z"), lambda: press("Control+Shift+Z")),
        (undo.click, redo.click),
    ]:
        back()
        nb.wait_for_kernel(DONE.format(0))
        wait_until_seen(nb)
        again()
        nb.wait_for_kernel(DONE.format(1))
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
    pointer = Pointer(nb)
    pointer.stroke((50, 100), (250, 100))
    nb.page.keyboard.press("e")
    nb.wait_for_kernel("canvas.tool == 'eraser'")
    assert nb.out(0).get_by_role("button", name="Eraser").get_attribute("aria-pressed") == "true"
    for _ in range(5):
        nb.page.keyboard.press("]")
    nb.wait_for_kernel("canvas.brush_size == 32")
    pointer.stroke((150, 100))
    nb.wait_for_kernel("len(canvas.operations) == 2 and canvas.selection.getpixel((150, 100)) == 0")
    assert nb.kernel_eval("canvas.operations[1]['size'], canvas.operations[1]['mode']") == (32.0, "subtract")
    wait_until_seen(nb)
    slider = nb.out(0).get_by_role("slider", name="Size")
    slider.focus()
    slider.press("End")
    nb.wait_for_kernel("canvas.brush_size == 1000")
    nb.kernel_exec("canvas.brush_size, canvas.tool = 8, 'brush'")
    nb.out(0).get_by_title("Size ([ and ])").get_by_text("8 px", exact=True).wait_for()
    assert slider.get_attribute("aria-valuetext") == "8 px"
    nb.out(0).locator(".iw-tool").get_by_text("Brush").wait_for()


def test_drawing_without_a_pointer(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    layer(nb).wait_for()
    art(nb).focus()
    for key in ["ArrowRight", "ArrowRight", "Shift+ArrowDown", "Enter"]:
        nb.page.keyboard.press(key)
    nb.wait_for_kernel(DONE.format(1))
    assert nb.kernel_eval("canvas.operations[0]['points']") == [[152.0, 110.0]]
    nb.out(0).get_by_text("x 152, y 110").wait_for()


def test_tab_and_escape_leave_and_letters_stay_inside(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "1"])
    Pointer(nb).stroke((50, 50))
    inside = "() => document.activeElement.closest('.imagewidgets-mask-canvas') !== null"
    assert art(nb).evaluate("art => document.activeElement === art")
    for key in "bexadd":  # to a notebook's command mode: insert a cell, cut one, delete one
        nb.page.keyboard.press(key)
    assert nb.root.locator(".jp-Cell").count() == 2
    stops = []
    while nb.page.evaluate(inside) and len(stops) < 10:
        stops.append(nb.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent"))
        nb.page.keyboard.press("Tab")
    assert len(stops) == 3, stops  # the picture, the views, help
    art(nb).focus()
    nb.page.keyboard.press("Shift+Tab")
    assert nb.page.evaluate("document.activeElement.ariaLabel") == "Brush"
    nb.page.keyboard.press("Escape")
    assert not nb.page.evaluate(inside)


def test_escape_takes_back_the_stroke_in_progress(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    pointer = Pointer(nb)
    pointer.move(50, 50)
    pointer.mouse.down()
    pointer.move(200, 100)
    nb.page.keyboard.press("Escape")
    wait_until_seen(nb)
    pointer.move(250, 100)
    pointer.mouse.up()
    pointer.stroke((100, 150))
    nb.wait_for_kernel(DONE.format(1))
    wait_until_seen(nb)
    assert nb.kernel_eval("canvas.selection.getpixel((200, 100))") == 0


def test_shift_click_draws_a_straight_line(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    pointer = Pointer(nb)
    pointer.stroke((40, 40))
    nb.page.keyboard.down("Shift")
    pointer.stroke((240, 140))
    nb.page.keyboard.up("Shift")
    nb.wait_for_kernel("canvas.selection.getpixel((140, 90)) == 255")


def test_a_reload_keeps_the_mask_and_drawing_goes_on(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    Pointer(nb).stroke((50, 50), (200, 50))
    nb.wait_for_kernel(DONE.format(1))
    nb.reload()
    wait_until_seen(nb)
    picture = art(nb).locator("canvas.iw-art__picture").element_handle()
    painted = "picture => picture.getContext('2d').getImageData(9, 9, 1, 1).data[3] === 255"
    nb.page.wait_for_function(painted, arg=picture)
    Pointer(nb).stroke((50, 150), (200, 150))
    nb.wait_for_kernel(DONE.format(2))
    wait_until_seen(nb)
    nb.out(0).get_by_role("button", name="Undo").click()
    nb.wait_for_kernel(DONE.format(1))
    nb.kernel_exec("canvas.image = Image.new('RGB', (300, 200), 'blue')")  # ipycanvas still draws, too (its #322)
    nb.page.wait_for_function(
        "picture => picture.getContext('2d').getImageData(9, 9, 1, 1).data[2] > 200 && "
        "picture.getContext('2d').getImageData(9, 9, 1, 1).data[0] < 50",
        arg=picture,
    )


def test_two_views_show_the_same_and_both_draw(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "canvas"])
    Pointer(nb, 0).stroke((50, 50), (200, 50))
    nb.wait_for_kernel(DONE.format(1))
    wait_until_seen(nb, 0)
    wait_until_seen(nb, 1)
    Pointer(nb, 1).stroke((50, 150), (200, 150))
    nb.wait_for_kernel(DONE.format(2))
    wait_until_seen(nb, 0)
    wait_until_seen(nb, 1)


def test_a_view_that_is_taken_away_leaves_nothing_behind(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "canvas"])
    layer(nb, 1).wait_for()
    nb.kernel_exec("canvas.invert()")
    wait_until_seen(nb, 1)
    nb.in_notebook("panel.content.widgets[1].model.clearExecution();")
    nb.page.wait_for_function("() => document.querySelectorAll('.iw-art__mask').length === 1")
    Pointer(nb).stroke((50, 50), (200, 50))
    nb.wait_for_kernel(DONE.format(2))
    wait_until_seen(nb)


def test_a_stroke_is_one_message_and_hovering_none(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    pointer = Pointer(nb)
    pointer.stroke((20, 20))
    nb.wait_for_kernel(DONE.format(1))
    nb.traffic.clear()
    pointer.move(20, 150)
    for i in range(40):
        pointer.move(20 + 6 * i, 150 - 3 * i, steps=2)
    assert nb.traffic.sent() == []
    pointer.stroke(*[(20 + 6 * i, 100 + 60 * np.sin(i / 5)) for i in range(40)])
    nb.wait_for_kernel(DONE.format(2))
    wait_until_seen(nb)
    assert len(nb.traffic.sent()) == 1
    assert nb.traffic.sent()[0].size < 10_000
    assert len(nb.traffic.received()) == 1


def test_a_busy_kernel_neither_holds_the_pointer_up_nor_wipes_what_is_drawn(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "time.sleep(2)"], run=False)
    nb.run_cell(0)
    # Slow to go from one stroke to the next: long enough to see what each answer does to the strokes after it.
    nb.kernel_exec("canvas.observe(lambda change: time.sleep(.3), 'selection')")
    pointer = Pointer(nb)
    nb.in_notebook("panel.content.activeCellIndex = 1; void app.commands.execute('notebook:run-cell');")
    for y in (40, 80, 120):
        pointer.stroke((50, y), (250, y))
    layer(nb).evaluate(
        """layer => {
          const scale = layer.height / 200;
          const at = (y) => [Math.round(150 * scale), Math.round(y * scale), 1, 1];
          const seen = () => [40, 80, 120].map((y) => layer.getContext("2d").getImageData(...at(y)).data[3]);
          window.least = 255;
          const look = () => { window.least = Math.min(window.least, ...seen()); requestAnimationFrame(look); };
          look();
        }"""
    )
    assert nb.page.evaluate("window.least") == 255  # all three are there while the kernel sleeps
    nb.wait_for_kernel(DONE.format(3))
    wait_until_seen(nb)
    assert nb.page.evaluate("window.least") == 255  # and at no time did one go away


@pytest.mark.parametrize(("scale", "width"), [(2, 1280), (1, 480), (1.5, 700)])
def test_the_pointer_is_where_it_seems_on_every_screen(notebook: OpenNotebook, scale: float, width: int) -> None:
    nb = notebook([CANVAS], scale=scale, width=width)
    Pointer(nb).stroke((30, 30))
    Pointer(nb).stroke((270, 170))
    nb.wait_for_kernel(DONE.format(2))
    points = [operation["points"][0] for operation in nb.kernel_eval("canvas.operations")]
    assert np.allclose(points, [(30, 30), (270, 170)], atol=1)
    wait_until_seen(nb, pixels=0 if scale > 1 or width > 480 else 40)  # where several pixels share one of the screen


def test_touch_draws(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS], touch=True)
    pointer = Pointer(nb)
    nb.page.touchscreen.tap(pointer.left + 100 * pointer.scale, pointer.top + 100 * pointer.scale)
    nb.wait_for_kernel("canvas.selection.getpixel((100, 100)) == 255")


def test_an_empty_canvas_takes_a_file(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook(["from imagewidgets.widgets.mask_canvas import MaskCanvas; canvas = MaskCanvas(); canvas"])
    nb.out(0).get_by_text("Drop a file here, paste from the clipboard, or set canvas.image.").wait_for()
    assert not art(nb).is_visible()
    (tmp_path / "broken.png").write_bytes(b"no picture")
    chooser = nb.out(0).get_by_role("group", name="No picture yet").locator("input[type=file]")
    chooser.set_input_files(tmp_path / "broken.png")
    nb.out(0).get_by_role("alert").get_by_text("no picture").wait_for()
    Image.new("RGB", (WIDTH, HEIGHT), "white").save(tmp_path / "white.png")
    chooser.set_input_files(tmp_path / "white.png")
    nb.wait_for_kernel(f"canvas.image is not None and canvas.image.size == ({WIDTH}, {HEIGHT})")
    Pointer(nb).stroke((50, 50), (200, 50))
    nb.wait_for_kernel(DONE.format(1))
    wait_until_seen(nb)
    assert not nb.out(0).get_by_role("alert").is_visible()


@pytest.mark.parametrize(("kind", "field"), [("drop", "dataTransfer"), ("paste", "clipboardData")])
def test_an_empty_canvas_takes_what_is_dropped_or_pasted(notebook: OpenNotebook, kind: str, field: str) -> None:
    nb = notebook(["from imagewidgets.widgets.mask_canvas import MaskCanvas; canvas = MaskCanvas(); canvas", "1"])
    file = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), "white").save(file, "PNG")
    nb.out(0).get_by_label("No picture yet").evaluate(
        """(empty, [kind, field, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "white.png", { type: "image/png" }));
          const make = { drop: DragEvent, paste: ClipboardEvent }[kind];
          empty.dispatchEvent(new make(kind, { [field]: data, bubbles: true, cancelable: true }));
        }""",
        [kind, field, list(file.getvalue())],
    )
    nb.wait_for_kernel(f"canvas.image is not None and canvas.image.size == ({WIDTH}, {HEIGHT})")
    layer(nb).wait_for()
    assert nb.root.locator(".jp-Cell").count() == 2


def test_without_what_the_pointer_layer_needs_ipycanvas_own_events_draw(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS], run=False)
    nb.page.evaluate("() => { window.CanvasRenderingContext2D = class {}; }")  # as if ipycanvas hid its context
    nb.run_all()
    Pointer(nb).stroke((50, 50), (200, 50))
    nb.wait_for_kernel(DONE.format(1))
    wait_until_seen(nb)
    assert nb.kernel_eval("canvas.selection.getpixel((120, 50))") == 255


def test_in_notebook_7(notebook7: OpenNotebook) -> None:
    nb = notebook7([CANVAS, "1"])
    Pointer(nb).stroke((50, 50), (200, 50))
    nb.wait_for_kernel(DONE.format(1))
    wait_until_seen(nb)
    nb.page.keyboard.press("Control+z")
    nb.wait_for_kernel(DONE.format(0))
    wait_until_seen(nb)
    for key in "bxdd":
        nb.page.keyboard.press(key)
    assert nb.root.locator(".jp-Cell").count() == 2
