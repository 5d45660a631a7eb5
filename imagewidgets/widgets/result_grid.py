"""A grid of pictures to look at, choose from and go on with.

The pictures stay in the kernel. The browser gets small copies, once each, and asks for an original when a person opens
or downloads it. What is chosen is a trait, so every view shows the same, a reloaded page too.

Thumbnails travel beside the traits: a new picture is sent by a message of its own, while `_thumbnails` is filled in
place, which sends nothing. A page that loads later reads them all from there, as part of the widget's state; one that
misses a message (it was still loading) asks for what it lacks. So appending one picture sends one picture.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t
from PIL import Image

from imagewidgets.display import contact_sheet, figures_of, saved_view, thumbnail
from imagewidgets.display.captions import Facts, Summary, joined, local_time, shortened, summarize
from imagewidgets.widgets import assets, picture_files

THUMBNAIL = 320  # px, the longest side: tiles are 120 to 272 CSS px wide, and screens may be dense
WORKERS = 4  # threads that make thumbnails: Pillow works outside Python's lock
PANEL_LENGTH = 2000  # characters of a prompt in the recipe panel: all of them are sent with each new picture
BADGES = {"edit": "Edit", "variation": "Variation"}
SAVED_FOOTER = "Saved view. Run the notebook to select pictures, see them large and download them."

Pictures = Image.Image | Iterable["Pictures"]
"""A PIL image, an ImagesResponse, or a list of either."""


@dataclass(frozen=True)
class _Entry:
    """A picture of the grid: what is shown of it is made once, when it comes in."""

    id: str
    image: Image.Image
    facts: Facts
    thumbnail: bytes


class _PictureList(t.List[Image.Image]):
    """A list of PIL images, made of anything that a grid takes."""

    def __init__(self) -> None:
        super().__init__(t.Instance(Image.Image))

    def validate(self, obj: Any, value: Any) -> Any:
        return super().validate(obj, list(_flat(value)))


class ResultGrid(anywidget.AnyWidget):
    """A grid of pictures: select with mouse or keyboard, see one large, read its recipe, download.

    Parameters
    ----------
    images
        PIL images, an `ImagesResponse`, or a list of either.
    **kwargs
        Values of other traits, such as ``selected_indices`` and ``layout``.

    Raises
    ------
    TypeError
        Something is no picture, or there is no such trait.
    ValueError
        A picture has no pixels.

    Examples
    --------
    >>> from PIL import Image
    >>> grid = ResultGrid([Image.new("RGB", (64, 64), color) for color in ("red", "green", "blue")])
    >>> grid.select(0, 2)
    >>> len(grid.selected)
    2
    """

    _esm = assets.module("result_grid")
    _css = assets.style("result_grid")

    images = _PictureList()
    """The pictures, as PIL images. Assign what the constructor takes, or call `append`: a change inside is not seen."""

    selected_indices = t.List(t.Int()).tag(sync=True)
    """Which pictures are selected: their places in `images`, ascending. Negative ones count from the end."""

    selected = t.List(t.Instance(Image.Image), read_only=True)
    """The selected pictures, in the order of the grid. It follows `selected_indices`."""

    show_recipe = t.Bool(False).tag(sync=True)
    """Whether the recipe of the current picture stands beside the pictures."""

    _tiles = t.List(t.Dict()).tag(sync=True)
    _summary = t.Dict().tag(sync=True)
    _thumbnails = t.Dict().tag(sync=True)

    def __init__(self, images: Pictures = (), **kwargs: Any) -> None:
        if unknown := ", ".join(sorted(set(kwargs) - set(self.trait_names()))):
            raise TypeError(f"ResultGrid has no {unknown}. It takes images, and selected_indices, show_recipe, layout.")
        self._entries: list[_Entry] = []
        self._made = 0
        self._changing = threading.RLock()  # pictures arrive from threads
        selected_indices = kwargs.pop("selected_indices", [])
        super().__init__(images=images, **kwargs)
        self.on_msg(self._on_message)
        self.selected_indices = selected_indices

    def append(self, images: Pictures) -> None:
        """Add a picture, or all pictures of a response, at the end."""
        with self._changing:
            self.images = [*self.images, *_flat(images)]

    def remove(self, index: int) -> None:
        """Take the picture at `index` out; the others stay selected as they were.

        Raises
        ------
        IndexError
            There is no such picture.
        """
        with self._changing:
            images = list(self.images)
            del images[index]
            self.images = images

    def clear(self) -> None:
        """Take all pictures out."""
        self.images = []

    def select(self, *indices: int) -> None:
        """Select these pictures and no others; without an index, none.

        Raises
        ------
        traitlets.TraitError
            There is no picture at one of them.
        """
        self.selected_indices = list(indices)

    def save(self, folder: str | os.PathLike[str] = ".") -> list[Path]:
        """Write every picture as a PNG file with its recipe inside, and return the paths.

        Names are made of the prompt and the digest. A file that is there already is never written over: a number is
        added to the name. The folder is made where there is none.
        """
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        return [
            picture_files.write_new(target / entry.facts.file_name, picture_files.png(entry.image))
            for entry in self._entries
        ]

    def contact_sheet(self, *, columns: int | None = None, tile: int = 256) -> Image.Image:
        """Return one RGB picture of all pictures with their captions, each at most `tile` px wide and high.

        Raises
        ------
        ValueError
            The grid is empty.
        """
        summary = self._summarize()
        figures = figures_of(self._pictures(), facts=self._facts())
        return contact_sheet(figures, columns=columns, tile=tile, title=joined([summary.title, summary.detail]))

    def __repr__(self) -> str:
        return f"ResultGrid({len(self._entries)} image{'' if len(self._entries) == 1 else 's'})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        live = super()._repr_mimebundle_(**kwargs)
        if live is None:
            return None
        data, metadata = live
        saved = saved_view(self._pictures(), facts=self._facts(), head=repr(self), footer=SAVED_FOOTER)
        return {**data, **saved}, metadata

    # ---- traits

    @t.validate("selected_indices")
    def _check_indices(self, proposal: dict[str, Any]) -> list[int]:
        count = len(self._entries)
        for index in proposal["value"]:
            if not -count <= index < count:
                raise t.TraitError(f"There is no picture {index}: the grid has {count}, counted from 0.")
        return sorted({index % count for index in proposal["value"]})

    @t.observe("selected_indices")
    def _follow_indices(self, _: object) -> None:
        self.set_trait("selected", [self._entries[index].image for index in self.selected_indices])

    @t.observe("images")
    def _follow_images(self, _: object) -> None:
        """Make what is missing, drop what is gone, and keep the selection on the pictures that stay."""
        with self._changing:
            selected = {self._entries[index].id for index in self.selected_indices}
            known: defaultdict[int, list[_Entry]] = defaultdict(list)
            for entry in self._entries:
                known[id(entry.image)].append(entry)
            kept = [known[id(image)].pop(0) if known[id(image)] else None for image in self.images]
            new = iter(self._make([image for image, entry in zip(self.images, kept, strict=True) if entry is None]))
            self._entries = [entry or next(new) for entry in kept]
            self._show()
            self.selected_indices = [i for i, entry in enumerate(self._entries) if entry.id in selected]
            self._follow_indices(None)  # the same places may hold other pictures now

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what a browser sends; it may still select a picture that has just been removed."""
        indices = sync_data.get("selected_indices")
        if indices is not None:
            sync_data = {**sync_data, "selected_indices": [i for i in indices if 0 <= i < len(self._entries)]}
        super().set_state(sync_data)

    # ---- what the browser sees

    def _make(self, images: list[Image.Image]) -> list[_Entry]:
        unique = list({id(image): image for image in images}.values())  # two threads must not decode the same one
        with ThreadPoolExecutor(WORKERS) as pool:
            made = dict(zip(map(id, unique), pool.map(_look, unique), strict=True))
        first, self._made = self._made, self._made + len(images)
        return [_Entry(str(number), image, *made[id(image)]) for number, image in enumerate(images, first)]

    def _show(self) -> None:
        thumbnails = self._thumbnails
        new = {entry.id: entry.thumbnail for entry in self._entries if entry.id not in thumbnails}
        gone = thumbnails.keys() - {entry.id for entry in self._entries}
        for key in gone:
            del thumbnails[key]
        thumbnails.update(new)  # in place: see the module's docstring
        self._send_thumbnails(new)
        summary = self._summarize()
        self._summary = {"title": summary.title, "detail": summary.detail}
        self._tiles = [_tile(entry, *words) for entry, words in zip(self._entries, summary.captions, strict=True)]

    def _summarize(self) -> Summary:
        return summarize(self._facts())

    def _facts(self) -> list[Facts]:
        return [entry.facts for entry in self._entries]

    def _pictures(self) -> list[Image.Image]:
        """Return what the grid shows: `images` itself may have been changed inside since."""
        return [entry.image for entry in self._entries]

    def _send_thumbnails(self, thumbnails: dict[str, bytes]) -> None:
        if thumbnails:
            self.send({"kind": "thumbnails", "ids": list(thumbnails)}, list(thumbnails.values()))

    def _on_message(self, _: object, content: dict[str, Any], __: object) -> None:
        """Answer a view that lacks thumbnails, or wants one original or several."""
        wanted = set(content.get("ids", ()))
        entries = [entry for entry in self._entries if entry.id in wanted]
        if content.get("kind") == "thumbnails":
            self._send_thumbnails({entry.id: entry.thumbnail for entry in entries})
        elif content.get("kind") == "file":
            self._send_file(content["ticket"], entries)

    def _send_file(self, ticket: str, entries: list[_Entry]) -> None:
        if not entries:
            self.send({"kind": "file", "ticket": ticket, "error": "This picture is not in the grid any more."})
        elif len(entries) == 1:
            name, data = entries[0].facts.file_name, picture_files.png(entries[0].image)
            self.send({"kind": "file", "ticket": ticket, "name": name, "type": "image/png"}, [data])
        else:
            name = f"{len(entries)}-pictures.zip"
            data = picture_files.archive((entry.facts.file_name, entry.image) for entry in entries)
            self.send({"kind": "file", "ticket": ticket, "name": name, "type": "application/zip"}, [data])


