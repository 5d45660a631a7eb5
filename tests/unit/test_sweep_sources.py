"""Values of a sweep out of files and tables."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.sweeps import sources

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "animals.csv"
    path.write_text('animal,quality,n\nfox,low,1\n"a bird, red",,2\n', "utf-8")
    return path


def test_rows_of_a_csv_file(table):
    found = [{"animal": "fox", "quality": "low", "n": "1"}, {"animal": "a bird, red", "quality": None, "n": "2"}]
    assert sources.rows(table) == sources.rows(str(table)) == found


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS).filter(lambda row: any(map(str.strip, row))), min_size=1))
def test_what_is_written_is_read(tmp_path_factory, delimiter, rows):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([("one", "two", "three"), *rows])
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    path.write_text(out.getvalue(), "utf-8", newline="")
    expected = [dict(zip(("one", "two", "three"), (cell or None for cell in row), strict=True)) for row in rows]
    assert sources.rows(path) == expected


def test_a_spreadsheets_mark_and_short_and_empty_lines_are_no_matter(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("\ufeffanimal;size\r\nfox\r\n;\r\n\r\nbird;64x64\r\n".encode())
    assert sources.rows(path) == [{"animal": "fox", "size": None}, {"animal": "bird", "size": "64x64"}]


def test_rows_of_dictionaries_and_of_a_frame():
    rows = [{"animal": "fox", "n": 1}, {"animal": "bird"}]
    assert sources.rows(rows) == rows
    frame = pd.DataFrame({"animal": ["fox", "bird"], "n": [1.0, float("nan")]})
    assert sources.rows(frame) == [{"animal": "fox", "n": 1.0}, {"animal": "bird", "n": None}]


def test_pictures_are_looked_for_beside_the_file(tmp_path):
    (tmp_path / "in").mkdir()
    Image.new("L", (4, 4)).save(tmp_path / "in" / "fox.png")
    path = tmp_path / "in" / "table.csv"
    path.write_text("image,mask\nfox.png,elsewhere.png\n,\n-,data:image/png\n", "utf-8")
    first, second = sources.rows(path)
    assert first == {"image": str(tmp_path / "in" / "fox.png"), "mask": "elsewhere.png"}
    assert second == {"image": "-", "mask": "data:image/png"}
    assert sources.column("image", path, pictures=True) == [str(tmp_path / "in" / "fox.png"), "-"]


def test_a_column_is_that_of_the_name_or_the_only_one(table, tmp_path):
    assert sources.column("animal", table) == ["fox", "a bird, red"]
    alone = tmp_path / "alone.csv"
    alone.write_text("whatever\nspring\nwinter\n", "utf-8")
    assert sources.column("season", alone) == ["spring", "winter"]
    with pytest.raises(
        InvalidRequestError, match=r"animals.csv has no column 'season'; it has 'animal', 'quality', 'n'"
    ):
        sources.column("season", table)


def test_a_text_file_has_a_value_in_each_line(tmp_path):
    path = tmp_path / "seasons.txt"
    path.write_text("spring\n\n  winter, late \n", "utf-8")
    assert sources.column("season", path) == ["spring", "winter, late"]


def test_paths_are_files_with_values_or_pictures():
    assert sources.is_table("season", Path("a.CSV"))
    assert sources.is_table("image", Path("a.txt"), pictures=True)
    assert not sources.is_table("image", Path("a.png"), pictures=True)
    assert not sources.is_table("season", "a.csv")
    with pytest.raises(InvalidRequestError, match=r"season is the path 'a.xlsx'. Values come from a CSV file"):
        sources.is_table("season", Path("a.xlsx"))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("n", "2", 2), ("seed", " 7 ", 7), ("seed", "7.0", 7), ("seed", 7.0, 7), ("take", "1", 1), ("n", "-1", -1),
        ("n", "two", "two"), ("n", "1.5", "1.5"), ("seed", "inf", "inf"), ("watermark", "True", True),
        ("watermark", "no", False), ("watermark", "perhaps", "perhaps"), ("quality", "", None),
        ("quality", " low ", "low"),
        ("extra", '{"steps": 3}', {"steps": 3}), ("extra", "{", "{"), ("size", "64x64", "64x64"), ("n", 3, 3),
        ("n", None, None),
    ],
)  # fmt: skip
def test_text_becomes_what_a_parameter_must_be(name, text, value):
    found = sources.from_text(name, text)
    assert (found, type(found)) == (value, type(value))


@given(st.integers())
def test_every_whole_number_is_read(number):
    assert sources.from_text("seed", str(number)) == number


def test_rows_are_called_by_what_differs():
    rows = [
        {"animal": "fox", "size": "64x64", "n": 1},
        {"animal": "bird", "size": "64x64"},
        {"animal": "", "size": "64x64"},
    ]
    assert sources.row_labels(rows) == ["fox, 1", "bird", "none"]
    assert sources.row_labels([{"a": 1}, {"a": 1}]) == ["row 1", "row 2"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no values"),
        ("animal\n", "has no values"),
        ("a,a\n1,2\n", "must name each column, each with another name; it has 'a', 'a'"),
        ("a,\n1,2\n", "must name each column"),
        ("a,b\n1,2,3\n", "Row 1 of table.csv has 3 cells, and there are 2 columns.*double quotes"),
        ('a\n"fox\n', "no CSV file that can be read"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path, text, sentence):
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidRequestError, match=sentence) as refusal:
        sources.rows(path)
    assert refusal.value.param == "rows"


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InvalidRequestError, match=r"nowhere.csv' cannot be read: No such file"):
        sources.rows(tmp_path / "nowhere.csv")
    with pytest.raises(InvalidRequestError, match="cannot be read"):
        sources.rows("a\0b.csv")
    latin = tmp_path / "latin.csv"
    latin.write_bytes("tier\nbär\n".encode("latin-1"))
    with pytest.raises(InvalidRequestError, match=r"latin.csv is no UTF-8 text \(byte 6\)"):
        sources.rows(latin)


@pytest.mark.parametrize("rows", [3, {"a": 1}, ["fox"], [{"a": 1}, "fox"], (x for x in ())])
def test_what_is_no_table_is_refused(rows):
    with pytest.raises(InvalidRequestError, match=r"rows is a .*Give the path of a CSV file, a list of dictionaries"):
        sources.rows(rows)


@pytest.mark.parametrize("rows", [[], pd.DataFrame({"a": []})])
def test_no_row_is_refused(rows):
    with pytest.raises(InvalidRequestError, match="rows has no row"):
        sources.rows(rows)
