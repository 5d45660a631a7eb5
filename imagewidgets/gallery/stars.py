"""Which pictures have a star: an empty file each, named by the digest of the pixels.

So a star is given and taken in one step, by any number of processes; it stays with a picture that is moved or renamed,
and git can merge it.
"""

from __future__ import annotations

from pathlib import Path

from imagewidgets.gallery.files import DESK


class Stars:
    """The stars of a gallery.

    Parameters
    ----------
    folder
        Of the gallery.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / DESK / "stars"

    def all(self) -> frozenset[str]:
        """Return the digests of all pictures that have a star."""
        if not self._folder.is_dir():
            return frozenset()
        return frozenset(path.name for path in self._folder.iterdir())

    def __contains__(self, digest: str) -> bool:
        return bool(digest) and (self._folder / digest).exists()

    def put(self, digest: str, *, on: bool) -> None:
        """Give a star, or take it away.

        Raises
        ------
        OSError
            The folder cannot be written to.
        """
        path = self._folder / digest
        if on:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.touch()
        else:
            path.unlink(missing_ok=True)
