"""The walk over the words of a prompt, from left to right.

A colour, a size, a material or a number waits for the next noun; a relation (wearing, riding, on top of, in the shape
of ...) marks the noun after it; "no" and "without" exclude what they name.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from imagewidgets.local.sketch.compounds import compound, portion
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.phrases import (
    DOING,
    GROUPS,
    LONGEST_PHRASE,
    NEGATIONS,
    color_of_material,
    drawings_of,
    ends_here,
    is_adjective,
    is_name,
    noun_follows,
    relation_at,
    scenery,
)
from imagewidgets.local.sketch.subjects import Subject, Touch, Waiting
from imagewidgets.local.sketch.vocabulary import body_parts, glyph, habitat, one_of, stop_words

__all__ = ["Reader", "Subject", "Touch"]

MOST_COPIES = 12
PLURAL_COPIES = 3  # "cats" without a number
OPEN_AIR = ("in", "above", None)  # relations by which the sky is the place, and not just what is above
MOTLEY = ("colorful", "colourful", "multicolored", "multicoloured", "rainbow-colored", "rainbow-coloured")
ON_BODY = {"shoulder": "shoulder", "shoulders": "shoulder", "head": "head"}  # with someone else on it
SAID_OF = ("is", "are", "painted", "colored", "coloured", "in", "all")  # the cat is white, a woman in red
DETERMINERS = ("the", "his", "her", "its", "their", "some")
BACKWARDS = ("on", "in", "under", "above", "beside", "behind", "before", "left", "right")  # with a vase on it


@dataclass
class Reader:
    """The state of the walk over one prompt."""

    words: list[str]
    at: int = 0
    subjects: list[Subject] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    time: str | None = None
    weather: str | None = None
    season: str | None = None
    reflected: bool = False
    colors: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    excluded: set[str] = field(default_factory=set)
    excluding: bool = False
    waiting: Waiting = field(default_factory=Waiting)
    noun_end: int = -1

    def read(self) -> None:
        """Take all words."""
        while self.at < len(self.words):
            self.at += self._relation(least=2) or self._phrase() or self._relation() or self._word(self.words[self.at])
        self.colors += [color for color in (self.waiting.color, *self.waiting.others) if color]

    def _ahead(self, steps: int = 1) -> str:
        """Give a word after the present one; a comma at the end."""
        return self.words[self.at + steps] if self.at + steps < len(self.words) else ","

    # ------------------------------------------------------------------ phrases: nouns, places, times
    def _phrase(self) -> int:
        """Try the longest phrase that begins here; give how many words it took, 0 for none."""
        first = self.words[self.at]
        if self._is_doing(first):
            return 0
        for length in range(min(LONGEST_PHRASE, len(self.words) - self.at), 0, -1):
            phrase = " ".join(self.words[self.at : self.at + length])
            if not is_name(phrase) or (length == 1 and self._describes(first)):
                continue
            if phrase in GROUPS and self._ahead(length) == "of":
                self.waiting.count = GROUPS[phrase]
                return length + 1
            if self._scenery(phrase):
                return length
            glyphs = drawings_of(phrase)
            if glyphs and glyphs[0] in body_parts() and self.subjects and not self.excluding:
                self._unknown(" ".join(word for word in (self.waiting.color, phrase) if word))
                self.waiting = Waiting()
                return length
            if glyphs:
                self._noun(phrase, glyphs)
                self.noun_end = self.at + length
                return length
        return 0

    def _is_doing(self, word: str) -> bool:
        """Whether a word that may be a noun says what someone does: of two kids building a castle no building."""
        doing = word.endswith(DOING) and self.noun_end == self.at
        return doing and (self._ahead() in DETERMINERS or self._ahead() in table("modifiers")["numbers"])

    def _describes(self, word: str) -> bool:
        """Whether a word that is a noun, too (orange, glass, gold), describes the noun after it here."""
        tables = table("modifiers")
        made = self.waiting.relation == "made" and word in tables["material_words"]
        before = self.words[max(self.at - 2, 0) : self.at]  # in a list of colours: blue and orange
        listed = word in tables["colors"] and len(before) == 2 and before[0] in tables["colors"] and before[1] == "and"
        return word in NEGATIONS or made or listed or (is_adjective(word) and noun_follows(self.words, self.at))

    def _noun(self, phrase: str, glyphs: tuple[str, ...]) -> None:
        waiting, self.waiting = self.waiting, Waiting()
        if self.excluding:
            self.excluded.update(glyphs)
            return
        if glyphs[0] == "table" and self._is_set(waiting):
            self.places.append("table")
            return
        inner = table("places")["interiors"].get(glyphs[0]) if waiting.relation == "in" else None
        if inner and waiting.count == 1 and not waiting.color:  # a doctor in a hospital: no second hospital
            self.places.append(inner)
            return
        nouns, one = table("nouns"), one_of(phrase)
        color = waiting.color or (waiting.material and color_of_material(waiting.material, one, glyphs[0]))
        material = None if color and not waiting.color else waiting.material
        if color and f"{color} {one}" in nouns["natural"]:
            color = None
        self.unknown += waiting.others
        count = waiting.count
        if count == 1 and (one != phrase or len(glyphs) > 1):
            count = max(PLURAL_COPIES, min(len(glyphs), 5)) if len(glyphs) != 2 else 2
        new = Subject(
            glyphs,
            phrase,
            count,
            color or nouns["usual_color"].get(one),
            waiting.scale,
            waiting.relation,
            waiting.young,
            waiting.marks,
            material=material,
            motley=waiting.motley,
        )
        last = self.subjects[-1] if self.subjects else None
        if last is not None and new.relation == "role" and glyph(last.glyph).is_alive:
            self.subjects[-1] = replace(last, role=new.glyph)
        elif last is not None and new.relation == "of" and last.glyph == "statue":  # a statue of a horse
            self.subjects[-1] = replace(new, relation=last.relation, material=last.material or "stone")
        elif last is not None and new.relation == "of" and portion(last, new):
            self.subjects[-1] = portion(last, new) or last  # a cup of hot coffee, a glass of red wine
        elif last is not None and self.noun_end == self.at:
            self.subjects[-1], dropped = compound(last, new)
            self.unknown += dropped
            whole = portion(*self.subjects[-2:]) if self.subjects[-1].relation == "of" and self.subjects[1:] else None
            if whole:  # a bowl of tomato soup
                self.subjects[-2:] = [whole]
        else:
            self.subjects.append(new)

    def _is_set(self, waiting: Waiting) -> bool:
        """Whether only things are on a table of which nothing is said: it is then seen from near."""
        plain = waiting.relation == "on" and waiting.color is None and waiting.count == 1
        return plain and bool(self.subjects) and all(glyph(subject.glyph).is_thing for subject in self.subjects)

    def _scenery(self, phrase: str) -> bool:
        """Take a time, a weather, a season or a place; give whether it was one."""
        time, weather, season, place = scenery(phrase)
        relation = self.waiting.relation
        seen = relation == "above" and self.subjects and habitat(self.subjects[-1].glyph) == "space"  # from near
        if phrase == "moon" and relation not in ("on", "in") and not seen:  # any other moon is a night
            time, place = "night", None
        if not (time or weather or season or place):
            return False
        if self.excluding:
            self.excluded.update(name for name in (time, weather, place, phrase) if name)
            return True
        if season == "winter":
            season, weather = None, weather or "snow"
        self.time, self.weather, self.season = time or self.time, weather or self.weather, season or self.season
        if place and relation == "above" and self.subjects and self.subjects[-1].glyph not in kind("spanning"):
            self.subjects[-1] = replace(self.subjects[-1], aloft=True)
        if place and not (place == "sky" and self.subjects and relation not in OPEN_AIR):
            self.places.append(place)
            self.reflected = self.reflected or relation == "reflected"
        if self.waiting.color and place:
            self.colors.append(self.waiting.color)
        self.waiting = Waiting()
        return True

    # ------------------------------------------------------------------ single words
    def _word(self, word: str) -> int:
        """Take a word that is neither noun nor relation; give how many words it took."""
        tables = table("modifiers")
        waiting, two = self.waiting, f"{word} {self._ahead()}"
        if word in NEGATIONS:
            self.excluding, self.waiting = True, Waiting()
        elif word == ",":
            self.excluding, waiting.relation = False, None
        elif two in tables["colors"]:
            return self._color(two, 2)
        elif word in tables["material_words"] and (waiting.relation == "made" or noun_follows(self.words, self.at)):
            self._material(str(tables["material_words"][word]))
        elif word in tables["colors"]:
            return self._color(word, 1)
        elif word in tables["young"]:
            waiting.young = True
        elif word in tables["sizes"]:
            waiting.scale = tables["sizes"][word]
        elif word in tables["numbers"] or word.isdecimal():
            number = tables["numbers"].get(word) or int(word[:3])
            waiting.count = max(1, min(MOST_COPIES, number))
            return 2 if number > 1 and self._ahead() == "of" else 1  # dozens of
        elif word in ON_BODY and self._on_body(ON_BODY[word]):
            return 2 if self._ahead() == "of" else 1
        elif word in tables["pronouns"]:
            self._pronoun()
        elif word == "background" and self.subjects and self.subjects[-1].relation in ("with", "and"):
            self.subjects[-1] = replace(self.subjects[-1], relation="before")
        elif word in tables["verbs"]["marks"] and noun_follows(self.words, self.at):  # a sleeping cat
            waiting.marks = (tables["verbs"]["marks"][word],)
        elif word in tables["verbs"]["marks"]:
            self._mark(word)
        elif word in MOTLEY:
            waiting.motley = True
        elif word not in stop_words() and len(word) > 2:
            self._unknown_word(word)
        return 1

    def _unknown_word(self, word: str) -> None:
        """Keep a word; if it is a noun, with the colour that waits for it."""
        is_noun = ends_here(self.words, self.at + 1) and not word.endswith(DOING)
        self._unknown(f"{self.waiting.color} {word}" if is_noun and self.waiting.color else word)
        if is_noun:
            self.waiting = Waiting()

    def _unknown(self, word: str) -> None:
        """Keep a word that is not drawn; what must not be there is not missed."""
        if not self.excluding:
            self.unknown.append(word)

    def _color(self, name: str, length: int) -> int:
        """Take a colour: of the next noun, or of the one before it ("the cat is white")."""
        before = self.words[self.at - 1] if self.at else ","
        of_the_last = bool(self.subjects) and before in SAID_OF
        if of_the_last and not noun_follows(self.words, self.at + length - 1):
            self.subjects[-1] = replace(self.subjects[-1], color=name)
            self.waiting.relation = None
            return length
        if self.waiting.color:
            self.waiting.others += (name,)
        else:
            self.waiting.color = name
        return length

    def _material(self, name: str) -> None:
        if self.waiting.relation == "made" and self.subjects:
            self.subjects[-1] = replace(self.subjects[-1], material=name)
            self.waiting = Waiting()
        else:
            self.waiting.material = name

    def _pronoun(self) -> None:
        """Let "with a vase on it" say where the vase is."""
        if len(self.subjects) > 1 and self.waiting.relation in BACKWARDS and self.subjects[-1].relation == "with":
            self.subjects[-1] = replace(self.subjects[-1], relation=self.waiting.relation, reverse=True)
        self.waiting.relation = None

    def _on_body(self, where: str) -> bool:
        """Take the shoulder or the head on which someone is; give whether it was one."""
        if self.waiting.relation == "on" and self._ahead() == "of":  # on the shoulder of a pirate
            self.waiting.relation = where
            return True
        last = self.subjects[-1] if self.subjects else None
        if last is None or last.relation != "on" or not (last.reverse or self.noun_end == self.at):
            return False
        self.subjects[-1] = replace(last, relation=where)  # on a pirate's shoulder, with a parrot on his shoulder
        return True

    def _relation(self, *, least: int = 1) -> int:
        """Take a relation of at least `least` words; give how many it took."""
        found = relation_at(self.words, self.at, least=least)
        if found is None:
            return 0
        relation, length = found
        if is_name(" ".join(self.words[self.at : self.at + length + 1])):
            return 0  # a flying saucer, a playing card
        if self.excluding and relation != "and":
            self.excluding = False
        if relation != "and" or self.waiting.relation is None:
            self.waiting.relation = relation
        self._mark(self.words[self.at])
        return length

    def _mark(self, word: str) -> None:
        """Show what the last subject does, as far as there is a sign for it."""
        key = table("modifiers")["verbs"]["marks"].get(word)
        if self.subjects and key:
            last = self.subjects[-1]
            self.subjects[-1] = replace(last, marks=(*last.marks, key))
