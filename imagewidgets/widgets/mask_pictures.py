"""The pictures that a mask gives: for a request, for pasting back, for the next cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops

from imagewidgets.images.feathering import ramp

if TYPE_CHECKING:
    from numpy.typing import NDArray

SELECTED = 255
"""Value of a pixel that is wholly selected; one that is not selected has 0."""


def selection(raster: NDArray[np.uint8]) -> Image.Image:
    """Return where anything is selected, also in part: mode L, 255 or 0."""
    return Image.fromarray((raster > 0).astype(np.uint8) * np.uint8(SELECTED))


def soft_selection(raster: NDArray[np.uint8], feather: float) -> Image.Image:
    """Return how strongly each pixel is selected: mode L, the raster, rising over `feather` px inside of its edge."""
    soft = raster.copy()
    edges = Image.fromarray(raster).getbbox()
    if feather and edges is not None:
        # One px around, for the edge itself; beyond, nothing is selected and nothing changes.
        left, top, right, bottom = (max(edges[0] - 1, 0), max(edges[1] - 1, 0), edges[2] + 1, edges[3] + 1)
        area = soft[top:bottom, left:right]
        limit = ramp(area > 0, feather) * np.float32(SELECTED) + np.float32(0.5)
        np.minimum(area, limit.astype(np.uint8), out=area)
    return Image.fromarray(soft)


def cutout(picture: Image.Image, selected: Image.Image) -> Image.Image:
    """Return a picture without what is selected: RGBA, as transparent as `selected` (mode L, same size) says, or more.

    What was transparent in the picture stays so.
    """
    cut = picture.convert("RGBA")
    cut.putalpha(ImageChops.multiply(cut.getchannel("A"), ImageChops.invert(selected)))
    cut.info = {}
    return cut
