"""The three requests of the Images API: typed, checked against the model table, with a digest.

A request holds only what the caller set: None means left out, and nothing is filled in. The client builds requests
from keyword arguments, the local server from a body; both call `check`, so a rule refuses the same request in the
same words on either side of the wire.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

import msgspec

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import ImageFile
from imagewidgets.models import EDIT, GENERATE, MEBIBYTE, MODELS, VARIATION, Model, accepts_size

WHOLE_NUMBERS = frozenset({"n", "seed", "output_compression"})  # every other parameter is text
MASK_BYTES = 4 * MEBIBYTE  # a mask must be smaller than this, for every model


class ImageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What all three requests have in common.

    Parameters
    ----------
    model
        Name of the model; left out, the service chooses.
    n
        How many pictures.
    size
        ``"WIDTHxHEIGHT"`` in px, or ``"auto"`` where the model has it.
    response_format
        ``"url"`` or ``"b64_json"``; only models that offer both take it.
    user
        An opaque name of the end user, for the service's abuse checks.
    seed
        Same request and seed, same pictures; not every service knows it.
    extra
        Parameters that go out untouched and unchecked, for what gateways add.
    """

    operation: ClassVar[str]

    model: str | None = None
    n: int | None = None
    size: str | None = None
    response_format: str | None = None
    user: str | None = None
    seed: int | None = None
    extra: dict[str, Any] = {}

    def parameters(self) -> dict[str, Any]:
        """Return every parameter that was set, by the API's names, without pictures and without `extra`."""
        return {
            name: value
            for name in self.__struct_fields__
            if name not in ("image", "mask", "extra") and (value := getattr(self, name)) is not None
        }

    def files(self) -> dict[str, tuple[ImageFile, ...]]:
        """Return the pictures that go along, by the names of their fields."""
        return {}

    def describe(self) -> dict[str, Any]:
        """Return the whole request as JSON values, each picture as the digest of its pixels."""
        pictures = {name: [file.digest for file in files] for name, files in self.files().items() if files}
        return {"operation": self.operation, **self.parameters(), **pictures, **self.extra}

    def digest(self) -> str:
        """Return the SHA-256 of the request as 64 hex digits: equal for requests that ask for the same."""
        text = json.dumps(self.describe(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class CreateImageRequest(ImageRequest, frozen=True, kw_only=True):
    """``POST /images/generations``: pictures from a prompt."""

    operation: ClassVar[str] = GENERATE

    prompt: str
    quality: str | None = None
    style: str | None = None
    background: str | None = None
    output_format: str | None = None
    output_compression: int | None = None
    moderation: str | None = None


class CreateImageEditRequest(ImageRequest, frozen=True, kw_only=True):
    """``POST /images/edits``: a picture changed as a prompt says.

    `image` are the pictures to work on; `several` says that they were given as a list (even of one), which the wire
    tells apart. `mask` is a PNG of the first picture's size; where it is fully transparent, the picture may change.
    """

    operation: ClassVar[str] = EDIT

    image: tuple[ImageFile, ...]
    prompt: str
    mask: ImageFile | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    output_compression: int | None = None
    input_fidelity: str | None = None
    several: bool = False

    def parameters(self) -> dict[str, Any]:
        """Return every parameter that was set; `several` is a matter of the wire."""
        found = super().parameters()
        found.pop("several")
        return found

    def files(self) -> dict[str, tuple[ImageFile, ...]]:
        """Return the pictures and the mask."""
        return {"image": self.image, "mask": (self.mask,) if self.mask else ()}


class CreateImageVariationRequest(ImageRequest, frozen=True, kw_only=True):
    """``POST /images/variations``: pictures like the given one."""

    operation: ClassVar[str] = VARIATION

    image: tuple[ImageFile, ...]

    def files(self) -> dict[str, tuple[ImageFile, ...]]:
        """Return the picture."""
        return {"image": self.image}


AnyRequest = CreateImageRequest | CreateImageEditRequest | CreateImageVariationRequest


def check(request: AnyRequest, model: Model | None = None) -> None:
    """Refuse a request that breaks a rule of its model.

    Parameters
    ----------
    request
        What is about to be sent, or was received.
    model
        Whose rules apply; None looks ``request.model`` up in the table. A model that is not in the table, or not
        named, is checked for nothing but what no service can do without.

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
    _check_parameters(request, rules)
    _check_files(request, rules)


def _check_common(request: AnyRequest) -> None:
    for name, value in request.parameters().items():
        wanted: type = int if name in WHOLE_NUMBERS else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            kind = "a whole number" if wanted is int else "text"
            raise InvalidRequestError(f"{name} must be {kind}, not {value!r}.", param=name, code="invalid_type")
    prompt = getattr(request, "prompt", None)
    if prompt is not None and not prompt.strip():
        raise InvalidRequestError(
            "The prompt is empty. Describe the picture you want.", param="prompt", code="missing_required_parameter"
        )
    if request.n is not None and request.n < 1:
        raise InvalidRequestError(
            f"n is {request.n}; it must be at least 1.", param="n", code="integer_below_min_value"
        )
    if isinstance(request, CreateImageEditRequest | CreateImageVariationRequest) and not request.image:
        raise InvalidRequestError(
            "There is no picture to work on. Give one as image=.", param="image", code="missing_required_parameter"
        )
    if isinstance(request, CreateImageEditRequest) and request.mask is not None:
        source, mask = request.image[0].image, request.mask.image
        if mask.size != source.size:
            raise InvalidRequestError(
                f"The mask is {mask.width} × {mask.height} px, the picture {source.width} × {source.height}. They must "
                "have the same size.",
                param="mask",
                code="invalid_value",
            )


def _wrong_operation(operation: str, rules: Model) -> str:
    if operation == VARIATION:
        return f"{rules.name} makes no variations. Use edit(image, prompt) with a prompt that says what should vary."
    names = ", ".join(name for name, model in MODELS.items() if operation in model.operations and not model.shutdown)
    return f"{rules.name} has no {operation}. Choose another model, for example {names}."


def _check_parameters(request: AnyRequest, rules: Model) -> None:
    values = request.parameters()
    for name, value in values.items():
        if not rules.takes(name, request.operation):
            raise InvalidRequestError(
                f"{rules.name} has no parameter {name!r}. Leave it out; extra={{{name!r}: …}} sends it all the same.",
                param=name,
                code="unknown_parameter",
            )
        allowed = rules.choices(name)
        if allowed and value not in allowed:
            raise _not_allowed(name, value, " or ".join(allowed), rules)
    if request.n is not None and request.n > rules.max_n:
        raise InvalidRequestError(
            f"{rules.name} makes {_pictures(rules.max_n)} at a time, not {request.n}. Set n to {rules.max_n} or less.",
            param="n",
            code="integer_above_max_value",
        )
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
    compression = values.get("output_compression")
    if compression is not None and not 0 <= compression <= 100:
        raise _not_allowed("output_compression", compression, "0 to 100", rules)
    if values.get("background") == "transparent" and values.get("output_format") == "jpeg":
        raise InvalidRequestError(
            "A JPEG has no transparency. Set output_format to png or webp, or leave background out.",
            param="background",
            code="invalid_value",
        )


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
    masks = files.get("mask", ())
    for name, file, limit in (
        *(("image", file, rules.image_bytes) for file in images),
        *(("mask", file, MASK_BYTES) for file in masks),
    ):
        if len(file.data) >= limit:
            raise InvalidRequestError(
                f"The {name} is a file of {len(file.data) / MEBIBYTE:.1f} MiB; {rules.name} takes less than "
                f"{limit // MEBIBYTE}. Make the picture smaller.",
                param=name,
                code="invalid_image_file",
            )
        if (name == "mask" or rules.square_png) and file.content_type != "image/png":
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
