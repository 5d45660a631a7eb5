"""What a grid writes about pictures that came from each other."""

from __future__ import annotations

from imagewidgets.images import digest
from imagewidgets.widgets.result_grid import ResultGrid
from tests.widgets.grids import picture


def test_a_variation_has_the_words_of_its_source() -> None:
    source = picture("red", operation="generate", prompt="A red fox")
    variation = picture("blue", operation="variation", image=[digest(source)])
    grid = ResultGrid([source, variation])
    tile = grid._tiles[1]
    assert (tile["caption"], tile["badge"], tile["words"]) == ("A red fox", "Variation", "Variation of A red fox")
    assert tile["source"] == grid._tiles[0]["id"]


def test_where_the_source_is_elsewhere_it_is_a_variation() -> None:
    grid = ResultGrid([picture("red", prompt="A red fox"), picture("blue", operation="variation", image=["0" * 64])])
    tile = grid._tiles[1]
    assert (tile["caption"], tile["words"], tile["source"]) == ("Variation", "Variation", "")
