"""Where the actors stand and how large they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from imagewidgets.local.sketch.actors import Actor
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.sprites import Sprite, sprite
from imagewidgets.local.sketch.vocabulary import glyph

Box = tuple[int, int, int, int]  # left, top, right, bottom in px

SIZE_OF = {1: 0.56, 2: 0.4, 3: 0.3, 4: 0.24}  # of the shorter side, by how many there are
YOUNG, BIG, SMALL, PORTRAIT = 0.78, 1.3, 0.66, 1.35
ROW_SHARE, LARGEST = 0.9, 0.62  # of the width for a row, of the shorter side for one subject
BALLOON_COLORS = ("red", "yellow", "turquoise", "purple", "orange", "pink")
BODY_RATIO = 1.2  # a standing figure may be this much taller than others are long
MOUNT_ROOM, SEAT_ROOM = 1.25, 1.45
OUTLINE = 56  # a rim's width is one part of so many of the size
IN_BOX, BACKDROP = 0.92, 0.72  # of a box's shorter side, of the picture's


@dataclass(frozen=True)
class Spot:
    """One copy of one actor: its middle `x` and `size` in px, `depth` from 0 (far) to 1 (near)."""

    actor: int
    copy: int
    x: float
    depth: float
    size: float
    rows: int
    above: bool = False
    backdrop: bool = False


def color_of(name: str | None) -> str | None:
    """Give ``#rrggbb`` of a colour word."""
    return table("modifiers")["colors"][name] if name else None


