"""Things that stand about in a place: trees, flowers, cars, plants in pots."""

from __future__ import annotations

import numpy as np
from PIL import Image

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import Canvas, mix, noise
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.sprites import scenery

TREE_ROWS = ((0.68, 0.24, 14, 0.35), (0.73, 0.36, 9, 0.65), (0.84, 0.6, 4, 1.0))  # y, size, count, nearness
FRONT_TREES = (0.02, 0.14, 0.87, 0.99)  # x: the middle stays free
TREE_SIZES, PROP_SIZES = (0.85, 1.0, 1.15), 5  # few sizes, so that few drawings are rendered


def stand(canvas: Canvas, image: Image.Image, x: float, y: float) -> None:
    """Stand a thing on the ground, its lower edge at `x`, `y` (fractions of the picture)."""
    canvas.paste(image, canvas.width * x, canvas.height * y, standing=True, shadow=True)


def seasonal(plan: Plan, key: str, longest: int) -> Image.Image:
    """Give the image of a plant as it is in the season: trees are orange in autumn, flowers are fallen leaves."""
    drawing, color = table("places")["seasons"].get(plan.prompt.season or "", {}).get(key, (key, None))
    return scenery(drawing, longest, color)


def is_treeless(plan: Plan) -> bool:
    """Whether the prompt excludes trees."""
    return bool(plan.prompt.excluded & kind("trees"))


def scatter(
    canvas: Canvas, plan: Plan, keys: tuple[str, ...], count: int, far: float, near: float, size: float
) -> None:
    """Stand small things on the ground between two lines, nearer ones larger."""
    excluded = plan.prompt.excluded | (kind("trees") if is_treeless(plan) else frozenset())
    allowed = [key for key in keys if key not in excluded]
    rng = stream(plan.seed, "props")
    for depth, chance, x in sorted(rng.random((count, 3)).tolist()):
        if allowed:
            longest = int(canvas.short * size * (0.5 + 0.2 * round((PROP_SIZES - 1) * depth)))
            stand(canvas, seasonal(plan, allowed[int(chance * len(allowed))], longest), x, far + (near - far) * depth)


def plant_trees(canvas: Canvas, plan: Plan, keys: tuple[str, ...], *, snow: bool) -> None:
    """Stand three rows of trees, far ones in the haze; the front row leaves the middle free."""
    haze = exact.mean(canvas.pixels[min(canvas.height - 1, int(canvas.height * canvas.horizon))])
    stretch = canvas.width / canvas.short
    for row, (y, size, count, near) in enumerate(TREE_ROWS):
        rng = stream(plan.seed, "trees", row)
        in_front = row == len(TREE_ROWS) - 1
        total = count if in_front else max(4, round(count * stretch))
        drawn: dict[tuple[str, int], Image.Image] = {}
        for i, (dx, dy, which, tall) in enumerate(rng.random((total, 4)).tolist()):
            x = FRONT_TREES[i] + 0.05 * (dx - 0.5) if in_front else (i + 0.5 + 0.7 * (dx - 0.5)) / total
            longest = int(canvas.short * size * TREE_SIZES[int(tall * len(TREE_SIZES))])
            kind_and_size = keys[int(which * len(keys))], longest
            if kind_and_size not in drawn:
                tree = seasonal(plan, *kind_and_size)
                drawn[kind_and_size] = _snow_covered(tree, rng) if snow else tree
            canvas.paste(
                drawn[kind_and_size],
                canvas.width * x,
                canvas.height * (y + 0.02 * dy + canvas.horizon - 0.66),
                standing=True,
                shadow=row > 0,
                haze=(haze, 0.8 * (1 - near)),
            )


def _snow_covered(tree: Image.Image, rng: np.random.Generator) -> Image.Image:
    pixels = np.asarray(tree, np.float32) / 255
    flakes = np.clip(noise(rng, tree.width, tree.height, 18, 3) - 0.4, 0, 1)[..., None]
    from_above = np.linspace(0.5, 0.12, tree.height, dtype=np.float32)[:, None, None]
    pixels[..., :3] = mix(pixels[..., :3], 0.94, np.clip(from_above + 0.5 * flakes, 0, 0.9))
    return Image.fromarray(exact.to_bytes(pixels))
