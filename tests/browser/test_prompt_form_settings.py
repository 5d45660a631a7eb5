"""The controls of `PromptForm` in a real notebook: what the model takes, set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.forms import FAKE, HOSTED, button, field, form_in, prompt, said

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

FREE_SIZE = "form = iw.PromptForm(client=FakeClient(), model='gpt-image-2'); form"


def test_the_controls_follow_the_model(notebook: OpenNotebook) -> None:
    nb = notebook(
        [FAKE, "form = iw.PromptForm('', client=FakeClient(), model='dall-e-3', quality='hd', style='vivid')\nform"]
    )
    form = form_in(nb)
    expect(form.get_by_role("radiogroup", name="Style")).to_be_hidden()
    button(form, "More options").click()
    expect(form.get_by_role("radio", name="Vivid")).to_have_attribute("aria-checked", "true")
    form.get_by_role("radio", name="Vivid").press("ArrowRight")
    nb.wait_for_kernel("form.style == 'natural'")
    expect(form.get_by_role("radio", name="Natural")).to_be_focused()
    field(form, "Model").focus()
    field(form, "Model").select_option("gpt-image-2")
    note = form.locator(".iw-alert").filter(has_text="Changed for gpt-image-2")
    sentence = "Changed for gpt-image-2: style removed (it has none), quality hd → high. Prompt, size and count kept."
    expect(note).to_contain_text(sentence)
    expect(said(form)).to_have_text(sentence)
    expect(form.get_by_role("radiogroup", name="Style")).to_have_count(0)
    expect(form.get_by_role("radiogroup", name="Background")).to_be_visible()
    expect(form.locator(".iw-field[data-name=quality]")).to_contain_text("changed")
    expect(field(form, "Model")).to_be_focused()
    button(form, "Undo").click()
    expect(field(form, "Model")).to_have_value("dall-e-3")
    expect(field(form, "Quality")).to_have_value("hd")
    expect(note).to_have_count(0)
    expect(prompt(form)).to_be_focused()
    nb.wait_for_kernel("(form.model, form.style) == ('dall-e-3', 'natural')")


def test_the_keyboard_stays_in_a_field_that_another_model_has_too(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, "form = iw.PromptForm(client=FakeClient(), model='dall-e-3'); form"])
    form = form_in(nb)
    field(form, "Quality").focus()
    nb.kernel_exec("form.model = 'gpt-image-2'")
    expect(field(form, "Model")).to_have_value("gpt-image-2")
    expect(field(form, "Quality")).to_be_focused()


def test_settings_by_hand(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, f"{FREE_SIZE.removesuffix('form')}form.more_options = True; form"])
    form = form_in(nb)
    expect(button(form, "One fewer")).to_be_disabled()
    button(form, "One more").click()
    nb.wait_for_kernel("form.n == 2")
    field(form, "Pictures").fill("4")
    field(form, "Pictures").press("Enter")
    nb.wait_for_kernel("form.n == 4")
    field(form, "Pictures").press("ArrowDown")
    nb.wait_for_kernel("form.n == 3")
    field(form, "Pictures").fill("10")
    field(form, "Pictures").press("Enter")
    expect(button(form, "One more")).to_be_disabled()
    field(form, "Quality").select_option("low")
    nb.wait_for_kernel("form.quality == 'low'")
    expect(field(form, "Compression")).to_be_disabled()
    expect(field(form, "Compression")).to_have_attribute("title", "For webp and jpeg")
    field(form, "Format").select_option("webp")
    field(form, "Compression").fill("70")
    nb.wait_for_kernel("form.output_compression == 70")
    expect(form.locator(".iw-field[data-name=output_compression] output")).to_have_text("70")
    field(form, "User label").fill("someone")
    field(form, "User label").press("Tab")
    nb.wait_for_kernel("form.user == 'someone'")


def test_a_count_that_cannot_be_is_refused_beside_its_field(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, FREE_SIZE])
    form = form_in(nb)
    field(form, "Pictures").fill("many")
    field(form, "Pictures").press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("Pictures must be a whole number")
    expect(field(form, "Pictures")).to_have_attribute("aria-invalid", "")
    expect(form.locator(".iw-field[data-name=n].is-wrong")).to_have_count(1)
    field(form, "Pictures").fill("2")
    field(form, "Pictures").press("Enter")
    nb.wait_for_kernel("form.n == 2")
    expect(form.locator(".is-wrong")).to_have_count(0)


def test_a_size_of_ones_own_in_two_fields(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, FREE_SIZE])
    form = form_in(nb)
    width, height = field(form, "Width in px"), field(form, "Height in px")
    field(form, "Size").select_option("Custom…")
    expect(width).to_be_focused()
    width.fill("1000")
    width.press("Tab")
    height.fill("1000")
    height.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("multiples of 16")
    expect(width).to_have_value("1000")  # what was typed is there to be corrected
    width.fill("1600")
    height.fill("1008")
    height.press("Tab")  # leaving them sends, too: to the button beside, it is still to be left
    expect(button(form, "Back to the list of sizes")).to_be_focused()
    nb.page.keyboard.press("Tab")
    nb.wait_for_kernel("form.size == '1600x1008'")
    expect(form.get_by_role("alert").filter(has_text="multiples")).to_have_count(0)
    nb.reload()
    expect(width).to_have_value("1600")
    expect(height).to_have_value("1008")
    button(form, "Back to the list of sizes").click()
    expect(field(form, "Size")).to_be_visible()
    expect(field(form, "Size")).to_be_focused()
    nb.wait_for_kernel("form.size != '1600x1008'")
    # Esc leaves the fields and changes nothing.
    before = "1024x1024"
    field(form, "Size").select_option(before)
    nb.wait_for_kernel(f"form.size == {before!r}")
    field(form, "Size").select_option("Custom…")
    expect(height).to_have_value("1024")
    width.fill("1600")
    width.press("Escape")
    expect(field(form, "Size")).to_be_focused()
    expect(field(form, "Size")).to_have_value(before)
    assert nb.kernel_eval("form.size") == before


def test_what_goes_along_untouched_and_the_limit(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, HOSTED])
    form = form_in(nb)
    button(form, "More options").click()
    expect(form.locator(".iw-field[data-name=extra]")).to_contain_text("sent untouched")
    extra = field(form, "Extra parameters")
    extra.fill("watermark=false, cfg_scale=7")
    extra.press("Enter")
    nb.wait_for_kernel("form.extra == {'watermark': False, 'cfg_scale': 7}")
    field(form, "Ask above, $").fill("0.5")
    field(form, "Ask above, $").press("Enter")
    nb.wait_for_kernel("form.limit == 0.5")
