"""The road to a service: one `requests` session, whose connections can be cut from another thread.

The embedded engine is reached by the same road: `requests` lets an adapter be mounted for an address, and
`imagewidgets.local.adapter` answers for the embedded one without a socket.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from imagewidgets.cancellation import Cancellation, current
from imagewidgets.models import EMBEDDED_URL


class _Cuttable:
    """A connection that the current `Cancellation` can cut."""

    sock: socket.socket | None
    _watched: Cancellation | None = None  # whose request is on this connection now; it may serve another one later

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._watch()

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._watch()  # a connection that was kept open is not connected again
        super().request(*args, **kwargs)  # type: ignore[misc]

    def _watch(self) -> None:
        self._watched = cancel = current()
        if cancel is not None and self.sock is not None:
            cancel.on_cancel(lambda: self._cut(cancel))

    def _cut(self, cancel: Cancellation) -> None:
        sock = self.sock
        if sock is not None and self._watched is cancel:
            with suppress(OSError):  # already closed by the other side
                sock.shutdown(socket.SHUT_RDWR)


class _CuttableHTTPConnection(_Cuttable, HTTPConnection):
    pass


class _CuttableHTTPSConnection(_Cuttable, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _CuttableHTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _CuttableHTTPSConnection


class CuttableAdapter(HTTPAdapter):
    """The usual HTTP adapter over connections that can be cut."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool manager with our pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def make_session(base_url: str) -> requests.Session:
    """Return a session for the service at `base_url`; for `EMBEDDED_URL`, one that leads to the embedded engine."""
    session = requests.Session()
    if base_url == EMBEDDED_URL:
        from imagewidgets.local.adapter import InProcessAdapter

        session.mount(EMBEDDED_URL, InProcessAdapter())
        session.trust_env = False  # no proxy stands between us and ourselves
        return session
    session.mount("http://", CuttableAdapter())
    session.mount("https://", CuttableAdapter())
    return session
