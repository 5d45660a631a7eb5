"""Read a prompt: words to subjects, place, time, weather and styles."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.reader import Reader
from imagewidgets.local.sketch.styles import find_styles
from imagewidgets.local.sketch.subjects import Subject, Touch

LONGEST_PROMPT = 400  # words; what comes after them is not read
# Of two places in one prompt the second one of a pair holds the first: a mountain lake is a lake.
INSIDE_OF = (
    {(place, "lake") for place in ("mountains", "forest", "meadow", "park", "city")}
    | {(place, "river") for place in ("mountains", "forest", "meadow", "park", "city", "jungle", "village")}
    | {(place, "waterfall") for place in ("mountains", "forest", "jungle", "river")}
    | {("room", inner) for inner in ("pool", "library", "kitchen", "bedroom", "window", "office")}
    | {
        ("sea", "beach"),
        ("sea", "island"),
        ("sea", "harbor"),
        ("city", "street"),
        ("city", "park"),
        ("kitchen", "window"),
    }
    | {(place, inner) for place in ("sea", "beach", "city") for inner in ("underwater", "snowfield")}
)


@dataclass(frozen=True)
class Prompt:
    """What was understood of a prompt.

    `colors` are those that were given to no noun, `unknown` the words without a drawing, `quote` a text in quotation
    marks, `excluded` the drawings, places and weather that must not be there. `reflected` says that a water is named as
    a mirror.
    """

    text: str
    subjects: tuple[Subject, ...] = ()
    styles: tuple[str, ...] = ()
    time: str | None = None
    weather: str | None = None
    season: str | None = None
    place: str | None = None
    colors: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    quote: str | None = None
    excluded: frozenset[str] = frozenset()
    removal: bool = False
    reflected: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it can be drawn as a scene."""
        return not (self.subjects or self.place or self.weather or self.time or self.season)

    def touched(self, touches: tuple[Touch, ...]) -> Prompt:
        """Give the prompt with these drawings a little different."""
        found = {touch.drawing: touch for touch in touches}
        return replace(
            self,
            subjects=tuple(
                replace(subject, touch=found[subject.glyph], color=subject.color or found[subject.glyph].color)
                if subject.glyph in found
                else subject
                for subject in self.subjects
            ),
        )

    def without(self, excluded: frozenset[str]) -> Prompt:
        """Give the prompt without these drawings, places, times and weathers."""
        if not excluded:
            return self
        return replace(
            self,
            subjects=tuple(subject for subject in self.subjects if not excluded & set(subject.glyphs)),
            time=None if self.time in excluded else self.time,
            weather=None if self.weather in excluded else self.weather,
            season=None if self.season in excluded else self.season,
            place=None if self.place in excluded else self.place,
            excluded=self.excluded | excluded,
        )


def _place(places: list[str]) -> str | None:
    """Choose among the places named: the first one, or the one that lies inside of it."""
    if not places:
        return None
    chosen = places[0]
    for other in places[1:]:
        if (chosen, other) in INSIDE_OF:
            chosen = other
    return chosen


@functools.lru_cache(maxsize=256)
def parse(text: str) -> Prompt:
    """Read a prompt.

    Any text can be read: what is not understood is listed in `unknown`.
    """
    quoted = re.search(r'["“]([^"”]{1,24})["”]', text)
    rest = " " + re.sub(r"[^\w\s&'-]|_", " , ", text.lower().replace("’", "'")) + " "
    found = find_styles(rest)
    rest = found.rest
    rest = re.sub(r"\bblack[- ]and[- ]white\b", " ", rest)  # of an animal: as it is drawn
    rest = re.sub(r"\bunder (?:the )?(?:sea|ocean|water|waves)\b", " underwater ", rest)
    words = [word.strip("'-") or "," for word in re.findall(r"[\w'&-]+|,", rest)][:LONGEST_PROMPT]
    words = [re.sub(r"'s$", "", word) for word in words]
    removal = bool(words) and words[0] in table("modifiers")["verbs"]["remove"]
    reader = Reader(words[1:] if removal else words)
    reader.read()
    return Prompt(
        text=text,
        subjects=tuple(reader.subjects),
        styles=found.styles,
        time=reader.time,
        weather=reader.weather,
        season=reader.season,
        place=_place(reader.places),
        colors=tuple(reader.colors),
        unknown=tuple(dict.fromkeys((*reader.unknown, *found.dropped))),
        quote=quoted.group(1) if quoted else None,
        excluded=frozenset(reader.excluded),
        removal=removal,
        reflected=reader.reflected,
    )
