"""Runs a cell in a real notebook, and tells when its output was painted and what it cost."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks._server import answer, photo, serving
from tests.benchmarks._session import PATIENCE, open_notebook, started
from tests.benchmarks._widgets_cells import BEFORE, PROMPT, SIDE, TEN, Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Frame, Page

    from tests.benchmarks._session import Started
    from tests.browser.harness import NB

WIDTH, HEIGHT = 1280, 1000  # CSS px of the window
PROBE = (Path(__file__).parent / "_painted.js").read_text()
QUIET = 500  # ms without a message: then nothing more comes
TICK = 1 / os.sysconf("SC_CLK_TCK")  # s
BOOKKEEPING = frozenset({"status", "execute_input", "execute_request", "execute_reply"})  # of every cell there is

# Runs cell `arg.cell`, and begins to look for what it brings in the same moment.
_RUN = """
    panel.content.activeCellIndex = arg.cell;
    panel.content.deselectAll();
    const start = arg.what ? painted.begin(arg.what) : painted.epoch();
    await app.commands.execute("notebook:run-cell");
    return start;
"""


@dataclass(frozen=True)
class Cost:
    """What a cell took."""

    total: float
    """ms from running the cell until its output was painted."""
    after_end: float
    """ms from the end of the cell in the kernel until its output was painted."""
    painted: float
    """When that was, s since 1970."""
    kernel: float
    """ms of processor time, until then."""
    browser: float
    """The same, of all processes of the browser together."""
    messages: int
    """Messages of widgets, outputs and streams between kernel and page, both ways."""
    kilobytes: float
    """Everything that the page got and sent."""
    saved: float
    """kB by which the saved notebook grew."""


def processor() -> dict[str, float]:
    """Return the ms of processor time that the living processes of this one's family have used, by kind."""
    parents, lines = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                command = (folder / "cmdline").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended
            parents[folder.name] = fields[1]
            lines[folder.name] = command, (int(fields[11]) + int(fields[12])) * TICK * 1e3
    used = {"kernel": 0.0, "browser": 0.0}
    for process, (command, time) in lines.items():
        above = process
        while above in parents and above != str(os.getpid()):
            above = parents[above]
        if above == str(os.getpid()) and process != above:
            kind = "kernel" if "ipykernel_launcher" in command else "browser" if "--type=" in command else ""
            if kind:
                used[kind] += time
    return used


class View:
    """A notebook with the pictures loaded, in a page of its own.."""

    def __init__(self, notebook: NB, path: Path) -> None:
        self.notebook, self.page = notebook, notebook.page
        self._path = path

    def show(self, cell: int, shown: Shown) -> Cost:
        """Run a cell of `shown`, and wait until it is painted."""
        notebook, traffic = self.notebook, self.notebook.traffic
        saved, ends = self._saved(), notebook.kernel_eval("len(ends)")
        self.quiet()
        traffic.clear()
        used = processor()
        started_at = notebook.in_notebook(
            _RUN, {"cell": cell, "what": None if shown.framed else {**shown.what, "patience": PATIENCE}}
        )
        frame: Page | Frame = self._frame() if shown.framed else self.page
        if shown.framed:
            frame.evaluate("what => painted.begin(what)", {**shown.what, "patience": PATIENCE})
        painted = frame.evaluate("painted.finish()")
        cost = {kind: time - used[kind] for kind, time in processor().items()}
        notebook._fail_on_error(cell)
        if painted is None:
            raise TimeoutError(f"{shown.name} was not painted within {PATIENCE / 1e3:g} s.")
        self.quiet()
        messages = [message for message in traffic.messages if message.kind not in BOOKKEEPING]
        size = sum(message.size for message in traffic.messages)
        if shown.framed:
            size += frame.evaluate(
                """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
                  .reduce((sum, entry) => sum + entry.transferSize, 0)"""
            )
        return Cost(
            total=(painted - started_at) * 1e3,
            after_end=(painted - notebook.kernel_eval(f"ends[{ends}]")) * 1e3,
            painted=painted,
            kernel=cost["kernel"],
            browser=cost["browser"],
            messages=len(messages),
            kilobytes=size / 1e3,
            saved=self._saved() - saved,
        )

    def _saved(self) -> float:
        self.notebook.run_command("docmanager:save")
        return self._path.stat().st_size / 1e3

    def _frame(self) -> Frame:
        """Wait for the frame that the cell shows."""
        for _ in range(PATIENCE // 20):
            for frame in self.page.frames:
                if frame is not self.page.main_frame and frame.url.startswith("http"):
                    frame.wait_for_load_state("domcontentloaded")
                    return frame
            self.page.wait_for_timeout(20)
        raise TimeoutError("The cell shows no frame.")

    def quiet(self) -> None:
        """Wait until no more messages come."""
        count = -1
        while count != len(self.notebook.traffic.messages):
            count = len(self.notebook.traffic.messages)
            self.page.wait_for_timeout(QUIET)

    def clear(self) -> None:
        """Take the outputs away: the next one is then at the top."""
        self.notebook.run_command("notebook:clear-all-cell-outputs")

    def close(self) -> None:
        """Close the page."""
        self.page.context.close()


class Session:
    """Opens notebooks. Use `session()`."""

    def __init__(self, place: Started, url: str, paths: Sequence[str], peers: Path | None) -> None:
        self.peers = peers
        self._place, self._before = place, BEFORE.format(url=url, paths=list(paths))
        self._count = 0

    def open(self, cells: Sequence[str], *, before: Sequence[str] = (), peers: bool = False) -> View:
        """Open a notebook of `cells`, with the pictures loaded and `before` run in its kernel."""
        context = self._place.browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        context.set_default_timeout(PATIENCE)
        context.add_init_script(PROBE)
        self._count += 1
        name, server = f"widgets-{self._count}.ipynb", self._place.server
        python = self.peers if peers else None
        notebook = open_notebook(server, context.new_page(), name, cells, python=python)
        for code in (self._before, *before):
            notebook.kernel_exec(code)
        return View(notebook, server.root / name)

    def shut_down(self) -> None:
        """Shut down the kernels that are left."""
        self._place.server.shut_down_kernels()


@contextmanager
def session(peers: Path | None) -> Iterator[Session]:
    """Make the pictures, start what is needed; stop it at the end."""
    files = [photo(SIDE, seed) for seed in range(TEN)]
    with serving({PROMPT: answer(files)}) as url, started() as place:
        paths: list[str] = []
        for number, file in enumerate(files):
            path = place.folder / f"picture-{number}.png"
            path.write_bytes(file)
            paths.append(str(path))
        yield Session(place, url, paths, peers)
