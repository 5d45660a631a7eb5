"""The mask canvas without a browser: everything a click does is a method, and what comes out are pictures."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
import traitlets
from PIL import Image

from imagewidgets import images
from imagewidgets.errors import InvalidRequestError
from imagewidgets.widgets.mask_canvas import MaskCanvas
from tests.widgets.masks import HEIGHT, WIDTH, noise, square


@pytest.fixture
def picture() -> Image.Image:
    return noise()


@pytest.fixture
def canvas(picture: Image.Image) -> MaskCanvas:
    return MaskCanvas(picture)


# The mask


def test_nothing_drawn_is_no_mask_and_an_empty_selection(canvas):
    assert canvas.mask is None
    assert canvas.selection.size == (WIDTH, HEIGHT)
    assert canvas.selection.getextrema() == (0, 0)
    assert canvas.coverage == 0
    assert canvas.operations == []


def test_the_mask_has_the_colours_of_the_image_and_is_transparent_where_it_may_change(canvas, picture):
    canvas.add_rectangle(10, 5, 20, 10)
    assert canvas.mask.mode == "RGBA"
    assert canvas.mask.size == picture.size
    assert np.array_equal(np.asarray(canvas.mask)[..., :3], np.asarray(picture))
    alpha = np.asarray(canvas.mask)[..., 3]
    assert (alpha[5:15, 10:30] == 0).all()
    assert (alpha == 255).sum() == WIDTH * HEIGHT - 200
    assert np.array_equal(np.asarray(canvas.selection), 255 - alpha)
    assert np.array_equal(canvas.to_array(), alpha == 0)
    assert canvas.coverage == pytest.approx(200 / (WIDTH * HEIGHT))


def test_the_recipe_of_the_image_is_not_that_of_the_mask(picture):
    images.write_recipe(picture, {"model": "sketch"})
    canvas = MaskCanvas(picture)
    canvas.invert()
    assert images.read_recipe(canvas.mask) is None


def test_a_mask_with_all_taken_away_is_none(canvas):
    canvas.add_ellipse(10, 10, 20, 20)
    canvas.add_rectangle(0, 0, WIDTH, HEIGHT, mode="subtract")
    assert canvas.mask is None
    assert len(canvas.operations) == 2


def test_size_is_the_brush_unless_given(canvas):
    canvas.brush_size = 8
    canvas.stroke([(20, 20)])
    narrow = canvas.coverage
    canvas.undo()
    canvas.stroke([(20, 20)], size=16)
    assert canvas.coverage == pytest.approx(4 * narrow, rel=0.1)


def test_erasing_undo_and_redo(canvas):
    canvas.stroke([(10, 20), (50, 20)], size=12)
    before = canvas.selection
    canvas.stroke([(30, 20)], size=20, mode="subtract")
    after = canvas.selection
    assert after.getpixel((30, 20)) == 0
    canvas.undo()
    assert canvas.selection == before
    canvas.redo()
    assert canvas.selection == after
    canvas.redo()
    assert canvas.selection == after


def test_clear_can_be_undone_and_does_nothing_to_nothing(canvas):
    canvas.clear()
    assert canvas.operations == []
    canvas.invert()
    canvas.clear()
    assert canvas.mask is None
    canvas.undo()
    assert canvas.coverage == 1


def test_operations_go_through_json_into_the_same_mask(canvas, picture):
    canvas.stroke([(3.14159, 10), (40, 30)], size=7.5)
    canvas.add_ellipse(20, 5, 30, 20)
    canvas.stroke([(30, 15)], size=6, mode="subtract")
    canvas.invert()
    again = MaskCanvas.from_operations(picture, json.loads(json.dumps(canvas.operations)))
    assert again.selection == canvas.selection
    assert again.operations == canvas.operations
    again.undo()
    canvas.undo()
    assert again.selection == canvas.selection


def test_operations_that_are_none_are_refused(picture):
    with pytest.raises(ValueError, match="spray"):
        MaskCanvas.from_operations(picture, [{"type": "spray"}])


@pytest.mark.parametrize("mode", ["add", "subtract", "intersect"])
def test_each_way_of_drawing_takes_the_mode(canvas, mode):
    ways = [
        lambda: canvas.stroke([(20, 20)], size=12, mode=mode),
        lambda: canvas.add_rectangle(15, 15, 10, 10, mode=mode),
        lambda: canvas.add_ellipse(15, 15, 10, 10, mode=mode),
        lambda: canvas.add_polygon([(15, 15), (30, 15), (20, 30)], mode=mode),
        lambda: canvas.add_mask(square(15, 25), mode=mode),
        lambda: canvas.select_similar(20, 20, tolerance=0, mode=mode),
        lambda: canvas.fill(20, 20, mode=mode),
    ]
    for draw in ways:
        canvas.clear()
        draw()
        assert canvas.operations[-1]["mode"] == mode
        alone = canvas.to_array()
        canvas.undo()
        canvas.add_rectangle(0, 0, 20, HEIGHT)
        before = canvas.to_array()
        draw()
        after = canvas.to_array()
        if mode == "add":
            assert alone.any()
            assert np.array_equal(after, before | alone) or canvas.operations[-1]["type"] == "bucket"
        else:
            assert not alone.any()
            assert not (after & ~before).any()


def test_what_is_not_said_is_as_it_is_set(canvas):
    canvas.tolerance, canvas.contiguous, canvas.hardness, canvas.by = 7, False, 40, 3
    canvas.markup_color, canvas.markup_width, canvas.note_size = "#00AA00", 5, 11
    canvas.stroke([(20, 20)], size=9)
    canvas.select_similar(3, 3)
    for act in (canvas.grow, canvas.shrink, canvas.smooth):
        act()
    canvas.add_arrow((1, 1), (9, 9))
    canvas.add_circle(1, 1, 9, 9)
    canvas.add_pen([(1, 1), (5, 5)])
    canvas.add_note(1, 1, "here")
    stroke, wand, *bys, arrow, circle, pen, note = canvas.operations
    assert stroke["hardness"] == 40
    assert (wand["tolerance"], wand["contiguous"]) == (7, False)
    assert [(by["type"], by["by"]) for by in bys] == [("grow", 3), ("shrink", 3), ("smooth", 3)]
    assert [mark["width"] for mark in (arrow, circle, pen)] == [5] * 3
    assert {mark["color"] for mark in (arrow, circle, pen, note)} == {"#00aa00"}
    assert note["size"] == 11


def test_the_whole_mask_can_be_worked_on(canvas):
    canvas.add_rectangle(10, 10, 20, 20)
    canvas.add_rectangle(15, 15, 4, 4, mode="subtract")
    canvas.add_rectangle(50, 30, 3, 3)
    canvas.fill_holes()
    assert canvas.to_array().sum() == 400 + 9
    canvas.keep_largest()
    assert canvas.bbox == (10, 10, 30, 30)
    canvas.grow(2)
    assert canvas.bbox == (8, 8, 32, 32)
    canvas.shrink(2)
    assert canvas.bbox == (10, 10, 30, 30)
    canvas.select_all()
    assert canvas.coverage == 1
    canvas.clear()
    assert canvas.bbox is None


def test_a_wand_takes_what_looks_alike():
    image = Image.new("RGB", (20, 10), "white")
    image.paste("red", (5, 2, 10, 8))
    image.paste("red", (15, 2, 18, 8))
    canvas = MaskCanvas(image)
    canvas.select_similar(6, 4)
    assert canvas.bbox == (5, 2, 10, 8)
    canvas.select_similar(6, 4, contiguous=False)
    assert canvas.bbox == (5, 2, 18, 8)
    with pytest.raises(ValueError, match="100"):
        canvas.select_similar(6, 4, tolerance=101)


def test_marks_do_not_touch_the_mask_nor_the_mask_them(canvas):
    assert canvas.markup is None
    canvas.add_arrow((5, 5), (40, 30))
    canvas.add_note(5, 20, "more light", size=9)
    markup = canvas.markup
    assert (markup.mode, markup.size) == ("RGBA", (WIDTH, HEIGHT))
    assert markup.getpixel((WIDTH - 1, 0))[3] == 0
    assert canvas.mask is None
    canvas.invert()
    assert canvas.markup == markup
    canvas.clear_markup()
    assert canvas.markup is None
    assert canvas.coverage == 1
    canvas.clear_markup()
    assert canvas.operations[-1]["type"] == "clear_markup"
    assert len(canvas.operations) == 4  # clearing nothing is nothing


def test_one_of_mask_and_markup_can_be_kept(canvas):
    canvas.invert()
    canvas.add_circle(5, 5, 20, 20)
    canvas.keep("mask")
    assert (canvas.coverage, canvas.markup) == (1, None)
    canvas.undo()
    canvas.keep("markup")
    assert canvas.mask is None
    assert canvas.markup is not None
    with pytest.raises(ValueError, match="not 'both'"):
        canvas.keep("both")


# The image


def test_the_image_may_be_a_path_bytes_or_an_array(picture, tmp_path):
    picture.save(tmp_path / "picture.png")
    for source in (tmp_path / "picture.png", (tmp_path / "picture.png").read_bytes(), np.asarray(picture)):
        assert MaskCanvas(source).image.convert("RGB").tobytes() == picture.tobytes()


def test_another_image_starts_a_new_mask_of_its_size(canvas):
    canvas.invert()
    canvas.image = Image.new("RGB", (30, 90))
    assert canvas.mask is None
    assert canvas.selection.size == (30, 90)
    assert canvas.operations == []
    assert (canvas._mask_layer.width, canvas._picture_layer.height) == (30, 90)
    assert (canvas._state["width"], canvas._state["height"]) == (30, 90)


def test_an_empty_canvas_says_what_it_lacks():
    canvas = MaskCanvas()
    for name in ("image", "mask", "selection", "soft_selection", "cutout", "markup", "bbox"):
        assert getattr(canvas, name) is None
    assert (canvas.coverage, canvas.operations) == (0, [])

    def bring_in():
        canvas.mask = np.ones((4, 4), bool)

    acts = [canvas.invert, canvas.undo, canvas.to_array, canvas.clear, canvas.clear_markup, bring_in]
    for act in [*acts, lambda: canvas.stroke([(1, 2)]), lambda: canvas.overlay, lambda: canvas.extend(left=1)]:
        with pytest.raises(ValueError, match=r"set canvas\.image first"):
            act()
    canvas.image = Image.new("L", (12, 24))
    canvas.invert()
    canvas.image = None
    assert canvas.mask is None
    assert canvas._state["width"] == 0


def test_no_picture_is_refused_and_the_one_there_stays(canvas, picture):
    for wrong in (b"no picture", 5, "data:image/png;base64,AAAA"):
        with pytest.raises(InvalidRequestError):
            canvas.image = wrong
    whole = io.BytesIO()
    picture.save(whole, "PNG")
    with pytest.raises(InvalidRequestError, match="whole file"):
        canvas.image = whole.getvalue()[:-2000]
    with pytest.raises(InvalidRequestError, match=r"no file 'nowhere\.png'"):
        canvas.image = "nowhere.png"
    assert canvas.image is picture


def test_extending_makes_the_image_larger_and_undo_brings_the_very_one_back(canvas, picture):
    canvas.add_rectangle(0, 0, 5, 5)
    canvas.extend(left=10, bottom=4)
    assert canvas.image.size == canvas.mask.size == (WIDTH + 10, HEIGHT + 4)
    assert canvas.image.crop((10, 0, WIDTH + 10, HEIGHT)).tobytes() == picture.tobytes()
    assert np.array_equal(
        canvas.to_array()[:HEIGHT, 10:], np.asarray(MaskCanvas(picture, mask=square(0, 5)).to_array())
    )
    assert canvas.to_array()[:, :10].all()
    assert (canvas._picture_layer.width, canvas._mask_layer.height) == (WIDTH + 10, HEIGHT + 4)
    assert Image.open(io.BytesIO(canvas._picture.value)).size == (WIDTH + 10, HEIGHT + 4)
    larger = canvas.image
    again = MaskCanvas.from_operations(picture, canvas.operations)
    assert (again.image, again.mask) == (larger, canvas.mask)
    canvas.undo()
    assert canvas.image is picture
    assert canvas._picture_layer.width == WIDTH
    assert canvas.bbox == (0, 0, 5, 5)
    canvas.redo()
    assert canvas.image == larger
    canvas.image = picture
    assert (canvas.operations, canvas.image) == ([], picture)


def test_extending_by_nothing_is_refused(canvas, picture):
    for sides in ({}, {"left": -3}, {"top": 100_000}):
        with pytest.raises(ValueError, match="extended"):
            canvas.extend(**sides)
    assert canvas.image is picture


@pytest.mark.parametrize(("size", "brush"), [((1024, 1024), 85), ((1536, 1024), 85), ((60, 40), 3), ((1, 5), 1)])
def test_the_brush_starts_at_a_twelfth_of_the_shorter_side(size, brush):
    canvas = MaskCanvas()
    canvas.image = Image.new("1", size)
    assert canvas.brush_size == brush


def test_a_brush_that_was_chosen_stays(picture):
    assert MaskCanvas(picture, brush_size=33).brush_size == 33
    with pytest.raises(traitlets.TraitError):
        MaskCanvas(picture, brush_size=1001)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("overlay_color", "red", r'overlay_color is a colour .*"#rrggbb".*not \'red\''),
        ("markup_color", 5, r"markup_color is a colour"),
        ("overlay_opacity", 1.5, "overlay_opacity"),
        ("hardness", 101, "hardness"),
        ("feather", -1, "feather"),
        ("tool", "spray", "'spray'"),
        ("mode", "replace", "'replace'"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_plain_words(canvas, name, value, sentence):
    before = getattr(canvas, name)
    with pytest.raises(traitlets.TraitError, match=sentence):
        setattr(canvas, name, value)
    assert getattr(canvas, name) == before


def test_lines_and_letters_start_in_proportion_to_the_picture():
    canvas = MaskCanvas(Image.new("1", (2048, 3000)), note_size=20)
    assert (canvas.markup_width, canvas.note_size) == (16, 20)


def test_an_unknown_keyword_is_refused_with_a_hint(picture):
    with pytest.raises(TypeError, match=r"has no brush\. It takes .*brush_size.*layout"):
        MaskCanvas(picture, brush=33)


# What stays


def test_text_says_what_is_masked_and_is_the_same_for_the_same_mask(canvas, picture):
    canvas.add_rectangle(0, 0, 30, 20)
    digest = images.digest(canvas.selection)[:8]
    assert repr(canvas) == f"MaskCanvas(60×40, 25 % masked, 1 operation, {digest})"
    other = MaskCanvas.from_operations(picture, canvas.operations)
    assert repr(other) == repr(canvas)
    other.invert()
    assert repr(other).startswith("MaskCanvas(60×40, 75 % masked, 2 operations, ")
    assert repr(MaskCanvas()) == "MaskCanvas(no picture)"


def test_text_counts_the_marks(canvas):
    canvas.add_pen([(1, 1), (9, 9)])
    assert ", 1 operation, 1 mark, " in repr(canvas)


def test_the_saved_view_shows_the_markup_where_there_is_one(canvas):
    canvas.add_pen([(1, 1), (50, 30)])
    html = canvas._repr_mimebundle_()[0]["text/html"]
    assert html.count("<img ") == 1
    assert "Image and markup" in html
    canvas.add_rectangle(5, 5, 9, 9)
    assert canvas._repr_mimebundle_()[0]["text/html"].count("<img ") == 4


def test_little_is_not_nothing_and_much_is_not_all(picture):
    canvas = MaskCanvas(picture)
    canvas.add_rectangle(0, 0, 1, 1)
    assert canvas._state["covers"] == "< 1 %"
    canvas.invert()
    assert canvas._state["covers"] == "> 99 %"


def test_the_saved_view_has_text_html_and_a_picture(canvas):
    canvas.add_rectangle(0, 0, 30, 20)
    data, _ = canvas._repr_mimebundle_()
    assert data["text/plain"] == repr(canvas)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == canvas.model_id
    assert data["text/html"].count("<img ") == 3
    assert "25 % of 60 × 40 · 1 operation" in data["text/html"]
    assert "<script" not in data["text/html"]
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).width > 3 * WIDTH


def test_an_empty_canvas_has_only_words_to_save():
    data, _ = MaskCanvas()._repr_mimebundle_()
    assert data["text/plain"] == "MaskCanvas(no picture)"
    assert "No picture yet" in data["text/html"]
    assert "<img " not in data["text/html"]
    assert "image/png" not in data
