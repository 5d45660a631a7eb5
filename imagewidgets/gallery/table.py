"""Recorded pictures as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from imagewidgets.gallery.pictures import Picture

COLUMNS = {
    "prompt": "object",
    "revised_prompt": "object",
    "model": "object",
    "service": "object",
    "operation": "object",
    "size": "object",
    "seed": "Int64",  # whole numbers, some of them missing
    "quality": "object",
    "take": "Int64",
    "created": "datetime64[ns, UTC]",
    "digest": "object",
    "starred": "bool",
    "parent": "object",
    "file": "object",
}
"""The columns and their types in pandas: ``size`` is WIDTHxHEIGHT in px, ``file`` the path in the gallery."""


def frame(pictures: Iterable[Picture], *, stars: Collection[str]) -> pd.DataFrame:
    """Return a table with a row for each picture and the columns `COLUMNS`."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("to_frame needs pandas. Install it with: pip install 'imagewidgets[pandas]'") from error
    return pd.DataFrame([_row(picture, stars) for picture in pictures], columns=list(COLUMNS)).astype(COLUMNS)


def _row(picture: Picture, stars: Collection[str]) -> dict[str, Any]:
    request, recipe = picture.request, picture.recipe
    seed = request.get("seed")
    return {
        "prompt": request.get("prompt"),
        "revised_prompt": recipe.get("revised_prompt"),
        "model": picture.model or None,
        "service": recipe.get("service"),
        "operation": request.get("operation"),
        "size": recipe.get("size") or request.get("size"),
        "seed": seed if isinstance(seed, int) else None,
        "quality": request.get("quality"),
        "take": picture.take,
        "created": picture.created,
        "digest": picture.digest,
        "starred": picture.digest in stars,
        "parent": recipe.get("parent"),
        "file": picture.name,
    }
