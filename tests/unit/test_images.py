"""Pictures in and out."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from imagewidgets import images
from imagewidgets.display import saved_view
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.compressed import to_compressed
from imagewidgets.images.inputs import edit_inputs
from imagewidgets.operations import CreateImageRequest
from imagewidgets.responses import ImagesResponse


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
        (np.zeros((2, 2), np.uint32), "uint16"),
        (np.full((2, 2), 255.0), "from 255 to 255"),
        (np.full((2, 2), np.nan), "from 0 to 1"),
        (b"no picture", "10 bytes are no picture"),
        ("data:image/png,abc", "cannot be read"),
        ("data:image/png;base64,???", "cannot be read"),
        (3, "An int is no picture"),
        (None, "None is no picture"),
        ([RED], "A list is not one picture"),
        (Image.new("RGB", (0, 0)), "0 × 0 px has nothing in it"),
        ("", "An empty text"),
        ("nowhere.png", "no file 'nowhere.png'. Check the path"),
        ("my red fox.png", "no file 'my red fox.png'. Check the path"),
        ("a red fox in the snow", "Did you swap image and prompt?"),
        (Path("a red fox"), "Did you swap image and prompt?"),
        ("a fox " * 1000, "Did you swap image and prompt?"),
        ("a\0b.png", "no file"),
        (Path(__file__).parent, "is a folder"),
        (io.BytesIO(), "file object is empty"),
        (io.StringIO("text"), "binary mode"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(source, words):
    with pytest.raises(InvalidRequestError) as caught:
        images.load(source)
    assert words in caught.value.message


def test_a_reply_is_not_one_picture():
    request = CreateImageRequest(prompt="A red fox")
    with pytest.raises(InvalidRequestError, match=r"An ImagesResponse is not one picture.*response\[0\]"):
        images.load(ImagesResponse([RED.copy()], request=request, created=1))


def test_a_file_object_at_its_end_is_read_from_its_start():
    out = io.BytesIO()
    RED.save(out, "PNG")
    assert images.load(out).size == RED.size


def test_a_closed_file_object_is_refused_in_words(tmp_path):
    with (tmp_path / "red.png").open("wb+") as file:
        RED.save(file, "PNG")
    with pytest.raises(InvalidRequestError, match="cannot be read"):
        images.load(file)


def test_a_file_that_may_not_be_read_is_refused_in_words(monkeypatch, tmp_path):
    def forbidden(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(InvalidRequestError, match="cannot be read: Permission denied"):
        images.load(tmp_path / "red.png")


def test_a_bomb_is_refused():
    with pytest.raises(InvalidRequestError, match="too large"):
        images.open_image(encoded(Image.new("1", (5000, 5000))))


def test_orientation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    data = encoded(RED, "JPEG", exif=exif)
    turned = images.load(data)
    assert turned.size == (10, 20)
    assert images.load(turned) is turned
    assert images.load(Image.open(io.BytesIO(data))).size == (10, 20)


def test_a_picture_without_orientation_comes_back_itself():
    assert images.load(RED) is RED


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_files_that_are_cut_short_are_refused_in_words(kind):
    data = encoded(Image.effect_noise((64, 64), 90).convert("RGB"), kind)
    with pytest.raises(InvalidRequestError, match="Give a") as caught:
        images.load(data[: len(data) * 2 // 3])
    assert caught.value.code == "invalid_image_file"


def frames(kind):
    colors = [Image.new("RGB", (20, 10), color) for color in ("red", "lime", "blue")]
    return encoded(colors[0], kind, save_all=True, append_images=colors[1:], duration=200, loop=0)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_several_frames_the_first_is_opened(kind):
    red, green, blue = images.load(frames(kind)).convert("RGB").getpixel((3, 3))
    assert red > 240
    assert max(green, blue) < 15


def test_a_gif_stays_a_gif():
    data = frames("GIF")
    image = images.open_image(data)
    images.write_recipe(image, {"model": "m"})
    assert (image.is_animated, image.n_frames) == (True, 3)
    image.seek(2)
    assert image.convert("RGB").getpixel((3, 3)) == (0, 0, 255)
    assert image.info["duration"] == 200
    assert images.read_recipe(image) == {"model": "m"}
    suffix, kept = images.to_saved(image, data)
    assert suffix == "gif"
    assert images.read_recipe(kept) == {"model": "m"}
    assert images.open_image(kept).n_frames == 3
    suffix, again = images.to_saved(image)
    assert suffix == "gif"
    assert images.open_image(again).n_frames == 3


def test_a_gif_is_shown():
    bundle = saved_view([images.open_image(frames("GIF"))], head="one")
    assert "data:image/webp" in bundle["text/html"]
    assert "image/png" in bundle


def test_everything_else_is_saved_as_png():
    for image in (RED, images.open_image(encoded(RED, "JPEG")), RED.convert("CMYK"), RED.convert("F")):
        suffix, data = images.to_saved(image)
        assert suffix == "png"
        assert images.open_image(data).size == RED.size


def test_a_recipe_is_read_without_decoding_the_pixels():
    image = Image.effect_noise((64, 64), 90)
    images.write_recipe(image, {"model": "m"})
    data = images.to_png(image)
    assert images.read_recipe(data[: len(data) // 2]) == {"model": "m"}


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()))
def test_recipes_survive_the_disk(recipe):
    recipe = {key: value for key, value in recipe.items() if "\0" not in f"{key}{value}"}
    image = Image.new("L", (2, 2))
    images.write_recipe(image, recipe)
    assert images.read_recipe(images.to_png(image)) == recipe
    assert images.read_recipe(image.resize((1, 1))) == recipe


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@given(recipe=st.dictionaries(st.text(), st.none() | st.integers(-(2**53), 2**53) | st.text()))
def test_recipes_survive_in_compressed_files(kind, recipe):
    image = Image.new("RGBA", (2, 2))
    images.write_recipe(image, recipe)
    data = to_compressed(image, kind, quality=90)
    assert images.read_recipe(data) == recipe
    assert images.read_recipe(Image.open(io.BytesIO(data))) == recipe
    assert images.read_recipe(images.open_image(data)) == recipe


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_compressed_files_of_all_modes(kind, mode):
    image = Image.new(mode, (20, 10))
    images.write_recipe(image, {"revised_prompt": "x" * 140_000})  # more than the EXIF data of a JPEG file can hold
    data = to_compressed(image, kind, quality=90)
    assert Image.open(io.BytesIO(data)).format == kind
    assert images.load(data).size == (20, 10)
    assert images.read_recipe(data) == {"revised_prompt": "x" * 140_000}


def test_what_is_transparent_is_white_in_a_jpeg():
    assert images.load(to_compressed(Image.new("RGBA", (8, 8)), "JPEG", quality=95)).getpixel((4, 4)) == (255,) * 3


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_the_recipe_of_a_compressed_file_stays_at_home(kind):
    image = RED.copy()
    images.write_recipe(image, {"request": {"prompt": "secret"}})
    data = to_compressed(image, kind, quality=90)
    assert b"secret" in data
    for source in (data, images.load(data), Image.open(io.BytesIO(data))):
        assert b"secret" not in edit_inputs([source]).images[0].data
    assert b"secret" in edit_inputs([data], recipe=True).images[0].data


def test_exif_data_of_others_is_no_recipe():
    for exif in (b"Exif\0\0" + b'{"imagewidgets":', b'Exif\0\0{"imagewidgets":3}\0', "text"):
        image = RED.copy()
        image.info["exif"] = exif
        assert images.read_recipe(image) is None


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


def test_digest_of_a_palette_is_of_its_colours():
    one, other = Image.new("P", (2, 2)), Image.new("P", (2, 2))
    one.putpalette([255, 0, 0])
    other.putpalette([0, 0, 255])
    assert images.digest(one) != images.digest(other)
    assert images.digest(one) == images.digest(Image.new("RGB", (2, 2), "red"))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_the_digest_in_a_compressed_file_is_of_its_own_pixels_unless_they_were_changed(kind):
    image = Image.effect_noise((16, 16), 64).convert("RGB")
    images.write_recipe(image, {"model": "sketch", "digest": images.digest(image)})
    data = to_compressed(image, kind, quality=50)
    assert images.read_recipe(data) == {"model": "sketch", "digest": images.digest(images.open_image(data))}
    changed = image.rotate(90)
    assert images.read_recipe(to_compressed(changed, kind, quality=50)) == images.read_recipe(image)
