"""A pixel is selected when its centre lies inside the shape: held against the rule itself, pixel by pixel."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.mask import raster as rasters
from imagewidgets.mask import shapes as hard
from imagewidgets.mask import soft
from imagewidgets.mask.operations import Ellipse, Polygon, Rectangle, Stroke, stroke
from tests.unit.mask_strategies import shapes

SIZE = (61, 47)
CLOSE = 1e-6  # px: nearer to the outline than this, rounding may decide either way
ROUGH = 1e-3  # share of a radius: single precision

coordinate = st.floats(-30, 90)
whole = st.integers(-10, 70)
points = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=7)
sizes = st.floats(0.5, 70)


@st.composite
def tapered(draw):
    """Strokes of a pen: another width at each point."""
    path = draw(points)
    widths = draw(st.lists(sizes, min_size=len(path), max_size=len(path)))
    return stroke(path, size=draw(sizes), widths=widths)


def centres() -> tuple[np.ndarray, np.ndarray]:
    width, height = SIZE
    return np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)


def nearness(done: Stroke) -> np.ndarray:
    """Least, over all discs of a stroke, of the distance to its centre as a share of its radius.

    Found by trying: the discs of each segment at many places, then at ever closer ones around the best.
    """
    x, y = centres()
    radii = [width / 2 for width in done.widths or (done.size,) * len(done.points)]
    discs = list(zip(done.points, radii, strict=True))
    best = np.full(x.shape, np.inf)
    for ((ax, ay), one), ((bx, by), other) in zip(discs, discs[1:] or discs, strict=False):

        def share(t, ax=ax, ay=ay, bx=bx, by=by, one=one, other=other):
            return np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) / (one + t * (other - one))

        middle, half = np.full(x.shape, 0.5), 0.5
        while half > 1e-8:
            tried = np.clip(middle + half * np.linspace(-1, 1, 9)[:, None, None], 0, 1)
            shares = share(tried)
            middle = np.take_along_axis(tried, shares.argmin(axis=0)[None], 0)[0]
            half *= 0.26  # the best one is at most a quarter away, from one tried to the next
        best = np.minimum(best, share(middle))
    return best


def selected(*operations) -> np.ndarray:
    raster = rasters.empty(SIZE)
    for operation in operations:
        rasters.apply(operation, raster, None)
    return raster == hard.SELECTED


def painted(done: Stroke) -> np.ndarray:
    raster = rasters.empty(SIZE)
    soft.paint(raster, done, "add")
    return raster


@given(st.builds(stroke, points, size=sizes) | tapered())
def test_a_stroke_selects_exactly_what_is_within_its_discs(done):
    near, got = nearness(done), selected(done)
    assert got[near < 1 - CLOSE].all()
    assert not got[near > 1 + CLOSE].any()


@given(st.builds(stroke, points, size=sizes) | tapered(), st.integers(0, 99))
def test_a_soft_stroke_falls_evenly_from_its_hard_core(done, hardness):
    strength = 255 * np.clip((1 - nearness(done)) / (1 - hardness / 100), 0, 1)
    got = painted(msgspec.structs.replace(done, hardness=hardness)).astype(float)
    assert (abs(got - strength) <= 0.5 + 255 * ROUGH / (1 - hardness / 100)).all()


@given(points, sizes)
def test_a_stroke_is_the_same_backwards_and_in_pieces(path, size):
    all_of_it = selected(stroke(path, size=size))
    assert np.array_equal(all_of_it, selected(stroke(path[::-1], size=size)))
    pieces = [stroke(piece, size=size) for piece in zip(path, path[1:] or path, strict=False)]
    assert np.array_equal(all_of_it, selected(*pieces))


@given(tapered())
def test_a_pens_stroke_is_the_same_backwards(done):
    back = stroke(done.points[::-1], size=done.size, widths=done.widths[::-1])
    assert np.array_equal(selected(done), selected(back))
    assert np.array_equal(*(painted(msgspec.structs.replace(one, hardness=40)) for one in (done, back)))


@given(points, sizes, st.integers(0, 99))
def test_a_soft_stroke_is_the_same_backwards_and_in_pieces(path, size, hardness):
    all_of_it = painted(stroke(path, size=size, hardness=hardness))
    assert np.array_equal(all_of_it, painted(stroke(path[::-1], size=size, hardness=hardness)))
    pieces = [painted(stroke(p, size=size, hardness=hardness)) for p in zip(path, path[1:] or path, strict=False)]
    assert abs(all_of_it.astype(int) - np.maximum.reduce(pieces)).max() <= 1


@given(points, sizes)
def test_even_widths_are_as_good_as_a_size(path, size):
    done = stroke(path, size=size)
    assert np.array_equal(selected(done), selected(stroke(path, size=3, widths=[size] * len(path))))


def test_a_long_stroke_done_in_chunks_is_the_same(monkeypatch):
    turns = np.linspace(0, 20, 300)
    spiral = stroke(np.stack([30 + turns * np.cos(turns), 23 + turns * np.sin(turns)], 1), size=3)
    at_once = selected(spiral)
    faded = painted(msgspec.structs.replace(spiral, hardness=20))
    for module, limit in ((hard, "PAIRS_AT_ONCE"), (soft, "PAIRS_AT_ONCE"), (soft, "PIXELS_AT_ONCE")):
        monkeypatch.setattr(module, limit, 100)
    assert np.array_equal(at_once, selected(spiral))
    assert np.array_equal(faded, painted(msgspec.structs.replace(spiral, hardness=20)))
    assert 0 < at_once.mean() < 1


@given(coordinate, coordinate, sizes, sizes)
def test_an_ellipse_fills_its_box(x, y, w, h):
    px, py = centres()
    away = ((px - x - w / 2) / (w / 2)) ** 2 + ((py - y - h / 2) / (h / 2)) ** 2
    got = selected(Ellipse(x, y, w, h))
    assert got[away < 1 - 1e-9].all()
    assert not got[away > 1 + 1e-9].any()


def test_an_ellipse_is_as_wide_on_either_side():
    got = selected(Ellipse(10.5, 10.5, 14, 14))  # its outermost pixels have their centres on its outline
    disc = got[10:25, 10:25]
    assert disc.sum() == got.sum()
    assert np.array_equal(disc, disc[::-1])
    assert np.array_equal(disc, disc[:, ::-1])
    assert got[17, [10, 24]].all()


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
    assert (both[0] | both[1])[5:12, 2:17].sum() == 7 * 15
    assert (both[0] | both[1]).sum() == 7 * 15


@given(st.lists(st.tuples(whole, whole), min_size=3, max_size=9))
def test_a_polygon_selects_what_its_line_winds_around(corners):
    # In half pixels all is integer, so exact: how often, by direction, edges cross the row of a centre to its left.
    width, height = SIZE
    x, y = np.meshgrid(2 * np.arange(width) + 1, 2 * np.arange(height) + 1)
    turns, on_edge = np.zeros(x.shape, int), np.zeros(x.shape, bool)
    for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
        (ax, ay), (bx, by) = (2 * a[0], 2 * a[1]), (2 * b[0], 2 * b[1])
        crosses = (ay <= y) != (by <= y)
        direction = 1 if by > ay else -1
        side = direction * ((x - ax) * (by - ay) - (y - ay) * (bx - ax))
        turns += direction * (crosses & (side > 0))
        on_edge |= crosses & (side == 0)  # through the very centre: rounding may decide either way
    got = selected(Polygon(tuple(corners)))
    assert np.array_equal(got[~on_edge], turns[~on_edge] != 0)


def test_a_rectangle_as_a_polygon_is_the_same_whichever_way_round():
    corners = ((3.5, 4), (20.25, 4), (20.25, 17.5), (3.5, 17.5))
    box = selected(Rectangle(3.5, 4, 16.75, 13.5))
    assert np.array_equal(selected(Polygon(corners)), box)
    assert np.array_equal(selected(Polygon(corners[::-1])), box)
    assert np.array_equal(selected(Polygon(corners * 2)), box)  # even-odd filling would leave nothing
    assert box.any()


def test_polygons_with_a_common_edge_share_no_pixel_and_leave_none_out():
    a, b, c, d = (3.2, 4.1), (40.7, 7.3), (33.3, 41.9), (5.5, 30.8)
    one, other = selected(Polygon((a, b, c))), selected(Polygon((a, c, d)))
    assert not (one & other).any()
    assert np.array_equal(one | other, selected(Polygon((a, b, c, d))))


def test_a_star_has_no_hole():
    turn = np.arange(5) * 4 * np.pi / 5
    star = np.stack([30 + 20 * np.sin(turn), 23 - 20 * np.cos(turn)], 1)
    assert selected(Polygon(tuple(map(tuple, star.tolist()))))[23, 30]


@given(shapes)
def test_spans_are_sorted_apart_and_in_the_raster(shape):
    starts, stops = hard.spans(shape, SIZE)
    assert (starts < stops).all()
    assert (stops[:-1] < starts[1:]).all()
    assert not len(starts) or (starts[0] >= 0 and stops[-1] <= SIZE[0] * SIZE[1])


@given(shapes)
def test_boxes_hold_all_of_a_shape(shape):
    outside = selected(Rectangle(0, 0, *SIZE))
    for left, top, right, bottom in hard.boxes(shape):
        outside &= ~selected(Rectangle(left - 1, top - 1, right - left + 2, bottom - top + 2))
    whole_shape = rasters.empty(SIZE)
    hard.fill(whole_shape, hard.spans(shape, SIZE), "add")
    assert not (outside & (whole_shape > 0)).any()


def test_a_long_line_is_boxed_in_pieces():
    boxes = hard.boxes(stroke([(0, 0), (4000, 4000)], size=80))
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    assert areas.sum() < 0.15 * 4000**2


@pytest.mark.parametrize("shape", [stroke([(500, 500)], size=9), Rectangle(-50, 0, 20, 20), Ellipse(0, 90, 5, 5)])
def test_outside_of_the_picture_nothing_happens(shape):
    assert not selected(shape).any()


def test_far_and_wide_strokes_neither_overflow_nor_warn():
    far = stroke([(-900_000, -900_000), (900_000, 900_000)], size=1_000_000)
    assert selected(far).all()
    assert painted(stroke([(-1e6, 3), (1e6, 3)], size=1_000_000, hardness=0)).min() >= 254
    assert painted(stroke([(5, 5), (5, 5), (9, 5)], size=3, widths=[1e6, 0.01, 0.01], hardness=50)).min() == 255
