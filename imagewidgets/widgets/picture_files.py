"""Pictures as files: to keep, with the recipe inside and never written over another; and to be seen quickly."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from imagewidgets.display.sheet import as_shown
from imagewidgets.images import to_png, to_saved

LOSSLESS_PIXELS = 8_000_000  # px; a larger picture takes too long to pack without loss: 40 ms per million
WEBP_SIDE = 16_383  # px, the longest that the format has
JPEG_QUALITY = 95

PNG_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16"})
"""PIL modes that a PNG file can hold as they are."""

MIME = {"png": "image/png", "gif": "image/gif", "svg": "image/svg+xml", "webp": "image/webp", "jpeg": "image/jpeg"}
"""MIME types by the suffix of a file."""


def to_keep(image: Image.Image) -> tuple[str, bytes]:
    """Return suffix and bytes of a file for a person to keep: all of the picture, with its recipe inside.

    A GIF stays one, and so does a drawing (SVG); of any other picture it is a PNG. What PNG has no form for becomes
    RGB.
    """
    return to_saved(image) if image.format in ("GIF", "SVG") else ("png", png(image))


def to_see(image: Image.Image) -> tuple[str, bytes]:
    """Return suffix and bytes of a file that a browser shows, made as quickly as can be; without the recipe.

    It is WebP without loss: 40 ms for 1024 × 1024 px, a third of what PNG takes. A picture of more than
    `LOSSLESS_PIXELS` is packed as JPEG, where it has no transparency. GIF and SVG stay what they are.
    """
    if image.format in ("GIF", "SVG"):
        return to_saved(image)
    shown = as_shown(image)
    out = io.BytesIO()
    large = shown.width * shown.height > LOSSLESS_PIXELS
    if shown.mode == "RGB" and large:
        shown.save(out, "JPEG", quality=JPEG_QUALITY)
        return "jpeg", out.getvalue()
    if max(shown.size) > WEBP_SIDE:
        return "png", to_png(shown, recipe=False)
    shown.save(out, "WEBP", lossless=True, quality=0, method=0, exact=True)
    return "webp", out.getvalue()


def png(image: Image.Image) -> bytes:
    """Return a PNG file of a picture of any mode, with its recipe; what PNG has no form for becomes RGB."""
    return to_png(image if image.mode in PNG_MODES else as_shown(image))


_FORMS: dict[str, Callable[[Image.Image], tuple[str, bytes]]] = {
    "see": to_see,
    "keep": to_keep,
    "png": lambda image: ("png", png(image)),  # the only one that clipboards take
}


def named(image: Image.Image, name: str, form: str) -> tuple[dict[str, str], bytes]:
    """Return what a browser is told of a picture as a file (``name`` and MIME ``type``), and the bytes of the file.

    Parameters
    ----------
    image
        The picture.
    name
        What the file is called; its suffix follows what it is.
    form
        "see", "keep" or "png": see `to_see`, `to_keep` and `png`.
    """
    suffix, data = _FORMS[form](image)
    return {"name": str(Path(name).with_suffix(f".{suffix}")), "type": MIME[suffix]}, data


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
