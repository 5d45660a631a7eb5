"""Pictures from prompts: the same seed the same pixels, other seeds other pictures, every size, true steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from imagewidgets.local.engine import Job, Picture, Step, finish
from imagewidgets.local.sketch import SketchEngine, drawings, fills, sprites
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.scene import render, working_size

SIZE = (192, 192)
VISIBLE = 4.0  # of 255: the mean difference of two pictures that nobody takes for the same

EVERYDAY = [
    "a red fox in the snow",
    "A cute baby sea otter",
    "A sunlit indoor lounge area with a pool containing a flamingo",
    "a bowl of fruit on a table",
    "a city street in the rain at night",
    "a cat sleeping on a red sofa",
    "two children flying a kite on the beach",
    "a cup of coffee and a croissant",
    "a sailing boat at sunset",
    "a mountain lake",
    "a robot reading a book",
    "a slice of pizza",
    "a snowman with a scarf",
    "a lighthouse in a storm, oil painting",
    "a birthday cake with candles",
    "a yellow taxi in new york",
    "a vase of sunflowers in a window",
    "an astronaut riding a horse on the moon",
    "a library with a candle",
    "three balloons over a city skyline at sunset, watercolor",
]


def make(prompt: str, **options: object) -> Picture:
    job = Job(operation="generate", prompt=prompt, **{"size": SIZE, "seed": 3, **options})  # type: ignore[arg-type]
    return finish(SketchEngine().run(job))[0]


def difference(first: Image.Image, second: Image.Image) -> float:
    a, b = (np.asarray(image.convert("RGB"), np.float32) for image in (first, second))
    return float(np.abs(a - b).mean())


def clear_caches() -> None:
    for module in (sprites, drawings, fills):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


@pytest.mark.parametrize("prompt", ["a red fox in the snow", "a fox, stained glass", "two knights", "xyzzy plugh"])
def test_same_seed_same_pixels_with_warm_and_cold_caches(prompt):
    warm = make(prompt).image
    clear_caches()
    assert make(prompt).image.tobytes() == warm.tobytes()


def test_everyday_prompts_give_different_pictures():
    tiny = [make(prompt).image.resize((16, 16), Image.Resampling.BOX) for prompt in EVERYDAY]
    pairs = [(i, j) for i in range(len(tiny)) for j in range(i)]
    assert min(difference(tiny[i], tiny[j]) for i, j in pairs) > VISIBLE


@pytest.mark.parametrize("prompt", ["A cute baby sea otter", "a slice of pizza", "a portrait of a wizard", "flurbish"])
def test_another_seed_gives_another_picture(prompt):
    assert difference(make(prompt, seed=1).image, make(prompt, seed=2).image) > VISIBLE


def test_the_pictures_of_one_job_differ_and_repeat_one_by_one():
    pictures = finish(SketchEngine().run(Job(operation="generate", prompt="a fox", n=3, size=SIZE, seed=9)))
    for i, picture in enumerate(pictures):
        assert all(difference(picture.image, other.image) > VISIBLE for other in pictures[:i])
        again = make("a fox", seed=picture.recipe["seed"])
        assert again.image.tobytes() == picture.image.tobytes()
    assert pictures[0].recipe["seed"] == 9


@pytest.mark.parametrize("size", [(64, 64), (64, 640), (640, 64), (300, 211), (1600, 128)])
def test_every_size(size):
    assert make("a fox wearing a hat in a forest", size=size).image.size == size


def test_large_pictures_are_painted_smaller():
    assert working_size((4096, 4096)) == (2048, 2048)
    assert working_size((1024, 1024)) == (1024, 1024)
    assert working_size((4096, 64)) == (2048, 32)
    assert max(working_size((4096, 2048), "high")) == 2048


def test_steps_show_the_picture_growing():
    job = Job(operation="generate", prompt="a red fox in the snow", n=2, size=SIZE)
    running, steps = SketchEngine().run(job), []
    while True:
        try:
            steps.append(next(running))
        except StopIteration as done:
            pictures = done.value
            break
    assert [step.index for step in steps] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert {step.total for step in steps} == {8}
    partials = [step.partial for step in steps if step.picture == 1]
    assert [(partial.mode, partial.size) for partial in partials] == [("RGB", SIZE)] * 3
    background, subjects, weather = partials
    assert difference(background, subjects) > 1
    assert difference(subjects, weather) > 1
    assert difference(weather, pictures[1].image) > 1


def test_closing_between_steps_stops_the_work():
    running = SketchEngine().run(Job(operation="generate", prompt="a fox", n=10, size=SIZE))
    assert isinstance(next(running), Step)
    next(running)
    running.close()
    with pytest.raises(StopIteration):
        next(running)


def test_transparent_background_cuts_the_subject_out():
    image = make("a red fox in the snow", background="transparent").image
    alpha = np.asarray(image.getchannel("A"))
    assert image.mode == "RGBA"
    assert alpha[0].max() == 0
    assert 0.05 < (alpha == 255).mean() < 0.7


def test_transparent_background_without_a_subject_gives_a_badge():
    alpha = np.asarray(make("a mountain lake", background="transparent").image.getchannel("A"))
    assert alpha[0, 0] == 0
    assert alpha[96, 96] == 255


def test_negative_prompt_removes_the_subject():
    without = make("a cat and a dog in a meadow", negative_prompt="dog")
    assert without.image.tobytes() == make("a cat in a meadow").image.tobytes()
    assert difference(make("a fox in a forest").image, make("a fox in a forest", negative_prompt="trees").image) > 2


def test_style_and_quality_are_seen():
    plain, natural = make("a parrot").image, make("a parrot", style="natural").image
    color = [np.ptp(np.asarray(image, np.int16), axis=2).mean() for image in (plain, natural)]
    assert color[0] > 1.2 * color[1]
    low = make("a parrot", quality="low").image
    fine = [difference(image, image.filter(ImageFilter.GaussianBlur(1))) for image in (plain, low)]
    assert fine[0] > 1.3 * fine[1]
    assert difference(plain, make("a parrot", quality="high").image) > 0


STYLE_WORDS = ["watercolor", "oil painting", "pixel art", "pencil sketch", "black and white", "sepia"]
STYLE_WORDS += ["neon", "pop art", "mosaic", "minimalist", "portrait"]


@pytest.mark.parametrize("style", STYLE_WORDS)
def test_every_style_is_seen(style):
    assert difference(make("a red fox").image, make(f"a red fox, {style}").image) > VISIBLE


def test_abstract_shapes_take_the_colors():
    pixels = np.asarray(make("abstract blue and orange geometric shapes").image, np.int16)
    blue = (pixels[..., 2] > pixels[..., 0] + 60).mean()
    orange = (pixels[..., 0] > pixels[..., 2] + 60).mean()
    assert min(blue, orange) > 0.1


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("two white cats on a red sofa in the evening", "two white cats on a red sofa, in a living room, evening"),
        ("a giraffe lost in a snorblax", "a giraffe, on the savanna; not drawn: lost, snorblax"),
        ("a bowl of apples", "a bowl with three apples, on a table"),
        ("a unicorn", "a unicorn, in a meadow"),
        ("quantum entanglement", "an abstract colour field; not drawn: quantum, entanglement"),
    ],
)
def test_the_revised_prompt_says_what_was_drawn(prompt, sentence):
    said = make(prompt, seed=1).revised_prompt
    assert said is not None
    assert said.replace(", morning", "").replace(", clouds", "") == sentence


def test_an_unknown_word_stands_on_a_tag():
    job = Job(operation="generate", prompt="snorblax", size=(256, 256))
    before, after = [step.partial for step in SketchEngine().run(job) if step.partial is not None][1:]
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    left, top, right, bottom = changed
    assert 30 < right - left < 200
    assert 180 < top < bottom <= 256


def test_a_recipe_makes_its_picture_again():
    picture = make("a cat, no flowers", background="transparent", style="natural", negative_prompt="hat")
    recipe = Recipe.from_json(picture.recipe)
    assert recipe is not None
    assert render(recipe).tobytes() == picture.image.tobytes()
    assert Recipe.from_json(recipe.to_json()) == recipe


@pytest.mark.parametrize("data", [None, [], {}, {"engine": "sketch", "version": 1}, {"engine": "other", "version": 1}])
def test_what_is_no_recipe_is_none(data):
    assert Recipe.from_json(data) is None


# Coarse fingerprints: 4 x 4 mean colours of pictures that were looked at. A tolerance leaves room for other versions of
# numpy and Pillow; a sky that turns green or a subject that is gone is seen.
FINGERPRINTS = {
    "a red fox in the snow": (
        "99aabbb8c5d2a1b4c6a2b5b7 a7bfaeada893b4b09a88aa7d 7499669d8b4fa1964b6b8e59 898e929b958d9b9696817c86"
    ),
    "A cute baby sea otter wearing a beret": (
        "9996c3b7accea9a2cf9b97c3 edc8aafbe1b6eca997edc0a7 869b94a3a594979a90899a96 284a6434566e30536c2b4c65"
    ),
    "a city street in the rain at night": (
        "161e3f53597428305611183a 473d662737712a3a733b4877 554f8540528f4c629f4b6aa8 49478649589b4661a43e65b3"
    ),
    "a bowl of fruit on a table": (
        "c5afa0d7bfafc5afa0a28f83 d6beaddcb996d3c1a4af9b8e a57e5c7e9ba86e94bea17755 a46730876546846242a56830"
    ),
}


@pytest.mark.parametrize("prompt", FINGERPRINTS)
def test_pictures_look_as_they_did(prompt):
    small = np.asarray(make(prompt).image.resize((4, 4), Image.Resampling.BOX), np.int16)
    looked_at = np.frombuffer(bytes.fromhex(FINGERPRINTS[prompt]), np.uint8).reshape(4, 4, 3)
    assert np.abs(small - looked_at).max() < 8


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60), st.integers(-(2**70), 2**70))
def test_any_prompt_and_seed_give_a_picture(prompt, seed):
    assert make(prompt, seed=seed, size=(64, 80)).image.size == (64, 80)
