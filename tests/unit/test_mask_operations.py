"""Operations are values: they go into JSON and come back the same, and refuse what cannot be drawn."""

from __future__ import annotations

import json
import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.mask import operations as ops
from imagewidgets.mask.operations import (
    FARTHEST,
    Arrow,
    Bitmap,
    Circle,
    Clear,
    ClearMarkup,
    Ellipse,
    Extend,
    Grow,
    Invert,
    MaskOperation,
    Note,
    Pen,
    Rectangle,
    Shrink,
    Smooth,
    Stroke,
    Wand,
    from_json,
    pen,
    polygon,
    stroke,
    to_json,
)
from tests.unit.mask_strategies import operations


@given(st.lists(operations, max_size=6))
def test_json_and_back_gives_the_same_operations(done):
    plain = to_json(done)
    assert json.loads(json.dumps(plain)) == plain
    assert from_json(plain) == done


def test_json_names_the_kind_and_leaves_nothing_out():
    done = [stroke([(1, 2)], size=8), Rectangle(1, 2, 3, 4, "subtract"), Invert(), Extend(left=3), Wand(1, 2, 24)]
    assert to_json(done) == [
        {"type": "stroke", "points": [[1.0, 2.0]], "size": 8.0, "mode": "add", "hardness": 100.0, "widths": None},
        {"type": "rectangle", "x": 1, "y": 2, "w": 3, "h": 4, "mode": "subtract"},
        {"type": "invert"},
        {"type": "extend", "left": 3, "top": 0, "right": 0, "bottom": 0},
        {"type": "wand", "x": 1, "y": 2, "tolerance": 24, "contiguous": True, "mode": "add"},
    ]


def test_each_operation_has_a_name_of_its_own():
    kinds = [*get_args(MaskOperation), Arrow, Circle, Pen, Note, ClearMarkup]
    names = [kind.__struct_config__.tag for kind in kinds]
    assert sorted(names) == sorted(set(names))
    assert {"select_all", "fill_holes", "keep_largest", "clear_markup"} <= set(names)
    assert get_args(ops.Operation) == tuple(kinds)


def test_arrays_of_points_make_strokes_polygons_and_lines():
    points = np.array([[1, 2], [3.14159, 4]], np.float32)
    assert stroke(points, size=5, widths=np.array([1, 2.555])).points == ((1.0, 2.0), (3.14, 4.0))
    assert stroke(points, size=5, widths=np.array([1, 2.5])).widths == (1.0, 2.5)
    assert polygon([*points, (0, 0)]).points == ((1.0, 2.0), (3.14, 4.0), (0.0, 0.0))
    assert pen(points, color="#123abc", width=np.float32(3)) == Pen(((1.0, 2.0), (3.14, 4.0)), "#123abc", 3.0)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"type": "spray"}, "spray"),
        ({"type": "stroke", "points": [], "size": 3}, "A stroke needs at least one point"),
        ({"type": "stroke", "points": [[1, 2]], "size": 0}, "more than 0 and at most 1,000,000, not 0"),
        ({"type": "stroke", "points": [[1, 2]], "size": 3, "colour": "red"}, "colour"),
        ({"type": "stroke", "points": [[1, 2]], "size": 3, "mode": "xor"}, "xor"),
        ({"type": "stroke", "points": [[1, 2]], "size": 3, "hardness": 101}, "from 0 to 100 %, not 101"),
        (
            {"type": "stroke", "points": [[1, 2]], "size": 3, "widths": [1, 2]},
            "for each of its points, or none: 1, not 2",
        ),
        ({"type": "stroke", "points": [[1, 2]], "size": 3, "widths": [0]}, "more than 0"),
        ({"type": "ellipse", "x": 0, "y": 0, "w": 0, "h": 5}, "0 px wide"),
        ({"type": "polygon", "points": [[0, 0], [5, 5]]}, "at least 3 points, not 2"),
        ({"type": "wand", "x": 0, "y": 0, "tolerance": 100.5}, "tolerance goes from 0 to 100, not 100.5"),
        ({"type": "grow", "by": 0}, "from 1 to 256 px, not 0"),
        ({"type": "smooth", "by": 257}, "from 1 to 256 px, not 257"),
        ({"type": "shrink", "by": 2.5}, "int"),
        ({"type": "bitmap", "png": "", "mode": "xor"}, "xor"),
        ({"type": "extend"}, "at least one side"),
        ({"type": "extend", "left": -1}, "from 0 to 16,384 px, not -1"),
        ({"type": "arrow", "start": [1, 2], "end": [1, 2], "color": "#112233", "width": 3}, "ends elsewhere"),
        (
            {"type": "arrow", "start": [1, 2], "end": [3, 2], "color": "red", "width": 3},
            "hexadecimal digits, not 'red'",
        ),
        ({"type": "circle", "x": 1, "y": 2, "w": 9, "h": 9, "color": "#112233", "width": 0}, "more than 0"),
        ({"type": "circle", "x": 1, "y": 2, "w": 9, "h": -9, "color": "#112233", "width": 1}, "-9 px high"),
        ({"type": "pen", "points": [], "color": "#112233", "width": 1}, "at least one point"),
        ({"type": "note", "x": 1, "y": 2, "text": " \n", "color": "#112233", "size": 9}, "some text"),
        ({"type": "note", "x": 1, "y": 2, "text": "o" * 501, "color": "#112233", "size": 9}, "500 characters, not 501"),
        ({"type": "note", "x": 1, "y": 2, "text": "o", "color": "#11223g", "size": 9}, "hexadecimal"),
        ({"type": "note", "x": 1, "y": 2, "text": "o", "color": "#112233", "size": 1001}, "1,000"),
    ],
)
def test_what_is_no_operation_is_refused_with_its_reason(entry, said):
    with pytest.raises(ValueError, match=said):
        from_json([{"type": "invert"}, entry])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, FARTHEST + 1])
