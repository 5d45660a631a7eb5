"""Pictures out of a JSON text, before it is parsed.

Nearly all of a reply is base64, and even the quickest parser looks at each byte of it. The end of a text without
backslashes is its next quotation mark, which is found five times as fast.
"""

from __future__ import annotations

import re

import pybase64

_PICTURE = re.compile(rb'"b64_json"\s*:\s*"(?!")')


def lift(text: bytes | bytearray) -> tuple[bytes, dict[bytes, bytes]]:
    """Take the pictures out of a reply.

    Only what is whole, plain base64 and not empty is taken; all else stays where it is. The quotation marks of the key
    cannot be met inside a JSON text, where each has a backslash before it.

    Parameters
    ----------
    text
        The JSON of a reply; it need not be valid.

    Returns
    -------
    tuple
        The reply with a mark in place of each picture that was taken, a JSON string as valid as the picture was; and
        the pictures by their marks, quotation marks included.
    """
    view = memoryview(text)
    parts: list[bytes | bytearray] = []
    pictures: dict[bytes, bytes] = {}
    kept = 0  # where the part begins that is not in `parts` yet
    for_next = 0
    while found := _PICTURE.search(text, for_next):
        start = for_next = found.end()
        end = text.find(b'"', start)
        if end < 0:
            break
        try:
            picture = pybase64.b64decode(view[start:end], validate=True)
        except ValueError:  # white space, an address, an escaped slash, no picture: for those who read it whole
            continue
        mark = b'"#%d"' % len(pictures)  # no base64 text has this sign
        pictures[mark] = picture
        parts += (text[kept : start - 1], mark)
        kept = for_next = end + 1
    return b"".join((*parts, text[kept:])), pictures
