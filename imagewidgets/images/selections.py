"""Masks in every form they are given in: as a selection, and as the PNG that the API takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.modes import plain
from imagewidgets.images.pictures import ImageFile, load, to_png

if TYPE_CHECKING:
    from imagewidgets.images.pictures import ImageLike

    class HasMask(Protocol):
        """Something to draw a mask on: `mask` is a picture, or None while nothing is drawn."""

        @property
        def mask(self) -> Image.Image | None:
            """What is drawn: alpha 0 = edit here."""

    MaskLike = ImageLike | HasMask

HALF = 128  # of 255: this grey and above counts as white
SELECTED = 255


def selection_of(mask: MaskLike, size: tuple[int, int] | None = None) -> Image.Image:
    """Return where a picture may change.

    Parameters
    ----------
    mask
        Anything that `images.load` opens, or an object whose ``mask`` attribute is a picture or None, such as a mask
        canvas. A picture with transparency is taken as the API defines it: edit where alpha is 0, and only there; soft
        edges are kept. One without (L, 1, RGB, a boolean or grey array) is read as a selection: edit where it is white,
        from 128 of 255 on.
    size
        Width and height in px that it must have: those of the picture.

    Returns
    -------
    PIL.Image.Image
        Mode L, 255 where the picture may change, 0 elsewhere, and some of each.

    Raises
    ------
    InvalidRequestError
        It has another size, selects nothing, or selects everything.
    """
    picture = _picture(mask)
    if size is not None and picture.size != size:
        raise _refusal(
            f"The mask is {picture.width} × {picture.height} px, the picture {size[0]} × {size[1]}. They must have the "
            "same size."
        )
    transparent = picture.has_transparency_data
    if transparent:
        band = picture.getchannel("A")
        selection = band.point([SELECTED] + [0] * 255)
    else:
        band = picture.convert("L")
        selection = band.point([0] * HALF + [SELECTED] * (256 - HALF))
    extremes = selection.getextrema()
    if extremes == (0, 0):
        raise _refusal(f"The mask selects nothing: {_why_nothing(band, transparent=transparent)}")
    if extremes == (SELECTED, SELECTED):
        raise _refusal(
            "The mask selects all of the picture, so nothing of it would stay. Leave the mask out to edit the picture "
            "as a whole, or use generate for a new one."
        )
    return selection


def soft_selection_of(mask: MaskLike) -> Image.Image | None:
    """Return how strongly each pixel is selected: mode L, 255 = wholly; None where the mask knows no such thing.

    A mask canvas knows it: soft brushes and its feather go into ``soft_selection``.
    """
    soft = None if isinstance(mask, Image.Image) else getattr(mask, "soft_selection", None)
    return soft if isinstance(soft, Image.Image) else None


def mask_to_file(mask: MaskLike, size: tuple[int, int] | None = None) -> ImageFile:
    """Return a mask as the PNG that the API takes: RGBA, alpha 0 where the picture may change, else opaque black.

    Parameters and errors are those of `selection_of`. The colours of a mask say nothing, so none are sent.
    """
    return selection_to_file(selection_of(mask, size))


def selection_to_file(selection: Image.Image) -> ImageFile:
    """Return a selection (L, 255 = edit) as `mask_to_file` does."""
    rgba = Image.new("RGBA", selection.size, "black")
    rgba.putalpha(selection.point([SELECTED] + [0] * 255))
    return ImageFile(to_png(rgba, recipe=False), "image/png")


def _picture(mask: Any) -> Image.Image:
    drawn = mask if isinstance(mask, Image.Image) else getattr(mask, "mask", mask)
    if drawn is None:
        raise _refusal("Nothing is masked. Paint where the picture may change, or edit all of it.")
    if not isinstance(drawn, Image.Image):
        drawn = mask  # whatever its attribute is, as that of a masked array, it is no picture drawn by hand
    try:
        picture = plain(load(drawn))
    except InvalidRequestError as error:
        error.param = "mask"
        raise
    return picture


def _why_nothing(band: Image.Image, *, transparent: bool) -> str:
    low, high = band.getextrema()
    if transparent:
        return (
            f"its alpha is {low} or more everywhere, and only alpha 0 is edited. If white is meant to be edited, give "
            "mask.convert('L')."
        )
    advice = " Give mask.astype(bool) where it is an array of 0 and 1." if high == 1 else ""
    return f"its lightest grey is {high}, and only {HALF} to 255 is edited.{advice}"


def _refusal(sentence: str) -> InvalidRequestError:
    return InvalidRequestError(sentence, param="mask", code="invalid_value")
