"""Read the engine's tables: words, places, light and artwork are JSON files beside this module.

Tables are data, so that a word, a colour or an anchor can be added without touching code. A test checks every entry.
All coordinates in them are units of the artwork: each drawing fills a box of 36 by 36, y down.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("data")


@functools.cache
def table(name: str) -> dict[str, Any]:
    """Give one table, e.g. ``table("light")``.

    Raises
    ------
    FileNotFoundError
        There is no table of this name.
    """
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return loaded


@functools.cache
def kind(name: str) -> frozenset[str]:
    """Give the drawings of one kind, e.g. ``kind("mounts")``."""
    return frozenset(table("artwork")["kinds"][name])
