"""How much a grid sends, message by message, to a page that asks for what it lacks as `grid_store.js` does."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imagewidgets.images import write_recipe
from imagewidgets.widgets import grid_pictures
from imagewidgets.widgets.result_grid import ResultGrid
from tests.widgets.wire import Wire

PATIENCE = 60.0  # s; reached only when a test fails
HUNDRED = 100
SIDE = 320  # px: as large as a thumbnail becomes, so that it costs what that of a larger picture does
MOST_BYTES, MOST_MESSAGES = 2_000_000, 10


def photo(seed: int) -> Image.Image:
    """Return a picture as hard to pack as a photo, with a recipe."""
    random = np.random.default_rng(seed)
    pixels = np.zeros((SIDE, SIDE, 3), np.float32) + 128
    for step in (80, 20, 5):
        cells = Image.fromarray(random.integers(0, 256, (SIDE // step, SIDE // step, 3), np.uint8))
        pixels += (np.asarray(cells.resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.float32) - 128) * step / 80
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    write_recipe(
        image, {"request": {"prompt": f"A lighthouse by the sea, no. {seed}", "seed": seed}, "model": "sketch"}
    )
    return image


class Page:
    """One page that shows the grid: the thumbnails that it has, and the messages by which it asked for others."""

    def __init__(self, grid: ResultGrid, wire: Wire, *, listens: bool = True) -> None:
        self.grid = grid
        self.has: list[str] = []
        self.asked: list[list[str]] = []
        self.listens = listens
        for kind, content, _ in wire.messages:
            self.hear(kind, content, [])
        wire.listener = self.hear

    def hear(self, kind: str, content: dict[str, Any], _buffers: object) -> None:
        if kind == "custom":
            self.has += content["ids"] if self.listens else []
            return
        self.has += content.get("_thumbnails", {})
        missing = [tile["id"] for tile in content.get("_tiles", ()) if tile["made"] and tile["id"] not in self.has]
        if missing:
            self.asked.append(missing)
            self.listens = True
            self.grid._handle_custom_msg({"kind": "thumbnails", "ids": missing}, [])


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    return [photo(seed) for seed in range(HUNDRED)]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Hold the thread that makes thumbnails until this is set."""
    event = threading.Event()
    look_aside = grid_pictures.look_aside
    monkeypatch.setattr(grid_pictures, "look_aside", lambda entries: event.wait(PATIENCE) and look_aside(entries))
    return event


def finish(grid: ResultGrid) -> None:
    worker = grid._worker
    if worker is not None:
        worker.join(PATIENCE)
        assert not worker.is_alive()


def test_a_hundred_pictures_go_over_once_each(photos: list[Image.Image], wire: Wire, go_on: threading.Event) -> None:
    grid = ResultGrid(photos)
    page = Page(grid, wire)  # it is there while most are still being made
    go_on.set()
    finish(grid)
    assert page.asked == []
    assert sorted(page.has, key=int) == [str(number) for number in range(HUNDRED)]
    assert wire.bytes > 100 * 3_000  # the thumbnails were counted
    assert wire.bytes < MOST_BYTES
    assert len(wire.messages) <= MOST_MESSAGES


def test_a_page_that_missed_some_asks_once_they_are_made(
    photos: list[Image.Image], wire: Wire, go_on: threading.Event
) -> None:
    grid = ResultGrid(photos)
    page = Page(grid, wire, listens=False)  # its scripts are still being read
    go_on.set()
    finish(grid)
    assert page.asked == [[str(number) for number in range(grid_pictures.AT_ONCE, HUNDRED)]]
    assert sorted(page.has, key=int) == [str(number) for number in range(HUNDRED)]


def test_a_picture_more_sends_one_more(photos: list[Image.Image], wire: Wire) -> None:
    grid = ResultGrid(photos[:20])
    page = Page(grid, wire)
    before = wire.bytes
    grid.append(photos[20])
    assert page.asked == []
    assert page.has[-1:] == ["20"]
    assert wire.bytes - before < 50_000
