"""Requests: only what was set, checked in words, digested."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import ImageFile
from imagewidgets.images.inputs import to_file
from imagewidgets.models import MODELS
from imagewidgets.operations import (
    CreateImageEditRequest,
    CreateImageRequest,
    CreateImageVariationRequest,
)
from imagewidgets.rules import check


def picture(width=64, height=64, mode="RGBA"):
    return to_file(Image.new(mode, (width, height)), png=True)


def edit(**values):
    return CreateImageEditRequest(**{"image": (picture(),), "prompt": "a hat", **values})


def test_holds_only_what_was_set():
    request = CreateImageRequest(prompt="a fox", model="sketch", n=2)
    assert request.parameters() == {"prompt": "a fox", "model": "sketch", "n": 2}


@pytest.mark.parametrize(
    ("request_", "param", "words"),
    [
        (CreateImageRequest(prompt="  "), "prompt", "Describe the picture"),
        (CreateImageRequest(prompt=None), "prompt", "Describe the picture"),
        (edit(prompt=None), "prompt", "Describe the picture"),
        (CreateImageRequest(prompt="a \ud83e"), "prompt", "half of a character at position 2"),
        (CreateImageRequest(prompt="a", model="\ud83e"), "model", "half of a character"),
        (CreateImageRequest(prompt="a", seed=-1), "seed", "seed is -1; it must be at least 0"),
        (CreateImageRequest(prompt="a", n=0), "n", "at least 1"),
        (CreateImageRequest(prompt="a", n="2"), "n", "a whole number, not '2'"),
        (CreateImageRequest(prompt="a", n=True), "n", "a whole number"),
        (CreateImageRequest(prompt=b"a"), "prompt", "must be text"),
        (CreateImageRequest(prompt="a", model="dall-e-3", n=4), "n", "dall-e-3 makes 1 picture at a time, not 4"),
        (CreateImageRequest(prompt="a", model="dall-e-2", n=11), "n", "10 pictures at a time"),
        (CreateImageRequest(prompt="a", model="dall-e-2", style="vivid"), "style", "has no parameter 'style'"),
        (CreateImageRequest(prompt="a", model="dall-e-3", style="loud"), "style", "vivid or natural, not 'loud'"),
        (CreateImageRequest(prompt="a", model="dall-e-3", size="512x512"), "size", "1792x1024"),
        (CreateImageRequest(prompt="a", model="gpt-image-2", size="1000x1000"), "size", "multiples of 16"),
        (CreateImageRequest(prompt="a", model="gpt-image-2", response_format="url"), "response_format", "has no"),
        (CreateImageRequest(prompt="a", model="gpt-image-2", seed=1), "seed", "extra={'seed': …}"),
        (CreateImageRequest(prompt="a" * 1001, model="dall-e-2"), "prompt", "1,001 characters"),
        (CreateImageRequest(prompt="a", model="sketch", output_compression=101), "output_compression", "0 to 100"),
        (
            CreateImageRequest(prompt="a", model="sketch", background="transparent", output_format="jpeg"),
            "background",
            "no transparency",
        ),
        (edit(model="dall-e-3"), "model", "dall-e-3 has no edit"),
        (edit(image=()), "image", "no picture"),
        (edit(mask=picture(32, 32)), "mask", "32 × 32 px, the picture 64 × 64"),
        (edit(model="dall-e-2", image=(picture(64, 32),)), "image", "only square"),
        (edit(model="dall-e-2", image=(picture(mode="RGB"),)), "mask", "where to edit"),
        (edit(model="dall-e-2", image=(picture(), picture())), "image", "at most 1 picture"),
        (edit(model="sketch", image=(ImageFile(b"x" * (50 << 20), "image/png"),)), "image", "50.0 MiB"),
        (CreateImageVariationRequest(image=(picture(),), model="gpt-image-2"), "model", "Use edit(image, prompt)"),
    ],
)
def test_refusals_name_the_value_and_the_way_out(request_, param, words):
    with pytest.raises(InvalidRequestError) as caught:
        check(request_)
    assert caught.value.param == param
    assert words in caught.value.message


def test_a_jpeg_is_no_mask():
    jpeg = ImageFile(b"", "image/jpeg")
    object.__setattr__(jpeg, "image", Image.new("RGB", (64, 64)))
    with pytest.raises(InvalidRequestError, match="only PNG"):
        check(edit(model="sketch", mask=jpeg))


@given(st.text(min_size=1), st.integers(1, 99), st.text(), st.text())
def test_an_unknown_model_is_never_refused(name, n, size, style):
    if name not in MODELS:
        check(CreateImageRequest(prompt="a", model=name, n=n, size=size, style=style))


@pytest.mark.parametrize("model", [m for m in MODELS.values() if "generate" in m.operations], ids=lambda m: m.name)
def test_every_listed_choice_is_accepted(model):
    for parameter in ("quality", "style", "background", "output_format", "response_format", "moderation"):
        for value in model.choices(parameter):
            check(CreateImageRequest(prompt="a", model=model.name, **{parameter: value}))
    for size in model.sizes:
        check(CreateImageRequest(prompt="a", model=model.name, size=size))


def test_digest_follows_contents_not_order_or_file():
    one, other = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    same = [edit(image=(to_file(one),), n=2).digest(), edit(n=2, image=(to_file(one.copy()),)).digest()]
    assert same[0] == same[1]
    different = {same[0], edit(image=(to_file(other),), n=2).digest(), edit(image=(to_file(one),)).digest()}
    assert len(different) == 3


def test_description_is_json_and_names_the_mask():
    request = edit(mask=picture(), extra={"steps": 4})
    described = json.loads(json.dumps(request.describe()))
    assert described["steps"] == 4
    assert len(described["mask"][0]) == 64
    assert described["operation"] == "edit"
