"""Paint the place of a plan: one function for each kind of place; this module has backdrops and what is indoors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from imagewidgets.local.sketch import exact, interiors, props, rooms
from imagewidgets.local.sketch.canvas import Canvas, noise, rgb
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.outdoors import OUTDOORS, ground_colors
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.settlements import SETTLEMENTS
from imagewidgets.local.sketch.sprites import scenery


def paint_place(canvas: Canvas, plan: Plan) -> None:
    """Paint everything behind the subjects."""
    painter = PAINTERS[plan.place]
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


def _furnished(canvas: Canvas, plan: Plan) -> None:
    rooms.paint_room(canvas, plan, free_color(plan))


def _stage(canvas: Canvas, plan: Plan) -> None:
    rooms.paint_stage(canvas, plan, free_color(plan))


def _cave(canvas: Canvas, plan: Plan) -> None:
    rooms.paint_cave(canvas, plan, ground_colors(plan))


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


PAINTERS: dict[str, Callable[[Canvas, Plan], None]] = {
    "plain": _plain,
    "studio": _studio,
    "table": _table,
    "library": _library,
    "pool": _pool,
    "stage": _stage,
    "cave": _cave,
    **dict.fromkeys(table("places")["rooms"], _furnished),
    **OUTDOORS,
    **SETTLEMENTS,
}
