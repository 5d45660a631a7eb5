"""One person's way through all three widgets, on the embedded engine: type, look, choose, draw, edit, come back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.mask_hand import Hand, wait_until_seen

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

SIDE = 240  # px: shown at more than 200 %, where each pixel of the mask is a square with sharp edges
BRUSH = 60  # px of the pictures
# Every letter that is a command to a notebook is in it, and "dd", which deletes a cell.
PROMPT = "An odd zebra mixes a cup of very hot yogurt and oolong jasmine tea in a quiet pub, wide view"

FORM, GRID, CANVAS, EDIT, LAST = range(5)
SETUP = f"""
import numpy as np
from PIL import Image
import imagewidgets as iw
form = iw.PromptForm(size="{SIDE}x{SIDE}", n=2)
form
""".strip()
CELLS = [
    SETUP,
    "grid = iw.ResultGrid(form.images)\ngrid",
    f"canvas = iw.MaskCanvas(grid.selected[-1], brush_size={BRUSH})\ncanvas",
    "edited = iw.edit(canvas.image, 'The same with a green parrot', mask=canvas.mask)[0]\nedited",
    "form.status",
]

# How much of the picture changed, of what is selected and of what is not.
CHANGED = """[
    float((np.asarray(edited.convert('RGB')) != np.asarray(canvas.image.convert('RGB'))).any(axis=-1)[part].mean())
    for part in (canvas.to_array(), ~canvas.to_array())
]"""


@pytest.fixture(params=["notebook", "notebook7"])
def nb(request: pytest.FixtureRequest) -> NB:
    """The cells above, none of them run yet, in JupyterLab and in Notebook 7."""
    open_notebook: OpenNotebook = request.getfixturevalue(request.param)
    return open_notebook(CELLS, run=False)


def form(nb: NB) -> Locator:
    return nb.out(FORM).locator(".imagewidgets-prompt-form")


def tiles(nb: NB) -> Locator:
    return nb.out(GRID).locator(".imagewidgets-result-grid .iw-tile__hit")


def expect_pictures(nb: NB, *, runs: int) -> None:
    """Wait until the form has finished so many runs and shows the pictures of the last, in full size in the kernel."""
    nb.wait_for_kernel(f"(form.status, len(form.responses)) == ('finished', {runs})")
    pictures = form(nb).get_by_role("img", name=re.compile("Picture \\d"))
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture).to_be_visible()
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert nb.kernel_eval("[image.size for image in form.images]") == [(SIDE, SIDE)] * 2
    assert nb.kernel_eval("all(isinstance(image, Image.Image) for image in form.images)")


def expect_selected(nb: NB, *wanted: int) -> None:
    nb.wait_for_kernel(f"grid.selected_indices == {list(wanted)}")
    expect(tiles(nb)).to_have_count(2)
    for index in range(2):
        expect(tiles(nb).nth(index)).to_have_attribute("aria-pressed", str(index in wanted).lower())


def expect_notebook_untouched(nb: NB) -> None:
    sources = nb.in_notebook("return panel.content.widgets.map((cell) => cell.model.sharedModel.getSource());")
    assert sources == CELLS
    assert nb.in_notebook("return panel.content.widgets.every((cell) => cell.model.type === 'code');")
    expect(nb.page.get_by_role("dialog")).to_have_count(0)  # "0" twice asks whether to restart the kernel


def draw(nb: NB, *points: tuple[float, float]) -> None:
    """Draw through points given as shares of the picture's width and height; beyond 0 to 1 they lie outside of it."""
    Hand(nb, CANVAS, size=(SIDE, SIDE), full_size=False).drag(*[(SIDE * x, SIDE * y) for x, y in points])


def type_and_generate(nb: NB) -> None:
    form(nb).get_by_role("textbox", name="Prompt").click()
    nb.page.keyboard.type(PROMPT)
    form(nb).get_by_role("button", name="Generate").click()
    expect_pictures(nb, runs=1)
    assert nb.kernel_eval("form.request.prompt") == PROMPT
    expect_notebook_untouched(nb)


