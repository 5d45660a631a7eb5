"""What varies in a sweep: what counts as several values, and the words for them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import write_recipe
from imagewidgets.sweeps import axes
from imagewidgets.sweeps.axes import LABEL_LENGTH, Axis, several

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


def picture(prompt: str = "") -> Image.Image:
    image = Image.new("RGB", (8, 8))
    if prompt:
        write_recipe(image, {"request": {"prompt": prompt}})
    return image


@pytest.mark.parametrize(
    ("value", "values"),
    [
        (["low", "high"], ["low", "high"]),
        (("low",), ["low"]),
        (range(3), range(3)),
        (np.array([1, 2]), [1, 2]),
        (np.array(["a", "b"]), ["a", "b"]),
        ([np.int64(4), np.float64(0.5)], [4, 0.5]),
        (pd.Series(["a", None, "b"]), ["a", None, "b"]),
        (pd.Series([1.5, float("nan")]), [1.5, None]),
        (pd.Series([7, pd.NA], dtype="Int64"), [7, None]),
        (pd.Index([1, 2]), [1, 2]),
        (pd.Categorical(["x", "y"]), ["x", "y"]),
    ],
)
def test_several_values(value, values):
    found = several("quality", value)
    assert found == values
    assert [type(each) for each in found] == [type(each) for each in values]


@pytest.mark.parametrize(
    "value",
    ["low", "", 1, 0.5, True, None, {"a": [1, 2]}, b"ab", Image.new("L", (2, 2)), Path("a.csv"), np.int64(3),
     np.array(3), io.BytesIO(b"a")],
)  # fmt: skip
def test_one_value(value):
    assert several("quality", value) is None


def test_an_array_is_one_picture_where_pictures_are_meant():
    assert several("image", np.zeros((8, 8, 3)), pictures=True) is None
    assert several("image", [np.zeros((8, 8, 3))], pictures=True) is not None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"low", "high"}, "size is a set, which has no order. Give a list"),
        ((x for x in "ab"), "size is a generator, which can be read only once. Give a list"),
        (np.zeros((2, 2)), "size has 2 dimensions. Give one column"),
        (pd.DataFrame({"a": [1]}), "size has 2 dimensions.*rows="),
    ],
)
def test_what_is_no_list_is_refused(value, sentence):
    with pytest.raises(InvalidRequestError, match=sentence) as refusal:
        several("size", value)
    assert refusal.value.param == "size"


@given(st.lists(SCALARS, min_size=1))
def test_values_are_there_once_and_in_order_and_labels_tell_them_apart(values):
    axis = Axis.of("x", values)
    distinct = dict.fromkeys((type(value), value) for value in values)
    assert [(type(value), value) for value in axis.values] == list(distinct)
    assert len(set(axis.labels)) == len(axis.labels) == len(axis.values) == len(axis)
    assert all(label.strip() for label in axis.labels)


def test_labels():
    axis = Axis.of("x", ["a  b\n", None, "", 1, "1", True, {"effort": "low"}, "w" * 100])
    assert axis.labels[:7] == ("a b", "default", "none", "1", "1 (2)", "True", '{"effort": "low"}')
    assert axis.labels[7] == "w" * (LABEL_LENGTH - 1) + "…"


def test_labels_of_pictures(tmp_path):
    path = tmp_path / "fox.png"
    picture().save(path)
    with Image.open(path) as opened:
        opened.load()
    values = [
        str(path), path, opened, picture("a small red fox in snow"), picture(), [picture("a cat"), picture()],
        None, "https://example.com/pictures/bird.png", "data:image/png;base64,AAAA", io.BytesIO(b""),
    ]  # fmt: skip
    assert Axis.of("image", values).labels == (
        "fox.png", "fox.png (2)", "fox.png (3)", "a small red fox", "picture 5", "a cat + 1", "none", "bird.png",
        "picture 9", "picture 10",
    )  # fmt: skip
    assert Axis.of("mask", [picture(), picture()]).labels == ("mask 1", "mask 2")


def test_equal_pictures_are_not_taken_for_one():
    image = picture()
    assert len(Axis.of("image", [image, image])) == 1
    assert len(Axis.of("image", [picture(), picture()])) == 2


def test_no_value_is_refused():
    with pytest.raises(InvalidRequestError, match=r"season has no value.*Give at least one, or leave it out"):
        Axis.of("season", [])


def test_too_many_values_are_refused(monkeypatch):
    monkeypatch.setattr(axes, "MOST_VALUES", 10)
    assert len(Axis.of("seed", range(10))) == 10
    for endless in (range(11), range(10**30)):
        with pytest.raises(InvalidRequestError, match="seed has more than 10 values"):
            Axis.of("seed", endless)
