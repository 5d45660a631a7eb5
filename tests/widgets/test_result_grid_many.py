"""Many pictures: the first are there at once, the others come; and what cannot be read."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imagewidgets.images import digest
from imagewidgets.widgets import grid_pictures
from imagewidgets.widgets.grid_entries import can_wait
from imagewidgets.widgets.result_grid import ResultGrid
from tests.widgets.grids import Sent, picture, pictures

PATIENCE = 60.0  # s; reached only when a test fails


def many(count: int) -> list[Image.Image]:
    """Return pictures that differ, as numbers in their pixels."""
    return [Image.fromarray(np.full((8, 8, 3), (i % 256, i // 256, 0), np.uint8)) for i in range(count)]


def finish(grid: ResultGrid) -> None:
    """Wait until the thread has looked at all pictures."""
    with grid._changing:  # it says that it is done before it has told all, and holds this meanwhile
        worker = grid._worker
    if worker is not None:
        worker.join(PATIENCE)
        assert not worker.is_alive()


def saved(image: Image.Image, path: Path) -> Image.Image:
    image.save(path)
    return Image.open(path)


def test_the_first_are_there_at_once_and_the_others_come(monkeypatch: pytest.MonkeyPatch) -> None:
    going_on = threading.Event()
    look_aside = grid_pictures.look_aside
    monkeypatch.setattr(grid_pictures, "look_aside", lambda entries: going_on.wait(PATIENCE) and look_aside(entries))
    images = many(250)
    grid = ResultGrid()
    sent = Sent(grid, monkeypatch)
    grid.append(images)
    assert list(grid._thumbnails) == [str(i) for i in range(60)]
    assert [tile["caption"] for tile in grid._tiles[:61]] == [digest(image)[:8] for image in images[:60]] + [""]
    going_on.set()
    finish(grid)
    assert len(grid._thumbnails) == 250
    assert [len(content["ids"]) for content, _ in sent.messages] == [60, 100, 90]
    assert [tile["caption"] for tile in grid._tiles] == [digest(image)[:8] for image in images]


def test_what_needs_all_pictures_has_them() -> None:
    grid = ResultGrid(images := many(90))
    assert list(grid.to_frame()["digest"]) == [digest(image) for image in images]
    finish(grid)


def test_the_saved_view_of_many_says_how_many_more() -> None:
    grid = ResultGrid(many(1030))
    text = grid._repr_mimebundle_()[0]["text/plain"].splitlines()
    assert (text[0], text[-1], len(text)) == ("ResultGrid(1030 images)", "  970 more", 62)
    assert all(len(line.split()) == 2 for line in text[1:])
    grid.close()


def test_pictures_that_come_and_go_while_others_are_looked_at() -> None:
    grid = ResultGrid(many(200))
    grid.append(many(120))
    grid.remove(0)
    grid.images = grid.images[100:]
    finish(grid)
    assert len(grid.images) == len(grid._tiles) == len(grid._thumbnails) == 219
    assert all(entry.facts.digest == digest(entry.image) for entry in grid._entries)


def test_closing_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    started, going_on = threading.Event(), threading.Event()
    looked: list[int] = []
    look_aside = grid_pictures.look_aside

    def slow(entries: Any) -> Any:
        looked.append(len(entries))
        started.set()
        going_on.wait(PATIENCE)
        return look_aside(entries)

    monkeypatch.setattr(grid_pictures, "look_aside", slow)
    grid = ResultGrid(many(500))
    worker = grid._worker
    assert worker is not None
    assert started.wait(PATIENCE)
    grid.close()
    going_on.set()
    worker.join(PATIENCE)
    assert (looked, grid._thumbnails, len(grid.images)) == ([100], {}, 500)


def test_a_picture_that_is_not_decoded_yet_is_left_alone_by_the_thread(tmp_path: Path) -> None:
    data = io.BytesIO()
    picture("red").save(data, "PNG")
    lazy = [Image.open(io.BytesIO(data.getvalue())), saved(picture("blue"), tmp_path / "blue.png")]
    grid = ResultGrid([*many(60), *lazy])
    finish(grid)
    assert all(image.tile for image in lazy)  # it looked at other copies
    assert [entry.facts.digest for entry in grid._entries[60:]] == [digest(picture(color)) for color in ("red", "blue")]


def test_what_cannot_be_opened_twice_is_looked_at_before_the_call_returns(tmp_path: Path) -> None:
    path = tmp_path / "fox.gif"
    picture("red").save(path, save_all=True, append_images=[picture("blue")])
    moving = Image.open(path)
    assert not can_wait(moving)
    grid = ResultGrid([*many(60), moving])
    assert grid._worker is None
    assert grid._entries[60].facts.digest == digest(moving)


def broken() -> Image.Image:
    file = io.BytesIO()
    Image.effect_noise((200, 200), 90).save(file, "PNG")
    return Image.open(io.BytesIO(file.getvalue()[:5000]))


def test_a_file_that_is_cut_short_is_refused_and_nothing_has_changed() -> None:
    grid = ResultGrid(images := pictures(2), selected_indices=[1])
    with pytest.raises(OSError, match="truncated"):
        grid.append(broken())
    assert (grid.images, len(grid._tiles), grid.selected_indices) == (images, 2, [1])
    grid.append(picture())
    assert len(grid._tiles) == 3


def test_among_many_it_is_shown_as_broken(tmp_path: Path) -> None:
    grid = ResultGrid([*many(60), broken(), picture("red")])
    finish(grid)
    assert grid._notice["text"] == "A picture cannot be read (no. 61)."
    assert "truncated" in grid._notice["details"]
    assert (grid._thumbnails["60"], bool(grid._thumbnails["61"])) == (b"", True)
    grid._repr_mimebundle_()
    with pytest.raises(OSError, match="truncated"):
        grid.save(tmp_path / "saved")


def test_of_one_that_has_been_taken_out_meanwhile_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    going_on = threading.Event()
    look_aside = grid_pictures.look_aside
    monkeypatch.setattr(grid_pictures, "look_aside", lambda entries: going_on.wait(PATIENCE) and look_aside(entries))
    grid = ResultGrid([*many(60), broken(), picture("red")])
    grid.remove(60)
    going_on.set()
    finish(grid)
    assert grid._notice == {}
    assert len(grid._thumbnails) == 61


def test_a_hundred_pictures_go_in_few_messages_of_less_than_2_mb(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.effect_noise((512, 512), 20).convert("RGB")
    grid = ResultGrid()
    sent = Sent(grid, monkeypatch)
    grid.append([noise.rotate(i) for i in range(100)])
    finish(grid)
    assert len(sent.messages) <= 3
    assert sum(len(data) for _, buffers in sent.messages for data in buffers) < 4e6  # of noise, which packs worst
