"""Files that are whole or not there: written aside, brought to the disk, and given their names in one step.

What is killed, or runs out of space, leaves nothing under a name that anybody looks for. No file is ever written over.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from secrets import token_hex

DESK = ".imagewidgets"
"""The hidden folder of a gallery: files that are being written, the stars, and marks of what is being asked for."""

ASKED = "asked"
"""The folder in it with the marks of what is being asked for (`claims`)."""

UNFINISHED = ".part"  # how the names of files end that are being written
STALE = 86_400  # s: what has not been finished for a day never will be
STALE_MARK = 30 * STALE  # s: no run takes longer
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}  # file systems without links


def write_together(folder: Path, contents: Sequence[bytes], name: Callable[..., str]) -> list[Path]:
    """Write files that belong together, each under the first name that is free, and return their paths.

    All are on the disk before the first of them is seen. They appear one after the other, within less than a
    millisecond; whoever reads them has to see whether all are there.

    Parameters
    ----------
    folder
        Made where there is none.
    contents
        One for each file.
    name
        Returns the name of the file at this `place` in this edition, from 1: editions are tried until one is free.

    Raises
    ------
    OSError
        The disk is full, the folder cannot be written to, …; nothing has been written then.
    """
    desk = folder / DESK
    desk.mkdir(parents=True, exist_ok=True)
    unfinished: list[Path] = []
    named: list[Path] = []
    try:
        for content in contents:
            unfinished.append(desk / f"{token_hex(8)}{UNFINISHED}")
            _write(unfinished[-1], content)
        for place, source in enumerate(unfinished):
            named.append(_name(source, folder, partial(name, place=place)))
        _sync_folder(folder)
    except OSError:
        for target in named:
            with suppress(OSError):  # the first error is the one to tell
                target.unlink()
        raise
    finally:
        for path in unfinished:
            with suppress(OSError):  # what is left is taken away another day (`tidy`)
                path.unlink(missing_ok=True)
    return named


def tidy(folder: Path) -> None:
    """Take away what was being written or asked for when its process ended, long ago."""
    desk = folder / DESK
    for paths, age in (desk.glob(f"*{UNFINISHED}"), STALE), ((desk / ASKED).glob("*"), STALE_MARK):
        oldest = time.time() - age
        for path in paths:
            with suppress(OSError):  # another process may be quicker, or the folder read-only
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name(source: Path, folder: Path, name: Callable[[int], str]) -> Path:
    """Give a file the first name that is free, and return its path; no other file is ever replaced."""
    for edition in count(1):
        target = folder / name(edition)
        try:
            os.link(source, target)  # unlike a renaming, that fails where there is a file
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if target.exists():  # without links, two processes at the very same name are not told apart
                continue
            source.rename(target)
        return target
    raise AssertionError("unreachable: there is always another edition")


def _sync_folder(folder: Path) -> None:
    """Bring the names themselves to the disk, where folders can be opened."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
