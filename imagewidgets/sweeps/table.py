"""A sweep as a table: a row for each picture, and one for each cell that has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from imagewidgets.display.captions import utc_time
from imagewidgets.display.phrases import redact
from imagewidgets.sweeps.looks import digest_of

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
_RESERVED = COLUMNS.keys() - set(_ASKED)


def frame(sweep: Sweep) -> pd.DataFrame:
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
    axes = set(map(axis_column, sweep.axes))
    return table.astype({name: kind for name, kind in COLUMNS.items() if name not in axes})


def columns(sweep: Sweep) -> list[str]:
    """Return the names of the columns in their order."""
    first = ["cell", "picture", *map(axis_column, sweep.axes)]
    return list(dict.fromkeys([*first, "prompt", *_varying(sweep), *COLUMNS]))


def axis_column(axis: Axis) -> str:
    """Return the name of the column of an axis."""
    return f"{axis.name} (axis)" if axis.name in _RESERVED else axis.name


def rows(sweep: Sweep) -> Iterator[dict[str, Any]]:
    """Yield the rows, cell by cell: values by the names of their columns."""
    picks = set(sweep.picks)
    for cell in sweep:
        asked = _asked(sweep.axes, cell)
        response = cell.response
        for index in range(len(response)) if response else (None,):
            row = {**asked, "picture": index, "picked": False, "replayed": False}
            if response is not None and index is not None:
                image = response[index]
                row |= {
                    "created": utc_time(response.created),
                    "digest": digest_of(response, index),
                    "picked": (cell.place, index) in picks,
                    "replayed": response.replayed,
                    "image": image,
                }
                # What an axis says was asked for; elsewhere it is told what came.
                told = {"size": f"{image.width}x{image.height}", "model": response.model}
                row |= {name: value for name, value in told.items() if name not in cell.values and value}
            yield row


def _asked(axes: tuple[Axis, ...], cell: Cell) -> dict[str, Any]:
    """Return what is the same for all pictures of a cell."""
    parameters = cell.request.parameters() if cell.request is not None else {}
    return {
        **parameters,
        **{axis_column(axis): _plain(cell.values[axis.name], cell.labels[axis.name]) for axis in axes},
        "cell": cell.place,
        "state": cell.state,
        "error": None if cell.error is None else redact(str(cell.error) or type(cell.error).__name__),
        "seconds": cell.seconds,
    }


def _plain(value: object, label: str) -> object:
    """Return a value that a table can hold: itself where it is a number or text, else its label."""
    return value if value is None or isinstance(value, str | int | float) else label


def _varying(sweep: Sweep) -> list[str]:
    """Return the names of the parameters that are not the same in all cells, in the order in which they are met."""
    first: dict[str, Any] = {}
    varying: dict[str, None] = {}
    for number, cell in enumerate(sweep):
        if cell.request is None:
            continue
        said: Mapping[str, Any] = cell.request.parameters()
        for name in (*said, *first):
            if name not in first and number:
                varying[name] = None
            elif name not in varying and first.setdefault(name, said.get(name)) != said.get(name):
                varying[name] = None
    return list(varying)
