"""Pictures waiting to be fetched: what a reply names by its ``url``, kept in memory for an hour."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LIFETIME = 60 * 60.0  # s, as the API says
MOST_BYTES = 512 * 1024 * 1024  # of all files together
TOKEN_BYTES = 24  # 192 random bits: nobody guesses one

EXTENSIONS = {"png": "image/png", "webp": "image/webp", "jpeg": "image/jpeg"}
"""The formats that pictures are answered in, with their MIME types."""


@dataclass(frozen=True)
class StoredFile:
    """One file: its bytes, its MIME type, and when it is gone, by the store's clock in s."""

    data: bytes
    content_type: str
    expires: float


class FileStore:
    """Files under names that cannot be guessed, gone after `lifetime`.

    Safe to use from several threads. When the files together would take more than `most_bytes`, the oldest go early:
    a server that many use must not fill the memory.

    Parameters
    ----------
    lifetime
        In s.
    most_bytes
        How much memory all files together may take.
    clock
        Returns the time in s; a test gives one that it can turn forward.
    """

    def __init__(
        self,
        *,
        lifetime: float = LIFETIME,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lifetime = lifetime
        self._most_bytes = most_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._files: dict[str, StoredFile] = {}  # in the order in which they expire
        self._bytes = 0

    def __len__(self) -> int:
        with self._lock:
            self._drop_expired()
            return len(self._files)

    def add(self, data: bytes, extension: str) -> str:
        """Keep a file and return the name it can be fetched by; `extension` is one of `EXTENSIONS`."""
        name = f"{secrets.token_urlsafe(TOKEN_BYTES)}.{extension}"
        with self._lock:
            self._drop_expired()
            while self._files and self._bytes + len(data) > self._most_bytes:
                self._drop_oldest()
            self._files[name] = StoredFile(data, EXTENSIONS[extension], self._clock() + self._lifetime)
            self._bytes += len(data)
        return name

    def get(self, name: str) -> StoredFile | None:
        """Return the file of this name, or None where there is none or its time is over."""
        with self._lock:
            self._drop_expired()
            return self._files.get(name)

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._files and next(iter(self._files.values())).expires <= now:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._bytes -= len(self._files.pop(next(iter(self._files))).data)
