"""Clicks, strokes and runs with a kernel that is free, at work, or blocked: ``make kernels`` does this on many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.forms import FAKE, GUARD
from tests.browser.server import KERNEL

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

FORM, CANVAS, BLOCKED = range(3)
CELLS = [
    "import sys, time\nimport imagewidgets as iw\nform = iw.PromptForm('a red fox', size='128x128', seed=7)\nform",
    "from PIL import Image\ncanvas = iw.MaskCanvas(Image.new('RGB', (300, 200), 'white'), brush_size=20)\ncanvas",
    "began = True\ntime.sleep(2)\nended = (len(form.responses), len(canvas.operations))",
]


def click(nb: NB) -> None:
    nb.out(FORM).get_by_role("button", name="Generate").click()


def draw(nb: NB, y: float) -> None:
    """Draw from left to right, `y` CSS px below the middle of the picture."""
    nb.out(CANVAS).locator("canvas.iw-art__mask").wait_for()
    box = nb.wait_still(nb.out(CANVAS).locator(".iw-art"))
    x, middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + y
    nb.page.mouse.move(x - 30, middle)
    nb.page.mouse.down()
    nb.page.mouse.move(x + 30, middle, steps=5)
    nb.page.mouse.up()


def test_clicks_and_strokes_come_once_each_whatever_the_kernel_does(notebook: OpenNotebook) -> None:
    nb = notebook(CELLS, run=False, height=1600)
    nb.run_cell(FORM)
    nb.run_cell(CANVAS)
    if KERNEL is not None:
        assert nb.kernel_eval("sys.executable") == KERNEL
    click(nb)
    nb.wait_for_kernel("len(form.responses) == 1")
    expect(nb.out(FORM).get_by_role("img", name="Picture 1")).to_be_visible()
    draw(nb, -40)
    nb.wait_for_kernel("len(canvas.operations) == 1")

    nb.page.wait_for_timeout(GUARD)
    nb.start_cell(BLOCKED)
    draw(nb, 40)
    click(nb)
    nb.wait_for_kernel("len(form.responses) == 2")
    nb.wait_for_kernel("len(canvas.operations) == 2")
    nb.wait_for_kernel("'ended' in globals()")
    nb.wait_for_kernel("form.status == 'finished'")
    expect(nb.out(FORM).get_by_role("img", name="Picture 1")).to_have_count(1)
    assert nb.kernel_eval("form.callback_error, form.error, canvas.selection.getbbox() == canvas.bbox") == (
        None,
        None,
        True,
    )


def test_other_cells_run_while_pictures_come(notebook: OpenNotebook) -> None:
    endless = "form = iw.PromptForm('a red fox', client=FakeClient(Gate()))\nform"
    nb = notebook([f"{FAKE}\n{endless}", "at = form.status"], run=False)
    nb.run_cell(FORM)
    click(nb)
    expect(nb.out(FORM).get_by_role("button", name="Cancel")).to_be_visible()
    nb.wait_for_kernel("form.status == 'running'")
    nb.run_cell(1)
    assert nb.kernel_eval("at") == "running"
    nb.page.wait_for_timeout(GUARD)
    nb.out(FORM).get_by_role("button", name="Cancel").click()
    nb.wait_for_kernel("form.status == 'cancelled'")


def test_threads_of_the_user_set_traits_and_display(notebook: OpenNotebook) -> None:
    thread = """
import threading
from IPython.display import Markdown, display

def work():
    form.prompt = "a blue heron"
    display(Markdown("**From a thread**"))

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    nb = notebook([CELLS[FORM], thread])
    expect(nb.out(1).get_by_text("From a thread")).to_be_visible()
    expect(nb.out(FORM).get_by_role("textbox", name="Prompt", exact=True)).to_have_value("a blue heron")
