"""Furnished rooms, the stage and the cave: from tables of what stands, lies and hangs where."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.local.sketch import exact, grounds, interiors, strokes
from imagewidgets.local.sketch.canvas import Canvas, mix, noise, rgb
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.sprites import scenery

TILES_ACROSS, TILES_DOWN = 9, 7
GROUT = 0.86  # how light the joints between tiles are
CURTAIN, CURTAIN_DARK, STAGE_BACK, STAGE_WOOD = "#b3202f", "#5e0f1c", "#1c1526", "#8a5a34"
FOLDS, CURTAIN_WIDTH, VALANCE = 9, 0.17, 0.13  # of a curtain; of the picture's width and height
SPOTS = ((0.25, 0.42), (0.75, 0.58))  # where a beam begins and where it meets the floor, of the width
ROCK, ROCK_DARK = "#77685c", "#2b241f"


def paint_room(canvas: Canvas, plan: Plan, wall: str | None) -> None:
    """Paint the room of the plan's place; `wall` (``#rrggbb``) is the colour asked for, if any."""
    room: dict[str, Any] = table("places")["rooms"][plan.place]
    rng = stream(plan.seed, "room")
    walls = room["walls"]
    color = wall or walls[int(rng.random() * len(walls))]
    interiors.paint_wall(canvas, rng, color)
    if room.get("wall") == "tiles":
        _tile(canvas, 0, int(canvas.horizon * canvas.height), color, flat=True)
    mirrored = rng.random() < 0.5
    if room["window"]:
        left, top, right, bottom = room["window"]
        left, right = (1 - right, 1 - left) if mirrored else (left, right)
        interiors.paint_window(canvas, rng, left, top, right, bottom)
    _floor(canvas, rng, *room["floor"])
    present = plan.prompt.excluded | {
        key for actor in plan.actors for s in (actor.subject, *actor.parts) for key in s.glyphs
    }
    bare = frozenset(key for key in ("🛋️",) if any(actor.seat is not None for actor in plan.actors))
    for part in ("hung", "standing", "on"):
        for key, x, y, size in room.get(part, ()):
            if key not in present | bare and not _stands_on(room, part, key, x, present):
                _furnish(canvas, part, key, (1 - x if mirrored else x, y, size))


def _stands_on(room: dict[str, Any], part: str, key: str, x: float, present: frozenset[str] | set[str]) -> bool:
    """Whether a thing would float, because what it lies on is not there."""
    del key
    below = min(room["standing"], key=lambda item: abs(item[1] - x), default=None)
    return part == "on" and below is not None and below[0] in present


def _furnish(canvas: Canvas, part: str, key: str, where: tuple[float, float, float]) -> None:
    """Draw one piece: `where` is its x, its lower edge under the end of the floor (hung: its middle), and its size."""
    x, y, size = where
    image = scenery(key, int(canvas.short * size))
    if part == "hung":
        canvas.paste(image, canvas.width * x, canvas.height * y)
        return
    foot = canvas.height * canvas.horizon + canvas.short * y
    canvas.paste(image, canvas.width * x, foot, standing=True, shadow=part == "standing")


# ---------------------------------------------------------------------- floors and walls
def _floor(canvas: Canvas, rng: np.random.Generator, kind: str, color: str) -> None:
    if kind == "wood":
        interiors.paint_wood(canvas, rng, canvas.horizon, color)
    elif kind == "tiles":
        _tile(canvas, int(canvas.horizon * canvas.height), canvas.height, color, flat=False)
    else:
        grounds.paint_ground(canvas, rng, color, color, height=0.0, texture=0.16, cell=0.01)


def _tile(canvas: Canvas, top: int, bottom: int, color: str, *, flat: bool) -> None:
    """Tile the rows from `top` to `bottom`: a wall (flat), or a floor that goes away from the viewer."""
    part = canvas.pixels[top:bottom]
    if not part.size:
        return
    near = (canvas.yy[top:bottom] - top) / (bottom - top)
    away = np.ones_like(near) if flat else near + 0.45
    across = (canvas.xx / canvas.width - 0.5) / away * TILES_ACROSS
    down = near * TILES_DOWN * 1.3 if flat else TILES_DOWN * 1.6 / (near + 0.45)
    seam = (np.abs(across - np.round(across)) < 0.03) | (np.abs(down - np.round(down)) < 0.04)
    tone = 1 + 0.05 * ((np.floor(across + 0.5) + np.floor(down + 0.5)) % 2)
    light = part if flat else np.broadcast_to(canvas.lit(color), part.shape)
    part[:] = np.clip(light * (tone * np.where(seam, GROUT, 1.0))[..., None], 0, 1)


