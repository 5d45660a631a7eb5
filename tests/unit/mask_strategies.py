"""Operations of every kind for property-based tests, on a picture small enough to look at every pixel."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.mask import bitmaps
from imagewidgets.mask.operations import (
    Arrow,
    Bitmap,
    Bucket,
    Circle,
    Clear,
    ClearMarkup,
    Ellipse,
    Extend,
    FillHoles,
    Grow,
    Invert,
    KeepLargest,
    Note,
    Pen,
    Polygon,
    Rectangle,
    SelectAll,
    Shrink,
    Smooth,
    Wand,
    stroke,
)

SIZE = (40, 30)

MODES = ("add", "subtract", "intersect")
modes = st.sampled_from(MODES)
coordinate = st.integers(-8, 48) | st.floats(-8, 48).map(lambda value: round(value, 2))
extent = st.integers(1, 40) | st.floats(0.5, 40).map(lambda value: round(value, 2))
points = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=5)
colors = st.sampled_from(["#e01b24", "#000000", "#FFFFFF"])
inside = {"x": st.floats(0, SIZE[0] - 0.01), "y": st.floats(0, SIZE[1] - 0.01)}


full = st.just(100)


@st.composite
def strokes(draw, hardness=full, mode=modes):
    path = draw(points)
    widths = draw(st.none() | st.lists(extent, min_size=len(path), max_size=len(path)))
    return stroke(path, size=draw(extent), mode=draw(mode), hardness=draw(hardness), widths=widths)


@st.composite
def masks(draw):
    """Grey arrays that have some of everything."""
    seed, kind = draw(st.integers(0, 2**16)), draw(st.sampled_from(["hard", "soft", "none", "all"]))
    if kind in ("none", "all"):
        return np.full(SIZE[::-1], 255 * (kind == "all"), np.uint8)
    noise = np.random.default_rng(seed).integers(0, 256, SIZE[::-1], np.uint8)
    return noise if kind == "soft" else np.where(noise < 60, np.uint8(255), np.uint8(0))


def bitmap(mask: np.ndarray, mode: str) -> Bitmap:
    return Bitmap(bitmaps.to_bitmap(Image.fromarray(mask), mask.shape[::-1], soft=True), mode)


boxes = {"x": coordinate, "y": coordinate, "w": extent, "h": extent}
shapes = st.one_of(
    strokes(),
    st.builds(Rectangle, **boxes, mode=modes),
    st.builds(Ellipse, **boxes, mode=modes),
    st.builds(Polygon, st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=8).map(tuple), mode=modes),
)
hard = st.one_of(
    shapes,
    st.builds(Wand, **inside, tolerance=st.floats(0, 100), contiguous=st.booleans(), mode=modes),
    st.builds(Bucket, **inside, mode=modes),
    st.sampled_from([SelectAll(), Clear(), Invert(), FillHoles(), KeepLargest()]),
    st.builds(Grow, st.integers(1, 9)),
    st.builds(Shrink, st.integers(1, 9)),
    st.builds(Smooth, st.integers(1, 9)),
)
soft = st.one_of(
    strokes(hardness=st.integers(0, 99)),
    st.builds(bitmap, masks(), st.sampled_from([*MODES, "replace"])),
)
marks = st.one_of(
    st.builds(Arrow, st.tuples(coordinate, coordinate), st.just((60.0, 60.0)), colors, extent),
    st.builds(Circle, **boxes, color=colors, width=extent),
    st.builds(Pen, points.map(tuple), colors, extent),
    st.builds(Note, coordinate, coordinate, st.sampled_from(["here", "two\nlines", "ø → ∞"]), colors, extent),
    st.just(ClearMarkup()),
)
side = st.integers(0, 5)
extends = st.builds(Extend, side, side, side, st.integers(1, 5))
"""After one of these, the bitmaps above no longer fit."""

operations = st.one_of(hard, soft, marks, extends)


def picture() -> Image.Image:
    """Coloured areas, some of them twice, and noise of one step, which a wand must look over."""
    width, height = SIZE
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    bands = np.stack([(x // 10 % 2) * 120 + 60, (y // 8 % 2) * 120 + 60, (x + y) % 2 + 90], -1)
    return Image.fromarray(bands.astype(np.uint8))
