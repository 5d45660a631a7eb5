"""Operations are values: they go into JSON and come back the same, and refuse what cannot be drawn."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.mask.operations import FARTHEST, Clear, Ellipse, Invert, Rectangle, from_json, stroke, to_json

coordinate = st.floats(-2000, 5000)
extent = st.floats(0.01, 3000)
strokes = st.builds(
    stroke, st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=8), size=extent, erase=st.booleans()
)
boxes = {"x": coordinate, "y": coordinate, "w": extent, "h": extent, "erase": st.booleans()}
operations = st.one_of(
    strokes, st.builds(Rectangle, **boxes), st.builds(Ellipse, **boxes), st.just(Invert()), st.just(Clear())
)


@given(st.lists(operations, max_size=6))
def test_json_and_back_gives_the_same_operations(done):
    plain = to_json(done)
    assert json.loads(json.dumps(plain)) == plain
    assert from_json(plain) == done


def test_json_names_the_kind_and_leaves_no_number_out():
    assert to_json([stroke([(1, 2)], size=8), Rectangle(1, 2, 3, 4, erase=True), Invert()]) == [
        {"type": "stroke", "points": [[1.0, 2.0]], "size": 8.0, "erase": False},
        {"type": "rectangle", "x": 1, "y": 2, "w": 3, "h": 4, "erase": True},
        {"type": "invert"},
    ]


def test_an_array_of_points_makes_a_stroke():
    assert stroke(np.array([[1, 2], [3.14159, 4]], np.float32), size=5).points == ((1.0, 2.0), (3.14, 4.0))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"type": "spray"}, "spray"),
        ({"type": "stroke", "points": [], "size": 3}, "at least one point"),
        ({"type": "stroke", "points": [[1, 2]], "size": 0}, "more than 0, not 0"),
        ({"type": "stroke", "points": [[1, 2]], "size": 3, "colour": "red"}, "colour"),
        ({"type": "ellipse", "x": 0, "y": 0, "w": 0, "h": 5}, "0 px wide"),
    ],
)
def test_what_is_no_operation_is_refused_with_its_reason(entry, said):
    with pytest.raises(ValueError, match=said):
        from_json([{"type": "invert"}, entry])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, FARTHEST + 1])
def test_points_that_are_nowhere_are_refused(value):
    with pytest.raises(ValueError, match="lie within"):
        stroke([(0, 0), (value, 3)], size=4)
    with pytest.raises(ValueError, match="cannot be drawn"):
        Rectangle(value, 0, 3, 3)


def test_a_point_has_two_coordinates():
    with pytest.raises(ValueError, match=r"\(x, y\), not \(1.0, 2.0, 3.0\)"):
        stroke([(1, 2, 3)], size=4)
