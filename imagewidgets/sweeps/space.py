"""What a sweep goes through: the axes that its arguments make, and what each cell is given of them."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from imagewidgets.display.captions import shortened
from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import EDIT, GENERATE, PARAMETERS, VARIATION
from imagewidgets.sweeps import sources
from imagewidgets.sweeps.axes import LABEL_LENGTH, NONE, PICTURES, Axis, identity, several, value_label
from imagewidgets.sweeps.template import Template, missing, words_of

ROW = "row"
"""The name of the axis whose values are the rows of a table."""

KNOWN = frozenset(
    {*PARAMETERS[GENERATE], *PARAMETERS[EDIT], *PARAMETERS[VARIATION], "extra", "fit", "take", "paste_back"}
)
"""The parameters that a sweep takes."""

_TAKEN = frozenset({"prompt", "rows", ROW, "client", "executor", "max_workers", "take"})
_FINISHED = "A sweep asks for finished pictures, and shows each as it comes. Leave {} out."
_NOT_HERE = {
    "stream": _FINISHED.format("stream"),
    "partial_images": _FINISHED.format("partial_images"),
    "paste_back": "A sweep keeps pictures as they came. Leave paste_back out.",
}


@dataclass(frozen=True)
class Space:
    """What a sweep goes through.

    Attributes
    ----------
    title : str
        The prompt as it was given, or what stands in its place.
    axes : tuple of Axis
        What varies.
    fixed : dict
        What all cells are given: parameters and words for the prompt, by name.
    places : frozenset of str
        The names that stand in prompts: values that are words, and no parameters.
    rows : bool
        Whether an axis is the rows of a table.
    """

    title: str
    axes: tuple[Axis, ...]
    fixed: Mapping[str, Any]
    places: frozenset[str]
    rows: bool

    @classmethod
    def of(cls, prompt: Any, rows: Any, take: Any, parameters: Mapping[str, Any]) -> Space:
        """Sort the arguments of a sweep: `prompt`, `rows` and `take` as `sweep` takes them, and all others.

        Raises
        ------
        InvalidRequestError
            They make no sweep; the sentence says what to do.
        """
        table = None if rows is None else sources.rows(rows)
        prompts, title = _prompts(prompt)
        written = prompts or [row["prompt"] for row in table or () if row.get("prompt") is not None]
        choices, places = _read(written, one=len(prompts) == 1)
        given = {**parameters, "take": take}
        _check_names(given, places)
        given = {name: value for name, value in given.items() if name in places or name not in _NOT_HERE}
        if table is not None:
            table = _checked_rows(table, places - choices.keys(), {**given, **({"prompt": prompts} if prompts else {})})
        found = {name: _axis(name, value, words=name in places) for name, value in given.items()}
        found.update({name: Axis.of(name, values, _said) for name, values in choices.items()})
        if prompts:
            found["prompt"] = Axis.of("prompt", prompts, value_label)
        if table is not None:
            labels = sources.row_labels(table)
            found[ROW] = Axis.of(ROW, table, lambda _, number: labels[number])
        for name in sorted(places - found.keys() - (table[0] if table else {}).keys()):
            raise missing(name)
        axes = tuple(found[name] for name in _order(found, written) if len(found[name]) > 1)
        fixed = _fixed(found)
        if math.prod(map(len, axes)) > sys.maxsize:
            raise InvalidRequestError("There are more combinations than can be counted. Give fewer values.")
        rows_vary = any(axis.name == ROW for axis in axes)
        return cls(title or _title(table, fixed, axes), axes, fixed, places, rows_vary)

    @cached_property
    def size(self) -> int:
        """How many cells there are: the product of the lengths of the axes."""
        return math.prod(map(len, self.axes))

    def index(self, number: int) -> tuple[int, ...]:
        """Return which value of each axis a cell has; `number` counts them from 0, the last axis fastest."""
        places = []
        for axis in reversed(self.axes):
            number, place = divmod(number, len(axis))
            places.append(place)
        return tuple(reversed(places))

    def given(self, index: Sequence[int]) -> dict[str, Any]:
        """Return what a cell is given, by name: parameters, and words for the prompt."""
        given = dict(self.fixed)
        for axis, place in zip(self.axes, index, strict=True):
            value = axis.values[place]
            if axis.name == ROW:
                given.update(value)
            else:
                given[axis.name] = value
        return given


def _prompts(prompt: Any) -> tuple[list[str], str]:
    """Return the prompts that are given, and a title where there is one of which all are made."""
    if prompt is None:
        return [], ""
    if sources.is_table("prompt", prompt):
        found: Any = sources.column("prompt", prompt)
    else:
        found = several("prompt", prompt)
        if found is None:
            found = [prompt]
    for each in found:
        if not isinstance(each, str):
            raise InvalidRequestError(
                f"prompt must be text, or a list of texts, not {type(each).__name__} {each!r:.60}.", param="prompt"
            )
    if not found:
        raise InvalidRequestError("prompt has no text, so there would be nothing to make.", param="prompt")
    return list(dict.fromkeys(found)), found[0] if len(found) == 1 else ""


def _read(prompts: Sequence[str], *, one: bool) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Return the alternatives that stand in the prompts, and the names of all their places."""
    choices: dict[str, tuple[str, ...]] = {}
    names: set[str] = set()
    for prompt in prompts:
        template = Template.parse(prompt)
        names.update(template.names)
        choices.update(template.choices)
        if template.choices and not one:
            alternatives = next(iter(template.choices.values()))
            raise InvalidRequestError(
                f"One of several prompts has alternatives: {shortened(prompt, LABEL_LENGTH)!r}. Write a name in their "
                f"place, such as {{kind}}, and give kind={list(alternatives)!r:.60}.",
                param="prompt",
            )
    for name in names & _TAKEN:
        raise InvalidRequestError(
            f"The prompt has {{{name}}}, and {name!r} means something else in a sweep. Choose another name, or write "
            f"{{{{{name}}}}} for the braces themselves.",
            param="prompt",
        )
    return choices, frozenset(names)


