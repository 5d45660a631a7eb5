"""The model table: complete, consistent, and read the same way by everyone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.models import (
    DEFAULT_MODEL,
    EDIT,
    GENERATE,
    MODELS,
    PARAMETERS,
    SKETCH,
    VARIATION,
    FreeSize,
    accepts_size,
    parse_size,
)

DOCUMENTED = {
    "dall-e-2",
    "dall-e-3",
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-image-1.5",
    "chatgpt-image-latest",
    "gpt-image-2",
    "gpt-image-2-2026-04-21",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.5-flare-2026-09-08",
    "gpt-image-2.5-sunburst-2026-09-08",
    "gpt-image-2.6-flare",
    "gpt-image-2.6-sunburst",
}


def test_every_documented_model_is_there():
    assert set(MODELS) == DOCUMENTED | {"sketch"}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_entries_are_consistent(model):
    assert MODELS[model.name] is model
    assert model.operations <= set(PARAMETERS)
    assert model.parameters <= set().union(*PARAMETERS.values())
    assert all(size == "auto" or parse_size(size) for size in model.sizes)
    assert all(accepts_size(model, size) for size in model.sizes)
    if model.shutdown:
        assert model.successor in MODELS, "a model that ends names the one to use instead"


def test_documented_limits():
    assert (MODELS["dall-e-3"].max_n, MODELS["dall-e-2"].max_n) == (1, 10)
    assert (MODELS["dall-e-2"].prompt_length, MODELS["dall-e-3"].prompt_length) == (1000, 4000)
    assert "max" in MODELS["gpt-image-2.6-flare"].qualities
    assert "max" not in MODELS["gpt-image-2"].qualities
    assert str(MODELS["gpt-image-1"].shutdown) == "2026-10-23"
    assert DEFAULT_MODEL == "dall-e-2"


def test_which_model_takes_what():
    assert MODELS["dall-e-3"].takes("style")
    assert not MODELS["dall-e-2"].takes("style")
    assert not MODELS["gpt-image-2"].takes("response_format")
    assert not MODELS["gpt-image-2"].takes("input_fidelity", EDIT)
    assert MODELS["gpt-image-1.5"].takes("input_fidelity", EDIT)
    assert not MODELS["gpt-image-1.5"].takes("input_fidelity", GENERATE)
    assert SKETCH.takes("seed", VARIATION)
    assert not SKETCH.takes("style", EDIT)


@pytest.mark.parametrize(
    ("size", "allowed"),
    [
        ("1024x1024", True),
        ("3840x2160", True),
        ("1040x1024", True),
        ("1025x1024", False),  # not a multiple of 16
        ("3840x3840", False),  # too many pixels
        ("3200x1024", False),  # longer than 3:1
        ("auto", True),
        ("large", False),
        ("1024", False),
    ],
)
def test_free_sizes_of_gpt_image_2(size, allowed):
    assert accepts_size(MODELS["gpt-image-2"], size) is allowed


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_sizes_are_read_back(width, height):
    assert parse_size(f"{width}x{height}") == (width, height)


@given(st.text(max_size=8))
def test_reading_a_size_never_fails(text):
    pair = parse_size(text)
    assert pair is None or all(value >= 0 for value in pair)


def test_free_size_says_what_it_allows():
    assert FreeSize(multiple=16, smallest=16, largest=3840, ratio=3.0).describe() == (
        "any WIDTHxHEIGHT from 16 to 3840 px a side, both multiples of 16, no longer than 3 times its width or height"
    )
