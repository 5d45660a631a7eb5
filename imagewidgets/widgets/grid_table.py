"""The pictures of a grid as a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from imagewidgets.display.captions import utc_time
from imagewidgets.images import read_recipe
from imagewidgets.widgets.grid_entries import Entry

if TYPE_CHECKING:
    import pandas as pd


def frame(entries: Sequence[Entry], *, starred: Collection[int]) -> pd.DataFrame:
    """Return a table with a row for each picture; see `ResultGrid.to_frame`."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("to_frame needs pandas. Install it with: pip install 'imagewidgets[pandas]'") from error
    rows = [_row(entry, starred=place in starred) for place, entry in enumerate(entries)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


COLUMNS = {
    "prompt": "object",
    "revised_prompt": "object",
    "model": "object",
    "operation": "object",
    "size": "object",
    "seed": "Int64",  # whole numbers, some of them missing
    "quality": "object",
    "created": "datetime64[ns, UTC]",
    "digest": "object",
    "starred": "bool",
    "parent": "object",
}
"""The columns of the table and their types in pandas."""


def _row(entry: Entry, *, starred: bool) -> dict[str, Any]:
    recipe = read_recipe(entry.image) or {}
    request = recipe.get("request")
    request = request if isinstance(request, dict) else {}
    seed = request.get("seed")
    return {
        "prompt": request.get("prompt"),
        "revised_prompt": recipe.get("revised_prompt"),
        "model": recipe.get("model") or request.get("model"),
        "operation": request.get("operation"),
        "size": f"{entry.image.width}x{entry.image.height}",
        "seed": seed if isinstance(seed, int) else None,
        "quality": request.get("quality"),
        "created": utc_time(recipe.get("created")),
        "digest": entry.facts.digest,
        "starred": starred,
        "parent": entry.source or None,
    }
