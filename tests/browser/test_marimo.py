"""The result grid in marimo, whose notebooks run as apps: it shows anywidgets, and no other widgets."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.server import SERVER_START, SERVER_STOP, _free_port, clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.conftest import Pages

SIDE = 640  # px of the pictures: larger than their thumbnails

# A marimo notebook is a Python file. A cell that uses what another one has runs again when that changes.
APP = f"""
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    from PIL import Image
    import imagewidgets as iw

    grid = iw.ResultGrid([Image.new("RGB", ({SIDE}, {SIDE}), colour) for colour in ("red", "green", "blue")])
    shown = mo.ui.anywidget(grid)
    shown
    return grid, mo, shown


@app.cell
def _(grid, mo, shown):
    mo.md(f"Chosen: {{shown.value['selected_indices']}} {{grid.selected_indices}} {{len(grid.selected)}}")
    return


if __name__ == "__main__":
    app.run()
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of the app above, run by ``marimo run``."""
    (tmp_path / "app.py").write_text(APP)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["marimo", "run", "app.py", "--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=tmp_path,
            env=clean_environment(tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_up(process, url, tmp_path / "log")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(SERVER_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + SERVER_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with direct.open(f"{url}/health", timeout=10):
                return
        except OSError:  # of which the library's own errors are some, and not all
            time.sleep(0.1)
    raise RuntimeError(f"marimo did not start. Its log ends:\n{log.read_text()[-3000:]}")


def test_a_grid_shows_chooses_and_opens_in_marimo(pages: Pages, address: str) -> None:
    page = pages.page()
    page.goto(address)
    grid = page.locator(".imagewidgets-result-grid")
    tiles = grid.locator(".iw-tile")
    expect(tiles).to_have_count(3)
    expect(tiles.locator("img")).to_have_count(3)
    for picture in tiles.locator("img").all():
        expect(picture).to_have_js_property("naturalWidth", 320)
    tiles.nth(1).locator(".iw-tile__hit").click()
    expect(page.get_by_text(re.compile("^Chosen:"))).to_have_text("Chosen: [1] [1] 1")  # the view, and Python
    tiles.nth(1).locator(".iw-tile__hit").dblclick()
    large = page.get_by_role("dialog").locator(".iw-lightbox__stage img")
    expect(large).to_have_js_property("naturalWidth", SIDE)  # the original has come from Python
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
