"""What lies around the picture of the mask canvas: options, rail, status bar, help, files and notices."""

from __future__ import annotations

import base64
import io
import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.server import DARK, LIGHT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

WIDTH, HEIGHT = 300, 200

CANVAS = f"""
import time
from PIL import Image
from imagewidgets.widgets.mask_canvas import MaskCanvas
canvas = MaskCanvas(Image.new("RGB", ({WIDTH}, {HEIGHT}), "white"), brush_size=20)
canvas
"""
EMPTY = "from imagewidgets.widgets.mask_canvas import MaskCanvas; canvas = MaskCanvas(); canvas"

MASK_TOOLS = ["Brush", "Eraser", "Rectangle", "Ellipse", "Polygon", "Lasso", "Wand", "Bucket"]
MARKUP_TOOLS = ["Arrow", "Circle", "Pen", "Note"]


def canvas(nb: NB) -> Locator:
    return nb.out(0).locator(".imagewidgets-mask-canvas")


def button(nb: NB, name: str) -> Locator:
    return canvas(nb).get_by_role("button", name=name, exact=True)


def tool(nb: NB, name: str) -> Locator:
    return canvas(nb).get_by_role("toolbar", name="Tools").get_by_role("button", name=name, exact=True)


def bar(nb: NB, name: str) -> Locator:
    return canvas(nb).get_by_role("group", name=f"{name} options", exact=True)


def field(nb: NB, name: str) -> Locator:
    return canvas(nb).locator(f'input[aria-label^="{name}, "]:visible')


def operations(nb: NB) -> list[dict[str, Any]]:
    done: list[dict[str, Any]] = nb.kernel_eval("canvas.operations")
    return done


def wait_for_operation(nb: NB, number: int, **expected: object) -> None:
    """Wait until so many operations are done, and check the last of them."""
    nb.wait_for_kernel(f"len(canvas.operations) == {number}")
    last = operations(nb)[-1]
    assert {name: last.get(name) for name in expected} == expected


def focused(nb: NB) -> str:
    name: str = nb.page.evaluate(
        "(el => el.ariaLabel ?? el.getAttribute('role') ?? el.tagName)(document.activeElement)"
    )
    return name


