"""Paint the place of a plan: one function for each kind of place, from sky to props."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from imagewidgets.local.sketch import exact, grounds, interiors, props, skies, streets
from imagewidgets.local.sketch.canvas import Canvas, noise, rgb
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.sprites import scenery

SNOWY = ("#f2f6fa", "#c2d3e4")  # ground colours, far and near
DUNES = (("#e9c48a", "#d9a565", 0.58), ("#e0b070", "#c78d4c", 0.68), ("#eec488", "#c4843f", 0.8))


def paint_place(canvas: Canvas, plan: Plan) -> None:
    """Paint everything behind the subjects."""
    painter = PAINTERS.get(plan.place, _meadow)
    parts = tuple((part, plan.seed_of(part)) for part in ("sky", "weather"))
    painter(canvas, replace(plan, seed=plan.seed_of("place"), part_seeds=parts))


def free_color(plan: Plan) -> str | None:
    """Give the first colour (``#rrggbb``) in the prompt that belongs to no subject."""
    used = {subject.color for subject in plan.prompt.subjects}
    colors = table("modifiers")["colors"]
    return next((colors[name] for name in plan.prompt.colors if name not in used), None)


# ---------------------------------------------------------------------- backdrops and rooms
def _plain(canvas: Canvas, plan: Plan) -> None:
    canvas.pixels[:] = rgb(free_color(plan) or "#f6f4ef")


def _studio(canvas: Canvas, plan: Plan) -> None:
    """Hang a cloth of one colour: the one asked for, or the complement of the subject's."""
    rng = stream(plan.seed, "backdrop")
    turn = rng.random()
    asked = free_color(plan)
    if asked:
        base = rgb(asked)
    elif plan.prompt.subjects:
        drawn = np.asarray(scenery(plan.prompt.subjects[0].glyph, 64), np.float32) / 255
        mean = exact.mean(drawn[drawn[..., 3] > 0.5][:, :3])
        base = (
            np.clip(
                0.78 - 0.55 * (mean - exact.mean(mean[:, None])) + 0.1 * np.cos(6.283 * (turn + np.arange(3) / 3)),
                0.2,
                0.95,
            )
            * 0.86
        )
    else:
        base = 0.5 + 0.3 * np.cos(6.283 * (turn + np.arange(3) / 3))
    base = np.asarray(base * (0.35 if canvas.mood == "night" else 1), np.float32)
    away = np.sqrt((canvas.xx / canvas.width - 0.45) ** 2 + (canvas.yy / canvas.height - 0.4) ** 2)
    cloth = 0.9 + 0.2 * noise(rng, canvas.width, canvas.height, canvas.short * 0.35, 5)
    canvas.pixels = np.clip(base * ((1.25 - 0.9 * away) * cloth)[..., None], 0, 1).astype(np.float32)


def _table(canvas: Canvas, plan: Plan) -> None:
    rng = stream(plan.seed, "room")
    wall = interiors.TABLE_WALLS[int(rng.random() * len(interiors.TABLE_WALLS))]
    interiors.paint_wall(canvas, rng, free_color(plan) or wall)
    interiors.paint_wood(canvas, rng, canvas.horizon, ("#a9713f", "#8f5f3a", "#c08a52")[int(rng.random() * 3)])


def _room(canvas: Canvas, plan: Plan) -> None:
    rng = stream(plan.seed, "room")
    wall = interiors.WALLS[int(rng.random() * len(interiors.WALLS))]
    interiors.paint_wall(canvas, rng, free_color(plan) or wall)
    left = 0.6 if rng.random() < 0.5 else 0.08
    interiors.paint_window(canvas, rng, left, 0.12, left + 0.3, 0.5)
    interiors.paint_wood(canvas, rng, canvas.horizon, "#9c6b43")
    if not plan.prompt.excluded & {"🪴"}:
        corner = 0.1 if left > 0.5 else 0.92
        props.stand(canvas, scenery("🪴", int(canvas.short * 0.26)), corner, canvas.horizon + 0.06)


def _library(canvas: Canvas, plan: Plan) -> None:
    rng = stream(plan.seed, "room")
    interiors.paint_shelves(canvas, rng, canvas.horizon)
    interiors.paint_wood(canvas, rng, canvas.horizon, "#8f5f3a")


def _pool(canvas: Canvas, plan: Plan) -> None:
    interiors.paint_pool(canvas, stream(plan.seed, "room"))
    if not plan.prompt.excluded & {"🪴"}:
        props.stand(canvas, scenery("🪴", int(canvas.short * 0.24)), 0.93, canvas.horizon + 0.07)
    if not plan.prompt.excluded & {"🛋️"}:
        props.stand(canvas, scenery("🛋️", int(canvas.short * 0.24)), 0.14, canvas.horizon + 0.06)


# ---------------------------------------------------------------------- outdoors
def _open_sky(canvas: Canvas, plan: Plan, *, whole: bool = False) -> None:
    skies.paint_sky(canvas, stream(plan.seed_of("sky"), "sky"), whole=whole, hidden=plan.prompt.excluded)
    if plan.prompt.weather == "aurora":
        skies.paint_aurora(canvas, stream(plan.seed_of("weather"), "aurora"))
    if plan.prompt.weather == "rainbow":
        skies.paint_rainbow(canvas, stream(plan.seed_of("weather"), "rainbow"))


def _ground_colors(plan: Plan) -> tuple[str, str]:
    """Give the ground colours, far and near, of this picture."""
    if plan.prompt.weather == "snow":
        return SNOWY
    choices = table("places")["grounds"][plan.place]
    far, near = choices[int(stream(plan.seed, "ground colors").random() * len(choices))]
    return far, near


def _sky(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan, whole=True)


def _sea(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan)
    grounds.paint_water(canvas, stream(plan.seed, "water"))


def _beach(canvas: Canvas, plan: Plan) -> None:
    _sea(canvas, plan)
    grounds.paint_ground(
        canvas, stream(plan.seed, "ground"), *_ground_colors(plan), base=0.72, height=0.06, texture=0.2, cell=0.03
    )
    if not props.is_treeless(plan):
        x = 0.86 if plan.mirrored else 0.12
        props.stand(canvas, scenery("🌴", int(canvas.short * 0.5)), x, 0.8)


def _lake(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 3)
    grounds.paint_water(canvas, stream(plan.seed, "water"), base=canvas.horizon + 0.06, colors=grounds.LAKE)
    if plan.shore:
        grounds.paint_ground(canvas, stream(plan.seed, "ground"), *_ground_colors(plan), base=0.86, height=0.03)
        props.scatter(canvas, plan, ("🌼", "🌱", "🌾"), 7, 0.92, 1.0, 0.07)
    elif not plan.actors:
        props.scatter(canvas, plan, ("🌲",), 7, 0.62, 0.66, 0.1)


def _mountains(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 4)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *_ground_colors(plan), base=0.84, height=0.06)
    props.scatter(canvas, plan, ("🌲",), 6, 0.84, 0.9, 0.14)


