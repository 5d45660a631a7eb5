"""The steps of a studio: to look at again, to go on from, and to do again."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

import traitlets as t

from imagewidgets.display.captions import Facts
from imagewidgets.images import read_recipe
from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.widgets import grid_code
from imagewidgets.widgets.studio_choice import StudioChoice
from imagewidgets.widgets.studio_form import StudioForm
from imagewidgets.widgets.studio_history import OPENED, Place, Row, Step

if TYPE_CHECKING:
    from imagewidgets.responses import ImagesResponse

_VIEWS = {GENERATE: "create", EDIT: "edit", VARIATION: "variations"}


class StudioSteps(StudioChoice):
    """The history of a studio, as a person uses it."""

    visited = t.Instance(Place, allow_none=True)
    """The picture of the history that is shown beside the tree; None shows the newest."""

    @property
    def rows(self) -> list[Row]:
        """The history as it is shown: one line of the tree after the other."""
        return self._tree.rows()

    # ---- steps ------------------------------------------------------------------------------------------------------

    def revisit(self, step: Step | int, picture: int = 0) -> None:
        """Go back to a step: show it in the history, and choose its picture of this number, from 0.

        Raises
        ------
        LookupError
            There is no such step, or it has no such picture.
        """
        found = self._step(step)
        if not 0 <= picture < len(found.images):
            raise LookupError(
                f"Step {found.id} has {len(found.images)} pictures, counted from 0; there is no {picture}."
            )
        self.visited = Place(found.id, picture)
        self.selected = found.images[picture]
        self.tab = "history"

    def repeat(self, step: Step | int) -> Future[ImagesResponse]:
        """Do a step again, with the same words, settings, pictures and mask; it goes to where requests go now.

        Raises
        ------
        LookupError
            There is no such step.
        ValueError
            It brought a picture in: there is nothing to do again.
        """
        found = self._step(step)
        return self._form_of(found).resend(self._orders[found.id])

    def edit_again(self, step: Step | int) -> None:
        """Set everything as it was before a step, so that it can be changed and done again; nothing is sent.

        Of an edit that is its picture, its mask as pixels, its words and settings.

        Raises
        ------
        LookupError
            There is no such step.
        ValueError
            It brought a picture in: it has no words and settings.
        """
        found = self._step(step)
        form = self._form_of(found)
        source = None if found.parent is None else self._tree.image(found.parent)
        if found.operation == EDIT and source is not None and found.source is not None:
            self._edit_picture(source, as_it_was=found.source)
            self.canvas.clear()
            if found.mask is not None:
                self.canvas.add_mask(found.mask, mode="replace")
        elif found.operation == VARIATION and source is not None:
            self._vary_picture(source)
        form.take_over(self._orders[found.id].parameters)
        self.tab = _VIEWS[found.operation]

    def code(self, step: Step | int, picture: int = 0) -> str:
        """Return the Python that does a step again; empty for a picture from outside.

        Input pictures are opened by the names that ``studio.grid.save()`` gives them.

        Raises
        ------
        LookupError
            There is no such step, or it has no such picture.
        """
        found = self._step(step)
        recipe = read_recipe(found.images[picture])
        if recipe is None or found.operation == OPENED:
            return ""
        names = {}
        if found.parent is not None:
            facts = Facts.of(self._tree.image(found.parent))
            names[facts.digest] = facts.file_name
        return grid_code.code(recipe, file_name=names.get)

    def _step(self, step: Step | int) -> Step:
        number = step.id if isinstance(step, Step) else step
        steps = self._tree.steps
        if not 0 <= number < len(steps):
            raise LookupError(f"There is no step {number}: the history has {len(steps)}, counted from 0.")
        return steps[number]

    def _form_of(self, step: Step) -> StudioForm:
        if step.operation == OPENED:
            raise ValueError(f"Step {step.id} brought a picture in. There is nothing to do again.")
        return dict(zip(_VIEWS, self.forms, strict=True))[step.operation]

    def _line(self, name: str) -> Row:
        """Return the line of the tree of this name."""
        for row in self.rows:
            if row.id == name:
                return row
        raise LookupError("This step is not in the history.")
