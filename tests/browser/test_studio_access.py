"""What axe-core finds in the studio: nothing serious, in each of its views, in both themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.server import DARK, LIGHT
from tests.browser.studios import CELLS, StudioPage
from tests.browser.test_access import Audit, settle

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

pytestmark = pytest.mark.long

STUDIO = ".imagewidgets-studio"
VIEWS = ["Create", "Edit", "Variations", "History"]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_axe_finds_nothing_serious(notebook: OpenNotebook, theme: str) -> None:
    nb = notebook(CELLS, theme=theme, height=1400)
    page = StudioPage(nb)
    audit = Audit(nb.page, theme)
    audit.prove(STUDIO)
    for view in VIEWS:
        page.go(view)
        audit.look(STUDIO, view)
    page.line("… wearing a beret").click()
    audit.look(STUDIO, "an edit in the history")
    page.root.locator(".iw-dest:visible").click()
    audit.look(STUDIO, "where requests go")
    settle(nb, "gate = Gate(); studio.client = Painter(gate); running = studio.repeat(0); gate.entered.wait(30)")
    audit.look(STUDIO, "at work")
    settle(nb, "running.cancel(); studio.client = Painter(RuntimeError('no')); studio.repeat(0).exception(30); None")
    audit.look(STUDIO, "something went wrong in another view")
    settle(nb, "studio._notice = 'photo.txt is no picture.'")
    audit.look(STUDIO, "a notice")
    assert audit.found == {}
