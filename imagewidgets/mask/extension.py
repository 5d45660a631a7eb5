"""A larger picture for outpainting: its edges repeated outwards, and the new area selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from imagewidgets.images.modes import plain
from imagewidgets.mask.shapes import SELECTED
from imagewidgets.models import PIXELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imagewidgets.mask.operations import Extend

    Raster = NDArray[np.uint8]

OPAQUE = 255


def check(extend: Extend, size: tuple[int, int]) -> None:
    """Raise ValueError when a picture of `size` (width, height) would become larger than is handled here."""
    width, height = size[0] + extend.left + extend.right, size[1] + extend.top + extend.bottom
    if width * height > PIXELS:
        raise ValueError(
            f"Extended, the picture would be {width} × {height} px: at most {PIXELS:,} pixels are handled. Extend it "
            "by less."
        )


def extended_raster(extend: Extend, raster: Raster) -> Raster:
    """Return the mask of the larger picture: a new array, the new area selected."""
    return np.pad(raster, _sides(extend), constant_values=SELECTED)


def extended_picture(extend: Extend, picture: Image.Image) -> Image.Image:
    """Return the larger picture, in one of `images.modes.PLAIN`; where it has transparency, the new area is opaque."""
    pixels = np.asarray(plain(picture))
    bands = ((0, 0),) * (pixels.ndim - 2)
    larger = np.pad(pixels, (*_sides(extend), *bands), mode="edge")
    if plain(picture).mode in ("LA", "RGBA"):
        larger[..., -1] = np.pad(pixels[..., -1], _sides(extend), constant_values=OPAQUE)
    made = Image.fromarray(larger)
    made.info = dict(picture.info)
    return made


def shrunk_raster(extend: Extend, raster: Raster) -> Raster:
    """Return what `extended_raster` was given, from what it returned."""
    height, width = raster.shape
    kept: Raster = raster[extend.top : height - extend.bottom, extend.left : width - extend.right]
    return np.array(kept)


def shrunk_picture(extend: Extend, picture: Image.Image) -> Image.Image:
    """Return what `extended_picture` was given, from what it returned: the same pixels, in a plain mode."""
    return picture.crop((extend.left, extend.top, picture.width - extend.right, picture.height - extend.bottom))


def _sides(extend: Extend) -> tuple[tuple[int, int], tuple[int, int]]:
    return (extend.top, extend.bottom), (extend.left, extend.right)
