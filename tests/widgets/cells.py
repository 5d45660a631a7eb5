"""A notebook without a kernel: it keeps what widgets give it to show."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from IPython.core.events import EventManager, available_events

from imagewidgets.widgets.saved_output import SavedOutput

PATIENCE = 60.0  # s; reached only when a test fails
VIEW = "application/vnd.jupyter.widget-view+json"


class Cells:
    """In the place of IPython's shell; `active_types` are the forms that it can show.

    Attributes
    ----------
    sent
        What widgets gave, since it was last cleared: ``data``, ``id`` of the display, and whether it is an ``update``.
    """

    def __init__(self, *active_types: str) -> None:
        self.display_formatter = SimpleNamespace(active_types=list(active_types))
        self.display_pub = self
        self.events = EventManager(self, available_events)
        self.sent: list[dict[str, Any]] = []
        self._news = threading.Condition()

    def publish(self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False) -> None:
        """Take what a widget gives."""
        with self._news:
            self.sent.append({"data": data, "id": (transient or {}).get("display_id"), "update": update})
            self._news.notify_all()

    def show(self, widget: SavedOutput) -> list[dict[str, Any]]:
        """Display a widget and return what it gave; what was given before is forgotten."""
        self.sent.clear()
        widget._ipython_display_()
        return list(self.sent)

    def end_cell(self) -> list[dict[str, Any]]:
        """Return what is given when a cell ends; what was given before is forgotten."""
        self.sent.clear()
        self.events.trigger("post_execute")
        return list(self.sent)

    def outputs(self, widget: SavedOutput, change: Callable[[], object]) -> list[dict[str, Any]]:
        """Return the MIME bundles that a notebook holds of a widget which is changed after it was displayed."""
        shown = self.show(widget)
        change()
        for update in self.end_cell():
            shown = [update if one["id"] == update["id"] else one for one in shown]
        return [one["data"] for one in shown]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds that depends on what was given."""
        with self._news:
            assert self._news.wait_for(condition, PATIENCE)

    def close(self) -> None:
        """Close what is displayed."""
        for callback in list(self.events.callbacks["post_execute"]):
            callback.__self__.close()
        wait_for_threads()


def wait_for_threads() -> None:
    """Wait until no thread is left that waits to save; one that nobody cancelled would wait for an hour."""
    for thread in threading.enumerate():
        if thread.name == "imagewidgets-saved-view":
            thread.join(PATIENCE)
            assert not thread.is_alive()
