"""What lies over the pictures: one of them large, or two compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.grids import NOUNS, SETUP, SIDE, Grid

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

# A source and an edit of it: what is compared.
PAIR = """
edit = picture("owl", 200, prompt="A owl in the deep snow", operation="edit", seed=9, image=[digest(pictures[1])])
grid.append(edit)
"""


@pytest.fixture
def grid(notebook: OpenNotebook) -> Grid:
    """A grid of eight pictures in JupyterLab."""
    return Grid(notebook([SETUP, "grid"]))


def zoom(grid: Grid) -> float:
    """Return how large the picture is shown: CSS px to a pixel of it."""
    width: float = grid.large.evaluate("image => image.getBoundingClientRect().width")
    return width / SIDE


# ---- lightbox


def test_it_shows_the_original(grid: Grid) -> None:
    grid.picture("owl").dblclick()
    expect(grid.large).to_have_attribute("alt", "A owl in the snow")
    grid.expect_original()
    expect(grid.dialog).to_contain_text("2 of 8")
    expect(grid.dialog).not_to_have_css("background-color", "rgb(255, 255, 255)")  # dark in the light theme too
    grid.press("ArrowRight", "ArrowRight")
    expect(grid.dialog).to_contain_text("4 of 8")
    grid.dialog.get_by_role("button", name="Previous").click()
    expect(grid.dialog).to_contain_text("3 of 8")
    grid.press("End")
    expect(grid.dialog.get_by_role("button", name="Next")).to_be_disabled()
    grid.press("Home")
    expect(grid.dialog).to_contain_text("1 of 8")
    grid.dialog.get_by_role("button", name="Picture 8: A crab in the snow").click()
    expect(grid.dialog).to_contain_text("8 of 8")
    grid.press("x")  # in a notebook this cuts the cell
    grid.press("Escape")
    grid.expect_closed()
    grid.expect_focus("crab")
    assert grid.nb.root.locator(".jp-Cell").count() == 2


def test_the_pixels_are_those_of_the_kernel(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.open(3)")
    grid.expect_original()
    seen = grid.large.evaluate(
        """image => {
          const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          const pixel = ([x, y]) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3);
          return [[0, 0], [300, 300], [300, 600]].map(pixel);
        }"""
    )
    pixels = "[list(pictures[3].getpixel(at)) for at in ((0, 0), (300, 300), (300, 600))]"
    assert seen == grid.nb.kernel_eval(pixels)


def test_enter_the_button_and_python_open_it_too(grid: Grid) -> None:
    grid.picture("bear").focus()
    grid.press("Enter")
    expect(grid.dialog).to_contain_text("3 of 8")
    grid.expect_open("bear")
    grid.nb.kernel_exec("grid.remove(2)")  # what is shown is gone
    expect(grid.dialog).to_be_hidden()
    grid.picture("seal").hover()
    grid.tile("seal").get_by_role("button", name="Open").click()
    expect(grid.dialog).to_contain_text("5 of 7")
    grid.expect_open("seal")
    grid.nb.kernel_exec("grid.open(0)")
    expect(grid.dialog).to_contain_text("1 of 7")
    grid.nb.kernel_exec("grid.open(None)")
    expect(grid.dialog).to_be_hidden()


def test_zooming_by_keys_and_buttons(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.open(0)")
    grid.expect_original()
    said = grid.dialog.locator("output")
    expect(said).to_have_text("Fit")
    assert zoom(grid) == pytest.approx(1, abs=0.01)  # it fits, and is not made larger
    grid.press("+", "+")
    expect(said).to_have_text("156 %")
    assert zoom(grid) == pytest.approx(1.5625, abs=0.01)
    grid.press("-")
    expect(said).to_have_text("125 %")
    grid.dialog.get_by_role("button", name="Zoom in").click()
    expect(said).to_have_text("156 %")
    grid.press("0")
    expect(said).to_have_text("Fit")
    grid.press("+", "ArrowRight")  # another picture fits again
    expect(said).to_have_text("Fit")


def test_zooming_with_the_wheel_keeps_what_is_under_the_pointer(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.open(0)")
    grid.expect_original()
    at = """([x, y]) => {
      const box = document.querySelector("dialog[open] .iw-lightbox__stage img").getBoundingClientRect();
      return [(x - box.left) / box.width, (y - box.top) / box.height];
    }"""
    box = grid.nb.wait_still(grid.large)
    point = [box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"]]
    grid.page.mouse.move(*point)
    before = grid.page.evaluate(at, point)
    grid.page.mouse.wheel(0, -800)
    expect(grid.dialog.locator("output")).not_to_have_text("Fit")
    assert zoom(grid) > 2
    assert grid.page.evaluate(at, point) == pytest.approx(before, abs=0.01)
    # Dragging moves it, a double click takes it back.
    grid.page.mouse.down()
    grid.page.mouse.move(point[0] + 50, point[1] + 20)
    grid.page.mouse.up()
    grid.nb.wait_frame()
    moved = grid.page.evaluate(at, [point[0] + 50, point[1] + 20])
    assert moved == pytest.approx(before, abs=0.01)
    grid.page.mouse.dblclick(*point)
    expect(grid.dialog.locator("output")).to_have_text("Fit")


def test_a_click_beside_the_picture_closes_it(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.open(5)")
    grid.expect_original()
    grid.large.click()
    expect(grid.dialog).to_be_visible()
    box = grid.nb.wait_still(grid.large)
    grid.page.mouse.click(box["x"] - 20, box["y"] + 50)
    expect(grid.dialog).to_be_hidden()
    grid.expect_focus("seal")


def test_star_recipe_and_actions_in_the_lightbox(grid: Grid) -> None:
    grid.nb.kernel_exec("heard = []; grid.on_action(lambda *told: heard.append(told[:2])); grid.open(1)")
    expect(grid.dialog).to_contain_text("2 of 8")
    grid.press("s")
    expect(grid.dialog.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    grid.nb.wait_for_kernel("grid.starred_indices == [1]")
    grid.press("i")
    panel = grid.dialog.get_by_role("complementary", name="Recipe")
    expect(panel).to_contain_text("A owl in the snow")
    grid.press("ArrowRight")
    expect(panel).to_contain_text("A bear in the snow")
    grid.press("e")
    grid.expect_closed()  # what listens may show something else
    grid.nb.wait_for_kernel("heard == [('edit', 2)]")
    grid.expect_focus("bear")
    grid.nb.kernel_exec("grid.open(4)")
    grid.dialog.get_by_role("button", name="Vary").first.click()
    grid.nb.wait_for_kernel("heard[1:] == [('vary', 4)]")


def test_downloading_from_the_lightbox(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.select(0, 1, 2); grid.open(4)")
    grid.expect_original()
    with grid.page.expect_download() as waiting:
        grid.press("d")
    assert re.fullmatch(r"a-newt-in-the-snow-[0-9a-f]{8}\.png", waiting.value.suggested_filename)


def test_a_reload_opens_it_again(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.open(2)")
    expect(grid.dialog).to_contain_text("3 of 8")
    grid.nb.reload()
    again = Grid(grid.nb)
    expect(again.dialog).to_contain_text("3 of 8")
    again.expect_original()


def test_of_two_views_one_opens_it(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid", "grid"])
    first, second = Grid(nb, 1), Grid(nb, 2)
    second.picture("owl").dblclick()
    expect(second.dialog).to_have_count(1)
    expect(second.root.get_by_role("dialog")).to_contain_text("2 of 8")
    second.press("Escape")
    second.expect_closed()
    second.expect_focus("owl")
    nb.kernel_exec("grid.open(0)")
    expect(first.root.get_by_role("dialog")).to_contain_text("1 of 8")
    expect(first.dialog).to_have_count(1)


def test_the_arrows_go_in_the_order_of_the_screen(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.sort = 'prompt'; grid.star(1, 2, 7); grid.starred_only = True; grid.open(2)")
    expect(grid.dialog).to_contain_text("1 of 3")
    for noun in ("crab", "owl"):
        grid.press("ArrowRight")
        expect(grid.large).to_have_attribute("alt", f"A {noun} in the snow")


def test_a_picture_that_cannot_be_had_is_told(grid: Grid) -> None:
    grid.nb.kernel_exec(
        "from imagewidgets.widgets import picture_files\n"
        "def broken(image): raise OSError('image file is truncated')\n"
        "picture_files._FORMS['see'] = broken\n"
        "grid.open(0)"
    )
    expect(grid.dialog.locator(".iw-lightbox__said")).to_contain_text("truncated")
    expect(grid.large).to_have_js_property("naturalWidth", 320)


# ---- compare


@pytest.fixture
def pair(notebook: OpenNotebook) -> Grid:
    """A grid in which the first picture is an edit of the owl."""
    grid = Grid(notebook([SETUP + PAIR, "grid"]))
    grid.nb.kernel_exec("grid.select(1, 8)")
    expect(grid.status).to_have_text("2 selected")
    return grid


def test_two_pictures_are_compared(pair: Grid) -> None:
    pair.bar("Compare").click()
    dialog = pair.dialog
    stage = dialog.locator(".iw-compare")
    expect(stage.locator("img.before")).to_have_js_property("naturalWidth", SIDE)
    expect(stage.locator("img.after")).to_have_js_property("naturalWidth", SIDE)
    expect(stage.locator("img.before")).to_have_attribute("alt", "A owl in the snow")  # the source stands first
    assert dialog.locator(".iw-cmpbox mark").all_inner_texts() == ["seed 7", "deep", "seed 9"]
    expect(dialog).to_contain_text("Source")
    dialog.get_by_role("button", name="Swap sides").click()
    expect(stage.locator("img.before")).to_have_attribute("alt", "A owl in the deep snow")
    pair.press("Escape")
    pair.expect_closed()


def test_the_slider_follows_keys_and_pointer(pair: Grid) -> None:
    pair.root.locator(".iw-tile__hit").first.focus()
    pair.press("c")
    slider = pair.dialog.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuenow", "50")
    slider.focus()
    pair.press("ArrowLeft", "ArrowLeft")
    expect(slider).to_have_attribute("aria-valuenow", "46")
    pair.press("End")
    expect(slider).to_have_attribute("aria-valuenow", "100")
    stage = pair.dialog.locator(".iw-compare")
    for name in ("before", "after"):
        expect(stage.locator(f"img.{name}")).to_have_js_property("naturalWidth", SIDE)
    box = pair.nb.wait_still(stage)
    pair.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 40)
    pair.page.mouse.down()
    pair.page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 60)
    pair.page.mouse.up()
    expect(slider).to_have_attribute("aria-valuenow", "25")
    clipped = stage.locator("img.after").evaluate("image => getComputedStyle(image).clipPath")
    assert re.fullmatch(r"inset\(0px 0px 0px 2[45](\.\d+)?%\)", clipped)


def test_side_by_side_and_blinking(pair: Grid) -> None:
    pair.nb.kernel_exec("grid.compare(1, 8)")
    modes = pair.dialog.get_by_role("radio")
    before, after = (pair.dialog.locator(f"img.{name}") for name in ("before", "after"))
    modes.first.focus()
    pair.press("ArrowRight")
    expect(pair.dialog.get_by_role("radio", name="Side by side")).to_be_checked()
    for picture in (before, after):
        expect(picture).to_have_js_property("naturalWidth", SIDE)
    left, right = pair.nb.wait_still(before), pair.nb.wait_still(after)
    assert left["x"] + left["width"] <= right["x"]
    expect(pair.dialog.get_by_role("slider")).to_be_hidden()
    pair.press("ArrowRight")
    expect(pair.dialog.get_by_role("radio", name="Blink")).to_be_checked()
    for seen in (after, before, after):  # by itself
        expect(seen).to_be_visible()
        expect(before if seen is after else after).to_be_hidden()
    pair.dialog.focus()
    pair.press("Space")  # it stands still
    still = pair.dialog.locator(".iw-compare").get_attribute("class")
    pair.page.wait_for_timeout(1000)  # longer than a blink: that nothing happens can only be waited for
    assert pair.dialog.locator(".iw-compare").get_attribute("class") == still


def test_compare_wants_two(grid: Grid) -> None:
    expect(grid.bar("Compare")).to_be_disabled()
    grid.picture("owl").click()
    grid.press("c")
    expect(grid.status).to_have_text("Select two pictures to compare them.")
    expect(grid.dialog).to_be_hidden()
    grid.picture("fox").click(modifiers=["Control"])
    expect(grid.bar("Compare")).to_be_enabled()
    grid.press("c")
    expect(grid.dialog).to_contain_text("Picture 2")


def test_everything_is_in_the_names(grid: Grid) -> None:
    grid.expect_order(*NOUNS)
    grid.nb.kernel_exec("grid.on_action(print); grid.open(1)")
    grid.expect_original()
    for button in grid.dialog.get_by_role("button").all():
        assert button.get_attribute("aria-label") or button.inner_text()
