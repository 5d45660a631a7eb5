"""The prompt of a sweep: alternatives, places for values, and braces that stand for themselves."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.sweeps.template import NAME_LENGTH, Slot, Template

WORDS = st.text(alphabet=st.characters(exclude_characters="{}|", exclude_categories=["Cs"]), max_size=12)
NAMES = WORDS.map(str.strip).filter(bool)


def test_alternatives_and_places_stand_between_the_words():
    template = Template.parse("a {red|blue} fox in {season}, {season}")
    assert template.parts == ("a ", Slot("red|blue"), " fox in ", Slot("season"), ", ", Slot("season"))
    assert template.names == ("red|blue", "season")
    assert template.choices == {"red|blue": ("red", "blue")}
    assert template.fill({"red|blue": "blue", "season": "spring"}) == "a blue fox in spring, spring"


def test_alternatives_are_taken_as_they_are_written():
    template = Template.parse("a fox{|, at night| in the fog}")
    assert template.choices == {"|at night|in the fog": ("", ", at night", " in the fog")}
    assert template.fill({"|at night|in the fog": ", at night"}) == "a fox, at night"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{season}}", "{season}"),
        ("{{{season}}}", "{spring}"),
        ("a }} and a {{", "a } and a {"),
        ("{season}}}", "spring}"),
        ("{ season }", "spring"),
        ("", ""),
    ],
)
def test_two_braces_are_one(text, filled):
    assert Template.parse(text).fill({"season": "spring"}) == filled


@given(WORDS)
def test_words_stay_as_they_are(words):
    assert Template.parse(words).fill({}) == words


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_can_be_said_with_its_braces_doubled(text):
    written = text.replace("{", "{{").replace("}", "}}")
    template = Template.parse(written)
    assert template.fill({}) == text
    assert template.names == ()


@given(st.lists(st.tuples(WORDS, NAMES, WORDS)))
def test_each_place_gets_the_value_of_its_name(pieces):
    template = Template.parse("".join(f"{before}{{{name}}}" for before, name, _ in pieces))
    values = {name: value for _, name, value in pieces}
    assert template.fill(values) == "".join(before + values[name] for before, name, _ in pieces)
    assert template.names == tuple(dict.fromkeys(name for _, name, _ in pieces))


@given(st.lists(WORDS, min_size=2, max_size=5))
def test_alternatives_are_what_stands_between_the_bars(alternatives):
    template = Template.parse("a {" + "|".join(alternatives) + "} fox")
    [(name, found)] = template.choices.items()
    assert found == tuple(alternatives)
    assert len(name) <= NAME_LENGTH
    assert "|" in name
    for each in alternatives:
        assert template.fill({name: each}) == f"a {each} fox"


def test_long_alternatives_make_a_short_name():
    template = Template.parse("{in the style of a watercolour painting|in the style of an oil painting|, plain}")
    assert template.names == ("in the style…|in the style…|p…",)


def test_the_same_alternatives_twice_are_two_axes():
    template = Template.parse("a {red|blue} fox and a {red|blue} bird")
    assert template.names == ("red|blue", "red|blue 2")
    assert template.fill({"red|blue": "red", "red|blue 2": "blue"}) == "a red fox and a blue bird"


@pytest.mark.parametrize(
    ("value", "said"),
    [("spring", "spring"), (3, "3"), (0.5, "0.5"), (True, "True"), (Decimal("1.50"), "1.50"), (None, ""),
     (date(2026, 9, 1), "2026-09-01"), (datetime(2026, 9, 1, 12, tzinfo=timezone.utc), "2026-09-01 12:00:00+00:00")],
)  # fmt: skip
def test_values_are_said_in_words(value, said):
    assert Template.parse("{x}").fill({"x": value}) == said


@pytest.mark.parametrize("value", [Image.new("L", (4, 4)), {"a": 1}, ["a"], b"a"])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(InvalidRequestError, match=r"\{x\} stands in the prompt.*no text") as refusal:
        Template.parse("{x}").fill({"x": value})
    assert refusal.value.param == "x"


def test_a_missing_value_is_named_with_the_way_out():
    with pytest.raises(InvalidRequestError) as refusal:
        Template.parse("a fox in {season}").fill({})
    assert refusal.value.message == (
        "The prompt has {season}, and no season is given. Give season=[…], or write {{season}} for the braces "
        "themselves."
    )
    with pytest.raises(InvalidRequestError, match=r"Give \*\*\{'hair colour': \[…\]\}"):
        Template.parse("{hair colour}").fill({})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a {red|blue fox", r"A brace of the prompt is never closed: '.*\{red\|blue fox' \(character 3\).*write \{\{"),
        ("a red} fox", r"is closed that was never opened: .* \(character 6\).*write \}\}"),
        ("a {} fox", "There is nothing between the braces"),
        ("a { } fox", "There is nothing between the braces"),
        ("a {red|{dark|light} blue} fox", "There is a brace inside of braces"),
    ],
)
def test_braces_that_make_no_sense_are_refused(text, sentence):
    with pytest.raises(InvalidRequestError, match=sentence) as refusal:
        Template.parse(text)
    assert refusal.value.param == "prompt"
