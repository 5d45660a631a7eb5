"""What is to be seen of widgets where nothing runs any more, and that it is not seen while they live.

The notebook is run once, as ``jupyter nbconvert --execute`` does, and then looked at as people come upon it: as a
converted page without the internet, and opened another day in JupyterLab and in Notebook 7.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat.sign import NotebookNotary
from playwright.sync_api import expect

from imagewidgets.widgets import saved_output
from tests.browser.conftest import UPSTREAM_ERRORS
from tests.browser.left import CELLS, PICTURES, PLAIN, SHOWN, run_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenNotebook, Pages
    from tests.browser.server import FrontEnd, Server

NO_MODEL = "Error: widget model not found"  # what Jupyter logs of a view that is left without its model

# How a notebook is found: whether it is trusted, and whether it holds the state of its widgets.
FOUND = {"trusted": (True, False), "not trusted": (False, True), "trusted, with state": (True, True)}

SAVED = f"""
<div class="jp-OutputArea-child"><div class="jp-RenderedHTML jp-OutputArea-output">
  <div class="{saved_output.SAVED}"><style>{saved_output.OVER}</style>Pictures</div></div></div>
"""

# What stands in the place of a view, and whether the saved view behind it is seen.
PLACES = {
    "alive": ('<div class="lm-Panel jp-OutputArea-output"><div><p class="iw">View</p></div></div>', False),
    "alive, in Voila": ('<div class="jupyter-widgets jp-OutputArea-output"><p class="iw">View</p></div>', False),
    "made without a kernel": (
        '<div class="lm-Panel jp-OutputArea-output"><div><p class="iw iw-dead">View</p></div></div>',
        True,
    ),
    "no model": ('<div class="lm-Panel jp-OutputArea-output jupyter-widgets">View</div>', True),
    "closed": ('<div class="lm-Panel jp-OutputArea-output lm-mod-hidden" hidden>View</div>', True),
    "converted": ('<div class="jupyter-widgets jp-OutputArea-output"><script type="x">View</script></div>', True),
}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after it has run, with the state of its widgets in it."""
    return run_notebook(tmp_path_factory.mktemp("left"))


def write_found(left: Any, server: Server, name: str, found: str) -> None:
    """Put the notebook into the server's folder."""
    trusted, state = FOUND[found]
    notebook = deepcopy(left)
    notebook.metadata["found"] = name  # trust is in what the whole notebook says: no two are the same
    if not state:
        del notebook.metadata["widgets"]
    if trusted:
        NotebookNotary(data_dir=str(server.home / "data")).sign(notebook)
    nbformat.write(notebook, server.root / name)


def expect_saved_views(areas: Locator) -> None:
    """Wait until all outputs show their pictures, each with something in it and words for it, and nothing else."""
    for name, cell in SHOWN.items():
        pictures = areas.nth(cell).locator("img:visible")
        expect(pictures, name).to_have_count(PICTURES[name])
        for picture in pictures.all():
            expect(picture, name).not_to_have_js_property("naturalWidth", 0)
            expect(picture, name).not_to_have_attribute("alt", "")
    expect(areas.nth(PLAIN).locator("img:visible")).to_have_js_property("naturalWidth", 128)
    expect(areas.locator(".iw:visible")).to_have_count(0)
    expect(areas.get_by_text("widget").locator("visible=true")).to_have_count(
        0
    )  # "Loading widget…", "Error displaying…"


