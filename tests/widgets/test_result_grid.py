"""The result grid without a browser: methods, traits, and the messages that views send."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets import images as files
from imagewidgets.images import digest, read_recipe
from imagewidgets.widgets import picture_files
from imagewidgets.widgets.result_grid import ResultGrid
from tests.widgets.grids import Sent, picture, pictures, response

# ---- what it takes


def test_it_takes_pictures_responses_and_lists_of_both() -> None:
    one, two = pictures(2)
    reply = response(2)
    assert ResultGrid(one).images == [one]
    assert ResultGrid([one, two]).images == [one, two]
    assert ResultGrid(reply).images == list(reply)
    assert ResultGrid([reply, one, [two, reply]]).images == [*reply, one, two, *reply]
    assert ResultGrid().images == []


@pytest.mark.parametrize("wrong", [3, "fox.png", [picture(), None]])
def test_what_is_no_picture_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"A grid shows PIL images, not a .*Image\.open"):
        ResultGrid(wrong)


def test_assigning_works_like_the_constructor() -> None:
    grid, reply = ResultGrid(), response(2)
    grid.images = reply
    assert grid.images == list(reply)
    with pytest.raises(TypeError, match="not a str"):
        grid.images = ["fox.png"]
    assert grid.images == list(reply)


def test_a_name_that_is_no_trait_is_refused() -> None:
    with pytest.raises(TypeError, match="ResultGrid has no colour"):
        ResultGrid(picture(), colour="red")


def test_a_picture_without_a_pixel_is_refused() -> None:
    with pytest.raises(ValueError, match="0 × 5 px"):
        ResultGrid(Image.new("RGB", (0, 5)))


def test_a_change_inside_the_list_is_not_seen_and_does_no_harm() -> None:
    one, two, three = pictures(3)
    grid = ResultGrid([one])
    grid.images.append(two)
    bundle = grid._repr_mimebundle_()
    assert bundle is not None
    assert "ResultGrid(1 image)" in bundle[0]["text/plain"]
    assert grid.contact_sheet().size == ResultGrid(one).contact_sheet().size
    grid.append(three)
    assert repr(grid) == "ResultGrid(3 images)"


def test_the_pictures_are_the_very_same_objects() -> None:
    originals = pictures()
    grid = ResultGrid(originals)
    grid.append(response())
    grid.remove(0)
    assert all(a is b for a, b in zip(grid.images, originals[1:], strict=False))


def test_the_same_picture_twice_is_two_tiles() -> None:
    image = picture()
    grid = ResultGrid([image, image])
    grid.select(1)
    assert len({tile["id"] for tile in grid._tiles}) == 2
    grid.remove(0)
    assert len(grid.images) == len(grid._tiles) == 1


# ---- changes


def test_append_remove_clear() -> None:
    a, b, c = pictures(3)
    grid = ResultGrid(a)
    grid.append(b)
    grid.append([c])
    assert grid.images == [a, b, c]
    grid.remove(1)
    grid.remove(-1)
    assert grid.images == [a]
    with pytest.raises(IndexError):
        grid.remove(5)
    grid.clear()
    assert (grid.images, grid.selected, grid.selected_indices, grid._tiles) == ([], [], [], [])
    assert grid._thumbnails == {}


def test_pictures_may_arrive_from_threads() -> None:
    grid = ResultGrid()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(grid.append, pictures(6) * 4))
    assert len(grid.images) == len(grid._tiles) == len(grid._thumbnails) == 24


def test_images_can_be_linked() -> None:
    first, second = ResultGrid(), ResultGrid()
    traitlets.dlink((first, "images"), (second, "images"))
    first.append(pictures(2))
    assert second.images == first.images


def test_what_differs_is_the_caption_and_follows_what_is_there() -> None:
    grid = ResultGrid([picture("red", prompt="A fox", seed=1), picture("blue", prompt="A fox", seed=2)])
    assert [tile["caption"] for tile in grid._tiles] == ["seed 1", "seed 2"]
    assert grid._summary["title"] == "2 pictures"
    assert grid._summary["detail"].startswith("A fox · sketch · 64 × 48")
    grid.append(picture("green", prompt="An owl", operation="edit"))
    assert [tile["caption"] for tile in grid._tiles] == ["A fox", "A fox", "An owl"]
    assert [tile["badge"] for tile in grid._tiles] == ["", "", "Edit"]


def test_the_recipe_is_told_and_so_is_a_change_since() -> None:
    made = picture(prompt="A fox", seed=7, quality="high")
    changed = made.transpose(Image.Transpose.ROTATE_90)
    grid = ResultGrid([made, changed])
    facts = dict(grid._tiles[0]["facts"])
    assert re.fullmatch(r"\d+ Nov 2026, \d\d:\d\d", facts.pop("Made"))
    assert facts == {"Model": "sketch", "Size": "64 × 48", "Quality": "high", "Seed": "7", "Digest": digest(made)[:8]}
    assert [tile["changed"] for tile in grid._tiles] == [False, True]


# ---- selection


def test_selecting() -> None:
    grid = ResultGrid(pictures(4))
    grid.select(3, 0, 3, -2)
    assert grid.selected_indices == [0, 2, 3]
    assert grid.selected == [grid.images[0], grid.images[2], grid.images[3]]
    grid.select()
    assert grid.selected == []
    assert ResultGrid(pictures(2), selected_indices=[1]).selected_indices == [1]


@pytest.mark.parametrize("index", [4, -5])
def test_a_picture_that_is_not_there_cannot_be_selected(index: int) -> None:
    grid = ResultGrid(pictures(4), selected_indices=[1])
    with pytest.raises(traitlets.TraitError, match=f"no picture {index}: the grid has 4"):
        grid.select(index)
    assert grid.selected_indices == [1]


def test_selected_follows_and_cannot_be_set() -> None:
    grid = ResultGrid(pictures(3))
    seen: list[Any] = []
    grid.observe(lambda change: seen.append(change["new"]), "selected")
    grid.select(1)
    grid.select(1)
    assert seen == [[grid.images[1]]]
    with pytest.raises(traitlets.TraitError, match="read-only"):
        grid.selected = []


def test_the_selection_stays_with_its_pictures() -> None:
    a, b, c, d = pictures(4)
    grid = ResultGrid([a, b, c], selected_indices=[0, 2])
    grid.remove(0)
    assert (grid.selected_indices, grid.selected) == ([1], [c])
    grid.images = [d, c, b]
    assert (grid.selected_indices, grid.selected) == ([1], [c])
    grid.images = [d]
    assert grid.selected == []


@given(st.data())
def test_whatever_happens_the_parts_agree(data: st.DataObject) -> None:
    pool = pictures(6)
    grid = ResultGrid()
    for _ in range(data.draw(st.integers(1, 6))):
        action = data.draw(st.sampled_from(["append", "remove", "select", "assign"]))
        before = [grid.images[i] for i in grid.selected_indices]
        if action == "append":
            grid.append(data.draw(st.sampled_from(pool)))
        elif action == "remove" and grid.images:
            gone = grid.images[index := data.draw(st.integers(0, len(grid.images) - 1))]
            grid.remove(index)
            assert [image for image in before if image is not gone] == [i for i in grid.selected if i is not gone]
        elif action == "select" and grid.images:
            grid.select(*data.draw(st.lists(st.integers(0, len(grid.images) - 1))))
        elif action == "assign":
            grid.images = data.draw(st.lists(st.sampled_from(pool)))
        assert [tile["id"] for tile in grid._tiles] == [entry.id for entry in grid._entries]
        assert set(grid._thumbnails) == {tile["id"] for tile in grid._tiles}
        assert all(a is b.image for a, b in zip(grid.images, grid._entries, strict=True))
        assert all(grid.images[i] is image for i, image in zip(grid.selected_indices, grid.selected, strict=True))
    grid.close()


def test_a_late_click_on_a_picture_that_is_gone_does_no_harm() -> None:
    grid = ResultGrid(pictures(2))
    grid.set_state({"selected_indices": [1, 5]})
    assert grid.selected_indices == [1]


# ---- what views get


def test_only_thumbnails_go_over() -> None:
    grid = ResultGrid([Image.effect_noise((1024, 1024), 40).convert("RGB")])
    state = grid.get_state()
    assert "images" not in state
    assert "selected" not in state
    (data,) = state["_thumbnails"].values()
    small = Image.open(io.BytesIO(data))
    assert (small.format, small.size) == ("WEBP", (320, 320))
    assert len(data) < 60_000  # even of pure noise


def test_a_new_picture_is_sent_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = ResultGrid(pictures(3))
    sent = Sent(grid, monkeypatch)
    changed: list[str] = []
    grid.observe(lambda change: changed.append(change["name"]))
    grid.append(picture())
    ((content, buffers),) = sent.messages
    assert content == {"kind": "thumbnails", "ids": ["3"]}
    assert buffers == [grid._thumbnails["3"]]
    assert "_thumbnails" not in changed  # so the others are not sent again
    assert list(grid.get_state()["_thumbnails"]) == ["0", "1", "2", "3"]  # but a new page gets them all


def test_a_view_may_ask_for_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = ResultGrid(pictures(3))
    content, buffers = Sent(grid, monkeypatch).answer(grid, kind="thumbnails", ids=["2", "0", "9"])
    assert content == {"kind": "thumbnails", "ids": ["0", "2"]}
    assert buffers == [grid._thumbnails["0"], grid._thumbnails["2"]]


def test_a_picture_to_keep_is_a_png_with_its_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = ResultGrid(pictures(3))
    content, (data,) = Sent(grid, monkeypatch).answer(grid, kind="file", ticket="x-1", id="1", form="keep")
    original = grid.images[1]
    name = f"a-green-fox-{digest(original)[:8]}.png"
    assert content == {"kind": "answer", "ticket": "x-1", "name": name, "type": "image/png"}
    assert digest(files.load(data)) == digest(original)
    assert read_recipe(data) == read_recipe(original)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_to_see_is_sent_without_loss(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.effect_noise((64, 48), 90).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    grid = ResultGrid(image)
    content, (data,) = Sent(grid, monkeypatch).answer(grid, kind="file", ticket="x", id="0", form="see")
    assert (content["type"], content["name"].rpartition(".")[2]) == ("image/webp", "webp")
    assert digest(files.load(data)) == digest(image)


def test_a_very_large_picture_to_see_is_a_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_files, "LOSSLESS_PIXELS", 1000)
    grid = ResultGrid(picture())
    content, (data,) = Sent(grid, monkeypatch).answer(grid, kind="file", ticket="x", id="0", form="see")
    assert content["type"] == "image/jpeg"
    assert files.load(data).size == (64, 48)


def test_a_moving_picture_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "two.gif"
    first, second = (image.convert("P") for image in pictures(2))
    first.save(path, save_all=True, append_images=[second])
    grid = ResultGrid(Image.open(path))
    for form in ("see", "keep"):
        content, (data,) = Sent(grid, monkeypatch).answer(grid, kind="file", ticket="x", id="0", form=form)
        assert (content["type"], files.load(data).n_frames) == ("image/gif", 2)
    content, (data,) = Sent(grid, monkeypatch).answer(grid, kind="file", ticket="x", id="0", form="png")
    assert (content["type"], files.load(data).format) == ("image/png", "PNG")
    assert [saved.suffix for saved in grid.save(tmp_path / "saved")] == [".gif"]


def test_texts_come_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "A fox " * 1000
    grid = ResultGrid(picture(prompt=words))
    content, _ = Sent(grid, monkeypatch).answer(grid, kind="text", ticket="x", id="0", what="prompt")
    assert content == {"kind": "answer", "ticket": "x", "text": words.strip()}
    assert len(grid._tiles[0]["words"]) == 2000
    content, _ = Sent(grid, monkeypatch).answer(grid, kind="text", ticket="x", id="0", what="code")
    assert content["text"] == grid.code(0)


def test_what_cannot_be_answered_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = ResultGrid(picture())
    content, buffers = Sent(grid, monkeypatch).answer(grid, kind="file", ticket="x", id="7", form="see")
    assert content["error"] == "This picture is not in the grid any more."
    assert buffers == []
    content, _ = Sent(grid, monkeypatch).answer(grid, kind="text", ticket="x", id="0", what="code")
    assert content["error"].startswith("This picture has no recipe")
    monkeypatch.setattr(Image.Image, "save", lambda *_, **__: (_ for _ in ()).throw(MemoryError("too large")))
    content, _ = Sent(grid, monkeypatch).answer(grid, kind="file", ticket="x", id="0", form="see")
    assert content["error"] == "too large"


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "La", "F", "I;16"])
def test_pictures_of_other_modes_can_be_shown_and_fetched(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = ResultGrid(Image.linear_gradient("L").convert({"I;16": "I", "La": "LA"}.get(mode, mode)).convert(mode))
    for form in ("see", "keep", "png"):
        _, (data,) = Sent(grid, monkeypatch).answer(grid, kind="file", ticket="x", id="0", form=form)
        assert files.load(data).size == (256, 256)


# ---- saving and the saved view


def test_saving_keeps_the_recipe_and_never_overwrites(tmp_path: Path) -> None:
    grid = ResultGrid(pictures(2))
    folder = tmp_path / "new" / "folder"
    first = grid.save(folder)
    assert [path.name for path in first] == [entry.facts.file_name for entry in grid._entries]
    assert [read_recipe(path) for path in first] == [read_recipe(image) for image in grid.images]
    first[0].write_bytes(b"mine")
    second = grid.save(folder)
    assert [path.name for path in second] == [f"{path.stem}-2.png" for path in first]
    assert first[0].read_bytes() == b"mine"
    assert len(list(folder.iterdir())) == 4


def test_the_contact_sheet_shows_all() -> None:
    grid = ResultGrid(pictures(3))
    result = grid.contact_sheet(columns=3, tile=100)
    assert (result.mode, result.width) == ("RGB", 16 + 3 * 116)
    with pytest.raises(ValueError, match="at least one"):
        ResultGrid().contact_sheet()


def test_the_saved_view_has_every_form() -> None:
    grid = ResultGrid(pictures(2))
    data, _ = grid._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == grid.model_id
    one, two = (digest(image)[:8] for image in grid.images)
    assert data["text/plain"] == f"ResultGrid(2 images)\n  0  {one}  A red fox\n  1  {two}  A green fox"
    assert "Saved view." in data["text/html"]
    assert data["image/png"]


def test_an_empty_grid_says_so_and_one_picture_is_not_images() -> None:
    assert ResultGrid()._repr_mimebundle_()[0]["text/plain"] == "ResultGrid(0 images)"
    assert repr(ResultGrid(picture())) == "ResultGrid(1 image)"
