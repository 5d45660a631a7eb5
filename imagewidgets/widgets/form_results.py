"""The pictures of a form's last run, as a person goes on with them: a star, a file to keep, edit and vary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import traitlets as t
from PIL import Image

from imagewidgets.display.captions import Facts
from imagewidgets.images import read_recipe
from imagewidgets.widgets import grid_code, picture_files
from imagewidgets.widgets.form_runs import FormRuns
from imagewidgets.widgets.messages import redact
from imagewidgets.widgets.picture_actions import Action, PictureActions

GONE = "This picture is not in the form any more."


class FormResults(PictureActions, FormRuns):
    """What can be done with the pictures of the last run. Views call a picture by its ``id`` in `_report`."""

    starred_indices = t.List(t.Int()).tag(sync=True)
    """Which pictures of the last run have a star: their places in `images`, ascending. A new run begins with none."""

    starred = t.List(t.Instance(Image.Image), read_only=True)
    """The pictures that have a star, in the order of `images`. It follows `starred_indices`."""

    def star(self, *indices: int, on: bool = True) -> None:
        """Give these pictures of the last run a star, or with ``on=False`` take it away.

        Raises
        ------
        IndexError
            There is no picture at one of them.
        """
        places = {self._picture_at(index)[0] for index in indices}
        starred = set(self.starred_indices)
        self.starred_indices = sorted(starred | places if on else starred - places)

    def _picture_at(self, index: int) -> tuple[int, Image.Image]:
        count = len(self.images)
        if not -count <= index < count:
            raise IndexError(f"There is no picture {index}: the last run gave {count}, counted from 0.")
        return index % count, self.images[index]

    def _tell_failed(self, action: Action, error: Exception) -> None:
        self._show_callback_error(error, action.replace("_", " ").capitalize())

    @t.validate("starred_indices")
    def _check_stars(self, proposal: Mapping[str, Any]) -> list[int]:
        # A view may still mean pictures of the run before: what is not there has no star.
        return sorted({index for index in proposal["value"] if 0 <= index < len(self.images)})

    @t.observe("starred_indices")
    def _follow_stars(self, _change: object) -> None:
        self.set_trait("starred", [self.images[index] for index in self.starred_indices])

    @t.observe("images")
    def _begin_without_stars(self, _change: object) -> None:
        self.starred_indices = []

    # ---- what views ask for -----------------------------------------------------------------------------------------

    def _go_on(self, content: Mapping[str, Any]) -> None:
        """Do what a button on a picture asks for: see the head of `prompt_form`."""
        run, _, place = str(content["id"]).partition("-")
        here = int(run) == len(self.responses) - 1 and int(place) < len(self.images)
        if content["kind"] in ("file", "text"):
            self.send(*self._answer(content, self.images[int(place)] if here else None))
        elif here:
            self.act(cast("Action", content["action"]), int(place))
        else:
            self._show_callback_error(LookupError(GONE), str(content["action"]).capitalize())

    def _answer(self, content: Mapping[str, Any], image: Image.Image | None) -> tuple[dict[str, Any], list[bytes]]:
        """Return one picture as a file, or a text about it, for the view that has the ticket."""
        answer = {"kind": "answer", "ticket": content["ticket"]}
        if image is None:
            return {**answer, "error": GONE}, []
        try:
            facts = Facts.of(image)
            if content["kind"] == "text":
                text = grid_code.code(read_recipe(image)) if content["what"] == "code" else facts.prompt
                return {**answer, "text": text}, []
            name, data = picture_files.named(image, facts.file_name, content["form"])
        except Exception as error:  # encoders raise many kinds; the view shows it
            return {**answer, "error": redact(str(error) or type(error).__name__)}, []
        return {**answer, **name}, [data]
