"""The engines by name, each loaded when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagewidgets.local.engine import Engine

ENGINES = {"sketch": "imagewidgets.local.sketch:SketchEngine"}
"""Module and class of each engine that ``imagewidgets serve --engine`` knows by a name of its own."""


class UnknownEngineError(ValueError):
    """There is no such engine: a sentence that says what there is."""


def make_engine(name: str) -> Engine:
    """Return a new engine.

    Parameters
    ----------
    name
        A key of `ENGINES`, or ``module:Class`` of an engine of one's own.

    Raises
    ------
    UnknownEngineError
        There is no engine, no module or no class of this name.
    """
    module, _, cls = ENGINES.get(name, name).partition(":")
    if not module or not cls:
        raise UnknownEngineError(f"There is no engine {name!r}. Use {', '.join(ENGINES)}, or module:Class of your own.")
    try:
        engine: Engine = getattr(import_module(module), cls)()
    except (ModuleNotFoundError, AttributeError) as error:
        raise UnknownEngineError(f"The engine {name!r} cannot be loaded: {error}.") from error
    return engine
