"""SVG drawings: kept as text, with a rendering as a PIL image.

A drawing comes from outside and is a program of a kind: it may name files of this machine, or ask for more memory and
time than there is. So references to anything outside are taken out before it is rendered, and the rendering runs in
a process of its own with limits: what breaks there breaks no notebook.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from xml.etree import ElementTree

from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import MEBIBYTE

KEY = "svg"
"""Where the text of the drawing stands: the key in ``image.info``."""

FORMAT = "SVG"
"""What ``image.format`` says of a rendering; a copy of one says None, as PIL's copies do."""

LONGEST = 4096  # px: larger drawings are rendered smaller
SHORTEST_LONGEST = 1024  # px: smaller ones are rendered larger; a drawing has no resolution of its own to keep
MOST_BYTES = 10 * MEBIBYTE
DEEPEST = 200  # elements inside each other: the renderer's stack is not endless
SECONDS = 20.0  # a drawing of a model takes well under one
MEMORY = 2048 * MEBIBYTE  # bytes of address space for the rendering process, where the system knows such a limit

_SVG = "http://www.w3.org/2000/svg"
_HEAD = re.compile(r"\s*(<\?xml[^>]*\?>\s*)?((<!--.*?-->|<!DOCTYPE\s+svg[^>]*>)\s*)*<([\w.-]+:)?svg[\s/>]", re.DOTALL)
_HEAD_BYTES = 4096  # in which a drawing must have begun
_INSIDE = re.compile(r"#|data:image/(png|jpeg|gif|webp)[;,]")
_LENGTH = re.compile(r"\s*(\d*\.?\d+(?:[eE][+-]?\d+)?)\s*(px|in|cm|mm|pt|pc|)\s*")
_PX = {"": 1.0, "px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "pc": 16.0}  # CSS units
_UNSIZED = (100.0, 100.0)  # of a drawing that states no size at all, as the renderer has it

_CHILD = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
except (ImportError, ValueError, OSError):
    pass  # no such limits here: the time limit holds
import resvg_py
text = sys.stdin.buffer.read().decode()
sys.stdout.buffer.write(bytes(resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=sys.argv[2] == "plain")))
"""


def is_svg(data: bytes) -> bool:
    """Tell whether a file is an SVG drawing, by its beginning."""
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    return head.lstrip()[:1] == b"<" and _HEAD.match(head.decode("utf-8", "replace")) is not None


def open_svg(data: bytes) -> Image.Image:
    """Render a drawing.

    Returns
    -------
    PIL.Image.Image
        RGBA, of the size that the drawing states, but with a longest side of `SHORTEST_LONGEST` to `LONGEST` px.
        ``info["svg"]`` is its text, whole and unchanged; ``format`` is ``"SVG"``. A drawing that cannot be rendered
        within the limits of this module gives an empty picture and a warning: its text is not lost.

    Raises
    ------
    InvalidRequestError
        The text is not well-formed, declares entities, or is larger than `MOST_BYTES`.
    """
    if len(data) > MOST_BYTES:
        raise _refusal(f"has {len(data) / MEBIBYTE:.1f} MiB; at most {MOST_BYTES // MEBIBYTE} are handled")
    try:
        text = data.decode("utf-8-sig")
        if "<!ENTITY" in text:
            raise _refusal("declares entities, which can grow without end")
        root = ElementTree.fromstring(text)  # noqa: S314 (without entities there is nothing to expand or to fetch)
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise _refusal(f"is not well-formed: {error}") from error
    if max(depth for depth, _ in _elements(root)) > DEEPEST:
        raise _refusal(f"has more than {DEEPEST} elements inside each other")
    width, height = _size(root)
    _close_in(root)
    root.attrib |= {"width": str(width), "height": str(height)}
    image = _render(ElementTree.tostring(root), (width, height))
    image.info = {KEY: text}
    image.format = FORMAT
    return image


def _elements(root: ElementTree.Element) -> Iterator[tuple[int, ElementTree.Element]]:
    """Yield each element with its depth, from 1."""
    waiting = [(1, root)]
    while waiting:
        depth, element = waiting.pop()
        yield depth, element
        waiting += [(depth + 1, child) for child in element]


def _close_in(root: ElementTree.Element) -> None:
    """Take out every reference that leads out of the text: the renderer would open a file of that name."""
    for _, element in _elements(root):
        for key in [key for key in element.attrib if key.rpartition("}")[2] == "href"]:
            if not _INSIDE.match(element.attrib[key].strip()):
                del element.attrib[key]


def _size(root: ElementTree.Element) -> tuple[int, int]:
    """Return the size to render in, and give the root a view box where it has none, so that it is scaled."""
    width, height = (_length(root.get(side, "")) for side in ("width", "height"))
    box = _view_box(root)
    if box is None:
        box = (width or _UNSIZED[0], height or _UNSIZED[1])
        root.set("viewBox", f"0 0 {box[0]:g} {box[1]:g}")
    ratio = box[0] / box[1]
    if width is None:
        width = height * ratio if height else box[0]
    if height is None:
        height = width / ratio
    longest = max(width, height)
    scale = min(max(longest, SHORTEST_LONGEST), LONGEST) / longest
    return max(1, round(width * scale)), max(1, round(height * scale))


def _length(text: str) -> float | None:
    found = _LENGTH.fullmatch(text)
    px = float(found[1]) * _PX[found[2]] if found else 0.0
    return px if 0 < px < float("inf") else None


def _view_box(root: ElementTree.Element) -> tuple[float, float] | None:
    parts = root.get("viewBox", "").replace(",", " ").split()
    sides = [_length(part) for part in parts[2:]]
    return (sides[0], sides[1]) if len(parts) == 4 and sides[0] and sides[1] else None


def _render(document: bytes, size: tuple[int, int]) -> Image.Image:
    """Render in a process of its own; the fonts of the system are looked through only where there is text."""
    fonts = "fonts" if re.search(rb"<([\w.-]+:)?text[\s/>]", document) else "plain"
    with tempfile.TemporaryDirectory() as empty:
        try:
            done = subprocess.run(  # noqa: S603 (this Python, and a program that stands above)
                [sys.executable, "-c", _CHILD, str(MEMORY), fonts],
                input=document,
                cwd=empty,
                capture_output=True,
                check=True,
                timeout=SECONDS,
            )
            image = Image.open(io.BytesIO(done.stdout))
            image.load()
        except (subprocess.SubprocessError, OSError) as error:
            why = f"took more than {SECONDS:g} s" if isinstance(error, subprocess.TimeoutExpired) else "failed"
            warnings.warn(
                f"An SVG drawing is kept as text in image.info['{KEY}'], but rendering it {why}; the picture is empty.",
                stacklevel=2,
            )
            return Image.new("RGBA", size)
    return image.convert("RGBA")


def _refusal(what: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"The SVG drawing {what}. Give a PNG, JPEG or WebP file of it.", param="image", code="invalid_image_file"
    )


ElementTree.register_namespace("", _SVG)
