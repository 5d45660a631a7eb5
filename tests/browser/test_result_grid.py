"""The result grid in a real browser: selection, keys, lightbox, download, reload, a second view."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from imagewidgets.images import read_recipe
from tests.browser.server import DARK

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

NOUNS = ("fox", "owl", "bear", "hare", "newt", "seal", "wolf", "crab")

SETUP = f"""
from PIL import Image, ImageDraw
from imagewidgets.images import digest, write_recipe
from imagewidgets.widgets.result_grid import ResultGrid

def picture(noun, hue, size=(640, 640), **request):
    image = Image.new("RGB", size, f"hsl({{hue}}, 45%, 45%)")
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 120, 520, 520), fill=f"hsl({{hue}}, 70%, 70%)")
    draw.rectangle((0, 520, 640, 640), fill=f"hsl({{hue}}, 40%, 25%)")
    recipe = {{"request": {{"operation": "generate", "prompt": f"A {{noun}} in the snow", "seed": 7, **request}},
               "model": "sketch", "created": 1795132800, "digest": digest(image)}}
    write_recipe(image, recipe)
    return image

pictures = [picture(noun, i * 45) for i, noun in enumerate({NOUNS!r})]
grid = ResultGrid(pictures)
"""


class Grid:
    """A grid on the page."""

    def __init__(self, nb: NB, cell: int = 1) -> None:
        self.nb = nb
        self.root = nb.out(cell).locator(".imagewidgets-result-grid")
        self.options = self.root.get_by_role("option")
        self.status = self.root.locator(".iw-results__status")
        self.dialog = nb.page.get_by_role("dialog")
        expect(self.root.locator(".iw-tile__pic.iw-skel")).to_have_count(0)

    def picture(self, noun: str) -> Locator:
        return self.root.get_by_role("option", name=f"A {noun} in the snow")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.nb.page.keyboard.press(key)

    def expect_selected(self, *nouns: str) -> None:
        """Wait until the page and the kernel both have these selected."""
        wanted = [NOUNS.index(noun) for noun in nouns]
        for index, noun in enumerate(NOUNS):
            expect(self.picture(noun)).to_have_attribute("aria-selected", str(index in wanted).lower())
        expect(self.status).to_have_text(f"{len(nouns)} selected" if nouns else "")
        self.nb.wait_for_kernel(f"grid.selected_indices == {wanted}")

    def expect_focus(self, noun: str) -> None:
        expect(self.picture(noun)).to_be_focused()
        expect(self.root.locator('.iw-tile[tabindex="0"]')).to_have_count(1)


@pytest.fixture
def grid(notebook: OpenNotebook) -> Grid:
    """A grid of eight pictures in JupyterLab."""
    return Grid(notebook([SETUP, "grid"]))


def test_it_shows_what_it_holds(grid: Grid) -> None:
    expect(grid.options).to_have_count(8)
    expect(grid.root.get_by_text("8 pictures")).to_be_visible()
    expect(grid.root.locator(".iw-results__shared")).to_contain_text("sketch · 640 × 640 · seed 7")
    expect(grid.picture("owl")).to_contain_text("A owl in the snow")
    images = grid.root.locator(".iw-tile img")
    loaded = "images => images.every(image => image.complete && image.naturalWidth === 320 && image.alt)"
    assert images.evaluate_all(loaded)


def test_selecting_with_the_mouse(grid: Grid) -> None:
    grid.picture("owl").click()
    grid.expect_selected("owl")
    grid.picture("seal").click()
    grid.expect_selected("seal")
    grid.picture("fox").click(modifiers=["Control"])
    grid.expect_selected("fox", "seal")
    grid.picture("seal").click(modifiers=["Control"])
    grid.expect_selected("fox")
    grid.picture("bear").click()
    grid.picture("newt").click(modifiers=["Shift"])
    grid.expect_selected("bear", "hare", "newt")
    grid.picture("fox").click(modifiers=["Shift"])
    grid.expect_selected("fox", "owl", "bear")
    grid.picture("crab").click(modifiers=["Shift", "Control"])
    grid.expect_selected("fox", "owl", "bear", "hare", "newt", "seal", "wolf", "crab")
    assert grid.nb.kernel_eval("[image is pictures[i] for i, image in enumerate(grid.selected)]") == [True] * 8


def test_a_second_click_on_the_only_selected_one_takes_it_back(grid: Grid) -> None:
    grid.picture("owl").click()
    grid.expect_selected("owl")
    grid.picture("owl").click()
    grid.expect_selected()


def test_selecting_with_the_keyboard(grid: Grid) -> None:
    grid.picture("fox").focus()
    grid.press("ArrowRight", "ArrowRight")
    grid.expect_focus("bear")
    grid.expect_selected()  # moving selects nothing
    grid.press("Space")
    grid.expect_selected("bear")
    grid.press("Shift+ArrowRight", "Shift+ArrowRight")
    grid.expect_selected("bear", "hare", "newt")
    grid.press("Shift+ArrowLeft")
    grid.expect_selected("bear", "hare")
    grid.press("End")
    grid.expect_focus("crab")
    grid.press("ArrowRight")
    grid.expect_focus("crab")
    grid.press("Home")
    grid.expect_focus("fox")
    grid.press("Control+a")
    grid.expect_selected(*NOUNS)
    across = grid.options.evaluate_all("tiles => tiles.filter(tile => tile.offsetTop === tiles[0].offsetTop).length")
    grid.press("ArrowDown")
    grid.expect_focus(NOUNS[across])
    grid.press("ArrowUp")
    grid.expect_focus("fox")
    # None of this reached the notebook: Ctrl+A, arrows, D and so on mean other things there.
    assert grid.nb.root.locator(".jp-Cell").count() == 2
    assert grid.nb.root.locator(".jp-Cell.jp-mod-selected").count() == 1


def test_tab_stops_once_and_leaves(grid: Grid) -> None:
    grid.picture("bear").click()
    grid.press("Tab")
    assert grid.root.locator(".iw-tile:focus").count() == 0
    grid.press("Shift+Tab")
    grid.expect_focus("bear")
    grid.press("Shift+Tab")
    expect(grid.root.get_by_role("button", name="Recipe", exact=True)).to_be_focused()
    grid.press("Shift+Tab")
    expect(grid.root.get_by_role("button", name="Download")).to_be_focused()
    grid.press("Shift+Tab")
    assert grid.root.locator(":focus").count() == 0


def test_the_recipe(grid: Grid) -> None:
    panel = grid.root.get_by_role("complementary", name="Recipe")
    expect(panel).to_be_hidden()
    grid.picture("hare").click()
    grid.press("i")
    expect(panel).to_contain_text("A hare in the snow")
    for name, value in (("Model", "sketch"), ("Size", "640 × 640"), ("Seed", "7")):
        expect(panel.locator(f"dt:text-is('{name}') + dd")).to_have_text(value)
    grid.press("ArrowRight")
    expect(panel).to_contain_text("A newt in the snow")
    grid.nb.wait_for_kernel("grid.show_recipe")
    panel.get_by_role("button", name="Close recipe").click()
    expect(panel).to_be_hidden()
    grid.nb.kernel_exec("grid.select(1); grid.show_recipe = True")
    expect(panel).to_contain_text("A owl in the snow")


def test_the_lightbox_shows_the_original(grid: Grid) -> None:
    grid.picture("owl").dblclick()
    large = grid.dialog.locator(".iw-lightbox__pic img")
    expect(large).to_have_attribute("alt", "A owl in the snow")
    grid.nb.page.wait_for_function(
        "document.querySelector('dialog[open] .iw-lightbox__pic img').naturalWidth === 640"  # the thumbnail has 320
    )
    expect(grid.dialog).to_contain_text("2 of 8")
    expect(grid.dialog).not_to_have_css("background-color", "rgb(255, 255, 255)")  # dark in the light theme too
    grid.press("ArrowRight", "ArrowRight")
    expect(grid.dialog).to_contain_text("4 of 8")
    grid.dialog.get_by_role("button", name="Previous").click()
    expect(grid.dialog).to_contain_text("3 of 8")
    grid.press("End")
    expect(grid.dialog.get_by_role("button", name="Next")).to_be_disabled()
    grid.press("x")  # in a notebook this cuts the cell
    grid.press("Escape")
    expect(grid.dialog).to_be_hidden()
    grid.expect_focus("crab")
    assert grid.nb.root.locator(".jp-Cell").count() == 2


def test_enter_and_the_button_open_the_lightbox_too(grid: Grid) -> None:
    grid.picture("bear").focus()
    grid.press("Enter")
    expect(grid.dialog).to_contain_text("3 of 8")
    grid.nb.kernel_exec("grid.remove(2)")  # what is shown is gone
    expect(grid.dialog).to_be_hidden()
    grid.picture("seal").hover()
    grid.picture("seal").locator(".iw-onpic").first.click()
    expect(grid.dialog).to_contain_text("5 of 7")
    grid.nb.wait_for_kernel("grid.selected_indices == []")


def test_one_picture_is_downloaded_as_it_is(grid: Grid, tmp_path: Path) -> None:
    grid.picture("owl").click()
    grid.expect_selected("owl")
    with grid.nb.page.expect_download() as waiting:
        grid.press("d")
    assert re.fullmatch(r"a-owl-in-the-snow-[0-9a-f]{8}\.png", waiting.value.suggested_filename)
    waiting.value.save_as(tmp_path / "owl.png")
    with Image.open(tmp_path / "owl.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (640, 640))
        recipe = read_recipe(picture)
    assert recipe is not None
    assert recipe["request"]["prompt"] == "A owl in the snow"
    with grid.nb.page.expect_download() as waiting:
        grid.picture("newt").hover()
        grid.picture("newt").locator(".iw-onpic").last.click()
    assert waiting.value.suggested_filename.startswith("a-newt-")
    grid.expect_selected("owl")


def test_all_pictures_are_downloaded_as_one_file(grid: Grid, tmp_path: Path) -> None:
    button = grid.root.get_by_role("button", name="Download")
    with grid.nb.page.expect_download() as waiting:
        button.click()
    assert waiting.value.suggested_filename == "8-pictures.zip"
    waiting.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert len(archive.namelist()) == 8
        assert archive.testzip() is None
    expect(button).to_be_enabled()


def test_a_reload_keeps_everything(grid: Grid) -> None:
    grid.picture("owl").click()
    grid.picture("wolf").click(modifiers=["Control"])
    grid.expect_selected("owl", "wolf")
    grid.nb.kernel_exec("grid.append(picture('lynx', 20))")
    expect(grid.options).to_have_count(9)
    grid.nb.reload()
    again = Grid(grid.nb)
    expect(again.options).to_have_count(9)
    assert again.root.locator(".iw-tile img").evaluate_all(
        "images => images.every(image => image.naturalWidth === 320)"
    )
    again.expect_selected("owl", "wolf")
    again.picture("owl").click(modifiers=["Control"])
    again.expect_selected("wolf")


def test_a_second_view_shows_the_same(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid", "grid"])
    first, second = Grid(nb, 1), Grid(nb, 2)
    first.picture("owl").click()
    second.expect_selected("owl")
    second.picture("fox").click(modifiers=["Control"])
    first.expect_selected("fox", "owl")
    nb.kernel_exec("grid.append(picture('lynx', 20)); grid.remove(0)")
    for view in (first, second):
        expect(view.options).to_have_count(8)
        expect(view.picture("lynx").locator("img")).to_have_js_property("naturalWidth", 320)
        expect(view.picture("owl")).to_have_attribute("aria-selected", "true")


def test_an_empty_grid_fills_up_while_its_cell_runs(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid = ResultGrid(); grid"])
    root = nb.out(1).locator(".imagewidgets-result-grid")
    expect(root).to_contain_text("No pictures yet")
    expect(root).to_contain_text("Generate some, or call grid.append(image).")
    expect(root.get_by_role("button")).to_have_count(0)
    nb.kernel_exec("for image in pictures: grid.append(image)")
    expect(root.get_by_role("option")).to_have_count(8)
    expect(root.locator(".iw-skel")).to_have_count(0)
    nb.kernel_exec("grid.clear()")
    expect(root).to_contain_text("No pictures yet")


def test_one_more_picture_is_one_picture_more_on_the_wire(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid"])
    Grid(nb)
    nb.traffic.clear()
    nb.kernel_exec("grid.append(picture('lynx', 20))")
    expect(nb.out(1).get_by_role("option")).to_have_count(9)
    one = nb.kernel_eval("len(grid._entries[-1].thumbnail)")
    everything = nb.kernel_eval("sum(len(entry.thumbnail) for entry in grid._entries)")
    words = nb.kernel_eval("len(str(grid._tiles))")
    assert (
        one < sum(message.size for message in nb.traffic.received()) < one + 2 * words + 4096 < everything + 2 * words
    )


def test_a_message_that_came_too_early_is_asked_for_again(notebook: OpenNotebook) -> None:
    # The page learns of the new picture, but not its thumbnail: as when the message comes before the page listens.
    nb = notebook([SETUP, "grid"])
    view = Grid(nb)
    nb.kernel_exec(
        "send, grid._send_thumbnails = grid._send_thumbnails, lambda thumbnails: None\n"
        "grid.append(picture('lynx', 20))\n"
        "grid._send_thumbnails = send"
    )
    expect(view.picture("lynx").locator("img")).to_have_js_property("naturalWidth", 320)


@pytest.mark.parametrize("width", [480, 1280])
@pytest.mark.parametrize("theme", [None, DARK])
def test_nothing_sticks_out(notebook: OpenNotebook, theme: str | None, width: int, tmp_path: Path) -> None:
    options = {"theme": theme} if theme else {}
    nb = notebook([SETUP, "grid.select(2, 3); grid.show_recipe = True\ngrid"], width=width, **options)
    view = Grid(nb)
    expect(view.root.get_by_role("complementary", name="Recipe")).to_be_visible()
    wider = """root => [...root.querySelectorAll('*')]
      .filter((el) => !el.closest('dialog') && el.offsetParent)
      .filter((el) => el.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
      .map((el) => el.className)"""
    assert view.root.evaluate(wider) == []
    nb.screenshot(tmp_path / "grid.png")


def test_a_thousand_pictures_do_not_freeze_the_page(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid = ResultGrid(picture(f'no. {i}', i % 360, (64, 64)) for i in range(1000)); grid"])
    root = nb.out(1).locator(".imagewidgets-result-grid")
    expect(root.get_by_role("option")).to_have_count(1000)
    root.get_by_role("option").first.click()
    nb.page.keyboard.press("End")
    expect(root.get_by_role("option").last).to_be_focused()
    nb.page.keyboard.press("Space")
    nb.wait_for_kernel("grid.selected_indices == [0, 999]")
    # From the key to the next frame, all 1,000 drawn anew.
    took = nb.page.evaluate(
        """() => new Promise((resolve) => {
          const start = performance.now();
          const key = new KeyboardEvent("keydown", { key: "a", ctrlKey: true, bubbles: true });
          document.activeElement.dispatchEvent(key);
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
        })"""
    )
    assert took < 1000
    nb.wait_for_kernel("len(grid.selected) == 1000")
