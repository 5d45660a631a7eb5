"""What comes out of a mask canvas: pictures, made when they are read or observed, and what can be said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from imagewidgets.mask import operations as ops
from imagewidgets.mask import preview
from imagewidgets.mask.markup import marks, render
from imagewidgets.widgets import mask_pictures
from imagewidgets.widgets.mask_drawing import NO_PICTURE, Drawing
from imagewidgets.widgets.picture_trait import MadePicture, MakesPictures

if TYPE_CHECKING:
    from threading import RLock

    from numpy.typing import NDArray
    from PIL import Image

    from imagewidgets.images.selections import MaskLike
    from imagewidgets.mask.history import History
    from imagewidgets.widgets.mask_state import MaskState


class Results(Drawing, MakesPictures):
    """The pictures of a mask canvas. Whatever is read is made for its reader, who may paint on it."""

    mask = MadePicture(settable=True)
    """What `imagewidgets.edit` takes: RGBA, same size as the image, its colours, alpha 0 where it may change.

    Alpha is 0 or 255, unless `soft_mask` is on. None when nothing is selected. May be set to a mask from outside (see
    `add_mask`), which takes the place of what is there and can be undone; None clears.
    """

    selection = MadePicture(settable=True)
    """The mask by itself: mode L, same size as the image, 255 = selected, 0 = not. None on an empty canvas.

    May be set as `mask` may.
    """

    soft_selection = MadePicture()
    """How strongly each pixel is selected: mode L, with soft brushes and `feather`. None on an empty canvas.

    Pasting back an edit blends by it, inside of the mask.
    """

    cutout = MadePicture()
    """The image without what is selected: RGBA, its edge as soft as `soft_selection`. None on an empty canvas."""

    markup = MadePicture()
    """The marks beside the mask: RGBA, same size as the image, transparent where nothing is drawn. None without."""

    _history: History | None = None
    _wire: MaskState
    _lock: RLock

    @property
    def operations(self) -> list[dict[str, Any]]:
        """What was done, in order, as plain dictionaries that go into JSON; see `from_operations`."""
        return ops.to_json(self._history.operations) if self._history else []

    @property
    def coverage(self) -> float:
        """How much of the picture is selected, 0 to 1."""
        with self._lock:
            if self._history is None:
                return 0.0
            width, height = self._history.size
            return self._wire.selected / (width * height)

    @property
    def bbox(self) -> tuple[int, int, int, int] | None:
        """The smallest box around all that is selected: left, top, right, bottom, px; None where nothing is."""
        selection = self.selection
        return None if selection is None else selection.getbbox()

    def to_array(self) -> NDArray[np.bool_]:
        """Return the mask as a boolean array of shape (height, width), True = selected.

        Raises
        ------
        ValueError
            The canvas has no picture.
        """
        with self._lock:
            return np.asarray(self.require_history().raster > 0)

    def make_picture(self, name: str) -> Image.Image | None:
        """Return what the trait `name` holds: a new picture each time."""
        with self._lock:  # only for a copy: a wide feather takes a while, and drawing goes on meanwhile
            if self._history is None:
                return None
            raster, picture, done = self._history.raster.copy(), self._history.picture, self._history.operations
            selected = self._wire.selected
        match name:
            case "selection":
                return mask_pictures.selection(raster)
            case "soft_selection":
                return mask_pictures.soft_selection(raster, self.feather)
            case "mask" if not selected:
                return None
            case "mask" if not self.soft_mask:
                return preview.cutout(picture, mask_pictures.selection(raster))
            case "mask":
                return preview.cutout(picture, mask_pictures.soft_selection(raster, self.feather))
            case "cutout":
                return mask_pictures.cutout(picture, mask_pictures.soft_selection(raster, self.feather))
            case "markup" if marks(done):
                return render(done, picture.size)
        return None

    def take_picture(self, name: str, value: MaskLike | None) -> None:
        """Put a mask from outside in the place of the one there is."""
        if not getattr(type(self), name).settable:
            raise traitlets.TraitError(f'The "{name}" of a canvas is made from what is drawn, and cannot be set.')
        if value is None:
            self.clear()
        else:
            self.add_mask(value, mode="replace")

    def require_history(self) -> History:
        """Return what was done on the picture, or raise ValueError where there is no picture."""
        if self._history is None:
            raise ValueError(NO_PICTURE)
        return self._history
