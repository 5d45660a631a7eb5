"""Pictures of a mask for people to look at: over its image, alone, and as a cut-out."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

COLOUR = (255, 31, 68)
"""Of the overlay: #ff1f44."""

OPACITY = 0.55
"""Of the overlay."""

EDGE = (255, 255, 255)
"""Of the line around the overlay, which shows it on red pictures too."""


def cutout(image: Image.Image, selection: Image.Image) -> Image.Image:
    """Return the image's colours, RGBA, transparent where `selection` (mode L, same size) is 255."""
    cut = image.convert("RGB")
    cut.putalpha(ImageChops.invert(selection))
    cut.info = {}  # what made the image did not make the mask
    return cut


def overlay(image: Image.Image, selection: Image.Image) -> Image.Image:
    """Return the image, RGB, with the selection in `COLOUR` and a line of 1 px around it."""
    red = Image.new("RGB", image.size, COLOUR)
    shown = Image.composite(red, image.convert("RGB"), selection.point(lambda value: round(value * OPACITY)))
    edge = ImageChops.subtract(selection.filter(ImageFilter.MaxFilter(3)), selection)
    shown.paste(EDGE, mask=edge)
    return shown


def panels(image: Image.Image, selection: Image.Image, side: int) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Return overlay (RGB), mask (L) and cut-out (RGBA), each at most `side` px wide and high."""
    scale = min(1, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    mask = selection.resize(size, Image.Resampling.BOX)
    return overlay(small, mask), mask, cutout(small, mask)


def percent(coverage: float) -> str:
    """Return a share of 0 to 1 as text; "0 %" and "100 %" only for nothing and all."""
    text = f"{100 * coverage:.0f} %"
    if text == "0 %" and coverage > 0:
        return "< 1 %"
    if text == "100 %" and coverage < 1:
        return "> 99 %"
    return text
