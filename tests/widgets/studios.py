"""Studios for tests: their pictures are made at once, and no two are alike.

Browser tests run this file's text in the kernel, after that of `fake_client`.
"""

from __future__ import annotations

import itertools
from typing import Any

from PIL import Image, ImageDraw

from imagewidgets.cancellation import Cancellation
from imagewidgets.operations import AnyRequest
from imagewidgets.responses import ImagesResponse
from imagewidgets.widgets.studio import ImageStudio
from tests.widgets.fake_client import FakeClient

PATIENCE = 60.0  # s; reached only when a test fails
OTTER = "A cute baby sea otter"


class Painter(FakeClient):
    """Answers as `FakeClient` does, with a new picture each time."""

    def __init__(self, *answers: object, **more: Any) -> None:
        super().__init__(*answers, **more)
        self._numbers = itertools.count()

    def send(self, request: AnyRequest, *, cancel: Cancellation | None = None, take: Any = 0) -> ImagesResponse:
        response = super().send(request, cancel=cancel, take=take)
        return response.with_images([paint(next(self._numbers), one.size) for one in response])


def paint(number: int, size: tuple[int, int] = (64, 64)) -> Image.Image:
    """A picture that is like no other: a disc on a ground, both of colours of their own."""
    image = Image.new("RGB", size, f"hsl({number * 67 % 360}, 45%, {40 + number % 20}%)")
    width, height = size
    box = (width // 4, height // 4, 3 * width // 4, 3 * height // 4)
    ImageDraw.Draw(image).ellipse(box, fill=f"hsl({number * 101 % 360}, 70%, 70%)")
    image.putpixel((0, 0), (number % 256, number // 256 % 256, 0))
    return image


def make(*answers: object, **more: Any) -> ImageStudio:
    """A studio with such a client; its pictures are small."""
    studio = ImageStudio(client=Painter(*answers), **more)
    studio.form.size = "64x64"
    return studio
