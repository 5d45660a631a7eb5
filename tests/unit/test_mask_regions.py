"""Areas that hang together, held against a flood fill that goes from pixel to pixel."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from imagewidgets.mask import regions
from imagewidgets.mask.colours import to_lab

areas = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12))
lab_shapes = st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([3, 4]))
EDGES = ((0, 1), (1, 0), (0, -1), (-1, 0))
CORNERS = (*EDGES, (1, 1), (1, -1), (-1, 1), (-1, -1))


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load what the first call loads, which takes longer than hypothesis allows an example."""
    regions.largest(np.ones((1, 1), np.bool_))


def flood(inside: np.ndarray, x: int, y: int, *, diagonal: bool) -> np.ndarray:
    height, width = inside.shape
    piece = np.zeros_like(inside)
    waiting = [(y, x)]
    while waiting:
        row, column = waiting.pop()
        if 0 <= row < height and 0 <= column < width and inside[row, column] and not piece[row, column]:
            piece[row, column] = True
            waiting += [(row + down, column + right) for down, right in (CORNERS if diagonal else EDGES)]
    return piece


def pieces(inside: np.ndarray, *, diagonal: bool) -> list[np.ndarray]:
    """Return the pieces in the order of their first pixels, row by row."""
    rest, found = inside.copy(), []
    while rest.any():
        row, column = np.argwhere(rest)[0]
        found.append(flood(inside, column, row, diagonal=diagonal))
        rest &= ~found[-1]
    return found


def area(*rows: str) -> np.ndarray:
    return np.array([[sign == "#" for sign in row] for row in rows])


@given(inside=areas, diagonal=st.booleans(), data=st.data())
def test_connected_is_the_flood_fill(inside: np.ndarray, diagonal: bool, data: st.DataObject) -> None:
    height, width = inside.shape
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    got = regions.connected(inside, x, y, diagonal=diagonal)
    assert got.dtype == np.bool_
    assert np.array_equal(got, flood(inside, x, y, diagonal=diagonal))


def test_corners_connect_only_where_they_may() -> None:
    inside = area("#.", ".#")
    assert regions.connected(inside, 0, 0, diagonal=True).sum() == 2
    assert regions.connected(inside, 0, 0, diagonal=False).sum() == 1


def test_a_point_belongs_to_the_pixel_around_it() -> None:
    inside = area("#.#")
    assert regions.connected(inside, 2.99, 0.5, diagonal=True).tolist() == [[False, False, True]]


@pytest.mark.parametrize("point", [(-0.5, 0), (3, 0), (0, 1), (0, -1)])
def test_a_point_outside_of_the_picture_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="does not lie in the picture, which is 3 × 1 px"):
        regions.connected(area("#.#"), *point, diagonal=True)
    with pytest.raises(ValueError, match="does not lie in the picture"):
        regions.similar(np.zeros((1, 3, 3), np.int16), *point, 10, True)


@given(inside=areas)
def test_holes_are_what_no_way_leads_into_from_the_border(inside: np.ndarray) -> None:
    outside = np.zeros_like(inside)
    for piece in pieces(~inside, diagonal=False):
        if piece[0].any() or piece[-1].any() or piece[:, 0].any() or piece[:, -1].any():
            outside |= piece
    assert np.array_equal(regions.fill_holes(inside), ~outside)


@given(inside=areas)
def test_filling_holes_twice_is_filling_them_once(inside: np.ndarray) -> None:
    once = regions.fill_holes(inside)
    assert np.array_equal(regions.fill_holes(once), once)
    assert not (inside & ~once).any()


@given(inside=areas)
def test_the_largest_piece_is_kept(inside: np.ndarray) -> None:
    expected = max(pieces(inside, diagonal=True), key=np.sum, default=inside)  # max takes the first of equal ones
    assert np.array_equal(regions.largest(inside), expected)


def test_of_equal_pieces_the_topmost_then_leftmost_is_kept() -> None:
    inside = area("...#", "#..#", "#...", "..##")
    assert regions.largest(inside).tolist() == area("...#", "...#", "....", "....").tolist()


@given(inside=areas)
def test_bounds_are_right_and_smallest(inside: np.ndarray) -> None:
    box = regions.bounds(inside)
    if box is None:
        assert not inside.any()
        return
    part = inside[box]
    assert part.sum() == inside.sum()
    assert part[0].any() and part[-1].any() and part[:, 0].any() and part[:, -1].any()


@given(
    lab=arrays(np.int16, lab_shapes, elements=st.integers(-5000, 16000)),
    tolerance=st.one_of(st.integers(0, 100), st.floats(0, 100)),
    contiguous=st.booleans(),
    data=st.data(),
)
def test_similar_is_the_rule(lab: np.ndarray, tolerance: float, contiguous: bool, data: st.DataObject) -> None:
    height, width, _ = lab.shape
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    distances = np.sqrt(np.square(lab.astype(np.int64) - lab[y, x].astype(np.int64)).sum(-1))
    expected = distances <= (tolerance / 100) ** 2 * 16384 + 1e-9
    if contiguous:
        expected = flood(expected, x, y, diagonal=False)
    assert np.array_equal(regions.similar(lab, x, y, tolerance, contiguous), expected)


def test_the_wand_takes_a_disc_and_stops_at_a_slanting_line() -> None:
    pixels = np.full((40, 60, 3), (200, 60, 40), np.uint8)
    pixels[np.arange(40), np.arange(40)] = (20, 20, 20)  # a line that touches itself by corners only
    lab = to_lab(Image.fromarray(pixels))
    above = regions.similar(lab, 50, 5, 24, True)
    assert np.array_equal(above, np.arange(60) > np.arange(40)[:, None])
    everywhere = regions.similar(lab, 50, 5, 24, False)
    assert (~everywhere).sum() == 40


@pytest.mark.parametrize("seed", [(0, 0), (1, 0), (2, 0)])
def test_full_tolerance_takes_everything(seed: tuple[int, int]) -> None:
    picture = Image.new("RGBA", (3, 1))
    picture.putdata([(0, 0, 0, 255), (255, 255, 255, 255), (9, 9, 9, 0)])
    lab = to_lab(picture)
    assert regions.similar(lab, *seed, 100, True).all()
    assert regions.similar(lab, *seed, 99, False).sum() < 3
    assert regions.similar(lab, *seed, 0, False).sum() == 1


def test_scipy_is_loaded_only_when_areas_are_looked_for() -> None:
    code = "import sys, imagewidgets.mask.regions, imagewidgets.mask.morphology\nassert 'scipy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
