"""The prompt of a sweep: text with alternatives, ``{red|blue}``, and with places for values, ``{season}``.

``{{`` and ``}}`` stand for the braces themselves. Alternatives are taken as they are written, spaces and all, so that
``"a fox{|, at night}"`` is "a fox" and "a fox, at night".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from imagewidgets.display.captions import shortened
from imagewidgets.errors import InvalidRequestError

NAME_LENGTH = 30
"""Characters of the name of an axis that is named by its alternatives."""

_OF_EACH = 14  # characters of an alternative in it, where it is too long
_SHOWN = 30  # characters of the prompt around a brace that has no other, in a message
_WORDS = (str, int, float, Decimal, date, time)  # what can stand in a sentence; datetime is a date, too


@dataclass(frozen=True)
class Slot:
    """A place in a prompt where the value of this name goes."""

    name: str


@dataclass(frozen=True)
class Template:
    """A prompt whose words vary.

    Attributes
    ----------
    text : str
        As it was given.
    parts : tuple of str and Slot
        Its fixed words and the places between them, in order.
    choices : dict
        The alternatives that stand in it, each by the name that its `Slot` has.

    Examples
    --------
    >>> from imagewidgets.sweeps.template import Template
    >>> fox = Template.parse("a {red|blue} fox in {season}")
    >>> fox.names, fox.choices
    (('red|blue', 'season'), {'red|blue': ('red', 'blue')})
    >>> fox.fill({"red|blue": "blue", "season": "spring"})
    'a blue fox in spring'
    """

    text: str
    parts: tuple[str | Slot, ...]
    choices: Mapping[str, tuple[str, ...]]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a prompt.

        Raises
        ------
        InvalidRequestError
            A brace has no other, or there is nothing, or another brace, between two.
        """
        parts: list[str | Slot] = []
        choices: dict[str, tuple[str, ...]] = {}
        at, words = 0, ""
        while at < len(text):
            two = text[at : at + 2]
            if two in ("{{", "}}"):
                words, at = words + two[0], at + 2
            elif text[at] == "}":
                raise _unbalanced(text, at, "is closed that was never opened")
            elif text[at] == "{":
                end = text.find("}", at)
                if end < 0:
                    raise _unbalanced(text, at, "is never closed")
                name = _slot(text[at + 1 : end], choices)
                parts += [words, Slot(name)] if words else [Slot(name)]
                at, words = end + 1, ""
            else:
                words, at = words + text[at], at + 1
        return cls(text, (*parts, words) if words else tuple(parts), choices)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its places in order, each once."""
        return tuple(dict.fromkeys(part.name for part in self.parts if isinstance(part, Slot)))

    def fill(self, values: Mapping[str, Any]) -> str:
        """Return the prompt with a value in each place; None is no words at all.

        Raises
        ------
        InvalidRequestError
            A value is missing, or is nothing that can be said in words, such as a picture.
        """
        return "".join(part if isinstance(part, str) else _said(part.name, values) for part in self.parts)


def _slot(inside: str, choices: dict[str, tuple[str, ...]]) -> str:
    """Return the name of the place that these braces make, and take note of its alternatives."""
    if "{" in inside:
        raise InvalidRequestError(
            f"There is a brace inside of braces: '{{{shortened(inside, _SHOWN)}'. Alternatives hold plain words; give "
            "what varies inside of them as another list. For the braces themselves, write {{ and }}.",
            param="prompt",
        )
    if "|" not in inside:
        if name := inside.strip():
            return name
        raise InvalidRequestError(
            "There is nothing between the braces {}. Write alternatives, as {red|blue}, or a name, as {season}, for "
            "values that are given as season=[…]; for the braces themselves, write {{}}.",
            param="prompt",
        )
    alternatives = tuple(inside.split("|"))
    name = plain = _named_by([words_of(each) for each in alternatives])
    again = 1
    while name in choices:
        again += 1
        name = f"{plain} {again}"
    choices[name] = alternatives
    return name


def _named_by(words: Sequence[str]) -> str:
    """Return the name of an axis of alternatives; there is a bar in it, however long they are."""
    whole = "|".join(words)
    if len(whole) <= NAME_LENGTH:
        return whole
    return shortened("|".join(shortened(each, _OF_EACH) for each in words), NAME_LENGTH)


def words_of(alternative: str) -> str:
    """Return an alternative without the spaces and commas at its ends: what it is called."""
    return alternative.strip(" ,;\t\n")


def _said(name: str, values: Mapping[str, Any]) -> str:
    try:
        value = values[name]
    except KeyError:
        raise missing(name) from None
    if value is None:
        return ""
    if not isinstance(value, _WORDS):
        raise InvalidRequestError(
            f"{{{name}}} stands in the prompt, and {name} has a value that is no text: a {type(value).__name__}. Give "
            "words or numbers.",
            param=name,
        )
    return str(value)


def missing(name: str) -> InvalidRequestError:
    """Return the error that says that nothing was given for a place."""
    return InvalidRequestError(
        f"The prompt has {{{name}}}, and no {name} is given. Give {_as_argument(name)}, or write {{{{{name}}}}} for "
        "the braces themselves.",
        param=name,
    )


def _as_argument(name: str) -> str:
    return f"{name}=[…]" if name.isidentifier() else f"**{{{shortened(name, _SHOWN)!r}: […]}}"


def _unbalanced(text: str, at: int, what: str) -> InvalidRequestError:
    around = shortened(text[max(0, at - _SHOWN // 2) :], _SHOWN)
    return InvalidRequestError(
        f"A brace of the prompt {what}: '{around}' (character {at + 1}). For a brace itself, write {text[at] * 2}.",
        param="prompt",
    )
