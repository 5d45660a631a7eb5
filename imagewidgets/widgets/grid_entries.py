"""What a grid knows of each of its pictures, and how that is made: facts, digest, thumbnail."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from PIL import Image, ImageFile

from imagewidgets.display import thumbnail
from imagewidgets.display.captions import Facts
from imagewidgets.images import digest, read_recipe

THUMBNAIL = 320  # px, the longest side: tiles are 120 to 272 CSS px wide, and screens may be dense
WORKERS = 4  # threads that look at pictures: Pillow works outside Python's lock

Pictures = Image.Image | Iterable["Pictures"]
"""A PIL image, an ImagesResponse, or a list of either."""


@dataclass
class Entry:
    """A picture of the grid.

    Attributes
    ----------
    id
        What browsers call it. It stays the same while the picture is in the grid.
    image
        The picture.
    batch
        With which others it came: they count up.
    facts
        What is known of it; without a digest until it has been looked at.
    source
        Digest of the picture that it was made from; empty where none is known.
    thumbnail
        A WebP file; None until it has been looked at, empty if that failed.
    """

    id: str
    image: Image.Image
    batch: int
    facts: Facts
    source: str = ""
    thumbnail: bytes | None = None

    def look(self, image: Image.Image | None = None) -> None:
        """Take the digest and the thumbnail of the picture, or of `image`, a copy of it.

        Raises
        ------
        OSError
            The file behind the picture cannot be read to its end.
        """
        seen = self.image if image is None else image
        self.facts = replace(self.facts, digest=digest(seen))
        self.thumbnail = thumbnail(seen, THUMBNAIL)


def flat(images: Pictures) -> Iterator[Image.Image]:
    """Yield every picture of what a grid takes.

    Raises
    ------
    TypeError
        Something is no picture.
    ValueError
        A picture has no pixels.
    """
    if isinstance(images, Image.Image):
        if 0 in images.size:
            raise ValueError(f"A picture of {images.width} × {images.height} px cannot be shown: it has no pixels.")
        yield images
    elif isinstance(images, Iterable) and not isinstance(images, str | bytes):
        for part in images:
            yield from flat(part)
    else:
        raise TypeError(f"A grid shows PIL images, not a {type(images).__name__}. PIL.Image.open(…) opens a file.")


def source_of(image: Image.Image) -> str:
    """Return the digest of the first input picture that the recipe names; empty where it names none."""
    request = (read_recipe(image) or {}).get("request")
    inputs = request.get("image") if isinstance(request, dict) else None
    first = inputs[0] if isinstance(inputs, list) and inputs else inputs
    return first if isinstance(first, str) else ""


def look_at(entries: Sequence[Entry]) -> None:
    """Look at these pictures, several at a time; those that have been looked at are left alone."""
    missing = {id(entry.image): entry for entry in entries if entry.thumbnail is None}  # no picture is decoded twice
    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in pool.map(Entry.look, missing.values()):
            pass  # so that what goes wrong is raised
    for entry in entries:
        if entry.thumbnail is None:
            seen = missing[id(entry.image)]
            entry.facts, entry.thumbnail = replace(entry.facts, digest=seen.facts.digest), seen.thumbnail


def look_aside(entries: Sequence[Entry]) -> list[tuple[Entry, Exception]]:
    """Look at these pictures while others may use them; return those that cannot be read, and why.

    A picture that has not been decoded yet is not touched: whoever uses it would decode it at the same time. What is
    looked at is then a second one, opened from the same file.
    """
    failed: list[tuple[Entry, Exception]] = []

    def look(entry: Entry) -> None:
        seen = entry.image
        try:
            seen = _second(entry.image)
            entry.look(seen)
        except Exception as error:  # Pillow's decoders raise many kinds; the grid shows it
            entry.thumbnail = b""
            failed.append((entry, error))
        finally:
            if seen is not entry.image:
                seen.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in pool.map(look, entries):
            pass
    return failed


def can_wait(image: Image.Image) -> bool:
    """Whether a picture may be looked at while others use it: it is decoded, or can be opened a second time."""
    if not _is_undecoded(image):
        return True
    if getattr(image, "is_animated", False):
        return False  # a second one would stand at its first frame
    return bool(getattr(image, "filename", "")) or isinstance(getattr(image, "fp", None), io.BytesIO)


def _is_undecoded(image: Image.Image) -> bool:
    return isinstance(image, ImageFile.ImageFile) and bool(image.tile)


def _second(image: Image.Image) -> Image.Image:
    file = getattr(image, "fp", None)  # gone as soon as the picture is decoded
    if not _is_undecoded(image) or file is None:
        return image
    return Image.open(io.BytesIO(file.getvalue()) if isinstance(file, io.BytesIO) else image.filename)  # type: ignore[attr-defined]
