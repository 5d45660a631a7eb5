"""A sweep as a table: a row for each picture, and one for each cell that has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from imagewidgets.display.captions import utc_time
from imagewidgets.display.phrases import redact
from imagewidgets.sweeps.looks import digest_of
from imagewidgets.sweeps.space import ROW

if TYPE_CHECKING:
    import pandas as pd

    from imagewidgets.sweeps.axes import Axis
    from imagewidgets.sweeps.cells import Cell
    from imagewidgets.sweeps.sweep import Sweep

COLUMNS = {
    "cell": "int64",
    "picture": "Int64",  # missing where there is none
    "prompt": "object",
    "model": "object",
    "size": "object",
    "seed": "Int64",
    "quality": "object",
    "state": "object",
    "error": "object",
    "seconds": "float64",
    "created": "datetime64[ns, UTC]",
    "digest": "object",
    "picked": "bool",
    "replayed": "bool",
    "image": "object",
}
"""The columns that every sweep has, beside its axes, and their types in pandas.

``cell`` and ``picture`` are what ``sweep.pick`` takes; ``size`` is WIDTHxHEIGHT in px, ``seconds`` are those of the
whole request.
"""

_ASKED = ("prompt", "model", "size", "seed", "quality")  # an axis of one of these names is that column
_RESERVED = COLUMNS.keys() - set(_ASKED) | {"file"}
OUTCOME = ("state", "seconds", "created", "digest", "picked", "replayed")
"""The columns about what became of a cell, as far as they have no words."""


def to_frame(sweep: Sweep) -> pd.DataFrame:
    """Return a table with a row for each picture, and one for each cell without pictures.

    Its columns are the axes, the parameters that differ between cells, and `COLUMNS`. An axis whose name is that of
    another column has ``(axis)`` behind it.

    Raises
    ------
    ImportError
        There is no pandas.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("to_frame needs pandas. Install it with: pip install 'imagewidgets[pandas]'") from error
    names = columns(sweep)
    table = pd.DataFrame(rows(sweep), columns=names)
    axes = {name for axis in sweep.axes for name in axis_columns(axis)}
    return table.astype({name: kind for name, kind in COLUMNS.items() if name not in axes})


def columns(sweep: Sweep) -> list[str]:
    """Return the names of the columns in their order."""
    axes = [name for axis in sweep.axes for name in axis_columns(axis)]
    return list(dict.fromkeys(["cell", "picture", *axes, "prompt", *_varying(sweep), *COLUMNS]))


def axis_columns(axis: Axis) -> list[str]:
    """Return the names of the columns of an axis: one, or one for each column of a table that the sweep was given."""
    names = dict.fromkeys(name for row in axis.values for name in row) if axis.name == ROW else (axis.name,)
    return [_beside(name) for name in names]


def _beside(name: str) -> str:
    """Return a name that is none of what became of a cell."""
    return f"{name} (axis)" if name in _RESERVED else name


def rows(sweep: Sweep) -> Iterator[dict[str, Any]]:
    """Yield the rows, cell by cell: values by the names of their columns."""
    picks = set(sweep.picks)
    for cell in sweep:
        given = _given(sweep.axes, cell)
        asked = {
            **dict.fromkeys(COLUMNS),
            **given,
            **(cell.request.parameters() if cell.request is not None else {}),
            "cell": cell.place,
            "state": cell.state,
            "error": None if cell.error is None else redact(str(cell.error) or type(cell.error).__name__),
            "seconds": None if cell.seconds is None else round(cell.seconds, 3),
            "picked": False,
            "replayed": False,
        }
        response = cell.response
        if not response:
            yield asked
            continue
        for index, image in enumerate(response):
            # What an axis says was asked for; elsewhere it is told what came.
            came = {"size": f"{image.width}x{image.height}", "model": response.model or asked.get("model")}
            yield {
                **asked,
                **{name: value for name, value in came.items() if name not in given},
                "picture": index,
                "created": utc_time(response.created),
                "digest": digest_of(response, index),
                "picked": (cell.place, index) in picks,
                "replayed": response.replayed,
                "image": image,
            }


def _given(axes: tuple[Axis, ...], cell: Cell) -> dict[str, Any]:
    """Return what a cell has of each axis, by the names of the columns."""
    given: dict[str, Any] = {}
    for axis in axes:
        value, label = cell.values[axis.name], cell.labels[axis.name]
        parts = value if axis.name == ROW else {axis.name: label if "|" in axis.name else value}
        given |= {_beside(name): _plain(part, label) for name, part in parts.items()}
    return given


def _plain(value: object, label: str) -> object:
    """Return a value that a table can hold: itself where it is a number or text, else its label."""
    return value if value is None or isinstance(value, str | int | float) else label


def _varying(sweep: Sweep) -> list[str]:
    """Return the names of the parameters that are not the same in all cells, in the order in which they are met."""
    first: dict[str, Any] | None = None
    varying: dict[str, None] = {}
    for cell in sweep:
        if cell.request is None:
            continue
        said = cell.request.parameters()
        if first is None:
            first = said
        varying |= {name: None for name in (*first, *said) if said.get(name) != first.get(name)}
    return list(varying)
