"""`extra`: parameters that go out unchecked, but for what would change the request behind its back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from imagewidgets.errors import InvalidRequestError

# What rules, costs and the reading of the answer hang on: never by extra, whether it was set or not.
OWN_PARAMETERS = frozenset({"prompt", "model", "n", "image", "mask", "stream"})


def check_extra(extra: object, given: Mapping[str, object]) -> dict[str, Any]:
    """Return a copy of `extra`, or refuse it.

    Parameters
    ----------
    extra
        What the caller gave, or None.
    given
        The named parameters of the request; None where one was left out.

    Raises
    ------
    InvalidRequestError
        It is no mapping from text to JSON values, or it repeats a parameter of `given` or one of `OWN_PARAMETERS`.
    """
    if extra is None:
        return {}
    if not isinstance(extra, Mapping):
        raise _refused(f"extra must be a mapping such as {{'steps': 4}}, not {type(extra).__name__}.", "invalid_type")
    for name, value in extra.items():
        if not isinstance(name, str):
            raise _refused(f"extra has the name {name!r}, which is no text.", "invalid_type")
        if name in OWN_PARAMETERS or given.get(name) is not None:
            raise _refused(
                f"extra holds {name!r}, which is a parameter of its own. Give it as {name}=.", "invalid_value"
            )
        try:
            json.dumps({name: value}, allow_nan=False, ensure_ascii=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise _refused(
                f"extra: the value of {name!r} cannot be written as JSON. It takes text, numbers, True, False, None, "
                "lists and dicts.",
                "invalid_type",
            ) from error
    return dict(extra)


def _refused(message: str, code: str) -> InvalidRequestError:
    return InvalidRequestError(message, param="extra", code=code)
