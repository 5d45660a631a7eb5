"""Pictures to start from in `PromptForm`, in a real notebook: chosen, dropped, pasted, edited, varied, masked."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.forms import FAKE, FORM, FOX, WITH_INPUT, button, field, form_in, primary, prompt, results, said

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import OpenNotebook

PART = 4_000_000  # bytes in one message
GIVE = """(target, [kind, field, bytes, name, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  const make = kind === "paste" ? ClipboardEvent : DragEvent;
  target.dispatchEvent(new make(kind, { [field]: data, bubbles: true, cancelable: true }));
}"""


def png(size: tuple[int, int] = (40, 30), colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def choose(form: Locator, *files: Path) -> None:
    form.locator("input[type=file]").set_input_files(list(files))


def chips(form: Locator) -> Locator:
    return form.locator(".iw-chips .iw-chip")


def test_a_picture_makes_an_edit_of_it_and_its_removal_undoes_that(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([FAKE, FORM])
    form = form_in(nb)
    expect(primary(form)).to_contain_text("Generate")
    with nb.page.expect_file_chooser() as chosen:
        button(form, "Add input image").click()
    (tmp_path / "otter.png").write_bytes(png())
    (tmp_path / "boat.png").write_bytes(png((50, 20), "brown"))
    chosen.value.set_files([tmp_path / "otter.png", tmp_path / "boat.png"])
    expect(chips(form)).to_have_count(2)
    expect(form.get_by_role("img", name="Input: otter.png")).to_have_js_property("naturalWidth", 40)
    nb.wait_for_kernel("[image.size for image in form.inputs] == [(40, 30), (50, 20)]")
    expect(button(form, "Add another image")).to_be_visible()
    expect(primary(form)).to_contain_text("Edit")
    button(form, "Remove boat.png").focus()
    nb.page.keyboard.press("Enter")
    expect(chips(form)).to_have_count(1)
    expect(button(form, "Remove otter.png")).to_be_focused()
    primary(form).click()
    expect(results(form)).to_have_count(1)
    assert nb.kernel_eval("(type(form.request).__name__, form.request.prompt)") == ("CreateImageEditRequest", FOX)
    button(form, "Remove otter.png").focus()
    nb.page.keyboard.press("Enter")
    expect(button(form, "Add input image")).to_be_focused()
    expect(primary(form)).to_contain_text("Generate")
    nb.wait_for_kernel("form.inputs == []")


def test_vary_beside_edit_and_alone_without_a_prompt(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, WITH_INPUT])
    form = form_in(nb)
    expect(button(form, "Vary")).to_be_visible()
    expect(primary(form)).to_contain_text("Edit")
    button(form, "Vary").click()
    nb.wait_for_kernel("type(form.request).__name__ == 'CreateImageVariationRequest'")
    expect(results(form)).to_have_count(1)
    prompt(form).fill("")
    expect(primary(form)).to_contain_text("Vary")
    expect(form.locator(".iw-vary")).to_be_hidden()
    expect(prompt(form)).to_have_attribute("placeholder", "Describe the whole result")
    field(form, "Pictures").fill("4")
    field(form, "Pictures").press("Enter")
    expect(primary(form)).to_contain_text("Make 4 variations")
    expect(primary(form)).to_be_enabled()
    prompt(form).press("Control+Enter")
    expect(results(form)).to_have_count(4)
    nb.wait_for_kernel("len(form.responses) == 2")


@pytest.mark.parametrize(("kind", "data"), [("drop", "dataTransfer"), ("paste", "clipboardData")])
def test_a_picture_is_dropped_or_pasted(notebook: OpenNotebook, kind: str, data: str) -> None:
    nb = notebook([FAKE, FORM, "1"])
    form = form_in(nb)
    file = base64.b64encode(png()).decode()
    over = form.locator(".iw-form-drop")
    if kind == "drop":
        prompt(form).evaluate(GIVE, ["dragenter", data, file, "new.png", "image/png"])
        expect(over).to_have_text("Drop to start from this picture")
        expect(over).to_be_visible()
    prompt(form).evaluate(GIVE, [kind, data, file, "new.png", "image/png"])
    expect(chips(form)).to_have_count(1)
    expect(over).to_be_hidden()
    nb.wait_for_kernel("[image.size for image in form.inputs] == [(40, 30)]")
    assert nb.root.locator(".jp-Cell").count() == 3  # the notebook took nothing of it
    prompt(form).evaluate(GIVE, [kind, data, file, "notes.txt", "text/plain"])
    expect(form.get_by_role("alert").filter(has_text="notes.txt is no picture.")).to_be_visible()


def test_text_is_pasted_as_text(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, FORM])
    nb.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form = form_in(nb)
    nb.page.evaluate("() => navigator.clipboard.writeText(' at night')")
    prompt(form).click()
    nb.page.keyboard.press("End")
    nb.page.keyboard.press("Control+v")
    expect(prompt(form)).to_have_value(f"{FOX} at night")


def test_a_large_file_goes_in_parts(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([FAKE, FORM])
    form = form_in(nb)
    Image.effect_noise((3000, 3200), 90).save(tmp_path / "noise.png", compress_level=0)
    size = (tmp_path / "noise.png").stat().st_size
    assert size > 2 * PART
    nb.traffic.clear()
    choose(form, tmp_path / "noise.png")
    expect(chips(form)).to_have_count(1)
    sent = [message.size for message in nb.traffic.sent() if message.size > 100_000]
    assert len(sent) == -(-size // PART)
    assert max(sent) < PART + 10_000
    nb.wait_for_kernel("form.inputs[0].size == (3000, 3200)")
    expect(form.locator(".iw-chip--sending")).to_be_hidden()


def test_a_file_that_is_no_picture_is_refused_in_words(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([FAKE, FORM])
    form = form_in(nb)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    alert = form.get_by_role("alert").filter(has_text="broken.png")
    choose(form, tmp_path / "broken.png")
    expect(alert).to_be_visible()
    assert nb.kernel_eval("form.inputs") == []
    (tmp_path / "good.png").write_bytes(png())
    choose(form, tmp_path / "good.png")
    expect(chips(form)).to_have_count(1)
    expect(alert).to_have_count(0)


MASKED = f"""
drawn = []
def draw(image):
    drawn.append(image.size)
    selection = Image.new("L", image.size)
    selection.paste(255, (0, 0, image.width // 2, image.height))
    form.mask = selection
form = iw.PromptForm({FOX!r}, client=FakeClient(), inputs=[Image.new("RGB", (96, 64), "teal")])
form
"""


def test_a_mask_is_drawn_where_somebody_listens(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, MASKED])
    form = form_in(nb)
    expect(chips(form)).to_have_count(1)
    expect(button(form, "Draw a mask")).to_be_hidden()
    nb.kernel_exec("form.on_draw_mask(draw)")
    button(form, "Draw a mask").focus()
    nb.page.keyboard.press("Enter")
    mask = form.locator(".iw-chip--mask")
    expect(mask).to_contain_text("50 %")
    expect(said(form)).to_contain_text("50 %")
    expect(form.locator(":focus")).to_have_count(1)  # the keyboard is still in the form
    assert nb.kernel_eval("drawn") == [(96, 64)]
    expect(primary(form)).to_contain_text("Edit masked area")
    keep = form.get_by_role("checkbox", name="Keep pixels outside the mask")
    expect(keep).to_be_checked()
    keep.uncheck()
    nb.wait_for_kernel("not form.keep_outside")
    primary(form).click()
    nb.wait_for_kernel("form.request is not None and form.request.mask is not None")
    expect(results(form)).to_have_count(1)
    button(form, "Remove the mask").focus()
    nb.page.keyboard.press("Enter")
    expect(primary(form)).to_have_text(re.compile("^Edit *Ctrl"))
    expect(keep).to_be_hidden()
    nb.wait_for_kernel("form.mask is None")
