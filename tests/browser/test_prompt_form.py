"""`PromptForm` in a real notebook: typed, clicked, copied, reloaded, seen twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.forms import (
    FAKE,
    FORM,
    FOX,
    RUNNING,
    button,
    expect_honest_seconds,
    field,
    focused_name,
    form_in,
    primary,
    prompt,
    results,
    said,
)
from tests.browser.network import DelayProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.conftest import Gate, OpenNotebook
    from tests.browser.server import Server


def test_type_a_prompt_press_ctrl_enter_and_see_pictures(notebook: OpenNotebook) -> None:
    """The main road, on the real embedded engine, by keyboard alone."""
    nb = notebook(["import imagewidgets as iw\nform = iw.PromptForm(size='256x256', n=2)\nform", "runs = 0"])
    form = form_in(nb, 0)
    expect(primary(form)).to_be_disabled()
    expect(form).to_contain_text("0 / 32,000")
    expect(form).to_contain_text("Sketch engine· offline")
    expect(form).to_contain_text("Nothing to pay, nothing leaves this machine")
    before = nb.in_notebook("return panel.content.widgets[0].model.executionCount;")
    prompt(form).click()
    nb.page.keyboard.press("Control+Enter")  # nothing is sent without a prompt
    nb.page.keyboard.type(FOX)
    expect(form).to_contain_text("21 / 32,000")
    expect(primary(form)).to_be_enabled()
    nb.page.keyboard.press("Control+Enter")
    pictures = form.get_by_role("img", name=re.compile("Picture \\d: A red fox"))
    expect(pictures).to_have_count(2)
    for index in range(2):
        expect(pictures.nth(index)).to_have_js_property("naturalWidth", 256)
    expect(form.locator(".iw-done")).to_contain_text("2 pictures in")
    expect(form.locator(".iw-done")).to_contain_text("Free: made on this machine")
    expect(said(form)).to_contain_text("2 pictures in")
    expect(form).to_contain_text("256 × 256")
    expect(prompt(form)).to_be_focused()
    nb.wait_for_kernel(f"(form.status, form.prompt, len(form.responses)) == ('finished', {FOX!r}, 1)")
    assert nb.kernel_eval("[image.size for image in form.images]") == [(256, 256), (256, 256)]
    # Neither the keys nor the text did anything to the notebook around the form.
    assert nb.in_notebook("return panel.content.widgets[0].model.executionCount;") == before
    assert nb.in_notebook("return panel.content.widgets.length;") == 2


def test_click_generate_and_use_the_revised_prompt(notebook: OpenNotebook) -> None:
    nb = notebook(
        [FAKE, "form = iw.PromptForm(client=FakeClient({'revised_prompts': ['A fox, sitting']}), size='64x64'); form"]
    )
    form = form_in(nb)
    prompt(form).fill(FOX)
    primary(form).click()
    expect(results(form)).to_have_count(1)
    assert nb.kernel_eval("form.client.sent[0].prompt") == FOX
    expect(form).to_contain_text("A fox, sitting")
    button(form, "Use this prompt").click()
    expect(prompt(form)).to_have_value("A fox, sitting")
    expect(prompt(form)).to_be_focused()
    nb.wait_for_kernel("form.prompt == 'A fox, sitting'")
    prompt(form).press("Alt+ArrowUp")
    expect(prompt(form)).to_have_value(FOX)
    prompt(form).press("Alt+ArrowDown")
    expect(prompt(form)).to_have_value("A fox, sitting")


def test_copy_as_code(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, FORM])
    nb.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form = form_in(nb)
    primary(form).click()
    button(form, "Copy as code").click()
    expect(button(form, "Copied")).to_be_visible()
    expect(said(form)).to_have_text("Copied")
    assert nb.page.evaluate("() => navigator.clipboard.readText()") == nb.kernel_eval("form.to_code()")


def test_what_was_typed_in_a_field_counts_when_ctrl_enter_is_pressed_in_it(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, f"form = iw.PromptForm(client=FakeClient(), prompt={FOX!r}, size='64x64', seed=3); form"])
    form = form_in(nb)
    button(form, "More options").click()
    field(form, "Seed").fill("77")
    field(form, "Seed").press("Control+Enter")
    nb.wait_for_kernel("form.status == 'finished'")
    assert nb.kernel_eval("form.request.seed") == 77


def test_a_page_reload_keeps_prompt_settings_and_pictures(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING.replace("gate = Gate()", "gate = Gate(); gate.opened.set()")])
    form = form_in(nb)
    primary(form).click()
    expect(results(form)).to_have_count(2)
    prompt(form).fill("Something new")
    button(form, "More options").click()
    nb.wait_for_kernel("form.prompt == 'Something new' and form.more_options")
    nb.reload()
    expect(results(form)).to_have_count(2)
    expect(results(form).first).to_have_js_property("naturalWidth", 64)
    expect(prompt(form)).to_have_value("Something new")
    expect(button(form, "Fewer options")).to_be_visible()
    expect(said(form)).to_have_text("")  # none of it is news
    primary(form).click()
    nb.wait_for_kernel("len(form.responses) == 2")


def test_a_page_that_is_reloaded_in_the_middle_of_a_run_goes_on(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING])
    form = form_in(nb)
    primary(form).click()
    expect(form.locator(".iw-clock")).to_have_text(re.compile(r"\d s$"))
    nb.reload()
    expect(form.locator("p.iw-h")).to_contain_text("Generating 2 pictures")
    expect_honest_seconds(nb, form)
    nb.kernel_exec("gate.opened.set()")
    expect(results(form)).to_have_count(2)


def test_two_views_are_in_step(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING, "form"])
    one, two = form_in(nb), form_in(nb, 2)
    prompt(one).fill("A boat")
    expect(prompt(two)).to_have_value("A boat")
    field(two, "Quality").select_option("high")
    expect(field(one, "Quality")).to_have_value("high")
    primary(two).click()
    expect(primary(one)).to_have_text("Cancel")
    nb.kernel_exec("gate.opened.set()")
    for form in (one, two):
        expect(results(form)).to_have_count(2)


def test_what_is_typed_while_the_kernel_is_busy_is_not_lost(notebook: OpenNotebook, gate: Gate) -> None:
    nb = notebook([FAKE, RUNNING, f"{gate.code}\nwait_at_gate()"], run=False)
    nb.run_cell(0)
    nb.run_cell(1)
    form = form_in(nb)
    nb.start_cell(2)
    prompt(form).click()
    nb.page.keyboard.press("End")
    nb.page.keyboard.type(" at")
    nb.page.wait_for_timeout(250)  # longer than the pause after which it is sent: what follows is held back
    nb.page.keyboard.type(" night")
    nb.page.keyboard.press("Control+Enter")
    gate.open()
    nb.wait_for_kernel("gate.entered.is_set()")
    expect(prompt(form)).to_have_value(f"{FOX} at night")
    nb.wait_for_kernel(f"form.request is not None and form.request.prompt == {FOX + ' at night'!r}")  # told meanwhile
    nb.kernel_exec("gate.opened.set()")


@pytest.fixture
def far_away(server: Server) -> Iterator[int]:
    """The port of the server as it is from 0.3 s away; there until the pages are closed."""
    with DelayProxy(server.port, delay=0.3) as proxy:
        yield proxy.port


def test_the_echo_of_what_was_sent_takes_back_nothing_that_was_typed_since(
    far_away: int, notebook: OpenNotebook
) -> None:
    nb = notebook([FAKE, "form = iw.PromptForm(client=FakeClient()); form"], port=far_away)
    box = prompt(form_in(nb))
    box.click()
    nb.page.keyboard.type("An odd zebra")
    nb.page.wait_for_timeout(250)  # longer than the pause after which it is sent: it comes back 0.6 s later
    nb.page.keyboard.type(" mixes a cup of very hot yogurt", delay=40)
    expect(box).to_have_value("An odd zebra mixes a cup of very hot yogurt")
    nb.wait_for_kernel("form.prompt == 'An odd zebra mixes a cup of very hot yogurt'")
    expect(box).to_have_value("An odd zebra mixes a cup of very hot yogurt")


def test_the_prompt_box_grows_with_its_text(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, "form = iw.PromptForm(client=FakeClient()); form"])
    form = form_in(nb)
    height = "element => element.getBoundingClientRect().height"
    before = prompt(form).evaluate(height)
    prompt(form).fill("one\ntwo\nthree\nfour\nfive")
    assert prompt(form).evaluate(height) >= before + 3 * 24 - 1


def test_a_prompt_that_is_too_long_is_seen_to_be(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, "form = iw.PromptForm('x' * 1001, client=FakeClient(), model='dall-e-2'); form"])
    counter = form_in(nb).locator(".iw-count")
    expect(counter).to_have_text("1,001 / 1,000")
    expect(counter).to_have_class(re.compile("is-over"))
    prompt(form_in(nb)).press("Backspace")
    expect(counter).not_to_have_class(re.compile("is-over"))


def test_tab_goes_through_in_the_order_of_places(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, f"form = iw.PromptForm(client=FakeClient(), prompt={FOX!r}); form"])
    form = form_in(nb)
    prompt(form).click()
    names = []
    for _ in range(11):
        nb.page.keyboard.press("Tab")
        names.append(focused_name(nb).removesuffix("Ctrl ↵"))
    assert names[:-1] == [
        "Add input image",
        "Model",
        "Size",
        "Quality",
        "One fewer",
        "Pictures",
        "One more",
        "More options",
        "Sketch engine· offline",
        "Generate",
    ]
    assert not form.evaluate("element => element.contains(document.activeElement)")


def test_notebook_7(notebook7: OpenNotebook) -> None:
    nb = notebook7(["import imagewidgets as iw\nform = iw.PromptForm(size='256x256')\nform"])
    form = form_in(nb, 0)
    prompt(form).fill(FOX)
    prompt(form).press("Control+Enter")
    expect(results(form)).to_have_count(1)
