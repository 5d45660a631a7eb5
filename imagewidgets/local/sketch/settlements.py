"""Where people live and work outdoors: city, street, village, farm, garden, park, harbour and others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from imagewidgets.local.sketch import grounds, interiors, props, streets
from imagewidgets.local.sketch.canvas import Canvas, rgb
from imagewidgets.local.sketch.outdoors import ground_colors, open_sky
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.sprites import scenery

CARS = ("🚕", "🚗", "🚌", "🚙")
HOUSES = ("🏠", "🏢", "🏡", "🏪", "🏦", "🏬", "🏠", "🏨")
COTTAGES = ("🏡", "🏠", "log cabin", "🏠")
LINE = "#f4f7f2"  # of a playing field
STANDS, CROWD = "#8d97a3", ("#d93636", "#f2c62e", "#2f6fd6", "#f4f4f0")
FIELD_STRIPES, FURROWS = 9, 16


def _stand_all(canvas: Canvas, plan: Plan, things: tuple[tuple[str, float, float, float], ...]) -> None:
    """Stand things (drawing, x, y of the feet, size) but for those that are excluded or are actors themselves."""
    taken = plan.prompt.excluded | {key for actor in plan.actors for key in actor.glyphs}
    for key, x, y, size in things:
        if key not in taken:
            where = 1 - x if plan.mirrored else x
            props.stand(canvas, props.seasonal(plan, key, int(canvas.short * size)), where, y)


def _has_room_for_cars(plan: Plan) -> bool:
    return not plan.actors and not plan.prompt.excluded & {*CARS, "🚗"}


def _drive_cars(canvas: Canvas, plan: Plan) -> None:
    rng = stream(plan.seed, "cars")
    for x in (0.22, 0.72):
        car = scenery(CARS[int(rng.random() * len(CARS))], int(canvas.short * 0.2))
        props.stand(canvas, car, x + 0.12 * (rng.random() - 0.5), 0.965)


def _city(canvas: Canvas, plan: Plan) -> None:
    open_sky(canvas, plan)
    streets.paint_skyline(canvas, stream(plan.seed, "houses"))
    streets.paint_street(canvas, stream(plan.seed, "street"), wet=plan.prompt.weather in ("rain", "storm"))
    if _has_room_for_cars(plan):
        _drive_cars(canvas, plan)
    streets.paint_lamps(canvas, stream(plan.seed, "lamps"))


def _street(canvas: Canvas, plan: Plan) -> None:
    """Paint a row of houses behind a pavement."""
    open_sky(canvas, plan)
    rng = stream(plan.seed, "houses")
    foot = canvas.horizon + 0.13
    size = int(canvas.short * 0.42)
    first, x = int(rng.random() * len(HOUSES)), -0.03 * rng.random()
    band = canvas.pixels[int(canvas.height * (canvas.horizon + 0.05)) : int(canvas.height * foot) + 1]
    band[:] = canvas.lit("#8d8f96")
    while x < 1.05:
        house = scenery(HOUSES[first % len(HOUSES)], size)
        canvas.paste(house, canvas.width * x + house.width / 2, canvas.height * foot, standing=True)
        x += house.width * 0.97 / canvas.width
        first += 1
    streets.paint_street(canvas, stream(plan.seed, "street"), wet=plan.prompt.weather in ("rain", "storm"))
    if _has_room_for_cars(plan):
        _drive_cars(canvas, plan)
    streets.paint_lamps(canvas, stream(plan.seed, "lamps"))


def _land(canvas: Canvas, plan: Plan, *, height: float = 0.03, hills: int = 2) -> None:
    """Paint sky, hills and the ground of the place."""
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), hills, snow=False, base=canvas.horizon + 0.02)
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), height=height)


def _path(canvas: Canvas, color: str, *, near: float = 0.2, far: float = 0.015) -> None:
    """Lay a path from the viewer to the horizon, bending a little."""
    depth = np.clip((canvas.yy / canvas.height - canvas.horizon - 0.03) / (0.97 - canvas.horizon), 0, 1)
    middle = 0.5 + 0.1 * (1 - depth) * (1 - depth)
    inside = np.clip((far + near * depth - np.abs(canvas.xx / canvas.width - middle)) * canvas.width / 3, 0, 1)
    canvas.over(canvas.lit(color), (inside * (depth > 0) * 0.85)[..., None])


def _village(canvas: Canvas, plan: Plan) -> None:
    _land(canvas, plan, height=0.05, hills=3)
    _path(canvas, "#cfb88a")
    foot = canvas.horizon + 0.05
    row = (("⛪", 0.62, foot + 0.01, 0.3), ("🏡", 0.12, foot + 0.05, 0.26), ("🏠", 0.34, foot + 0.02, 0.22))
    rest = (("log cabin", 0.88, foot + 0.07, 0.28), ("🌳", 0.48, foot, 0.16), ("🌳", 0.76, foot + 0.03, 0.18))
    _stand_all(canvas, plan, (*row[:1], *rest[1:], *row[1:], rest[0]))


def _farm(canvas: Canvas, plan: Plan) -> None:
    """Paint furrows, a barn, a fence and hay."""
    _land(canvas, plan, height=0.02)
    depth = np.clip((canvas.yy / canvas.height - canvas.horizon - 0.02) / (0.98 - canvas.horizon), 0, 1)
    across = (canvas.xx / canvas.width - 0.5) / (depth + 0.12)
    rows = ((across * FURROWS) % 1 < 0.4) * (depth > 0) * (1 - depth) * 0.5
    if plan.prompt.weather != "snow":
        canvas.over(canvas.lit("#8a6a38"), rows[..., None].astype(np.float32))
    foot = canvas.horizon + 0.06
    _stand_all(canvas, plan, (("windmill", 0.86, foot - 0.02, 0.2), ("barn", 0.2, foot + 0.05, 0.4)))
    _fence_row(canvas, plan, foot + 0.1, 0.24)
    _stand_all(canvas, plan, (("haystack", 0.9, foot + 0.14, 0.18), ("🌾", 0.05, 0.97, 0.14), ("🌽", 0.97, 0.98, 0.12)))


def _fence_row(canvas: Canvas, plan: Plan, y: float, size: float) -> None:
    if "fence" in plan.prompt.excluded or any("fence" in actor.glyphs for actor in plan.actors):
        return
    image = scenery("fence", int(canvas.short * size))
    step = image.width * 0.98 / canvas.width
    for n in range(int(1 / step) + 2):
        canvas.paste(image, canvas.width * (n + 0.3) * step, canvas.height * y, standing=True)


def _garden(canvas: Canvas, plan: Plan) -> None:
    """Paint a hedge, a fence, flower beds and a path."""
    _land(canvas, plan, height=0.01)
    foot = canvas.horizon + 0.04
    _stand_all(canvas, plan, (("🌳", 0.1, foot + 0.02, 0.34), ("🌳", 0.93, foot + 0.02, 0.3), ("🏡", 0.62, foot, 0.26)))
    _fence_row(canvas, plan, foot + 0.07, 0.22)
    _path(canvas, "#d9c9a3", near=0.12, far=0.05)
    flowers = ("🌷", "🌹", "🌻", "🌼", "🪻")
    if plan.prompt.weather != "snow":
        for side, seed in ((0.22, "left"), (0.8, "right")):
            rng = stream(plan.seed, "bed", seed)
            for depth, x, which in sorted(rng.random((9, 3)).tolist()):
                key = flowers[int(which * len(flowers))]
                if key not in plan.prompt.excluded:
                    size = int(canvas.short * (0.08 + 0.02 * round(3 * depth)))
                    where = side + 0.3 * (x - 0.5) + (0.08 if side > 0.5 else -0.08) * depth
                    props.stand(canvas, props.seasonal(plan, key, size), where, foot + 0.12 + 0.26 * depth)


def _park(canvas: Canvas, plan: Plan) -> None:
    _land(canvas, plan, height=0.02)
    _path(canvas, "#d8c7a0", near=0.16)
    foot = canvas.horizon + 0.05
    trees = (("🌳", 0.06, foot + 0.06, 0.46), ("🌳", 0.24, foot, 0.3), ("🌳", 0.78, foot + 0.01, 0.32))
    _stand_all(canvas, plan, (*trees, ("🌳", 0.95, foot + 0.08, 0.48), ("street lamp", 0.37, foot + 0.1, 0.34)))
    _stand_all(canvas, plan, (("bench", 0.2, foot + 0.14, 0.22), ("⛲", 0.68, foot + 0.05, 0.18)))
    props.scatter(canvas, plan, ("🌼", "🌷"), 6, 0.86, 0.99, 0.06)


def _harbor(canvas: Canvas, plan: Plan) -> None:
    """Paint boats on the water, and a pier in front where someone stands on it."""
    open_sky(canvas, plan)
    grounds.paint_mountains(canvas, stream(plan.seed, "mountains"), 1, snow=False, base=canvas.horizon)
    grounds.paint_water(canvas, stream(plan.seed, "water"))
    foot = canvas.horizon + 0.1
    _stand_all(canvas, plan, (("lighthouse", 0.93, canvas.horizon + 0.03, 0.26), ("⛵", 0.2, foot, 0.22)))
    _stand_all(
        canvas, plan, (("🚢", 0.55, foot + 0.02, 0.24), ("⛵", 0.8, foot + 0.09, 0.2), ("🚤", 0.1, foot + 0.12, 0.16))
    )
    if plan.shore or not plan.actors:
        interiors.paint_wood(canvas, stream(plan.seed, "pier"), 0.86, "#9a7448")
        _stand_all(canvas, plan, (("barrel", 0.06, 0.93, 0.13), ("crate", 0.95, 0.94, 0.13)))


def _graveyard(canvas: Canvas, plan: Plan) -> None:
    _land(canvas, plan)
    foot = canvas.horizon + 0.05
    stones = tuple(
        ("🪦", x, foot + y, size) for x, y, size in ((0.16, 0.06, 0.14), (0.4, 0.03, 0.11), (0.72, 0.04, 0.12))
    )
    _stand_all(
        canvas, plan, (("🪾", 0.9, foot + 0.04, 0.46), *stones, ("🪦", 0.9, foot + 0.2, 0.18), ("🪦", 0.07, 0.95, 0.2))
    )
    props.scatter(canvas, plan, ("🌾",), 5, 0.8, 0.99, 0.08)


def _carnival(canvas: Canvas, plan: Plan) -> None:
    _land(canvas, plan)
    foot = canvas.horizon + 0.06
    rides = (
        ("🎡", 0.22, foot, 0.52),
        ("🎢", 0.55, foot, 0.36),
        ("🎪", 0.85, foot + 0.03, 0.4),
        ("🎠", 0.48, foot + 0.07, 0.2),
    )
    _stand_all(canvas, plan, rides)
    for x, color in ((0.08, "red"), (0.4, "yellow"), (0.68, "turquoise"), (0.95, "purple")):
        canvas.paste(scenery("🎈", int(canvas.short * 0.1), color), canvas.width * x, canvas.height * 0.16)


def _stadium(canvas: Canvas, plan: Plan) -> None:
    """Paint stands with people, and a mown field with lines."""
    open_sky(canvas, plan)
    top, edge = int(canvas.height * (canvas.horizon - 0.24)), int(canvas.height * canvas.horizon)
    stands = canvas.pixels[top:edge]
    rows = ((canvas.yy[top:edge] / canvas.height * 44) % 1 < 0.5)[..., None]
    stands[:] = canvas.lit(STANDS) * np.where(rows, 0.8, 1.0)
    rng = stream(plan.seed, "crowd")
    size = max(1.0, canvas.short * 0.007)
    for x, y, which in rng.random((260, 3)).tolist():
        canvas.disc(x * canvas.width, top + y * (edge - top), size, canvas.lit(CROWD[int(which * len(CROWD))]))
    grounds.paint_ground(canvas, stream(plan.seed, "ground"), *ground_colors(plan), height=0.0, texture=0.1)
    depth = np.clip((canvas.yy / canvas.height - canvas.horizon) / (1 - canvas.horizon), 0, 1)
    stripe = (np.sqrt(depth) * FIELD_STRIPES % 1 < 0.5) * (depth > 0) * 0.12
    canvas.over(rgb("#ffffff"), stripe[..., None].astype(np.float32))
    across = np.abs((canvas.xx / canvas.width - 0.5) / (0.5 + 0.5 * depth))
    lines = (np.abs(across - 0.44) < 0.006) | (np.abs(depth - 0.16) < 0.008) | (np.abs(depth - 0.62) < 0.012)
    canvas.over(canvas.lit(LINE), (lines * (depth > 0.02) * (across < 0.446) * 0.85)[..., None].astype(np.float32))
    _stand_all(canvas, plan, (("🥅", 0.5, canvas.horizon + 0.09, 0.26),))


SETTLEMENTS: dict[str, Callable[[Canvas, Plan], None]] = {
    "city": _city,
    "street": _street,
    "village": _village,
    "farm": _farm,
    "garden": _garden,
    "park": _park,
    "harbor": _harbor,
    "graveyard": _graveyard,
    "carnival": _carnival,
    "stadium": _stadium,
}
