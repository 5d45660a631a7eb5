"""The description of the server: true to the model table, and kept to by the server, as schemathesis finds.

``SCHEMATHESIS_EXAMPLES`` says how many requests schemathesis makes of each operation. ``make fuzz`` makes many, of all
models; else it makes a few of some, for it spends seconds on each set of rules before it makes the first.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

from imagewidgets.local.app import create_app
from imagewidgets.local.openapi import describe
from imagewidgets.models import EDIT, GENERATE, MODELS, VARIATION
from tests.local.tiny import TinyEngine, encoded, hole, noise

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "5"))
DEEP = EXAMPLES >= 50
SOME = {"gpt-image-2", "dall-e-2"}
PUBLISHED = Path(__file__).parents[3] / "shared" / "openapi-images.json"
"""The description that OpenAI publishes, of which this repository holds no copy."""

OPERATIONS = {GENERATE: "/images/generations", EDIT: "/images/edits", VARIATION: "/images/variations"}
PICTURES = [encoded(noise(64, 64, "RGBA")), encoded(hole(64, 64))]  # what every model takes: square, with alpha

load_all_checks()
schemathesis.openapi.media_type("image/png", st.sampled_from(PICTURES), aliases=["image/jpeg", "image/webp"])
schemathesis.openapi.format(
    "data-url",
    st.sampled_from([f"data:image/png;base64,{base64.b64encode(data).decode()}" for data in PICTURES]),
)


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


def loaded(path: str, app: Flask) -> Any:
    """Return a description as schemathesis reads it."""
    schema = schemathesis.openapi.from_wsgi(path, app)
    schema.config.generation.update(codec="utf-8")  # JSON has no lone surrogates
    schema.config.analysis.constants.enabled = DEEP  # reads our sources for values worth trying
    return schema


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


def ask(operation: Any, mode: GenerationMode, *, checks: list[Any], excluded: list[Any]) -> set[int]:
    """Make requests as an operation allows, or forbids, and check each answer; return the statuses."""
    statuses: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=not DEEP,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            picture = case.body.get("image")
            if isinstance(picture, bytes):  # one part is a list of one
                case.body = {**case.body, "image": [picture]}
        answer = case.call()
        statuses.add(answer.status_code)
        said_in_words = b'"param":"size"' in answer.content  # the two sides depend on each other: no schema says how
        out = [*excluded, positive_data_acceptance] if said_in_words else excluded
        case.validate_response(answer, checks=checks or None, excluded_checks=out)

    each()
    return statuses


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


@pytest.fixture(scope="module")
def published() -> Flask:
    """The server, which also gives out what OpenAI publishes: that of the parts in which the two differ knowingly."""
    if not PUBLISHED.exists():
        pytest.skip(
            f"The published description is not beside this repository: {PUBLISHED.parent.name}/{PUBLISHED.name}"
        )
    description = json.loads(PUBLISHED.read_text("utf-8"))
    description["servers"] = [{"url": "http://localhost/v1"}]
    schemas = description["components"]["schemas"]
    # Its words allow any WIDTHxHEIGHT and, for newer models, more qualities; its lists were not brought up to date.
    for name in ("ImagesResponse", "ImageGenCompletedEvent", "ImageEditCompletedEvent"):
        for key in ("size", "quality"):
            del schemas[name]["properties"][key]["enum"]
    for operation in description["paths"].values():
        responses = operation["post"]["responses"]
        responses["404"] = responses["400"]  # a server has exactly the models that it lists
        # It describes the events of a stream each by itself, without the frame in which they come.
        responses["200"]["content"].pop("text/event-stream", None)
        responses["200"]["content"].setdefault("text/event-stream", {})
    app = create_app(TinyEngine())
    app.add_url_rule("/published.json", view_func=lambda: description)
    return app


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", OPERATIONS.values())
def test_the_server_answers_as_openai_describes_it(published: Flask, path: str, mode: GenerationMode) -> None:
    schema = loaded("/published.json", published)
    checks = [status_code_conformance, content_type_conformance, response_schema_conformance]
    if mode is GenerationMode.NEGATIVE:
        checks.append(negative_data_rejection)
    statuses = ask(schema[path]["POST"], mode, checks=[*checks, schemathesis.checks.not_a_server_error], excluded=[])
    assert statuses <= {200, 400, 404}
