"""Fixtures: one server and one browser for the whole run, a fresh page and kernel for each test.

`notebook(cells)` opens a notebook in JupyterLab and runs it, `notebook7(cells)` does so in Notebook 7. Both take
``theme=``, ``width=``, ``height=`` (CSS pixels), ``scale=`` (device pixels to a CSS pixel), ``touch=``, ``run=``,
``allow_errors=`` and ``port=`` (of a proxy before the server), and may be called several times in one test. `cells` is
a list of sources, or the path of a notebook.

`pages.voila(cells)` shows a notebook as Voila does, and `pages.page()` is a bare page for anything else.

An error on the page fails the test. A test that fails leaves a picture of each page in ``test-results/``.

These tests run in a process of their own (``pytest tests/browser``): playwright keeps an event loop running in it.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, expect, sync_playwright

from tests.browser.harness import NB, TIMEOUT
from tests.browser.server import LIGHT, FrontEnd, Server, chromium, clean_environment, write_notebook

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from playwright.sync_api import ConsoleMessage, Page

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
    """The pages of one test: makes them, gathers what went wrong in them, and clears them away."""

    def __init__(self, server: Server, browser: Browser, test: str) -> None:
        self.server = server
        self.browser = browser
        self.test = re.sub(r"[^\w.-]+", "-", test)
        self.errors: list[str] = []
        self._contexts: list[BrowserContext] = []
        self._pages: list[Page] = []

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
        name = f"{self.test}-{len(self._pages)}.ipynb"
        if isinstance(cells, Path):
            shutil.copy(cells, self.server.root / name)
        else:
            write_notebook(self.server.root / name, cells)
        page = self.page(width=width, height=height, scale=scale, touch=touch, expected=UPSTREAM_ERRORS[front_end])
        nb = NB(page, name, self.server.address(name, front_end, port=port), theme=theme)
        nb.open()
        if run:
            nb.run_all(allow_errors=allow_errors)
        return nb

    def voila(self, cells: Sequence[str], *, width: int = 1280, height: int = 1000) -> Page:
        """Show a notebook by Voila, which runs on the same server: its outputs, with a kernel behind them."""
        name = f"{self.test}-{len(self._pages)}.ipynb"
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
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, has_touch=touch, offline=offline
        )
        context.set_default_timeout(TIMEOUT * 1000)
        self._contexts.append(context)
        page = context.new_page()
        self._pages.append(page)
        page.on("pageerror", lambda error: self._on_page_error(error, expected))
        page.on("console", lambda message: self._on_console(message, logged))
        return page

    def _on_page_error(self, error: Error, expected: frozenset[str]) -> None:
        from_upstream = "/static/notebook/notebook_core." in (error.stack or "")
        if not (from_upstream and error.message in expected):
            self.errors.append(f"{error.name}: {error.message}\n{error.stack}")

    def _on_console(self, message: ConsoleMessage, expected: tuple[str, ...]) -> None:
        # Front ends catch what a widget throws and log it: to the person before the screen it is an error all the same.
        text = f"console: {message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(words in text for words in expected):
            self.errors.append(text)

    def take_pictures(self) -> None:
        """Write a picture of each page to ``test-results/``."""
        RESULTS.mkdir(exist_ok=True)
        for index, page in enumerate(self._pages):
            page.screenshot(path=RESULTS / f"{self.test}-{index}.png", timeout=10_000)

    def close(self) -> None:
        """Close the pages, then shut their kernels down."""
        for context in self._contexts:
            context.close()
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


@pytest.fixture
def pages(server: Server, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Pages]:
    """The pages of this test; `pages.errors` is the list of errors seen in them."""
    opened = Pages(server, browser, request.node.name)
    yield opened
    called = request.node.stash.get(_report, {}).get("call")
    try:
        if opened.errors or (called is not None and called.failed):
            opened.take_pictures()
    except Error as error:  # a page that has crashed cannot be pictured: say so, and still clear it away
        opened.errors.append(f"no picture: {error}")
    finally:
        opened.close()
    if opened.errors:
        pytest.fail("Errors on the page:\n" + "\n".join(opened.errors), pytrace=False)


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
