"""Pictures in rows and columns, as a table in the saved view of a notebook."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imagewidgets.display.captions import Figure, Gap
from imagewidgets.display.saved import CSS_HEIGHT, CSS_WIDTH, caption, card, gap, picture, plain
from imagewidgets.display.sheet import fitted

NARROWEST = 64  # CSS px of a column: where all of them do not fit, the table scrolls sideways
NARROW_PAGE = 400  # CSS px inside of the frame, where a page is narrow
HEAD_LETTER, HEAD_LEAST, HEAD_MOST = 8, 40, 120  # CSS px of the labels of rows: a letter, and all together
HEAD_PADDING = 8
INNER = 4  # px between the pictures of one cell


@dataclass(frozen=True)
class PictureTable:
    """Pictures in rows and columns; a cell may have several, but not none.

    Attributes
    ----------
    title
        What stands above it; empty for a table that is alone.
    row_name, column_name
        What the labels of rows and of columns are values of; empty where they speak for themselves.
    rows, columns
        The labels. A table with one row or column only may have an empty one.
    cells
        Of each row and each column, the pictures, and gaps for those that are missing; a text is the sentence that
        stands in the place of all.
    """

    title: str
    row_name: str
    column_name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Sequence[Figure | Gap] | str, ...], ...]

    def figures(self) -> Iterator[Figure]:
        """Yield all pictures, row by row."""
        for row in self.cells:
            for cell in row:
                if not isinstance(cell, str):
                    yield from (figure for figure in cell if isinstance(figure, Figure))

    @property
    def shape(self) -> tuple[int, int] | None:
        """The size in px of its first picture, which empty places have too; None where there is none."""
        return next((figure.image.size for figure in self.figures()), None)

    @property
    def across(self) -> int:
        """How many pictures stand side by side in a cell."""
        return math.ceil(math.sqrt(self._most))

    @property
    def down(self) -> int:
        """How many stand one under the other in the fullest cell."""
        return math.ceil(self._most / self.across)

    @property
    def _most(self) -> int:
        return max((len(cell) for row in self.cells for cell in row if not isinstance(cell, str)), default=1)


def tables_html(tables: Sequence[PictureTable], *, title: str, detail: str, footer: str | None = None) -> str:
    """Return tables of pictures as one piece of HTML: no script, no style sheet, nothing to load.

    Its colours are those of the page. Pictures are never enlarged, and shrink with the page.
    """
    return card("".join(map(_table, tables)), title=title, detail=detail, footer=footer)


def _table(table: PictureTable) -> str:
    box = (CSS_WIDTH // table.across, CSS_HEIGHT // table.across)
    shape = table.shape or box
    widest = max((min(CSS_WIDTH, figure.image.width * table.across) for figure in table.figures()), default=CSS_WIDTH)
    named = any(table.rows) or bool(table.row_name)
    longest = max((len(label) for label in (*table.rows, table.row_name)), default=0)
    head = min(max(longest * HEAD_LETTER + HEAD_PADDING, HEAD_LEAST), HEAD_MOST) if named else 0
    count = max(len(table.columns), 1)
    heading = (
        f'<caption style="caption-side:top;text-align:left;padding:0 0 8px;color:inherit;font-weight:600">'
        f"{plain(table.title)}</caption>"
        if table.title
        else ""
    )
    rows = "".join(
        f'<tr style="background:none">{_row_head(label) if named else ""}'
        f"{''.join(_cell(cell, table, box=box, shape=shape) for cell in row)}</tr>"
        for label, row in zip(table.rows, table.cells, strict=True)
    )
    widths = (f'<col style="width:{head}px">' if named else "") + "<col>" * count
    narrowest = head + count * NARROWEST
    # What scrolls must be reached by keys.
    keys = f' tabindex="0" role="group" aria-label="{plain(table.title or "Table")}"' if narrowest > NARROW_PAGE else ""
    return (
        f'<div style="overflow-x:auto;margin-top:16px"{keys}>'
        f'<table style="border-collapse:collapse;table-layout:fixed;border:0;margin:0{"" if named else " -4px"};'
        "font:inherit;color:inherit;"
        f'width:100%;max-width:{head + count * (widest + 8)}px;min-width:{narrowest}px">'
        f"{heading}<colgroup>{widths}</colgroup>{_column_heads(table, named=named)}<tbody>{rows}</tbody></table></div>"
    )


_HEAD = "font-size:12px;line-height:16px;font-weight:500;text-align:left;border:0;overflow-wrap:break-word"
_FAINT_HEAD = "font-size:12px;line-height:16px;font-weight:400;text-align:left;border:0;vertical-align:bottom"


def _column_heads(table: PictureTable, *, named: bool) -> str:
    """Return the names of the axes, faint, and under them the labels of the columns."""
    if not any(table.columns):
        return _names(table.row_name, "", 1) if table.row_name else ""
    corner = f'<td style="{_FAINT_HEAD};padding:0 4px 4px 0">{_faint(table.row_name)}</td>' if named else ""
    above = _names("", table.column_name, len(table.columns), corner=named) if table.column_name else ""
    labels = "".join(
        f'<th scope="col" style="{_HEAD};vertical-align:bottom;padding:0 4px 4px">{plain(label)}</th>'
        for label in table.columns
    )
    rows = f'{above}<tr style="background:none">{corner}{labels}</tr>'
    return f'<thead style="border:0">{rows}</thead>'


def _names(row_name: str, column_name: str, span: int, *, corner: bool = True) -> str:
    """Return a row that names the axes."""
    first = f'<td style="{_FAINT_HEAD};padding:0 4px 4px 0">{_faint(row_name)}</td>' if corner else ""
    return (
        f'<tr style="background:none">{first}'
        f'<td colspan="{span}" style="{_FAINT_HEAD};padding:0 4px 2px">{_faint(column_name)}</td></tr>'
    )


def _faint(text: str) -> str:
    return f'<span style="opacity:.72">{plain(text)}</span>' if text else ""


def _row_head(label: str) -> str:
    return f'<th scope="row" style="{_HEAD};vertical-align:middle;padding:4px 8px 4px 0">{plain(label)}</th>'


def _cell(
    cell: Sequence[Figure | Gap] | str, table: PictureTable, *, box: tuple[int, int], shape: tuple[int, int]
) -> str:
    across = table.across
    if isinstance(cell, str):
        whole = (shape[0] * across, shape[1] * table.down)
        inside = gap(cell, whole, width=min(CSS_WIDTH, whole[0]))
    else:
        shown = "".join(
            f'<div style="min-width:0">'
            f"{gap(each.sentence, shape, width=fitted(shape, box)[0]) if isinstance(each, Gap) else picture(each, box)}"
            f"{caption(each, tag='div') if each.caption or each.detail else ''}</div>"
            for each in cell
        )
        columns = f"display:grid;grid-template-columns:repeat({across},minmax(0,1fr));gap:{INNER}px;align-items:start"
        inside = f'<div style="{columns}">{shown}</div>' if across > 1 else shown
    return (
        f'<td style="padding:4px;border:0;text-align:left;vertical-align:top;max-width:none;white-space:normal">'
        f"{inside}</td>"
    )
