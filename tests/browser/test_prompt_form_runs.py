"""Runs of `PromptForm` in a real notebook: as they come, cancelled, queued, refused, asked about, gone wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.forms import (
    FAKE,
    FORM,
    FOX,
    GUARD,
    REFUSED,
    RUNNING,
    STREAMING,
    button,
    expect_honest_seconds,
    field,
    form_in,
    primary,
    prompt,
    results,
    said,
)

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook


def test_another_cell_runs_while_one_is_generating(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING, "print(6 * 7, form.status)"], run=False)
    nb.run_cell(0)
    nb.run_cell(1)
    form = form_in(nb)
    primary(form).click()
    expect(said(form)).to_have_text("Generating 2 pictures")
    expect(form.locator(".iw-skel")).to_have_count(2)
    expect(form.get_by_role("progressbar")).to_be_hidden()  # nothing tells how far it is
    nb.wait_for_kernel("form.status == 'running'")
    nb.run_cell(2)
    expect(nb.out(2)).to_have_text("42 running")
    # Honest seconds: they count, and they agree with the kernel's.
    expect_honest_seconds(nb, form)
    # The settings have folded into facts, and the button is in the same place.
    expect(field(form, "Model")).to_be_hidden()
    expect(form.locator(".iw-run-facts")).to_contain_text("sketch")
    expect(primary(form)).to_have_text("Cancel")
    primary(form).focus()
    nb.kernel_exec("gate.opened.set()")
    expect(results(form)).to_have_count(2)
    expect(primary(form)).to_contain_text("Generate")
    expect(primary(form)).to_be_focused()


def test_the_keyboard_is_not_lost_when_the_settings_fold(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING])
    form = form_in(nb)
    field(form, "Quality").press("Control+Enter")
    expect(field(form, "Quality")).to_be_hidden()
    expect(prompt(form)).to_be_focused()
    nb.kernel_exec("gate.opened.set()")
    expect(results(form)).to_have_count(2)
    expect(prompt(form)).to_be_focused()


def test_partial_pictures_come_in_the_places_of_finished_ones(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, STREAMING])
    form = form_in(nb)
    primary(form).click()
    places = form.locator(".iw-run-tiles > .iw-run")
    expect(places).to_have_count(2)
    partial = form.get_by_role("img", name="Unfinished picture 1")
    expect(partial).to_have_js_property("naturalWidth", 64)
    expect(places.nth(0)).to_contain_text("partial 1 of 2")
    expect(places.nth(1)).to_contain_text("waiting")
    expect(form.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "17")  # 1 of 6 states
    box = nb.wait_still(places.nth(0))
    element = partial.element_handle()
    nb.kernel_exec("gates[0].opened.set()")
    expect(places.nth(0)).to_contain_text("partial 2 of 2")
    expect(form.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "33")
    assert partial.evaluate("(image, before) => image === before", element)  # replaced in its place, without a gap
    assert nb.wait_still(places.nth(0)) == box
    nb.kernel_exec("gates[1].opened.set()")
    expect(form.get_by_role("img", name="Picture 1:")).to_be_visible()
    expect(places.nth(0)).to_contain_text("finished")
    nb.kernel_exec("gates[2].opened.set()")
    expect(results(form)).to_have_count(2)
    expect(form.get_by_role("progressbar")).to_be_hidden()


# Clicks on a button twice, and once more as soon as it is the one that cancels: quicker than any double click.
CLICKS = """button => new Promise((done) => {
  new MutationObserver((_, observer) => {
    if (!button.classList.contains("is-cancel")) return;
    observer.disconnect();
    button.click();
    done();
  }).observe(button, { attributes: true });
  button.click();
  button.click();
  setTimeout(done, 30_000);
})"""


def test_cancel_and_the_queue(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING])
    form = form_in(nb)
    primary(form).evaluate(CLICKS)  # one run, and none of the others is taken for Cancel
    expect(primary(form)).to_have_text("Cancel")
    nb.wait_for_kernel("form.status == 'running'")
    assert nb.kernel_eval("form._runner.waiting") == 0
    prompt(form).press("Control+Enter")
    expect(form.locator(".iw-waiting")).to_have_text("1 run waiting")
    expect(said(form)).to_have_text("1 run waiting")
    nb.kernel_exec("waiting = form._future; second = Gate(); form.client.answers.append(second)")
    nb.page.wait_for_timeout(GUARD)
    primary(form).click()
    nb.wait_for_kernel("second.entered.is_set()")
    expect(primary(form)).to_have_text("Cancel")
    # Esc asks first.
    question = form.get_by_role("alertdialog", name="Cancel this run?")
    prompt(form).press("Escape")
    expect(question).to_be_visible()
    expect(button(form, "Cancel it")).to_be_focused()
    nb.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(prompt(form)).to_be_focused()
    prompt(form).press("Escape")
    expect(button(form, "Cancel it")).to_be_focused()
    nb.page.keyboard.press("Enter")
    expect(form.get_by_text(re.compile(r"^Cancelled after \d+\.\d+ s\. Your prompt is kept\.$")).first).to_be_visible()
    expect(said(form)).to_contain_text("Cancelled after")
    expect(prompt(form)).to_have_value(FOX)
    expect(primary(form)).to_contain_text("Generate")
    nb.wait_for_kernel("(form.status, waiting.cancelled()) == ('cancelled', True)")


def test_an_error_in_plain_words_its_details_and_the_way_out(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, REFUSED])
    nb.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form = form_in(nb)
    expect(form).to_contain_text("OpenAI· api.openai.com")
    primary(form).click()
    alert = form.get_by_role("alert").filter(has_text="OpenAI did not accept the key.")
    expect(alert).to_contain_text("Nothing was charged and your prompt is kept.")
    expect(primary(form)).to_contain_text("Try again")
    details = alert.get_by_text("req_7c1e04b2")
    expect(details).to_be_hidden()
    button(alert, "Details").click()
    expect(button(alert, "Details")).to_have_attribute("aria-expanded", "true")
    expect(details).to_contain_text("AuthenticationError: 401 invalid_api_key")
    expect(details).to_contain_text(re.compile(r"line \d+, in send"))
    expect(details).not_to_contain_text("3f9a")
    button(alert, "Copy").click()
    expect(said(form)).to_have_text("Copied")
    copied = nb.page.evaluate("() => navigator.clipboard.readText()")
    assert "OpenAI did not accept the key." in copied
    assert "req_7c1e04b2" in copied
    assert "3f9a" not in copied
    button(form, "Use the sketch engine").click()
    expect(form).to_contain_text("Sketch engine· offline")
    expect(alert).to_have_count(0)
    expect(primary(form)).to_be_focused()
    nb.wait_for_kernel("form.client.embedded and form.model == 'sketch'")


BROKEN = f"""
from imagewidgets.errors import APIResponseError
broken = APIResponseError("the stream ended before the picture was complete.").with_pictures(partial=partial(0).image)
form = iw.PromptForm({FOX!r}, client=FakeClient([partial(0), broken]), size='64x64', partial_images=2)
form
"""


def test_the_last_partial_picture_of_a_broken_stream_is_kept(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, BROKEN])
    form = form_in(nb)
    primary(form).click()
    alert = form.get_by_role("alert").filter(has_text="The stream ended before the picture was complete.")
    expect(alert).to_contain_text("The last partial is kept.")
    expect(alert.get_by_role("img", name="The last partial picture")).to_have_js_property("naturalWidth", 64)


LIMITED = f"""
form = iw.PromptForm({FOX!r}, client=FakeClient(destination=OPENAI), model="gpt-image-1", quality="high", limit=0.001)
form.size = "1024x1024"
form
"""


def test_a_question_before_a_run_above_the_limit(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, LIMITED])
    form = form_in(nb)
    expect(form.locator(".iw-estimate")).to_contain_text("About $")
    question = form.get_by_role("alertdialog", name=re.compile("above your limit"))
    prompt(form).press("Control+Enter")
    expect(question).to_be_visible()
    expect(button(question, "Cancel")).to_be_focused()  # what costs nothing comes first
    nb.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(prompt(form)).to_be_focused()
    nb.wait_for_kernel("form._question == {}")
    assert nb.kernel_eval("form.client.sent") == []
    prompt(form).press("Control+Enter")
    button(question, "Cancel").click()
    expect(question).to_have_count(0)
    prompt(form).press("Control+Enter")
    button(question, "Generate anyway").click()
    expect(results(form)).to_have_count(1)
    assert nb.kernel_eval("len(form.client.sent)") == 1


def test_a_callback_that_raises_is_shown(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, FORM.replace("; form", "\nform.on_result(lambda r: 1 / 0)\nform")])
    form = form_in(nb)
    primary(form).click()
    alert = form.get_by_role("alert").filter(has_text="raised ZeroDivisionError.")
    expect(alert).to_be_visible()
    button(alert, "Details").click()
    expect(alert).to_contain_text("line 2, in <lambda>")
    expect(results(form)).to_have_count(1)


def test_where_requests_go_is_one_click_away(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, f"form = iw.PromptForm({FOX!r}, client=FakeClient(destination=OPENAI)); form"])
    form = form_in(nb)
    chip = form.locator(".iw-dest")
    chip.click()
    expect(chip).to_have_attribute("aria-expanded", "true")
    expect(form).to_contain_text("Prompts and pictures are sent to api.openai.com.")
    button(form, "Use the sketch engine").click()
    expect(chip).to_have_text("Sketch engine· offline")
    expect(chip).to_be_focused()
    expect(chip).to_have_attribute("aria-expanded", "false")


def test_pictures_can_be_shown_elsewhere(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, FORM.replace("client=", "show_results=False, client=")])
    form = form_in(nb)
    primary(form).click()
    expect(form.locator(".iw-done")).to_contain_text("1 picture in")
    expect(results(form)).to_have_count(0)
    nb.kernel_exec("form.show_results = True")
    expect(results(form)).to_have_count(1)
