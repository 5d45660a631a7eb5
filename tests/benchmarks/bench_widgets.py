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

from typing import TYPE_CHECKING

from tests.benchmarks import _widgets_parts
from tests.benchmarks._run import run
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


if __name__ == "__main__":
    run("Measure the widgets beside their peers.", PARTS, session=session, table=table, peers="gr.Gallery and ipyplot")
