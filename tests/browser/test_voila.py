"""All that this package shows, as a page of Voila: no code, no notebook around it, a kernel behind it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Pages

WIDTH, HEIGHT = 300, 200
CENTRE = (WIDTH // 2, HEIGHT // 2)

# Nothing but the page can be asked here, so the kernel writes what it has into labels.
CELLS = [
    f"""
import imagewidgets as iw, ipywidgets
from PIL import Image
said = ipywidgets.Label("nothing drawn").add_class("said")
def say(_):
    mask, selection = canvas.mask, canvas.selection
    said.value = repr([len(canvas.operations), mask and mask.size, canvas.bbox,
                       [mask and mask.getpixel(at)[3] for at in ({CENTRE}, (0, 0))], selection.getpixel({CENTRE})])
canvas = iw.MaskCanvas(Image.new("RGB", ({WIDTH}, {HEIGHT}), "white"), brush_size=20)
canvas.observe(say, "mask")
canvas
""",
    "said",
    """
form = iw.PromptForm("a red fox", size="128x128", n=2)
grid = iw.ResultGrid()
form.on_result(grid.append)
form
""",
    "grid",
    """
chosen = ipywidgets.Label("none chosen").add_class("chosen")
def choose(_):
    chosen.value = str(grid.selected_indices)
grid.observe(choose, "selected_indices")
chosen
""",
    "iw.generate('an owl', size='128x128', seed=7)",
]


def draw(page: Page, art: Locator, *points: tuple[float, float]) -> None:
    """Draw through points, each given in CSS px from the middle of the picture."""
    art.locator("canvas.iw-art__mask").wait_for()
    art.scroll_into_view_if_needed()  # which waits until it has come to rest
    box = art.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for index, (x, y) in enumerate(points):
        page.mouse.move(middle[0] + x, middle[1] + y, steps=5 if index else 1)
        if not index:
            page.mouse.down()
    page.mouse.up()


def mask_in_the_kernel(page: Page, operations: int) -> list[Any]:
    """Wait until the kernel has so many operations, and return what it says of the mask."""
    said = page.locator(".said")
    expect(said).to_have_text(re.compile(rf"^\[{operations}, "))
    found: list[Any] = ast.literal_eval(said.inner_text())
    return found


def test_a_page_of_voila_draws_makes_and_chooses(pages: Pages) -> None:
    page = pages.voila(CELLS, height=2400)
    canvas = page.locator(".imagewidgets-mask-canvas")
    art = canvas.locator(".iw-art")
    expect(canvas).to_contain_text("Mask covers 0 %")
    form = page.locator(".imagewidgets-prompt-form")
    expect(form).to_be_visible()
    expect(page.get_by_role("img", name="an owl")).to_have_js_property("naturalWidth", 128)  # the last, so all is there
    draw(page, art, (-30, 0), (30, 0))
    _, size, bbox, alphas, centre = mask_in_the_kernel(page, 1)
    assert (size, alphas, centre) == ((WIDTH, HEIGHT), [0, 255], 255)  # transparent where it is drawn
    left, top, right, bottom = bbox
    assert left < CENTRE[0] - 10 < CENTRE[0] + 10 < right
    assert abs((top + bottom) / 2 - CENTRE[1]) <= 1
    assert abs(bottom - top - 20) <= 1  # as thick as the brush
    art.focus()
    page.keyboard.press("Control+z")
    assert mask_in_the_kernel(page, 0)[2] is None

    form.get_by_role("button", name="Generate").click()
    tiles = page.locator(".imagewidgets-result-grid .iw-tile")
    expect(tiles).to_have_count(2)
    for where in (form.get_by_role("img", name="Picture"), tiles.locator("img")):
        expect(where).to_have_count(2)
        for picture in where.all():
            expect(picture).to_have_js_property("naturalWidth", 128)
    tiles.nth(1).locator(".iw-tile__hit").click()
    expect(page.locator(".chosen")).to_have_text("[1]")

    saved = page.locator(".imagewidgets-saved")  # for days on which nothing runs: out of sight
    expect(saved).to_have_count(3)
    expect(saved.locator("visible=true")).to_have_count(0)
