"""Masks in every form."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.selections import mask_to_file, selection_of

SELECTION = np.zeros((10, 20), bool)
SELECTION[2:5, 3:9] = True
GREY = Image.fromarray(SELECTION.astype(np.uint8) * 255)


def forms():
    rgba = Image.new("RGBA", GREY.size, "green")
    rgba.putalpha(Image.eval(GREY, lambda value: 255 - value))
    keyed = GREY.convert("P")
    keyed.info["transparency"] = 255
    return {
        "RGBA": rgba,
        "LA": rgba.convert("LA"),
        "PA": rgba.convert("PA"),
        "P with transparency": keyed,
        "P": GREY.convert("P"),
        "L": GREY,
        "1": GREY.convert("1"),
        "RGB": GREY.convert("RGB"),
        "I;16": Image.fromarray(SELECTION.astype(np.uint16) * 65_535),
        "boolean array": SELECTION,
        "grey array": SELECTION * np.uint8(255),
        "float array": SELECTION * 1.0,
        "one channel": SELECTION[..., None],
        "masked array": np.ma.masked_array(SELECTION, mask=~SELECTION),
        "canvas": SimpleNamespace(mask=rgba),
    }


@pytest.mark.parametrize("form", forms())
def test_masks_in_every_form_say_the_same(form):
    file = mask_to_file(forms()[form], (20, 10))
    assert file.content_type == "image/png"
    assert file.image.mode == "RGBA"
    assert np.array_equal(np.asarray(file.image.getchannel("A")) == 0, SELECTION)
    assert np.array_equal(np.asarray(selection_of(forms()[form])) == 255, SELECTION)


def test_only_alpha_0_is_edited_and_white_begins_at_128():
    alpha = np.array([[0, 1, 128, 255]], np.uint8)
    rgba = np.dstack([np.zeros((1, 4, 3), np.uint8), alpha])
    assert np.asarray(selection_of(rgba)).tolist() == [[255, 0, 0, 0]]
    assert np.asarray(selection_of(np.array([[0, 127, 128, 255]], np.uint8))).tolist() == [[0, 0, 255, 255]]


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (Image.new("L", (20, 10)), r"selects nothing: its lightest grey is 0, and only 128 to 255"),
        (np.zeros((10, 20), bool), "selects nothing"),
        (SELECTION.astype(np.uint8), r"its lightest grey is 1.*astype\(bool\)"),
        (GREY.convert("RGBA"), r"its alpha is 255 or more everywhere.*convert\('L'\)"),
        (Image.new("L", (20, 10), 255), "selects all of the picture"),
        (Image.new("RGBA", (20, 10)), "selects all of the picture"),
        (Image.new("L", (20, 11), 255), "The mask is 20 × 11 px, the picture 20 × 10"),
        (SimpleNamespace(mask=None), "Nothing is masked. Paint where"),
        (None, "Nothing is masked"),
        (b"nonsense", "no picture"),
        (SimpleNamespace(mask="x"), "A SimpleNamespace is no picture"),
    ],
)
def test_masks_that_cannot_be_meant_are_refused_in_words(mask, words):
    with pytest.raises(InvalidRequestError, match=words) as caught:
        selection_of(mask, (20, 10))
    assert caught.value.param == "mask"


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=8)))
def test_a_mask_file_read_again_selects_the_same(selected):
    if selected.any() and not selected.all():
        again = selection_of(mask_to_file(selected).image)
        assert np.array_equal(np.asarray(again) == 255, selected)
