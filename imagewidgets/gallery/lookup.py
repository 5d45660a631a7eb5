"""Finding the answer to a request among the files of a folder, by their names and the recipes inside them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagewidgets.errors import InvalidRequestError
from imagewidgets.gallery.naming import PLAIN_STEM, SHORT, Name, stem
from imagewidgets.gallery.records import Record
from imagewidgets.images.embedding import SUFFIXES, recipe_in
from imagewidgets.images.recipes import own_recipe
from imagewidgets.images.whole import open_whole
from imagewidgets.responses import ImagesResponse

if TYPE_CHECKING:
    from imagewidgets.operations import AnyRequest

PICTURES = tuple(f".{suffix}" for suffix in (*SUFFIXES, "jpeg"))
"""The suffixes of files that are pictures of a gallery."""


MOST_MISSING = 3  # editions that may have been deleted in a row, with others behind them that are still found


@dataclass(frozen=True)
class Lookup:
    """What was found: the answer, or None; and the names of files that belong to it and cannot be used."""

    response: ImagesResponse | None
    broken: tuple[str, ...] = ()


def names(folder: str | os.PathLike[str], *, visited: list[str] | None = None) -> Iterator[str]:
    """Yield the path of each picture file of a gallery, in no order; hidden folders and links to folders are left out.

    A folder that cannot be read holds nothing. The folders looked into are added to `visited`.
    """
    waiting = [os.fspath(folder)]
    visited = [] if visited is None else visited
    while waiting:
        visited.append(waiting.pop())
        try:
            with os.scandir(visited[-1]) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.name.lower().endswith(PICTURES):
                        yield entry.path
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue  # it has gone meanwhile, or is somebody else's


def read(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return the recipe in a file; None where it has none of ours, or cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return recipe_in(file)
    except OSError:
        return None


def moved(folder: Path) -> dict[str, list[str]]:
    """Return the paths of all recorded pictures by the first digits of the digest that they answer.

    Names that say nothing of it were given by a person: there, the recipe inside is read.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in names(folder):
        name = Name.read(path)
        if name is not None:
            found[name.short].append(path)
        elif (record := Record.of(read(path))) is not None:
            found[record.digest[:SHORT]].append(path)
    return dict(found)


def look_up(
    folder: Path, request: AnyRequest, key: str, *, elsewhere: Callable[[], Mapping[str, Sequence[str]]]
) -> Lookup:
    """Return the newest answer whose pictures are all there.

    Parameters
    ----------
    folder
        The gallery.
    request, key
        What is asked, and its digest.
    elsewhere
        Returns the paths of files that may belong to it, by the first digits of the digest: called where the names
        that it should have are not there.
    """
    files = _by_name(folder, request, key)
    found = _complete(files, key)
    if not found:
        files += [(path, read(path)) for path in elsewhere().get(key[:SHORT], ()) if Path(path).exists()]
        found = _complete(files, key)
    broken = [Path(path).name for path, recipe in files if recipe is None]
    for answer in sorted(found, key=lambda pictures: pictures[0][1].recorded, reverse=True):
        response, wrong = _opened(request, [path for path, _ in answer])
        if response is not None:
            return Lookup(response)
        broken += wrong
    return Lookup(None, tuple(dict.fromkeys(broken)))


_File = tuple[str, "dict[str, Any] | None"]


def _by_name(folder: Path, request: AnyRequest, key: str) -> list[_File]:
    """Return the files that bear the names which follow from the request, with their recipes."""
    files: list[_File] = []
    for words in dict.fromkeys((stem(request), PLAIN_STEM)):
        first = _editions(folder, words, key, 1)
        counts = [record.count for _, recipe in first if (record := Record.of(recipe))]
        files += first
        for number in range(2, max(counts, default=1) + 1):
            files += _editions(folder, words, key, number)
    return files


def _editions(folder: Path, words: str, key: str, number: int) -> list[_File]:
    """Return the files of the pictures at this place of the answers that were recorded one after the other."""
    files: list[_File] = []
    missing = 0
    for edition in count(1):
        beginning = f"{folder}{os.sep}{Name(key[:SHORT], edition, number).file(words)}."
        paths = [path for suffix in SUFFIXES if os.path.exists(path := beginning + suffix)]  # noqa: PTH110 (5 × as quick)
        files += [(path, read(path)) for path in paths]
        missing = 0 if paths else missing + 1
        if missing == MOST_MISSING:
            break
    return files


def _complete(files: Sequence[_File], key: str) -> list[list[tuple[str, Record]]]:
    """Return the answers to the request with this digest that have all their pictures, each in its order."""
    answers: defaultdict[str, dict[int, tuple[str, Record]]] = defaultdict(dict)
    for path, recipe in files:
        record = Record.of(recipe)
        if record is not None and record.digest == key:
            answers[record.answer].setdefault(record.number, (path, record))
    return [
        [pictures[number] for number in sorted(pictures)]
        for pictures in answers.values()
        if len(pictures) == next(iter(pictures.values()))[1].count
    ]


def _opened(request: AnyRequest, paths: Sequence[str]) -> tuple[ImagesResponse | None, list[str]]:
    """Return the answer in these files, or the names of those that are not whole."""
    files, images, wrong = [], [], []
    for path in paths:
        try:
            data = Path(path).read_bytes()
            images.append(open_whole(data))
            files.append(data)
        except (OSError, InvalidRequestError):
            wrong.append(Path(path).name)
    if wrong:
        return None, wrong
    recipes = [own_recipe(image) or {} for image in images]
    first = recipes[0]
    created, usage, revised = first.get("created"), first.get("usage"), [each.get("revised_prompt") for each in recipes]
    record = Record.of(first)
    response = ImagesResponse(
        images,
        request=request,
        created=created if isinstance(created, int) else 0,
        files=files,
        model=first.get("model"),
        service=first.get("service"),
        usage=usage if isinstance(usage, dict) else None,
        request_id=first.get("request_id"),
        revised_prompts=revised,
        replayed=True,
        recorded=True,
        take=None if record is None else record.take,
    )
    return response, []
