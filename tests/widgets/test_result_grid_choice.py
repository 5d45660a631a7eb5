"""Stars, the order, and what others listen to."""

from __future__ import annotations

import re
from typing import Any

import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.widgets.result_grid import ResultGrid
from tests.widgets.grids import picture, pictures


def test_stars() -> None:
    grid = ResultGrid(pictures(4))
    grid.star(3, -4)
    grid.star(1)
    assert (grid.starred_indices, grid.starred) == ([0, 1, 3], [grid.images[i] for i in (0, 1, 3)])
    grid.star(1, 1, 2, on=False)
    assert grid.starred_indices == [0, 3]
    with pytest.raises(IndexError, match="no picture 4: the grid has 4"):
        grid.star(0, 4, on=False)
    assert grid.starred_indices == [0, 3]
    with pytest.raises(traitlets.TraitError, match="read-only"):
        grid.starred = []
    with pytest.raises(traitlets.TraitError, match="no picture 9"):
        grid.starred_indices = [9]


def test_stars_can_be_given_at_once_and_linked() -> None:
    images = pictures(3)
    first, second = ResultGrid(images, starred_indices=[-1], sort="prompt"), ResultGrid(images)
    assert (first.starred, first.sort) == ([images[2]], "prompt")
    traitlets.dlink((first, "starred_indices"), (second, "starred_indices"))
    first.star(0)
    assert second.starred == [images[0], images[2]]


@given(st.data())
def test_stars_stay_with_their_pictures_whatever_happens(data: st.DataObject) -> None:
    pool = pictures(6)
    grid = ResultGrid()
    for _ in range(data.draw(st.integers(1, 8))):
        action = data.draw(st.sampled_from(["append", "remove", "star", "unstar", "reverse"]))
        before = list(grid.starred)
        place = st.integers(0, len(grid.images) - 1)
        if action == "append":
            grid.append(data.draw(st.sampled_from(pool)).copy())
            assert grid.starred == before
        elif not grid.images:
            continue
        elif action == "remove":
            gone = grid.images[index := data.draw(place)]
            grid.remove(index)
            assert [id(i) for i in grid.starred] == [id(i) for i in before if i is not gone]
        elif action == "star":
            grid.star(index := data.draw(place))
            assert any(grid.images[index] is image for image in grid.starred)
        elif action == "unstar":
            grid.star(index := data.draw(place), on=False)
            assert all(grid.images[index] is not image for image in grid.starred)
        else:
            grid.images = grid.images[::-1]
            assert [id(i) for i in grid.starred] == [id(i) for i in before[::-1]]
    grid.close()


def test_what_a_browser_says_of_pictures_that_are_gone_does_no_harm() -> None:
    grid = ResultGrid(pictures(2))
    grid.set_state({"starred_indices": [0, 7], "selected_indices": [3], "starred_only": True})
    assert (grid.starred_indices, grid.selected_indices, grid.starred_only) == ([0], [], True)


def test_the_order_is_one_of_four() -> None:
    grid = ResultGrid(pictures(2))
    assert grid.sort == "newest"
    with pytest.raises(traitlets.TraitError):
        grid.sort = "colour"


def test_browsers_know_what_came_together() -> None:
    grid = ResultGrid(pictures(2))
    grid.append([])
    grid.append([picture("red"), picture("blue")])
    grid.append(picture())
    grid.remove(0)
    assert [tile["batch"] for tile in grid._tiles] == [0, 1, 1, 2]


# ---- listeners


def test_listeners_are_told_which_picture() -> None:
    grid = ResultGrid(pictures(3))
    heard: list[Any] = []
    assert not grid._listens
    grid.on_action(listener := lambda *told: heard.append(told))
    assert grid._listens
    grid.act("edit", 1)
    grid.act("vary", -1)
    grid._handle_custom_msg({"kind": "act", "action": "use_prompt", "id": "0"}, [])
    assert heard == [("edit", 1, grid.images[1]), ("vary", 2, grid.images[2]), ("use_prompt", 0, grid.images[0])]
    grid.on_action(listener, remove=True)
    assert not grid._listens
    grid.act("edit", 0)
    assert len(heard) == 3
    with pytest.raises(ValueError, match="does not listen"):
        grid.on_action(listener, remove=True)


def test_an_action_of_another_name_is_refused() -> None:
    grid = ResultGrid(pictures(1))
    with pytest.raises(ValueError, match=r"no action 'paint'.*edit, vary, use_prompt"):
        grid.act("paint", 0)  # type: ignore[arg-type]
    with pytest.raises(IndexError):
        grid.act("edit", 1)


def test_what_a_listener_raises_is_shown_and_kept_and_others_are_told_all_the_same() -> None:
    grid = ResultGrid(pictures(1))
    heard: list[str] = []

    def broken(*_: object) -> None:
        raise RuntimeError("no room, key sk-abcdefghijklmnop1234")

    grid.on_action(broken)
    grid.on_action(lambda action, *_: heard.append(action))
    grid.act("use_prompt", 0)
    assert heard == ["use_prompt"]
    assert isinstance(grid.callback_error, RuntimeError)
    assert re.fullmatch(r"Use prompt: RuntimeError: no room, key sk-\S+", grid._notice["text"])
    assert "in broken" in grid._notice["details"]
    assert "abcdefghijklmnop" not in str(grid._notice)


def test_a_click_on_a_picture_that_is_gone_is_answered() -> None:
    grid = ResultGrid(pictures(1))
    grid.on_action(lambda *_: None)
    grid._handle_custom_msg({"kind": "act", "action": "edit", "id": "9"}, [])
    assert grid._notice["text"] == "This picture is not in the grid any more."


# ---- what lies over the pictures


def test_opening_and_comparing() -> None:
    grid = ResultGrid(pictures(3))
    grid.open(-1)
    assert grid._open == {"view": "lightbox", "ids": ["2"]}
    grid.compare(0, 2)
    assert grid._open == {"view": "compare", "ids": ["0", "2"]}
    grid.open(None)
    assert grid._open == {}
    with pytest.raises(IndexError, match="no picture 3"):
        grid.open(3)
    with pytest.raises(ValueError, match="with itself"):
        grid.compare(1, -2)


def test_what_is_open_closes_with_its_picture() -> None:
    grid = ResultGrid(pictures(3))
    grid.compare(0, 2)
    grid.remove(1)
    assert grid._open
    grid.remove(1)
    assert grid._open == {}


def test_without_an_index_open_is_what_it_is_for_every_widget() -> None:
    grid = ResultGrid(pictures(1))
    grid.close()
    grid.open()
    assert grid.comm is not None
    assert grid._open == {}
