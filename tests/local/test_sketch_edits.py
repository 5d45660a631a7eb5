"""Edits and variations: nothing outside the mask changes; own pictures are redrawn, others are filled."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import imagewidgets as iw
from imagewidgets.images import digest, read_recipe, write_recipe
from imagewidgets.local.engine import Job, Picture, finish
from imagewidgets.local.sketch import SketchEngine
from imagewidgets.local.sketch.membrane import fill_smoothly
from imagewidgets.local.sketch.patches import fill_with_patches
from imagewidgets.local.sketch.recipe import own_recipe

SIZE = (160, 160)
HEAD = (20, 10, 110, 90)  # around the otter's head and the sky above it
CORNER = (95, 95, 150, 150)
VISIBLE = 4.0


def saved(picture: Picture) -> Image.Image:
    """Return the picture as it comes out of its file."""
    write_recipe(picture.image, {"engine": picture.recipe, "digest": digest(picture.image)})
    return picture.image


def draw(prompt: str, *, own: bool = True, seed: int = 0, **options: object) -> Image.Image:
    job = Job(operation="generate", prompt=prompt, **{"size": SIZE, "seed": seed, **options})  # type: ignore[arg-type]
    picture = finish(SketchEngine().run(job))[0]
    return saved(picture) if own else picture.image


def box_mask(box: tuple[int, int, int, int], size: tuple[int, int] = SIZE) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    return mask


def edit(image: Image.Image, prompt: str, mask: Image.Image | None = None, **options: object) -> Picture:
    values = {"size": image.size, "seed": 5, **options}
    job = Job(operation="edit", prompt=prompt, images=(image,), mask=mask, **values)  # type: ignore[arg-type]
    return finish(SketchEngine().run(job))[0]


def change(first: Image.Image, second: Image.Image, mask: Image.Image | None = None, *, inside: bool = True) -> float:
    """Return the mean change, in the whole picture or on one side of the mask."""
    a, b = (np.asarray(image.convert("RGBA"), np.int16) for image in (first, second))
    where = np.ones(a.shape[:2], bool) if mask is None else (np.asarray(mask) > 0) == inside
    return float(np.abs(a - b)[where].mean())


PROMPTS = [
    "A cute baby sea otter wearing a beret",
    "remove the otter",
    "a red sailboat",
    "a starry night",
    "add a hat",
    "qwx",
]


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("own", [True, False])
def test_nothing_outside_the_mask_changes(prompt, own):
    image, mask = draw("A cute baby sea otter", own=own), box_mask((30, 30, 120, 130))
    edited = edit(image, prompt, mask).image
    assert change(image, edited, mask, inside=False) == 0
    assert edited.mode == image.mode


@settings(max_examples=25, deadline=None)
@given(
    st.binary(min_size=27 * 19 * 4, max_size=27 * 19 * 4),
    st.lists(st.sampled_from([0, 1, 90, 254, 255]), min_size=27 * 19, max_size=27 * 19),
    st.sampled_from(["remove it", "a red cat", "night", "", "a hat in the style of watercolor"]),
    st.booleans(),
)
def test_nothing_outside_any_mask_changes(pixels, selected, prompt, alpha):
    image = Image.frombytes("RGBA", (27, 19), pixels)
    image = image if alpha else image.convert("RGB")
    mask = Image.frombytes("L", (27, 19), bytes(selected))
    edited = edit(image, prompt, mask).image
    untouched = np.asarray(mask) == 0
    assert edited.size == image.size
    assert np.array_equal(np.asarray(edited)[untouched], np.asarray(image)[untouched])


def test_the_beret_sits_on_the_otter():
    """With the source's seed the edited picture is the one that the whole prompt would have given, without a seam."""
    otter = draw("A cute baby sea otter")
    edited = edit(otter, "A cute baby sea otter wearing a beret", box_mask(HEAD), seed=0)
    whole = draw("A cute baby sea otter wearing a beret")
    assert edited.image.tobytes() == whole.tobytes()
    assert change(otter, edited.image, box_mask(HEAD)) > VISIBLE
    assert edited.revised_prompt == "a baby sea otter wearing a beret, at sea"


