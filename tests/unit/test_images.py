"""Pictures in and out."""

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from imagewidgets import images
from imagewidgets.errors import InvalidRequestError


def encoded(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


RED = Image.new("RGB", (20, 10), "red")


@pytest.mark.parametrize("form", ["image", "path", "text path", "bytes", "file", "data url"])
def test_opens_whatever_it_is_given_as(form, tmp_path):
    data = encoded(RED)
    path = tmp_path / "red.png"
    path.write_bytes(data)
    source = {
        "image": RED,
        "path": path,
        "text path": str(path),
        "bytes": data,
        "file": io.BytesIO(data),
        "data url": "data:image/png;base64," + base64.b64encode(data).decode(),
    }[form]
    assert images.digest(images.load(source)) == images.digest(RED)


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)))
def test_grey_arrays(array):
    assert np.array_equal(np.asarray(images.load(array)), array)


@pytest.mark.parametrize("channels", [3, 4])
def test_colour_arrays(channels):
    array = np.arange(4 * 5 * channels, dtype=np.uint8).reshape(4, 5, channels)
    assert np.array_equal(np.asarray(images.load(array)), array)


def test_float_and_boolean_arrays():
    assert images.load(np.array([[0.0, 1.0]])).getpixel((1, 0)) == 255
    assert images.load(np.array([[False, True]])).getpixel((1, 0)) == 255


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (np.zeros((2, 2, 2), np.uint8), "shape"),
        (np.zeros((0, 2), np.uint8), "shape"),
        (np.zeros((2, 2), np.int64), "uint8"),
        (np.full((2, 2), 255.0), "from 255 to 255"),
        (np.full((2, 2), np.nan), "from 0 to 1"),
        (b"no picture", "10 bytes are no picture"),
        ("data:image/png,abc", "cannot be read"),
        ("data:image/png;base64,???", "cannot be read"),
        (3, "A int is no picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(source, words):
    with pytest.raises(InvalidRequestError, match=words):
        images.load(source)


def test_a_bomb_is_refused():
    with pytest.raises(InvalidRequestError, match="too large"):
        images.open_image(encoded(Image.new("1", (5000, 5000))))


def test_orientation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    assert images.load(encoded(RED, "JPEG", exif=exif)).size == (10, 20)


def test_a_good_file_goes_out_as_it_came(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(RED, "JPEG"))
    file = images.to_file(path)
    assert (file.data, file.content_type, file.filename("image")) == (path.read_bytes(), "image/jpeg", "image.jpeg")


def test_what_the_api_does_not_take_becomes_png():
    assert images.to_file(encoded(RED, "BMP")).content_type == "image/png"
    assert images.to_file(encoded(RED, "JPEG"), png=True).content_type == "image/png"
    assert images.to_file(RED, alpha=True).image.mode == "RGBA"
    assert images.to_file(Image.new("P", (4, 4))).image.mode == "RGB"
    assert images.to_file(Image.new("CMYK", (4, 4))).image.mode == "RGB"


def test_a_file_with_orientation_is_turned_before_it_goes_out():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert images.to_file(encoded(RED, "JPEG", exif=exif)).image.size == (10, 20)


def test_the_recipe_stays_at_home_unless_asked():
    image = RED.copy()
    images.write_recipe(image, {"request": {"prompt": "secret"}})
    assert b"secret" not in images.to_file(image).data
    assert b"secret" not in images.to_file(images.to_png(image)).data
    assert b"secret" in images.to_file(image, recipe=True).data


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()))
def test_recipes_survive_the_disk(recipe):
    recipe = {key: value for key, value in recipe.items() if "\0" not in f"{key}{value}"}
    image = Image.new("L", (2, 2))
    images.write_recipe(image, recipe)
    assert images.read_recipe(images.to_png(image)) == recipe
    assert images.read_recipe(image.resize((1, 1))) == recipe


def test_no_recipe_is_none():
    image = RED.copy()
    assert images.read_recipe(image) is None
    image.info["imagewidgets"] = "not json"
    assert images.read_recipe(image) is None


def test_digest_is_of_the_pixels():
    image = Image.effect_noise((16, 16), 50)
    again = images.open_image(encoded(image, compress_level=9))
    assert images.digest(image) == images.digest(again)
    again.putpixel((3, 3), (image.getpixel((3, 3)) + 1) % 256)
    assert images.digest(image) != images.digest(again)


SELECTION = np.zeros((10, 20), bool)
SELECTION[2:5, 3:9] = True


@pytest.mark.parametrize("form", ["RGBA", "LA", "L", "1", "array"])
def test_masks_in_every_form_say_the_same(form):
    grey = Image.fromarray(SELECTION.astype(np.uint8) * 255)
    keep = Image.eval(grey, lambda value: 255 - value)
    rgba = Image.new("RGBA", grey.size, "green")
    rgba.putalpha(keep)
    mask = {"RGBA": rgba, "LA": rgba.convert("LA"), "L": grey, "1": grey.convert("1"), "array": SELECTION}[form]
    file = images.mask_to_file(mask)
    assert file.content_type == "image/png"
    assert file.image.mode == "RGBA"
    assert np.array_equal(np.asarray(file.image.getchannel("A")) == 0, SELECTION)
