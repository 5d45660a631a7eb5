"""What all parts of a prompt form stand on: who gets its requests, and where errors of the user's functions go."""

from __future__ import annotations

from typing import Any

import traitlets

from imagewidgets import api
from imagewidgets.client import Client
from imagewidgets.widgets import messages
from imagewidgets.widgets.controls import Place, place_of
from imagewidgets.widgets.saved_output import SavedOutput


class FormBase(SavedOutput):
    """A widget with a client. The client is no trait: it holds a key."""

    _destination = traitlets.Dict().tag(sync=True)
    _callback_problem = traitlets.Dict().tag(sync=True)

    def __init__(self, client: Client | None, **traits: Any) -> None:
        self._client = _checked(client)
        self.callback_error: BaseException | None = None
        """What a function of the user's raised that observes the form, or was given to one of its ``on_…``."""
        super().__init__(**traits)

    @property
    def client(self) -> Client | None:
        """The client that was given; None means the one that ``iw.generate`` uses."""
        return self._client

    @client.setter
    def client(self, client: Client | None) -> None:
        self._client = _checked(client)
        self.show_destination()

    @property
    def service(self) -> Client:
        """The client that the next request goes to."""
        return self._client or api.default_client()

    @property
    def place(self) -> Place:
        """Whose server that is: "sketch", "openai" or "other"."""
        return place_of(self.service.destination)

    def show_destination(self) -> None:
        """Show where requests go now."""
        where = self.service.destination
        hint = messages.OFFLINE_HINT if where.icon == "offline" else ""
        self._destination = {**where._asdict(), "hint": hint}

    def _draw(self, **values: Any) -> None:
        """Set traits of the view, as one message."""
        with self.hold_sync():
            for name, value in values.items():
                setattr(self, name, value)

    def _put(self, **values: Any) -> None:
        """Set traits that people observe, in this order; an observer that raises is shown and stops nothing."""
        for name, value in values.items():
            try:
                self.set_trait(name, value)
            except Exception as error:
                self._show_callback_error(error, f"A function observing {name!r}")

    def _show_callback_error(self, error: BaseException, who: str) -> None:
        self.callback_error = error
        self._callback_problem = messages.callback_failed(error, who).as_dict()


def _checked(client: object) -> Client | None:
    if client is None or isinstance(client, Client):
        return client
    # Only its type is named: it may be a key.
    raise TypeError(
        f"client must be a Client, such as imagewidgets.Client('sketch'), or None, not a {type(client).__name__}."
    )
