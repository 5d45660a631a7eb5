"""What the tests of the mask canvas draw on, and a mask from outside."""

from __future__ import annotations

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 60, 40


def noise() -> Image.Image:
    """Return a picture in which no two neighbours are alike."""
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))


def square(start: int, stop: int) -> np.ndarray:
    """Return a mask with a square selected, whose rows and columns go from `start` to before `stop`."""
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[start:stop, start:stop] = True
    return inside
