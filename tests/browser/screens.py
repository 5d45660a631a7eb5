"""Pages of JupyterLab that are kept from one test to the next: loading one costs more than all else in a test.

A test has a page for itself while it runs. Afterwards its notebook is closed, and the page serves the next test only
if it is as it was before: what tests do to a page's globals and built-in objects, what they or widgets leave in it, and
pages that were loaded again all show, and such a page is thrown away. So is every page of a test that failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import Error

from tests.browser.harness import NB, TIMEOUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

KEPT = 2  # pages that wait for a next test, each some 200 MB
MOST_TESTS = 40  # tests a page serves: what JupyterLab itself does not let go of adds up
CANCELLED = "Canceled future for"  # what JupyterLab says of a request under way when a notebook is closed
HELD_KEYS = ("Shift", "Control", "Alt", "Meta", "Space")

# Describes a page by what a test or a widget could leave in it: a Map from the name of a thing to the thing.
_DESCRIBE = """
  const describe = () => {
    const found = new Map();
    const add = (name, object) => {
      for (const key of Reflect.ownKeys(object)) {
        const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
        const path = `${name}.${String(key)}`;
        if (get || set) found.set(`get ${path}`, get).set(`set ${path}`, set);
        else found.set(path, typeof value === "function" ? value : typeof value);
      }
    };
    for (const name of Object.getOwnPropertyNames(window)) {
      if (name === "MathJax") continue; // JupyterLab loads it when it first shows an output of HTML
      const { value } = Object.getOwnPropertyDescriptor(window, name);
      found.set(name, typeof value === "function" ? value : "");
      if (typeof value === "function") add(name, value);
      if (value?.prototype) add(`${name}.prototype`, value.prototype);
    }
    for (const name of ["document", "navigator"]) add(name, window[name]);
    add("navigator.clipboard", navigator.clipboard);
    for (const name of Object.keys(localStorage)) found.set(`localStorage ${name}`, localStorage[name]);
    for (const element of document.body.children) {
      // Not so what JupyterLab makes when it needs it, and the theme's style sheet.
      if (!element.matches(".lm-mod-hidden, link")) found.set(element, "");
    }
    found.set("body class", document.body.className).set("body overflow", document.body.style.overflow);
    for (const area of ["main", "left", "right", "down", "top", "bottom"]) {
      found.set(`widgets ${area}`, [...window.jupyterapp.shell.widgets(area)].length);
    }
    return found;
  };
