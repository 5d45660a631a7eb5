"""Drive a real notebook in a real browser.

The fixtures in `conftest.py` are the way in; a test reads::

    def test_checkbox(notebook):
        nb = notebook(["import ipywidgets; box = ipywidgets.Checkbox(description='Sharp'); box"])
        nb.out(0).get_by_label("Sharp").check()
        nb.wait_for_kernel("box.value")

`NB` is one open notebook. It asks the front end's own objects, not the page, whether the kernel is ready: the
indicator on the page reads "idle" before the kernel has connected, and a run started then runs nothing, silently.
"""

from __future__ import annotations

import ast
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.network import Traffic
from tests.browser.server import LIGHT

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page

TIMEOUT = 60.0  # seconds, for everything that a test waits for

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# Runs `body` as an async function that sees `panel` (the notebook's panel), `app` and `arg`, within `ms` milliseconds.
_IN_PAGE = """async ([path, ms, arg]) => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms));
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  const find = () => [...(window.jupyterapp?.shell.widgets("main") ?? [])]
    .find((widget) => widget.context?.path === path && widget.sessionContext && widget.content?.activeCellChanged);
  const work = async () => {
    while (!find()) await pause();
    const app = window.jupyterapp, panel = find();
    %s
  };
  return await Promise.race([work(), late]);
}"""

_IDLE = """
    await panel.context.ready;
    await panel.sessionContext.ready;
    for (;;) {
      const kernel = panel.sessionContext.session?.kernel;
      if (kernel?.connectionStatus === "connected" && kernel.status === "idle") {
        await kernel.requestKernelInfo();
        return;
      }
      await pause();
    }
"""

_EXECUTE = """
    const future = panel.sessionContext.session.kernel.requestExecute({
      code: arg.code, silent: false, store_history: false, allow_stdin: false, user_expressions: arg.expressions });
    let printed = "";
    future.onIOPub = (message) => { if (message.header.msg_type === "stream") printed += message.content.text; };
    return { reply: (await future.done).content, printed };
"""


