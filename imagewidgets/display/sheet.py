"""Pictures on paper: several on one white sheet with their captions, as a single image.

A service that shows notebooks may strip pictures out of HTML (GitHub does), but all show a PNG.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.display.captions import Figure, Gap, shortened
from imagewidgets.images.fonts import Font, font_for

TILE = 256  # px, the longest side of a picture on a contact sheet
TILE_ALONE = 512
PREVIEW_PIXELS = 200_000  # px, all tiles of a preview together: a byte each at worst
PREVIEW_BYTES = 150_000  # ten photos with all forms of their saved view are less than 400 kB of a notebook
SMALLEST_TILE = 16  # px: of a preview that cannot be small enough otherwise
REDUCING_GAP = 1.5  # by how much a quick first step may overshoot the final size: less than half the time, same look
PNG_LEVEL = 4  # of zlib: twice as quick as its default, for 2 % more bytes
GAP = 16  # px, around and between the tiles of a contact sheet
CAPTION_GAP = 8  # px, between a picture and its caption
FONT_SIZE, LINE = 13, 17  # px
PAPER, INK, FAINT_INK, CHECKS, EDGE = "#ffffff", "#1f1f1f", "#666666", "#e4e4e4", "#c8c8c8"
CHECKER = 8  # px, a square of the ground behind transparent pictures


def contact_sheet(
    figures: Sequence[Figure | Gap], *, columns: int | None = None, tile: int = TILE, title: str = ""
) -> Image.Image:
    """Draw the pictures and their captions on one white sheet.

    Parameters
    ----------
    figures
        At least one. Pictures keep their shape.
    columns
        How many stand in a row; None fills the rows well: four at most, six from 13 on.
    tile
        Longest side of a picture on the sheet in px.
    title
        What stands above all pictures, in at most two lines.

    Returns
    -------
    PIL.Image.Image
        Mode RGB. Transparent pictures lie on a checked ground.

    Raises
    ------
    ValueError
        There are no figures.
    """
    if not figures:
        raise ValueError("A contact sheet needs at least one picture.")
    across = min(columns or _columns(len(figures)), len(figures))
    letters = font_for(title + "".join(words_of(figure) for figure in figures))
    font = letters.sized(FONT_SIZE)
    shape = next((figure.image.size for figure in figures if isinstance(figure, Figure)), (tile, tile))
    small = [drawn(figure, tile, letters, shape) for figure in figures]
    words = [caption_lines(figure, letters, tile) for figure in figures]
    rows = [range(start, min(start + across, len(figures))) for start in range(0, len(figures), across)]
    # Each row is as high as its highest picture and its longest caption.
    tops = [max(small[i].height for i in row) for row in rows]
    heights = [
        top + CAPTION_GAP + max(len(words[i]) for i in row) * LINE + GAP for row, top in zip(rows, tops, strict=True)
    ]
    width = GAP + across * (tile + GAP)
    head = wrapped(title, letters, width - 2 * GAP, most=2)
    head_height = len(head) * LINE + CAPTION_GAP if head else 0
    sheet = Image.new("RGB", (width, GAP + head_height + sum(heights)), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(head):
        draw.text((GAP, GAP + number * LINE), line, fill=INK, font=font)
    y = GAP + head_height
    for row, top, height in zip(rows, tops, heights, strict=True):
        for x, i in zip(range(GAP, sheet.width, tile + GAP), row, strict=False):
            sheet.paste(small[i], (x, y + top - small[i].height))
            for number, (line, ink) in enumerate(words[i]):
                draw.text((x, y + top + CAPTION_GAP + number * LINE), line, fill=ink, font=font)
        y += height
    return sheet


def preview_png(figures: Sequence[Figure | Gap], *, title: str = "") -> bytes:
    """Return a contact sheet as a PNG file of at most `PREVIEW_BYTES`, whatever is on it."""
    tile = TILE_ALONE if len(figures) == 1 else preview_tile(len(figures))
    return small_png(lambda tile: contact_sheet(figures, tile=tile, title=title), tile)


def preview_tile(count: int) -> int:
    """Return how large this many pictures may be on a preview: the longest side in px."""
    return min(TILE, math.isqrt(PREVIEW_PIXELS // count))


def small_png(draw: Callable[[int], Image.Image], tile: int) -> bytes:
    """Return what `draw` draws with tiles of this size, or smaller ones, as a PNG file of at most `PREVIEW_BYTES`."""
    while True:
        sheet = draw(tile)
        data = _png(sheet)
        if len(data) > PREVIEW_BYTES:
            # Photographs pack badly: dithered to 256 colours they take a third, and still look right at this size.
            palette = sheet.quantize(256, method=Image.Quantize.FASTOCTREE)  # of the methods, it keeps rare colours
            data = _png(sheet.quantize(palette=palette))
        if len(data) <= PREVIEW_BYTES or tile <= SMALLEST_TILE:
            return data
        tile = max(tile * 4 // 5, SMALLEST_TILE)


def fitted(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of the same shape that fits into `box`, never larger than `size`, at least 1 × 1."""
    scale = min(box[0] / size[0], box[1] / size[1], 1.0)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def shrunk(image: Image.Image, px: int) -> Image.Image:
    """Return the picture as RGB or RGBA, its longest side at most `px` px, never enlarged."""
    image = as_shown(image)
    return image.resize(fitted(image.size, (px, px)), Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)


