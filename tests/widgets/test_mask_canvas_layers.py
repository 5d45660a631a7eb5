"""The layers of a mask canvas: what is drawn on them from Python, what they tell by themselves, and their end."""

from __future__ import annotations

import io

import numpy as np
import pytest
from ipycanvas.canvas import _CANVAS_MANAGER
from PIL import Image

from imagewidgets.widgets.mask_canvas import MaskCanvas
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
    shown = np.asarray(png(canvas._round_trip.picture.value))
    assert np.array_equal(shown[..., 3], np.asarray(canvas.selection))
    assert (shown[shown[..., 3] > 0][:, :3] == (255, 31, 68)).all()
    canvas.overlay_color = "#00FF00"
    shown = np.asarray(png(canvas._round_trip.picture.value))
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
