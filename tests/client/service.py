"""A service of the Images API for tests: a real socket, a queue of answers, a record of what came in."""

from __future__ import annotations

import base64
import io
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    import pytest

PATIENCE = 60.0  # s; reached only when a test fails


@dataclass
class Received:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: Message
    body: bytes
    port: int  # of the client: each connection has its own

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def parts(self) -> list[tuple[str, str | None, str, bytes]]:
        """Name, file name, content type and contents of each part of a multipart body, in order."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser().parsebytes(head + self.body)
        return [
            (
                str(part.get_param("name", header="content-disposition")),
                part.get_filename(),
                part.get_content_type(),
                part.get_payload(decode=True),
            )
            for part in message.get_payload()
        ]


@dataclass
class Answer:
    """What to answer.

    `hold` keeps it back until the event is set, `cut` ends the body that many bytes early, `length` is announced in
    place of the true one, `drip` sends a byte at a time with so many s between, and `linger` waits after the body until
    the client hangs up. A ``transfer-encoding`` stands in for the length. The connection is closed behind a body of
    another length than announced, except where it is `kept`. `stray` is sent behind it when the event `idle` is set.
    """

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None
    cut: int = 0
    length: int | None = None
    drip: float = 0
    linger: bool = False
    kept: bool = False
    stray: bytes = b""
    idle: threading.Event = field(default_factory=threading.Event)


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # many threads may connect at once; the usual 5 would turn some away


class Service:
    """Answers each request with the next of `answers`, or as `behave` says."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.answers: list[Answer] = []
        self.behave: Callable[[Received], Answer] | None = None
        self.received: list[Received] = []
        self.arrived = threading.Event()
        self._taken = 0  # requests for which an answer has been chosen
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.root = f"http{'s' if certificate else ''}://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.root}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def answer(self, value: Any, **options: Any) -> None:
        """Queue an answer: bytes as they are, anything else as JSON."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.answers.append(Answer(body, **options))

    def wait_for(self, count: int) -> None:
        """Wait until so many requests have come in: a client that gives up may do so before its request is read."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._taken >= count, PATIENCE)

    def _take(self) -> None:
        with self._changed:
            self._taken += 1
            self._changed.notify_all()
        self.arrived.set()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                got = Received(self.command, self.path, self.headers, self.rfile.read(length), self.client_address[1])
                service.received.append(got)
                answer = service.behave(got) if service.behave else service.answers.pop(0)
                service._take()
                if answer.hold is not None:
                    answer.hold.wait(PATIENCE)
                try:
                    self.send_response(answer.status)
                    self.send_header("content-type", answer.content_type)
                    announced = len(answer.body) if answer.length is None else answer.length
                    if "transfer-encoding" not in answer.headers:
                        self.send_header("content-length", str(announced))
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    body = answer.body[: len(answer.body) - answer.cut]
                    for start in range(0, len(body), 1) if answer.drip else ():
                        self.wfile.write(body[start : start + 1])
                        time.sleep(answer.drip)
                    if not answer.drip:
                        self.wfile.write(body)
                    if answer.stray and answer.idle.wait(PATIENCE):
                        self.wfile.write(answer.stray)
                    if answer.linger:
                        self.rfile.read(1)
                    self.close_connection = not answer.kept and bool(answer.cut or answer.length is not None)
                except ConnectionError:
                    self.close_connection = True  # the client hung up, as some tests mean it to

            do_GET = do_POST  # noqa: N815 (the name that the library calls)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


def end_the_time_after(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    """Let the time of clients be over when they have read this, and no earlier: as a socket says it."""
    receive, arrived = socket.socket.recv_into, bytearray()

    def recv_into(sock: socket.socket, buffer: memoryview, *args: Any) -> int:
        if sock.gettimeout() is None:  # the service's own
            return receive(sock, buffer, *args)
        if arrived.endswith(body):
            raise TimeoutError("timed out")
        count = receive(sock, buffer, *args)
        arrived.extend(buffer[:count])
        return count

    monkeypatch.setattr(socket.socket, "recv_into", recv_into)


def png(colour: str = "red", size: tuple[int, int] = (8, 8)) -> bytes:
    """Return a PNG file of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def reply(*files: bytes, **more: Any) -> dict[str, Any]:
    """Return the body of a good answer."""
    return {"created": 1_790_000_000, "data": [{"b64_json": b64(data)} for data in files], **more}
