"""Pictures as files for a person to keep: PNG with the recipe inside, never written over another file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image

from imagewidgets.display.sheet import as_shown
from imagewidgets.images import to_png

PNG_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16"})
"""PIL modes that a PNG file can hold as they are."""


def png(image: Image.Image) -> bytes:
    """Return a PNG file of a picture of any mode; what PNG has no form for becomes RGB."""
    return to_png(image if image.mode in PNG_MODES else as_shown(image))


def archive(pictures: Iterable[tuple[str, Image.Image]]) -> bytes:
    """Return a ZIP file of pictures with their names; the same name twice gets a number."""
    out = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:  # PNG files are packed already
        for wanted, image in pictures:
            name = next(path.name for path in _names(Path(wanted)) if path.name not in taken)
            taken.add(name)
            file.writestr(name, png(image))
    return out.getvalue()


def write_new(path: Path, data: bytes) -> Path:
    """Write a file that is not there yet, under the first free name, and return its path."""
    for free in _names(path):
        try:
            with free.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return free
    raise AssertionError("unreachable: there is always another name")


def _names(path: Path) -> Iterator[Path]:
    """Yield ``fox.png``, ``fox-2.png``, ``fox-3.png`` and so on."""
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
