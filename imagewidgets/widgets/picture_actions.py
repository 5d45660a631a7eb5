"""What a person does with a picture of a widget and others listen to: edit it, vary it, use its prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import traitlets as t
from PIL import Image

Action = Literal["edit", "vary", "use_prompt"]
Listener = Callable[[Action, int, Image.Image], Any]
ACTIONS = get_args(Action)


class PictureActions(t.HasTraits):
    """The actions of a widget that shows pictures: of `ResultGrid`, and of `PromptForm`."""

    _listens = t.Bool(False).tag(sync=True)
    """Whether somebody listens: only then browsers show the buttons for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._listeners: list[Listener] = []
        super().__init__(*args, **kwargs)

    def on_action(self, callback: Listener, *, remove: bool = False) -> None:
        """Call `callback` when a person wants to go on with a picture.

        Parameters
        ----------
        callback
            Called with the action (``"edit"``, ``"vary"`` or ``"use_prompt"``), the index of the picture in `images`
            and the picture. The buttons for it are shown as long as there is a callback.
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
            raise ValueError(f"{callback!r} does not listen to {self!r}.")
        self._listens = bool(self._listeners)

    def act(self, action: Action, index: int) -> None:
        """Do what a button of a picture does: tell everybody who listens.

        What a callback raises is shown in the widget and kept in `callback_error`; the others are called all the same.

        Raises
        ------
        ValueError
            There is no such action.
        IndexError
            There is no such picture.
        """
        if action not in ACTIONS:
            raise ValueError(f"There is no action {action!r}. Actions are {', '.join(ACTIONS)}.")
        place, image = self._picture_at(index)
        for callback in list(self._listeners):
            try:
                callback(action, place, image)
            except Exception as error:  # whatever it is, the person who clicked is told
                self._tell_failed(action, error)

    def _picture_at(self, index: int) -> tuple[int, Image.Image]:
        """Return the place of a picture, counted from 0, and the picture."""
        raise NotImplementedError

    def _tell_failed(self, action: Action, error: Exception) -> None:
        """Show what a callback of an action raised, and keep it."""
        raise NotImplementedError