def _flat(images: Pictures) -> Iterator[Image.Image]:
    """Yield every picture of what `ResultGrid` takes."""
    if isinstance(images, Image.Image):
        if 0 in images.size:
            raise ValueError(f"A picture of {images.width} × {images.height} px cannot be shown: it has no pixels.")
        yield images
    elif isinstance(images, Iterable) and not isinstance(images, str | bytes):
        for part in images:
            yield from _flat(part)
    else:
        raise TypeError(f"A grid shows PIL images, not a {type(images).__name__}. PIL.Image.open(…) opens a file.")


def _look(image: Image.Image) -> tuple[Facts, bytes]:
    return Facts.of(image), thumbnail(image, THUMBNAIL)


def _tile(entry: _Entry, caption: str, detail: str) -> dict[str, Any]:
    """Return what the browser writes about a picture, as JSON values."""
    facts = entry.facts
    rows = {"Model": facts.model, "Size": facts.size}
    rows |= {name.capitalize(): value for name, value in facts.settings.items()}
    rows["Made"] = "" if facts.created is None else f"{local_time(facts.created):%d %b %Y, %H:%M}".lstrip("0")
    rows["Digest"] = facts.short_digest
    return {
        "id": entry.id,
        "caption": shortened(caption),
        "detail": detail,
        "words": shortened(facts.words, PANEL_LENGTH),
        "revised": shortened(facts.revised_prompt, PANEL_LENGTH),
        "badge": BADGES.get(facts.operation, ""),
        "facts": [[name, value] for name, value in rows.items() if value],
        "changed": bool(facts.made) and facts.made != facts.digest,
    }
