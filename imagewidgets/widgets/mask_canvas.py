"""A canvas for drawing masks: the browser owns the pointer, Python owns the truth.

A stroke is drawn in the browser as the pointer moves, on an ipycanvas layer, and sent as one message when it is
finished. Python keeps the list of operations (`imagewidgets.mask`), makes the mask from it, and sends the mask back, so
that what is seen is the mask itself. The picture lies on a second ipycanvas layer, drawn from here. Nothing is ever
read back from the browser: a page that is reloaded, a second view and a busy kernel all end up with the same mask.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets
from ipycanvas import Canvas
from ipywidgets import Image as ImageModel
from ipywidgets import widget_serialization
from traitlets.utils.bunch import Bunch

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.modes import plain
from imagewidgets.mask import operations as ops
from imagewidgets.mask import preview, raster
from imagewidgets.mask.history import History
from imagewidgets.widgets import assets, mask_layers, mask_saved_view
from imagewidgets.widgets.picture_trait import OwnPicture, PictureTrait, copied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from PIL import Image

    from imagewidgets.images.pictures import ImageLike

SMALLEST_BRUSH, LARGEST_BRUSH = 1, 1000
"""Smallest and largest diameter of the brush, px of the image. A stroke made from Python may be wider."""

BRUSH_PER_SIDE = 12
"""A new canvas has a brush of the image's shorter side divided by this."""

POINT_BYTES = 8
"""A point of a stroke on its way from the browser: two 32-bit floats."""


