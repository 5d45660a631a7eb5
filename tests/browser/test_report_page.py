"""The pages that notebooks with recorded pictures become, in Chromium: from disk, offline, light, dark, and narrow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.server import clean_environment

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PICTURES = {"04_prompt_sweep": 33, "05_reproducible_report": 31}
"""How many pictures each page shows: those of its sweeps and edits, sheets and charts."""
RUN_LIMIT = 110  # s
WIDE, NARROW = 1200, 480  # px

# Elements that are cut off at the page's edge, and stand in nothing that scrolls.
CUT_OFF = """() => [...document.querySelectorAll("main *")].filter((element) => {
  if (!element.checkVisibility() || element.getBoundingClientRect().right <= innerWidth) return false;
  for (let above = element.parentElement; above; above = above.parentElement)
    if (["auto", "scroll"].includes(getComputedStyle(above).overflowX) && above !== document.body) return false;
  return true;
}).map((element) => element.outerHTML.slice(0, 200))"""


@pytest.fixture(
    scope="module", params=[pytest.param((), marks=pytest.mark.long), ("--no-input",)], ids=["all", "no-input"]
)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    names = [f"{name}.ipynb" for name in PICTURES]
    command = ["nbconvert", "--to", "html", "--template", "report", *request.param, "--output-dir", str(made), *names]
    subprocess.run(
        [sys.executable, "-m", "jupyter", *command],
        cwd=NOTEBOOKS,
        env=clean_environment(made),
        check=True,
        timeout=RUN_LIMIT,
        capture_output=True,
    )
    return made


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(color_scheme=request.param, offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("request", lambda sent: None if sent.url.startswith(("file:", "data:")) else wrong.append(sent.url))
    yield page
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 17, 17)"
    context.close()
    assert wrong == []
    assert dark is (request.param == "dark")


@pytest.mark.parametrize("name", PICTURES)
def test_a_published_page(page: Page, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        pictures = page.locator("img:visible").all()
        assert len(pictures) == PICTURES[name]
        for picture in pictures:
            picture.evaluate("image => image.decode()")
            assert picture.evaluate(
                "image => image.naturalWidth > 0 && image.getBoundingClientRect().width <= innerWidth"
            )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it would scroll sideways"
        assert page.evaluate(CUT_OFF) == []
    assert page.get_by_text("Loading widget").count() + page.get_by_text("Error displaying widget").count() == 0
    rules = {"runOnly": ["color-contrast", "image-alt", "document-title", "html-has-lang", "duplicate-id"]}
    found = Axe().run(page, options=rules).response["violations"]
    assert [(each["id"], node["html"][:200]) for each in found for node in each["nodes"]] == []
