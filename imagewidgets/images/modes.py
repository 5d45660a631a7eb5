"""From pixels of any kind to those that every service and every screen knows: L, LA, RGB or RGBA, 8 bits each."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from PIL import Image

from imagewidgets.errors import InvalidRequestError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PLAIN = ("L", "LA", "RGB", "RGBA")
"""The modes that everything else is turned into."""

BYTE, WORD = 255, 65_535  # white in 8 and in 16 bits
_INKS = ("CMYK", "LAB")  # what their numbers look like is told by a colour profile, where there is one
_UNMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}


def plain(image: Image.Image) -> Image.Image:
    """Return a picture of any mode as one in `PLAIN` that looks the same; one that already is comes back itself.

    - Palettes, colour keys (``tRNS``) and premultiplied modes become RGBA, LA or RGB.
    - 16-bit grey (``I;16``) is 0 to 65535. ``I`` is 0 to 255 where nothing exceeds that, else 0 to 65535; ``F`` is 0 to
      1 where nothing exceeds that, else 0 to 255.
    - CMYK and LAB go through their colour profile to sRGB, where they have one.

    Raises
    ------
    InvalidRequestError
        An ``I`` or ``F`` picture holds other values than these: which of them is white cannot be known.
    """
    mode = image.mode
    if mode in _UNMULTIPLIED:
        return image.convert(_UNMULTIPLIED[mode])
    if mode.startswith("I;16"):
        return _grey(image, WORD)
    if mode in ("I", "F"):
        return _grey(image, _white(image))
    if image.has_transparency_data and mode not in PLAIN[1::2]:
        return image.convert("RGBA")
    if mode in PLAIN:
        return image
    if mode == "1":
        return image.convert("L")
    if mode in _INKS:
        return _from_inks(image)
    return image.convert("RGB")


def _grey(image: Image.Image, white: float) -> Image.Image:
    grey = image.convert("F").point(lambda value: value * (BYTE / white) + 0.5).convert("L")
    grey.info.pop("transparency", None)  # a key in the old numbers
    return grey


def _white(image: Image.Image) -> float:
    """Return the value that is white in an ``I`` or ``F`` picture, judged by the largest one in it."""
    low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type] # one band: two numbers
    scales = (BYTE, WORD) if image.mode == "I" else (1.0, BYTE)
    if low >= 0.0:
        for white in scales:
            if high <= white:
                return white
    raise InvalidRequestError(
        f"A picture of mode {image.mode} must hold values from 0 to {scales[0]:g} or 0 to {scales[1]:g}, not from "
        f"{low:g} to {high:g}. Scale it to 0 to 255, and convert it to mode L.",
        param="image",
        code="invalid_image_file",
    )


def _from_inks(image: Image.Image) -> Image.Image:
    from PIL import ImageCms  # loads the colour management, which hardly any picture needs

    profile = image.info.get("icc_profile")
    converted = None
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError) as error:
            warnings.warn(f"The colour profile of a {image.mode} picture is not used: {error}.", stacklevel=2)
    converted = converted or image.convert("RGB")
    converted.info.pop("icc_profile", None)  # it speaks of numbers that are gone
    return converted


def from_array(array: NDArray[Any]) -> Image.Image:
    """Return an array as a picture, grey (L), RGB or RGBA.

    Parameters
    ----------
    array
        H×W or H×W×1 (grey, or a boolean mask: True is white), H×W×3 or H×W×4; uint8 0 to 255, uint16 0 to 65535, float
        0 to 1, or bool.

    Raises
    ------
    InvalidRequestError
        It has another shape, type or range.
    """
    channels = 1 if array.ndim == 2 else array.shape[2] if array.ndim == 3 else 0
    known = array.dtype.kind in "bf" or (array.dtype.kind == "u" and array.itemsize <= 2)
    if channels not in (1, 3, 4) or 0 in array.shape or not known:
        raise InvalidRequestError(
            f"An array of shape {array.shape} and type {array.dtype} is no picture. It must be H×W, H×W×1, H×W×3 or "
            "H×W×4, of uint8 (0 to 255), uint16 (0 to 65535), float (0 to 1) or bool.",
            param="image",
        )
    if channels == 1:
        array = array.reshape(array.shape[:2])
    return Image.fromarray(_bytes(array))


def _bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    if array.dtype.kind == "b":
        return array.astype("uint8") * BYTE
    if array.dtype.kind == "f":
        low, high = float(array.min()), float(array.max())
        if not 0.0 <= low <= high <= 1.0:
            raise InvalidRequestError(
                f"A float array must hold values from 0 to 1, not from {low:g} to {high:g}. Divide it by 255, or give "
                "uint8.",
                param="image",
            )
        return (array * BYTE + 0.5).astype("uint8")
    if array.itemsize == 2:
        return ((array.astype("uint32") * BYTE + WORD // 2) // WORD).astype("uint8")
    return array
