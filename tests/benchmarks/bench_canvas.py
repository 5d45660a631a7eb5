"""How the mask canvas feels, and what it costs, beside wigglystuff's Paint and Gradio's ImageEditor.

Run ``python -m tests.benchmarks.bench_canvas`` where the package is installed with its ``test`` extra, on a machine
with a Chromium; ``--only latency`` runs one part. The peers go into an environment of their own on the first run; where
they cannot be installed the canvas is measured alone.

A point of a stroke counts as seen in the frame that shows its ink, from the moment at which the browser got the event.
No page can do better than the next frame: the floor is a bare canvas, alone on its page, that draws in the event. What
is as quick as that is said to be at the floor. Where times of the same kind are compared, the canvases take turns. The
ImageEditor has its picture at the size it gives it by itself, 290 px on the screen; ours has 530, Paint 1024.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks import _canvas_drawing, _canvas_large, _canvas_messages
from tests.benchmarks._canvas_session import session
from tests.benchmarks._canvas_table import table
from tests.benchmarks._run import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks._canvas_session import Session
    from tests.benchmarks._canvas_table import Row

PARTS: dict[str, tuple[Callable[[Session, int], list[Row]], int]] = {
    "latency": (_canvas_drawing.latency, 3),
    "synthetic": (_canvas_drawing.synthetic, 2),
    "stroke": (_canvas_messages.stroke, 4),
    "hover": (_canvas_messages.hover, 2),
    "undo": (_canvas_drawing.undo, 5),
    "wand": (_canvas_large.wand, 5),
    "export": (_canvas_large.export, 9),
    "large": (_canvas_large.large, 3),
}
"""Each part, and how many rounds of it are run."""


if __name__ == "__main__":
    run("Measure the mask canvas beside its peers.", PARTS, session=session, table=table, peers="Paint and ImageEditor")
