"""Fingers and pens on the mask canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.browser.mask_hand import SQUARES, Fingers, Hand, selected, wait_done, wait_exact, zoom_shown
from tests.browser.mask_parts import operations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB


@pytest.fixture
def fingers(notebook: OpenNotebook) -> Iterator[Fingers]:
    """Fingers over a picture at 100 %, on a touch screen."""
    made = Fingers(Hand(notebook([SQUARES], touch=True)))
    yield made
    made.close()


@pytest.fixture
def nb(fingers: Fingers) -> NB:
    return fingers.hand.nb


def test_one_finger_draws_and_two_take_back_what_the_first_began(nb: NB, fingers: Fingers) -> None:
    fingers.touch("touchStart", (40, 60))
    for x in range(50, 160, 10):
        fingers.touch("touchMove", (x, 60))
    fingers.touch("touchEnd")
    wait_done(nb, 1)
    wait_exact(nb)
    assert selected(nb, (40, 60), (100, 60), (150, 60), (100, 90)) == [255, 255, 255, 0]
    assert "widths" not in {name for name, value in operations(nb)[0].items() if value is not None}
    fingers.touch("touchStart", (100, 150))
    fingers.touch("touchStart", (100, 150), (200, 150))
    fingers.touch("touchMove", (90, 150), (210, 150))
    fingers.touch("touchEnd")
    fingers.hand.show_at_full_size()
    fingers.tap(250, 60)
    wait_done(nb, 2)
    assert selected(nb, (100, 150), (250, 60)) == [0, 255]


def test_two_fingers_take_one_corner_of_a_polygon_back(nb: NB, fingers: Fingers) -> None:
    fingers.hand.choose("p")
    for corner in [(40, 40), (200, 50), (100, 160)]:
        fingers.tap(*corner)
    fingers.touch("touchStart", (250, 150))
    fingers.touch("touchStart", (250, 150), (290, 150))
    fingers.touch("touchEnd")
    fingers.tap(50, 48)  # fingers are less exact than mice
    wait_done(nb, 1)
    assert np.allclose(operations(nb)[0]["points"], [(40, 40), (200, 50), (100, 160)], atol=1)


def test_two_fingers_move_and_zoom_and_draw_nothing(nb: NB, fingers: Fingers) -> None:
    fingers.touch("touchStart", (110, 100))
    fingers.touch("touchStart", (110, 100), (190, 100))
    middle, y = fingers.hand.place(150, 100)
    for apart in range(50, 130, 10):
        fingers.touch_page("touchMove", (middle - apart, y), (middle + apart, y))
    fingers.touch("touchEnd")
    nb.wait_until(nb.out(0).locator(".iw-zoom output"), "zoom => parseInt(zoom.textContent) > 200")
    fingers.hand.settle()
    k = zoom_shown(nb) / 100
    fingers.touch_page("touchStart", (middle - 100, y))
    fingers.touch_page("touchMove", (middle + 100, y))
    fingers.touch("touchEnd")
    wait_done(nb, 1)
    points = operations(nb)[0]["points"]
    assert points[-1][0] - points[0][0] == pytest.approx(200 / k, rel=0.02)  # drawn on the enlarged picture
    assert points[-1][1] == pytest.approx(points[0][1], abs=1)


def test_a_pen_draws_as_wide_as_it_is_pressed(nb: NB, fingers: Fingers) -> None:
    nb.kernel_exec("canvas.brush_size = 40")
    nb.out(0).get_by_text("40 px", exact=True).wait_for()
    fingers.hand.settle()
    fingers.pen("mouseMoved", 40, 100, 0)
    fingers.pen("mousePressed", 40, 100, 0.05)
    for i in range(1, 11):
        fingers.pen("mouseMoved", 40 + 20 * i, 100, i / 10)
    fingers.pen("mouseReleased", 240, 100, 0)
    wait_done(nb, 1)
    wait_exact(nb)
    widths = operations(nb)[0]["widths"]
    assert widths[0] == pytest.approx(40 * 0.05**0.7, abs=0.5)
    assert widths[-1] == pytest.approx(40, abs=0.5)
    assert widths == sorted(widths)
    assert selected(nb, (45, 110), (230, 115)) == [0, 255]


def test_the_other_end_of_a_pen_erases(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    nb.kernel_exec("canvas.select_all()")
    hand.art.evaluate(
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
        list(hand.place(150, 100)),
    )
    nb.wait_for_kernel("len(canvas.operations) == 2")
    assert nb.kernel_eval("canvas.operations[1]['mode'], canvas.operations[1]['widths'] is None") == ("subtract", False)
