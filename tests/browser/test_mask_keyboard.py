"""The mask canvas by the keyboard: drawing, what keys set, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.mask_hand import SQUARES, Hand, art, wait_done, wait_exact, wait_shown, wait_until_seen
from tests.browser.mask_parts import operations

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook


def test_shapes_are_drawn_by_the_keyboard_alone(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    wait_shown(nb)
    art(nb).focus()
    press = nb.page.keyboard.press

    def keys(*names: str) -> None:
        for name in names:
            press(name)

    nb.kernel_exec("canvas.view = 'image'")
    expect(art(nb).locator(".iw-art__paper")).to_have_attribute("data-view", "image")
    keys("r", "Enter", *["Shift+ArrowRight"] * 3, "ArrowRight", *["Shift+ArrowDown"] * 2, "Enter")
    wait_done(nb, 1)
    assert operations(nb) == [{"type": "rectangle", "x": 150, "y": 100, "w": 31, "h": 20, "mode": "add"}]
    nb.wait_for_kernel("canvas.view == 'overlay'")  # what is drawn is seen; a setting may come after what is drawn
    keys("p", "Enter", *["Shift+ArrowLeft"] * 4, "Enter", *["Shift+ArrowUp"] * 4, "Enter", "Enter")
    wait_done(nb, 2)
    assert operations(nb)[1]["points"] == [[181, 120], [141, 120], [141, 80]]
    keys("w", "Enter")
    wait_done(nb, 3)
    assert operations(nb)[2]["type"] == "wand"
    keys("b", "Enter", *["Shift+ArrowDown"] * 3, "Shift+Enter")  # a dab, and a straight line from it
    wait_done(nb, 5)
    assert operations(nb)[4]["points"] == [[141, 80], [141, 110]]
    keys("m", "a", "Enter", *["Shift+ArrowRight"] * 2, "Enter")
    wait_done(nb, 6)
    assert operations(nb)[5]["end"] == [161, 110]
    expect(nb.out(0).locator("[aria-live=polite]")).to_have_text("161, 110")
    keys("t", "Enter")
    nb.page.keyboard.type("here")
    keys("Enter", "Control+a", "Delete")
    nb.wait_for_kernel("canvas.markup is None and canvas.mask is not None")
    keys("Control+z")
    nb.wait_for_kernel("[mark['type'] for mark in canvas.operations][-1] == 'note'")


@pytest.mark.long
def test_the_mouse_ends_what_the_keyboard_began(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.choose("r")
    hand.keyboard.press("Enter")
    hand.click(200, 160)
    wait_done(nb, 1)
    wait_exact(nb)
    assert operations(nb) == [{"type": "rectangle", "x": 150, "y": 100, "w": 50, "h": 60, "mode": "add"}]


def test_keys_set_what_they_say(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES, "1"])
    hand = Hand(nb)
    press = hand.keyboard.press
    tools = {
        "e": "eraser",
        "r": "rectangle",
        "o": "ellipse",
        "p": "polygon",
        "l": "lasso",
        "w": "wand",
        "g": "bucket",
        "b": "brush",
    }
    for key, tool in tools.items():
        press(key)
        nb.wait_for_kernel(f"canvas.tool == '{tool}'")
    for key, state in [
        ("[", "canvas.brush_size == 18"),
        ("]", "canvas.brush_size == 20"),
        ("Shift+[", "canvas.hardness == 90"),
        ("Shift+]", "canvas.hardness == 100"),
        ("Control+a", "canvas.coverage == 1"),
        ("Control+i", "canvas.coverage == 0"),
        ("Control+z", "canvas.coverage == 1"),
        ("Control+y", "canvas.coverage == 0"),
        ("Control+z", "canvas.coverage == 1"),
        ("Control+Shift+Z", "canvas.coverage == 0"),
        ("Control+z", "canvas.coverage == 1"),
        ("Delete", "canvas.mask is None"),
    ]:
        press(key)
        nb.wait_for_kernel(state)
    zoom = nb.out(0).get_by_label("Zoom", exact=True)
    for key, scale in [("+", "125 %"), ("-", "100 %")]:
        press(key)
        expect(zoom).to_have_text(scale)
    press("0")
    expect(zoom).not_to_have_text("100 %")
    for key in ("?", "?"):
        press(key)
    assert nb.root.locator(".jp-Cell").count() == 2
    # In a field they are letters.
    press("r")
    nb.wait_for_kernel("canvas.tool == 'rectangle'")
    field = nb.out(0).get_by_role("textbox", name="x, left edge in px")
    field.fill("")
    field.press("b")
    field.press("1")
    assert field.input_value() == "b1"
    assert nb.kernel_eval("canvas.tool") == "rectangle"


def test_drawing_without_a_pointer(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    wait_shown(nb)
    art(nb).focus()
    for key in ["ArrowRight", "ArrowRight", "Shift+ArrowDown", "Enter"]:
        nb.page.keyboard.press(key)
    wait_done(nb, 1)
    assert nb.kernel_eval("canvas.operations[0]['points']") == [[152.0, 110.0]]
    nb.out(0).get_by_text("x 152, y 110").wait_for()


def test_tab_and_escape_leave_and_letters_stay_inside(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES, "1"])
    Hand(nb).click(50, 50)
    inside = "() => document.activeElement.closest('.imagewidgets-mask-canvas') !== null"
    assert art(nb).evaluate("art => document.activeElement === art")
    for key in "bexadd":  # to a notebook's command mode: insert a cell, cut one, delete one
        nb.page.keyboard.press(key)
    assert nb.root.locator(".jp-Cell").count() == 2
    stops = []
    while nb.page.evaluate(inside) and len(stops) < 10:
        stops.append(nb.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent"))
        nb.page.keyboard.press("Tab")
    assert len(stops) == 3, stops  # the picture, the views, help
    art(nb).focus()
    nb.page.keyboard.press("Shift+Tab")
    assert nb.page.evaluate("document.activeElement.ariaLabel") == "Brush"
    nb.page.keyboard.press("Escape")
    assert not nb.page.evaluate(inside)


def test_in_notebook_7(notebook7: OpenNotebook) -> None:
    nb = notebook7([SQUARES, "1"])
    hand = Hand(nb)
    hand.drag((50, 50), (200, 50))
    wait_done(nb, 1)
    wait_until_seen(nb)
    hand.keyboard.press("Control+z")
    wait_done(nb, 0)
    wait_until_seen(nb)
    hand.choose(*"rxbddm")  # to a notebook these would be commands
    hand.choose("t")
    nb.wait_for_kernel("canvas.layer == 'markup' and canvas.markup_tool == 'note'")
    hand.click(40, 40)
    hand.keyboard.type("dd bax")
    hand.keyboard.press("Enter")
    wait_done(nb, 1)
    assert operations(nb)[0]["text"] == "dd bax"
    assert nb.root.locator(".jp-Cell").count() == 2
