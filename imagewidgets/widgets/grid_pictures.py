"""The pictures of a grid of any kind, and how they come to the browser.

Thumbnails travel beside the traits: a new picture is sent by a message of its own, while `_thumbnails` is filled in
place, which sends nothing. A page that loads later reads them all from there, as part of the widget's state; one that
misses a message (it was still loading) asks for what it lacks. So appending one picture sends one picture.

Of many pictures the first are looked at before the call returns, the others by a thread: a thousand take some seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import traitlets as t
from PIL import Image

from imagewidgets.display.phrases import redact
from imagewidgets.widgets.grid_entries import Entry, flat, look_aside, look_at
from imagewidgets.widgets.grid_tiles import summary_of, tiles_of
from imagewidgets.widgets.saved_output import SavedOutput

AT_ONCE = 60  # pictures that are looked at before a call returns: more than a screen shows
TOGETHER = 100  # pictures whose thumbnails go in one message, about 1.3 MB: the others come that way


class Images(list[Image.Image]):
    """A list that equals another if it holds the same pictures, not just such as look the same.

    So putting a copy in place of a picture is a change, and no pixels are compared to find that out.
    """

    __hash__ = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and [*map(id, self)] == [*map(id, other)]

    def __ne__(self, other: object) -> bool:
        return not self == other


class PictureList(t.List[Image.Image]):
    """A list of PIL images, made of anything that a grid takes."""

    def __init__(self, *, read_only: bool = False) -> None:
        super().__init__(t.Instance(Image.Image), read_only=read_only)

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the pictures of what is set."""
        return Images(super().validate(obj, list(flat(value))) or ())


class GridPictures(SavedOutput):
    """A widget that shows pictures. A subclass says which: it puts an `Entry` for each."""

    images = PictureList(read_only=True)
    """The pictures, as PIL images."""

    _tiles = t.List(t.Dict()).tag(sync=True)
    _summary = t.Dict().tag(sync=True)
    _thumbnails = t.Dict().tag(sync=True)
    _notice = t.Dict().tag(sync=True)
    """What the person is to be told: ``text``, ``advice``, and ``details`` one click away; empty for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        self._entries: list[Entry] = []
        self._changing = threading.RLock()  # pictures arrive from threads
        self._worker: threading.Thread | None = None
        self._closed = False
        super().__init__(**kwargs)

    def close(self) -> None:
        """Close the widget in every browser and end its work. The pictures can still be read."""
        self._closed = True
        super().close()
        self._thumbnails.clear()

    def _place(self, index: int) -> int:
        """Return a place counted from 0."""
        count = len(self._entries)
        if not -count <= index < count:
            raise IndexError(f"There is no picture {index}: the grid has {count}, counted from 0.")
        return index % count

    def _entry(self, name: str) -> Entry | None:
        """Return the picture that browsers call `name`; None where it is gone."""
        return next((entry for entry in self._entries if entry.id == name), None)

    def _put(self, entries: list[Entry]) -> None:
        """Show these pictures in place of those that are there; what has not been looked at yet, a thread looks at."""
        self._entries = entries
        self._show()
        if self._worker is None and any(entry.thumbnail is None for entry in entries):
            self._worker = threading.Thread(target=self._look_at_others, name="thumbnails", daemon=True)
            self._worker.start()

    def _look_at_others(self) -> None:
        """Look at what has not been looked at yet, some at a time: what a thread does."""
        while True:
            with self._changing:
                waiting = [entry for entry in self._entries if entry.thumbnail is None]
                if not waiting or self._closed:
                    self._worker = None
                    if not self._closed:
                        self._show()  # with the digests
                    return
            failed = look_aside(waiting[:TOGETHER])
            with self._changing:
                if not self._closed:
                    self._send_new()
                    self._tell_of_broken(failed)

    def _tell_of_broken(self, failed: Sequence[tuple[Entry, Exception]]) -> None:
        places = {entry.id: place for place, entry in enumerate(self._entries)}
        there = [(entry, error) for entry, error in failed if entry.id in places]  # some may have been taken out since
        if there:
            entry, error = there[0]
            name = entry.facts.words or f"no. {places[entry.id] + 1}"
            more = f", and {len(there) - 1} more" if there[1:] else ""
            self.tell(f"A picture cannot be read ({name}{more}).", redact(f"{type(error).__name__}: {error}"))

    def _look_at_all(self) -> None:
        """Look at all pictures now that have not been looked at yet."""
        with self._changing:
            look_at(self._entries)
            self._send_new()

    # ---- what browsers see

    def tell(self, text: str, details: str = "", *, advice: str = "") -> None:
        """Show a sentence above the pictures until the person closes it, what to do, and details one click away."""
        self._notice = {"text": text, "details": details, **({"advice": advice} if advice else {})}

    def _show(self) -> None:
        for name in self._thumbnails.keys() - {entry.id for entry in self._entries}:
            del self._thumbnails[name]
        self._send_new()
        self._describe()

    def _describe(self) -> None:
        """Say what is written about the pictures."""
        summary = summary_of(self._entries)
        self._summary = {"title": summary.title, "detail": summary.detail}
        self._tiles = tiles_of(self._entries, summary)

    def _send_new(self) -> None:
        """Send the thumbnails that no browser has yet."""
        new = {
            entry.id: entry.thumbnail
            for entry in self._entries
            if entry.thumbnail is not None and entry.id not in self._thumbnails
        }
        self._thumbnails.update(new)  # in place: see the module's docstring
        self._send_thumbnails(new)

    def _send_thumbnails(self, thumbnails: dict[str, bytes]) -> None:
        names = list(thumbnails)
        for start in range(0, len(names), TOGETHER):
            part = names[start : start + TOGETHER]
            self.send({"kind": "thumbnails", "ids": part}, [thumbnails[name] for name in part])
