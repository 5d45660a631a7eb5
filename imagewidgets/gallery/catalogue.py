"""The pictures of a gallery in the order in which they were made."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from imagewidgets.gallery import lookup
from imagewidgets.gallery.pictures import order_of

SURE = 0.1  # s after a change until the folder's own time tells of the next one: clocks of file systems are coarse


class Catalogue:
    """Looks through a gallery once, and again when one of its folders has changed.

    Only the paths are kept, in their order: about 200 bytes a picture.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._paths: list[str] = []
        self._times: dict[str, int] = {}  # when each folder was changed last, ns
        self._sure = False

    def paths(self) -> list[str]:
        """Return the paths of all pictures, the oldest first; those of one answer in its order."""
        with self._lock:
            if not self._sure or self._times != {folder: _changed(folder) for folder in self._times}:
                self._read()
            return self._paths

    def _read(self) -> None:
        folders: list[str] = []
        paths = list(lookup.names(self._folder, visited=folders))
        self._times = {folder: _changed(folder) for folder in folders}
        self._sure = time.time() - max(self._times.values()) / 1e9 > SURE
        self._paths = sorted(paths, key=lambda path: order_of(path, lookup.read(path)))


def _changed(folder: str) -> int:
    try:
        return Path(folder).stat().st_mtime_ns
    except OSError:  # it has gone
        return 0
