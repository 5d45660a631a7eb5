"""Arithmetic that gives the same pixels on every machine, so that a seed repeats a picture there too.

numpy chooses its code at run time, by the processor and by its version, and Pillow is compiled differently for each
system. IEEE 754 fixes the result of ``+ - * /``, of square roots, of rounding and of comparisons, and integers add up
the same in any order; all of that is used freely. Everything else goes through this module, or is computed in float64
to its end and rounded there:

- exp, sin and powers differ in their last bits: here they are computed in float64 and rounded to float32, which cuts
  those bits off.
- Sums of floats depend on the order in which they are added, and a matrix product leaves that to a library: here sums
  run in float64, and weighted sums of channels are written out.
- What becomes an integer is rounded, never cut off: a flat colour then lies in the middle of its step, where a last bit
  does not matter.
- Pillow's versions resize rows or columns first, and round in between: `resize` has a fixed order.
- Floats Pillow resizes as its compiler likes: `resampling` does that here.
- Pillow's blur and its enhancers compute in float32, where processors that multiply and add in one step keep more
  digits: `blur` and `factor` give them numbers for which there is nothing to round.

Scalars of numpy stay out of it, too (``.tolist()`` gives Python's): numpy 1 and 2 mix them with float32 differently.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.floating[Any]]  # float32 where it counts: planes of the size of the picture
Bytes = npt.NDArray[np.uint8]

DIGITS = 12  # of sines and cosines that turn something: libraries agree on at least 15
BLUR_STEP = 3 / 64  # px: the square of a multiple, and a third of it, have fewer bits than a float32
FACTOR_STEP = 1 / 128  # a multiple times a channel has fewer bits than a float32


def _in_float64(function: np.ufunc, *values: Any) -> Floats:
    """Apply a function in float64 and give its result as float32; numpy does it in blocks, without large copies."""
    result = np.empty(np.broadcast_shapes(*(np.shape(value) for value in values)), np.float32)
    function(*values, out=result, dtype=np.float64, casting="same_kind")
    return result


def exp(values: Floats) -> Floats:
    """Give e to the power of each value, float32."""
    return _in_float64(np.exp, values)


def sin(values: Floats) -> Floats:
    """Give the sine of each value (radians), float32."""
    return _in_float64(np.sin, values)


def power(values: Floats, exponent: float) -> Floats:
    """Raise each value to a power, float32."""
    return _in_float64(np.power, values, exponent)


def mean(colors: Floats) -> Floats:
    """Give the mean of rows of colours, shape (rows, channels), as float32 of shape (channels,)."""
    return np.asarray(colors.sum(0, dtype=np.float64) / len(colors), np.float32)


def weighted(pixels: Floats, weights: tuple[float, ...]) -> Floats:
    """Add up the channels, each times its weight; shape (..., channels) to (...)."""
    total = pixels[..., 0] * weights[0]
    for channel, weight in enumerate(weights[1:], 1):
        total = total + pixels[..., channel] * weight
    return np.asarray(total)


def direction(radians: float) -> tuple[float, float]:
    """Give the cosine and the sine of an angle."""
    return round(math.cos(radians), DIGITS), round(math.sin(radians), DIGITS)


def to_bytes(pixels: Floats) -> Bytes:
    """Give values between 0 and 1 as the nearest of 0 to 255; what lies outside is clipped."""
    scaled = pixels * np.float32(255)
    scaled += np.float32(0.5)
    rounded: Bytes = np.clip(scaled, 0, 255, out=scaled).astype(np.uint8)
    return rounded


def resize(
    image: Image.Image,
    size: tuple[int, int],
    method: Image.Resampling,
    *,
    box: tuple[float, float, float, float] | None = None,
) -> Image.Image:
    """Resize an image of bytes, or a box of it (px), to `size`: first its rows, then its columns."""
    if image.size == size and box is None:
        return image.copy()
    if image.mode == "RGBA":  # colours count as far as they are opaque
        return resize(image.convert("RGBa"), size, method, box=box).convert("RGBA")
    left, top, right, bottom = box or (0, 0, *image.size)
    rows = image.resize((size[0], image.height), method, box=(left, 0, right, image.height))
    return rows.resize(size, method, box=(0, top, size[0], bottom))


def blur(radius: float) -> ImageFilter.GaussianBlur:
    """Give the Gaussian blur of the nearest radius (px) that leaves Pillow nothing to round."""
    return ImageFilter.GaussianBlur(max(1, round(radius / BLUR_STEP)) * BLUR_STEP)


def sharpen(radius: float, percent: int) -> ImageFilter.UnsharpMask:
    """Give the unsharp mask of the nearest radius (px) that leaves Pillow nothing to round."""
    return ImageFilter.UnsharpMask(max(1, round(radius / BLUR_STEP)) * BLUR_STEP, percent, 0)


def factor(value: float) -> float:
    """Give the nearest factor for one of Pillow's enhancers that leaves it nothing to round."""
    return round(value / FACTOR_STEP) * FACTOR_STEP
