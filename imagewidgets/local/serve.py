"""The Images API over HTTP: the application on a socket, under waitress."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

import msgspec
import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from imagewidgets.local.access import Access
from imagewidgets.local.app import LARGEST_BODY, create_app, request_id
from imagewidgets.local.chaos import Chaos, Fault
from imagewidgets.local.command import LINE
from imagewidgets.local.engines import make_engine
from imagewidgets.local.gate import Gate
from imagewidgets.local.refusals import error_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LARGEST_PORT = 65535
THREADS = 8  # requests at once, where no gate counts them
SPARE_THREADS = 16  # beside those that work and those that wait: for lists, files, refusals and requests held up
MOST_CONNECTIONS = 1024  # more than that wait in the system's own queue
LOOP_SECONDS = 1.0  # how long the loop waits for a socket at most; a stop wakes it at once
STOP_SECONDS = 5.0  # how long a stop waits for engines to reach their next step
LINGER_SECONDS = 30.0  # how long clients have to fetch what is finished, when the server is to stop

log = logging.getLogger(__name__)


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
    threads
        How many requests are in the application at once, those that wait in it included.

    Raises
    ------
    ServeError
        The address is not on this machine, or something else listens there.
    """

    def __init__(
        self, app: WSGIApplication, *, host: str = "127.0.0.1", port: int = 8000, threads: int = THREADS
    ) -> None:
        self._sockets: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._finishing = threading.Event()
        # Held while the trigger is pulled or closed. A signal handler may stop us in the middle of either: reentrant.
        self._trigger = threading.RLock()
        self._closed = False
        self._server = waitress.create_server(
            app,
            map=self._sockets,
            sockets=[_listen(host, port)],
            threads=threads,
            connection_limit=MOST_CONNECTIONS,
            ident="imagewidgets",
            max_request_body_size=LARGEST_BODY,
            channel_request_lookahead=1,  # reading on while a request is served is how a hang-up is noticed
            clear_untrusted_proxy_headers=False,  # the application sees whom to believe, and in what
        )
        self._server.channel_class = _Channel

    @property
    def url(self) -> str:
        """The base URL for clients, with the port that was really taken."""
        host, port = self._server.effective_host, self._server.effective_port
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"

    @property
    def finishing(self) -> bool:
        """Whether `finish` was called."""
        return self._finishing.is_set()

    def run(self) -> None:
        """Serve until `stop` is called, or until all is done after `finish` was."""
        told = False
        last_run = 0.0  # when something was still worked on
        while not self._stopping.is_set():
            wasyncore.loop(timeout=LOOP_SECONDS, map=self._sockets, count=1, use_poll=True)
            if self._finishing.is_set():
                self._close_door()
                channels = list(self._server.active_channels.values())
                running = sum(bool(channel.requests) for channel in channels)
                if running or not last_run:
                    last_run = time.monotonic()
                fetched = not any(channel.total_outbufs_len for channel in channels)
                if not running and (fetched or time.monotonic() - last_run > LINGER_SECONDS):
                    break
                if running and not told:
                    told = True
                    log.info("Stopping when what runs is finished (%d). Once more Ctrl+C stops it now.", running)
        self._close_door()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()  # engines see that their client is gone, and stop at their next step
        self._server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        with self._trigger:
            self._closed = True
            self._server.close()

    def _close_door(self) -> None:
        """Take no new connections."""
        self._server.accepting = False
        self._server.del_channel(self._sockets)
        self._server.socket.close()

    def finish(self) -> None:
        """Make `run` end when the requests that are here have their answers; callable as `stop` is."""
        self._finishing.set()
        self._wake()

    def stop(self) -> None:
        """Make `run` end soon; from any thread, or from a signal handler. Engines stop at their next step."""
        self._stopping.set()
        self._wake()

    def _wake(self) -> None:
        with self._trigger:
            if not self._closed:  # else its file descriptor may be somebody else's by now
                self._server.pull_trigger()


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    engine: str = "sketch",
    api_key: str | None = None,
    lenient: bool = False,
    workers: int | None = None,
    line: int = LINE,
    hosts: Iterable[str] = (),
    origins: Iterable[str] = (),
    proxies: Iterable[str] = (),
    faults: Sequence[Fault] = (),
    latency: float = 0.0,
    log_level: str = "info",
    log_prompts: bool = False,
    ready: Callable[[str], None],
) -> None:
    """Serve the Images API until Ctrl+C or SIGTERM. Call it in the main thread: it takes their signals.

    The first of them lets the running requests finish, the second stops them at their next step.

    Parameters
    ----------
    host, port
        Where to listen; port 0 takes a free one.
    engine
        A key of `engines.ENGINES`, or ``module:Class``.
    api_key
        What requests must carry; None lets everyone in who reaches the port.
    lenient
        Whether to take what can be taken where the real service refuses.
    workers, line
        How many requests are worked on at once, None for one a processor; and how many wait.
    hosts, origins, proxies
        See `access.Access`; `host` and this machine's own name need not be among the `hosts`.
    faults, latency
        See `chaos.Chaos`.
    log_level
        ``debug``, ``info``, ``warning`` or ``error``.
    log_prompts
        Whether prompts may stand in the log.
    ready
        Called with the base URL as soon as requests are taken.

    Raises
    ------
    ServeError
        See `Server`.
    UnknownEngineError
        See `engines.make_engine`.
    """
    _log_to_stderr(log_level)
    machine = socket.gethostname().lower()
    names = {host.lower(), machine, f"{machine}.local", *(name.lower() for name in hosts)}
    gate = Gate(workers=workers or processors(), line=line)
    app = create_app(
        make_engine(engine),
        api_key=api_key,
        lenient=lenient,
        gate=gate,
        access=Access(
            hosts=frozenset(names),
            origins=frozenset(origin.lower().rstrip("/") for origin in origins),
            proxies=frozenset(proxies),
        ),
        chaos=Chaos(faults=faults, latency=latency),
        log_prompts=log_prompts,
    )
    server = Server(app, host=host, port=port, threads=gate.workers + gate.line + SPARE_THREADS)

    def stop(signum: int, frame: FrameType | None) -> None:
        del frame
        if server.finishing:
            signal.signal(signum, before[signal.Signals(signum)])  # a third Ctrl+C does not wait for anything
            server.stop()
        else:
            gate.close()
            server.finish()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    ready(server.url)
    server.run()


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
    logging.getLogger("imagewidgets").setLevel(level.upper())
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait for their turn is no trouble


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
        name = request_id()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [("Content-Type", "application/json"), ("x-request-id", name)]
        log.info("unread request %d, %s", error.code, name)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    error_task_class = _ErrorTask