def test_points_that_are_nowhere_are_refused(value):
    for make in (
        lambda: Stroke(((0, 0), (value, 3)), 4),
        lambda: ops.Polygon(((0, 0), (3, value), (3, 3))),
        lambda: Wand(value, 3, 24),
        lambda: ops.Bucket(3, value),
        lambda: Note(value, 3, "o", "#112233", 9),
        lambda: Arrow((0, 0), (value, 3), "#112233", 9),
        lambda: stroke([(0, 0), (value, 3)], size=4),
    ):
        with pytest.raises(ValueError, match=r"lie within|numbers of pixels"):
            make()
    with pytest.raises(ValueError, match="cannot be drawn"):
        Rectangle(value, 0, 3, 3)


@pytest.mark.parametrize("value", [math.nan, math.inf, -1])
def test_lengths_that_are_none_are_refused(value):
    for make in (
        lambda: stroke([(0, 0)], size=value),
        lambda: stroke([(0, 0)], size=4, widths=[value]),
        lambda: Wand(1, 1, value),
        lambda: stroke([(0, 0)], size=4, hardness=value),
        lambda: Ellipse(0, 0, value, 3),
        lambda: Circle(0, 0, 3, 3, "#112233", value),
    ):
        with pytest.raises(ValueError, match=r"not|cannot"):
            make()


def test_a_mode_is_checked_without_json_too():
    for make in (
        lambda: Rectangle(0, 0, 3, 3, "xor"),
        lambda: Stroke(((0, 0),), 3, "replace"),
        lambda: ops.Bucket(1, 1, "replace"),
        lambda: Bitmap("", "or"),
    ):
        with pytest.raises(ValueError, match="The mode is add, "):
            make()


def test_a_point_has_two_coordinates():
    with pytest.raises(ValueError, match=r"\(x, y\), not \(1.0, 2.0, 3.0\)"):
        stroke([(1, 2, 3)], size=4)


def test_operations_are_values():
    assert Clear() == Clear() != Invert()
    assert hash(Grow(3)) == hash(Grow(3))
    assert Grow(3) != Shrink(3) != Smooth(3)
    with pytest.raises(AttributeError):
        Grow(3).by = 4


@pytest.mark.parametrize("by", [np.int64(3), np.uint8(3), 3])
def test_whole_numbers_of_numpy_are_taken_and_go_into_json(by):
    done = [ops.Grow(by), ops.Smooth(by), ops.Extend(left=by)]
    assert ops.from_json(ops.to_json(done)) == [ops.Grow(3), ops.Smooth(3), ops.Extend(left=3)]


@pytest.mark.parametrize("by", [2.5, "3", None, np.float64(3)])
@pytest.mark.parametrize("make", [ops.Grow, ops.Shrink, ops.Smooth, ops.Extend])
def test_no_whole_number_is_refused_as_it_is_in_json(make, by):
    with pytest.raises(ValueError, match="is a whole number of px"):
        make(by)


@pytest.mark.parametrize("text", [None, 5, " \n", "half a smile \ud83d"])
def test_a_note_is_refused_that_could_not_be_read_back(text):
    with pytest.raises(ValueError, match="note"):
        ops.Note(1, 2, text, "#e01b24", 12)


@pytest.mark.parametrize("color", [None, 5, "red", "#e01b2"])
def test_a_colour_is_six_digits(color):
    with pytest.raises(ValueError, match="A colour is"):
        ops.Arrow((1, 2), (3, 4), color, 5)


@pytest.mark.parametrize("points", [[(None, 1)], [1, 2], None])
def test_points_that_are_none_are_refused_in_a_sentence(points):
    with pytest.raises(ValueError, match="Points are a list"):
        ops.stroke(points, size=3)
