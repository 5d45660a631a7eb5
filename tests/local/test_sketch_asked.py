"""Rules that came from prompts nobody had tuned for: couples, portions, what a drawing has already, who sits where."""

from __future__ import annotations

import pytest

from imagewidgets.local.sketch.actors import cast
from imagewidgets.local.sketch.describe import describe
from imagewidgets.local.sketch.layout import arrange
from imagewidgets.local.sketch.links import find_links
from imagewidgets.local.sketch.plan import make_plan
from imagewidgets.local.sketch.prompt import parse
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.scene import understand
from imagewidgets.local.sketch.spots import figure

SIZE = 512  # px
SEEDS = (0, 1, 7)


def drawn(prompt: str) -> list[tuple[str, int]]:
    """Give the first drawing and the number of each subject."""
    return [(subject.glyph, subject.count) for subject in parse(prompt).subjects]


def place(prompt: str) -> str:
    """Give where the picture of a prompt is."""
    return make_plan(parse(prompt), 0).place


@pytest.mark.parametrize("verb", ["dancing", "kissing", "waltzing", "walking"])
def test_a_couple_that_does_something_is_two_people(verb):
    (couple,) = parse(f"a couple {verb} in a ballroom").subjects
    assert len(set(couple.glyphs)) == couple.count == 2


@pytest.mark.parametrize("many", ["couple", "family", "crowd", "people", "friends", "audience", "guests", "newlyweds"])
def test_words_for_people_give_two_or_more(many):
    assert [count >= 2 for _, count in drawn(f"the {many} in a park")] == [True]


def test_a_couple_of_things_is_a_number():
    assert drawn("a couple of cats") == [("🐈", 2)]


def test_a_verb_is_no_motif():
    understood = understand(Recipe("flibbering snorblax", 1, (64, 64)))
    assert understood.tag == ("snorblax",)
    assert understood.prompt.unknown == ("flibbering", "snorblax")


@pytest.mark.parametrize(
    ("prompt", "key"),
    [
        ("a glass of red wine", "🍷"),
        ("a glass of cold white wine", "🍷"),
        ("a cup of hot coffee", "☕"),
        ("a glass of cold milk", "🥛"),
        ("a bowl of hot soup", "🍲"),
        ("a bowl of spicy ramen", "🍜"),
        ("a bowl of tomato soup", "🍲"),
        ("a glass of orange juice", "🥛"),
    ],
)
def test_an_adjective_leaves_a_portion_whole(prompt, key):
    assert drawn(prompt) == [(key, 1)]


def test_two_portions_are_said_as_such():
    assert describe(understand(Recipe("two glasses of red wine", 1, (64, 64)))).startswith("two glasses of red wine,")


def test_a_bowl_of_fruit_stays_a_bowl_with_fruit():
    (actor,) = cast(parse("a bowl of fresh fruit").subjects)
    assert actor.subject.glyph == "bowl"
    assert actor.contents[0].count >= 3


def test_over_the_moon_flies_what_is_at_home_in_space():
    plan = make_plan(parse("a rocket over the moon"), 0)
    assert (plan.place, plan.actors[0].subject.aloft) == ("moon", True)
    cow = parse("a cow jumping over the moon")
    assert (cow.place, cow.time) == (None, "night")


@pytest.mark.parametrize(
    ("prompt", "where"),
    [("a doctor in a hospital", "hospital"), ("children in a school", "classroom"), ("a man in a factory", "workshop")],
)
def test_inside_of_a_building_there_is_no_second_one(prompt, where):
    plan = make_plan(parse(prompt), 0)
    assert (plan.place, len(plan.actors)) == (where, 1)


def test_a_building_that_nobody_is_in_is_drawn():
    assert drawn("a doctor in front of a hospital") == [("🧑‍⚕️", 1), ("🏥", 1)]


@pytest.mark.parametrize(
    "prompt",
    ["a snowman with a hat and a scarf", "a doctor with a stethoscope", "a chef holding a spoon", "a plant in a pot"],
)
def test_what_a_drawing_has_is_not_drawn_twice_but_said(prompt):
    (actor,) = cast(parse(prompt).subjects)
    assert actor.shown
    assert actor.parts == ()
    said = describe(understand(Recipe(prompt, 1, (64, 64))))
    assert all(item.word in said for item in actor.shown)


def test_what_has_a_color_of_its_own_is_drawn():
    (actor,) = cast(parse("a snowman with a hat and a green scarf").subjects)
    assert [item.glyph for item in actor.shown] == ["👒"]
    assert [(item.glyph, item.color) for item in actor.worn] == [("🧣", "green")]


def test_plants_grow_in_flower_pots_and_soup_in_others():
    (cactus,) = cast(parse("a cactus in a pot").subjects)
    (roses,) = cast(parse("a pot of roses").subjects)
    (soup,) = cast(parse("carrots in a pot").subjects)
    assert [actor.subject.glyph for actor in (cactus, roses, soup)] == ["flower pot", "flower pot", "cooking pot"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "prompt",
    [
        "a parrot on the shoulder of a pirate",
        "a pirate with a parrot on his shoulder",
        "a parrot on a pirate's shoulder",
        "a parrot sitting on the shoulder of a pirate",
    ],
)
def test_on_a_shoulder_something_small_sits_beside_the_head(prompt, seed):
    plan = make_plan(parse(prompt), seed)
    spots = {plan.actors[spot.actor].subject.glyph: spot for spot in arrange(plan, SIZE, SIZE)}
    bird, pirate = spots["🦜"], spots["pirate"]
    sizes = [figure(plan, plan.actors[spot.actor], 0, spot.size) for spot in (bird, pirate)]
    assert bird.placed == "shoulder"
    assert sizes[0].height < 0.4 * sizes[1].height
    assert sizes[1].width * 0.2 < abs(bird.x - pirate.x) < sizes[1].width * 0.6
    assert parse(prompt).unknown == ()


def test_on_a_head_sits_who_is_said_to():
    actors = cast(parse("a cat on the head of a dog").subjects)
    assert [(link.how, link.child, link.parent) for link in find_links(actors)] == [("head", 0, 1)]


@pytest.mark.parametrize(
    ("prompt", "where"),
    [
        ("a mermaid on a rock", "sea"),
        ("a penguin on a rock", "snowfield"),
        ("a lion on a rock", "savanna"),
        ("a suitcase at an airport", "airport"),
        ("a couple in a ballroom", "ballroom"),
    ],
)
def test_places_follow_from_who_is_there(prompt, where):
    assert place(prompt) == where


def test_what_has_no_drawing_at_an_airport_is_said():
    assert parse("a suitcase and a passport at an airport").unknown == ("passport",)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bridge_spans_the_river_and_stands(seed):
    plan = make_plan(parse("a wooden bridge over a river"), seed)
    (spot,) = arrange(plan, SIZE, SIZE)
    assert not (plan.actors[0].subject.aloft or spot.above)
    assert figure(plan, plan.actors[0], 0, spot.size).width > 0.95 * SIZE
    assert spot.x == SIZE / 2
