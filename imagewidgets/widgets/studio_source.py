"""What the Edit view works on: one picture, which its form and its canvas share.

Whichever of both gets another picture, from Python or from the person before it, the other follows. What was drawn on a
picture is kept while another one of the session is edited, and is there again when the first one comes back.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import traitlets as t
from PIL import Image

from imagewidgets.mask import operations as ops
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.studio_form import StudioForm
from imagewidgets.widgets.studio_pictures import StudioPictures


class StudioSource(StudioPictures):
    """Keeps the canvas and the form of the Edit view together."""

    canvas: MaskCanvas
    edit_form: StudioForm

    edit_source = t.Instance(Image.Image, allow_none=True, read_only=True)
    """The picture that is edited; the canvas may hold it extended."""

    def __init__(self, **traits: Any) -> None:
        self._joining = False  # canvas and form are being made equal
        self._given: Image.Image | None = None  # the picture as it was put on the canvas
        self._drawn: dict[int, tuple[Image.Image, list[dict[str, Any]]]] = {}  # by id of the picture
        self._made_larger: dict[int, tuple[weakref.ref[Image.Image], Image.Image]] = {}  # by id, and of what
        super().__init__(**traits)

    def _join(self) -> None:
        """Begin to keep both together."""
        self.edit_form.mask = self.canvas
        self.canvas.observe(self._follow_canvas, "image")
        self.edit_form.observe(self._follow_inputs, "inputs")
        self.edit_form.observe(self._follow_mask, "mask")

    def _edit_picture(self, image: Image.Image | None, *, as_it_was: Image.Image | None = None) -> None:
        """Put a picture of the session, or none, into the Edit view; `as_it_was` is that picture, perhaps extended."""
        given = image if as_it_was is None else as_it_was
        if self.edit_source is image and self._given is given:
            return
        with self._joined():
            if self.edit_source is not None and self._given is self.edit_source:
                self._drawn[id(self.edit_source)] = (self.edit_source, self.canvas.operations)
            self.canvas.image = self._given = given
            self.set_trait("edit_source", image)
            _, done = self._drawn.get(id(given), (given, []))
            for operation in ops.from_json(done):
                self.canvas.do(operation)
            self._hand_over()

    def _hand_over(self) -> None:
        """Give the form what is on the canvas."""
        image, source = self.canvas.image, self.edit_source
        if image is None:
            self.edit_form.clear_inputs()
        else:
            self.edit_form.inputs = [image, *self.edit_form.inputs[1:]]
            if source is not None and image is not source:
                self._made_larger[id(image)] = (weakref.ref(image), source)
        self.edit_form.mask = self.canvas

    def _origin(self, image: Image.Image) -> Image.Image:
        """Return the picture of the session that was sent as `image`: the very one, or before it was extended."""
        alive, source = self._made_larger.get(id(image), (None, image))
        return source if alive is not None and alive() is image else image

    @contextmanager
    def _joined(self) -> Iterator[None]:
        before, self._joining = self._joining, True
        try:
            yield
        finally:
            self._joining = before

    def _follow_canvas(self, change: Mapping[str, Any]) -> None:
        """Take over a picture that was put into the canvas, or what was made of the one that was there."""
        if self._joining:
            return
        with self._joined():
            image = change["new"]
            extended = any(operation["type"] == "extend" for operation in self.canvas.operations)
            if image is not self._given and not extended:
                self._given = image
                self.set_trait("edit_source", None if image is None else self._known(image))
            self._hand_over()

    def _follow_inputs(self, change: Mapping[str, Any]) -> None:
        """Take over a first input that was put into the form, or taken out of it."""
        if self._joining:
            return
        first = change["new"][0] if change["new"] else None
        if first is not self.canvas.image:
            self._edit_picture(None if first is None else self._known(first))
        elif self.edit_form.mask is not self.canvas:
            self.edit_form.mask = self.canvas

    def _follow_mask(self, change: Mapping[str, Any]) -> None:
        """Clear what is drawn when the form's mask is removed; any other mask is drawn on the canvas."""
        if self._joining or change["new"] is self.canvas:
            return
        with self._joined():
            if self.canvas.image is not None:
                if change["new"] is None:
                    self.canvas.clear()
                    self.canvas.clear_markup()
                else:
                    self.canvas.add_mask(change["new"], mode="replace")
            self.edit_form.mask = self.canvas

    def _known(self, image: Image.Image) -> Image.Image:
        """Return a picture as one of the session: what is new to it becomes a step of its history."""
        raise NotImplementedError
