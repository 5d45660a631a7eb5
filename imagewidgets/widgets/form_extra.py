"""Extra parameters as a person types them, ``steps=30, watermark=false``, and keys, which do not belong there.

What is typed into a form is saved with the notebook, with the recipe of every picture, and in the code that repeats a
run. So whatever looks like a key is refused, and the sentence that says so does not repeat it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"\s*([A-Za-z_][\w.\-]*)\s*=\s*")
_BARE = re.compile(r"[^,]*")
_SEPARATOR = re.compile(r"\s*(,|$)")

# Beginnings of keys that services give out, and the two forms that tokens have everywhere.
_KEY = re.compile(
    r"(?i)\b(?:(?:sk|rk|pk|key|sess|xai|r8|nvapi|glpat)-|(?:sk|hf|ghp|gho|github_pat|fal|r8)_|AKIA|AIza|eyJ)[\w\-]{8,}"
    r"|\bbearer\s+\S{8,}"
)
_NAMES_OF_KEYS = re.compile(
    r"(?i)(^|[_.\-])(api[_\-]?keys?|keys?|access[_\-]?tokens?|tokens?|secrets?|passwords?|passwd|authorization|"
    r"credentials?|bearer)$"
)
_NAMES_IN_THE_ENVIRONMENT = re.compile(r"(?i)(^|_)(api_?key|key|token|secret|password)$")
_SHORTEST = 8  # characters; a shorter value of the environment is part of too many words


def parse_extra(text: str) -> dict[str, Any]:
    """Read ``name=value, name=value``: values as JSON where they are JSON, else as text.

    Raises
    ------
    ValueError
        It is not of this form. The text is not repeated: it may hold a key.
    """
    found: dict[str, Any] = {}
    at = 0
    while text[at:].strip():
        name = _NAME.match(text, at)
        if name is None:
            raise ValueError("Extra parameters are written as name=value, with commas between them.")
        value, at = _value(text, name.end())
        end = _SEPARATOR.match(text, at)
        if end is None:
            raise ValueError("Extra parameters need a comma between them, and quotation marks around text with commas.")
        found[name[1]], at = value, end.end()
    return found


def _value(text: str, start: int) -> tuple[Any, int]:
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except ValueError:
        end = start
    else:
        if _SEPARATOR.match(text, end):
            return value, end
    bare = _BARE.match(text, start)
    return (bare[0].strip(), bare.end()) if bare else ("", start)


def show_extra(extra: Mapping[str, Any]) -> str:
    """Return extra parameters as text that `parse_extra` reads back."""
    return ", ".join(f"{name}={_shown(value)}" for name, value in extra.items())


def _shown(value: Any) -> str:
    plain = isinstance(value, str) and value == value.strip() and value and "," not in value
    if plain and _value(value, 0) == (value, len(value)):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def refuse_keys(name: str, value: Any) -> None:
    """Refuse what looks like a key, by its name or by itself.

    Raises
    ------
    ValueError
        It does. The sentence names neither the value nor a name that may be one.
    """
    if isinstance(value, Mapping):
        for inner, more in value.items():
            refuse_keys(str(inner), more)
    elif isinstance(value, list | tuple):
        for more in value:
            refuse_keys(name, more)
    elif looks_like_a_key(name) or (
        isinstance(value, str) and (_NAMES_OF_KEYS.search(name) or looks_like_a_key(value))
    ):
        named = "" if looks_like_a_key(name) else f"{name!r}: "
        raise ValueError(
            f"{named}this looks like a key. It would be saved with the notebook and with every picture. Give it to "
            "iw.configure() or iw.Client(), as api_key or in headers."
        )


def looks_like_a_key(text: str) -> bool:
    """Tell whether a text is, or holds, a key: by the beginnings that services use, or as the environment has it."""
    if _KEY.search(text):
        return True
    return any(
        len(value) >= _SHORTEST and value in text
        for name, value in os.environ.items()
        if _NAMES_IN_THE_ENVIRONMENT.search(name)
    )
