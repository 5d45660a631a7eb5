"""A mask canvas and the browsers that show it: what they are told, and what they send."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, cast

import traitlets
from ipycanvas import Canvas
from ipywidgets import widget_serialization

from imagewidgets.mask import regions
from imagewidgets.widgets import mask_layers
from imagewidgets.widgets.mask_messages import Sessions, Upload, read_operation, sentence
from imagewidgets.widgets.mask_results import Results
from imagewidgets.widgets.mask_state import MaskState, encode_coverage
from imagewidgets.widgets.saved_output import SavedOutput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagewidgets.mask.operations import Mode
    from imagewidgets.widgets.mask_state import Offset


class LinkedCanvas(Results, SavedOutput):
    """The protocol of a mask canvas.

    Python to browser: ``_state``, replaced after each change (see `MaskState`), and ``_notice``, a sentence for the
    person. Browser to Python, as messages (see `mask_messages`):

    - ``{"type": "do", session, number, picture, operation}``, the points of a stroke, polygon or pen in a buffer;
    - ``{"type": "undo" | "redo" | "keep_mask" | "keep_markup", session, number, picture}``;
    - ``{"type": "image", part, parts, name}`` with a buffer: a file, in parts counted from 0;
    - ``{"type": "sync"}``: the whole state, please; an update was missed;
    - ``{"type": "round_trip"}``: the layers cannot be reached here, so ipycanvas's own events are to carry the brush.

    `session` is a name that the browser makes up, `number` counts its messages from 1, `picture` is the one that was
    drawn on: what was drawn before it was extended is moved along, what was drawn on another one is answered and let
    go.
    """

    _mask_layer = traitlets.Instance(Canvas).tag(sync=True, **widget_serialization)
    _state = traitlets.Dict().tag(sync=True)
    _notice = traitlets.Unicode().tag(sync=True)

    save_after = 10.0
    """Seconds: a saved view is larger than many strokes, and goes to the browser; so not while somebody draws."""

    _round_trip: mask_layers.RoundTrip | None = None
    _parts: Sequence[Any] = ()  # what is closed together with the canvas

    def __init__(self, **traits: Any) -> None:
        self._lock = threading.RLock()  # messages may come by another thread than the cells'
        self._wire = MaskState()
        self._sessions = Sessions()
        self._upload = Upload()
        empty = self._wire.facts(None, {})
        super().__init__(_state=empty, **traits)
        self.on_msg(self._receive)

    # What the browser is sent

    def _publish(self) -> None:
        """Tell the state as it is now to the browser first, then to whoever observes the pictures."""
        self._wire.revision += 1
        self._state = self._wire.facts(self._history, self._sessions.answered)
        self._show_round_trip()
        self.tell_pictures()

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return the synced traits by name; with all of them the whole mask, with `_state` alone what is new of it."""
        with self._lock:
            state: dict[str, Any] = super().get_state(key, drop_defaults)
            if "_state" in state:
                pixels = self._wire.whole(self._history) if key is None else self._wire.update(self._history)
                state["_state"] = {**state["_state"], **pixels}
            return state

    def send_state(self, key: Any = None) -> None:
        """Send the traits in `key` to the browser, all of them without it."""
        with self._lock:
            super().send_state(key)
            if key is None or "_state" in ({key} if isinstance(key, str) else key):
                self._wire.sent()

    @traitlets.observe("feather", "soft_mask")
    def _soften(self, _change: object) -> None:
        if self._history is not None:
            with self._lock:
                self.tell_pictures()

    @traitlets.observe("tool")
    def _prepare(self, _change: object) -> None:
        if self.tool in ("wand", "bucket") and "scipy.ndimage" not in sys.modules:
            threading.Thread(target=regions.prepare, name="imagewidgets wand").start()

    # What the browser sends

    def _receive(self, _widget: object, content: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        with self._lock:
            match content:
                case {"type": "do" | "undo" | "redo" | "keep_mask" | "keep_markup"}:
                    self._receive_numbered(content, buffers)
                case {"type": "image"}:
                    self._receive_image(content, bytes(buffers[0]))
                case {"type": "sync"}:
                    self._wire.resend()
                    self._publish()
                case {"type": "round_trip"}:
                    self._receive_round_trip()
                case _:
                    raise ValueError(f"A mask canvas knows no message of the type {content.get('type')!r}.")

    def _receive_numbered(self, content: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        before = self._wire.revision
        mine = self._sessions.take(str(content["session"]), int(content["number"]))
        try:
            # What was drawn on a picture that has been replaced since is let go; but it is answered.
            offset = self._wire.offset(content["picture"])
            if mine and offset is not None:
                self._notice = ""
                self._act(content, buffers, offset)
        except ValueError as error:
            if self._wire.revision != before:
                raise  # it was done; this came from somebody who observes
            self._notice = sentence(error)
        finally:
            if self._wire.revision == before:
                self._publish()  # whatever became of it, it must not come again

    def _act(self, content: dict[str, Any], buffers: Sequence[memoryview], offset: Offset) -> None:
        match content["type"]:
            case "do":
                self.do(read_operation(content, buffers, offset))
            case "undo":
                self.undo()
            case "redo":
                self.redo()
            case "keep_mask":
                self.keep("mask")
            case "keep_markup":
                self.keep("markup")

    def _receive_image(self, content: dict[str, Any], data: bytes) -> None:
        try:
            if file := self._upload.add(int(content["part"]), int(content["parts"]), data):
                self.image = file
        except ValueError as error:
            self._notice = f"{content['name']}: {error}"

    def _receive_round_trip(self) -> None:
        if self._round_trip is None:  # a second browser may ask for it too
            self._round_trip = mask_layers.RoundTrip(self._mask_layer, self._receive_stroke)
            self._parts = [*self._parts, self._round_trip.picture]
        self._show_round_trip()

    def _receive_stroke(self, points: list[tuple[float, float]]) -> None:
        self.stroke(points, mode="subtract" if self.tool == "eraser" else cast("Mode", self.mode))

    @traitlets.observe("overlay_color")
    def _show_round_trip(self, _change: object = None) -> None:
        if self._round_trip is not None and self._history is not None:
            colour = mask_layers.rgb(self.overlay_color)
            self._round_trip.show(encode_coverage(self._history.raster, colour))
