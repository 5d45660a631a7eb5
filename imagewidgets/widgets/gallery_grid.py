"""The pictures of a gallery as a `ResultGrid` whose stars are kept in the gallery."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, cast

from PIL import Image

from imagewidgets.gallery.pictures import Picture
from imagewidgets.images import own_recipe, write_recipe
from imagewidgets.widgets.result_grid import ResultGrid


class _OnDisk(io.RawIOBase):
    """A picture file that is open only while it is read: of a thousand, none holds a handle or its bytes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._path.open("rb", buffering=0) as file:
            file.seek(self._place)
            count = file.readinto(buffer) or 0
        self._place += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place}.get(whence)
        self._place = (self._path.stat().st_size if start is None else start) + offset
        return self._place

    def tell(self) -> int:
        return self._place


def _opened(picture: Picture) -> Image.Image:
    if picture.path.suffix.lower() == ".svg":
        return picture.image  # it is rendered, from all of its text
    image = Image.open(cast("BinaryIO", _OnDisk(picture.path)))
    image.filename = str(picture.path)  # where the grid opens it a second time
    if (recipe := own_recipe(image)) is not None:
        write_recipe(image, recipe)  # out of the EXIF data
    return image


def grid(pictures: Iterable[Picture], **traits: Any) -> ResultGrid:
    """Return a grid of these pictures; files that are no pictures are left out, and told of above the others.

    A star given in the grid is given in the gallery, by whatever way; where that fails, the grid says so.
    """
    shown: dict[int, Picture] = {}
    images: list[Image.Image] = []
    unreadable: list[str] = []
    for picture in pictures:
        try:
            image = _opened(picture)
        except (OSError, ValueError):
            unreadable.append(picture.name)
            continue
        shown[id(image)] = picture
        images.append(image)
    made = ResultGrid(images, **traits)
    made.came_apart()
    made.starred_indices = [place for place, image in enumerate(images) if shown[id(image)].starred]

    def keep(_change: object) -> None:
        starred = {id(image) for image in made.starred}
        for image in made.images:
            picture = shown.get(id(image))
            if picture is None or picture.starred == (id(image) in starred):
                continue
            try:
                picture.starred = id(image) in starred
            except OSError as error:
                made.tell("A star could not be kept in the gallery.", f"{type(error).__name__}: {error.strerror}")

    made.observe(keep, "starred")
    if unreadable:
        made.tell(f"{len(unreadable)} of the files cannot be read.", "\n".join(unreadable))
    return made
