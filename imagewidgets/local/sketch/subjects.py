"""What a prompt names: one noun with all that describes it."""

from __future__ import annotations

from dataclasses import dataclass


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
        The relation before it in its basic form ("wearing", "on", "and" ...).
    young
        Whether it is a baby of its kind.
    marks
        Drawings that show what it does, as the Zs of a sleeper.
    touch
        What an edit has made a little different about it.
    material
        The name of what it is made of, if that was given.
    role
        The drawing of the person whose clothes it wears: of a koala astronaut the astronaut.
    reverse
        Whether the relation says where it is itself: the vase of a table with a vase on it.
    aloft
        Whether it is in the air above a place.
    motley
        Whether its copies have different colours.
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
    material: str | None = None
    role: str | None = None
    reverse: bool = False
    aloft: bool = False
    motley: bool = False

    @property
    def glyph(self) -> str:
        """The key of its first drawing."""
        return self.glyphs[0]


@dataclass
class Waiting:
    """Words that wait for their noun."""

    count: int = 1
    color: str | None = None
    others: tuple[str, ...] = ()
    scale: float = 1.0
    relation: str | None = None
    young: bool = False
    motley: bool = False
    marks: tuple[str, ...] = ()
    material: str | None = None
