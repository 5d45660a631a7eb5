"""What a widget leaves in its notebook: the base class of those that stand at the end of a cell.

A widget is often shown first and filled later, and a notebook keeps what a cell gave when it ran. So a widget gives two
outputs: its live view, and behind it a saved view with the pictures (HTML, one PNG, and text with digests), which is
renewed as the widget changes. While the live view is there, the saved view is out of sight, by a few style rules that
it brings along (`OVER`). Where nothing runs it is what is seen: on a converted page, on GitHub, in a notebook that is
opened another day, trusted or not.

The saved view is renewed when a cell has run to its end, and when nothing has changed for a while; so what a person
does by clicks gets into the notebook, and so does what cells do when no page is open (``jupyter nbconvert --execute``).
JupyterLab knows where the output belongs until the page is loaded again; from then on, until the cell is run again, the
notebook keeps what it has.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anywidget
from IPython import get_ipython

from imagewidgets.widgets import closing

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

SAVED = "imagewidgets-saved"
"""The class of the element around a saved view."""

PATIENCE = 1
"""Seconds that a view may load until the saved view is seen in its place."""

_CHILD = ".jp-OutputArea-child"  # JupyterLab, Notebook 7, Voila and nbconvert have each output in one
_STILL = f"{_CHILD}:has(.{SAVED})"
_BEFORE_STILL = f":has(~{_CHILD} .{SAVED})"
_ALIVE = ":has(.iw:not(.iw-dead))"
# Without a model Jupyter says so there, as text; a page that was converted has nothing but scripts there. What was made
# of a saved model, without a kernel, is marked by the widget's own script (`overSavedView`).
_EMPTY = ":has(>.jupyter-widgets):not(:has(>.jupyter-widgets>:not(script)))"
_DEAD = f":has(.iw-dead):not({_ALIVE})"
_LOADING = (
    ":has(>.lm-Panel.jp-OutputArea-output)"
    ":not(:has(>.jupyter-widgets,>.lm-mod-hidden,>.lm-Panel.jp-OutputArea-output>:not(div:empty)))"
)
_GONE = "max-height:0;overflow:hidden;visibility:hidden"

OVER = (
    f"{_CHILD}{_ALIVE}~{_STILL},{_CHILD}{_EMPTY}{_BEFORE_STILL},{_CHILD}{_DEAD}{_BEFORE_STILL}{{display:none}}"
    f"{_CHILD}{_LOADING}~{_STILL}{{animation:iw-late {PATIENCE}s step-end}}"
    f"{_CHILD}{_LOADING}{_BEFORE_STILL}{{animation:iw-away {PATIENCE}s step-end forwards}}"
    f"@keyframes iw-late{{from{{{_GONE}}}}}@keyframes iw-away{{to{{{_GONE}}}}}"
)
"""The style rules of a saved view: it is out of sight behind a live one, and takes the place of a dead one.

While a view is loaded it waits, so that it does not flash up; not for ever, since a notebook without a kernel loads for
ever.
"""


class SavedOutput(anywidget.AnyWidget):
    """A widget whose pictures outlive it. A subclass says what they look like, and when that has changed."""

    save_after = 1.0
    """Seconds without a change after which the notebook gets the new saved view."""

    _shell: InteractiveShell | None = None  # where it is displayed, if it is

    def __init__(self, **traits: Any) -> None:
        self._display_id = uuid4().hex  # of all outputs with its saved view
        self._last_saved: dict[str, str] = {}  # what they hold
        self._saving = threading.Lock()  # held while that is made and sent
        self._pausing = threading.Lock()  # over these two:
        self._pause: threading.Timer | None = None
        self._changed_at = 0.0  # monotonic time, s
        super().__init__(**traits)

    def saved_view(self) -> dict[str, str]:
        """Return what is to be seen where nothing runs, by MIME type: text/plain and text/html, image/png if any."""
        raise NotImplementedError

    def open(self) -> None:
        """Connect the widget with browsers: once more, where it was closed."""
        if self.layout.comm is None:
            self.layout.open()  # closed with it
        super().open()

    def close(self) -> None:
        """Close the widget in every browser. What was to be seen last stays in the notebook."""
        if self._shell is not None:
            self._save_if_changed()
            self._shell.events.unregister("post_execute", self._save_if_changed)
            self._shell = None
        super().close()
        closing.close_layout(self)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return live and saved view as one, for whoever takes one only: marimo, for example."""
        data, metadata = self._live_view()
        return {**data, **self.saved_view()}, metadata

    def _live_view(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the MIME bundle of the live view, and its metadata."""
        return super()._repr_mimebundle_() or ({}, {})

    def _ipython_display_(self) -> None:
        """Give both outputs to the cell."""
        shell = get_ipython()
        if shell is None or shell.display_formatter.active_types == ["text/plain"]:
            raise NotImplementedError  # a terminal: IPython goes on to the text
        if self.comm is None:
            shell.display_pub.publish(self.saved_view())
            return
        if self._shell is None:
            self._shell = shell
            shell.events.register("post_execute", self._save_if_changed)
        data, metadata = self._live_view()
        # Where it is not live there is nothing to be seen of it: then the saved view says it all.
        shell.display_pub.publish({**data, "text/html": "", "text/plain": ""}, metadata)
        with self._saving:
            self._take_pause()
            self._last_saved = self._saved_output()
            shell.display_pub.publish(self._last_saved, transient={"display_id": self._display_id})

    def _saved_output(self) -> dict[str, str]:
        saved = self.saved_view()
        # The comment marks are nothing in CSS. Where a page shows no styles, they hide the rules from the reader.
        html = f'<div class="{SAVED}"><style><!-- {OVER} --></style>{saved["text/html"]}</div>'
        return {**saved, "text/html": html}

    def _save_view(self) -> None:
        """Put what is to be seen now into the notebook, wherever the widget was displayed."""
        with self._saving:
            if self._shell is None:
                return  # it was closed meanwhile
            saved = self._saved_output()
            if saved != self._last_saved:
                self._last_saved = saved
                self._shell.display_pub.publish(saved, transient={"display_id": self._display_id}, update=True)

    def _save_if_changed(self) -> None:
        """Save at the end of a cell: whoever runs a notebook to its end looks no further."""
        if self._take_pause():
            self._save_view()

    def _save_soon(self, _change: object = None) -> None:
        """Save when nothing has changed for a while; for observers of what is to be seen."""
        with self._pausing:
            self._changed_at = time.monotonic()
            if self._shell is not None and self._pause is None:
                self._wait(self.save_after)

    def _wait(self, seconds: float) -> None:
        self._pause = threading.Timer(seconds, self._end_pause)
        self._pause.name = "imagewidgets-saved-view"
        self._pause.daemon = True
        self._pause.start()

    def _end_pause(self) -> None:
        with self._pausing:
            if self._pause is not threading.current_thread():
                return  # it has been saved meanwhile
            self._pause = None
            rest = self._changed_at + self.save_after - time.monotonic()
            if rest > 0:
                self._wait(rest)
                return
        self._save_view()

    def _take_pause(self) -> bool:
        """Wait no longer; return whether there was a change to wait for."""
        with self._pausing:
            pause, self._pause = self._pause, None
        if pause is not None:
            pause.cancel()
        return pause is not None
