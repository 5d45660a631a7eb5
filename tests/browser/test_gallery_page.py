"""The page of a gallery in Chromium: from disk, offline, by keyboard, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from imagewidgets.gallery import Gallery
from tests.unit.recorded import answer, request


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    gallery = Gallery(folder / "pictures")
    gallery.record(answer(request("a red fox in the snow", model="gpt-image-1", n=2, seed=3)))
    gallery.record(answer(request("two owls", model="dall-e-3"), 100, revised_prompts=["two brown owls at night"]))
    gallery[1].starred = True
    return gallery.export(folder / "page", title="A report")


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser, path: Path) -> Iterator[Page]:
    context = browser.new_context(color_scheme=request.param, offline=True, viewport={"width": 1000, "height": 700})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith("file:") else wrong.append(sent.url))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert wrong == []


def seen(page: Page) -> list[str]:
    return page.locator("figure:not([hidden]) figcaption b").all_inner_texts()


def test_the_page_of_a_gallery(page: Page) -> None:
    assert seen(page) == ["a red fox in the snow", "a red fox in the snow", "two owls"]
    for image in page.locator("figure img").all():
        image.evaluate("image => image.decode()")  # each of them is a picture that the browser can show

    page.get_by_role("searchbox").fill("BROWN owls")
    expect(page.locator("#count")).to_have_text("1 of 3 pictures")
    assert seen(page) == ["two owls"]
    page.get_by_role("searchbox").fill("wolf")
    expect(page.locator("#count")).to_have_text("No picture fits.")
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Model", exact=True).select_option("gpt-image-1")
    expect(page.locator("#count")).to_have_text("2 of 3 pictures")
    page.get_by_role("button", name="Starred").click()
    expect(page.locator("#count")).to_have_text("1 of 3 pictures")
    page.get_by_role("button", name="Starred").click()
    page.get_by_label("Model", exact=True).select_option("")
    expect(page.locator("#count")).to_have_text("")

    page.locator("figure a").nth(1).focus()
    page.keyboard.press("Enter")
    large = page.get_by_role("dialog")
    expect(large.locator(".prompt")).to_have_text("a red fox in the snow")
    expect(large.locator("dl")).to_contain_text("gpt-image-1")
    page.keyboard.press("ArrowRight")
    expect(large.locator(".revised")).to_have_text("two brown owls at night")
    large.locator("img").evaluate("image => image.decode()")
    assert large.locator("img").evaluate("image => image.naturalWidth") == 16, "the file itself, not its small copy"
    expect(large.locator(".after")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(page.locator("figure a").nth(2)).to_be_focused()

    for open_first in (False, True):
        if open_first:
            page.locator("figure a").first.click()
            expect(large).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
