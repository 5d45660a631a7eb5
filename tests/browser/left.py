"""A notebook as it is left behind: run once, as ``jupyter nbconvert --execute`` does, with no page open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from tests.browser.server import clean_environment, write_notebook

RUN_LIMIT = 180  # s

# As people work: a widget is shown first, and what happens to it comes later, from another cell or by a click.
REQUEST = {"size": "128x128", "n": 2, "seed": 7}
CELLS = [
    f"import imagewidgets as iw\nform = iw.PromptForm('a red fox', **{REQUEST!r})\nform",
    "grid = iw.ResultGrid()\ngrid",
    "grid.append(form.submit().result())",
    "canvas = iw.MaskCanvas(form.images[0])\ncanvas",
    "canvas.add_rectangle(10, 10, 50, 50)",
    "studio = iw.ImageStudio()\nstudio",
    "made = studio.create('a red fox', size='128x128', n=2, seed=7).result()",
    "form.response",
    "form.images[0]",
]
SHOWN = {"form": 0, "grid": 1, "canvas": 3, "studio": 5, "response": 7}
"""The cell of each thing that is shown with words."""
WIDGETS = ("form", "grid", "canvas", "studio")
PICTURES = {"form": 2, "grid": 2, "canvas": 3, "studio": 2, "response": 2}
"""How many pictures each has to show."""
PLAIN = 8
"""The cell with a picture alone."""


def run_notebook(folder: Path) -> Any:
    """Run these cells in a kernel of their own and return the notebook, with the state of its widgets in it."""
    write_notebook(folder / "run.ipynb", CELLS)
    command = ["nbconvert", "--execute", "--to", "notebook", "--output", "done.ipynb", "run.ipynb"]
    subprocess.run(
        [sys.executable, "-m", "jupyter", *command],
        cwd=folder,
        env=clean_environment(folder),
        check=True,
        timeout=RUN_LIMIT,
        capture_output=True,
    )
    return nbformat.read(folder / "done.ipynb", 4)
