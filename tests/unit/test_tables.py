"""Pictures in rows and columns: as a table of a saved view, and on paper."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.display import Figure, Gap, PictureTable, contact_sheet, saved_view_html, tables_html, tables_sheet
from imagewidgets.display.sheet import PREVIEW_BYTES, small_png
from tests.unit.test_display import Elements, photo

RED, GREEN, BLUE = (255, 0, 0), (0, 128, 0), (0, 0, 255)


def figure(color: tuple[int, int, int] = RED, size: tuple[int, int] = (60, 60), caption: str = "") -> Figure:
    return Figure(Image.new("RGB", size, color), caption, alt="A fox")


def table(**changed: object) -> PictureTable:
    facts: dict[str, object] = {
        "title": "",
        "row_name": "",
        "column_name": "",
        "rows": ("red", "blue"),
        "columns": ("oil", "ink", "pen"),
        "cells": (([figure()], [figure(GREEN)], "not made"), ([figure(BLUE)], "No answer in 60 s.", [figure()])),
    }
    return PictureTable(**{**facts, **changed})  # type: ignore[arg-type]


def html(*tables: PictureTable) -> str:
    return tables_html(tables, title="A sweep", detail="3 of 6", footer="The end.")


# ---- HTML


def test_rows_and_columns_have_headers_and_every_cell_its_place() -> None:
    elements = Elements(html(table()))
    assert [head["scope"] for head in elements.of("th")] == ["col", "col", "col", "row", "row"]
    assert len(elements.of("img")) == 4
    words = [text for text in elements.text if text.strip()]
    assert words == [
        "A sweep",
        "3 of 6",
        "oil",
        "ink",
        "pen",
        "red",
        "not made",
        "blue",
        "No answer in 60 s.",
        "The end.",
    ]


def test_the_page_brings_colours_and_nothing_is_loaded() -> None:
    text = html(table(title="spring", row_name="kind", column_name="style"))
    assert {tag for tag, _ in Elements(text).tags} <= {
        *("div", "p", "b", "span", "table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "img")
    }
    assert "http" not in text
    assert "class" not in text
    assert set(re.findall(r"(?<![-\w])color:(\w+)", text)) == {"inherit"}
    # Jupyter paints every other row of a table, and the row under the mouse.
    assert all("background:none" in str(row["style"]) for row in Elements(text).of("tr"))


def test_several_tables_have_their_titles_and_names() -> None:
    elements = Elements(html(table(title="spring"), table(title="winter", row_name="kind", column_name="style")))
    assert len(elements.of("table")) == len(elements.of("caption")) == 2
    for word in ("spring", "winter", "kind", "style"):
        assert elements.text.count(word) == 1


def test_one_row_or_one_column_needs_no_labels_for_it() -> None:
    row = Elements(html(table(rows=("",), cells=(([figure()], [figure()], "not made"),))))
    assert [head["scope"] for head in row.of("th")] == ["col"] * 3
    column = Elements(html(table(columns=("",), column_name="", row_name="kind", cells=(([figure()],), ([figure()],)))))
    assert [head["scope"] for head in column.of("th")] == ["row"] * 2
    assert "kind" in column.text


def test_every_row_has_as_many_cells_as_there_are_columns() -> None:
    text = html(table(row_name="kind", column_name="style"))
    for row in text.split("<tr")[1:]:
        tags = Elements(f"<tr{row}").tags
        spans = [int(str(attributes.get("colspan", 1))) for tag, attributes in tags if tag in ("td", "th")]
        assert sum(spans) == 1 + 3


def test_words_of_a_table_are_escaped() -> None:
    nasty = "<script>alert('1')</script> & \"quotes\""
    cells = (([figure(caption=nasty)], nasty, [figure()]), ([Gap(nasty, nasty)], "x", [figure()]))
    text = html(
        table(title=nasty, row_name=nasty, column_name=nasty, rows=(nasty, "b"), columns=(nasty, "d", "e"), cells=cells)
    )
    assert "<script" not in text
    assert Elements(text).text.count(nasty) == 9


def test_pictures_of_a_table_are_not_enlarged_and_stand_side_by_side_in_a_cell() -> None:
    several = table(cells=(([figure()] * 4, "not made", [figure()]),) * 2)
    assert (several.across, several.down) == (2, 2)
    assert "repeat(2,minmax(0,1fr))" in html(several)
    assert {
        str(image["style"]).partition("width:")[2].partition("px")[0] for image in Elements(html(several)).of("img")
    } == {"60"}


def test_an_empty_place_has_the_shape_of_the_pictures() -> None:
    assert "aspect-ratio:90/60" in html(table(cells=(([figure(size=(90, 60))], "a", "b"), ("c", "d", "e"))))
    pair = [figure(size=(90, 60)), figure(size=(90, 60))]
    assert "aspect-ratio:180/60" in html(table(cells=((pair, "a", "b"), ("c", "d", "e"))))


def test_a_gap_stands_among_figures() -> None:
    elements = Elements(saved_view_html([figure(), Gap("No answer.", "red")], title="t", detail="d"))
    assert len(elements.of("figure")) == 2
    assert [text for text in elements.text if text.strip()] == ["t", "d", "No answer.", "red"]


@given(st.integers(1, 12), st.integers(1, 12))
def test_the_places_of_a_cell_hold_all_its_pictures(count: int, others: int) -> None:
    one = table(rows=("",), columns=("a", "b"), cells=(([figure()] * count, [figure()] * others),))
    most = max(count, others)
    assert one.across * (one.down - 1) < most <= one.across * one.down


# ---- paper


def test_every_picture_is_in_its_place_on_the_sheet() -> None:
    sheet = np.asarray(tables_sheet([table()], tile=60))
    places = {}
    for name, color in (("red", RED), ("green", GREEN), ("blue", BLUE)):
        ys, xs = np.nonzero((sheet == color).all(axis=2))
        places[name] = (int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max()))
    left, top, _, _ = places["red"]
    assert places["green"][:2] == (left + 60 + 16, top)
    assert places["blue"][0] == left
    assert places["blue"][1] == top + 60 + 16
    assert places["red"][2:] == (left + 2 * 76 + 59, top + 76 + 59)  # the last picture is red again


def test_titles_and_labels_make_room_for_themselves() -> None:
    plain = tables_sheet([table(rows=("", ""), columns=("", "", ""))], tile=60)
    labelled = tables_sheet([table()], tile=60)
    named = tables_sheet([table(row_name="kind", column_name="style")], tile=60)
    paged = tables_sheet([table(title="spring", row_name="kind", column_name="style")], tile=60)
    titled = tables_sheet([table(title="spring", row_name="kind", column_name="style")], tile=60, title="A sweep")
    assert plain.width < labelled.width
    assert plain.height < labelled.height < named.height < paged.height < titled.height
    assert tables_sheet([table(), table()], tile=60).height == pytest.approx(2 * labelled.height, abs=20)


def test_sentences_stand_in_the_empty_places_of_a_sheet() -> None:
    def ink(words: str) -> int:
        sheet = tables_sheet([table(rows=("",), columns=("",), cells=((words,),))], tile=120)
        assert sheet.mode == "RGB"
        return int((np.asarray(sheet.convert("L")) < 160).sum())

    assert ink("") < ink("not made") < ink("No answer in 60 s. " * 3)


def test_words_never_widen_a_sheet() -> None:
    long = "a word that is long, " * 30
    wordy = table(title=long, row_name=long, column_name=long, rows=(long, long), columns=(long,) * 3)
    assert tables_sheet([wordy], tile=60, title=long).width == 16 + 140 + 16 + 3 * (60 + 16)


def test_a_sheet_that_memory_cannot_hold_is_refused_with_the_way_out() -> None:
    wide = table(columns=("c",) * 700, cells=(([figure(size=(600, 600))],) * 700,) * 2)
    with pytest.raises(ValueError, match=r"tile=300"):
        tables_sheet([wide], tile=600)
    with pytest.raises(ValueError, match="at least one table"):
        tables_sheet([])


def test_a_gap_on_a_contact_sheet_has_the_shape_of_the_pictures() -> None:
    with_gap = contact_sheet([figure(size=(60, 30)), Gap("not made")], tile=60)
    assert with_gap.size == contact_sheet([figure(size=(60, 30))] * 2, tile=60).size


def test_a_preview_keeps_to_its_size_whatever_is_on_it() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (900, 900, 3), dtype=np.uint8)
    sizes = []

    def draw(tile: int) -> Image.Image:
        sizes.append(tile)
        return Image.fromarray(noise[: tile * 2, : tile * 2])

    assert len(small_png(draw, 450)) <= PREVIEW_BYTES
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) > 1


def test_photographs_in_a_table_are_stored_small() -> None:
    shown = [[Figure(photo(row * 3 + column, 512), "") for column in range(3)] for row in range(2)]
    text = html(table(cells=tuple(tuple([each] for each in row) for row in shown)))
    assert len(text) < 6 * 60_000
