"""Growing, shrinking and smoothing, held against their rules, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from imagewidgets.mask.morphology import grow, shrink, smooth

areas = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))
radii = st.one_of(st.integers(1, 20), st.floats(0.5, 20))


def squares(row: int, column: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return the square of each pixel's distance to one pixel, px²."""
    rows, columns = np.indices(shape)
    return (rows - row) ** 2 + (columns - column) ** 2


def dilated(inside: np.ndarray, by: float) -> np.ndarray:
    grown = np.zeros_like(inside)
    for row, column in np.argwhere(inside):
        grown |= squares(row, column, inside.shape) <= by * by
    return grown


def voted(inside: np.ndarray, by: float) -> np.ndarray:
    reach = int(by)
    padded = np.pad(inside, reach, mode="edge")
    disc = squares(reach, reach, (2 * reach + 1, 2 * reach + 1)) <= by * by
    smoothed = np.zeros_like(inside)
    for row, column in np.ndindex(inside.shape):
        votes = padded[row : row + 2 * reach + 1, column : column + 2 * reach + 1][disc]
        smoothed[row, column] = 2 * votes.sum() > len(votes)
    return smoothed


@given(inside=areas, by=radii)
def test_growing_is_the_rule(inside: np.ndarray, by: float) -> None:
    assert np.array_equal(grow(inside, by), dilated(inside, by))


@given(inside=areas, by=radii)
def test_shrinking_is_growing_what_is_outside(inside: np.ndarray, by: float) -> None:
    assert np.array_equal(shrink(inside, by), ~dilated(~inside, by))


@given(inside=areas, by=radii)
def test_smoothing_is_the_vote_of_the_disc(inside: np.ndarray, by: float) -> None:
    assert np.array_equal(smooth(inside, by), voted(inside, by))


@given(inside=areas, by=radii)
def test_smoothing_treats_the_area_and_its_outside_alike(inside: np.ndarray, by: float) -> None:
    assert np.array_equal(smooth(~inside, by), ~smooth(inside, by))


@given(inside=areas, by=radii)
def test_what_is_given_stays_as_it_was(inside: np.ndarray, by: float) -> None:
    before = inside.copy()
    for change in (grow, shrink, smooth):
        assert change(inside, by) is not inside
    assert np.array_equal(inside, before)


@pytest.mark.parametrize("by", [1, 8, 64, 256])
def test_large_areas_in_several_bands(by: int) -> None:
    """A square, so large that it is worked on in bands, becomes one with round corners, and comes back."""
    inside = np.zeros((900, 800), np.bool_)
    inside[300:600, 280:520] = True
    grown = grow(inside, by)
    rows, columns = np.indices(inside.shape)
    away = np.maximum(0, np.maximum(300 - rows, rows - 599)) ** 2
    away += np.maximum(0, np.maximum(280 - columns, columns - 519)) ** 2
    assert np.array_equal(grown, away <= by * by)
    assert np.array_equal(shrink(grown, by), inside)


@pytest.mark.parametrize("by", [3, 20, 150])
def test_smoothing_keeps_straight_edges(by: int) -> None:
    inside = np.zeros((700, 400), np.bool_)
    inside[:, :137] = True
    assert np.array_equal(smooth(inside, by), inside)
    assert np.array_equal(smooth(inside.T, by), inside.T)
    strip = np.zeros((60, 400), np.bool_)
    strip[:2] = True  # along the border it does not withdraw, however thin
    assert np.array_equal(smooth(strip, by), strip)


def test_smoothing_drops_specks_and_gaps_and_keeps_thick_lines() -> None:
    inside = np.zeros((80, 80), np.bool_)
    inside[30:60] = True
    inside[44:46, 20:22] = False
    inside[10, 40] = True
    expected = np.zeros_like(inside)
    expected[30:60] = True
    assert np.array_equal(smooth(inside, 6), expected)
    line = np.zeros_like(inside)
    line[40:46] = True
    assert np.array_equal(smooth(line, 6), line)
    assert not smooth(line, 10).any()


def test_the_border_takes_nothing_away() -> None:
    everything = np.ones((20, 30), np.bool_)
    nothing = ~everything
    for change in (grow, shrink, smooth):
        assert change(everything, 5).all()
        assert not change(nothing, 5).any()
