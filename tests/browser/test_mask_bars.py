"""What lies around the picture of the mask canvas: options, rail, status bar, help and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.mask_hand import colour_at, wait_shown
from tests.browser.mask_parts import (
    CANVAS,
    MARKUP_TOOLS,
    MASK_TOOLS,
    bar,
    button,
    canvas,
    field,
    focused,
    operations,
    tool,
    wait_for_operation,
)

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

pytestmark = pytest.mark.long


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
    wait_shown(nb)
    canvas(nb).get_by_role("button", name="100 %").click()
    tool(nb, "Rectangle").click()
    box = nb.wait_still(canvas(nb).locator(".iw-art"))
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
        expect(tolerance).to_have_attribute("aria-valuetext", str(value))
    canvas(nb).get_by_label("Contiguous").uncheck()
    nb.wait_for_kernel("canvas.contiguous is False")
    canvas(nb).locator(".iw-art").click()
    wait_for_operation(nb, 1, type="wand", tolerance=0.0, contiguous=False, mode="add")
    nb.wait_for_kernel("canvas.coverage == 1")


def test_a_slider_goes_with_the_pointer_and_shows_what_python_has(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    wait_shown(nb)
    size = canvas(nb).get_by_role("slider", name="Size")
    box = nb.wait_still(size)
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
    expect(by).to_have_value("5")
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
    layer = canvas(nb).locator("canvas.iw-art__mask")
    shown = """(layer, opacity) => getComputedStyle(layer).opacity === opacity &&
      layer.getContext("2d").getImageData(50, 50, 1, 1).data.join() === "0,0,255,255\""""
    nb.wait_until(layer, shown, "1")
    assert colour_at(nb, 0.5, 0.5) == (0, 0, 255)
    for _ in range(5):
        canvas(nb).get_by_role("slider", name="Opacity").press("PageDown")
    nb.wait_for_kernel("canvas.overlay_opacity == .5")
    nb.wait_until(layer, shown, "0.5")
    assert colour_at(nb, 0.5, 0.5) == pytest.approx((127, 127, 255), abs=2)


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
    nb.wait_for_kernel(f"(canvas.mask is not None, canvas.markup is not None) == {(kept == 'mask', kept == 'markup')}")
    assert focused(nb).startswith("Picture of")  # the button that had it is gone
    canvas(nb).get_by_role("button", name="Undo").click()
    expect(words).to_be_visible()


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
    wait_shown(nb)
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
    box = nb.wait_still(art)
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
        box = nb.wait_still(art)
        return box["width"] * box["height"]

    wait_shown(nb)
    before = area()
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    assert area() > before
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    assert area() == pytest.approx(before, rel=0.01)


# How far the parts of the options bar lie above or below its middle, CSS px.
OFF_THE_LINE = """bar => {
  const { top, bottom } = bar.getBoundingClientRect();
  const boxes = [...bar.querySelectorAll("button, input, .iw-tool")].map((part) => part.getBoundingClientRect());
  return boxes.filter((box) => box.width).map((box) => Math.abs(box.top + box.bottom - top - bottom) / 2);
}"""


@pytest.mark.parametrize("width", [600, 720, 760, 840])  # px
def test_the_settings_of_a_tool_are_on_one_line(notebook: OpenNotebook, width: int) -> None:
    nb = notebook([CANVAS.replace("(300, 200)", "(3000, 2000)")])
    nb.kernel_exec(f"canvas.layout.width = '{width}px'")
    nb.wait_until(canvas(nb), "(canvas, width) => canvas.offsetWidth === width", width)
    for name in MASK_TOOLS:
        tool(nb, name).click()
        line = bar(nb, name).locator("..")
        assert max(line.evaluate(OFF_THE_LINE)) <= 2, name
        cut_off = (
            "inputs => inputs.filter((input) => input.scrollWidth > input.clientWidth).map((input) => input.value)"
        )
        assert line.locator("input").evaluate_all(cut_off) == [], name
