"""`PromptForm` in a real notebook: typed, clicked, cancelled, reloaded, seen twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

import tests
from tests.browser.server import DARK, LIGHT

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

# The kernel knows nothing of the tests: the client that answers as a test says is run there as text.
FAKE = (Path(tests.__file__).parent / "widgets" / "fake_client.py").read_text("utf-8") + "\nimport imagewidgets as iw\n"
FOX = "A red fox in the snow"


def form_in(nb: NB, cell: int) -> Locator:
    form = nb.out(cell).locator(".imagewidgets-prompt-form")
    expect(form).to_have_count(1)
    return form


def prompt(form: Locator) -> Locator:
    return form.get_by_role("textbox", name="Prompt")


def primary(form: Locator) -> Locator:
    return form.locator(".iw-go")


def field(form: Locator, label: str) -> Locator:
    return form.get_by_label(label, exact=True)


def test_type_a_prompt_press_ctrl_enter_and_see_pictures(notebook: OpenNotebook) -> None:
    """The main road, on the real embedded engine, by keyboard alone."""
    nb = notebook(["import imagewidgets as iw\nform = iw.PromptForm(size='256x256', n=2)\nform", "runs = 0"])
    form = form_in(nb, 0)
    expect(primary(form)).to_be_disabled()
    expect(form).to_contain_text("0 / 32,000")
    expect(form).to_contain_text("Sketch engine · offline")
    expect(form).to_contain_text("Nothing to pay, nothing leaves this machine")
    before = nb.in_notebook("return panel.content.widgets[0].model.executionCount;")
    prompt(form).click()
    nb.page.keyboard.type(FOX)
    expect(form).to_contain_text("21 / 32,000")
    expect(primary(form)).to_be_enabled()
    nb.page.keyboard.press("Control+Enter")
    pictures = form.get_by_role("img", name=re.compile("Picture \\d: A red fox"))
    expect(pictures).to_have_count(2)
    for index in range(2):
        expect(pictures.nth(index)).to_have_js_property("naturalWidth", 256)
    expect(form.get_by_role("status").filter(has_text="2 pictures in")).to_contain_text("Free: made on this machine")
    expect(form).to_contain_text("256 × 256")
    assert nb.kernel_eval("[image.size for image in form.images]") == [(256, 256), (256, 256)]
    assert nb.kernel_eval("form.prompt") == FOX
    # Neither the keys nor the text did anything to the notebook around the form.
    assert nb.in_notebook("return panel.content.widgets[0].model.executionCount;") == before
    assert nb.in_notebook("return panel.content.widgets.length;") == 2


def test_click_generate_and_use_the_revised_prompt(notebook: OpenNotebook) -> None:
    nb = notebook(
        [FAKE, "form = iw.PromptForm(client=FakeClient({'revised_prompts': ['A fox, sitting']}), size='64x64'); form"]
    )
    form = form_in(nb, 1)
    prompt(form).fill(FOX)
    primary(form).click()
    expect(form.get_by_role("img")).to_have_count(1)
    assert nb.kernel_eval("form.client.sent[0].prompt") == FOX
    expect(form).to_contain_text("A fox, sitting")
    form.get_by_role("button", name="Use this prompt").click()
    expect(prompt(form)).to_have_value("A fox, sitting")
    nb.wait_for_kernel("form.prompt == 'A fox, sitting'")
    prompt(form).press("Alt+ArrowUp")
    expect(prompt(form)).to_have_value(FOX)
    prompt(form).press("Alt+ArrowDown")
    expect(prompt(form)).to_have_value("A fox, sitting")


def test_the_controls_follow_the_model(notebook: OpenNotebook) -> None:
    nb = notebook(
        [FAKE, "form = iw.PromptForm('', client=FakeClient(), model='dall-e-3', quality='hd', style='vivid')\nform"]
    )
    form = form_in(nb, 1)
    expect(form.get_by_role("button", name="One more")).to_be_disabled()
    expect(form.get_by_role("radiogroup", name="Style")).to_be_hidden()
    form.get_by_role("button", name="More options").click()
    expect(form.get_by_role("radio", name="Vivid")).to_have_attribute("aria-checked", "true")
    form.get_by_role("radio", name="Vivid").press("ArrowRight")
    nb.wait_for_kernel("form.style == 'natural'")
    expect(form.get_by_role("radio", name="Natural")).to_be_focused()
    field(form, "Model").select_option("gpt-image-2")
    note = form.get_by_role("status").filter(has_text="Changed for gpt-image-2")
    expect(note).to_contain_text("style removed (it has none), quality hd → high. Prompt, size and count kept.")
    expect(form.get_by_role("radiogroup", name="Style")).to_have_count(0)
    expect(form.get_by_role("radiogroup", name="Background")).to_be_visible()
    expect(form.locator(".iw-field[data-name=quality]")).to_contain_text("changed")
    expect(field(form, "Model")).to_be_visible()
    form.get_by_role("button", name="Undo").click()
    expect(field(form, "Model")).to_have_value("dall-e-3")
    expect(field(form, "Quality")).to_have_value("hd")
    expect(note).to_have_count(0)
    assert nb.kernel_eval("(form.model, form.style)") == ("dall-e-3", "natural")


def test_copy_as_code(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, f"form = iw.PromptForm(client=FakeClient(), prompt={FOX!r}, size='64x64')\nform"])
    nb.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form = form_in(nb, 1)
    primary(form).click()
    form.get_by_role("button", name="Copy as code").click()
    expect(form.get_by_text("Copied")).to_be_visible()
    assert nb.page.evaluate("() => navigator.clipboard.readText()") == nb.kernel_eval("form.to_code()")


def test_settings_by_hand(notebook: OpenNotebook) -> None:
    nb = notebook(
        [FAKE, "form = iw.PromptForm(client=FakeClient(), model='gpt-image-2'); form.more_options = True; form"]
    )
    form = form_in(nb, 1)
    form.get_by_role("button", name="One more").click()
    nb.wait_for_kernel("form.n == 2")
    field(form, "Pictures").fill("4")
    field(form, "Pictures").press("Enter")
    nb.wait_for_kernel("form.n == 4")
    field(form, "Quality").select_option("low")
    nb.wait_for_kernel("form.quality == 'low'")
    expect(field(form, "Compression")).to_be_disabled()
    field(form, "Format").select_option("webp")
    field(form, "Compression").fill("70")
    nb.wait_for_kernel("form.output_compression == 70")
    field(form, "User label").fill("someone")
    field(form, "User label").press("Tab")
    nb.wait_for_kernel("form.user == 'someone'")
    # A size of one's own: refused with the rule, then taken.
    field(form, "Size").select_option("Custom…")
    box = form.get_by_role("textbox", name="Custom size")
    expect(box).to_be_focused()
    box.fill("1000 x 1000")
    box.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("both multiples of 16")
    expect(field(form, "Size")).to_have_value("auto")
    field(form, "Size").select_option("Custom…")
    box.fill("1600×1008")
    box.press("Enter")
    nb.wait_for_kernel("form.size == '1600x1008'")
    expect(form.get_by_role("alert").filter(has_text="multiples")).to_have_count(0)
    expect(field(form, "Size").locator("option:checked")).to_have_text("1600 × 1008")


def test_what_was_typed_in_a_field_counts_when_ctrl_enter_is_pressed_in_it(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, f"form = iw.PromptForm(client=FakeClient(), prompt={FOX!r}, size='64x64', seed=3); form"])
    form = form_in(nb, 1)
    form.get_by_role("button", name="More options").click()
    field(form, "Seed").fill("77")
    field(form, "Seed").press("Control+Enter")
    nb.wait_for_kernel("form.status == 'finished'")
    assert nb.kernel_eval("form.request.seed") == 77


RUNNING = f"""
gate = Gate()
form = iw.PromptForm(client=FakeClient(gate), prompt={FOX!r}, size='64x64', n=2)
form
"""


def test_another_cell_runs_while_one_is_generating(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING, "print(6 * 7, form.status)"], run=False)
    nb.run_cell(0)
    nb.run_cell(1)
    form = form_in(nb, 1)
    primary(form).click()
    expect(form.get_by_role("status").filter(has_text="Generating 2 pictures")).to_be_visible()
    expect(form.locator(".iw-skel")).to_have_count(2)
    nb.run_cell(2)
    expect(nb.out(2)).to_have_text("42 running")
    # Honest seconds: they count, and they agree with the kernel's.
    clock = form.locator(".iw-clock")
    expect(clock).to_have_text(re.compile(r"^[1-9]\d*\.\d s$"))
    shown = float((clock.text_content() or "").split()[0])
    assert abs(shown - nb.kernel_eval("form._runner.running.seconds")) < 1.0
    # The settings have folded into facts, and the button is in the same place.
    expect(field(form, "Model")).to_be_hidden()
    expect(form).to_contain_text("sketch")
    expect(primary(form)).to_have_text("Cancel")
    primary(form).focus()
    nb.kernel_exec("gate.opened.set()")
    expect(form.get_by_role("img")).to_have_count(2)
    expect(primary(form)).to_contain_text("Generate")
    expect(primary(form)).to_be_focused()


def test_cancel_and_the_queue(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING])
    form = form_in(nb, 1)
    primary(form).dblclick()  # one run, and the second click is not taken for Cancel
    expect(primary(form)).to_have_text("Cancel")
    assert nb.kernel_eval("(form.status, form._runner.waiting)") == ("running", 0)
    prompt(form).press("Control+Enter")
    expect(form).to_contain_text("1 run waiting")
    nb.kernel_exec("waiting = form._future; second = Gate(); form.client.answers.append(second)")
    nb.page.wait_for_timeout(600)  # longer than the guard against double clicks
    primary(form).click()
    nb.wait_for_kernel("second.entered.is_set()")
    expect(primary(form)).to_have_text("Cancel")
    # Esc asks first.
    prompt(form).press("Escape")
    expect(form.get_by_text("Cancel this run?")).to_be_visible()
    expect(form.get_by_role("button", name="Cancel it")).to_be_focused()
    nb.page.keyboard.press("Escape")
    expect(form.get_by_text("Cancel this run?")).to_be_hidden()
    prompt(form).press("Escape")
    nb.page.keyboard.press("Enter")
    expect(form.get_by_text(re.compile(r"^Cancelled after \d+\.\d+ s\. Your prompt is kept\.$"))).to_be_visible()
    expect(prompt(form)).to_have_value(FOX)
    expect(primary(form)).to_contain_text("Generate")
    assert nb.kernel_eval("(form.status, waiting.cancelled())") == ("cancelled", True)


REFUSED = f"""
from imagewidgets.errors import AuthenticationError
error = AuthenticationError("OpenAI answered 401: Incorrect API key provided: sk-abc***3f9a.", status_code=401,
                            code="invalid_api_key", request_id="req_7c1e04b2")