def test_without_a_mask_the_scene_stays():
    otter = draw("A cute baby sea otter", seed=4)
    edited = edit(otter, "A cute baby sea otter wearing a beret", seed=4).image
    assert edited.tobytes() == draw("A cute baby sea otter wearing a beret", seed=4).tobytes()


def test_clothes_that_the_mask_does_not_reach_are_drawn_in_it():
    otter, mask = draw("A cute baby sea otter"), box_mask(CORNER)
    assert change(otter, edit(otter, "A cute baby sea otter wearing a beret", mask).image, mask) > VISIBLE


def test_add_puts_clothes_on_whoever_is_there():
    otter = draw("A cute baby sea otter")
    added = edit(otter, "add a beret", box_mask(HEAD)).image
    assert added.tobytes() == edit(otter, "A cute baby sea otter wearing a beret", box_mask(HEAD)).image.tobytes()


def test_removal_leaves_no_trace_in_own_pictures():
    mask = box_mask((0, 0, 159, 159))
    assert edit(draw("a fox in the desert"), "remove the fox", mask).image.tobytes() == draw("the desert").tobytes()


def test_removal_of_one_leaves_the_other():
    both = draw("a cat and a dog in a meadow")
    alone = edit(both, "remove the cat")
    right = box_mask((85, 0, 159, 159))
    assert change(both, alone.image, right) < 0.5
    assert change(both, alone.image, right, inside=False) > VISIBLE
    assert alone.revised_prompt.startswith("a dog")


def test_a_new_subject_stands_in_the_box():
    lounge = draw("A sunlit indoor lounge area with a pool")
    mask = box_mask((40, 50, 120, 140))
    edited = edit(lounge, "A sunlit indoor lounge area with a pool containing a flamingo", mask)
    assert change(lounge, edited.image, mask) > VISIBLE
    assert "flamingo" in edited.revised_prompt
    pink = np.asarray(edited.image, np.int16)[50:140, 40:120]
    assert ((pink[..., 0] > 180) & (pink[..., 1] < 140)).mean() > 0.05


def test_edits_of_edits_keep_what_was_added():
    sea = draw("A cute baby sea otter")
    boat = saved(edit(sea, "a red sailboat", box_mask(CORNER)))
    hat = edit(boat, "add a beret", box_mask(HEAD))
    assert [item["prompt"] for item in hat.recipe["additions"]] == ["a red sailboat"]
    assert change(boat, hat.image, box_mask(HEAD), inside=False) == 0
    gone = edit(boat, "remove the sailboat", box_mask(CORNER))
    assert gone.image.tobytes() == sea.tobytes()


def test_two_edited_pictures_differ():
    otter = draw("A cute baby sea otter")
    job = Job(
        operation="edit", prompt="a sea otter wearing a beret", images=(otter,), mask=box_mask(HEAD), n=2, size=SIZE
    )
    first, second = finish(SketchEngine().run(job))
    assert change(first.image, second.image, box_mask(HEAD)) > 1


def test_a_recipe_counts_only_with_its_own_pixels():
    image = draw("a fox")
    assert own_recipe(image) is not None
    assert own_recipe(image.convert("RGBA")) is not None
    image.putpixel((3, 3), (1, 2, 3))
    assert own_recipe(image) is None


@pytest.mark.parametrize("text", ["", "[]", "{", json.dumps({"digest": 3}), json.dumps({"engine": {}})])
def test_other_metadata_is_passed_over(text):
    image = Image.new("RGB", (64, 64), "green")
    image.info["imagewidgets"] = text
    assert own_recipe(image) is None


@pytest.mark.parametrize("form", ["png", "webp", "jpeg"])
def test_a_compressed_picture_is_edited_as_what_it_was_drawn_as(form: str) -> None:
    client = iw.Client("sketch")
    drawn = client.generate("a red fox", size="256x256", seed=1, output_format=form)[0]
    hat = client.edit(drawn, "a red fox wearing a top hat", mask=box_mask((60, 0, 196, 120), drawn.size), seed=1)[0]
    assert read_recipe(hat)["engine"]["staged"] == "a red fox", "it is not taken for a photograph"


