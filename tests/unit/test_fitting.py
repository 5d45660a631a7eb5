"""Sizes to ask for, and squares out of pictures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.images.fitting import Frame, best_size
from imagewidgets.models import MODELS, FreeSize, Model, accepts_size, parse_size

SIDES = st.integers(1, 20_000)


@given(st.sampled_from(list(MODELS.values())), SIDES, SIDES)
def test_the_best_size_is_always_accepted(model, width, height):
    assert accepts_size(model, best_size(model, width, height))
    assert best_size(model.name, width, height) == best_size(model, width, height)


@given(st.sampled_from([model for model in MODELS.values() if model.free_size]), SIDES, SIDES)
def test_what_is_allowed_stays_as_it_is(model, width, height):
    if model.free_size.accepts(width, height):
        assert best_size(model, width, height) == f"{width}x{height}"


@given(
    st.builds(
        FreeSize,
        multiple=st.sampled_from([1, 8, 16, 64]),
        smallest=st.sampled_from([64, 128, 256]),
        largest=st.sampled_from([1024, 2048, 3840]),
        ratio=st.sampled_from([1.0, 2.0, 3.0, 64.0]),
        pixels=st.sampled_from([1 << 20, 1 << 22, 3840 * 2160]),
    ),
    SIDES,
    SIDES,
)
def test_every_rule_of_free_sizes_can_be_met(rules, width, height):
    model = Model(name="free", operations=frozenset(), sizes=(), free_size=rules)
    assert accepts_size(model, best_size(model, width, height))


@given(st.integers(200, 8000), st.integers(200, 8000))
def test_free_sizes_keep_the_shape(width, height):
    wide, high = parse_size(best_size("gpt-image-2", width, height))
    wanted = min(max(width / height, 1 / 3), 3.0)
    assert abs(math.log(wide / high / wanted)) < 0.12  # two roundings to 16 px on the shortest side there is


@pytest.mark.parametrize(
    ("model", "size", "best"),
    [
        ("gpt-image-1", (4000, 3000), "1536x1024"),
        ("gpt-image-1", (1100, 1000), "1024x1024"),
        ("gpt-image-1", (300, 500), "1024x1536"),
        ("dall-e-2", (4000, 3000), "1024x1024"),
        ("dall-e-2", (300, 300), "256x256"),
        ("dall-e-3", (1920, 1080), "1792x1024"),
        ("gpt-image-2", (1000, 750), "1008x752"),
        ("gpt-image-2", (9000, 1000), "3840x1280"),
        ("gpt-image-2", (2, 2), "16x16"),
        ("sketch", (1001, 333), "1001x333"),
        ("sketch", (32, 16), "128x64"),
        ("some-model", (100, 100), None),
        (None, (100, 100), None),
        (Model(name="auto only", operations=frozenset(), sizes=("auto",)), (100, 100), None),
    ],
)
def test_best_sizes(model, size, best):
    assert best_size(model, *size) == best


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from(["pad", "crop"]), st.sampled_from([64, 1024]))
def test_squares(width, height, fit, largest):
    frame = Frame.square((width, height), fit, largest)
    left, top, right, bottom = frame.box
    assert right - left == bottom - top == (max if fit == "pad" else min)(width, height)
    assert frame.size[0] == frame.size[1] == min(right - left, largest)
    assert abs((left + right) - width) <= 1
    assert abs((top + bottom) - height) <= 1
    assert frame.apply(Image.new("RGBA", (width, height), "red")).size == frame.size


def test_padding_is_transparent_and_never_selected():
    frame = Frame.square((40, 20), "pad", 1024)
    part = np.asarray(frame.apply(Image.new("RGBA", (40, 20), "red")))
    assert (part[:10, :, 3] == 0).all()
    assert (part[10:30] == (255, 0, 0, 255)).all()
    selected = np.asarray(frame.apply_to_selection(Image.new("L", (40, 20), 255)))
    assert (selected == 255).sum() == 800
    assert (selected[10:30] == 255).all()


def test_smaller_frames():
    frame = Frame.square((3000, 2000), "crop", 1024)
    assert frame.size == (1024, 1024)
    assert frame.smaller((1024, 512, 256)).size == (512, 512)
    assert frame.smaller((1024,)).size == (768, 768)
    assert Frame.whole((400, 200)).smaller().size == (300, 150)
    selected = frame.smaller((512,)).apply_to_selection(Image.new("L", (3000, 2000), 255))
    assert set(selected.tobytes()) == {255}
