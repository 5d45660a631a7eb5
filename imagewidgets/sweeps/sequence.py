"""The cells of a sweep: built when they are asked for, so that a sample of millions is taken without building them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, get_args, overload

from imagewidgets.errors import APIConnectionError, InvalidRequestError
from imagewidgets.sweeps.axes import Axis
from imagewidgets.sweeps.cells import Cell, State
from imagewidgets.sweeps.plan import MOST_CELLS, Plan, plan_of
from imagewidgets.sweeps.requests import Requests

if TYPE_CHECKING:
    from imagewidgets.client import Client, Destination
    from imagewidgets.sweeps.space import Space


class Cells(Sequence[Cell]):
    """The cells of a sweep, what varies between them, and what it would take to ask for them.

    Parameters
    ----------
    space
        What they go through.
    client
        What they are sent through.
    numbers
        Which cells of the space these are, in their order; left out, all.

    Raises
    ------
    InvalidRequestError
        Every cell breaks a rule of its model: the error of the first.
    """

    def __init__(self, space: Space, client: Client, numbers: Sequence[int] | None = None) -> None:
        self._space = space
        self._client = client
        self._numbers: Sequence[int] = range(space.size) if numbers is None else numbers
        self._requests = Requests(client, space.places)
        self._cells: dict[int, Cell] = {}
        self._lock = threading.RLock()
        self.whole = numbers is None and not space.rows
        """Whether the cells are all combinations of the axes, the last axis fastest; otherwise they are a list."""
        self._check_some()

    @property
    def title(self) -> str:
        """The prompt as it was given; where there are several, how many."""
        return self._space.title

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What varies: in the order of the prompt, then of the parameters; each has at least two values."""
        return self._space.axes

    @property
    def fixed(self) -> dict[str, Any]:
        """What all cells are given, by name: parameters, and words for the prompt."""
        return dict(self._space.fixed)

    @property
    def client(self) -> Client:
        """What it is sent through."""
        return self._client

    @property
    def destination(self) -> Destination:
        """Where it is sent, for people."""
        return self._client.destination

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Cell: ...
    @overload
    def __getitem__(self, place: slice) -> list[Cell]: ...
    def __getitem__(self, place: int | slice) -> Cell | list[Cell]:
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        number = range(len(self))[place]
        with self._lock:
            if number not in self._cells:
                self._cells[number] = self._cell(number)
            return self._cells[number]

    def __iter__(self) -> Iterator[Cell]:
        return (self[place] for place in range(len(self)))

    def _cell(self, place: int) -> Cell:
        index = self._space.index(self._numbers[place])
        given = self._space.given(index)
        request, error = None, None
        try:
            request = self._requests.build(given)
        except InvalidRequestError as refusal:
            error = refusal.with_traceback(None)
        return Cell(
            self._client,
            place=place,
            index=index,
            values={axis.name: axis.values[number] for axis, number in zip(self.axes, index, strict=True)},
            labels={axis.name: axis.labels[number] for axis, number in zip(self.axes, index, strict=True)},
            request=request,
            error=error,
            take=given["take"] or 0,
        )

    def _check_some(self) -> None:
        """Refuse a sweep of which nothing can be sent."""
        for place in range(min(len(self), MOST_CELLS)):
            if self[place].request is not None:
                return
        error = self[0].error
        if error is not None and len(self) <= MOST_CELLS:  # of more than that, others may be right
            raise error

    @property
    def plan(self) -> Plan:
        """What `run` would send now, and about what it would cost."""
        if len(self) > MOST_CELLS:
            return Plan(len(self), 0, too_many=True)
        cells = list(self)
        refused = sum(cell.state == "refused" for cell in cells)
        return plan_of([cell for cell in cells if to_do(cell)], self._client, refused=refused)

    @property
    def counts(self) -> dict[State, int]:
        """How many cells there are of each state."""
        if len(self._cells) < len(self) <= MOST_CELLS:
            list(self)  # builds them
        cells = list(self._cells.values())
        found = Counter(cell.state for cell in cells)
        found["planned"] += len(self) - len(cells)
        return {state: found[state] for state in get_args(State)}


def to_do(cell: Cell) -> bool:
    """Tell whether a run is to ask for a cell."""
    if cell.state == "failed":
        return not (isinstance(cell.error, APIConnectionError) and cell.error.sent)
    return cell.state == "planned"
