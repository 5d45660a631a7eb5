"""From the model table to the controls of a form: which are shown, and what they send.

Pure functions over `imagewidgets.models`: no widget, no browser. What a change of model does to the settings is told in
`form_fitting`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from imagewidgets.client import Destination
from imagewidgets.models import EDIT, GENERATE, MODELS, PARAMETERS, SKETCH, VARIATION, Model, parse_size
from imagewidgets.rules import WHOLE_NUMBERS

Place = Literal["sketch", "openai", "other"]
"""Whose server it is: the embedded engine, OpenAI, or another one, which may know parameters of its own."""

OPERATIONS = (GENERATE, EDIT, VARIATION)
"""What a form does, by what it is given."""

LABELS = {
    "size": "Size",
    "quality": "Quality",
    "n": "Pictures",
    "negative_prompt": "Negative prompt",
    "style": "Style",
    "background": "Background",
    "output_format": "Format",
    "output_compression": "Compression",
    "frame_count": "Frames",
    "frame_duration_ms": "Frame time, ms",
    "input_fidelity": "Input fidelity",
    "complexity": "Complexity",
    "partial_images": "Partial pictures",
    "moderation": "Moderation",
    "seed": "Seed",
    "steps": "Steps",
    "fit": "Input shape",
    "user": "User label",
    "safety_identifier": "Safety label",
    "extra": "Extra parameters",
}

SETTINGS = tuple(LABELS)
"""The settings of a form beside prompt and model, by the API's names, in the order in which they are shown."""

NUMBERS = WHOLE_NUMBERS | {"steps"}
"""Settings that are whole numbers."""

MOST_BY_BUTTON = 10  # pictures of a run, however many requests they take

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
_SEGMENTS = frozenset({"background", "style", "input_fidelity"})  # few short choices: all of them in sight
_MAIN = ("size", "quality")  # always in sight, like the count
_COMPRESSED = ("webp", "jpeg")
_STREAMED = ("", "png", "webp", "jpeg")  # "" is a format that was left out
_NEEDS: dict[str, dict[str, tuple[str, ...]]] = {
    "output_compression": {"output_format": _COMPRESSED},
    "frame_count": {"output_format": ("gif",)},
    "frame_duration_ms": {"output_format": ("gif",)},
    "partial_images": {"output_format": _STREAMED},
}
_PLACEHOLDERS = {
    "negative_prompt": "what it shall not show",
    "seed": "new each time",
    "frame_count": "9",
    "frame_duration_ms": "200",
    "steps": "as the server likes",
    "extra": "cfg_scale=7, watermark=false",
    "limit": "never",
}
_WIDE = frozenset({"negative_prompt", "extra"})
_FIT = (("", "As it is"), ("pad", "Pad to a square"), ("crop", "Crop to a square"))


def place_of(destination: Destination) -> Place:
    """Return whose server a destination is."""
    return {"offline": "sketch", "cloud": "openai"}.get(destination.icon, "other")  # type: ignore[return-value]


def rules_of(model: str) -> Model:
    """Return the row of the table for a model, or `UNKNOWN_MODEL`."""
    return MODELS.get(model, UNKNOWN_MODEL)


def takes(name: str, model: str, operation: str = GENERATE, place: Place = "openai") -> bool:
    """Tell whether a setting means something to a model in an operation, at the server that it is sent to."""
    rules = rules_of(model)
    match name:
        case "n":
            return True
        case "extra":
            return place != "sketch"  # the embedded engine refuses what it does not know
        case "fit":
            return operation != GENERATE and (rules.square_png or rules is UNKNOWN_MODEL)
        case "negative_prompt":
            return operation != VARIATION and place != "openai"
        case "steps":
            return operation != VARIATION and place == "other"
        case "seed" if place != "openai":
            return True
        case "frame_count" | "frame_duration_ms" if place == "sketch":
            return False  # it makes no GIFs, whatever it emulates
    return rules.takes(name, operation) or (rules is UNKNOWN_MODEL and name in PARAMETERS[operation])


def choices(name: str, rules: Model, place: Place) -> tuple[str, ...]:
    """Return the values that a form offers for a setting with a fixed list of them, the default first."""
    offered = rules.choices(name)
    if name == "output_format" and place == "sketch":
        return tuple(value for value in offered if value in SKETCH.output_formats)
    return ("0", "1", "2", "3") if name == "partial_images" else offered


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


