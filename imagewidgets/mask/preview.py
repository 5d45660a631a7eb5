"""Pictures of a mask for people to look at: over its image, alone, and as a cut-out."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageColor, ImageFilter

COLOUR = "#ff1f44"
"""Of the overlay, where nobody chose one."""

OPACITY = 0.55
"""Of the overlay, where nobody chose one."""

EDGE = "#ffffff"
"""Of the line around the overlay, which shows it on pictures of its own colour too."""


def cutout(image: Image.Image, selection: Image.Image) -> Image.Image:
    """Return the image's colours, RGBA, transparent where `selection` (mode L, same size) is 255.

    Where the selection is between, so is the opacity.
    """
    cut = image.convert("RGB")
    cut.putalpha(ImageChops.invert(selection))
    cut.info = {}  # what made the image did not make the mask
    return cut


def overlay(
    image: Image.Image, selection: Image.Image, *, colour: str = COLOUR, opacity: float = OPACITY
) -> Image.Image:
    """Return the image with the selection laid over it in a colour, and a line of 1 px around all that is selected.

    Parameters
    ----------
    image
        Of any mode.
    selection
        Mode L, of the image's size. Values between 0 and 255 show more faintly.
    colour
        "#rrggbb".
    opacity
        Of the colour, 0 to 1, where the selection is 255.

    Returns
    -------
    PIL.Image.Image
        RGB, of the image's size.
    """
    return _laid_over(image.convert("RGB"), selection, _touched(selection), colour, opacity)


def panels(
    image: Image.Image, selection: Image.Image, side: int, *, colour: str = COLOUR, opacity: float = OPACITY
) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Return overlay (RGB), mask (L) and cut-out (RGBA), each at most `side` px wide and high; else as `overlay`."""
    scale = min(1, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    mask, touched = (picture.resize(size, Image.Resampling.BOX) for picture in (selection, _touched(selection)))
    return _laid_over(small, mask, touched, colour, opacity), mask, cutout(small, mask)


def percent(coverage: float) -> str:
    """Return a share of 0 to 1 as text; "0 %" and "100 %" only for nothing and all."""
    text = f"{100 * coverage:.0f} %"
    if text == "0 %" and coverage > 0:
        return "< 1 %"
    if text == "100 %" and coverage < 1:
        return "> 99 %"
    return text


def _touched(selection: Image.Image) -> Image.Image:
    """Return where anything is selected, fully or in part: mode L, 0 and 255."""
    return selection.point([0] + [255] * 255)


def _laid_over(
    image: Image.Image, selection: Image.Image, touched: Image.Image, colour: str, opacity: float
) -> Image.Image:
    ink = Image.new("RGB", image.size, ImageColor.getrgb(colour))
    shown = Image.composite(ink, image, selection.point([round(value * opacity) for value in range(256)]))
    shown.paste(EDGE, mask=ImageChops.subtract(touched.filter(ImageFilter.MaxFilter(3)), touched))
    return shown
