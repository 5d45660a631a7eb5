"""The finished pictures in the form: their buttons by mouse and keyboard; runs that wait; a form that is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

from imagewidgets.images import read_recipe
from tests.browser.forms import FAKE, FOX, RUNNING, button, focused_name, form_in, prompt, results

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import OpenNotebook

FINISHED = f"""
form = iw.PromptForm({FOX!r}, client=iw.Client("sketch"), size='64x64', n=3, seed=7)
run = form.submit().result()
form
"""


def test_buttons_on_the_finished_pictures(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([FAKE, FINISHED])
    form = form_in(nb)
    expect(results(form)).to_have_count(3)
    second = form.get_by_role("group", name="Picture 2")
    second.hover()
    expect(second.locator(".iw-tile__acts")).to_have_css("opacity", "1")
    expect(button(second, "Edit")).to_be_hidden()  # nobody listens
    with nb.page.expect_download() as waiting:
        button(second, "Download").click()
    waiting.value.save_as(tmp_path / "fox.png")
    with Image.open(tmp_path / "fox.png") as file:
        recipe = read_recipe(file)
    assert recipe is not None
    assert recipe["request"]["prompt"] == FOX
    button(second, "Star").click()
    nb.wait_for_kernel("form.starred_indices == [1]")

    nb.kernel_exec("heard = []; form.on_action(lambda *what: heard.append(what[:2]))")
    expect(button(second, "Edit")).to_be_visible()
    button(second, "Vary").click()
    nb.wait_for_kernel("heard == [('vary', 1)]")

    # By keyboard: arrows go from picture to picture, Tab through the buttons of one of them.
    button(second, "Star").focus()
    nb.page.keyboard.press("ArrowRight")
    third = form.get_by_role("group", name="Picture 3")
    expect(button(third, "Star")).to_be_focused()
    expect(third.locator(".iw-tile__acts")).to_have_css("opacity", "1")
    nb.page.keyboard.press("Tab")
    expect(button(third, "Edit")).to_be_focused()
    nb.page.keyboard.press("e")
    nb.wait_for_kernel("heard == [('vary', 1), ('edit', 2)]")
    nb.page.keyboard.press("s")
    nb.wait_for_kernel("form.starred_indices == [1, 2]")
    expect(button(third, "Star")).to_have_attribute("aria-pressed", "true")
    expect(button(second, "Download")).to_have_attribute("tabindex", "-1")


def test_one_waiting_run_is_cancelled_by_its_button(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, RUNNING])
    form = form_in(nb)
    nb.kernel_exec("form.submit(); gate.entered.wait(60); form.submit(prompt='an owl'); form.submit(prompt='a bear')")
    button(form, "2 runs waiting").click()
    queued = form.get_by_role("list", name="Runs that wait").get_by_role("listitem")
    expect(queued).to_have_text(["an owl (2 pictures)", "a bear (2 pictures)"])
    button(form, "Cancel: an owl (2 pictures)").click()
    expect(queued).to_have_text(["a bear (2 pictures)"])
    nb.wait_for_kernel("[task.subject.prompt for task in form.queue] == ['a bear']")
    assert focused_name(nb) == "Cancel: a bear (2 pictures)"
    nb.page.keyboard.press("Enter")
    expect(queued).to_have_count(0)
    nb.wait_for_kernel("form.queue == () and form.status == 'running'")
    expect(prompt(form)).to_be_focused()
    nb.kernel_exec("gate.opened.set()")


TYPE_UNTIL_IT_IS_GONE = """
area => {
  window.failures = [];
  for (const type of ["error", "unhandledrejection"])
    window.addEventListener(type, (event) => window.failures.push(String(event.reason ?? event.message)));
  area.focus();
  const timer = setInterval(() => {
    if (!area.isConnected) {
      clearInterval(timer);
      window.gone = true;
      return;
    }
    area.value += "x";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }, 10);
}
"""


def test_a_form_that_is_closed_while_somebody_types_sends_nothing_more(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, "form = iw.PromptForm(client=FakeClient()); form"])
    prompt(form_in(nb)).evaluate(TYPE_UNTIL_IT_IS_GONE)  # so that there is always something left to send
    nb.kernel_exec("form.close()")
    nb.page.wait_for_function("window.gone")
    assert [failure for failure in nb.page.evaluate("window.failures") if "Syncing" in failure] == []


def test_a_finished_picture_opens_large(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, FINISHED])
    form = form_in(nb)
    form.get_by_role("group", name="Picture 2").click()
    large = form.get_by_role("dialog", name="Picture")
    expect(large).to_contain_text("2 of 3")
    image = large.locator(".iw-lightbox__stage img")
    expect(image).to_have_attribute("data-original", "true")
    expect(image).to_have_attribute("alt", FOX)
    expect(image).to_have_js_property("naturalWidth", 64)
    nb.page.keyboard.press("ArrowRight")
    expect(large).to_contain_text("3 of 3")
    nb.page.keyboard.press("s")
    nb.wait_for_kernel("form.starred_indices == [2]")
    expect(button(large, "Star")).to_have_attribute("aria-pressed", "true")
    with nb.page.expect_download() as waiting:
        nb.page.keyboard.press("d")
    assert waiting.value.suggested_filename.startswith("a-")
    nb.page.keyboard.press("i")
    recipe = large.get_by_role("complementary", name="Recipe")
    expect(recipe.get_by_role("blockquote")).to_have_text(FOX)
    expect(recipe.locator("dl")).to_contain_text("Seed7")

    nb.page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    third = form.get_by_role("group", name="Picture 3")
    expect(button(third, "Open large")).to_be_focused()
    nb.page.keyboard.press("ArrowLeft")
    expect(button(form.get_by_role("group", name="Picture 2"), "Open large")).to_be_focused()
    nb.page.keyboard.press("Enter")
    expect(large).to_contain_text("2 of 3")
    nb.kernel_exec("heard = []; form.on_action(lambda *what: heard.append(what[:2]))")
    expect(button(recipe, "Use prompt")).to_be_visible()
    nb.page.keyboard.press("e")
    nb.wait_for_kernel("heard == [('edit', 1)]")
    expect(large).to_be_hidden()  # so that what is opened by that is seen


def test_what_is_large_makes_way_for_the_next_pictures_and_cancels_nothing(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, FINISHED])
    form = form_in(nb)
    form.get_by_role("group", name="Picture 1").click()
    large = form.get_by_role("dialog", name="Picture")
    expect(large).to_be_visible()
    nb.kernel_exec("gate = Gate(); form.client = FakeClient(gate); form.submit()")
    nb.wait_for_kernel("form.status == 'running'")
    nb.page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(form.get_by_text("Cancel this run?")).to_be_hidden()
    nb.kernel_exec("gate.opened.set()")
    nb.wait_for_kernel("form.status == 'finished'")

    form.get_by_role("group", name="Picture 1").click()
    expect(large).to_be_visible()
    nb.kernel_exec("form.submit().result(60)")
    expect(large).to_be_hidden()
