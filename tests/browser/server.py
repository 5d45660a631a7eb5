"""What a browser test runs against: a JupyterLab server with folders of its own, notebooks in it, and Chromium.

One server answers for both front ends, JupyterLab and Notebook 7.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence
FrontEnd = Literal["lab", "notebook"]

LIGHT = "JupyterLab Light"
DARK = "JupyterLab Dark"

KERNEL = os.environ.get("KERNEL_PYTHON")
"""The Python that runs notebooks, where it is not this one (`make kernels`)."""

SERVER_START = 90.0  # seconds; the first start after an installation compiles every module
SERVER_STOP = 15.0  # seconds
REPLY = 60.0  # seconds, for the server's own API; a kernel at work is given some before it is killed

PORTS = range(15_000, 30_000)

# What would cover the page, move it, or ask the network; and windowing, which leaves cells out of the page.
SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
        "doNotDisturbMode": True,
    },
    "@jupyterlab/apputils-extension:themes": {"theme": LIGHT, "adaptive-theme": False},
    "@jupyterlab/completer-extension:manager": {"autoCompletion": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}

# A test talks to this machine only: a proxy meant for the internet must not come between.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def chromium() -> str:
    """Return the Chromium to use: the environment's ``CHROMIUM``, or the first one installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), "/usr/bin/chromium")
    if not Path(found).exists():
        raise FileNotFoundError(f"No Chromium at {found}: install it, or set CHROMIUM to the path of one.")
    return found


def clean_environment(home: Path) -> dict[str, str]:
    """Return this process's environment with `home` in place of every personal folder, and no key."""
    personal = ("OPENAI_", "JUPYTER", "IPYTHON", "XDG_", "IMAGEWIDGETS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(personal)}
    return {
        **kept,
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }


class Server:
    """A JupyterLab and Notebook 7 server on a free port, run by this Python.

    Parameters
    ----------
    folder
        Where it may write. Notebooks lie in ``folder/notebooks``, its own files in ``folder/home``.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "notebooks"
        self.home = folder / "home"
        self.root.mkdir()
        self.home.mkdir()
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        for plugin, values in SETTINGS.items():
            extension, _, name = plugin.partition(":")
            path = self.home / "settings" / extension / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        if KERNEL is not None:
            write_kernel(self.home / "data" / "kernels" / "tested", KERNEL)
        self._log: IO[bytes] = (self.home / "server.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", *self._options()],
            env=clean_environment(self.home),
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_up()
        except BaseException:
            self.close()
            raise

    def _options(self) -> list[str]:
        return [
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            "--ServerApp.terminals_enabled=False",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.news_url=",
            "--LabApp.extension_manager=readonly",
            # Gives the page `window.jupyterapp`, by which NB runs commands and reads the session.
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ]

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + SERVER_START
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                self.request("GET", "/api/status")
            except OSError:  # of which the library's own errors are some, and not all
                time.sleep(0.1)
            else:
                return
        log = (self.home / "server.log").read_text(errors="replace")[-3000:]
        raise RuntimeError(f"JupyterLab did not start (exit status {self._process.poll()}). Its log ends:\n{log}")

    def request(self, method: str, path: str) -> Any:
        """Send a request to the server's own API and return the parsed reply, None where it is empty."""
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"token {self.token}"}
        )
        with _direct.open(request, timeout=REPLY) as reply:
            body = reply.read()
        return json.loads(body) if body else None

    def address(self, name: str, front_end: FrontEnd, *, port: int | None = None) -> str:
        """Return the address of notebook `name`; `port` is that of a proxy in front of the server."""
        base = f"http://127.0.0.1:{port or self.port}"
        if front_end == "notebook":
            return f"{base}/notebooks/{quote(name)}?token={self.token}"
        # The single-document page, without what an earlier test left in the workspace.
        return f"{base}/doc/tree/{quote(name)}?reset&token={self.token}"

    def shut_down_kernels(self) -> None:
        """Shut down every kernel: called after each test, or each would leave one running."""
        for session in self.request("GET", "/api/sessions"):
            self.request("DELETE", f"/api/sessions/{session['id']}")

    def close(self) -> None:
        """Stop the server and its kernels."""
        self._process.send_signal(signal.SIGTERM)  # shuts the kernels down too, and asks nothing
        try:
            self._process.wait(SERVER_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def _free_port() -> int:
    """Return a port that is free, and stays so until the server takes it.

    The ports that a system gives to whoever asks for any (49152 and up; on Linux 32768 and up) are taken quickly: by
    kernels, by Chromium, by the tests next door.
    """
    for port in secrets.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:  # somebody else's
                continue
            return port
    raise RuntimeError(f"No port is free among 100 from {PORTS.start} to {PORTS.stop - 1}.")


def write_kernel(folder: Path, python: str) -> None:
    """Tell Jupyter of a kernel that is run by another Python."""
    folder.mkdir(parents=True)
    command = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Tested", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))


def write_notebook(path: Path, cells: Sequence[str]) -> None:
    """Write a notebook of code cells to `path`; a cell that starts with ``#md `` is Markdown."""
    name = "python3" if KERNEL is None else "tested"
    notebook = {
        "metadata": {"kernelspec": {"name": name, "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 4,
        "cells": [_markdown_cell(cell[4:]) if cell.startswith("#md ") else _code_cell(cell) for cell in cells],
    }
    path.write_text(json.dumps(notebook))


def _code_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def _markdown_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}