def as_shown(image: Image.Image) -> Image.Image:
    """Return the picture as RGB or RGBA, whatever its mode; modes without a white of their own are stretched to it."""
    if image.mode in ("RGB", "RGBA"):
        return image
    if image.mode == "La":
        image = image.convert("LA")  # the only mode that it can become
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        levels = np.asarray(image, dtype=float)
        low, high = levels.min(), levels.max()
        image = Image.fromarray(np.uint8((levels - low) * (255 / max(high - low, 1e-9))))
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def drawn(figure: Figure | Gap, tile: int, letters: Font, shape: tuple[int, int]) -> Image.Image:
    """Return a picture as it stands on paper, its longest side at most `tile` px; an empty place is of this shape."""
    if isinstance(figure, Figure):
        return on_white(figure.image, tile)
    return panel(figure.sentence, fitted(shape, (tile, tile)), letters)


def panel(sentence: str, size: tuple[int, int], letters: Font) -> Image.Image:
    """Draw a frame of this size, px, with a sentence in the middle: as much of it as there is room for."""
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=EDGE)
    lines = wrapped(sentence, letters, max(size[0] - GAP, 1), most=max((size[1] - GAP) // LINE, 1))
    font = letters.sized(FONT_SIZE)
    top = (size[1] - len(lines) * LINE) // 2
    for number, line in enumerate(lines):
        left = (size[0] - font.getlength(line)) / 2
        draw.text((left, top + number * LINE), line, fill=FAINT_INK, font=font)
    return image


def on_white(image: Image.Image, px: int) -> Image.Image:
    """Return the picture as RGB, its longest side at most `px` px; where it is transparent, on a checked ground."""
    small = shrunk(image, px)
    if small.mode == "RGB":
        return small
    ground = Image.new("RGB", small.size, PAPER)
    draw = ImageDraw.Draw(ground)
    for top in range(0, small.height, CHECKER):
        for left in range(top // CHECKER % 2 * CHECKER, small.width, 2 * CHECKER):
            draw.rectangle((left, top, left + CHECKER - 1, top + CHECKER - 1), fill=CHECKS)
    ground.paste(small, mask=small.getchannel("A"))
    return ground


def _columns(count: int) -> int:
    """Return how many columns leave the fewest places of the last row empty."""
    if count <= 4:
        return count
    choice = (4, 3) if count <= 12 else (6, 5)
    return min(choice, key=lambda columns: -count % columns)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=PNG_LEVEL)
    return out.getvalue()


def words_of(figure: Figure | Gap) -> str:
    """Return all that is written in and under a picture."""
    return figure.caption + figure.detail + (figure.sentence if isinstance(figure, Gap) else "")


def caption_lines(figure: Figure | Gap, letters: Font, width: int) -> list[tuple[str, str]]:
    """Return the lines under a picture, each with its colour: at most three of caption, then one of detail."""
    lines = [(line, INK) for line in wrapped(figure.caption, letters, width, most=3)]
    return lines + [(line, FAINT_INK) for line in wrapped(figure.detail, letters, width, most=1)]


def wrapped(text: str, letters: Font, width: int, *, most: int) -> list[str]:
    """Break a text into at most so many lines of at most `width` px; what is too long ends in dots."""
    font = letters.sized(FONT_SIZE)
    lines = [""]
    for word in re.findall(r"\S+\s*", letters.written(shortened(text))):
        if lines[-1] and font.getlength(lines[-1] + word.rstrip()) > width:
            lines.append("")
        for character in word:  # a word that is too long for a line is broken anywhere, as those of Chinese are
            if font.getlength(lines[-1] + character.rstrip()) > width:
                lines.append("")
            lines[-1] += character
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) > most:
        last = lines[most - 1]
        while last and font.getlength(last + "...") > width:
            last = last[:-1]
        lines[most - 1 :] = [last.rstrip() + "..."]
    return lines
