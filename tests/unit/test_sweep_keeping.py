"""What is kept of a sweep: text, saved view, contact sheet, files."""

from __future__ import annotations

import base64
import csv
import io
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagewidgets as iw
from imagewidgets.errors import InternalServerError
from imagewidgets.images import digest
from imagewidgets.responses import ImagesResponse
from imagewidgets.sweeps import keeping, looks, saving, views
from tests.unit.made_sweeps import broken, fill, foxes, noise
from tests.unit.test_display import Elements, photo


def words(html: str) -> list[str]:
    return [text for text in Elements(html).text if text.strip()]


# ---- text


def test_a_plan_has_its_axes_and_nothing_else() -> None:
    assert keeping.text(foxes()) == (
        "Sweep('a {red|blue} fox in {season}', 6 requests, none sent yet)\n"
        "  in the prompt: red · blue\n"
        "  season: spring · summer · winter"
    )


def test_text_has_a_digest_for_each_picture_and_the_reason_where_there_is_none() -> None:
    sweep = broken()
    lines = keeping.text(sweep).split("\n")
    assert lines[0] == "Sweep('a {red|blue} fox in {season}', 3 of 6 done · 3 failed)"
    codes = " ".join(digest(image)[:8] for image in sweep[0].images)
    assert lines[3] == f"  0  {codes}  red · spring"
    assert lines[4] == f"  1  {digest(sweep[1].images[0])[:8]}  red · summer  more failed: No answer in 60 s."
    assert lines[7] == "  4  No answer in 60 s.  blue · summer"
    assert len(lines) == 9
    assert repr(sweep) == "\n".join(lines)


def test_text_is_the_same_for_the_same_pictures() -> None:
    assert keeping.text(fill(foxes())) == keeping.text(fill(foxes()))
    first = iw.sweep("a {red|blue} fox", size="64x64", seed=1).run().wait()
    again = iw.sweep("a {red|blue} fox", size="64x64", seed=1).run().wait()
    assert "2 of 2 done" in repr(first)
    assert repr(first) == repr(again)


def test_text_of_thousands_is_cut() -> None:
    sweep = iw.sweep("a fox", seed=range(5000))
    fill(sweep, places=[0, 4999])
    lines = keeping.text(sweep).split("\n")
    assert len(lines) == 1 + 1 + keeping.MOST_LINES + 1
    assert lines[-1] == "  4,940 more"
    assert len(lines[1]) < 250


def test_no_key_stands_in_any_view() -> None:
    sweep = broken()
    bundle = keeping.saved_view(sweep)
    for text in (bundle["text/plain"], bundle["text/html"], sweep.to_frame().drop(columns="image").to_csv()):
        assert "may not ask for this" in text
        assert "abcdef123456" not in text


# ---- saved view


def test_a_plan_has_a_saved_view() -> None:
    bundle = keeping.saved_view(foxes(model="gpt-image-1"))
    assert set(bundle) == {"text/plain", "text/html"}
    said = words(bundle["text/html"])
    assert said[0] == "a {red|blue} fox in {season}"
    assert said[1].startswith("6 requests for 6 pictures")
    assert said[2:6] == ["in the prompt", "red · blue", "season", "spring · summer · winter"]
    assert "Nothing has been sent yet" in said[6]


def test_a_whole_sweep_is_a_table() -> None:
    sweep = fill(foxes())
    sweep.pick(1)
    elements = Elements(keeping.saved_view(sweep)["text/html"])
    heads = [head["scope"] for head in elements.of("th")]
    assert heads == ["col"] * 3 + ["row"] * 2
    said = [text for text in elements.text if text.strip()]
    assert said[1].startswith("6 of 6 done · sketch · 48 × 48 · seed 7 · ")
    assert said[2:7] == ["spring", "summer", "winter", "red", views.PICKED]
    assert [image["alt"] for image in elements.of("img")][:2] == ["a red fox in spring", "a red fox in summer"]


def test_what_is_missing_has_its_place_and_its_reason() -> None:
    html = keeping.saved_view(broken())["text/html"]
    assert words(html).count("No answer in 60 s.") == 2  # one cell of two pictures, one picture of another
    assert len(Elements(html).of("img")) == 7
    assert [image["alt"] for image in Elements(html).of("img")][:2] == [
        "a red fox in spring, picture 1",
        "a red fox in spring, picture 2",
    ]


def test_rows_and_columns_of_the_saved_view_can_be_chosen() -> None:
    sweep = fill(foxes(quality=["low", "high"], model="gpt-image-1"))
    usual = words(keeping.saved_view(sweep)["text/html"])
    assert {"quality low", "quality high"} < set(usual)
    turned = words(keeping.saved_view(sweep, rows="season", columns="quality")["text/html"])
    assert turned.count("quality") == 2  # a table for each colour
    assert "quality low" not in turned