# Whether an element is there and stays where it is: through more frames than a view needs to follow a new size, which
# are one to learn of it, one to draw, and one to show it.
_STILL = """element => new Promise((done) => {
  const place = () => JSON.stringify(element.getBoundingClientRect());
  let [last, still] = [place(), 0];
  const look = () => {
    const now = place();
    still = now === last ? still + 1 : 0;
    last = now;
    if (still > 3 || !element.isConnected) done(element.isConnected && element.checkVisibility());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


_AT_REST = """() => Promise.all(document.getAnimations()
  .filter((each) => each.playState === 'running' && each.effect.getComputedTiming().endTime < Infinity)
  .map((each) => each.finished.catch(() => {})))"""  # a transition that is given up is over, too


class NB:
    """One notebook, open in one page.

    `page` is playwright's page, for everything that this class has no word for; `traffic` are the messages between it
    and the kernel. Cells are counted from 0.
    """

    def __init__(self, page: Page, name: str, address: str, *, theme: str = LIGHT) -> None:
        self.page = page
        self.traffic = Traffic(page)
        self.name = name
        self.theme = theme
        self.address = address

    def open(self) -> None:
        """Load the page and wait until the kernel is ready."""
        self.page.goto(self.address)
        self.settle()

    def reload(self) -> None:
        """Save, and load the page again; the kernel and everything in it stays."""
        self.run_command("docmanager:save")
        self.page.reload()
        self.settle()

    def settle(self) -> None:
        """Wait until the kernel is ready and the theme is the one asked for."""
        self.wait_idle()
        # The theme is a setting kept by the server, which all tests share: so each page says which it wants.
        self.run_command("apputils:change-theme", {"theme": self.theme})
        self.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=self.theme)

    @property
    def root(self) -> Locator:
        """The notebook's own element."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")

    def cell(self, index: int) -> Locator:
        """Return cell `index`."""
        return self.root.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')

    def out(self, index: int) -> Locator:
        """Return the output area of cell `index`."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """Return the outputs of cell `index` as the notebook file holds them."""
        found: list[dict[str, Any]] = self.in_notebook(
            "return panel.content.widgets[arg].model.outputs?.toJSON() ?? [];", index
        )
        return found

    def in_notebook(self, body: str, arg: object = None, *, timeout: float = TIMEOUT) -> Any:
        """Run JavaScript beside the notebook and return its value.

        `body` is the inside of an async function that sees ``app`` (the front end), ``panel`` (the notebook's panel)
        and `arg`.
        """
        return self.page.evaluate(_IN_PAGE % body, [self.name, timeout * 1000, arg])

    def run_command(self, name: str, args: dict[str, Any] | None = None) -> None:
        """Run a command of the front end, such as ``notebook:run-all-cells``, and wait for it."""
        self.in_notebook("await app.commands.execute(arg[0], arg[1]);", [name, args or {}])

    def run_all(self, *, allow_errors: bool = False) -> None:
        """Run all cells and wait; unless `allow_errors`, a cell that raises fails the test with its traceback."""
        self.run_command("notebook:run-all-cells")
        self.wait_idle()
        if not allow_errors:
            for index in range(self.in_notebook("return panel.content.widgets.length;")):
                self._fail_on_error(index)

    def run_cell(self, index: int, *, allow_errors: bool = False) -> None:
        """Run cell `index` and wait for it; unless `allow_errors`, an exception in it fails the test."""
        self.in_notebook("panel.content.activeCellIndex = arg; panel.content.deselectAll();", index)
        self.run_command("notebook:run-cell")
        if not allow_errors:
            self._fail_on_error(index)

    def start_cell(self, index: int) -> None:
        """Run cell `index` and wait for nothing: it goes on while the test does."""
        self.in_notebook("panel.content.activeCellIndex = arg; panel.content.deselectAll();", index)
        self.in_notebook("void app.commands.execute('notebook:run-cell');")
        self.wait_frame()  # the notebook takes the focus, and may move

    def _fail_on_error(self, index: int) -> None:
        for output in self.outputs(index):
            if output["output_type"] == "error":
                traceback = _COLOUR.sub("", "\n".join(output["traceback"]))
                raise AssertionError(f"Cell {index} raised {output['ename']}:\n{traceback}")

    def kernel_exec(self, code: str) -> str:
        """Run `code` in the kernel, in no cell, and return what it printed."""
        result = self.in_notebook(_EXECUTE, {"code": code, "expressions": {}})
        _raise_kernel_error(result["reply"])
        return str(result["printed"])

    def kernel_eval(self, expression: str) -> Any:
        """Return the value of a Python expression in the kernel: a number, a string, a list, … of these."""
        result = self.in_notebook(_EXECUTE, {"code": "", "expressions": {"value": f"repr(({expression}))"}})
        _raise_kernel_error(result["reply"])
        value = result["reply"]["user_expressions"]["value"]
        _raise_kernel_error(value)
        text = ast.literal_eval(value["data"]["text/plain"])
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            raise TypeError(f"{expression} is {text}: ask for something made of plain literals.") from None

    def wait_for_kernel(self, expression: str, *, timeout: float = TIMEOUT) -> None:
        """Wait until a Python expression is true in the kernel.

        This is how a test waits for what a click does: widget messages may go by another channel than everything
        else, so that an idle kernel does not say that they have arrived.
        """
        deadline = time.monotonic() + timeout
        while not self.kernel_eval(f"bool({expression})"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{expression} did not become true within {timeout:g} s.")
            self.page.wait_for_timeout(50)

    def wait_idle(self, *, timeout: float = TIMEOUT) -> None:
        """Wait until the kernel is connected, idle and answers."""
        self.in_notebook(_IDLE, timeout=timeout)

    def wait_until(self, locator: Locator, function: str, arg: object = None, *, timeout: float = TIMEOUT) -> None:
        """Wait until a JavaScript function of what `locator` finds, and of `arg`, is true.

        It is found anew each time: a view that has been made again is another element.
        """
        deadline = time.monotonic() + timeout
        while not locator.evaluate(function, arg):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Of {locator} this did not become true within {timeout:g} s:\n{function}")
            self.page.wait_for_timeout(20)

    def wait_still(self, locator: Locator, *, timeout: float = TIMEOUT) -> FloatRect:
        """Wait until what `locator` finds has come to rest, and return where it is, CSS px of the page.

        This is how a test measures what it is about to touch: after a key, a click, a new size or a message, a view
        takes its place with one of the next frames.
        """
        self.wait_until(locator, _STILL, timeout=timeout)
        box = locator.bounding_box()
        assert box is not None
        return box

    def wait_at_rest(self) -> None:
        """Wait until nothing on the page goes from one colour or place to another; what goes on without end may."""
        self.wait_frame()
        self.page.evaluate(_AT_REST)

    def wait_frame(self) -> None:
        """Wait until the page has been drawn again: views follow keys, fingers and messages with the next frame."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def screenshot(self, path: str | Path) -> None:
        """Write a picture of the page to `path`."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)


def _raise_kernel_error(content: dict[str, Any]) -> None:
    if content["status"] != "ok":
        raise RuntimeError(f"{content.get('ename')}: {content.get('evalue')}")
