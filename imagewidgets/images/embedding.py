"""Recipes inside picture files, put in and read without touching a pixel.

A file that came from a service stays what it is, byte for byte, beside the recipe: nothing is decoded, nothing packed
again. PNG has the recipe in a text chunk, JPEG and WebP in their EXIF data, GIF and SVG in a comment. A recipe that is
longer than the EXIF data of a JPEG may be (64 KiB) stands in several comments.

The formats: PNG, third edition; JPEG, ITU T.81 annex B; WebP container, RFC 9649; GIF89a.
"""

from __future__ import annotations

import json
import struct
import warnings
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from PIL import ExifTags, Image

from imagewidgets.images.recipes import COMMENT, MARK, RECIPE_KEY, marked, parsed

EXIF_BYTES = 65_000  # a JPEG file holds less than 64 KiB of EXIF data
SUFFIXES = ("png", "webp", "jpg", "gif", "svg")
"""The suffixes of files that can have a recipe."""

_BEGINNING = 64  # bytes that tell what kind of file it is
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_TEXT_CHUNKS = (b"iTXt", b"tEXt", b"zTXt")
_EXIF_FLAG, _ALPHA_FLAG = 0x08, 0x10  # of the VP8X chunk
_COMMENT_PART = 65_000  # bytes; a JPEG comment holds less than 64 KiB
_GIF_PART = 255  # bytes of a sub-block


def suffix_of(data: bytes) -> str | None:
    """Return the suffix of a picture file by its beginning, one of `SUFFIXES`; None for any other."""
    if data.startswith(_PNG):
        return "png"
    if data.startswith(_JPEG):
        return "jpg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "svg" if data[:_BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else None


def embed(data: bytes, recipe: dict[str, Any]) -> bytes:
    """Return a picture file with this recipe inside, in the place of the one that it has.

    Raises
    ------
    ValueError
        The file is of a kind that has no place for a recipe (`SUFFIXES` are those that do), or is broken.
    """
    kind = suffix_of(data)
    try:
        if kind == "png":
            return _into_png(data, recipe)
        if kind == "jpg":
            return _into_jpeg(data, recipe)
        if kind == "webp":
            return _into_webp(data, recipe)
        if kind == "gif":
            return _into_gif(data, recipe)
    except (struct.error, IndexError) as error:
        raise ValueError(f"The {kind} file is broken: {error}.") from error
    if kind == "svg":
        return _into_svg(data, recipe)
    raise ValueError("A file of this kind has no place for a recipe.")


def recipe_in(file: BinaryIO) -> dict[str, Any] | None:
    """Return the recipe in a picture file, or None where it has none of ours; its pixels are not read.

    It takes some 10 µs, where opening the picture takes some hundred.
    """
    kind = suffix_of(file.read(_BEGINNING))
    file.seek(0)
    try:
        if kind == "png":
            return _from_png(file)
        if kind == "jpg":
            return _from_jpeg(file)
        if kind == "webp":
            return _from_webp(file)
        if kind == "gif":
            return _from_gif(file.read())
    except (struct.error, IndexError, ValueError):  # it breaks off, or lies about its lengths
        return None
    return marked(file.read()) if kind == "svg" else None


def _marked_json(recipe: dict[str, Any]) -> bytes:
    return MARK + json.dumps(recipe, separators=(",", ":")).encode() + b"}"


# ---- PNG: signature, then chunks of length, type, contents, checksum; the first is the header of 13 bytes


def _into_png(data: bytes, recipe: dict[str, Any]) -> bytes:
    place = len(_PNG)
    (length,) = struct.unpack_from(">I", data, place)
    parts = [data[: place + 12 + length], _png_text(recipe)]
    place += 12 + length
    while data[place + 4 : place + 8] != b"IDAT":
        (length,) = struct.unpack_from(">I", data, place)
        end = place + 12 + length
        if not _is_png_recipe(data[place + 4 : place + 8], data[place + 8 : end]):
            parts.append(data[place:end])
        place = end
    return b"".join([*parts, data[place:]])