def test_a_sample_flows_with_its_labels() -> None:
    sample = fill(foxes(quality=["low", "high"], model="gpt-image-1").sample(3, seed=2))
    sample[1].end(None, InternalServerError("It broke. Try again.", status_code=500))
    sample[1]._response = None
    elements = Elements(keeping.saved_view(sample)["text/html"])
    assert elements.of("table") == []
    assert len(elements.of("figure")) == 3
    for cell in sample:
        assert views.labels_of(sample, cell) in elements.text
    assert "It broke." in elements.text
    assert digest(sample[0].images[0])[:4] in elements.text


@lru_cache(maxsize=6)
def scene(number: int) -> Image.Image:
    return photo(number, 512)


@pytest.mark.parametrize("draw", [noise, lambda cell, _: scene(cell.place % 6).copy()], ids=["noise", "photo"])
def test_thirty_six_pictures_keep_to_their_size(draw: object) -> None:
    sweep = fill(iw.sweep("a {red|blue|white|grey|green|pink} fox", seed=range(6)), draw)
    bundle = keeping.saved_view(sweep)
    assert sum(map(len, bundle.values())) < 600_000
    assert len(Elements(bundle["text/html"]).of("img")) == 36
    png = base64.b64decode(bundle["image/png"])
    assert len(png) <= 150_000
    assert Image.open(io.BytesIO(png)).format == "PNG"


def test_pages_that_are_too_many_are_counted() -> None:
    sweep = fill(iw.sweep("a {red|blue} {fox|owl}", seed=range(40)))
    html = keeping.saved_view(sweep)["text/html"]
    assert len(Elements(html).of("img")) == keeping.MOST_SHOWN
    assert words(html)[-1].startswith("… 60 more are not shown here.")


def test_a_wide_table_is_cut_at_both_ends() -> None:
    sweep = fill(iw.sweep("a {fox|owl|cat|dog|hen|pig} in {place}", place=[f"town {n}" for n in range(50)]))
    html = keeping.saved_view(sweep)["text/html"]
    assert len(Elements(html).of("img")) == 4 * views.MOST_COLUMNS
    assert f"… {300 - 4 * views.MOST_COLUMNS} more are not shown here." in words(html)[-1]


def test_the_view_of_a_running_sweep_decodes_each_picture_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = fill(foxes())
    keeping.saved_view(sweep)
    monkeypatch.setattr(looks, "thumbnail", lambda *_: pytest.fail("made again"))
    before = keeping.saved_view(sweep)
    assert before == keeping.saved_view(sweep)
    monkeypatch.undo()
    fill(sweep, lambda *_: Image.new("RGB", (48, 48), "white"), places=[2])
    assert keeping.saved_view(sweep)["text/html"] != before["text/html"]


def test_pictures_whose_files_are_gone_are_said_to_be(tmp_path: Path) -> None:
    client = iw.Client("sketch", gallery=tmp_path)
    sweep = iw.sweep("a {red|blue} fox", size="64x64", seed=1, client=client).run().wait()
    recorded = sorted(tmp_path.glob("*.png"))
    assert len(recorded) == 2
    for path in recorded:
        path.unlink()
    assert [cell.images for cell in sweep] == [[], []]
    assert keeping.text(sweep).count(looks.SENTENCES["done"]) == 2


def test_a_damaged_picture_has_its_place() -> None:
    sweep = fill(foxes(n=2))
    data = io.BytesIO()
    noise(sweep[0], 0).save(data, "PNG")
    damaged = data.getvalue()
    damaged = damaged[:5000] + b"\0" * 5000 + damaged[10000:]
    response = ImagesResponse(
        [Image.open(io.BytesIO(damaged)), sweep[0].images[0]], request=sweep[0].request, created=1
    )
    sweep[0].end(response)
    bundle = keeping.saved_view(sweep)
    assert f"{looks.BROKEN} {digest(response[1])[:8]}" in bundle["text/plain"]
    assert looks.BROKEN in words(bundle["text/html"])
    assert len(Elements(bundle["text/html"]).of("img")) == 11
    assert keeping.contact_sheet(sweep, tile=48).mode == "RGB"


# ---- contact sheet


def test_a_contact_sheet_has_every_picture_and_its_labels() -> None:
    sweep = fill(foxes())
    sheet = np.asarray(keeping.contact_sheet(sweep, tile=48))
    for cell in sweep:
        color = np.asarray(cell.images[0])[0, 0]
        assert (sheet == color).all(axis=2).sum() >= 48 * 48
    assert sheet.shape[1] > 3 * 48  # labels stand beside the pictures
    assert keeping.contact_sheet(sweep, tile=48, rows="season").height > sheet.shape[0]


def test_a_contact_sheet_of_a_sample_has_captions() -> None:
    sample = fill(foxes().sample(2, seed=1))
    assert keeping.contact_sheet(sample, tile=48).height > 48 + 2 * 17


