"""Where things join on a drawing: crown, eyes, neck, hand, back.

Animals have a table; of people the eyes are found by their colour, which is the same in all drawings.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.drawings import SITTING_HEIGHT, drawing, file_text
from imagewidgets.local.sketch.fills import MAP_SCALE, fill_map
from imagewidgets.local.sketch.vocabulary import AS_ROLE, glyph

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
    animal, _, role = key.partition(AS_ROLE)
    if key in artwork["heads"]:
        x, y, width, eyes_x, eyes_y, eyes_width, tilt = artwork["heads"][key]
        head = Head((x, y), width, (eyes_x, eyes_y), eyes_width, tilt)
    elif animal in artwork["face_heads"]:
        y, eyes_y, eyes_width = artwork["face_heads"][animal]
        head = Head((FACE_CENTRE, y), FACE_WIDTH, (FACE_CENTRE, eyes_y), eyes_width)
        head = _on_body(head) if role else head
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
    head_only = key in kind("head_only_people") or key in table("artwork")["characters"]
    if len(columns) > 3:
        x, y = float(np.median(columns)) / MAP_SCALE + 0.25, float(np.median(rows)) / MAP_SCALE
        span = min(max(6.0, float(np.ptp(columns)) / MAP_SCALE), 11.0 if head_only else 8.5)
    else:
        x, y, span = 18.0, 15.0, 9.0
    head = Head((x, y - span * 1.15), span * 2.1, (x, y), span * 1.75)
    head = _on_body(head) if whole and head_only else head
    return replace(head, crown=(head.crown[0], max(1.0, head.crown[1])))


def _on_body(head: Head) -> Head:
    """Give a head, as large and where it is above a standing body."""
    (crown_x, crown_y), (x, y), (left, top) = head.crown, head.eyes, HEAD_OFFSET
    return Head(
        (crown_x * HEAD_SCALE + left, crown_y * HEAD_SCALE + top),
        head.width * HEAD_SCALE,
        (x * HEAD_SCALE + left, y * HEAD_SCALE + top),
        head.eyes_width * HEAD_SCALE,
        head.tilt,
    )
