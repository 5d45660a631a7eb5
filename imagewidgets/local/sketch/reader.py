"""The walk over the words of a prompt, from left to right.

A colour, a size or a number waits for the next noun; a relation word (wearing, riding, on, above, in the shape of ...)
marks the noun after it; "no" and "without" exclude what they name.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace

from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.vocabulary import glyph, lookup, singular, stop_words

MOST_COPIES = 12
NEGATIONS = ("no", "without")
LONGEST_PHRASE = 3  # words
PLURAL_COPIES = 3  # "cats" without a number
GROUPS = {"family": 4, "couple": 2, "school": 6, "pack": 5, "plate": 1}  # of something: a number, not a thing


@dataclass(frozen=True)
class Touch:
    """How an edit lets one drawing differ from its usual self.

    Parameters
    ----------
    drawing
        The key of the drawing.
    size
        A factor.
    lean
        Degrees, counter-clockwise.
    mirrored
        Whether it looks the other way than usual.
    color
        The name of the colour that it has where the words give it none.
    """

    drawing: str = ""
    size: float = 1.0
    lean: float = 0.0
    mirrored: bool = False
    color: str | None = None


@dataclass(frozen=True)
class Subject:
    """One noun to draw.

    Parameters
    ----------
    glyphs
        The keys of its drawings; more than one where copies differ (children, fruit).
    word
        The noun as it was written.
    count
        How many, 1 to 12.
    color
        The name of its colour, if one was given.
    scale
        Its size, 1 = usual.
    relation
        The relation word before it ("wearing", "on", "and" ...).
    young
        Whether it is a baby of its kind.
    marks
        Drawings that show what it does, as the Zs of a sleeper.
    touch
        What an edit has made a little different about it.
    """

    glyphs: tuple[str, ...]
    word: str
    count: int = 1
    color: str | None = None
    scale: float = 1.0
    relation: str | None = None
    young: bool = False
    marks: tuple[str, ...] = ()
    touch: Touch = Touch()

    @property
    def glyph(self) -> str:
        """The key of its first drawing."""
        return self.glyphs[0]


@dataclass
class _Waiting:
    """Words that wait for their noun."""

    count: int = 1
    color: str | None = None
    scale: float = 1.0
    relation: str | None = None
    young: bool = False


@dataclass
class Reader:
    """The state of the walk over one prompt."""

    words: list[str]
    at: int = 0
    subjects: list[Subject] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    time: str | None = None
    weather: str | None = None
    colors: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    excluded: set[str] = field(default_factory=set)
    excluding: bool = False
    waiting: _Waiting = field(default_factory=_Waiting)
    noun_end: int = -1

    def read(self) -> None:
        """Take all words."""
        while self.at < len(self.words):
            self.at += self._phrase() or self._word(self.words[self.at])
        if self.waiting.color:
            self.colors.append(self.waiting.color)

    @property
    def following(self) -> str:
        """The word after the present one; a comma at the end."""
        return self.words[self.at + 1] if self.at + 1 < len(self.words) else ","

    # ------------------------------------------------------------------ phrases: nouns, places, times
    def _phrase(self) -> int:
        """Try the longest phrase that begins here; give how many words it took, 0 for none."""
        tables = table("modifiers")
        first = self.words[self.at]
        for length in range(min(LONGEST_PHRASE, len(self.words) - self.at), 0, -1):
            phrase = " ".join(self.words[self.at : self.at + length])
            if "," in phrase or (length > 1 and (first in tables["numbers"] or first in tables["relations"])):
                continue
            if length > 1 and first in tables["colors"] and phrase not in _two_word_nouns():
                continue
            if length == 1 and self._is_function_word(first):
                return 0
            if self._scenery(phrase):
                return length
            if length == 1 and first in stop_words() and first != "orange":
                return 0
            glyphs = self._glyphs(phrase)
            if glyphs and self.words[self.at + length : self.at + length + 1] == ["of"] and phrase in GROUPS:
                self.waiting.count = GROUPS[phrase]
                return length
            if glyphs:
                self._noun(phrase, glyphs)
                self.noun_end = self.at + length
                return length
        return 0

    def _is_function_word(self, word: str) -> bool:
        tables = table("modifiers")
        if word in NEGATIONS:
            return True
        if word == "orange":  # a colour before a noun and in a list of colours, else the fruit
            before = self.words[max(self.at - 2, 0) : self.at]
            if len(before) == 2 and before[0] in tables["colors"] and before[1] == "and":
                return True
            return not (self.following == "," or self.following in tables["relations"] or self.following == "and")
        if word in tables["young"]:
            return self.following != "," and self.following not in tables["relations"]
        return word in tables["relations"] or any(word in tables[name] for name in ("colors", "numbers", "sizes"))

    def _glyphs(self, phrase: str) -> tuple[str, ...]:
        if phrase == "orange":
            return ("🍊",)
        families = table("nouns")["families"]
        if phrase in families:
            return tuple(families[phrase])
        found = lookup(phrase)
        return () if found is None else (found,)

    def _noun(self, phrase: str, glyphs: tuple[str, ...]) -> None:
        waiting, self.waiting = self.waiting, _Waiting()
        if self.excluding:
            self.excluded.update(glyphs)
            return
        nouns = table("nouns")
        one = " ".join([*phrase.split()[:-1], singular(phrase.split()[-1])])
        color = waiting.color
        if color and f"{color} {one}" in nouns["natural"]:
            color = None
        color = color or nouns["usual_color"].get(one)
        count = waiting.count
        if count == 1 and (one != phrase or len(glyphs) > 1):
            count = max(PLURAL_COPIES, min(len(glyphs), 5)) if len(glyphs) != 2 else 2
        new = Subject(glyphs, phrase, count, color, waiting.scale, waiting.relation, waiting.young)
        if self.subjects and self.noun_end == self.at:
            self._compound(self.subjects.pop(), new)
        else:
            self.subjects.append(new)

    def _compound(self, first: Subject, second: Subject) -> None:
        """Keep one of two nouns in a row: of a pirate parrot and a koala astronaut the animal, else the second."""
        animal_first = glyph(first.glyph).is_animal and glyph(second.glyph).is_person
        kept, dropped = (first, second) if animal_first else (second, first)
        if dropped.glyph != kept.glyph:  # a retriever puppy is a dog twice
            self.unknown.append(dropped.word)
        self.subjects.append(
            replace(
                kept,
                count=max(second.count, first.count),
                color=first.color or second.color,
                scale=first.scale,
                relation=first.relation,
                young=first.young or second.young,
            )
        )

    def _scenery(self, phrase: str) -> bool:
        """Take a time, a weather or a place; give whether it was one."""
        tables = table("modifiers")
        time, weather, place = (tables[name].get(phrase) for name in ("times", "weather", "settings"))
        if phrase == "moon":  # on the moon is a place; any other moon is a night
            on_it = self.waiting.relation in ("on", "to", "onto")
            time, place = (None, "moon") if on_it else ("night", None)
        if not (time or weather or place):
            return False
        if self.excluding:
            self.excluded.update(name for name in (time, weather, place, phrase) if name)
            return True
        self.time = time or self.time
        self.weather = weather or self.weather
        if place:
            self.places.append(place)
        if self.waiting.color and place:
            self.colors.append(self.waiting.color)
        self.waiting = _Waiting()
        return True

    # ------------------------------------------------------------------ single words
    def _word(self, word: str) -> int:
        """Take one word that is no noun; give how many words it took."""
        tables = table("modifiers")
        if word in NEGATIONS:
            self.excluding, self.waiting = True, _Waiting()
        elif word == ",":
            self.excluding, self.waiting.relation = False, None
        elif word in tables["young"]:
            self.waiting.young = True
        elif word in tables["colors"]:
            if self.waiting.color:
                self.colors.append(self.waiting.color)
            self.waiting.color = word
        elif word in tables["sizes"]:
            self.waiting.scale = tables["sizes"][word]
        elif word in tables["numbers"] or word.isdecimal():
            number = tables["numbers"].get(word) or int(word[:3])
            self.waiting.count = max(1, min(MOST_COPIES, number))
        elif word == "front" and self.following == "of":
            self.waiting.relation = "before"
            return 2
        elif word == "background" and self.subjects and self.subjects[-1].relation in ("with", "and"):
            self.subjects[-1] = replace(self.subjects[-1], relation="before")
        elif word in ("shape", "shaped", "made") and self.following in ("of", "like", "out"):
            self.waiting.relation = "made" if word == "made" else "shape"
            return 2
        elif word in tables["relations"]:
            self._relation(word)
        elif word in tables["verbs"]["marks"]:
            self._mark(tables["verbs"]["marks"][word])
        elif word not in stop_words() and len(word) > 2:
            self.unknown.append(word)
        return 1

    def _relation(self, word: str) -> None:
        if self.excluding and word not in ("and", "or"):
            self.excluding = False
        kept = self.waiting.relation if word == "and" else None
        self.waiting.relation = kept or {"over": "above", "atop": "on", "inside": "in", "onto": "on"}.get(word, word)

    def _mark(self, key: str) -> None:
        """Show what the last subject does."""
        if self.subjects:
            last = self.subjects[-1]
            self.subjects[-1] = replace(last, marks=(*last.marks, key))


@functools.lru_cache(maxsize=1)
def _two_word_nouns() -> frozenset[str]:
    """Give the nouns in the tables that have more than one word ("black cat")."""
    return frozenset(name for nouns in table("nouns")["nouns"].values() for name in nouns if " " in name)
