"""The engines by name, each loaded when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagewidgets.local.engine import Engine

ENGINES = {"sketch": ("imagewidgets.local.sketch", "SketchEngine")}
"""Module and class of each engine that ``imagewidgets serve --engine`` knows."""


def make_engine(name: str) -> Engine:
    """Return a new engine; `name` is a key of `ENGINES`."""
    module, cls = ENGINES[name]
    engine: Engine = getattr(import_module(module), cls)()
    return engine
