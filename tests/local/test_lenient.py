"""A lenient server takes what it can; the strict one refuses the same request by name."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from imagewidgets.local.app import create_app
from imagewidgets.models import GENERATE, MODELS
from tests.local.test_app_pictures import part, post
from tests.local.tiny import TinyEngine, encoded, hole, noise

PATH = "/v1/images/generations"


@pytest.fixture
def lenient(tiny: TinyEngine) -> FlaskClient:
    return create_app(tiny, lenient=True).test_client()


def pictures(answer: Any) -> list[Image.Image]:
    assert answer.status_code == 200, answer.json
    return [Image.open(io.BytesIO(base64.b64decode(item["b64_json"]))) for item in answer.json["data"]]


@pytest.mark.parametrize(
    "body",
    [
        {"model": "dall-e-3", "n": 2},
        {"model": "dall-e-3", "size": "300x200"},
        {"model": "dall-e-2", "style": "vivid"},
        {"model": "dall-e-2", "quality": "hd"},
        {"model": "dall-e-2", "prompt": "x" * 5000},
        {"model": "dall-e-2", "output_format": "webp"},
        {"model": "gpt-image-2", "response_format": "b64_json"},
        {"model": "gpt-image-1", "size": "512x512"},
        {"model": "gpt-image-2", "size": "100x100"},
        {"model": "gpt-image-2", "quality": "ultra"},
        {"model": "gpt-image-2", "style": 7},
        {"model": "gpt-image-2", "partial_images": 9},
        {"model": "gpt-image-2.6-flare", "output_format": "gif", "frame_count": 4},
        {"model": "gpt-image-2", "background": "transparent", "output_format": "jpeg"},
        {"model": "stable-diffusion-9", "steps": 30},
        {"model": "sketch", "n": "2"},
        {"model": "sketch", "user": None},
        {"model": "sketch", "watermark": True, "guidance": 7.5, "extra": {}},
        {"model": "sketch", "output_compression": True},
    ],
    ids=str,
)
def test_what_the_strict_server_refuses_is_taken(api: FlaskClient, lenient: FlaskClient, body: dict[str, Any]) -> None:
    body = {"prompt": "a fox", **body}
    assert api.post(PATH, json=body).status_code in (400, 404)
    answer = lenient.post(PATH, json={"response_format": "b64_json", **body})
    made = pictures(answer)
    assert len(made) == int(body.get("n", 1))
    if "size" in body:
        assert {f"{image.width}x{image.height}" for image in made} == {body["size"]}
    if body.get("background") == "transparent":
        assert made[0].mode == "RGBA"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "prompt"),
        ({"prompt": "  "}, "prompt"),
        ({"prompt": 5}, "prompt"),
        ({"prompt": "x", "n": 0}, "n"),
        ({"prompt": "x", "n": 11}, "n"),
        ({"prompt": "x", "n": "two"}, "n"),
        ({"prompt": "x", "size": "1x1"}, "size"),
        ({"prompt": "x", "size": "large"}, "size"),
        ({"prompt": "x", "model": 5}, "model"),
    ],
)
def test_what_nobody_can_make_is_refused_all_the_same(lenient: FlaskClient, body: dict[str, Any], param: str) -> None:
    answer = lenient.post(PATH, json=body)
    assert (answer.status_code, answer.json["error"]["param"]) == (400, param)


@pytest.mark.parametrize(
    "model", [model for model in MODELS.values() if GENERATE in model.operations], ids=lambda model: model.name
)
def test_what_is_left_out_keeps_the_models_own_default(api: FlaskClient, lenient: FlaskClient, model: Any) -> None:
    body = {"prompt": "a fox", "model": model.name, "seed": 3}
    strict, bent = (server.post(PATH, json=body).json["data"][0] for server in (api, lenient))
    assert set(strict) == set(bent)
    if "b64_json" in strict:
        assert strict["b64_json"] == bent["b64_json"]


def test_every_model_streams(lenient: FlaskClient) -> None:
    answer = lenient.post(PATH, json={"prompt": "x", "model": "dall-e-3", "stream": True, "response_format": "url"})
    assert "event: image_generation.completed" in answer.text


def test_edits_take_pictures_of_every_shape_and_a_mask_of_another_size(lenient: FlaskClient, tiny: TinyEngine) -> None:
    source, mask = part(encoded(noise(96, 64), "JPEG"), "image/jpeg"), part(encoded(hole(48, 32)))
    answer = post(lenient, prompt="x", image=source, mask=mask, markup=mask, response_format="b64_json", foo="bar")
    assert pictures(answer)[0].size == (96, 64)
    seen = tiny.jobs[-1].mask
    assert seen is not None
    assert seen.size == (96, 64)
    assert seen.getbbox() == (0, 0, 48, 64)


def test_every_model_varies(lenient: FlaskClient) -> None:
    answer = post(lenient, "variations", model="gpt-image-2", image=part(encoded(noise(64, 64))), stream="true")
    assert pictures(answer)[0].size == (64, 64)


def test_a_file_that_is_no_picture_is_refused_all_the_same(lenient: FlaskClient) -> None:
    answer = post(lenient, model="sketch", prompt="x", image=part(b"hello"))
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "invalid_image_file")
