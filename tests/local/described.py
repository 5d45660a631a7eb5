"""How schemathesis makes requests by a description of the API and checks the answers to them.

``SCHEMATHESIS_EXAMPLES`` says how many requests it makes of each operation. ``make fuzz`` makes many, of all models;
else it makes a few of some, for it spends seconds on each set of rules before it makes the first.
"""

from __future__ import annotations

import base64
import os
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from imagewidgets.models import EDIT, GENERATE, VARIATION
from tests.local.tiny import encoded, hole, noise

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "5"))
DEEP = EXAMPLES >= 50

OPERATIONS = {GENERATE: "/images/generations", EDIT: "/images/edits", VARIATION: "/images/variations"}
PICTURES = [encoded(noise(64, 64, "RGBA")), encoded(hole(64, 64))]  # what every model takes: square, with alpha

load_all_checks()
schemathesis.openapi.media_type("image/png", st.sampled_from(PICTURES), aliases=["image/jpeg", "image/webp"])
schemathesis.openapi.format(
    "data-url",
    st.sampled_from([f"data:image/png;base64,{base64.b64encode(data).decode()}" for data in PICTURES]),
)


def loaded(path: str, app: Flask) -> Any:
    """Return a description as schemathesis reads it."""
    schema = schemathesis.openapi.from_wsgi(path, app)
    schema.config.generation.update(codec="utf-8")  # JSON has no lone surrogates
    schema.config.analysis.constants.enabled = DEEP  # reads our sources for values worth trying
    return schema


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
