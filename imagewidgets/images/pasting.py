"""Putting the original back: what was protected in an edit is exactly unchanged, whatever the service did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.feathering import WIDEST_FEATHER, ramp
from imagewidgets.images.modes import plain
from imagewidgets.images.pictures import load
from imagewidgets.images.selections import SELECTED, selection_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imagewidgets.images.fitting import Frame
    from imagewidgets.images.pictures import ImageLike
    from imagewidgets.images.selections import MaskLike

# What of a reply's info speaks of its own file and not of the picture that comes out here.
_OF_THE_FILE = frozenset({"transparency", "icc_profile", "exif", "svg", "gamma", "srgb", "chromaticity"})


def paste_back(
    result: Image.Image,
    source: ImageLike,
    mask: MaskLike,
    *,
    feather: float = 0,
    soft: Image.Image | None = None,
    frame: Frame | None = None,
) -> Image.Image:
    """Return an edited picture with the original's pixels outside the mask.

    Parameters
    ----------
    result
        What the service made, of any size: it is scaled (Lanczos) to the source, or to the part of it in `frame`.
    source
        The picture that was edited: anything that `images.load` opens.
    mask
        Where it was allowed to change: anything that `selections.selection_of` reads, in the source's size.
    feather
        0 to 256 px: over how many px inside the mask, from its edge on, the original passes into the result. Outside,
        nothing is ever blended. No edge is seen where the mask ends at the picture's own border, so none is made.
    soft
        How much of the result is taken, in place of `feather`: mode L, of the source's size, 255 = all of it, as
        `selections.soft_selection_of` returns it. It counts inside the mask only.
    frame
        The part of the source that the service was shown, where it was padded, cropped or made smaller
        (`inputs.Inputs.frame`); outside of it, the original stays.

    Returns
    -------
    PIL.Image.Image
        As large as the source: L where both pictures are grey, RGBA where either has transparency, else RGB. Outside
        the mask, each pixel equals that of the source in that mode (`modes.plain` where it was in no such mode), alpha
        and the colours under it included. Its info is that of the result (recipe), its colour profile the source's.

    Raises
    ------
    InvalidRequestError
        The mask does not fit the source, selects nothing or everything, or `feather` is out of range.
    """
    import numpy as np

    check_feather(feather)
    original, made = plain(load(source)), plain(result)
    selection = selection_of(mask, original.size)
    mode = _common_mode(original, made)
    canvas = original.convert(mode)
    made = made.convert(mode)
    box = frame.box if frame else (0, 0, *original.size)
    made = _scaled(made, (box[2] - box[0], box[3] - box[1]))
    left, top = max(box[0], 0), max(box[1], 0)
    right, bottom = min(box[2], original.width), min(box[3], original.height)
    made = made.crop((left - box[0], top - box[1], right - box[0], bottom - box[1]))
    inside = np.asarray(selection.crop((left, top, right, bottom))) > 0

    pixels = np.array(canvas)
    part = pixels[top:bottom, left:right]
    new = np.asarray(made)
    if soft is not None or feather:
        weights = (
            ramp(inside, feather)
            if soft is None
            else np.asarray(soft.crop((left, top, right, bottom)), np.float32) / np.float32(SELECTED)
        )
        passing = inside & (weights < 1)
        new = new.copy()
        new[passing] = _blended(part[passing], new[passing], weights[passing], mode)
    part[inside] = new[inside]

    pasted = Image.fromarray(pixels)
    pasted.info = {key: value for key, value in result.info.items() if key not in _OF_THE_FILE}
    if profile := canvas.info.get("icc_profile"):
        pasted.info["icc_profile"] = profile
    return pasted


def check_feather(feather: float) -> None:
    """Refuse a feather that `paste_back` would refuse: before a request is sent, not after it has been paid for."""
    if isinstance(feather, bool) or not isinstance(feather, int | float) or not 0 <= feather <= WIDEST_FEATHER:
        raise InvalidRequestError(
            f"paste_back is {feather!r}; it must be a number of px from 0 to {WIDEST_FEATHER:g}, or True for a mask as "
            "soft as its canvas draws it.",
            param="paste_back",
        )


def _common_mode(one: Image.Image, other: Image.Image) -> str:
    modes = {one.mode, other.mode}
    if modes == {"L"}:
        return "L"
    return "RGBA" if modes & {"LA", "RGBA"} else "RGB"


def _scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _blended(
    old: NDArray[np.uint8], new: NDArray[np.uint8], weights: NDArray[np.float32], mode: str
) -> NDArray[np.uint8]:
    """Return pixels between two, `weights` being the parts of the new ones; colours count by their alpha."""
    import numpy as np

    parts = np.stack([1 - weights, weights], -1)[..., None]  # pixel, picture, 1
    both = np.stack([old, new], 1).astype(np.float32).reshape(len(old), 2, len(mode))  # pixel, picture, band
    if mode == "RGBA":
        parts = parts * both[..., 3:]
        alpha = parts.sum(1)
        color = (both[..., :3] * parts).sum(1) / np.maximum(alpha, 1e-6)
        mixed = np.concatenate([color, alpha], -1)
    else:
        mixed = (both * parts).sum(1)
    blended: NDArray[np.uint8] = np.rint(mixed).astype(np.uint8).reshape(old.shape)
    return blended
