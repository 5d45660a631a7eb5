"""Where the actors stand and how large they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from imagewidgets.local.sketch.actors import UMBRELLAS, Actor
from imagewidgets.local.sketch.data import kind
from imagewidgets.local.sketch.links import Link, find_links
from imagewidgets.local.sketch.placing import PLACES, carries, highest, placed_around
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.spots import HUGE, USUAL, Spot, figure, is_grounded, stature

Box = tuple[int, int, int, int]  # left, top, right, bottom in px

SIZE_OF = {1: 0.56, 2: 0.4, 3: 0.3, 4: 0.24}  # of the shorter side, by how many there are
YOUNG, PORTRAIT = 0.78, 1.35
ROW_SHARE, LARGEST = 0.9, 0.62  # of the width for a row, of the shorter side for one subject
MOUNT_ROOM, SEAT_ROOM = 1.25, 1.45
CROWDED = 0.86  # how much smaller is who sits and wears a hat
SHELTERED = 0.8  # how much smaller is who holds an umbrella over the head
SPAN, LONGEST_SPAN = 1.0, 1.1  # of the width for a bridge over water, of the shorter side
GROWN = 1.22  # how much larger a building is drawn that stands alone
IN_BOX, BACKDROP = 0.92, 0.72  # of a box's shorter side, of the picture's
CARRIER, TREE = 1.15, 1.35  # how much larger is drawn what others are on or in, and what they are under
LEAST_SCALE, MOST_SCALE, HINT = 0.6, 1.4, 0.42  # of things of different sizes in one row; the power of their ratio
TOP_MARGIN = 0.03  # of the height that stays free above things on each other
SKY_ASIDE = 0.27  # of the width by which what flies keeps away from who stands below
SKY_SIZE = 0.5  # of the size of others: sun, moon and clouds


def arrange(plan: Plan, width: int, height: int, box: Box | None = None) -> list[Spot]:
    """Give a spot to each copy of each actor, in the order in which they are drawn; with a box, all inside of it."""
    if not plan.actors:
        return []
    if box is not None:
        return _in_box(plan, box)
    links = find_links(plan.actors)
    children = {link.child for link in links if link.how in PLACES and link.how != "reflected"}
    short = min(width, height)
    free = [i for i in range(len(plan.actors)) if i not in children]
    behind = [i for i in free if _is_backdrop(plan, plan.actors[i])]
    high = [i for i in free if i not in behind and _is_high(plan, i) and not carries(links, i)]
    low = [i for i in free if i not in behind and i not in high]
    spots, flying = _backdrops(plan, behind, width, short), list[Spot]()
    if not low:  # all of them fly: there is no row below them
        low, high = high, []
    low = _ordered(low, links)
    size = short * _size(plan, low) * plan.zoom
    ground = _between(_in_rows(plan, low, width, size, links), links)
    if len(ground) == 1 and not high:
        ground = [_alone(plan, ground[0], width, short)]
    elif ground and ground[0].rows == 1:
        ground = _spread(plan, ground, width)
    if high:
        in_air = _in_rows(plan, high, width, short * _size(plan, high) * 0.8, links)
        flying = [replace(spot, above=True, rows=1) for spot in _aside(plan, in_air, ground, width)]
    return [*_far(plan, flying), *spots, *_with_others(plan, ground, links, width, height), *_near(plan, flying)]


def _in_box(plan: Plan, box: Box) -> list[Spot]:
    side = min(box[2] - box[0], box[3] - box[1]) * IN_BOX
    total = sum(actor.subject.count for actor in plan.actors)
    everyone = range(len(plan.actors))
    spots = _in_rows(plan, everyone, box[2] - box[0], side / (1 if total == 1 else 1.5), ())
    return [replace(spot, x=box[0] + spot.x) for spot in spots]


# ---------------------------------------------------------------------- who is where
def _size(plan: Plan, which: Sequence[int]) -> float:
    """Give the size of each of some actors' copies, as a fraction of the shorter side."""
    total = sum(plan.actors[i].subject.count for i in which)
    size = SIZE_OF.get(total, max(0.14, 0.62 / max(1, total) ** 0.62))
    return float(size) * (PORTRAIT if (plan.portrait or plan.transparent) and total == 1 else 1)