def _checked_rows(table: list[sources.Row], words: frozenset[str], given: Mapping[str, Any]) -> list[sources.Row]:
    """Return the rows, each once, with the values of parameters as what they must be."""
    columns = dict.fromkeys(name for row in table for name in row)
    for name in columns:
        if given.get(name) is not None and not (name == "take" and given[name] == 0):
            raise InvalidRequestError(f"{name} is given, and the rows have it as well. Leave one out.", param=name)
    _check_names(columns, words, of="of the rows ")
    for number, row in enumerate(table, 1):
        for name in sorted(words & columns.keys() - row.keys()):
            raise InvalidRequestError(
                f"Row {number} of rows has no {name!r}, which stands in the prompt. Give one, or '' for no words.",
                param=name,
            )
    found = [
        {name: value if name in words else sources.from_text(name, value) for name, value in row.items()}
        for row in table
    ]
    for row in found:
        if row.get("take") is not None:
            _check_take(row["take"])
    return list({identity(row): row for row in found}.values())


def _check_names(given: Mapping[str, Any], places: frozenset[str], *, of: str = "") -> None:
    for name in sorted(given.keys() - places):
        if name in _NOT_HERE and given[name] not in (None, False):
            raise InvalidRequestError(_NOT_HERE[name], param=name)
        if name not in KNOWN:
            near = get_close_matches(name, [*places, *KNOWN], n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise InvalidRequestError(
                f"{name!r} {of}is no parameter and does not stand in the prompt.{hint} Write {{{name}}} in the prompt "
                "where its values shall go, or leave it out.",
                param=name,
            )


def _axis(name: str, value: Any, *, words: bool) -> Axis:
    """Return what was given under a name as an axis, of one value where it is one."""
    label = _said if words else None
    pictures = name in PICTURES and not words
    if sources.is_table(name, value, pictures=pictures):
        found = sources.column(name, value, pictures=pictures)
        values: Any = [each or "" for each in found] if words else [sources.from_text(name, each) for each in found]
    else:
        values = several(name, value, pictures=pictures)
    axis = Axis.of(name, [value] if values is None else values, label, parameter=not words)
    for each in axis.values if name == "take" else ():
        _check_take(each)
    return axis


def _check_take(take: Any) -> None:
    if not isinstance(take, int) or isinstance(take, bool) or take < 0:
        raise InvalidRequestError(
            f"take is {take!r}; in a sweep it must be a whole number from 0 on, or a list of such.", param="take"
        )


def _said(value: Any, _number: int) -> str:
    """Return what a value in the prompt is called."""
    return NONE if value is None else words_of(value_label(value)) or NONE


def _order(found: Mapping[str, Axis], prompts: Sequence[str]) -> list[str]:
    """Return the names of the axes in their order: of the prompt, of the rows, of the parameters, of the take."""
    places = [name for prompt in prompts for name in Template.parse(prompt).names]
    parameters = [name for name in found if name != "take"]
    order = dict.fromkeys(["prompt", *places, ROW, *parameters, "take"])
    return [name for name in order if name in found]


def _fixed(found: Mapping[str, Axis]) -> dict[str, Any]:
    """Return what all cells are given: the axes of one value."""
    fixed: dict[str, Any] = {}
    for axis in found.values():
        if len(axis) == 1:
            fixed.update(axis.values[0] if axis.name == ROW else {axis.name: axis.values[0]})
    return fixed


def _title(table: Sequence[Any] | None, fixed: Mapping[str, Any], axes: Sequence[Axis]) -> str:
    """Return what stands in the place of the one prompt that there is not."""
    if isinstance(fixed.get("prompt"), str):
        return str(fixed["prompt"])
    for axis in axes:
        if axis.name == "prompt":
            return f"{len(axis)} prompts"
    return "Variations" if table is None else f"{len(table):,} rows"
