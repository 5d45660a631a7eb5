"""One copy of one actor in the picture: its spot, its figure, and how large it is next to others."""

from __future__ import annotations

from dataclasses import dataclass

from imagewidgets.local.sketch.actors import Actor
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.looks import key_of, look
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.sprites import Sprite, sprite
from imagewidgets.local.sketch.vocabulary import glyph

BALLOON_COLORS = ("red", "yellow", "turquoise", "purple", "orange", "pink")
BODY_RATIO = 1.2  # a standing figure may be this much taller than others are long
OUTLINE = 56  # a rim's width is one part of so many of the size
PROBE, TALL, SLIM = 64, 62, 50  # px: a figure is a standing one if its probe is this tall and slim
# How large things are in the world, from a ladybird to a castle; pictures only hint at it.
HUGE, BIG, PERSON, USUAL, HANDY, SMALL = 4.0, 2.4, 1.6, 1.0, 0.7, 0.45
BESIDE = ("beside", "left", "right", "between")
HINT, LARGEST_RATIO = 0.5, 1.25  # the power of a ratio of sizes that a picture shows, and how far it goes


@dataclass(frozen=True)
class Spot:
    """One copy of one actor: its middle `x` and `size` in px, `depth` from 0 (far) to 1 (near).

    `y` is where its feet are in px (its middle, if it is `above`), None where the place decides. `placed` says how it
    got there by another one ("on", "in" ...), "image" for what a mirror shows. `hidden` is the share of its height,
    from below, that is not seen.
    """

    actor: int
    copy: int
    x: float
    depth: float
    size: float
    rows: int
    above: bool = False
    backdrop: bool = False
    y: float | None = None
    placed: str = ""
    hidden: float = 0.0


def figure(plan: Plan, actor: Actor, copy: int, size: float) -> Sprite:
    """Give the actor itself, without its parts."""
    subject = actor.subject
    key = key_of(subject, copy)
    motley = subject.motley or (key == "🎈" and subject.count > 1)
    balloon = BALLOON_COLORS[copy % 6] if motley and subject.count > 1 else None
    volume = plan.place != "plain" or plan.transparent
    probe = sprite(key, PROBE, None, plan.whole_bodies)
    tall = plan.whole_bodies and probe.height > TALL and probe.width < SLIM and glyph(key).is_alive
    longest = int(size * (BODY_RATIO if tall else 1))
    drawn = look(subject, longest, copy=copy, whole=plan.whole_bodies, volume=volume, color=balloon)
    if plan.place == "plain" and not plan.transparent:  # a white cup on a white ground needs a rim
        drawn = drawn.outlined(max(1, longest // OUTLINE))
    return drawn.turned(table("artwork")["turn"].get(key, 0))


def is_grounded(actor: Actor) -> bool:
    """Whether an animal that flies is on the ground here, next to someone."""
    return glyph(actor.subject.glyph).is_animal and actor.subject.relation in BESIDE


def stature(key: str) -> float:
    """Give about how large a thing is in the world, 1 = a cat."""
    item = glyph(key)
    if key in kind("small"):
        return SMALL
    if item.subgroup.startswith(("place", "plant-other")) and key in kind("big"):
        return HUGE
    if key in kind("big") or key in kind("furniture"):
        return BIG
    if item.is_person or item.subgroup.startswith("transport"):
        return PERSON
    return HANDY if item.is_thing or item.subgroup.startswith("plant") else USUAL


def shown_ratio(first: str, second: str) -> float:
    """Give how many times as large as the second drawing the first one is shown next to it."""
    return min(LARGEST_RATIO, round(float((stature(first) / stature(second)) ** HINT), 6))
