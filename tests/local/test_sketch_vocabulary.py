"""The sketch engine's nouns: checked when they are loaded, broad, and without guesses."""

from __future__ import annotations

import copy

import pytest

from imagewidgets.local.sketch import vocabulary
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.phrases import is_name, scenery
from imagewidgets.local.sketch.vocabulary import VocabularyError, glyph, is_drawable, lookup, singular, words


@pytest.fixture
def nouns(monkeypatch):
    """Give a copy of the table of nouns that is loaded in place of the real one."""
    changed = copy.deepcopy(table("nouns"))
    monkeypatch.setattr(vocabulary, "table", lambda name: changed if name == "nouns" else table(name))
    words.cache_clear()
    yield changed
    words.cache_clear()


def test_there_are_many_nouns_and_every_one_has_a_drawing():
    assert len(words()) > 2000
    assert len(set(words().values())) > 800
    assert [key for key in set(words().values()) if not is_drawable(key)] == []
    assert [key for key in set(words().values()) if glyph(key).subgroup == "unknown"] == []


@pytest.mark.parametrize(
    ("section", "key", "names", "message"),
    [
        ("animals", "🐈", "Cat", "small letters"),
        ("animals", "🐈", "cat,kitten", "a comma and one blank"),
        ("animals", "🐈", "a cat in a very big hat", "at most 4 words"),
        ("animals", "snorblax", "snorblax", "no drawing 'snorblax'"),
        ("food", "🍎", "cat", "keep one"),
        ("beasts", "🐈", "lion", "no section 'beasts'"),
    ],
)
def test_a_mistake_is_named(nouns, section, key, names, message):
    nouns["nouns"].setdefault(section, {})[key] = names
    with pytest.raises(VocabularyError, match=message):
        words()


def test_a_family_without_a_drawing_is_named(nouns):
    nouns["families"]["gizmos"] = ["gizmo"]
    with pytest.raises(VocabularyError, match="gizmos"):
        words()


def test_a_noun_can_be_added(nouns):
    nouns["nouns"]["animals"]["🐈"] += ", caracal"
    assert words()["caracal"] == "🐈"


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("kittens", "🐈"),
        ("wolves", "🐺"),
        ("cups of tea", "🍵"),
        ("firemen", "🧑‍🚒"),
        ("cherries", "🍒"),
        ("bookshelves", "bookshelf"),
        ("pirates", "pirate"),
        ("hot-air balloon", None),
        ("ice-cream", "🍦"),
    ],
)
def test_synonyms_and_plurals(word, key):
    assert lookup(word) == (key or lookup("hot air balloon"))


@pytest.mark.parametrize("word", ["walking", "of", "beautiful", "zzyzx", "democracy", "armadillo", "punch", "symbol"])
def test_what_is_not_in_the_table_is_not_guessed(word):
    assert lookup(word) is None


def test_no_word_is_scenery_and_a_stop_word():
    stop = table("nouns")["stop"]
    assert [word for word in stop if any(scenery(word)) or is_name(word)] == []


# Plurals with a drawing of their own.
OWN_PLURALS = {"drums", "drumsticks", "eyes", "houses", "swords", "meteors"}


def test_plurals_of_all_nouns_mean_the_same():
    wrong = {}
    for word, key in words().items():
        head, _, last = word.rpartition(" ")
        if singular(last) != last or last in table("nouns")["no_plural"] or last.endswith(("s", "x", "ch", "sh", "z")):
            continue
        many = f"{head} {last[:-1]}ies" if last.endswith("y") and last[-2:-1] not in "aeiou" else f"{head} {last}s"
        if lookup(many.strip()) != key and many.strip() not in table("nouns")["families"]:
            wrong[many.strip()] = lookup(many.strip())
    assert set(wrong) == OWN_PLURALS
