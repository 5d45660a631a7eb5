"""The bytes of a picture, out of paths and file objects, and what to say where there are none."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any

from imagewidgets.errors import InvalidRequestError

_FILE_NAME = re.compile(r"\.\w{2,5}$")  # what ends like this is hardly a prompt
_SHOWN = 80  # characters of a path in a message


def from_path(path: str) -> bytes:
    """Return the bytes of the file at a path, or refuse in words: a prompt given for a path is met here too."""
    if not path:
        raise refusal("An empty text is no picture. Give the path of an image file.")
    shown = repr(path if len(path) <= _SHOWN else path[:_SHOWN] + "…")
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        if isinstance(error, IsADirectoryError | PermissionError) and Path(path).is_dir():  # Windows has the latter
            raise refusal(f"{shown} is a folder. Give one image file in it.") from error
        swapped = " Did you swap image and prompt?" if " " in path and not _FILE_NAME.search(path) else ""
        if isinstance(error, ValueError | FileNotFoundError) or error.errno == errno.ENAMETOOLONG:
            raise refusal(f"There is no file {shown}.{swapped or ' Check the path.'}") from error
        raise refusal(f"{shown} cannot be read: {error.strerror}.") from error


def from_file(file: Any) -> Any:
    """Return what a file object holds; one that stands at its end, as after writing, is read from its start."""
    try:
        data = file.read()
        if data == b"" and file.seekable():
            file.seek(0)
            data = file.read()
    except (OSError, ValueError) as error:  # ValueError: it is closed, or it is text and cannot be decoded
        raise refusal(
            f"The file object cannot be read ({error}). Open it in binary mode, and close it afterwards."
        ) from error
    if data == b"":
        raise refusal("The file object is empty. Give one that holds a picture.")
    return data


def refusal(sentence: str) -> InvalidRequestError:
    """Return the error that says why something is no picture."""
    return InvalidRequestError(sentence, param="image")