def _is_backdrop(plan: Plan, actor: Actor) -> bool:
    """Whether others stand in front of it."""
    return actor.subject.relation == "before" and len(plan.actors) > 1


def _is_high(plan: Plan, i: int) -> bool:
    """Whether an actor is in the air above others."""
    actor = plan.actors[i]
    seated = actor.seat is not None or actor.mount is not None or is_grounded(actor)
    return (actor.subject.glyph in kind("air") or actor.subject.aloft) and not (
        plan.transparent or plan.place == "plain" or seated
    )


def _far(plan: Plan, flying: list[Spot]) -> list[Spot]:
    return [spot for spot in flying if plan.actors[spot.actor].subject.glyph in kind("sky things")]


def _near(plan: Plan, flying: list[Spot]) -> list[Spot]:
    return [spot for spot in flying if plan.actors[spot.actor].subject.glyph not in kind("sky things")]


def _aside(plan: Plan, flying: list[Spot], ground: list[Spot], width: int) -> list[Spot]:
    """Keep what flies out of the face of a single one who stands below; sun and moon are small and high."""
    found = []
    for spot in flying:
        sky = plan.actors[spot.actor].subject.glyph in kind("sky things")
        x = spot.x
        side = -1 if ground and ground[0].x > width / 2 else 1
        if len(ground) == 1 and len(flying) == 1:
            x = ground[0].x + width * SKY_ASIDE * side
        elif len(ground) == 1 and abs(x - ground[0].x) < width * SKY_ASIDE / 2:
            x = ground[0].x + width * SKY_ASIDE * (1 if x >= ground[0].x else -1)
        found.append(replace(spot, x=x, size=spot.size * (SKY_SIZE if sky else 1), depth=0.2 if sky else spot.depth))
    return found


def _backdrops(plan: Plan, which: Sequence[int], width: int, short: int) -> list[Spot]:
    """Stand large things behind the others, a little beside the middle."""
    side = 0.5 + (0.12 if plan.mirrored else -0.12)
    return [
        Spot(i, 0, width * (side if n == 0 else 1 - side), 0.0, short * BACKDROP, 1, backdrop=True)
        for n, i in enumerate(which)
    ]


def _ordered(row: list[int], links: tuple[Link, ...]) -> list[int]:
    """Give the order from left to right: that of the words, but for those who are left or right of another one."""
    order = list(row)
    for link in links:
        if link.how in ("left", "right") and link.child in order and link.parent in order:
            order.remove(link.child)
            order.insert(order.index(link.parent) + (link.how == "right"), link.child)
    return order


def _between(spots: list[Spot], links: tuple[Link, ...]) -> list[Spot]:
    """Let those who are between others change places with who stands in the middle."""
    row = sorted(spots, key=lambda spot: spot.x)
    for link in links:
        if link.how != "between" or not row or row[0].rows > 1:
            continue
        own = [spot for spot in row if spot.actor == link.child]
        others = [spot for spot in row if spot.actor != link.child]
        middle = (len(others) + 1) // 2
        order = [*others[:middle], *own, *others[middle:]]
        row = [replace(spot, x=place.x) for spot, place in zip(order, row, strict=True)]
    return sorted(row, key=lambda spot: spot.depth)