def test_the_options_bar_follows_the_tool(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    mode = canvas(nb).get_by_role("radiogroup", name="How the tool changes the mask")
    sliders = {
        "Brush": ["Size", "Hardness"],
        "Eraser": ["Size", "Hardness"],
        "Wand": ["Tolerance"],
        "Pen": ["Width"],
        "Note": ["Letters"],
        "Arrow": ["Width"],
        "Circle": ["Width"],
    }
    fields = {
        "Rectangle": ["x", "y", "w", "h"],
        "Ellipse": ["x", "y", "w", "h"],
        "Arrow": ["x1", "y1", "x2", "y2"],
        "Circle": ["x", "y", "w", "h"],
    }
    for layer, names in [("Mask", MASK_TOOLS), ("Markup", MARKUP_TOOLS)]:
        canvas(nb).get_by_role("radio", name=layer, exact=True).first.click()
        for name in names:
            tool(nb, name).click()
            expect(bar(nb, name)).to_be_visible()
            expect(tool(nb, name)).to_have_attribute("aria-pressed", "true")
            assert canvas(nb).get_by_role("toolbar", name="Tools").get_by_role("button", pressed=True).count() == 1
            shown = bar(nb, name).get_by_role("slider").evaluate_all("all => all.map((slider) => slider.ariaLabel)")
            assert shown == sliders.get(name, [])
            shown = bar(nb, name).locator(".iw-nfield:visible").all_inner_texts()
            assert shown == fields.get(name, [])
            assert mode.is_visible() == (layer == "Mask" and name != "Eraser")
            assert canvas(nb).get_by_role("radiogroup", name="Colour").is_visible() == (layer == "Markup")
    nb.wait_for_kernel("canvas.layer == 'markup' and canvas.markup_tool == 'note' and canvas.tool == 'bucket'")
    nb.kernel_exec("canvas.layer, canvas.tool = 'mask', 'wand'")
    expect(bar(nb, "Wand")).to_be_visible()


def test_shapes_by_numbers(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    tool(nb, "Rectangle").click()
    # It begins with a rectangle that is inside, so that Enter alone does something.
    assert [field(nb, name).input_value() for name in "xywh"] == ["75", "50", "150", "100"]
    for name, value in [("x", "10"), ("y", "20,5"), ("w", "100"), ("h", "50")]:
        field(nb, name).fill(value)
    field(nb, "h").press("Enter")
    wait_for_operation(nb, 1, type="rectangle", x=10.0, y=20.5, w=100.0, h=50.0, mode="add")
    assert focused(nb).startswith("h, ")  # to go on with the next
    assert nb.kernel_eval("canvas.bbox") == (10, 20, 110, 70) or nb.kernel_eval("canvas.bbox") == (10, 21, 110, 71)

    canvas(nb).get_by_role("radio", name="Subtract from the mask").click()
    tool(nb, "Ellipse").click()
    button(nb, "Subtract").click()
    wait_for_operation(nb, 2, type="ellipse", x=10.0, w=100.0, mode="subtract")


def test_the_numbers_are_those_of_what_was_drawn_last(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    canvas(nb).get_by_role("button", name="100 %").click()
    tool(nb, "Rectangle").click()
    box = canvas(nb).locator(".iw-art").bounding_box()
    assert box is not None
    left, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    nb.page.mouse.move(left, top)
    nb.page.mouse.down()
    nb.page.mouse.move(left + 40, top + 30, steps=3)
    nb.page.mouse.up()
    nb.wait_for_kernel("len(canvas.operations) == 1")
    shape = operations(nb)[0]
    assert [float(field(nb, name).input_value()) for name in "xywh"] == [shape[name] for name in "xywh"]
    assert shape["w"] == pytest.approx(40, abs=1)


def test_a_wrong_number_is_marked_and_said(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    tool(nb, "Rectangle").click()
    sentence = canvas(nb).get_by_role("alert").filter(has_text="px of the picture")
    cases = [("x", "left", "x is the left edge: a number"), ("w", "0", "w is the width: a number above 0")]
    for name, wrong, words in cases:
        field(nb, name).fill(wrong)
        button(nb, "Add").click()
        expect(sentence).to_contain_text(words)
        expect(field(nb, name)).to_have_attribute("aria-invalid", "true")
        assert field(nb, name).get_attribute("aria-describedby") == sentence.get_attribute("id")
        assert focused(nb).startswith(f"{name}, ")
        field(nb, name).fill("30")
        expect(sentence).to_be_hidden()
        assert field(nb, name).get_attribute("aria-invalid") is None
    assert operations(nb) == []
    button(nb, "Add").click()
    wait_for_operation(nb, 1, x=30.0, w=30.0)


def test_marks_by_numbers_in_colour_and_width(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    canvas(nb).get_by_role("radio", name="Markup").click()
    colours = canvas(nb).get_by_role("radiogroup", name="Colour")
    expect(colours.get_by_role("radio", name="Red")).to_be_checked()
    colours.get_by_role("radio", name="Red").press("ArrowRight")
    expect(colours.get_by_role("radio", name="Yellow")).to_be_checked()
    bar(nb, "Arrow").get_by_role("slider", name="Width").press("ArrowRight")
    nb.wait_for_kernel("canvas.markup_width == 2")  # from the 128th part of 200 px
    for name, value in zip(["x1", "y1", "x2", "y2"], ["10", "20", "110", "120"], strict=True):
        field(nb, name).fill(value)
    button(nb, "Add").click()
    wait_for_operation(nb, 1, type="arrow", start=[10.0, 20.0], end=[110.0, 120.0], color="#ffd60a", width=2.0)

    canvas(nb).get_by_label("Own colour").fill("#123456")
    nb.wait_for_kernel("canvas.markup_color == '#123456'")
    assert colours.locator("[aria-checked=true]").count() == 0
    tool(nb, "Circle").click()
    button(nb, "Add").click()
    wait_for_operation(nb, 2, type="circle", x=75.0, y=50.0, w=150.0, h=100.0, color="#123456")

    canvas(nb).get_by_role("button", name="Clear markup").click()
    nb.wait_for_kernel("canvas.markup is None")
    expect(canvas(nb).get_by_role("button", name="Clear markup")).to_have_attribute("aria-disabled", "true")


def test_the_wand_takes_its_settings_from_the_bar(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    tool(nb, "Wand").click()
    tolerance = canvas(nb).get_by_role("slider", name="Tolerance")
    for key, value in [("End", 100), ("PageDown", 90), ("Shift+ArrowLeft", 80), ("ArrowUp", 81), ("Home", 0)]:
        tolerance.press(key)
        nb.wait_for_kernel(f"canvas.tolerance == {value}")
        assert tolerance.get_attribute("aria-valuetext") == str(value)
    canvas(nb).get_by_label("Contiguous").uncheck()
    nb.wait_for_kernel("canvas.contiguous is False")
    canvas(nb).locator(".iw-art").click()
    wait_for_operation(nb, 1, type="wand", tolerance=0.0, contiguous=False, mode="add")
    nb.wait_for_kernel("canvas.coverage == 1")


def test_a_slider_goes_with_the_pointer_and_shows_what_python_has(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    size = canvas(nb).get_by_role("slider", name="Size")
    box = size.bounding_box()
    assert box is not None
    nb.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    nb.page.mouse.down()
    nb.page.mouse.move(box["x"] + box["width"] + 30, box["y"] + box["height"] / 2, steps=5)
    nb.page.mouse.up()
    nb.wait_for_kernel("canvas.brush_size == 1000")
    nb.kernel_exec("canvas.brush_size = 8")
    expect(size).to_have_attribute("aria-valuetext", "8 px")
    size.press("ArrowRight")
    nb.wait_for_kernel("canvas.brush_size == 9")


def test_what_is_done_to_the_whole_mask(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    button(nb, "More mask operations").click()
    expect(bar(nb, "Mask")).to_be_visible()
    for name in ["Grow", "Shrink", "Smooth", "Fill holes", "Keep largest"]:
        expect(bar(nb, "Mask").get_by_role("button", name=name)).to_have_attribute("aria-disabled", "true")
    nb.kernel_exec("canvas.add_rectangle(50, 50, 100, 100); canvas.add_rectangle(200, 20, 20, 20)")
    nb.kernel_exec("canvas.add_rectangle(90, 90, 10, 10, mode='subtract')")
    expect(bar(nb, "Mask").get_by_role("button", name="Grow")).to_have_attribute("aria-disabled", "false")
    by = field(nb, "by")
    by.fill("5")
    by.press("Enter")
    nb.wait_for_kernel("canvas.by == 5")
    steps: list[tuple[str, dict[str, object]]] = [
        ("Fill holes", {"type": "fill_holes"}),
        ("Keep largest", {"type": "keep_largest"}),
        ("Grow", {"type": "grow", "by": 5}),
        ("Shrink", {"type": "shrink", "by": 5}),
        ("Smooth", {"type": "smooth", "by": 5}),
        ("Select all", {"type": "select_all"}),
    ]
    for number, (name, expected) in enumerate(steps, start=4):
        bar(nb, "Mask").get_by_role("button", name=name).click()
        wait_for_operation(nb, number, **expected)
    assert nb.kernel_eval("canvas.coverage") == 1
    tool(nb, "Shrink").click()  # the rail has it, too
    wait_for_operation(nb, 10, type="shrink", by=5)
    by.fill("300")
    by.press("Enter")
    expect(canvas(nb).get_by_role("alert").filter(has_text="1 to 256")).to_contain_text("it is still 5")
    by.blur()
    assert by.input_value() == "5"
    nb.page.keyboard.press("Escape")
    canvas(nb).locator(".iw-art").focus()
    nb.page.keyboard.press("r")
    expect(bar(nb, "Rectangle")).to_be_visible()
    expect(button(nb, "More mask operations")).to_have_attribute("aria-pressed", "false")


def test_softness_and_the_overlay_as_it_is_shown(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    nb.kernel_exec("canvas.select_all()")
    button(nb, "More mask operations").click()
    canvas(nb).get_by_label("Soft edges").check()
    canvas(nb).get_by_role("slider", name="Feather").press("PageUp")
    nb.wait_for_kernel("canvas.soft_mask and canvas.feather == 10")
    canvas(nb).get_by_label("Overlay colour").fill("#0000ff")
    canvas(nb).get_by_role("slider", name="Opacity").press("End")
    nb.wait_for_kernel("canvas.overlay_color == '#0000ff' and canvas.overlay_opacity == 1")
    nb.page.mouse.move(0, 0)
    assert colour_in_the_middle(nb) == (0, 0, 255)
    for _ in range(5):
        canvas(nb).get_by_role("slider", name="Opacity").press("PageDown")
    nb.wait_for_kernel("canvas.overlay_opacity == .5")
    assert colour_in_the_middle(nb) == pytest.approx((127, 127, 255), abs=2)


def colour_in_the_middle(nb: NB) -> tuple[int, ...]:
    shot = Image.open(io.BytesIO(canvas(nb).locator(".iw-art").screenshot())).convert("RGB")
    pixel: Any = shot.getpixel((shot.width // 2 + 9, shot.height // 2 + 9))
    return tuple(pixel)


@pytest.mark.parametrize("kept", ["mask", "markup"])
def test_a_mask_or_a_markup_but_not_both(notebook: OpenNotebook, kept: str) -> None:
    nb = notebook([CANVAS])
    words = canvas(nb).get_by_role("alert").filter(has_text="A request takes a mask or a markup, not both.")
    nb.kernel_exec("canvas.add_rectangle(50, 50, 100, 100)")
    expect(canvas(nb).get_by_text("Mask covers 17 %")).to_be_visible()
    expect(words).to_be_hidden()
    nb.kernel_exec("canvas.add_arrow((10, 10), (100, 100))")
    expect(words).to_be_visible()
    words.get_by_role("button", name=f"Keep {kept}").click()
    expect(words).to_be_hidden()
    assert nb.kernel_eval("(canvas.mask is not None, canvas.markup is not None)") == (kept == "mask", kept == "markup")
    assert focused(nb).startswith("Picture of")  # the button that had it is gone
    canvas(nb).get_by_role("button", name="Undo").click()
    expect(words).to_be_visible()


def picture_file(path: Path, size: tuple[int, int], *, noise: bool = False) -> Path:
    data = random.Random(0).randbytes(3 * size[0] * size[1]) if noise else bytes(3 * size[0] * size[1])
    Image.frombytes("RGB", size, data).save(path)
    return path


def test_a_large_file_comes_in_parts(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([CANVAS])
    path = picture_file(tmp_path / "noise.png", (2000, 2000), noise=True)
    assert path.stat().st_size > 12e6
    nb.traffic.clear()
    nb.kernel_exec("canvas.on_msg(lambda *message: time.sleep(.5))")  # each part takes its time
    expect(button(nb, "Replace the picture")).to_have_attribute("title", "Replace the picture")
    with nb.page.expect_file_chooser() as chooser:
        button(nb, "Replace the picture").click()
    chooser.value.set_files(path)
    progress = canvas(nb).get_by_role("progressbar", name="Sending the picture")
    expect(progress).to_be_visible()
    expect(canvas(nb).get_by_text("Sending noise.png, 12.0 MB")).to_be_visible()
    expect(progress).to_have_attribute("aria-valuenow", re.compile("^(25|50|75)$"))
    nb.wait_for_kernel("canvas.image.size == (2000, 2000)")
    expect(progress).to_be_hidden()
    sent = [message.size for message in nb.traffic.sent() if message.size > 10_000]
    assert len(sent) == 4
    assert max(sent) < 5e6
    # The same file again changes nothing, so only the answer itself says that it has been read.
    canvas(nb).locator("input[type=file]").last.set_input_files(path)
    expect(progress).to_be_visible()
    expect(progress).to_be_hidden()


def test_a_file_that_is_no_picture_is_refused_in_words(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([CANVAS])
    (tmp_path / "broken.png").write_bytes(b"no picture")
    alert = canvas(nb).get_by_role("alert").filter(has_text="no picture")
    chooser = canvas(nb).locator("input[type=file]").last
    for _ in range(2):  # the same sentence twice is news, too
        chooser.set_input_files(tmp_path / "broken.png")
        expect(alert).to_be_visible()
    button(nb, "Close this message").click()
    expect(alert).to_be_hidden()
    assert focused(nb).startswith("Picture of")
    nb.wait_for_kernel("canvas._notice == ''")
    chooser.set_input_files(tmp_path / "broken.png")
    expect(alert).to_be_visible()
    chooser.set_input_files(picture_file(tmp_path / "good.png", (40, 30)))
    nb.wait_for_kernel("canvas.image.size == (40, 30)")
    expect(alert).to_be_hidden()


GIVE = """(target, [kind, field, bytes, name, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  const make = kind === "paste" ? ClipboardEvent : DragEvent;
  target.dispatchEvent(new make(kind, { [field]: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("cell", [CANVAS, EMPTY], ids=["picture", "empty"])
@pytest.mark.parametrize(("kind", "field"), [("drop", "dataTransfer"), ("paste", "clipboardData")])
def test_a_picture_is_dropped_or_pasted(
    notebook: OpenNotebook, tmp_path: Path, cell: str, kind: str, field: str
) -> None:
    nb = notebook([cell, "1"])
    data = base64.b64encode(picture_file(tmp_path / "new.png", (40, 30)).read_bytes()).decode()
    target = canvas(nb).locator(".iw-art" if cell == CANVAS else ".iw-stage--empty")
    drop_state = canvas(nb).locator(".iw-drop")
    if kind == "drop":
        target.evaluate(GIVE, ["dragenter", field, data, "new.png", "image/png"])
        expect(drop_state).to_have_text("Drop to replace the picture" if cell == CANVAS else "Drop to open the picture")
        expect(drop_state).to_be_visible()
    target.evaluate(GIVE, [kind, field, data, "new.png", "image/png"])
    nb.wait_for_kernel("canvas.image is not None and canvas.image.size == (40, 30)")
    expect(drop_state).to_be_hidden()
    expect(canvas(nb).locator(".iw-art")).to_be_visible()
    assert nb.root.locator(".jp-Cell").count() == 2
    target = canvas(nb).locator(".iw-art")
    target.evaluate(GIVE, [kind, field, data, "notes.txt", "text/plain"])
    expect(canvas(nb).get_by_role("alert").filter(has_text="notes.txt is no picture")).to_be_visible()


def test_the_clipboard_by_its_key(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "1"])
    nb.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    nb.page.evaluate(
        """async () => {
          const picture = new OffscreenCanvas(40, 30);
          picture.getContext("2d").fillRect(0, 0, 40, 30);
          const blob = await picture.convertToBlob();
          await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        }"""
    )
    canvas(nb).locator(".iw-art").focus()
    nb.page.keyboard.press("Control+v")
    nb.wait_for_kernel("canvas.image.size == (40, 30)")
    assert nb.root.locator(".jp-Cell").count() == 2


def test_a_file_that_is_held_over_and_taken_away_again(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    drop_state = canvas(nb).locator(".iw-drop")
    art = canvas(nb).locator(".iw-art")
    art.evaluate(GIVE, ["dragenter", "dataTransfer", "", "new.png", "image/png"])
    expect(drop_state).to_be_visible()
    art.evaluate(GIVE, ["dragleave", "dataTransfer", "", "new.png", "image/png"])
    expect(drop_state).to_be_hidden()
    other = "new DragEvent('dragenter', { dataTransfer: new DataTransfer(), bubbles: true })"
    art.evaluate(f"art => art.dispatchEvent({other})")
    assert not drop_state.is_visible()  # text, or a cell of the notebook, is none of ours


def test_help_by_button_and_by_key(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    panel = canvas(nb).get_by_role("complementary", name="Keyboard help")
    toggle = canvas(nb).get_by_role("button", name="Keyboard help")
    expect(panel).to_be_hidden()
    toggle.click()
    expect(panel).to_be_visible()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    for name in [*MASK_TOOLS, *MARKUP_TOOLS]:
        title = canvas(nb).locator(f'.iw-rail button[aria-label="{name}"]').get_attribute("title")
        assert title is not None
        assert panel.get_by_text(title[-2], exact=True).count()  # "Brush (B)"
    canvas(nb).locator(".iw-art").focus()
    nb.page.keyboard.press("?")
    expect(panel).to_be_hidden()
    nb.page.keyboard.press("?")
    panel.get_by_role("button", name="Close help").click()
    expect(panel).to_be_hidden()
    assert focused(nb).startswith("Picture of")


def test_the_status_bar_says_where_and_how_large(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    zoom = canvas(nb).get_by_label("Zoom", exact=True)
    art = canvas(nb).locator(".iw-art")
    fitted = zoom.inner_text()
    expect(canvas(nb).get_by_text("300 × 200 px")).to_be_visible()
    canvas(nb).get_by_role("button", name="100 %").click()
    expect(zoom).to_have_text("100 %")
    canvas(nb).get_by_role("button", name="Zoom in").click()
    expect(zoom).to_have_text("125 %")
    canvas(nb).get_by_role("button", name="Zoom out").click()
    expect(zoom).to_have_text("100 %")
    box = art.bounding_box()
    assert box is not None
    nb.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(canvas(nb).locator(".iw-position")).to_contain_text("x 1")  # the middle: 149 or 150
    nb.page.mouse.move(0, 0)
    expect(canvas(nb).locator(".iw-position")).to_have_text("")
    canvas(nb).get_by_role("button", name="Fit").click()
    expect(zoom).to_have_text(fitted)
    canvas(nb).get_by_role("radio", name="Cut-out").click()
    nb.wait_for_kernel("canvas.view == 'cutout'")


def test_full_width(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    art = canvas(nb).locator(".iw-art")
    toggle = canvas(nb).get_by_role("button", name="Full width")

    def area() -> float:
        box = art.bounding_box()
        assert box is not None
        return box["width"] * box["height"]

    before = area()
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    assert area() > before
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    assert area() == pytest.approx(before, rel=0.01)


# Parts whose content goes on beyond them, and whole bars that go on beyond the canvas. The rail alone may scroll.
OVERFLOWS = """root => {
  const limit = root.getBoundingClientRect();
  return [...root.querySelectorAll(".iw-bar *, .iw-alert *, .iw-help *, .iw-stage--empty *")].filter((el) => {
    const box = el.getBoundingClientRect();
    if (!box.width || el.closest("svg, select, .iw-sr, .iw-hint")) return false;
    return box.right > limit.right + 0.5 || box.left < limit.left - 0.5;
  }).map((el) => el.outerHTML.slice(0, 120));
}"""

# What a screen reader would have no name for, and what has a name but no tooltip where only a drawing is seen.
NAMELESS = """root => [...root.querySelectorAll("button, input:not([type=file]), [tabindex]")].filter((el) => {
  const name = el.ariaLabel || el.innerText?.trim() || el.textContent.trim() || el.closest("label")?.textContent.trim();
  const drawing = el.matches("button.iw-ib, .iw-seg--icons button, .iw-swatch");
  return !name || (drawing && !el.title);
}).map((el) => el.outerHTML.slice(0, 120))"""


# Words that stand out too little from what is behind them, less than 4.5 : 1 (WCAG 2.2, 1.4.3): those of what can do
# nothing may.
PALE = """root => {
  const read = (color) => {
    const [r, g, b, a = 1] = color.match(/[\\d.]+(?:e-\\d+)?/g).map(Number);
    return [...[r, g, b].map((part) => (color.startsWith("color(") ? part : part / 255)), a];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const behind = (el) => {
    const color = read(getComputedStyle(el).backgroundColor);
    return color[3] === 1 || !el.parentElement ? color : over(color, behind(el.parentElement));
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const words = (el) => [...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...root.querySelectorAll(".iw-card *")].filter((el) => {
    if (!words(el) || !el.checkVisibility() || el.closest("[aria-disabled=true], .iw-art")) return false;
    const back = behind(el);
    const [a, b] = [light(back), light(over(read(getComputedStyle(el).color), back))].sort((a, b) => b - a);
    return (a + 0.05) / (b + 0.05) < 4.5;
  }).map((el) => `${el.textContent} ${getComputedStyle(el).color} on ${behind(el)}`);
}"""


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [480, 760, 1280])
def test_nothing_is_cut_off_and_everything_has_a_name(notebook: OpenNotebook, theme: str, width: int) -> None:
    nb = notebook([CANVAS], theme=theme, width=width)
    nb.in_notebook("app.shell.collapseLeft();")
    nb.kernel_exec("canvas.add_rectangle(50, 50, 100, 100); canvas.add_arrow((10, 10), (100, 100))")
    expect(button(nb, "Keep mask")).to_be_visible()
    canvas(nb).get_by_role("button", name="Keyboard help").click()
    nb.kernel_exec("canvas._notice = 'Something went wrong with a file of a very long name: ' + 'otter' * 30")
    expect(button(nb, "Close this message")).to_be_visible()

    def check(what: str) -> None:
        assert canvas(nb).evaluate(OVERFLOWS) == [], what
        assert canvas(nb).evaluate(NAMELESS) == [], what
        assert canvas(nb).evaluate(PALE) == [], what

    for name in MASK_TOOLS:
        tool(nb, name).click()
        expect(bar(nb, name)).to_be_visible()
        check(name)
    button(nb, "More mask operations").click()
    expect(bar(nb, "Mask")).to_be_visible()
    check("Mask")
    canvas(nb).get_by_role("radio", name="Markup").click()
    for name in MARKUP_TOOLS:
        tool(nb, name).click()
        expect(bar(nb, name)).to_be_visible()
        check(name)


def test_tab_stops_once_in_each_group_and_arrows_go_on_inside(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    canvas(nb).get_by_role("radio", name="Add to the mask").focus()
    stops: list[str] = []
    while nb.page.evaluate("document.activeElement.closest('.imagewidgets-mask-canvas') !== null") and len(stops) < 20:
        stops.append(focused(nb).split(" ")[0])
        nb.page.keyboard.press("Tab")
    # the switch, two sliders, the layer, undo, redo, the rail, the picture, the views, what is right of them
    assert stops == ["Add", "Size", "Hardness", "radio", "Undo", "Redo", "Brush", "Picture", "radio", "Zoom"], stops
    tool(nb, "Brush").focus()
    nb.page.keyboard.press("End")
    assert focused(nb) == "Extend the picture"
    nb.page.keyboard.press("ArrowDown")
    assert focused(nb) == "Brush"
    nb.page.keyboard.press("ArrowUp")
    nb.page.keyboard.press("ArrowUp")
    assert focused(nb) == "More mask operations"  # buttons of the other layer are not there
    canvas(nb).get_by_role("radio", name="Add to the mask").focus()
    nb.page.keyboard.press("ArrowRight")
    nb.wait_for_kernel("canvas.mode == 'subtract'")
    assert focused(nb) == "Subtract from the mask"


def test_the_focus_stays_where_there_is_nothing_more_to_do(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    nb.kernel_exec("canvas.add_rectangle(50, 50, 100, 100)")
    clear = canvas(nb).get_by_role("button", name="Clear mask")
    expect(clear).to_have_attribute("aria-disabled", "false")
    clear.focus()
    nb.page.keyboard.press("Enter")
    expect(clear).to_have_attribute("aria-disabled", "true")
    assert focused(nb) == "Clear mask"
    nb.page.keyboard.press("Enter")
    undo = canvas(nb).get_by_role("button", name="Undo")
    undo.focus()
    for left in (1, 0):
        nb.page.keyboard.press("Enter")
        nb.wait_for_kernel(f"len(canvas.operations) == {left}")
    expect(undo).to_have_attribute("aria-disabled", "true")
    assert focused(nb) == "Undo"
    # A setting that goes away with its tool gives the focus to the picture.
    canvas(nb).get_by_role("slider", name="Hardness").focus()
    nb.page.keyboard.press("w")
    expect(bar(nb, "Wand")).to_be_visible()
    assert focused(nb).startswith("Picture of")
