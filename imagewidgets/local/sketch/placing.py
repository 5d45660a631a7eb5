"""Actors whose place follows from another one's: on it, in it, under it, behind it, above it, in front of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from imagewidgets.local.sketch.data import kind
from imagewidgets.local.sketch.links import TOPPING, Link
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.spots import Spot, figure, shown_ratio
from imagewidgets.local.sketch.vocabulary import glyph

LARGEST_TOPPING, TOPPING_STEP = 0.26, 0.16  # of the width and the height of the dish
OVERLAP = 0.04  # of its height by which a thing on another one covers it
WIDEST_ON, WIDEST_IN, WIDEST_THROUGH, WIDEST_BARS = (
    0.92,
    0.62,
    0.5,
    0.72,
)  # of the width of the other one, for all copies together
BASKET, BASKET_ROOM = 0.2, 0.22  # a share below which only a basket takes things in; its width
HIDDEN = 0.4  # of the height of what is in a box
UNDER_ROOM, UNDER_STEP = 0.58, 0.02  # of the other's height that is free under it; of the picture's height in front
ASIDE, BEHIND_STEP, PEEK = 0.34, 0.05, 0.45  # of the other's width and the picture's height; of its own height
FRONT_STEP, FRONT_ASIDE = 0.035, 0.16  # of the picture's height and the other's width
GAP, CEILING, FLIGHT = 0.06, 0.03, 0.3  # between things above each other, to the upper edge, and where birds fly
FILLED, HATTED = 1.6, 1.2  # how much taller a vase is with its flowers, and who wears a hat
WIDEST_ON_BODY, TALLEST_ON_BODY = 0.55, 0.34  # of whose shoulder or head it is
SHOULDER_ASIDE, SHOULDER_DROP = 0.4, 0.13  # of the width from the middle, of the height below the neck
TURNED = 0.4  # of the width: to the left of it animals look to the right
FIRST_DRAWN = ("behind", "bars")
SIDE_BY_SIDE = ("on", "in", "through", "bars", "under")  # how several have to share the room


@dataclass(frozen=True)
class Room:
    """What a place is computed from: the plan, the size in px, the link, both spots, and which one of how many."""

    plan: Plan
    width: int
    height: int
    link: Link
    parent: Spot
    child: Spot
    slot: int = 0
    slots: int = 1

    @property
    def parent_size(self) -> tuple[float, float]:
        """Width and height of the other one as drawn, in px."""
        drawn = figure(self.plan, self.plan.actors[self.parent.actor], self.parent.copy, self.parent.size)
        return drawn.width, drawn.height

    @property
    def foot(self) -> float:
        """The y in px of the other one's feet."""
        if self.parent.y is None:
            return self.height * self.plan.floor
        return self.parent.y + (self.parent_size[1] / 2 if self.parent.above else 0)

    def sized(self, widest: float = 1e9, tallest: float = 1e9, factor: float = 1.0) -> tuple[Spot, float, float]:
        """Give the child in its usual ratio to the other one, within limits in px, with its width and height."""
        actors = self.plan.actors
        child, parent = actors[self.child.actor], actors[self.parent.actor]
        subject = child.subject
        own = subject.scale * (0.8 if subject.young else 1) / max(0.5, parent.subject.scale) ** 0.5
        size = self.parent.size * shown_ratio(subject.glyph, parent.subject.glyph) * own * factor
        drawn = figure(self.plan, child, self.child.copy, size)
        fit = min(1.0, widest / drawn.width, tallest / drawn.height)
        return replace(self.child, size=size * fit), drawn.width * fit, drawn.height * fit

    def spread(self, reach: float) -> float:
        """Give this copy's x in px, copies next to each other within `reach` px of the other one's middle."""
        return self.parent.x + reach * ((self.slot + 0.5) / self.slots - 0.5)


def _on(room: Room) -> Spot:
    width, height = room.parent_size
    topping = room.link.share == TOPPING
    if topping:
        spot, _, tall = room.sized(widest=width * LARGEST_TOPPING / max(1.0, room.slots / 3))
        y = room.foot - height * (room.link.share + TOPPING_STEP * (room.slot % 2)) + tall / 2
        return replace(spot, x=room.spread(width * 0.7), y=y)
    spot, _, tall = room.sized(widest=width * WIDEST_ON / room.slots if room.slots > 1 else 1e9)
    y = room.foot - height * room.link.share + tall * OVERLAP
    return replace(spot, x=room.spread(width * 0.9), y=y)


def _in(room: Room) -> Spot:
    width, height = room.parent_size
    share = room.link.share
    widest = width * (BASKET_ROOM if share < BASKET else WIDEST_IN / room.slots**0.7)
    spot, _, tall = room.sized(widest=widest, factor=1.1)
    return replace(spot, x=room.spread(width * 0.6), y=room.foot - height * share + tall * HIDDEN, hidden=HIDDEN)


def _through(room: Room) -> Spot:
    width, height = room.parent_size
    widest = WIDEST_BARS if room.link.how == "bars" else WIDEST_THROUGH
    spot, _, tall = room.sized(widest=width * widest / room.slots**0.6, tallest=height * widest)
    return replace(spot, x=room.spread(width * 0.6), y=room.foot - height * room.link.share + tall / 2)


