"""What a person can set on a mask canvas, from the bars or from Python: tools, their sizes, colours, what is shown."""

from __future__ import annotations

import json
from typing import Any

import traitlets

from imagewidgets.images.feathering import WIDEST_FEATHER
from imagewidgets.mask.marks import COLOR, LONGEST_TEXT, WIDEST_LINE
from imagewidgets.mask.operations import FULL
from imagewidgets.mask.values import MODES
from imagewidgets.mask.whole import MOST_BY, MOST_EXTENSION

TOOLS = ("brush", "eraser", "rectangle", "ellipse", "polygon", "lasso", "wand", "bucket")
MARKUP_TOOLS = ("arrow", "circle", "pen", "note")
VIEWS = ("overlay", "image", "mask", "cutout")
LAYERS = ("mask", "markup")

LARGEST = WIDEST_LINE
"""Largest diameter of the brush, width of a mark and size of letters, px of the image; all of them are at least 1."""

PER_SIDE = {"brush_size": 12, "markup_width": 128, "note_size": 24}
"""Sizes that a new canvas takes from its picture: the shorter side divided by this."""


class Colour(traitlets.TraitType[Any, Any]):
    """A colour as "#rrggbb"; capital letters become small ones."""

    def validate(self, _owner: Any, value: object) -> str:
        """Return the colour in small letters."""
        if not (isinstance(value, str) and COLOR.fullmatch(value)):
            raise traitlets.TraitError(
                f'{self.name} is a colour written as "#rrggbb", such as "{self.default_value}", not {value!r}.'
            )
        return value.lower()


class CanvasSettings(traitlets.HasTraits):
    """The synced settings of a mask canvas. None of them changes what is drawn already."""

    tool = traitlets.Enum(TOOLS, "brush").tag(sync=True)
    """What the pointer does on the mask: "brush", "eraser", "rectangle", "ellipse", "polygon", "lasso", "wand" or
    "bucket"."""

    mode = traitlets.Enum(MODES, "add").tag(sync=True)
    """How what is drawn meets the mask: "add", "subtract" or "intersect". The eraser always subtracts."""

    brush_size = traitlets.Int(88, min=1, max=LARGEST).tag(sync=True)
    """Diameter of the brush and of the eraser, px of the image, 1 to 1000. Starts at a twelfth of the shorter side."""

    hardness = traitlets.Int(FULL, min=0, max=FULL).tag(sync=True)
    """Share of the brush's radius that selects wholly, 0 to 100 %; from there it falls to nothing at its edge."""

    tolerance = traitlets.Int(24, min=0, max=FULL).tag(sync=True)
    """How far a colour may be from the one under the wand, 0 (the very same) to 100 (any)."""

    contiguous = traitlets.Bool(True).tag(sync=True)
    """Whether the wand takes only what hangs together with where it was put, or alike pixels everywhere."""

    by = traitlets.Int(8, min=1, max=MOST_BY).tag(sync=True)
    """How far the mask grows, shrinks or is smoothed in one step, px, 1 to 256."""

    feather = traitlets.Int(0, min=0, max=int(WIDEST_FEATHER)).tag(sync=True)
    """Width over which an edit passes into the original when it is pasted back, px inside the mask, 0 to 256.

    It shows in `soft_selection` alone, unless `soft_mask` is on.
    """

    soft_mask = traitlets.Bool(False).tag(sync=True)
    """Whether `mask` has soft edges too. Services read masks as all or nothing, so it is off."""

    view = traitlets.Enum(VIEWS, "overlay").tag(sync=True)
    """What is shown: "overlay" the mask over the image, "image", "mask" (white = selected), or "cutout", the image
    without what is selected."""

    overlay_color = Colour("#ff1f44").tag(sync=True)
    """Colour of the mask over the image, "#rrggbb"."""

    overlay_opacity = traitlets.Float(0.55, min=0, max=1).tag(sync=True)
    """How much the mask covers of the image, 0 (nothing, its edge stays) to 1."""

    layer = traitlets.Enum(LAYERS, "mask").tag(sync=True)
    """What is drawn on: "mask", or "markup", the layer of arrows and notes beside it."""

    markup_tool = traitlets.Enum(MARKUP_TOOLS, "arrow").tag(sync=True)
    """What the pointer does on the markup: "arrow", "circle", "pen" or "note"."""

    markup_color = Colour("#e01b24").tag(sync=True)
    """Colour of new marks, "#rrggbb"."""

    markup_width = traitlets.Int(8, min=1, max=LARGEST).tag(sync=True)
    """Width of the lines of new marks, px of the image, 1 to 1000. Starts at a 128th of the shorter side."""

    note_size = traitlets.Int(42, min=1, max=LARGEST).tag(sync=True)
    """Size of the font of new notes, px of the image, 1 to 1000; as in CSS, capitals are about 0.7 of it high. Starts
    at a 24th of the shorter side."""

    def fit_settings(self, size: tuple[int, int], *, but: set[str]) -> None:
        """Give the sizes in `PER_SIDE` values that suit a picture of `size` (width, height), `but` those named."""
        for name in PER_SIDE.keys() - but:
            setattr(self, name, min(max(min(size) // PER_SIDE[name], 1), LARGEST))


def limits_script() -> str:
    """Return the line of JavaScript by which the browser knows the limits: `LIMITS`, least and most by name.

    The names are those of the traits that are numbers; "extension", px on one side; "text", characters of a note.
    """
    traits = CanvasSettings.class_traits().items()
    limits = {
        name: [trait.min, trait.max] for name, trait in traits if isinstance(trait, traitlets.Int | traitlets.Float)
    }
    more = {"extension": [0, MOST_EXTENSION], "text": [1, LONGEST_TEXT]}
    return f"const LIMITS = {json.dumps({**limits, **more})};\n"
