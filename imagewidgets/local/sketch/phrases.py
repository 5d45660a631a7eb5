"""What a run of words means by itself, before grammar: scenery, nouns, relations, and words that are two things."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.vocabulary import glyph, lookup, stop_words

LONGEST_PHRASE, LONGEST_RELATION = 4, 5  # words
LOOKAHEAD = 4  # words between an adjective and its noun
GROUPS = {"family": 4, "couple": 2, "school": 6, "pack": 5, "plate": 1, "bouquet": 5}  # of something: a number
NEGATIONS = ("no", "without")
DOING = "ing"  # an unknown word that ends so is a verb: a couple dancing


@functools.lru_cache(maxsize=4096)
def scenery(phrase: str) -> tuple[str | None, str | None, str | None, str | None]:
    """Give the time, the weather, the season and the place that a phrase names."""
    tables = table("modifiers")
    time, weather, season, place = (tables[name].get(phrase) for name in ("times", "weather", "seasons", "settings"))
    return time, weather, season, place


@functools.lru_cache(maxsize=4096)
def drawings_of(phrase: str) -> tuple[str, ...]:
    """Give the drawings that a noun means: several where copies differ (children, fruit), none if it is unknown."""
    families = table("nouns")["families"]
    if phrase in families:
        return tuple(families[phrase])
    found = lookup(phrase)
    return () if found is None else (found,)


@functools.lru_cache(maxsize=4096)
def is_name(phrase: str) -> bool:
    """Whether the tables know a phrase as a whole, as scenery or as a noun."""
    return any(scenery(phrase)) or bool(drawings_of(phrase))


@functools.lru_cache(maxsize=4096)
def is_adjective(word: str) -> bool:
    """Whether a word describes the noun after it."""
    tables = table("modifiers")
    names = ("colors", "sizes", "numbers", "material_words")
    return word in tables["young"] or word.isdecimal() or any(word in tables[name] for name in names)


def color_of_material(material: str, noun: str, key: str) -> str | None:
    """Give the colour that a material means: of golden retrievers and golden fish no metal is meant."""
    plain = material in table("modifiers")["colors"] and glyph(key).is_animal
    return material if plain or f"{material} {noun}" in table("nouns")["natural"] else None


def relation_at(words: Sequence[str], at: int, *, least: int = 1) -> tuple[str, int] | None:
    """Give the longest relation of at least `least` words that begins here, in its basic form, and its length."""
    relations = table("modifiers")["relations"]
    for length in range(min(LONGEST_RELATION, len(words) - at), least - 1, -1):
        found = relations.get(" ".join(words[at : at + length]))
        if found is not None:
            return found, length
    return None


def ends_here(words: Sequence[str], at: int) -> bool:
    """Whether a noun cannot go on at this word: the end, a comma, a relation or a negation."""
    return at >= len(words) or words[at] == "," or words[at] in NEGATIONS or relation_at(words, at) is not None


def noun_follows(words: Sequence[str], at: int) -> bool:
    """Whether the word at `at` stands before a noun, so that it describes it and is none itself."""
    tables = table("modifiers")
    for n in range(at + 1, min(at + 1 + LOOKAHEAD, len(words))):
        if words[n] == "and" and n + 1 < len(words) and words[n + 1] in tables["colors"] and n == at + 1:
            return noun_follows(words, n + 1)  # blue and white cups
        if ends_here(words, n):
            return False
        if any(is_name(" ".join(words[n : n + length])) for length in range(1, LONGEST_PHRASE + 1)):
            return True
        if not (is_adjective(words[n]) or words[n] in stop_words() or words[n].endswith(DOING)):
            return True  # an unknown noun
    return False
