"""What the browser sends to a mask canvas, read with the distrust that a network deserves.

What changes the mask is numbered 1, 2, 3, … by each browser session, and taken exactly once and in order. A number that
was done already is not done again; one that comes too early means that another was lost on the way. In both cases the
answer says up to which number all is done, and the browser sends again from the next one on (go-back-N).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from imagewidgets.mask import operations as ops

if TYPE_CHECKING:
    from collections.abc import Sequence

SESSIONS = 32
"""Browser sessions that are remembered, those heard of last: each reload of a page makes one."""

LARGEST_FILE = 256_000_000
"""Largest picture file that is taken from a browser, bytes."""

_NUMBERS = 4
"""Bytes of a coordinate on its way from the browser: 32-bit floats."""


class Sessions:
    """How far each browser session has been answered."""

    def __init__(self) -> None:
        self._answered: OrderedDict[str, int] = OrderedDict()

    @property
    def answered(self) -> Mapping[str, int]:
        """The number of the last message of each session that is done."""
        return self._answered

    def take(self, session: str, number: int) -> bool:
        """Return whether this message's turn is now; if so, it counts as done."""
        done = self._answered.get(session, 0)
        next_one = number == done + 1
        self._answered[session] = number if next_one else done
        self._answered.move_to_end(session)
        while len(self._answered) > SESSIONS:
            self._answered.popitem(last=False)
        return next_one


class Upload:
    """A file that comes in parts, numbered from 0; a message is never larger than what notebook servers let pass."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def add(self, part: int, parts: int, data: bytes) -> bytes | None:
        """Take the next part; return the whole file with the last one.

        Raises
        ------
        ValueError
            A part is missing, or the file is too large. The parts before are forgotten.
        """
        if part == 0:
            self._parts = []
        if part != len(self._parts):
            self._parts = []
            raise ValueError("The file did not arrive whole. Send it again.")
        self._parts.append(data)
        if sum(map(len, self._parts)) > LARGEST_FILE:
            self._parts = []
            raise ValueError(
                f"The file has more than {LARGEST_FILE // 1_000_000} MB. Set canvas.image to its path instead."
            )
        if part + 1 < parts:
            return None
        whole, self._parts = b"".join(self._parts), []
        return whole


def read_operation(
    content: Mapping[str, Any], buffers: Sequence[memoryview], offset: tuple[int, int] = (0, 0)
) -> ops.Operation:
    """Return the operation of a "do" message.

    Parameters
    ----------
    content
        "operation": as `operations.to_json` writes it. Of one drawn with a free hand, the points are in a buffer.
    buffers
        None, or one: the points as 32-bit floats, x and y of each; with the operation's "pressure" true, x, y and the
        diameter of the brush there.
    offset
        What is added to its coordinates, px: the picture may have been extended since.

    Raises
    ------
    ValueError
        There is no such operation; the message says why, as a sentence.
    """
    fields = dict(content["operation"])
    pressed = fields.pop("pressure", False)
    if buffers:
        columns = 3 if pressed else 2
        if len(buffers[0]) % (_NUMBERS * columns):
            raise ValueError("The points of what was drawn did not arrive whole. Draw it again.")
        numbers = np.frombuffer(buffers[0], "<f4").reshape(-1, columns).astype(np.float64)
        fields["points"] = numbers[:, :2].tolist()
        if pressed:
            fields["widths"] = numbers[:, 2].tolist()
    _move(fields, offset)
    (operation,) = ops.from_json([{name: _rounded(value) for name, value in fields.items()}])
    return operation


def sentence(error: Exception) -> str:
    """Return what an error says to a person, without the place in the data that JSON readers add."""
    return str(error).partition(" - at `$")[0]


def _move(fields: dict[str, Any], offset: tuple[int, int]) -> None:
    """Move everything in an operation's fields that is a place."""
    for name, by in zip("xy", offset, strict=True):
        if name in fields:
            fields[name] += by
    places = [*fields.get("points", ()), *(fields[name] for name in ("start", "end") if name in fields)]
    for place in places:
        place[0] += offset[0]
        place[1] += offset[1]


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return round(value, ops.DECIMALS) if isinstance(value, float) else value
