"""The notebooks with recorded pictures, as those use them who have them from somewhere: by the README's commands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
REPORTS = ("04_prompt_sweep.ipynb", "05_reproducible_report.ipynb")
REPORT = REPORTS[1]
PICTURES = "report-images"
PICTURES_OF_REPORT = 26  # six styles by four scenes, the one that is edited, and the edit
LARGEST_GALLERY = 2_000_000  # bytes, of what everyone clones
RUN_LIMIT = 110  # s


def environment(home: Path) -> dict[str, str]:
    """Return an environment with no key and no settings of whoever runs the tests."""
    personal = ("OPENAI_", "JUPYTER", "IPYTHON", "XDG_", "IMAGEWIDGETS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(personal)}
    return {**kept, "HOME": str(home), "IPYTHONDIR": str(home), "JUPYTER_CONFIG_DIR": str(home)}


def command(folder: Path, home: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=RUN_LIMIT,
        check=False,
    )


def papermill(folder: Path, name: str, **parameters: str) -> tuple[subprocess.CompletedProcess[str], list[Any]]:
    """Run a notebook with parameters, and return how it went and its cells."""
    given = [part for key, value in parameters.items() for part in ("-p", key, value)]
    done = command(folder, folder, "papermill", name, "out.ipynb", *given, "--no-progress-bar")
    return done, json.loads((folder / "out.ipynb").read_text("utf-8"))["cells"]


def texts(cells: list[Any]) -> list[str]:
    """Return what the cells say in words: printed, as text and as Markdown."""
    found = []
    for cell in cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            parts = output.get("text") or data.get("text/markdown") or data.get("text/plain") or ()
            found.append("".join(parts))
    return found


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The notebooks in a folder of their own, without any recorded picture."""
    for name in (*REPORTS, "prompts.csv"):
        shutil.copy(NOTEBOOKS / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_committed(name: str) -> None:
    notebook = json.loads((NOTEBOOKS / name).read_text("utf-8"))
    tagged = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", ())]
    assert len(tagged) == 1
    assert 'replay = "only"' in "".join(tagged[0]["source"])
    assert "widgets" not in notebook["metadata"]
    text = (NOTEBOOKS / name).read_text("utf-8")
    assert re.findall(r"(?:/home/|/root/|/tmp/|/Users/|C:\\\\)[^\"]{0,40}", text) == []
    assert sum(path.stat().st_size for path in (NOTEBOOKS / PICTURES).iterdir() if path.is_file()) < LARGEST_GALLERY


def test_a_clone_without_the_pictures_says_what_is_missing_and_how_to_record_it(clone: Path) -> None:
    done, cells = papermill(clone, REPORT)
    assert done.returncode != 0
    failed = [output for cell in cells for output in cell.get("outputs", ()) if output["output_type"] == "error"]
    assert [each["ename"] for each in failed] == ["NotRecordedError"]
    sentence = failed[0]["evalue"]
    assert "not recorded in the gallery 'report-images'" in sentence
    assert "There is no such folder; is the path right?" in sentence
    assert "iw.configure(gallery='report-images', replay='auto')" in sentence
    assert not (clone / PICTURES).exists()


def test_a_report_of_another_subject_is_recorded_and_runs_again_without_being_sent(clone: Path) -> None:
    other = {"subject": "a white cat", "size": "96x96", "seed": "None", "gallery": "cats"}
    done, cells = papermill(clone, REPORT, **other, replay="auto")
    assert done.returncode == 0, done.stderr
    said = texts(cells)
    assert "24 requests for 24 pictures; free: made on this machine\n" in said
    assert any("Of 24 pictures of a white cat" in text for text in said)
    assert any("outside the mask: 0 of" in text for text in said)
    recorded = sorted(path.name for path in (clone / "cats").iterdir() if path.is_file())
    assert len(recorded) == PICTURES_OF_REPORT

    done, cells = papermill(clone, REPORT, **other, replay="only")
    assert done.returncode == 0, done.stderr
    again = texts(cells)
    assert "24 requests for 24 pictures, all of them recorded already; free: replayed from the gallery\n" in again
    assert [text for text in again if "24 requests" not in text] == [text for text in said if "24 requests" not in text]
    assert sorted(path.name for path in (clone / "cats").iterdir() if path.is_file()) == recorded


def test_the_sweeps_run_with_another_subject(clone: Path) -> None:
    done, cells = papermill(clone, REPORTS[0], subject="an owl", size="96x96", gallery="owls", replay="auto")
    assert done.returncode == 0, done.stderr
    said = texts(cells)
    assert any("watercolor of an owl at night on the open sea" in text for text in said)
    assert any("18 of 18 done" in text for text in said)
    assert sum(" failed " in text for text in said) == 1, "before they were tried again"
    assert any("6 of 6 done" in text for text in said)


class Loaded(HTMLParser):
    """Gathers what a page loads: the addresses, and whatever scripts are in it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("type") != "application/vnd.jupyter.widget-view+json":
            self.scripts.append(str(given))
        names = ("src", "srcset", "poster", "data", *(("href",) if tag == "link" else ()))
        self.addresses += [given[name] for name in names if name in given]


@pytest.mark.parametrize("options", [(), ("--no-input",)], ids=["all", "no-input"])
def test_the_pages_that_are_published_load_nothing_from_elsewhere(tmp_path: Path, options: tuple[str, ...]) -> None:
    arguments = ["--to", "html", "--template", "report", *options, *REPORTS, "--output-dir", str(tmp_path)]
    done = command(NOTEBOOKS, tmp_path, "nbconvert", *arguments)
    assert done.returncode == 0, done.stderr
    for name in REPORTS:
        page = (tmp_path / name).with_suffix(".html").read_text("utf-8")
        loaded = Loaded()
        loaded.feed(page)
        assert len(loaded.addresses) > 20
        assert [address[:100] for address in loaded.addresses if not address.startswith("data:image/")] == []
        assert loaded.scripts == []
        styles = "".join(re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL))
        assert [each[:100] for each in re.findall(r"@import[^;]*|url\(\s*['\"]?(?!data:|#)[^)]*", styles)] == []
        assert ('class="jp-CodeMirrorEditor' in page) is (not options)
        title = re.search(r"<title>(.*?)</title>", page)
        assert title is not None
        assert title[1] in page.partition("<h1")[2]
