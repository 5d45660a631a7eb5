"""What a prompt form starts from: input pictures, and a mask that says where the first of them may change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import traitlets
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import EDIT, GENERATE, VARIATION, accepts_size
from imagewidgets.widgets import controls
from imagewidgets.widgets.form_pictures import InputPicture, checked_mask, input_picture, mask_shown
from imagewidgets.widgets.form_settings import FormSettings
from imagewidgets.widgets.mask_messages import LARGEST_FILE, Upload

if TYPE_CHECKING:
    from imagewidgets.images.pictures import ImageLike


class FormInputs(FormSettings):
    """Input pictures make an edit of a form, or without a prompt a variation."""

    inputs: traitlets.List[Image.Image] = traitlets.List()
    """The pictures to start from, as PIL images; may be set to anything that `imagewidgets.images.load` opens."""
    mask = traitlets.Any(None, allow_none=True)
    """Where the first input may change: anything that ``iw.edit`` takes as mask. A `MaskCanvas` is read when a run is
    asked for; while nothing is drawn on it, all of the picture may change."""
    keep_outside = traitlets.Bool(True).tag(sync=True)
    """Whether pixels outside the mask are put back, so that they are exactly unchanged (``paste_back``)."""

    _inputs: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    _mask = traitlets.Dict().tag(sync=True)
    _draws_masks = traitlets.Bool(False).tag(sync=True)

    _followed: traitlets.HasTraits | None = None  # the canvas whose drawing is followed

    def __init__(self, *args: Any, **traits: Any) -> None:
        self._pictures: list[InputPicture] = []
        self._opened: dict[int, InputPicture] = {}  # by id of its image, from when it is opened until it is an input
        self._size_before = ""  # the size that was set before there were inputs
        self._drawers: list[Callable[[Image.Image], object]] = []
        self._upload = Upload()
        self._upload_lock = threading.Lock()
        super().__init__(*args, **traits)
        self.observe(self._choose_operation, ["prompt", "model"])

    # ---- pictures ---------------------------------------------------------------------------------------------------

    def add_input(self, image: ImageLike, *, name: str = "") -> None:
        """Add a picture to start from: anything that `imagewidgets.images.load` opens; `name` is what it is called.

        Raises
        ------
        InvalidRequestError
            It is no picture that can be used; the sentence says why.
        """
        picture = input_picture(image, len(self.inputs) + 1, name)
        self._opened[id(picture.image)] = picture
        self.inputs = [*self.inputs, picture.image]

    def remove_input(self, index: int) -> None:
        """Take the input of this number, from 0, away.

        Raises
        ------
        IndexError
            There is none.
        """
        left = list(self.inputs)
        del left[index]
        self.inputs = left

    def clear_inputs(self) -> None:
        """Take all inputs away, and the mask with them."""
        self.inputs = []

    @traitlets.validate("inputs")
    def _open_inputs(self, proposal: Mapping[str, Any]) -> list[Image.Image]:
        known = {id(picture.image): picture for picture in self._pictures} | self._opened
        images = []
        for number, source in enumerate(proposal["value"], start=1):
            picture = known.get(id(source)) or input_picture(source, number)
            self._opened[id(picture.image)] = picture
            images.append(picture.image)
        return images

    @traitlets.observe("inputs")
    def _show_inputs(self, _change: object) -> None:
        first_was = self._pictures[0].image if self._pictures else None
        self._pictures = [self._opened[id(image)] for image in self.inputs]
        self._opened = {}
        self._inputs = [picture.shown() for picture in self._pictures]
        if self.mask is not None and (not self.inputs or self.inputs[0].size != (first_was or self.inputs[0]).size):
            self.mask = None  # it was for another picture
        self._complaint = {}
        self._choose_operation()

    def _choose_operation(self, _change: object = None) -> None:
        """Do what the inputs and the prompt say, and choose a size for it."""
        operation = EDIT if self.inputs else GENERATE
        makes_variations = VARIATION in controls.rules_of(self.model).operations
        if self.inputs and not self.prompt.strip() and makes_variations:
            operation = VARIATION
        before = self.operation
        if before == GENERATE != operation:
            self._size_before = self.size
            self.set_trait("operation", operation)
            self.size = ""
        elif before != GENERATE == operation:
            size = self.size or self._size_before
            self.set_trait("operation", operation)
            rules = controls.rules_of(self.model)
            fits = size and (rules is controls.UNKNOWN_MODEL or accepts_size(rules, size))
            self.size = size if fits else rules.sizes[0]
        else:
            self.set_trait("operation", operation)

    # ---- mask -------------------------------------------------------------------------------------------------------

    def clear_mask(self) -> None:
        """Let all of the picture change."""
        self.mask = None

    def on_draw_mask(self, callback: Callable[[Image.Image], object], *, remove: bool = False) -> None:
        """Call a function with the first input when "Draw a mask" is clicked, a button that is there only then.

        It may show a `MaskCanvas` and give it to the form: ``form.mask = canvas``. What it raises is shown in the form
        and kept in `callback_error`. `remove` takes it out again.

        Raises
        ------
        TypeError
            `callback` cannot be called.
        """
        if not callable(callback):
            raise TypeError(f"on_draw_mask takes a function that is called with the picture, not {callback!r}.")
        if remove:
            self._drawers.remove(callback)
        else:
            self._drawers.append(callback)
        self._draws_masks = bool(self._drawers)

    def draw_mask(self) -> None:
        """Do what a click on "Draw a mask" does."""
        for callback in list(self._drawers):
            try:
                callback(self.inputs[0])
            except Exception as error:
                self._show_callback_error(error, getattr(callback, "__name__", repr(callback)))

    @traitlets.validate("mask")
    def _check_mask(self, proposal: Mapping[str, Any]) -> Any:
        return checked_mask(proposal["value"], self.inputs[0].size if self.inputs else None)

    @traitlets.observe("mask")
    def _follow_mask(self, _change: object) -> None:
        self._let_go()
        if isinstance(self.mask, traitlets.HasTraits) and self.mask.has_trait("_state"):
            self._followed = self.mask  # a canvas, which says when something was drawn
            self._followed.observe(self._show_mask, "_state")
        self._show_mask()

    def _let_go(self) -> None:
        if self._followed is not None:
            self._followed.unobserve(self._show_mask, "_state")
            self._followed = None

    def _show_mask(self, _change: object = None) -> None:
        self._mask = mask_shown(self.mask)

    # ---- files from the browser -------------------------------------------------------------------------------------

    def _receive_image(self, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        """Take a part of a file; with the last one, the file is an input, or a complaint says why it is not."""
        name = str(content.get("name", ""))
        try:
            with self._upload_lock:
                file = self._upload.add(int(content["part"]), int(content["parts"]), bytes(buffers[0]))
            if file is not None:
                self.add_input(file, name=name)
        except InvalidRequestError as error:
            self._complain("inputs", f"{name}: {error.message}")
        except ValueError:  # of the upload
            limit = f"{LARGEST_FILE // 1_000_000} MB"
            self._complain("inputs", f"{name}: the file did not arrive whole, or has more than {limit}. Add it again.")

    def close(self) -> None:
        """Close the form in every browser, and let go of the canvas that it reads its mask from."""
        self._let_go()
        super().close()
