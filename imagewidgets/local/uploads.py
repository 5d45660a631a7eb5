"""Pictures that come in from outside: files of a multipart body, and ``data:`` URLs inside JSON.

A picture leaves this module decoded to its last pixel, by one of three decoders: whatever is truncated, malicious or
too large ends here, not in an engine.
"""

from __future__ import annotations

from typing import NamedTuple

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import ImageFile, decode_data_url
from imagewidgets.local.refusals import RefusedError

LONGEST_DATA_URL = 20_971_520  # characters, as the API's description says

_MIME_TYPES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/webp"})
_PIL_FORMATS = frozenset({"PNG", "JPEG", "MPO", "WEBP"})  # MPO: a JPEG with a second picture behind it, from phones


class Upload(NamedTuple):
    """One file of a multipart body: the name of its field, the MIME type it was sent as, and its bytes."""

    field: str
    content_type: str
    data: bytes


def from_upload(upload: Upload, param: str) -> ImageFile:
    """Return the picture of a multipart file.

    Raises
    ------
    RefusedError
        The MIME type is none of a picture that the API takes, or the bytes are no such picture. `param` is what the
        refusal is about: image or mask.
    """
    if upload.content_type not in _MIME_TYPES:
        sent = upload.content_type or "a file without a type"
        raise RefusedError(
            f"The {param} is sent as {sent}. Send it with its real MIME type: image/png, image/jpeg or image/webp.",
            param=param,
            code="unsupported_file_mimetype",
        )
    return _decoded(upload.data, param)


def from_reference(reference: object, param: str) -> ImageFile:
    """Return the picture of ``{"image_url": "data:image/png;base64,…"}``.

    Raises
    ------
    RefusedError
        It has another form (no other address is ever fetched), or is no picture.
    """
    wanted = 'Send each picture as {"image_url": "data:image/png;base64,…"}'
    if not isinstance(reference, dict) or set(reference) != {"image_url"}:
        raise RefusedError(f"{wanted}, with no other key.", param=param, code="invalid_value")
    url = reference["image_url"]
    if not isinstance(url, str) or not url.startswith("data:"):
        raise RefusedError(f"{wanted}: nothing is fetched from other addresses.", param=param, code="invalid_value")
    if len(url) > LONGEST_DATA_URL:
        raise RefusedError(
            f"A data URL has at most {LONGEST_DATA_URL:,} characters, not {len(url):,}. Send it as multipart.",
            param=param,
            code="string_above_max_length",
        )
    try:
        data = decode_data_url(url)
    except InvalidRequestError as error:
        raise RefusedError.from_invalid(error, param=param) from error
    return _decoded(data, param)


def _decoded(data: bytes, param: str) -> ImageFile:
    content_type = _signature(data)
    if content_type is None:
        raise _unreadable(param, "it is no PNG, JPEG or WebP file")
    file = ImageFile(data, content_type)
    try:
        image = file.image
        known = image.format in _PIL_FORMATS
        if known:
            image.load()
    except InvalidRequestError as error:  # no picture, or one of too many pixels
        raise RefusedError.from_invalid(error, param=param) from error
    except Exception as error:  # decoders raise many kinds of errors at truncated and malicious files
        raise _unreadable(param, "it is broken or cut off") from error
    if not known:
        raise _unreadable(param, "it only begins like a PNG, JPEG or WebP file")
    return file


def _signature(data: bytes) -> str | None:
    """Return the MIME type that the first bytes tell, so that no other decoder than these three ever sees pixels."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def _unreadable(param: str, why: str) -> RefusedError:
    return RefusedError(
        f"The {param} cannot be read: {why}. Send a whole PNG, JPEG or WebP file.",
        param=param,
        code="invalid_image_file",
    )
