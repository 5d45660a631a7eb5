"""Generations, replies and models of the local Images API."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from imagewidgets.images import digest, read_recipe
from imagewidgets.local.replies import encode
from imagewidgets.models import DEFAULT_MODEL, GENERATE, MODELS, Model
from tests.local.tiny import TinyEngine

GENERATING = [model for model in MODELS.values() if GENERATE in model.operations]


def generate(api: FlaskClient, **body: Any) -> dict[str, Any]:
    answer = api.post("/v1/images/generations", json={"prompt": "a fox", **body})
    assert answer.status_code == 200, answer.json
    return answer.json


def refused(api: FlaskClient, **body: Any) -> dict[str, Any]:
    answer = api.post("/v1/images/generations", json={"prompt": "a fox", **body})
    assert answer.status_code == 400, answer.json
    assert answer.json["error"]["type"] == "invalid_request_error"
    return answer.json["error"]


def picture(api: FlaskClient, reply: dict[str, Any], index: int = 0) -> Image.Image:
    item = reply["data"][index]
    if "url" in item:
        return Image.open(io.BytesIO(api.get(item["url"]).data))
    return Image.open(io.BytesIO(base64.b64decode(item["b64_json"])))


@pytest.mark.parametrize("model", GENERATING, ids=lambda model: model.name)
def test_each_model_answers_in_its_own_form(api: FlaskClient, model: Model) -> None:
    reply = generate(api, model=model.name)
    assert isinstance(reply["created"], int)
    assert picture(api, reply).size == (1024, 1024)
    assert ("url" in reply["data"][0]) == model.name.startswith("dall-e")
    assert ("revised_prompt" in reply["data"][0]) == (model.name in ("dall-e-3", "sketch"))
    echoes = {key: reply.get(key) for key in ("background", "output_format", "quality", "size")}
    if model.name.startswith("dall-e"):
        assert set(echoes.values()) == {None}
        assert "usage" not in reply
    else:
        assert echoes == {"background": "opaque", "output_format": "png", "quality": "high", "size": "1024x1024"}
        assert reply["usage"]["output_tokens"] == 4160


@pytest.mark.parametrize("model", GENERATING, ids=lambda model: model.name)
def test_each_model_refuses_what_it_does_not_take(api: FlaskClient, model: Model) -> None:
    assert refused(api, model=model.name, n=model.max_n + 1)["param"] == "n"
    assert refused(api, model=model.name, n=0)["param"] == "n"
    assert refused(api, model=model.name, size="63x64")["param"] == "size"
    assert refused(api, model=model.name, prompt="x" * (model.prompt_length + 1))["param"] == "prompt"
    for name in ("quality", "style", "background", "output_format", "response_format", "moderation"):
        error = refused(api, model=model.name, **{name: "nonsense"})
        assert error["param"] == name
        assert error["code"] == ("invalid_value" if model.choices(name) else "unknown_parameter")


@pytest.mark.parametrize("model", GENERATING, ids=lambda model: model.name)
def test_each_model_makes_every_named_size(api: FlaskClient, model: Model) -> None:
    for size in model.sizes:
        if size != "auto":
            width, height = map(int, size.split("x"))
            assert picture(api, generate(api, model=model.name, size=size)).size == (width, height)


def test_the_default_model_rules_a_request_that_names_none(api: FlaskClient) -> None:
    assert DEFAULT_MODEL == "dall-e-2"
    assert "url" in generate(api)["data"][0]
    assert refused(api, size="1536x1024")["param"] == "size"
    assert refused(api, style="vivid")["param"] == "style"


def test_a_model_that_is_not_there_is_404_and_says_which_are(api: FlaskClient) -> None:
    answer = api.post("/v1/images/generations", json={"prompt": "a fox", "model": "dall-e-9"})
    assert answer.status_code == 404
    error = answer.json["error"]
    assert (error["param"], error["code"]) == ("model", "model_not_found")
    assert "sketch" in error["message"]
    assert "gpt-image-2" in error["message"]


def test_pictures_without_a_seed_are_fresh_and_with_one_the_same(api: FlaskClient) -> None:
    def pixels(**body: Any) -> bytes:
        return picture(api, generate(api, model="sketch", size="64x64", **body)).tobytes()

    assert len({pixels() for _ in range(5)}) == 5
    assert pixels(seed=7) == pixels(seed=7) != pixels(seed=8)


@pytest.mark.parametrize("model", GENERATING, ids=lambda model: model.name)
def test_every_model_takes_seed_and_negative_prompt(api: FlaskClient, tiny: TinyEngine, model: Model) -> None:
    generate(api, model=model.name, seed=2**63 - 1, negative_prompt="snow", stream=False)
    assert tiny.jobs[-1].seed == 2**63 - 1
    assert tiny.jobs[-1].negative_prompt == "snow"


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, True, "7", [7]])
def test_a_seed_that_is_none_is_refused(api: FlaskClient, seed: object) -> None:
    assert refused(api, model="sketch", seed=seed)["param"] == "seed"


def test_the_file_carries_the_recipe(api: FlaskClient) -> None:
    reply = generate(api, model="sketch", size="64x64", n=2, seed=5)
    for index in range(2):
        image = picture(api, reply, index)
        recipe = read_recipe(image)
        assert recipe is not None
        assert recipe["digest"] == digest(image)
        assert (recipe["model"], recipe["index"], recipe["seed"]) == ("sketch", index, 5)
        assert recipe["engine"] == {"colour": list(image.getpixel((0, 0)))}


@pytest.mark.parametrize(("form", "pil"), [("png", "PNG"), ("webp", "WEBP"), ("jpeg", "JPEG")])
def test_output_formats(api: FlaskClient, form: str, pil: str) -> None:
    reply = generate(api, model="gpt-image-2", size="64x64", output_format=form)
    assert picture(api, reply).format == pil
    assert reply["output_format"] == form


def test_output_compression_counts() -> None:
    image = Image.effect_noise((128, 128), 60).convert("RGB")
    for form in ("webp", "jpeg"):
        sizes = [len(encode(image, form, compression)) for compression in (0, 30, 60, 100)]
        assert sizes == sorted(set(sizes)), f"{form}: {sizes}"


def test_transparency_goes_onto_white_in_a_jpeg() -> None:
    file = encode(Image.new("RGBA", (16, 16), (255, 0, 0, 0)), "jpeg", 100)
    assert Image.open(io.BytesIO(file)).getpixel((8, 8)) == (255, 255, 255)


def test_a_transparent_background_is_told(api: FlaskClient) -> None:
    reply = generate(api, model="gpt-image-1", background="transparent", output_format="webp")
    assert reply["background"] == "transparent"
    assert picture(api, reply).mode == "RGBA"


# Published figures of the first GPT image model, in tokens.
@pytest.mark.parametrize(
    ("size", "quality", "tokens"),
    [
        ("1024x1024", "low", 272),
        ("1024x1536", "low", 408),
        ("1536x1024", "low", 400),
        ("1024x1024", "medium", 1056),
        ("1024x1536", "medium", 1584),
        ("1536x1024", "medium", 1568),
        ("1024x1024", "high", 4160),
        ("1024x1536", "high", 6240),
        ("1536x1024", "high", 6208),
    ],
)
def test_usage_counts_as_published(api: FlaskClient, size: str, quality: str, tokens: int) -> None:
    usage = generate(api, model="gpt-image-1", size=size, quality=quality, n=2)["usage"]
    assert usage["output_tokens"] == 2 * tokens
    assert usage["input_tokens_details"] == {"image_tokens": 0, "text_tokens": 2}
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_null_means_left_out(api: FlaskClient) -> None:
    assert len(generate(api, model="gpt-image-2", n=None, size=None, quality=None, stream=None)["data"]) == 1
    assert refused(api, prompt=None)["code"] == "missing_required_parameter"


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"prompt": ""}, "prompt", "missing_required_parameter"),
        ({"prompt": 5}, "prompt", "invalid_type"),
        ({"n": "2"}, "n", "invalid_type"),
        ({"n": True}, "n", "invalid_type"),
        ({"n": 1.5}, "n", "invalid_type"),
        ({"model": 5}, "model", "invalid_type"),
        ({"model": ["sketch"]}, "model", "invalid_type"),
        ({"stream": True}, "stream", "unknown_parameter"),
        ({"stream": "yes"}, "stream", "invalid_type"),
        ({"partial_images": 2}, "partial_images", "unknown_parameter"),
        ({"negative_prompt": 5}, "negative_prompt", "invalid_type"),
        ({"watermark": True}, "watermark", "unknown_parameter"),
        ({"image": "x"}, "image", "unknown_parameter"),
        ({"extra": {}}, "extra", "unknown_parameter"),
        ({"model": "gpt-image-2", "response_format": "b64_json"}, "response_format", "unknown_parameter"),
    ],
)
def test_wrong_values_are_refused_by_name(api: FlaskClient, body: dict[str, Any], param: str, code: str) -> None:
    error = refused(api, **body)
    assert (error["param"], error["code"]) == (param, code)
    assert set(error) == {"message", "type", "param", "code"}


def test_a_message_does_not_repeat_a_huge_value(api: FlaskClient) -> None:
    assert len(refused(api, size="x" * 1_000_000)["message"]) < 2_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"null",
        b"\xff\xfe",
        b'{"prompt": "\\ud800"}',
        b'{"n": NaN}',
        b'{"n": 1e999}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_object_is_400(api: FlaskClient, body: bytes) -> None:
    answer = api.post("/v1/images/generations", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "invalid_json"


def test_models_are_those_of_the_table(api: FlaskClient) -> None:
    listed = api.get("/v1/models").json
    assert listed["object"] == "list"
    assert [item["id"] for item in listed["data"]] == list(MODELS)
    dall_e_2 = api.get("/v1/models/dall-e-2").json
    assert dall_e_2["object"] == "model"
    assert dall_e_2["shutdown_date"] == "2026-05-12"
    assert "shutdown_date" not in api.get("/v1/models/sketch").json
    assert api.get("/v1/models/dall-e-9").status_code == 404


def test_answers_are_compact_json(api: FlaskClient) -> None:
    answer = api.post("/v1/images/generations", json={"prompt": "ein Fuchs läuft", "model": "dall-e-3"})
    assert answer.content_type == "application/json"
    assert json.loads(answer.data)["data"][0]["revised_prompt"] == "ein Fuchs läuft, flat"


@pytest.mark.parametrize("kind", ["gif", "svg"])
def test_formats_that_only_the_hosted_service_makes_are_refused(api: FlaskClient, kind: str) -> None:
    body = {"prompt": "a fox", "model": "gpt-image-2.6-flare", "output_format": kind}
    answer = api.post("/v1/images/generations", json=body)
    assert answer.status_code == 400
    assert answer.json["error"]["param"] == "output_format"
    assert kind in answer.json["error"]["message"]
