"""What a client can be set to: checked when it is made, not at its first request."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

from imagewidgets.errors import InvalidRequestError

if TYPE_CHECKING:
    import os

    from imagewidgets.client.wire import EditForm
    from imagewidgets.gallery import Gallery, Replay, ReplayMode

EDIT_FORMS: tuple[EditForm, ...] = ("multipart", "json", "xai")

LONGEST_TIMEOUT = 2_000_000  # s, about 23 days; the system counts ms in 32 bits


def check_timeout(value: object) -> float:
    """Return a time in s, or refuse what is none.

    Raises
    ------
    InvalidRequestError
        It is no number, not above 0, or above `LONGEST_TIMEOUT`.
    """
    if value is None:
        raise _refused("timeout", "timeout is None, but a request cannot wait for ever. Give it in seconds: 600.")
    if isinstance(value, bool) or not isinstance(value, Real):
        raise _refused("timeout", f"timeout must be a number of seconds, not {type(value).__name__}.")
    seconds = float(value)
    if math.isnan(seconds) or not 0 < seconds <= LONGEST_TIMEOUT:
        raise _refused(
            "timeout", f"timeout is {seconds:g} s; it must be above 0 and no more than {LONGEST_TIMEOUT:,}. Try 600."
        )
    return seconds


def check_max_retries(value: Any) -> int:
    """Return how often to try again, or refuse what is no whole number of at least 0.

    Raises
    ------
    InvalidRequestError
        It is none.
    """
    try:
        count = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        count = -1
    if count < 0:
        given = value if isinstance(value, int | float) else type(value).__name__
        raise _refused("max_retries", f"max_retries must be a whole number of at least 0, not {given}.")
    return count


def check_edits(value: object) -> EditForm | None:
    """Return the form of edits, or refuse what is none.

    Raises
    ------
    InvalidRequestError
        It is none.
    """
    for form in EDIT_FORMS:
        if value == form:
            return form
    if value is None:
        return None
    names = " or ".join(map(repr, EDIT_FORMS))
    raise _refused("edits", f"edits must be {names}, or be left out.")


def check_recipes(value: object) -> Literal["full", "minimal"]:
    """Return how much of a recipe goes into files, or refuse what is no such word.

    Raises
    ------
    InvalidRequestError
        It is none.
    """
    if value == "full":
        return "full"
    if value == "minimal":
        return "minimal"
    raise _refused("recipes", "recipes must be 'full' or 'minimal'.")


def make_replay(gallery: Gallery | str | os.PathLike[str] | None, mode: ReplayMode, *, anyone: bool) -> Replay | None:
    """Return what answers out of a gallery and records in it; None where there is none.

    Raises
    ------
    InvalidRequestError
        `gallery` is no folder, `mode` is none, or it has nothing to answer from.
    """
    if gallery is None:
        if mode != "auto":
            raise _refused("replay", f"replay={mode!r} needs a folder to replay from. Give it as gallery='…'.")
        return None
    from imagewidgets.gallery import Gallery, Replay  # loads what a client without a gallery does not need

    return Replay(gallery if isinstance(gallery, Gallery) else Gallery(gallery), mode, anyone=anyone)


def check_text(name: str, value: object) -> None:
    """Refuse what is neither text nor left out; the sentence does not repeat it, it may hold a key.

    Raises
    ------
    InvalidRequestError
        It is something else.
    """
    if value is not None and not isinstance(value, str):
        raise _refused(name, f"{name} must be text, not {type(value).__name__}.")


def check_mapping(name: str, value: object) -> None:
    """Refuse what is neither a mapping from text to text nor left out; values are not repeated, they may be keys.

    Raises
    ------
    InvalidRequestError
        It is something else.
    """
    if value is None:
        return
    if not isinstance(value, Mapping):
        raise _refused(name, f"{name} must be a mapping from text to text, {{'name': 'value'}}; it is of another kind.")
    for key, text in value.items():
        if not isinstance(key, str):
            raise _refused(name, f"{name} has a name that is no text, but {type(key).__name__}.")
        if not isinstance(text, str):
            raise _refused(name, f"{name}: the value of {key!r} must be text, not {type(text).__name__}.")


def _refused(param: str, message: str) -> InvalidRequestError:
    return InvalidRequestError(message, param=param)
