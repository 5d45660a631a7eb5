"""What is measured of the widgets."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.benchmarks import _widgets_cells as cells
from tests.benchmarks._session import PATIENCE
from tests.benchmarks._table import Sample
from tests.benchmarks._widgets_cells import DISPLAY, GALLERY, IPYPLOT, OURS, TEN, Shown
from tests.benchmarks._widgets_session import processor
from tests.benchmarks._widgets_table import Row

if TYPE_CHECKING:
    from tests.benchmarks._widgets_session import Cost, Session, View

BEFORE = {OURS: cells.IMPORT_OURS, DISPLAY: cells.IMPORT_SDK, GALLERY: cells.IMPORT_PEERS, IPYPLOT: cells.IMPORT_PEERS}
LARGE_LOOKS = range(0, TEN, 3)  # places: those between are fetched ahead with the one beside them
SPEED, SCROLLED = 3000, 3000  # px a s, ms
ALL_MADE = 300  # s, for the thumbnails of 1,000 pictures
Costs = dict[str, list["Cost"]]


def paint(session: Session, rounds: int) -> list[Row]:
    """Measure the first paint of each widget of a fresh page and kernel; they take turns at being the first of all."""
    costs: dict[str, list[Cost]] = defaultdict(list)
    for number in range(rounds):
        view = session.open([shown.cell for shown in cells.WIDGETS], before=[cells.IMPORT_OURS])
        for place in range(len(cells.WIDGETS)):
            index = (place + number) % len(cells.WIDGETS)
            shown = cells.WIDGETS[index]
            costs[shown.name].append(view.show(index, shown))
            view.clear()
        _close(session, view)
    rows = []
    for shown in cells.WIDGETS:
        name = f"{shown.name}, end of the cell to first paint"
        rows.append(_row(name, "ms", {OURS: costs[shown.name]}, lambda cost: cost.after_end).at_most(300))
    return rows


def ten(session: Session, rounds: int) -> list[Row]:
    """Show ten pictures that the kernel has, and the same ten asked for from a server; save the notebook."""
    in_hand = _candidates(session, cells.IN_HAND, rounds)
    asked = _candidates(session, cells.ASKED, rounds)
    return [
        _row("10 pictures in hand, run to painted", "ms", in_hand, lambda cost: cost.total),
        _row("… processor time", "ms of it", in_hand, lambda cost: cost.kernel + cost.browser),
        _row("… bytes", "kB", in_hand, lambda cost: cost.kilobytes),
        _row("… added to the saved notebook", "kB", in_hand, lambda cost: cost.saved).at_most(400),
        _lines("… lines of code", cells.IN_HAND, in_hand),
        _row("10 asked for (display: with the SDK), run to painted", "ms", asked, lambda cost: cost.total),
        _row("… processor time", "ms of it", asked, lambda cost: cost.kernel + cost.browser),
        _row("… bytes", "kB", asked, lambda cost: cost.kilobytes),
        _row("… added to the saved notebook", "kB", asked, lambda cost: cost.saved).at_most(400),
        _lines("… lines of code", cells.ASKED, asked),
    ]


def hundred(session: Session, rounds: int) -> list[Row]:
    """Show a hundred pictures that the kernel has; of the Gallery, only those that can be seen need be painted."""
    costs: Costs = defaultdict(list)
    since_made: list[float] = []
    for _ in range(rounds):
        for shown in _possible(session, cells.MANY_IN_HAND):
            with _opened(session, shown, cells.MANY) as view:
                cost = view.show(0, shown)
                costs[shown.name].append(cost)
                if shown.name == OURS:
                    since_made.append((cost.painted - view.notebook.kernel_eval("max(made)")) * 1e3)
    return [
        Row("100 pictures, thumbnails made to all painted", "ms", {OURS: Sample(since_made)}).at_most(1000),
        _row("… run to painted (Gallery: those in sight)", "ms", costs, lambda cost: cost.total),
        _row("… processor time", "ms of it", costs, lambda cost: cost.kernel + cost.browser),
        _row("… messages", "count", {OURS: costs[OURS]}, lambda cost: cost.messages).at_most(10),
        _row("… bytes", "kB", costs, lambda cost: cost.kilobytes).at_most(2000),
        _row("… added to the saved notebook", "kB", costs, lambda cost: cost.saved),
    ]


def thousand(session: Session, rounds: int) -> list[Row]:
    """Show a thousand pictures, and scroll them once all thumbnails are there."""
    costs, rates, resting = [], [], []
    for _ in range(rounds):
        view = session.open([cells.THOUSAND_GRID.cell], before=[cells.IMPORT_OURS, cells.THOUSAND_IN_HAND])
        costs.append(view.show(0, cells.THOUSAND_GRID))
        view.notebook.wait_for_kernel("grid._worker is None", timeout=ALL_MADE)
        view.quiet()
        for values, selector in ((resting, None), (rates, cells.GRID_LIST), (resting, None)):
            result = view.page.evaluate(
                "([selector, speed, ms]) => painted.scroll(selector, speed, ms)", [selector, SPEED, SCROLLED]
            )
            if selector and not result["scrolled"]:
                raise RuntimeError("The list of 1,000 pictures did not scroll.")
            values.append(result["rate"])
        _close(session, view)
    return [
        _row("1,000 pictures, run to first screen", "ms", {OURS: costs}, lambda cost: cost.total).at_most(3000),
        Row("… scrolling", "frames a s", {OURS: Sample(rates)}, Sample(resting)).at_least(50),
    ]


def lightbox(session: Session, rounds: int) -> list[Row]:
    """Open pictures by a double click, such as no view has fetched yet."""
    looks: list[tuple[float, float, float]] = []
    for _ in range(rounds):
        view = session.open([cells.IN_HAND[0].cell], before=[cells.IMPORT_OURS])
        view.show(0, cells.IN_HAND[0])
        looks += [_large_look(view, number) for number in LARGE_LOOKS]
        _close(session, view)
    times, kernel, browser = (Sample(values) for values in zip(*looks, strict=True))
    row = Row("lightbox, click to original painted", "ms", {OURS: times}, processor=(kernel, browser))
    return [row.at_most(250)]


def _large_look(view: View, number: int) -> tuple[float, float, float]:
    """Open a picture; return the ms until its original is painted: from the click, of the kernel, of the browser."""
    what = {"images": cells.LARGE_IMAGE, "count": 1, "side": cells.SIDE, "patience": PATIENCE}
    view.page.evaluate("what => { painted.after('dblclick', what); }", what)
    used = processor()
    view.page.locator(cells.GRID_HIT).nth(number).dblclick()
    taken: float | None = view.page.evaluate("painted.finish()")
    kernel, browser = (time - used[kind] for kind, time in processor().items())
    if taken is None:
        raise TimeoutError("The lightbox shows no original.")
    view.quiet()
    view.page.keyboard.press("Escape")
    return taken, kernel, browser


def _possible(session: Session, candidates: Sequence[Shown]) -> list[Shown]:
    return [shown for shown in candidates if session.peers or shown.name in (OURS, DISPLAY)]


def _candidates(session: Session, candidates: Sequence[Shown], rounds: int) -> Costs:
    """Show what each candidate shows, each time in a fresh page and kernel."""
    costs: Costs = defaultdict(list)
    for _ in range(rounds):
        for shown in _possible(session, candidates):
            with _opened(session, shown) as view:
                costs[shown.name].append(view.show(0, shown))
    return costs


@contextmanager
def _opened(session: Session, shown: Shown, *before: str) -> Iterator[View]:
    """Open a notebook for a candidate. Where a peer takes too long, say so, and go on without that round of it."""
    view = session.open([shown.cell], before=[*before, BEFORE[shown.name]], peers=shown.name in (GALLERY, IPYPLOT))
    try:
        yield view
    except TimeoutError as error:
        if shown.name == OURS:
            raise
        sys.stdout.write(f"Left out: {error}\n")
    finally:
        _close(session, view)


def _close(session: Session, view: View) -> None:
    view.close()
    session.shut_down()


def _row(name: str, unit: str, costs: Costs, value: Callable[[Cost], float]) -> Row:
    row = Row(name, unit, {candidate: Sample([value(cost) for cost in some]) for candidate, some in costs.items()})
    if unit == "ms":
        ours = costs[OURS]
        row.processor = Sample([cost.kernel for cost in ours]), Sample([cost.browser for cost in ours])
    return row


def _lines(name: str, candidates: Sequence[Shown], costs: Costs) -> Row:
    return Row(name, "count", {shown.name: Sample([shown.lines]) for shown in candidates if shown.name in costs})
