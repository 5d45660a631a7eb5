"""The tools of the mask canvas under real input: mouse, keyboard, touch and pen. What is seen is what Python has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import CDPSession, Locator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

WIDTH, HEIGHT = 300, 200

# White with a blue square and a darker one apart from it: something for the wand to tell apart.
CANVAS = f"""
from PIL import Image, ImageDraw
from imagewidgets.widgets.mask_canvas import MaskCanvas
picture = Image.new("RGB", ({WIDTH}, {HEIGHT}), "white")
ImageDraw.Draw(picture).rectangle((180, 40, 239, 99), fill="#2060c0")
ImageDraw.Draw(picture).rectangle((20, 150, 49, 179), fill="#2060c0")
canvas = MaskCanvas(picture, brush_size=20)
canvas
"""

# How many pixels of the mask on the screen are not exactly as Python has them; at 100 % they are the same pixels.
DIFFERENT = """(layer, strengths) => {
  const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
  const wanted = Uint8Array.from(atob(strengths), (c) => c.charCodeAt(0));
  if (data.length !== 4 * wanted.length) return -1;
  return wanted.reduce((count, strength, i) => count + (data[4 * i + 3] !== strength), 0);
}"""
STRENGTHS = "__import__('base64').b64encode(canvas.soft_selection.tobytes()).decode()"


def art(nb: NB) -> Locator:
    return nb.out(0).locator(".imagewidgets-mask-canvas .iw-art")


class Hand:
    """The mouse over the picture at 100 %, in pixels of the picture."""

    def __init__(self, nb: NB) -> None:
        self.nb = nb
        self.mouse = nb.page.mouse
        self.keyboard = nb.page.keyboard
        self.layer = art(nb).locator("canvas.iw-art__mask")
        self.layer.wait_for()
        self.show_at_full_size()

    def show_at_full_size(self) -> None:
        """Show the picture at 100 % and wait until it is: the view follows keys and fingers with its next frame."""
        art(self.nb).focus()
        self.keyboard.press("1")
        self.nb.wait_frame()
        self.nb.page.wait_for_function(f"layer => layer.width === {WIDTH}", arg=self.layer.element_handle())

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a pixel of the picture is on the page: bars may have moved it."""
        box = self.layer.bounding_box()
        assert box is not None
        return box["x"] + x * box["width"] / WIDTH, box["y"] + y * box["height"] / HEIGHT

    def move(self, x: float, y: float) -> None:
        self.mouse.move(*self.place(x, y), steps=5)

    def press(self, x: float, y: float) -> None:
        self.mouse.move(*self.place(x, y))
        self.mouse.down()

    def drag(self, *points: tuple[float, float], held: tuple[str, ...] = ()) -> None:
        for key in held:
            self.keyboard.down(key)
        self.press(*points[0])
        for point in points[1:]:
            self.move(*point)
        self.mouse.up()
        for key in held:
            self.keyboard.up(key)

    def click(self, x: float, y: float, *held: str) -> None:
        self.drag((x, y), held=held)

    def choose(self, key: str) -> None:
        """Choose a tool by its key."""
        art(self.nb).focus()
        self.keyboard.press(key)


def wait_done(nb: NB, count: int) -> None:
    nb.wait_for_kernel(f"len(canvas.operations) == {count}")


def wait_exact(nb: NB) -> None:
    """Wait until each pixel on the screen is exactly Python's."""
    layer = art(nb).locator("canvas.iw-art__mask").element_handle()
    nb.page.wait_for_function(
        f"([layer, wanted]) => ({DIFFERENT})(layer, wanted) === 0", arg=[layer, nb.kernel_eval(STRENGTHS)]
    )


def operations(nb: NB) -> list[dict[str, Any]]:
    done: list[dict[str, Any]] = nb.kernel_eval("canvas.operations")
    return done


def selected(nb: NB, *points: tuple[int, int]) -> list[int]:
    found: list[int] = nb.kernel_eval(f"[canvas.selection.getpixel(at) for at in {list(points)}]")
    return found


# The mask's tools with the mouse


