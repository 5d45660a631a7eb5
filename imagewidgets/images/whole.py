"""Whether a picture's file is all there, by its marks: without decoding it, which takes a thousand times longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.pictures import open_image

if TYPE_CHECKING:
    from PIL import Image

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_CHUNK = 12  # bytes of a chunk beside its contents: length, type and checksum
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
JPEG_END = b"\xff\xd9"
RIFF_HEAD = 8  # bytes before those that the head counts


def open_whole(data: bytes) -> Image.Image:
    """Open a picture that came from a service, and refuse one whose file breaks off.

    Pixels are decoded when they are first asked for, perhaps hours later: that is too late to find this out.

    Raises
    ------
    InvalidRequestError
        As `open_image`, and where the file ends too soon.
    """
    image = open_image(data)
    if not is_whole(data):
        raise InvalidRequestError(
            f"Its {image.format} file breaks off after {len(data):,} bytes.", param="image", code="invalid_image_file"
        )
    return image


def is_whole(data: bytes) -> bool:
    """Tell whether a PNG, JPEG or WebP file has its end; files of other kinds are taken to have theirs."""
    if data.startswith(PNG_SIGNATURE):
        return data.endswith(PNG_END) or _ends_by_its_chunks(data)
    if data.startswith(b"\xff\xd8"):
        return JPEG_END in data[-1024:] or JPEG_END in data
    if data.startswith(b"RIFF"):
        return len(data) >= RIFF_HEAD + int.from_bytes(data[4:RIFF_HEAD], "little")
    return True


def _ends_by_its_chunks(data: bytes) -> bool:
    """Tell whether a PNG file has its end chunk, whatever stands behind it."""
    place = len(PNG_SIGNATURE)
    while place + PNG_CHUNK <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] == b"IEND":
            return True
        place += PNG_CHUNK + length
    return False
