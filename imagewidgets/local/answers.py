"""What this server answers, as JSON Schema: the part of its description that is about replies, models and errors."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": "integer", "description": "Unix time in s."}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


_TOKENS = _object({"image_tokens": _COUNT, "text_tokens": _COUNT})
_FACTS: dict[str, Schema] = {
    "background": {"enum": ["transparent", "opaque"]},
    "output_format": {"enum": ["png", "webp", "jpeg"]},
    "quality": _TEXT,
    "size": {"type": "string", "pattern": "^[0-9]+x[0-9]+$"},
}
_IMAGE_AS: list[Schema] = [
    _object({"b64_json": _TEXT}, {"revised_prompt": _TEXT}),
    _object({"url": {"type": "string", "format": "uri"}}, {"revised_prompt": _TEXT}),
]

PICTURES_ANSWER: Schema = {"$ref": "#/components/schemas/ImagesResponse"}

_EVENTS = [f"{name}.{state}" for name in ("image_generation", "image_edit") for state in ("partial_image", "completed")]

ANSWERS: dict[str, Schema] = {
    "Usage": _object(
        {
            "input_tokens": _COUNT,
            "input_tokens_details": _TOKENS,
            "output_tokens": _COUNT,
            "output_tokens_details": _TOKENS,
            "total_tokens": _COUNT,
        }
    ),
    "ImagesResponse": _object(
        {"created": _TIME, "data": {"type": "array", "minItems": 1, "items": {"oneOf": _IMAGE_AS}}},
        {**_FACTS, "usage": {"$ref": "#/components/schemas/Usage"}},
    ),
    "ImageEvent": _object(
        {
            "type": {"enum": _EVENTS},
            "b64_json": _TEXT,
            "created_at": _TIME,
            **_FACTS,
        },
        {
            "partial_image_index": {"type": "integer", "minimum": 0, "maximum": 2},
            "revised_prompt": _TEXT,
            "usage": {"$ref": "#/components/schemas/Usage"},
        },
    ),
    "ServerSentEvent": _object(
        {
            "event": {"enum": [*_EVENTS, "error"]},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": "#/components/schemas/ImageEvent"},
            },
        }
    ),
    "Model": _object(
        {"id": _TEXT, "object": {"const": "model"}, "created": _TIME, "owned_by": _TEXT},
        {"shutdown_date": {"type": "string", "format": "date"}},
    ),
    "ModelList": _object(
        {"object": {"const": "list"}, "data": {"type": "array", "items": {"$ref": "#/components/schemas/Model"}}}
    ),
    "ErrorResponse": _object(
        {
            "error": _object(
                {
                    "message": _TEXT,
                    "type": _TEXT,
                    "param": {"type": ["string", "null"]},
                    "code": {"type": ["string", "null"]},
                }
            )
        }
    ),
}
"""The schemas of answers by name."""

ERRORS = {
    "400": "A parameter is wrong: param names it.",
    "401": "The key is missing or wrong.",
    "403": "The name or the web page that the request came by is not allowed.",
    "404": "There is no such model, file or address.",
    "413": "The body is too large.",
    "415": "The body is of a type that is not taken here.",
    "422": "The request keeps to all rules, and the engine cannot do it.",
    "429": "The server is busy: Retry-After says for how many seconds.",
    "500": "The server failed to make the pictures.",
    "503": "The server is about to stop.",
}
"""What each status means."""
