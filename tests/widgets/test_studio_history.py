"""The history of a studio: what came from what, in which order it is told, and by which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.operations import CreateImageRequest
from imagewidgets.widgets.studio_history import OPENED, Place, StudioHistory, difference, shared

OTTER = "A cute baby sea otter"


def pictures(count: int, first: int = 0) -> list[Image.Image]:
    return [Image.new("L", (2, 2), first + index) for index in range(count)]


def otter() -> StudioHistory:
    """The history of the mock-up: an otter, a beret, its variations, and a boat."""
    history = StudioHistory()
    request = CreateImageRequest(prompt="A red fox", seed=7)
    history.add(GENERATE, pictures(2), prompt=OTTER, model="sketch", time=1)
    history.add(EDIT, pictures(1, 10), prompt=f"{OTTER} wearing a beret", parent=Place(0, 0), time=2, coverage=0.1)
    history.add(EDIT, pictures(1, 20), prompt=f"{OTTER} beside a sailing boat", parent=Place(0, 1), time=3, coverage=0)
    history.add(VARIATION, pictures(2, 30), parent=Place(1, 0), time=4)
    history.add(EDIT, pictures(1, 40), prompt=f"{OTTER} wearing a red beret", parent=Place(3, 1), time=5)
    history.add(GENERATE, pictures(1, 50), prompt="A red fox", model="sketch", time=6, request=request)
    history.add(OPENED, pictures(1, 60), prompt="photo.png", time=7)
    return history


def test_the_tree_as_it_is_read() -> None:
    rows = otter().rows()
    assert [(row.depth, row.label, row.detail) for row in rows] == [
        (0, OTTER, "Created · sketch · 2 pictures"),
        (1, "… wearing a beret", "Edit · mask 10 %"),
        (2, "Variation 1 of 2", otter().steps[3].digests[0][:8]),
        (2, "Variation 2 of 2", otter().steps[3].digests[1][:8]),
        (3, "… red …", "Edit"),
        (1, "… beside a sailing boat", "Edit · mask 0 %"),
        (0, "A red fox", "Created · sketch · seed 7"),
        (0, "photo.png", "Opened · 2 × 2"),
    ]
    assert [row.id for row in rows] == ["0", "1", "3.0", "3.1", "4", "2", "5", "6"]
    assert [row.parent for row in rows] == [None, "0", "1", "1", "3.1", "0", None, None]


def test_variations_have_the_words_of_what_they_were_made_from() -> None:
    history = otter()
    assert history.words(history.steps[3]) == f"{OTTER} wearing a beret"
    assert history.label(history.steps[3]) == "2 variations"


def test_a_picture_is_found_by_itself_and_by_its_pixels() -> None:
    history = otter()
    assert history.find(history.steps[0].images[1]) == Place(0, 1)
    assert history.find(history.steps[0].images[1].copy()) == Place(0, 1)
    assert history.find(Image.new("L", (2, 2), 99)) is None


def test_of_equal_pictures_the_very_one_is_found_or_else_the_newest() -> None:
    history = StudioHistory()
    first = history.add(GENERATE, pictures(1), time=1)
    history.add(GENERATE, pictures(1), time=2)
    assert history.find(first.images[0]) == Place(0, 0)
    assert history.find(first.images[0].copy()) == Place(1, 0)


def test_a_step_needs_a_picture_and_a_parent_that_is_there() -> None:
    history = StudioHistory()
    with pytest.raises(ValueError, match="needs a picture"):
        history.add(GENERATE, [], time=0)
    for parent in (Place(0, 0), Place(-1, 0)):
        with pytest.raises(ValueError, match="no picture of this history"):
            history.add(EDIT, pictures(1), time=0, parent=parent)
    history.add(GENERATE, pictures(1), time=0)
    with pytest.raises(ValueError, match="no picture of this history"):
        history.add(EDIT, pictures(1), time=0, parent=Place(0, 1))


@pytest.mark.parametrize(
    ("prompt", "before", "said"),
    [
        (f"{OTTER} wearing a beret", OTTER, "… wearing a beret"),
        (f"{OTTER}, oil painting", OTTER, "… oil painting"),
        ("a red fox at night in the snow", "a red fox in the snow", "… at night …"),
        ("a blue fox in the snow", "a red fox in the snow", "… blue …"),
        ("Watercolor of a red fox", "a red fox", "Watercolor of …"),
        ("a red fox", "a red fox in the snow", "a red fox"),  # nothing was added
        (OTTER, OTTER, OTTER),
        ("a castle in the snow", "a red fox in the rain at night", "a castle in the snow"),
        ("a fox", "", "a fox"),
        ("", "a fox", ""),
    ],
)
def test_what_differs_from_the_prompt_before(prompt: str, before: str, said: str) -> None:
    assert difference(prompt, before) == said


WORDS = st.lists(st.sampled_from(["a", "red", "Red", "fox", "in", "snow,", "snow", "night"]), max_size=8)


@given(WORDS, WORDS)
def test_what_is_left_out_is_what_both_share(words: list[str], before: list[str]) -> None:
    said = difference(" ".join(words), " ".join(before)).split()
    if "…" not in said:
        assert said == words
        return
    new = [word for word in said if word != "…"]
    first = shared(words, before) if said[0] == "…" else 0
    last = len(words) - first - len(new)
    assert words[first : first + len(new)] == new
    assert (last > 0) == (said[-1] == "…")
    assert shared(words[::-1], before[::-1]) >= last  # what was left out at the end stands at the other's end, too


@st.composite
def histories(draw: st.DrawFn) -> StudioHistory:
    """Steps of any kind, each from nothing or from a picture of an earlier one."""
    history = StudioHistory()
    for time in range(draw(st.integers(0, 12))):
        earlier = [Place(step.id, index) for step in history.steps for index in range(len(step.images))]
        history.add(
            draw(st.sampled_from([GENERATE, EDIT, VARIATION, OPENED])),
            pictures(draw(st.integers(1, 3)), draw(st.integers(0, 200))),
            prompt=draw(st.sampled_from(["", OTTER, f"{OTTER} in a boat"])),
            parent=draw(st.sampled_from([None, *earlier])),
            time=time,
        )
    return history


@given(histories())
def test_the_tree_has_every_step_once_beneath_what_it_came_from(history: StudioHistory) -> None:
    rows = history.rows()
    places = {row.id: place for place, row in enumerate(rows)}
    assert len(places) == len(rows)
    shown = [(row.step, index) for row in rows for index in ([row.picture] if row.picture is not None else [None])]
    for step in history.steps:
        mine = [picture for number, picture in shown if number == step.id]
        whole = step.operation != VARIATION or len(step.images) == 1
        assert mine == ([None] if whole else list(range(len(step.images))))
    for place, row in enumerate(rows):
        step = history.steps[row.step]
        if step.parent is None:
            assert (row.parent, row.depth) == (None, 0)
            continue
        assert row.parent is not None
        above = rows[places[row.parent]]
        assert places[row.parent] < place
        assert row.depth == above.depth + 1
        assert above.step == step.parent.step
        assert above.picture in (None, step.parent.picture)


@given(histories())
def test_what_came_from_one_picture_stands_in_the_order_of_coming_and_together(history: StudioHistory) -> None:
    rows = history.rows()
    for parent in {row.parent for row in rows}:
        siblings = [(row.step, row.picture or 0) for row in rows if row.parent == parent]
        assert siblings == sorted(siblings)
    for place, row in enumerate(rows):  # whoever lies between a step and the next that is no deeper came from it
        inside = []
        for other in rows[place + 1 :]:
            if other.depth <= row.depth:
                break
            inside.append(other)
        ids = {row.id}
        for other in inside:
            assert other.parent in ids
            ids.add(other.id)


def test_a_long_chain_of_edits() -> None:
    history = StudioHistory()
    history.add(GENERATE, pictures(1), time=0)
    for number in range(2_000):
        history.add(EDIT, pictures(1), parent=Place(number, 0), time=number)
    assert history.rows()[-1].depth == 2_000
