"""Fixtures: one server and one browser for the whole run, a kernel for each notebook, a page as good as new for it.

`notebook(cells)` opens a notebook in JupyterLab and runs it, `notebook7(cells)` does so in Notebook 7. Both take
``theme=``, ``width=``, ``height=`` (CSS pixels), ``scale=`` (device pixels to a CSS pixel), ``touch=``, ``run=``,
``allow_errors=`` and ``port=`` (of a proxy before the server), and may be called several times in one test. `cells` is
a list of sources, or the path of a notebook.

`pages.voila(cells)` shows a notebook as Voila does, and `pages.page()` is a bare page for anything else. `gate` keeps
the kernel busy until the test opens it.

An error on the page fails the test. A test that fails leaves a picture of each page in ``test-results/``.

These tests run in a process of their own (``pytest tests/browser``): playwright keeps an event loop running in it.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.browser.harness import NB, TIMEOUT
from tests.browser.screens import Look, Screen, Screens
from tests.browser.server import LIGHT, FrontEnd, Server, chromium, clean_environment, write_notebook

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from playwright.sync_api import Page

RESULTS = Path(__file__).parents[2] / "test-results"

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # which needs rights that root and containers do not have
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# Errors that Notebook 7 throws while it starts, with a plain notebook and no widget in it. Both come from its own
# bundle: its shortcuts plugin reads the schema of a plugin that is not loaded yet, and the file browser it takes over
# from JupyterLab runs a command that Notebook 7 does not have. JupyterLab itself throws nothing.
UPSTREAM_ERRORS: dict[FrontEnd, frozenset[str]] = {
    "lab": frozenset(),
    "notebook": frozenset(
        {
            "Cannot read properties of undefined (reading 'schema')",
            "Command 'filebrowser:open-path' not registered.",
        }
    ),
}

# What Voila logs on a page without the internet, or with Notebook 7 installed: icons and formulas of its template come
# from elsewhere, and an extension that is made for Notebook 7 finds no notebook.
VOILA_ERRORS = (
    "https://cdn.jsdelivr.net/npm/@fortawesome/",
    "https://cdnjs.cloudflare.com/ajax/libs/mathjax/",
    "/voila/labextensions/@jupyter-notebook/",
)

expect.set_options(timeout=TIMEOUT * 1000)  # its own 5 s are short for a machine with much else to do

_report = pytest.StashKey[dict[str, pytest.TestReport]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep each phase's report where a fixture finds it: only a failed test leaves pictures."""
    report = yield
    item.stash.setdefault(_report, {})[report.when] = report
    return report


class OpenNotebook(Protocol):
    """The type of the fixtures `notebook` and `notebook7`."""

    def __call__(
        self,
        cells: Sequence[str] | Path,
        *,
        theme: str = LIGHT,
        width: int = 1280,
        height: int = 1000,
        scale: float = 1,
        touch: bool = False,
        run: bool = True,
        allow_errors: bool = False,
        port: int | None = None,
    ) -> NB: ...