def _with_others(plan: Plan, ground: list[Spot], links: tuple[Link, ...], width: int, height: int) -> list[Spot]:
    """Put around each one who stands on the ground those whose place follows from it; all of it must fit."""
    found = list[Spot]()
    for actor in dict.fromkeys(spot.actor for spot in ground):
        parents = [spot for spot in ground if spot.actor == actor]
        if not carries(links, actor):
            found += parents
            continue
        parents = [replace(spot, y=_foot(plan, spot, height)) for spot in parents]
        group = placed_around(plan, (width, height), links, parents)
        floor = parents[0].y or height * plan.floor
        top, room = highest(plan, group, floor), floor - height * TOP_MARGIN
        if floor - top > room > 0:
            parents = [replace(spot, size=spot.size * room / (floor - top)) for spot in parents]
            group = placed_around(plan, (width, height), links, parents)
        found += group
    return found


def _foot(plan: Plan, spot: Spot, height: int) -> float:
    """Give the y in px where something stands that others are placed by."""
    if plan.place == "plain" and not plan.transparent:
        return height * 0.5 + figure(plan, plan.actors[spot.actor], spot.copy, spot.size).height / 2
    return height * (plan.floor - (0.14 * (1 - spot.depth) if spot.rows > 1 else 0))


# ---------------------------------------------------------------------- rows
def _in_rows(plan: Plan, which: Sequence[int], width: float, size: float, links: tuple[Link, ...]) -> list[Spot]:
    """Give every copy a place across `width`, in one row, or in two or three where there are many; far ones first."""
    copies = [(i, copy) for i in which for copy in range(plan.actors[i].subject.count)]
    total = len(copies)
    rows = 1 if total <= 4 else 2 if total <= 8 else 3
    jitter = stream(plan.seed, "layout", *sorted(which)).random((total, 2)).tolist()
    spots = []
    for place, (i, copy) in enumerate(copies):
        row, column, columns = place % rows, place // rows, -(-(total - place % rows) // rows)
        stagger = (0.25 * (row % 2) - 0.12 * (rows > 1)) * (columns > 1)
        across = (column + 0.5 + stagger) / columns
        x = 0.5 + (across - 0.5) * (0.86 if total > 1 else 0) + (jitter[place][0] - 0.5) * 0.04
        depth = row / (rows - 1) if rows > 1 else 0.5 + 0.3 * (jitter[place][1] - 0.5)
        scale = _scale(plan, i, which, links) * (0.82 + 0.34 * depth if rows > 1 else 1)
        spots.append(Spot(i, copy, width * x, depth, size * scale, rows))
    return sorted(spots, key=lambda spot: spot.depth)


def _scale(plan: Plan, i: int, which: Sequence[int], links: tuple[Link, ...]) -> float:
    """Give the factor by which an actor is larger than others, by the words, its age, and next to those in its row."""
    subject = plan.actors[i].subject
    scale = subject.scale * (YOUNG if subject.young else 1)
    carried = carries(links, i)
    if any(link.how == "under" for link in carried):
        scale *= TREE
    elif carried:
        scale *= CARRIER
    if len(which) > 1:
        sizes = [stature(plan.actors[other].subject.glyph) for other in which]
        middle = math.exp(sum(map(math.log, sizes)) / len(sizes)) if sizes else USUAL
        ratio = (stature(subject.glyph) / middle) ** HINT
        scale *= min(MOST_SCALE, max(LEAST_SCALE, round(ratio, 6)))
    return scale


def _alone(plan: Plan, spot: Spot, width: int, short: int) -> Spot:
    """Stand a single subject somewhat beside the middle, as large as is pleasant."""
    room = _room(plan.actors[spot.actor])
    huge = GROWN if stature(plan.actors[spot.actor].subject.glyph) >= HUGE else 1.0
    spot = replace(spot, size=spot.size * huge)
    largest = LARGEST * huge * short * (PORTRAIT if plan.portrait or plan.transparent else 1) / math.sqrt(room)
    actor = plan.actors[spot.actor]
    if actor.subject.glyph in kind("spanning") and plan.wet:  # from one bank to the other
        return replace(spot, x=width / 2, size=min(width * SPAN, short * LONGEST_SPAN))
    largest *= SHELTERED if any(item.glyph in UMBRELLAS for item in actor.held) else 1
    largest *= CROWDED if actor.seat is not None and actor.worn else 1
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
