"""Pictures for the tests of the result grid, and what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PIL import Image

from imagewidgets.images import digest, write_recipe
from imagewidgets.operations import CreateImageRequest
from imagewidgets.responses import ImagesResponse

if TYPE_CHECKING:
    import pytest

    from imagewidgets.widgets.result_grid import ResultGrid

COLORS = ("red", "green", "blue", "orange", "purple", "teal")
CREATED = 1_795_132_800  # 20 November 2026


def picture(color: str = "teal", **request: object) -> Image.Image:
    """Return a small picture, with a recipe where something was asked for."""
    image = Image.new("RGB", (64, 48), color)
    if request:
        write_recipe(image, {"request": request, "model": "sketch", "created": CREATED, "digest": digest(image)})
    return image


def pictures(count: int = 4) -> list[Image.Image]:
    """Return pictures that differ."""
    return [picture(color, prompt=f"A {color} fox") for color in COLORS[:count]]


def response(count: int = 2) -> ImagesResponse:
    """Return a response with pictures."""
    request = CreateImageRequest(prompt="A fox", model="sketch", n=count)
    return ImagesResponse([picture(color) for color in COLORS[:count]], request=request, created=1, model="sketch")


class Sent:
    """What a grid sends by custom messages."""

    def __init__(self, grid: ResultGrid, monkeypatch: pytest.MonkeyPatch) -> None:
        self.messages: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(grid, "send", lambda content, buffers=(): self.messages.append((content, list(buffers))))

    def answer(self, grid: ResultGrid, **content: object) -> tuple[dict[str, Any], list[bytes]]:
        """Deliver a message of a browser and return the one that the grid answers with."""
        self.messages.clear()
        grid._handle_custom_msg(content, [])
        (message,) = self.messages
        return message
