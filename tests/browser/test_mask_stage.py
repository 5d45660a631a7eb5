"""The stage of the mask canvas: the picture zoomed and moved, and the pointer exact all the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.mask_hand import (
    Hand,
    art,
    colour_at,
    layer,
    wait_done,
    wait_exact,
    wait_shown,
    zoom_shown,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

pytestmark = pytest.mark.long

SIZE = WIDTH, HEIGHT = 400, 300

CANVAS = f"""
import numpy as np
from PIL import Image
from imagewidgets.widgets.mask_canvas import MaskCanvas
canvas = MaskCanvas(Image.new("RGB", {SIZE}, "white"), brush_size=20)
canvas
"""

# Whether a place of the page is drawn on: CSS px.
DRAWN_AT = """(layer, [x, y]) => {
  const box = layer.getBoundingClientRect();
  const [px, py] = [(x - box.left) * devicePixelRatio, (y - box.top) * devicePixelRatio].map(Math.floor);
  return layer.getContext("2d").getImageData(px, py, 1, 1).data[3] > 127;
}"""


def middle(nb: NB, locator: Locator) -> tuple[float, float]:
    found = nb.wait_still(locator)
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def open_canvas(notebook: OpenNotebook, *, scale: float = 1) -> NB:
    nb = notebook([CANVAS], scale=scale)
    wait_shown(nb)
    return nb


def zoom(nb: NB, percent: int) -> None:
    """Zoom with the wheel to about so many percent, in the middle."""
    nb.page.mouse.move(*middle(nb, art(nb)))
    nb.page.keyboard.down("Control")
    while abs((shown := zoom_shown(nb)) - percent) > percent * 0.12:
        nb.page.mouse.wheel(0, -20 if shown < percent else 20)
        expect(nb.out(0).locator(".iw-zoom output")).not_to_have_text(f"{shown} %")
    nb.page.keyboard.up("Control")


def drag(nb: NB, start: tuple[float, float], *points: tuple[float, float], button: str = "left") -> None:
    """Drag from point to point, CSS px of the page."""
    nb.page.mouse.move(*start)
    nb.page.mouse.down(button=button)  # type: ignore[arg-type]
    for point in points:
        nb.page.mouse.move(*point, steps=6)
    nb.page.mouse.up(button=button)  # type: ignore[arg-type]


def under_pointer(nb: NB, at: tuple[float, float], cell: int = 0) -> tuple[int, ...]:
    """Return the pixel of the picture that the status bar names at a place of the page."""
    position = nb.out(cell).locator(".iw-position")
    nb.page.mouse.move(0, 0)
    nb.wait_frame()  # from now on nothing from before is still to be said
    expect(position).to_have_text("")
    nb.page.mouse.move(*at)
    expect(position).not_to_have_text("")
    return tuple(int(number) for number in re.findall(r"-?\d+", position.inner_text()))


def test_what_is_seen_is_the_mask_to_the_last_pixel(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb, size=SIZE)
    mode = nb.out(0).get_by_role("radiogroup", name="How the tool changes the mask")
    hardness = nb.out(0).get_by_role("slider", name="Hardness")
    settings = [
        ("mode='add'", mode.get_by_role("radio", name="Add"), ("aria-checked", "true")),
        ("hardness=30", hardness, ("aria-valuetext", "30 %")),
        ("mode='subtract'", mode.get_by_role("radio", name="Subtract"), ("aria-checked", "true")),
        ("hardness=100", hardness, ("aria-valuetext", "100 %")),
        ("mode='intersect'", mode.get_by_role("radio", name="Intersect"), ("aria-checked", "true")),
        ("hardness=60", hardness, ("aria-valuetext", "60 %")),
    ]
    for i, (setting, shows, attribute) in enumerate(settings):
        nb.kernel_exec(f"canvas.{setting}")
        expect(shows).to_have_attribute(*attribute)
        hand.drag((50, 110 + 4 * i), (200, 200 + 4 * i), (320, 90 + 4 * i))
        wait_done(nb, i + 1)
    wait_exact(nb)
    hand.choose("Control+i")
    wait_done(nb, 7)
    wait_exact(nb)
    nb.kernel_exec("canvas.smooth(3); canvas.undo(); canvas.undo(); canvas.select_similar(1, 1); canvas.clear()")
    wait_exact(nb)


@pytest.mark.parametrize(
    ("percent", "scale"),
    [
        (25, 1),
        (100, 1),
        (400, 1),
        (400, 2),
        (60, 2),
    ],
)
def test_the_pointer_is_exact_at_every_scale(notebook: OpenNotebook, percent: int, scale: float) -> None:
    nb = open_canvas(notebook, scale=scale)
    zoom(nb, percent)
    view, paper = nb.wait_still(art(nb)), nb.wait_still(art(nb).locator(".iw-art__paper"))
    k = zoom_shown(nb) / 100
    at = (view["x"] + view["width"] * 0.48, view["y"] + view["height"] * 0.46)
    drag(nb, at)
    wait_done(nb, 1)
    x, y = nb.kernel_eval("canvas.operations[0]['points'][0]")
    if percent < 100:  # all of it is seen: its corner is the paper's
        k = paper["width"] / WIDTH
        assert np.allclose((x, y), ((at[0] - paper["x"]) / k, (at[1] - paper["y"]) / k), atol=1 / k)
    # And the disc is drawn around the pointer, as large as it is.
    radius = 10 * k
    for dx, dy, drawn in [(0, 0, True), (0.7, 0, True), (0, -0.7, True), (1.5, 0, False), (0, 1.5, False)]:
        spot = [at[0] + dx * radius, at[1] + dy * radius]
        nb.wait_until(layer(nb), DRAWN_AT if drawn else f"(layer, at) => !({DRAWN_AT})(layer, at)", spot)


def test_the_pointer_is_exact_on_a_page_that_is_scrolled_and_transformed(notebook: OpenNotebook) -> None:
    nb = notebook([*["1"] * 12, CANVAS, *["1"] * 12])
    hand = Hand(nb, 12, size=SIZE, full_size=False)
    nb.out(12).evaluate("el => Object.assign(el.style, { transform: 'scale(.8, .7)', transformOrigin: '30% 0' })")
    hand.art.evaluate("art => art.scrollIntoView({ block: 'center' })")
    hand.choose("r")
    hand.drag((40, 50), (300, 250))
    wait_done(nb, 1)
    box = nb.kernel_eval("[canvas.operations[0][name] for name in 'xywh']")
    assert np.allclose(box, (40, 50, 260, 200), atol=1)
    # What is under the pointer stays there when the wheel zooms, and goes with it when it is moved.
    spot = hand.place(120, 90)
    before = under_pointer(nb, spot, 12)
    hand.keyboard.down("Control")
    hand.mouse.wheel(0, -24)
    hand.keyboard.up("Control")
    hand.settle()
    assert under_pointer(nb, spot, 12) == pytest.approx(before, abs=1)
    beyond = (spot[0] + 60, spot[1] + 40)
    drag(nb, spot, beyond, button="middle")
    assert under_pointer(nb, beyond, 12) == pytest.approx(before, abs=1)


def test_ctrl_and_wheel_zoom_at_the_pointer_and_the_wheel_alone_scrolls_the_page(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS, *["1"] * 40])
    art(nb).scroll_into_view_if_needed()
    wait_shown(nb)
    view = nb.wait_still(art(nb))
    at = (view["x"] + view["width"] * 0.55, view["y"] + view["height"] * 0.3)
    before, fitted = under_pointer(nb, at), zoom_shown(nb)
    nb.page.keyboard.down("Control")
    for _ in range(4):
        nb.page.mouse.wheel(0, -100)
    nb.page.keyboard.up("Control")
    zoomed = nb.out(0).locator(".iw-zoom output")
    nb.wait_until(zoomed, "(zoom, least) => parseInt(zoom.textContent) > least", 2.5 * fitted)  # e to the 4 × 0.24: 2.6
    assert under_pointer(nb, at) == pytest.approx(before, abs=1)
    assert nb.wait_still(art(nb)) == view  # neither the page nor the layout has moved
    nb.page.mouse.wheel(0, 120)
    nb.wait_until(art(nb), "(art, top) => art.getBoundingClientRect().top < top - 50", view["y"])


def test_the_picture_is_moved_by_space_and_by_the_middle_button(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    zoom(nb, 500)
    x, y = middle(nb, art(nb))
    k = zoom_shown(nb) / 100
    nb.traffic.clear()
    start = under_pointer(nb, (x, y))
    art(nb).focus()
    nb.page.keyboard.down(" ")
    drag(nb, (x, y), (x - 150, y - 50))
    nb.page.keyboard.up(" ")
    moved = under_pointer(nb, (x, y))
    assert moved == pytest.approx((start[0] + 150 / k, start[1] + 50 / k), abs=1.1)  # it has stayed under the hand
    drag(nb, (x - 150, y - 50), (x, y), button="middle")
    assert under_pointer(nb, (x, y)) == start
    drag(nb, (x, y), (x - 90, y - 50), button="right")
    assert nb.traffic.sent() == []
    assert nb.kernel_eval("canvas.operations") == []


def test_colour_and_opacity_change_afterwards(notebook: OpenNotebook) -> None:
    nb = open_canvas(notebook)
    nb.kernel_exec("canvas.select_all(); canvas.overlay_color, canvas.overlay_opacity = '#0000ff', 1")
    nb.wait_until(
        layer(nb),
        "layer => layer.getContext('2d').getImageData(50, 50, 1, 1).data.join() === '0,0,255,255' && "
        "getComputedStyle(layer).opacity === '1'",
    )
    assert colour_at(nb, 0.5, 0.5) == (0, 0, 255)
    nb.kernel_exec("canvas.overlay_opacity = 0.2")
    nb.wait_until(layer(nb), "layer => getComputedStyle(layer).opacity === '0.2'")
    assert colour_at(nb, 0.5, 0.5) == pytest.approx((204, 204, 255), abs=2)


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
    painted = """(layer, [x, y, colour]) => {
      const scale = layer.width / 400;
      return [...layer.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data].join() === colour;
    }"""
    for name, (x, y), wanted in [("markup", (150, 150), "0,255,0,255"), ("picture", (300, 100), "255,0,255,255")]:
        nb.wait_until(layer(nb, name=name), painted, [x, y, wanted])
    nb.wait_until(layer(nb), "layer => getComputedStyle(layer).opacity === '0'")
    assert colour_at(nb, 0.375, 0.5) == (0, 255, 0)
    assert colour_at(nb, 0.75, 1 / 3) == (255, 0, 255)


def test_the_right_button_draws_nothing(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb, size=SIZE)
    drag(nb, hand.place(100, 150), hand.place(300, 150), button="right")
    hand.keyboard.press("Escape")  # whatever menu there is
    expect(nb.page.locator(".lm-Menu")).to_have_count(0)
    hand.drag((100, 200), (300, 200))
    wait_done(nb, 1)
    assert nb.kernel_eval("canvas.operations[0]['points'][0][1]") == pytest.approx(200, abs=1)
    wait_exact(nb)


@pytest.mark.parametrize("size", [(4000, 300), (3000, 1), (1, 3000)])
def test_a_long_picture_is_seen_whole(notebook: OpenNotebook, size: tuple[int, int]) -> None:
    nb = open_canvas(notebook)
    nb.kernel_exec(f"canvas.image = Image.new('RGB', {size})")
    expect(nb.out(0).get_by_text(f"{size[0]} × {size[1]} px", exact=True)).to_be_visible()
    picture = nb.wait_still(layer(nb, name="picture"))
    stage = nb.wait_still(nb.out(0).locator(".iw-canvas .iw-stage"))
    assert stage["x"] < picture["x"]
    assert picture["x"] + picture["width"] < stage["x"] + stage["width"]
    assert min(picture["width"], picture["height"]) >= 1
    assert max(picture["width"] / stage["width"], picture["height"] / stage["height"]) > 0.85