class Pages:
    """The pages of one test: makes them, gathers what went wrong in them, and clears them away.

    A page of JupyterLab may have served an earlier test (see `screens`); every other one is new.
    """

    def __init__(self, server: Server, screens: Screens, test: str) -> None:
        self.server = server
        self.screens = screens
        self.test = re.sub(r"[^\w.-]+", "-", test)
        self.errors: list[str] = []
        self.screens_in_use: list[Screen] = []

    def open(
        self,
        front_end: FrontEnd,
        cells: Sequence[str] | Path,
        *,
        theme: str = LIGHT,
        width: int = 1280,
        height: int = 1000,
        scale: float = 1,
        touch: bool = False,
        run: bool = True,
        allow_errors: bool = False,
        port: int | None = None,
    ) -> NB:
        name = f"{self.test}-{len(self.screens_in_use)}.ipynb"
        if isinstance(cells, Path):
            shutil.copy(cells, self.server.root / name)
        else:
            write_notebook(self.server.root / name, cells)
        look = Look(scale=scale, touch=touch)
        if front_end == "lab" and port is None:
            screen = self.screens.take(look, self.errors)
        else:
            screen = Screen(self.screens.browser, look, self.errors, expected=UPSTREAM_ERRORS[front_end])
        self.screens_in_use.append(screen)
        nb = NB(screen.page, name, self.server.address(name, front_end, port=port), theme=theme)
        screen.open(nb, width=width, height=height)
        if run:
            nb.run_all(allow_errors=allow_errors)
        return nb

    def voila(self, cells: Sequence[str], *, width: int = 1280, height: int = 1000) -> Page:
        """Show a notebook by Voila, which runs on the same server: its outputs, with a kernel behind them."""
        name = f"{self.test}-{len(self.screens_in_use)}.ipynb"
        write_notebook(self.server.root / name, cells)
        page = self.page(width=width, height=height, logged=VOILA_ERRORS)
        page.goto(f"{self.server.url}/voila/render/{name}?token={self.server.token}")
        return page

    def page(
        self,
        *,
        width: int = 1280,
        height: int = 1000,
        scale: float = 1,
        touch: bool = False,
        offline: bool = False,
        expected: frozenset[str] = frozenset(),
        logged: tuple[str, ...] = (),
    ) -> Page:
        """Return a new page. Errors on it fail the test.

        Not so those of Notebook 7 that are `expected`, and what is logged with one of the words of `logged` in it.
        """
        look = Look(scale=scale, touch=touch, offline=offline)
        screen = Screen(self.screens.browser, look, self.errors, expected=expected, logged=logged)
        self.screens_in_use.append(screen)
        screen.page.set_viewport_size({"width": width, "height": height})
        return screen.page

    def take_pictures(self) -> None:
        """Write a picture of each page to ``test-results/``."""
        RESULTS.mkdir(exist_ok=True)
        for index, screen in enumerate(self.screens_in_use):
            screen.page.screenshot(path=RESULTS / f"{self.test}-{index}.png", timeout=10_000)

    def close(self, *, keep: bool) -> None:
        """Close the pages, or `keep` those that can serve another test; then shut the kernels down."""
        for screen in self.screens_in_use:
            if keep:
                self.screens.give_back(screen)
            else:
                screen.close()
        self.server.shut_down_kernels()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The JupyterLab server of this run."""
    running = Server(tmp_path_factory.mktemp("jupyter"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The Chromium of this run."""
    home = tmp_path_factory.mktemp("chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_ARGUMENTS, env={**clean_environment(home)}
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def screens(server: Server, browser: Browser) -> Iterator[Screens]:
    """The pages that are kept from one test to the next."""
    kept = Screens(browser)
    yield kept
    kept.close()


@pytest.fixture
def pages(server: Server, screens: Screens, request: pytest.FixtureRequest) -> Iterator[Pages]:
    """The pages of this test; `pages.errors` is the list of errors seen in them."""
    opened = Pages(server, screens, request.node.name)
    yield opened
    reports = request.node.stash.get(_report, {})
    failed = bool(opened.errors) or any(report.failed for report in reports.values())
    try:
        if failed:
            opened.take_pictures()
    except Error as error:  # a page that has crashed cannot be pictured: say so, and still clear it away
        opened.errors.append(f"no picture: {error}")
    finally:
        opened.close(keep=not failed)
    if opened.errors:
        pytest.fail("Errors on the page:\n" + "\n".join(opened.errors), pytrace=False)


class Gate:
    """Something that the kernel waits at: it is busy until the test opens it, however slow or fast the machine is.

    Code that is run in the kernel waits by ``wait_at_gate()``; `code` defines that.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def code(self) -> str:
        """Python source that defines ``wait_at_gate()``."""
        return f"""
def wait_at_gate():
    import pathlib, time
    while not pathlib.Path({str(self._path)!r}).exists():
        time.sleep(0.01)
"""

    def open(self) -> None:
        self._path.touch()


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """A gate; it is opened at the end, so that a test that fails leaves no kernel that cannot be shut down."""
    made = Gate(tmp_path / "open")
    yield made
    made.open()


@pytest.fixture
def notebook(pages: Pages) -> OpenNotebook:
    """Open notebooks in JupyterLab."""

    def open_notebook(cells: Sequence[str] | Path, **options: object) -> NB:
        return pages.open("lab", cells, **options)  # type: ignore[arg-type]

    return open_notebook


@pytest.fixture
def notebook7(pages: Pages) -> OpenNotebook:
    """Open notebooks in Notebook 7."""

    def open_notebook(cells: Sequence[str] | Path, **options: object) -> NB:
        return pages.open("notebook", cells, **options)  # type: ignore[arg-type]

    return open_notebook
