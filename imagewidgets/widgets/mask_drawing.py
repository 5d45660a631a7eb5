"""Everything that can be done on a mask canvas, as methods: what a click or a key does, and the same by numbers."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from imagewidgets.mask import bitmaps
from imagewidgets.mask import operations as ops
from imagewidgets.mask.values import rounded
from imagewidgets.widgets.mask_settings import CanvasSettings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from imagewidgets.images.selections import MaskLike
    from imagewidgets.mask.history import History
    from imagewidgets.mask.operations import Mode

NO_PICTURE = "This canvas has no picture yet, so there is nothing to draw on: set canvas.image first."


class Drawing(CanvasSettings):
    """The methods of a mask canvas that draw.

    Coordinates are pixels of the image, (0, 0) its top left corner. Each method raises ValueError, and changes nothing,
    when the canvas has no picture or when such a thing cannot be drawn.
    """

    # Shapes

    def stroke(
        self,
        points: Iterable[Iterable[float]],
        *,
        size: float | None = None,
        mode: Mode = "add",
        hardness: float | None = None,
        widths: Iterable[float] | None = None,
    ) -> None:
        """Draw a line with the round brush.

        Parameters
        ----------
        points
            (x, y) in px of the image; or an array of shape (n, 2). One point gives a disc.
        size
            Diameter, px, at least 1; `brush_size` unless given.
        mode
            "add" to the mask, "subtract" from it (the eraser), or "intersect": keep of it what lies under the line.
        hardness
            Share of the radius that selects wholly, 0 to 100 %; the trait `hardness` unless given.
        widths
            Diameter at each point, px, as a pen's pressure makes it; `size` everywhere unless given.
        """
        try:
            path = [tuple(point) for point in points]
        except TypeError:
            raise ValueError(
                "A stroke takes a list of points, each of them (x, y): canvas.stroke([(8, 8), (40, 8)])."
            ) from None
        diameter = self.brush_size if size is None else float(size)
        if not 1 <= diameter <= ops.FARTHEST:
            raise ValueError(
                f"A stroke's size is its diameter, from 1 to {ops.FARTHEST:,} px of the image, not {diameter:g}."
            )
        share = self.hardness if hardness is None else hardness
        self.do(ops.stroke(path, size=diameter, mode=mode, hardness=share, widths=widths))

    def add_rectangle(self, x: float, y: float, w: float, h: float, *, mode: Mode = "add") -> None:
        """Draw the rectangle with its top left corner at (x, y), `w` wide and `h` high; see `stroke` for `mode`."""
        self.do(ops.Rectangle(float(x), float(y), float(w), float(h), mode))

    def add_ellipse(self, x: float, y: float, w: float, h: float, *, mode: Mode = "add") -> None:
        """Draw the ellipse that fills the box at (x, y), `w` wide and `h` high; see `stroke` for `mode`."""
        self.do(ops.Ellipse(float(x), float(y), float(w), float(h), mode))

    def add_polygon(self, points: Iterable[Iterable[float]], *, mode: Mode = "add") -> None:
        """Draw what a closed line through at least 3 points (x, y) goes around; see `stroke` for `mode`."""
        self.do(ops.polygon(points, mode=mode))

    def select_similar(
        self,
        x: float,
        y: float,
        *,
        tolerance: float | None = None,
        contiguous: bool | None = None,
        mode: Mode = "add",
    ) -> None:
        """Draw, with the wand, all pixels whose colour is like that at (x, y).

        Parameters
        ----------
        x, y
            A place in the picture.
        tolerance
            How far a colour may be from that one, 0 to 100; the trait `tolerance` unless given.
        contiguous
            True takes only what hangs together with (x, y), False alike pixels everywhere; the trait unless given.
        mode
            How they meet the mask; see `stroke`.
        """
        far = self.tolerance if tolerance is None else tolerance
        together = self.contiguous if contiguous is None else contiguous
        self.do(ops.Wand(float(x), float(y), float(far), bool(together), mode))

    def fill(self, x: float, y: float, *, mode: Mode = "add") -> None:
        """Fill, with the bucket, the area around (x, y) that the mask goes around.

        "subtract" takes the connected part of the mask at (x, y) away, "intersect" keeps nothing but that part.
        """
        self.do(ops.Bucket(float(x), float(y), mode))

    def add_mask(
        self,
        mask: MaskLike,
        *,
        mode: Literal["add", "subtract", "intersect", "replace"] = "add",
        soft: bool = False,
    ) -> None:
        """Bring in a mask from outside, such as one that a model for segmentation has made.

        Parameters
        ----------
        mask
            A picture of the image's size (RGBA: selected where alpha is 0; others: selected where white), an array
            (True or white: selected), a path, or another canvas.
        mode
            How it meets the mask; "replace" puts it in its place.
        soft
            Whether what is in between counts in part: greys, such as probabilities, and half transparency.

        Raises
        ------
        InvalidRequestError
            A ValueError: it is no picture, or has another size than the image.
        """
        history = self.require_history()
        self.do(ops.Bitmap(bitmaps.to_bitmap(mask, history.size, soft=soft), mode))

    # The whole mask

    def select_all(self) -> None:
        """Select the whole picture."""
        self.do(ops.SelectAll())

    def invert(self) -> None:
        """Select what was not selected, and nothing else."""
        self.do(ops.Invert())

    def clear(self) -> None:
        """Select nothing. Can be undone; does nothing where nothing is selected."""
        if self.require_history().raster.any():
            self.do(ops.Clear())

    def grow(self, by: int | None = None) -> None:
        """Select also what is within `by` px of the mask, 1 to 256; the trait `by` unless given."""
        self.do(ops.Grow(self.by if by is None else by))

    def shrink(self, by: int | None = None) -> None:
        """Keep of the mask what is farther than `by` px from its edge, 1 to 256; the trait `by` unless given."""
        self.do(ops.Shrink(self.by if by is None else by))

    def smooth(self, by: int | None = None) -> None:
        """Round the mask's corners and drop specks and gaps of about `by` px; the trait `by` unless given."""
        self.do(ops.Smooth(self.by if by is None else by))

    def fill_holes(self) -> None:
        """Select every hole: what is not selected and does not reach the picture's border."""
        self.do(ops.FillHoles())

    def keep_largest(self) -> None:
        """Keep only the largest connected part of the mask."""
        self.do(ops.KeepLargest())

    # The picture

    def extend(self, *, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> None:
        """Make the picture larger by so many px a side, for outpainting, and select what is new.

        `image` becomes the larger picture, its edge repeated outwards; undo brings the former one back. Coordinates
        count from the new corner.
        """
        self.do(ops.Extend(left, top, right, bottom))

    # The markup

    def add_arrow(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        color: str | None = None,
        width: float | None = None,
    ) -> None:
        """Draw an arrow on the markup from `start` to `end`, (x, y) each.

        `color` ("#rrggbb") and `width` (px) are those of `markup_color` and `markup_width` unless given.
        """
        tail, head = rounded((start, end))
        self.do(ops.Arrow(tail, head, *self._line(color, width)))

    def add_circle(
        self, x: float, y: float, w: float, h: float, *, color: str | None = None, width: float | None = None
    ) -> None:
        """Draw the outline of the ellipse in the box at (x, y) on the markup; `color`, `width`: see `add_arrow`."""
        self.do(ops.Circle(float(x), float(y), float(w), float(h), *self._line(color, width)))

    def add_pen(
        self, points: Iterable[Iterable[float]], *, color: str | None = None, width: float | None = None
    ) -> None:
        """Draw a freehand line through points (x, y) on the markup; `color`, `width`: see `add_arrow`."""
        ink, thick = self._line(color, width)
        self.do(ops.pen(points, color=ink, width=thick))

    def add_note(self, x: float, y: float, text: str, *, color: str | None = None, size: float | None = None) -> None:
        """Write a few words on the markup, their top left corner at (x, y).

        `color` ("#rrggbb") and `size` (of the font, px) are `markup_color` and `note_size` unless given.
        """
        high = self.note_size if size is None else float(size)
        self.do(ops.Note(float(x), float(y), text, self.markup_color if color is None else color, float(high)))

    def clear_markup(self) -> None:
        """Take all marks away. Can be undone; does nothing where there are none."""
        if self.require_history().marks:
            self.do(ops.ClearMarkup())

    def keep(self, layer: Literal["mask", "markup"]) -> None:
        """Take the other layer's content away: a request takes a mask or a markup, not both. Can be undone."""
        if layer not in ("mask", "markup"):
            raise ValueError(f'A canvas can keep its "mask" or its "markup", not {layer!r}.')
        if layer == "mask":
            self.clear_markup()
        else:
            self.clear()

    def _line(self, color: str | None, width: float | None) -> tuple[str, float]:
        return self.markup_color if color is None else color, float(self.markup_width if width is None else width)

    @abstractmethod
    def do(self, operation: ops.Operation) -> None:
        """Carry out an operation and tell everybody what has changed."""

    @abstractmethod
    def require_history(self) -> History:
        """Return what was done on the picture, or raise ValueError where there is no picture."""
