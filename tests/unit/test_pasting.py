"""What was protected is exactly unchanged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import read_recipe, write_recipe
from imagewidgets.images.feathering import depths
from imagewidgets.images.fitting import Frame
from imagewidgets.images.modes import plain
from imagewidgets.images.pasting import paste_back

SIZE = (24, 16)
INSIDE = np.zeros((16, 24), bool)
INSIDE[3:13, 4:18] = True


def noise(mode, size=SIZE, seed=1):
    values = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 4), np.uint8)
    image = Image.fromarray(values)
    return image.convert("L").convert("I;16") if mode == "I;16" else image.convert(mode)


@pytest.mark.parametrize("feather", [0, 1, 3.5, 40])
@pytest.mark.parametrize("made", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I;16", "F"])
def test_outside_of_the_mask_every_bit_is_the_originals(mode, made, feather):
    source, result = noise(mode), noise(made, seed=2)
    pasted = paste_back(result, source, INSIDE, feather=feather)
    expected = np.asarray(plain(source).convert(pasted.mode))
    assert np.array_equal(np.asarray(pasted)[~INSIDE], expected[~INSIDE])
    if feather == 0:
        assert np.array_equal(np.asarray(pasted)[INSIDE], np.asarray(result.convert(pasted.mode))[INSIDE])


def test_what_has_transparency_keeps_the_colours_under_it():
    source = Image.new("RGBA", SIZE, (9, 8, 7, 0))
    pasted = paste_back(Image.new("RGB", SIZE, "red"), source, INSIDE, feather=2)
    assert pasted.mode == "RGBA"
    assert (np.asarray(pasted)[~INSIDE] == (9, 8, 7, 0)).all()


@given(hnp.arrays(bool, (9, 11)), st.floats(0, 12))
def test_feathers_stay_inside(inside, feather):
    if inside.all() or not inside.any():
        return
    black, white = Image.new("L", (11, 9)), Image.new("L", (11, 9), 255)
    pasted = np.asarray(paste_back(white, black, inside, feather=feather))
    assert (pasted[~inside] == 0).all()
    assert (pasted[inside] > 0).all()


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12)), st.floats(1, 15))
def test_depths_are_euclidean(inside, farthest):
    outside = np.argwhere(~inside)
    distances = depths(inside, farthest)
    for row, column in np.ndindex(inside.shape):
        exact = min((np.hypot(*(outside - (row, column)).T)).min(initial=np.inf), farthest)
        assert distances[row, column] == pytest.approx(exact, abs=1e-4)


def test_a_mask_may_say_itself_how_soft_it_is():
    inside = np.zeros((4, 6), bool)
    inside[:, 2:] = True
    soft = Image.fromarray(np.tile(np.array([255, 255, 51, 102, 204, 255], np.uint8), (4, 1)))
    pasted = np.asarray(paste_back(Image.new("L", (6, 4), 100), Image.new("L", (6, 4), 0), inside, soft=soft))
    assert pasted[1].tolist() == [0, 0, 20, 40, 80, 100], "outside of the mask it says nothing"


def test_a_feather_rises_evenly_from_the_edge():
    inside = np.zeros((5, 20), bool)
    inside[:, 10:] = True  # reaches the picture's own border, where there is no edge
    pasted = np.asarray(paste_back(Image.new("L", (20, 5), 200), Image.new("L", (20, 5), 0), inside, feather=3))
    assert pasted[2].tolist() == [0] * 10 + [50, 100, 150] + [200] * 7


def test_soft_pixels_do_not_darken_towards_transparent_ones():
    source = Image.new("RGBA", (20, 5), (0, 0, 0, 0))
    inside = np.zeros((5, 20), bool)
    inside[:, 10:] = True
    pasted = np.asarray(paste_back(Image.new("RGB", (20, 5), "white"), source, inside, feather=3))
    assert (pasted[:, 10:, :3] == 255).all()
    assert pasted[2, 9:14, 3].tolist() == [0, 64, 128, 191, 255]


def test_a_result_of_another_size_is_scaled():
    pasted = paste_back(Image.new("RGB", (48, 48), "red"), Image.new("RGB", SIZE, "blue"), INSIDE)
    assert pasted.size == SIZE
    assert (np.asarray(pasted)[INSIDE] == (255, 0, 0)).all()


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_a_fitted_result_goes_back_to_where_it_was_taken(fit):
    size = (60, 40)
    source = Image.linear_gradient("L").resize(size).convert("RGB")
    frame = Frame.square(size, fit, 1024)
    result = Image.new("RGBA", frame.size)
    result.paste((255, 0, 0, 255), (0, 0, *frame.size))
    inside = np.zeros((40, 60), bool)
    inside[5:35, 2:50] = True
    pasted = np.asarray(paste_back(result, source, inside, frame=frame))[..., :3]
    shown = inside.copy()
    if fit == "crop":
        shown[:, :10] = shown[:, 50:] = False
    assert (pasted[shown] == (255, 0, 0)).all()
    assert np.array_equal(pasted[~shown], np.asarray(source)[~shown])


@pytest.mark.parametrize(
    ("size", "fit"), [((61, 40), "pad"), ((60, 41), "pad"), ((61, 40), "crop"), ((40, 61), "crop")]
)
def test_an_unchanged_reply_gives_the_source_back(size, fit):
    source = noise("RGB", size)
    frame = Frame.square(size, fit, 1024)
    inside = np.zeros(size[::-1], bool)
    inside[15:25, 15:25] = True
    pasted = paste_back(frame.apply(source.convert("RGBA")), source, inside, frame=frame)
    assert np.array_equal(np.asarray(pasted.convert("RGB")), np.asarray(source))


def test_the_recipe_stays_and_the_profile_is_the_sources():
    result, source = noise("RGB"), noise("RGB", seed=3)
    write_recipe(result, {"model": "m"})
    result.info |= {"icc_profile": b"of the reply", "transparency": (1, 2, 3)}
    source.info["icc_profile"] = b"of the source"
    pasted = paste_back(result, source, INSIDE)
    assert read_recipe(pasted) == {"model": "m"}
    assert pasted.info["icc_profile"] == b"of the source"
    assert "transparency" not in pasted.info


def test_the_source_is_left_alone():
    source = noise("RGB")
    before = source.tobytes()
    paste_back(noise("RGB", seed=5), source, INSIDE, feather=2)
    assert source.tobytes() == before


@pytest.mark.parametrize("feather", [-1, 257, float("nan"), True, "8"])
def test_feathers_out_of_range(feather):
    with pytest.raises(InvalidRequestError, match="from 0 to 256"):
        paste_back(noise("RGB"), noise("RGB"), INSIDE, feather=feather)


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(InvalidRequestError, match="24 × 16 px, the picture 20 × 20"):
        paste_back(noise("RGB"), Image.new("RGB", (20, 20)), INSIDE)
