"""What a person does with a picture of a grid and others listen to: edit it, vary it, use its prompt."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from types import EllipsisType
from typing import Any, Literal, cast, get_args

import traitlets as t
from PIL import Image

from imagewidgets.widgets.grid_choice import GridChoice
from imagewidgets.widgets.messages import redact

Action = Literal["edit", "vary", "use_prompt"]
Listener = Callable[[Action, int, Image.Image], Any]
ACTIONS = get_args(Action)


class GridActions(GridChoice):
    """The actions of a `ResultGrid`, and what is open over the pictures."""

    callback_error = t.Instance(Exception, allow_none=True, read_only=True)
    """What the callback of an action raised last, or None. The grid shows it, too."""

    _listens = t.Bool(False).tag(sync=True)
    """Whether somebody listens: only then browsers show the buttons for it."""

    _open = t.Dict().tag(sync=True)
    """What lies over the pictures: ``view`` is ``lightbox`` or ``compare``, ``ids`` its pictures; empty for none."""

    def __init__(self, images: Any = (), **kwargs: Any) -> None:
        self._listeners: list[Listener] = []
        super().__init__(images, **kwargs)

    def on_action(self, callback: Listener, *, remove: bool = False) -> None:
        """Call `callback` when a person wants to go on with a picture.

        Parameters
        ----------
        callback
            Called with the action (``"edit"``, ``"vary"`` or ``"use_prompt"``), the index of the picture and the
            picture. The buttons for it are shown as long as there is a callback.
        remove
            Do not call it any more.

        Raises
        ------
        ValueError
            It is to be removed, and is not there.
        """
        if not remove:
            self._listeners.append(callback)
        elif callback in self._listeners:
            self._listeners.remove(callback)
        else:
            raise ValueError(f"{callback!r} does not listen to this grid.")
        self._listens = bool(self._listeners)

    def act(self, action: Action, index: int) -> None:
        """Do what a button of a picture does: tell everybody who listens.

        What a callback raises is shown in the grid and kept in `callback_error`; the others are called all the same.

        Raises
        ------
        ValueError
            There is no such action.
        IndexError
            There is no such picture.
        """
        if action not in ACTIONS:
            raise ValueError(f"There is no action {action!r}. Actions are {', '.join(ACTIONS)}.")
        place = self._place(index)
        image = self._entries[place].image
        for callback in list(self._listeners):
            try:
                callback(action, place, image)
            except Exception as error:  # whatever it is, the person who clicked is told
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