form = iw.PromptForm(client=FakeClient(error, destination=OPENAI), prompt={FOX!r})
form
"""


def test_an_error_in_plain_words_and_the_way_out(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, REFUSED])
    form = form_in(nb, 1)
    expect(form).to_contain_text("OpenAI · api.openai.com")
    primary(form).click()
    alert = form.get_by_role("alert").filter(has_text="OpenAI did not accept the key.")
    expect(alert).to_contain_text("Nothing was charged and your prompt is kept.")
    expect(primary(form)).to_contain_text("Try again")
    details = alert.get_by_text("req_7c1e04b2")
    expect(details).to_be_hidden()
    alert.get_by_role("button", name="Details").click()
    expect(details).to_contain_text("AuthenticationError: 401 invalid_api_key")
    expect(details).not_to_contain_text("3f9a")
    form.get_by_role("button", name="Use the sketch engine").click()
    expect(form).to_contain_text("Sketch engine · offline")
    expect(alert).to_have_count(0)
    nb.wait_for_kernel("form.client.embedded and form.model == 'sketch'")


def test_a_callback_that_raises_is_shown(notebook: OpenNotebook) -> None:
    nb = notebook(
        [
            FAKE,
            f"form = iw.PromptForm({FOX!r}, client=FakeClient(), size='64x64')\nform.on_result(lambda r: 1 / 0)\nform",
        ]
    )
    form = form_in(nb, 1)
    primary(form).click()
    expect(form.get_by_role("alert").filter(has_text="raised ZeroDivisionError.")).to_be_visible()
    expect(form.get_by_role("img")).to_have_count(1)


def test_a_page_reload_keeps_prompt_settings_and_pictures(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING.replace("gate = Gate()", "gate = Gate(); gate.opened.set()")])
    form = form_in(nb, 1)
    primary(form).click()
    expect(form.get_by_role("img")).to_have_count(2)
    prompt(form).fill("Something new")
    form.get_by_role("button", name="More options").click()
    nb.wait_for_kernel("form.prompt == 'Something new' and form.more_options")
    nb.reload()
    expect(form.get_by_role("img")).to_have_count(2)
    expect(form.get_by_role("img").first).to_have_js_property("naturalWidth", 64)
    expect(prompt(form)).to_have_value("Something new")
    expect(form.get_by_role("button", name="Fewer options")).to_be_visible()
    primary(form).click()
    nb.wait_for_kernel("len(form.responses) == 2")


def test_a_page_that_is_reloaded_in_the_middle_of_a_run_goes_on(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING])
    form = form_in(nb, 1)
    primary(form).click()
    expect(form.locator(".iw-clock")).to_have_text(re.compile(r"\d s$"))
    nb.reload()
    expect(form.get_by_role("status").filter(has_text="Generating 2 pictures")).to_be_visible()
    shown = float((form.locator(".iw-clock").text_content() or "").split()[0])
    assert abs(shown - nb.kernel_eval("form._runner.running.seconds")) < 1.0
    nb.kernel_exec("gate.opened.set()")
    expect(form.get_by_role("img")).to_have_count(2)


def test_two_views_are_in_step(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING, "form"])
    one, two = form_in(nb, 1), form_in(nb, 2)
    prompt(one).fill("A boat")
    expect(prompt(two)).to_have_value("A boat")
    field(two, "Quality").select_option("high")
    expect(field(one, "Quality")).to_have_value("high")
    primary(two).click()
    expect(primary(one)).to_have_text("Cancel")
    nb.kernel_exec("gate.opened.set()")
    for form in (one, two):
        expect(form.get_by_role("img")).to_have_count(2)


def test_what_is_typed_while_the_kernel_is_busy_is_not_lost(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING, "import threading\nhold = threading.Event(); hold.wait(1.5)"], run=False)
    nb.run_cell(0)
    nb.run_cell(1)
    form = form_in(nb, 1)
    nb.in_notebook("panel.content.activeCellIndex = 2; app.commands.execute('notebook:run-cell');")
    prompt(form).click()
    nb.page.keyboard.press("End")
    nb.page.keyboard.type(" at night", delay=30)
    nb.page.keyboard.press("Control+Enter")
    nb.wait_for_kernel("gate.entered.is_set()")
    expect(prompt(form)).to_have_value(f"{FOX} at night")
    assert nb.kernel_eval("form.request.prompt") == f"{FOX} at night"
    nb.kernel_exec("gate.opened.set()")


def test_the_prompt_box_grows_with_its_text(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, "form = iw.PromptForm(client=FakeClient()); form"])
    form = form_in(nb, 1)
    height = "element => element.getBoundingClientRect().height"
    before = prompt(form).evaluate(height)
    prompt(form).fill("one\ntwo\nthree\nfour\nfive")
    assert prompt(form).evaluate(height) >= before + 3 * 24 - 1


def test_tab_goes_through_in_the_order_of_places(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, f"form = iw.PromptForm(client=FakeClient(), prompt={FOX!r}); form"])
    form = form_in(nb, 1)
    prompt(form).click()
    names = []
    for _ in range(8):
        nb.page.keyboard.press("Tab")
        names.append(
            nb.page.evaluate(
                "() => { const e = document.activeElement;"
                " return e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent; }"
            )
        )
    assert [name.replace("changed", "").split(" Ctrl")[0].replace("Ctrl ↵", "") for name in names] == [
        "Model",
        "Size",
        "Quality",
        "Pictures",
        "One more",
        "More options",
        "Generate",
        names[-1],
    ]
    assert not form.evaluate("element => element.contains(document.activeElement)")


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_readable_in_both_themes_and_nothing_sticks_out_at_480(notebook: OpenNotebook, theme: str) -> None:
    nb = notebook([FAKE, REFUSED, RUNNING.replace("form", "other")], theme=theme, width=480)
    form = form_in(nb, 1)
    form.get_by_role("button", name="More options").click()
    primary(form).click()
    expect(form.get_by_role("alert").filter(has_text="did not accept")).to_be_visible()
    other = form_in(nb, 2)
    nb.kernel_exec("gate.opened.set()")
    primary(other).click()
    expect(other.get_by_role("img")).to_have_count(2)
    for shown in (form, other):
        assert shown.evaluate("element => element.scrollWidth <= element.clientWidth")
        assert shown.evaluate(STICKING_OUT) == []
    for part in (".iw-label", ".iw-count", ".iw-dest", ".iw-alert strong", ".iw-go"):
        assert form.locator(part).first.evaluate(CONTRAST) >= 4.5, part


def test_notebook_7(notebook7: OpenNotebook) -> None:
    nb = notebook7(["import imagewidgets as iw\nform = iw.PromptForm(size='256x256')\nform"])
    form = form_in(nb, 0)
    prompt(form).fill(FOX)
    prompt(form).press("Control+Enter")
    expect(form.get_by_role("img")).to_have_count(1)


# Elements of a form that reach beyond its card.
STICKING_OUT = """
form => {
  const card = form.querySelector(".iw-card").getBoundingClientRect();
  return [...form.querySelectorAll("*:not(.iw-sr)")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > card.right + 1 || box.left < card.left - 1);
  }).map((element) => element.className || element.tagName);
}
"""

# The contrast of an element's text with what is behind it (WCAG 2.2, 1.4.3).
CONTRAST = """
element => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (css) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = css;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  let behind = element;
  while (rgba(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
  const luminance = (css) => {
    const [r, g, b] = rgba(css).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const both = [luminance(getComputedStyle(element).color), luminance(getComputedStyle(behind).backgroundColor)];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}
"""
