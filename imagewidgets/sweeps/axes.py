"""`Axis`: values that a sweep goes through, and what counts as several values.

Several are a list, a tuple, a range and other sequences, a one-dimensional array, and a column of a pandas frame.
Everything else is one value: text, numbers, dictionaries, None, pictures. Where pictures are meant, an array is one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from PIL import Image

from imagewidgets.display.captions import shortened
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import read_recipe

PICTURES = frozenset({"image", "mask", "markup"})
"""The parameters whose values are pictures."""

MOST_VALUES = 1_000_000  # of one axis: more is a slip, such as range(2**32) for seeds
LABEL_LENGTH = 60  # characters
_WORDS_OF_A_RECIPE = 4
NONE, DEFAULT = "none", "default"  # the labels of no words, and of a parameter that is left out


@dataclass(frozen=True)
class Axis:
    """Something that varies in a sweep.

    Attributes
    ----------
    name : str
        The parameter, the place in the prompt, or the alternatives: ``quality``, ``season``, ``red|blue``. ``row``
        stands for several together that a table gives, each value a dictionary.
    values : tuple
        What it goes through, each once.
    labels : tuple of str
        The words for them, each different from the others.
    parameter : bool
        Whether it is a parameter of the request. Otherwise its values are words of the prompt, or rows of a table.
    """

    name: str
    values: tuple[Any, ...]
    labels: tuple[str, ...]
    parameter: bool = field(default=False, repr=False)

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(
        cls,
        name: str,
        values: Iterable[Any],
        label: Callable[[Any, int], str] | None = None,
        *,
        parameter: bool = False,
    ) -> Axis:
        """Make an axis; values that are equal are taken once.

        Parameters
        ----------
        name
            What it is called.
        values
            At least one.
        label
            Returns the words for a value and its number from 0; left out, they follow from the value.
        parameter
            Whether it is a parameter of the request.

        Raises
        ------
        InvalidRequestError
            There is no value, or there are more than a million.

        Examples
        --------
        >>> from imagewidgets.sweeps.axes import Axis
        >>> Axis.of("quality", ["low", "high", "low"])
        Axis(name='quality', values=('low', 'high'), labels=('low', 'high'))
        """
        values = list(islice(values, MOST_VALUES + 1))
        if len(values) > MOST_VALUES:
            raise InvalidRequestError(
                f"{name} has more than {MOST_VALUES:,} values, and an axis has no more. Give fewer.", param=name
            )
        kept = tuple({identity(value): value for value in values}.values())
        if not kept:
            raise InvalidRequestError(
                f"{name} has no value, so there would be nothing to make. Give at least one, or leave it out.",
                param=name,
            )
        say = label or (_picture_label(name) if name in PICTURES else value_label)
        labels = [shortened(say(value, number), LABEL_LENGTH) for number, value in enumerate(kept)]
        return cls(name, kept, _unlike(labels), parameter)


def several(name: str, value: Any, *, pictures: bool = False) -> list[Any] | tuple[Any, ...] | range | None:
    """Return the values of what is several, as `Axis` takes them; None of what is one.

    Parameters
    ----------
    name
        For messages.
    value
        What was given.
    pictures
        Whether pictures are meant, so that an array is one.

    Raises
    ------
    InvalidRequestError
        They have no order (a set), can be read only once (an iterator), or are a table.
    """
    dimensions = getattr(value, "ndim", None)
    if pictures and (dimensions is not None or hasattr(value, "__array__")):
        return None
    if isinstance(dimensions, int) and (dimensions > 1 or hasattr(value, "tolist")):
        if dimensions > 1:
            raise InvalidRequestError(
                f"{name} has {dimensions} dimensions. Give one column or row of it, or the table as rows=.", param=name
            )
        return [plain(each) for each in value.tolist()] if dimensions else None
    if isinstance(value, range):
        return value
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | memoryview):
        return list(value)
    if isinstance(value, AbstractSet) or (hasattr(value, "__next__") and not hasattr(value, "read")):
        kind = type(value).__name__
        why = "has no order" if isinstance(value, AbstractSet) else "can be read only once"
        raise InvalidRequestError(f"{name} is a {kind}, which {why}. Give a list of its values.", param=name)
    return None


def plain(value: Any) -> Any:
    """Return a number of NumPy's as Python's, and a value that pandas calls missing as None."""
    if type(value).__module__.partition(".")[0] == "numpy" and getattr(value, "ndim", None) == 0:
        value = value.tolist()
    if (isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType"):
        return None
    return value


def value_label(value: Any, _number: int = 0) -> str:
    """Return the words for a value."""
    if value is None:
        return DEFAULT
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return " ".join(str(value).split()) or NONE


def picture_label(value: Any, number: int, *, kind: str = "picture") -> str:
    """Return the words for a picture: the name of its file, the first words of its recipe's prompt, or its number."""
    if isinstance(value, list | tuple) and value:
        more = f" + {len(value) - 1}" if len(value) > 1 else ""
        return picture_label(value[0], number, kind=kind) + more
    if value is None:
        return NONE
    path = value if isinstance(value, str | PurePath) else getattr(value, "filename", None)
    if isinstance(path, str | PurePath) and str(path) and not str(path).startswith("data:"):
        return PurePath(str(path)).name
    recipe = (read_recipe(value) or {}) if isinstance(value, Image.Image) else {}
    request = recipe.get("request")
    words = str(request.get("prompt") or "").split() if isinstance(request, dict) else []
    return " ".join(words[:_WORDS_OF_A_RECIPE]) or f"{kind} {number + 1}"


def _picture_label(name: str) -> Callable[[Any, int], str]:
    kind = "picture" if name == "image" else name
    return lambda value, number: picture_label(value, number, kind=kind)


def identity(value: Any) -> object:
    """Return what two values have in common only where they are the same; of pictures, where they are one."""
    if value is None or isinstance(value, str | int | float):
        return type(value), value  # True is not 1
    if isinstance(value, Path):
        return value
    if isinstance(value, Mapping):
        return tuple((name, identity(each)) for name, each in value.items())
    return id(value)


def _unlike(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the labels, with a number behind those that have been there before."""
    taken: set[str] = set()
    found = []
    for label in labels:
        again, unlike = 1, label
        while unlike in taken:
            again += 1
            unlike = f"{label} ({again})"
        taken.add(unlike)
        found.append(unlike)
    return tuple(found)
