"""The pictures of a sweep as files with readable names, and a table of them."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Container
from datetime import datetime
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from imagewidgets.display.captions import STEM_LENGTH
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import digest, open_image, to_saved
from imagewidgets.sweeps import table

if TYPE_CHECKING:
    from imagewidgets.sweeps.cells import Cell
    from imagewidgets.sweeps.sweep import Sweep

TABLE = "sweep.csv"
"""The name of the table."""

PLAIN_STEM = "picture"  # what names begin with where words are kept out of files
_DIGITS = 8  # of the digest in a name
_WORDLESS = frozenset({"cell", "picture", "model", "size", "seed", "quality", "n", "style", "background", "take"})
"""The columns about requests that a table without words has."""


def save(sweep: Sweep, folder: str | os.PathLike[str] = ".") -> list[Path]:
    """Write each picture as a file with its recipe inside, and ``sweep.csv`` with a row for each; return the paths.

    The names are made of the labels and the digest, such as ``red-watercolor-3f9a02d1.png``, so that the same picture
    gets the same name again, and no other picture is overwritten. The table has no paths but the names of these files.
    Where the client keeps words out of files (``recipes="minimal"``), names and table have none.

    Parameters
    ----------
    sweep
        It need not be done: what is there is written.
    folder
        Made where there is none. A ``sweep.csv`` that is there already is replaced.

    Returns
    -------
    list of Path
        The picture files, in the order of the sweep, then the table.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    minimal = sweep.client.recipes == "minimal"
    names = [name for name in table.columns(sweep) if name != "image"]
    if minimal:
        told = _WORDLESS.union(table.OUTCOME)
        names = [name for name in names if name in told]
    written: dict[Path, None] = {}  # in order
    rows = []
    for row in table.rows(sweep):
        image = row.pop("image", None)
        if image is not None:
            cell = sweep[row["cell"]]
            suffix, data = to_saved(image, _original(cell, row["picture"]))
            stem = PLAIN_STEM if minimal else _stem(cell)
            path = _free(target, f"{stem}-{row['digest'][:_DIGITS]}", suffix, row["digest"], written)
            _write(path, data)
            written[path] = None
            row["file"] = path.name
        rows.append({name: _cell(value) for name, value in row.items()})
    out = io.StringIO()
    writer = csv.DictWriter(out, [*names, "file"], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    _write(target / TABLE, out.getvalue().encode())
    return [*written, target / TABLE]


def _original(cell: Cell, index: int) -> bytes | None:
    """Return the file that a picture came as."""
    response = cell.response
    files = () if response is None else response.files
    return files[index] if index < len(files) else None


def _stem(cell: Cell) -> str:
    """Return the readable beginning of a name: the labels of a cell; its prompt where it has none."""
    words = " ".join(cell.labels.values()) or str(getattr(cell.request, "prompt", ""))
    return re.sub(r"[^\w]+", "-", words.lower()).strip("-_")[:STEM_LENGTH].rstrip("-_") or PLAIN_STEM


def _free(folder: Path, stem: str, suffix: str, code: str, written: Container[Path]) -> Path:
    """Return the first path of this name that is free, or has this very picture from another day.

    `code` is the digest of the picture, `written` are the paths of those that were written just now.
    """
    for number in count(1):
        path = folder / (f"{stem}.{suffix}" if number == 1 else f"{stem}-{number}.{suffix}")
        if path not in written and (not path.exists() or _shows(path, code)):
            return path
    raise AssertionError  # count never ends


def _shows(path: Path, code: str) -> bool:
    """Tell whether a file is a picture with this digest."""
    try:
        return digest(open_image(path.read_bytes())) == code
    except (OSError, SyntaxError, InvalidRequestError):  # a folder, no picture, or a broken one: not ours to replace
        return False


def _write(path: Path, data: bytes) -> None:
    """Write a file that is whole or not there."""
    unfinished = path.with_name(f".{path.name}.{token_hex(4)}.part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
