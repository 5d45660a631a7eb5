"""Tables of pictures on paper: one white sheet with the labels of rows and columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageDraw

from imagewidgets.display.captions import Figure, Gap
from imagewidgets.display.sheet import (
    CAPTION_GAP,
    FAINT_INK,
    FONT_SIZE,
    GAP,
    INK,
    LINE,
    PAPER,
    TILE,
    caption_lines,
    on_white,
    panel,
    words_of,
    wrapped,
)
from imagewidgets.display.tables import INNER, PictureTable
from imagewidgets.images.fonts import Font, font_for

ROW_LABEL = 140  # px of the labels of rows, at most
COLUMN_LEAST = 64  # px of a column: labels of narrow pictures stay readable
TITLE_SIZE, TITLE_LINE = 16, 22  # px, of the words above all
TITLE_LINES = 3
UNDER_TITLE = 6  # px
MOST_PIXELS = 150_000_000  # of a sheet: 450 MB in memory


def tables_sheet(tables: Sequence[PictureTable], *, tile: int = TILE, title: str = "") -> Image.Image:
    """Draw tables of pictures with their labels on one white sheet, one table under the other.

    Parameters
    ----------
    tables
        With at least one cell in all.
    tile
        Longest side of a picture on the sheet in px.
    title
        What stands above all, in at most three lines.

    Returns
    -------
    PIL.Image.Image
        Mode RGB. Transparent pictures lie on a checked ground.

    Raises
    ------
    ValueError
        There are no tables, or the sheet would be larger than memory should hold (`MOST_PIXELS`).
    """
    if not tables:
        raise ValueError("A contact sheet needs at least one table.")
    letters = font_for(title + "".join(map(_all_words, tables)))
    label_width = min(max(_label_width(table, letters) for table in tables), ROW_LABEL)
    plans = [_plan(table, tile, letters, label_width) for table in tables]
    width = max(plan.width for plan in plans)
    head = wrapped(title, letters, (width - 2 * GAP) * FONT_SIZE // TITLE_SIZE, most=TITLE_LINES)
    head_height = len(head) * TITLE_LINE + CAPTION_GAP if head else 0
    height = GAP + head_height + sum(plan.height for plan in plans)
    if width * height > MOST_PIXELS:
        raise ValueError(
            f"The sheet would have {width:,} × {height:,} px. Take smaller tiles (tile={tile // 2}), or fewer cells."
        )
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(head):
        draw.text((GAP, GAP + number * TITLE_LINE), line, fill=INK, font=letters.sized(TITLE_SIZE))
    top = GAP + head_height
    for plan in plans:
        _draw(plan, sheet, draw, top)
        top += plan.height
    return sheet


class _Block(NamedTuple):
    """A picture or an empty place, and the lines under it, each with its colour."""

    image: Image.Image
    lines: list[tuple[str, str]]

    @property
    def height(self) -> int:
        return self.image.height + (CAPTION_GAP + len(self.lines) * LINE if self.lines else 0)


@dataclass(frozen=True)
class _Plan:
    """A table on paper: its blocks, and where its rows and columns are, in px."""

    table: PictureTable
    blocks: list[list[list[_Block]]]  # of each row and column
    across: int  # blocks side by side in a cell
    block_width: int
    label_width: int  # 0 without labels of rows
    heights: list[int]  # of the rows
    heads: list[list[str]]  # the lines of each label of a column
    letters: Font

    @property
    def cell_width(self) -> int:
        return self.across * self.block_width + (self.across - 1) * INNER

    @property
    def left(self) -> int:
        return GAP + (self.label_width + GAP if self.label_width else 0)

    @property
    def width(self) -> int:
        return self.left + max(len(self.table.columns), 1) * (self.cell_width + GAP)

    @property
    def title(self) -> list[str]:
        """The lines above the table."""
        return wrapped(self.table.title, self.letters, self.width - 2 * GAP, most=2)

    @property
    def names(self) -> bool:
        """Whether a line names the axes."""
        return bool(self.table.row_name or self.table.column_name)

    @property
    def top(self) -> int:
        """Where the rows begin."""
        lines = len(self.title) + self.names + max(map(len, self.heads), default=0)
        return lines * LINE + (UNDER_TITLE if self.title else 0) + (CAPTION_GAP if lines else 0)

    @property
    def height(self) -> int:
        return self.top + sum(height + GAP for height in self.heights) + GAP // 2


def _label_width(table: PictureTable, letters: Font) -> int:
    font = letters.sized(FONT_SIZE)
    return max(math.ceil(font.getlength(letters.written(label))) for label in (*table.rows, table.row_name))


def _plan(table: PictureTable, tile: int, letters: Font, label_width: int) -> _Plan:
    across = table.across
    small = {id(figure): on_white(figure.image, tile) for figure in table.figures()}
    width = max((image.width for image in small.values()), default=tile)
    width = max(width, min(tile, math.ceil(COLUMN_LEAST / across)))
    height = max((image.height for image in small.values()), default=tile)
    cell_width = across * width + (across - 1) * INNER
    empty = (cell_width, table.down * height + (table.down - 1) * INNER)

    def drawn(figure: Figure | Gap) -> Image.Image:
        return panel(figure.sentence, (width, height), letters) if isinstance(figure, Gap) else small[id(figure)]

    def blocks(cell: Sequence[Figure | Gap] | str) -> list[_Block]:
        if isinstance(cell, str):
            return [_Block(panel(cell, empty, letters), [])]
        return [_Block(drawn(figure), caption_lines(figure, letters, width)) for figure in cell]

    laid = [[blocks(cell) for cell in row] for row in table.cells]
    return _Plan(
        table=table,
        blocks=laid,
        across=across,
        block_width=width,
        label_width=label_width,
        heights=[max((_stack(cell, across)[-1] for cell in row), default=0) for row in laid],
        heads=[wrapped(label, letters, cell_width, most=2) for label in table.columns],
        letters=letters,
    )


def _stack(cell: list[_Block], across: int) -> list[int]:
    """Return where the lines of blocks in a cell begin, and at last the height of all."""
    tops = [0]
    for start in range(0, len(cell), across):
        tops.append(tops[-1] + max(block.height for block in cell[start : start + across]) + INNER)
    return [*tops[:-1], tops[-1] - INNER if len(tops) > 1 else 0]


def _draw(plan: _Plan, sheet: Image.Image, draw: ImageDraw.ImageDraw, top: int) -> None:
    letters = plan.letters
    font = letters.sized(FONT_SIZE)
    y = top
    for line in plan.title:
        draw.text((GAP, y), line, fill=INK, font=font)
        y += LINE
    y += UNDER_TITLE if plan.title else 0
    if plan.names:
        for x, name in ((GAP, plan.table.row_name), (plan.left, plan.table.column_name)):
            for line in wrapped(name, letters, max(plan.width - x - GAP, 1), most=1):
                draw.text((x, y), line, fill=FAINT_INK, font=font)
        y += LINE
    xs = range(plan.left, plan.width, plan.cell_width + GAP)
    for x, lines in zip(xs, plan.heads, strict=False):
        for number, line in enumerate(lines):
            draw.text((x, y + number * LINE), line, fill=INK, font=font)
    y = top + plan.top
    for label, row, height in zip(plan.table.rows, plan.blocks, plan.heights, strict=True):
        lines = wrapped(label, letters, max(plan.label_width, 1), most=4)
        for number, line in enumerate(lines):
            draw.text((GAP, y + (height - len(lines) * LINE) // 2 + number * LINE), line, fill=INK, font=font)
        for x, cell in zip(xs, row, strict=False):
            tops = _stack(cell, plan.across)
            for number, block in enumerate(cell):
                line_number, place = divmod(number, plan.across)
                left, upper = x + place * (plan.block_width + INNER), y + tops[line_number]
                sheet.paste(block.image, (left, upper))
                for row_number, (words, ink) in enumerate(block.lines):
                    under = upper + block.image.height + CAPTION_GAP + row_number * LINE
                    draw.text((left, under), words, fill=ink, font=font)
        y += height + GAP


def _all_words(table: PictureTable) -> str:
    said = [table.title, table.row_name, table.column_name, *table.rows, *table.columns]
    for cell in (cell for row in table.cells for cell in row):
        said += [cell] if isinstance(cell, str) else map(words_of, cell)
    return "".join(said)
