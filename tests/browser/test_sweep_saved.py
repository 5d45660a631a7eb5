"""The saved view of a sweep in Chromium, on a page that nbconvert made: Jupyter's own styles, both themes, narrow."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Locator, Page, expect

import imagewidgets as iw
from imagewidgets.sweeps import keeping
from tests.unit.made_sweeps import broken, colored, fill

NARROW, WIDE = 480, 960  # CSS px


def sweeps() -> list[iw.Sweep]:
    """Return a table with gaps, several pages with several pictures in a cell, a sample, a plan, and a wide table."""
    pages = iw.sweep("a {red|blue} {fox|owl}", quality=["low", "high"], n=2, model="gpt-image-1")
    wide = fill(iw.sweep("a {red|blue} fox", seed=range(12)))
    return [
        broken(),
        fill(pages),
        fill(pages.sample(3, seed=1), colored),
        iw.sweep("a {red|blue} fox", seed=[1, 2]),
        wide,
    ]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    outputs = [
        nbformat.v4.new_output("display_data", keeping.saved_view(sweep), metadata={"from": "a test"})
        for sweep in sweeps()
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("sweeps", outputs=outputs)])
    html, _ = HTMLExporter(theme=request.param).from_notebook_node(notebook)
    page = browser.new_page(viewport={"width": NARROW, "height": 700})
    page.route("**/*", lambda route: route.abort())  # scripts that nbconvert would load
    page.set_content(html, wait_until="domcontentloaded")
    yield page
    page.close()


def views(page: Page) -> Locator:
    return page.locator(".jp-OutputArea-output > div")


def test_the_saved_view_of_a_sweep(page: Page) -> None:
    expect(views(page)).to_have_count(5)
    for image in views(page).locator("img").all():
        image.evaluate("image => image.decode()")
    table = views(page).nth(0).get_by_role("table")
    assert table.get_by_role("columnheader").all_inner_texts() == ["spring", "summer", "winter"]
    assert table.get_by_role("rowheader").all_inner_texts() == ["red", "blue"]
    expect(table.get_by_role("img", name="a blue fox in spring, picture 2")).to_be_visible()
    expect(table).to_contain_text("No answer in 60 s.")
    assert views(page).nth(1).locator("caption").all_inner_texts() == ["quality low", "quality high"]
    expect(views(page).nth(2).locator("figure")).to_have_count(6)
    expect(views(page).nth(3)).to_contain_text("4 requests for 4 pictures")


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_it_fits_its_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    for view in views(page).all():
        assert view.evaluate("view => view.scrollWidth <= view.clientWidth")
    for view in views(page).all()[:-1]:
        inside = view.evaluate("view => view.getBoundingClientRect().right")
        for image in view.locator("img").all():
            box = image.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= inside
            assert box["width"] == pytest.approx(box["height"])  # as the pictures are
    if width == NARROW:
        scrolled = views(page).last.get_by_role("group")
        scrolled.focus()
        page.keyboard.press("ArrowRight")
        expect(scrolled).to_be_focused()
        page.wait_for_function("area => area.scrollLeft > 0", arg=scrolled.element_handle())
    # Jupyter would put tables in the middle, and numbers to the right.
    head = views(page).nth(0).get_by_role("columnheader").first
    assert head.evaluate("head => getComputedStyle(head).textAlign") == "left"
    rows = views(page).nth(0).locator("tr")
    rows.nth(2).hover()
    grounds = {row.evaluate("row => getComputedStyle(row).backgroundColor") for row in rows.all()}
    assert grounds == {"rgba(0, 0, 0, 0)"}


def test_everybody_can_use_it(page: Page) -> None:
    found = Axe().run(page, context=".jp-OutputArea-output")
    assert found.violations_count == 0, found.generate_report()
