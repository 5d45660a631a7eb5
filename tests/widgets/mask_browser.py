"""A browser without a browser: it takes what a mask canvas sends, as `mask_canvas_link.js` does, and sends messages."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from ipywidgets.widgets.widget import _put_buffers
from PIL import Image

from imagewidgets.widgets.mask_canvas import MaskCanvas


class Comm:
    """What a widget sends by, in place of a kernel's."""

    kernel = object()
    comm_id = "a-comm"

    def __init__(self) -> None:
        self.listeners: list[Any] = []
        self.updates: list[dict[str, Any]] = []

    def on_msg(self, _callback: Any) -> None:
        pass

    def close(self, *_: Any, **__: Any) -> None:
        pass

    def send(self, data: dict[str, Any], buffers: list[Any] | None = None, **_: Any) -> None:
        state = data["state"]
        _put_buffers(state, data["buffer_paths"], buffers or [])
        self.updates.append(state)
        for listener in self.listeners:
            listener(state)


class Browser:
    """One page: `raster` and `markup` are what it shows of the mask, `sent` what has reached it.

    Parameters
    ----------
    canvas
        Its widget. Several pages may show the same one.
    session
        What it calls itself.
    """

    def __init__(self, canvas: MaskCanvas, session: str = "a") -> None:
        self.canvas = canvas
        self.session = session
        self.number = 0
        self.revision: int | None = None
        self.markup_revision: int | None = None
        self.raster = np.zeros((0, 0), np.uint8)
        self.markup: Image.Image | None = None
        self.state: dict[str, Any] = {}
        self.deaf = False  # what comes is lost
        self.syncs = 0
        if not isinstance(canvas.comm, Comm):
            canvas.comm = Comm()
        self.comm: Comm = canvas.comm
        self.comm.listeners.append(self.hear)
        canvas._handle_msg({"content": {"data": {"method": "request_state"}}, "buffers": []})

    def hear(self, state: dict[str, Any]) -> None:
        if "_state" in state and not self.deaf:
            self.take(state["_state"])

    def take(self, state: dict[str, Any]) -> None:
        """Do what the browser does with a new state."""
        self.state = state
        size = (state["height"], state["width"])
        if state["revision"] != self.revision:
            if state["base"] is None:
                self.raster = np.zeros(size, np.uint8)
            elif state["base"] != self.revision:
                self.syncs += 1
                self.post({"type": "sync"})
                return
            assert self.raster.shape == size
            self.revision = state["revision"]
            if patch := state["patch"]:
                x, y, w, h = (patch[name] for name in "xywh")
                self.raster[y : y + h, x : x + w] = np.asarray(picture(patch["data"]))[..., 3]
        if "markup" in state and state["markup_revision"] != self.markup_revision:
            self.markup_revision = state["markup_revision"]
            self.markup = None
            if marks := state["markup"]:
                self.markup = Image.new("RGBA", (state["width"], state["height"]))
                self.markup.paste(picture(marks["data"]), (marks["x"], marks["y"]))

    def post(self, content: dict[str, Any], *data: bytes) -> None:
        """Deliver a message as the browser sends it."""
        self.canvas._handle_custom_msg(content, [memoryview(each) for each in data])

    def act(self, type_: str, *data: bytes, **content: Any) -> dict[str, Any]:
        """Send the next numbered message; return it."""
        self.number += 1
        picture_now = self.canvas._state["picture"]
        told = {"type": type_, "session": self.session, "number": self.number, "picture": picture_now, **content}
        self.post(told, *data)
        return told

    def do(self, type_: str, points: Any = None, **fields: Any) -> dict[str, Any]:
        """Send an operation; return its message."""
        data = [] if points is None else [np.asarray(points, np.float32).tobytes()]
        return self.act("do", *data, operation={"type": type_, **fields})


def picture(data: bytes) -> Image.Image:
    """Return a PNG file of the wire as RGBA."""
    return Image.open(io.BytesIO(data)).convert("RGBA")
