"""Edits are fresh with each seed in what they bring, and only there; the new recipe draws the same picture again."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.local.engine import Job, Picture, finish
from imagewidgets.local.sketch import SketchEngine
from imagewidgets.local.sketch.freshness import MOST_LEAN, SHADES, SIZE_RANGE, Draw
from imagewidgets.local.sketch.prompt import parse
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.scene import render
from tests.local.test_sketch_edits import CORNER, HEAD, SIZE, VISIBLE, box_mask, change, draw, edit, saved

OTTER, BERET = "A cute baby sea otter", "A cute baby sea otter wearing a beret"
NEARLY_ALL = (0, 0, 159, 150)
EDITS = [
    (OTTER, BERET, HEAD),
    (OTTER, "add a beret", HEAD),
    (OTTER, BERET, CORNER),  # the mask does not reach the head
    (OTTER, "a red sailboat", CORNER),
    (OTTER, "a sea otter and a red sailboat", CORNER),
    (OTTER, "a red sailboat", None),
    (OTTER, "sunglasses", HEAD),
    (OTTER, OTTER, None),
    (OTTER, OTTER, NEARLY_ALL),
    ("a fox in the forest", "a blue fox in the forest", None),
    ("a fox in the forest", "a fox in the desert", None),
    ("a fox in the forest", "at night", None),
    ("a fox in the forest", "snow", None),
    ("a fox in the forest", "watercolor", None),
    ("a cat in a meadow", "a cat riding a horse", None),
    ("a meadow", "a meadow", None),
]


def redrawn(picture: Picture) -> Image.Image:
    """Return the picture that the recipe in the file gives."""
    recipe = Recipe.from_json(json.loads(json.dumps(picture.recipe)))
    assert recipe is not None
    return render(recipe)


@pytest.mark.parametrize(("prompt", "words", "box"), EDITS)
def test_edits_follow_the_seed_of_the_job(prompt, words, box):
    source, mask = draw(prompt), box_mask(box) if box else None
    first, second, again = (edit(source, words, mask, seed=seed) for seed in (11, 12, 11))
    assert first.image.tobytes() == again.image.tobytes()
    assert change(first.image, second.image, mask) > 0.2
    if mask is not None:
        assert change(source, first.image, mask, inside=False) == 0
        assert change(source, second.image, mask, inside=False) == 0


@pytest.mark.parametrize(("prompt", "words", "box"), [case for case in EDITS if case[2] is None])
def test_the_new_recipe_draws_the_same_picture(prompt, words, box):
    edited = edit(draw(prompt), words, seed=11)
    assert redrawn(edited).tobytes() == edited.image.tobytes()


@pytest.mark.parametrize("seed", [0, 11, 12, 13, 14])
def test_what_is_drawn_in_a_mask_is_in_the_recipe(seed):
    otter = draw(OTTER)
    hat = saved(edit(otter, BERET, box_mask(NEARLY_ALL), seed=seed))
    assert redrawn(Picture(hat, None, json.loads(hat.info["imagewidgets"])["engine"])).tobytes() == hat.tobytes()
    boat = edit(hat, "a red sailboat", box_mask(CORNER), seed=seed + 1)
    assert change(hat, boat.image, box_mask(CORNER), inside=False) == 0
    assert change(boat.image, redrawn(boat), box_mask(CORNER)) == 0


def test_without_a_mask_only_the_new_thing_is_new():
    otter = draw(OTTER)
    for seed in (11, 12, 13):
        hat = edit(otter, BERET, seed=seed).image
        assert change(otter, hat, box_mask(HEAD), inside=False) == 0
        assert change(otter, hat, box_mask(HEAD)) > 1


def test_the_beret_stays_the_same_in_later_edits():
    hat = saved(edit(draw(OTTER), BERET, seed=11))
    later = edit(hat, f"{BERET} at night", seed=12)
    assert later.recipe["touches"] == json.loads(hat.info["imagewidgets"])["engine"]["touches"] != []
    boat = edit(hat, "a sea otter wearing a beret and a red sailboat", box_mask(CORNER), seed=13).image
    assert change(hat, boat, box_mask(CORNER), inside=False) == 0


def test_a_beret_that_went_may_come_back_otherwise():
    hat = saved(edit(draw(OTTER), BERET, box_mask(HEAD), seed=11))
    bare = saved(edit(hat, "remove the beret", box_mask(HEAD), seed=12))
    assert bare.tobytes() == draw(OTTER).tobytes()
    other = edit(bare, BERET, box_mask(HEAD), seed=12).image
    assert change(hat, other, box_mask(HEAD)) > 0.2


def test_pictures_of_one_edit_wear_different_colors():
    for mask in (None, box_mask(HEAD)):
        job = Job(operation="edit", prompt=BERET, images=(draw(OTTER),), mask=mask, n=5, size=SIZE, seed=11)
        pictures = finish(SketchEngine().run(job))
        assert len({picture.recipe["touches"][0]["color"] for picture in pictures}) == 5
        assert len({picture.revised_prompt for picture in pictures}) == 5


def test_a_named_color_is_kept():
    edited = edit(draw(OTTER), f"{OTTER} wearing a green beret", seed=11)
    assert edited.revised_prompt == "a baby sea otter wearing a green beret, at sea"
    assert edited.recipe["touches"][0]["color"] is None


def test_removal_gives_the_same_clean_picture_with_every_seed():
    hat = draw(BERET)
    first, second = (edit(hat, "remove the beret", box_mask(HEAD), seed=seed).image for seed in (11, 12))
    assert first.tobytes() == second.tobytes() == draw(OTTER).tobytes()


def test_a_small_hat_in_a_large_mask_is_drawn_once():
    otter, mask = draw(OTTER, size=(400, 400)), box_mask((4, 4, 395, 395), (400, 400))
    for seed in range(30, 37):
        assert edit(otter, BERET, mask, seed=seed).recipe["additions"] == []


def test_others_stay_where_a_mask_cuts_them():
    """Nothing is new, and the mask holds half of the otter: moving that half would tear it."""
    otter = draw(OTTER)
    half = box_mask((0, 0, 79, 159))
    assert change(otter, edit(otter, OTTER, half, seed=11).image) == 0


def test_subjects_in_photographs_follow_the_seed():
    photo = Image.fromarray(np.full((120, 120, 3), 130, np.uint8))
    mask = box_mask((20, 20, 100, 100), photo.size)
    first, second = (edit(photo, "a hot air balloon", mask, seed=seed).image for seed in (11, 12))
    assert change(first, second, mask) > VISIBLE


def test_variations_keep_what_edits_have_brought():
    hat = saved(edit(draw(OTTER), f"{BERET} at night", seed=11))
    before = json.loads(hat.info["imagewidgets"])["engine"]
    assert before["part_seeds"] == [["sky", 11]]
    varied = finish(SketchEngine().run(Job(operation="variation", images=(hat,), size=SIZE, seed=2)))[0]
    assert varied.recipe["touches"] == before["touches"]
    assert varied.recipe["part_seeds"] == []


@given(
    st.integers(0, 2**53),
    st.integers(0, 9),
    st.sampled_from(["a beret", "a house", "a fox", "a red kite", "two balloons", "sunglasses", "a crown"]),
    st.booleans(),
    st.booleans(),
)
def test_touches_are_small(seed, index, text, stands, confined):
    subject = parse(text).subjects[0]
    touch = Draw(seed, index).touch(subject, stands=stands, confined=confined)
    assert abs(touch.size - 1) <= SIZE_RANGE or (confined and 1 - touch.size <= 0.18 + 1e-9)
    assert touch.size < 1 or not confined
    assert abs(touch.lean) <= MOST_LEAN
    assert (touch.lean == 0) == (text == "a house" and stands)
    assert (touch.color in SHADES) == (text == "a beret")
    assert not (confined and touch.mirrored)


@pytest.mark.parametrize(
    "bad",
    [{"size": 1e9}, {"size": float("nan")}, {"lean": float("inf")}, {"color": "octarine"}, {"size": None}],
)
def test_impossible_touches_in_a_file_are_no_recipe(bad):
    data = edit(draw(OTTER), BERET, seed=11).recipe
    assert Recipe.from_json(data) is not None
    touch = {**data["touches"][0], **bad}
    assert Recipe.from_json({**data, "touches": [touch]}) is None
    addition = {"prompt": "a boat", "box": [0, 0, 1, 1], "seed": 1, "touches": [touch]}
    assert Recipe.from_json({**data, "additions": [addition]}) is None


@pytest.mark.parametrize("bad", [[["sky"]], ["sky"], 3, [["sky", "blue"]], [["sky", float("inf")]]])
def test_impossible_part_seeds_in_a_file_are_no_recipe(bad):
    data = edit(draw(OTTER), "at night", seed=11).recipe
    assert Recipe.from_json({**data, "part_seeds": bad}) is None
