"""A server that costs as little as a server can: it answers what it prepared, over connections that stay open.

Both clients are measured against one of these, in a process of its own, so that what is measured is the client.
"""

from __future__ import annotations

import base64
import io
import json
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

BACKLOG = 64
CHUNK = 1 << 16  # bytes
GRAIN = 2.0  # of 255; makes a PNG of 1024 × 1024 as large as that of a photo, between 1.3 and 2 MB
OCTAVES = (256, 128, 64, 32, 16, 8, 4)  # px, from large shapes to fine ones


def photo(side: int, seed: int = 0) -> bytes:
    """Return a PNG file of a picture that is as hard to pack as a photo: shapes of all sizes, and a little grain."""
    random = np.random.default_rng(seed)
    pixels = np.full((side, side, 3), 128.0, np.float32)
    for step in OCTAVES:
        cells = random.integers(0, 256, (max(2, side // step), max(2, side // step), 3), np.uint8)
        layer = Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC)
        pixels += (np.asarray(layer, np.float32) - 128) * (step / OCTAVES[0]) ** 0.8
    pixels += random.normal(0, GRAIN, (side, side, 1))
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.5))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def answer(files: list[bytes]) -> bytes:
    """Return the whole HTTP answer of a service that made these pictures."""
    value = {
        "created": 1_700_000_000,
        "data": [{"b64_json": base64.b64encode(file).decode()} for file in files],
        "usage": {"input_tokens": 10, "output_tokens": 1000, "total_tokens": 1010},
    }
    body = json.dumps(value, separators=(",", ":")).encode()
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_1\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def serving(answers: dict[str, bytes], *, latency: float = 0.0) -> Iterator[str]:
    """Serve from another process; the answer is chosen by the prompt of the request. Gives the base URL.

    A prompt that has no answer of its own gets that of the empty one. Each answer begins `latency` s after its request
    has come in.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        spawn = multiprocessing.get_context("spawn")
        process = spawn.Process(target=_serve, args=(listener, answers, latency), daemon=True)
        process.start()
        try:
            yield url
        finally:
            process.terminate()
            process.join()


def _serve(listener: socket.socket, answers: dict[str, bytes], latency: float) -> None:
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_converse, args=(connection, answers, latency), daemon=True).start()


def _converse(connection: socket.socket, answers: dict[str, bytes], latency: float) -> None:
    with connection:
        while True:
            request = _request(connection)
            if request is None:
                return
            if latency:
                time.sleep(latency)
            prompt = request["prompt"]
            connection.sendall(answers[prompt if prompt in answers else ""])


def _request(connection: socket.socket) -> dict[str, Any] | None:
    """Read one request, and return the JSON in it; None when the client has gone."""
    read = b""
    while b"\r\n\r\n" not in read:
        chunk = connection.recv(CHUNK)
        if not chunk:
            return None
        read += chunk
    head, _, body = read.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(CHUNK)
    value: dict[str, Any] = json.loads(body)
    return value
