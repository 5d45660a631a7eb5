"""What a widget sends, counted as it goes over: the opening of its model, updates of its state, custom messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets.widgets import widget as ipywidgets_widget
from ipywidgets.widgets.widget import _put_buffers

if TYPE_CHECKING:
    import pytest

Listener = Callable[[str, dict[str, Any], list[Any]], None]


class Wire:
    """All that widgets send from now on, in place of a kernel.

    Attributes
    ----------
    messages : list of tuple
        Each message: ``"open"``, ``"update"`` or ``"custom"``, what it holds, its buffers.
    bytes : int
        The size of all of them, without what the protocol puts around each.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.messages: list[tuple[str, dict[str, Any], list[Any]]] = []
        self.bytes = 0
        self.listener: Listener | None = None
        monkeypatch.setattr(ipywidgets_widget.comm, "create_comm", lambda **opened: _Comm(self, **opened))

    def hear(self, data: dict[str, Any], buffers: list[Any] | None, kind: str) -> None:
        """Take a message."""
        buffers = list(buffers or [])
        self.bytes += len(json.dumps(data)) + sum(memoryview(one).nbytes for one in buffers)
        if kind == "custom":
            content = data["content"]
        else:
            content = json.loads(json.dumps(data["state"]))
            _put_buffers(content, data["buffer_paths"], buffers)
        self.messages.append((kind, content, buffers))
        if self.listener is not None:
            self.listener(kind, content, buffers)


class _Comm:
    kernel = object()
    comm_id = "a-comm"

    def __init__(self, wire: Wire, *, data: dict[str, Any], buffers: list[Any] | None = None, **_: Any) -> None:
        self._wire = wire
        wire.hear(data, buffers, "open")

    def on_msg(self, _callback: object) -> None:
        """Nobody answers but the test."""

    def close(self, *_: object, **__: object) -> None:
        """Closing says nothing that counts."""

    def send(self, data: dict[str, Any], buffers: list[Any] | None = None, **_: Any) -> None:
        self._wire.hear(data, buffers, data["method"])
