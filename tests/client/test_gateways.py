"""Gateways and other servers, each as a double that takes and refuses what the real one does."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pybase64
import pytest
from PIL import Image

from imagewidgets import errors
from imagewidgets.client import Client
from imagewidgets.images import read_recipe
from tests.client.service import Answer, Received, Service, b64, png, reply

PICTURE = png("red", (64, 64))
HALF = np.arange(64 * 64).reshape(64, 64) < 2048  # a mask over the upper half


def good(value: Any) -> Answer:
    return Answer(json.dumps(value).encode())


def refusal(status: int, message: str) -> Answer:
    return Answer(json.dumps({"error": {"message": message}}).encode(), status=status)


def colours(response: Any) -> list[Any]:
    return [image.convert("RGB").getpixel((0, 0)) for image in response]


# Azure OpenAI


def azure(got: Received) -> Answer:
    """The key is in a header of its own, the version in the query, the model in the address."""
    where = urlsplit(got.path)
    if not where.path.startswith("/openai/deployments/pictures/images/"):
        return refusal(404, "Resource not found")
    if parse_qs(where.query) != {"api-version": ["2025-04-01-preview"]}:
        return refusal(404, "Missing api-version")
    if got.headers["authorization"] is not None:
        return refusal(401, "Authorization is for Entra tokens")
    if got.headers["api-key"] != "azure-key-0001":
        return refusal(401, "Access denied due to invalid subscription key")
    filters = {"hate": {"filtered": False, "severity": "safe"}}
    item = {"b64_json": b64(png("blue")), "content_filter_results": filters, "prompt_filter_results": filters}
    return good({"created": 1, "data": [item]})


def azure_client(service: Service, **options: Any) -> Client:
    return Client(
        f"{service.root}/openai/deployments/pictures",
        headers={"api-key": "azure-key-0001"},
        query={"api-version": "2025-04-01-preview"},
        **options,
    )


@pytest.mark.parametrize("elsewhere", [False, True], ids=["no key around", "a key for another service around"])
def test_azure(service, monkeypatch, elsewhere):
    if elsewhere:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
        monkeypatch.setenv("OPENAI_ORG_ID", "org-of-openai")
        monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-of-openai")
    service.behave = azure
    client = azure_client(service)
    assert colours(client.generate("a fox", model="gpt-image-1.5")) == [(0, 0, 255)]
    assert colours(client.edit(PICTURE, "a hat", mask=HALF)) == [(0, 0, 255)]
    sent = [f"{got.headers}" for got in service.received]
    assert len(sent) == 2
    assert not any("of-openai" in text for text in sent), "what belongs to OpenAI stays here"


def test_a_key_that_is_given_beside_a_header_is_sent_too(service):
    service.behave = azure
    with pytest.raises(errors.AuthenticationError, match="Entra"):
        azure_client(service, api_key="sk-given").generate("a fox")
    assert service.received[0].headers["authorization"] == "Bearer sk-given"


def test_headers_that_say_nothing_of_who_asks_leave_the_key_in_place(service, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-env")
    service.answer(reply(png()))
    Client(service.url, headers={"X-Team": "blue"}).generate("a fox")
    got = service.received[0]
    assert (got.headers["authorization"], got.headers["x-team"]) == ("Bearer sk-env", "blue")


def test_an_authorization_of_ones_own(service, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-env")
    service.answer(reply(png()))
    Client(service.url, headers={"authorization": "Token t-1"}).generate("a fox")
    assert service.received[0].headers.get_all("authorization") == ["Token t-1"]


def test_a_name_and_a_password_in_the_address(service, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-env")
    service.answer(reply(png()))
    client = Client(service.url.replace("//", "//me:p%40ss@"))
    client.generate("a fox")
    assert service.received[0].headers["authorization"] == "Basic " + b64(b"me:p@ss")
    assert client.base_url == service.url, "it is not shown"


# LiteLLM


def litellm(got: Received) -> Answer:
    """Takes ``image`` or ``image[]``, and refuses both together."""
    if got.path == "/v1/images/generations":
        return good(reply(png("lime")))
    names = {name for name, filename, _, _ in got.parts if filename}
    if {"image", "image[]"} <= names:
        return Answer(b'{"detail": "image and image[] are mutually exclusive"}', status=422)
    if not names & {"image", "image[]"}:
        return Answer(b'{"detail": [{"loc": ["body", "image"], "msg": "Field required"}]}', status=422)
    return good(reply(png("lime")))


@pytest.mark.parametrize("image", [PICTURE, [PICTURE], [PICTURE, PICTURE]], ids=["one", "a list of one", "two"])
def test_litellm(service, client, image):
    service.behave = litellm
    assert colours(client.edit(image, "a hat", mask=HALF)) == [(0, 255, 0)]


def test_litellm_says_what_is_missing(service, client):
    service.answer({"detail": [{"loc": ["body", "image"], "msg": "Field required"}]}, status=422)
    with pytest.raises(errors.UnprocessableEntityError, match="Field required"):
        client.generate("a fox")


# new-api and one-api


def new_api(got: Received) -> Answer:
    """Knows watermark, drops what it does not know, and fills every key of an item."""
    if got.method == "GET":
        return Answer(png("navy"), content_type="image/png")
    known = {key: got.json[key] for key in ("prompt", "model", "n", "size", "watermark") if key in got.json}
    items = [
        {"url": "", "b64_json": b64(png("gold")), "revised_prompt": ""},
        {"url": "/files/a.png", "b64_json": "", "revised_prompt": json.dumps(known, sort_keys=True)},
    ]
    return good({"created": 1, "data": items})


def test_new_api(service, client):
    service.behave = new_api
    response = client.generate("a fox", model="seedream", n=2, watermark=False, extra={"unheard_of": 1})
    assert colours(response) == [(255, 215, 0), (0, 0, 128)]
    assert response.revised_prompts[0] is None, "an empty text is none"
    assert json.loads(response.revised_prompts[1]) == {
        "prompt": "a fox",
        "model": "seedream",
        "n": 2,
        "watermark": False,
    }
    assert service.received[0].json["unheard_of"] == 1, "sent all the same"
    assert "revised_prompt" not in read_recipe(response[0])


# LocalAI


def localai(got: Received) -> Answer:
    """Addresses are absolute, made from the request's own Host."""
    if got.method == "GET":
        return (
            Answer(png("teal"), content_type="image/png")
            if got.path == "/generated-images/b1.png"
            else refusal(404, "")
        )
    return good({"created": 1, "data": [{"url": f"http://{got.headers['host']}/generated-images/b1.png"}]})


