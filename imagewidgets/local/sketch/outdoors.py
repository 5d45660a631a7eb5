"""The open country: sky, sea, beach, lake, river, mountains, forest, meadow, desert, snow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from imagewidgets.local.sketch import exact, grounds, props, skies
from imagewidgets.local.sketch.canvas import Canvas, mix, noise
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.sprites import scenery

SNOWY = ("#f2f6fa", "#c2d3e4")  # ground colours, far and near
DUNES = (("#e9c48a", "#d9a565", 0.58), ("#e0b070", "#c78d4c", 0.68), ("#eec488", "#c4843f", 0.8))
SEASONAL = ("meadow", "park", "garden", "village", "forest", "farm", "river", "lake")  # whose ground has a season
CLIFF, FALL_LEFT, FALL_RIGHT = "#6b6f66", 0.36, 0.64  # of the width


def open_sky(canvas: Canvas, plan: Plan, *, whole: bool = False) -> None:
    """Paint the sky with its northern lights and rainbows."""
    skies.paint_sky(canvas, stream(plan.seed_of("sky"), "sky"), whole=whole, hidden=plan.prompt.excluded)
    if plan.prompt.weather == "aurora":
        skies.paint_aurora(canvas, stream(plan.seed_of("weather"), "aurora"))
    if plan.prompt.weather == "rainbow":
        skies.paint_rainbow(canvas, stream(plan.seed_of("weather"), "rainbow"))


def ground_colors(plan: Plan) -> tuple[str, str]:
    """Give the ground colours, far and near, of this picture."""
    if plan.prompt.weather == "snow":
        return SNOWY
    seasons = table("places")["season_grounds"]
    named = plan.prompt.season if plan.place in SEASONAL else None
    choices = seasons[named] if named else table("places")["grounds"][plan.place]
    far, near = choices[int(stream(plan.seed, "ground colors").random() * len(choices))]
    return far, near


def _sky(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan, whole=True)


def _sea(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan)
    grounds.paint_water(canvas, stream(plan.seed, "water"))


def _beach(canvas: Canvas, plan: Plan) -> None:
    _sea(canvas, plan)
    ground = stream(plan.seed, "ground")
    grounds.paint_ground(canvas, ground, *ground_colors(plan), base=0.72, height=0.06, texture=0.2, cell=0.03)
    if not props.is_treeless(plan):
        x = 0.86 if plan.mirrored else 0.12
        props.stand(canvas, scenery("🌴", int(canvas.short * 0.5)), x, 0.8)
    props.scatter(canvas, plan, ("🐚", "starfish"), 3, 0.84, 0.98, 0.05)


def _island(canvas: Canvas, plan: Plan) -> None:
    """Lay a hill of sand with a palm into the sea."""
    _sea(canvas, plan)
    far, near = ground_colors(plan)
    x, y = (canvas.xx / canvas.width - 0.5) / 0.42, (canvas.yy / canvas.height - 0.86) / 0.17
    inside = np.clip((1 - x * x - y * y) * 60, 0, 1)
    surf = np.clip((1.12 - x * x - y * y) * 16, 0, 1)
    canvas.over(canvas.lit("#e9f4f7"), (surf * 0.55)[..., None])
    grain = noise(stream(plan.seed, "ground"), canvas.width, canvas.height, canvas.short * 0.03, 4)
    sand = (
        mix(canvas.lit(far), canvas.lit(near), np.clip(0.5 + 0.5 * y, 0, 1)[..., None]) * (0.9 + 0.2 * grain)[..., None]
    )
    canvas.over(np.clip(sand, 0, 1), inside[..., None])
    if not props.is_treeless(plan):
        side = 0.72 if plan.mirrored else 0.28
        props.stand(canvas, scenery("🌴", int(canvas.short * 0.46)), side, 0.8)


def _lake(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 3)
    grounds.paint_water(canvas, stream(plan.seed, "water"), base=canvas.horizon + 0.06, colors=grounds.LAKE)
    if plan.shore:
        grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), base=0.86, height=0.03)
        props.scatter(canvas, plan, ("🌼", "🌱", "🌾"), 7, 0.92, 1.0, 0.07)
    elif not plan.actors:
        props.scatter(canvas, plan, ("🌲",), 7, 0.62, 0.66, 0.1)


def _river(canvas: Canvas, plan: Plan) -> None:
    """Let a river wind from the hills to the viewer."""
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 2, snow=False)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), height=0.02)
    land = canvas.pixels.copy()
    near = np.clip((canvas.yy / canvas.height - canvas.horizon) / (1 - canvas.horizon), 0, 1)
    grounds.paint_water(canvas, stream(plan.seed, "water"), base=canvas.horizon + 0.01, colors=grounds.LAKE)
    side = -1 if plan.mirrored else 1
    middle = 0.5 + side * (0.2 * exact.sin(near * 6.6 + 0.4) * (0.35 + 0.65 * near))
    half = 0.012 + (0.5 if plan.wet else 0.3) * exact.power(near, 1.5)
    bank = np.clip((half - np.abs(canvas.xx / canvas.width - middle)) * canvas.width / 3 + 0.5, 0, 1) * (near > 0)
    canvas.pixels = np.asarray(land + (canvas.pixels - land) * bank[..., None], np.float32)
    props.scatter(canvas, plan, ("🌲", "🌳"), 6, canvas.horizon + 0.03, canvas.horizon + 0.1, 0.12)


def _waterfall(canvas: Canvas, plan: Plan) -> None:
    """Let water fall from a cliff into a pool."""
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 2)
    rng = stream(plan.seed, "ground")
    top, foot = 0.2, canvas.horizon + 0.16
    grounds.paint_ground(canvas, rng, CLIFF, "#4a4f4a", base=top, height=0.08, texture=0.7, cell=0.1)
    grounds.paint_water(canvas, stream(plan.seed, "water"), base=foot, colors=grounds.LAKE)
    y = canvas.yy / canvas.height
    streaks = noise(stream(plan.seed, "fall"), canvas.width, canvas.height, canvas.short * 0.05, 4, wide=0.4, tall=9)
    wobble = 0.012 * exact.sin(y * 30)
    inside = np.clip((canvas.xx / canvas.width - FALL_LEFT + wobble) * 90, 0, 1)
    inside = inside * np.clip((FALL_RIGHT + wobble - canvas.xx / canvas.width) * 90, 0, 1)
    inside = inside * np.clip((y - top - 0.015) * 60, 0, 1) * np.clip((foot + 0.02 - y) * 60, 0, 1)
    water = mix(canvas.lit("#7fb6d6"), canvas.lit("#ffffff"), np.clip(streaks * 1.5 - 0.25, 0, 1)[..., None])
    canvas.over(water, (inside * 0.95)[..., None])
    spray = np.clip(1 - np.abs(y - foot) / 0.06, 0, 1) * np.clip(1.3 - np.abs(canvas.xx / canvas.width - 0.5) * 6, 0, 1)
    canvas.over(canvas.lit("#ffffff"), (spray * 0.7)[..., None])
    if plan.shore:
        grounds.paint_ground(canvas, rng, *ground_colors(plan), base=0.86, height=0.03)
    for x, size in ((0.08, 0.32), (0.22, 0.22), (0.8, 0.24), (0.93, 0.34)):
        if not props.is_treeless(plan):
            props.stand(canvas, scenery("🌲", int(canvas.short * size)), x, foot + 0.02)


def _mountains(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 4)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), base=0.84, height=0.06)
    props.scatter(canvas, plan, ("🌲",), 6, 0.84, 0.9, 0.14)


def _forest(canvas: Canvas, plan: Plan) -> None:
    snow = plan.prompt.weather == "snow"
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 2, snow=False, base=canvas.horizon - 0.06)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan))
    if not props.is_treeless(plan):
        props.plant_trees(canvas, plan, ("🌲",) if snow else ("🌲", "🌲", "🌲", "🌳"), snow=snow)


def _jungle(canvas: Canvas, plan: Plan) -> None:
    """Paint a dense wood of palms and broad leaves in green haze."""
    open_sky(canvas, plan)
    canvas.over(canvas.lit("#8fc46a"), np.float32(0.45))
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan))
    if not props.is_treeless(plan):
        props.plant_trees(canvas, plan, ("🌴", "🌴", "🌳", "🌿"), snow=False)
    props.scatter(canvas, plan, ("🌿", "🌺", "🌿"), 12, 0.72, 1.0, 0.13)


def _meadow(canvas: Canvas, plan: Plan) -> None:
    snow = plan.prompt.weather == "snow"
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 2, snow=False, base=canvas.horizon + 0.02)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), height=0.04)
    props.scatter(canvas, plan, ("🌲",) if snow else ("🌼", "🌷", "🌱", "🌼"), 12, 0.68, 0.99, 0.07)


def _savanna(canvas: Canvas, plan: Plan) -> None:
    """Paint dry grass with few trees under a wide sky."""
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 1, snow=False, base=canvas.horizon + 0.02)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), height=0.02, texture=0.4)
    if not props.is_treeless(plan):
        for x, y, size in ((0.13, 0.66, 0.3), (0.88, 0.65, 0.24), (0.66, 0.635, 0.12)):
            props.stand(canvas, scenery("🌳", int(canvas.short * size), "olive"), 1 - x if plan.mirrored else x, y)
    props.scatter(canvas, plan, ("🌾",), 12, 0.66, 0.99, 0.1)


def _desert(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan)
    rng = stream(plan.seed, "ground")
    for far, near, base in DUNES:
        grounds.paint_ground(canvas, rng, far, near, base=base, height=0.07, texture=0.12, cell=0.04)
    props.scatter(canvas, plan, ("🌵",), 3, 0.68, 0.82, 0.13)


def _snowfield(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 3)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), "#f4f8fb", "#c3d6e8", height=0.05, texture=0.1)


def _road(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 2)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), height=0.02)
    grounds.paint_road(canvas)


def _underwater(canvas: Canvas, plan: Plan) -> None:
    rng = stream(plan.seed, "water")
    grounds.paint_deep_water(canvas, rng)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), "#c9b98a", "#7f7a5c", base=0.86, height=0.05)
    props.scatter(canvas, plan, ("🪸", "🌿", "🪨"), 7, 0.84, 0.98, 0.13)
    if not plan.actors:
        for x, y, key in ((0.3, 0.4, "🐠"), (0.62, 0.55, "🐟"), (0.75, 0.3, "🐡")):
            canvas.paste(scenery(key, int(canvas.short * 0.14)), canvas.width * x, canvas.height * y)
    grounds.paint_bubbles(canvas, rng)


def _space(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan, whole=True)
    skies.paint_nebula(canvas, stream(plan.seed, "nebula"))
    if "🪐" not in plan.prompt.excluded and not any("🪐" in actor.glyphs for actor in plan.actors):
        x = 0.16 if plan.shift > 0 else 0.84
        canvas.paste(scenery("🪐", int(canvas.short * 0.16)), canvas.width * x, canvas.height * 0.2, tinted=False)


def _ground_in_space(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan, whole=True)
    if plan.place == "moon":
        x = 0.8 if plan.mirrored else 0.2
        canvas.paste(scenery("🌍", int(canvas.short * 0.2)), canvas.width * x, canvas.height * 0.24, tinted=False)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), height=0.05, texture=0.3)
    grounds.paint_craters(canvas, stream(plan.seed, "craters"))


OUTDOORS: dict[str, Callable[[Canvas, Plan], None]] = {
    "sky": _sky,
    "sea": _sea,
    "beach": _beach,
    "island": _island,
    "lake": _lake,
    "river": _river,
    "waterfall": _waterfall,
    "mountains": _mountains,
    "forest": _forest,
    "jungle": _jungle,
    "meadow": _meadow,
    "savanna": _savanna,
    "desert": _desert,
    "snowfield": _snowfield,
    "road": _road,
    "underwater": _underwater,
    "space": _space,
    "moon": _ground_in_space,
    "mars": _ground_in_space,
}
