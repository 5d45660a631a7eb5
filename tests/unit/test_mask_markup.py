"""Marks: which there are, where they stand, and what is drawn of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFont

from imagewidgets.images import fonts
from imagewidgets.mask import ink, markup
from imagewidgets.mask.operations import Arrow, Circle, Clear, ClearMarkup, Extend, Note, Pen, Rectangle, Wand

RED, WHITE, BLACK = (224, 27, 36), (255, 255, 255), (0, 0, 0)
ARROW = Arrow((10, 40), (80, 40), "#e01b24", 6)
CIRCLE = Circle(20, 10, 60, 40, "#e01b24", 4)
PEN = Pen(((10, 10), (50, 50), (90, 10)), "#ffffff", 6)
NOTE = Note(20, 20, "Hat", "#e01b24", 24)
ALL = (ARROW, CIRCLE, PEN, NOTE)
coordinates = st.tuples(st.floats(-30, 130), st.floats(-30, 90))


def drawn(*operations: object, size: tuple[int, int] = (100, 60)) -> np.ndarray:
    layer = markup.render(operations, size)
    assert layer.mode == "RGBA"
    assert layer.size == size
    return np.asarray(layer)


def colour(layer: np.ndarray, x: int, y: int) -> tuple[int, ...]:
    """Return the colour of a pixel that is fully covered."""
    red, green, blue, alpha = layer[y, x].tolist()
    assert alpha == 255
    return red, green, blue


def test_only_marks_are_marks() -> None:
    others = (Rectangle(1, 1, 5, 5), Wand(3, 3, 10), Clear())
    assert markup.marks([others[0], ARROW, others[1], NOTE, others[2]]) == (ARROW, NOTE)
    assert not drawn(*others).any()


def test_clearing_takes_earlier_marks_only() -> None:
    assert markup.marks([ARROW, CIRCLE, ClearMarkup(), NOTE]) == (NOTE,)
    assert not drawn(*ALL, ClearMarkup()).any()


@given(left=st.integers(0, 70), top=st.integers(0, 70), right=st.integers(0, 70), bottom=st.integers(1, 70))
def test_extending_moves_what_was_marked(left: int, top: int, right: int, bottom: int) -> None:
    before = drawn(*ALL)
    after = drawn(*ALL, Extend(left, top, right, bottom), size=(100 + left + right, 60 + top + bottom))
    assert np.array_equal(after[top : top + 60, left : left + 100], before)


def test_extending_leaves_later_marks_where_they_are() -> None:
    extend = Extend(left=7, top=5)
    arrow, pen, circle, note = markup.marks([ARROW, PEN, extend, CIRCLE, NOTE])
    assert (arrow.start, arrow.end) == ((17, 45), (87, 45))
    assert pen.points == ((17, 15), (57, 55), (97, 15))
    assert (circle, note) == (CIRCLE, NOTE)
    moved_circle, moved_note = markup.marks([CIRCLE, NOTE, extend])
    assert (moved_circle.x, moved_circle.y, moved_note.x, moved_note.y) == (27, 15, 27, 25)


def test_an_arrow_points_at_its_end() -> None:
    layer = drawn(ARROW)
    assert colour(layer, 40, 40) == RED
    columns = np.flatnonzero((layer[..., 3] > 127).any(axis=0))
    assert columns[0] == pytest.approx(10 - 3 - 1, abs=1)  # round end and outline
    assert columns[-1] == pytest.approx(80, abs=1.5)
    thick = (layer[..., 3] > 127).sum(axis=0)
    assert thick[62] > 2 * thick[40]  # the head
    assert thick[77] < thick[62]


def test_an_arrow_shorter_than_its_head_is_a_small_head() -> None:
    layer = drawn(Arrow((50, 30), (56, 30), "#e01b24", 20))
    covered = np.argwhere(layer[..., 3] > 127)
    assert len(covered)
    assert np.ptp(covered[:, 1]) <= 6 + 2 * markup.WIDEST + 1


def test_a_circle_is_the_outline_of_its_box() -> None:
    layer = drawn(CIRCLE)
    for x, y in ((20, 30), (79, 30), (50, 10), (50, 49)):
        assert colour(layer, x, y) == RED
    assert layer[30, 50, 3] == 0


@given(points=st.lists(coordinates, min_size=1, max_size=6), width=st.floats(1, 30))
def test_a_pen_covers_what_is_within_its_radius(points: list[tuple[float, float]], width: float) -> None:
    layer = drawn(Pen(tuple(points), "#0000ff", width), size=(90, 50))
    x, y = np.meshgrid(np.arange(90) + 0.5, np.arange(50) + 0.5)
    distances = np.full((50, 90), np.inf)
    for (ax, ay), (bx, by) in zip(points, points[1:] or points, strict=False):
        square = (bx - ax) ** 2 + (by - ay) ** 2
        along = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square, 0, 1) if square > 1e-9 else 0
        distances = np.minimum(distances, np.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    outline = min(max(width * markup.OUTLINE, markup.THINNEST), markup.WIDEST)
    assert (layer[distances < width / 2 - 0.51] == (0, 0, 255, 255)).all()
    assert not layer[distances > width / 2 + outline + 0.51].any()
    around = (distances > width / 2 + 0.51) & (distances < width / 2 + outline - 0.51)
    assert (layer[around] == (255, 255, 255, ink.OUTLINE_ALPHA)).all()


@pytest.mark.parametrize(
    ("color", "edge"), [("#e01b24", WHITE), ("#000000", WHITE), ("#ffffff", BLACK), ("#ffc53d", BLACK)]
)
def test_the_outline_stands_out_from_the_colour(color: str, edge: tuple[int, ...]) -> None:
    layer = drawn(Pen(((20, 30), (80, 30)), color, 20))
    beside = layer[30 - 10 - 2, 50]
    assert tuple(beside[:3].tolist()) == edge
    assert 0 < beside[3] < 255


def test_later_marks_lie_over_earlier_ones() -> None:
    line = Pen(((0, 30), (100, 30)), "#00ff00", 10)
    over = Pen(((50, 0), (50, 60)), "#0000ff", 10)
    assert colour(drawn(line, over), 50, 30) == (0, 0, 255)
    assert colour(drawn(over, line), 50, 30) == (0, 255, 0)


def test_no_seam_where_tiles_meet() -> None:
    operations = (Arrow((30, 40), (600, 300), "#e01b24", 14), Circle(100, 100, 350, 180, "#ffffff", 9))
    whole = drawn(*operations, size=(640, 320))
    moved = drawn(*operations, Extend(left=101, top=57), size=(741, 377))
    assert np.abs(moved[57:, 101:].astype(int) - whole).max() <= 1  # a distance may be rounded differently


def test_a_note_stands_at_its_corner_and_has_its_lines() -> None:
    one = drawn(Note(20, 10, "Hat", "#e01b24", 24), size=(200, 120))
    two = drawn(Note(20, 10, "Hat\nHat", "#e01b24", 24), size=(200, 120))
    rows, columns = np.nonzero(one[..., 3])
    assert 10 <= rows.min() <= 10 + 24 * 0.4
    assert 20 - markup.WIDEST <= columns.min() <= 20 + 24 * 0.2
    assert (one == (*RED, 255)).all(axis=-1).sum() > 50
    pitch = round(24 * markup.LINE_HEIGHT)
    assert np.array_equal(two[45 + pitch - 30 : 45 + pitch], one[15:45])


@pytest.mark.parametrize("form", ["ä", "a\u0308"])
def test_a_note_has_umlauts(form: str) -> None:
    accented = drawn(Note(20, 10, f"K{form}se", "#000000", 30))
    assert not np.array_equal(accented, drawn(Note(20, 10, "K?se", "#000000", 30)))
    assert np.array_equal(accented, drawn(Note(20, 10, "Käse", "#000000", 30)))


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fonts, "SYSTEM_FONTS", ("no-such-font.ttf",))
    fonts._fonts.cache_clear()
    yield
    fonts._fonts.cache_clear()


@pytest.mark.usefixtures("no_system_fonts")
def test_without_fonts_on_the_machine_letters_lose_their_accents() -> None:
    font = fonts.font_for("Größe")
    assert font.written("Größe ÄÖÜ é × 中 “x”") == "Grosse AOU e x ? “x”"
    assert np.array_equal(drawn(Note(5, 5, "Größe", "#000000", 20)), drawn(Note(5, 5, "Grosse", "#000000", 20)))


def test_ascii_is_written_in_pillows_own_font_everywhere() -> None:
    own = ImageFont.load_default(16)
    assert fonts.font_for("Plain words, 123!").sized(16).getname() == own.getname()


@pytest.mark.parametrize(
    "mark",
    [
        Arrow((-1e6, -1e6), (1e6, 9e5), "#e01b24", 1000),
        Circle(-5e5, -5e5, 1e6, 1e6, "#e01b24", 1000),
        Pen(((-1e6, 30), (1e6, 30)), "#e01b24", 3),
        Pen(((3e5, 30), (1e6, 30)), "#e01b24", 3),
        Note(-9000, -20, "x" * 500, "#e01b24", 60),
        Note(-1e6, 1e6, "far\naway", "#e01b24", 1000),
        Note(5, 5, " \nb\t\x00\U0001f600", "#e01b24", 0.1),
        Note(5, 5, "one\n\ntwo", "#e01b24", 1000),
    ],
)
def test_marks_of_any_place_and_size_can_be_drawn(mark: object) -> None:
    assert drawn(mark).shape == (60, 100, 4)


def test_a_long_note_is_seen_where_it_crosses_the_picture() -> None:
    width = fonts.font_for("x").sized(20).getlength("x" * 100)
    layer = drawn(Note(-width / 2, 10, "x" * 100, "#e01b24", 20))
    assert (layer[..., 3] > 0).any(axis=0).mean() > 0.8


def test_edges_are_soft() -> None:
    alpha = np.asarray(markup.render([CIRCLE], (100, 60)).getchannel("A"))
    assert len(np.unique(alpha)) > 20


def test_marks_look_the_same_on_any_picture_layer() -> None:
    layer = markup.render(ALL, (100, 60))
    picture = Image.new("RGBA", (100, 60), (10, 20, 30, 255))
    picture.alpha_composite(layer)
    assert picture.getpixel((99, 59)) == (10, 20, 30, 255)
    assert picture.getpixel((20, 30)) != (10, 20, 30, 255)
