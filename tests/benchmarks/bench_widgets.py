"""How soon the widgets are painted, and what they cost, beside gr.Gallery, ipyplot, and the SDK with plain `display`.

Run ``python -m tests.benchmarks.bench_widgets`` where the package is installed with its ``test`` extra, on a machine
with a Chromium; ``--only paint`` runs one part. The peers go into an environment of their own on the first run; where
they cannot be installed only what needs none of them is measured.

All show the same pictures, 1024 × 1024 px and as hard to pack as photos, each in a JupyterLab page and a kernel of its
own, imports done. Painted is what the browser has drawn: pictures are loaded and decoded, and the frame with them is
over. Bytes are all that goes between page and server because of the cell, scripts too. Processor time counts until
then; on a busy machine it says more than the clock does.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from tests.benchmarks import _peers, _widgets_parts
from tests.benchmarks._table import load
from tests.benchmarks._widgets_session import session
from tests.benchmarks._widgets_table import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks._widgets_session import Session
    from tests.benchmarks._widgets_table import Row

PARTS: dict[str, tuple[Callable[[Session, int], list[Row]], int]] = {
    "paint": (_widgets_parts.paint, 4),
    "ten": (_widgets_parts.ten, 2),
    "hundred": (_widgets_parts.hundred, 2),
    "thousand": (_widgets_parts.thousand, 2),
    "lightbox": (_widgets_parts.lightbox, 1),
}
"""Each part, and how many rounds of it are run."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the widgets beside their peers.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="run these parts alone")
    parser.add_argument("--rounds", type=int, help="instead of each part's own number")
    parser.add_argument("--alone", action="store_true", help="leave out the peers that have to be installed")
    options = parser.parse_args()
    peers, sentence = (None, "they were left out") if options.alone else _peers.install()
    say(sentence if peers else f"gr.Gallery and ipyplot are not measured: {sentence}.")
    rows: list[Row] = []
    with session(peers) as opened:
        for name in options.only:
            part, rounds = PARTS[name]
            before, start = load(), time.monotonic()
            measured = part(opened, options.rounds or rounds)
            say(f"\n{name}: {time.monotonic() - start:.0f} s, {before} before, {load()} after\n{table(measured)}")
            rows += measured
    say(f"\n{table(rows)}")
    bars = [bar for row in rows for bar in row.bars]
    say(f"{sum(not (bar.met or bar.at_floor) for bar in bars) or 'None'} of {len(bars)} bars missed")


if __name__ == "__main__":
    main()
