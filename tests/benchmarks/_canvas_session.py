"""What the measurements of the canvas run in: a JupyterLab, Gradio, one Chromium, and pages with a canvas in each."""

from __future__ import annotations

import io
import json
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from tests.benchmarks._canvas_tools import EDITOR, FLOOR, FLOOR_PAGE, OURS, PAINT, Tool
from tests.benchmarks._mouse import Mouse
from tests.benchmarks._server import photo
from tests.benchmarks._session import PATIENCE, open_notebook, started
from tests.browser.network import DelayProxy
from tests.browser.server import _free_port, clean_environment

if TYPE_CHECKING:
    import queue
    import socket
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.benchmarks._session import Started
    from tests.browser.harness import NB

WIDTH, HEIGHT = 1500, 1300  # CSS px of the window: Paint shows its 1024 px unscaled
EDITOR_WIDTH = 1280  # CSS px; the editor draws all of its width in each frame, and needs no more
GRAPHICS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # WebGL, for the ImageEditor
PROBE = (Path(__file__).parent / "_probe.js").read_text()
TILE = 1024  # px
REACH = 0.7  # of the picture's shorter side: how far a stroke may go
START = 120.0  # s, for a server to start

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def write_picture(path: Path, side: int) -> None:
    """Write a picture of `side` × `side` px, as hard to pack as a photo, as PNG."""
    tile = np.asarray(Image.open(io.BytesIO(photo(TILE))))
    times = -(-side // TILE)
    Image.fromarray(np.tile(tile, (times, times, 1))[:side, :side]).save(path, compress_level=1)


class _Counted:
    """A socket whose received bytes are counted."""

    def __init__(self, source: socket.socket, proxy: Distance) -> None:
        self._source, self._proxy = source, proxy

    def recv(self, size: int) -> bytes:
        chunk = self._source.recv(size)
        self._proxy.bytes += len(chunk)
        return chunk


class Distance(DelayProxy):
    """A proxy that delays, and counts the bytes that go through it, both ways together."""

    bytes = 0

    def _read(self, source: Any, waiting: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        super()._read(_Counted(source, self), waiting)  # type: ignore[arg-type]


class Scene:
    """A page with one canvas in it.

    `notebook` is None and `proxy` is set for the ImageEditor; its answers lie in `log`.
    """

    def __init__(self, tool: Tool, page: Page, mouse: Mouse, notebook: NB | None, log: Path | None) -> None:
        self.tool, self.page, self.mouse, self.log = tool, page, mouse, log
        self._notebook = notebook
        self.proxy: Distance | None = None
        self.rows = 0  # strokes so far: each has a row of its own

    @property
    def notebook(self) -> NB:
        """The notebook that the canvas is in."""
        if self._notebook is None:
            raise TypeError(f"{self.tool.name} is in no notebook.")
        return self._notebook

    def wait_until_shown(self) -> None:
        """Wait until the canvas has pixels, and bring it into the window."""
        self.page.wait_for_function("selector => document.querySelector(selector)?.width > 1", arg=self.tool.surface)
        # At once: playwright's own way waits for frames, which the editor has few of on a large picture.
        reveal = "selector => document.querySelector(selector).scrollIntoView({ block: 'nearest' })"
        self.page.evaluate(reveal, self.tool.target)
        if self.tool is EDITOR:
            self.page.wait_for_timeout(2000)  # it takes no strokes before, and nothing on its page says when it does
        self.page.wait_for_timeout(300)

    def next_stroke(self, count: int, step: float) -> list[tuple[float, float]]:
        """Return the points of a stroke of `count` moves in a row with no ink in it: CSS px of the window."""
        box = self.page.locator(self.tool.surface).bounding_box()
        assert box is not None
        side = REACH * min(box["width"], box["height"])
        if count * step > side:
            raise ValueError(f"A stroke of {count * step:g} px is longer than {side:g} px, what there is room for.")
        x = box["x"] + (box["width"] - count * step) / 2
        y = box["y"] + (box["height"] - side) / 2 + (12 * self.rows) % side
        self.rows += 1
        return [(x + number * step, y) for number in range(count + 1)]

    def watch(self, y: float, lead: float) -> dict[str, Any]:
        """Return what `_probe.js` is told about this canvas."""
        return {"selector": self.tool.surface, "ink": self.tool.ink, "y": y, "lead": lead}

    def answers(self) -> list[dict[str, Any]]:
        """Return what the ImageEditor's server has printed."""
        assert self.log is not None
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def close(self) -> None:
        """Close the page."""
        self.mouse.close()
        self.page.context.close()


class Session:
    """Opens pages. Use `session()`."""

    def __init__(self, place: Started, debugger: int, peers: Path | None) -> None:
        self.folder, self.peers = place.folder, peers
        self._place, self._debugger = place, debugger
        self._stack = ExitStack()
        self._count = 0
        self._editors: dict[int, tuple[int, Path]] = {}  # side of the picture: port of the server, its log
        self._proxies: dict[tuple[int, float], Distance] = {}

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The canvases that can be measured here."""
        return (OURS, PAINT, EDITOR) if self.peers else (OURS,)

    def picture(self, side: int) -> Path:
        """Return the path of a picture, `side` × `side` px."""
        path = self.folder / f"picture-{side}.png"
        if not path.exists():
            write_picture(path, side)
        return path

    def proxy(self, port: int, delay: float) -> Distance:
        """Return a proxy in front of `port` that delays by so many s each way."""
        if (port, delay) not in self._proxies:
            self._proxies[port, delay] = self._stack.enter_context(Distance(port, delay=delay))
        return self._proxies[port, delay]

    def open(self, tool: Tool, *, side: int = 1024, delay: float = 0.0, show: bool = True) -> Scene:
        """Open a page with `tool` on a picture of `side` px; in a notebook cell 0 loads it and cell 1 shows it."""
        width = EDITOR_WIDTH if tool is EDITOR else WIDTH
        context = self._place.browser.new_context(viewport={"width": width, "height": HEIGHT})
        context.set_default_timeout(PATIENCE)
        context.add_init_script(PROBE)
        page = context.new_page()
        mouse = Mouse(page, self._debugger)
        if tool is FLOOR:
            path = self.folder / "floor.html"
            path.write_text(FLOOR_PAGE)
            page.goto(path.as_uri())
            scene = Scene(tool, page, mouse, None, None)
        elif tool is EDITOR:
            port, log = self._editor(side)
            scene = Scene(tool, page, mouse, None, log)
            scene.proxy = self.proxy(port, delay)
            page.goto(f"http://127.0.0.1:{scene.proxy.port}/", wait_until="commit")
        else:
            scene = Scene(tool, page, mouse, self._notebook(page, tool, side, delay), None)
            scene.notebook.run_cell(0)
            if show:
                scene.notebook.run_cell(1)
        if show:
            scene.wait_until_shown()
        return scene

    def _notebook(self, page: Page, tool: Tool, side: int, delay: float) -> NB:
        self._count += 1
        server = self._place.server
        return open_notebook(
            server,
            page,
            f"{tool.name}-{self._count}.ipynb",
            [tool.load.format(picture=str(self.picture(side))), tool.show],
            python=None if tool is OURS else self.peers,
            port=self.proxy(server.port, delay).port if delay else None,
        )

    def _editor(self, side: int) -> tuple[int, Path]:
        """Start Gradio with a picture of `side` px, once."""
        if side not in self._editors:
            port, log = _free_port(), self.folder / f"gradio-{side}.log"
            app = Path(__file__).parent / "_gradio_app.py"
            with log.open("wb") as output:
                process = subprocess.Popen(
                    [str(self.peers), str(app), str(port), str(self.picture(side))],
                    env=clean_environment(self.folder),
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            self._stack.callback(process.wait)
            self._stack.callback(process.terminate)
            _wait_for(port, process, log)
            self._editors[side] = port, log
        return self._editors[side]

    def close(self) -> None:
        """Stop what was started here."""
        self._stack.close()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START
    while process.poll() is None and time.monotonic() < end:
        try:
            with _direct.open(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise RuntimeError(f"Gradio did not start. Its log ends:\n{log.read_text()[-3000:]}")


@contextmanager
def session(peers: Path | None) -> Iterator[Session]:
    """Start the server and the browser; stop them at the end."""
    debugger = _free_port()
    with started(*GRAPHICS, f"--remote-debugging-port={debugger}") as place:
        opened = Session(place, debugger, peers)
        try:
            yield opened
        finally:
            opened.close()
