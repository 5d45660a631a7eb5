"""From the model table to the controls of a form: what is shown, and what a change of model does to the settings.

Pure functions over `imagewidgets.models`: no widget, no browser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagewidgets.models import MODELS, SKETCH, Model, accepts_size, parse_size
from imagewidgets.rules import WHOLE_NUMBERS

SETTINGS = (
    "size",
    "quality",
    "n",
    "background",
    "output_format",
    "output_compression",
    "style",
    "moderation",
    "seed",
    "user",
)
"""The settings of a form beside prompt and model, by the API's names, in the order in which they are shown."""

LABELS = {
    "size": "Size",
    "quality": "Quality",
    "n": "Pictures",
    "background": "Background",
    "output_format": "Format",
    "output_compression": "Compression",
    "style": "Style",
    "moderation": "Moderation",
    "seed": "Seed",
    "user": "User label",
}

UNKNOWN_MODEL = Model(
    name="",
    operations=SKETCH.operations,
    sizes=("1024x1024", "1536x1024", "1024x1536"),
    free_size=SKETCH.free_size,
    max_n=10,
    parameters=SKETCH.parameters,
)
"""What is offered for a model that is not in the table: every parameter, and any value of it."""

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_SEGMENTS = frozenset({"background", "style"})  # few short choices: all of them in sight
_MAIN = ("size", "quality")  # always in sight, like the count
_COMPRESSED = frozenset({"webp", "jpeg"})

# Values of other models that mean about the same, best first.
_LIKE = {
    "hd": ("high",),
    "high": ("hd",),
    "xhigh": ("high", "hd"),
    "max": ("xhigh", "high", "hd"),
    "medium": ("standard",),
    "low": ("standard",),
    "auto": ("standard",),
    "standard": ("auto", "medium"),
}


def rules_of(model: str) -> Model:
    """Return the row of the table for a model, or `UNKNOWN_MODEL`."""
    return MODELS.get(model, UNKNOWN_MODEL)


def _choices(name: str, rules: Model) -> tuple[str, ...]:
    """Return the values that a form offers: of the file formats, those of a single picture made of pixels."""
    return tuple(value for value in rules.choices(name) if value not in ("gif", "svg"))


def menu(model: str, *, offline: bool) -> list[dict[str, str]]:
    """Return the models to choose from: ``value`` and ``label`` of each, the current one always among them.

    The embedded engine emulates all models of the table; elsewhere ``sketch`` is left out and retired ones are marked.
    Dated snapshots are left out: their plain names are the same models.
    """
    shown = [
        {"value": name, "label": name if offline or row.shutdown is None else f"{name} (retired or retiring)"}
        for name, row in MODELS.items()
        if name == model or (not _SNAPSHOT.search(name) and (offline or row is not SKETCH))
    ]
    return shown if model in MODELS else [{"value": model, "label": model}, *shown]


def describe(model: str) -> dict[str, Any]:
    """Return the controls of a model as JSON values.

    ``prompt_length`` (characters; None where it is not known), ``max_n``, and the fields in the order in which they
    are shown: ``main`` always in sight, ``more`` behind "More options". A field has ``name``, ``label`` and ``kind``
    (size, select, segments, range, number or text); ``choices`` are pairs of value and label.
    """
    rules = rules_of(model)
    names = [name for name in SETTINGS if rules.takes(name) or rules is UNKNOWN_MODEL]
    return {
        "prompt_length": None if rules is UNKNOWN_MODEL else rules.prompt_length,
        "max_n": rules.max_n,
        "main": [_field(name, rules) for name in names if name in _MAIN],
        "more": [_field(name, rules) for name in names if name not in _MAIN and name != "n"],
    }


def _field(name: str, rules: Model) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "label": LABELS[name]}
    if name == "size":
        choices = [[size, size_label(size)] for size in rules.sizes]
        custom = rules.free_size.describe() if rules.free_size else None
        return {**field, "kind": "size", "choices": choices, "custom": custom}
    if choices := [[value, value] for value in _choices(name, rules)]:
        return {**field, "kind": "segments" if name in _SEGMENTS else "select", "choices": choices}
    if name == "output_compression":
        return {**field, "kind": "range", "min": 0, "max": 100}
    if name == "seed":
        return {**field, "kind": "number", "placeholder": "new each time"}
    return {**field, "kind": "text", "placeholder": "optional"}


