"""Server-sent events: the text of a stream to the JSON objects in it.

By the WHATWG standard: lines end in LF, CR LF or CR, comments are skipped, several ``data`` lines are one text.
The ``event`` line is ignored, for the objects carry their own type, and some gateways send a wrong one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

END_MARK = "[DONE]"  # some gateways close a stream with it


def events(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the object of each event, as soon as it is complete.

    Raises
    ------
    ValueError
        The data of an event is no JSON object.
    """
    data: list[str] = []
    for line in _lines(chunks):
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            text = "\n".join(data)
            data = []
            if text.strip() != END_MARK:
                value = json.loads(text)
                if not isinstance(value, dict):
                    raise ValueError("an event that is no object")
                yield value


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield whole lines; what follows the last line end is no line, and a stream that breaks off there is incomplete.

    A partial picture is one line of megabytes that comes in hundreds of chunks: they are joined once, at its end.
    """
    parts: list[bytes] = []
    after_cr = False
    for chunk in chunks:
        if after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        after_cr = chunk.endswith(b"\r") if chunk else after_cr
        pieces = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for piece in pieces[:-1]:
            yield b"".join([*parts, piece]).decode("utf-8", "replace")
            parts = []
        if pieces[-1]:
            parts.append(pieces[-1])
