"""``GET /openapi.json``: what this server takes and answers, as OpenAPI 3.1.

Nothing is written twice: the parameters are the fields of the typed requests, their types and limits those of the
rules, their values those of the model table. Each operation takes one of several bodies, one for each set of rules
that models share. What JSON Schema cannot say (two sides that depend on each other, pictures of one size) stands in
the descriptions.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from imagewidgets import __version__
from imagewidgets.local.answers import ANSWERS, ERRORS, PICTURES_ANSWER
from imagewidgets.local.bodies import LARGEST_SEED
from imagewidgets.local.uploads import LONGEST_DATA_URL
from imagewidgets.models import (
    DEFAULT_MODEL,
    EDIT,
    EMULATED_EXTRAS,
    GENERATE,
    MODELS,
    PARAMETERS,
    SKETCH,
    VARIATION,
    Model,
)
from imagewidgets.operations import CreateImageEditRequest, CreateImageRequest, CreateImageVariationRequest
from imagewidgets.rules import RANGES, TYPES

JSON, MULTIPART = "application/json", "multipart/form-data"
PICTURE_TYPES = "image/png, image/jpeg, image/webp"
REQUESTS = {GENERATE: CreateImageRequest, EDIT: CreateImageEditRequest, VARIATION: CreateImageVariationRequest}
SUMMARIES = {
    GENERATE: "Make pictures from a prompt.",
    EDIT: "Change pictures as a prompt says.",
    VARIATION: "Make pictures like one.",
}
PATHS = {GENERATE: "/images/generations", EDIT: "/images/edits", VARIATION: "/images/variations"}
FORMS = {GENERATE: (JSON,), EDIT: (JSON, MULTIPART), VARIATION: (MULTIPART,)}
FILES = ("image", "mask", "markup")

_ONLY_HOSTED = ("gif", "svg")  # formats, and what goes with them, that this server does not make
_NOT_HERE = {"extra", "several", "frame_count", "frame_duration_ms", "svg", "watermark"}
_KINDS = {int: "integer", bool: "boolean", str: "string", dict: "object"}
_SIZE = "^(auto|[1-9][0-9]{1,3}x[1-9][0-9]{1,3})$"

Schema = dict[str, Any]


def describe(address: str, *, key_wanted: bool) -> Schema:
    """Return the description of the server at an address, as a JSON value.

    Parameters
    ----------
    address
        The server's address, without a slash at its end and without ``/v1``.
    key_wanted
        Whether requests must carry a key.
    """
    description: Schema = {
        "openapi": "3.1.0",
        "info": {
            "title": "The Images API on this machine",
            "version": __version__,
            "description": "Served by imagewidgets. Every model of the table is emulated with its own rules.",
        },
        "servers": [{"url": f"{address}/v1"}],
        "paths": {**_operations(), **_readings()},
        "components": {"schemas": {**ANSWERS, "ImageReference": _REFERENCE, **_bodies()}},
    }
    if key_wanted:
        description["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        description["security"] = [{"key": []}]
        description["paths"]["/files/{name}"]["get"]["security"] = []
    return description


@functools.cache
def _bodies() -> dict[str, Schema]:
    """Return the request bodies, one for each operation, form, and set of rules that models share."""
    found = {}
    for operation in PATHS:
        for models in _alike(operation):
            title = f"{REQUESTS[operation].__name__} of {models[0].name}"
            for form in FORMS[operation]:
                found[_name(operation, form, models[0])] = _body(operation, form, models) | {"title": title}
    return found


def _alike(operation: str) -> list[list[Model]]:
    """Return the models that do an operation, those with the same rules together."""
    groups: dict[Model, list[Model]] = {}
    for model in MODELS.values():
        if operation in model.operations:
            rules = replace(model, name="", shutdown=None, successor=None, revises_prompt=False)
            groups.setdefault(rules, []).append(model)
    return list(groups.values())


def _name(operation: str, form: str, model: Model) -> str:
    return f"{operation}.{'json' if form == JSON else 'multipart'}.{model.name}"


def _body(operation: str, form: str, models: list[Model]) -> Schema:
    """Return what one set of rules allows."""
    model = models[0]
    asked = (*PARAMETERS[operation], *sorted(EMULATED_EXTRAS - set(PARAMETERS[operation])))
    names = [
        name
        for name in asked
        if name not in (*FILES, *_NOT_HERE) and (name in EMULATED_EXTRAS or model.takes(name, operation))
    ]
    if "stream" not in names and operation != VARIATION:
        names.append("stream")
    properties = {name: _parameter(name, models, nullable=form == JSON) for name in names}
    required = [] if operation == VARIATION else ["prompt"]
    if DEFAULT_MODEL not in {model.name for model in models}:
        required.append("model")
    rules: list[Schema] = []
    if operation != GENERATE:
        properties |= _pictures(operation, form, model)
        required.append("images" if form == JSON else "image")
    if {"background", "output_format"} <= set(names):
        rules.append({"not": _both(background="transparent", output_format="jpeg")})
    if "markup" in properties:
        rules.append({"not": {"required": ["mask", "markup"]}})
    if {"response_format", "stream"} <= set(names) and model.takes("stream", operation):
        rules.append({"not": _both(response_format="url", stream=True if form == JSON else "true")})
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        "description": f"The rules of {', '.join(model.name for model in models)}.",
    }
    return schema | ({"allOf": rules} if rules else {})


def _both(**values: object) -> Schema:
    return {"properties": {name: {"const": value} for name, value in values.items()}, "required": list(values)}


def _parameter(name: str, models: list[Model], *, nullable: bool) -> Schema:
    """Return what one parameter may be. Null is left out, where the API describes it so; a form has no null."""
    model = models[0]
    kind, _ = TYPES.get(name, (str, ""))
    schema: Schema = {"type": _KINDS[kind]}
    if name == "model":
        schema |= {"enum": [model.name for model in models]}
    elif name == "prompt":
        schema |= {"minLength": 1, "maxLength": model.prompt_length, "pattern": r"[^\s\x1c-\x1f\x85]"}
    elif name == "n":
        schema |= {"minimum": 1, "maximum": model.max_n}
    elif name == "seed":
        schema |= {"minimum": 0, "maximum": LARGEST_SEED}
    elif name == "size":
        schema = _size(model)
    elif name in RANGES:
        least, most = RANGES[name]
        schema |= {"minimum": least, "maximum": most}
    elif name == "stream" and not model.takes("stream"):
        schema |= {"enum": [False]}
    elif choices := [choice for choice in model.choices(name) if choice not in _ONLY_HOSTED]:
        schema |= {"enum": choices}
    if name in ("prompt", "user") or not nullable or (name == "model" and model.name != DEFAULT_MODEL):
        return schema
    return {"anyOf": [schema, {"type": "null"}]}


def _size(model: Model) -> Schema:
    named: Schema = {"type": "string", "enum": list(model.sizes)}
    if model.free_size is None:
        return named
    free = {"type": "string", "pattern": _SIZE, "description": model.free_size.describe()}
    return {"anyOf": [named, free]}


def _pictures(operation: str, form: str, model: Model) -> dict[str, Schema]:
    """Return the properties that carry pictures."""
    kinds = "a square PNG" if model.square_png else "a PNG, JPEG or WebP"
    words = f"Each {kinds} file under {model.image_bytes // 2**20} MiB."
    if form == JSON:
        reference = {"$ref": "#/components/schemas/ImageReference"}
        images = {"type": "array", "items": reference, "minItems": 1, "maxItems": model.max_images}
        return {"images": images | {"description": words}, "mask": reference}
    most = model.max_images if operation == EDIT else 1
    files = _files(operation)
    if not model.takes("markup", operation):
        files.pop("markup", None)
    files["image"] |= {"maxItems": most, "description": f"{words} One part for each; image[] is taken for image."}
    return files


def _files(operation: str) -> dict[str, Schema]:
    file = {"type": "string", "format": "binary"}
    files: dict[str, Schema] = {"image": {"type": "array", "items": file, "minItems": 1}}
    if operation == EDIT:
        transparent = "A PNG of the size of the first picture, under 4 MiB: where it is transparent, that may change."
        files["mask"] = file | {"description": transparent}
        drawn = "A transparent PNG of the same size: arrows, circles and notes over the first picture. Not with a mask."
        files["markup"] = file | {"description": drawn}
    return files


def _operations() -> dict[str, Schema]:
    return {path: {"post": _operation(operation)} for operation, path in PATHS.items()}


def _operation(operation: str) -> Schema:
    content: dict[str, Schema] = {}
    for models in _alike(operation):
        for form in FORMS[operation]:
            body = {"$ref": f"#/components/schemas/{_name(operation, form, models[0])}"}
            content.setdefault(form, {"schema": {"anyOf": []}})["schema"]["anyOf"].append(body)
    if MULTIPART in content:
        # Said once more for programs that look for files only here.
        content[MULTIPART]["schema"] |= {"type": "object", "properties": _files(operation)}
        content[MULTIPART]["encoding"] = {"image": {"contentType": PICTURE_TYPES}}
        if operation == EDIT:
            content[MULTIPART]["encoding"] |= {name: {"contentType": "image/png"} for name in ("mask", "markup")}
    answer: Schema = {"description": "The pictures.", "content": {JSON: {"schema": PICTURES_ANSWER}}}
    if SKETCH.takes("stream", operation):
        answer["content"]["text/event-stream"] = {"schema": {"$ref": "#/components/schemas/ServerSentEvent"}}
        answer["description"] += " With stream, events as they come."
    return {
        "operationId": REQUESTS[operation].__name__.removesuffix("Request"),
        "summary": SUMMARIES[operation],
        "requestBody": {"required": True, "content": content},
        "responses": {"200": answer, **_refusals("400", "401", "403", "404", "413", "415", "422", "429", "500", "503")},
    }


def _readings() -> dict[str, Schema]:
    """Return what is only read: the models, and the files that answers name."""

    def reading(name: str, summary: str, answer: Schema, refusals: Iterable[str], path: Schema | None = None) -> Schema:
        get: Schema = {
            "operationId": name,
            "summary": summary,
            "responses": {"200": {"description": "Found.", "content": answer}, **_refusals(*refusals)},
        }
        if path:
            get["parameters"] = [{"in": "path", "required": True, **path}]
        return {"get": get}

    a_model: Schema = {JSON: {"schema": {"$ref": "#/components/schemas/Model"}}}
    models: Schema = {JSON: {"schema": {"$ref": "#/components/schemas/ModelList"}}}
    picture: Schema = {kind: {} for kind in PICTURE_TYPES.split(", ")}
    names = {"name": "model", "schema": {"type": "string", "enum": list(MODELS)}}
    file = {"name": "name", "schema": {"type": "string", "pattern": r"^[A-Za-z0-9_-]{32}\.(png|webp|jpeg)$"}}
    denied = ("401", "403")
    return {
        "/models": reading("listModels", "List the models.", models, denied),
        "/models/{model}": reading("retrieveModel", "Describe one model.", a_model, (*denied, "404"), names),
        "/files/{name}": reading(
            "file", "A picture that an answer named; gone after 60 minutes.", picture, ("403", "404"), file
        ),
    }


def _refusals(*statuses: str) -> dict[str, Schema]:
    return {
        status: {
            "description": ERRORS[status],
            "content": {JSON: {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}},
            **({"headers": {"Retry-After": {"schema": {"type": "string"}}}} if status == "429" else {}),
        }
        for status in statuses
    }


_REFERENCE: Schema = {
    "type": "object",
    "properties": {
        "image_url": {
            "type": "string",
            "format": "data-url",
            "maxLength": LONGEST_DATA_URL,
            "description": "The picture itself, as data:image/png;base64,… or the like: nothing is fetched.",
        }
    },
    "required": ["image_url"],
    "additionalProperties": False,
}
