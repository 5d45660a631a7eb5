"""The local server's own page in a real browser: its form, its buttons, both themes, and what axe-core finds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from imagewidgets.local.access import Access
from imagewidgets.local.app import create_app
from imagewidgets.local.engines import make_engine
from imagewidgets.local.serve import Server
from tests.browser.harness import TIMEOUT

KEY = "sk-page"
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a running server that wants a key."""
    server = Server(create_app(make_engine("sketch"), api_key=KEY, access=Access(hosts=frozenset())), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.url.removesuffix("v1")
    server.stop()
    thread.join(TIMEOUT)


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, url: str) -> Iterator[Opened]:
    """A function that opens the page; what goes wrong in it fails the test."""
    errors: list[str] = []
    contexts = []

    def open_page(**options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(TIMEOUT * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def test_the_form_shows_a_picture_as_it_is_made(opened: Opened) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("API key of this server").fill(KEY)
    page.get_by_label("Model", exact=True).select_option(
        "dall-e-2"
    )  # which does not stream, and answers with addresses
    expect(page.get_by_label("Size")).to_have_value("512x512")
    page.get_by_label("Size").select_option("256x256")
    page.get_by_label("Prompt", exact=True).fill("a red fox in the snow")
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    picture = page.get_by_role("img", name="Picture: a red fox in the snow")
    expect(picture).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Finished in")
    assert picture.evaluate("image => image.naturalWidth") == 256

    page.get_by_label("Model", exact=True).select_option("sketch")
    page.get_by_label("Prompt", exact=True).fill("an owl")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("img", name="Picture: an owl", exact=True)).to_be_visible()
    expect(page.locator("#caption")).to_contain_text("owl")

    page.get_by_role("button", name="Copy Python SDK").click()
    expect(page.get_by_role("button", name="Copied Python SDK")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("from openai import OpenAI")


def test_a_refusal_is_told_in_the_servers_words(browser: Browser, url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.get_by_label("API key of this server").fill("sk-wrong")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("alert")).to_contain_text("The API key is missing or wrong.")
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_on_the_page(opened: Opened, scheme: str) -> None:
    page = opened(color_scheme=scheme, bypass_csp=True)  # or it could not be asked
    dark = page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(17, 17, 17)"
    assert dark == (scheme == "dark")
    page.get_by_label("API key of this server").fill("sk-wrong")
    page.evaluate("() => { document.getElementById('error').hidden = false; }")
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert found == [], [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def test_a_narrow_page_is_not_wider_than_the_window(opened: Opened) -> None:
    page = opened(viewport={"width": 360, "height": 700})
    expect(page.get_by_role("heading", name="Models")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
