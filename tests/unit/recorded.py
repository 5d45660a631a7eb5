"""Answers for galleries to record: small pictures, each of its own, as files of any kind."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from imagewidgets.images.pictures import open_image
from imagewidgets.operations import AnyRequest, CreateImageRequest
from imagewidgets.responses import ImagesResponse

CREATED = 1_790_000_000  # Unix time, s: 21 September 2026


def request(prompt: str = "a red fox", **parameters: Any) -> CreateImageRequest:
    return CreateImageRequest(prompt=prompt, **parameters)


def file(number: int, kind: str = "PNG", size: tuple[int, int] = (16, 12)) -> bytes:
    """A picture that is like no other."""
    image = Image.new("RGB", size, (number % 256, number // 256 % 256, 77))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def answer(asked: AnyRequest, number: int = 0, *, kind: str = "PNG", **facts: Any) -> ImagesResponse:
    """The answer to a request, as a client gives it."""
    files = [file(number + place, kind) for place in range(asked.n or 1)]
    images = [open_image(data) for data in files]
    known = {"created": CREATED + number, "model": asked.model or "m", "service": "OpenAI", **facts}
    return ImagesResponse(images, request=asked, files=files, **known)
