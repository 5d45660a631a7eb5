"""What a grid gives of its pictures: files, texts and code, to Python and to the views that ask."""

from __future__ import annotations

from typing import Any

from imagewidgets.display.phrases import redact
from imagewidgets.images import read_recipe
from imagewidgets.widgets import grid_code, picture_files
from imagewidgets.widgets.grid_actions import GridActions
from imagewidgets.widgets.grid_entries import Entry, look_at

SCRIPTS = (
    *("compare", "clipboard", "onpicture", "picture_files"),
    *(f"grid_{part}" for part in ("store", "zip", "acts", "panel", "notice", "zoom", "dialog", "film", "lightbox")),
    *("grid_compare", "grid_keys", "grid_view"),
)
"""The scripts of every grid of pictures; its own come after."""

STYLES = ("compare", "onpicture", "grid")
"""Their style sheets."""

_GONE = "This picture is not in the grid any more."


class GridFiles(GridActions):
    """A grid whose pictures can be had as files, and as the code that makes them again."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.on_msg(self._on_message)

    def code(self, index: int) -> str:
        """Return the Python that makes the picture at `index` again, from its recipe.

        Input pictures that are in the grid are opened by the names that `save` gives them.

        Raises
        ------
        IndexError
            There is no such picture.
        ValueError
            It has no recipe.
        """
        return self._code(self._entries[self._place(index)])

    def _code(self, entry: Entry) -> str:
        names = {each.facts.digest: each.facts.file_name for each in self._entries if each.facts.digest}
        return grid_code.code(read_recipe(entry.image), file_name=names.get)

    def _on_message(self, _: object, content: dict[str, Any], __: object) -> None:
        """Do what a view asks for. What fails is told to the person before it."""
        kind = content.get("kind")
        if kind == "thumbnails":
            wanted = set(content["ids"])
            made = {entry.id: entry.thumbnail for entry in self._entries if entry.id in wanted}
            self._send_thumbnails({name: data for name, data in made.items() if data is not None})
        elif kind == "act":
            self._act_by_name(content["action"], content["id"])
        elif kind in ("file", "text"):
            self._answer(content)

    def _answer(self, content: dict[str, Any]) -> None:
        """Send one picture as a file, or a text about it, to the view that has the ticket."""
        answer = {"kind": "answer", "ticket": content["ticket"]}
        entry = self._entry(content["id"])
        if entry is None:
            self.send({**answer, "error": _GONE})
            return
        try:
            if content["kind"] == "text":
                self.send({**answer, "text": self._code(entry) if content["what"] == "code" else entry.facts.prompt})
                return
            look_at([entry])
            named, data = picture_files.named(entry.image, entry.facts.file_name, content["form"])
        except Exception as error:  # decoders raise many kinds; the view shows it
            self.send({**answer, "error": redact(str(error) or type(error).__name__)})
            return
        self.send({**answer, **named}, [data])
