"""Pixels of every kind."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.modes import PLAIN, from_array, plain

COLOR = Image.new("RGBA", (4, 2), (200, 60, 20, 255))
COLOR.putpixel((0, 0), (200, 60, 20, 0))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr"])
def test_every_mode_becomes_one_that_looks_the_same(mode):
    image = COLOR.convert("LA").convert("La") if mode == "La" else COLOR.convert(mode)
    made = plain(image)
    assert made.mode in PLAIN
    red, green, blue, alpha = made.convert("RGBA").getpixel((3, 1))
    if mode in ("1", "L", "LA", "La"):
        assert red == green == blue
    else:
        assert abs(red - 200) < 40
        assert abs(green - 60) < 40
    assert alpha == 255
    if mode in ("LA", "La", "PA", "RGBA", "RGBa"):
        assert made.convert("RGBA").getpixel((0, 0))[3] == 0


def test_hsv_and_lab():
    red = Image.new("RGB", (2, 2), (255, 0, 0))
    assert plain(red.convert("HSV")).getpixel((0, 0)) == (255, 0, 0)
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    made = plain(ImageCms.applyTransform(red, to_lab))
    assert made.mode == "RGB"
    assert np.abs(np.array(made.getpixel((0, 0))) - (255, 0, 0)).max() < 6


@pytest.mark.parametrize("mode", PLAIN)
def test_what_is_plain_comes_back_itself(mode):
    image = COLOR.convert(mode)
    assert plain(image) is image


@pytest.mark.parametrize("mode", ["I;16", "I;16L", "I;16B", "I"])
def test_sixteen_bits(mode):
    image = Image.fromarray(np.array([[0, 257, 32_896, 65_535]], np.uint16))
    made = plain(image.convert("I") if mode == "I" else image if mode == "I;16" else image.convert("I").convert(mode))
    assert np.asarray(made).tolist() == [[0, 1, 128, 255]]
    assert made.mode == "L"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 7, 255]], np.int32), [[0, 7, 255]]),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [[0, 128, 255]]),
        (np.array([[0.0, 128.0, 255.0]], np.float32), [[0, 128, 255]]),
    ],
)
def test_numbers_that_can_be_told(values, expected):
    assert np.asarray(plain(Image.fromarray(values))).tolist() == expected


@pytest.mark.parametrize(
    "values", [np.array([[-1, 5]], np.int32), np.array([[70_000]], np.int32), np.array([[-0.5, 300.0]], np.float32)]
)
def test_numbers_that_cannot_be_told_are_refused(values):
    with pytest.raises(InvalidRequestError, match="Scale it to 0 to 255"):
        plain(Image.fromarray(values))


def test_palettes_and_colour_keys_keep_their_transparency():
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putpixel((1, 0), 1)
    palette.info["transparency"] = 1
    assert plain(palette).getpixel((0, 0)) == (255, 0, 0, 255)
    assert plain(palette).getpixel((1, 0))[3] == 0
    keyed = Image.new("RGB", (1, 1), (1, 2, 3))
    keyed.info["transparency"] = (1, 2, 3)
    assert plain(keyed).getpixel((0, 0))[3] == 0


def test_a_profile_that_cannot_be_read_is_no_obstacle():
    inks = Image.new("CMYK", (2, 2), (0, 255, 255, 0))
    inks.info["icc_profile"] = b"nonsense"
    with pytest.warns(UserWarning, match="colour profile"):
        made = plain(inks)
    assert made.getpixel((0, 0)) == (255, 0, 0)
    assert "icc_profile" not in made.info


def test_the_profile_of_a_lab_picture_is_used_and_dropped():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    lab = Image.new("LAB", (2, 2), (255, 128, 128))
    lab.info["icc_profile"] = profile.tobytes()
    made = plain(lab)
    assert "icc_profile" not in made.info
    made.save(io.BytesIO(), "PNG")


@given(hnp.arrays(np.uint16, hnp.array_shapes(min_dims=2, max_dims=2, max_side=5)))
def test_sixteen_bit_arrays_are_rounded(array):
    made = np.asarray(from_array(array)).astype(float)
    assert np.abs(made - array / 257).max() <= 0.5


@given(st.sampled_from([np.uint8, np.uint16, np.float32, np.float64, np.bool_]), st.sampled_from([1, 3, 4]))
def test_white_is_white_in_every_type(kind, channels):
    white = {np.uint8: 255, np.uint16: 65_535}.get(kind, 1)
    made = from_array(np.full((2, 3, channels), white, kind))
    assert made.size == (3, 2)
    assert made.mode == {1: "L", 3: "RGB", 4: "RGBA"}[channels]
    assert np.asarray(made).min() == 255
