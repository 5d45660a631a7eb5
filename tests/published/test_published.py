"""The server answers as the description says that OpenAI publishes, as schemathesis finds.

This repository holds no copy of that description: ``make fuzz OPENAPI_IMAGES=its.json`` runs these tests.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from imagewidgets.local.app import create_app
from tests.local.described import OPERATIONS, ask, loaded
from tests.local.tiny import TinyEngine


@pytest.fixture(scope="module")
def published() -> Flask:
    """The server, which also gives out what OpenAI publishes: that of the parts in which the two differ knowingly."""
    description = json.loads(Path(os.environ["OPENAPI_IMAGES"]).read_text("utf-8"))
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
