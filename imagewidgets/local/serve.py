"""The Images API over HTTP: the application on a socket, under waitress."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

import msgspec
import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from imagewidgets.local.app import LARGEST_BODY, create_app, request_id
from imagewidgets.local.engines import make_engine
from imagewidgets.local.refusals import error_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LARGEST_PORT = 65535
THREADS = 8  # requests at once; each keeps one processor busy while it draws
LOOP_SECONDS = 1.0  # how long the loop waits for a socket at most; a stop wakes it at once
STOP_SECONDS = 5.0  # how long a stop waits for engines to reach their next step


class ServeError(OSError):
    """The server cannot listen: a sentence that says why."""


class Server:
    """An application on a socket.

    The socket listens once the object exists; answers come while `run` runs.

    Parameters
    ----------
    app
        The WSGI application.
    host, port
        Where to listen; port 0 takes a free one.

    Raises
    ------
    ServeError
        The address is not on this machine, or something else listens there.
    """

    def __init__(self, app: WSGIApplication, *, host: str = "127.0.0.1", port: int = 8000) -> None:
        self._sockets: dict[int, Any] = {}
        self._stopping = threading.Event()
        # Held while the trigger is pulled or closed. A signal handler may stop us in the middle of either: reentrant.
        self._trigger = threading.RLock()
        self._closed = False
        self._server = waitress.create_server(
            app,
            map=self._sockets,
            sockets=[_listen(host, port)],
            threads=THREADS,
            ident="imagewidgets",
            max_request_body_size=LARGEST_BODY,
            channel_request_lookahead=1,  # reading on while a request is served is how a hang-up is noticed
            clear_untrusted_proxy_headers=True,
        )
        self._server.channel_class = _Channel

    @property
    def url(self) -> str:
        """The base URL for clients, with the port that was really taken."""
        host, port = self._server.effective_host, self._server.effective_port
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"

    def run(self) -> None:
        """Serve until `stop` is called."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=LOOP_SECONDS, map=self._sockets, count=1, use_poll=True)
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()  # engines see that their client is gone, and stop at their next step
        self._server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        with self._trigger:
            self._closed = True
            self._server.close()

    def stop(self) -> None:
        """Make `run` end soon; from any thread, or from a signal handler."""
        self._stopping.set()
        with self._trigger:
            if not self._closed:  # else its file descriptor may be somebody else's by now
                self._server.pull_trigger()


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    engine: str = "sketch",
    api_key: str | None = None,
    ready: Callable[[str], None],
) -> None:
    """Serve the Images API until Ctrl+C or SIGTERM. Call it in the main thread: it takes their signals.

    Parameters
    ----------
    host, port
        Where to listen; port 0 takes a free one.
    engine
        A key of `engines.ENGINES`.
    api_key
        What requests must carry; None lets everyone in who reaches the port.
    ready
        Called with the base URL as soon as requests are taken.

    Raises
    ------
    ServeError
        See `Server`.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait for their turn is no trouble
    server = Server(create_app(make_engine(engine), api_key=api_key), host=host, port=port)

    def stop(signum: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(signum, before[signal.Signals(signum)])  # a second Ctrl+C does not wait
        server.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    ready(server.url)
    server.run()


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= LARGEST_PORT:
        raise ServeError(f"There is no port {port}. Use one from 0 to {LARGEST_PORT}.")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except socket.gaierror as error:
        raise ServeError(f"There is no host {host!r}. Use 127.0.0.1, or an address of this machine.") from error
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: f"Something else already listens on port {port}. Stop it, or choose another --port.",
            errno.EADDRNOTAVAIL: f"{host} is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for all of them.",
            errno.EACCES: f"Port {port} is not for everyone. Choose a --port above 1023.",
        }
        raise ServeError(reasons.get(error.errno or 0, f"Cannot listen on {host}:{port}: {error.strerror}.")) from error


class _ErrorTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What the HTTP server itself refuses (too large, no HTTP at all), in the API's error body."""

    def execute(self) -> None:
        error = self.request.error
        body = msgspec.json.encode(error_body(f"{error.reason}: {error.body}", error.code))
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [("Content-Type", "application/json"), ("x-request-id", request_id())]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    error_task_class = _ErrorTask
