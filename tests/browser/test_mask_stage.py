"""The stage of the mask canvas: the picture zoomed and moved, and what reaches Python whatever the connection does."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

WIDTH, HEIGHT = 400, 300

CANVAS = f"""
import numpy as np
from PIL import Image
from imagewidgets.widgets.mask_canvas import MaskCanvas
canvas = MaskCanvas(Image.new("RGB", ({WIDTH}, {HEIGHT}), "white"), brush_size=20)
canvas
"""

# How the mask on the screen, at 100 %, differs from the one in Python: pixels, and by how much at most.
DIFFERENCES = """(layer, raster) => {
  const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
  const wanted = Uint8Array.from(atob(raster), (c) => c.charCodeAt(0));
  if (4 * wanted.length !== data.length) return `${layer.width} × ${layer.height} px on the screen`;
  return wanted.reduce((count, value, i) => count + (data[4 * i + 3] !== value), 0);
}"""
RASTER = "__import__('base64').b64encode(canvas.soft_selection.tobytes()).decode()"

LOSE_NEXT = """() => {
  const { send } = WebSocket.prototype;
  window.lost = 0;
  WebSocket.prototype.send = function (data) {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    if (!window.lost && text.includes('"type":"do"')) return void (window.lost += 1);
    return send.call(this, data);
  };
}"""

BREAK_CONNECTIONS = """() => {
  const { send } = WebSocket.prototype;
  const open = new Set();
  WebSocket.prototype.send = function (data) {
    open.add(this);
    return send.call(this, data);
  };
  window.breakConnections = () => {
    const before = open.size;
    for (const socket of open) socket.close();
    open.clear();
    return before;
  };
}"""


def art(nb: NB, cell: int = 0) -> Locator:
    return nb.out(cell).locator(".imagewidgets-mask-canvas .iw-art")


def layer(nb: NB, name: str = "mask") -> Locator:
    return art(nb).locator(f"canvas.iw-art__{name}")


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found is not None
    return found


def middle(locator: Locator) -> tuple[float, float]:
    found = box(locator)
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def open_canvas(notebook: OpenNotebook, **options: float) -> NB:
    nb = notebook([CANVAS], **options)  # type: ignore[arg-type]
    layer(nb).wait_for()
    return nb


def zoom(nb: NB, percent: int) -> None:
    """Zoom with the wheel to about so many percent, in the middle."""
    nb.page.mouse.move(*middle(art(nb)))
    nb.page.keyboard.down("Control")
    for _ in range(80):
        shown = int(nb.out(0).locator(".iw-zoom output").inner_text().split()[0])
        if abs(shown - percent) <= percent * 0.12:
            break
        nb.page.mouse.wheel(0, -20 if shown < percent else 20)
        nb.page.wait_for_function(
            "([output, was]) => output.textContent !== was",
            arg=[nb.out(0).locator(".iw-zoom output").element_handle(), f"{shown} %"],
        )
    nb.page.keyboard.up("Control")


def press(nb: NB, *keys: str) -> None:
    art(nb).focus()
    for key in keys:
        nb.page.keyboard.press(key)


def drag(nb: NB, start: tuple[float, float], *points: tuple[float, float], button: str = "left") -> None:
    """Drag from point to point, CSS px of the page."""
    nb.page.mouse.move(*start)
    nb.page.mouse.down(button=button)  # type: ignore[arg-type]
    for point in points:
        nb.page.mouse.move(*point, steps=6)
    nb.page.mouse.up(button=button)  # type: ignore[arg-type]


def wait_exact(nb: NB) -> None:
    """Wait until each pixel of the mask on the screen, at 100 %, is what Python has."""
    nb.page.wait_for_function(
        f"([layer, raster]) => ({DIFFERENCES})(layer, raster) === 0",
        arg=[layer(nb).element_handle(), nb.kernel_eval(RASTER)],
    )


def under_pointer(nb: NB, at: tuple[float, float]) -> tuple[int, ...]:
    """Return the pixel of the picture that the status bar names at a place of the page."""
    position = nb.out(0).locator(".iw-position")
    nb.page.mouse.move(0, 0)
    nb.page.wait_for_function("position => position.textContent === ''", arg=position.element_handle())
    nb.page.mouse.move(*at)
    nb.page.wait_for_function("position => position.textContent !== ''", arg=position.element_handle())
    return tuple(int(number) for number in re.findall(r"-?\d+", position.inner_text()))


def colour(nb: NB, x: float, y: float) -> tuple[int, ...]:
    """Return the colour on the screen at a place of the picture, 0 to 1 across and down."""
    nb.page.mouse.move(0, 0)
    shot = Image.open(io.BytesIO(art(nb).locator(".iw-art__paper").screenshot())).convert("RGB")
    pixel = shot.getpixel((round(x * shot.width), round(y * shot.height)))
    assert isinstance(pixel, tuple)
    return tuple(int(value) for value in pixel)


def test_what_is_seen_is_the_mask_to_the_last_pixel(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    press(nb, "1")
    x, y = middle(layer(nb))
    for settings in ["mode='add'", "hardness=30", "mode='subtract'", "hardness=100", "mode='intersect'", "hardness=60"]:
        nb.kernel_exec(f"canvas.{settings}")
        drag(nb, (x - 150, y - 40), (x, y + 50), (x + 120, y - 60))
        y += 4
        nb.wait_for_kernel("len(canvas.operations) > 0")
    nb.wait_for_kernel("len(canvas.operations) == 6")
    wait_exact(nb)
    press(nb, "Control+i")
    nb.wait_for_kernel("len(canvas.operations) == 7")
    wait_exact(nb)
    nb.kernel_exec("canvas.smooth(3); canvas.undo(); canvas.undo(); canvas.select_similar(1, 1); canvas.clear()")
    wait_exact(nb)


@pytest.mark.parametrize(("percent", "scale"), [(25, 1), (100, 1), (400, 1), (400, 2), (60, 2)])
def test_the_pointer_is_exact_at_every_scale(notebook: OpenNotebook, percent: int, scale: float) -> None:
    nb = open_canvas(notebook, scale=scale)
    zoom(nb, percent)
    paper, view = box(art(nb).locator(".iw-art__paper")), box(art(nb))
    k = float(nb.out(0).locator(".iw-zoom output").inner_text().split()[0]) / 100
    at = (view["x"] + view["width"] * 0.48, view["y"] + view["height"] * 0.46)
    nb.page.mouse.move(*at)
    nb.page.mouse.down()
    nb.page.mouse.up()
    nb.wait_for_kernel("len(canvas.operations) == 1")
    x, y = nb.kernel_eval("canvas.operations[0]['points'][0]")
    if percent < 100:  # all of it is seen: its corner is the paper's
        k = paper["width"] / WIDTH
        assert np.allclose((x, y), ((at[0] - paper["x"]) / k, (at[1] - paper["y"]) / k), atol=1 / k)
    # And the disc is drawn around the pointer, as large as it is.
    alpha = """(layer, [x, y]) => {
      const box = layer.getBoundingClientRect();
      const [px, py] = [(x - box.left) * devicePixelRatio, (y - box.top) * devicePixelRatio].map(Math.floor);
      return layer.getContext("2d").getImageData(px, py, 1, 1).data[3];
    }"""
    radius = 10 * k
    spots = [(at[0] + dx * radius, at[1] + dy * radius) for dx, dy in [(0, 0), (0.7, 0), (0, -0.7), (1.5, 0), (0, 1.5)]]
    assert [layer(nb).evaluate(alpha, spot) > 127 for spot in spots] == [True, True, True, False, False]


def test_ctrl_and_wheel_zoom_at_the_pointer_and_the_wheel_alone_scrolls_the_page(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, *["1"] * 40])
    art(nb).scroll_into_view_if_needed()
    layer(nb).wait_for()
    view = box(art(nb))
    at = (view["x"] + view["width"] * 0.55, view["y"] + view["height"] * 0.3)
    nb.page.mouse.move(*at)
    before = under_pointer(nb, at)
    nb.page.keyboard.down("Control")
    for _ in range(4):
        nb.page.mouse.wheel(0, -100)
    nb.page.keyboard.up("Control")
    zoomed = nb.out(0).locator(".iw-zoom output").element_handle()
    nb.page.wait_for_function("zoom => parseInt(zoom.textContent) > 200", arg=zoomed)
    assert under_pointer(nb, at) == pytest.approx(before, abs=1)
    assert box(art(nb)) == view  # neither the page nor the layout has moved
    nb.page.mouse.wheel(0, 120)
    nb.page.wait_for_function(
        "([art, top]) => art.getBoundingClientRect().top < top - 50", arg=[art(nb).element_handle(), view["y"]]
    )


def test_the_picture_is_moved_by_space_and_by_the_middle_button(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    zoom(nb, 500)
    x, y = middle(art(nb))
    nb.traffic.clear()
    start = under_pointer(nb, (x, y))
    art(nb).focus()
    nb.page.keyboard.down(" ")
    drag(nb, (x, y), (x - 150, y - 50))
    nb.page.keyboard.up(" ")
    moved = under_pointer(nb, (x, y))
    assert moved[0] - start[0] == pytest.approx(150 / 5, abs=5)
    assert moved[1] - start[1] == pytest.approx(50 / 5, abs=3)
    drag(nb, (x - 150, y - 50), (x, y), button="middle")
    assert under_pointer(nb, (x, y)) == start
    drag(nb, (x, y), (x - 90, y - 50), button="right")
    assert nb.traffic.sent() == []
    assert nb.kernel_eval("canvas.operations") == []


def test_two_fingers_move_and_zoom_and_draw_nothing(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS], touch=True)
    layer(nb).wait_for()
    x, y = middle(art(nb))
    session = nb.page.context.new_cdp_session(nb.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": px, "y": py, "id": i} for i, (px, py) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    zoomed = nb.out(0).locator(".iw-zoom output")
    before = int(zoomed.inner_text().split()[0])
    touch("touchStart", (x - 40, y))
    touch("touchStart", (x - 40, y), (x + 40, y))
    for apart in range(50, 130, 10):
        touch("touchMove", (x - apart, y), (x + apart, y))
    touch("touchEnd")
    nb.page.wait_for_function(
        "([zoom, least]) => parseInt(zoom.textContent) > least", arg=[zoomed.element_handle(), 2 * before]
    )
    touch("touchStart", (x - 100, y))
    touch("touchMove", (x + 100, y))
    touch("touchEnd")
    nb.wait_for_kernel("len(canvas.operations) == 1")
    points = nb.kernel_eval("canvas.operations[0]['points']")
    assert points[-1][0] - points[0][0] < 200 / (before / 100)  # it was drawn on the enlarged picture
    assert points[-1][1] == pytest.approx(points[0][1], abs=1)


def test_the_other_end_of_a_pen_erases(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    nb.kernel_exec("canvas.select_all()")
    x, y = middle(art(nb))
    art(nb).evaluate(
        """(art, [clientX, clientY]) => {
          const pen = { pointerType: "pen", pointerId: 7, isPrimary: true, pressure: 0.5, button: 5, buttons: 32 };
          const tell = (type, dx, more) => {
            const place = { clientX: clientX + dx, clientY, bubbles: true };
            art.dispatchEvent(new PointerEvent(type, { ...pen, ...place, ...more }));
          };
          tell("pointerdown", -50, {});
          tell("pointermove", 50, { button: -1 });
          tell("pointerup", 50, { buttons: 0 });
        }""",
        [x, y],
    )
    nb.wait_for_kernel("len(canvas.operations) == 2")
    assert nb.kernel_eval("canvas.operations[1]['mode'], canvas.operations[1]['widths'] is None") == ("subtract", False)


def test_colour_and_opacity_change_afterwards(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    nb.kernel_exec("canvas.select_all(); canvas.overlay_color, canvas.overlay_opacity = '#0000ff', 1")
    nb.page.wait_for_function(
        "layer => layer.getContext('2d').getImageData(50, 50, 1, 1).data.join() === '0,0,255,255'",
        arg=layer(nb).element_handle(),
    )
    assert colour(nb, 0.5, 0.5) == (0, 0, 255)
    nb.kernel_exec("canvas.overlay_opacity = 0.2")
    nb.page.wait_for_function("layer => getComputedStyle(layer).opacity === '0.2'", arg=layer(nb).element_handle())
    assert colour(nb, 0.5, 0.5) == pytest.approx((204, 204, 255), abs=2)


def test_what_is_drawn_from_python_on_the_layers_is_seen(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    nb.kernel_exec(
        """
        canvas.overlay.fill_style = "#00ff00"
        canvas.overlay.fill_rect(100, 100, 100, 100)
        canvas._picture_layer.fill_style = "#ff00ff"
        canvas._picture_layer.fill_rect(250, 50, 100, 100)
        canvas.add_rectangle(0, 0, 400, 300)
        canvas.overlay_opacity = 0
    """.replace("\n        ", "\n")
    )
    painted = """([layer, x, y]) => {
      const scale = layer.width / 400;
      return [...layer.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data].join();
    }"""
    for name, (x, y), wanted in [("markup", (150, 150), "0,255,0,255"), ("picture", (300, 100), "255,0,255,255")]:
        nb.page.wait_for_function(
            f"arg => ({painted})(arg.slice(0, 3)) === arg[3]", arg=[layer(nb, name).element_handle(), x, y, wanted]
        )
    assert colour(nb, 0.375, 0.5) == (0, 255, 0)
    assert colour(nb, 0.75, 1 / 3) == (255, 0, 255)


def test_a_message_that_is_lost_is_sent_again(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    press(nb, "1")
    x, y = middle(layer(nb))
    nb.page.evaluate(LOSE_NEXT)
    drag(nb, (x - 100, y - 50), (x + 100, y - 50))
    drag(nb, (x - 100, y), (x + 100, y))
    drag(nb, (x - 100, y + 50), (x + 100, y + 50))
    nb.wait_for_kernel("len(canvas.operations) == 3")
    assert nb.page.evaluate("window.lost") == 1
    heights = [points[0][1] for points in nb.kernel_eval("[operation['points'] for operation in canvas.operations]")]
    assert heights == sorted(heights)
    wait_exact(nb)


def test_undo_while_the_kernel_is_busy_is_seen_at_once(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "import time; time.sleep(3)"], run=False)
    nb.run_cell(0)
    layer(nb).wait_for()
    press(nb, "1")
    nb.in_notebook("panel.content.activeCellIndex = 1; void app.commands.execute('notebook:run-cell');")
    x, y = middle(layer(nb))
    drag(nb, (x - 100, y), (x + 100, y))
    drag(nb, (x - 100, y + 60), (x + 100, y + 60))
    press(nb, "Control+z")
    seen = """([layer, wanted]) => {
      const at = [layer.width / 2, layer.height / 2];
      const alpha = (y) => layer.getContext("2d").getImageData(at[0], at[1] + y, 1, 1).data[3];
      return [alpha(0), alpha(60)].join() === wanted;
    }"""
    nb.page.wait_for_function(seen, arg=[layer(nb).element_handle(), "255,0"], timeout=2000)
    press(nb, "Control+Shift+z")
    nb.page.wait_for_function(seen, arg=[layer(nb).element_handle(), "255,255"], timeout=2000)
    nb.wait_for_kernel("len(canvas.operations) == 2")
    wait_exact(nb)


def test_what_is_drawn_while_the_connection_is_broken_is_done_once(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    press(nb, "1")
    x, y = middle(layer(nb))
    nb.page.evaluate(BREAK_CONNECTIONS)
    drag(nb, (x - 100, y - 50), (x + 100, y - 50))
    nb.wait_for_kernel("len(canvas.operations) == 1")
    assert nb.page.evaluate("window.breakConnections()")
    for dy in (0, 50):
        drag(nb, (x - 100, y + dy), (x + 100, y + dy))
    nb.wait_for_kernel("len(canvas.operations) == 3")
    wait_exact(nb)
    heights = [points[0][1] for points in nb.kernel_eval("[operation['points'] for operation in canvas.operations]")]
    assert heights == sorted(set(heights))


def test_the_right_button_draws_nothing(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    press(nb, "1")
    x, y = middle(layer(nb))
    drag(nb, (x - 100, y), (x + 100, y), button="right")
    nb.page.keyboard.press("Escape")  # whatever menu there is
    drag(nb, (x - 100, y + 50), (x + 100, y + 50))
    nb.wait_for_kernel("len(canvas.operations) == 1")
    assert nb.kernel_eval("canvas.operations[0]['points'][0][1]") == pytest.approx(HEIGHT / 2 + 50, abs=1)
    wait_exact(nb)


def test_a_browser_that_python_has_forgotten_is_heard_again(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    press(nb, "1")
    x, y = middle(layer(nb))
    for _ in range(2):
        drag(nb, (x - 100, y), (x + 100, y))
    nb.wait_for_kernel("len(canvas.operations) == 2")
    nb.kernel_exec("canvas._sessions = type(canvas._sessions)()")  # as after many others have drawn
    for dy in (30, 60):
        drag(nb, (x - 100, y + dy), (x + 100, y + dy))
    nb.wait_for_kernel("len(canvas.operations) == 4")
    wait_exact(nb)
    nb.wait_for_kernel("max(canvas._state['answered'].values()) == 2")


def test_what_is_under_way_is_seen_in_its_place_after_the_picture_was_extended(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, "import time; time.sleep(3)"], run=False)
    nb.run_cell(0)
    layer(nb).wait_for()
    wider = "change.old['width'] < change.new['width']"
    nb.kernel_exec(f"import time; canvas.observe(lambda change: {wider} and time.sleep(5), '_state')")
    nb.out(0).get_by_role("button", name="Extend the picture").click()
    nb.out(0).get_by_label("left, how far on the left").fill("100")
    nb.in_notebook("panel.content.activeCellIndex = 1; void app.commands.execute('notebook:run-cell');")
    nb.out(0).get_by_role("button", name="Extend", exact=True).click()
    x, y = middle(layer(nb))
    drag(nb, (x - 40, y), (x, y))
    expect(nb.out(0).locator(".iw-size")).to_have_text("500 × 300 px", timeout=20_000)
    seen = """layer => {
      const alpha = (x) => layer.getContext("2d").getImageData((x / 500) * layer.width, layer.height / 2, 1, 1).data[3];
      return [50, 200, 300, 400].map(alpha).join() === "255,0,255,0";
    }"""
    nb.page.wait_for_function(seen, arg=layer(nb).element_handle(), timeout=3000)  # Python is still asleep
    nb.wait_for_kernel("len(canvas.operations) == 2")
    assert nb.kernel_eval("canvas.operations[-1]['points'][-1]") == [300, 150]


@pytest.mark.parametrize("size", [(4000, 300), (3000, 1), (1, 3000)])
def test_a_long_picture_is_seen_whole(notebook: OpenNotebook, size: tuple[int, int]) -> None:
    nb = open_canvas(notebook)
    nb.kernel_exec(f"canvas.image = Image.new('RGB', {size})")
    expect(nb.out(0).get_by_text(f"{size[0]} × {size[1]} px", exact=True)).to_be_visible()
    stage, picture = box(nb.out(0).locator(".iw-canvas .iw-stage")), box(layer(nb, "picture"))
    assert stage["x"] < picture["x"]
    assert picture["x"] + picture["width"] < stage["x"] + stage["width"]
    assert min(picture["width"], picture["height"]) >= 1
    assert max(picture["width"] / stage["width"], picture["height"] / stage["height"]) > 0.85
