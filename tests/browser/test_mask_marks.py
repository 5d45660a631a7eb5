"""Marks on the picture of the mask canvas, by mouse: arrows, circles, lines by hand and notes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.mask_hand import ALPHA, SQUARES, Hand, art, layer, wait_done
from tests.browser.mask_parts import HEIGHT, WIDTH, bar, operations, tool

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook


def test_marks_by_drag(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    hand.choose("m")
    nb.wait_for_kernel("canvas.layer == 'markup'")
    nb.kernel_exec("canvas.markup_color, canvas.markup_width = '#00aa00', 4")
    nb.out(0).get_by_text("4 px", exact=True).wait_for()
    for key, name in [("c", "circle"), ("d", "pen"), ("a", "arrow")]:
        hand.choose(key)
        nb.wait_for_kernel(f"canvas.markup_tool == '{name}'")
        hand.click(280, 180)
        hand.drag((60, 40), (100, 90), (160, 120))
    wait_done(nb, 4)  # a click makes a dot with the pen, and nothing with the others
    circle, dot, pen, arrow = operations(nb)
    assert [mark["type"] for mark in operations(nb)] == ["circle", "pen", "pen", "arrow"]
    assert np.allclose([circle[side] for side in "xywh"], [60, 40, 100, 80], atol=1)
    assert len(dot["points"]) == 1
    assert np.allclose([pen["points"][0], pen["points"][-1]], [(60, 40), (160, 120)], atol=1)
    assert np.allclose([arrow["start"], arrow["end"]], [(60, 40), (160, 120)], atol=1)
    assert (arrow["color"], arrow["width"]) == ("#00aa00", 4)
    assert nb.kernel_eval("canvas.mask is None and canvas.markup.getpixel((158, 118))") == (0, 170, 0, 255)
    hand.keyboard.press("Delete")
    nb.wait_for_kernel("canvas.markup is None")


@pytest.mark.long
def test_a_mark_does_not_move_when_python_answers(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    nb.kernel_exec("canvas.layer, canvas.markup_width = 'markup', 6")
    nb.out(0).get_by_text("6 px", exact=True).wait_for()
    # What Python answers is held back in the page before it is shown.
    nb.page.evaluate(
        """() => {
          const [make, held] = [createImageBitmap, new Promise((release) => (window.release = release))];
          window.createImageBitmap = (...args) => held.then(() => make(...args));
        }"""
    )
    hand.choose("a")
    hand.drag((40, 40), (140, 70))
    hand.choose("c")
    hand.drag((60, 90), (180, 180))
    hand.choose("d")
    hand.drag((200, 40), (230, 120), (280, 100))
    # All three are seen before Python's answer is, the last one at its corner.
    nb.wait_until(layer(nb, name="markup"), f"layer => ({ALPHA})(layer)[120 * {WIDTH} + 230] > 0")
    wait_done(nb, 3)
    foreseen = np.array(layer(nb, name="markup").evaluate(ALPHA))
    answer = base64.b64decode(nb.kernel_eval("__import__('base64').b64encode(canvas.markup.getchannel('A').tobytes())"))
    nb.page.evaluate("release()")
    nb.wait_until(
        layer(nb, name="markup"),
        f"(layer, made) => ({ALPHA})(layer).every((alpha, i) => alpha === made[i])",
        list(answer),
    )
    made = np.frombuffer(answer, np.uint8).astype(int)
    assert made.size == WIDTH * HEIGHT
    assert (made > 0).sum() > 3000
    assert (np.abs(made - foreseen) > 100).sum() <= 0.01 * (made > 0).sum()


def test_a_note_is_written_where_it_will_stand(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES, "1"])
    hand = Hand(nb)
    hand.choose("m")
    hand.choose("t")
    nb.wait_for_kernel("canvas.markup_tool == 'note'")
    field = art(nb).get_by_role("textbox")
    hand.click(60, 50)
    expect(field).to_be_focused()
    hand.keyboard.type("make this a bxdd")  # to the notebook these would be commands
    hand.keyboard.press("Shift+Enter")
    hand.keyboard.type("boat")
    hand.keyboard.press("Enter")
    wait_done(nb, 1)
    note = operations(nb)[0]
    assert note["text"] == "make this a bxdd\nboat"
    assert np.allclose([note["x"], note["y"]], [60, 50], atol=1)
    assert nb.root.locator(".jp-Cell").count() == 2
    expect(field).to_have_count(0)
    expect(art(nb)).to_be_focused()
    hand.click(100, 100)
    hand.keyboard.type("no")
    hand.keyboard.press("Escape")
    expect(field).to_have_count(0)
    hand.click(20, 20)
    hand.keyboard.type("elsewhere")
    hand.click(200, 150)  # puts it down, and opens no other
    wait_done(nb, 2)
    expect(field).to_have_count(0)
    hand.click(20, 100)
    hand.keyboard.type("another tool")
    nb.out(0).get_by_role("button", name="Arrow").click()
    wait_done(nb, 3)
    hand.choose("t")
    hand.click(20, 100)
    hand.keyboard.type("left")
    nb.cell(1).locator(".cm-content").click()
    wait_done(nb, 4)
    assert [mark["text"] for mark in operations(nb)[1:]] == ["elsewhere", "another tool", "left"]


@pytest.mark.long
def test_a_long_note_at_the_edge_moves_nothing(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    nb.kernel_exec("canvas.layer, canvas.markup_tool = 'markup', 'note'")
    expect(bar(nb, "Note")).to_be_visible()
    expect(tool(nb, "Note")).to_have_attribute("aria-pressed", "true")
    before = nb.wait_still(hand.layer)
    hand.click(280, 180)
    hand.keyboard.type("long " * 40)
    assert nb.wait_still(hand.layer) == before
    assert art(nb).evaluate("art => [art.scrollLeft, art.scrollTop]") == [0, 0]
    hand.keyboard.press("Enter")
    wait_done(nb, 1)
    assert operations(nb)[0]["text"] == ("long " * 40).strip()
