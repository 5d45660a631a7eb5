"""Say in one plain sentence what was drawn, and which words were not."""

from __future__ import annotations

from dataclasses import replace

from imagewidgets.local.sketch.actors import Actor
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.links import find_links
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.scene import Understood
from imagewidgets.local.sketch.subjects import Subject
from imagewidgets.local.sketch.vocabulary import glyph, singular

NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SIZES = ((0.62, "tiny"), (0.8, "small"), (1.1, ""), (1.3, "big"), (9.0, "huge"))
MOODS = {"day": "", "space": "", "sunset": "evening", "sunrise": "morning", "storm": "a storm", "cloud": "clouds"}
WORDS = {
    "on": "on",
    "in": "in",
    "bars": "in",
    "through": "in",
    "before": "in front of",
    "under": "under",
    "behind": "behind",
    "above": "above",
    "left": "to the left of",
    "right": "to the right of",
    "between": "between",
    "reflected": "and the same in",
    "shoulder": "on the shoulder of",
    "head": "on the head of",
}
COLLECTIVE = ("family", "couple", "crowd", "audience")  # many, and one word
SOUNDS_LIKE_YOU = ("uni", "eu", "ufo")
SAME_IN_PLURAL = ("glasses", "sunglasses", "headphones", "goggles", "sheep", "deer", "fish")


def describe(understood: Understood, *, added: tuple[Subject, ...] = (), note: str = "") -> str:
    """Give the sentence, e.g. "two white cats on a red sofa, in a room, evening; not drawn: elevator"."""
    prompt, plan = understood.prompt, understood.plan
    if understood.motif:
        what = "geometric shapes" if "abstract" in prompt.styles else "an abstract colour field"
        if prompt.colors:
            what += f" in {_listed(list(prompt.colors))}"
        said = [what]
    else:
        said = [
            part for part in (_listed([*_everyone(plan), *map(_subject, added)]), _where(plan), _when(plan)) if part
        ]
    said += [style for style in prompt.styles if not (style == "abstract" and understood.motif)]
    if note:
        said.append(note)
    sentence = ", ".join(said)
    return f"{sentence}; not drawn: {', '.join(prompt.unknown)}" if prompt.unknown else sentence


def _everyone(plan: Plan) -> list[str]:
    """Name all actors, those who are somewhere by another one together with it."""
    shown = [i for i, actor in enumerate(plan.actors) if not actor.glyphs & plan.hidden]
    links = [link for link in find_links(plan.actors) if {link.child, link.parent} <= set(shown) and link.how in WORDS]
    named, found = set[int](), list[str]()
    for i in shown:
        own = next((link for link in links if link.child == i), None)
        if i in named or (own is None and any(link.parent == i for link in links)):
            continue
        if own is None:
            found.append(_actor(plan.actors[i]))
            continue
        alike = [link.child for link in links if (link.how, link.parent) == (own.how, own.parent)]
        other = plan.actors[own.parent]
        where = f"the {other.subject.word}" if own.parent in named else _actor(other)
        found.append(f"{_listed([_actor(plan.actors[child]) for child in alike])} {WORDS[own.how]} {where}")
        named.update((*alike, own.parent))
    return found


def _where(plan: Plan) -> str:
    if plan.transparent:
        return "on a transparent background"
    return str(table("places")["places"][plan.place]["phrase"])


def _when(plan: Plan) -> str:
    words = [plan.prompt.season or "", MOODS.get(plan.mood, plan.mood)]
    weather = plan.prompt.weather
    if weather and weather != plan.mood:
        words.append(weather)
    return " with ".join(word for word in words if word)


def _actor(actor: Actor) -> str:
    """Name an actor with all that belongs to it."""
    words = _subject(actor.subject)
    if actor.contents:
        words += f" with {_listed([_subject(item) for item in actor.contents])}"
    if actor.worn:
        words += f" wearing {_listed([_subject(item) for item in actor.worn])}"
    if actor.shown:
        words += f" with {_listed([_subject(replace(item, count=1)) for item in actor.shown])}"
    if actor.held:
        words += f" with {_listed([_subject(item) for item in actor.held])}"
    if actor.flown is not None:
        words += f" flying {_subject(actor.flown)}"
    if actor.shape is not None:
        words += f" in the shape of {_subject(actor.shape)}"
    if actor.material is not None:
        words += f" made of {actor.material.word}"
    if actor.subject.role is not None and " " not in actor.subject.word:
        words += f" dressed as {_article(glyph(actor.subject.role).name)}"
    seat = actor.mount or actor.seat
    if actor.subject.relation == "before":
        words = f"{words} behind"
    return f"{words} on {_subject(seat)}" if seat is not None else words


def _subject(subject: Subject) -> str:
    """Name one subject with its number, size and colour."""
    size = next(word for limit, word in SIZES if subject.scale < limit)
    noun = _plural(subject.word) if subject.count > 1 else subject.word
    words = [size, "baby" if subject.young else "", subject.color or "", subject.material or "", noun]
    if subject.material and noun.startswith(subject.material):
        words[3] = ""
    if subject.color and noun.startswith(subject.color):
        words[2] = ""
    rest = " ".join(word for word in words if word)
    if subject.count > 1 and noun not in COLLECTIVE:
        return f"{NUMBERS[subject.count]} {rest}"
    if singular(noun.split()[-1]) != noun.split()[-1] or noun in SAME_IN_PLURAL[:4]:
        return rest
    return _article(rest)


def _article(rest: str) -> str:
    vowel = rest[0] in "aeiou" and not rest.startswith(SOUNDS_LIKE_YOU)
    return f"{'an' if vowel else 'a'} {rest}"


def _plural(noun: str) -> str:
    holder, of, filling = noun.partition(" of ")
    if of:
        return f"{_plural(holder)} of {filling}"
    last = noun.split()[-1]
    families, irregular = table("nouns")["families"], table("nouns")["irregular"]
    if noun in families or singular(last) != last or last in SAME_IN_PLURAL:
        return noun
    if last in irregular.values():
        return noun[: -len(last)] + str(next(many for many, one in irregular.items() if one == last))
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if last.endswith(("s", "x", "ch", "sh")) else "s")


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
