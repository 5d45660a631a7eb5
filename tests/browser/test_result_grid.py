"""The result grid in a real browser: selection, keys, recipe, download, reload, a second view."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from imagewidgets.images import read_recipe
from tests.browser.grids import NOUNS, SETUP, Grid
from tests.browser.server import DARK

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook


@pytest.fixture
def grid(notebook: OpenNotebook) -> Grid:
    """A grid of eight pictures in JupyterLab."""
    return Grid(notebook([SETUP, "grid"]))


def test_it_shows_what_it_holds(grid: Grid) -> None:
    grid.expect_thumbnails(8)
    expect(grid.root.get_by_text("8 pictures")).to_be_visible()
    expect(grid.root.locator(".iw-results__shared")).to_contain_text("sketch · 640 × 640 · seed 7")
    expect(grid.tile("owl")).to_contain_text("A owl in the snow")
    assert grid.tiles.locator("img").evaluate_all("images => images.every(image => image.alt)")


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
    across = grid.tiles.evaluate_all("tiles => tiles.filter(tile => tile.offsetTop === tiles[0].offsetTop).length")
    grid.press("ArrowDown")
    grid.expect_focus(NOUNS[across])
    grid.press("ArrowUp")
    grid.expect_focus("fox")
    # None of this reached the notebook: Ctrl+A, arrows, D and so on mean other things there.
    assert grid.nb.root.locator(".jp-Cell").count() == 2
    assert grid.nb.root.locator(".jp-Cell.jp-mod-selected").count() == 1


def test_keys_do_not_reach_notebook_7(notebook7: OpenNotebook) -> None:
    # D twice deletes a cell there, X cuts it, Shift+Enter runs it.
    grid = Grid(notebook7([SETUP, "runs = globals().get('runs', 0) + 1; grid"]))
    grid.picture("fox").focus()
    for key in ("d", "d"):
        with grid.page.expect_download():
            grid.press(key)
    grid.press("x", "ArrowRight", "s", "Enter")
    expect(grid.dialog).to_contain_text("2 of 8")
    grid.press("x", "x", "Escape")
    grid.nb.wait_for_kernel("grid.starred_indices == [1] and grid._open == {}")
    assert grid.nb.root.locator(".jp-Cell").count() == 2
    assert grid.nb.kernel_eval("runs") == 1
    grid.press("Shift+Enter")
    grid.nb.wait_for_kernel("runs == 2")


def test_tab_goes_through_the_buttons_of_one_picture_and_leaves(grid: Grid) -> None:
    grid.picture("bear").click()
    for name in ("bear", "fox"):  # tiles get their buttons when they come into sight
        expect(grid.tile(name).get_by_role("button", name="Star", include_hidden=True)).to_be_attached()
    for name in ("Star", "Open", "Download"):
        grid.press("Tab")
        expect(grid.tile("bear").get_by_role("button", name=name)).to_be_focused()
    grid.press("Tab")
    assert grid.root.locator(".iw-tile :focus").count() == 0
    grid.press("Shift+Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab")
    grid.expect_focus("bear")
    for name in ("Recipe", "Download"):
        grid.press("Shift+Tab")
        expect(grid.bar(name)).to_be_focused()
    grid.press("Shift+Tab")  # Compare has no two pictures to compare
    expect(grid.root.get_by_label("Sort")).to_be_focused()
    grid.press("Shift+Tab")
    assert grid.root.locator(":focus").count() == 0


def test_escape_takes_the_selection_back_and_then_leaves(grid: Grid) -> None:
    grid.picture("bear").click()
    grid.expect_selected("bear")
    grid.press("Escape")
    grid.expect_selected()
    grid.expect_focus("bear")
    grid.press("Escape")
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
    grid.nb.wait_for_kernel("not grid.show_recipe")
    grid.nb.kernel_exec("grid.select(1); grid.show_recipe = True")
    expect(panel).to_contain_text("A owl in the snow")


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
        grid.tile("newt").get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename.startswith("a-newt-")
    grid.expect_selected("owl")


def test_all_pictures_are_downloaded_as_one_file(grid: Grid, tmp_path: Path) -> None:
    button = grid.bar("Download")
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
    expect(grid.tiles).to_have_count(9)
    grid.nb.reload()
    again = Grid(grid.nb)
    again.expect_thumbnails(9)
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
        expect(view.tiles).to_have_count(8)
        expect(view.tile("lynx").locator("img")).to_have_js_property("naturalWidth", 320)
        expect(view.picture("owl")).to_have_attribute("aria-pressed", "true")


def test_an_empty_grid_fills_up_while_its_cell_runs(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid = ResultGrid(); grid"])
    root = nb.out(1).locator(".imagewidgets-result-grid")
    expect(root).to_contain_text("No pictures yet")
    expect(root).to_contain_text("Generate some, or call grid.append(image).")
    expect(root.get_by_role("button", include_hidden=False)).to_have_count(0)
    nb.kernel_exec("for image in pictures: grid.append(image)")
    expect(root.locator(".iw-tile")).to_have_count(8)
    expect(root.locator(".iw-skel")).to_have_count(0)
    nb.kernel_exec("grid.clear()")
    expect(root).to_contain_text("No pictures yet")


def test_one_more_picture_is_one_picture_more_on_the_wire(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid"])
    Grid(nb)
    nb.traffic.clear()
    nb.kernel_exec("grid.append(picture('lynx', 20))")
    expect(nb.out(1).locator(".iw-tile")).to_have_count(9)
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
    expect(view.tile("lynx").locator("img")).to_have_js_property("naturalWidth", 320)


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
    nb.wait_still(view.root)
    assert view.root.evaluate(wider) == []
    nb.screenshot(tmp_path / "grid.png")
