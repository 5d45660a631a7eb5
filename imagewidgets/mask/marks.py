"""Marks: arrows, circles, freehand lines and notes on the layer beside the mask, as values.

They say to a model, or to a reader, what the mask cannot. Coordinates are those of `imagewidgets.mask.operations`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from imagewidgets.mask.values import Point, Value, check_box, check_points, check_size, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDEST_LINE = 1000
"""Widest line of a mark and largest font of a note, px."""

LONGEST_TEXT = 500
"""Most characters of a note."""

COLOR = re.compile(r"#[0-9a-fA-F]{6}")


class _Line(Value, frozen=True):
    """What all marks but notes have: a colour and the width of a line."""

    def _check_line(self, color: str, width: float) -> None:
        check_color(color)
        check_size(width, "The width of a mark is that of its line", WIDEST_LINE)


class Arrow(_Line, frozen=True, tag="arrow"):
    """A straight arrow.

    Parameters
    ----------
    start, end
        (x, y), px: where it begins, and what its head points at. Not the same point.
    color
        "#rrggbb".
    width
        Of its line, px, more than 0 and at most `WIDEST_LINE`. The head grows with it.

    Raises
    ------
    ValueError
        A value is not as said above.
    """

    start: Point
    end: Point
    color: str
    width: float

    def __post_init__(self) -> None:
        check_points((self.start, self.end), "An arrow", 2)
        if self.start == self.end:
            raise ValueError("An arrow ends elsewhere than where it starts.")
        self._check_line(self.color, self.width)


class Circle(_Line, frozen=True, tag="circle"):
    """The outline of an upright ellipse.

    Parameters
    ----------
    x, y
        The top left corner of its box, px. The middle of the line runs along the ellipse in the box.
    w, h
        Width and height of the box, px, more than 0.
    color
        "#rrggbb".
    width
        Of its line, px, more than 0 and at most `WIDEST_LINE`.

    Raises
    ------
    ValueError
        A value is not as said above.
    """

    x: float
    y: float
    w: float
    h: float
    color: str
    width: float

    def __post_init__(self) -> None:
        check_box(self.x, self.y, self.w, self.h)
        self._check_line(self.color, self.width)


class Pen(_Line, frozen=True, tag="pen"):
    """A freehand line.

    Parameters
    ----------
    points
        At least one (x, y), px; between points the line is straight.
    color
        "#rrggbb".
    width
        Of the line, px, more than 0 and at most `WIDEST_LINE`.

    Raises
    ------
    ValueError
        A value is not as said above.
    """

    points: tuple[Point, ...]
    color: str
    width: float

    def __post_init__(self) -> None:
        check_points(self.points, "A line", 1)
        self._check_line(self.color, self.width)


class Note(Value, frozen=True, tag="note"):
    """A few words.

    Parameters
    ----------
    x, y
        The top left corner of the text, px.
    text
        1 to `LONGEST_TEXT` characters, not only spaces; it may have several lines.
    color
        "#rrggbb".
    size
        Of the font, px, as in CSS: capitals are about 0.7 of it high. More than 0 and at most `WIDEST_LINE`.

    Raises
    ------
    ValueError
        A value is not as said above.
    """

    x: float
    y: float
    text: str
    color: str
    size: float

    def __post_init__(self) -> None:
        check_points(((self.x, self.y),), "A note", 1)
        if not isinstance(self.text, str) or not self.text.strip():
            raise ValueError("A note needs some text.")
        if any("\ud800" <= letter <= "\udfff" for letter in self.text):  # it could not go into JSON
            raise ValueError("A note's text holds half of a character. Write it again.")
        if len(self.text) > LONGEST_TEXT:
            raise ValueError(f"A note has at most {LONGEST_TEXT} characters, not {len(self.text)}.")
        check_color(self.color)
        check_size(self.size, "A note's size is that of its font", WIDEST_LINE)


class ClearMarkup(Value, frozen=True, tag="clear_markup"):
    """Take all marks away; the mask stays."""


Mark: TypeAlias = Arrow | Circle | Pen | Note
"""Anything on the markup layer."""


def check_color(color: object) -> None:
    """Raise ValueError unless `color` is "#rrggbb"."""
    if not (isinstance(color, str) and COLOR.fullmatch(color)):
        raise ValueError(f'A colour is "#rrggbb", six hexadecimal digits, not {color!r}.')


def pen(points: Iterable[Iterable[float]], *, color: str, width: float) -> Pen:
    """Make a freehand line from any sequence of points, a numpy array of shape (n, 2) among them.

    Raises
    ------
    ValueError
        A point has not two coordinates, or the line cannot be (see `Pen`).
    """
    return Pen(points=rounded(points), color=color, width=float(width))
