"""Picture files that browsers send to a mask canvas, in parts."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from imagewidgets.widgets import mask_messages
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.mask_messages import Upload
from tests.widgets.mask_browser import Browser
from tests.widgets.masks import HEIGHT, WIDTH, noise


@pytest.fixture
def picture() -> Image.Image:
    return noise()


@pytest.fixture
def canvas(picture: Image.Image) -> MaskCanvas:
    return MaskCanvas(picture)


def file_of(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_file_comes_in_parts(picture):
    canvas = MaskCanvas()
    browser = Browser(canvas)
    data = file_of(picture)
    half = len(data) // 2
    browser.post({"type": "image", "part": 0, "parts": 2, "name": "a.png"}, data[:half])
    assert canvas.image is None
    browser.post({"type": "image", "part": 1, "parts": 2, "name": "a.png"}, data[half:])
    assert canvas.image.tobytes() == picture.tobytes()
    assert (browser.state["width"], browser.state["height"]) == (WIDTH, HEIGHT)


def test_a_file_that_is_none_is_refused_by_name_and_the_picture_stays(canvas, picture):
    browser = Browser(canvas)
    browser.post({"type": "image", "part": 0, "parts": 1, "name": "notes.txt"}, b"not a picture")
    assert canvas._notice.startswith("notes.txt: ")
    assert "no picture" in canvas._notice
    assert canvas.image is picture
    browser.post({"type": "image", "part": 0, "parts": 1, "name": "b.png"}, file_of(Image.new("L", (9, 8))))
    assert canvas.image.size == (9, 8)
    assert canvas._notice == ""


def test_a_file_with_a_part_missing_is_refused_and_can_be_sent_again(canvas, picture):
    browser = Browser(canvas)
    data = file_of(picture)
    for part in (0, 2):
        browser.post({"type": "image", "part": part, "parts": 3, "name": "a.png"}, data)
    assert "did not arrive whole" in canvas._notice
    assert canvas.image is picture
    browser.post({"type": "image", "part": 0, "parts": 1, "name": "a.png"}, file_of(Image.new("L", (9, 8))))
    assert canvas.image.size == (9, 8)


def test_a_file_above_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr(mask_messages, "LARGEST_FILE", 10)
    upload = Upload()
    assert upload.add(0, 3, b"12345678") is None
    with pytest.raises(ValueError, match="path instead"):
        upload.add(1, 3, b"12345678")
    with pytest.raises(ValueError, match="arrive whole"):
        upload.add(2, 3, b"1")
