"""The sweep grid without a browser: what it shows of a sweep, and what its buttons do."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
import traitlets
from PIL import Image

import imagewidgets as iw
from imagewidgets.client import Client
from imagewidgets.errors import APITimeoutError, AuthenticationError, InvalidRequestError
from imagewidgets.widgets.sweep_grid import SweepGrid
from tests.widgets.cells import Cells
from tests.widgets.fake_client import OPENAI, Gate
from tests.widgets.sweeps import PATIENCE, PROMPT, Watch, finished, states, sweep
from tests.widgets.wire import Wire

LATE = APITimeoutError("No answer from Sketch engine in 60 s.", sent=True)


# ---- before the run


def test_before_the_run_it_is_the_plan() -> None:
    grid = SweepGrid(sweep(n=2))
    assert grid._head["plan"] == "6 requests for 12 pictures"
    assert grid._head["cost"] == "free: made on this machine"
    assert grid._head["go"] == "Generate 12 pictures"
    assert states(grid) == ["planned"] * 6
    assert grid._sheet["cells"][1]["words"] == "a red fox in pencil"
    assert grid.images == []


def test_the_button_says_what_of_it_comes_from_the_gallery(tmp_path: Path) -> None:
    recording = Client("sketch", gallery=tmp_path)
    replaying = Client("sketch", gallery=tmp_path, replay="only")
    asked: dict[str, Any] = {"prompt": "a {red|blue} fox", "size": "64x64", "seed": 1}
    recording.generate("a red fox", size="64x64", seed=1)
    grid = SweepGrid(iw.sweep(**asked, client=replaying))
    assert grid._head["cost"] == "1 of them recorded already · nothing is sent: the rest must be recorded first"
    assert grid._head["go"] == "Look for 2 pictures in the gallery"  # nothing is generated
    grid._handle_custom_msg({"kind": "do", "what": "run"}, [])
    assert grid._notice["text"].startswith("1 of 2 requests is not recorded in the gallery")
    assert "replay='auto'" in grid._notice["advice"]
    assert SweepGrid(iw.sweep(**asked, client=recording))._head["go"] == "Generate 2 pictures"
    recording.generate("a blue fox", size="64x64", seed=1)
    assert SweepGrid(iw.sweep(**asked, client=replaying))._head["go"] == "Take 2 pictures from the gallery"


def test_words_of_a_row_say_nothing_twice() -> None:
    rows = [{"animal": "fox", "style": "oil", "quality": "low"}, {"animal": "owl", "style": "ink", "quality": "high"}]
    grid = SweepGrid(sweep(prompt="a {animal} in {style}", rows=rows))
    assert [cell["words"] for cell in grid._sheet["cells"]] == ["a fox in oil, low", "a owl in ink, high"]


def test_rows_and_columns_are_the_first_axes() -> None:
    grid = SweepGrid(sweep(quality=["low", "high"], model=["gpt-image-1", "gpt-image-1-mini"], destination=OPENAI))
    assert (grid.rows, grid.columns) == ("red|blue|white", "oil|pencil")
    assert grid.page == {"quality": 0, "model": 0}
    assert grid._sheet["rows"] == ["red", "blue", "white"]
    assert [page["name"] for page in grid._sheet["pages"]] == ["quality", "model"]
    assert "gpt-image-1" not in grid._sheet["columns"]


def test_everything_goes_with_the_first_message(monkeypatch: pytest.MonkeyPatch) -> None:
    made = finished()
    wire = Wire(monkeypatch)
    SweepGrid(made, columns="red|blue|white", blind=True)
    opened = [content for kind, content, _ in wire.messages if kind == "open"]
    assert len(opened) == len(wire.messages)  # its layout's, and its own
    assert len(opened[-1]["_tiles"]) == 6


def test_what_is_no_sweep_and_what_is_no_trait_is_refused() -> None:
    with pytest.raises(TypeError, match=r"iw\.sweep\(…\) makes, not a str"):
        SweepGrid(PROMPT)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="SweepGrid has no colour, images_now"):
        SweepGrid(sweep(), colour="red", images_now=True)


# ---- how it is laid out


def test_what_is_set_of_rows_and_columns_agrees() -> None:
    grid = SweepGrid(sweep(seed=[1, 2]), columns="seed")
    assert (grid.rows, grid.columns) == ("red|blue|white", "seed")
    assert grid.page == {"oil|pencil": 0}
    grid.rows = "seed"  # they change places
    assert (grid.rows, grid.columns) == ("seed", "red|blue|white")
    grid.swap()
    assert (grid.rows, grid.columns) == ("red|blue|white", "seed")
    grid.columns = "oil|pencil"
    assert grid.page == {"seed": 0}


@pytest.mark.parametrize("trait", ["rows", "columns"])
def test_an_axis_that_is_not_there_is_refused(trait: str) -> None:
    grid = SweepGrid(sweep())
    with pytest.raises(traitlets.TraitError, match=r"no axis of this sweep\. Its axes: red\|blue\|white, oil\|pencil"):
        setattr(grid, trait, "quality")
    assert (grid.rows, grid.columns) == ("red|blue|white", "oil|pencil")
    with pytest.raises(traitlets.TraitError, match="a list and no table"):
        SweepGrid(sweep().sample(3, seed=1), **{trait: "oil|pencil"})


def test_pages_are_turned_by_labels_and_numbers() -> None:
    grid = SweepGrid(
        sweep(
            background=["opaque", "transparent"],
            quality=["low", "high"],
            destination=OPENAI,
            model="gpt-image-1",
            prompt="a {red|blue} fox",
        )
    )
    first = [cell["cell"] for cell in grid._sheet["cells"]]
    assert (grid.rows, grid.columns) == ("red|blue", "background")
    grid.show({"quality": "high"})
    assert grid.page == {"quality": 1}
    assert [cell["cell"] for cell in grid._sheet["cells"]] == [place + 1 for place in first]
    grid.show({"quality": 0})
    assert [cell["cell"] for cell in grid._sheet["cells"]] == first
    for wrong, words in (
        ({"quality": "hd"}, "no value 'hd'. It has: low, high"),
        ({"quality": 5}, "no value 5"),
        ({"mood": 0}, "no axis 'mood'"),
    ):
        with pytest.raises(traitlets.TraitError, match=words):
            grid.show(wrong)
    assert grid.page == {"quality": 0}


def test_long_pages_are_cut_into_parts() -> None:
    grid = SweepGrid(sweep(prompt="a {red|blue|white} fox", seed=range(100), n=2), rows="seed")
    assert grid._sheet["parts"] == 4  # rows of six pictures, 33 of them at a time
    assert sum(cell["count"] for cell in grid._sheet["cells"]) == 198
    grid.show(part=3)
    assert grid._sheet["rows"] == ["seed 99"]
    grid.part = 99
    assert grid.part == 3
    grid.swap()
    assert grid.part == 0
    assert grid._sheet["parts"] == 3  # 100 columns at a time, so one row


def test_one_long_axis_and_samples_flow() -> None:
    for flowing in (sweep(prompt="a fox", seed=range(6)), sweep().sample(4, seed=1)):
        grid = SweepGrid(flowing)
        assert grid._sheet["kind"] == "flow"
        assert (grid.rows, grid.columns, grid.page) == ("", "", {})
        assert len(grid._sheet["cells"]) == len(flowing)
    assert SweepGrid(sweep(prompt="a fox", seed=range(5))).columns == "seed"
    assert grid._sheet["cells"][0]["caption"].count(" · ") == 1


def test_places_have_the_shape_of_their_pictures() -> None:
    assert SweepGrid(sweep(size="96x64"))._sheet["ratio"] == 1.5
    assert SweepGrid(finished(size="96x64"))._sheet["ratio"] == 1.5
    assert SweepGrid(sweep())._sheet["ratio"] == 1
    assert SweepGrid(sweep(size=["96x64", "64x64"]), columns="size")._sheet["ratio"] == 1


def test_of_too_many_cells_there_are_pages_but_no_button_and_no_blind_comparison() -> None:
    grid = SweepGrid(sweep(prompt="a {red|blue} fox", seed=range(100_000)), rows="seed")
    assert grid._head["plan"] == "200,000 requests"
    assert grid._head["go"] == ""
    assert grid._sheet["parts"] == 1000
    with pytest.raises(traitlets.TraitError, match="at most 100,000 cells, not 200,000"):
        grid.blind = True


def test_a_sweep_of_one_cell_is_shown() -> None:
    grid = SweepGrid(finished(prompt="a fox"))
    assert grid._sheet["kind"] == "flow"
    assert grid._tiles[0]["words"] == "a fox"


# ---- the run


def test_it_follows_the_run() -> None:
    gate, last = Gate(), Gate()
    made = sweep(gate, LATE, {}, {}, last)
    grid = SweepGrid(made)
    watch = Watch(grid)
    grid.run()
    assert gate.entered.wait(PATIENCE)
    watch.until(lambda: states(grid) == ["running"] + ["waiting"] * 5)
    assert grid._head["running"]
    assert grid._sheet["cells"][0]["seconds"] >= 0
    gate.opened.set()
    watch.until(lambda: states(grid) == ["done", "failed", "done", "done", "running", "waiting"])
    failure = grid._sheet["cells"][1]["failure"]
    assert (failure["title"], failure["text"], failure["again"]) == ("Timed out", "No answer in 60 s.", True)
    assert len(grid.images) == 3
    assert all(isinstance(image, Image.Image) for image in grid.images)
    last.opened.set()
    made.wait(PATIENCE)
    watch.until(lambda: not grid._head["running"])
    assert grid._head["counts"]["done"] == 5
    assert [tile["words"] for tile in grid._tiles][:2] == ["a red fox in oil", "a blue fox in oil"]


def test_stop_finishes_what_is_under_way_and_cancel_does_not() -> None:
    gate = Gate()
    made = sweep({}, gate)
    grid = SweepGrid(made)
    watch = Watch(grid)
    grid.run()
    assert gate.entered.wait(PATIENCE)
    grid.stop()
    watch.until(lambda: grid._head["stopping"])
    watch.until(lambda: states(grid) == ["done", "running"] + ["planned"] * 4)
    grid.cancel()
    made.wait(PATIENCE)
    watch.until(lambda: states(grid) == ["done"] + ["planned"] * 5)
    assert grid._head["go"] == "Generate the other 5"
    assert grid._head["plan"] == ""
    grid.run()
    made.wait(PATIENCE)
    watch.until(lambda: states(grid) == ["done"] * 6)
    assert grid._head["go"] == ""


def test_failed_cells_are_tried_again_one_or_all() -> None:
    made = finished(LATE, LATE)
    grid = SweepGrid(made)
    watch = Watch(grid)
    assert states(grid)[:3] == ["failed", "failed", "done"]
    grid._handle_custom_msg({"kind": "do", "what": "retry", "places": [1]}, [])
    made.wait(PATIENCE)
    watch.until(lambda: states(grid)[:3] == ["failed", "done", "done"])
    grid._handle_custom_msg({"kind": "do", "what": "retry"}, [])
    made.wait(PATIENCE)
    watch.until(lambda: states(grid) == ["done"] * 6)


def test_why_a_sweep_stopped_by_itself_is_told_once() -> None:
    grid = SweepGrid(finished(AuthenticationError("Bad key sk-secret0123456789", status_code=401)))
    assert grid._notice["text"].endswith("did not accept the key. Nothing more was sent.")
    assert grid._notice["advice"].endswith("needs none. What has come is kept.")  # others of the sweep were charged
    assert "secret" not in str(grid.get_state())
    grid._notice = {}  # the person has closed it
    grid._catch_up()
    assert grid._notice == {}
    assert states(grid).count("planned") == 5


def test_what_a_click_fails_at_is_told() -> None:
    grid = SweepGrid(sweep())
    grid._handle_custom_msg({"kind": "do", "what": "retry", "places": [0]}, [])
    assert "only what has failed" in grid._notice["text"] + grid._notice.get("advice", "")
    with pytest.raises(InvalidRequestError):
        grid.retry(0)


def test_a_cell_that_is_refused_says_why_and_has_no_button() -> None:
    grid = SweepGrid(
        sweep(prompt="a {red|blue} fox", model=["gpt-image-1", "dall-e-3"], quality="low", n=2, destination=OPENAI)
    )
    refused = grid._sheet["cells"][1]
    assert refused["state"] == "refused"
    assert refused["failure"]["title"] == "Not possible"
    assert "dall-e-3" in refused["failure"]["text"]
    assert not refused["failure"]["again"]
    assert refused["count"] == 2
    assert grid._head["total"] == 2


def test_only_what_is_on_the_page_is_in_the_grid() -> None:
    made = finished(seed=[1, 2, 3])
    grid = SweepGrid(made)
    assert grid.images == [image for cell in made if cell.labels["seed"] == "1" for image in cell.images]
    before = [entry.thumbnail for entry in grid._entries]
    grid.show({"seed": "3"})
    assert grid.images == [image for cell in made if cell.labels["seed"] == "3" for image in cell.images]
    assert len(grid._thumbnails) == len(before) == 6


# ---- picks


def test_picks_are_those_of_the_sweep() -> None:
    made = finished(n=2)
    grid = SweepGrid(made)
    watch = Watch(grid)
    grid.pick(3, 1)
    assert made.picks == ((3, 1),)
    assert grid.picks == [(3, 1)]
    made.pick(0)
    watch.until(lambda: grid.picks == [(0, 0), (3, 1)])
    grid.picks = [(5, 0)]
    assert made.picks == ((5, 0),)
    grid.set_state({"picks": [[1, 0], [4, 1]]})  # as browsers send them
    assert made.picks == ((1, 0), (4, 1))
    grid.pick(1, on=False)
    assert grid.picks == [(4, 1)]
    with pytest.raises(InvalidRequestError, match="no cell 99"):
        grid.picks = [(99, 0)]
    assert grid.picks == [(4, 1)] == list(made.picks)


def test_two_picks_can_be_compared_wherever_they_stand() -> None:
    made = finished(seed=[1, 2])
    grid = SweepGrid(made)
    here, elsewhere = 0, 1  # the last axis is the fastest
    grid.pick(here)
    assert len(grid.images) == 6
    grid.pick(elsewhere)
    assert grid.images[-1] is made[elsewhere].images[0]
    grid.compare(0, 6)
    assert grid._open["view"] == "compare"
    assert [tile["title"] for tile in grid._tiles if tile["id"] in grid._open["ids"]] == [
        "red · oil · seed 1",
        "red · oil · seed 2",
    ]
    assert sum(len(cell["ids"]) for cell in grid._sheet["cells"]) == 6  # it is at hand, and not on the page
    grid.pick(2)
    assert len(grid.images) == 6


# ---- blind comparison


def test_a_blind_comparison_tells_nothing_of_where_a_picture_stands() -> None:
    made = finished(seed=[1, 2])
    grid = SweepGrid(made, blind=True)
    grid.pick(0)
    words = [cell["words"] for cell in grid._sheet["cells"]]
    assert words == [f"Picture {number}" for number in range(1, 13)]  # of all pages
    places = [cell["cell"] for cell in grid._sheet["cells"]]
    assert sorted(places) == list(range(12)) != places
    told = str(
        [grid._tiles, grid._tally, {**grid._sheet, "cells": [{**cell, "cell": 0} for cell in grid._sheet["cells"]]}]
    )
    for hidden in ("red", "pencil", "seed", "sketch", "fox"):
        assert hidden not in told
    names = {tile["id"]: tile["words"] for tile in grid._tiles}
    assert [names[cell["ids"][0]] for cell in grid._sheet["cells"]] == words
    again = SweepGrid(made, blind=True)
    assert [cell["cell"] for cell in again._sheet["cells"]] == places
    again.seed = 1
    assert [cell["cell"] for cell in again._sheet["cells"]] != places


def test_reveal_shows_labels_and_what_was_picked() -> None:
    grid = SweepGrid(finished(), blind=True)
    grid.pick(0)
    grid.pick(2)
    grid.reveal()
    assert not grid.blind
    assert grid.show_tally
    assert grid._sheet["kind"] == "table"
    assert grid._tally[1]["counts"] == [["oil", 2], ["pencil", 0]]
    assert grid._tiles[0]["words"] == "a red fox in oil"


def test_pictures_of_one_cell_do_not_stand_together_in_a_blind_comparison() -> None:
    grid = SweepGrid(finished(n=3), blind=True)
    cells = [(cell["cell"], cell["first"]) for cell in grid._sheet["cells"]]
    assert sorted(cells) == [(place, picture) for place in range(6) for picture in range(3)]
    assert [place for place, _ in cells] != sorted(place for place, _ in cells)
    assert {cell["count"] for cell in grid._sheet["cells"]} == {1}


def test_a_blind_comparison_has_a_place_for_each_picture_and_says_nothing_of_failures() -> None:
    error = InvalidRequestError("gpt-image-1 cannot draw a red fox.")
    grid = SweepGrid(finished(error, prompt="a {red|blue} fox", n=[1, 3]), blind=True)
    assert sorted((cell["cell"], cell["first"]) for cell in grid._sheet["cells"]) == [
        *((0, 0), (1, 0), (1, 1), (1, 2)),
        *((2, 0), (3, 0), (3, 1), (3, 2)),
    ]
    (failed,) = (cell for cell in grid._sheet["cells"] if cell["state"] == "failed")
    assert failed["failure"] == {"title": "Not possible", "text": "", "more": "", "again": True}


# ---- what stays, and the end


def test_a_notebook_keeps_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = Cells("text/html")
    monkeypatch.setattr("imagewidgets.widgets.saved_output.get_ipython", lambda: cells)
    made = finished()
    grid = SweepGrid(made)
    try:
        live, saved = cells.show(grid)
        assert "application/vnd.jupyter.widget-view+json" in live["data"]
        assert "<table" in saved["data"]["text/html"]
        grid.pick(1)
        (update,) = cells.end_cell()
        assert update["update"]
        assert update["data"]["text/html"] != saved["data"]["text/html"]
    finally:
        cells.close()


def test_a_cell_that_runs_a_sweep_to_its_end_keeps_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = Cells("text/html")
    monkeypatch.setattr("imagewidgets.widgets.saved_output.get_ipython", lambda: cells)
    made = sweep()
    try:
        _, planned = cells.show(made.grid(columns="red|blue|white"))
        assert "6 requests for 6 pictures" in planned["data"]["text/html"]
        made.run().wait(PATIENCE)
        (update,) = cells.end_cell()  # as fast as nbconvert ends it
        assert update["data"]["text/html"].count("<img") == 6
        assert update["data"]["text/html"].index(">white<") < update["data"]["text/html"].index(">oil<")
    finally:
        cells.close()


def test_a_sweep_shows_itself_as_a_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = Cells("text/html")
    monkeypatch.setattr("imagewidgets.widgets.saved_output.get_ipython", lambda: cells)
    made = sweep()
    made._ipython_display_()
    made._ipython_display_()
    views = [sent["data"].get("application/vnd.jupyter.widget-view+json") for sent in cells.sent]
    models = {view["model_id"] for view in views if view}
    assert len(models) == 1
    cells.close()


def test_a_closed_grid_does_not_follow_and_is_gone() -> None:
    gate = Gate()
    made = sweep(gate)
    grid = made.grid(columns="red|blue|white")
    assert grid.columns == "red|blue|white"
    made.run()
    assert gate.entered.wait(PATIENCE)
    grid.close()
    gone = weakref.ref(grid)
    del grid
    gate.opened.set()
    made.wait(PATIENCE)
    for thread in threading.enumerate():
        if thread.name == "imagewidgets-sweep-grid":
            thread.join(PATIENCE)
    gc.collect()
    assert gone() is None
    assert made.counts["done"] == 6


def test_many_changes_are_few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    made = sweep(prompt="a fox", seed=range(150), size="64x64")
    wire = Wire(monkeypatch)
    grid = SweepGrid(made)
    watch = Watch(grid)
    made.run().wait(PATIENCE)
    watch.until(lambda: grid._head["counts"]["done"] == 150 and not grid._head["running"])
    sheets = [content for kind, content, _ in wire.messages if kind == "update" and "_sheet" in content]
    assert len(sheets) < 40  # 300 states were passed through
    sent = [name for kind, content, _ in wire.messages if kind == "custom" for name in content["ids"]]
    assert len(sent) == len(set(sent)) <= 150  # each thumbnail goes once


def test_it_is_public() -> None:
    assert iw.SweepGrid is SweepGrid
    assert repr(SweepGrid(sweep())) == "SweepGrid(6 cells)"


def act(grid: SweepGrid, **content: Any) -> None:
    grid._handle_custom_msg(content, [])


def test_actions_and_files_work_as_in_a_result_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = SweepGrid(finished())
    heard: list[tuple[str, int]] = []
    grid.on_action(lambda action, index, _image: heard.append((action, index)))
    act(grid, kind="act", action="edit", id=grid._tiles[2]["id"])
    assert heard == [("edit", 2)]
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    monkeypatch.setattr(grid, "send", lambda content, buffers=(): sent.append((content, list(buffers))))
    act(grid, kind="file", form="png", id=grid._tiles[0]["id"], ticket="t")
    assert sent[0][0]["type"] == "image/png"