def select_with_mouse_and_keyboard(nb: NB) -> None:
    tiles(nb).nth(0).click()
    expect_selected(nb, 0)
    nb.page.keyboard.press("ArrowRight")
    expect(tiles(nb).nth(1)).to_be_focused()
    nb.page.keyboard.press("Space")
    expect_selected(nb, 0, 1)


def press_letters_over_a_tile(nb: NB) -> None:
    """D twice deletes a cell, X cuts one, A, B, C, V insert some, M and digits turn it into text, 0 twice restarts."""
    with nb.page.expect_download() as saved:
        nb.page.keyboard.press("d")
        nb.page.keyboard.press("d")
    assert saved.value.suggested_filename == "2-pictures.zip"
    nb.page.keyboard.press("c")
    expect(nb.page.get_by_role("dialog")).to_contain_text("Compare")
    for key in [*"abvzmr1ly00", "Escape", *"xabvzmr1ly00", "Shift+M", "Shift+L"]:
        nb.page.keyboard.press(key)
    expect(nb.page.get_by_role("dialog")).to_be_hidden()
    expect(tiles(nb).nth(1)).to_be_focused()
    expect_selected(nb, 0, 1)
    expect_notebook_untouched(nb)


def draw_a_mask(nb: NB) -> None:
    draw(nb, (0.3, 0.3), (0.6, 0.6))
    nb.wait_for_kernel("len(canvas.operations) == 1")
    draw(nb, (0.7, 0.3), (0.9, 0.3), (1.3, 0.3), (1.3, -0.2))  # let go outside
    nb.wait_for_kernel("len(canvas.operations) == 2")
    nb.page.keyboard.press("Control+z")
    nb.wait_for_kernel("len(canvas.operations) == 1")
    wait_until_seen(nb, CANVAS, width=SIDE)
    nb.page.keyboard.press("Control+Shift+Z")
    nb.wait_for_kernel("len(canvas.operations) == 2")
    wait_until_seen(nb, CANVAS, width=SIDE)
    at = [(SIDE // 2, SIDE // 2), (SIDE - 1, round(0.3 * SIDE)), (SIDE // 4, round(0.9 * SIDE))]
    assert nb.kernel_eval(f"[canvas.selection.getpixel(at) for at in {at}]") == [255, 255, 0]


def edit_inside_the_mask(nb: NB) -> None:
    nb.run_cell(EDIT)
    expect(nb.out(EDIT).locator("img")).to_be_visible()
    assert nb.kernel_eval("(edited.size, edited.mode)") == ((SIDE, SIDE), nb.kernel_eval("canvas.image.mode"))
    inside, outside = nb.kernel_eval(CHANGED)
    assert outside == 0
    assert inside > 0.2


def come_back_and_go_on(nb: NB) -> None:
    selected = nb.kernel_eval("canvas.selection.getbbox()")
    nb.reload()
    expect(form(nb).get_by_role("textbox", name="Prompt")).to_have_value(PROMPT)
    expect_pictures(nb, runs=1)
    expect_selected(nb, 0, 1)
    expect(nb.out(GRID).locator(".iw-tile img")).to_have_count(2)
    wait_until_seen(nb, CANVAS, width=SIDE)
    assert nb.kernel_eval("canvas.selection.getbbox()") == selected
    draw(nb, (0.2, 0.85), (0.8, 0.85))
    nb.wait_for_kernel("len(canvas.operations) == 3")
    wait_until_seen(nb, CANVAS, width=SIDE)
    form(nb).get_by_role("button", name="Generate").click()
    expect_pictures(nb, runs=2)
    nb.run_cell(LAST)
    expect(nb.out(LAST)).to_contain_text("finished")
    expect_notebook_untouched(nb)


def test_from_a_prompt_to_an_edited_picture_and_back_after_a_reload(nb: NB) -> None:
    nb.run_cell(FORM)
    type_and_generate(nb)
    nb.run_cell(GRID)
    select_with_mouse_and_keyboard(nb)
    press_letters_over_a_tile(nb)
    nb.run_cell(CANVAS)
    assert nb.kernel_eval("canvas.image is form.images[1]")
    draw_a_mask(nb)
    edit_inside_the_mask(nb)
    come_back_and_go_on(nb)