def _png_text(recipe: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(recipe, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half of a character, which JSON can hold and UTF-8 cannot
        text = json.dumps(recipe, separators=(",", ":")).encode()
    body = b"iTXt" + RECIPE_KEY.encode() + b"\0\0\0\0\0" + text
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _is_png_recipe(kind: bytes, contents: bytes) -> bool:
    return kind in _TEXT_CHUNKS and contents.startswith(RECIPE_KEY.encode() + b"\0")


def _from_png(file: BinaryIO) -> dict[str, Any] | None:
    file.seek(len(_PNG))
    while True:
        length, kind = struct.unpack(">I4s", file.read(8))
        if kind in (b"IDAT", b"IEND"):
            return None
        if kind == b"iTXt":
            contents = file.read(length)
            if _is_png_recipe(kind, contents) and contents[len(RECIPE_KEY) + 1] == 0:  # not compressed: never by us
                return parsed(contents[len(RECIPE_KEY) + 3 :].partition(b"\0")[2].partition(b"\0")[2])
            file.seek(4, 1)
        else:
            file.seek(length + 4, 1)


# ---- JPEG: segments of marker, length and contents, until the scan begins


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(len(_JPEG))
    while True:
        fill, marker = struct.unpack(">BB", file.read(2))
        while marker == 0xFF:
            (marker,) = struct.unpack(">B", file.read(1))
        if fill != 0xFF or marker in (0xDA, 0xD9):
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # markers without contents
            continue
        (length,) = struct.unpack(">H", file.read(2))
        yield marker, file.read(length - 2)


def _into_jpeg(data: bytes, recipe: dict[str, Any]) -> bytes:
    file = BytesIO(data)
    kept: list[tuple[int, bytes]] = []
    exif, scan = b"", len(_JPEG)
    for marker, contents in _segments(file):
        scan = file.tell()
        if marker == 0xE1 and contents.startswith(b"Exif\0\0"):
            exif = contents
        elif not (marker == 0xFE and contents.startswith(COMMENT)):
            kept.append((marker, contents))
    exif = _exif(exif, recipe)
    if len(exif) > EXIF_BYTES:
        text = json.dumps(recipe, separators=(",", ":")).encode()
        parts = [text[start : start + _COMMENT_PART] for start in range(0, len(text), _COMMENT_PART)]
        new = [(0xFE, COMMENT + part) for part in parts]
    else:
        new = [(0xE1, exif)]
    first = 1 if kept and kept[0][0] == 0xE0 else 0  # JFIF wants its own segment to be the first
    segments = [*kept[:first], *new, *kept[first:]]
    head = b"".join(struct.pack(">BBH", 0xFF, marker, len(part) + 2) + part for marker, part in segments)
    return _JPEG + head + data[scan:]


def _from_jpeg(file: BinaryIO) -> dict[str, Any] | None:
    parts = []
    for marker, contents in _segments(file):
        if marker == 0xE1 and contents.startswith(b"Exif\0\0") and (recipe := marked(contents)) is not None:
            return recipe
        if marker == 0xFE and contents.startswith(COMMENT):
            parts.append(contents[len(COMMENT) :])
    return parsed(b"".join(parts)) if parts else None


def _exif(old: bytes, recipe: dict[str, Any]) -> bytes:
    """Return EXIF data with a recipe as the image description, and what else was in it."""
    exif = Image.Exif()
    if old:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what can be read of damaged data is kept
                exif.load(old)
        except (SyntaxError, TypeError, ValueError, struct.error):  # damaged data of another program
            exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = _marked_json(recipe).decode()
    data: bytes = exif.tobytes()
    return data


# ---- WebP: RIFF chunks of type, length, contents and a byte that makes them even


def _riff(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the type and the length of each chunk; the file stands at its contents."""
    place = 12
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        yield kind, length
        place += 8 + length + length % 2


def _into_webp(data: bytes, recipe: dict[str, Any]) -> bytes:
    file = BytesIO(data)
    chunks = []
    for kind, length in _riff(file):
        chunks.append((kind, file.read(length)))
        if len(chunks[-1][1]) < length:
            raise ValueError("The webp file is broken: it ends too soon.")
    old = b"".join(contents for kind, contents in chunks if kind == b"EXIF")
    if chunks[0][0] != b"VP8X":
        chunks.insert(0, (b"VP8X", _extended(*chunks[0])))
    flags = chunks[0][1]
    chunks[0] = (b"VP8X", bytes([flags[0] | _EXIF_FLAG]) + flags[1:])
    exif = _exif(old if not old or old.startswith(b"Exif\0\0") else b"Exif\0\0" + old, recipe)
    chunks = [chunk for chunk in chunks if chunk[0] != b"EXIF"]
    place = next((index for index, chunk in enumerate(chunks) if chunk[0] == b"XMP "), len(chunks))
    chunks.insert(place, (b"EXIF", exif.removeprefix(b"Exif\0\0")))
    body = b"WEBP" + b"".join(
        struct.pack("<4sI", kind, len(contents)) + contents + b"\0" * (len(contents) % 2) for kind, contents in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _extended(kind: bytes, contents: bytes) -> bytes:
    """Return the VP8X chunk for a file that has none: flags, three reserved bytes, width − 1 and height − 1."""
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", contents, 1)
        width, height = bits & 0x3FFF, bits >> 14 & 0x3FFF
        flags = _ALPHA_FLAG if bits >> 28 & 1 else 0
    else:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", contents, 6))
        width, height, flags = width - 1, height - 1, 0
    return struct.pack("<BxxxHBHB", flags, width & 0xFFFF, width >> 16, height & 0xFFFF, height >> 16)


def _from_webp(file: BinaryIO) -> dict[str, Any] | None:
    for kind, length in _riff(file):
        if kind == b"EXIF":
            return marked(file.read(length))
    return None


# ---- GIF: a comment before the first frame. SVG: a comment at the end.


def _into_gif(data: bytes, recipe: dict[str, Any]) -> bytes:
    start = rest = _behind_the_colours(data)
    for comment, end in _comments(data):
        if comment.startswith(MARK):
            rest = end  # ours is the first, so nothing of others is lost
        break
    text = _marked_json(recipe)
    blocks = b"".join(
        bytes([len(part)]) + part
        for part in (text[begin : begin + _GIF_PART] for begin in range(0, len(text), _GIF_PART))
    )
    return b"GIF89a" + data[6:start] + b"\x21\xfe" + blocks + b"\0" + data[rest:]


def _from_gif(data: bytes) -> dict[str, Any] | None:
    return next((marked(comment) for comment, _ in _comments(data)), None)


def _behind_the_colours(data: bytes) -> int:
    return 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)


def _comments(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the comments at the beginning of a GIF file, and where each ends: ours is the first of them."""
    place = _behind_the_colours(data)
    while data[place : place + 2] == b"\x21\xfe":
        blocks = list(_blocks(data, place + 2))
        place += 2 + sum(len(block) + 1 for block in blocks) + 1
        yield b"".join(blocks), place


def _blocks(data: bytes, place: int) -> Iterator[bytes]:
    while length := data[place]:
        yield data[place + 1 : place + 1 + length]
        place += 1 + length


def _into_svg(data: bytes, recipe: dict[str, Any]) -> bytes:
    start = data.rfind(b"<!--" + MARK)
    if start >= 0:
        data = data[:start] + data[start:].partition(b"-->")[2]
    return data + b"<!--" + _marked_json(recipe).replace(b"--", b"\\u002d\\u002d") + b"-->"
