"""What a request must keep to: the rules of its model, told in words.

The only place that compares a request with the model table. The client calls `check` before anything is sent, the
local server after a body has been read.
"""

from __future__ import annotations

from typing import Any

import msgspec

from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import GENERATE, MEBIBYTE, MODELS, VARIATION, Model, accepts_size
from imagewidgets.operations import AnyRequest, CreateImageEditRequest, CreateImageVariationRequest

MASK_BYTES = 4 * MEBIBYTE  # a mask must be smaller than this, for every model
FRAME_STEP = 10  # ms
MOST_PICTURES = 100  # of one call, however many requests it takes: a slip of the finger must not cost a fortune

# What a value must be where it is not text, and between which numbers where the API sets limits.
WHOLE_NUMBERS = frozenset({"n", "seed", "output_compression", "partial_images", "frame_count", "frame_duration_ms"})
TYPES: dict[str, tuple[type, str]] = {
    **dict.fromkeys(WHOLE_NUMBERS, (int, "a whole number")),
    "stream": (bool, "True or False"),
    "watermark": (bool, "True or False"),
    "svg": (dict, "an object such as {'model': …, 'reasoning': {'effort': …}}"),
}
RANGES = {"output_compression": (0, 100), "partial_images": (0, 3), "frame_count": (2, 16)}


def check(request: AnyRequest, model: Model | None = None, *, also: frozenset[str] = frozenset()) -> None:
    """Refuse a request that breaks a rule of its model.

    Parameters
    ----------
    request
        What is about to be sent, or was received.
    model
        Whose rules apply; None looks ``request.model`` up in the table. A model that is not in the table, or not
        named, is checked for nothing but what no service can do without.
    also
        Parameters that the service is known to take for every model.

    Raises
    ------
    InvalidRequestError
        The message names the value, what is allowed and what to do; `param` names the parameter.
    """
    _check_common(request)
    rules = model or MODELS.get(request.model or "")
    if rules is None:
        return
    if request.operation not in rules.operations:
        raise InvalidRequestError(_wrong_operation(request.operation, rules), param="model", code="invalid_value")
    _check_parameters(request, rules, also)
    _check_files(request, rules)


def check_count(request: AnyRequest, rules: Model) -> None:
    """Refuse a request for more pictures than the model makes at a time.

    Raises
    ------
    InvalidRequestError
        `n` is too large.
    """
    if request.n is not None and request.n > rules.max_n:
        raise InvalidRequestError(
            f"{rules.name} makes {_pictures(rules.max_n)} at a time, not {request.n}. Set n to {rules.max_n} or less.",
            param="n",
            code="integer_above_max_value",
        )


def split(request: AnyRequest) -> list[AnyRequest]:
    """Return the requests that together ask for as many pictures as `request`, each for no more than its model makes.

    One that the model makes at a time is returned as it is. A seed is counted up from part to part, so that the parts
    differ and the same request still gives the same pictures.

    Raises
    ------
    InvalidRequestError
        `n` is above `MOST_PICTURES`.
    """
    rules = MODELS.get(request.model or "")
    n = request.n
    if rules is None or not isinstance(n, int) or n <= rules.max_n:
        return [request]
    if n > MOST_PICTURES:
        raise InvalidRequestError(
            f"n is {n}; one call asks for at most {MOST_PICTURES} pictures. Make several calls.",
            param="n",
            code="integer_above_max_value",
        )
    counts = [min(rules.max_n, n - start) for start in range(0, n, rules.max_n)]
    return [
        msgspec.structs.replace(request, n=count, seed=None if request.seed is None else request.seed + part)
        for part, count in enumerate(counts)
    ]


def _check_common(request: AnyRequest) -> None:
    for name, value in request.parameters().items():
        kind, words = TYPES.get(name, (str, "text"))
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise InvalidRequestError(f"{name} must be {words}, not {value!r}.", param=name, code="invalid_type")
        if isinstance(value, str):
            _check_characters(name, value)
    if request.operation != VARIATION and not (getattr(request, "prompt", None) or "").strip():
        raise InvalidRequestError(
            "The prompt is empty. Describe the picture you want.", param="prompt", code="missing_required_parameter"
        )
    if request.n is not None and request.n < 1:
        raise InvalidRequestError(
            f"n is {request.n}; it must be at least 1.", param="n", code="integer_below_min_value"
        )
    if request.seed is not None and request.seed < 0:
        raise InvalidRequestError(
            f"seed is {request.seed}; it must be at least 0. Leave it out for a fresh picture each time.",
            param="seed",
            code="integer_below_min_value",
        )
    if isinstance(request, CreateImageEditRequest | CreateImageVariationRequest) and not request.image:
        raise InvalidRequestError(
            "There is no picture to work on. Give one as image=.", param="image", code="missing_required_parameter"
        )
    if isinstance(request, CreateImageEditRequest):
        _check_overlays(request)


