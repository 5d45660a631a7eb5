"""Words that may be shown and saved: the first sentence of a text, and none of what looks like a key."""

from __future__ import annotations

import re

_KEY = re.compile(r"(?i)\b((?:sk|rk|pk|key|sess)-)[^\s'\",;)]+")
_BEARER = re.compile(r"(?i)\b(bearer\s+)\S+")
_FIRST_SENTENCE = re.compile(r"(.+?[.!?])\s+(.+)", re.DOTALL)


def first_sentence(text: str) -> tuple[str, str]:
    """Split a text after its first sentence."""
    found = _FIRST_SENTENCE.fullmatch(text.strip())
    return (found[1], found[2]) if found else (text.strip(), "")


def redact(text: str) -> str:
    """Blot out what looks like a key: services like to repeat a part of it."""
    return _BEARER.sub(r"\1…", _KEY.sub(r"\1…", text))
