"""Masks from outside, as text that goes into the list of operations: base64 of a grey PNG, 255 = fully selected."""

from __future__ import annotations

import binascii
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pybase64
from PIL import Image, ImageChops

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import load
from imagewidgets.images.modes import plain
from imagewidgets.images.selections import HALF
from imagewidgets.mask.shapes import SELECTED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imagewidgets.images.selections import MaskLike

    Raster = NDArray[np.uint8]


def to_bitmap(mask: MaskLike, size: tuple[int, int], *, soft: bool = False) -> str:
    """Return a mask as the text of an operation `Bitmap`.

    Parameters
    ----------
    mask
        Anything that `images.load` opens, or an object whose ``mask`` attribute is a picture or None, such as a mask
        canvas; None there selects nothing. It is read as the API defines masks: a picture with transparency selects
        where alpha is 0, and only there; one without (L, 1, RGB, a boolean or grey array) where it is white, from 128
        of 255 on. Selecting nothing and everything are both fine.
    size
        Width and height in px that it must have: those of the picture.
    soft
        Keep what is in between: alpha counts by what is missing of it, grey by its lightness.

    Raises
    ------
    InvalidRequestError
        A ValueError: it is no picture, has another size, or holds only numbers of 0 and 1.
    """
    drawn = mask if isinstance(mask, Image.Image) else getattr(mask, "mask", mask)
    if drawn is None:
        return _text(Image.new("L", size))
    picture = _picture(drawn if isinstance(drawn, Image.Image) else mask)
    _check_size(picture, size)
    if picture.has_transparency_data:
        band = ImageChops.invert(picture.getchannel("A"))
        least = SELECTED
    else:
        band, least = picture.convert("L"), HALF
        if band.getextrema() == (0, 1):
            raise _refusal(
                "The mask is nowhere lighter than 1 of 255. Give mask.astype(bool) where it is an array of 0 and 1."
            )
    return _text(band if soft else band.point([0] * least + [SELECTED] * (SELECTED + 1 - least)))


def from_bitmap(png: str, size: tuple[int, int]) -> Raster:
    """Return the raster, shape (height, width), of an operation `Bitmap` on a picture of `size` (width, height).

    Raises
    ------
    InvalidRequestError
        A ValueError: the text is not base64 of a picture, or the picture has another size.
    """
    try:
        data = pybase64.b64decode(png, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refusal(f"The mask is written as base64 of a PNG file; {png[:40]!r} is not.") from error
    picture = _picture(data)
    _check_size(picture, size)
    return np.array(picture.convert("L"))


def _text(grey: Image.Image) -> str:
    """Return a grey picture as base64 of a PNG: of one bit a pixel where that is enough, which is quicker and small."""
    _, *between, _ = grey.histogram()
    file = io.BytesIO()
    (grey if any(between) else grey.convert("1", dither=Image.Dither.NONE)).save(file, "PNG")
    return pybase64.b64encode_as_string(file.getvalue())


def _picture(source: Any) -> Image.Image:
    try:
        return plain(load(source))
    except InvalidRequestError as error:
        error.param = "mask"
        raise


def _check_size(picture: Image.Image, size: tuple[int, int]) -> None:
    if picture.size != size:
        raise _refusal(
            f"The mask is {picture.width} × {picture.height} px, the picture {size[0]} × {size[1]}. They must have the "
            "same size."
        )


def _refusal(sentence: str) -> InvalidRequestError:
    return InvalidRequestError(sentence, param="mask", code="invalid_value")
