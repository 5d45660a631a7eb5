"""Masks come in from outside in every form, and what goes out comes in again the same."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.selections import selection_of
from imagewidgets.mask import bitmaps
from imagewidgets.mask.bitmaps import from_bitmap, to_bitmap
from imagewidgets.mask.history import History
from imagewidgets.mask.operations import Bitmap
from imagewidgets.mask.raster import to_image
from tests.unit.mask_strategies import SIZE, masks, picture

HALF = np.zeros(SIZE[::-1], bool)
HALF[:, 20:] = True


class Canvas:
    """Something to draw a mask on."""

    def __init__(self, mask):
        self.mask = mask


def rgba(alpha: np.ndarray) -> Image.Image:
    image = Image.new("RGBA", SIZE, "white")
    image.putalpha(Image.fromarray(alpha))
    return image


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@given(masks())
def test_a_raster_goes_out_and_comes_in_the_same(mask):
    assert np.array_equal(from_bitmap(to_bitmap(mask, SIZE, soft=True), SIZE), mask)
    assert np.array_equal(from_bitmap(to_bitmap(rgba(255 - mask), SIZE, soft=True), SIZE), mask)


@given(masks())
def test_what_is_imported_is_selected_as_the_api_reads_it(mask):
    kept = History(picture(), [Bitmap(to_bitmap(rgba(255 - mask), SIZE), "replace")])
    assert set(np.unique(kept.raster)) <= {0, 255}
    assert np.array_equal(kept.raster == 255, mask == 255)
    grey = from_bitmap(to_bitmap(to_image(mask), SIZE), SIZE)
    assert np.array_equal(grey, np.where(mask >= 128, 255, 0))
    if grey.any() and not grey.all():
        assert np.array_equal(grey, np.asarray(selection_of(to_image(mask), SIZE)))


@pytest.mark.parametrize(
    "mask",
    [
        HALF,
        HALF.astype(np.uint8) * 255,
        HALF.astype(float),
        HALF[..., None],
        Image.fromarray(HALF),
        Image.fromarray(HALF).convert("L"),
        Image.fromarray(HALF).convert("RGB"),
        Image.fromarray(HALF).convert("P"),
        rgba(np.where(HALF, 0, 255).astype(np.uint8)),
        png(rgba(np.where(HALF, 0, 255).astype(np.uint8))),
        Canvas(rgba(np.where(HALF, 0, 255).astype(np.uint8))),
        np.ma.masked_array(HALF, mask=~HALF),
    ],
    ids=["bool", "uint8", "float", "h-w-1", "1", "L", "RGB", "P", "RGBA", "file", "canvas", "masked array"],
)
@pytest.mark.parametrize("soft", [False, True])
def test_every_form_of_a_mask_is_read(mask, soft):
    assert np.array_equal(from_bitmap(to_bitmap(mask, SIZE, soft=soft), SIZE), HALF * np.uint8(255))


def test_nothing_and_everything_selected_are_masks_too():
    assert not from_bitmap(to_bitmap(Canvas(None), SIZE), SIZE).any()
    assert not from_bitmap(to_bitmap(np.zeros(SIZE[::-1], bool), SIZE), SIZE).any()
    assert from_bitmap(to_bitmap(np.ones(SIZE[::-1], bool), SIZE), SIZE).min() == 255


def test_half_transparent_is_not_selected_unless_soft():
    mask = rgba(np.full(SIZE[::-1], 100, np.uint8))
    assert not from_bitmap(to_bitmap(mask, SIZE), SIZE).any()
    assert (from_bitmap(to_bitmap(mask, SIZE, soft=True), SIZE) == 155).all()


def test_hard_masks_are_written_with_one_bit_a_pixel():
    image = Image.open(io.BytesIO(base64.b64decode(to_bitmap(HALF, SIZE))))
    assert (image.format, image.mode) == ("PNG", "1")
    soft = Image.open(io.BytesIO(base64.b64decode(to_bitmap(Image.linear_gradient("L"), (256, 256), soft=True))))
    assert (soft.format, soft.mode) == ("PNG", "L")


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (HALF[1:], "The mask is 40 × 29 px, the picture 40 × 30. They must have the same size."),
        (HALF.astype(np.uint8), r"nowhere lighter than 1 of 255. Give mask.astype\(bool\)"),
        (b"no picture", "no picture that can be read"),
        (3, "."),
    ],
)
def test_what_is_no_mask_is_refused_with_its_reason(mask, said):
    with pytest.raises(InvalidRequestError, match=said) as caught:
        to_bitmap(mask, SIZE)
    assert caught.value.param == "mask"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not base64!", "base64 of a PNG file; 'not base64!' is not"),
        (base64.b64encode(b"no picture").decode(), "no picture that can be read"),
        (to_bitmap(HALF[:, 1:], (39, 30)), "The mask is 39 × 30 px, the picture 40 × 30"),
        (to_bitmap(HALF, SIZE)[:60], "cannot be read to its end"),
    ],
)
def test_text_that_is_no_mask_is_refused_with_its_reason(text, said):
    with pytest.raises(ValueError, match=said):
        bitmaps.from_bitmap(text, SIZE)
