"""What browsers are told about a mask: numbers, and of its pixels only those that they do not have yet.

The trait ``_state`` of a canvas holds, after each change:

- revision, picture, markup_revision: what is counted here (see `MaskState`);
- original, origin: the picture that this one was before it was first extended, and where the corner of that one lies
  in this one, [x, y] px;
- width, height: of the picture, px; 0 without one;
- base: the revision on top of which `patch` goes; null when it is the whole mask, on top of nothing;
- patch: ``{x, y, w, h, data}``, a rectangle of the mask that takes the place of what is there; null when none of it has
  changed, or nothing is selected. `data` is a PNG file, black, whose alpha is the raster;
- markup: the same, RGBA, always all of it, null without marks; left out while `markup_revision` stays;
- covers: the share of the picture that is selected, in words; any, marks: whether there is a mask, and any mark;
- undo, redo: whether there is something to undo or redo;
- answered: by browser session, the number of its last message that is done (see `mask_messages`).

An update holds the rectangle in which the mask has changed since the update before. Whoever asks for the whole state
gets the whole mask: a page that is reloaded, a second browser, one that has missed an update. Only then, and with
another picture, does it take time by the size of the picture.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

from imagewidgets.mask import markup, preview
from imagewidgets.mask.operations import Extend

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imagewidgets.mask.history import Change, History

Box: TypeAlias = tuple[int, int, int, int]
"""x, y, width and height, px."""

Offset: TypeAlias = tuple[int, int]
"""To the right and down, px."""

BAND = 64
"""Rows of the mask that are counted together: after a change, only the bands that it meets are counted again."""

BLACK = (0, 0, 0)
OPAQUE = 255


class MaskState:
    """What has been sent, what has changed since, and how much is selected.

    Attributes
    ----------
    revision
        Counts states: each one that is published has a number of its own.
    picture
        Counts pictures, replaced or extended: coordinates hold for one of them only.
    """

    def __init__(self) -> None:
        self.revision = 0
        self.picture = 0
        self._markup_revision = 0
        self._sent: int | None = None  # the revision that browsers have; None: they need the whole mask
        self._sent_markup: int | None = None
        self._changed: Box | None = None  # since then
        self._bands: list[int] = []  # selected pixels in each band of rows
        self._origins: dict[int, Offset] = {}  # by picture, of those that are this one, only extended otherwise

    @property
    def selected(self) -> int:
        """Number of pixels that are selected, wholly or in part."""
        return sum(self._bands)

    def start(self, history: History | None) -> None:
        """Begin with another picture; None: there is none now."""
        self._origins.clear()
        self._resize(history)

    def offset(self, picture: int) -> Offset | None:
        """Return what to add to the coordinates of an earlier picture; None where it was another one altogether."""
        if picture not in self._origins:
            return None
        (x, y), (then_x, then_y) = self._origins[self.picture], self._origins[picture]
        return x - then_x, y - then_y

    def change(self, history: History, change: Change) -> None:
        """Take note of what an operation has changed."""
        if change.resized:
            self._resize(history)
            return
        self._markup_revision += change.markup
        if change.box is not None:
            self._changed = change.box if self._changed is None else _around(self._changed, change.box)
            self._count(history, change.box)

    def resend(self) -> None:
        """Send the whole mask and markup next time, as to somebody who knows nothing."""
        self._sent = self._sent_markup = self._changed = None

    def sent(self) -> None:
        """Take note that the state as it is now has gone out."""
        self._sent, self._sent_markup, self._changed = self.revision, self._markup_revision, None

    def facts(self, history: History | None, answered: Mapping[str, int]) -> dict[str, Any]:
        """Return what is known without its pixels."""
        width, height = (0, 0) if history is None else history.size
        selected = self.selected
        return {
            "revision": self.revision,
            "markup_revision": self._markup_revision,
            "picture": self.picture,
            "original": min(self._origins, default=self.picture),
            "origin": self._origins.get(self.picture, (0, 0)),
            "width": width,
            "height": height,
            "covers": preview.percent(selected / (width * height)) if history else "",
            "any": selected > 0,
            "marks": history is not None and bool(history.marks),
            "undo": history is not None and history.can_undo,
            "redo": history is not None and history.can_redo,
            "answered": dict(answered),
        }

    def whole(self, history: History | None) -> dict[str, Any]:
        """Return the pixels of the mask and of the markup, complete."""
        return {
            "base": None,
            "patch": None if history is None else _everything(history),
            "markup": None if history is None else _markup(history),
        }

    def update(self, history: History | None) -> dict[str, Any]:
        """Return what is new since the state that was sent last; "markup" is there only when it is."""
        pixels: dict[str, Any] = {"base": self._sent, "patch": None}
        if history is not None:
            if self._sent is None:
                pixels["patch"] = _everything(history)
            elif self._changed is not None:
                pixels["patch"] = _patch(history.raster, self._changed)
        if self._sent_markup != self._markup_revision:
            pixels["markup"] = None if history is None else _markup(history)
        return pixels

    def _resize(self, history: History | None) -> None:
        self.picture += 1
        if history is not None:
            self._origins[self.picture] = _origin(history)
        self._markup_revision += 1
        self.resend()
        self._bands = [] if history is None else [0] * -(-len(history.raster) // BAND)
        if history is not None:
            self._count(history, (0, 0, *history.size))

    def _count(self, history: History, box: Box) -> None:
        _, y, _, height = box
        for band in range(y // BAND, -(-(y + height) // BAND)):
            self._bands[band] = int(np.count_nonzero(history.raster[band * BAND : (band + 1) * BAND]))


def encode_coverage(coverage: NDArray[np.uint8], colour: tuple[int, int, int] = BLACK) -> bytes:
    """Return a PNG of one colour whose alpha is `coverage` (uint8, height × width), ready to be drawn.

    Where it is all or nothing everywhere, a pixel takes one bit.
    """
    height, width = coverage.shape
    hard = int(np.add(coverage, 1, dtype=np.uint8).max()) <= 1  # 255 comes round to 0, so 0 and 255 are 1 and 0
    pixels = coverage & 1 if hard else coverage
    alphas = bytes((0, OPAQUE)) if hard else bytes(range(OPAQUE + 1))
    image = Image.frombytes("P", (width, height), pixels.tobytes())
    image.putpalette(colour * len(alphas))
    out = io.BytesIO()
    image.save(out, "PNG", transparency=alphas, bits=1 if hard else 8, compress_level=1)
    return out.getvalue()


def _everything(history: History) -> dict[str, Any] | None:
    """Return all that is selected; None where nothing is. What lies around it is empty."""
    edges = Image.fromarray(history.raster).getbbox()
    return None if edges is None else _patch(history.raster, _box(edges))


def _patch(raster: NDArray[np.uint8], box: Box) -> dict[str, Any]:
    x, y, width, height = box
    return _at(box, encode_coverage(raster[y : y + height, x : x + width]))


def _markup(history: History) -> dict[str, Any] | None:
    """Return the markup, as far as anything is drawn on it: an RGBA PNG and where it goes."""
    if not history.marks:
        return None
    layer = markup.render(history.operations, history.size)
    edges = layer.getbbox()
    if edges is None:
        return None  # all of it lies outside of the picture
    out = io.BytesIO()
    layer.crop(edges).save(out, "PNG", compress_level=1)
    return _at(_box(edges), out.getvalue())


def _at(box: Box, data: bytes) -> dict[str, Any]:
    return {**dict(zip("xywh", box, strict=True)), "data": data}


def _origin(history: History) -> Offset:
    """Return where the corner of the picture lies that was there before anything was extended."""
    extensions = [each for each in history.operations if isinstance(each, Extend)]
    return sum(each.left for each in extensions), sum(each.top for each in extensions)


def _box(edges: Box) -> Box:
    """Return x, y, width and height of a box given by left, top, right and bottom."""
    left, top, right, bottom = edges
    return left, top, right - left, bottom - top


def _around(one: Box, other: Box) -> Box:
    """Return the smallest box around two."""
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top
