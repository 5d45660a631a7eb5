"""Pictures on their way out, as the model wants them."""

import dataclasses
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import to_png, write_recipe
from imagewidgets.images.inputs import edit_inputs, to_file, variation_inputs
from imagewidgets.images.pasting import paste_back
from imagewidgets.images.pictures import opened
from imagewidgets.models import MODELS

DALL_E_2, GPT = MODELS["dall-e-2"], MODELS["gpt-image-1"]
RED = Image.new("RGB", (20, 10), "red")
ROTATED = Image.Exif()
ROTATED[0x0112] = 6  # turn by 90 degrees


def encoded(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(mode, width, height):
    values = np.random.default_rng(1).integers(0, 256, (height, width, 4), np.uint8)
    return Image.fromarray(values).convert(mode)


def left_half(size):
    selected = np.zeros(size[::-1], bool)
    selected[:, : size[0] // 2] = True
    return selected


def test_a_good_file_goes_out_as_it_came(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(RED, "JPEG"))
    file = to_file(*opened(path))
    assert (file.data, file.content_type, file.filename("image")) == (path.read_bytes(), "image/jpeg", "image.jpeg")


def test_a_file_object_is_read_once():
    data = encoded(RED)
    assert to_file(*opened(io.BytesIO(data))).data == data


@pytest.mark.parametrize(
    ("source", "options", "mode"),
    [
        (encoded(RED, "BMP"), {}, "RGB"),
        (encoded(RED, "JPEG"), {"png": True}, "RGB"),
        (RED, {"alpha": True}, "RGBA"),
        (encoded(RED), {"alpha": True}, "RGBA"),
        (Image.new("P", (4, 4)), {}, "RGB"),
        (Image.new("CMYK", (4, 4)), {}, "RGB"),
        (encoded(Image.new("CMYK", (4, 4)), "JPEG"), {}, "RGB"),
        (np.full((4, 4), 60_000, np.uint16), {}, "L"),
        (encoded(Image.new("I;16", (4, 4))), {}, "L"),
        (encoded(RED, "JPEG", exif=ROTATED), {}, "RGB"),
        (encoded(RED, "GIF", save_all=True, append_images=[Image.new("RGB", (20, 10))]), {}, "RGB"),
        (encoded(RED, "WEBP", save_all=True, append_images=[Image.new("RGB", (20, 10))], lossless=True), {}, "RGB"),
        (encoded(RED, "PNG", save_all=True, append_images=[Image.new("RGB", (20, 10))]), {}, "RGB"),
    ],
)
def test_what_the_api_does_not_take_becomes_png(source, options, mode):
    file = to_file(*opened(source), **options)
    assert (file.content_type, file.filename("mask")) == ("image/png", "mask.png")
    assert file.image.mode == mode
    assert getattr(file.image, "n_frames", 1) == 1


def test_the_first_frame_is_what_goes_out():
    data = encoded(RED, "WEBP", save_all=True, append_images=[Image.new("RGB", (20, 10))], lossless=True)
    assert to_file(*opened(data)).image.getpixel((0, 0)) == (255, 0, 0)


def test_orientation_is_applied_and_nothing_else_of_a_photo_goes_out():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "secret"
    for source in (encoded(RED, "JPEG", exif=exif), Image.open(io.BytesIO(encoded(RED, "JPEG", exif=exif)))):
        file = to_file(*opened(source))
        assert file.image.size == (10, 20)
        assert b"secret" not in file.data


def test_the_recipe_stays_at_home_unless_asked():
    image = RED.copy()
    write_recipe(image, {"request": {"prompt": "secret"}})
    assert b"secret" not in to_file(image).data
    assert b"secret" not in to_file(*opened(to_png(image))).data
    assert b"secret" in to_file(image, recipe=True).data
    assert b"secret" not in edit_inputs([image]).images[0].data
    assert b"secret" in edit_inputs([image], recipe=True).images[0].data


@pytest.mark.parametrize("make", [lambda *a, **k: edit_inputs([a[0]], mask=left_half((30, 20)), **k), variation_inputs])
def test_a_square_model_refuses_other_shapes_and_offers_the_way_out(make):
    with pytest.raises(InvalidRequestError) as caught:
        make(Image.new("RGB", (30, 20)), model=DALL_E_2)
    assert "30 × 20 px; dall-e-2 takes only square" in caught.value.message
    assert "fit='pad'" in caught.value.message
    assert "fit='crop'" in caught.value.message
    assert caught.value.param == "image"


@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from(["pad", "crop"]))
def test_fit_makes_a_square_png_with_alpha_and_a_mask_of_the_same_size(width, height, fit):
    selected = np.zeros((height, width), bool)
    side = min(width, height)
    selected[(height - side) // 2, (width - side) // 2] = True  # the first pixel that cropping leaves
    if selected.all():
        return
    inputs = edit_inputs([Image.new("RGB", (width, height), "red")], mask=selected, model=DALL_E_2, fit=fit)
    image, mask = inputs.images[0].image, inputs.mask.image
    assert image.width == image.height
    assert image.mode == mask.mode == "RGBA"
    assert inputs.images[0].content_type == "image/png"
    assert mask.size == image.size
    assert (np.asarray(mask)[..., 3] == 0).sum() == 1
    assert (inputs.frame is None) == (width == height)


def test_padding_is_transparent_and_cropping_keeps_the_middle():
    wide = Image.new("RGB", (40, 20), "red")
    wide.paste("blue", (0, 0, 10, 20))
    padded = np.asarray(edit_inputs([wide], mask=left_half((40, 20)), model=DALL_E_2, fit="pad").images[0].image)
    assert padded.shape == (40, 40, 4)
    assert (padded[:10, :, 3] == 0).all()
    assert (padded[10:30, :, 3] == 255).all()
    cropped = np.asarray(variation_inputs(wide, model=DALL_E_2, fit="crop").images[0].image)
    assert cropped.shape == (20, 20, 4)
    assert (cropped == (255, 0, 0, 255)).all()


def test_large_squares_come_in_a_size_that_the_model_has():
    inputs = edit_inputs([noise("RGB", 1500, 1200)], mask=left_half((1500, 1200)), model=DALL_E_2, fit="crop")
    assert inputs.images[0].image.size == inputs.mask.image.size == (1024, 1024)
    assert len(inputs.images[0].data) < DALL_E_2.image_bytes
    assert inputs.frame.size == (1024, 1024)


def test_a_file_that_is_too_large_is_refused_or_made_smaller_when_asked():
    image, mask = noise("RGBA", 1100, 1100), left_half((1100, 1100))
    with pytest.raises(InvalidRequestError, match=r"4\.\d MiB as PNG; dall-e-2 takes less than 4\. Make it smaller"):
        edit_inputs([image], mask=mask, model=DALL_E_2)
    inputs = edit_inputs([image], mask=mask, model=DALL_E_2, fit="crop")
    assert len(inputs.images[0].data) < DALL_E_2.image_bytes
    assert inputs.images[0].image.size == inputs.mask.image.size == (512, 512)


def test_other_models_keep_the_shape_and_get_smaller_files_only_when_asked():
    model = dataclasses.replace(GPT, image_bytes=100_000)
    image = noise("RGB", 300, 200)
    with pytest.raises(InvalidRequestError, match="gpt-image-1 takes less than"):
        edit_inputs([image], model=model)
    inputs = edit_inputs([image], mask=left_half((300, 200)), model=model, fit="pad")
    assert inputs.images[0].image.size == inputs.mask.image.size == (225, 150)
    assert len(inputs.images[0].data) < 100_000


def test_a_file_that_only_needs_packing_is_packed():
    image = Image.linear_gradient("L").resize((600, 600)).convert("RGB")
    loose, model = to_png(image), dataclasses.replace(GPT, image_bytes=len(to_png(image)))
    inputs = edit_inputs([image], model=model)
    assert len(inputs.images[0].data) < len(loose)
    assert inputs.images[0].image.size == (600, 600)
    assert inputs.frame is None


def test_what_cannot_be_made_small_enough_is_refused():
    with pytest.raises(InvalidRequestError, match="cannot be brought under"):
        edit_inputs([noise("RGB", 100, 100)], model=dataclasses.replace(GPT, image_bytes=10), fit="crop")


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_fit_leaves_alone_what_the_model_takes(fit):
    data = encoded(noise("RGB", 30, 20), "JPEG")
    inputs = edit_inputs([data], model=GPT, fit=fit)
    assert inputs.images[0].data == data
    assert inputs.frame is None


def test_for_an_unknown_model_fit_makes_squares_and_nothing_else_is_changed():
    assert edit_inputs([RED]).images[0].image.size == (20, 10)
    assert edit_inputs([RED], fit="crop").images[0].image.size == (10, 10)
    assert edit_inputs([RED], fit="pad").images[0].image.mode == "RGBA"


def test_padding_without_a_mask_is_not_taken_for_one():
    with pytest.raises(InvalidRequestError, match=r"only the border.*Give a mask") as caught:
        edit_inputs([RED], model=DALL_E_2, fit="pad")
    assert caught.value.param == "mask"
    hole = RED.convert("RGBA")
    hole.putpixel((3, 3), (0, 0, 0, 0))
    assert edit_inputs([hole], model=DALL_E_2, fit="pad").images[0].image.size == (20, 20)


def test_a_mask_outside_of_the_crop_is_refused():
    selected = np.zeros((10, 20), bool)
    selected[:, :3] = True
    with pytest.raises(InvalidRequestError, match="nothing of what fit='crop' leaves"):
        edit_inputs([RED], mask=selected, model=DALL_E_2, fit="crop")


def test_the_mask_is_as_large_as_the_picture_turned_upright():
    photo = encoded(RED, "JPEG", exif=ROTATED)
    assert edit_inputs([photo], mask=left_half((10, 20))).mask.image.size == (10, 20)
    with pytest.raises(InvalidRequestError, match="The mask is 20 × 10 px, the picture 10 × 20"):
        edit_inputs([photo], mask=left_half((20, 10)))


def test_several_pictures_each_go_their_own_way():
    jpeg = encoded(RED, "JPEG")
    inputs = edit_inputs([jpeg, RED, np.zeros((5, 6), bool)], model=GPT)
    assert [file.content_type for file in inputs.images] == ["image/jpeg", "image/png", "image/png"]
    assert inputs.images[2].image.size == (6, 5)


def markup(size=(20, 10)):
    drawing = Image.new("RGBA", size)
    drawing.paste("red", (2, 2, 8, 8))
    return drawing


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_markup_goes_out_as_transparent_png(mode):
    file = edit_inputs([RED], markup=markup().convert(mode)).markup
    assert (file.content_type, file.image.mode, file.image.size) == ("image/png", "RGBA", (20, 10))
    assert (np.asarray(file.image)[..., 3] > 0).sum() == 36


def test_markup_goes_the_way_of_its_picture():
    file = edit_inputs([RED], markup=markup(), fit="crop").markup
    assert file.image.size == (10, 10)


@pytest.mark.parametrize(
    ("options", "param", "words"),
    [
        ({"markup": markup((9, 9))}, "markup", "The markup is 9 × 9 px, the picture 20 × 10"),
        ({"markup": RED}, "markup", "covers all"),
        ({"markup": Image.new("RGBA", (20, 10))}, "markup", "Nothing is drawn"),
        ({"markup": b"x"}, "markup", "no picture"),
        ({"markup": markup(), "mask": left_half((20, 10))}, "markup", "cannot go together"),
        ({"mask": left_half((20, 11))}, "mask", "The mask is 20 × 11 px"),
        ({"fit": "stretch"}, "fit", "'pad' or 'crop', not 'stretch'"),
    ],
)
def test_refusals(options, param, words):
    with pytest.raises(InvalidRequestError, match=words) as caught:
        edit_inputs([RED], **options)
    assert caught.value.param == param


def test_no_picture_at_all():
    with pytest.raises(InvalidRequestError, match="no picture to work on"):
        edit_inputs([])


@settings(max_examples=30)
@given(
    st.sampled_from(["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "HSV", "F", "I"]),
    st.sampled_from(["pad", "crop"]),
)
def test_every_mode_goes_out(mode, fit):
    for model in (None, DALL_E_2, GPT):
        image = edit_inputs([noise(mode, 12, 8)], mask=left_half((12, 8)), model=model, fit=fit).images[0].image
        assert image.mode in ("L", "LA", "RGB", "RGBA")
        image.load()


def test_what_pasting_back_needs_is_kept_even_of_a_stream_that_can_be_read_once():
    selected = left_half((60, 40))
    inputs = edit_inputs([io.BytesIO(encoded(noise("RGB", 60, 40)))], mask=selected, model=DALL_E_2, fit="crop")
    assert np.array_equal(np.asarray(inputs.source), np.asarray(noise("RGB", 60, 40)))
    assert np.array_equal(np.asarray(inputs.selection) == 255, selected)
    assert inputs.mask.image.size == (40, 40)
    result = Image.new("RGB", (1024, 1024), "red")
    pasted = np.asarray(paste_back(result, inputs.source, inputs.selection, frame=inputs.frame))
    assert np.array_equal(pasted[:, 30:], np.asarray(inputs.source)[:, 30:])
    assert np.array_equal(pasted[:, :10], np.asarray(inputs.source)[:, :10])
    assert (pasted[:, 10:30] == (255, 0, 0)).all()