def _forest(canvas: Canvas, plan: Plan) -> None:
    snow = plan.prompt.weather == "snow"
    _open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 2, snow=False, base=canvas.horizon - 0.06)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *_ground_colors(plan))
    if not props.is_treeless(plan):
        props.plant_trees(canvas, plan, ("🌲",) if snow else ("🌲", "🌲", "🌲", "🌳"), snow=snow)


def _meadow(canvas: Canvas, plan: Plan) -> None:
    snow = plan.prompt.weather == "snow"
    _open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 2, snow=False, base=canvas.horizon + 0.02)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *_ground_colors(plan), height=0.04)
    props.scatter(canvas, plan, ("🌲",) if snow else ("🌼", "🌷", "🌱", "🌼"), 12, 0.68, 0.99, 0.07)


def _desert(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan)
    rng = stream(plan.seed, "ground")
    for far, near, base in DUNES:
        grounds.paint_ground(canvas, rng, far, near, base=base, height=0.07, texture=0.12, cell=0.04)
    props.scatter(canvas, plan, ("🌵",), 3, 0.68, 0.82, 0.13)


def _city(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan)
    streets.paint_skyline(canvas, stream(plan.seed, "houses"))
    streets.paint_street(canvas, stream(plan.seed, "street"), wet=plan.prompt.weather in ("rain", "storm"))
    if not plan.actors:
        rng = stream(plan.seed, "cars")
        for x in (0.22, 0.72):
            car = scenery(("🚕", "🚗", "🚌", "🚙")[int(rng.random() * 4)], int(canvas.short * 0.2))
            props.stand(canvas, car, x + 0.12 * (rng.random() - 0.5), 0.965)
    streets.paint_lamps(canvas, stream(plan.seed, "lamps"))


def _snowfield(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 3)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), "#f4f8fb", "#c3d6e8", height=0.05, texture=0.1)


def _road(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 2)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *_ground_colors(plan), height=0.02)
    grounds.paint_road(canvas)


# ---------------------------------------------------------------------- other worlds
def _underwater(canvas: Canvas, plan: Plan) -> None:
    rng = stream(plan.seed, "water")
    grounds.paint_deep_water(canvas, rng)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), "#c9b98a", "#7f7a5c", base=0.86, height=0.05)
    props.scatter(canvas, plan, ("🪸", "🌿", "🪨"), 7, 0.84, 0.98, 0.13)
    grounds.paint_bubbles(canvas, rng)


def _space(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan, whole=True)
    skies.paint_nebula(canvas, stream(plan.seed, "nebula"))
    if "🪐" not in plan.prompt.excluded and not any("🪐" in actor.glyphs for actor in plan.actors):
        x = 0.16 if plan.shift > 0 else 0.84
        canvas.paste(scenery("🪐", int(canvas.short * 0.16)), canvas.width * x, canvas.height * 0.2, tinted=False)


def _ground_in_space(canvas: Canvas, plan: Plan) -> None:
    _open_sky(canvas, plan, whole=True)
    if plan.place == "moon":
        x = 0.8 if plan.mirrored else 0.2
        canvas.paste(scenery("🌍", int(canvas.short * 0.2)), canvas.width * x, canvas.height * 0.24, tinted=False)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *_ground_colors(plan), height=0.05, texture=0.3)
    grounds.paint_craters(canvas, stream(plan.seed, "craters"))


PAINTERS: dict[str, Callable[[Canvas, Plan], None]] = {
    "plain": _plain,
    "studio": _studio,
    "table": _table,
    "room": _room,
    "library": _library,
    "pool": _pool,
    "sky": _sky,
    "sea": _sea,
    "beach": _beach,
    "lake": _lake,
    "mountains": _mountains,
    "forest": _forest,
    "meadow": _meadow,
    "desert": _desert,
    "city": _city,
    "snowfield": _snowfield,
    "road": _road,
    "underwater": _underwater,
    "space": _space,
    "moon": _ground_in_space,
    "mars": _ground_in_space,
}