def test_localai(service, client):
    service.behave = localai
    assert colours(client.generate("a fox", size="256x256", extra={"step": 15})) == [(0, 128, 128)]
    assert [got.headers["authorization"] for got in service.received] == ["Bearer sk-secret", None]


# vLLM-Omni


def vllm(got: Received) -> Answer:
    """Wants numbers as numbers; refuses with ``detail``."""
    if got.json.get("size") == "3x3":
        return Answer(b'{"detail": "size must be WIDTHxHEIGHT, multiples of 8"}', status=400)
    for name in ("seed", "num_inference_steps"):
        if type(got.json.get(name)) is not int:
            detail = [{"type": "int_type", "loc": ["body", name], "msg": "Input should be a valid integer"}]
            return Answer(json.dumps({"detail": detail}).encode(), status=422)
    if not isinstance(got.json.get("guidance_scale"), float) or got.json.get("negative_prompt") != "blur":
        return Answer(b'{"detail": "guidance_scale and negative_prompt"}', status=422)
    return good({"created": 1, "data": [{"b64_json": b64(png("olive"))}]})


VLLM = {"negative_prompt": "blur", "num_inference_steps": 30, "guidance_scale": 4.0}


def test_vllm_omni(service, client):
    service.behave = vllm
    response = client.generate("a fox", model="Qwen/Qwen-Image", seed=42, extra=VLLM)
    assert colours(response) == [(128, 128, 0)]
    assert read_recipe(response[0])["request"]["num_inference_steps"] == 30, "what was asked is written down"


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"size": "3x3"}, errors.BadRequestError, "multiples of 8"),
        ({"extra": {**VLLM, "seed": "42"}}, errors.UnprocessableEntityError, "Input should be a valid integer"),
    ],
)
def test_vllm_omni_says_why(service, client, options, kind, words):
    service.behave = vllm
    with pytest.raises(kind, match=words):
        client.generate("a fox", **options)


