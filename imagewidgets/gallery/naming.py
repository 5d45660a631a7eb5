"""What a request is known by in a gallery: its digest, and the names of the files that answer it.

A file's name follows from the request alone: ``a-red-fox-3f9a02d1c4e8-1.png``. So a recorded answer is found by opening
its file, however many others there are: there is no index that could be lost, lag behind or get in the way of another
process, and none that git would have to merge.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import NamedTuple

from imagewidgets.images.embedding import SUFFIXES
from imagewidgets.models import VARIATION
from imagewidgets.operations import AnyRequest

PLAIN_STEM = "picture"
"""What names begin with where there are no words, or none may be told."""

SHORT = 12  # hex digits of the digest in a name; what a file answers is decided by all 64, which are in its recipe
_STEM_BYTES = 80  # of the words in a name, as UTF-8: file systems end at 255 for all of it

# How an answer travels and for whom it is, which makes no other picture of it.
_DELIVERY = frozenset({"stream", "partial_images", "response_format", "user", "safety_identifier"})
_NAME = re.compile(rf"-([0-9a-f]{{{SHORT}}})(?:v(\d+))?-(\d+)\.(?:{'|'.join(SUFFIXES)}|jpeg)$")


def request_digest(request: AnyRequest, take: int = 0, *, part: int | None = None) -> str:
    """Return what a recorded answer to this request is known by: 64 hex digits, equal for requests that ask the same.

    It is the SHA-256 of the parameters that were set (one picture is the same as no number), without those that say
    how the answer travels (``stream``, ``partial_images``, ``response_format``) or for whom it is (``user``,
    ``safety_identifier``); of the pixels of images, mask and markup; and of the take. Which service is asked does not
    count: whoever has no key is to find what others have recorded.

    Parameters
    ----------
    request
        Typed and checked, from ``client.create_request`` and the like.
    take
        Which of several answers to the same request, from 0.
    part
        Where the request goes out in several parts (`rules.split`): which of them this answers, from 0.
    """
    said = {name: value for name, value in request.describe().items() if name not in _DELIVERY}
    if said.get("n") == 1:
        del said["n"]
    asked = {"version": 1, "request": said, "take": take, **({} if part is None else {"part": part})}
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def stem(request: AnyRequest) -> str:
    """Return the readable beginning of the names: of the prompt's words, as many as fit."""
    words = str(getattr(request, "prompt", "")) or (VARIATION if request.operation == VARIATION else "")
    text = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", words.lower())).strip("-_")
    return text.encode()[:_STEM_BYTES].decode("utf-8", "ignore").rstrip("-_") or PLAIN_STEM


class Name(NamedTuple):
    """The parts of a file's name that say what it answers.

    `short` are the first digits of the digest; `edition` counts from 1 where the same was recorded again; `number` is
    the place of the picture in the answer, from 1.
    """

    short: str
    edition: int
    number: int

    def file(self, stem: str) -> str:
        """Return the whole name but for its suffix."""
        again = f"v{self.edition}" if self.edition > 1 else ""
        return f"{stem}-{self.short}{again}-{self.number}"

    @classmethod
    def read(cls, file_name: str) -> Name | None:
        """Return what a file's name says, whatever it begins with; None where it is no name of this kind."""
        found = _NAME.search(file_name)
        return Name(found[1], int(found[2] or 1), int(found[3])) if found else None
