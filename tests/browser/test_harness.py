"""The harness itself: what the other browser tests rely on."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Pages
from tests.browser.network import DelayProxy
from tests.browser.server import DARK, clean_environment

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook
    from tests.browser.screens import Screens
    from tests.browser.server import Server

pytestmark = pytest.mark.long

BUTTON = """
import ipywidgets as widgets
clicks = []
button = widgets.Button(description="Go")
button.on_click(lambda b: clicks.append(b.description))
button
"""


@pytest.fixture(params=["notebook", "notebook7"])
def either(request: pytest.FixtureRequest) -> OpenNotebook:
    """JupyterLab, then Notebook 7."""
    opener: OpenNotebook = request.getfixturevalue(request.param)
    return opener


def test_a_cell_runs_and_shows_its_output(either: OpenNotebook) -> None:
    nb = either(["print(6 * 7)", "value = 'é'"])
    expect(nb.out(0)).to_have_text("42")
    assert nb.kernel_eval("value") == "é"
    nb.kernel_exec("value = 'changed'")
    nb.run_cell(1)
    assert nb.kernel_eval("value") == "é"
    assert nb.outputs(0) == [{"output_type": "stream", "name": "stdout", "text": "42\n"}]


def test_a_click_reaches_python_and_a_reload_keeps_the_kernel(either: OpenNotebook) -> None:
    nb = either([BUTTON])
    button = nb.out(0).get_by_role("button", name="Go")
    button.click()
    nb.wait_for_kernel("clicks == ['Go']")
    nb.reload()
    button.click()
    nb.wait_for_kernel("clicks == ['Go', 'Go']")


def test_the_kernel_is_this_python_in_a_home_of_its_own(notebook: OpenNotebook, server: Server) -> None:
    nb = notebook(["import sys, pathlib"])
    assert nb.kernel_eval("sys.prefix") == sys.prefix
    assert nb.kernel_eval("str(pathlib.Path.home())") == str(server.home)


def test_a_kernel_sees_no_key_and_no_personal_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "XDG_CONFIG_HOME", "JUPYTER_PATH"):
        monkeypatch.setenv(name, "personal")
    assert "personal" not in clean_environment(tmp_path).values()
    assert clean_environment(tmp_path)["HOME"] == str(tmp_path)


def test_a_click_is_one_message(notebook: OpenNotebook) -> None:
    nb = notebook([BUTTON])
    button = nb.out(0).get_by_role("button", name="Go")
    expect(button).to_be_visible()  # so the page has asked for all that it needs
    nb.traffic.clear()
    button.click()
    nb.wait_for_kernel("clicks == ['Go']")
    assert len(nb.traffic.sent()) == 1
    assert nb.traffic.sent()[0].size < 2000
    assert nb.traffic.received("execute_reply")


def test_a_far_kernel_answers_late(notebook: OpenNotebook, server: Server) -> None:
    delay = 0.2  # seconds each way
    with DelayProxy(server.port, delay=delay) as proxy:
        nb = notebook([BUTTON], port=proxy.port)
        started = time.monotonic()
        assert nb.kernel_eval("6 * 7") == 42
        assert time.monotonic() - started > 2 * delay
        nb.page.goto("about:blank")


def test_theme_and_width(notebook: OpenNotebook, tmp_path: Path) -> None:
    dark = notebook(["1"], theme=DARK, width=600, scale=2)
    light = notebook(["1"], width=600)
    dark.reload()
    for nb, name, size in ((dark, "dark.png", (1200, 2000)), (light, "light.png", (600, 1000))):
        nb.screenshot(tmp_path / name)
        with Image.open(tmp_path / name) as picture:
            assert picture.size == size
    background = "() => getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
    assert dark.page.evaluate(background) != light.page.evaluate(background)


def test_a_page_serves_one_test_after_another(server: Server, screens: Screens, tmp_path: Path) -> None:
    first, second = Pages(server, screens, "first"), Pages(server, screens, "second")
    nb = first.open("lab", [BUTTON], theme=DARK, width=600)
    with nb.page.expect_console_message():
        nb.page.evaluate("() => console.error('of the first')")
    assert len(first.errors) == 1
    first.errors.clear()
    first.close(keep=True)
    again = second.open("lab", ["print(6 * 7)"])
    assert again.page is nb.page
    assert again.kernel_eval("'clicks' in globals()") is False
    expect(again.page.locator(".jp-Notebook")).to_have_count(1)
    expect(again.out(0)).to_have_text("42")
    nb.traffic.clear()
    again.run_cell(0)
    assert again.traffic.sent("execute_request")
    assert nb.traffic.messages == []
    again.screenshot(tmp_path / "second.png")
    with Image.open(tmp_path / "second.png") as picture:
        assert picture.size == (1280, 1000)
    second.close(keep=True)
    assert (first.errors, second.errors) == ([], [])


@pytest.mark.parametrize("failed", [True, False])
def test_a_page_that_failed_or_was_loaded_again_serves_no_other_test(
    server: Server, screens: Screens, failed: bool
) -> None:
    pages = Pages(server, screens, "first")
    nb = pages.open("lab", ["1"])
    if not failed:
        nb.reload()
    pages.close(keep=not failed)
    assert nb.page.is_closed()


CHANGES = {
    "window.left = 1": "delete window.left",
    "window.was = WebSocket.prototype.send; WebSocket.prototype.send = () => {}": (
        "WebSocket.prototype.send = window.was; delete window.was"
    ),
    "navigator.clipboard.readText = async () => ''": "delete navigator.clipboard.readText",
    "localStorage.setItem('left', 'here')": "localStorage.removeItem('left')",
    "document.body.append(document.createElement('dialog'))": "document.querySelector('body > dialog').remove()",
    "document.body.onkeydown = () => {}": "document.body.onkeydown = null",
}


def test_what_is_left_in_a_page_is_seen(server: Server, screens: Screens) -> None:
    pages = Pages(server, screens, "changed")
    nb = pages.open("lab", ["1"])
    (screen,) = pages.screens_in_use
    assert screen.clear() == []
    for change, undo in CHANGES.items():
        nb.page.evaluate(f"() => {{ {change} }}")
        assert screen.clear(), change
        nb.page.evaluate(f"() => {{ {undo} }}")
        assert screen.clear() == [], undo
    pages.close(keep=True)
    assert pages.errors == []


def test_a_cell_that_raises_fails_the_test_unless_it_may(notebook: OpenNotebook) -> None:
    with pytest.raises(AssertionError, match="Cell 1 raised ZeroDivisionError"):
        notebook(["1", "1/0"])
    nb = notebook(["1/0"], allow_errors=True)
    assert nb.outputs(0)[0]["ename"] == "ZeroDivisionError"


def test_an_error_in_the_kernel_is_raised_here(notebook: OpenNotebook) -> None:
    nb = notebook(["x = object()"])
    with pytest.raises(RuntimeError, match="NameError"):
        nb.kernel_eval("nothing_of_that_name")
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        nb.kernel_exec("1/0")
    with pytest.raises(TypeError, match="plain literals"):
        nb.kernel_eval("x")
    with pytest.raises(TimeoutError, match="did not become true"):
        nb.wait_for_kernel("False", timeout=0.2)


def test_errors_on_the_page_are_seen(notebook: OpenNotebook, pages: Pages) -> None:
    nb = notebook(["1"])
    assert pages.errors == []
    with nb.page.expect_event("pageerror"):
        nb.page.evaluate("() => { setTimeout(() => { throw new Error('thrown on purpose'); }); }")
    with nb.page.expect_console_message():
        nb.page.evaluate("() => console.error('logged on purpose')")
    assert [text for text in pages.errors if "thrown on purpose" in text]
    assert [text for text in pages.errors if "logged on purpose" in text]
    pages.errors.clear()
