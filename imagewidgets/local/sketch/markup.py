"""Marks drawn over a picture say where an edit is meant: inside a circle, at the tip of an arrow, along a line."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from imagewidgets.local.sketch import exact

SEEN = 100  # of 255: the opacity from which something is drawn
LONGEST = 256  # px of the copy on which marks are told apart
ROOMY = 1.2  # a mark that encloses more than this times its own ink is a circle
FEWEST, PIECE = 8, 1.2  # pieces in which a mark is measured along its length; the length of one, in its thickness
HEAD = 0.36  # of an arrow's length: its head is in the first or last part
POINTED = 1.8  # an arrow's head is at least this much wider than most of it
SLIM = 4  # an arrow's length, squared, is more than this times its area
TARGET = 0.16  # of the shorter side: how far around the tip of an arrow is meant
BESIDE = 0.05  # of the shorter side: how far beside a line is meant
SPECK = 0.0006  # of the picture: smaller marks mean nothing where there are larger ones

Mask = npt.NDArray[np.bool_]


def meant(markup: Image.Image) -> Image.Image | None:
    """Give where a markup says that an edit is meant.

    Parameters
    ----------
    markup
        RGBA, transparent where nothing is drawn.

    Returns
    -------
    Image or None
        L, 255 where it is meant: what closed lines enclose, else what arrows point at, else what lies along the marks
        (notes too). None where nothing is drawn.
    """
    ink = markup.getchannel("A").point(lambda value: 255 * (value >= SEEN))
    if ink.getbbox() is None:
        return None
    scale = min(1.0, LONGEST / max(markup.size))
    size = max(1, round(markup.width * scale)), max(1, round(markup.height * scale))
    small = exact.resize(ink, size, Image.Resampling.BOX).point(lambda value: 255 * (value > 0))
    marks = [mark for mark in _marks(small) if np.count_nonzero(mark) > SPECK * size[0] * size[1]] or _marks(small)
    circles = [inner for mark in marks if np.count_nonzero(inner := _enclosed(mark)) > ROOMY * np.count_nonzero(mark)]
    short = min(size)
    if circles:
        found = np.logical_or.reduce(circles)
    else:
        tips = [tip for mark in marks if (tip := _tip(mark)) is not None]
        sheet = Image.new("L", size)
        for x, y in tips:
            reach = TARGET * short
            ImageDraw.Draw(sheet).ellipse([x - reach, y - reach, x + reach, y + reach], fill=255)
        if not tips:
            reach = max(1, round(BESIDE * short)) * 2 + 1
            sheet = Image.fromarray(np.logical_or.reduce(marks).astype(np.uint8) * 255).filter(
                ImageFilter.MaxFilter(reach)
            )
        found = np.asarray(sheet) > 0
    area = Image.fromarray(found.astype(np.uint8) * 255)
    return exact.resize(area, markup.size, Image.Resampling.BICUBIC).point(lambda value: 255 * (value > 127))


def _marks(ink: Image.Image) -> list[Mask]:
    """Give the marks that do not touch each other, from above to below."""
    rest = ink.copy()
    found: list[Mask] = []
    while (box := rest.getbbox()) is not None:
        row = np.asarray(rest)[box[1]]
        ImageDraw.floodfill(rest, (int(np.flatnonzero(row == 255)[0]), box[1]), 128)
        found.append(np.asarray(rest) == 128)
        rest = rest.point(lambda value: 255 * (value == 255))
    return found


def _enclosed(mark: Mask) -> Mask:
    """Give what a mark encloses, itself included; a gap in its line is closed first."""
    height, width = mark.shape
    reach = max(1, round(0.02 * min(mark.shape))) * 2 + 1
    line = Image.fromarray(mark.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(reach))
    sheet = Image.new("L", (width + 2, height + 2))
    sheet.paste(line, (1, 1))
    ImageDraw.floodfill(sheet, (0, 0), 128)
    inside = Image.fromarray((np.asarray(sheet)[1:-1, 1:-1] == 0).astype(np.uint8) * 255)
    if inside.getbbox() is None:
        return mark
    return np.asarray((np.asarray(inside.filter(ImageFilter.MaxFilter(reach))) > 0) | mark)


def _tip(mark: Mask) -> tuple[int, int] | None:
    """Give where an arrow ends, x and y in px: beyond its widest part; None for a mark without a head."""
    rows, columns = (places.astype(np.float64) for places in np.nonzero(mark))
    x, y = columns - columns.sum() / len(columns), rows - rows.sum() / len(rows)
    xx, yy, xy = (float((first * second).sum()) for first, second in ((x, x), (y, y), (x, y)))
    spread = ((xx - yy) ** 2 + 4 * xy * xy) ** 0.5
    across, down = (2 * xy, yy - xx + spread) if yy > xx else (xx - yy + spread, 2 * xy)
    length = (across * across + down * down) ** 0.5
    if length == 0:
        return None
    along = (x * across + y * down) / length
    extent = float(np.ptp(along)) + 1
    pieces = max(FEWEST, int(extent * extent / (PIECE * len(x))))
    piece = np.minimum((along - along.min()) / extent * pieces, pieces - 1).astype(np.int64)
    widths = np.bincount(piece, minlength=pieces)
    widest = int(widths.argmax())
    even = POINTED * np.sort(widths)[pieces // 2] > widths[widest]
    if even or HEAD * pieces <= widest < (1 - HEAD) * pieces or extent * extent < SLIM * len(x):
        return None
    end = int((along if widest >= pieces / 2 else -along).argmax())
    return int(columns[end]), int(rows[end])
