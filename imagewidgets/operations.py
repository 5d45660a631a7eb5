"""The three requests of the Images API: typed, with a digest.

A request holds only what the caller set: None means left out, and nothing is filled in. The client builds requests
from keyword arguments, the local server from a body; both have it checked by `imagewidgets.rules`, so a rule refuses
the same request in the same words on either side of the wire.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

import msgspec

from imagewidgets.images import ImageFile
from imagewidgets.models import EDIT, GENERATE, VARIATION


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
    origin
        What recipes are to say of where the pictures come from: ``parent``, the digest of the picture that they are
        made from as it was given, and ``mask_operations``, what was drawn. It is not sent, and changes no digest.
    """

    operation: ClassVar[str]

    model: str | None = None
    n: int | None = None
    size: str | None = None
    response_format: str | None = None
    user: str | None = None
    seed: int | None = None
    extra: dict[str, Any] = {}
    origin: dict[str, Any] = {}

    def parameters(self) -> dict[str, Any]:
        """Return every parameter that was set, by the API's names, without pictures, `extra` and `origin`."""
        return {
            name: value
            for name in self.__struct_fields__
            if name not in ("image", "mask", "markup", "extra", "origin") and (value := getattr(self, name)) is not None
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
    complexity: str | None = None
    frame_count: int | None = None
    frame_duration_ms: int | None = None
    svg: dict[str, Any] | None = None
    watermark: bool | None = None
    stream: bool | None = None
    partial_images: int | None = None
    safety_identifier: str | None = None


class CreateImageEditRequest(ImageRequest, frozen=True, kw_only=True):
    """``POST /images/edits``: a picture changed as a prompt says.

    `image` are the pictures to work on; `several` says that they were given as a list (even of one), which the wire
    tells apart. `mask` is a PNG of the first picture's size; where it is fully transparent, the picture may change.
    `markup` is a transparent PNG of that size with arrows, circles and notes drawn over the picture.
    """

    operation: ClassVar[str] = EDIT

    image: tuple[ImageFile, ...]
    prompt: str
    mask: ImageFile | None = None
    markup: ImageFile | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    output_compression: int | None = None
    input_fidelity: str | None = None
    complexity: str | None = None
    frame_count: int | None = None
    frame_duration_ms: int | None = None
    svg: dict[str, Any] | None = None
    stream: bool | None = None
    partial_images: int | None = None
    safety_identifier: str | None = None
    several: bool = False

    def parameters(self) -> dict[str, Any]:
        """Return every parameter that was set; `several` is a matter of the wire."""
        found = super().parameters()
        found.pop("several")
        return found

    def files(self) -> dict[str, tuple[ImageFile, ...]]:
        """Return the pictures, the mask and the markup."""
        return {
            "image": self.image,
            "mask": (self.mask,) if self.mask else (),
            "markup": (self.markup,) if self.markup else (),
        }


class CreateImageVariationRequest(ImageRequest, frozen=True, kw_only=True):
    """``POST /images/variations``: pictures like the given one."""

    operation: ClassVar[str] = VARIATION

    image: tuple[ImageFile, ...]

    def files(self) -> dict[str, tuple[ImageFile, ...]]:
        """Return the picture."""
        return {"image": self.image}


AnyRequest = CreateImageRequest | CreateImageEditRequest | CreateImageVariationRequest
