"""Studios in a notebook: cells that make them, and where their parts are on the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.harness import NB

_WIDGETS = Path(__file__).parents[1] / "widgets"

FAKE = (_WIDGETS / "fake_client.py").read_text("utf-8")
PAINTER = (_WIDGETS / "studios.py").read_text("utf-8").replace("from tests.widgets.fake_client import FakeClient\n", "")

OTTER = "A cute baby sea otter"

HISTORY = f"""
studio = make()
otter = studio.create("{OTTER}", n=2, seed=7).result()[0]
studio.open(otter)
studio.canvas.add_rectangle(8, 8, 32, 24)
beret = studio.edit(prompt="{OTTER} wearing a beret").result()[0]
studio.edit(prompt="{OTTER} beside a boat").result()
studio.vary(beret, n=2).result()
studio.create("A red fox").result()
studio.tab = "create"
"""
"""Six steps: an otter (two pictures), two edits of it, two variations of the first, and a fox."""

CELLS = [FAKE, PAINTER, HISTORY, "studio"]
EMPTY = [FAKE, PAINTER, "studio = make()", "studio"]


class StudioPage:
    """A studio on the page."""

    def __init__(self, nb: NB, cell: int = 3) -> None:
        self.nb = nb
        self.root = nb.out(cell).locator(".imagewidgets-studio")
        self.tree = self.root.get_by_role("tree")
        self.panel = self.root.get_by_role("complementary", name="Step")
        self.strip = self.root.get_by_role("group", name="Pictures of this session")
        self.canvas = self.root.locator(".imagewidgets-mask-canvas")
        expect(self.root).to_be_visible()

    def tab(self, name: str) -> Locator:
        return self.root.get_by_role("tab", name=name)

    def go(self, name: str) -> Locator:
        """Click on a tab, and return what is in sight then."""
        self.tab(name).click()
        panel = self.root.get_by_role("tabpanel", name=name)
        expect(panel).to_be_visible()
        return panel

    def line(self, name: str) -> Locator:
        """Return a line of the tree."""
        return self.tree.get_by_role("treeitem", name=name)

    def art(self) -> Locator:
        """Return the picture that is edited, once it can be drawn on."""
        art = self.canvas.locator(".iw-art")
        art.locator("canvas.iw-art__mask").wait_for()
        return art

    def prompt(self) -> Locator:
        return self.root.locator("textarea:visible")

    def primary(self) -> Locator:
        return self.root.locator(".iw-go:visible")

    def focused(self) -> str:
        """Return the name of what has the keyboard."""
        name: str = self.nb.page.evaluate(
            "(({activeElement: e}) => e.ariaLabel || e.placeholder || e.innerText.split('\\n')[0])(document)"
        )
        return name.strip()