def areas_of(page: Page) -> Locator:
    """Return the outputs of all cells of the notebook in sight."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell-outputArea")


def test_jupyterlab_shows_them_another_day(left: Any, pages: Pages, server: Server) -> None:
    page = pages.page(height=2400, logged=(NO_MODEL,))
    for number, found in enumerate(FOUND):
        name = f"another-day-{number}.ipynb"
        write_found(left, server, name, found)
        if number == 0:
            page.goto(server.address(name, "lab"))
        else:
            # Not waited for: the outputs are there long before a second notebook counts as open.
            page.evaluate("path => void window.jupyterapp.commands.execute('docmanager:open', { path })", name)
            page.wait_for_function("path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=name)
        expect_saved_views(areas_of(page))


def test_notebook_7_shows_them_another_day(left: Any, pages: Pages, server: Server) -> None:
    front_end: FrontEnd = "notebook"
    page = pages.page(height=2400, logged=(NO_MODEL,), expected=UPSTREAM_ERRORS[front_end])
    write_found(left, server, "another-day.ipynb", "trusted")
    page.goto(server.address("another-day.ipynb", front_end))
    expect_saved_views(areas_of(page))


@pytest.mark.parametrize("state", [True, False], ids=["state", "no-state"])
def test_a_converted_page_shows_them_without_the_internet(
    left: Any, pages: Pages, tmp_path_factory: pytest.TempPathFactory, state: bool
) -> None:
    notebook = deepcopy(left)
    notebook.cells = [cell for cell in notebook.cells if cell.outputs]
    if not state:
        del notebook.metadata["widgets"]
    text, _ = HTMLExporter().from_notebook_node(notebook)
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(text, "utf-8")
    # It looks elsewhere for scripts, and for the one that would have loaded others.
    page = pages.page(offline=True, logged=("net::ERR_",), expected=frozenset({"require is not defined"}))
    page.goto(file.as_uri())
    expect(page.locator(".jp-Cell-outputArea")).to_have_count(len(notebook.cells))
    for cell, (name, count) in enumerate(PICTURES.items()):
        pictures = page.locator(".jp-Cell-outputArea").nth(cell).locator("img:visible")
        expect(pictures, name).to_have_count(count)
        for picture in pictures.all():
            expect(picture, name).not_to_have_js_property("naturalWidth", 0)


def show_place(pages: Pages, place: str) -> Page:
    """Return a page with an output area: something that is not of this package, this in place of a view, a saved view.

    What depends on time waits at its beginning.
    """
    page = pages.page()
    other = '<div class="jp-OutputArea-child"><div class="{}"><div>Other</div></div></div>'
    others = other.format("lm-Panel jp-OutputArea-output") + other.format("jupyter-widgets jp-OutputArea-output")
    page.set_content(f'<div>{others}<div class="jp-OutputArea-child">{place}</div>{SAVED}</div>')
    page.evaluate("() => document.getAnimations().forEach((each) => { each.pause(); each.currentTime = 0; })")
    return page


@pytest.mark.parametrize("place", list(PLACES))
def test_one_of_the_two_is_seen(pages: Pages, place: str) -> None:
    html, saved = PLACES[place]
    page = show_place(pages, html)
    expect(page.get_by_text("Pictures", exact=True)).to_be_visible(visible=saved)
    expect(page.get_by_text("View", exact=True)).to_be_visible(visible=not saved)
    for other in page.get_by_text("Other", exact=True).all():
        expect(other).to_be_visible()


@pytest.mark.parametrize("inside", ["View", "<div></div>"], ids=["text", "empty"])
def test_a_view_that_is_loaded_for_long_gives_way(pages: Pages, inside: str) -> None:
    """A notebook whose kernel is not there loads for ever."""
    page = show_place(pages, f'<div class="lm-Panel jp-OutputArea-output">{inside}</div>')
    saved = page.get_by_text("Pictures", exact=True)
    expect(saved).to_be_hidden()
    page.evaluate("() => document.getAnimations().forEach((each) => each.finish())")
    expect(saved).to_be_visible()
    expect(page.get_by_text("View", exact=True).locator("visible=true")).to_have_count(0)
    for other in page.get_by_text("Other", exact=True).all():
        expect(other).to_be_visible()


def test_what_is_clicked_is_saved_and_seen_once(notebook: OpenNotebook) -> None:
    nb = notebook(["import ipywidgets\ndisplay(ipywidgets.IntSlider())\n" + CELLS[0], "form"])
    first, second = nb.out(0), nb.out(1)
    for area in (first, second):
        expect(area.locator(".imagewidgets-prompt-form")).to_be_visible()
        expect(area.locator(".imagewidgets-saved")).to_be_hidden()
    first.get_by_role("button", name="Generate").click()
    for cell, area in enumerate((first, second)):
        nb.page.wait_for_function(
            """cell => window.jupyterapp.shell.currentWidget.content.widgets[cell].model.outputs.toJSON().some(
            (output) => output.data?.["text/html"]?.split("<img").length === 3)""",
            arg=cell,
        )
        expect(area.locator("img:visible")).to_have_count(2)
        expect(area.locator(".imagewidgets-saved")).to_be_hidden()
    expect(first.get_by_role("slider")).to_be_visible()  # what is not of this package goes its own way
    nb.kernel_exec("form.close()")
    for area in (first, second):
        expect(area.locator(".imagewidgets-prompt-form")).to_have_count(0)
        expect(area.locator(".imagewidgets-saved img:visible")).to_have_count(2)
