"""A mouse that does not wait: it moves at its own pace, whether or not the page keeps up, as a person's does.

Playwright's own mouse waits after each event until the page has dealt with it, and so never meets a page that lags.
This one hands its events to the browser by a connection of its own; the browser queues and merges them as it does those
of a real mouse, and stamps each with the time at which it came.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import websocket

if TYPE_CHECKING:
    from playwright.sync_api import Page

RATE = 64  # Hz; not the screen's 60, so that a stroke meets the frames at every moment of theirs

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Mouse:
    """The mouse of `page`, in a browser that listens for its debugger on `port`."""

    def __init__(self, page: Page, port: int) -> None:
        session = page.context.new_cdp_session(page)
        target = session.send("Target.getTargetInfo")["targetInfo"]["targetId"]
        session.detach()
        self._socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}/devtools/page/{target}", suppress_origin=True, timeout=60
        )
        self._count = 0
        threading.Thread(target=self._discard_answers, daemon=True).start()

    def _discard_answers(self) -> None:
        try:
            while self._socket.recv():
                pass
        except (OSError, websocket.WebSocketException):
            return  # closed: nobody is interested any more

    def _send(self, kind: str, x: float, y: float, **more: Any) -> None:
        self._count += 1
        event = {"type": kind, "x": x, "y": y, **more}
        self._socket.send(json.dumps({"id": self._count, "method": "Input.dispatchMouseEvent", "params": event}))

    def move(self, points: list[tuple[float, float]], *, rate: float = RATE, **more: Any) -> None:
        """Visit `points`, in CSS px of the window, so many a second."""
        start = time.perf_counter()
        for number, (x, y) in enumerate(points):
            time.sleep(max(0.0, start + number / rate - time.perf_counter()))
            self._send("mouseMoved", x, y, **more)

    def stroke(self, points: list[tuple[float, float]], *, rate: float = RATE) -> None:
        """Press the button on the first of `points`, visit the others, and let go on the last."""
        self.move(points[:1])
        time.sleep(0.1)
        self._send("mousePressed", *points[0], button="left", buttons=1, clickCount=1)
        time.sleep(1 / rate)
        self.move(points[1:], rate=rate, button="left", buttons=1)
        self._send("mouseReleased", *points[-1], button="left", buttons=0, clickCount=1)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
