"""The mask canvas without a browser: everything a click does is a method, and messages do what the pointer does."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
import traitlets
from ipycanvas.canvas import _CANVAS_MANAGER
from PIL import Image

from imagewidgets import images
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.selections import selection_of
from imagewidgets.widgets.mask_canvas import LARGEST_BRUSH, MaskCanvas

WIDTH, HEIGHT = 60, 40


@pytest.fixture
def picture() -> Image.Image:
    rng = np.random.default_rng(5)
    return Image.fromarray(rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))


@pytest.fixture
def canvas(picture: Image.Image) -> MaskCanvas:
    return MaskCanvas(picture)


def send(canvas: MaskCanvas, content: dict[str, Any], data: bytes | None = None) -> None:
    """Deliver a message as the browser sends it."""
    canvas._handle_custom_msg(content, [] if data is None else [memoryview(data)])


def send_stroke(canvas: MaskCanvas, points: list[tuple[float, float]], **content: Any) -> None:
    told = {"type": "stroke", "id": "a:1", "picture": canvas._state["picture"], "size": 10, "erase": False, **content}
    send(canvas, told, np.asarray(points, np.float32).tobytes())


def seen(canvas: MaskCanvas) -> Image.Image:
    """Return what the browser was sent to draw on the mask layer, RGBA."""
    return Image.open(io.BytesIO(canvas._state["mask"])).convert("RGBA")


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
    canvas.add_rectangle(0, 0, WIDTH, HEIGHT, erase=True)
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
    canvas.stroke([(30, 20)], size=20, erase=True)
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
    canvas.stroke([(30, 15)], size=6, erase=True)
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


# Observing


def test_mask_and_selection_are_told_after_each_operation_and_agree(canvas):
    told = []

    def on_change(change):
        alpha = None if canvas.mask is None else np.asarray(canvas.mask)[..., 3]
        told.append((change.name, alpha is None or np.array_equal(alpha, 255 - np.asarray(canvas.selection))))

    canvas.observe(on_change, ["mask", "selection"])
    canvas.add_rectangle(0, 0, 5, 5)
    canvas.invert()
    canvas.undo()
    canvas.undo()
    assert sorted(told) == [("mask", True)] * 4 + [("selection", True)] * 4


def test_the_mask_can_be_linked_to_another_widget(canvas):
    class Other(traitlets.HasTraits):
        mask = traitlets.Any()

    other = Other()
    traitlets.directional_link((canvas, "mask"), (other, "mask"))
    canvas.invert()
    assert other.mask == canvas.mask


def test_painting_on_what_was_handed_out_changes_nothing_but_that(canvas):
    def paint(change):
        if change.new is not None:
            change.new.paste(0, (0, 0, WIDTH, HEIGHT))

    canvas.observe(paint, ["mask", "selection"])
    canvas.add_rectangle(2, 2, 8, 8)
    mask, selection, selected = canvas.mask, canvas.selection, canvas.to_array()
    assert 0 < selected.sum() < selected.size
    canvas.mask.putalpha(0)
    canvas.selection.paste(255, (0, 0, WIDTH, HEIGHT))
    assert canvas.mask == mask
    assert canvas.selection == selection
    assert np.array_equal(np.asarray(canvas.selection) == 255, selected)
    assert np.array_equal(np.asarray(selection_of(canvas)) == 255, selected)
    canvas.invert()
    canvas.undo()
    assert canvas.mask == mask


@pytest.mark.parametrize("size", [0, -1, 0.5, float("nan"), 1e9])
def test_a_stroke_too_fine_or_too_wide_is_refused(canvas, size):
    with pytest.raises(ValueError, match="from 1 to 1,000,000 px"):
        canvas.stroke([(5, 5)], size=size)
    assert canvas.mask is None


def test_a_point_is_not_a_stroke(canvas):
    with pytest.raises(ValueError, match="list of points"):
        canvas.stroke((5, 5))


def test_operations_need_a_picture():
    with pytest.raises(ValueError, match="need the picture"):
        MaskCanvas.from_operations(None, [])


@pytest.mark.parametrize("mode", ["1", "P", "La", "LA", "PA", "RGBa", "CMYK", "LAB", "HSV", "I", "F", "I;16"])
def test_pictures_of_any_mode_can_be_drawn_on(mode):
    canvas = MaskCanvas(Image.new(mode, (8, 6)))
    canvas.add_rectangle(0, 0, 4, 4)
    assert canvas.image.mode == mode
    assert canvas.mask.mode == "RGBA"
    assert "image/png" in canvas._repr_mimebundle_()[0]


def test_a_picture_without_a_pixel_is_refused(canvas):
    before = canvas.image
    with pytest.raises(InvalidRequestError, match="0 × 5 px"):
        canvas.image = Image.new("RGB", (0, 5))
    assert canvas.image is before


def test_mask_and_selection_are_read_only(canvas):
    for name in ("mask", "selection"):
        with pytest.raises(traitlets.TraitError, match="read-only"):
            setattr(canvas, name, None)


def test_no_picture_goes_over_as_a_trait(canvas):
    canvas.invert()
    assert not {"image", "mask", "selection"} & set(canvas.get_state())


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
    assert (canvas.image, canvas.mask, canvas.selection, canvas.coverage, canvas.operations) == (
        None,
        None,
        None,
        0,
        [],
    )
    for act in (canvas.invert, canvas.undo, canvas.to_array, lambda: canvas.stroke([(1, 2)])):
        with pytest.raises(ValueError, match=r"set canvas\.image first"):
            act()
    canvas.image = Image.new("L", (12, 24))
    canvas.invert()
    canvas.image = None
    assert canvas.mask is None
    assert canvas._state == {}


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


@pytest.mark.parametrize(("size", "brush"), [((1024, 1024), 85), ((1536, 1024), 85), ((60, 40), 3), ((1, 5), 1)])
def test_the_brush_starts_at_a_twelfth_of_the_shorter_side(size, brush):
    canvas = MaskCanvas()
    canvas.image = Image.new("1", size)
    assert canvas.brush_size == brush


def test_a_brush_that_was_chosen_stays(picture):
    assert MaskCanvas(picture, brush_size=33).brush_size == 33
    with pytest.raises(traitlets.TraitError):
        MaskCanvas(picture, brush_size=LARGEST_BRUSH + 1)


def test_an_unknown_keyword_is_refused_with_a_hint(picture):
    with pytest.raises(TypeError, match=r"has no brush\. It takes .*brush_size"):
        MaskCanvas(picture, brush=33)


# What the browser is sent, and sends


def test_the_browser_is_sent_the_mask_itself(canvas):
    canvas.stroke([(10, 10), (50, 30)], size=9)
    sent = np.asarray(seen(canvas))
    assert np.array_equal(sent[..., 3], np.asarray(canvas.selection))
    assert (sent[sent[..., 3] > 0][:, :3] == (255, 31, 68)).all()
    assert canvas._state["covers"] == f"{100 * canvas.coverage:.0f} %"


def test_what_can_be_done_is_known_to_the_browser(canvas):
    def able():
        return tuple(canvas._state[name] for name in ("any", "undo", "redo"))

    assert able() == (False, False, False)
    canvas.invert()
    assert able() == (True, True, False)
    canvas.undo()
    assert able() == (False, False, True)


def test_a_stroke_from_the_browser_is_the_one_that_the_method_draws(canvas, picture):
    send_stroke(canvas, [(10, 10), (40.5, 20.25)], size=12)
    by_method = MaskCanvas(picture)
    by_method.stroke([(10, 10), (40.5, 20.25)], size=12)
    assert canvas.selection == by_method.selection
    assert canvas.operations == by_method.operations
    assert canvas._state["stroke"] == "a:1"


def test_a_stroke_on_a_picture_that_is_gone_is_let_go(canvas):
    replaced = canvas._state["picture"]
    canvas.image = Image.new("RGB", (200, 200))
    send_stroke(canvas, [(10, 10)], picture=replaced, id="a:7")
    assert canvas.mask is None
    assert canvas._state["stroke"] == "a:7"


def test_buttons_send_the_names_of_methods(canvas):
    send_stroke(canvas, [(10, 10)])
    drawn = canvas.coverage
    for name, covers in [
        ("invert", 1 - drawn),
        ("clear", 0),
        ("undo", 1 - drawn),
        ("undo", drawn),
        ("redo", 1 - drawn),
    ]:
        send(canvas, {"type": name})
        assert canvas.coverage == pytest.approx(covers)


def test_other_messages_do_nothing_but_complain(canvas):
    with pytest.raises(ValueError, match="'close'"):
        canvas._receive(canvas, {"type": "close"}, [])


def test_a_file_from_the_browser_becomes_the_image(picture):
    canvas = MaskCanvas()
    file = io.BytesIO()
    picture.save(file, "PNG")
    send(canvas, {"type": "image"}, b"not a picture")
    assert canvas.image is None
    assert "no picture" in canvas._notice
    send(canvas, {"type": "image"}, file.getvalue())
    assert canvas.image.tobytes() == picture.tobytes()
    assert canvas._notice == ""


def test_the_picture_is_drawn_again_for_a_browser_that_has_just_loaded(canvas, monkeypatch):
    commands = []
    monkeypatch.setattr(_CANVAS_MANAGER, "_send_custom", lambda command, *_: commands.append(command))
    canvas._picture_layer._handle_frontend_event(None, {"event": "client_ready"}, [])
    # First of all which canvas is meant: this is what a new page does not know (ipycanvas #322).
    assert commands[0][1] == [f"IPY_MODEL_{canvas._picture_layer.model_id}"]
    assert commands[-1][1][0] == f"IPY_MODEL_{canvas._picture.model_id}"
    assert Image.open(io.BytesIO(canvas._picture.value)).size == canvas.image.size


def test_a_transparent_picture_is_shown_with_its_transparency():
    canvas = MaskCanvas(Image.new("RGBA", (8, 8), (255, 0, 0, 0)))
    assert canvas._picture.format == "png"
    assert Image.open(io.BytesIO(canvas._picture.value)).getextrema()[3] == (0, 0)


def test_without_the_pointer_layer_ipycanvas_own_events_draw(canvas, picture):
    send(canvas, {"type": "round_trip"})
    send(canvas, {"type": "round_trip"})  # a second browser
    canvas.tool, canvas.brush_size = "eraser", 6
    canvas.add_rectangle(0, 0, WIDTH, HEIGHT)

    def mouse(event: str, x: float, y: float) -> None:
        canvas._mask_layer._handle_frontend_event(None, {"event": event, "x": x, "y": y}, [])

    mouse("mouse_move", 1, 1)
    mouse("mouse_down", 10, 10)
    mouse("mouse_move", 20, 10)
    mouse("mouse_out", 30, 10)
    mouse("mouse_up", 40, 10)
    by_method = MaskCanvas(picture)
    by_method.add_rectangle(0, 0, WIDTH, HEIGHT)
    by_method.stroke([(10, 10), (20, 10), (30, 10)], size=6, erase=True)
    assert canvas.selection == by_method.selection
    assert canvas._round_trip._model.value == canvas._state["mask"]


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


def test_an_empty_canvas_has_only_text_to_save():
    data, _ = MaskCanvas()._repr_mimebundle_()
    assert data["text/plain"] == "MaskCanvas(no picture)"
    assert not {"text/html", "image/png"} & set(data)
