"""Pictures, addresses and answers with something wrong about them, for the tests of what is said then."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from imagewidgets import errors
from imagewidgets.client import Client
from tests.client.service import Service, reply


def saved(kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A small PNG file whose head claims a large picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def whole(*files: bytes) -> bytes:
    return json.dumps(reply(*files)).encode()


def address(service: Service, url: str = "/files/a") -> None:
    service.answer({"data": [{"url": url}]}, headers={"x-request-id": "req_5"})


def refused(client: Client, words: str, kind: type[errors.APIError] = errors.APIError) -> errors.ImagesError:
    with pytest.raises(kind, match=words) as caught:
        client.generate("a fox")
    return caught.value
