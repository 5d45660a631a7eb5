"""Pictures in a perceptual colour space, where the distance of two colours is about how different they look.

The space is OKLab (Björn Ottosson, 2020, "A perceptual color space for image processing",
https://bottosson.github.io/posts/oklab/): lightness 0 to 1, and two axes of colour, green to red and blue to yellow.
Black and white are 1 apart, and no two colours more. Here its numbers are integers, from tables: additions only, so a
picture gives the same ones on every machine.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imagewidgets.images.modes import plain
from imagewidgets.mask.bands import in_bands

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

_SHIFT = 14
ONE = 1 << _SHIFT
"""What 1 is in the integers: the distance of black and white. The largest number of all fits 16 bits."""

GREY = ONE // 2
"""Lightness that a transparent pixel counts with, whatever colour it hides."""

OPAQUE = math.isqrt(3 * GREY**2)
"""What full opacity counts: √¾ of `ONE`, so that black and white are as far from transparent as from each other."""

_BYTE = 255

# Of linear red, green and blue, the answers of the eye's three kinds of cones; of their cube roots, OKLab.
_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)

# The answers of the cones stand side by side in one integer, so that one look into a table finds all three. Of each
# answer's bits, the lowest take up the rounding of the sums, the others are an index into the tables of cube roots.
_FIELD = 21
_SPARE = 4
_LEVELS = 1 << 16
_INDEX = _LEVELS - 1

_WORD = 16  # bits of each number of a pixel in OKLab, four of which stand side by side as well
_SIGNS = (1 << _WORD - 1) << _WORD | (1 << _WORD - 1) << 2 * _WORD
"""Added to the two axes of colour while sums are made, so that none is negative and borrows from the next."""


class _Tables(NamedTuple):
    red_green: NDArray[np.int64]  # cones' answers by the 16 bits of red and green, red in the lower ones
    blue: NDArray[np.int64]  # the same by the 16 bits of blue and alpha
    roots: tuple[NDArray[np.int64], ...]  # for each cone, its part of lightness and colour by its answer


def to_lab(picture: Image.Image) -> NDArray[np.int16]:
    """Return a picture's colours in OKLab, in steps of 1 / `ONE`.

    Parameters
    ----------
    picture
        Of any mode and profile; its numbers are read as sRGB.

    Returns
    -------
    numpy.ndarray
        int16, shape (height, width, 3): lightness, green to red, blue to yellow. Where something is transparent,
        (height, width, 4): the more transparent, the nearer the colour is to mid-grey, and the fourth number is the
        opacity, 0 to `OPAQUE`; so pixels that cannot be seen are all alike.
    """
    picture = plain(picture)
    opaque = picture.mode not in ("LA", "RGBA") or picture.getchannel("A").getextrema() == (_BYTE, _BYTE)
    width, height = picture.size
    lab = np.empty((height, width, 4), "<i2")
    tables = _tables()

    def convert(rows: slice) -> None:
        pixels = np.asarray(picture.crop((0, rows.start, width, rows.stop)).convert("RGBA"))
        pairs = pixels.view("<u2")
        cones = tables.red_green[pairs[..., 0]]
        cones += tables.blue[pairs[..., 1]]
        sums = tables.roots[0][cones >> _SPARE & _INDEX]
        for k in (1, 2):
            sums += tables.roots[k][cones >> (_FIELD * k + _SPARE) & _INDEX]
        np.bitwise_xor(sums, _SIGNS, out=lab[rows].view("<i8")[..., 0])
        if not opaque:
            _fade(lab[rows], pixels[..., 3])

    in_bands((height, width), convert)
    return lab[..., :3] if opaque else lab


def _fade(lab: NDArray[np.int16], alpha: NDArray[np.uint8]) -> None:
    """Bring colours towards mid-grey by their transparency, and write the opacity beside them, in place."""
    strength = (np.arange(_BYTE + 1, dtype=np.int32) * ONE // _BYTE)[alpha]
    for k, middle in enumerate((GREY, 0, 0)):
        lab[..., k] = ((lab[..., k] - np.int16(middle)) * strength >> _SHIFT) + middle
    lab[..., 3] = strength * OPAQUE >> _SHIFT


@cache
def _tables() -> _Tables:
    """Return the tables. No number in them lies so near to a half that a machine could round it differently."""
    value = np.arange(_BYTE + 1) / _BYTE
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)  # IEC 61966-2-1
    red, green, blue = (_packed([row[k] for row in _CONES], linear, _INDEX << _SPARE, _FIELD) for k in range(3))
    low, high = np.arange(_LEVELS) & _BYTE, np.arange(_LEVELS) >> 8
    root = np.cbrt(np.arange(_LEVELS) / _INDEX)
    roots = tuple(_packed([row[k] for row in _LAB], root, ONE, _WORD) for k in range(3))
    roots[0][:] += _SIGNS
    return _Tables(red[low] + green[high], blue[low], roots)


def _packed(parts: list[float], values: NDArray[np.float64], scale: int, bits: int) -> NDArray[np.int64]:
    """Return the products of `values` with each of `parts` as integers, side by side in `bits` bits each."""
    products = np.rint(np.outer(parts, values) * scale).astype(np.int64)
    shifts = bits * np.arange(len(parts))[:, None]
    packed: NDArray[np.int64] = (products << shifts).sum(axis=0)
    return packed
