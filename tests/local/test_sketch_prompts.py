"""The prompts at which the engine is judged by eye: all of them can be drawn, and all but a few words are."""

from __future__ import annotations

from pathlib import Path

from imagewidgets.local.sketch.prompt import parse
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.scene import render, understand

LINES = (Path(__file__).parent / "sketch" / "prompts.txt").read_text("utf-8").splitlines()
PROMPTS = [line for line in LINES if line and not line.startswith(("#", "["))]
# What the tables do not have, and says so.
NOT_DRAWN = {"snorblax", "quantum", "entanglement", "serendipity", "tied", "walking", "detective", "elevator"}
SAME = 3  # a cat without a hat is a cat


def test_there_are_enough_of_them_and_none_stands_twice():
    assert len(PROMPTS) >= 150
    assert len(set(PROMPTS)) == len(PROMPTS)


def test_only_few_words_are_not_drawn():
    assert {word for prompt in PROMPTS for word in parse(prompt).unknown} == NOT_DRAWN


def test_every_kind_of_place_is_among_them():
    places = {understand(Recipe(prompt, 1, (64, 64))).plan.place for prompt in PROMPTS}
    assert len(places) >= 36


def test_prompts_give_pictures_of_their_own():
    pictures = {render(Recipe(prompt, 1, (64, 64), quality="low")).tobytes() for prompt in PROMPTS}
    assert len(pictures) >= len(PROMPTS) - SAME
