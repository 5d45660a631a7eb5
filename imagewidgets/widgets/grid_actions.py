"""What lies over the pictures of a grid, and what its buttons do for those who listen."""

from __future__ import annotations

import traceback
from types import EllipsisType
from typing import cast

import traitlets as t
from PIL import Image

from imagewidgets.display.phrases import redact
from imagewidgets.widgets.grid_pictures import GridPictures
from imagewidgets.widgets.picture_actions import Action, PictureActions


class GridActions(PictureActions, GridPictures):
    """The actions of a grid of pictures, and what is open over the pictures."""

    callback_error = t.Instance(Exception, allow_none=True, read_only=True)
    """What the callback of an action raised last, or None. The grid shows it, too."""

    show_recipe = t.Bool(False).tag(sync=True)
    """Whether the recipe of the current picture stands beside the pictures."""

    _open = t.Dict().tag(sync=True)
    """What lies over the pictures: ``view`` is ``lightbox`` or ``compare``, ``ids`` its pictures; empty for none."""

    def _picture_at(self, index: int) -> tuple[int, Image.Image]:
        place = self._place(index)
        return place, self._entries[place].image

    def _tell_failed(self, action: Action, error: Exception) -> None:
        self.set_trait("callback_error", error)
        name = action.replace("_", " ").capitalize()
        words = redact(f"{name}: {type(error).__name__}: {error}".rstrip(": "))
        self.tell(words, redact("".join(traceback.format_exception(error))))

    def open(self, index: int | EllipsisType | None = ...) -> None:
        """Show the picture at `index` large, in every view of the grid; None closes what is open.

        Without an index it connects the widget with the browser: the method of this name that all widgets have.

        Raises
        ------
        IndexError
            There is no such picture.
        """
        if isinstance(index, EllipsisType):
            super().open()
            return
        self._open = {} if index is None else {"view": "lightbox", "ids": [self._entries[self._place(index)].id]}

    def compare(self, first: int, second: int) -> None:
        """Show two pictures over each other, in every view of the grid; ``open(None)`` closes it.

        Raises
        ------
        IndexError
            There is no such picture.
        ValueError
            They are one and the same.
        """
        places = self._place(first), self._place(second)
        if places[0] == places[1]:
            raise ValueError(f"Picture {first} cannot be compared with itself. Give two.")
        self._open = {"view": "compare", "ids": [self._entries[place].id for place in places]}

    def _act_by_name(self, action: str, name: str) -> None:
        """Do what a browser asks for; the picture may be gone by now."""
        entry = self._entry(name)
        if entry is None:
            self.tell("This picture is not in the grid any more.")
        else:
            self.act(cast("Action", action), self._entries.index(entry))

    def _show(self) -> None:
        super()._show()
        here = {entry.id for entry in self._entries}
        if not here.issuperset(self._open.get("ids", ())):
            self._open = {}
