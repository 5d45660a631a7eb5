"""Many pictures: how much goes over, and that the page stays quick. Times are those of the processor."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.grids import SETUP, Grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import OpenNotebook

pytestmark = pytest.mark.long

PHOTOS = """
import io
import numpy as np

def photo(seed):
    random = np.random.default_rng(seed)
    pixels = np.zeros((1024, 1024, 3), np.float32) + 128
    for step in (256, 64, 16, 4):
        cells = Image.fromarray(random.integers(0, 256, (1024 // step, 1024 // step, 3), np.uint8))
        pixels += (np.asarray(cells.resize((1024, 1024), Image.Resampling.BICUBIC), np.float32) - 128) * step / 256
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    write_recipe(image, {"request": {"prompt": f"A photo, no. {seed}", "seed": seed}, "model": "sketch"})
    return image
"""


def test_a_hundred_pictures_are_two_megabytes_and_few_messages(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP + PHOTOS, "grid = ResultGrid(photo(i) for i in range(100))\ngrid"], run=False)
    nb.run_cell(0)
    nb.traffic.clear()
    nb.run_cell(1)
    root = nb.out(1).locator(".imagewidgets-result-grid")
    expect(root.locator(".iw-tile")).to_have_count(100)
    nb.wait_for_kernel("len(grid._thumbnails) == 100 and grid._worker is None")
    received = [message for message in nb.traffic.messages if message.direction == "received" and message.size > 2000]
    assert len(received) <= 10
    assert sum(message.size for message in received) < 2_000_000


def test_a_thousand_pictures_do_not_freeze_the_page(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid = ResultGrid(picture(f'no. {i}', i % 360, (64, 64)) for i in range(1000)); grid"])
    root = nb.out(1).locator(".imagewidgets-result-grid")
    expect(root.locator(".iw-tile")).to_have_count(1000)
    hits = root.locator(".iw-tile__hit")
    hits.first.click()
    nb.page.keyboard.press("End")
    expect(hits.last).to_be_focused()
    nb.page.keyboard.press("Space")
    nb.wait_for_kernel("grid.selected_indices == [0, 999]")

    def select_all() -> None:
        """Press the key and wait for the next frame: all 1,000 are drawn anew."""
        nb.page.keyboard.press("Control+a")
        nb.wait_frame()

    assert main_thread_time(nb.page, select_all) < 1000
    nb.wait_for_kernel("len(grid.selected) == 1000")
    # Only tiles near the window have their buttons.
    assert root.locator(".iw-tile__acts").count() < 400


def test_thumbnails_that_come_later_are_painted(notebook: OpenNotebook) -> None:
    # The kernel is slow with all but the first, and the page is there before them.
    slow = (
        "import threading\nfrom imagewidgets.widgets import grid_pictures\n"
        "go, look = threading.Event(), grid_pictures.look_aside\n"
        "grid_pictures.look_aside = lambda entries: go.wait(60) and look(entries)\n"
        "grid = ResultGrid(picture(f'no. {i}', i, (64, 64)) for i in range(150)); grid"
    )
    nb = notebook([SETUP, slow])
    root = nb.out(1).locator(".imagewidgets-result-grid")
    expect(root.locator(".iw-tile__pic.iw-skel")).to_have_count(90)
    nb.kernel_exec("go.set()")
    last = Grid(nb).tiles.last
    last.scroll_into_view_if_needed()
    expect(last.locator("img")).to_have_js_property("naturalWidth", 64)


FRAMES = 120
SCROLL = """async ([frames, step]) => {
  const list = document.querySelector(".iw-grid");
  for (let i = 0; i < frames; i++) {
    list.scrollTop += step;
    await new Promise(requestAnimationFrame);
  }
}"""


def main_thread_time(page: Page, work: Callable[[], None]) -> float:
    """Return the processor time that the page's main thread takes for `work`, in ms: other load does not count."""
    session = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ended: list[object] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: ended.append(end))
    traced = {"includedCategories": ["disabled-by-default-devtools.timeline"]}
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": traced})
    work()
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    taken: Counter[tuple[int, int]] = Counter()
    for event in events:
        thread = event["pid"], event["tid"]
        if event["name"] == "RunTask" and names.get(thread) == "CrRendererMain":
            taken[thread] += event.get("tdur", 0)
    assert taken, "something was measured"
    return max(taken.values()) / 1000


def test_scrolling_a_thousand_pictures_leaves_room_for_fifty_frames_a_second(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "grid = ResultGrid(picture(f'no. {i}', i % 360, (320, 320)) for i in range(1000)); grid"])
    nb.wait_for_kernel("grid._worker is None")
    expect(nb.out(1).locator(".iw-skel")).to_have_count(0)
    took = main_thread_time(nb.page, lambda: nb.page.evaluate(SCROLL, [FRAMES, 50]))  # at 60 Hz: 3000 px/s
    assert nb.page.locator(".iw-grid").evaluate("list => list.scrollTop") == FRAMES * 50
    assert took / FRAMES < 1000 / 50, f"{took / FRAMES:.1f} ms a frame"
