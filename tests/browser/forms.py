"""Prompt forms in a notebook, as tests find their parts; and a client in the kernel that answers as a test says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, expect

import tests

if TYPE_CHECKING:
    from tests.browser.harness import NB

# The kernel knows nothing of the tests: the client that answers as a test says is run there as text.
FAKE = (Path(tests.__file__).parent / "widgets" / "fake_client.py").read_text("utf-8") + "\nimport imagewidgets as iw\n"
FOX = "A red fox in the snow"
GUARD = 600  # ms: longer than the guard against double clicks
TICK = 0.2  # s: more than the clock of a run shows too little or too much, by its steps and by rounding

FORM = f"form = iw.PromptForm({FOX!r}, client=FakeClient(), size='64x64'); form"
HOSTED = f"form = iw.PromptForm({FOX!r}, client=FakeClient(destination=OPENAI), model='gpt-image-2'); form"
RUNNING = f"""
gate = Gate()
form = iw.PromptForm(client=FakeClient(gate), prompt={FOX!r}, size='64x64', n=2)
form
"""
STREAMING = f"""
gates = [Gate(), Gate(), Gate()]
events = [partial(0), gates[0], partial(1, "teal"), gates[1], final(), gates[2], final()]
form = iw.PromptForm({FOX!r}, client=FakeClient(events), size='64x64', n=2, partial_images=2)
form
"""
REFUSED = f"""
from imagewidgets.errors import AuthenticationError
error = AuthenticationError("OpenAI answered 401: Incorrect API key provided: sk-abc***3f9a.", status_code=401,
                            code="invalid_api_key", request_id="req_7c1e04b2")
form = iw.PromptForm(client=FakeClient(error, destination=OPENAI), prompt={FOX!r})
form
"""
WITH_INPUT = f"""
otter = Image.new("RGB", (96, 64), "teal")
form = iw.PromptForm({FOX!r}, client=FakeClient())
form.add_input(otter, name="Sea otter")
form
"""


def form_in(nb: NB, cell: int = 1) -> Locator:
    form = nb.out(cell).locator(".imagewidgets-prompt-form")
    expect(form).to_have_count(1)
    return form


def prompt(form: Locator) -> Locator:
    return form.get_by_role("textbox", name="Prompt", exact=True)


def primary(form: Locator) -> Locator:
    return form.locator(".iw-go")


def field(form: Locator, label: str) -> Locator:
    return form.get_by_label(label, exact=True)


def button(form: Locator, name: str) -> Locator:
    return form.get_by_role("button", name=name, exact=True)


def said(form: Locator) -> Locator:
    """Return what is said to screen readers."""
    return form.locator(".iw-sr[role=status]")


def results(form: Locator) -> Locator:
    """Return the pictures of the last run."""
    return form.locator("figure.iw-run img")


def expect_honest_seconds(nb: NB, form: Locator) -> None:
    """Wait until the clock of a run counts whole seconds, and see that they are the kernel's."""
    seconds = "form._runner.running.seconds"
    nb.wait_for_kernel(f"{seconds} > 1")
    before = nb.kernel_eval(seconds)
    clock = form.locator(".iw-clock").element_handle()
    nb.page.wait_for_function("([clock, least]) => parseFloat(clock.textContent) > least", arg=[clock, before - TICK])
    shown = float((form.locator(".iw-clock").text_content() or "").split()[0])
    assert shown < nb.kernel_eval(seconds) + TICK


def focused_name(nb: NB) -> str:
    """Return the name of the element that has the keyboard."""
    name: str = nb.page.evaluate(
        "() => { const e = document.activeElement;"
        " return e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent; }"
    )
    return name


# Elements of a form that reach beyond its card.
STICKING_OUT = """
form => {
  const card = form.querySelector(".iw-card").getBoundingClientRect();
  return [...form.querySelectorAll("*:not(.iw-sr, .iw-prompt__label)")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > card.right + 1 || box.left < card.left - 1);
  }).map((element) => element.className || element.tagName);
}
"""
