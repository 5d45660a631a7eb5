"""The runs of a studio: create, edit, vary; what comes goes into one session, and into its history."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import traitlets as t
from PIL import Image

from imagewidgets.display.captions import Facts
from imagewidgets.images import load
from imagewidgets.images.selections import SELECTED, selection_of
from imagewidgets.models import MODELS, SKETCH, VARIATION
from imagewidgets.widgets.result_grid import ResultGrid
from imagewidgets.widgets.studio_form import StudioForm
from imagewidgets.widgets.studio_history import OPENED, Step
from imagewidgets.widgets.studio_source import StudioSource

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.images.pictures import ImageLike
    from imagewidgets.images.selections import MaskLike
    from imagewidgets.responses import ImagesResponse
    from imagewidgets.widgets.form_orders import Order


class StudioRuns(StudioSource):
    """What a studio makes, and what it is made of."""

    form: StudioForm
    vary_form: StudioForm
    grid: ResultGrid
    vary_grid: ResultGrid

    selected = t.Instance(Image.Image, allow_none=True)
    """The chosen picture, a PIL image; None where none is. May be set, also to a picture that is new to the session."""
    vary_source = t.Instance(Image.Image, allow_none=True, read_only=True)
    """The picture that variations are made of."""

    def __init__(self, **traits: Any) -> None:
        self._orders: dict[int, Order] = {}  # by step
        super().__init__(**traits)

    # ---- pictures ---------------------------------------------------------------------------------------------------

    @property
    def images(self) -> list[Image.Image]:
        """All pictures of the session, as PIL images, the newest last."""
        return list(self.grid.images)

    @property
    def forms(self) -> tuple[StudioForm, StudioForm, StudioForm]:
        """The forms of Create, Edit and Variations."""
        return self.form, self.edit_form, self.vary_form

    @property
    def session_cost(self) -> float:
        """What all runs cost, in US dollars, as far as their prices are known."""
        return sum(form.session_cost for form in self.forms)

    def _known(self, image: ImageLike, name: str = "") -> Image.Image:
        """Return a picture as one of the session: what is new to it becomes a step of its history."""
        picture = load(image)
        with self._changing:
            place = self._tree.find(picture)
            if place is not None:
                return self._tree.image(place)
            words = name or Facts.of(picture, pixels=False).words or "Picture"
            self._add_step(OPENED, [picture], prompt=words)
        self._show_new(self._tree.steps[-1])
        return picture

    # ---- runs -------------------------------------------------------------------------------------------------------

    def create(self, prompt: str | None = None, **parameters: Any) -> Future[ImagesResponse]:
        """Make pictures from a prompt, in the background; what is left out is as the form of Create says.

        Returns
        -------
        concurrent.futures.Future
            Of the `ImagesResponse`, as that of `PromptForm.submit`.
        """
        if prompt is not None:
            self.form.prompt = prompt
        return self.form.submit(**parameters)

    def edit(
        self,
        image: ImageLike | None = None,
        prompt: str | None = None,
        *,
        mask: MaskLike | None = None,
        **parameters: Any,
    ) -> Future[ImagesResponse]:
        """Edit a picture, in the background; what is left out is as it is in Edit.

        Parameters
        ----------
        image
            What to edit; left out, what is on the canvas, or else the chosen picture.
        prompt
            The whole result in words.
        mask
            Where it may change: put on the canvas in the place of what is drawn.
        **parameters
            Further parameters of ``iw.edit``.

        Raises
        ------
        ValueError
            There is no picture to edit, or `mask` has another size.
        """
        source = image if image is not None else self.edit_source or self.selected
        if source is None:
            raise ValueError("There is no picture to edit. Give one, or choose one with studio.select(image).")
        self._edit_picture(self._known(source))
        if mask is not None:
            self.canvas.add_mask(mask, mode="replace")
        if prompt is not None:
            self.edit_form.prompt = prompt
        return self.edit_form.submit(**parameters)

    def vary(
        self, image: ImageLike | None = None, *, n: int | None = None, **parameters: Any
    ) -> Future[ImagesResponse]:
        """Make `n` pictures like one, in the background; left out, as many as the form of Variations says.

        Raises
        ------
        ValueError
            There is no picture: none was given, and none is chosen.
        """
        source = image if image is not None else self.vary_source or self.selected
        if source is None:
            raise ValueError("There is no picture to vary. Give one, or choose one with studio.select(image).")
        self._vary_picture(self._known(source))
        return self.vary_form.vary(**({} if n is None else {"n": n}), **parameters)

    def on_result(self, callback: Callable[[ImagesResponse], object], *, remove: bool = False) -> None:
        """Call a function with each `ImagesResponse` of any view, as `PromptForm.on_result` does.

        Its pictures are in `images` and `history` by then.
        """
        for form in self.forms:
            form.on_result(callback, remove=remove)

    def cancel(self) -> bool:
        """Cancel all runs, under way and waiting; return whether there was any."""
        cancelled = [form.cancel(waiting=True) for form in self.forms]
        return any(cancelled)

    def _take(self, order: Order, response: ImagesResponse) -> None:
        """Put what a run gave into the history: called in its thread."""
        source = self._origin(order.inputs[0].image) if order.inputs else None
        known = None if source is None else self._known(source)
        with self._changing:
            step = self._add_step(
                order.operation,
                response,
                prompt=order.prompt,
                model=response.model or "",
                parent=None if known is None else self._tree.find(known),
                coverage=None if order.mask is None else coverage(order.mask.mask),
                request=response.request,
                source=order.inputs[0].image if order.inputs else None,
                mask=None if order.mask is None else order.mask.mask,
            )
            self._orders[step.id] = order
        self._show_new(step)
        if order.operation == VARIATION and known is self.vary_source:
            self.vary_grid.append(step.images)

    def _add_step(self, operation: str, images: Any, **values: Any) -> Step:
        """Add a step. The lock is held."""
        thumbnails = tuple(self._thumbnails[self._name(image)] for image in images)
        return self._tree.add(operation, images, time=time.time(), thumbnails=thumbnails, **values)

    def _show_new(self, step: Step) -> None:
        """Show a new step. No lock is held: the grid has one of its own, and observers may do anything."""
        self.grid.append(step.images)
        self.set_trait("history", self._tree.steps)

    @t.validate("history")
    def _newest(self, _proposal: object) -> tuple[Step, ...]:
        return self._tree.steps  # whichever thread comes last

    # ---- what variations are made of --------------------------------------------------------------------------------

    def _vary_picture(self, image: Image.Image | None) -> None:
        """Put a picture of the session, or none, into Variations, with what was made of it before."""
        if self.vary_source is image:
            return
        self.set_trait("vary_source", image)
        self.vary_form.prompt = ""
        self.vary_form.inputs = [] if image is None else [image]
        self.vary_grid.images = [
            one
            for step in self._tree.steps
            if step.operation == VARIATION and step.parent is not None and self._tree.image(step.parent) is image
            for one in step.images
        ]

    def _follow_vary_inputs(self, change: Mapping[str, Any]) -> None:
        """Take over a picture that was put into the form of Variations, or taken out of it."""
        first = change["new"][0] if change["new"] else None
        if first is not self.vary_source:
            self._vary_picture(None if first is None else self._known(first))

    # ---- where requests go ------------------------------------------------------------------------------------------

    @property
    def client(self) -> Client | None:
        """The client that was given; None means the one that ``iw.generate`` uses."""
        return self.form.client

    @client.setter
    def client(self, client: Client | None) -> None:
        self.form.client = client

    def use_sketch_engine(self) -> None:
        """Send to the embedded engine from now on, from all views."""
        self.form.use_sketch_engine()

    def _follow_client(self, change: Mapping[str, Any]) -> None:
        """Send from all views to where one of them sends."""
        owner = change["owner"]
        for form in self.forms:
            if form.client is not owner.client:
                form.client = owner.client
                if owner.place == "sketch" and form.model not in MODELS:
                    form.model = SKETCH.name


def coverage(mask: Image.Image) -> float:
    """Return how much of a picture a mask selects, 0 to 1: RGBA, transparent = selected."""
    selection = selection_of(mask)
    return sum(selection.histogram()[SELECTED // 2 + 1 :]) / (mask.width * mask.height)
