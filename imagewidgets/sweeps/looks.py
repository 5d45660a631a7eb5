"""What is seen of the cells of a sweep: facts and small pictures of those that came, and a sentence for the others.

Both are kept as long as the cell is: a saved view is renewed again and again while a sweep runs, and to decode a
picture takes some ten ms.
"""

from __future__ import annotations

import io
import struct
import threading
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PIL import Image

from imagewidgets.display import thumbnail
from imagewidgets.display.captions import Facts, shortened
from imagewidgets.display.phrases import first_sentence, redact
from imagewidgets.errors import ImagesError
from imagewidgets.operations import CreateImageRequest

if TYPE_CHECKING:
    from imagewidgets.responses import ImagesResponse
    from imagewidgets.sweeps.cells import Cell

BROKEN = "cannot be read"
LONGEST = 120  # characters of a sentence in a cell
SENTENCES = {"planned": "not made", "waiting": "not begun", "running": "not finished", "done": "its files are gone"}
"""What stands in the place of pictures that have not come, by the state of the cell.

A notebook keeps these words: they must be true after the run, too.
"""


@dataclass
class _Seen:
    """What was seen of a cell's pictures when its request had begun at `since`."""

    since: tuple[float | None, float | None]
    facts: tuple[Facts | None, ...] = ()
    thumbnails: dict[int, tuple[bytes, ...]] = field(
        default_factory=dict
    )  # by their longest side, px; b"" of broken ones


_seen: WeakKeyDictionary[Cell, _Seen] = WeakKeyDictionary()
_lock = threading.Lock()  # over _seen


def facts_of(cell: Cell) -> tuple[Facts | None, ...]:
    """Return what is known of each of a cell's pictures; None of one that cannot be read."""
    seen = _seen_of(cell)
    if not seen.facts:
        seen.facts = tuple(Facts.of(image) if readable(image) else None for image in cell.images)
    return seen.facts


def small_pictures(cell: Cell, px: int) -> list[tuple[Image.Image, bytes] | None]:
    """Return each of a cell's pictures with its longest side at most `px` px, and the WebP file of that.

    None stands for one that cannot be read.
    """
    seen = _seen_of(cell)
    if px not in seen.thumbnails:
        response = cell.response  # held, so that its pictures are decoded once for both
        facts = facts_of(cell)
        if response is not None and len(facts) == len(response):
            small = (b"" if fact is None else thumbnail(image, px) for image, fact in zip(response, facts, strict=True))
            seen.thumbnails = {px: tuple(small)}
    return [(Image.open(io.BytesIO(data)), data) if data else None for data in seen.thumbnails.get(px, ())]


def readable(image: Image.Image) -> bool:
    """Tell whether a picture can be decoded: its file may be damaged, which is seen only then."""
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, struct.error, zlib.error):  # what Pillow raises
        return False
    return True


def _seen_of(cell: Cell) -> _Seen:
    since = (cell.started, cell.seconds)
    with _lock:
        seen = _seen.get(cell)
        if seen is None or seen.since != since:
            seen = _seen[cell] = _Seen(since)
        return seen


def digest_of(response: ImagesResponse, index: int) -> str:
    """Return the digest of a picture as 64 hex digits: from the gallery's file where that says it, else of the pixels.

    So a table of thousands of recorded pictures is made without decoding them.
    """
    if response.recorded and isinstance(response.request, CreateImageRequest):  # those of edits may be worked over
        made = Facts.of(response[index], pixels=False).made
        if made:
            return made
    return response.digests[index]


def sentence(cell: Cell) -> str:
    """Say why there are no pictures: ``not made``, or what went wrong."""
    return headline(cell.error) if cell.error is not None else SENTENCES.get(cell.state, cell.state)


def headline(error: BaseException) -> str:
    """Say in one sentence what went wrong, without keys."""
    if not isinstance(error, ImagesError):
        return f"Something went wrong here: {type(error).__name__}."
    return shortened(redact(first_sentence(error.message)[0]), LONGEST)
