"""The two outputs of a widget, without a browser and without a kernel: what is sent, and when."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from imagewidgets.errors import AuthenticationError
from imagewidgets.widgets import saved_output
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.prompt_form import PromptForm
from imagewidgets.widgets.result_grid import ResultGrid
from imagewidgets.widgets.saved_output import SavedOutput
from tests.widgets.cells import PATIENCE, VIEW, Cells, wait_for_threads
from tests.widgets.fake_client import OPENAI, FakeClient
from tests.widgets.grids import picture, pictures
from tests.widgets.studios import make

NEVER = 3600.0  # s
MORE_BYTES = 2500


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cells]:
    """What a notebook shows; nothing is saved but when a cell ends or a widget is closed."""
    shell = Cells("text/plain", "text/html", "image/png")
    monkeypatch.setattr(saved_output, "get_ipython", lambda: shell)
    for widget in (SavedOutput, MaskCanvas):
        monkeypatch.setattr(widget, "save_after", NEVER)
    yield shell
    shell.close()


# ---- what is sent


@pytest.mark.parametrize(
    "widget",
    [
        lambda: PromptForm("a fox", client=FakeClient()),
        ResultGrid,
        lambda: ResultGrid(pictures(3)),
        lambda: ResultGrid(pictures(6)),
        MaskCanvas,
        lambda: MaskCanvas(picture()),
        make,
    ],
)
def test_a_widget_gives_a_live_view_and_a_saved_one(widget: Callable[[], SavedOutput], cells: Cells) -> None:
    made = widget()
    live, saved = cells.show(made)
    assert live["data"][VIEW]["model_id"] == made.model_id
    assert (live["data"]["text/plain"], live["data"]["text/html"]) == ("", "")  # nothing to see where it is not live
    assert live["id"] is None
    assert saved["id"]
    assert set(saved["data"]) <= {"text/plain", "text/html", "image/png"}
    assert saved["data"]["text/plain"].startswith(repr(made))
    assert saved["data"]["text/html"].startswith('<div class="imagewidgets-saved"><style><!-- ')
    assert "Saved view. Run the notebook to " in saved["data"]["text/html"]
    assert made.model_id not in str(saved["data"])  # which is another one the next time


def test_what_is_saved_is_the_same_each_time(cells: Cells) -> None:
    one, other = (cells.show(ResultGrid(pictures()))[1]["data"] for _ in range(2))
    assert one == other


def test_two_outputs_are_hardly_larger_than_one(cells: Cells) -> None:
    """Ten photos with all forms of their saved view are less than 400 kB, and this little more."""
    grid = ResultGrid(pictures(6))
    live, saved = cells.show(grid)
    more = len(json.dumps([live["data"], saved["data"]])) - len(json.dumps(grid.saved_view()))
    assert more < MORE_BYTES


def test_a_terminal_is_given_text_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for shell in (Cells("text/plain"), None):
        monkeypatch.setattr(saved_output, "get_ipython", lambda shell=shell: shell)
        with pytest.raises(NotImplementedError):  # by which IPython goes on to the next form
            ResultGrid()._ipython_display_()


def test_in_ipython_without_a_notebook_it_is_one_line() -> None:
    code = "import imagewidgets as iw; display(iw.ResultGrid())"
    command = [sys.executable, "-m", "IPython", "--quick", "--colors=NoColor", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout.strip() == "ResultGrid(0 images)"


def test_who_takes_one_output_only_gets_both_views_in_it() -> None:
    data, _ = ResultGrid(picture())._repr_mimebundle_(include=None, exclude=None)
    assert {VIEW, "text/html", "text/plain", "image/png"} <= set(data)
    assert "<style" not in data["text/html"]  # there is nothing to hide behind


# ---- when


def test_what_a_cell_changed_is_saved_when_it_ends(cells: Cells) -> None:
    grid = ResultGrid()
    _, saved = cells.show(grid)
    assert cells.end_cell() == []
    grid.append(pictures(1))
    grid.append(pictures(2))
    (update,) = cells.end_cell()
    assert update["update"]
    assert update["id"] == saved["id"]
    assert update["data"]["text/html"].count("<img ") == 3
    assert update["data"]["text/plain"].startswith("ResultGrid(3 images)\n  0  ")
    assert cells.end_cell() == []
    wait_for_threads()


def test_what_is_clicked_is_saved_when_nothing_changes_for_a_while(
    cells: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SavedOutput, "save_after", 0.05)
    grid = ResultGrid()
    cells.show(grid)
    for image in pictures(4):
        grid.append(image)
    cells.wait_for(lambda: cells.sent[-1]["data"]["text/plain"].startswith("ResultGrid(4 images)"))
    wait_for_threads()


def test_nothing_is_sent_while_it_changes(cells: Cells) -> None:
    canvas = MaskCanvas(picture())
    before = len(cells.show(canvas))
    pauses = set()
    for at in range(5):
        canvas.add_rectangle(at, at, 10, 10)
        pauses.add(canvas._pause)
    assert len(cells.sent) == before
    assert len(pauses - {None}) == 1  # one thread, however many changes
    (update,) = cells.end_cell()
    assert "5 operations" in update["data"]["text/html"]


def test_a_saved_view_waits_until_the_changes_end(cells: Cells) -> None:
    grid = ResultGrid()
    cells.show(grid)
    grid.append(picture())
    cells.sent.clear()
    with grid._pausing:
        first = grid._pause
        assert first is not None
        first.cancel()
        grid._pause = threading.current_thread()  # as if its time were over in this thread, right after the change
    grid._end_pause()
    assert cells.sent == []
    assert grid._pause not in (None, first)
    assert len(cells.end_cell()) == 1


def test_nobody_waits_for_a_widget_that_nobody_has_displayed(cells: Cells) -> None:
    form, canvas = PromptForm("a fox", client=FakeClient()), MaskCanvas(picture())
    form.submit().result(PATIENCE)
    canvas.add_rectangle(1, 1, 9, 9)
    assert (form._pause, canvas._pause) == (None, None)
    assert cells.end_cell() == []


def test_what_looks_the_same_is_not_sent_again(cells: Cells) -> None:
    grid = ResultGrid(pictures(2))
    cells.show(grid)
    grid.append(picture())
    grid.remove(2)
    assert cells.end_cell() == []


def test_all_displays_of_a_widget_are_renewed_together(cells: Cells) -> None:
    grid = ResultGrid()
    first = cells.show(grid)[1]["id"]
    thread = threading.Thread(target=grid._ipython_display_)
    cells.sent.clear()
    thread.start()
    thread.join(PATIENCE)
    assert [sent["id"] for sent in cells.sent] == [None, first]
    grid.append(picture())
    (update,) = cells.end_cell()
    assert (update["id"], update["update"]) == (first, True)


def test_only_the_studio_is_saved_and_not_its_parts(cells: Cells) -> None:
    studio = make()
    assert len(cells.show(studio)) == 2
    made = studio.create("A fox", n=2).result(PATIENCE)
    studio.open(made[0])
    studio.canvas.add_rectangle(1, 1, 9, 9)
    (update,) = cells.end_cell()
    assert update["data"]["text/plain"].startswith("ImageStudio(1 step, 2 pictures)\n  0  ")
    assert update["data"]["text/html"].count("<img ") == 2
    assert "go on from any of these pictures" in update["data"]["text/html"]


# ---- a form


def test_a_form_saves_its_prompt_until_it_has_pictures(cells: Cells) -> None:
    form = PromptForm("a fox", client=FakeClient(), size="64x64")
    cells.show(form)
    form.prompt = "an owl & a hare"
    (update,) = cells.end_cell()
    assert "an owl &amp; a hare · sketch" in update["data"]["text/html"]
    form.submit().result(PATIENCE)
    (update,) = cells.end_cell()
    assert update["data"]["text/html"].count("<img ") == 1
    form.prompt = "another one is being typed"
    assert form._pause is None
    assert cells.end_cell() == []


def test_a_form_saves_what_went_wrong_and_keeps_its_pictures(cells: Cells) -> None:
    error = AuthenticationError("No: sk-abcdefghijklmnop3f9a", status_code=401)
    form = PromptForm("a fox", client=FakeClient({}, error, destination=OPENAI), model="gpt-image-2")
    cells.show(form)
    form.submit().result(PATIENCE)
    with pytest.raises(AuthenticationError):
        form.submit().result(PATIENCE)
    (update,) = cells.end_cell()
    html = update["data"]["text/html"]
    assert html.count("<img ") == 1
    assert "OpenAI did not accept the key. Set OPENAI_API_KEY" in html
    assert "abcdefgh" not in str(update)


# ---- the end


def test_closing_saves_what_was_to_be_seen_last(cells: Cells) -> None:
    grid = ResultGrid()
    cells.show(grid)
    grid.append(picture())
    cells.sent.clear()
    assert grid._pause is not None
    grid.close()
    wait_for_threads()
    assert [sent["data"]["text/plain"].splitlines()[0] for sent in cells.sent] == ["ResultGrid(1 image)"]
    grid.append(picture("red"))
    assert grid._pause is None
    assert cells.end_cell() == []
    assert cells.events.callbacks["post_execute"] == []


def test_a_closed_widget_still_has_its_pictures_to_show(cells: Cells) -> None:
    canvas = MaskCanvas(picture())
    canvas.close()
    (saved,) = cells.show(canvas)
    assert saved["data"]["text/html"].count("<img ") == 3
    assert "<style" not in saved["data"]["text/html"]


def test_the_rules_are_such_as_every_browser_takes() -> None:
    """A rule that a browser does not understand is left out without a word."""
    assert saved_output.OVER.count("{") == saved_output.OVER.count("}")
    for inner in re.findall(r":has\(((?:[^()]|\([^()]*\))*)\)", saved_output.OVER):
        assert ":has(" not in inner
    assert "--" not in saved_output.OVER  # it stands in a comment where no styles are taken