def test_brush_and_eraser(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.drag((40, 60), (120, 60), (120, 140))
    wait_done(nb, 1)
    wait_exact(nb)
    hand.choose("e")
    hand.drag((80, 40), (80, 80))
    wait_done(nb, 2)
    wait_exact(nb)
    drawn, erased = operations(nb)
    assert (drawn["mode"], drawn["size"], erased["mode"]) == ("add", 20, "subtract")
    assert np.allclose([drawn["points"][0], drawn["points"][-1]], [(40, 60), (120, 140)], atol=1)
    assert selected(nb, (50, 60), (80, 60), (120, 130), (80, 100)) == [255, 0, 255, 0]


def test_a_soft_brush_is_seen_as_soft_as_it_is(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    nb.kernel_exec("canvas.hardness, canvas.brush_size = 30, 60")
    nb.out(0).get_by_text("60 px", exact=True).wait_for()
    hand.press(80, 80)
    hand.move(160, 120)
    # Before Python knows of it: the same but for what rounding makes of a falling strength.
    nb.kernel_exec("draft = MaskCanvas(picture); draft.stroke([(80, 80), (160, 120)], size=60, hardness=30)")
    near = DIFFERENT.replace("data[4 * i + 3] !== strength", "Math.abs(data[4 * i + 3] - strength) > 12")
    assert hand.layer.evaluate(near, nb.kernel_eval(STRENGTHS.replace("canvas", "draft"))) < 40
    hand.mouse.up()
    wait_done(nb, 1)
    wait_exact(nb)
    values = nb.kernel_eval("sorted(set(canvas.soft_selection.get_flattened_data()))")
    assert len(values) > 100
    assert operations(nb)[0]["hardness"] == 30


@pytest.mark.parametrize(("key", "type_"), [("r", "rectangle"), ("o", "ellipse")])
def test_boxes_by_drag_lie_on_whole_pixels(notebook: OpenNotebook, key: str, type_: str) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.choose(key)
    hand.drag((150, 120), (50.3, 30.2))  # to the upper left
    wait_done(nb, 1)
    wait_exact(nb)
    assert operations(nb) == [{"type": type_, "x": 50.0, "y": 30.0, "w": 100.0, "h": 90.0, "mode": "add"}]
    hand.click(200, 150)  # nothing: it has no extent
    hand.drag((250, 150), (400, 250))  # let go outside
    wait_done(nb, 2)
    wait_exact(nb)
    assert operations(nb)[1]["w"] == 150


def test_polygon_point_by_point(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.choose("p")
    corners = [(40, 40), (140, 50), (90, 150)]
    for corner in [*corners, corners[0]]:  # on the first one again: closed
        hand.click(*corner)
    wait_done(nb, 1)
    wait_exact(nb)
    assert np.allclose(operations(nb)[0]["points"], corners, atol=1)
    for corner in [(200, 30), (280, 30), (290, 100), (260, 120), (10, 10)]:
        hand.click(*corner)
    hand.keyboard.press("Backspace")
    hand.keyboard.press("Control+z")  # also takes a point back, not the polygon before
    hand.mouse.dblclick(*hand.place(220, 110))  # the last point, and closed
    wait_done(nb, 2)
    wait_exact(nb)
    assert np.allclose(operations(nb)[1]["points"], [(200, 30), (280, 30), (290, 100), (220, 110)], atol=1)
    for corner in [(20, 20), (60, 20), (40, 60)]:
        hand.click(*corner)
    hand.move(150, 190)
    hand.keyboard.press("Enter")
    wait_done(nb, 3)
    wait_exact(nb)
    assert len(operations(nb)[2]["points"]) == 3


def test_lasso(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.choose("l")
    hand.drag((60, 40), (200, 60), (180, 150), (70, 140))
    wait_done(nb, 1)
    wait_exact(nb)
    assert operations(nb)[0]["type"] == "polygon"
    assert selected(nb, (120, 100), (190, 100), (30, 100), (250, 100)) == [255, 255, 0, 0]


def test_wand_takes_what_looks_alike_and_bucket_fills_what_is_enclosed(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.choose("w")
    hand.click(200, 60)
    wait_done(nb, 1)
    wait_exact(nb)
    assert nb.kernel_eval("canvas.bbox") == (180, 40, 240, 100)
    nb.out(0).get_by_label("Contiguous").uncheck()
    hand.click(200, 60)
    wait_done(nb, 2)
    wait_exact(nb)
    assert operations(nb)[1] == {
        "type": "wand",
        "x": 200,
        "y": 60,
        "tolerance": 24,
        "contiguous": False,
        "mode": "add",
    }
    assert nb.kernel_eval("canvas.bbox") == (20, 40, 240, 180)
    nb.kernel_exec(
        "canvas.clear(); canvas.add_rectangle(60, 60, 80, 80); canvas.add_rectangle(80, 80, 40, 40, mode='subtract')"
    )
    hand.choose("g")
    hand.click(100, 100)
    wait_done(nb, 6)
    wait_exact(nb)
    assert nb.kernel_eval("int(canvas.to_array().sum())") == 80 * 80
    hand.click(-10, 100)  # beside the picture: nothing
    hand.click(100, 100, "Alt")
    wait_done(nb, 7)
    assert nb.kernel_eval("canvas.mask is None")


def test_keys_held_down_and_the_switch_say_how_a_shape_meets_the_mask(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.choose("r")
    hand.drag((50, 50), (150, 150))
    hand.drag((100, 100), (200, 180), held=("Alt",))
    hand.drag((40, 40), (120, 120), held=("Shift", "Alt"))
    hand.keyboard.press("x")
    nb.wait_for_kernel("canvas.mode == 'subtract'")
    hand.drag((50, 50), (60, 60))
    hand.drag((200, 50), (220, 70), held=("Shift",))
    hand.keyboard.press("x")
    nb.wait_for_kernel("canvas.mode == 'add'")
    nb.out(0).get_by_role("radio", name="Intersect with the mask").click()
    hand.drag((50, 50), (100, 100))
    wait_done(nb, 6)
    wait_exact(nb)
    modes = [operation["mode"] for operation in operations(nb)]
    assert modes == ["add", "subtract", "intersect", "subtract", "add", "intersect"]
    assert nb.kernel_eval("int(canvas.to_array().sum())") == 50 * 50 - 10 * 10


def test_a_sign_beside_the_pointer_says_what_held_keys_do(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.choose("r")
    hand.move(100, 100)
    sign = art(nb).locator(".iw-art__brush path").last
    shown = "sign => sign.getAttribute('d')"
    assert sign.evaluate(shown) == ""
    hand.keyboard.down("Alt")
    nb.page.wait_for_function(f"sign => ({shown})(sign) !== ''", arg=sign.element_handle())
    hand.keyboard.up("Alt")
    nb.page.wait_for_function(f"sign => ({shown})(sign) === ''", arg=sign.element_handle())


def test_what_is_in_progress_is_given_up_by_escape_and_by_another_tool(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    draft = art(nb).locator("canvas.iw-art__draft")
    drawn = "draft => draft.getContext('2d').getImageData(0, 0, draft.width, draft.height).data.some(Boolean)"
    hand.choose("r")
    hand.press(50, 50)
    hand.move(150, 150)
    nb.page.wait_for_function(drawn, arg=draft.element_handle())
    hand.keyboard.press("Escape")
    nb.page.wait_for_function(f"draft => !({drawn})(draft)", arg=draft.element_handle())
    hand.mouse.up()
    hand.choose("p")
    for corner in [(40, 40), (140, 50), (90, 150)]:
        hand.click(*corner)
    hand.choose("l")
    hand.keyboard.press("Enter")
    hand.keyboard.press("Escape")
    hand.choose("b")
    hand.click(100, 100)
    wait_done(nb, 1)
    assert operations(nb)[0]["type"] == "stroke"
    assert art(nb).evaluate("art => document.activeElement === art")


def test_shift_click_draws_a_line_and_ctrl_drag_resizes(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.click(40, 40)
    hand.click(240, 140, "Shift")
    wait_done(nb, 2)
    wait_exact(nb)
    assert np.allclose(operations(nb)[1]["points"], [(40, 40), (240, 140)], atol=1)
    for held, right, size in [("Control", 25, 70), ("Alt", -30, 10)]:
        hand.drag((150, 100), (150 + right, 100), held=(held,))
        nb.wait_for_kernel(f"abs(canvas.brush_size - {size}) <= 2")
    assert len(operations(nb)) == 2


def test_another_picture_begins_anew(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.click(40, 40)
    hand.choose("p")
    for corner in [(40, 40), (140, 50), (90, 150)]:
        hand.click(*corner)
    nb.kernel_exec("canvas.image = Image.new('RGB', picture.size, 'green')")
    nb.wait_for_kernel("canvas.operations == []")
    nb.out(0).get_by_text("Mask covers 0 %").wait_for()
    hand.keyboard.press("Enter")  # no polygon is left to close: this begins one
    hand.choose("b")
    hand.click(240, 140, "Shift")  # no line from a place in the picture before
    wait_done(nb, 1)
    assert len(operations(nb)[0]["points"]) == 1


# Touch and pen


@pytest.fixture
def cdp(notebook: OpenNotebook) -> Iterator[tuple[NB, Hand, CDPSession]]:
    """A notebook on a touch screen, and the way to send it what playwright has no word for."""
    nb = notebook([CANVAS], touch=True)
    hand = Hand(nb)
    session = nb.page.context.new_cdp_session(nb.page)
    yield nb, hand, session
    session.detach()


def touch(session: CDPSession, hand: Hand, type_: str, *points: tuple[float, float]) -> None:
    fingers = []
    for finger, point in enumerate(points):
        x, y = hand.place(*point)
        fingers.append({"x": x, "y": y, "id": finger})
    session.send("Input.dispatchTouchEvent", {"type": type_, "touchPoints": fingers})


def test_one_finger_draws_and_two_take_back_what_the_first_began(cdp: tuple[NB, Hand, CDPSession]) -> None:
    nb, hand, session = cdp
    touch(session, hand, "touchStart", (40, 60))
    for x in range(50, 160, 10):
        touch(session, hand, "touchMove", (x, 60))
    touch(session, hand, "touchEnd")
    wait_done(nb, 1)
    wait_exact(nb)
    assert selected(nb, (40, 60), (100, 60), (150, 60), (100, 90)) == [255, 255, 255, 0]
    assert "widths" not in {name for name, value in operations(nb)[0].items() if value is not None}
    touch(session, hand, "touchStart", (100, 150))
    touch(session, hand, "touchStart", (100, 150), (200, 150))
    touch(session, hand, "touchMove", (90, 150), (210, 150))
    touch(session, hand, "touchEnd")
    hand.show_at_full_size()
    touch(session, hand, "touchStart", (250, 60))
    touch(session, hand, "touchEnd")
    wait_done(nb, 2)
    assert selected(nb, (100, 150), (250, 60)) == [0, 255]


def test_two_fingers_take_one_corner_of_a_polygon_back(cdp: tuple[NB, Hand, CDPSession]) -> None:
    nb, hand, session = cdp
    hand.choose("p")
    for corner in [(40, 40), (200, 50), (100, 160)]:
        touch(session, hand, "touchStart", corner)
        touch(session, hand, "touchEnd")
    touch(session, hand, "touchStart", (250, 150))
    touch(session, hand, "touchStart", (250, 150), (290, 150))
    touch(session, hand, "touchEnd")
    touch(session, hand, "touchStart", (50, 48))  # fingers are less exact than mice
    touch(session, hand, "touchEnd")
    wait_done(nb, 1)
    assert np.allclose(operations(nb)[0]["points"], [(40, 40), (200, 50), (100, 160)], atol=1)


def test_a_pen_draws_as_wide_as_it_is_pressed(cdp: tuple[NB, Hand, CDPSession]) -> None:
    nb, hand, session = cdp
    nb.kernel_exec("canvas.brush_size = 40")
    nb.out(0).get_by_text("40 px", exact=True).wait_for()

    def pen(type_: str, x: float, y: float, force: float) -> None:
        left, top = hand.place(x, y)
        session.send(
            "Input.dispatchMouseEvent",
            {
                "type": type_,
                "x": left,
                "y": top,
                "button": "left" if force or type_ == "mouseReleased" else "none",
                "buttons": 1 if force else 0,
                "force": force,
                "pointerType": "pen",
                "clickCount": 1,
            },
        )

    pen("mouseMoved", 40, 100, 0)
    pen("mousePressed", 40, 100, 0.05)
    for i in range(1, 11):
        pen("mouseMoved", 40 + 20 * i, 100, i / 10)
    pen("mouseReleased", 240, 100, 0)
    wait_done(nb, 1)
    wait_exact(nb)
    widths = operations(nb)[0]["widths"]
    assert widths[0] == pytest.approx(40 * 0.05**0.7, abs=0.5)
    assert widths[-1] == pytest.approx(40, abs=0.5)
    assert widths == sorted(widths)
    assert selected(nb, (45, 110), (230, 115)) == [0, 255]


# Markup


def test_marks_by_drag(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.choose("m")
    nb.wait_for_kernel("canvas.layer == 'markup'")
    nb.kernel_exec("canvas.markup_color, canvas.markup_width = '#00aa00', 4")
    nb.out(0).get_by_text("4 px", exact=True).wait_for()
    for key, tool in [("c", "circle"), ("d", "pen"), ("a", "arrow")]:
        hand.choose(key)
        nb.wait_for_kernel(f"canvas.markup_tool == '{tool}'")
        hand.click(280, 180)
        hand.drag((60, 40), (100, 90), (160, 120))
    wait_done(nb, 4)  # a click makes a dot with the pen, and nothing with the others
    circle, dot, pen, arrow = operations(nb)
    assert [mark["type"] for mark in operations(nb)] == ["circle", "pen", "pen", "arrow"]
    assert np.allclose([circle[side] for side in "xywh"], [60, 40, 100, 80], atol=1)
    assert len(dot["points"]) == 1
    assert np.allclose([pen["points"][0], pen["points"][-1]], [(60, 40), (160, 120)], atol=1)
    assert np.allclose([arrow["start"], arrow["end"]], [(60, 40), (160, 120)], atol=1)
    assert (arrow["color"], arrow["width"]) == ("#00aa00", 4)
    assert nb.kernel_eval("canvas.mask is None and canvas.markup.getpixel((158, 118))") == (0, 170, 0, 255)
    hand.keyboard.press("Delete")
    nb.wait_for_kernel("canvas.markup is None")


def test_a_mark_does_not_move_when_python_answers(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    nb.kernel_exec("canvas.layer, canvas.markup_width = 'markup', 6")
    nb.out(0).get_by_text("6 px", exact=True).wait_for()
    # What Python answers is held back in the page before it is shown.
    nb.page.evaluate(
        """() => {
          const [make, held] = [createImageBitmap, new Promise((release) => (window.release = release))];
          window.createImageBitmap = (...args) => held.then(() => make(...args));
        }"""
    )
    hand.choose("a")
    hand.drag((40, 40), (140, 70))
    hand.choose("c")
    hand.drag((60, 90), (180, 180))
    hand.choose("d")
    hand.drag((200, 40), (230, 120), (280, 100))
    alpha = """layer => {
      const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
      return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3]);
    }"""
    layer = art(nb).locator("canvas.iw-art__markup")
    nb.page.wait_for_function(f"layer => ({alpha})(layer)[120 * {WIDTH} + 230] > 0", arg=layer.element_handle())
    wait_done(nb, 3)
    foreseen = np.array(layer.evaluate(alpha))
    nb.page.evaluate("release()")
    nb.page.wait_for_function(
        f"([layer, before]) => ({alpha})(layer).some((value, i) => value !== before[i])",
        arg=[layer.element_handle(), foreseen.tolist()],
    )
    made = np.array(layer.evaluate(alpha))
    assert (made > 0).sum() > 3000
    assert (np.abs(made - foreseen) > 100).sum() <= 0.01 * (made > 0).sum()


def test_a_note_is_written_where_it_will_stand(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "1"])
    hand = Hand(nb)
    hand.choose("m")
    hand.choose("t")
    nb.wait_for_kernel("canvas.markup_tool == 'note'")
    field = art(nb).get_by_role("textbox")
    hand.click(60, 50)
    assert field.evaluate("field => document.activeElement === field")
    hand.keyboard.type("make this a bxdd")  # to the notebook these would be commands
    hand.keyboard.press("Shift+Enter")
    hand.keyboard.type("boat")
    hand.keyboard.press("Enter")
    wait_done(nb, 1)
    note = operations(nb)[0]
    assert note["text"] == "make this a bxdd\nboat"
    assert np.allclose([note["x"], note["y"]], [60, 50], atol=1)
    assert nb.root.locator(".jp-Cell").count() == 2
    assert field.count() == 0
    assert art(nb).evaluate("art => document.activeElement === art")
    hand.click(100, 100)
    hand.keyboard.type("no")
    hand.keyboard.press("Escape")
    assert field.count() == 0
    hand.click(20, 20)
    hand.keyboard.type("elsewhere")
    hand.click(200, 150)  # puts it down, and opens no other
    wait_done(nb, 2)
    assert field.count() == 0
    hand.click(20, 100)
    hand.keyboard.type("another tool")
    nb.out(0).get_by_role("button", name="Arrow").click()
    wait_done(nb, 3)
    hand.choose("t")
    hand.click(20, 100)
    hand.keyboard.type("left")
    nb.cell(1).locator(".cm-content").click()
    wait_done(nb, 4)
    assert [mark["text"] for mark in operations(nb)[1:]] == ["elsewhere", "another tool", "left"]


def test_a_long_note_at_the_edge_moves_nothing(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    nb.kernel_exec("canvas.layer, canvas.markup_tool = 'markup', 'note'")
    nb.out(0).get_by_role("button", name="Note").wait_for()
    before = hand.layer.bounding_box()
    hand.click(280, 180)
    hand.keyboard.type("long " * 40)
    assert hand.layer.bounding_box() == before
    assert art(nb).evaluate("art => [art.scrollLeft, art.scrollTop]") == [0, 0]
    hand.keyboard.press("Enter")
    wait_done(nb, 1)
    assert operations(nb)[0]["text"] == ("long " * 40).strip()


# Handles


def test_handles_extend_the_picture_by_drag_by_arrows_and_by_numbers(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    out = nb.out(0)
    nb.kernel_exec("canvas.add_rectangle(0, 0, 10, 10)")
    toggle = out.get_by_role("button", name="Extend the picture")
    toggle.click()
    assert toggle.get_attribute("aria-pressed") == "true"
    apply = out.get_by_role("button", name="Extend", exact=True)
    assert apply.get_attribute("aria-disabled") == "true"
    right = out.get_by_role("slider", name="Extend on the right")
    assert right.evaluate("right => document.activeElement === right")
    for key in ["ArrowRight", "Shift+ArrowRight", "ArrowLeft"]:
        nb.page.keyboard.press(key)
    assert right.get_attribute("aria-valuetext") == "64 px"
    left = out.get_by_role("slider", name="Extend on the left")
    box, paper = left.bounding_box(), art(nb).locator(".iw-art__paper").bounding_box()
    assert box is not None
    assert paper is not None
    at = (box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2)
    hand.mouse.move(*at)
    hand.mouse.down()
    hand.mouse.move(at[0] - 40 * paper["width"] / WIDTH, at[1], steps=4)
    hand.mouse.up()
    assert left.get_attribute("aria-valuetext") == "40 px"
    top = out.get_by_label("top, how far on the top in px")
    top.fill("-3")
    top.press("Enter")
    assert out.get_by_text("top takes a whole number of px from 0 to 16384; it is still 0.").is_visible()
    assert len(operations(nb)) == 1
    top.fill("17")
    assert not out.get_by_text("top takes a whole number").is_visible()
    assert out.get_by_text("404 × 217 px").is_visible()
    apply.click()
    nb.wait_for_kernel("len(canvas.operations) == 2")
    assert operations(nb)[1] == {"type": "extend", "left": 40, "top": 17, "right": 64, "bottom": 0}
    assert nb.kernel_eval(
        "canvas.mask.size, canvas.selection.getpixel((45, 20)), canvas.selection.getpixel((60, 60))"
    ) == (
        (404, 217),
        255,
        0,
    )
    nb.page.wait_for_function(
        "layer => Math.abs(layer.width / layer.height - 404 / 217) < .02", arg=hand.layer.element_handle()
    )
    assert not right.is_visible()
    toggle.click()
    nb.page.keyboard.press("ArrowRight")
    nb.page.keyboard.press("Escape")
    assert not right.is_visible()
    assert art(nb).evaluate("art => document.activeElement === art")
    assert len(operations(nb)) == 2


# The keyboard alone


def test_shapes_are_drawn_by_the_keyboard_alone(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    art(nb).locator("canvas.iw-art__mask").wait_for()
    art(nb).focus()
    press = nb.page.keyboard.press

    def keys(*names: str) -> None:
        for name in names:
            press(name)

    nb.kernel_exec("canvas.view = 'image'")
    nb.page.wait_for_function("art => art.querySelector('[data-view=image]')", arg=art(nb).element_handle())
    keys("r", "Enter", *["Shift+ArrowRight"] * 3, "ArrowRight", *["Shift+ArrowDown"] * 2, "Enter")
    wait_done(nb, 1)
    assert operations(nb) == [{"type": "rectangle", "x": 150, "y": 100, "w": 31, "h": 20, "mode": "add"}]
    assert nb.kernel_eval("canvas.view") == "overlay"  # what is drawn is seen
    keys("p", "Enter", *["Shift+ArrowLeft"] * 4, "Enter", *["Shift+ArrowUp"] * 4, "Enter", "Enter")
    wait_done(nb, 2)
    assert operations(nb)[1]["points"] == [[181, 120], [141, 120], [141, 80]]
    keys("w", "Enter")
    wait_done(nb, 3)
    assert operations(nb)[2]["type"] == "wand"
    keys("b", "Enter", *["Shift+ArrowDown"] * 3, "Shift+Enter")  # a dab, and a straight line from it
    wait_done(nb, 5)
    assert operations(nb)[4]["points"] == [[141, 80], [141, 110]]
    keys("m", "a", "Enter", *["Shift+ArrowRight"] * 2, "Enter")
    wait_done(nb, 6)
    assert operations(nb)[5]["end"] == [161, 110]
    assert nb.out(0).locator("[aria-live=polite]").text_content() == "161, 110"
    keys("t", "Enter")
    nb.page.keyboard.type("here")
    keys("Enter", "Control+a", "Delete")
    nb.wait_for_kernel("canvas.markup is None and canvas.mask is not None")
    keys("Control+z")
    nb.wait_for_kernel("[mark['type'] for mark in canvas.operations][-1] == 'note'")


def test_the_mouse_ends_what_the_keyboard_began(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    hand.choose("r")
    hand.keyboard.press("Enter")
    hand.click(200, 160)
    wait_done(nb, 1)
    wait_exact(nb)
    assert operations(nb) == [{"type": "rectangle", "x": 150, "y": 100, "w": 50, "h": 60, "mode": "add"}]


def test_keys_set_what_they_say(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "1"])
    hand = Hand(nb)
    press = hand.keyboard.press
    tools = {
        "e": "eraser",
        "r": "rectangle",
        "o": "ellipse",
        "p": "polygon",
        "l": "lasso",
        "w": "wand",
        "g": "bucket",
        "b": "brush",
    }
    for key, tool in tools.items():
        press(key)
        nb.wait_for_kernel(f"canvas.tool == '{tool}'")
    for key, state in [
        ("[", "canvas.brush_size == 18"),
        ("]", "canvas.brush_size == 20"),
        ("Shift+[", "canvas.hardness == 90"),
        ("Shift+]", "canvas.hardness == 100"),
        ("Control+a", "canvas.coverage == 1"),
        ("Control+i", "canvas.coverage == 0"),
        ("Control+z", "canvas.coverage == 1"),
        ("Control+y", "canvas.coverage == 0"),
        ("Control+z", "canvas.coverage == 1"),
        ("Control+Shift+Z", "canvas.coverage == 0"),
        ("Control+z", "canvas.coverage == 1"),
        ("Delete", "canvas.mask is None"),
    ]:
        press(key)
        nb.wait_for_kernel(state)
    zoom = nb.out(0).get_by_label("Zoom", exact=True)
    for key, scale in [("+", "125 %"), ("-", "100 %")]:
        press(key)
        zoom.get_by_text(scale, exact=True).wait_for()
    press("0")
    nb.page.wait_for_function("zoom => zoom.textContent !== '100 %'", arg=zoom.element_handle())
    for key in ("?", "?"):
        press(key)
    assert nb.root.locator(".jp-Cell").count() == 2
    # In a field they are letters.
    press("r")
    nb.wait_for_kernel("canvas.tool == 'rectangle'")
    field = nb.out(0).get_by_role("textbox", name="x, left edge in px")
    field.fill("")
    field.press("b")
    field.press("1")
    assert field.input_value() == "b1"
    assert nb.kernel_eval("canvas.tool") == "rectangle"


def test_letters_of_notes_and_tools_stay_inside_in_notebook_7(notebook7: OpenNotebook) -> None:
    nb = notebook7([CANVAS, "1"])
    hand = Hand(nb)
    for key in "rxbm":
        hand.choose(key)
    hand.choose("t")
    nb.wait_for_kernel("canvas.layer == 'markup' and canvas.markup_tool == 'note'")
    hand.click(40, 40)
    hand.keyboard.type("dd bax")
    hand.keyboard.press("Enter")
    wait_done(nb, 1)
    assert operations(nb)[0]["text"] == "dd bax"
    assert nb.root.locator(".jp-Cell").count() == 2
