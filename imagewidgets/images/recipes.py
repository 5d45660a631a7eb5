"""A picture's recipe: how it was made, as JSON values under one key of ``image.info``.

PIL's own copies take it along (crop, resize, convert); `embedding` writes it into files. In a JPEG, WebP or GIF file
there are no text chunks: there it stands in the EXIF data or in a comment, as ``{"imagewidgets":{…}}``.
"""

from __future__ import annotations

import json
from typing import Any

from PIL import Image

RECIPE_KEY = "imagewidgets"
"""Where the recipe stands: the key in ``image.info`` and the keyword of the text chunk in PNG files."""

MARK = b'{"imagewidgets":'
"""How a recipe begins where it stands among other data."""

COMMENT = b"imagewidgets:"
"""How the parts of a recipe begin that is longer than the EXIF data of a JPEG file can be."""

WRITTEN = "recipes"
"""The entry of a recipe that says how much of it goes into files: ``"minimal"``; left out, all of it."""

# What a minimal recipe keeps of the request: no words, and nothing whose meaning is not known.
_OF_THE_REQUEST = frozenset(
    {
        *("operation", "model", "n", "size", "seed", "image", "mask", "markup", "quality", "style", "background"),
        *("output_format", "output_compression", "moderation", "complexity", "frame_count", "frame_duration_ms"),
        *("watermark", "input_fidelity", "stream", "partial_images", "response_format"),
    }
)
_WORDY = ("revised_prompt", "engine", "mask_operations")  # what it leaves out beside that


def own_recipe(image: Image.Image) -> dict[str, Any] | None:
    """Return the recipe that this package gave a picture, or None; no other program's."""
    text = image.info.get(RECIPE_KEY)
    return parsed(text) if isinstance(text, str) else recipe_in_file(image)


def write_recipe(image: Image.Image, recipe: dict[str, Any]) -> None:
    """Give the picture a recipe (JSON values only)."""
    image.info[RECIPE_KEY] = json.dumps(recipe, ensure_ascii=False, separators=(",", ":"))


def recipe_in_file(image: Image.Image) -> dict[str, Any] | None:
    """Return the recipe that stands in the EXIF data or the comments of the file that was opened, or None."""
    for place in ("exif", "comment", "svg"):
        data = image.info.get(place)
        if isinstance(data, str):
            data = data.encode("utf-8", "replace")
        if isinstance(data, bytes) and (recipe := marked(data)) is not None:
            return recipe
    parts = [data for kind, data in getattr(image, "applist", ()) if kind == "COM" and data.startswith(COMMENT)]
    return parsed(b"".join(part[len(COMMENT) :] for part in parts)) if parts else None


def marked(data: bytes) -> dict[str, Any] | None:
    """Return the recipe that stands somewhere in these bytes, behind `MARK`, or None."""
    start = data.find(MARK)
    if start < 0:
        return None
    text = data[start:].partition(b"\0")[0]
    try:
        value, _ = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    recipe = value.get(RECIPE_KEY)
    return recipe if isinstance(recipe, dict) else None


def parsed(text: str | bytes) -> dict[str, Any] | None:
    """Return the recipe that a text holds, or None where it is somebody else's under our key."""
    try:
        recipe = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return recipe if isinstance(recipe, dict) else None


def for_file(recipe: dict[str, Any]) -> dict[str, Any]:
    """Return what of a recipe is to stand in a file: all of it, or without words where it says so (`WRITTEN`).

    A minimal recipe has neither the prompt nor the revised one, nor what could give them away: the engine's own recipe,
    notes drawn over a picture, parameters of gateways, the name of the end user.
    """
    if recipe.get(WRITTEN) != "minimal":
        return recipe
    request = recipe.get("request")
    kept = {name: value for name, value in recipe.items() if name not in _WORDY}
    if isinstance(request, dict):
        kept["request"] = {name: value for name, value in request.items() if name in _OF_THE_REQUEST}
    return kept
