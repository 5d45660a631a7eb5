"""Pictures in OKLab integers: the space's own numbers, transparency, and the tables' exactness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.mask import colours
from imagewidgets.mask.colours import GREY, ONE, OPAQUE, to_lab

BYTES = st.integers(0, 255)
DARK = 8


def lab_of(mode: str, *pixels: object) -> np.ndarray:
    picture = Image.new(mode, (len(pixels), 1))
    picture.putdata(pixels)
    return to_lab(picture)[0]


def oklab(red: int, green: int, blue: int) -> np.ndarray:
    """Return OKLab in floats, straight from its definition."""
    value = np.array([red, green, blue]) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.array(colours._LAB) @ np.cbrt(np.array(colours._CONES) @ linear)


def test_numbers_known_from_the_definition() -> None:
    # OKLab of pure red and of pure blue as it is tabulated everywhere.
    red, blue = lab_of("RGB", (255, 0, 0), (0, 0, 255)) / ONE
    assert red == pytest.approx([0.62796, 0.22486, 0.12585], abs=2e-4)
    assert blue == pytest.approx([0.45201, -0.03246, -0.31153], abs=2e-4)


@given(red=BYTES, green=BYTES, blue=BYTES)
def test_integers_are_near_the_exact_numbers(red: int, green: int, blue: int) -> None:
    lab = lab_of("RGB", (red, green, blue))[0]
    # Of all colours (1, 0, 0) is the farthest off, 0.0036; of those that are not all but black, none by 0.0016.
    assert np.abs(lab / ONE - oklab(red, green, blue)).max() < (0.004 if max(red, green, blue) <= DARK else 0.0016)


@given(grey=BYTES)
def test_greys_have_no_colour(grey: int) -> None:
    lightness, *axes = lab_of("L", grey)[0].tolist()
    assert max(map(abs, axes)) <= 8
    assert 0 <= lightness <= ONE


def test_black_and_white_are_one_apart() -> None:
    assert lab_of("L", 0, 255)[:, 0].tolist() == [0, ONE]


def test_shape_and_type() -> None:
    lab = to_lab(Image.new("RGB", (7, 5)))
    assert lab.shape == (5, 7, 3)
    assert lab.dtype == np.int16
    assert to_lab(Image.new("RGBA", (7, 5))).shape == (5, 7, 4)
    assert to_lab(Image.new("RGBA", (7, 5), "red")).shape == (5, 7, 3)


def test_clear_pixels_are_all_alike() -> None:
    lab = lab_of("RGBA", (255, 0, 0, 0), (0, 255, 9, 0), (0, 0, 0, 0))
    assert lab.tolist() == [[GREY, 0, 0, 0]] * 3


@given(colour=st.tuples(BYTES, BYTES, BYTES, BYTES), other=st.tuples(BYTES, BYTES, BYTES, BYTES))
def test_no_two_colours_are_farther_apart_than_black_and_white(colour: tuple[int, ...], other: tuple[int, ...]) -> None:
    one, two, _ = lab_of("RGBA", colour, other, (0, 0, 0, 0)).astype(int)
    assert np.square(one - two).sum() <= ONE**2


def test_transparency_counts() -> None:
    opaque, half = lab_of("RGBA", (200, 30, 30, 255), (200, 30, 30, 128))
    assert opaque[3] == OPAQUE
    assert half[3] == OPAQUE * 128 // 255
    assert abs(half[0] - GREY) < abs(opaque[0] - GREY)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK"])
def test_every_mode_gives_the_same(mode: str) -> None:
    picture = Image.new("RGB", (3, 2), "white")
    assert np.array_equal(to_lab(picture.convert(mode)), to_lab(picture))


def test_bands_meet_without_a_seam() -> None:
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (700, 300, 3), dtype=np.uint8)  # more than one band
    whole = to_lab(Image.fromarray(pixels))
    for rows in (slice(0, 1), slice(210, 230), slice(699, 700)):
        assert np.array_equal(to_lab(Image.fromarray(pixels[rows])), whole[rows])


def test_tables_are_the_same_on_every_machine() -> None:
    # A power or a cube root may differ in its last bit, which is some 1e-12 of a step here; so no product may lie
    # nearer than that to where it is rounded the other way.
    value = np.arange(256) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    root = np.cbrt(np.arange(colours._LEVELS) / colours._INDEX)
    for matrix, values, scale in (
        (colours._CONES, linear, colours._INDEX << colours._SPARE),
        (colours._LAB, root, ONE),
    ):
        products = np.multiply.outer(matrix, values) * scale
        assert np.abs(products - np.floor(products) - 0.5).min() > 1e-8
