"""What goes between the page and the kernel: its messages counted, and a distance put in between.

`Traffic` answers "how many messages, and how large, does a stroke cost?"; `DelayProxy` answers "how does that feel when
the kernel is far away?".
"""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, WebSocket

CHUNK = 65_536  # bytes
_OFFSET_BYTES = 8  # of each number in the table that opens a binary message


@dataclass(frozen=True)
class Message:
    """One message on the kernel's WebSocket: which way, of what type (``comm_msg``, …), and its size in bytes."""

    direction: Literal["sent", "received"]
    kind: str
    size: int


class Traffic:
    """The messages between a page and its kernel, from now on.

    Make it before the page opens its connection. `NB` does so: read ``nb.traffic``. The messages that
    `NB.kernel_eval` and its like cause are counted too; those of widgets are the ones of type ``comm_msg``.
    """

    def __init__(self, page: Page) -> None:
        self.messages: list[Message] = []
        self._page = page
        page.on("websocket", self._follow)

    def stop(self) -> None:
        """Follow no further connection."""
        self._page.remove_listener("websocket", self._follow)

    def _follow(self, connection: WebSocket) -> None:
        if "/channels" in connection.url:
            connection.on("framesent", lambda payload: self._count("sent", payload))
            connection.on("framereceived", lambda payload: self._count("received", payload))

    def _count(self, direction: Literal["sent", "received"], payload: str | bytes) -> None:
        size = len(payload.encode() if isinstance(payload, str) else payload)
        self.messages.append(Message(direction, _message_type(payload), size))

    def clear(self) -> None:
        """Forget what was counted."""
        self.messages.clear()

    def sent(self, kind: str = "comm_msg") -> list[Message]:
        """Return the messages of type `kind` that the page sent."""
        return [message for message in self.messages if (message.direction, message.kind) == ("sent", kind)]

    def received(self, kind: str = "comm_msg") -> list[Message]:
        """Return the messages of type `kind` that the page received."""
        return [message for message in self.messages if (message.direction, message.kind) == ("received", kind)]


def _message_type(payload: str | bytes) -> str:
    """Read the type from a message of either protocol: JSON, or ``v1.kernel.websocket.jupyter.org``.

    The latter opens with a table of little-endian 64-bit numbers: how many offsets, then the offsets of the channel's
    name, the header, … from the start of the message.
    """
    if isinstance(payload, str):
        header = json.loads(payload)["header"]
    else:
        start, end = (
            int.from_bytes(payload[index * _OFFSET_BYTES : (index + 1) * _OFFSET_BYTES], "little") for index in (2, 3)
        )
        header = json.loads(payload[start:end])
    return str(header["msg_type"])


class DelayProxy:
    """A TCP proxy that delivers everything `delay` seconds late each way, in order and at full throughput.

    Use it as a context manager and open the notebook through its `port`::

        with DelayProxy(server.port, delay=0.04) as proxy:  # a round trip of 80 ms
            nb = notebook(cells, port=proxy.port)
    """

    def __init__(self, target: int, *, delay: float) -> None:
        self.target = target
        self.delay = delay
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connections: list[socket.socket] = []

    def __enter__(self) -> DelayProxy:
        _start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._listener, *self._connections):
            with contextlib.suppress(OSError):  # the other side may have closed it already
                each.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits on it
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # closed: the proxy is done
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            self._connections += [near, far]
            for source, sink in ((near, far), (far, near)):
                # Read at once and write late, each in its own thread: a chunk that waits does not hold up the next.
                waiting: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                _start(self._read, source, waiting)
                _start(_deliver, waiting, sink)

    def _read(self, source: socket.socket, waiting: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        chunk = b"-"
        while chunk:
            try:
                chunk = source.recv(CHUNK)
            except OSError:  # a page that closes resets its connections: to the other side that is an end too
                chunk = b""
            waiting.put((time.monotonic() + self.delay, chunk))


def _deliver(waiting: queue.SimpleQueue[tuple[float, bytes]], sink: socket.socket) -> None:
    while True:
        due, chunk = waiting.get()
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            if not chunk:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(chunk)
        except OSError:  # nobody is there to hear it any more
            return


def _start(function: Callable[..., None], *args: object) -> None:
    threading.Thread(target=function, args=args, daemon=True).start()
