"""What is chosen in a studio: the view that is in sight, and the picture to go on with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets as t
from PIL import Image

from imagewidgets.display.captions import Facts
from imagewidgets.widgets.result_grid import ResultGrid
from imagewidgets.widgets.studio_runs import StudioRuns

if TYPE_CHECKING:
    from imagewidgets.images.pictures import ImageLike

TABS = ("create", "edit", "variations", "history")


class StudioChoice(StudioRuns):
    """Choosing a picture, and going on with it in another view."""

    tab = t.Enum(TABS, "create").tag(sync=True)
    """Which view is in sight: "create", "edit", "variations" or "history"."""

    _chosen = t.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._chosen_before: dict[str, Image.Image | None] = {}  # by view, when it got its source
        super().__init__(**traits)

    def select(self, image: ImageLike | None) -> None:
        """Choose a picture: `selected`. In Edit and Variations it becomes what is worked on, as a click does there."""
        known = None if image is None else self._known(image)
        self.selected = known
        if known is not None and self.tab == "edit":
            self._edit_picture(known)
        elif known is not None and self.tab == "variations":
            self._vary_picture(known)

    def open(self, image: ImageLike | None = None, *, tab: str = "edit") -> None:
        """Make a picture the next input, in Edit or in Variations, and go there.

        Without a picture it connects the widget with the browser: the method of this name that all widgets have.

        Parameters
        ----------
        image
            A picture of the session, or anything that `imagewidgets.images.load` opens.
        tab
            "edit" or "variations"; with another one it is only chosen.

        Raises
        ------
        InvalidRequestError
            It is no picture.
        """
        if image is None:
            super().open()
            return
        known = self._known(image)
        if tab == "variations":
            self._vary_picture(known)
        elif tab == "edit":
            self._edit_picture(known)
        self.selected = known
        self.tab = tab

    def compare(self, first: Image.Image, second: Image.Image) -> None:
        """Show two pictures of the session over each other, in every view.

        Raises
        ------
        ValueError
            One of them is not there, or they are one and the same.
        """
        self.grid.compare(self._index(first), self._index(second))

    def _index(self, image: Image.Image) -> int:
        for index, one in enumerate(self.grid.images):
            if one is image:
                return index
        raise ValueError("This picture is not in the session any more.")

    @t.observe("tab")
    def _bring_along(self, change: Mapping[str, Any]) -> None:
        """Take a picture that was chosen meanwhile along into a view, unless that has work of its own.

        Where none is chosen and the view has none, it is the newest.
        """
        view, chosen = change["new"], self.selected
        sources = {"edit": self.edit_source, "variations": self.vary_source}
        if chosen is None and self.images and sources.get(view, chosen) is None:
            chosen = self.images[-1]
        if chosen is None or chosen is self._chosen_before.get(view):
            return
        if view == "edit" and not self.canvas.operations:
            self._edit_picture(chosen)
        elif view == "variations" and not any(one is chosen for one in self.vary_grid.images):
            self._vary_picture(chosen)

    @t.observe("edit_source", "vary_source")
    def _note_chosen(self, change: Mapping[str, Any]) -> None:
        self._chosen_before["edit" if change["name"] == "edit_source" else "variations"] = self.selected

    @t.validate("selected")
    def _open_selected(self, proposal: Mapping[str, Any]) -> Image.Image | None:
        return None if proposal["value"] is None else self._known(proposal["value"])

    def _go_on(self, action: str, _index: int, image: Image.Image) -> None:
        """Do what a person wants to do with a picture of a grid."""
        if action == "use_prompt":
            place = self._tree.find(image)
            facts = Facts.of(image, pixels=False)
            self.use_prompt(facts.prompt or ("" if place is None else self._tree.words(self._tree.steps[place.step])))
        else:
            self.open(image, tab="edit" if action == "edit" else "variations")

    def use_prompt(self, text: str) -> None:
        """Put a prompt into the form of Create, and go there."""
        self.form.use_prompt(text)
        self.tab = "create"

    # ---- grids ------------------------------------------------------------------------------------------------------

    def _follow_selection(self, change: Mapping[str, Any]) -> None:
        """Choose the picture that was selected last in a grid; none, where none is selected in that of the session."""
        grid, places = change["owner"], change["new"]
        if any(one is self.selected for one in grid.selected):
            return
        new = [place for place in places if place not in (change["old"] or ())] or places
        if new:
            self.selected = grid.images[new[-1]]
        elif grid is self.grid:
            self.selected = None

    @t.observe("selected", "edit_source", "vary_source")
    def _show_chosen(self, change: Mapping[str, Any]) -> None:
        if change["name"] == "selected":
            for grid in (self.grid, self.vary_grid):
                self._mark(grid)
        pictures = {"selected": self.selected, "edit": self.edit_source, "vary": self.vary_source}
        self._chosen = {name: "" if image is None else self._name(image) for name, image in pictures.items()}

    def _mark(self, grid: ResultGrid) -> None:
        """Select the chosen picture in a grid, unless it is one of several that are selected there."""
        place = next((index for index, one in enumerate(grid.images) if one is self.selected), None)
        if place is None:
            grid.select()
        elif place not in grid.selected_indices:
            grid.select(place)
