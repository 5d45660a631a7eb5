"""The official Python SDK, pointed at a running server."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
import requests
from flask import Flask
from openai.types import (
    ImageEditCompletedEvent,
    ImageEditPartialImageEvent,
    ImageGenCompletedEvent,
    ImageGenPartialImageEvent,
)
from PIL import Image

from imagewidgets.images import read_recipe
from imagewidgets.local.app import create_app
from imagewidgets.local.engines import make_engine
from imagewidgets.local.gate import Gate
from imagewidgets.models import MODELS
from tests.local.staged import StagedEngine
from tests.local.tiny import TinyEngine, encoded, hole, noise

# OpenAI has retired variations, and so its SDK warns; gateways and this server still make them.
retired = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")

KEY = "sk-local"
Serving = Callable[[Flask], str]


@pytest.fixture
def sdk(serving: Serving, tiny: TinyEngine) -> Iterator[openai.OpenAI]:
    url = serving(create_app(tiny, api_key=KEY))
    client = openai.OpenAI(base_url=url, api_key=KEY, max_retries=0, _strict_response_validation=True)
    yield client
    client.close()


def decoded(text: str | None) -> Image.Image:
    assert text
    return Image.open(io.BytesIO(base64.b64decode(text, validate=True)))


def test_generate_as_base64(sdk: openai.OpenAI) -> None:
    reply = sdk.images.generate(
        model="gpt-image-1", prompt="a fox", n=2, size="1536x1024", quality="low", output_format="webp"
    )
    assert reply.data is not None
    assert [decoded(item.b64_json).size for item in reply.data] == [(1536, 1024)] * 2
    assert decoded(reply.data[0].b64_json).format == "WEBP"
    assert (reply.size, reply.quality, reply.output_format, reply.background) == ("1536x1024", "low", "webp", "opaque")
    assert reply.usage is not None
    assert reply.usage.output_tokens == 800


def test_generate_as_address(sdk: openai.OpenAI) -> None:
    reply = sdk.images.generate(model="dall-e-3", prompt="a fox", style="natural", quality="hd", size="1792x1024")
    assert reply.data is not None
    (item,) = reply.data
    assert item.revised_prompt == "a fox, flat"
    assert item.url is not None
    file = requests.get(item.url, timeout=30)
    assert Image.open(io.BytesIO(file.content)).size == (1792, 1024)


def test_edit_with_a_mask(sdk: openai.OpenAI) -> None:
    source = noise(128, 96)
    reply = sdk.images.edit(
        model="gpt-image-2",
        image=("image.png", encoded(source), "image/png"),
        mask=("mask.png", encoded(hole(128, 96)), "image/png"),
        prompt="a hat",
        n=2,
    )
    assert reply.data is not None
    for item in reply.data:
        result = decoded(item.b64_json)
        assert result.crop((64, 0, 128, 96)).tobytes() == source.crop((64, 0, 128, 96)).tobytes()
        assert result.crop((0, 0, 64, 96)).tobytes() != source.crop((0, 0, 64, 96)).tobytes()


def test_edit_with_a_list_of_open_files(sdk: openai.OpenAI, tiny: TinyEngine) -> None:
    files = []
    for index in range(3):
        file = io.BytesIO(encoded(noise(64, 64, seed=index)))
        file.name = f"{index}.png"
        files.append(file)
    sdk.images.edit(model="gpt-image-2", image=files, prompt="together", size="1024x1024")
    assert [image.tobytes() for image in tiny.jobs[0].images] == [noise(64, 64, seed=i).tobytes() for i in range(3)]


@retired
def test_variation(sdk: openai.OpenAI) -> None:
    image = ("image.png", encoded(noise(64, 64)), "image/png")
    reply = sdk.images.create_variation(image=image, n=2, size="256x256", response_format="b64_json")
    assert reply.data is not None
    assert [decoded(item.b64_json).size for item in reply.data] == [(256, 256)] * 2
    with pytest.raises(openai.BadRequestError, match="makes no variations"):
        sdk.images.create_variation(image=image, model="gpt-image-2")


def test_models(sdk: openai.OpenAI) -> None:
    assert [model.id for model in sdk.models.list()] == list(MODELS)
    assert sdk.models.retrieve("sketch").owned_by == "imagewidgets"
    with pytest.raises(openai.NotFoundError):
        sdk.models.retrieve("dall-e-9")


def test_extra_parameters(sdk: openai.OpenAI, tiny: TinyEngine) -> None:
    def pixels(**body: object) -> bytes:
        reply = sdk.images.generate(
            model="gpt-image-2", prompt="a fox", size="256x256", extra_body={**body, "negative_prompt": "snow"}
        )
        assert reply.data is not None
        return decoded(reply.data[0].b64_json).tobytes()

    assert pixels(seed=7) == pixels(seed=7)
    assert pixels() != pixels()
    assert tiny.jobs[0].negative_prompt == "snow"


def test_errors_have_the_sdks_classes(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as bad:
        sdk.images.generate(model="dall-e-3", prompt="a fox", size="64x64")  # type: ignore[call-overload]
    assert (bad.value.param, bad.value.code, bad.value.type) == ("size", "invalid_value", "invalid_request_error")
    assert bad.value.request_id is not None
    assert bad.value.request_id.startswith("req_")
    with pytest.raises(openai.BadRequestError) as unknown:
        sdk.images.generate(model="gpt-image-2", prompt="a fox", response_format="b64_json")
    assert (unknown.value.param, unknown.value.code) == ("response_format", "unknown_parameter")
    with pytest.raises(openai.NotFoundError) as missing:
        sdk.images.generate(model="dall-e-9", prompt="a fox")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.AuthenticationError) as wrong:
        sdk.with_options(api_key="sk-wrong").images.generate(prompt="a fox")
    assert wrong.value.code == "invalid_api_key"
    with pytest.raises(openai.BadRequestError) as stream:
        sdk.images.generate(model="dall-e-3", prompt="a fox", stream=True)
    assert (stream.value.param, stream.value.code) == ("stream", "unknown_parameter")


def test_streams_of_a_generation_and_of_an_edit(sdk: openai.OpenAI, serving: Serving) -> None:
    client = sdk.with_options(base_url=serving(create_app(StagedEngine(), api_key=KEY)))
    with client.images.generate(
        model="gpt-image-2.6-flare",
        prompt="a fox",
        quality="max",
        output_format="jpeg",
        size="256x128",
        stream=True,
        partial_images=2,
    ) as stream:
        made = list(stream)
        assert str(stream.response.headers["x-request-id"]).startswith("req_")
    first, second, final = made
    assert isinstance(first, ImageGenPartialImageEvent)
    assert isinstance(second, ImageGenPartialImageEvent)
    assert isinstance(final, ImageGenCompletedEvent)
    assert (first.partial_image_index, second.partial_image_index) == (0, 1)
    for event in (first, second, final):
        image = decoded(event.b64_json)
        assert (image.format, image.size) == ("JPEG", (256, 128))
        assert (event.size, event.quality, event.background, event.output_format) == (
            "256x128",
            "max",
            "opaque",
            "jpeg",
        )
    assert final.usage.total_tokens == final.usage.input_tokens + final.usage.output_tokens > 0

    edits = client.images.edit(
        model="gpt-image-1.5",
        image=("image.png", encoded(noise(64, 64)), "image/png"),
        prompt="a hat",
        n=2,
        stream=True,
        partial_images=1,
    )
    kinds = [type(event) for event in edits]
    assert kinds == [ImageEditPartialImageEvent] * 2 + [ImageEditCompletedEvent] * 2


@pytest.mark.parametrize(
    ("background", "output_format", "mode"),
    [
        ("opaque", "png", "RGB"),
        ("transparent", "png", "RGBA"),
        ("transparent", "webp", "RGBA"),
        ("opaque", "webp", "RGB"),
        ("auto", "jpeg", "RGB"),
    ],
)
def test_modes_and_formats(sdk: openai.OpenAI, background: Any, output_format: Any, mode: str) -> None:
    reply = sdk.images.generate(
        model="gpt-image-2", prompt="a fox", size="256x256", background=background, output_format=output_format
    )
    assert reply.data is not None
    image = decoded(reply.data[0].b64_json)
    assert (image.format, image.mode, image.size) == (output_format.upper(), mode, (256, 256))
    assert (reply.output_format, reply.background) == (output_format, background.replace("auto", "opaque"))
    recipe = read_recipe(image)
    assert recipe is not None
    assert recipe["model"] == "gpt-image-2"


def test_finished_pictures_of_a_stream_come_one_by_one(serving: Serving) -> None:
    with openai.OpenAI(
        base_url=serving(create_app(make_engine("sketch"))), api_key="any", _strict_response_validation=True
    ) as client:
        stream = client.images.generate(
            model="gpt-image-2", prompt="a fox", n=2, size="256x256", stream=True, partial_images=1
        )
        found = list(stream)
    assert [type(event) for event in found] == [ImageGenPartialImageEvent, ImageGenCompletedEvent] * 2
    assert len({decoded(event.b64_json).tobytes() for event in found}) == 4


def test_a_full_line_is_the_sdks_error_and_it_comes_back(serving: Serving) -> None:
    gate = Gate(workers=1, line=0)
    client = openai.OpenAI(base_url=serving(create_app(TinyEngine(), gate=gate)), api_key="any", max_retries=0)
    leave = gate.enter(lambda: False)
    with client:
        with pytest.raises(openai.RateLimitError) as busy:
            client.images.generate(model="gpt-image-2", prompt="a fox", size="256x256")
        assert (busy.value.code, busy.value.response.headers["Retry-After"]) == ("rate_limit_exceeded", "1")
        leave()
        assert client.images.generate(model="gpt-image-2", prompt="a fox", size="256x256").data


def test_a_stream_that_fails_is_the_sdks_error(sdk: openai.OpenAI, serving: Serving) -> None:
    client = sdk.with_options(base_url=serving(create_app(StagedEngine(fails_at=3), api_key=KEY)))
    stream = client.images.generate(model="gpt-image-2", prompt="a fox", stream=True, partial_images=3)
    assert next(stream).type == "image_generation.partial_image"
    with pytest.raises(openai.APIError, match="failed to make the pictures") as caught:
        list(stream)
    assert (caught.value.type, caught.value.code) == ("server_error", "server_error")


@retired
def test_the_sketch_engine_generates_edits_and_varies(serving: Serving) -> None:
    url = serving(create_app(make_engine("sketch")))
    with openai.OpenAI(base_url=url, api_key="none", max_retries=0) as sdk:
        made = sdk.images.generate(model="sketch", prompt="a red fox in the snow", size="256x256")  # type: ignore[call-overload]
        picture = decoded(made.data[0].b64_json)
        assert picture.size == (256, 256)
        assert len(picture.getcolors(256 * 256) or ()) > 50
        file = ("image.png", encoded(picture), "image/png")
        edited = sdk.images.edit(
            model="sketch", image=file, mask=("mask.png", encoded(hole(256, 256)), "image/png"), prompt="a blue whale"
        )
        assert edited.data is not None
        result = decoded(edited.data[0].b64_json)
        assert result.crop((128, 0, 256, 256)).tobytes() == picture.crop((128, 0, 256, 256)).tobytes()
        assert result.tobytes() != picture.tobytes()
        varied = sdk.images.create_variation(model="sketch", image=file, n=2)
        assert varied.data is not None
        first, second = (decoded(item.b64_json) for item in varied.data)
        assert first.size == second.size == (256, 256)
        assert first.tobytes() != second.tobytes()
