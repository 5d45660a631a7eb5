"""Marks to pixels: arrows, circles, freehand lines and notes on a transparent layer."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.images.fonts import font_for
from imagewidgets.mask.ink import Shape, draw, paint
from imagewidgets.mask.marks import Arrow, Circle, ClearMarkup, Mark, Note, Pen
from imagewidgets.mask.operations import Extend

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.ImageFont import FreeTypeFont

    from imagewidgets.mask.operations import Operation

OUTLINE = 0.16
"""Width of the outline, of that of the line."""

NOTE_OUTLINE = 0.07
"""Width of the outline of letters, of their size."""

THINNEST, WIDEST = 1.0, 4.0
"""px, of an outline."""

HEAD_LENGTH, HEAD_WIDTH, NOTCH = 4.2, 3.8, 0.78
"""An arrow's head: its length and width, of that of the line; and where the line meets it, of its length."""

HEAD_ROUNDING = 0.2
"""Radius of the corners of an arrow's head, of the width of the line."""

FLATNESS = 0.02
"""px: by how much the straight pieces that an ellipse is drawn by may lie inside of it."""

LINE_HEIGHT = 1.25
"""From one line of a note to the next, of the size of its letters."""

SMALLEST = 1.0
"""px: fonts have no smaller letters, and eyes see none."""

TAB = 4  # spaces


def marks(operations: Iterable[Operation]) -> tuple[Mark, ...]:
    """Return the marks that are there after the operations, in the coordinates of the picture as it is then.

    `Extend` moves what was marked before; `ClearMarkup` takes it away.
    """
    there: list[Mark] = []
    for operation in operations:
        match operation:
            case Arrow() | Circle() | Pen() | Note():
                there.append(operation)
            case ClearMarkup():
                there.clear()
            case Extend():
                there = [_moved(mark, operation.left, operation.top) for mark in there]
    return tuple(there)


def render(operations: Iterable[Operation], size: tuple[int, int]) -> Image.Image:
    """Return the layer with the marks of the operations, later ones over earlier ones.

    Parameters
    ----------
    operations
        Those of a mask: what is no mark, and does not move or clear marks, is passed over.
    size
        Width and height, px, of the picture as it is after the operations, so with every `Extend`.

    Returns
    -------
    PIL.Image.Image
        RGBA, transparent where there is no mark. A note's size is that of its font, as in CSS: its capitals are about
        0.7 of it high. Letters beyond ASCII are drawn in a font of the machine and may look different elsewhere.
    """
    layer = Image.new("RGBA", size)
    for mark in marks(operations):
        match mark:
            case Note():
                _write(layer, mark)
            case Arrow():
                draw(layer, _arrow(mark), mark.color, _outline(mark.width * OUTLINE))
            case Circle():
                draw(layer, _ellipse(mark), mark.color, _outline(mark.width * OUTLINE))
            case Pen():
                line = Shape(np.array(mark.points, np.float64), mark.width / 2)
                draw(layer, line, mark.color, _outline(mark.width * OUTLINE))
    return layer


def _moved(mark: Mark, right: int, down: int) -> Mark:
    match mark:
        case Arrow(start=(x, y), end=(to_x, to_y)):
            return msgspec.structs.replace(mark, start=(x + right, y + down), end=(to_x + right, to_y + down))
        case Pen():
            return msgspec.structs.replace(mark, points=tuple((x + right, y + down) for x, y in mark.points))
        case Circle() | Note():
            return msgspec.structs.replace(mark, x=mark.x + right, y=mark.y + down)


def _outline(width: float) -> float:
    return min(max(width, THINNEST), WIDEST)


def _ellipse(circle: Circle) -> Shape:
    across, down = circle.w / 2, circle.h / 2
    count = max(16, math.ceil(math.pi / math.sqrt(2 * FLATNESS / max(across, down))))
    angles = np.linspace(0, 2 * math.pi, count + 1)
    x, y = circle.x + across * (1 + np.cos(angles)), circle.y + down * (1 + np.sin(angles))
    return Shape(np.stack([x, y], axis=-1), circle.width / 2)


def _arrow(arrow: Arrow) -> Shape:
    start, end = np.array(arrow.start, np.float64), np.array(arrow.end, np.float64)
    distance = math.dist(arrow.start, arrow.end)
    along = (end - start) / distance
    across = np.array([-along[1], along[0]])
    width = min(arrow.width, distance / HEAD_LENGTH)  # a short arrow is all head
    rounding = HEAD_ROUNDING * width
    neck = end - along * HEAD_LENGTH * NOTCH * width
    back = end - along * (HEAD_LENGTH * width - rounding)
    side = across * (HEAD_WIDTH / 2 * width - rounding)
    head = np.array([end - along * rounding, back + side, neck, back - side])
    return Shape(np.array([start, neck]), width / 2, head, rounding)


def _write(layer: Image.Image, note: Note) -> None:
    text = unicodedata.normalize("NFC", note.text).expandtabs(TAB)  # a letter and its accent as one, as fonts have it
    lettering = font_for(text)
    font = lettering.sized(max(note.size, SMALLEST))
    outline = round(_outline(note.size * NOTE_OUTLINE))
    y = note.y
    for line in text.splitlines():
        if -note.size * LINE_HEIGHT * 2 < y < layer.height:
            _write_line(layer, lettering.written(line), (note.x, y), font, note.color, outline)
        y += note.size * LINE_HEIGHT


def _write_line(
    layer: Image.Image, text: str, at: tuple[float, float], font: FreeTypeFont, color: str, outline: int
) -> None:
    x, y = at
    before = next((k for k in range(len(text)) if x + font.getlength(text[: k + 1]) >= -font.size), len(text))
    x, text = x + font.getlength(text[:before]), text[before:]
    after = next((k for k in range(len(text)) if x + font.getlength(text[:k]) > layer.width), len(text))
    text = text[:after]
    box = font.getbbox(text, stroke_width=outline)
    left, top = math.floor(x + box[0]), math.floor(y + box[1])
    right, bottom = math.ceil(x + box[2]) + 1, math.ceil(y + box[3]) + 1
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, layer.width), min(bottom, layer.height)
    if left >= right or top >= bottom:
        return
    inner, outer = (
        _lettered(text, (x - left, y - top), (right - left, bottom - top), font, width) for width in (0, outline)
    )
    paint(layer, (left, top), inner, outer, color)


def _lettered(
    text: str, at: tuple[float, float], size: tuple[int, int], font: FreeTypeFont, outline: int
) -> Image.Image:
    cover = Image.new("L", size)
    ImageDraw.Draw(cover).text(at, text, fill=255, font=font, stroke_width=outline)
    return cover
