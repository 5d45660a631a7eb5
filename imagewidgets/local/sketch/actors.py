"""Who belongs to whom: subjects become actors that wear, hold, ride, sit on or contain the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.subjects import Subject
from imagewidgets.local.sketch.vocabulary import glyph

MOST_PARTS = 5
UMBRELLAS = ("☂️", "☔", "⛱️")
TAKEN_IN = ("of", "with", "containing", "full", "in")  # what a container takes in
PLAYED_AT = ("chessboard", "grand piano", "drum kit", "🎹", "🪉")  # too large to be held


@dataclass(frozen=True)
class Actor:
    """A subject with all that moves with it."""

    subject: Subject
    worn: tuple[Subject, ...] = ()
    held: tuple[Subject, ...] = ()
    mount: Subject | None = None
    flown: Subject | None = None
    seat: Subject | None = None
    shape: Subject | None = None
    material: Subject | None = None
    contents: tuple[Subject, ...] = ()
    shown: tuple[Subject, ...] = ()  # what its drawing has already

    @property
    def parts(self) -> tuple[Subject, ...]:
        """All subjects that belong to it."""
        single = (self.mount, self.flown, self.seat, self.shape, self.material)
        return (*self.worn, *self.held, *self.contents, *(part for part in single if part is not None))

    @property
    def glyphs(self) -> frozenset[str]:
        """The keys of its own drawings."""
        return frozenset(self.subject.glyphs)

    def without(self, hidden: frozenset[str]) -> Actor:
        """Give the actor without the parts that are hidden; what it stands in or is made of stays."""
        if not hidden:
            return self
        return replace(
            self,
            worn=tuple(part for part in self.worn if part.glyph not in hidden),
            held=tuple(part for part in self.held if part.glyph not in hidden),
            mount=None if self.mount is None or self.mount.glyph in hidden else self.mount,
            flown=None if self.flown is None or self.flown.glyph in hidden else self.flown,
            seat=None if self.seat is None or self.seat.glyph in hidden else self.seat,
        )


def cast(subjects: tuple[Subject, ...]) -> tuple[Actor, ...]:
    """Group subjects into actors, in the order of the prompt."""
    actors: list[Actor] = []
    last = ""  # the relation by which the subject before joined its actor
    for subject in subjects:
        grouped = len(actors) > 1 and actors[-1].subject.relation == "and"
        how = _joins(actors[-1], subject, last, grouped=grouped) if actors else ""
        if how:
            actors[-1] = _joined(actors[-1], subject, how)
        elif actors and subject.relation == "in" and _takes_in(subject, actors[-1].subject):
            holder = _pot(subject, actors[-1].subject)
            actors[-1] = Actor(holder, contents=(actors[-1].subject,))  # roses in a vase = a vase of roses
        elif actors and subject.relation == "of" and actors[-1].subject.glyph == "💐":
            actors[-1] = Actor(replace(subject, relation=actors[-1].subject.relation))  # a bouquet of roses
        else:
            actors.append(Actor(subject))
        last = how
    return tuple(actors)


def _takes_in(container: Subject, subject: Subject) -> bool:
    """Whether things are heaped in a container: roses in a vase, but no cat, which sits in its box by itself."""
    return container.glyph in kind("containers") and not glyph(subject.glyph).is_alive


def _pot(container: Subject, subject: Subject) -> Subject:
    """Give what takes in a subject: a pot with a plant is none for cooking."""
    pot = table("artwork")["plant_pots"].get(container.glyph)
    return replace(container, glyphs=(pot,)) if pot and glyph(subject.glyph).subgroup.startswith("plant") else container


def _joins(actor: Actor, subject: Subject, last: str, *, grouped: bool) -> str:
    """Tell how a subject joins the actor before it: the name of a field, or "" if it stands alone.

    `grouped` says that the actor is one of several ("a cat and a dog on a sofa").
    """
    verbs = table("modifiers")["verbs"]["attach"]
    relation, item, owner = subject.relation or "", glyph(subject.glyph), glyph(actor.subject.glyph)
    if len(actor.parts) >= MOST_PARTS:
        return ""
    if not subject.color and {subject.glyph, subject.word} & set(table("artwork")["inherent"].get(owner.key, ())):
        return "shown"  # the candles are on the cake already
    if relation in ("shape", "made"):
        return "shape" if relation == "shape" else "material"
    if relation in TAKEN_IN and _takes_in(actor.subject, subject) and item.key not in kind("containers"):
        return "contents"
    if relation == "and":
        return _like_before(item.is_clothing, _shown_as(actor) if last == "shown" else last)
    if relation in verbs["wear"] and item.is_clothing:
        return "worn"  # a pineapple wearing sunglasses, too
    if not owner.is_alive:
        return ""
    if subject.reverse:
        return "worn" if item.is_clothing else ""
    if item.key in kind("mounts") and (relation in verbs["ride"] or (relation == "on" and not grouped)):
        return "mount"
    if relation == "on" and item.key in kind("furniture") & kind("seats") and not grouped and actor.subject.count == 1:
        return "seat"
    if relation in verbs["fly"] and not item.is_alive:
        return "flown"
    if relation in verbs["wear"] or (relation in ("in", "with") and item.is_clothing):
        return "worn"
    if relation in verbs["hold"] and item.key not in PLAYED_AT and item.key not in kind("furniture"):
        return "held"
    if relation in ("with", "under") and _can_be_held(subject, relation):
        return "held"
    return ""


def _like_before(clothing: bool, last: str) -> str:
    """Tell how the second of two things joined by "and" joins: as the first did, where that makes sense."""
    if last == "contents" or (last == "worn" and clothing) or (last == "held" and not clothing):
        return last
    return ""


def _shown_as(actor: Actor) -> str:
    """Tell how the last thing that a drawing has already belongs to it."""
    return "worn" if glyph(actor.shown[-1].glyph).is_clothing else "held"


def _can_be_held(subject: Subject, relation: str) -> bool:
    item = glyph(subject.glyph)
    if subject.glyph in UMBRELLAS or relation == "under":
        return subject.glyph in UMBRELLAS
    return (item.is_thing and subject.glyph not in kind("big")) or item.subgroup == "plant-flower"


def _joined(actor: Actor, subject: Subject, how: str) -> Actor:
    """Give the actor with one more part."""
    if how == "worn":
        return replace(actor, worn=(*actor.worn, subject))
    if how == "held":
        return replace(actor, held=(*actor.held, subject))
    if how == "shown":
        return replace(actor, shown=(*actor.shown, subject))
    if how == "contents":
        actor = replace(actor, subject=_pot(actor.subject, subject))
        return replace(actor, contents=(*actor.contents, subject))
    if how == "mount":
        return replace(actor, mount=subject)
    if how == "seat":
        return replace(actor, seat=subject)
    if how == "flown":
        return replace(actor, flown=subject)
    return replace(actor, shape=subject) if how == "shape" else replace(actor, material=subject)
