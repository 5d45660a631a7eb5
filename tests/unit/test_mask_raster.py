"""A pixel is selected when its centre lies inside the shape: held against the rule itself, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.mask import raster as rasters
from imagewidgets.mask.operations import Clear, Ellipse, Invert, Rectangle, stroke

SIZE = (61, 47)
CLOSE = 1e-6  # px: nearer to the outline than this, rounding may decide either way

coordinate = st.floats(-30, 90)
points = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=7)
sizes = st.floats(0.5, 70)


def centres() -> tuple[np.ndarray, np.ndarray]:
    width, height = SIZE
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    return x, y


def distance_to_path(path) -> np.ndarray:
    """Distance of each pixel's centre to the nearest point of the polyline, px."""
    x, y = centres()
    best = np.full(x.shape, np.inf)
    for (ax, ay), (bx, by) in zip(path, path[1:] or path, strict=False):
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        t = np.clip(((x - ax) * dx + (y - ay) * dy) / square, 0, 1) if square else 0
        best = np.minimum(best, np.hypot(x - ax - t * dx, y - ay - t * dy))
    return best


def selected(*operations) -> np.ndarray:
    return np.asarray(rasters.rasterize(operations, SIZE)) == rasters.SELECTED


@given(points, sizes)
def test_a_stroke_selects_exactly_what_is_within_its_radius(path, size):
    done = stroke(path, size=size)
    distance, radius = distance_to_path(done.points), done.size / 2
    got = selected(done)
    assert got[distance < radius - CLOSE].all()
    assert not got[distance > radius + CLOSE].any()


@given(points, sizes)
def test_a_stroke_is_the_same_backwards_and_in_pieces(path, size):
    whole = selected(stroke(path, size=size))
    assert np.array_equal(whole, selected(stroke(path[::-1], size=size)))
    pieces = [stroke(piece, size=size) for piece in zip(path, path[1:] or path, strict=False)]
    assert np.array_equal(whole, selected(*pieces))


@given(points, sizes)
def test_the_eraser_takes_away_what_the_brush_adds(path, size):
    assert not selected(stroke(path, size=size), stroke(path, size=size, erase=True)).any()


@given(points, sizes)
def test_inverting_twice_changes_nothing(path, size):
    done = stroke(path, size=size)
    assert np.array_equal(selected(done, Invert(), Invert()), selected(done))
    assert np.array_equal(selected(done, Invert()), ~selected(done))


def test_a_long_stroke_done_in_chunks_is_the_same(monkeypatch):
    turns = np.linspace(0, 20, 300)
    spiral = stroke(np.stack([30 + turns * np.cos(turns), 23 + turns * np.sin(turns)], 1), size=3)
    whole = selected(spiral)
    monkeypatch.setattr(rasters, "INTERVALS_AT_ONCE", 100)
    assert np.array_equal(whole, selected(spiral))
    assert 0 < whole.mean() < 1


@given(coordinate, coordinate, sizes, sizes)
def test_an_ellipse_fills_its_box(x, y, w, h):
    px, py = centres()
    away = ((px - x - w / 2) / (w / 2)) ** 2 + ((py - y - h / 2) / (h / 2)) ** 2
    got = selected(Ellipse(x, y, w, h))
    assert got[away < 1 - 1e-9].all()
    assert not got[away > 1 + 1e-9].any()


@pytest.mark.parametrize(("x", "y", "w", "h"), [(3, 4, 5, 6), (-3, 40, 10, 20), (0.5, 0.5, 1, 1)])
def test_a_rectangle_has_as_many_pixels_as_it_says(x, y, w, h):
    width, height = SIZE
    columns = range(max(0, int(x)), min(width, int(x + w)))
    rows = range(max(0, int(y)), min(height, int(y + h)))
    got = selected(Rectangle(x, y, w, h))
    assert got.sum() == len(columns) * len(rows)
    assert got[rows.start : rows.stop, columns.start : columns.stop].all()


def test_rectangles_that_touch_share_no_pixel():
    both = [selected(Rectangle(x, 5.5, 7.5, 7)) for x in (2, 9.5)]
    assert not (both[0] & both[1]).any()
    assert (both[0] | both[1])[6:12, 2:17].all()


@pytest.mark.parametrize("operation", [stroke([(500, 500)], size=9), Rectangle(-50, 0, 20, 20), Ellipse(0, 90, 5, 5)])
def test_outside_of_the_picture_nothing_happens(operation):
    assert not selected(operation).any()


def test_clear_leaves_nothing():
    assert not selected(Rectangle(0, 0, 99, 99), Clear()).any()


def test_the_picture_of_a_raster_is_a_copy():
    raster = rasters.empty((4, 3))
    picture = rasters.to_image(raster)
    rasters.apply(Invert(), raster)
    assert picture.mode == "L"
    assert picture.size == (4, 3)
    assert picture.getextrema() == (0, 0)
    assert isinstance(picture, Image.Image)
