"""The pictures of a studio, and how small copies of them come to the browser.

As in the result grid, thumbnails travel beside the traits: `_thumbnails` is filled in place, which sends nothing, and a
new one is sent once, by a message of its own. A page that loads later has them in the widget's state; one that misses a
message asks for what it lacks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import traitlets as t
from PIL import Image

from imagewidgets.display import thumbnail
from imagewidgets.display.captions import Facts
from imagewidgets.widgets.saved_output import SavedOutput
from imagewidgets.widgets.studio_history import StudioHistory

SMALL = 96  # px, the longest side: film strip and tree show 44 CSS px, and screens are fine
TOGETHER = 200  # thumbnails in one message: about 0.4 MB


class StudioPictures(SavedOutput):
    """A widget that shows pictures by name: small ones, once each."""

    history = t.Tuple(read_only=True)
    """All steps so far, as `studio_history.Step` values, the newest last."""

    _strip = t.List(t.Dict()).tag(sync=True)
    """The pictures of the session: ``{id, alt}`` each."""
    _thumbnails = t.Dict().tag(sync=True)
    _names: t.Dict[int, tuple[str, Image.Image]] = t.Dict()
    """By id of the picture, which is held here, so that its id stays its own."""

    def __init__(self, **traits: Any) -> None:
        self._changing = threading.RLock()  # pictures arrive from threads
        self._tree = StudioHistory()
        super().__init__(**traits)

    def _name(self, image: Image.Image) -> str:
        """Return what browsers call a picture; it has a thumbnail from then on."""
        with self._changing:
            if id(image) not in self._names:
                self._names[id(image)] = (f"p{len(self._names)}", image)
                name = self._names[id(image)][0]
                self._thumbnails[name] = thumbnail(image, SMALL)  # in place: see the module's docstring
                self._send_thumbnails([name])
            return self._names[id(image)][0]

    def _named(self, name: str) -> Image.Image | None:
        """Return the picture that browsers call `name`, if there is one."""
        return next((image for one, image in self._names.values() if one == name), None)

    def _send_thumbnails(self, names: Iterable[str]) -> None:
        wanted = [name for name in names if name in self._thumbnails]
        for start in range(0, len(wanted), TOGETHER):
            part = wanted[start : start + TOGETHER]
            self.send({"kind": "thumbnails", "ids": part}, [self._thumbnails[name] for name in part])

    def _words(self, image: Image.Image) -> str:
        """Return what a picture shows, for those who cannot see it."""
        place = self._tree.find(image)
        words = "" if place is None else self._tree.words(self._tree.steps[place.step])
        return words or Facts.of(image, pixels=False).words or "A picture"

    def _show_strip(self, images: Iterable[Image.Image]) -> None:
        self._strip = [{"id": self._name(image), "alt": self._words(image)} for image in images]

    def close(self) -> None:
        """Close the widget in every browser, and forget what was made for it."""
        super().close()
        self._thumbnails.clear()
        self._names.clear()
