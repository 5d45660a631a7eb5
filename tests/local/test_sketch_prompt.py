"""Reading prompts: nouns, adjectives, relations, places, times, weather, styles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.local.sketch.actors import cast
from imagewidgets.local.sketch.plan import make_plan
from imagewidgets.local.sketch.prompt import parse
from imagewidgets.local.sketch.vocabulary import lookup, singular


def described(prompt):
    return [(subject.glyph, subject.count, subject.color) for subject in parse(prompt).subjects]


@pytest.mark.parametrize(
    ("prompt", "subjects"),
    [
        ("two white cats and a black dog", [("🐈", 2, "white"), ("🐕", 1, "black")]),
        ("a white cat wearing a red scarf", [("🐈", 1, "white"), ("🧣", 1, "red")]),
        ("a green car and a yellow bus in the city", [("🚗", 1, "green"), ("🚌", 1, "yellow")]),
        ("a red fox", [("🦊", 1, None)]),  # drawn as it is
        ("an orange", [("🍊", 1, None)]),
        ("an orange cat", [("🐈", 1, "orange")]),
        ("dogs", [("🐕", 3, None)]),
        ("99 balloons", [("🎈", 12, None)]),
        ("a family of hedgehogs", [("🦔", 4, None)]),
        ("a pirate parrot", [("🦜", 1, None)]),
        ("a koala astronaut", [("🐨", 1, None)]),
    ],
)
def test_adjectives_and_numbers_bind_to_their_noun(prompt, subjects):
    assert described(prompt) == subjects


@pytest.mark.parametrize(
    ("prompt", "place", "time", "weather"),
    [
        ("a city street in the rain at night", "street", "night", "rain"),
        ("a mountain lake", "lake", None, None),
        ("A sunlit indoor lounge area with a pool", "pool", "day", None),
        ("an astronaut on the moon", "moon", None, None),
        ("a wolf under the moon", None, "night", None),
        ("two fish under the sea", "underwater", None, None),
        ("a fox in a snowy forest at dawn", "forest", "sunrise", "snow"),
    ],
)
def test_scenery(prompt, place, time, weather):
    words = parse(prompt)
    assert (words.place, words.time, words.weather) == (place, time, weather)


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("a fox, watercolor", "watercolor"),
        ("an oil painting of a fox", "oil"),
        ("a fox, pixel art", "pixel"),
        ("a fox in the style of pencil sketch", "pencil"),
        ("a fox, black and white", "mono"),
        ("a fox, vintage photo", "sepia"),
        ("neon fox", "neon"),
        ("pop art of a fox", "pop"),
        ("stained glass of a fox", "stained glass"),
        ("minimalist logo of a fox", "minimal"),
        ("portrait of a fox", "portrait"),
    ],
)
def test_styles_are_cut_out_of_the_words(prompt, style):
    words = parse(prompt)
    assert words.styles == (style,)
    assert [subject.glyph for subject in words.subjects] == ["🦊"]
    assert words.unknown == ()


def test_unknown_words_are_kept():
    assert parse("a snorblax and a giraffe in Quxville").unknown == ("snorblax", "quxville")


@pytest.mark.parametrize("prompt", ["a cat and a dog without a hat, no dog", "a cat, no dogs", "a cat without dogs"])
def test_no_and_without_exclude(prompt):
    words = parse(prompt)
    assert "🐕" in words.excluded
    assert [s.glyph for s in words.without(words.excluded).subjects] == ["🐈"]


def test_removal_is_recognised():
    assert parse("remove the cat").removal
    assert parse("Erase the dog and the cat").removal
    assert not parse("a cat").removal


def test_parts_belong_to_their_actor():
    cat, *others = cast(parse("a blue cat wearing sunglasses on a skateboard").subjects)
    assert others == []
    assert [part.glyph for part in cat.worn] == ["🕶️"]
    assert cat.mount is not None
    assert cat.mount.glyph == "🛹"


@pytest.mark.parametrize(
    ("prompt", "field"),
    [
        ("a cat sleeping on a red sofa", "seat"),
        ("a child flying a kite", "flown"),
        ("an armchair in the shape of an avocado", "shape"),
        ("the Eiffel Tower made of cheese", "material"),
        ("an astronaut riding a horse", "mount"),
    ],
)
def test_relations(prompt, field):
    (actor,) = cast(parse(prompt).subjects)
    assert getattr(actor, field) is not None


def test_containers_take_things_in():
    (bowl,) = cast(parse("a bowl of fruit").subjects)
    (vase,) = cast(parse("roses in a green vase").subjects)
    assert bowl.subject.glyph == "bowl"
    assert len(bowl.contents[0].glyphs) > 3
    assert (vase.subject.glyph, vase.contents[0].glyph) == ("vase", "🌹")


def test_what_a_cake_has_is_not_drawn_beside_it():
    (cake,) = cast(parse("a birthday cake with candles").subjects)
    assert cake.parts == ()


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("an otter", "sea"),
        ("a horse at sea", "beach"),
        ("a robot reading a book", "library"),
        ("a cat on a sofa", "room"),
        ("a slice of pizza", "table"),
        ("a dragon over a castle", "meadow"),
        ("a whale", "sea"),
    ],
)
def test_everyone_is_somewhere(prompt, place):
    assert make_plan(parse(prompt), 0).place == place


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("foxes", "fox"),
        ("wolves", "wolf"),
        ("cherries", "cherry"),
        ("glasses", "glasses"),
        ("bus", "bus"),
        ("cats", "cat"),
    ],
)
def test_singular(many, one):
    assert singular(many) == one


@pytest.mark.parametrize("word", ["flying", "sleeping", "of", "beautiful", "zzyzx"])
def test_words_that_are_no_nouns(word):
    assert lookup(word) is None


@given(st.text(max_size=80))
def test_any_text_can_be_read(text):
    words = parse(text)
    assert words.text == text
    assert all(1 <= subject.count <= 12 for subject in words.subjects)
    assert make_plan(words, 0).place


def test_orange_in_a_list_of_colours_is_a_colour():
    listed = parse("abstract blue and orange geometric shapes")
    assert listed.subjects == ()
    assert set(listed.colors) == {"blue", "orange"}
    assert [subject.word for subject in parse("an orange and an apple").subjects] == ["orange", "apple"]
