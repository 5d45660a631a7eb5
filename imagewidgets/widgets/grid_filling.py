"""A grid that people fill: pictures put in and taken out."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import traitlets as t
from PIL import Image

from imagewidgets.display.captions import Facts
from imagewidgets.images import digest
from imagewidgets.widgets.grid_entries import Entry, Pictures, can_wait, flat, look_at, source_of
from imagewidgets.widgets.grid_pictures import AT_ONCE, GridPictures, PictureList


class GridFilling(GridPictures):
    """The pictures of a `ResultGrid`: put in, taken out."""

    images = PictureList()
    """The pictures, as PIL images. Assign what the constructor takes, or call `append`: a change inside is not seen."""

    def __init__(self, images: Pictures = (), **kwargs: Any) -> None:
        self._count = 0  # pictures that ever came
        self._batches = 0
        self._source = ""  # of the pictures that are being put in
        super().__init__(images=images, **kwargs)

    def append(self, images: Pictures, *, source: Image.Image | str | None = None) -> None:
        """Add a picture, or all pictures of a response, at the end.

        Parameters
        ----------
        images
            What the constructor takes.
        source
            The picture that they were made from, or its digest, where their recipes do not say.
        """
        with self._changing:
            self._source = digest(source) if isinstance(source, Image.Image) else source or ""
            try:
                self.images = [*self.images, *flat(images)]
            finally:
                self._source = ""

    def remove(self, index: int) -> None:
        """Take the picture at `index` out; the others stay selected and starred as they were.

        Raises
        ------
        IndexError
            There is no such picture.
        """
        with self._changing:
            images = list(self.images)
            del images[self._place(index)]
            self.images = images

    def clear(self) -> None:
        """Take all pictures out."""
        self.images = []

    @t.observe("images")
    def _follow_images(self, _: object) -> None:
        """Keep what is known of pictures that stay, and look at the new ones."""
        with self._changing:
            known: defaultdict[int, list[Entry]] = defaultdict(list)
            for entry in self._entries:
                known[id(entry.image)].append(entry)
            entries = [known[id(image)].pop(0) if known[id(image)] else self._new(image) for image in self.images]
            new = [entry for entry in entries if entry.thumbnail is None and entry.batch == self._batches]
            try:
                look_at([entry for place, entry in enumerate(new) if place < AT_ONCE or not can_wait(entry.image)])
            except Exception:
                self.images = [entry.image for entry in self._entries]  # as they were: a new one cannot be read
                raise
            self._batches += bool(new)
            before = self._entries
            self._put(entries)
            self._keep_choice(before)

    def came_apart(self) -> None:
        """Take the pictures as having come one after the other, not together: the last of them is the newest."""
        with self._changing:
            for place, entry in enumerate(self._entries):
                entry.batch = place
            self._batches = len(self._entries)
            self._show()

    def _new(self, image: Image.Image) -> Entry:
        self._count += 1
        facts = Facts.of(image, pixels=False)
        return Entry(str(self._count - 1), image, self._batches, facts, self._source or source_of(image))

    def _keep_choice(self, before: list[Entry]) -> None:
        """Keep what is chosen on the pictures that stay; `before` are those that were there."""
