"""Where actors are by the words: on, in, under, beside, behind, between ... another one.

A prompt gives a noun the relation before it: of "a cat on a table" the table has "on". A link turns that around: the
cat is on the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from imagewidgets.local.sketch.actors import Actor
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.vocabulary import glyph

PLACED = ("on", "in", "riding", "under", "behind", "above", "shoulder", "head")  # they follow the other one
IN_ROW = ("beside", "left", "right", "between")  # their place in the row follows
TOPPING = 0.6  # of the height of a dish: where lies what is on it
OPPOSITE = {"left": "right", "right": "left"}


@dataclass(frozen=True)
class Link:
    """One actor is somewhere by another one; both are indices.

    `how` is "on", "in", "through" (seen in it), "before", "under", "stacked" (under what stands on it), "behind",
    "above", "left", "right", "between", "reflected", "shoulder" or "head"; `share` says how far up or down, in heights
    of the other one.
    """

    how: str
    child: int
    parent: int
    share: float = 0.0


def find_links(actors: tuple[Actor, ...]) -> tuple[Link, ...]:
    """Give all links: each actor is by at most one other, and never around in a circle."""
    links: dict[int, Link] = {}
    for at, actor in enumerate(actors):
        relation = actor.subject.relation or ""
        if at and _is_topping(actors, at, links):
            links[at] = Link("on", at, links[at - 1].parent if at - 1 in links else at - 1, TOPPING)
            continue
        if at == 0 or relation not in (*PLACED, *IN_ROW, "before", "reflected"):
            continue
        for before in _those_before(actors, at):
            child, parent = (at, before) if actor.subject.reverse else (before, at)
            link = _link(actors, relation, child, parent)
            if link is not None and link.child not in links and not _leads_to(links, link.parent, link.child):
                links[link.child] = link
    return tuple(links.values())


def _is_topping(actors: tuple[Actor, ...], at: int, links: dict[int, Link]) -> bool:
    """Whether food lies on the food before it: pancakes with strawberries and honey."""
    edible = all(
        glyph(actors[i].subject.glyph).group == "Food & Drink" or actors[i].subject.glyph == "🍄" for i in (at - 1, at)
    )
    relation = actors[at].subject.relation
    return edible and (relation == "with" or (relation == "and" and at - 1 in links and links[at - 1].share == TOPPING))


def _those_before(actors: tuple[Actor, ...], at: int) -> list[int]:
    """Give who is meant before a relation: the last actor, and those joined to it by "and"."""
    found = [at - 1]
    while found[-1] > 0 and actors[found[-1]].subject.relation == "and" and not actors[at].subject.reverse:
        found.append(found[-1] - 1)
    return found


def _leads_to(links: dict[int, Link], start: int, target: int) -> bool:
    while start in links:
        start = links[start].parent
        if start == target:
            return True
    return start == target


def _link(actors: tuple[Actor, ...], relation: str, child: int, parent: int) -> Link | None:
    key = actors[parent].subject.glyph
    below, above = actors[child].subject.glyph, actors[parent].subject.glyph
    artwork = table("artwork")
    if relation == "riding":
        relation = "in" if key in artwork["inside"] else "on"
    if relation == "on":
        return Link("on", child, parent, artwork["tops"].get(key, 0.85))
    if relation == "in":
        how, share = artwork["inside"].get(key, _usual_inside(key))
        return Link(how, child, parent, share)
    if relation == "under" and above not in kind("sky things"):
        if above in artwork["tall"] or glyph(above).subgroup == "place-building":
            return Link("under", child, parent)
        if above in kind("air") or glyph(above).is_alive == glyph(below).is_alive:
            return Link("above", parent, child)
        return Link("on", parent, child, artwork["tops"].get(below, 0.9))
    if relation in ("behind", "above", "shoulder", "head", *OPPOSITE, "between", "reflected"):
        return Link(relation, child, parent)
    return None


def _usual_inside(key: str) -> tuple[str, float]:
    """Give how something is inside of what the tables say nothing about."""
    item = glyph(key)
    if item.subgroup.startswith("place"):
        return "before", 0.0
    if item.is_clothing or item.is_thing:
        return "in", 0.75
    return ("in", 0.5) if item.subgroup.startswith("transport") else ("beside", 0.0)