def test_photographs_take_the_color_of_their_surroundings():
    """Removal in a picture with two halves: the hole is filled like what lies beside it."""
    photo = Image.new("RGB", (120, 120), "#3060c0")
    ImageDraw.Draw(photo).rectangle((0, 60, 119, 119), fill="#40a040")
    whole = photo.copy()
    ImageDraw.Draw(photo).ellipse((40, 40, 80, 80), fill="red")
    mask = box_mask((35, 35, 85, 85), photo.size)
    assert change(whole, edit(photo, "remove the ball", mask).image, mask) < 8


def test_photographs_get_styles_and_weather():
    photo = Image.effect_noise((96, 96), 60).convert("RGB")
    assert change(photo, edit(photo, "watercolor").image) > VISIBLE
    assert change(photo, edit(photo, "snow").image) > 1
    same = edit(photo, "remove the cat")
    assert change(photo, same.image) == 0
    assert "nothing was selected" in same.revised_prompt


def test_transparent_pictures_stay_transparent():
    cut_out = draw("a fox", background="transparent")
    foreign = cut_out.copy()
    foreign.info.clear()
    for image in (cut_out, foreign):
        mask = box_mask((100, 90, 159, 159))
        edited = edit(image, "a red ball", mask).image
        assert edited.mode == "RGBA"
        assert change(image, edited, mask, inside=False) == 0
        assert edited.getpixel((101, 91))[3] < 30
        assert np.asarray(edited.getchannel("A"))[90:, 100:].max() == 255


def test_an_empty_mask_changes_nothing():
    image = draw("a fox")
    assert change(image, edit(image, "a cat", Image.new("L", SIZE, 0)).image) == 0


def test_pictures_of_another_size_are_fitted():
    edited = edit(draw("a fox"), "a cat", box_mask(HEAD), size=(200, 100))
    assert edited.image.size == (200, 100)


def test_more_pictures_are_said_to_be_unused():
    image = draw("a fox")
    picture = finish(SketchEngine().run(Job(operation="edit", prompt="a cat", images=(image, image), size=SIZE)))[0]
    assert "1 more picture was not used" in picture.revised_prompt


def test_an_edit_needs_a_picture():
    with pytest.raises(ValueError, match="needs a picture"):
        finish(SketchEngine().run(Job(operation="edit", prompt="a cat")))


@pytest.mark.parametrize("own", [True, False])
def test_variations_vary(own):
    image = draw("a fox in a forest", own=own)
    if not own:
        image.info.clear()
    job = Job(operation="variation", images=(image,), n=4, size=SIZE, seed=2)
    pictures = [picture.image for picture in finish(SketchEngine().run(job))]
    everything = [image, *pictures]
    assert {picture.size for picture in pictures} == {SIZE}
    assert min(change(a, b) for i, a in enumerate(everything) for b in everything[:i]) > VISIBLE
    again = [picture.image for picture in finish(SketchEngine().run(job))]
    assert [a.tobytes() for a in again] == [b.tobytes() for b in pictures]


def test_steps_of_an_edit_are_rgb_and_keep_the_outside():
    image, mask = draw("a fox in a forest"), box_mask(HEAD)
    job = Job(operation="edit", prompt="a fox wearing a hat", images=(image,), mask=mask, size=SIZE)
    partials = [step.partial for step in SketchEngine().run(job) if step.partial is not None]
    assert len(partials) == 3
    for partial in partials:
        assert partial.mode == "RGB"
        assert change(image, partial, mask, inside=False) == 0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.booleans(), min_size=12 * 17, max_size=12 * 17).filter(lambda hole: any(hole) and not all(hole)))
def test_fills_change_only_the_hole(cells):
    hole = np.array(cells).reshape(12, 17)
    pixels = np.random.default_rng(0).random((12, 17, 3), np.float32)
    for filled in (fill_smoothly(pixels, hole), fill_with_patches(pixels, hole, np.random.default_rng(0))):
        assert np.array_equal(filled[~hole], pixels[~hole])
        assert np.isfinite(filled).all()