def _check_characters(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequestError(
            f"{name} holds half of a character at position {error.start} (a lone surrogate), which cannot be sent. "
            "Type that character again.",
            param=name,
            code="invalid_value",
        ) from None


def _check_overlays(request: CreateImageEditRequest) -> None:
    if request.mask is not None and request.markup is not None:
        raise _clash("markup", "A request takes a mask or a markup, not both. Leave one of them out.")
    for name, overlay in (("mask", request.mask), ("markup", request.markup)):
        if overlay is None:
            continue
        source = request.image[0].image
        if overlay.image.size != source.size:
            raise _clash(
                name,
                f"The {name} is {overlay.image.width} × {overlay.image.height} px, the picture {source.width} × "
                f"{source.height}. They must have the same size.",
            )


def _wrong_operation(operation: str, rules: Model) -> str:
    if operation == VARIATION:
        return f"{rules.name} makes no variations. Use edit(image, prompt) with a prompt that says what should vary."
    names = ", ".join(name for name, model in MODELS.items() if operation in model.operations and not model.shutdown)
    return f"{rules.name} has no {operation}. Choose another model, for example {names}."


def _check_parameters(request: AnyRequest, rules: Model, also: frozenset[str]) -> None:
    values = request.parameters()
    for name, value in values.items():
        if name not in also and not rules.takes(name, request.operation):
            raise InvalidRequestError(
                f"{rules.name} has no parameter {name!r}. Leave it out; a service that knows it gets it by "
                f"extra={{{name!r}: …}}.",
                param=name,
                code="unknown_parameter",
            )
        allowed = rules.choices(name)
        if allowed and value not in allowed:
            raise _not_allowed(name, value, " or ".join(allowed), rules)
    check_count(request, rules)
    if request.size is not None and not accepts_size(rules, request.size):
        allowed_sizes = ", ".join(rules.sizes)
        if rules.free_size:
            allowed_sizes += f", or {rules.free_size.describe()}"
        raise _not_allowed("size", request.size, allowed_sizes, rules)
    prompt = values.get("prompt", "")
    if len(prompt) > rules.prompt_length:
        raise InvalidRequestError(
            f"The prompt has {len(prompt):,} characters; {rules.name} takes {rules.prompt_length:,}. Shorten it.",
            param="prompt",
            code="string_above_max_length",
        )
    for name, (least, most) in RANGES.items():
        if name in values and not least <= values[name] <= most:
            raise _not_allowed(name, values[name], f"{least} to {most}", rules)
    _check_formats(values)


def _check_formats(values: dict[str, Any]) -> None:
    """Refuse what a file format cannot be combined with."""
    kind = values.get("output_format", "png")
    if values.get("background") == "transparent" and kind == "jpeg":
        raise _clash("background", "A JPEG has no transparency. Set output_format to png or webp, or leave it out.")
    if kind == "gif":
        for name in ("stream", "output_compression"):
            if values.get(name):
                raise _clash(name, f"A GIF goes without {name}. Leave it out, or choose another output_format.")
        if values.get("frame_duration_ms", FRAME_STEP) % FRAME_STEP:
            raise _clash("frame_duration_ms", f"frame_duration_ms goes in steps of {FRAME_STEP} ms.")
    else:
        for name in ("frame_count", "frame_duration_ms"):
            if name in values:
                raise _clash(name, f"{name} is for GIFs. Set output_format to gif, or leave it out.")
    if kind == "svg" and (values.get("stream") or values.get("n", 1) > 1):
        raise _clash("output_format", "An SVG comes one at a time and not as a stream. Leave n and stream out.")
    if "svg" in values and kind != "svg":
        raise _clash("svg", "svg is for SVG files. Set output_format to svg, or leave it out.")


def _clash(param: str, message: str) -> InvalidRequestError:
    return InvalidRequestError(message, param=param, code="invalid_value")


def _not_allowed(name: str, value: object, allowed: str, rules: Model) -> InvalidRequestError:
    return InvalidRequestError(f"{rules.name} takes {name} {allowed}, not {value!r}.", param=name, code="invalid_value")


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _check_files(request: AnyRequest, rules: Model) -> None:
    files = request.files()
    images = files.get("image", ())
    if len(images) > rules.max_images:
        raise InvalidRequestError(
            f"{rules.name} takes at most {_pictures(rules.max_images)}, not {len(images)}.",
            param="image",
            code="invalid_value",
        )
    overlays = [(name, file, MASK_BYTES) for name in ("mask", "markup") for file in files.get(name, ())]
    if files.get("markup") and not rules.takes("markup", request.operation):
        raise _clash("markup", f"{rules.name} takes no markup. Use a mask, or a model that does.")
    for name, file, limit in (*(("image", file, rules.image_bytes) for file in images), *overlays):
        if len(file.data) >= limit:
            raise InvalidRequestError(
                f"The {name} is a file of {len(file.data) / MEBIBYTE:.1f} MiB; {rules.name} takes less than "
                f"{limit // MEBIBYTE}. Make the picture smaller.",
                param=name,
                code="invalid_image_file",
            )
        if (name != "image" or rules.square_png) and file.content_type != "image/png":
            raise InvalidRequestError(
                f"The {name} is {file.content_type}; {rules.name} takes only PNG here.",
                param=name,
                code="invalid_image_file",
            )
    if rules.square_png:
        _check_square(request, rules)


def _check_square(request: AnyRequest, rules: Model) -> None:
    image = request.files()["image"][0].image if request.operation != GENERATE else None
    if image is None:
        return
    if image.width != image.height:
        raise InvalidRequestError(
            f"The picture is {image.width} × {image.height} px; {rules.name} takes only square ones. Crop or pad it.",
            param="image",
            code="invalid_image_file",
        )
    if isinstance(request, CreateImageEditRequest) and request.mask is None and not image.has_transparency_data:
        raise InvalidRequestError(
            f"{rules.name} needs to know where to edit. Give a mask, or a picture that is transparent there.",
            param="mask",
            code="missing_required_parameter",
        )