def describe(model: str, operation: str = GENERATE, place: Place = "openai") -> dict[str, Any]:
    """Return the controls of a model as JSON values.

    ``prompt_length`` (characters; None where it is not known), ``max_n`` (how far the buttons of the count go),
    ``vary`` (whether the model makes variations), and the fields in the order in which they are shown: ``main`` always
    in sight, ``more`` behind "More options".

    A field has ``name``, ``label`` and ``kind``: size, select, segments, range, number or text. ``choices`` are pairs
    of value and label, where ``""`` stands for left out. ``custom`` of a size is None, or ``hint``, ``step``, ``min``
    and ``max`` of its two numbers. ``min`` and ``max`` are those of a range. ``needs`` says with which values of
    another setting the field counts. ``placeholder`` and ``note`` are hints; ``wide`` fields take a row of their own.
    """
    rules = rules_of(model)
    names = [name for name in SETTINGS if takes(name, model, operation, place)]
    more = [_field(name, rules, operation, place) for name in names if name not in (*_MAIN, "n")]
    return {
        "prompt_length": None if rules is UNKNOWN_MODEL else rules.prompt_length,
        "max_n": MOST_BY_BUTTON,
        "vary": VARIATION in rules.operations,
        "main": [_field(name, rules, operation, place) for name in names if name in _MAIN],
        "more": more if place == "sketch" else [*more, _limit()],
    }


def _limit() -> dict[str, Any]:
    return {"name": "limit", "label": "Ask above, $", "kind": "text", "placeholder": _PLACEHOLDERS["limit"]}


def _field(name: str, rules: Model, operation: str, place: Place) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "label": LABELS[name]}
    if needs := _NEEDS.get(name):
        field["needs"] = {other: list(values) for other, values in needs.items()}
    if name in _WIDE:
        field["wide"] = True
    if name == "size":
        return {**field, "kind": "size", **_sizes(rules, operation)}
    if name == "fit":
        return {**field, "kind": "select", "choices": [list(pair) for pair in _FIT]}
    if offered := choices(name, rules, place):
        pairs = [[value, value] for value in offered]
        return {**field, "kind": "segments" if name in _SEGMENTS else "select", "choices": pairs}
    if name == "output_compression":
        return {**field, "kind": "range", "min": 0, "max": 100}
    if name == "extra":
        field["note"] = "sent untouched"
    kind = "number" if name in NUMBERS else "text"
    return {**field, "kind": kind, "placeholder": _PLACEHOLDERS.get(name, "optional")}


def _sizes(rules: Model, operation: str) -> dict[str, Any]:
    named = [[size, size_label(size)] for size in rules.sizes]
    if operation != GENERATE:
        named.insert(0, ["", _size_of_the_input(rules)])
    free = rules.free_size
    custom = free and {"hint": free.describe(), "step": free.multiple, "min": free.smallest, "max": free.largest}
    return {"choices": named, "custom": custom}


def _size_of_the_input(rules: Model) -> str:
    if rules is UNKNOWN_MODEL:
        return "Left to the service"
    return "Same as input" if rules.free_size else "Nearest to input"


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
    return {**values, "size": rules.sizes[0], "quality": next(iter(rules.qualities), None), "n": 1, "extra": {}}


def parameters(
    values: Mapping[str, Any], model: str, operation: str = GENERATE, place: Place = "openai"
) -> dict[str, Any]:
    """Return what the settings send, as arguments of the client's methods: by the API's names, `extra` and `fit`.

    Left out is what the operation does not take, and what counts only beside other settings: a compression of PNG
    files. Partial pictures come as a stream, which one request must carry; a larger n goes out in several, without.
    """
    rules = rules_of(model)
    chosen = {
        name: value
        for name, value in values.items()
        if value not in (None, "", {}) and takes(name, model, operation, place)
    }
    for name, needs in _NEEDS.items():
        if any((chosen.get(other) or "") not in allowed for other, allowed in needs.items()):
            chosen.pop(name, None)
    partials = chosen.pop("partial_images", 0)
    if partials and (rules is UNKNOWN_MODEL or chosen.get("n", 1) <= rules.max_n):
        chosen |= {"stream": True, "partial_images": partials}
    extra: dict[str, Any] = {name: chosen.pop(name) for name in ("negative_prompt", "steps") if name in chosen}
    if "seed" in chosen and place == "other" and not (rules is UNKNOWN_MODEL or rules.takes("seed", operation)):
        extra["seed"] = chosen.pop("seed")
    extra |= chosen.pop("extra", {})
    return {**chosen, "extra": extra} if extra else chosen


def typed(name: str, value: object) -> Any:
    """Return the value of a setting from what came out of its control: text for a number, nothing for left out.

    Raises
    ------
    ValueError
        A number that is none.
    """
    if name == "size" and value == "":
        return ""
    if value in (None, ""):
        return 1 if name == "n" else {} if name == "extra" else None
    if not isinstance(value, str) or (name not in NUMBERS and name != "limit"):
        return value
    try:
        return float(value.lstrip("$ ")) if name == "limit" else int(value)
    except ValueError:
        if name == "limit":
            raise ValueError(f"The limit must be an amount in dollars, such as 2.50, not {value!r}.") from None
        raise ValueError(f"{LABELS[name]} must be a whole number, not {value!r}.") from None
