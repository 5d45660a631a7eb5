"""What comes out of a result grid as text and as a table."""

from __future__ import annotations

import ast
import builtins
from typing import Any

import pytest
from PIL import Image

import imagewidgets as iw
from imagewidgets.images import digest, write_recipe
from imagewidgets.widgets import grid_code
from imagewidgets.widgets.result_grid import ResultGrid
from tests.widgets.grids import CREATED, picture, pictures


def made(recipe: dict[str, Any], color: str = "teal") -> Image.Image:
    image = Image.new("RGB", (64, 48), color)
    write_recipe(image, recipe)
    return image


# ---- code


def test_the_code_of_a_picture() -> None:
    request = {"operation": "generate", "prompt": 'A "red" fox', "model": "sketch", "n": 2, "seed": 7, "user": "me"}
    assert ResultGrid(made({"request": request, "index": 1})).code(0) == (
        "import imagewidgets as iw\n\npictures = iw.generate('A \"red\" fox', model='sketch', n=2, seed=7)\npictures[1]"
    )


def test_a_long_call_has_a_line_for_each_argument_and_unknown_parameters_are_extra() -> None:
    request = {"operation": "generate", "prompt": "A fox " * 20, "model": "sketch", "steps": 30, "negative": "rain"}
    text = grid_code.code({"request": request})
    assert text.splitlines()[2] == "pictures = iw.generate("
    assert "    extra={'steps': 30, 'negative': 'rain'}," in text.splitlines()
    ast.parse(text)


def test_the_code_of_an_edit_opens_its_pictures() -> None:
    source = picture("red", prompt="A fox", operation="generate")
    mask = "b" * 64
    edit = {"operation": "edit", "prompt": "A hat", "image": [digest(source)], "mask": [mask], "model": "sketch"}
    grid = ResultGrid([source, made({"request": edit})])
    name = f"a-fox-{digest(source)[:8]}.png"
    assert grid.code(1).splitlines() == [
        "import imagewidgets as iw",
        "from PIL import Image",
        "",
        f'image = Image.open("{name}")  # its pixels: {digest(source)[:8]}',
        'mask = Image.open("mask-bbbbbbbb.png")  # its pixels: bbbbbbbb',
        "pictures = iw.edit(image, \"A hat\", mask=mask, model='sketch')",
        "pictures[0]",
    ]


def test_the_code_of_an_edit_of_several_pictures_and_of_a_variation() -> None:
    edit = {"operation": "edit", "prompt": "Both", "image": ["a" * 64, "c" * 64]}
    assert "pictures = iw.edit(images, " in grid_code.code({"request": edit})
    vary = {"operation": "variation", "image": ["a" * 64], "n": 3}
    assert grid_code.code({"request": vary}).splitlines()[-2] == "pictures = iw.create_variation(image, n=3)"


def test_the_code_makes_the_same_picture_again() -> None:
    iw.configure("sketch")
    images = iw.generate("A red fox\nin 'snow'", model="sketch", n=2, size="64x64", seed=3)
    code = ResultGrid(images).code(1)
    lines, last = code.rsplit("\n", 1)
    scope: dict[str, Any] = {}
    exec(lines, scope)
    assert digest(eval(last, scope)) == images.digests[1]


@pytest.mark.parametrize("recipe", [None, {}, {"request": "?"}, {"request": {"operation": "paint"}}])
def test_without_a_recipe_there_is_no_code(recipe: Any) -> None:
    grid = ResultGrid(picture() if recipe is None else made(recipe))
    with pytest.raises(ValueError, match="no recipe"):
        grid.code(0)


# ---- table


def test_a_row_for_each_picture() -> None:
    source = picture("red", prompt="A fox", operation="generate", seed=7, quality="high")
    edit = picture("blue", prompt="A hat", operation="edit", image=[digest(source)], model="asked")
    bare = picture()
    grid = ResultGrid([source, edit])
    grid.append(bare, source=source)
    grid.star(1)
    frame = grid.to_frame()
    assert list(frame.columns) == [
        *("prompt", "revised_prompt", "model", "operation", "size", "seed", "quality", "created", "digest"),
        *("starred", "parent"),
    ]
    assert list(frame["prompt"].fillna("")) == ["A fox", "A hat", ""]
    assert list(frame["starred"]) == [False, True, False]
    assert list(frame["digest"]) == [digest(image) for image in grid.images]
    assert list(frame["parent"].fillna("")) == ["", digest(source), digest(source)]
    assert (frame["seed"].dtype.name, frame["seed"][0], frame["seed"].isna().sum()) == ("Int64", 7, 2)
    assert frame["created"][0].timestamp() == CREATED
    assert frame["size"][2] == "64x48"
    assert len(ResultGrid().to_frame().columns) == len(frame.columns)


def test_without_pandas_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match=r"to_frame needs pandas.*imagewidgets\[pandas\]"):
        ResultGrid(pictures(1)).to_frame()


# ---- where a picture comes from


def test_a_source_is_found_in_the_grid_wherever_it_is_named() -> None:
    source = picture("red", prompt="A fox")
    edit = picture("blue", prompt="A hat", operation="edit", image=[digest(source)])
    grid = ResultGrid([source, edit])
    grid.append(picture("green"), source=source)
    grid.append(picture("teal"), source="0" * 64)
    assert [tile["source"] for tile in grid._tiles] == ["", "0", "0", ""]
    assert dict(grid._tiles[1]["facts"])["Made from"] == digest(source)[:8]
    grid.append(picture("purple"))
    assert grid._tiles[-1]["source"] == ""  # what was said of others does not stick
