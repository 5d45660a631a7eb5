"""Recorded pictures: what is known of each, and what can be asked of several: search, table, grid, page."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from imagewidgets.display.captions import utc_time
from imagewidgets.errors import InvalidRequestError
from imagewidgets.gallery import lookup
from imagewidgets.gallery.records import Record
from imagewidgets.gallery.stars import Stars
from imagewidgets.images import digest, read_recipe
from imagewidgets.images.pictures import open_image

if TYPE_CHECKING:
    import pandas as pd
    from PIL import Image


MOST_SHOWN = 1000
"""How many pictures a grid shows unless it is told otherwise: the newest."""


class Picture:
    """A picture file of a gallery. What is asked of it is read when it is asked.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    """

    def __init__(self, path: str | Path, folder: Path) -> None:
        self.path = Path(path)
        self._folder = folder

    @property
    def name(self) -> str:
        """The path inside of the gallery, with forward slashes."""
        return self.path.relative_to(self._folder).as_posix()

    @property
    def image(self) -> Image.Image:
        """The picture, opened anew: pixels are decoded when they are asked for.

        Raises
        ------
        InvalidRequestError
            It is no picture, or cut short.
        """
        return open_image(self.path.read_bytes())

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """How it was made (`read_recipe`); empty where that is not known, or the file cannot be read."""
        own = lookup.read(self.path)
        if own is not None:
            return own
        try:
            return read_recipe(self.path) or {}
        except InvalidRequestError:
            return {}

    @property
    def request(self) -> dict[str, Any]:
        """What was asked, as JSON values."""
        request = self.recipe.get("request")
        return request if isinstance(request, dict) else {}

    @property
    def prompt(self) -> str:
        """The words; empty where there are none, or none are kept."""
        return str(self.request.get("prompt") or "")

    @property
    def revised_prompt(self) -> str:
        """The words as the model rewrote them; empty where it did not."""
        return str(self.recipe.get("revised_prompt") or "")

    @property
    def model(self) -> str:
        """Who made it; empty where that is not known."""
        return str(self.recipe.get("model") or self.request.get("model") or "")

    @property
    def created(self) -> datetime | None:
        """When, as a time in UTC; None where that is not known."""
        return utc_time(self.recipe.get("created"))

    @property
    def take(self) -> int | None:
        """Which take of its request it belongs to; None for a picture that was not recorded."""
        record = Record.of(self.recipe)
        return record.take if record else None

    @cached_property
    def digest(self) -> str:
        """The digest of its pixels as they were made; of a picture without a recipe, as they are."""
        known = self.recipe.get("digest")
        return known if isinstance(known, str) and known.isalnum() else digest(self.image)

    @property
    def starred(self) -> bool:
        """Whether it has a star. Set it: stars are kept in the gallery."""
        return self.digest in Stars(self._folder)

    @starred.setter
    def starred(self, on: bool) -> None:
        Stars(self._folder).put(self.digest, on=on)

    def __fspath__(self) -> str:
        return os.fspath(self.path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __repr__(self) -> str:
        return f"Picture({self.name!r})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from imagewidgets.display import saved_view

        return {**saved_view([self.image], head=repr(self)), "text/plain": repr(self)}


class Pictures(Sequence[Picture]):
    """Some pictures of a gallery, the oldest first.

    Parameters
    ----------
    folder
        Of the gallery.
    paths
        Of the pictures.
    """

    def __init__(self, folder: Path, paths: Sequence[str] = ()) -> None:
        self.folder = folder
        self._chosen = paths

    def _paths(self) -> Sequence[str]:
        return self._chosen

    @overload
    def __getitem__(self, index: int) -> Picture: ...
    @overload
    def __getitem__(self, index: slice) -> Pictures: ...
    def __getitem__(self, index: int | slice) -> Picture | Pictures:
        """Return one picture, or several."""
        if isinstance(index, slice):
            return Pictures(self.folder, self._paths()[index])
        return Picture(self._paths()[index], self.folder)

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self._paths())

    def __iter__(self) -> Iterator[Picture]:
        """Yield the pictures that there are now."""
        for path in tuple(self._paths()):
            yield Picture(path, self.folder)

    def search(
        self,
        text: str | None = None,
        *,
        model: str | None = None,
        since: str | date | datetime | None = None,
        starred: bool | None = None,
    ) -> Pictures:
        """Return the pictures that fit everything that is given.

        Parameters
        ----------
        text
            Words that all occur in the prompt, the revised prompt or the name of the file, in any order and case.
        model
            Part of the name of the model, in any case.
        since
            Made then or later: a date or a time, or text such as ``"2026-11-20"`` or ``"2026-11-20 14:30"``. A time
            without a zone is one of this machine.
        starred
            True: only those with a star; False: only those without.

        Raises
        ------
        InvalidRequestError
            `since` is no date.
        """
        words = _folded(text or "").split()
        earliest = None if since is None else _moment(since)
        stars = None if starred is None else Stars(self.folder).all()

        def fits(picture: Picture) -> bool:
            if words:
                told = _folded(f"{picture.prompt} {picture.revised_prompt} {picture.path.name}")
                if not all(word in told for word in words):
                    return False
            if model is not None and model.casefold() not in picture.model.casefold():
                return False
            if earliest is not None and (picture.created is None or picture.created < earliest):
                return False
            return stars is None or (picture.digest in stars) is starred

        return Pictures(self.folder, [str(picture.path) for picture in self if fits(picture)])

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas table with a row for each picture; see `gallery.table`.

        Raises
        ------
        ImportError
            pandas is not installed.
        """
        from imagewidgets.gallery.table import frame

        return frame(self, stars=Stars(self.folder).all())

    def grid(self, *, most: int | None = MOST_SHOWN, **traits: Any) -> Any:
        """Return a `ResultGrid` of the pictures; stars given in it are kept in the gallery.

        Parameters
        ----------
        most
            How many at most, the newest; None for all.
        **traits
            Of the grid, such as ``sort`` and ``layout``.
        """
        from imagewidgets.widgets.gallery_grid import grid

        chosen = self if most is None else self[max(len(self) - most, 0) :]
        return grid(list(chosen), **traits)

    def export(self, folder: str | os.PathLike[str], *, title: str = "Pictures") -> Path:
        """Write a page that shows the pictures from disk, with no server and no network; return its path.

        Parameters
        ----------
        folder
            Gets ``index.html``, and the pictures with their recipes and small copies of them beside it.
        title
            Its headline.

        Raises
        ------
        InvalidRequestError
            It lies in the gallery.
        OSError
            It cannot be written to.
        """
        from imagewidgets.gallery.export import export

        return export(self, Path(folder), title=title)

    def __repr__(self) -> str:
        return f"Pictures({len(self):,})"


def order_of(path: str, recipe: dict[str, Any] | None) -> tuple[float, float, int, str]:
    """Return where a picture stands among others: by when it was made, then recorded, then its place in the answer."""
    record = Record.of(recipe)
    made = utc_time((recipe or {}).get("created"))
    if made is None:  # of another program, or of nobody
        try:
            return Path(path).stat().st_mtime, 0.0, 0, path
        except OSError:  # it has gone
            return 0.0, 0.0, 0, path
    return made.timestamp(), record.recorded if record else 0.0, record.number if record else 0, path


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _moment(since: object) -> datetime:
    moment = since
    if isinstance(since, str):
        try:
            moment = datetime.fromisoformat(since)
        except ValueError:
            moment = None
    elif isinstance(since, date) and not isinstance(since, datetime):
        moment = datetime.combine(since, time())
    if not isinstance(moment, datetime):
        raise InvalidRequestError(
            f"since is {since!r}; it must be a date, a time, or text such as '2026-11-20'.", param="since"
        )
    return moment.astimezone(timezone.utc)  # without a zone it is taken for one of this machine
