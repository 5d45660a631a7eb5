"""Run notebooks anew and write their outputs into them: ``python -m tests.run_notebooks notebooks/05*.ipynb``.

Without arguments it runs those whose pictures are recorded in ``notebooks/report-images``. ``--record`` makes what is
not recorded yet; without it they run as their readers run them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

REPORTS = (Path("notebooks/04_prompt_sweep.ipynb"), Path("notebooks/05_reproducible_report.ipynb"))
SECONDS = 300  # a cell


def run(path: Path, *, record: bool = False) -> None:
    """Run a notebook in its folder, and replace its outputs."""
    notebook: Any = nbformat.read(path, as_version=4)
    changed = {cell.id: cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())}
    if record:
        for cell in notebook.cells:
            if cell.id in changed:
                cell.source += '\nreplay = "auto"'
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        record_timing=False,
    )
    client.execute()
    for cell in notebook.cells:
        cell.source = changed.get(cell.id, cell.source)
    nbformat.write(notebook, path)


def main() -> None:
    """Run those that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, default=list(REPORTS))
    parser.add_argument("--record", action="store_true", help="make, and record, what is not recorded yet")
    options = parser.parse_args()
    for path in options.notebooks:
        run(path, record=options.record)


if __name__ == "__main__":
    main()