def _image(room: Room) -> Spot:
    spot = _through(replace(room, link=replace(room.link, share=0.55)))
    return replace(spot, placed="image")


def _under(room: Room) -> Spot:
    width, height = room.parent_size
    furniture = room.plan.actors[room.parent.actor].subject.glyph in kind("furniture")
    spot, _, _ = room.sized(tallest=height * UNDER_ROOM if furniture else height * 0.8)
    aside = 0.0 if furniture else width * 0.14
    return replace(spot, x=room.spread(width * 0.7) + aside, y=room.foot + room.height * UNDER_STEP)


def _behind(room: Room) -> Spot:
    width, height = room.parent_size
    side = 1 if stream(room.plan.seed, "behind", room.child.actor).random() < 0.5 else -1
    spot, wide, tall = room.sized()
    y = room.foot - room.height * BEHIND_STEP
    if tall * (1 - PEEK) < height:  # it looks out beside, or above if that is not far
        aside = (width / 2 - wide * 0.2) if tall < height * 0.9 else width * ASIDE
        return replace(spot, x=room.parent.x + side * aside, y=y)
    return replace(spot, x=room.parent.x + side * width * ASIDE, y=y)


def _before(room: Room) -> Spot:
    width, _ = room.parent_size
    side = -1 if room.plan.mirrored else 1
    spot, _, _ = room.sized()
    x = room.spread(width * 0.7) + side * width * FRONT_ASIDE
    return replace(spot, x=x, y=room.foot + room.height * FRONT_STEP)


def _above(room: Room) -> Spot:
    _, height = room.parent_size
    free = room.foot - height - room.height * (GAP + CEILING)
    spot, _, tall = room.sized(tallest=max(room.height * 0.16, free), factor=1.15)
    y = room.foot - height - room.height * GAP - tall / 2
    if room.plan.actors[room.child.actor].subject.glyph in kind("air"):
        y = min(y, room.height * FLIGHT)
    y = max(y, tall / 2 + room.height * CEILING)
    return replace(spot, x=room.spread(room.width * 0.5), y=y, above=True)


def _on_body(room: Room) -> Spot:
    actor = room.plan.actors[room.parent.actor]
    drawn = figure(room.plan, actor, room.parent.copy, room.parent.size)
    spot, _, tall = room.sized(widest=drawn.width * WIDEST_ON_BODY, tallest=drawn.height * TALLEST_ON_BODY)
    top = room.foot - drawn.height
    if room.link.how == "shoulder":
        x = room.parent.x + drawn.width * SHOULDER_ASIDE
        return replace(spot, x=x, y=top + drawn.points["neck"][1] + drawn.height * SHOULDER_DROP)
    x, y = drawn.points["crown"]
    turned = glyph(actor.subject.glyph).is_animal and room.parent.x < room.width * TURNED
    return replace(
        spot, x=room.parent.x + (drawn.width / 2 - x if turned else x - drawn.width / 2), y=top + y + tall * OVERLAP
    )


PLACES: dict[str, Callable[[Room], Spot]] = {
    "on": _on,
    "in": _in,
    "through": _through,
    "bars": _through,
    "before": _before,
    "under": _under,
    "behind": _behind,
    "above": _above,
    "reflected": _image,
    "shoulder": _on_body,
    "head": _on_body,
}


def carries(links: tuple[Link, ...], parent: int) -> list[Link]:
    """Give the links to an actor that need room around it."""
    return [link for link in links if link.parent == parent and link.how in PLACES and link.child != parent]


def placed_around(
    plan: Plan, size: tuple[int, int], links: tuple[Link, ...], parents: list[Spot], rows: int = 1
) -> list[Spot]:
    """Give the spots of one actor's copies with all that is placed by them, in the order in which they are drawn."""
    width, height = size
    first, after = list[Spot](), list[Spot]()
    if not parents:
        return []
    used = dict[str, int]()
    carried = carries(links, parents[0].actor)
    for link in carried:
        own = list[Spot]()
        alike = [other for other in carried if other.how == link.how and link.how in SIDE_BY_SIDE] or [link]
        slots = -(-sum(plan.actors[other.child].subject.count for other in alike) // len(parents))
        for copy in range(plan.actors[link.child].subject.count):
            parent, slot = parents[copy % len(parents)], used.get(link.how, 0) // len(parents)
            blank = Spot(link.child, copy, parent.x, parent.depth, parent.size, rows, placed=link.how)
            own.append(PLACES[link.how](Room(plan, width, height, link, parent, blank, slot, slots)))
            used[link.how] = used.get(link.how, 0) + (link.how in SIDE_BY_SIDE)
        around = placed_around(plan, size, () if link.how == "reflected" else links, own)
        (first if link.how in FIRST_DRAWN else after).extend(around)
    return [*first, *parents, *after]


def highest(plan: Plan, spots: list[Spot], floor: float) -> float:
    """Give the y in px of the uppermost edge of some spots."""
    tops = []
    for spot in spots:
        actor = plan.actors[spot.actor]
        more = FILLED if actor.contents else HATTED if actor.worn else 1.0
        tall = figure(plan, actor, spot.copy, spot.size).height * more
        tops.append((floor if spot.y is None else spot.y) - tall * (0.5 if spot.above else 1))
    return min(tops, default=floor)
