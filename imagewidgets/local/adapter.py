"""The same road without a socket: a transport adapter for `requests` that calls the application in this process.

Mounted for an address, it answers for that address; nothing above it can tell the difference, so what works with the
embedded engine works with a server.
"""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict, HTTPResponse

from imagewidgets.cancellation import current
from imagewidgets.local import CANCELLED

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import WSGIApplication

HTTP_PORT = 80
HTTP_1_1 = 11  # as urllib3 counts

_lock = threading.Lock()
_embedded: WSGIApplication | None = None


def embedded_app() -> WSGIApplication:
    """Return the Images API over the sketch engine: one for this process, made on first use."""
    global _embedded
    with _lock:
        if _embedded is None:
            from imagewidgets.local.app import create_app
            from imagewidgets.local.engines import make_engine

            _embedded = create_app(make_engine("sketch"))
        return _embedded


class InProcessAdapter(BaseAdapter):
    """Hands requests to a WSGI application instead of the network.

    The application runs in the calling thread, so there is nothing to time out: `timeout`, `verify`, `cert` and
    `proxies` have no meaning here. A request is stopped through its `Cancellation`.

    Parameters
    ----------
    app
        The application; None is the embedded one, made when the first request comes.
    """

    def __init__(self, app: WSGIApplication | None = None) -> None:
        super().__init__()
        self._app = app

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Call the application and return its answer.

        Raises
        ------
        requests.ConnectionError
            The request was cancelled.
        """
        del timeout, verify, cert, proxies
        started = time.perf_counter()
        cancel = current()
        environ = _environ(request)
        if cancel is not None:
            environ[CANCELLED] = lambda: cancel.cancelled
        response = _response(self._app or embedded_app(), environ, request)
        response.connection = cast(Any, self)  # requests declares its own adapter, and uses what all of them have
        if cancel is not None and cancel.cancelled:
            response.close()
            raise requests.ConnectionError("The request was cancelled.", request=request)
        if not stream:
            _ = response.content
        response.elapsed = timedelta(seconds=time.perf_counter() - started)
        return response

    def close(self) -> None:
        """Do nothing: the application may serve other sessions."""


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    """Return the WSGI environment of a request."""
    parts = urlsplit(request.url or "")
    body = _body(request)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),  # WSGI: bytes as latin-1 text
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or HTTP_PORT),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = text
    if "HTTP_CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE")
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # the body is whole, whatever pieces it came in
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _body(request: requests.PreparedRequest) -> bytes:
    """Return the whole body, in whichever of its forms `requests` has left it."""
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if hasattr(body, "read"):
        content: bytes = body.read()
        return content
    return b"".join(body)


def _response(app: WSGIApplication, environ: dict[str, Any], request: requests.PreparedRequest) -> requests.Response:
    """Call the application and make its answer a response whose body is read as it comes."""
    head: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        del exc_info  # nothing has been sent yet, so a second head simply replaces the first
        head[:] = [(status, headers)]
        return written.append

    pieces = app(environ, start_response)
    iterator = iter(pieces)
    first = [] if head else [next(iterator, b"")]  # a generator starts the response when its first piece is asked for
    status, headers = head[0]
    code, _, reason = status.partition(" ")
    response = requests.Response()
    response.status_code = int(code)
    response.reason = reason
    response.headers = CaseInsensitiveDict(headers)
    response.encoding = get_encoding_from_headers(response.headers)
    response.url = request.url or ""
    response.request = request
    response.raw = HTTPResponse(
        body=_Body(chain(written, first, iterator), getattr(pieces, "close", None)),
        headers=HTTPHeaderDict(headers),
        status=response.status_code,
        reason=reason,
        version=HTTP_1_1,
        preload_content=False,
        request_method=request.method,
        request_url=request.url,
    )
    return response


class _Body(io.RawIOBase):
    """The pieces of a WSGI answer as a file: a body that came in one piece is handed on without a copy.

    It closes itself at its end, as the bodies of `http.client` do: that is how urllib3 knows that nothing more comes.
    """

    def __init__(self, pieces: Iterator[bytes], on_close: Callable[[], None] | None) -> None:
        super().__init__()
        self._pieces = pieces
        self._on_close = on_close
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return all that is left, or at most `size` bytes."""
        if size is not None and size >= 0:
            return self.read1(size)
        pieces = [piece for piece in (self._rest, *self._pieces) if piece]
        self._rest = b""
        self.close()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def read1(self, size: int = -1, /) -> bytes:
        """Return the next piece, or at most `size` bytes of it; nothing at the end."""
        if not self._rest:
            self._rest = next(filter(None, self._pieces), b"")
            if not self._rest:
                self.close()
        end = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:end], self._rest[end:]
        return data

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed and self._on_close is not None:
            self._on_close()
        super().close()
