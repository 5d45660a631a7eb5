"""A sweep as a table."""

from __future__ import annotations

import builtins
import sys

import pandas as pd
import pytest

import imagewidgets as iw
from imagewidgets.images import digest
from imagewidgets.sweeps import looks, table
from tests.unit.made_sweeps import CREATED, broken, fill, foxes


def test_there_is_a_row_for_each_picture_and_one_for_each_cell_without() -> None:
    sweep = broken()
    frame = sweep.to_frame()
    assert list(
        zip(frame["cell"], frame["picture"].astype("object").where(frame["picture"].notna(), None), strict=True)
    ) == [*((0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (4, None), (5, None))]
    assert list(frame["state"]) == ["done"] * 2 + ["failed"] + ["done"] * 4 + ["failed"] * 2
    assert frame["error"][2].startswith("No answer in 60 s.")
    assert frame["digest"][0] == digest(sweep[0].images[0])
    assert frame["image"][3] is sweep[2].images[0]
    assert frame["image"][7] is None


def test_axes_come_first_and_keep_their_values() -> None:
    frame = fill(iw.sweep("a {red|blue} fox{|, in oil}", seed=[3, 5])).to_frame()
    assert list(frame)[:6] == ["cell", "picture", "red|blue", "|in oil", "seed", "prompt"]
    assert list(frame["seed"])[:2] == [3, 5]
    assert set(frame["|in oil"]) == {"none", "in oil"}
    assert frame["prompt"][7] == "a blue fox, in oil"


def test_types_are_those_that_pandas_can_count_with() -> None:
    sweep = fill(foxes(), places=[0, 1])
    sweep.pick(1)
    frame = sweep.to_frame()
    kinds = {name: str(kind) for name, kind in frame.dtypes.items() if name in table.COLUMNS}
    assert kinds == table.COLUMNS
    assert frame["created"][0] == pd.Timestamp(CREATED, unit="s", tz="UTC")
    assert frame["picked"].sum() == 1
    assert frame["created"].isna().sum() == 4
    assert frame["seconds"].notna().sum() == 2
    assert set(frame["seed"]) == {7}
    assert frame[frame["state"] == "planned"]["size"].isna().all()
    assert frame["size"][0] == "48x48"


def test_a_sweep_of_nothing_made_has_a_table() -> None:
    frame = foxes(quality="high", model="gpt-image-1").to_frame()
    assert len(frame) == 6
    assert set(frame["quality"]) == {"high"}
    assert set(frame["model"]) == {"gpt-image-1"}
    assert set(frame["state"]) == {"planned"}


def test_rows_of_a_table_give_their_columns_back() -> None:
    rows = [{"animal": "fox", "quality": "low"}, {"animal": "owl", "background": "opaque"}]
    frame = fill(iw.sweep("an {animal}", rows=rows, model="gpt-image-1", n=[1, 2])).to_frame()
    assert list(frame)[:6] == ["cell", "picture", "animal", "quality", "background", "n"]
    assert list(frame["animal"]) == ["fox"] * 3 + ["owl"] * 3
    assert frame["quality"][0] == "low"
    assert frame["background"][5] == "opaque"


def test_an_axis_of_a_taken_name_is_still_there() -> None:
    sweep = fill(iw.sweep("a fox, {state}", state=["asleep", "awake"], size=["1024x1024", "auto"], model="gpt-image-1"))
    frame = sweep.to_frame()
    assert list(frame["state (axis)"]) == ["asleep"] * 2 + ["awake"] * 2
    assert set(frame["state"]) == {"done"}
    assert list(frame["size"])[:2] == ["1024x1024", "auto"]  # what was asked for


def test_pictures_as_an_axis_stand_there_by_their_labels(tmp_path: object) -> None:
    images = fill(foxes(), places=[0, 1]).images
    frame = iw.sweep("in oil", image=images, model="gpt-image-1").to_frame()
    assert list(frame["image (axis)"]) == ["a red fox in", "a red fox in (2)"]
    assert frame["image"].isna().all()


def test_refused_cells_say_why() -> None:
    frame = iw.sweep("a fox", model=["gpt-image-1", "dall-e-3"], size=["1024x1024", "1536x1024"]).to_frame()
    assert list(frame["state"]) == ["planned", "planned", "planned", "refused"]
    assert "dall-e-3" in frame["error"][3]
    assert frame["model"][3] == "dall-e-3"
    assert frame["size"][3] == "1536x1024"


def test_recorded_pictures_are_not_decoded_for_their_digests(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    client = iw.Client("sketch", gallery=tmp_path)
    first = iw.sweep("a {red|blue} fox", size="64x64", seed=1, client=client).run().wait()
    codes = list(first.to_frame()["digest"])
    monkeypatch.setattr("imagewidgets.responses.digest", lambda _: pytest.fail("decoded"))
    again = iw.sweep("a {red|blue} fox", size="64x64", seed=1, client=client).run().wait()
    frame = again.to_frame()
    assert list(frame["digest"]) == codes
    monkeypatch.undo()
    assert codes == [digest(image) for image in frame["image"]]
    assert frame["replayed"].all()


def test_without_pandas_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def no_pandas(name: str, *args: object) -> object:
        if name.partition(".")[0] == "pandas":
            raise ImportError(name)
        return original(name, *args)

    monkeypatch.setattr(builtins, "__import__", no_pandas)
    monkeypatch.delitem(sys.modules, "pandas")
    with pytest.raises(ImportError, match=r"pip install 'imagewidgets\[pandas\]'"):
        foxes().to_frame()


def test_what_is_seen_is_forgotten_with_the_cell() -> None:
    sweep = fill(foxes())
    looks.facts_of(sweep[0])
    before = len(looks._seen)
    del sweep
    assert len(looks._seen) < before
