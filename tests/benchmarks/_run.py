"""What the benchmarks in a browser do when they are started: parts, peers, a table after each part and one of all."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from tests.benchmarks import _peers
from tests.benchmarks._table import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager


def run(
    description: str,
    parts: Mapping[str, tuple[Callable[[Any, int], list[Any]], int]],
    *,
    session: Callable[[Any], AbstractContextManager[Any]],
    table: Callable[[Sequence[Any]], str],
    peers: str,
) -> None:
    """Run the parts that the command line names.

    `parts` holds, by name, what measures rows in a session and how many rounds it runs; `peers` names, in words, what
    is left out where the peers cannot be installed.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--only", nargs="+", choices=parts, default=list(parts), help="run these parts alone")
    parser.add_argument("--rounds", type=int, help="instead of each part's own number")
    parser.add_argument("--alone", action="store_true", help="leave out the peers that have to be installed")
    options = parser.parse_args()
    installed, sentence = (None, "they were left out") if options.alone else _peers.install()
    _say(sentence if installed else f"{peers} are not measured: {sentence}.")
    rows: list[Any] = []
    with session(installed) as opened:
        for name in options.only:
            part, rounds = parts[name]
            before, start = load(), time.monotonic()
            measured = part(opened, options.rounds or rounds)
            _say(f"\n{name}: {time.monotonic() - start:.0f} s, {before} before, {load()} after\n{table(measured)}")
            rows += measured
    _say(f"\n{table(rows)}")
    missed = [bar for row in rows for bar in row.bars if not bar.met]
    at_floor = sum(bar.at_floor for bar in missed)
    _say(
        f"{len(missed) or 'None'} of {sum(len(row.bars) for row in rows)} bars missed, {at_floor} of them at the floor"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
