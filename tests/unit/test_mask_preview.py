"""Pictures of a mask: over its image, alone, cut out, and how much it covers in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.mask import preview

GREY = (100, 120, 140)
WHITE = (255, 255, 255)


@pytest.fixture
def image() -> Image.Image:
    return Image.new("RGB", (40, 30), GREY)


@pytest.fixture
def selection() -> Image.Image:
    mask = Image.new("L", (40, 30))
    mask.paste(255, (10, 8, 20, 18))
    return mask


def mixed(colour: tuple[int, int, int], opacity: float) -> pytest.approx:
    return pytest.approx([new * opacity + old * (1 - opacity) for new, old in zip(colour, GREY, strict=True)], abs=1.5)


def test_the_overlay_has_the_colour_inside_a_white_line_around_and_the_image_elsewhere(image, selection):
    shown = np.asarray(preview.overlay(image, selection))
    inside = np.asarray(selection) > 0
    assert shown[12, 15].tolist() == mixed((255, 31, 68), 0.55)
    assert (shown[inside] == shown[12, 15]).all()
    line = (shown == WHITE).all(axis=-1)
    ring = np.zeros_like(inside)
    ring[7:19, 9:21] = True
    assert np.array_equal(line, ring & ~inside)
    assert (shown[~ring] == GREY).all()


@given(colour=st.tuples(*[st.integers(0, 255)] * 3), opacity=st.floats(0, 1))
def test_colour_and_opacity_are_those_that_are_asked_for(colour: tuple[int, int, int], opacity: float) -> None:
    image, selection = Image.new("RGB", (6, 6), GREY), Image.new("L", (6, 6), 255)
    shown = preview.overlay(image, selection, colour="#{:02x}{:02x}{:02x}".format(*colour), opacity=opacity)
    assert list(shown.getpixel((3, 3))) == mixed(colour, opacity)
    overlaid, _, _ = preview.panels(image, selection, 6, colour="#{:02x}{:02x}{:02x}".format(*colour), opacity=opacity)
    assert overlaid.tobytes() == shown.tobytes()


def test_a_soft_selection_shows_faintly_and_its_line_is_around_all_of_it(image):
    ramp = np.zeros((30, 40), np.uint8)
    ramp[:, 10:30] = np.linspace(10, 255, 20).astype(np.uint8)
    shown = np.asarray(preview.overlay(image, Image.fromarray(ramp))).astype(int)
    assert (shown[:, 9] == 255).all()
    assert (shown[:, 30] == 255).all()
    assert (np.diff(shown[15, 10:30, 0]) >= 0).all()  # towards the colour's red, with no white between
    assert (np.diff(shown[15, 10:30, 1]) <= 0).all()


def test_the_picture_alone_where_nothing_is_selected(image):
    assert preview.overlay(image, Image.new("L", image.size)).tobytes() == image.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "RGB"])
def test_images_of_any_mode(image, selection, mode):
    converted = image.convert(mode)
    before = converted.tobytes()
    assert preview.overlay(converted, selection).mode == "RGB"
    assert preview.cutout(converted, selection).mode == "RGBA"
    assert converted.tobytes() == before


def test_the_cutout_is_the_image_without_what_is_selected(image, selection):
    image.info["imagewidgets"] = "{}"
    cut = preview.cutout(image, selection)
    assert np.array_equal(np.asarray(cut)[..., 3], 255 - np.asarray(selection))
    assert (np.asarray(cut)[..., :3] == GREY).all()
    assert cut.info == {}


@pytest.mark.parametrize(("side", "size"), [(20, (20, 15)), (40, (40, 30)), (400, (40, 30)), (1, (1, 1))])
def test_panels_fit_the_side_and_are_never_enlarged(image, selection, side, size):
    overlay, mask, cut = preview.panels(image, selection, side)
    assert (overlay.mode, mask.mode, cut.mode) == ("RGB", "L", "RGBA")
    assert overlay.size == mask.size == cut.size == size


def test_small_selections_are_still_seen_in_small_panels(image):
    selection = Image.new("L", image.size)
    selection.putpixel((20, 15), 255)
    overlay, mask, _ = preview.panels(image, selection, 10)
    assert mask.getextrema()[1] > 0
    assert overlay.tobytes() != Image.new("RGB", overlay.size, GREY).tobytes()


@pytest.mark.parametrize(
    ("coverage", "text"),
    [(0, "0 %"), (1e-9, "< 1 %"), (0.004, "< 1 %"), (0.006, "1 %"), (0.5, "50 %"), (0.996, "> 99 %"), (1, "100 %")],
)
def test_coverage_in_words(coverage, text):
    assert preview.percent(coverage) == text