def figure(plan: Plan, actor: Actor, copy: int, size: float) -> Sprite:
    """Give the actor itself, without its parts."""
    subject = actor.subject
    key = subject.glyphs[copy % len(subject.glyphs)]
    color = subject.color or (BALLOON_COLORS[copy % 6] if key == "🎈" and subject.count > 1 else None)
    volume = plan.place != "plain" or plan.transparent
    probe = sprite(key, 64, None, plan.whole_bodies)
    tall = plan.whole_bodies and probe.height > 62 and probe.width < 50
    longest = int(size * (BODY_RATIO if tall else 1))
    drawn = sprite(key, longest, color_of(color), plan.whole_bodies, volume)
    if plan.place == "plain" and not plan.transparent:  # a white cup on a white ground needs a rim
        drawn = drawn.outlined(max(1, longest // OUTLINE))
    return drawn.turned(table("artwork")["turn"].get(key, 0))


def arrange(plan: Plan, width: int, height: int, box: Box | None = None) -> list[Spot]:
    """Give a spot to each copy of each actor, far ones first; with a box, all of them inside of it."""
    if not plan.actors:
        return []
    if box is not None:
        side = min(box[2] - box[0], box[3] - box[1]) * IN_BOX
        total = sum(actor.subject.count for actor in plan.actors)
        spots = _in_rows(plan, range(len(plan.actors)), box[2] - box[0], side / (1 if total == 1 else 1.5))
        return [replace(spot, x=box[0] + spot.x) for spot in spots]
    short = min(width, height)
    behind = [i for i, actor in enumerate(plan.actors) if _is_backdrop(plan, actor)]
    high = [i for i in range(len(plan.actors)) if i not in behind and _is_high(plan, i)]
    low = [i for i in range(len(plan.actors)) if i not in behind and i not in high]
    spots, flying = _backdrops(plan, behind, width, short), list[Spot]()
    if not low:  # all of them fly: there is no row below them
        low, high = high, []
    if high:
        in_air = _in_rows(plan, high, width, short * _size(plan, high) * 0.8)
        flying = [replace(spot, above=True, rows=1) for spot in in_air]
    size = short * _size(plan, low) * plan.zoom
    ground = _in_rows(plan, low, width, size)
    if len(ground) == 1 and not high:
        ground = [_alone(plan, ground[0], width, short)]
    elif ground and ground[0].rows == 1:
        ground = _spread(plan, ground, width)
    return [*spots, *ground, *flying]


def _size(plan: Plan, which: Sequence[int]) -> float:
    """Give the size of each of some actors' copies, as a fraction of the shorter side."""
    total = sum(plan.actors[i].subject.count for i in which)
    size = SIZE_OF.get(total, max(0.14, 0.62 / max(1, total) ** 0.62))
    return float(size) * (PORTRAIT if (plan.portrait or plan.transparent) and total == 1 else 1)


def _is_backdrop(plan: Plan, actor: Actor) -> bool:
    """Whether others stand in front of it."""
    return actor.subject.relation == "before" and len(plan.actors) > 1


def _is_high(plan: Plan, i: int) -> bool:
    """Whether an actor is above the others: what flies, or what the prompt puts above the next one."""
    if plan.transparent or plan.place == "plain":
        return False
    actor, after = plan.actors[i], plan.actors[i + 1 : i + 2]
    return actor.subject.glyph in kind("air") or any(other.subject.relation == "above" for other in after)


def _backdrops(plan: Plan, which: Sequence[int], width: int, short: int) -> list[Spot]:
    """Stand large things behind the others, a little beside the middle."""
    side = 0.5 + (0.12 if plan.mirrored else -0.12)
    return [
        Spot(i, 0, width * (side if n == 0 else 1 - side), 0.0, short * BACKDROP, 1, backdrop=True)
        for n, i in enumerate(which)
    ]


def _in_rows(plan: Plan, which: Sequence[int], width: float, size: float) -> list[Spot]:
    """Give every copy a place across `width`, in one row, or in two or three where there are many; far ones first."""
    copies = [(i, copy) for i in which for copy in range(plan.actors[i].subject.count)]
    total = len(copies)
    rows = 1 if total <= 4 else 2 if total <= 8 else 3
    jitter = stream(plan.seed, "layout", *which).random((total, 2)).tolist()
    spots = []
    for place, (i, copy) in enumerate(copies):
        row, column, columns = place % rows, place // rows, -(-(total - place % rows) // rows)
        stagger = (0.25 * (row % 2) - 0.12 * (rows > 1)) * (columns > 1)
        across = (column + 0.5 + stagger) / columns
        x = 0.5 + (across - 0.5) * (0.86 if total > 1 else 0) + (jitter[place][0] - 0.5) * 0.04
        depth = row / (rows - 1) if rows > 1 else 0.5 + 0.3 * (jitter[place][1] - 0.5)
        scale = _scale(plan.actors[i], mixed=len(which) > 1) * (0.82 + 0.34 * depth if rows > 1 else 1)
        spots.append(Spot(i, copy, width * x, depth, size * scale, rows))
    return sorted(spots, key=lambda spot: spot.depth)


def _scale(actor: Actor, *, mixed: bool) -> float:
    subject = actor.subject
    scale = subject.scale * (YOUNG if subject.young else 1)
    if mixed:
        big = subject.glyph in kind("big") or glyph(subject.glyph).is_person
        scale *= BIG if big else SMALL if subject.glyph in kind("small") else 1
    return scale


def _alone(plan: Plan, spot: Spot, width: int, short: int) -> Spot:
    """Stand a single subject somewhat beside the middle, as large as is pleasant."""
    room = _room(plan.actors[spot.actor])
    largest = LARGEST * short * (PORTRAIT if plan.portrait or plan.transparent else 1) / math.sqrt(room)
    shift = 0.0 if plan.portrait or plan.transparent or room > 1 else plan.shift
    return replace(spot, x=spot.x + shift * width, size=min(spot.size, largest))


def _room(actor: Actor) -> float:
    """How many times its own width an actor takes with what it rides or sits on."""
    return MOUNT_ROOM if actor.mount is not None else SEAT_ROOM if actor.seat is not None else 1.0


def _spread(plan: Plan, spots: list[Spot], width: int) -> list[Spot]:
    """Let the real widths decide the places in one row, and one factor fill it."""
    row = sorted(spots, key=lambda spot: spot.x)
    widths = []
    for spot in row:
        actor = plan.actors[spot.actor]
        room = _room(actor)
        drawn = figure(plan, actor, spot.copy, spot.size).width
        widths.append(max(drawn, spot.size * room) if room > 1 else drawn)
    factor = min(1.3, ROW_SHARE * width / (sum(widths) * 1.06))
    gap = (width * 0.94 - factor * sum(widths)) / (len(row) + 1)
    left, placed = width * 0.03 + gap, []
    for spot, wide in zip(row, widths, strict=True):
        placed.append(replace(spot, x=left + wide * factor / 2, size=spot.size * factor))
        left += wide * factor + gap
    return sorted(placed, key=lambda spot: spot.depth)
