"""The road to a service: one `requests` session, whose connections can be cut from another thread.

A request has so much time from its start to the last byte of its answer, however slowly it comes; HTTP libraries limit
the silence between two bytes only. And what did come of an answer that breaks off is kept: it may hold pictures.

The embedded engine is reached by the same road: `requests` lets an adapter be mounted for an address, and
`imagewidgets.local.adapter` answers for the embedded one without a socket.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from http.client import HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssltransport import SSLTransport  # in place of a socket: TLS to the service inside of TLS to a proxy

from imagewidgets.cancellation import Cancellation, current
from imagewidgets.models import EMBEDDED_URL

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

KEPT_OPEN = 256  # connections for later requests; where more threads ask at once, some have to connect anew
LEAST_TIME = 0.001  # s; no time at all would mean not to wait, which has other errors

_until: ContextVar[float | None] = ContextVar("imagewidgets_until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give the request that this thread sends meanwhile so much time, from now to the last byte of its answer."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def shut_down(sock: socket.socket | SSLTransport) -> None:
    """End a connection in both directions; who reads from it or writes to it, in any thread, is told so."""
    if isinstance(sock, SSLTransport):
        sock = sock.socket
    with suppress(OSError):  # already closed by the other side
        sock.shutdown(socket.SHUT_RDWR)


class BrokenOffError(OSError):
    """The body of an answer ended too soon.

    `arrived` is what came of it, without the `pictures` that were taken out already, by the marks in their place.
    `late` tells that its time was over.
    """

    def __init__(
        self, arrived: bytes | bytearray, *, late: bool, pictures: Mapping[bytes, bytes] | None = None
    ) -> None:
        super().__init__()
        self.arrived = arrived
        self.late = late
        self.pictures = dict(pictures or {})


class _Arriving(io.RawIOBase):
    """The bytes of an answer as they come, until its time is over.

    While `quiet`, what goes wrong is the end of the file and stands in `failure`: a reader above that collects many
    pieces would drop them all for an error. Once `over`, it gives nothing more, whatever may still come.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket | SSLTransport) -> None:
        self._raw = raw
        self._sock = sock
        until = _until.get()
        self._until = time.monotonic() + (sock.gettimeout() or 0) if until is None else until
        self.quiet = False
        self.over = False
        self.failure: OSError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        if self.over:
            return 0
        try:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("the time for the answer is over")
            self._sock.settimeout(left)
            return self._raw.readinto(buffer)
        except OSError as error:
            if not self.quiet:
                raise
            self.failure = self.failure or error  # the first one: a socket that has timed out says other things then
            return 0

    def unread(self) -> bool:
        """Tell whether there are bytes that TLS has unpacked already, so that who looks at the socket misses them."""
        layer = self._sock.sslobj if isinstance(self._sock, SSLTransport) else self._sock
        return isinstance(layer, ssl.SSLSocket | ssl.SSLObject) and layer.pending() > 0

    def cut(self) -> None:
        """End the connection; who looks at it before the next request finds it closed, and opens another."""
        shut_down(self._sock)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Buffer(io.BufferedReader):
    """A buffer over an answer, which ends the connection where more came than the answer.

    Nobody knows what the rest is, and what comes behind it: the next answer would be taken from there. urllib3 looks at
    the socket before it uses a connection again; what stands in here it cannot see.
    """

    raw: _Arriving

    def close(self) -> None:
        if not self.closed:
            self.raw.over = True
            if self.peek() or self.raw.unread():
                self.raw.cut()
        super().close()


class _Answer(HTTPResponse):
    """An answer that has to come in time, and whose beginning is not lost when it breaks off."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._arriving = _Arriving(self.fp.detach(), sock)
        self.fp = _Buffer(self._arriving)

    def read(self, amt: int | None = None) -> bytes:
        self._arriving.quiet = True
        try:
            data, whole = super().read(amt), True
        except IncompleteRead as error:
            data, whole = error.partial, False
        finally:
            self._arriving.quiet = False
        if whole and self.failure is None:
            return data
        raise BrokenOffError(data, late=isinstance(self.failure, TimeoutError)) from self.failure

    def readinto(self, b: WriteableBuffer) -> int:
        """Fill a place with what comes next; fewer bytes than it has mean the end, or a `failure`."""
        self._arriving.quiet = True
        try:
            return super().readinto(b)
        finally:
            self._arriving.quiet = False

    @property
    def failure(self) -> OSError | None:
        """What ended the answer too soon, as far as it was read."""
        return self._arriving.failure


class _Cuttable:
    """A connection that the current `Cancellation` can cut."""

    sock: socket.socket | None
    timeout: float | None
    _watched: Cancellation | None = None  # whose request is on this connection now; it may serve another one later
    answer: _Answer | None = None  # the latest

    def _begin(self, *args: Any, **kwargs: Any) -> _Answer:
        self.answer = _Answer(*args, **kwargs)
        return self.answer

    response_class: Any = _begin  # what the library calls to make an answer

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
        until = _until.get()
        if until is not None and self.sock is not None:  # or sending would have no more time than connecting has
            self.timeout = max(until - time.monotonic(), LEAST_TIME)
            self.sock.settimeout(self.timeout)

    def _cut(self, cancel: Cancellation) -> None:
        sock = self.sock
        if sock is not None and self._watched is cancel:
            shut_down(sock)


def arriving(response: requests.Response) -> _Answer | None:
    """Return an answer as it stands below the libraries, which copy each byte; None for one of the embedded engine."""
    connection = getattr(response.raw, "connection", None)
    return connection.answer if isinstance(connection, _Cuttable) else None


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
    session.mount("http://", CuttableAdapter(pool_maxsize=KEPT_OPEN))
    session.mount("https://", CuttableAdapter(pool_maxsize=KEPT_OPEN))
    return session
