"""The pictures of a gallery as a grid: its stars are the gallery's, and files are open only while they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

import imagewidgets as iw
from imagewidgets.gallery import Gallery
from imagewidgets.gallery.stars import Stars
from tests.unit.recorded import answer, request

PATIENCE = 60.0  # s; reached only when a test fails


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    gallery = Gallery(tmp_path / "gallery")
    for number in range(4):
        gallery.record(answer(request("a fox", seed=number), 10 * number, kind=("PNG", "JPEG", "WEBP", "GIF")[number]))
    return gallery


def test_a_grid_of_a_gallery(gallery):
    gallery[2].starred = True
    grid = gallery.grid(sort="newest")
    assert isinstance(grid, iw.ResultGrid)
    assert [iw.read_recipe(image)["request"]["seed"] for image in grid.images] == [0, 1, 2, 3]
    assert grid.starred_indices == [2]
    assert grid.sort == "newest"
    assert [tile["batch"] for tile in grid._tiles] == [0, 1, 2, 3], "the newest comes first"
    assert len(gallery.grid(most=3).images) == 3
    assert [iw.read_recipe(image)["request"]["seed"] for image in gallery.grid(most=1).images] == [3]
    assert gallery.search("wolf").grid().images == []
    grid.close()


def test_stars_are_given_and_taken_in_the_gallery(gallery):
    gallery[0].starred = True
    grid = gallery.grid()
    grid.star(1, 3)
    assert [picture.starred for picture in Gallery(gallery.folder)] == [True, True, False, True]
    grid.starred_indices = [3]
    assert [picture.starred for picture in Gallery(gallery.folder)] == [False, False, False, True]
    grid.remove(3)
    assert gallery[3].starred, "what is taken out of the grid keeps its star"
    grid.close()


def test_a_star_that_cannot_be_kept_is_told_of(gallery, monkeypatch):
    grid = gallery.grid()

    def read_only(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Stars, "put", read_only)
    grid.star(0)
    assert "could not be kept" in grid._notice["text"]
    grid.close()


def test_what_is_no_picture_is_left_out_and_told_of(gallery):
    (gallery.folder / "broken.png").write_bytes(b"nothing")
    grid = gallery.grid()
    assert len(grid.images) == 4
    assert grid._notice == {"text": "1 of the files cannot be read.", "details": "broken.png"}
    grid.close()


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are not told here")
def test_many_pictures_hold_no_files_open(tmp_path):
    gallery = Gallery(tmp_path)
    gallery.record(answer(request(n=80)))
    before = open_files()
    grid = gallery.grid()
    if grid._worker is not None:
        grid._worker.join(PATIENCE)
    assert open_files() <= before + 20, "far fewer than pictures; others may have opened some"
    assert all(entry.thumbnail for entry in grid._entries)
    grid.close()
