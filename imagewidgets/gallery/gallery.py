"""`Gallery`: a folder of pictures with their recipes inside."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from imagewidgets.errors import InvalidRequestError
from imagewidgets.gallery import files, lookup, records
from imagewidgets.gallery.catalogue import Catalogue
from imagewidgets.gallery.naming import SHORT, request_digest
from imagewidgets.gallery.pictures import Pictures
from imagewidgets.responses import ImagesResponse
from imagewidgets.rules import split

if TYPE_CHECKING:
    from imagewidgets.gallery.lookup import Lookup
    from imagewidgets.operations import AnyRequest


class Gallery(Pictures):
    """A folder of pictures: one ordinary file for each, with its recipe inside and a readable name.

    The files may be looked at, moved into folders inside, renamed, deleted and committed to git: what is recorded is
    found by what is inside of them. The gallery has no index, and no file beside the pictures but the stars (in
    ``.imagewidgets/stars``), and, while a sweep runs on a cluster, marks of what is being asked for (in
    ``.imagewidgets/asked``). Any number of threads and processes may use it at once.

    As a sequence it holds every picture (`Picture`) that is there, the oldest first. For that the recipes are read, in
    some 20 µs each; finding the answer to a request (`find`) opens the files of that answer alone.

    Parameters
    ----------
    folder
        Made when the first picture is recorded.

    Raises
    ------
    InvalidRequestError
        `folder` is a file, or no path.

    Examples
    --------
    >>> import tempfile
    >>> import imagewidgets as iw
    >>> gallery = iw.Gallery(tempfile.mkdtemp())
    >>> client = iw.Client("sketch", gallery=gallery)
    >>> first = client.generate("a red fox in the snow", size="256x256")
    >>> again = client.generate("a red fox in the snow", size="256x256")
    >>> again.replayed, again.digests == first.digests
    (True, True)
    >>> len(gallery), gallery[0].prompt
    (1, 'a red fox in the snow')
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        if not isinstance(folder, str | os.PathLike) or not os.fspath(folder):
            raise InvalidRequestError(
                f"A gallery is a folder, given by its path, not {type(folder).__name__} {folder!r}.", param="gallery"
            )
        self.name = os.fspath(folder)
        """The folder as it was given: what messages call it."""
        self.folder = Path(folder).expanduser().absolute()
        """Where it is, whatever the current folder is later."""
        if self.folder.exists() and not self.folder.is_dir():
            raise InvalidRequestError(
                f"{self.name!r} is a file. A gallery is a folder: give another path.", param="gallery"
            )
        super().__init__(self.folder)
        self._catalogue = Catalogue(self.folder)
        self._moved: dict[str, list[str]] | None = None
        self._tidied = False
        self._lock = threading.Lock()

    # ---- answers

    def find(self, request: AnyRequest, take: int = 0) -> ImagesResponse | None:
        """Return the recorded answer to a request, or None where it is not there with all its pictures.

        Parameters
        ----------
        request
            Typed and checked, from ``client.create_request`` and the like.
        take
            Which of several answers to it, from 0.
        """
        return self.look_up(request, take).response

    def look_up(self, request: AnyRequest, take: int = 0, *, part: int | None = None) -> Lookup:
        """Return what `find` does, and beside it the names of files that cannot be used.

        With `part`, that of the answer to one of the parts that a request goes out in (`rules.split`).
        """
        key = request_digest(request, take, part=part)
        found = lookup.look_up(self.folder, request, key, elsewhere=self._elsewhere)
        if found.response is not None or part is not None:
            return found
        parts = split(request)
        if len(parts) == 1:
            return found
        answers = [self.look_up(each, take, part=number) for number, each in enumerate(parts)]
        responses = [answer.response for answer in answers if answer.response is not None]
        broken = (*found.broken, *(name for answer in answers for name in answer.broken))
        if len(responses) < len(parts):
            return lookup.Lookup(None, broken)
        return lookup.Lookup(ImagesResponse.joined(request, responses, []))

    def record(self, response: ImagesResponse, take: int = 0, *, part: int | None = None) -> list[Path]:
        """Write the pictures of an answer, and return the paths of their files.

        Where this request and take have an answer already, both are kept; the newer one is found from now on.

        Parameters
        ----------
        response
            Its files are kept as they came, with the recipes put inside.
        take
            Which of several answers to the same request it is, from 0.
        part
            Which part of a request it answers that goes out in several.

        Raises
        ------
        OSError
            The disk is full, the folder is read-only, …: nothing was written then.
        """
        with self._lock:
            tidied, self._tidied = self._tidied, True
        if not tidied:
            files.tidy(self.folder)
        contents, suffixes, key = records.files(response, take, part)
        stem = records.stem_of(response)

        def name(edition: int, *, place: int) -> str:
            return records.name(key, stem, suffixes[place], edition=edition, place=place)

        return files.write_together(self.folder, contents, name)

    def seem_recorded(self, asked: Iterable[tuple[AnyRequest, int]]) -> list[bool]:
        """Tell of many requests at once, each with its take, whether `find` finds an answer, as the names of files say.

        The folder is listed once, and no picture is opened (but for the recipes of files that somebody has renamed). A
        file that was cut short counts as one that is whole.
        """
        there = {short: len(paths) for short, paths in lookup.moved(self.folder).items()}

        def seems(request: AnyRequest, take: int, part: int | None) -> bool:
            return there.get(request_digest(request, take, part=part)[:SHORT], 0) >= (request.n or 1)

        def whole_or_in_parts(request: AnyRequest, take: int) -> bool:
            parts = split(request)
            return seems(request, take, None) or (
                len(parts) > 1 and all(seems(part, take, number) for number, part in enumerate(parts))
            )

        return [bool(there) and whole_or_in_parts(request, take) for request, take in asked]

    def takes(self, request: AnyRequest) -> int:
        """Return how many takes of a request are recorded, counted from 0 up to the first that is not."""
        take = 0
        while self.find(request, take) is not None:
            take += 1
        return take

    def _elsewhere(self) -> dict[str, list[str]]:
        """Return where pictures are that have another name or folder than they were given, looked for once.

        What others record later has the names that it should have, and is found by those.
        """
        with self._lock:
            if self._moved is None:
                self._moved = lookup.moved(self.folder)
            return self._moved

    # ---- pictures

    def _paths(self) -> Sequence[str]:
        return self._catalogue.paths()

    def __len__(self) -> int:
        """Return how many pictures there are; no recipe is read for that."""
        return sum(1 for _ in lookup.names(self.folder))

    def __repr__(self) -> str:
        count = len(self)
        return f"Gallery({self.name!r}, {count:,} picture{'' if count == 1 else 's'})"

    def __reduce__(self) -> tuple[type[Gallery], tuple[str]]:
        """Pickle the folder alone, for workers that see the same one."""
        return Gallery, (str(self.folder),)
