"""Where things join on a drawing: crown, eyes, neck, hand, back.

Animals have a table; of people the eyes are found by their colour, which is the same in all drawings.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.drawings import SITTING_HEIGHT, drawing, file_text
from imagewidgets.local.sketch.fills import MAP_SCALE, fill_map
from imagewidgets.local.sketch.vocabulary import glyph

Point = tuple[float, float]
EYE_FILL = "#662113"
HEAD_ROWS = 26  # units from the top in which a person's eyes lie
HEAD_SCALE, HEAD_OFFSET = 0.82, (3.2, -1.5)  # of heads set on a body, as in drawings.py
FACE_CENTRE, FACE_WIDTH = 18.0, 22.0


@dataclass(frozen=True)
class Head:
    """A head in units: crown, eyes, their widths, and the tilt in degrees, counter-clockwise."""

    crown: Point
    width: float
    eyes: Point
    eyes_width: float
    tilt: float = 0.0


@dataclass(frozen=True)
class Anchors:
    """Named points of a drawing in units, with the head they belong to."""

    head: Head
    neck: Point
    hand: Point
    back: Point

    @property
    def points(self) -> dict[str, Point]:
        """All points by name."""
        return {
            "crown": self.head.crown,
            "eyes": self.head.eyes,
            "neck": self.neck,
            "hand": self.hand,
            "back": self.back,
        }


@functools.lru_cache(maxsize=512)
def anchors(key: str, *, whole: bool = True) -> Anchors:
    """Give the anchors of a drawing."""
    artwork = table("artwork")
    height = drawing(key, whole=whole).height
    if key in artwork["heads"]:
        x, y, width, eyes_x, eyes_y, eyes_width, tilt = artwork["heads"][key]
        head = Head((x, y), width, (eyes_x, eyes_y), eyes_width, tilt)
    elif key in artwork["face_heads"]:
        y, eyes_y, eyes_width = artwork["face_heads"][key]
        head = Head((FACE_CENTRE, y), FACE_WIDTH, (FACE_CENTRE, eyes_y), eyes_width)
    elif glyph(key).is_person:
        head = _person_head(key, whole=whole)
    else:
        head = Head((18, 3), 18, (18, 14), 16)
    if height > SITTING_HEIGHT:
        neck, hand = (head.eyes[0], 29.0), (30.0, 48.0)
    elif height == SITTING_HEIGHT:
        neck, hand = (18.0, 33.5), (27.0, 44.0)
    else:  # side views look left: the neck is behind and under the eye
        behind = 0.0 if abs(head.eyes[0] - head.crown[0]) < 0.3 else 0.5 * head.width
        neck, hand = (head.eyes[0] + behind, head.eyes[1] + 0.6 * head.width), (31.0, 27.0)
    if key in artwork["necks"]:
        neck = tuple(artwork["necks"][key])
    back = artwork["backs"].get(key, (18, 10))
    return Anchors(head, neck, hand, (back[0], back[1]))


def _person_head(key: str, *, whole: bool) -> Head:
    fills, seen = fill_map(file_text(key))
    is_eye = np.isin(seen, [i for i, fill in enumerate(fills) if fill == EYE_FILL])[: HEAD_ROWS * MAP_SCALE]
    rows, columns = np.nonzero(is_eye)
    head_only = key in kind("head_only_people")
    if len(columns) > 3:
        x, y = float(np.median(columns)) / MAP_SCALE + 0.25, float(np.median(rows)) / MAP_SCALE
        span = min(max(6.0, float(np.ptp(columns)) / MAP_SCALE), 11.0 if head_only else 8.5)
    else:
        x, y, span = 18.0, 15.0, 9.0
    crown, width, eyes_width = y - span * 1.15, span * 2.1, span * 1.75
    if whole and head_only:
        x, y, crown = (
            x * HEAD_SCALE + HEAD_OFFSET[0],
            y * HEAD_SCALE + HEAD_OFFSET[1],
            crown * HEAD_SCALE + HEAD_OFFSET[1],
        )
        width, eyes_width = width * HEAD_SCALE, eyes_width * HEAD_SCALE
    return Head((x, max(1.0, crown)), width, (x, y), eyes_width)