class MaskCanvas(anywidget.AnyWidget):
    """Draw on a picture where it may change.

    Parameters
    ----------
    image
        The picture to draw on: anything that `imagewidgets.images.load` opens. None gives an empty canvas that takes
        one later, from ``canvas.image = …`` or from the person before it.
    **traits
        ``tool``, ``brush_size``, ``view``; ``layout`` and other traits of every widget.

    Raises
    ------
    InvalidRequestError
        `image` is no picture.
    TypeError
        There is no such trait.

    Examples
    --------
    >>> from PIL import Image
    >>> canvas = MaskCanvas(Image.new("RGB", (64, 48)))
    >>> canvas.stroke([(8, 8), (40, 8)], size=6)
    >>> canvas.mask.mode, canvas.mask.size, canvas.selection.getpixel((20, 8))
    ('RGBA', (64, 48), 255)
    """

    _esm = assets.module("mask_canvas_ink", "mask_canvas_stage", "mask_canvas_bars", "mask_canvas")
    _css = assets.style("mask_canvas")

    image = PictureTrait()
    """The picture, as a PIL image; None on an empty canvas.

    May be set to anything that `imagewidgets.images.load` opens. Another picture starts a new mask; the same one keeps
    it.
    """

    mask = OwnPicture()
    """What `imagewidgets.edit` takes: RGBA, same size as the image, its colours, alpha 0 where it may change.

    None when nothing is selected. Each time it is a copy: painting on it does not change the canvas.
    """

    selection = OwnPicture()
    """The mask by itself: mode L, same size as the image, 255 = selected, 0 = not. None on an empty canvas.

    It is a copy as well.
    """

    tool = traitlets.Enum(["brush", "eraser"], "brush").tag(sync=True)
    """What the pointer does: ``"brush"`` adds to the mask, ``"eraser"`` takes away from it."""

    brush_size = traitlets.Int(88, min=SMALLEST_BRUSH, max=LARGEST_BRUSH).tag(sync=True)
    """Diameter of the brush and of the eraser, px of the image, 1 to 1000. Starts at a twelfth of the shorter side."""

    view = traitlets.Enum(["overlay", "image", "mask", "cutout"], "overlay").tag(sync=True)
    """What is shown: the mask over the image, the image, the mask (white = selected), or the image without it."""

    _picture_layer = traitlets.Instance(Canvas).tag(sync=True, **widget_serialization)
    _mask_layer = traitlets.Instance(Canvas).tag(sync=True, **widget_serialization)
    _state = traitlets.Dict().tag(sync=True)
    _notice = traitlets.Unicode().tag(sync=True)

    def __init__(self, image: ImageLike | None = None, **traits: object) -> None:
        if unknown := ", ".join(sorted(set(traits) - set(self.trait_names()))):
            raise TypeError(f"MaskCanvas has no {unknown}. It takes an image, and tool, brush_size, view, layout.")
        self._lock = threading.RLock()  # messages may come by another thread than the cells'
        self._history: History | None = None
        self._plain: Image.Image | None = None  # the picture in a mode that can be drawn
        self._pictures = 0
        self._last_stroke = ""
        self._round_trip: mask_layers.RoundTrip | None = None
        self._picture = ImageModel()
        self._brush_given = "brush_size" in traits
        layers = {"_picture_layer": Canvas(width=1, height=1), "_mask_layer": Canvas(width=1, height=1)}
        super().__init__(**layers, **traits)
        self._picture_layer.on_client_ready(self._draw_picture)
        self.on_msg(self._receive)
        self.image = image

    @classmethod
    def from_operations(cls, image: ImageLike, operations: Iterable[dict[str, Any]], **traits: object) -> MaskCanvas:
        """Return a canvas on which these operations, as `operations` gave them, are done already.

        Raises
        ------
        ValueError
            There is no picture, or an entry is no operation; the message says which and why.
        """
        if image is None:
            raise ValueError("Operations need the picture that they were drawn on: give it first.")
        canvas = cls(image, **traits)
        done = ops.from_json(operations)
        with canvas._lock:
            canvas._history = History(canvas.image.size, done)
            canvas._publish()
        return canvas

    # What the mask is

    @property
    def operations(self) -> list[dict[str, Any]]:
        """What was done, in order, as plain dictionaries that go into JSON; see `from_operations`."""
        return ops.to_json(self._history.operations) if self._history else []

    @property
    def coverage(self) -> float:
        """How much of the picture is selected, 0 to 1."""
        return float(self._history.raster.mean()) / raster.SELECTED if self._history else 0.0

    def to_array(self) -> NDArray[np.bool_]:
        """Return the mask as a boolean array of shape (height, width), True = selected.

        Raises
        ------
        ValueError
            The canvas has no picture.
        """
        return np.asarray(self._require_history().raster > 0)

    # What can be done to it

    def stroke(self, points: Iterable[Iterable[float]], *, size: float | None = None, erase: bool = False) -> None:
        """Draw a line with the round brush.

        Parameters
        ----------
        points
            (x, y) in px of the image, (0, 0) its top left corner; or an array of shape (n, 2). One point gives a disc.
        size
            Diameter, px, at least 1; `brush_size` unless given.
        erase
            True takes away from the mask, False adds to it.

        Raises
        ------
        ValueError
            The canvas has no picture, or there is no such stroke.
        """
        try:
            path = [tuple(point) for point in points]
        except TypeError:
            raise ValueError(
                "A stroke takes a list of points, each of them (x, y): canvas.stroke([(8, 8), (40, 8)])."
            ) from None
        width = self.brush_size if size is None else float(size)
        if not SMALLEST_BRUSH <= width <= ops.FARTHEST:
            raise ValueError(
                f"A stroke's size is its diameter, from {SMALLEST_BRUSH} to {ops.FARTHEST:,} px of the image, not "
                f"{width:g}."
            )
        self._do(ops.stroke(path, size=width, erase=erase))

    def add_rectangle(self, x: float, y: float, w: float, h: float, *, erase: bool = False) -> None:
        """Select the rectangle with its top left corner at (x, y), `w` wide and `h` high, in px of the image.

        With `erase` it is taken away from the mask. Raises ValueError without a picture, or if it is not more than 0
        wide and high.
        """
        self._do(ops.Rectangle(float(x), float(y), float(w), float(h), erase))

    def add_ellipse(self, x: float, y: float, w: float, h: float, *, erase: bool = False) -> None:
        """Select the ellipse that fills the box at (x, y), `w` wide and `h` high, in px of the image.

        With `erase` it is taken away from the mask. Raises ValueError without a picture, or if it is not more than 0
        wide and high.
        """
        self._do(ops.Ellipse(float(x), float(y), float(w), float(h), erase))

    def invert(self) -> None:
        """Select what was not selected, and nothing else."""
        self._do(ops.Invert())

    def clear(self) -> None:
        """Select nothing. Can be undone; does nothing where nothing is selected."""
        if self._require_history().raster.any():
            self._do(ops.Clear())

    def undo(self) -> None:
        """Take back the last operation, if there is one."""
        with self._lock:
            if self._require_history().undo():
                self._publish()

    def redo(self) -> None:
        """Do the operation again that was undone last, if there is one."""
        with self._lock:
            if self._require_history().redo():
                self._publish()

    def _do(self, operation: ops.Operation) -> None:
        with self._lock:
            self._require_history().do(operation)
            self._publish()

    def _require_history(self) -> History:
        if self._history is None:
            raise ValueError("This canvas has no picture yet, so there is nothing to draw on: set canvas.image first.")
        return self._history

    # The picture

    @traitlets.observe("image")
    def _start_anew(self, _change: object) -> None:
        with self._lock:
            self._pictures += 1
            self._notice = ""
            self._history = self._plain = None
            if self.image is not None:
                self._history, self._plain = History(self.image.size), plain(self.image)
                width, height = self.image.size
                for layer in (self._picture_layer, self._mask_layer):
                    layer.width, layer.height = width, height
                if not self._brush_given:
                    self.brush_size = min(max(min(width, height) // BRUSH_PER_SIDE, SMALLEST_BRUSH), LARGEST_BRUSH)
                    self._brush_given = True
                self._picture.format, self._picture.value = mask_layers.encode_picture(self._plain)
                self._draw_picture()
            self._publish()

    def _draw_picture(self) -> None:
        """Draw the picture on its layer in every browser, also in one that has just loaded and has an empty layer."""
        if self.image is not None:
            mask_layers.draw(self._picture, self._picture_layer)

    # What the browser is sent

    def _publish(self) -> None:
        """Make the mask as it is now known: to the browser first, then to whoever observes `mask` or `selection`."""
        selection = mask = None
        state: dict[str, Any] = {}
        if self._history is not None and self._plain is not None:
            selection = raster.to_image(self._history.raster)
            covered = selection.getbbox() is not None
            mask = preview.cutout(self._plain, selection) if covered else None
            state = {
                "picture": self._pictures,
                "width": selection.width,
                "height": selection.height,
                "mask": mask_layers.encode_overlay(selection),
                "stroke": self._last_stroke,
                "covers": preview.percent(self.coverage),
                "any": covered,
                "undo": self._history.can_undo,
                "redo": self._history.can_redo,
            }
        self._state = state
        if self._round_trip is not None and state:
            self._round_trip.show(state["mask"])
        with self.hold_trait_notifications():  # an observer of the one finds the other up to date
            self.set_trait("selection", selection)
            self.set_trait("mask", mask)

    def notify_change(self, change: Any) -> None:
        """Tell observers of `mask` and `selection` copies, which are theirs to paint on."""
        if change["name"] in ("mask", "selection"):
            change = Bunch(change, old=copied(change["old"]), new=copied(change["new"]))
        super().notify_change(change)

    # What the browser sends

    def _receive(self, _widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        match content:
            case {"type": "stroke"}:
                self._receive_stroke(content, buffers[0])
            case {"type": "undo" | "redo" | "invert" | "clear" as name}:
                getattr(self, name)()
            case {"type": "image"}:
                self._receive_image(bytes(buffers[0]))
            case {"type": "round_trip"}:
                self._receive_round_trip()
            case _:
                raise ValueError(f"A mask canvas knows no message of the type {content.get('type')!r}.")

    def _receive_stroke(self, content: dict[str, Any], points: memoryview) -> None:
        with self._lock:
            self._last_stroke = str(content["id"])
            if content["picture"] != self._pictures or self._history is None:
                self._publish()  # drawn on a picture that has been replaced since: the browser may let it go
                return
            path = np.frombuffer(points, np.float32).reshape(len(points) // POINT_BYTES, 2)
            self.stroke(path.tolist(), size=float(content["size"]), erase=bool(content["erase"]))

    def _receive_round_trip(self) -> None:
        if self._round_trip is None:  # a second browser may ask for it too
            self._round_trip = mask_layers.RoundTrip(
                self._mask_layer, lambda points: self.stroke(points, erase=self.tool == "eraser")
            )
        self._publish()

    def _receive_image(self, data: bytes) -> None:
        try:
            self.image = data
        except InvalidRequestError as error:
            self._notice = str(error)

    # What stays when nothing runs

    def __repr__(self) -> str:
        selection = self.selection
        if selection is None:
            return "MaskCanvas(no picture)"
        covers, done, digest = mask_saved_view.facts(selection, coverage=self.coverage, operations=len(self.operations))
        return f"MaskCanvas({selection.width}×{selection.height}, {covers} masked, {done}, {digest})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle: tuple[dict[str, Any], dict[str, Any]] = super()._repr_mimebundle_(**kwargs) or ({}, {})
        data, metadata = bundle
        selection = self.selection
        if selection is not None and self._plain is not None:
            data |= mask_saved_view.saved_view(
                self._plain, selection, coverage=self.coverage, operations=len(self.operations)
            )
        return data, metadata
