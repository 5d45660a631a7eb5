"""What a change of model, or of server, does to the settings of a form: what fits is kept, the rest is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagewidgets.models import MODELS, Model, accepts_size, parse_size
from imagewidgets.widgets.controls import LABELS, OPERATIONS, SETTINGS, Place, choices, rules_of, takes

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


@dataclass(frozen=True)
class Change:
    """One setting that could not be kept; `new` is None where it was removed."""

    name: str
    old: Any
    new: Any


def adapt(values: Mapping[str, Any], model: str, place: Place = "openai") -> tuple[dict[str, Any], list[Change]]:
    """Fit settings to another model, or to another server.

    What it takes is kept, also what it takes in another operation than the present one. A value that it does not know
    becomes the nearest that it does: a size of the same shape, a quality that means the same. What it has no parameter
    for is left out.

    Returns
    -------
    tuple
        The new settings, and what was changed in them. Filling in a quality where the form had none is no change.
    """
    fitted = {name: _fit(name, values[name], model, place) for name in SETTINGS}
    changes = [Change(name, values[name], fitted[name]) for name in SETTINGS if values[name] != fitted[name]]
    told = [change for change in changes if change.old not in (None, "")]
    # What is gone comes first: it is what a person would miss.
    return fitted, sorted(told, key=lambda change: change.new not in (None, {}))


def _fit(name: str, value: Any, model: str, place: Place) -> Any:
    rules = rules_of(model)
    known = model in MODELS
    if name == "size":
        return _fit_size(value, rules) if known else value
    if name == "extra":
        return value if takes(name, model, place=place) else {}
    if not any(takes(name, model, operation, place) for operation in OPERATIONS):
        return None
    offered = choices(name, rules, place)
    if not known or not offered or name == "partial_images" or value in offered:
        return value
    if value is None:
        return offered[0] if name == "quality" else None
    return next((like for like in _LIKE.get(value, ()) if like in offered), offered[0])


def _fit_size(size: str | None, rules: Model) -> str:
    if size == "":  # left out, beside a picture
        return ""
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


def change_note(changed_to: str, changes: list[Change]) -> list[list[Any]]:
    """Say what a change did to the settings, as pairs of text and whether it is emphasised.

    ``Changed for gpt-image-2: style removed (it has none), quality hd → high. Prompt, size and count kept.``
    """
    parts: list[list[Any]] = [[f"Changed for {changed_to}: ", False]]
    for index, change in enumerate(changes):
        name = LABELS[change.name].lower()
        if index:
            parts.append([", ", False])
        if change.new in (None, {}):
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