# stable-diffusion.cpp


def sd_cpp(got: Received) -> Answer:
    """Answers with base64 only, in the format that was asked for; takes pictures to edit as ``image[]``."""
    if got.path == "/v1/images/edits":
        pictures = [body for name, filename, _, body in got.parts if name == "image[]"]
        if not pictures:
            return Answer(b'{"error": "at least one image[] required"}', status=400)
    return good({"created": 1, "data": [{"b64_json": b64(png("maroon"))}], "output_format": "png"})


def test_stable_diffusion_cpp(service, client):
    service.behave = sd_cpp
    assert colours(client.generate("a fox", extra={"sd_cpp_extra_args": {"steps": 4}})) == [(128, 0, 0)]
    assert colours(client.edit([PICTURE], "a hat", mask=HALF)) == [(128, 0, 0)]


def test_stable_diffusion_cpp_says_what_is_missing(service, client):
    service.behave = sd_cpp
    with pytest.raises(errors.BadRequestError, match=r"image\[\] required"):
        client.edit(PICTURE, "a hat")


# Together


def together(got: Received) -> Answer:
    """Sizes are two numbers; the reply has no ``created``, and its items an index."""
    if got.path == "/v1/models":
        return good([{"id": "black-forest-labs/FLUX.1", "type": "image"}, {"id": "meta/llama", "type": "chat"}])
    if not all(type(got.json.get(name)) is int for name in ("width", "height", "steps", "seed")):
        return refusal(400, "width, height, steps and seed are integers")
    colour = "black" if got.json["width"] > got.json["height"] else "white"
    data = [{"index": 0, "b64_json": b64(png(colour)), "type": "b64_json"}]
    return good({"id": "oX-1", "model": got.json["model"], "object": "list", "data": data})


def test_together(service, client):
    service.behave = together
    response = client.generate(
        "a fox", model="black-forest-labs/FLUX.1", seed=7, extra={"width": 1024, "height": 768, "steps": 4}
    )
    assert colours(response) == [(0, 0, 0)]
    assert response.created > 1_700_000_000, "made up where the service does not say"


def test_the_bare_list_of_models_of_together(service, client):
    service.behave = together
    assert [(model, model.makes_pictures) for model in client.list_models()] == [
        ("black-forest-labs/FLUX.1", True),
        ("meta/llama", False),
    ]


# xAI, and other servers that take edits as JSON only


def pixels(url: str) -> Any:
    head, _, body = url.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(pybase64.b64decode(body))).convert("RGB").getpixel((0, 0))


def xai(got: Received) -> Answer:
    """Takes ``image: {url}`` or ``images: [{url}, …]``, not both, and no form."""
    if got.headers["content-type"] != "application/json":
        return refusal(415, "Expected request with Content-Type: application/json")
    pictures = [got.json["image"]] if "image" in got.json else got.json.get("images", [])
    if ("image" in got.json) == ("images" in got.json) or not all(set(one) <= {"url", "type"} for one in pictures):
        return refusal(422, "image or images, each with a url")
    return good(reply(*[png(pixels(one["url"])) for one in pictures]))


def described(got: Received) -> Answer:
    """The published description's form: ``images: [{image_url}]`` and ``mask: {image_url}``."""
    if got.headers["content-type"] != "application/json":
        return refusal(415, "JSON only")
    if not all(set(one) == {"image_url"} for one in (*got.json["images"], *filter(None, [got.json.get("mask")]))):
        return refusal(400, "Unknown parameter")
    return good(reply(*[png(pixels(one["image_url"])) for one in got.json["images"]]))


