"""How `PromptForm` looks in a real notebook: both themes, wide and narrow, everything named and readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.forms import (
    FAKE,
    FOX,
    REFUSED,
    RUNNING,
    STICKING_OUT,
    STREAMING,
    WITH_INPUT,
    button,
    form_in,
    primary,
    prompt,
    results,
)
from tests.browser.server import DARK, LIGHT

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB

pytestmark = pytest.mark.long

PANEL = 256  # px: the width of the studio's side panel
WORDS = ".iw-label, .iw-count, .iw-dest, .iw-alert strong, .iw-go, .iw-form-hint, .iw-run__cap, .iw-side-note p"


def nothing_sticks_out(form: Locator) -> None:
    assert form.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert form.evaluate(STICKING_OUT) == []


def many_states(nb: NB) -> list[Locator]:
    """Bring forms into states: an error with its details, running with a picture, finished, with an input."""
    refused, streaming, running, edited = (form_in(nb, cell) for cell in (1, 2, 3, 4))
    button(refused, "More options").click()
    primary(refused).click()
    button(refused, "Details").click()
    primary(streaming).click()
    expect(streaming.get_by_role("img", name="Unfinished picture 1")).to_be_visible()
    nb.kernel_exec("gate.opened.set()")
    primary(running).click()
    expect(results(running)).to_have_count(2)
    nb.kernel_exec(HALF_MASKED)
    expect(edited.locator(".iw-chip--mask")).to_be_visible()
    forms = [refused, streaming, running, edited]
    for form in forms:
        nb.wait_still(form)
    nb.page.evaluate(AT_REST)
    return forms


STATES = [
    FAKE,
    REFUSED.replace("form", "refused"),
    STREAMING,
    RUNNING.replace("form", "running"),
    WITH_INPUT.replace("form", "edited"),
]
HALF_MASKED = """
selection = Image.new("L", (96, 64))
selection.paste(255, (0, 0, 48, 64))
edited.mask = selection
"""


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [960, 480])
def test_readable_in_both_themes_and_nothing_sticks_out(notebook: OpenNotebook, theme: str, width: int) -> None:
    nb = notebook(STATES, theme=theme, width=width, height=1600)
    for form in many_states(nb):
        nothing_sticks_out(form)
        for part in form.locator(WORDS).all():
            if part.is_visible():
                assert part.evaluate(CONTRAST) >= 4.5, part.text_content()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_in_a_narrow_place_it_is_a_side_panel(notebook: OpenNotebook, theme: str) -> None:
    narrow = "\nfor one in (refused, form, running, edited): one.layout.width = '256px'"
    nb = notebook([*STATES, narrow], theme=theme, height=2400)
    for form in many_states(nb):
        expect(form).to_have_js_property("clientWidth", PANEL)
        nothing_sticks_out(form)
        box = prompt(form).bounding_box()
        label, counter = form.locator(".iw-prompt__label").bounding_box(), form.locator(".iw-count").bounding_box()
        go = primary(form).bounding_box()
        assert box is not None
        assert label is not None
        assert counter is not None
        assert go is not None
        assert label["y"] + label["height"] <= box["y"]  # the label and the counter stand above the box
        assert counter["y"] + counter["height"] <= box["y"]
        assert go["width"] > 0.85 * (PANEL - 34)  # the card's padding and border
    # Below one another, and each with all the width.
    form = form_in(nb, 3)
    model, size = (form.locator(f".iw-field[data-name={name}]").bounding_box() for name in ("model", "size"))
    assert model is not None
    assert size is not None
    assert model["y"] < size["y"]
    assert model["width"] == size["width"] > 200


def test_every_control_has_a_name(notebook: OpenNotebook) -> None:
    nb = notebook(STATES, height=1600)
    for form in many_states(nb):
        assert form.evaluate(NAMELESS) == []
        seen = form.locator("img").locator("visible=true")
        assert seen.evaluate_all("images => images.filter((image) => !image.alt).length") == 0
    # A label of one form must not stand for a control of another.
    ids = nb.root.evaluate("root => [...root.querySelectorAll('.iw [id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))


def test_on_touch_screens_what_is_touched_is_large_enough(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, f"form = iw.PromptForm({FOX!r}, client=FakeClient()); form"], width=480, touch=True)
    for control in form_in(nb).locator("button:visible, select:visible, .iw-stepper:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 24, control.text_content()
        assert box["width"] >= 24, control.text_content()


# Wait until colours that change have changed; what goes round and round never ends.
AT_REST = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
  .map((each) => each.finished.catch(() => {})))"""

# Controls without a name: no label, no text, no aria-label.
NAMELESS = """
form => [...form.querySelectorAll("button, input:not([type=file]), select, textarea, [role=group], [role=radiogroup]")]
  .filter((element) => !element.closest("[hidden]")).filter((element) => {
    const by = element.getAttribute("aria-labelledby");
    const name = element.getAttribute("aria-label") || element.labels?.[0]?.textContent
      || (by && document.getElementById(by)?.textContent) || element.textContent;
    return !name.trim();
  }).map((element) => element.outerHTML.slice(0, 120))
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
