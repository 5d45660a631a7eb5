"""What a mask canvas and its browsers say to each other: nothing is lost, nothing is done twice, all see the mask."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipycanvas.canvas import _CANVAS_MANAGER
from PIL import Image

from imagewidgets.mask.markup import render
from imagewidgets.widgets import mask_messages
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.mask_messages import SESSIONS, Sessions, Upload
from imagewidgets.widgets.mask_state import encode_coverage
from tests.widgets.mask_browser import Browser
from tests.widgets.mask_browser import picture as png
from tests.widgets.masks import HEIGHT, WIDTH, noise


@pytest.fixture
def picture() -> Image.Image:
    return noise()


@pytest.fixture
def canvas(picture: Image.Image) -> MaskCanvas:
    return MaskCanvas(picture)


@pytest.fixture
def browser(canvas: MaskCanvas) -> Browser:
    return Browser(canvas)


def raster_of(canvas: MaskCanvas) -> np.ndarray:
    return np.asarray(canvas.soft_selection)


# What the browser sends


def test_a_stroke_from_the_browser_is_the_one_that_the_method_draws(canvas, picture, browser):
    browser.do("stroke", [(10, 10), (40.5, 20.25)], size=12, mode="add", hardness=100, pressure=False)
    by_method = MaskCanvas(picture)
    by_method.stroke([(10, 10), (40.5, 20.25)], size=12)
    assert canvas.operations == by_method.operations
    assert canvas.selection == by_method.selection


def test_a_pen_s_pressure_is_the_width_at_each_point(canvas, browser):
    browser.do("stroke", [(10, 10, 4), (40, 20, 9.5)], size=12, mode="subtract", hardness=100, pressure=True)
    (stroke,) = canvas.operations
    assert stroke["points"] == [[10, 10], [40, 20]]
    assert stroke["widths"] == [4, 9.5]
    assert stroke["mode"] == "subtract"


def test_points_of_a_polygon_and_of_a_pen_come_in_a_buffer_too(canvas, browser):
    browser.do("polygon", [(2, 2), (30, 2), (2, 30)], mode="add")
    browser.do("pen", [(5, 5), (6.004, 7.126)], color="#00ff00", width=3)
    polygon, pen = canvas.operations
    assert polygon["points"] == [[2, 2], [30, 2], [2, 30]]
    assert pen["points"] == [[5, 5], [6, 7.13]]  # hundredths of a pixel


def test_numbers_are_rounded_so_that_the_list_of_operations_stays_short(canvas, browser):
    browser.do("rectangle", x=1.23456, y=2.0001, w=10 / 3, h=7)
    assert canvas.operations == [
        {"type": "rectangle", "x": 1.23, "y": 2.0, "w": 3.33, "h": 7.0, "mode": "add"},
    ]


def test_whole_mask_operations_undo_redo_and_keep_come_as_messages(canvas, browser):
    browser.do("select_all")
    browser.do("arrow", start=[1, 1], end=[30, 30], color="#ff0000", width=2)
    assert (canvas.coverage, browser.state["marks"]) == (1, True)
    browser.act("keep_mask")
    assert (canvas.coverage, browser.state["marks"]) == (1, False)
    browser.act("undo")
    browser.act("keep_markup")
    assert (canvas.coverage, browser.state["marks"]) == (0, True)
    browser.act("undo")
    assert (canvas.coverage, browser.state["marks"], browser.state["redo"]) == (1, True, True)
    browser.act("redo")
    assert canvas.mask is None


def test_what_was_done_already_is_not_done_again(canvas, browser):
    message = browser.do("invert")
    browser.post(message)
    browser.post(message)
    assert len(canvas.operations) == 1
    assert browser.state["answered"] == {"a": 1}


def test_after_a_loss_nothing_is_done_until_what_was_lost_has_come(canvas, browser):
    browser.number = 1
    early = browser.do("invert")  # number 2
    assert canvas.operations == []
    assert browser.state["answered"] == {"a": 0}  # so the browser knows where to begin again
    browser.post({**early, "number": 1, "operation": {"type": "rectangle", "x": 0, "y": 0, "w": 5, "h": 5}})
    browser.post(early)
    assert [each["type"] for each in canvas.operations] == ["rectangle", "invert"]
    assert browser.state["answered"] == {"a": 2}


def test_two_browsers_count_each_for_itself(canvas):
    one, other = Browser(canvas, "a"), Browser(canvas, "b")
    one.do("select_all")
    other.do("rectangle", x=0, y=0, w=9, h=9, mode="subtract")
    one.act("undo")
    assert other.state["answered"] == one.state["answered"] == {"a": 2, "b": 1}
    assert np.array_equal(one.raster, raster_of(canvas))
    assert np.array_equal(other.raster, raster_of(canvas))


def test_sessions_that_are_long_gone_are_forgotten():
    sessions = Sessions()
    assert sessions.take("first", 1)
    for number in range(1, SESSIONS + 1):
        assert sessions.take("busy", number)
        sessions.take(f"reload {number}", 1)
    assert len(sessions.answered) == SESSIONS
    assert "first" not in sessions.answered
    assert sessions.answered["busy"] == SESSIONS


def test_what_was_drawn_on_a_picture_that_was_replaced_is_answered_and_let_go(canvas, browser):
    earlier = browser.state["picture"]
    canvas.image = Image.new("RGB", (200, 200))
    browser.do("rectangle", x=1, y=1, w=5, h=5)
    browser.act("do", operation={"type": "invert"}, picture=earlier)
    browser.act("undo", picture=earlier)
    assert [each["type"] for each in canvas.operations] == ["rectangle"]
    assert browser.state["answered"] == {"a": 3}


def test_what_was_drawn_before_the_picture_was_extended_keeps_its_place_in_it(canvas, browser):
    earlier = browser.state["picture"]
    canvas.extend(left=5, top=7)
    canvas.extend(left=10, right=3)
    between = browser.state["picture"] - 1
    canvas.clear()
    browser.act("do", operation={"type": "rectangle", "x": 1, "y": 2, "w": 5, "h": 6}, picture=earlier)
    browser.act("do", operation={"type": "bucket", "x": 0, "y": 0, "mode": "subtract"}, picture=between)
    points = np.array([(1, 1), (4, 9.5), (1, 20)], np.float32).tobytes()
    browser.act("do", points, operation={"type": "polygon"}, picture=earlier)
    browser.act("do", operation={"type": "arrow", "start": [1, 2], "end": [9, 9], "color": "#ff0000", "width": 2})
    arrow = {"type": "arrow", "start": [1, 2], "end": [9, 9], "color": "#ff0000", "width": 2}
    browser.act("do", operation=arrow, picture=earlier)
    rectangle, bucket, polygon, now, then = canvas.operations[3:]
    assert (rectangle["x"], rectangle["y"], rectangle["w"]) == (16, 9, 5)
    assert (bucket["x"], bucket["y"]) == (10, 0)
    assert polygon["points"] == [[16, 8], [19, 16.5], [16, 27]]
    assert (now["start"], then["start"], then["end"]) == ([1, 2], [16, 9], [24, 16])
    extended = browser.state["picture"]
    for _ in range(7):
        canvas.undo()
    assert canvas.image.size == (WIDTH + 5, HEIGHT + 7)
    browser.act("do", operation={"type": "rectangle", "x": 16, "y": 9, "w": 5, "h": 6}, picture=extended)
    assert (canvas.operations[-1]["x"], canvas.operations[-1]["y"]) == (6, 9)


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ({"type": "wand", "x": 500, "y": 5, "tolerance": 10}, "500"),
        ({"type": "rectangle", "x": 5, "y": 5, "w": 0, "h": 5}, "more than 0"),
        ({"type": "spray"}, "spray"),
    ],
)
def test_what_is_refused_is_answered_with_a_sentence_and_changes_nothing(canvas, browser, operation, sentence):
    canvas.add_rectangle(3, 3, 5, 5)
    before = canvas.operations
    browser.act("do", operation=operation)
    assert canvas.operations == before
    assert sentence in canvas._notice
    assert "$" not in canvas._notice
    assert browser.state["answered"] == {"a": 1}
    browser.do("invert")
    assert canvas._notice == ""


def test_what_goes_wrong_in_an_observer_is_not_told_as_a_refusal(canvas, browser):
    def complain(_change):
        raise ValueError("of the observer")

    canvas.observe(complain, "mask")
    with pytest.raises(ValueError, match="of the observer"):
        message = {"type": "do", "session": "a", "number": 1, "picture": browser.state["picture"]}
        canvas._receive(canvas, {**message, "operation": {"type": "invert"}}, [])
    assert canvas._notice == ""
    assert (canvas.coverage, browser.state["answered"]) == (1, {"a": 1})


def test_points_cut_short_are_refused(canvas, browser):
    browser.act("do", b"\0" * 12, operation={"type": "stroke", "size": 5})
    assert "did not arrive whole" in canvas._notice
    assert canvas.operations == []


def test_a_message_that_cannot_be_read_is_answered_all_the_same(canvas, browser):
    with pytest.raises(KeyError):
        canvas._receive(canvas, {"type": "do", "session": "a", "number": 1, "picture": browser.state["picture"]}, [])
    assert browser.state["answered"] == {"a": 1}


def test_other_messages_do_nothing_but_complain(canvas):
    with pytest.raises(ValueError, match="'close'"):
        canvas._receive(canvas, {"type": "close"}, [])


def test_without_a_picture_all_is_answered_too():
    canvas = MaskCanvas()
    browser = Browser(canvas)
    browser.do("invert")
    canvas.image = Image.new("L", (9, 9))
    browser.act("undo", picture=0)
    assert canvas.operations == []
    assert browser.state["answered"] == {"a": 2}


# A file


def file_of(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_file_comes_in_parts(picture):
    canvas = MaskCanvas()
    browser = Browser(canvas)
    data = file_of(picture)
    half = len(data) // 2
    browser.post({"type": "image", "part": 0, "parts": 2, "name": "a.png"}, data[:half])
    assert canvas.image is None
    browser.post({"type": "image", "part": 1, "parts": 2, "name": "a.png"}, data[half:])
    assert canvas.image.tobytes() == picture.tobytes()
    assert (browser.state["width"], browser.state["height"]) == (WIDTH, HEIGHT)


def test_a_file_that_is_none_is_refused_by_name_and_the_picture_stays(canvas, picture):
    browser = Browser(canvas)
    browser.post({"type": "image", "part": 0, "parts": 1, "name": "notes.txt"}, b"not a picture")
    assert canvas._notice.startswith("notes.txt: ")
    assert "no picture" in canvas._notice
    assert canvas.image is picture
    browser.post({"type": "image", "part": 0, "parts": 1, "name": "b.png"}, file_of(Image.new("L", (9, 8))))
    assert canvas.image.size == (9, 8)
    assert canvas._notice == ""


def test_a_file_with_a_part_missing_is_refused_and_can_be_sent_again(canvas, picture):
    browser = Browser(canvas)
    data = file_of(picture)
    for part in (0, 2):
        browser.post({"type": "image", "part": part, "parts": 3, "name": "a.png"}, data)
    assert "did not arrive whole" in canvas._notice
    assert canvas.image is picture
    browser.post({"type": "image", "part": 0, "parts": 1, "name": "a.png"}, file_of(Image.new("L", (9, 8))))
    assert canvas.image.size == (9, 8)


def test_a_file_above_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr(mask_messages, "LARGEST_FILE", 10)
    upload = Upload()
    assert upload.add(0, 3, b"12345678") is None
    with pytest.raises(ValueError, match="path instead"):
        upload.add(1, 3, b"12345678")
    with pytest.raises(ValueError, match="arrive whole"):
        upload.add(2, 3, b"1")


# What the browser is sent


def test_a_stroke_makes_one_update_that_holds_the_changed_rectangle(canvas, browser):
    canvas.select_all()
    browser.comm.updates.clear()
    browser.do("stroke", [(20, 20)], size=6, mode="subtract")
    (update,) = browser.comm.updates
    patch = update["_state"]["patch"]
    assert [patch[name] for name in "xywh"] == [17, 17, 6, 6]
    assert "markup" not in update["_state"]
    assert np.array_equal(browser.raster, raster_of(canvas))


def test_where_nothing_changes_nothing_of_the_mask_is_sent(canvas, browser):
    canvas.select_all()
    browser.do("stroke", [(20, 20)], size=6)
    assert browser.state["patch"] is None
    assert browser.state["base"] == browser.state["revision"] - 1


def test_whoever_asks_for_the_whole_state_gets_the_whole_mask(canvas, browser):
    canvas.add_rectangle(2, 3, 10, 20)
    canvas.stroke([(40, 20)], size=10, hardness=0)
    canvas.add_arrow((5, 5), (30, 30))
    reloaded = Browser(canvas, "b")
    assert reloaded.state["base"] is None
    assert np.array_equal(reloaded.raster, raster_of(canvas))
    assert reloaded.markup == canvas.markup == browser.markup
    saved = canvas.get_state()["_state"]
    assert saved["patch"] == reloaded.state["patch"]


def test_a_browser_that_has_missed_an_update_asks_for_everything(canvas, browser):
    canvas.add_rectangle(2, 3, 10, 20)
    browser.deaf = True
    canvas.add_rectangle(22, 3, 10, 20)
    canvas.add_note(5, 5, "here", size=10)
    browser.deaf = False
    canvas.invert()
    assert browser.syncs == 1
    assert np.array_equal(browser.raster, raster_of(canvas))
    assert browser.markup == canvas.markup


def test_what_is_done_in_one_hold_is_sent_as_one_update(canvas, browser):
    browser.comm.updates.clear()
    with canvas.hold_sync():
        for x in range(0, 50, 10):
            canvas.add_rectangle(x, 4, 5, 5)
    (update,) = browser.comm.updates
    assert [update["_state"]["patch"][name] for name in "xywh"] == [0, 4, 45, 5]
    assert browser.syncs == 0
    assert np.array_equal(browser.raster, raster_of(canvas))


def test_extending_sends_the_whole_mask_in_its_new_size(canvas, browser):
    canvas.add_rectangle(2, 3, 10, 20)
    canvas.add_pen([(5, 5), (20, 20)])
    before = browser.state["picture"]
    canvas.extend(left=7, bottom=3)
    assert browser.raster.shape == (HEIGHT + 3, WIDTH + 7)
    assert np.array_equal(browser.raster, raster_of(canvas))
    assert browser.markup == canvas.markup
    assert browser.state["picture"] > before
    canvas.undo()
    assert np.array_equal(browser.raster, raster_of(canvas))
    assert browser.markup.size == (WIDTH, HEIGHT)


def test_numbers_say_what_can_be_done(canvas, browser):
    def able():
        return tuple(browser.state[name] for name in ("any", "marks", "undo", "redo"))

    assert able() == (False, False, False, False)
    canvas.invert()
    assert able() == (True, False, True, False)
    canvas.undo()
    assert able() == (False, False, False, True)
    canvas.add_circle(1, 1, 9, 9)
    assert able() == (False, True, True, False)
    canvas.image = None
    assert able() == (False, False, False, False)
    assert (browser.state["width"], browser.state["patch"]) == (0, None)


@pytest.mark.parametrize("shape", [(1, 1), (3, 9), (40, 17)])
@pytest.mark.parametrize("values", [[0], [255], [0, 255], [0, 1, 128, 254, 255]])
def test_a_patch_is_exactly_the_raster(shape, values):
    coverage = np.random.default_rng(1).choice(np.array(values, np.uint8), shape)
    sent = np.asarray(png(encode_coverage(coverage)))
    assert np.array_equal(sent[..., 3], coverage)
    assert not sent[..., :3].any()


@st.composite
def actions(draw) -> dict[str, Any]:
    x, y = st.integers(-5, 30), st.integers(-5, 75)
    mode = st.sampled_from(["add", "subtract", "intersect"])
    box = {"x": x, "y": y, "w": st.integers(1, 40), "h": st.integers(1, 40)}
    ink = {"color": st.just("#00aa55"), "width": st.integers(1, 9)}
    points = st.lists(st.tuples(x, y).map(list), min_size=3, max_size=5)
    operations = [
        {"type": st.just("stroke"), "points": points, "size": st.integers(1, 20), "mode": mode},
        {"type": st.just("stroke"), "points": points, "size": st.integers(1, 20), "hardness": st.integers(0, 100)},
        {"type": st.sampled_from(["rectangle", "ellipse"]), **box, "mode": mode},
        {"type": st.just("polygon"), "points": points, "mode": mode},
        {"type": st.sampled_from(["invert", "select_all", "clear", "fill_holes", "keep_largest", "clear_markup"])},
        {"type": st.sampled_from(["grow", "shrink", "smooth"]), "by": st.integers(1, 4)},
        {"type": st.just("bucket"), "x": st.integers(0, 20), "y": st.integers(0, 20), "mode": mode},
        {"type": st.just("extend"), "left": st.integers(0, 4), "bottom": st.integers(1, 4)},
        {"type": st.just("circle"), **box, **ink},
        {"type": st.just("pen"), "points": points, **ink},
    ]
    kind = draw(st.sampled_from(["do"] * 6 + ["undo", "undo", "redo", "reload", "lost", "twice"]))
    return {"type": kind, "operation": draw(st.one_of([st.fixed_dictionaries(each) for each in operations]))}


def same_markup(shown: Image.Image | None, markup: Image.Image | None) -> bool:
    """Tell whether a page shows the markup: nothing where all marks lie outside of the picture."""
    return shown == markup or (shown is None and markup is not None and markup.getbbox() is None)


@given(st.lists(actions(), min_size=1, max_size=14), st.booleans())
def test_every_browser_shows_the_mask_whatever_is_done_and_lost(steps, hold):
    canvas = MaskCanvas(Image.new("RGB", (24, 70), (200, 180, 20)))
    browser, deaf = Browser(canvas, "a"), Browser(canvas, "b")
    for step in steps:
        deaf.deaf = step["type"] == "lost"
        match step["type"]:
            case "do" | "lost":
                browser.act("do", operation=step["operation"])
            case "twice":
                browser.post(browser.act("do", operation=step["operation"]))
            case "undo" | "redo" as name:
                browser.act(name)
            case "reload":
                deaf = Browser(canvas, "c")
    deaf.deaf = False
    if hold:
        with canvas.hold_sync():
            canvas.invert()
            canvas.add_rectangle(1, 1, 5, 60, mode="subtract")
    else:
        canvas.invert()
    raster = raster_of(canvas)
    for page in (browser, deaf):
        assert np.array_equal(page.raster, raster)
        assert same_markup(page.markup, canvas.markup)
        assert page.state["any"] == bool(raster.any())
    assert canvas.coverage == (raster > 0).mean()
    if canvas.markup is not None:
        assert canvas.markup == render(canvas._history.operations, canvas.image.size)
    again = MaskCanvas.from_operations(canvas._given, json.loads(json.dumps(canvas.operations)))
    assert again.selection == canvas.selection
    assert again.markup == canvas.markup
    assert again.image == canvas.image


def test_threads_draw_on_one_canvas_and_the_browser_sees_all_of_it(canvas, browser):
    start = threading.Barrier(4)

    def draw(row: int) -> None:
        start.wait()
        for x in range(8):
            canvas.add_rectangle(x * 7, row * 10, 3, 3)

    threads = [threading.Thread(target=draw, args=(row,)) for row in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(canvas.operations) == 32
    assert (browser.raster > 0).sum() == 32 * 9
    assert browser.syncs == 0


# The layers


def test_the_picture_is_drawn_again_for_a_browser_that_has_just_loaded(canvas, monkeypatch):
    commands = []
    monkeypatch.setattr(_CANVAS_MANAGER, "_send_custom", lambda command, *_: commands.append(command))
    canvas._picture_layer._handle_frontend_event(None, {"event": "client_ready"}, [])
    # First of all which canvas is meant: this is what a new page does not know (ipycanvas #322).
    assert commands[0][1] == [f"IPY_MODEL_{canvas._picture_layer.model_id}"]
    assert commands[-1][1][0] == f"IPY_MODEL_{canvas._picture.model_id}"
    assert Image.open(io.BytesIO(canvas._picture.value)).size == canvas.image.size


def test_without_the_pointer_layer_ipycanvas_own_events_draw(canvas, picture, browser):
    browser.post({"type": "round_trip"})
    browser.post({"type": "round_trip"})  # a second browser
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
    by_method.stroke([(10, 10), (20, 10), (30, 10)], size=6, mode="subtract")
    assert canvas.selection == by_method.selection
    shown = np.asarray(png(canvas._round_trip._model.value))
    assert np.array_equal(shown[..., 3], np.asarray(canvas.selection))
    assert (shown[shown[..., 3] > 0][:, :3] == (255, 31, 68)).all()
    canvas.overlay_color = "#00FF00"
    shown = np.asarray(png(canvas._round_trip._model.value))
    assert (shown[shown[..., 3] > 0][:, :3] == (0, 255, 0)).all()


def test_a_layer_of_one_s_own_lies_over_the_mask_in_the_picture_s_size(canvas, browser):
    assert canvas._overlay_layer is None
    overlay = canvas.overlay
    assert canvas.overlay is overlay
    assert (overlay.width, overlay.height) == (WIDTH, HEIGHT)
    assert browser.comm.updates[-1]["_overlay_layer"] == f"IPY_MODEL_{overlay.model_id}"
    canvas.extend(right=10)
    assert overlay.width == WIDTH + 10


def test_closing_closes_the_layers_and_what_was_drawn_can_still_be_read(canvas):
    canvas.invert()
    parts = [canvas._picture_layer, canvas._mask_layer, canvas.overlay, canvas._picture]
    canvas.close()
    canvas.close()
    assert [part.comm for part in parts] == [None] * 4
    assert canvas.coverage == 1
    canvas.image = Image.new("L", (9, 9))
    canvas.invert()
    assert canvas.mask.size == (9, 9)
