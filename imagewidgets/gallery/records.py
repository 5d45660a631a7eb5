"""What the recipe of a recorded picture says beside how it was made: which request it answers, and with which others.

All that an answer needs to be given again stands in its pictures' own recipes (``gallery``, ``usage``, ``request_id``,
``created``, ``revised_prompt``), so there is no file beside the pictures.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from imagewidgets.gallery.naming import PLAIN_STEM, SHORT, Name, request_digest, stem
from imagewidgets.images import digest, own_recipe, to_png
from imagewidgets.images.embedding import embed, suffix_of
from imagewidgets.images.pictures import open_image
from imagewidgets.images.recipes import WRITTEN, for_file

if TYPE_CHECKING:
    from imagewidgets.responses import ImagesResponse

MOST_OF_AN_ANSWER = 1000  # pictures; whoever says more in a file wants to have others looked for in vain
KEY = "gallery"
"""The entry of a recipe that a record stands in."""


@dataclass(frozen=True)
class Record:
    """Which request a picture answers.

    Attributes
    ----------
    digest
        Of the request (`naming.request_digest`).
    take
        Which of several answers to it.
    answer
        The same for all pictures of one answer, and for no others.
    number
        The place of the picture in the answer, from 0.
    count
        How many pictures the answer has.
    recorded
        When, as Unix time in s; of several answers, the newest counts.
    """

    digest: str
    take: int
    answer: str
    number: int
    count: int
    recorded: float

    @classmethod
    def of(cls, recipe: dict[str, Any] | None) -> Record | None:
        """Return what a recipe says; None where it says nothing, or nothing that can be."""
        said = (recipe or {}).get(KEY)
        if not isinstance(said, dict):
            return None
        try:
            record = cls(
                digest=str(said["digest"]),
                take=int(said["take"]),
                answer=str(said["answer"]),
                number=int(said["number"]),
                count=int(said["count"]),
                recorded=float(said["recorded"]),
            )
        except (KeyError, TypeError, ValueError, OverflowError):  # a file may say anything
            return None
        return record if 0 <= record.number < record.count <= MOST_OF_AN_ANSWER else None


def files(response: ImagesResponse, take: int, part: int | None) -> tuple[list[bytes], list[str], str]:
    """Return the files to write for an answer, their suffixes, and the digest of its request."""
    key = request_digest(response.request, take, part=part)
    answer, now = token_hex(8), time.time()
    contents, suffixes = [], []
    for number, image in enumerate(response):
        data = response.files[number] if number < len(response.files) else to_png(image, recipe=False)
        if suffix_of(data) is None:  # of a kind that has no place for a recipe
            data = to_png(open_image(data), recipe=False)
        record = {"digest": key, "take": take, "answer": answer, "number": number, "count": len(response)}
        known = own_recipe(image) or {}
        pixels = _of_pixels(data, decode="digest" not in known)
        recipe = {**pixels, **known, KEY: {**record, "recorded": now}}
        contents.append(embed(data, for_file(recipe)))
        suffixes.append(str(suffix_of(data)))
    return contents, suffixes, key


def stem_of(response: ImagesResponse) -> str:
    """Return the readable beginning of the names: no words where they are to be kept out of files."""
    minimal = any((own_recipe(image) or {}).get(WRITTEN) == "minimal" for image in response)
    return PLAIN_STEM if minimal else stem(response.request)


def name(key: str, stem: str, suffix: str, *, edition: int, place: int) -> str:
    """Return the name of a file."""
    return f"{Name(key[:SHORT], edition, place + 1).file(stem)}.{suffix}"


def _of_pixels(data: bytes, *, decode: bool) -> dict[str, Any]:
    """Return what a recipe says of the pixels of a file."""
    image = open_image(data)
    size = {"size": f"{image.width}x{image.height}"}
    if not decode:
        return size
    try:
        return {**size, "digest": digest(image)}
    except (OSError, SyntaxError, ValueError):  # it cannot be decoded: it is kept as it came
        return size
