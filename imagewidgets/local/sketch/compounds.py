"""Two nouns that are one thing: a koala astronaut, a robot dog, a glass of red wine."""

from __future__ import annotations

from dataclasses import replace

from imagewidgets.local.sketch.subjects import Subject
from imagewidgets.local.sketch.vocabulary import glyph, lookup, one_of

ROBOT, ROBOTS_MATERIAL = "🤖", "metal"


def compound(first: Subject, second: Subject) -> tuple[Subject, tuple[str, ...]]:
    """Make one of two nouns in a row; give it with the words that are left out.

    A koala astronaut and an astronaut koala are a koala in the clothes of one, a robot dog is a dog of metal, a
    retriever puppy a dog. Of others the second noun counts.
    """
    animal_first = glyph(first.glyph).is_animal and not glyph(second.glyph).is_animal
    kept, other = (first, second) if animal_first and glyph(second.glyph).is_alive else (second, first)
    role, material = first.role or second.role, first.material or second.material
    left_out: tuple[str, ...] = ()
    both = kept.glyph == other.glyph
    if other.glyph == ROBOT:
        material, both = ROBOTS_MATERIAL, True
    elif glyph(kept.glyph).is_animal and glyph(other.glyph).is_person:
        role, both = other.glyph, True
    elif not both:
        left_out = (other.word,)
    made = replace(
        kept,
        word=f"{first.word} {second.word}" if both else kept.word,
        count=max(second.count, first.count),
        color=first.color or second.color,
        scale=first.scale,
        relation=first.relation,
        young=first.young or second.young,
        material=material,
        role=role,
        reverse=first.reverse,
        marks=(*first.marks, *second.marks),
    )
    return made, left_out


def portion(holder: Subject, filling: Subject) -> Subject | None:
    """Give the one drawing of a holder and what is in it, whatever stands between them; None if there is none.

    A glass of red wine is a glass of wine, a cup of hot coffee a cup of coffee.
    """
    word = f"{holder.word} of {filling.word}"
    if holder.glyph == filling.glyph:
        return replace(holder, word=word)
    vessel = one_of(holder.word.removesuffix("es"))
    keys = (lookup(f"{vessel} of {noun}") for noun in (filling.word, filling.word.split()[-1]))
    key = next((key for key in keys if key is not None), None)
    if key is None:
        return None
    return replace(holder, glyphs=(key,), word=word, color=filling.color or holder.color)