def test_a_contact_sheet_is_refused_before_there_is_a_picture_and_where_it_is_too_large() -> None:
    with pytest.raises(ValueError, match=r"sweep\.run\(\)\.wait\(\)"):
        keeping.contact_sheet(foxes())
    many = fill(iw.sweep("a {fox|owl}", seed=range(5000)), places=[0])
    with pytest.raises(ValueError, match=r"tile=122"):
        keeping.contact_sheet(many)


# ---- files


def read_table(folder: Path) -> list[dict[str, str]]:
    with (folder / saving.TABLE).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_files_have_readable_names_recipes_and_a_table(tmp_path: Path) -> None:
    sweep = fill(foxes())
    sweep.pick(2)
    paths = sweep.save(tmp_path / "new" / "folder")
    assert [path.name for path in paths[:2]] == [
        f"red-{season}-{digest(sweep[place].images[0])[:8]}.png" for place, season in enumerate(("spring", "summer"))
    ]
    assert sorted(paths) == sorted((tmp_path / "new" / "folder").iterdir())
    rows = read_table(paths[0].parent)
    for cell, path, row in zip(sweep, paths, rows, strict=False):
        assert iw.read_recipe(path)["request"]["prompt"] == cell.request.prompt
        assert digest(Image.open(path)) == digest(cell.images[0]) == row["digest"]
        assert row["file"] == path.name
        assert (row["season"], row["state"]) == (cell.labels["season"], "done")
    assert [row["picked"] for row in rows].count("True") == 1
    assert str(tmp_path) not in (paths[0].parent / saving.TABLE).read_text()


def test_saving_again_gives_the_same_files(tmp_path: Path) -> None:
    sweep = broken()
    first = sweep.save(tmp_path)
    before = {path: path.read_bytes() for path in first}
    assert sweep.save(tmp_path) == first
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert len(read_table(tmp_path)) == 9  # seven pictures, two cells without
    assert len(first) == 8


def test_no_other_picture_is_overwritten(tmp_path: Path) -> None:
    sweep = fill(foxes(), places=[0])
    name = f"red-spring-{digest(sweep[0].images[0])[:8]}.png"
    (tmp_path / name).write_bytes(b"somebody's notes")
    Image.new("RGB", (9, 9), "red").save(tmp_path / name.replace(".png", "-2.png"))
    taken = {path: path.read_bytes() for path in tmp_path.iterdir()}
    paths = sweep.save(tmp_path)
    assert paths[0].name == name.replace(".png", "-3.png")
    assert {path: path.read_bytes() for path in taken} == taken


def test_pictures_that_are_the_same_have_a_file_each(tmp_path: Path) -> None:
    sweep = fill(foxes(n=3), lambda *_: Image.new("RGB", (8, 8), "red"), places=[0])
    names = [path.name for path in sweep.save(tmp_path)]
    assert len(set(names)) == 4
    assert [iw.read_recipe(tmp_path / name)["index"] for name in names[:3]] == [0, 1, 2]


@pytest.mark.parametrize("label", ["../../etc/passwd", "CON", "a/b\\c", "雪の中の狐", "x" * 300, "🦊"])
def test_labels_make_safe_names(label: str, tmp_path: Path) -> None:
    sweep = fill(iw.sweep("a fox, {place}", place=[label, "other"]), places=[0])
    (path, table) = sweep.save(tmp_path / "here")
    assert path.parent == table.parent == tmp_path / "here"
    assert list(tmp_path.iterdir()) == [tmp_path / "here"]
    assert len(path.name.encode()) < 255


def test_words_stay_out_of_files_where_they_are_to(tmp_path: Path) -> None:
    client = iw.Client("sketch", recipes="minimal")
    sweep = iw.sweep("a {secretive|blue} fox", size=["64x64", "96x96"], client=client).run().wait()
    paths = sweep.save(tmp_path)
    assert {path.name[:8] for path in paths[:-1]} == {"picture-"}
    for path in tmp_path.iterdir():
        assert b"secretive" not in path.read_bytes()
        assert b"fox" not in path.read_bytes()
    assert {row["size"] for row in read_table(tmp_path)} == {"64x64", "96x96"}


def test_a_full_disk_leaves_no_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = fill(foxes())

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            sweep.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_recipes_of_saved_pictures_can_be_repeated(tmp_path: Path) -> None:
    sweep = iw.sweep("a {red|blue} fox", size="64x64", seed=3).run().wait()
    paths = sweep.save(tmp_path)
    again = iw.repeat(paths[1])
    assert again.digests[0] == read_table(tmp_path)[1]["digest"]
    with Image.open(paths[0]) as image:
        assert json.loads(image.info["imagewidgets"])["request"]["prompt"] == "a red fox"


def test_every_state_has_a_sentence() -> None:
    sweep = foxes()
    cell = sweep[0]
    for state in ("planned", "waiting", "running", "done"):
        cell.state = state
        assert looks.sentence(cell) == looks.SENTENCES[state]
        assert "way" not in looks.sentence(cell)  # it stays in a notebook: nothing is under way then
    cell.error = KeyError("sk-abcdef123456")
    assert looks.sentence(cell) == "Something went wrong here: KeyError."
