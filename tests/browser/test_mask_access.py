"""The bars of the mask canvas for everybody: nothing cut off, names, contrast, Tab and arrows, a focus that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.mask_parts import CANVAS, MARKUP_TOOLS, MASK_TOOLS, bar, button, canvas, focused, tool
from tests.browser.server import DARK, LIGHT

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

pytestmark = pytest.mark.long

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
        nb.wait_at_rest()
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
    assert stops == ["Add", "Size", "Hardness", "Mask", "Undo", "Redo", "Brush", "Picture", "radio", "Zoom"], stops
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
