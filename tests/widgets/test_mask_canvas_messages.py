"""What browsers send to a mask canvas: nothing is lost, nothing is done twice, all of it is answered."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.mask_messages import SESSIONS, Sessions
from tests.widgets.mask_browser import Browser
from tests.widgets.masks import HEIGHT, WIDTH, noise, raster_of


@pytest.fixture
def picture() -> Image.Image:
    return noise()


@pytest.fixture
def canvas(picture: Image.Image) -> MaskCanvas:
    return MaskCanvas(picture)


@pytest.fixture
def browser(canvas: MaskCanvas) -> Browser:
    return Browser(canvas)


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
