"""``serve --lenient``: take what can be taken, where the real service refuses.

Every model, whatever its name, gets the rules of the sketch engine, which has every option; what is left out keeps its
model's own default. Parameters that nobody here knows are dropped, values that a parameter does not have are taken for
left out, numbers and truth values may come as text, and a mask of another size is made to fit. What cannot be made at
all (no prompt, no picture, a size of no pixels, a file that is no picture) is refused as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PIL import Image

from imagewidgets.images import ImageFile, to_png
from imagewidgets.models import EMULATED_EXTRAS, PARAMETERS, SKETCH, Model
from imagewidgets.rules import RANGES, TYPES, WHOLE_NUMBERS

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_ESSENTIAL = ("prompt", "size", "n")  # a value of these that makes no sense is refused: nobody can guess what was meant


def relaxed(model: Model) -> Model:
    """Return the model with the rules of the sketch engine; its defaults come first, as they did."""
    return replace(
        SKETCH,
        name=model.name,
        sizes=_own_first(model.sizes, SKETCH.sizes),
        qualities=_own_first(model.qualities, SKETCH.qualities),
        styles=_own_first(model.styles, SKETCH.styles),
        backgrounds=_own_first(model.backgrounds, SKETCH.backgrounds),
        response_formats=_own_first(model.response_formats, SKETCH.response_formats),
        revises_prompt=model.revises_prompt,
    )


def _own_first(own: tuple[str, ...], every: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *every)))


def usable(values: Mapping[str, object], operation: str, model: Model) -> dict[str, object]:
    """Return the parameters that something can be made of.

    Parameters
    ----------
    values
        As they came.
    operation
        generate, edit or variation.
    model
        From `relaxed`.
    """
    found = {name: _told(name, value) for name, value in values.items() if value is not None}
    known = {name: value for name, value in found.items() if _known(name, operation, model)}
    for name, value in list(known.items()):
        allowed = model.choices(name)
        least, most = RANGES.get(name, (None, None))
        kind = TYPES.get(name, (str, ""))[0]
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        outside = least is not None and isinstance(value, int) and not least <= value <= (most or least)
        if name not in _ESSENTIAL and (wrong or outside or (allowed and value not in allowed)):
            del known[name]
    if known.get("output_format") == "jpeg" and known.get("background") == "transparent":
        known["output_format"] = "png"  # transparency is what was asked for, the format only a wrapping
    if known.get("stream"):
        known.pop("response_format", None)
    return known


def fitting(mask: ImageFile | None, images: tuple[ImageFile, ...]) -> ImageFile | None:
    """Return the mask in the size of the first picture."""
    if mask is None or not images or mask.image.size == images[0].image.size:
        return mask
    resized = mask.image.convert("RGBA").resize(images[0].image.size, Image.Resampling.NEAREST)
    return ImageFile(to_png(resized), "image/png")


def _known(name: str, operation: str, model: Model) -> bool:
    if name in EMULATED_EXTRAS:
        return True
    return name in PARAMETERS[operation] and (name == "model" or model.takes(name, operation))


def _told(name: str, value: object) -> object:
    """Return the number or truth value that a text stands for."""
    if isinstance(value, str) and name in WHOLE_NUMBERS and value.strip().lstrip("+-").isdecimal():
        return int(value)
    if isinstance(value, str) and name == "stream":
        return _BOOLEANS.get(value.lower(), value)
    return value
