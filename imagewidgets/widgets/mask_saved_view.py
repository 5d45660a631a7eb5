"""What a mask canvas leaves in a notebook: a line of text, and pictures for readers where nothing is running."""

from __future__ import annotations

import base64

from PIL import Image

from imagewidgets import images
from imagewidgets.display import saved_view_html
from imagewidgets.display.captions import Figure
from imagewidgets.display.sheet import preview_png
from imagewidgets.mask import preview

PANEL = 384
"""Longest side of a picture in the saved view, px."""

FOOTER = "Saved view. Run the notebook to draw on."

DIGEST_DIGITS = 8
"""Hexadecimal digits of the selection's digest: enough to see that two masks differ."""


def facts(selection: Image.Image, *, coverage: float, operations: int, marks: int) -> list[str]:
    """Return, in words, the coverage (0 to 1), how many operations and marks there are, and the selection's digest."""
    noted = [_count(marks, "mark")] if marks else []
    return [preview.percent(coverage), _count(operations, "operation"), *noted, digest_of(selection)]


def digest_of(selection: Image.Image) -> str:
    """Return the first `DIGEST_DIGITS` of the digest of a selection (mode L)."""
    return images.digest(selection)[:DIGEST_DIGITS]


def saved_view(
    image: Image.Image,
    selection: Image.Image,
    markup: Image.Image | None,
    *,
    said: list[str],
    colour: str,
    opacity: float,
) -> dict[str, str]:
    """Return the saved view by MIME type, HTML and PNG: the mask over the image, alone, and as a cut-out; the markup.

    Parameters
    ----------
    image
        The picture.
    selection
        Mode L, of the image's size.
    markup
        RGBA, of the image's size; None where there is none. Then the mask is shown, even an empty one.
    said
        What `facts` returned.
    colour, opacity
        Of the mask over the image: "#rrggbb", and 0 to 1.
    """
    covers, *rest = said
    detail = " · ".join([f"{covers} of {selection.width} × {selection.height}", *rest])
    figures = []
    if markup is None or selection.getbbox() is not None:
        name = "red" if colour == preview.COLOUR else "coloured"
        overlay, mask, cutout = preview.panels(image, selection, PANEL, colour=colour, opacity=opacity)
        figures += [
            Figure(overlay, "Image and mask", f"{name} = edit here", "The picture with the mask over it"),
            Figure(mask, "Mask", "white = selected", "The mask"),
            Figure(cutout, "Cut-out", "transparent = edit here", "The picture without what is masked"),
        ]
    if markup is not None:
        figures.append(Figure(_marked(image, markup), "Image and markup", "", "The picture with the markup over it"))
    return {
        "text/html": saved_view_html(figures, title="Mask", detail=detail, footer=FOOTER),
        "image/png": base64.b64encode(preview_png(figures, title=f"Mask {detail}")).decode(),
    }


def empty() -> str:
    """Return the saved view of a canvas that has no picture, as HTML."""
    return saved_view_html([], title="No picture yet", detail="", footer=FOOTER)


def _marked(image: Image.Image, markup: Image.Image) -> Image.Image:
    """Return the picture with its markup, RGB, at most `PANEL` px wide and high."""
    scale = min(1, PANEL / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    shown = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    marks = markup.resize(size, Image.Resampling.LANCZOS)
    shown.paste(marks, mask=marks)
    return shown


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
