"""What a benchmark in a browser runs in: a folder, a JupyterLab server, one Chromium, and notebooks."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.harness import NB
from tests.browser.server import Server, chromium, clean_environment, write_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Page

PATIENCE = 60_000  # ms


class Started(NamedTuple):
    """What has been started."""

    folder: Path
    browser: Browser
    server: Server


@contextmanager
def started(*arguments: str) -> Iterator[Started]:
    """Start the server and the browser, with these arguments beside the usual ones; stop them at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = Server(folder)
        stack.callback(server.close)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[*CHROMIUM_ARGUMENTS, *arguments],
            env={**clean_environment(folder / "home")},
        )
        stack.callback(browser.close)
        yield Started(folder, browser, server)


def open_notebook(
    server: Server, page: Page, name: str, cells: Sequence[str], *, python: Path | None = None, port: int | None = None
) -> NB:
    """Write a notebook and open it; none of its cells has run.

    Its kernel is run by `python`, or by the server's own; `port` is that of a proxy in front of the server.
    """
    path = server.root / name
    write_notebook(path, cells)
    if python is not None:
        content = json.loads(path.read_text())
        content["metadata"]["kernelspec"] = _kernel(server.home, python)
        path.write_text(json.dumps(content))
    notebook = NB(page, name, server.address(name, "lab", port=port))
    notebook.open()
    return notebook


def _kernel(home: Path, python: Path) -> dict[str, str]:
    """Make a kernel of the peers known to the server, and return what a notebook says to get it."""
    folder = home / "data" / "kernels" / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Peers", "language": "python"}))
    return {"name": "peers", "display_name": "Peers", "language": "python"}
