"""The handles by which a picture is extended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Gate
from tests.browser.mask_hand import SQUARES, Hand, wait_done
from tests.browser.mask_parts import WIDTH, operations

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import OpenNotebook

pytestmark = pytest.mark.long


def test_handles_extend_the_picture_by_drag_by_arrows_and_by_numbers(notebook: OpenNotebook) -> None:
    nb = notebook([SQUARES])
    hand = Hand(nb)
    out = nb.out(0)
    nb.kernel_exec("canvas.add_rectangle(0, 0, 10, 10)")
    toggle = out.get_by_role("button", name="Extend the picture")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    apply = out.get_by_role("button", name="Extend", exact=True)
    expect(apply).to_have_attribute("aria-disabled", "true")
    right = out.get_by_role("slider", name="Extend on the right")
    expect(right).to_be_focused()
    for key in ["ArrowRight", "Shift+ArrowRight", "ArrowLeft"]:
        nb.page.keyboard.press(key)
    expect(right).to_have_attribute("aria-valuetext", "64 px")
    left = out.get_by_role("slider", name="Extend on the left")
    paper, box = nb.wait_still(hand.layer), nb.wait_still(left)
    at = (box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2)
    hand.mouse.move(*at)
    hand.mouse.down()
    hand.mouse.move(at[0] - 40 * paper["width"] / WIDTH, at[1], steps=4)
    hand.mouse.up()
    expect(left).to_have_attribute("aria-valuetext", "40 px")
    top = out.get_by_label("top, how far on the top in px")
    top.fill("-3")
    top.press("Enter")
    expect(out.get_by_text("top takes a whole number of px from 0 to 16384; it is still 0.")).to_be_visible()
    assert len(operations(nb)) == 1
    top.fill("17")
    expect(out.get_by_text("top takes a whole number")).to_be_hidden()
    expect(out.get_by_text("404 × 217 px")).to_be_visible()
    apply.click()
    nb.wait_for_kernel("len(canvas.operations) == 2")
    assert operations(nb)[1] == {"type": "extend", "left": 40, "top": 17, "right": 64, "bottom": 0}
    assert nb.kernel_eval(
        "canvas.mask.size, canvas.selection.getpixel((45, 20)), canvas.selection.getpixel((60, 60))"
    ) == (
        (404, 217),
        255,
        0,
    )
    nb.wait_until(hand.layer, "layer => Math.abs(layer.width / layer.height - 404 / 217) < .02")
    expect(right).to_be_hidden()
    toggle.click()
    nb.page.keyboard.press("ArrowRight")
    nb.page.keyboard.press("Escape")
    expect(right).to_be_hidden()
    expect(hand.art).to_be_focused()
    assert len(operations(nb)) == 2


def test_what_is_under_way_is_seen_in_its_place_after_the_picture_was_extended(
    notebook: OpenNotebook, tmp_path: Path
) -> None:
    busy, answering = Gate(tmp_path / "busy"), Gate(tmp_path / "answering")
    nb = notebook([SQUARES, f"{busy.code}\nwait_at_gate()"], run=False, height=1400)
    nb.run_cell(0)
    hand = Hand(nb, full_size=False)
    wider = "change.old['width'] < change.new['width']"
    nb.kernel_exec(
        f"{answering.code.replace('wait_at_gate', 'wait_then')}\n"
        f"canvas.observe(lambda change: {wider} and wait_then(), '_state')"
    )
    nb.out(0).get_by_role("button", name="Extend the picture").click()
    nb.out(0).get_by_label("left, how far on the left").fill("100")
    nb.start_cell(1)
    nb.out(0).get_by_role("button", name="Extend", exact=True).click()
    hand.drag((110, 100), (150, 100))
    busy.open()
    expect(nb.out(0).locator(".iw-size")).to_have_text("400 × 200 px")
    seen = """layer => {
      const alpha = (x) => layer.getContext("2d").getImageData((x / 400) * layer.width, layer.height / 2, 1, 1).data[3];
      return [50, 150, 230, 300].map(alpha).join() === "255,0,255,0";
    }"""
    nb.wait_until(hand.layer, seen)  # Python has not come to it yet
    answering.open()
    wait_done(nb, 2)
    assert nb.kernel_eval("canvas.operations[-1]['points'][-1]") == pytest.approx([250, 100], abs=1)
