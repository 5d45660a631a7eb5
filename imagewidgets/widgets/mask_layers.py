"""The two ipycanvas layers of a mask canvas: what is drawn on them from Python, and what they tell by themselves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from ipycanvas.canvas import _CANVAS_MANAGER
from ipywidgets import Image as ImageModel
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipycanvas import Canvas

PICTURE_QUALITY = 90
"""JPEG quality of the picture on the canvas. Only the view is JPEG: the mask has the image's own pixels."""


def draw(picture: ImageModel, layer: Canvas) -> None:
    """Draw a picture over the whole layer, in place of what is there, in every browser."""
    # The browser's side of ipycanvas forgets on a reload which canvas it was drawing on; this side does not, and the
    # first command would then stop all drawing on that page (ipycanvas #322). So the canvas is named each time.
    _CANVAS_MANAGER._current_canvas = None  # noqa: SLF001 - there is no public way
    layer.clear()
    layer.draw_image(picture)


def encode_picture(image: Image.Image) -> tuple[str, bytes]:
    """Return the format and the bytes in which the picture goes to the browser: JPEG, or PNG if it is transparent."""
    out = io.BytesIO()
    if image.has_transparency_data:
        image.convert("RGBA").save(out, "PNG", compress_level=1)
        return "png", out.getvalue()
    image.convert("RGB").save(out, "JPEG", quality=PICTURE_QUALITY)
    return "jpeg", out.getvalue()


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the red, green and blue (0 to 255) of "#rrggbb"."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


class RoundTrip:
    """Strokes from ipycanvas's own mouse events, for a browser where the pointer layer cannot reach the layers.

    Every move of the pointer goes to Python, and a stroke is seen when it is finished.

    Parameters
    ----------
    layer
        What is drawn on.
    on_stroke
        Called with the points of each finished stroke, px of the layer.

    Attributes
    ----------
    picture
        The widget that the mask is drawn from; whoever made the round trip closes it.
    """

    def __init__(self, layer: Canvas, on_stroke: Callable[[list[tuple[float, float]]], None]) -> None:
        self._layer = layer
        self._on_stroke = on_stroke
        self._points: list[tuple[float, float]] = []
        self.picture = ImageModel(format="png")
        layer.on_client_ready(lambda: draw(self.picture, layer))
        layer.on_mouse_down(self._begin)
        layer.on_mouse_move(self._go_on)
        layer.on_mouse_up(self._end)
        layer.on_mouse_out(self._end)  # leaving the canvas with the button down is the last that is heard

    def show(self, mask: bytes) -> None:
        """Draw the mask, a PNG file in the colour of the overlay, on its layer."""
        self.picture.value = mask
        draw(self.picture, self._layer)

    def _begin(self, x: float, y: float) -> None:
        self._points = [(x, y)]

    def _go_on(self, x: float, y: float) -> None:
        if self._points:
            self._points.append((x, y))

    def _end(self, x: float, y: float) -> None:
        if self._points:
            points, self._points = [*self._points, (x, y)], []
            self._on_stroke(points)
