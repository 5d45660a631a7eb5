"""What is chosen in a grid: selected, starred, in which order and how pictures are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import traitlets as t

from imagewidgets.widgets.grid_entries import Entry
from imagewidgets.widgets.grid_filling import GridFilling
from imagewidgets.widgets.grid_pictures import PictureList

PLACES = ("selected_indices", "starred_indices")


class GridChoice(GridFilling):
    """The choice among the pictures of a `ResultGrid`."""

    selected_indices = t.List(t.Int()).tag(sync=True)
    """Which pictures are selected: their places in `images`, ascending. Negative ones count from the end."""

    selected = PictureList(read_only=True)
    """The selected pictures, in the order of `images`. It follows `selected_indices`."""

    starred_indices = t.List(t.Int()).tag(sync=True)
    """Which pictures have a star: their places in `images`, ascending. Negative ones count from the end."""

    starred = PictureList(read_only=True)
    """The pictures that have a star, in the order of `images`. It follows `starred_indices`."""

    starred_only = t.Bool(False).tag(sync=True)
    """Whether only pictures with a star are shown. The others stay in `images`, and selected where they are."""

    sort = t.Enum(("newest", "oldest", "prompt", "model"), "newest").tag(sync=True)
    """The order on the screen; `images` keeps its own.

    ``newest`` has the pictures that came last in front (those that came together stay as they were given), ``oldest``
    is the order of `images`; ``prompt`` and ``model`` are alphabetical.
    """

    def __init__(self, images: Any = (), **kwargs: Any) -> None:
        places = {name: kwargs.pop(name) for name in PLACES if name in kwargs}
        super().__init__(images=images, **kwargs)
        for name, value in places.items():
            setattr(self, name, value)

    def select(self, *indices: int) -> None:
        """Select these pictures and no others; without an index, none.

        Raises
        ------
        traitlets.TraitError
            There is no picture at one of them.
        """
        self.selected_indices = list(indices)

    def star(self, *indices: int, on: bool = True) -> None:
        """Give these pictures a star, or with ``on=False`` take it away.

        Raises
        ------
        IndexError
            There is no picture at one of them.
        """
        with self._changing:
            places = {self._place(index) for index in indices}
            starred = set(self.starred_indices)
            self.starred_indices = sorted(starred | places if on else starred - places)

    @t.validate(*PLACES)
    def _check_places(self, proposal: dict[str, Any]) -> list[int]:
        count = len(self._entries)
        for index in proposal["value"]:
            if not -count <= index < count:
                raise t.TraitError(f"There is no picture {index}: the grid has {count}, counted from 0.")
        return sorted({index % count for index in proposal["value"]})

    @t.observe(*PLACES)
    def _follow_places(self, change: Any) -> None:
        self._update_chosen(change["name"])

    def _update_chosen(self, places: str) -> None:
        chosen = [self._entries[index].image for index in getattr(self, places)]
        self.set_trait(places.partition("_")[0], chosen)

    def _keep_choice(self, before: list[Entry]) -> None:
        chosen = {name: {before[index].id for index in getattr(self, name)} for name in PLACES}
        for name, ids in chosen.items():
            setattr(self, name, [place for place, entry in enumerate(self._entries) if entry.id in ids])
            self._update_chosen(name)  # the same places may hold other pictures now

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what a browser sends; it may still mean a picture that has just been removed."""
        count = len(self._entries)
        stale = {name: _there(sync_data[name], count) for name in PLACES if name in sync_data}
        super().set_state({**sync_data, **stale})


def _there(indices: Iterable[int], count: int) -> list[int]:
    return [index for index in indices if 0 <= index < count]