"""

_REMEMBER = (
    f"() => {{ {_DESCRIBE} window[Symbol.for('describe')] = describe; window[Symbol.for('new')] = describe(); }}"
)

_FORGOTTEN = "() => !window[Symbol.for('new')]"  # so has a page that was loaded again

# What is not as it was remembered, by name.
_CHANGES = """() => {
  const before = window[Symbol.for('new')];
  const now = window[Symbol.for('describe')]();
  const changed = [...now].filter(([key, value]) => !before.has(key) || before.get(key) !== value);
  const gone = [...before].filter(([key]) => !now.has(key) && !key.matches?.(".lm-mod-hidden, link"));
  return [...changed, ...gone].map(([key]) => key.outerHTML?.slice(0, 200) ?? key);
}"""

# Opens one more notebook. The address becomes that of the notebook, for a test that loads the page again.
_OPEN = """async ([path, address]) => {
  await window.jupyterapp.commands.execute("docmanager:open", { path });
  history.replaceState(null, "", address);
}"""

# Closes every document and asks nothing, then waits until the page has drawn itself without them. What has the focus
# loses it first, as it does by a click on a tab's cross. anywidget leaves the style sheets of its widgets behind.
_CLOSE = """async () => {
  document.activeElement?.blur();
  for (const widget of [...window.jupyterapp.shell.widgets("main")]) widget.dispose();
  for (const style of document.head.querySelectorAll('style[id^="imagewidgets."]')) style.remove();
  getSelection().removeAllRanges();
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}"""


class Look(NamedTuple):
    """What cannot be changed in a page."""

    scale: float = 1  # device pixels to a CSS pixel
    touch: bool = False
    offline: bool = False


class Screen:
    """One page, in a browser context of its own; with JupyterLab in it where it is to be `kept` for other tests.

    What goes wrong in it is added to `errors`, the list of the test that it serves. Not so errors thrown by Notebook 7
    itself that are `expected`, and what is logged with one of the words of `logged` in it.
    """

    def __init__(
        self,
        browser: Browser,
        look: Look,
        errors: list[str],
        *,
        kept: bool = False,
        expected: frozenset[str] = frozenset(),
        logged: tuple[str, ...] = (),
    ) -> None:
        self.look = look
        self.errors = errors
        self.kept = kept
        self.tests = 0
        self._closing = False
        self._expected = expected
        self._logged = logged
        self._context = browser.new_context(device_scale_factor=look.scale, has_touch=look.touch, offline=look.offline)
        self._context.set_default_timeout(TIMEOUT * 1000)
        self.page: Page = self._context.new_page()
        self.page.on("pageerror", self._on_page_error)
        self.page.on("console", self._on_console)
        self._notebook: NB | None = None
        self._listening: set[str] = set()

    def open(self, nb: NB, *, width: int, height: int) -> None:
        """Open a notebook: the first one with the page, others in it."""
        self.tests += 1
        self._closing = False
        self._notebook = nb
        self.page.set_viewport_size({"width": width, "height": height})
        if self.tests == 1:
            nb.open()
            if self.kept:
                self._remember()
        else:
            self.page.evaluate(_OPEN, [nb.name, nb.address])
            nb.settle()

    def clear(self) -> list[str]:
        """Close the notebook without saving it, let go of all keys, and return what is not as it was remembered."""
        try:
            if self._notebook is None or self.page.evaluate(_FORGOTTEN):
                return ["the page itself"]
            self._notebook.traffic.stop()
            self._closing = True
            self.page.evaluate(_CLOSE)
            self._context.clear_permissions()
            for key in HELD_KEYS:
                self.page.keyboard.up(key)
            self.page.mouse.up()
            self.page.mouse.move(0, 0)
            return [*self.page.evaluate(_CHANGES), *(self._find_listeners() - self._listening)]
        except Error as error:  # the page has crashed
            return [error.message]

    def close(self) -> None:
        """Close the page."""
        self._context.close()

    def _remember(self) -> None:
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        self.page.evaluate(_REMEMBER)
        self._listening = self._find_listeners()

    def _find_listeners(self) -> set[str]:
        """Return the scripts that listen to the page as a whole: a test's or a widget's is none of JupyterLab's own."""
        session = self._context.new_cdp_session(self.page)
        found = set()
        for target in ("window", "document", "document.body"):
            remote = session.send("Runtime.evaluate", {"expression": target})["result"]
            reply = session.send("DOMDebugger.getEventListeners", {"objectId": remote["objectId"]})
            found |= {f"script {listener['scriptId']} listens" for listener in reply["listeners"]}
        session.detach()
        return found

    def _on_page_error(self, error: Error) -> None:
        from_upstream = "/static/notebook/notebook_core." in (error.stack or "")
        if not (from_upstream and error.message in self._expected):
            self._add(f"{error.name}: {error.message}\n{error.stack}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # Front ends catch what a widget throws and log it: to the person before the screen it is an error all the same.
        text = f"console: {message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(words in text for words in self._logged):
            self._add(text)

    def _add(self, error: str) -> None:
        if not (self._closing and CANCELLED in error):
            self.errors.append(error)


class Screens:
    """The pages that are kept."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._waiting: list[Screen] = []

    def take(self, look: Look, errors: list[str]) -> Screen:
        """Return a page of JupyterLab with nothing open in it: one that waits, or else a new one."""
        for screen in self._waiting:
            if screen.look == look:
                self._waiting.remove(screen)
                screen.errors = errors
                return screen
        return Screen(self.browser, look, errors, kept=True)

    def give_back(self, screen: Screen) -> None:
        """Take a page back for the next test, or throw it away."""
        if not screen.kept or screen.tests == MOST_TESTS or screen.clear() or screen.errors:
            screen.close()
            return
        self._waiting.append(screen)
        if len(self._waiting) > KEPT:
            self._waiting.pop(0).close()

    def close(self) -> None:
        """Close the pages."""
        for screen in self._waiting:
            screen.close()
