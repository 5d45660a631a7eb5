"""`Plan`: what a run would send, and about what it would cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imagewidgets import prices
from imagewidgets.display.captions import count_pictures, shortened
from imagewidgets.errors import NotRecordedError
from imagewidgets.gallery import request_digest
from imagewidgets.sweeps.axes import LABEL_LENGTH

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.operations import AnyRequest
    from imagewidgets.sweeps.cells import Cell

MOST_CELLS = 100_000
"""How many requests one run may have, and a plan looks at."""

_NAMED = 5  # cells that a message names


@dataclass(frozen=True)
class Plan:
    """What a run would do now.

    Attributes
    ----------
    requests, pictures : int
        How many cells it would ask for, and how many pictures these have.
    recorded : int
        How many of the cells are answered from the gallery, as the names of its files tell.
    refused : int
        How many cells beside these break a rule of their model, and are never sent.
    cost : prices.Estimate or None
        What it may cost, as far as prices are known; None where none is, and where it is free.
    cost_known : bool
        Whether the prices of all that is sent are known.
    free : bool
        Whether it costs nothing: all is recorded, or made on this machine.
    replay_only : bool
        Whether nothing is ever sent, so that what is not recorded is an error.
    too_many : bool
        Whether there are more requests than one run may have. Nothing was looked at, then, and nothing else is told.
    """

    requests: int
    pictures: int
    recorded: int = 0
    refused: int = 0
    cost: prices.Estimate | None = None
    cost_known: bool = True
    free: bool = False
    replay_only: bool = False
    too_many: bool = False

    def __str__(self) -> str:
        """Say it in one sentence: ``16 requests for 32 pictures, 4 of them recorded already; about $0.42 · …``."""
        if self.too_many:
            return f"{self.requests:,} requests; one run has at most {MOST_CELLS:,}. Take a sample with sample(20)."
        said = [_requests(self.requests)]
        if self.requests:
            said[0] += f" for {count_pictures(self.pictures)}"
        if self.recorded:
            said.append(f"{_part(self.recorded, self.requests)} recorded already")
        if self.refused:
            said.append(
                f"{self.refused:,} {'more ' if self.requests else ''}refused by the rules of {_its(self.refused)}"
            )
        return "; ".join(part for part in (", ".join(said), self.cost_sentence) if part)

    @property
    def cost_sentence(self) -> str:
        """What it costs, in words: ``about $0.42 · prices of 2026-09``; empty where nothing is sent."""
        if not self.requests:
            return ""
        if self.replay_only and self.recorded < self.requests:
            return "nothing is sent: the rest must be recorded first" if self.recorded else "nothing is sent"
        if self.free:
            return "free: replayed from the gallery" if self.recorded == self.requests else "free: made on this machine"
        if self.cost is None:
            return "no price is known"
        return str(replace(self.cost, complete=self.cost_known and self.cost.complete))


def plan_of(cells: Sequence[Cell], client: Client, *, refused: int) -> Plan:
    """Return the plan for these cells, of which none is refused."""
    asked = [(cell, request) for cell in cells if (request := cell.request) is not None]
    found = client.seem_recorded([(request, cell.take) for cell, request in asked])
    sent = [part for each, there in zip(asked, found, strict=True) if not there for part in _left(*each)]
    where = client.destination
    free = where.icon == "offline" or not sent
    estimates = [
        prices.estimate(part.parameters(), service=where.host, pictures_sent=sum(map(len, part.files().values())))
        for part in ([] if free else sent)
    ]
    known = [estimate for estimate in estimates if estimate is not None]
    return Plan(
        requests=len(asked),
        pictures=sum(part.n or 1 for each in asked for part in _left(*each)),
        recorded=sum(found),
        refused=refused,
        cost=_sum(known),
        cost_known=len(known) == len(estimates),
        free=free,
        replay_only=client.replay == "only",
    )


def _left(cell: Cell, request: AnyRequest) -> Sequence[AnyRequest]:
    """Return what is to be asked for: all of the request, or those of its parts that have failed."""
    earlier = cell.response if cell.state == "failed" else None
    return earlier.missing if earlier is not None and earlier.missing else (request,)


def check_recorded(cells: Sequence[Cell], client: Client) -> None:
    """Refuse to ask for cells of which some are not recorded, where nothing may be sent (``replay="only"``).

    Raises
    ------
    NotRecordedError
        It names some of them, and says how to record them.
    """
    if client.replay != "only" or client.gallery is None:
        return
    asked = [(cell, cell.request) for cell in cells if cell.request is not None]
    found = client.seem_recorded([(request, cell.take) for cell, request in asked])
    missing = [each for each, there in zip(asked, found, strict=True) if not there]
    # Names of files may say too little: whoever is to be told that something is missing has it looked for.
    while missing and client.recorded(missing[0][1], missing[0][0].take) is not None:
        del missing[0]
    if not missing:
        return
    first, request = missing[0]
    named = "; ".join(_words(cell, request) for cell, request in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED:,} more" if len(missing) > _NAMED else ""
    name = client.gallery.name
    path = "" if client.gallery.folder.is_dir() else " There is no such folder; is the path right?"
    one = len(missing) == 1
    which = (
        "The request is" if len(asked) == 1 else f"{len(missing):,} of {len(asked):,} requests {'is' if one else 'are'}"
    )
    it = "it" if one else "them"
    raise NotRecordedError(
        f"{which} not recorded in the gallery {name!r}: {named}{more}.{path} To record {it}, run this once with "
        f"iw.configure(gallery={name!r}, replay='auto') and the service that is to make {it}; what is recorded already "
        "is not asked for again.",
        digest=request_digest(request, first.take),
        take=first.take,
    )


def _words(cell: Cell, request: AnyRequest) -> str:
    """Return what tells a cell from the others, or where there is one, its prompt."""
    words = ", ".join(cell.labels.values()) or str(getattr(request, "prompt", "")) or request.operation
    return f"“{shortened(words, LABEL_LENGTH)}”"


def _sum(estimates: Iterable[prices.Estimate]) -> prices.Estimate | None:
    found = list(estimates)
    if not found:
        return None
    return prices.Estimate(
        least=sum(each.least for each in found),
        most=sum(each.most for each in found),
        date=min(each.date for each in found),
        complete=all(each.complete for each in found),
    )


def _requests(count: int) -> str:
    return {0: "Nothing to send", 1: "1 request"}.get(count, f"{count:,} requests")


def _part(part: int, whole: int) -> str:
    if part < whole:
        return f"{part:,} of them"
    return "all of them" if whole > 1 else "which is"


def _its(count: int) -> str:
    return "its model" if count == 1 else "their models"
