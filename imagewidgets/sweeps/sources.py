"""Values of a sweep out of files and tables: CSV and text files, lists of dictionaries, pandas frames."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from imagewidgets.display.captions import shortened
from imagewidgets.errors import InvalidRequestError
from imagewidgets.rules import TYPES, WHOLE_NUMBERS
from imagewidgets.sweeps.axes import NONE, PICTURES, picture_label, plain, value_label

Row = dict[str, Any]

DELIMITERS = (",", ";", "\t")
"""What may stand between the columns of a CSV file; that which is most often in its first line does."""

_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_SHOWN = 5  # columns that a message names


def is_table(name: str, value: Any, *, pictures: bool = False) -> bool:
    """Tell whether the value given under this name is a file with the values: a path to a CSV or a text file.

    Text is never taken for the path of one. Where `pictures` are meant, a path of any other kind is one.

    Raises
    ------
    InvalidRequestError
        It is a path of a file of another kind.
    """
    if not isinstance(value, Path):
        return False
    if value.suffix.lower() in (".csv", ".tsv", ".txt"):
        return True
    if pictures:
        return False
    raise InvalidRequestError(
        f"{name} is the path {value.name!r}. Values come from a CSV file (the column {name!r}, or the only one) or a "
        ".txt file (one value a line).",
        param=name,
    )


def column(name: str, path: Path, *, pictures: bool = False) -> list[Any]:
    """Return the values that a file has for a name: of a CSV the column of this name, or the only one.

    Where `pictures` are meant, they are paths, as those in `rows`.

    Raises
    ------
    InvalidRequestError
        The file cannot be read, or has no such column.
    """
    if path.suffix.lower() == ".txt":
        found: list[Any] = [line.strip() for line in _text(path, name).split("\n") if line.strip()]
        return [_beside(path, each) for each in found] if pictures else found
    rows, columns = _csv(path, name)
    if name not in columns and len(columns) > 1:
        raise InvalidRequestError(
            f"{path.name} has no column {name!r}; it has {_names(columns)}. Rename one, or take several together with "
            f"rows=Path({path.name!r}).",
            param=name,
        )
    chosen = name if name in columns else columns[0]
    return [_beside(path, row[chosen]) if pictures else row[chosen] for row in rows]


def rows(source: Any) -> list[Row]:
    """Return the rows of a table: each a dictionary of what it gives.

    Parameters
    ----------
    source
        The path of a CSV file (text is a path here, too), a list of dictionaries, or a pandas frame. Of a CSV all
        values are text, and empty cells are None; so are a frame's missing values. Paths of pictures are those from the
        folder of the file where there is such a file.

    Raises
    ------
    InvalidRequestError
        It is none of these, cannot be read, or has no row.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        found: Sequence[Any] = _csv(path, "rows")[0]
        for row in found:
            row.update({name: _beside(path, row[name]) for name in PICTURES & row.keys()})
    elif hasattr(source, "to_dict") and hasattr(source, "columns"):
        found = source.to_dict("records")
    else:
        found = list(source) if isinstance(source, Sequence) else []
        if not isinstance(source, Sequence) or not all(isinstance(row, Mapping) for row in found):
            raise InvalidRequestError(
                f"rows is a {type(source).__name__}. Give the path of a CSV file, a list of dictionaries, or a pandas "
                "frame.",
                param="rows",
            )
    if not found:
        raise InvalidRequestError("rows has no row, so there would be nothing to make.", param="rows")
    return [{str(name): plain(value) for name, value in row.items()} for row in found]


def from_text(name: str, text: Any) -> Any:
    """Return the value of a parameter that a table has: of text a whole number, yes or no, or what is written.

    None where nothing is. What cannot be read as what it must be stays text; the rules of its model refuse it in words.
    """
    whole = name in WHOLE_NUMBERS or name == "take"
    if isinstance(text, float) and whole and text.is_integer():
        return int(text)  # what pandas makes of whole numbers where others of the column are missing
    if not isinstance(text, str):
        return text
    said, kind = text.strip(), TYPES.get(name, (str, ""))[0]
    if not said:
        return None
    try:
        if whole:
            return int(said) if "." not in said else int(float(said)) if float(said).is_integer() else text
        if kind is dict or name == "extra":
            return json.loads(said)
    except (ValueError, OverflowError):
        return text
    if kind is bool and said.lower() in _YES | _NO:
        return said.lower() in _YES
    return said


def row_labels(found: Sequence[Row]) -> list[str]:
    """Return words for each row: of the columns that differ, the values."""
    names = dict.fromkeys(name for row in found for name in row)
    differing = [name for name in names if len({repr(row.get(name)) for row in found}) > 1]
    labels = []
    for number, row in enumerate(found):
        given = [(name, row[name]) for name in differing if row.get(name) not in (None, "")]
        said = [picture_label(value, number) if name in PICTURES else value_label(value) for name, value in given]
        labels.append(", ".join(said) or (NONE if differing else f"row {number + 1}"))
    return labels


def _csv(path: Path, name: str) -> tuple[list[Row], list[str]]:
    """Return the rows of a CSV file, empty cells as None, and the names of its columns."""
    text = _text(path, name)
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        table = [row for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise InvalidRequestError(f"{path.name} is no CSV file that can be read: {error}.", param=name) from error
    if len(table) < 2:
        raise InvalidRequestError(
            f"{path.name} has no values: its first line names the columns, and at least one line must follow.",
            param=name,
        )
    columns = [cell.strip() for cell in table[0]]
    if "" in columns or len(set(columns)) < len(columns):
        raise InvalidRequestError(
            f"The first line of {path.name} must name each column, each with another name; it has {_names(columns)}.",
            param=name,
        )
    for number, row in enumerate(table[1:], 1):
        if len(row) > len(columns):
            raise InvalidRequestError(
                f"Row {number} of {path.name} has {len(row)} cells, and there are {len(columns)} columns. Put text "
                f"with a {delimiter!r} in it between double quotes.",
                param=name,
            )
    return [
        {column: row[place] or None if place < len(row) else None for place, column in enumerate(columns)}
        for row in table[1:]
    ], columns


def _text(path: Path, name: str) -> str:
    try:
        return path.expanduser().read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRequestError(
            f"{path.name} is no UTF-8 text (byte {error.start}). Save it as UTF-8.", param=name
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or "no such file"
        raise InvalidRequestError(f"{str(path)!r} cannot be read: {reason}.", param=name) from error


def _beside(path: Path, value: Any) -> Any:
    """Return the path of a picture that a CSV file names: from the folder of the file, if it is there."""
    if not isinstance(value, str) or value.startswith("data:"):
        return value
    return str(near) if (near := path.parent / value).is_file() else value


def _names(columns: Collection[str] | Iterable[str]) -> str:
    said = [repr(shortened(name, _SHOWN * 6)) for name in columns]
    return ", ".join(said[:_SHOWN]) + (f" and {len(said) - _SHOWN} more" if said[_SHOWN:] else "")
