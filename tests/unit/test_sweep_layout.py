"""Which axis of a sweep makes the rows, which the columns, and which the pages."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.sweeps.axes import Axis
from imagewidgets.sweeps.layout import Layout, name_beside, words


@dataclass(frozen=True)
class Cells:
    """As much of a sweep as a layout looks at."""

    axes: tuple[Axis, ...]
    whole: bool = True


def cells(*lengths: int, whole: bool = True) -> Cells:
    return Cells(tuple(Axis.of(f"axis{number}", list(range(length))) for number, length in enumerate(lengths)), whole)


def layout(sweep: Cells, rows: str | None = None, columns: str | None = None) -> Layout:
    return Layout.of(sweep, rows, columns)  # type: ignore[arg-type]


def names(found: Layout) -> tuple[str | None, str | None, list[str]]:
    return (
        found.rows.name if found.rows else None,
        found.columns.name if found.columns else None,
        [axis.name for axis in found.pages],
    )


def test_the_first_axis_makes_rows_the_second_columns_and_others_pages() -> None:
    found = layout(cells(2, 3, 4, 5))
    assert found.kind == "table"
    assert names(found) == ("axis0", "axis1", ["axis2", "axis3"])
    assert (found.row_count, found.column_count, found.page_count) == (2, 3, 20)


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        ("axis2", None, ("axis2", "axis0", ["axis1"])),
        (None, "axis0", ("axis1", "axis0", ["axis2"])),
        ("axis1", "axis2", ("axis1", "axis2", ["axis0"])),
        ("", "", ("axis0", "axis1", ["axis2"])),
    ],
)
def test_rows_and_columns_can_be_chosen(rows: str, columns: str, expected: tuple[str, str, list[str]]) -> None:
    assert names(layout(cells(2, 3, 4), rows, columns)) == expected


@pytest.mark.parametrize(("length", "kind"), [(2, "table"), (5, "table"), (6, "flow")])
def test_one_axis_makes_columns_while_they_fit(length: int, kind: str) -> None:
    found = layout(cells(length))
    assert found.kind == kind
    assert names(found) == (None, "axis0" if kind == "table" else None, [])


def test_one_long_axis_is_a_table_where_that_is_asked_for() -> None:
    assert names(layout(cells(9), rows="axis0")) == ("axis0", None, [])
    assert names(layout(cells(9), columns="axis0")) == (None, "axis0", [])


@pytest.mark.parametrize("sweep", [cells(2, 3, whole=False), cells(4, whole=False), cells()])
def test_what_is_no_product_flows(sweep: Cells) -> None:
    found = layout(sweep)
    assert (found.kind, names(found)) == ("flow", (None, None, []))
    with pytest.raises(ValueError, match="in the order of the sweep"):
        found.cell()


@pytest.mark.parametrize(
    ("sweep", "rows", "columns", "sentence"),
    [
        (cells(2, 3), "colour", None, "rows='colour' is no axis of this sweep. Its axes: axis0, axis1."),
        (cells(2, 3), None, "colour", "columns='colour' is no axis"),
        (cells(2, 3), "axis0", "axis0", "rows and columns are both 'axis0'"),
        (cells(2, 3, whole=False), "axis0", None, "these cells are a list"),
        (cells(), "axis0", None, "Its axes: none."),
    ],
)
def test_an_impossible_choice_is_refused(sweep: Cells, rows: str, columns: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        layout(sweep, rows, columns)


@given(st.lists(st.integers(2, 4), min_size=2, max_size=5), st.randoms())
def test_every_cell_stands_in_one_place_of_one_page(lengths: list[int], chance: object) -> None:
    sweep = cells(*lengths)
    rows, columns = chance.sample([axis.name for axis in sweep.axes], 2)  # type: ignore[attr-defined]
    found = layout(sweep, rows, columns)
    pages = list(found.each_page())
    assert len(pages) == found.page_count
    places = [
        found.cell(row, column, page)
        for page in pages
        for row in range(found.row_count)
        for column in range(found.column_count)
    ]
    assert sorted(places) == list(range(math.prod(lengths)))


def test_places_are_those_of_the_product_whose_last_axis_is_fastest() -> None:
    found = layout(cells(2, 3, 4))
    assert found.cell(1, 2, {"axis2": 3}) == 23
    assert found.cell(0, 1) == 4
    assert layout(cells(2, 3, 4), "axis2", "axis0").cell(1, 1, {"axis1": 2}) == 1 * 12 + 2 * 4 + 1


@pytest.mark.parametrize(("row", "column", "page"), [(2, 0, {}), (0, 3, {}), (-1, 0, {}), (0, 0, {"axis2": 4})])
def test_there_is_no_cell_outside(row: int, column: int, page: dict[str, int]) -> None:
    with pytest.raises(IndexError):
        layout(cells(2, 3, 4)).cell(row, column, page)


def test_words_of_a_prompt_speak_for_themselves_and_parameters_have_their_names() -> None:
    axes = [
        Axis.of("red|blue", ["red", "blue"]),
        Axis.of("season", ["spring", "winter"]),
        Axis.of("count", ["1", "2"]),
        Axis.of("style", ["watercolor", "oil"]),
        Axis.of("quality", ["low", "high"], parameter=True),
        Axis.of("prompt", ["7", "A fox"]),
        Axis.of("1|2", ["1", "2"]),
    ]
    assert [words(axis, 0) for axis in axes] == ["red", "spring", "count 1", "watercolor", "quality low", "7", "1"]
    assert [name_beside(axis) for axis in axes] == ["", "", "count", "", "quality", "", ""]


def test_how_many_pictures_a_cell_has_is_said_in_words() -> None:
    axis = Axis.of("n", [1, 2], parameter=True)
    assert [words(axis, at) for at in range(2)] == ["1 picture", "2 pictures"]
    assert name_beside(axis) == "pictures"


def test_a_page_is_called_by_its_values() -> None:
    axes = (Axis.of("a|b", ["a", "b"]), Axis.of("c|d", ["c", "d"]), Axis.of("season", ["spring", "winter"]))
    found = layout(Cells((*axes, Axis.of("quality", ["low", "high"], parameter=True))))
    assert [found.page_title(page) for page in found.each_page()][1:3] == [
        "spring · quality high",
        "winter · quality low",
    ]
    assert layout(cells(2, 3)).page_title({}) == ""