# ---------------------------------------------------------------------- stage and cave
def paint_stage(canvas: Canvas, plan: Plan, color: str | None) -> None:
    """Paint a stage: a dark back, a wooden floor, curtains, and beams of light."""
    rng = stream(plan.seed, "room")
    width, height = canvas.width, canvas.height
    canvas.pixels[:] = rgb(STAGE_BACK)
    interiors.paint_wood(canvas, rng, canvas.horizon, STAGE_WOOD)
    beams = Image.new("L", (width, height))
    floor = height * (canvas.horizon + 0.12)
    for start, end in SPOTS:
        reach = width * 0.16
        beam = Image.new("L", (width, height))
        strokes.polygon(beam, [(width * start, 0), (width * end - reach, floor), (width * end + reach, floor)], fill=90)
        ImageDraw.Draw(beam).ellipse([width * end - reach, floor * 0.95, width * end + reach, floor * 1.05], fill=120)
        beams = Image.fromarray(np.maximum(np.asarray(beams), np.asarray(beam)))
    light = np.asarray(beams.filter(exact.blur(canvas.short / 60)), np.float32) / 255
    canvas.add(light[..., None] * np.array([0.9, 0.82, 0.6], np.float32))
    cloth, dark = rgb(color or CURTAIN), rgb(CURTAIN_DARK) if color is None else rgb(color) * np.float32(0.35)
    side = np.minimum(canvas.xx, width - 1 - canvas.xx) / (width * CURTAIN_WIDTH)
    edge = 1 + 0.12 * exact.sin(canvas.yy / height * 5 + 1)
    folds = exact.sin(side * FOLDS * 2.4) * 0.5 + 0.5
    canvas.over(mix(dark, cloth, folds[..., None]), np.clip((edge - side) * 30, 0, 1)[..., None])
    swag = VALANCE * (0.8 + 0.35 * np.abs(exact.sin(canvas.xx / width * 12.6)))
    hung = np.clip((swag - canvas.yy / height) * 120, 0, 1)
    folds = exact.sin(canvas.xx / width * 75) * 0.5 + 0.5
    canvas.over(mix(dark, cloth, folds[..., None]), hung[..., None])
    for x, _ in SPOTS:
        canvas.paste(scenery("stage lamp", int(canvas.short * 0.09)), width * x, height * 0.06, tinted=False)


def paint_cave(canvas: Canvas, plan: Plan, ground: tuple[str, str]) -> None:
    """Paint a cave: dark rock, light from a mouth behind, stones hanging from above."""
    rng = stream(plan.seed, "room")
    width, height = canvas.width, canvas.height
    away = np.sqrt(((canvas.xx / width - 0.5) / 0.75) ** 2 + ((canvas.yy / height - 0.45) / 0.6) ** 2)
    rough = noise(rng, width, height, canvas.short * 0.12, 5)
    rock = mix(canvas.lit(ROCK), rgb(ROCK_DARK), np.clip(away * 1.1 - 0.1 + (0.5 - rough) * 0.7, 0, 1)[..., None])
    mouth = np.clip((0.5 + 0.25 * (rough - 0.5) - away) * 7, 0, 1)[..., None]
    bright = canvas.lit("#ffe9b8") if canvas.mood != "night" else rgb("#3a4f8c")
    canvas.pixels = np.asarray(mix(rock, bright, mouth * 0.55), np.float32)
    hanging = grounds.ridge(canvas, rng, 0.1, 0.3, 9, 3)
    canvas.over(rgb(ROCK_DARK), np.clip((hanging[None] - canvas.yy) / 2 + 0.5, 0, 1)[..., None])
    grounds.paint_ground(canvas, rng, *ground, height=0.06, texture=0.5)
    for x, size in ((0.08, 0.3), (0.93, 0.24), (0.2, 0.14)):
        canvas.paste(scenery("🪨", int(canvas.short * size)), width * x, height * 0.88, standing=True, shadow=True)
