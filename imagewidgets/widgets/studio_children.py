"""The widgets in a studio: a form for each of its views, the canvas, two grids; made with it, and closed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t
from ipywidgets import widget_serialization

from imagewidgets import api
from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.result_grid import ResultGrid
from imagewidgets.widgets.studio_form import StudioForm, model_for
from imagewidgets.widgets.studio_steps import StudioSteps

if TYPE_CHECKING:
    from imagewidgets.client import Client

FORMS = ("form", "edit_form", "vary_form")
CHILDREN = (*FORMS, "canvas", "grid", "vary_grid")


class StudioChildren(StudioSteps):
    """What a studio is made of. The children are made where they are first asked for."""

    form = t.Instance(StudioForm, read_only=True).tag(sync=True, **widget_serialization)
    """The `PromptForm` of Create."""
    edit_form = t.Instance(StudioForm, read_only=True).tag(sync=True, **widget_serialization)
    """The `PromptForm` of Edit; its input is what is on `canvas`."""
    vary_form = t.Instance(StudioForm, read_only=True).tag(sync=True, **widget_serialization)
    """The `PromptForm` of Variations; its input is `vary_source`."""
    canvas = t.Instance(MaskCanvas, read_only=True).tag(sync=True, **widget_serialization)
    """The `MaskCanvas` of Edit."""
    grid = t.Instance(ResultGrid, read_only=True).tag(sync=True, **widget_serialization)
    """The `ResultGrid` of all pictures of the session."""
    vary_grid = t.Instance(ResultGrid, read_only=True).tag(sync=True, **widget_serialization)
    """The `ResultGrid` of the variations of `vary_source`."""

    def __init__(self, client: Client | None, model: str | None, limit: float | None, **traits: Any) -> None:
        self._beginning = (client, model, limit)
        super().__init__(**traits)

    @t.default("form")
    def _make_form(self) -> StudioForm:
        return self._new_form(GENERATE)

    @t.default("edit_form")
    def _make_edit_form(self) -> StudioForm:
        return self._new_form(EDIT)

    @t.default("vary_form")
    def _make_vary_form(self) -> StudioForm:
        return self._new_form(VARIATION)

    def _new_form(self, operation: str) -> StudioForm:
        client, model, limit = self._beginning
        begun = model_for(operation, model, client or api.default_client())
        form = StudioForm(client=client, model=begun, limit=limit)
        form.on_answer(self._take)
        return form

    @t.default("canvas")
    def _make_canvas(self) -> MaskCanvas:
        return MaskCanvas()

    @t.default("grid")
    def _make_grid(self) -> ResultGrid:
        return ResultGrid()

    @t.default("vary_grid")
    def _make_vary_grid(self) -> ResultGrid:
        return ResultGrid()

    def close(self) -> None:
        """End all runs, and close the studio and its children in every browser. The pictures can still be read."""
        made = {name: self._trait_values[name] for name in CHILDREN if name in self._trait_values}
        for name, child in made.items():
            if name in FORMS:
                child.cancel(waiting=True)
            child.close()
        super().close()
