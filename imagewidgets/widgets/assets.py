"""The widgets' JavaScript and CSS, read from ``static/`` and joined.

A front end loads each widget's module from a string, so it cannot import a file beside it. The parts that all
widgets share (`shared.js`, `theme.css`) are therefore put in front of the widget's own part when the class is made:
no build step, and each file stays readable by itself.
"""

from __future__ import annotations

from pathlib import Path

_STATIC = Path(__file__).parent / "static"


def module(name: str) -> str:
    """Return the ES module of widget `name`: the shared part, then ``static/<name>.js``."""
    return _join("shared.js", f"{name}.js")


def style(name: str) -> str:
    """Return the style sheet of widget `name`: tokens and shared parts, then ``static/<name>.css``."""
    return _join("theme.css", f"{name}.css")


def _join(*names: str) -> str:
    return "\n".join((_STATIC / name).read_text("utf-8") for name in names)
