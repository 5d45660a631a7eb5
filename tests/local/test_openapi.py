"""The description of the server: true to the model table, and kept to by the server, as schemathesis finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from imagewidgets.local.app import create_app
from imagewidgets.local.openapi import describe
from imagewidgets.models import GENERATE, MODELS
from tests.local.described import DEEP, OPERATIONS, ask, loaded
from tests.local.tiny import TinyEngine

SOME = {"gpt-image-2", "dall-e-2"}


@pytest.fixture(scope="module")
def described() -> Flask:
    """The server; with a description of some models alone beside that of all."""
    app = create_app(TinyEngine())
    app.add_url_rule("/some.json", view_func=some_models)
    return app


def some_models() -> dict[str, Any]:
    description = describe("http://localhost", key_wanted=False)
    for path in OPERATIONS.values():
        for content in description["paths"][path]["post"]["requestBody"]["content"].values():
            schema = content["schema"]
            kept = [body for body in schema["anyOf"] if body["$ref"].partition(".")[2].partition(".")[2] in SOME]
            schema["anyOf"] = kept
    return description


def bodies(description: dict[str, Any], path: str, form: str) -> list[dict[str, Any]]:
    """Return the bodies that an operation takes in one form."""
    schema = description["paths"][path]["post"]["requestBody"]["content"][form]["schema"]
    return [description["components"]["schemas"][body["$ref"].rpartition("/")[2]] for body in schema["anyOf"]]


def test_every_model_has_a_body_for_what_it_does() -> None:
    description = describe("http://localhost", key_wanted=False)
    for operation, path in OPERATIONS.items():
        form = "application/json" if operation == GENERATE else "multipart/form-data"
        named = [name for body in bodies(description, path, form) for name in models_of(body)]
        assert sorted(named) == sorted(name for name, model in MODELS.items() if operation in model.operations)


def models_of(body: dict[str, Any]) -> list[str]:
    schema = body["properties"]["model"]
    return schema["enum"] if "enum" in schema else schema["anyOf"][0]["enum"]


@pytest.mark.parametrize(
    ("model", "name", "schema"),
    [
        ("dall-e-3", "n", {"type": "integer", "minimum": 1, "maximum": 1}),
        ("dall-e-3", "style", {"type": "string", "enum": ["vivid", "natural"]}),
        ("dall-e-2", "size", {"type": "string", "enum": ["1024x1024", "512x512", "256x256"]}),
        ("gpt-image-2", "output_format", {"type": "string", "enum": ["png", "webp", "jpeg"]}),
        ("gpt-image-2.6-flare", "output_format", {"type": "string", "enum": ["png", "webp", "jpeg"]}),
        ("gpt-image-2", "partial_images", {"type": "integer", "minimum": 0, "maximum": 3}),
        ("gpt-image-2", "style", None),
        ("gpt-image-2", "response_format", None),
        ("dall-e-2", "style", None),
    ],
)
def test_the_parameters_are_those_of_the_model(model: str, name: str, schema: dict[str, Any] | None) -> None:
    description = describe("http://localhost", key_wanted=False)
    every = bodies(description, "/images/generations", "application/json")
    (body,) = (body for body in every if model in models_of(body))
    assert body["additionalProperties"] is False
    found = body["properties"].get(name)
    assert found == (None if schema is None else {"anyOf": [schema, {"type": "null"}]})


def test_it_is_served_at_the_address_of_the_client(api: FlaskClient) -> None:
    description = api.get("/openapi.json", base_url="http://pictures.example:8443").json
    assert description["openapi"].startswith("3.1")
    assert description["servers"] == [{"url": "http://pictures.example:8443/v1"}]
    assert "security" not in description


def test_a_server_with_a_key_says_so_and_still_describes_itself() -> None:
    api = create_app(TinyEngine(), api_key="sk-local").test_client()
    description = api.get("/openapi.json").json
    assert description["security"] == [{"key": []}]
    assert "sk-local" not in json.dumps(description)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", OPERATIONS.values())
def test_the_server_takes_what_it_describes_and_nothing_else(described: Flask, path: str, mode: GenerationMode) -> None:
    schema = loaded("/openapi.json" if DEEP else "/some.json", described)
    positive = mode is GenerationMode.POSITIVE
    statuses = ask(schema[path]["POST"], mode, checks=[], excluded=[negative_data_rejection] if positive else [])
    assert (200 in statuses) == positive


@pytest.mark.parametrize("path", ["/models", "/models/{model}", "/files/{name}"])
def test_what_is_read_is_as_described(described: Flask, path: str) -> None:
    schema = loaded("/openapi.json", described)
    assert ask(schema[path]["GET"], GenerationMode.POSITIVE, checks=[], excluded=[]) <= {200, 404}
    if path != "/models":  # where nothing can be wrong
        assert ask(schema[path]["GET"], GenerationMode.NEGATIVE, checks=[], excluded=[]) == {404}
