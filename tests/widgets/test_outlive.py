"""What is left of a notebook where nothing runs: on a converted page, as Markdown, on paper, on GitHub.

How that looks in a browser, of a notebook that a kernel has run, is in `tests/browser/test_outlive.py`.
"""

from __future__ import annotations

import base64
import io
import re
from copy import deepcopy
from typing import Any

import pytest
from ipywidgets import Widget
from nbconvert import HTMLExporter, LatexExporter, MarkdownExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

import imagewidgets as iw
from imagewidgets.widgets import saved_output
from tests.widgets.cells import PATIENCE, VIEW, Cells

STATE = "application/vnd.jupyter.widget-state+json"
REQUEST = {"size": "128x128", "n": 2, "seed": 7}
PICTURES = {"form": 2, "grid": 2, "canvas": 3, "studio": 2, "response": 2}
"""How many pictures each has to show."""
WIDGETS = ("form", "grid", "canvas", "studio")
PNG_LIMIT = 300_000  # bytes
PICTURE = re.compile(r"<img [^>]*>")

each = pytest.mark.parametrize("name", list(PICTURES))
each_widget = pytest.mark.parametrize("name", WIDGETS)


@pytest.fixture(scope="module")
def left() -> Any:
    """A notebook with a cell for each thing that is shown, filled after it was shown; with the state of the widgets."""
    response = iw.generate("a red fox", **REQUEST)
    form, grid, canvas = iw.PromptForm("a red fox", **REQUEST), iw.ResultGrid(), iw.MaskCanvas(response[0])
    studio = iw.ImageStudio()
    changes = {
        "form": (form, lambda: form.submit().result(PATIENCE)),
        "grid": (grid, lambda: grid.append(response)),
        "canvas": (canvas, lambda: canvas.add_rectangle(10, 10, 50, 50)),
        "studio": (studio, lambda: studio.create("a red fox", **REQUEST).result(PATIENCE)),
    }
    cells = Cells("text/plain", "text/html", "image/png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_output, "get_ipython", lambda: cells)
        outputs = {name: cells.outputs(*change) for name, change in changes.items()}
        outputs["response"] = [response._repr_mimebundle_()]
        notebook = new_notebook(
            cells=[
                new_code_cell(name, outputs=[new_output("display_data", data) for data in shown])
                for name, shown in outputs.items()
            ],
            metadata={"widgets": {STATE: Widget.get_manager_state(widgets=[form, grid, canvas, studio])}},
        )
        cells.close()
    return notebook


def data_of(notebook: Any, name: str) -> list[dict[str, Any]]:
    return [output["data"] for cell in notebook.cells if cell.source == name for output in cell.outputs]


def alone(notebook: Any, name: str, *, state: bool = True) -> Any:
    """Return the notebook with one cell only, with or without the state of its widgets."""
    copy = deepcopy(notebook)
    copy.cells = [cell for cell in copy.cells if cell.source == name]
    if not state:
        del copy.metadata["widgets"]
    return copy


def pictures_in(page: str) -> list[str]:
    """Return the pictures of a page that can be seen and have words."""
    return [tag for tag in PICTURE.findall(page) if "data:image/webp;base64," in tag and re.search(r'alt="\w', tag)]


@each_widget
def test_there_is_a_live_view_and_a_saved_one(left: Any, name: str) -> None:
    live, saved = data_of(left, name)
    assert VIEW in live
    assert VIEW not in saved
    assert {"text/html", "text/plain", "image/png"} == set(saved)


@each
def test_words_name_the_pictures_by_their_digests(left: Any, name: str) -> None:
    """They are those that another process makes, so a notebook's test can compare them."""
    words = "".join(data["text/plain"] for data in data_of(left, name))
    assert "0x" not in words
    if name == "canvas":
        assert re.fullmatch(r"MaskCanvas\(128×128, .* masked, 1 operation, [0-9a-f]{8}\)", words)
    else:
        for digest in iw.generate("a red fox", **REQUEST).digests:
            assert digest[:8] in words


@each
def test_github_has_a_png(left: Any, name: str) -> None:
    """It strips pictures out of HTML, and shows no widget."""
    (file,) = [base64.b64decode(data["image/png"]) for data in data_of(left, name) if "image/png" in data]
    assert len(file) < PNG_LIMIT
    with Image.open(io.BytesIO(file)) as picture:
        assert picture.width > 128 * PICTURES[name]


@each
def test_markdown_has_the_pictures(left: Any, name: str) -> None:
    text, _ = MarkdownExporter().from_notebook_node(alone(left, name))
    assert len(pictures_in(text)) == PICTURES[name]
    assert "Error" not in text
    # A page that takes no styles escapes the element and drops its inside, which is a comment.
    assert "{" not in re.sub(r"<!--.*?-->", "", text)


@each
@pytest.mark.parametrize("state", [True, False], ids=["state", "no-state"])
@pytest.mark.filterwarnings("error")  # "not able to be represented" would be one
def test_a_converted_page_has_the_pictures(left: Any, name: str, state: bool) -> None:
    text, _ = HTMLExporter().from_notebook_node(alone(left, name, state=state))
    assert len(pictures_in(text)) == PICTURES[name]
    assert (f'<script type="{VIEW}">' in text) == (state and name in WIDGETS)


@each
def test_paper_has_one_picture(left: Any, name: str) -> None:
    text, resources = LatexExporter().from_notebook_node(alone(left, name))
    assert text.count(r"\adjustimage") == 1
    assert [file[:4] for file in resources["outputs"].values()] == [b"\x89PNG"]


def test_a_picture_by_itself_needs_nothing() -> None:
    (image,) = iw.generate("a red fox", size="64x64", seed=7)
    assert Image.open(io.BytesIO(image._repr_png_())).size == (64, 64)
