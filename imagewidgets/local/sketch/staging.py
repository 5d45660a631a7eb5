"""Draw the actors of a plan at their spots: where feet stand, what flies, what stands in water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from imagewidgets.local.sketch import costume
from imagewidgets.local.sketch.actors import Actor
from imagewidgets.local.sketch.canvas import Canvas, mix
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.drawings import drawing
from imagewidgets.local.sketch.fills import fill_areas
from imagewidgets.local.sketch.grounds import paint_ripple
from imagewidgets.local.sketch.layout import Box, arrange
from imagewidgets.local.sketch.looks import color_of, key_of, look
from imagewidgets.local.sketch.plan import AFLOAT, Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.spots import Spot, figure, is_grounded
from imagewidgets.local.sketch.sprites import Sprite, sprite
from imagewidgets.local.sketch.vocabulary import glyph

SINK_OTTER, SINK_PERSON, SINK_ANIMAL, SINK_REST = 0.36, 0.42, 0.25, 0.12  # share of the height under water
AIR_Y, ABOVE_Y = 0.38, 0.22  # where things fly, as fractions of the height
HIGHEST_TURN = 14  # degrees a flying thing may lean
OWN_LIGHT = 0.35  # how far subjects are lifted out of the light of the scene, so that they stand out at night
CUT_OUT_FLOOR = 0.93  # where feet stand without a background
BACKDROP_STEP = 0.13  # of the height by which a backdrop stands behind the others
SHADOWED = ("", "before", "under", "behind")  # how those are placed who stand on the ground
LEAST_HEAP = 3  # fruits in a bowl, flowers in a vase
MIRRORED = 0.5  # how much of what stands over it water shows
HOLDERS = {"vase": 0.85, "flower pot": 0.7}  # of the size: with room for flowers on long stems
POT, PLANT, POT_EARTH = 0.62, 0.9, 0.82  # of the size; of the pot's height
ROW_STEP = 0.14  # of the height between the first and the last row


@dataclass(frozen=True)
class Stage:
    """The canvas, its plan, and the box that everything must stay in (edits), if any."""

    canvas: Canvas
    plan: Plan
    box: Box | None = None

    @property
    def rng(self) -> np.random.Generator:
        """A stream for leaning and looking about."""
        return stream(self.plan.seed, "poses")


def stage_actors(canvas: Canvas, plan: Plan, box: Box | None = None) -> None:
    """Draw all actors that are not hidden; with a box, inside of it."""
    stage = Stage(canvas, plan, box)
    spots = arrange(plan, canvas.width, canvas.height, box)
    leans = stage.rng.random(len(spots)).tolist()
    scene_light = canvas.tint
    canvas.tint = mix(scene_light, 1.0, OWN_LIGHT)
    for spot, lean in zip(spots, leans, strict=True):
        actor = plan.actors[spot.actor]
        if not actor.glyphs & plan.hidden:
            _perform(stage, actor.without(plan.hidden), spot, lean, len(spots))
        elif actor.seat is not None and actor.seat.glyph not in plan.hidden:  # who sat there is gone
            x, y, _ = ground_y(stage, spot)
            costume.sit(canvas, actor.seat, x, y, spot.size * actor.subject.touch.size)
    canvas.tint = scene_light


def ground_y(stage: Stage, spot: Spot) -> tuple[float, float, bool]:
    """Give x, y in px and whether the actor stands on something there."""
    plan, canvas, box = stage.plan, stage.canvas, stage.box
    key = plan.actors[spot.actor].subject.glyph
    actor = plan.actors[spot.actor]
    seated = actor.seat is not None or actor.mount is not None or is_grounded(actor)
    flies = (key in kind("air") or spot.above or actor.subject.aloft) and not (
        plan.transparent or spot.backdrop or seated
    )
    floats = plan.place in AFLOAT
    height = canvas.height
    if spot.y is not None:
        return spot.x, spot.y, not spot.above
    if box is not None:
        standing = not (flies or glyph(key).is_clothing)
        return spot.x, (box[3] - 0.02 * (box[3] - box[1]) if standing else (box[1] + box[3]) / 2), standing
    if plan.transparent:
        return spot.x, height * CUT_OUT_FLOOR - ROW_STEP * (1 - spot.depth) * height * (spot.rows > 1), True
    if plan.place == "plain":
        return spot.x, height * 0.5, False
    if flies:
        wave = (0.04 if spot.rows > 1 else 0.1) * ((spot.copy % 3) - 1)
        apart = (0.36 if spot.rows > 1 else 0.05) * (spot.depth - 0.5)
        return spot.x, height * ((ABOVE_Y if spot.above else AIR_Y) + wave + apart), False
    if floats:
        return spot.x, height * (0.52 + 0.2 * (spot.depth - 0.5) * (spot.rows > 1)), False
    if spot.backdrop:
        return spot.x, height * (plan.floor - BACKDROP_STEP), True
    back = ROW_STEP * (1 - spot.depth) if spot.rows > 1 else 0.0
    return spot.x, height * (plan.floor - back), True


def _sink(stage: Stage, actor: Actor, spot: Spot, standing: bool) -> float:
    """Give how much of the actor is under water."""
    key, item = actor.subject.glyph, glyph(actor.subject.glyph)
    if not (stage.plan.wet and standing and stage.box is None) or spot.placed:
        return 0.0
    if key in kind("spanning") | {"lighthouse", "🏰", "🏠", "🏡"} or (
        stage.plan.place == "pool" and item.group == "Objects"
    ):
        return 0.0
    if key == "🦦":
        return SINK_OTTER
    if item.is_person:
        return SINK_PERSON
    return SINK_ANIMAL if item.subgroup == "animal-mammal" else SINK_REST


def _perform(stage: Stage, actor: Actor, spot: Spot, lean: float, total: int) -> None:
    """Draw one copy of one actor with its parts."""
    canvas, plan, size = stage.canvas, stage.plan, spot.size * actor.subject.touch.size
    x, y, standing = ground_y(stage, spot)
    key = actor.subject.glyph
    if actor.contents:
        _container(stage, actor, x, y, size, standing)
        return
    if actor.shape is not None:
        _shaped(stage, actor, x, y, size)
        return
    body = figure(plan, actor, spot.copy, size)
    if actor.material is not None:  # made of cheese: the colour of cheese
        color = next(iter(fill_areas(drawing(actor.material.glyph, whole=False).svg)))
        body = sprite(key, int(size), color, True, True)
    body = _posed(stage, actor, body, x, lean, total, standing)
    if spot.placed == "image":
        body = body.flipped()
    sink = _sink(stage, actor, spot, standing)
    if key == "lighthouse" and plan.wet:
        rock = sprite("🪨", int(size * 0.85), None, False, True)
        canvas.paste(rock.image, x, y + size * 0.2, standing=True)
        y -= size * 0.14
    if actor.mount is not None:
        placed, body = costume.ride(canvas, actor, body, x, y, size)
    else:
        if actor.seat is not None:
            y = costume.sit(canvas, actor.seat, x, y, size)
        x, y = _kept_inside(canvas, body, x, y) if not standing and stage.box is None else (x, y)
        y += body.height * max(0.0, sink - 0.1)
        shadow = not plan.wet and actor.seat is None and spot.placed in SHADOWED
        if plan.mirror and standing and not spot.placed:
            _mirrored_below(canvas, body, x, y)
        placed = canvas.paste(body.image, x, y, standing=standing, sink=sink or spot.hidden, shadow=shadow and standing)
        if sink:
            paint_ripple(canvas, x, y - placed.height * sink, placed.width)
    costume.dress(canvas, actor, body, placed, size, first=spot.copy == 0)


def _mirrored_below(canvas: Canvas, body: Sprite, x: float, y: float) -> None:
    """Let the water show what stands at its far side."""
    image = ImageOps.flip(body.image)
    image.putalpha(image.getchannel("A").point(lambda alpha: int(alpha * MIRRORED)))
    canvas.paste(image, x, y + body.height / 2)


def _posed(stage: Stage, actor: Actor, body: Sprite, x: float, lean: float, total: int, standing: bool) -> Sprite:
    """Let animals and vehicles look to the other side at times, and flying things lean."""
    touch = actor.subject.touch
    key, item = actor.subject.glyph, glyph(actor.subject.glyph)
    turnable = item.is_animal or item.subgroup.startswith("transport")
    if actor.mount is None and turnable and key not in kind("upright_in_turns"):
        inwards = total > 1 and x < 0.4 * stage.canvas.width
        if (inwards or (total == 1 and stage.plan.mirrored)) != touch.mirrored:
            body = body.flipped()
    if not standing and stage.box is None and not stage.plan.transparent and key not in kind("keeps_upright"):
        body = body.turned((lean - 0.5) * HIGHEST_TURN)
    return body.turned(touch.lean)


def _kept_inside(canvas: Canvas, body: Sprite, x: float, y: float) -> tuple[float, float]:
    """Move flying and floating things so that they stay in the picture."""
    half_width, half_height = body.width * 0.52, body.height * 0.54
    if 2 * half_width < canvas.width:
        x = min(max(x, half_width), canvas.width - half_width)
    if 2 * half_height < canvas.height:
        y = min(max(y, half_height), canvas.height - half_height)
    return x, y


def _container(stage: Stage, actor: Actor, x: float, y: float, size: float, standing: bool) -> None:
    """Draw a vase of flowers or a bowl of fruit: what is inside first."""
    canvas, key = stage.canvas, actor.subject.glyph
    y = y if standing else y + size * 0.45
    holder = look(actor.subject, size * HOLDERS.get(key, 1.0))
    inside = [
        (subject, n)
        for subject in actor.contents
        for n in range(max(subject.count, LEAST_HEAP if len(actor.contents) == 1 and is_heaped(subject.glyph) else 1))
    ]
    if key == "flower pot" and not all(key_of(*item) in kind("upright_stems") for item in inside):
        _planted(canvas, actor, (x, y), size)
        return
    stems = key == "vase" or all(key_of(*item) in kind("upright_stems") for item in inside)
    rim = y - holder.height * (0.98 if key in HOLDERS else 0.86)
    _shadow_first(canvas, holder, x, y)
    for t, (item, n) in zip(np.linspace(-1, 1, len(inside)), inside, strict=True):
        if stems:
            stem = look(item, size * 0.5, copy=n).turned(-t * 24)
            canvas.paste(stem.image, x + t * size * 0.26, rim - size * (0.16 - 0.12 * abs(t)))
    for row, lift in ((0, 0.27), (1, 0.13)) if not stems else ():
        part = inside[row::2] or inside
        for place, (item, n) in enumerate(part):
            t = 0.0 if len(part) == 1 else 2 * place / (len(part) - 1) - 1
            piece = look(item, size * 0.38, copy=n).turned(-t * 14)
            reach = 0.3 if row else 0.2
            canvas.paste(piece.image, x + t * holder.width * reach, rim - size * (lift - 0.06 * abs(t)))
    canvas.paste(holder.image, x, y, standing=True)


def _planted(canvas: Canvas, actor: Actor, foot: tuple[float, float], size: float) -> None:
    """Draw plants that grow in a pot, as large as it: the rim hides where they come out of the earth."""
    x, y = foot
    holder = look(actor.subject, size * POT)
    _shadow_first(canvas, holder, x, y)
    plants = [(subject, n) for subject in actor.contents for n in range(subject.count)]
    for place, (subject, n) in enumerate(plants):
        plant = look(subject, size * PLANT / len(plants) ** 0.5, copy=n)
        aside = holder.width * 0.8 * ((place + 0.5) / len(plants) - 0.5)
        canvas.paste(plant.image, x + aside, y - holder.height * POT_EARTH, standing=True)
    canvas.paste(holder.image, x, y, standing=True)


def is_heaped(key: str) -> bool:
    """Whether it comes in numbers in a bowl or a vase: fruit and flowers do."""
    return glyph(key).group in ("Food & Drink", "Animals & Nature")


def _shadow_first(canvas: Canvas, holder: Sprite, x: float, y: float) -> None:
    """Throw the shadow of a container before its contents are drawn."""
    canvas.paste(Image.new("RGBA", (holder.width, 1)), x, y, standing=True, shadow=True)


def _shaped(stage: Stage, actor: Actor, x: float, y: float, size: float) -> None:
    """Draw an armchair in the shape of an avocado: the shape is the back, the thing in its colour stands in front."""
    shape = actor.shape or actor.subject
    main = next(iter(fill_areas(drawing(shape.glyph, whole=False).svg)))
    back = sprite(shape.glyph, int(size * 1.05), None, False, True)
    back = back.turned(table("artwork")["upright"].get(shape.glyph, 0))
    front = sprite(actor.subject.glyph, int(size * 0.92), color_of(actor.subject.color) or main, False, True)
    lower = y if stage.plan.place != "plain" else y + size * 0.5
    stage.canvas.paste(back.image, x, lower - size * 0.12, standing=True, shadow=True)
    stage.canvas.paste(front.image, x, lower, standing=True, shadow=True)
