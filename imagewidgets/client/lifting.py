"""Pictures out of a JSON text, before it is parsed.

Nearly all of a reply is base64, and even the quickest parser looks at each byte of it. The end of a text without
backslashes is its next quotation mark, which is found five times as fast.

A large reply is not even collected: its pictures are taken out of a window that it passes through. So it needs the
memory of its pictures and of one window; and giving fresh memory takes the system longer than base64 takes to decode.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pybase64

_PICTURE = re.compile(rb'"b64_json"\s*:\s*"(?!")')
_KEY_ROOM = 64  # bytes at the end of what has come in which a key may have begun, with white space around its colon
WINDOW = 1 << 21  # bytes; the base64 of most pictures of 1024 × 1024 px is shorter


def lift(text: bytes | bytearray, pictures: Mapping[bytes, bytes] | None = None) -> tuple[bytes, dict[bytes, bytes]]:
    """Take the pictures out of a reply.

    Only what is whole, plain base64 and not empty is taken; all else stays where it is. The quotation marks of the key
    cannot be met inside a JSON text, where each has a backslash before it.

    Parameters
    ----------
    text
        The JSON of a reply; it need not be valid.
    pictures
        Those that were taken out of it before.

    Returns
    -------
    tuple
        The reply with a mark in place of each picture that was taken, a JSON string as valid as the picture was; and
        the pictures by their marks, quotation marks included.
    """
    pictures = dict(pictures or {})
    parts: list[bytes] = []
    _take(text, len(text), parts, pictures, whole=True)
    return b"".join(parts), pictures


def lift_arriving(
    read_into: Callable[[memoryview], int], length: int, *, window: int
) -> tuple[bytes, dict[bytes, bytes], int]:
    """Take the pictures out of a reply as it comes.

    Parameters
    ----------
    read_into
        Puts what comes next into a place, and returns how many bytes there were: none only where no more will come.
    length
        Of the reply, in bytes.
    window
        How many bytes are looked at together. It grows to the longest picture.

    Returns
    -------
    tuple
        As `lift` of what came, and how many bytes did not come. A key with much white space may be left where it is.
    """
    pictures: dict[bytes, bytes] = {}
    parts: list[bytes] = []
    text = bytearray(min(length, window))
    held = 0
    while length:
        if held == len(text):
            text += bytes(min(len(text), length))
        with memoryview(text) as view, view[held : held + length] as free:
            count = read_into(free)
        if not count:
            break
        held += count
        length -= count
        used = _take(text, held, parts, pictures, whole=False)
        with memoryview(text) as view:
            view[: held - used] = view[used:held]
        held -= used
    parts.append(bytes(text[:held]))
    return b"".join(parts), pictures, length


def _take(text: bytes | bytearray, stop: int, parts: list[bytes], pictures: dict[bytes, bytes], *, whole: bool) -> int:
    """Add the text before `stop` to the parts of an outline, and the pictures in it to the others.

    Of a text that is not `whole`, the end stays where it is if a picture or a key may have begun there. Returns the
    length of what was taken.
    """
    kept = 0  # where the part begins that is not in `parts` yet
    for_next = 0
    with memoryview(text) as view:
        while found := _PICTURE.search(text, for_next, stop):
            start = for_next = found.end()
            end = text.find(b'"', start, stop)
            if end < 0:
                break
            try:
                with view[start:end] as encoded:
                    picture = pybase64.b64decode(encoded, validate=True)
            except ValueError:  # white space, an address, an escaped slash, no picture: for those who read it whole
                continue
            mark = b'"#%d"' % len(pictures)  # no base64 text has this sign
            pictures[mark] = picture
            parts += (bytes(view[kept : start - 1]), mark)
            kept = for_next = end + 1
        used = stop if whole else max(kept, found.start() if found else stop - _KEY_ROOM)
        parts.append(bytes(view[kept:used]))
    return used
