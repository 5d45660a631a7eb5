"""The widgets' JavaScript and CSS, read from ``static/`` and joined.

A front end loads each widget's module from a string, so it cannot import a file beside it. The files of a widget are
therefore put together when its class is made, what all widgets share (`shared.js`, `theme.css`) in front: no build
step, and each file stays readable by itself. They have one scope, so a name is declared in one file only.
"""

from __future__ import annotations

from pathlib import Path

_STATIC = Path(__file__).parent / "static"


def module(*names: str) -> str:
    """Return a widget's ES module: the shared part, then ``static/<name>.js`` of each name, in this order.

    None of the files imports anything; only the last one exports: the widget itself.
    """
    return _join("shared.js", *(f"{name}.js" for name in names))


def style(*names: str) -> str:
    """Return a widget's style sheet: tokens and shared parts, then ``static/<name>.css`` of each name."""
    return _join("theme.css", *(f"{name}.css" for name in names))


def _join(*names: str) -> str:
    return "\n".join((_STATIC / name).read_text("utf-8") for name in names)
