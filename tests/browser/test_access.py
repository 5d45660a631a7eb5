"""What axe-core, the auditor of web pages, finds in each widget: nothing serious, in both themes and in many states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.browser.forms import FAKE
from tests.browser.server import DARK, LIGHT

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

GRAVE = ("serious", "critical")

# The dark theme changes colours alone, so that is all that is looked at again; and of a front end's page, no rule about
# whole pages is a widget's matter.
RULES: dict[str, dict[str, Any]] = {
    LIGHT: {"rules": {"region": {"enabled": False}, "page-has-heading-one": {"enabled": False}}},
    DARK: {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
}

# JupyterLab's body is 0 px high and cuts off what lies beyond: axe-core would hold all of it for hidden, and find
# nothing at all. And what is on its way from one colour to another has neither.
SEEN = """
body { height: 100vh !important; overflow: visible !important }
*, *::before, *::after { animation: none !important; transition: none !important }
"""

FORM, GRID, CANVAS, RESPONSE = range(1, 5)
CELLS = [
    FAKE,
    "form = iw.PromptForm('a red fox', client=FakeClient(Gate()), size='64x64', n=2)\nform",
    "grid = iw.ResultGrid()\ngrid",
    "canvas = iw.MaskCanvas()\ncanvas",
    "iw.generate('an owl', size='128x128', n=2, seed=7)",
]

# States of each widget, by what brings it about: Python, for what a person would do by hand elsewhere.
FORM_STATES = {
    "options": "form.more_options = True",
    "model changed": "form.model = 'gpt-image-2'; form.quality = 'high'; form.model = 'dall-e-3'",
    "complaint": "form._handle_custom_msg({'action': 'set', 'name': 'size', 'value': '7x7'}, [])",
    "inputs": "form.use_sketch_engine(); form.model = 'sketch'; form.add_input(Image.new('RGB', (96, 64), 'teal'))",
    "plain": "form.clear_inputs(); form.model = 'sketch'; form.size = '64x64'",
    "running": "running = form.submit()",
    "cancelled": "form.cancel()",
    "finished": "form.client = FakeClient(); form.submit().result(30); None",
    "error": """
from imagewidgets.errors import AuthenticationError
form.client = FakeClient(AuthenticationError("The key was refused.", status_code=401), destination=OPENAI)
form.submit().exception(30); None""",
    "question": "form.model = 'gpt-image-2'; form.quality = 'high'; form.limit = 0.0001; form.submit(); None",
}
GRID_STATES = {
    "pictures": "grid.append(iw.generate('a red fox', size='128x96', n=3, seed=7)); grid.on_action(lambda *_: None)",
    "selected": "grid.select(0, 1)",
    "starred": "grid.star(0)",
    "recipe": "grid.show_recipe = True",
    "notice": "grid.tell('A picture cannot be read.', 'OSError: it is cut short')",
}
CANVAS_STATES = {
    "picture": "canvas.image = Image.new('RGB', (300, 200), 'white')",
    "masked": "canvas.add_rectangle(50, 50, 100, 100)",
    "wand": "canvas.tool = 'wand'",
    "both": "canvas.add_arrow((10, 10), (100, 100))",
    "mask alone": "canvas.view = 'mask'",
    "markup": "canvas.layer = 'markup'",
    "notice": "canvas._notice = 'The file is no picture.'",
}


class Audit:
    """Asks axe-core about parts of a page and keeps what it finds that is grave."""

    def __init__(self, page: Page, theme: str) -> None:
        self.page = page
        self.options = {"resultTypes": ["violations"], **RULES[theme]}
        self.found: dict[str, list[str]] = {}
        page.add_style_tag(content=SEEN)
        page.evaluate(AXE_SCRIPT)

    def look(self, selector: str, state: str) -> None:
        """Audit what `selector` finds."""
        results = self.page.evaluate("([where, options]) => axe.run(where, options)", [selector, self.options])
        for rule in results["violations"]:
            if rule["impact"] in GRAVE:
                for node in rule["nodes"]:
                    words = f"{rule['id']}: {rule['help']}: {node['html'][:200]} {node['failureSummary']}"
                    self.found.setdefault(words, []).append(state)

    def prove(self, selector: str) -> None:
        """Show that it would find something there: pale words on a button."""
        pale = "<button id=pale style='color: #888; background: #777'>Pale words</button>"
        self.page.locator(selector).evaluate("(el, pale) => el.insertAdjacentHTML('beforeend', pale)", pale)
        self.look(selector, "pale")
        self.page.locator("#pale").evaluate("el => el.remove()")
        assert [words for words in self.found if "color-contrast" in words]
        self.found.clear()


def settle(nb: NB, code: str) -> None:
    """Bring a state about, and wait until the page has drawn it."""
    nb.kernel_exec(code)
    nb.wait_frame()


def root(nb: NB, cell: int, name: str) -> Locator:
    found = nb.out(cell).locator(f".imagewidgets-{name}")
    expect(found).to_have_count(1)
    return found


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_axe_finds_nothing_serious(notebook: OpenNotebook, theme: str) -> None:
    nb = notebook(CELLS, theme=theme, height=1400)
    audit = Audit(nb.page, theme)
    for cell, name, states in (
        (FORM, "prompt-form", FORM_STATES),
        (GRID, "result-grid", GRID_STATES),
        (CANVAS, "mask-canvas", CANVAS_STATES),
    ):
        widget = root(nb, cell, name)
        audit.prove(f".imagewidgets-{name}")
        audit.look(f".imagewidgets-{name}", f"{name}: empty")
        for state, code in states.items():
            settle(nb, code)
            audit.look(f".imagewidgets-{name}", f"{name}: {state}")
        expect(widget).to_be_visible()
    audit.look(f'.jp-Cell[data-windowed-list-index="{RESPONSE}"] .jp-Cell-outputArea', "response")
    root(nb, CANVAS, "mask-canvas").get_by_role("button", name="Keyboard help").click()
    audit.look(".imagewidgets-mask-canvas", "mask-canvas: help")
    for name, code in (("lightbox", "grid.open(0)"), ("compare", "grid.compare(0, 1)")):
        settle(nb, code)
        expect(nb.page.get_by_role("dialog")).to_be_visible()
        expect(nb.page.get_by_role("dialog").locator("img").first).to_be_visible()
        audit.look("[role=dialog], dialog", name)
        nb.page.keyboard.press("Escape")
        expect(nb.page.get_by_role("dialog")).to_have_count(0)
        nb.wait_for_kernel("grid._open == {}")  # or it would take back what is opened next
    assert audit.found == {}, "\n".join(f"{words}\n    in {states}" for words, states in audit.found.items())