def size_label(size: str) -> str:
    """Return a size in words: ``"1024 × 1536 portrait"``."""
    pair = parse_size(size)
    if pair is None:
        return size
    width, height = pair
    shape = "square" if width == height else "landscape" if width > height else "portrait"
    return f"{width} × {height} {shape}"


def defaults(model: str) -> dict[str, Any]:
    """Return the settings of a fresh form: size and quality as the model has them by default, the rest left out."""
    rules = rules_of(model)
    values: dict[str, Any] = dict.fromkeys(SETTINGS)
    return {**values, "size": rules.sizes[0], "quality": next(iter(rules.qualities), None), "n": 1}


def parameters(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that are sent: those that are set, and a compression only for formats that have one."""
    chosen = {name: values[name] for name in SETTINGS if values[name] not in (None, "")}
    if chosen.get("output_format") not in _COMPRESSED:
        chosen.pop("output_compression", None)
    return chosen


@dataclass(frozen=True)
class Change:
    """One setting that a model could not keep; `new` is None where it was removed."""

    name: str
    old: Any
    new: Any


def adapt(values: Mapping[str, Any], model: str) -> tuple[dict[str, Any], list[Change]]:
    """Fit settings to another model.

    What the model takes is kept. A value that it does not know becomes the nearest that it does: a size of the same
    shape, a quality that means the same, the largest count. What it has no parameter for is left out.

    Returns
    -------
    tuple
        The new settings, and what was changed in them. Filling in a quality where the form had none is no change.
    """
    rules = rules_of(model)
    fitted = {name: _fit(name, values[name], rules) for name in SETTINGS} if model in MODELS else dict(values)
    changes = [Change(name, values[name], fitted[name]) for name in SETTINGS if values[name] != fitted[name]]
    # What is gone comes first: it is what a person would miss.
    return fitted, sorted((change for change in changes if change.old is not None), key=lambda c: c.new is not None)


def _fit(name: str, value: Any, rules: Model) -> Any:
    if name == "size":
        return _fit_size(value, rules)
    if name == "n":
        return min(value, rules.max_n)
    if not rules.takes(name):
        return None
    choices = _choices(name, rules)
    if not choices or value in choices:
        return value
    if value is None:
        return choices[0] if name == "quality" else None
    return next((like for like in _LIKE.get(value, ()) if like in choices), choices[0])


def _fit_size(size: str | None, rules: Model) -> str:
    if size is None:
        return rules.sizes[0]
    if accepts_size(rules, size):
        return size
    wanted = parse_size(size)
    pairs = {name: pair for name in rules.sizes if (pair := parse_size(name))}
    if wanted is None or 0 in wanted:
        return rules.sizes[0]
    width, height = wanted

    def distance(name: str) -> tuple[float, int]:
        w, h = pairs[name]
        ratio = (w / h) / (width / height)
        return max(ratio, 1 / ratio), abs(w * h - width * height)

    return min(pairs, key=distance)


def change_note(model: str, changes: list[Change]) -> list[list[Any]]:
    """Say what a change of model did to the settings, as pairs of text and whether it is emphasised.

    ``Changed for gpt-image-2: style removed (it has none), quality hd → high. Prompt, size and count kept.``
    """
    parts: list[list[Any]] = [[f"Changed for {model}: ", False]]
    for index, change in enumerate(changes):
        name = LABELS[change.name].lower()
        if index:
            parts.append([", ", False])
        if change.new is None:
            parts += [[name, True], [" removed (it has none)", False]]
        else:
            parts += [[f"{name} {_plain(change.old)} → ", False], [_plain(change.new), True]]
    changed = {change.name for change in changes}
    kept = ["Prompt", *(word for name, word in (("size", "size"), ("n", "count")) if name not in changed)]
    listed = " and ".join([", ".join(kept[:-1]), kept[-1]] if len(kept) > 1 else kept)
    return [*parts, [f". {listed} kept.", False]]


def _plain(value: Any) -> str:
    pair = parse_size(value) if isinstance(value, str) else None
    return f"{pair[0]} × {pair[1]}" if pair else str(value)


def typed(name: str, value: object) -> Any:
    """Return the value of a setting from what came out of its control: text for a number, nothing for left out.

    Raises
    ------
    ValueError
        A count, a seed or a compression that is no whole number.
    """
    if value in (None, ""):
        return 1 if name == "n" else None
    if name in WHOLE_NUMBERS and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise ValueError(f"{LABELS[name]} must be a whole number, not {value!r}.") from None
    return value
