"""What the tests of the mask canvas draw on, and a mask from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from imagewidgets.widgets.mask_canvas import MaskCanvas

WIDTH, HEIGHT = 60, 40


def noise() -> Image.Image:
    """Return a picture in which no two neighbours are alike."""
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))


def square(start: int, stop: int) -> np.ndarray:
    """Return a mask with a square selected, whose rows and columns go from `start` to before `stop`."""
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[start:stop, start:stop] = True
    return inside


def raster_of(canvas: MaskCanvas) -> np.ndarray:
    """Return how strongly each pixel is selected, shape (height, width)."""
    return np.asarray(canvas.soft_selection)
