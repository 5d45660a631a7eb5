"""What a mask canvas leaves in a notebook: a line of text, and pictures for readers where nothing is running."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from imagewidgets import images
from imagewidgets.display import saved_view_html
from imagewidgets.display.captions import Figure
from imagewidgets.display.sheet import preview_png
from imagewidgets.mask import preview

if TYPE_CHECKING:
    from PIL import Image

PANEL = 384
"""Longest side of a picture in the saved view, px."""

DIGEST_DIGITS = 8
"""Hexadecimal digits of the selection's digest: enough to see that two masks differ."""


def facts(selection: Image.Image, *, coverage: float, operations: int) -> tuple[str, str, str]:
    """Return, in words, the coverage (0 to 1), the number of operations, and the digest of the selection (mode L)."""
    done = f"{operations} operation{'' if operations == 1 else 's'}"
    return preview.percent(coverage), done, images.digest(selection)[:DIGEST_DIGITS]


def saved_view(image: Image.Image, selection: Image.Image, *, coverage: float, operations: int) -> dict[str, str]:
    """Return the saved view by MIME type, HTML and PNG: the mask over the image, alone, and as a cut-out.

    `selection` is of mode L and of the image's size; `coverage` is 0 to 1.
    """
    covers, done, digest = facts(selection, coverage=coverage, operations=operations)
    detail = f"{covers} of {selection.width} × {selection.height} · {done} · {digest}"
    overlay, mask, cutout = preview.panels(image, selection, PANEL)
    figures = [
        Figure(overlay, "Image and mask", "red = edit here", "The picture with the mask over it"),
        Figure(mask, "Mask", "white = selected", "The mask"),
        Figure(cutout, "Cut-out", "transparent = edit here", "The picture without what is masked"),
    ]
    return {
        "text/html": saved_view_html(figures, title="Mask", detail=detail),
        "image/png": base64.b64encode(preview_png(figures, title=f"Mask {detail}")).decode(),
    }
