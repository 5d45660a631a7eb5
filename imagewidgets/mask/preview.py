"""Pictures of a mask for people to look at: over its image, alone, and as a cut-out."""

from __future__ import annotations

import base64
import io

from PIL import Image, ImageChops, ImageFilter

COLOUR = (255, 31, 68)
"""Of the overlay: #ff1f44."""

OPACITY = 0.55
"""Of the overlay."""

EDGE = (255, 255, 255)
"""Of the line around the overlay, which shows it on red pictures too."""

CHECKER = ((238, 238, 238), (205, 205, 205))
"""The two greys that stand for transparency."""

CHECKER_SIZE = 8
"""Side of a checker's square, px."""

PANEL = 256
"""Side of the square that a panel fits into, px."""

WEBP_QUALITY = 80
"""Of photos in the saved view: some 10 KB a panel."""

GAP = 8
"""Between two panels, px."""


def cutout(image: Image.Image, selection: Image.Image) -> Image.Image:
    """Return the image's colours, RGBA, transparent where `selection` (mode L, same size) is 255."""
    cut = image.convert("RGB")
    cut.putalpha(ImageChops.invert(selection))
    cut.info = {}  # what made the image did not make the mask
    return cut


def overlay(image: Image.Image, selection: Image.Image) -> Image.Image:
    """Return the image, RGB, with the selection in `COLOUR` and a line around it."""
    red = Image.new("RGB", image.size, COLOUR)
    shown = Image.composite(red, image.convert("RGB"), selection.point(lambda value: round(value * OPACITY)))
    edge = ImageChops.subtract(selection.filter(ImageFilter.MaxFilter(3)), selection)
    shown.paste(EDGE, mask=edge)
    return shown


def percent(coverage: float) -> str:
    """Return a share of 0 to 1 as text; "0 %" and "100 %" only for nothing and all."""
    text = f"{100 * coverage:.0f} %"
    if text == "0 %" and coverage > 0:
        return "< 1 %"
    if text == "100 %" and coverage < 1:
        return "> 99 %"
    return text


def panels(image: Image.Image, selection: Image.Image) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Return overlay (RGB), mask (L) and cut-out (RGBA), each at most `PANEL` px wide and high."""
    scale = min(1, PANEL / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    mask = selection.resize(size, Image.Resampling.BOX)
    return overlay(small, mask), mask, cutout(small, mask)


def contact_sheet(image: Image.Image, selection: Image.Image) -> bytes:
    """Return a PNG of the three `panels` side by side, with the cut-out on a checkerboard."""
    shown, mask, cut = panels(image, selection)
    ground = _checkerboard(cut.size)
    ground.paste(cut, mask=cut)
    width, height = cut.size
    sheet = Image.new("RGBA", (3 * width + 2 * GAP, height))
    for column, panel in enumerate((shown, mask, ground)):
        sheet.paste(panel.convert("RGBA"), (column * (width + GAP), 0))
    return _encode(sheet, "PNG")


def html(image: Image.Image, selection: Image.Image, *, summary: str) -> str:
    """Return the three `panels` under a line of text, as HTML that needs no style sheet, no script and no kernel."""
    shown, mask, cut = panels(image, selection)
    figures = [
        _figure(shown, "WEBP", "The picture with the mask over it in red", "Image and mask", "red = edit here"),
        _figure(mask, "PNG", "The mask", "Mask", "white = selected"),
        _figure(cut, "WEBP", "The picture without the masked area", "Cut-out", "transparent = edit here"),
    ]
    return (
        "<div style=\"font:13px/1.4 system-ui,-apple-system,'Segoe UI',helvetica,arial,sans-serif;color:inherit;"
        'border:1px solid rgb(128 128 128/.3);border-radius:8px;padding:16px">'
        '<p style="margin:0 0 12px"><b style="font-weight:600">Mask</b> <span style="opacity:.72">'
        f"{summary}</span></p>"
        f'<div style="display:grid;grid-template-columns:repeat(3,minmax(0,{PANEL}px));gap:12px">'
        f"{''.join(figures)}</div></div>"
    )


def _figure(picture: Image.Image, kind: str, alt: str, title: str, legend: str) -> str:
    data = base64.b64encode(_encode(picture, kind)).decode("ascii")
    checker = "repeating-conic-gradient(rgb(128 128 128/.3) 0 25%,rgb(128 128 128/.1) 0 50%) 0 0/16px 16px"
    ground = f";background:{checker}" if picture.mode == "RGBA" else ""
    return (
        f'<figure style="margin:0;min-width:0"><img src="data:image/{kind.lower()};base64,{data}" alt="{alt}" '
        f'style="display:block;width:100%;height:auto;border-radius:2px{ground}">'
        f'<figcaption style="font-size:12px;line-height:16px;margin-top:6px">{title}<br>'
        f'<span style="opacity:.72">{legend}</span></figcaption></figure>'
    )


def _encode(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, quality=WEBP_QUALITY)  # PNG has no quality and takes no notice of it
    return out.getvalue()


def _checkerboard(size: tuple[int, int]) -> Image.Image:
    board = Image.new("RGB", size, CHECKER[0])
    for y in range(0, size[1], CHECKER_SIZE):
        for x in range(y % (2 * CHECKER_SIZE), size[0], 2 * CHECKER_SIZE):
            board.paste(CHECKER[1], (x, y, x + CHECKER_SIZE, y + CHECKER_SIZE))
    return board
