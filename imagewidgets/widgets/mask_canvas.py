"""A canvas for drawing masks: the browser owns the pointer, Python owns the truth.

What is drawn appears in the browser as the pointer moves, and is sent as one message when it is finished. Python keeps
the list of operations (`imagewidgets.mask`), makes the mask from it, and sends the rectangle back that has changed, so
that what is seen is the mask itself. Image and mask lie on two ipycanvas layers. Nothing is ever read back from the
browser: a page that is reloaded, a second view, a busy kernel and a lost connection all end up with the same mask.

Its parts, each on top of the one before: what can be set (`mask_settings`), what can be drawn (`mask_drawing`), what
comes out (`mask_results`), what goes to the browser and comes from there (`mask_link`), and here the picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets
from ipycanvas import Canvas
from ipywidgets import Image as ImageModel
from ipywidgets import widget_serialization

from imagewidgets.images.modes import plain
from imagewidgets.mask import operations as ops
from imagewidgets.mask.history import History
from imagewidgets.widgets import assets, closing, mask_layers, mask_pictures, mask_saved_view
from imagewidgets.widgets.mask_link import LinkedCanvas
from imagewidgets.widgets.mask_settings import PER_SIDE, limits_script
from imagewidgets.widgets.picture_trait import PictureTrait

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL import Image

    from imagewidgets.images.pictures import ImageLike
    from imagewidgets.images.selections import MaskLike
    from imagewidgets.mask.history import Change

_SCRIPTS = (
    *("parts", "link", "view", "paint", "soft", "pyramid", "screen", "cursor"),  # what a view stands on
    *("behaviour", "brush", "shapes", "polygon", "marks", "note", "handles", "tools"),  # what the pointer does
    *("pointer", "keys"),
    *("numbers", "settings", "options", "rail", "status", "help", "notices", "files"),  # what lies around the picture
)


class MaskCanvas(LinkedCanvas):
    """Draw on a picture where it may change.

    Parameters
    ----------
    image
        The picture to draw on: anything that `imagewidgets.images.load` opens. None gives an empty canvas that takes
        one later, from ``canvas.image = …`` or from the person before it.
    mask
        A mask to begin with; see `add_mask`.
    **traits
        Settings such as ``tool``, ``brush_size``, ``view`` (`imagewidgets.widgets.mask_settings`); ``layout`` and other
        traits of every widget.

    Raises
    ------
    InvalidRequestError
        `image` or `mask` is no picture.
    ValueError
        `mask` has another size than `image`.
    TypeError
        There is no such trait.

    Examples
    --------
    >>> from PIL import Image
    >>> canvas = MaskCanvas(Image.new("RGB", (64, 48)))
    >>> canvas.stroke([(8, 8), (40, 8)], size=6)
    >>> canvas.mask.mode, canvas.mask.size, canvas.selection.getpixel((20, 8))
    ('RGBA', (64, 48), 255)
    >>> canvas.extend(right=16)
    >>> canvas.image.size, canvas.bbox
    ((80, 48), (5, 0, 80, 48))
    """

    _esm = limits_script() + assets.module("upload", *(f"mask_canvas_{part}" for part in _SCRIPTS), "mask_canvas")
    _css = assets.style("mask_canvas")

    image = PictureTrait()
    """The picture, as a PIL image; None on an empty canvas.

    May be set to anything that `imagewidgets.images.load` opens. Another picture starts a new mask; the same one keeps
    it. `extend` makes it larger.
    """

    _picture_layer = traitlets.Instance(Canvas).tag(sync=True, **widget_serialization)
    _overlay_layer = traitlets.Instance(Canvas, allow_none=True).tag(sync=True, **widget_serialization)

    def __init__(self, image: ImageLike | None = None, *, mask: MaskLike | None = None, **traits: Any) -> None:
        if unknown := ", ".join(sorted(set(traits) - set(self.trait_names()))):
            raise TypeError(
                f"MaskCanvas has no {unknown}. It takes an image, a mask, settings such as tool, brush_size, view and "
                "overlay_color, and layout."
            )
        self._given: Image.Image | None = None  # the picture as it was set, before it was extended
        self._picture = ImageModel()
        self._parts = [Canvas(width=1, height=1), Canvas(width=1, height=1), self._picture]
        self._fixed = set(traits) & PER_SIDE.keys()  # sizes that the picture does not decide
        super().__init__(_picture_layer=self._parts[0], _mask_layer=self._parts[1], **traits)
        self._picture_layer.on_client_ready(self._draw_picture)
        self.image = image
        if mask is not None:
            self.add_mask(mask, mode="replace")

    @classmethod
    def from_operations(cls, image: ImageLike, operations: Iterable[dict[str, Any]], **traits: Any) -> MaskCanvas:
        """Return a canvas on which these operations, as `operations` gave them, are done already.

        Raises
        ------
        ValueError
            There is no picture, or an entry is no operation; the message says which and why.
        """
        if image is None:
            raise ValueError("Operations need the picture that they were drawn on: give it first.")
        canvas = cls(image, **traits)
        with canvas._lock:
            canvas._history = History(plain(canvas.image), ops.from_json(operations))
            canvas._wire.start(canvas._history)
            canvas._show_picture()
            canvas._publish()
        return canvas

    # What was done

    def do(self, operation: ops.Operation) -> None:
        """Carry out an operation (`imagewidgets.mask.operations`): what all other methods that draw do.

        Raises
        ------
        ValueError
            The canvas has no picture, or the operation cannot be carried out on it. Nothing is changed then.
        """
        with self._lock:
            self._take_over(self.require_history().do(operation))

    def undo(self) -> None:
        """Take back the last operation, if there is one."""
        with self._lock:
            self._take_over(self.require_history().undo())

    def redo(self) -> None:
        """Do the operation again that was undone last, if there is one."""
        with self._lock:
            self._take_over(self.require_history().redo())

    def _take_over(self, change: Change | None) -> None:
        if change is not None:
            self._wire.change(self.require_history(), change)
            if change.resized:
                self._show_picture()
            self._publish()

    # The picture

    @traitlets.observe("image")
    def _start_anew(self, _change: object) -> None:
        with self._lock:
            if self._history is not None and self.image is self._shown():
                return  # it has only been extended, or extending it was undone
            self._notice = ""
            self._given = self.image
            self._history = None if self.image is None else History(plain(self.image))
            self._wire.start(self._history)
            if self.image is not None:
                self.fit_settings(self.image.size, but=self._fixed)
                self._fixed |= PER_SIDE.keys()
            self._show_picture()
            self._publish()

    def _shown(self) -> Image.Image | None:
        """Return the picture as it is to be: the very one that was set, as long as it has not been extended."""
        if self._history is None or self._given is None:
            return None
        return self._given if self._history.size == self._given.size else self._history.picture

    def _show_picture(self) -> None:
        """Make `image` and the layers those of the history's picture."""
        if self._history is None:
            return
        shown = self._shown()
        if self.image is not shown:  # comparing them takes a while
            self.image = shown
        width, height = self._history.size
        for layer in (self._picture_layer, self._mask_layer, self._overlay_layer):
            if layer is not None:
                layer.width, layer.height = width, height
        self._picture.format, self._picture.value = mask_layers.encode_picture(self._history.picture)
        self._draw_picture()

    def _draw_picture(self) -> None:
        """Draw the picture on its layer in every browser, also in one that has just loaded and has an empty layer."""
        if self._history is not None and self.comm is not None:
            mask_layers.draw(self._picture, self._picture_layer)

    @property
    def overlay(self) -> Canvas:
        """An ipycanvas canvas of the image's size that lies over image and mask, for drawings of your own.

        They are only shown: neither `mask` nor `markup` knows of them. Another picture, or another size, clears it.

        Raises
        ------
        ValueError
            The canvas has no picture.
        """
        with self._lock:
            if self._overlay_layer is None:
                width, height = self.require_history().size
                self._overlay_layer = Canvas(width=width, height=height)
                self._parts = [*self._parts, self._overlay_layer]
            return self._overlay_layer

    # What stays when nothing runs

    def close(self) -> None:
        """Close the widget and its layers in every browser. What was drawn can still be read."""
        for part in self._parts:
            closing.close(part)
        super().close()

    def __repr__(self) -> str:
        if self._history is None:
            return "MaskCanvas(no picture)"
        width, height = self._history.size
        covers, *rest = self._facts()
        return f"MaskCanvas({width}×{height}, {covers} masked, {', '.join(rest)})"

    def _facts(self) -> list[str]:
        history = self.require_history()
        return mask_saved_view.facts(
            mask_pictures.selection(history.raster),
            coverage=self.coverage,
            operations=len(history.operations),
            marks=len(history.marks),
        )

    def saved_view(self) -> dict[str, str]:
        """Return the mask over the picture, alone, and as a cut-out; and the markup, where there is one."""
        with self._lock:  # only to look: what is drawn meanwhile is not kept waiting
            head = repr(self)
            if self._history is None:
                return {"text/plain": head, "text/html": mask_saved_view.empty()}
            picture, selected = self._history.picture, mask_pictures.selection(self._history.raster)
            markup, said = self.markup, self._facts()
        saved = mask_saved_view.saved_view(
            picture, selected, markup, said=said, colour=self.overlay_color, opacity=self.overlay_opacity
        )
        return {"text/plain": head, **saved}

    @traitlets.observe("_state", "overlay_color", "overlay_opacity")
    def _show_saved(self, _change: object) -> None:
        self._save_soon()