def test_xai(service):
    service.behave = xai
    client = Client(service.url, "xai-secret", edits="xai")
    options = {"model": "grok-imagine-image", "n": 1, "extra": {"aspect_ratio": "16:9"}}
    assert colours(client.edit(PICTURE, "a hat", **options)) == [(255, 0, 0)]
    sent = service.received[0].json
    assert {key: value for key, value in sent.items() if key != "image"} == {
        "prompt": "a hat",
        "model": "grok-imagine-image",
        "n": 1,
        "aspect_ratio": "16:9",
    }
    assert colours(client.edit([PICTURE, png("blue")], "both")) == [(255, 0, 0), (0, 0, 255)]
    assert "images" in service.received[1].json


def test_edits_as_json_by_the_published_description(service):
    service.behave = described
    client = Client(service.url, edits="json")
    assert colours(client.edit(PICTURE, "a hat", mask=HALF, model="gpt-image-2", n=1)) == [(255, 0, 0)]
    sent = service.received[0].json
    mask = Image.open(io.BytesIO(pybase64.b64decode(sent["mask"]["image_url"].partition(",")[2])))
    assert (mask.mode, mask.getpixel((0, 0))[3], mask.getpixel((63, 63))[3]) == ("RGBA", 0, 255)
    assert (sent["n"], sent["size"]) == (1, "64x64")


def test_the_form_of_edits_follows_the_host():
    assert Client("https://api.x.ai/v1", "xai-secret")._connection.edits == "xai"
    assert Client("https://api.x.ai.example.org/v1", "k")._connection.edits == "multipart"
    assert Client("https://api.x.ai/v1", "xai-secret", edits="multipart")._connection.edits == "multipart"


def test_without_it_a_server_that_wants_json_says_so(service, client):
    service.behave = xai
    with pytest.raises(errors.APIStatusError, match="application/json"):
        client.edit(PICTURE, "a hat")


def test_a_picture_too_large_for_json_is_not_sent(service, monkeypatch):
    monkeypatch.setattr("imagewidgets.client.wire.DATA_URL_LENGTH", 100)
    with pytest.raises(errors.InvalidRequestError, match="too large for an edit") as caught:
        Client(service.url, edits="json").edit(PICTURE, "a hat")
    assert caught.value.param == "image"
    assert service.received == []


# Lists of models


def test_models_tell_whether_they_make_pictures(service, client):
    items = [
        {"id": "gpt-image-2", "object": "model"},
        {"id": "dall-e-2", "shutdown_date": "2026-05-12"},
        {"id": "gpt-4o", "shutdown_date": 1_790_000_000},
        {"id": "stabilityai/sdxl-turbo", "shutdown_date": "some day"},
        {"id": "imager", "mode": "chat"},
        {"id": "painter", "mode": "image_generation"},
        {"id": "black-forest/flux", "architecture": {"output_modalities": ["text"]}},
        {"id": "multi", "architecture": {"output_modalities": ["text", "image"]}},
    ]
    service.answer({"object": "list", "data": items})
    models = client.list_models()
    assert models == [item["id"] for item in items], "names, as far as anything else is concerned"
    assert [model.makes_pictures for model in models] == [True, True, None, True, False, True, False, True]
    assert [str(model.shutdown_date) for model in models[:4]] == ["None", "2026-05-12", "2026-09-21", "None"]
    assert repr(models[0]) == "ServiceModel('gpt-image-2', makes_pictures=True)"


def test_a_model_of_the_list_is_a_name(service, client):
    service.answer({"data": [{"id": "a/b"}]})
    service.answer(reply(png()))
    (model,) = client.list_models()
    client.generate("a fox", model=model)
    assert service.received[1].json["model"] == "a/b"


def test_the_embedded_engine_lists_its_models():
    models = Client("sketch").list_models()
    assert "sketch" in models
    assert all(model.makes_pictures for model in models)
