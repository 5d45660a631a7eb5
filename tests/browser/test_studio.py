"""`ImageStudio` in a real notebook: from the first word to the chosen picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.server import DARK, LIGHT
from tests.browser.studios import CELLS, EMPTY, FAKE, HISTORY, OTTER, PAINTER, StudioPage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import OpenNotebook

VIEWS = ["Create", "Edit", "Variations", "History"]


def test_from_the_first_word_to_the_chosen_picture(notebook: OpenNotebook) -> None:
    """The main road, on the embedded engine, by mouse and keyboard."""
    nb = notebook(["import imagewidgets as iw\nstudio = iw.ImageStudio()\nstudio.form.size = '256x256'", "studio"])
    page = StudioPage(nb, 1)
    page.prompt().fill(OTTER)
    page.primary().click()
    tile = page.root.locator(".iw-tile:visible")
    expect(tile).to_be_visible()
    expect(page.root.locator(".iw-bar--foot:visible")).to_contain_text("1 picture in")
    expect(page.root.locator(".iw-done:visible, .iw-runs:visible")).to_have_count(0)  # it is said once

    tile.hover()
    tile.get_by_role("button", name=re.compile("^Edit")).click()
    expect(page.tab("Edit")).to_have_attribute("aria-selected", "true")
    nb.wait_for_kernel("studio.edit_source is studio.images[0]")
    box = nb.wait_still(page.art())
    nb.page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.3)
    nb.page.mouse.down()
    nb.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.3, steps=5)
    nb.page.mouse.up()
    nb.wait_for_kernel("studio.canvas.coverage > 0")
    page.prompt().fill(f"{OTTER} wearing a beret")
    expect(page.primary()).to_contain_text("Edit masked area")
    page.prompt().press("Control+Enter")
    expect(page.strip.get_by_role("button")).to_have_count(2)
    last = page.root.get_by_role("slider", name="Divider")
    expect(last).to_be_visible()
    last.focus()
    last.press("ArrowLeft")
    expect(last).to_have_attribute("aria-valuenow", "48")
    expect(page.root.get_by_alt_text(f"After: {OTTER} wearing a beret")).to_be_visible()

    page.strip.get_by_role("button").last.click()
    expect(page.strip.locator("[aria-current=true]")).to_have_attribute("aria-label", re.compile("Picture 2: .*beret"))
    nb.wait_for_kernel("studio.selected is studio.edit_source is studio.images[1]")

    page.go("Variations")
    expect(page.root.get_by_text("Source", exact=True)).to_be_visible()
    expect(page.primary()).to_contain_text("Make 4 variations")
    page.primary().click()
    expect(page.root.locator(".iw-tile:visible")).to_have_count(4)

    page.go("History")
    lines = page.tree.get_by_role("treeitem")
    expect(lines).to_have_count(6)
    expect(lines.nth(1)).to_contain_text("… wearing a beret")
    expect(lines.nth(2)).to_contain_text("Variation 1 of 4")
    levels = [lines.nth(index).get_attribute("aria-level") for index in range(6)]
    assert levels == ["1", "2", "3", "3", "3", "3"]
    expect(page.root.locator(".iw-bar--foot:visible")).to_have_text("3 steps, 6 pictures")
    page.line("Variation 3 of 4").click()
    nb.wait_for_kernel("studio.selected is studio.images[4]")
    expect(page.line("Variation 3 of 4")).to_have_attribute("aria-selected", "true")


def test_tabs_by_keyboard(notebook: OpenNotebook) -> None:
    page = StudioPage(notebook(EMPTY))
    keys = page.nb.page.keyboard
    page.tab("Create").focus()
    for key, name in [
        ("ArrowRight", "Edit"),
        ("ArrowRight", "Variations"),
        ("End", "History"),
        ("ArrowRight", "Create"),
        ("ArrowLeft", "History"),
        ("Home", "Create"),
    ]:
        keys.press(key)
        expect(page.tab(name)).to_be_focused()
        expect(page.tab(name)).to_have_attribute("aria-selected", "true")
        expect(page.root.get_by_role("tabpanel")).to_have_count(1)  # the others are out of sight for everybody
        expect(page.root.get_by_role("tabpanel")).to_have_accessible_name(name)
        expect(page.root).to_have_accessible_name(f"Image studio: {name}")
    keys.press("Tab")
    assert page.focused().startswith("Sketch engine")
    keys.press("Tab")
    expect(page.prompt()).to_be_focused()
    expect(page.root.locator("[role=tab][tabindex='0']")).to_have_count(1)


def test_views_keep_what_is_in_them(notebook: OpenNotebook) -> None:
    """A canvas its zoom, a form what is typed: no view is made anew."""
    nb = notebook(CELLS)
    page = StudioPage(nb)
    page.prompt().fill("half a sent")
    panel = page.go("Edit")
    nb.wait_still(page.art())  # it fits the picture in when it comes into sight
    page.art().focus()
    nb.page.keyboard.press("1")
    expect(page.canvas.locator(".iw-zoom output")).to_have_text("100 %")
    panel.locator(".iw-art").evaluate("e => (e.dataset.mine = 'yes')")
    for name in ("History", "Create"):
        page.go(name)
    expect(page.prompt()).to_have_value("half a sent")
    page.go("Edit")
    expect(page.canvas.locator(".iw-zoom output")).to_have_text("100 %")
    expect(page.canvas.locator(".iw-art")).to_have_attribute("data-mine", "yes")
    assert page.root.locator(".imagewidgets-prompt-form").count() == 2  # Variations was never in sight


def test_the_tree_by_keyboard(notebook: OpenNotebook) -> None:
    nb = notebook(CELLS)
    page = StudioPage(nb)
    page.go("History")
    page.line("A red fox").focus()
    for key, name in [
        ("Home", OTTER),
        ("ArrowRight", "… wearing a beret"),
        ("ArrowRight", "Variation 1 of 2"),
        ("ArrowDown", "Variation 2 of 2"),
        ("ArrowLeft", "… wearing a beret"),
        ("ArrowUp", OTTER),
        ("End", "A red fox"),
    ]:
        nb.page.keyboard.press(key)
        expect(page.line(name)).to_be_focused()
        expect(page.line(name)).to_have_attribute("aria-selected", "true")
    expect(page.tree.locator("[tabindex='0']")).to_have_count(1)


def test_a_step_in_full_and_what_can_be_done_with_it(notebook: OpenNotebook) -> None:
    nb = notebook(CELLS)
    page = StudioPage(nb)
    page.go("History")
    page.line("Variation 2 of 2").click()
    origin = page.panel.get_by_role("button", name=re.compile(rf"^{OTTER}…, [0-9a-f]{{4}}$"))
    origin.click()
    expect(page.line("… wearing a beret")).to_have_attribute("aria-selected", "true")
    expect(page.panel).to_contain_text(re.compile(r"Mask.*\d+ % of the picture"))
    page.line(OTTER).click()
    expect(page.panel).to_contain_text("Seed7")
    page.panel.get_by_role("button", name="Picture 2 of 2").click()
    nb.wait_for_kernel("studio.selected is studio.images[1]")

    nb.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.panel.get_by_role("button", name="Copy code").click()
    expect(page.panel.get_by_role("button", name="Copied")).to_be_visible()
    code = nb.page.evaluate("navigator.clipboard.readText()")
    assert "iw.generate(" in code
    assert OTTER in code

    page.panel.get_by_role("button", name="Repeat").click()
    nb.wait_for_kernel("len(studio.history) == 6")
    expect(page.tab("History")).to_have_attribute("aria-selected", "true")
    expect(page.tree.get_by_role("treeitem")).to_have_count(7)

    page.line("… wearing a beret").click()
    page.panel.get_by_role("button", name="Edit again").click()
    expect(page.tab("Edit")).to_have_attribute("aria-selected", "true")
    expect(page.prompt()).to_have_value(f"{OTTER} wearing a beret")
    expect(page.canvas).to_contain_text(re.compile(r"Mask covers \d+ %"))
    page.go("History")
    page.panel.get_by_role("button", name="Vary").click()
    expect(page.tab("Variations")).to_have_attribute("aria-selected", "true")
    expect(page.root.locator(".iw-tile:visible")).to_have_count(2)


def test_compare_opens_over_the_page_and_gives_the_keyboard_back(notebook: OpenNotebook) -> None:
    nb = notebook(CELLS)
    nb.kernel_exec("studio.tab = 'edit'")
    nb.reload()  # so that the grid, which opens it, has never been in sight
    page = StudioPage(nb)
    for name, view in (("Open", "Edit"), ("Compare with source", "Variations")):
        page.go(view)
        button = page.root.get_by_role("button", name=name, exact=True)
        button.click()
        dialog = nb.page.get_by_role("dialog", name="Compare")
        expect(dialog).to_be_visible()
        expect(dialog.locator("img.after")).to_be_visible()
        nb.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        nb.wait_for_kernel("studio.grid._open == {}")  # or it would take back what is opened next
        expect(button).to_be_focused()
        expect(page.tab(view)).to_have_attribute("aria-selected", "true")


def test_the_film_strip(notebook: OpenNotebook) -> None:
    nb = notebook(CELLS)
    page = StudioPage(nb)
    expect(page.strip).to_be_hidden()
    page.go("Edit")
    expect(page.root.get_by_text("7 in this session")).to_be_visible()
    pictures = page.strip.get_by_role("button")
    expect(pictures).to_have_count(7)
    for index in range(7):
        expect(pictures.nth(index).locator("img")).to_have_js_property("naturalWidth", 64)
    expect(page.strip.locator("[tabindex='0']")).to_have_count(1)
    pictures.first.focus()
    for key, place in (("ArrowRight", 1), ("End", 6), ("ArrowRight", 6), ("ArrowLeft", 5), ("Home", 0)):
        nb.page.keyboard.press(key)
        expect(pictures.nth(place)).to_be_focused()
    nb.page.keyboard.press("ArrowRight")
    nb.page.keyboard.press("Enter")
    nb.wait_for_kernel("studio.edit_source is studio.images[1]")
    expect(pictures.nth(1)).to_have_attribute("aria-current", "true")
    nb.kernel_exec("studio.create('One more').result()")
    expect(pictures).to_have_count(8)
    expect(pictures.nth(1)).to_be_focused()


def test_runs_are_seen_from_other_views_and_can_be_cancelled(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, PAINTER, HISTORY + "gate = Gate()\nstudio.client = Painter(gate)", "studio"])
    page = StudioPage(nb)
    page.primary().click()
    nb.wait_for_kernel("gate.entered.is_set()")
    page.go("History")
    expect(page.tab("Create").locator(".iw-spin")).to_be_visible()
    foot = page.root.locator(".iw-bar--foot:visible")
    expect(foot).to_contain_text("Generating 1 picture")
    foot.get_by_role("button", name="Cancel").click()
    expect(foot).not_to_contain_text("Generating")
    expect(page.tab("Create").locator(".iw-spin")).to_have_count(0)
    nb.wait_for_kernel("studio.form.status == 'cancelled'")
    # What does not go well out of sight is told where the person is.
    nb.kernel_exec("studio.client = Painter(RuntimeError('no'))\nstudio.repeat(0)")
    expect(page.tab("Create")).to_contain_text("did not go well")
    expect(page.root.locator("> [role=status]")).to_contain_text("Create: Something went wrong")
    page.go("Create")
    expect(page.tab("Create")).not_to_contain_text("did not go well")
    expect(page.root.get_by_role("alert").filter(visible=True)).to_contain_text("Something went wrong")


def test_where_requests_go(notebook: OpenNotebook) -> None:
    nb = notebook([FAKE, PAINTER, "studio = make(); studio.client = Painter(destination=SERVER)", "studio"])
    page = StudioPage(nb)
    chip = page.root.locator(".iw-dest:visible")
    expect(chip).to_have_count(1)  # the forms have none of their own
    expect(chip).to_have_text("localhost:8000")
    chip.click()
    expect(chip).to_have_attribute("aria-expanded", "true")
    expect(page.root).to_contain_text("Prompts and pictures are sent to localhost:8000.")
    page.root.get_by_role("button", name="Use the sketch engine").click()
    expect(chip).to_contain_text("Sketch engine")
    expect(chip).to_have_attribute("aria-expanded", "false")
    nb.wait_for_kernel("{form.client.embedded for form in studio.forms} == {True}")
    chip.click()
    page.root.get_by_role("button", name="Close", exact=True).press("Escape")
    expect(chip).to_be_focused()


def test_a_file_to_start_from(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook(EMPTY)
    nb.kernel_exec(f"paint(900).save({str(tmp_path / 'photo.png')!r})")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    page = StudioPage(nb)
    page.go("Edit")
    expect(page.root).to_contain_text("Create a picture first, or drop a file on the canvas.")
    expect(page.primary()).to_have_count(0)
    chooser = page.go("Variations").get_by_label("Picture file", exact=True).last
    expect(page.root).to_contain_text("No source yet.")
    chooser.set_input_files(tmp_path / "photo.png")
    expect(page.root.get_by_role("button", name="Change")).to_be_visible()
    expect(page.root).to_contain_text("64 × 64")
    nb.wait_for_kernel("studio.vary_source.size == (64, 64)")
    expect(page.strip.get_by_role("button", name="Picture 1: photo.png")).to_be_visible()
    chooser.set_input_files(tmp_path / "broken.png")
    alert = page.root.get_by_role("alert").filter(visible=True)
    expect(alert).not_to_be_empty()
    alert.get_by_role("button", name="Close").click()
    expect(alert).to_have_count(0)
    page.go("History")
    expect(page.line("photo.png")).to_contain_text("Opened · 64 × 64")
    expect(page.panel.get_by_role("button", name="Repeat")).to_have_count(0)


def test_nothing_yet(notebook: OpenNotebook) -> None:
    page = StudioPage(notebook(EMPTY))
    page.go("History")
    expect(page.root).to_contain_text("Nothing yet. What you make appears here, with what came from what.")
    expect(page.tree).to_be_hidden()
    expect(page.panel).to_be_hidden()
    expect(page.strip).to_be_hidden()


def test_a_reloaded_page_and_a_second_view_show_the_same(notebook: OpenNotebook) -> None:
    nb = notebook([*CELLS, "studio"])
    nb.kernel_exec("studio.revisit(1)")
    pages = [StudioPage(nb, cell) for cell in (3, 4)]
    for page in pages:
        expect(page.line("… wearing a beret")).to_have_attribute("aria-selected", "true")
    pages[1].go("Edit")
    expect(pages[0].canvas.locator(".iw-art")).to_be_visible()
    nb.reload()
    for cell in (3, 4):
        page = StudioPage(nb, cell)
        expect(page.tab("Edit")).to_have_attribute("aria-selected", "true")
        expect(page.strip.get_by_role("button")).to_have_count(7)
        for image in page.strip.locator("img").all():
            expect(image).to_have_js_property("complete", True)
        expect(page.root.get_by_role("slider", name="Divider")).to_be_visible()
    nb.kernel_exec("studio.close()")
    expect(nb.page.locator(".imagewidgets-studio, .imagewidgets-prompt-form, .imagewidgets-mask-canvas")).to_have_count(
        0
    )


ALSO = [pytest.param(480, DARK, marks=pytest.mark.long), pytest.param(640, LIGHT, marks=pytest.mark.long)]


@pytest.mark.parametrize(("width", "theme"), [(480, LIGHT), *ALSO, (960, LIGHT), (1180, DARK)])
def test_nothing_is_cut_off(notebook: OpenNotebook, width: int, theme: str) -> None:
    nb = notebook(CELLS, theme=theme, width=1400, height=1200)
    page = StudioPage(nb)
    page.root.evaluate("(e, width) => (e.parentElement.style.width = `${width}px`)", width)
    for view in VIEWS:
        page.go(view)
        nb.wait_still(page.root)
        assert page.root.evaluate("e => e.getBoundingClientRect().width") == pytest.approx(width, abs=2)
        outside = page.root.evaluate(
            """root => {
              const {left, right} = root.getBoundingClientRect();
              const scrolls = ".iw-studio-film, .iw-rail, .iw-art, .iw-sr, .iw-compare";
              const isOutside = (box) => box.right > right + 1 || box.left < left - 1;
              return [...root.querySelectorAll("*")]
                .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest(scrolls))
                .filter((e) => isOutside(e.getBoundingClientRect()))
                .map((e) => e.outerHTML.slice(0, 120));
            }"""
        )
        assert outside == []
        cut = page.root.evaluate(
            """root => [...root.querySelectorAll("button:not([title])")]
              .filter((e) => e.checkVisibility({visibilityProperty: true}) && e.scrollWidth > e.clientWidth + 1)
              .map((e) => e.innerText)"""
        )
        assert cut == []
