"""Where the parts of the mask canvas are on the page, for the tests of its bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.harness import NB

WIDTH, HEIGHT = 300, 200

CANVAS = f"""
import time
from PIL import Image
from imagewidgets.widgets.mask_canvas import MaskCanvas
canvas = MaskCanvas(Image.new("RGB", ({WIDTH}, {HEIGHT}), "white"), brush_size=20)
canvas
"""

EMPTY = "from imagewidgets.widgets.mask_canvas import MaskCanvas; canvas = MaskCanvas(); canvas"

MASK_TOOLS = ["Brush", "Eraser", "Rectangle", "Ellipse", "Polygon", "Lasso", "Wand", "Bucket"]

MARKUP_TOOLS = ["Arrow", "Circle", "Pen", "Note"]


def canvas(nb: NB) -> Locator:
    return nb.out(0).locator(".imagewidgets-mask-canvas")


def button(nb: NB, name: str) -> Locator:
    return canvas(nb).get_by_role("button", name=name, exact=True)


def tool(nb: NB, name: str) -> Locator:
    """Return a button of the rail."""
    return canvas(nb).get_by_role("toolbar", name="Tools").get_by_role("button", name=name, exact=True)


def bar(nb: NB, name: str) -> Locator:
    """Return the options bar; it is there only while it is the one of this tool."""
    return canvas(nb).get_by_role("group", name=f"{name} options", exact=True)


def field(nb: NB, name: str) -> Locator:
    """Return the field for a number, such as x, of the form that is shown."""
    return canvas(nb).locator(f'input[aria-label^="{name}, "]:visible')


def operations(nb: NB) -> list[dict[str, Any]]:
    done: list[dict[str, Any]] = nb.kernel_eval("canvas.operations")
    return done


def wait_for_operation(nb: NB, number: int, **expected: object) -> None:
    """Wait until so many operations are done, and check the last of them."""
    nb.wait_for_kernel(f"len(canvas.operations) == {number}")
    last = operations(nb)[-1]
    assert {name: last.get(name) for name in expected} == expected


def focused(nb: NB) -> str:
    """Return the name of what has the focus, or its role."""
    name: str = nb.page.evaluate(
        "(el => el.ariaLabel ?? el.getAttribute('role') ?? el.tagName)(document.activeElement)"
    )
    return name
