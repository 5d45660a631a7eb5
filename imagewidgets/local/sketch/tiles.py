"""Styles that lay a picture from pieces: mosaic, stained glass, low-poly, cubist. Pieces end at a subject's rim."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import mix, noise
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.layers import INSIDE, LUMA, Layers, enlarged, flat, floats, grown, to_image

Ints = npt.NDArray[np.int64]

WORK = 640  # px: pieces are cut on a picture whose shorter side is at most this
TILES, PANES, FACETS, SUBJECT_FACETS, CUTS = 52, 9, 26, 48, 10  # along the shorter side
GROUT = np.array([0.86, 0.84, 0.79], np.float32)
LEAD = np.array([0.09, 0.09, 0.11], np.float32)
PANE_COLORS, GROUND_COLORS = 10, 5
OCHRE = np.array([0.62, 0.5, 0.36], np.float32)


def _nearest(rng: np.random.Generator, width: int, height: int, cell: float, jitter: float, *, square: bool) -> Ints:
    """Give which point of a shaken grid is nearest to each pixel; `square` measures as a chessboard's king walks."""
    columns, rows = int(width / cell) + 3, int(height / cell) + 3
    grid_y, grid_x = np.mgrid[0:rows, 0:columns]
    x = ((grid_x - 0.5 + jitter * (rng.random((rows, columns)) - 0.5)) * cell).astype(np.float32).ravel()
    y = ((grid_y - 0.5 + jitter * (rng.random((rows, columns)) - 0.5)) * cell).astype(np.float32).ravel()
    xx, yy = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    column, row = (xx / cell).astype(np.int64) + 1, (yy / cell).astype(np.int64) + 1
    best = np.full((height, width), np.inf, np.float32)
    owner = np.zeros((height, width), np.int64)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            which = (row + dy) * columns + column + dx
            off_x, off_y = np.abs(xx - x[which]), np.abs(yy - y[which])
            away = np.maximum(off_x, off_y) if square else off_x * off_x + off_y * off_y
            nearer = away < best
            best = np.where(nearer, away, best)
            owner = np.where(nearer, which, owner)
    return owner


def _means(pixels: Floats, ids: Ints) -> Floats:
    """Give the mean colour of each piece, shape (pieces, 3)."""
    flat_ids = ids.ravel()
    count = np.bincount(flat_ids).clip(1)
    return np.stack([np.bincount(flat_ids, pixels[..., k].ravel()) / count for k in range(3)], -1).astype(np.float32)


def _seams(ids: Ints) -> Floats:
    """Give 1 where a pixel and the one to its right or below belong to different pieces."""
    seams = np.zeros(ids.shape, np.float32)
    seams[:, :-1] = ids[:, :-1] != ids[:, 1:]
    seams[:-1] = np.maximum(seams[:-1], ids[:-1] != ids[1:])
    return seams


def _inside(layers: Layers) -> npt.NDArray[np.bool_]:
    return np.asarray(np.asarray(layers.cover) > INSIDE)


def mosaic(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Lay the picture with small stones; rows of them follow the outline of the subjects."""
    small = layers.set_off().fitted(WORK)
    width, height = small.image.size
    cell = max(4.0, small.short / TILES)
    inside = _inside(small)
    ids = _nearest(rng, width, height, cell, 0.5, square=True) * 2 + inside
    pixels = floats(small.image)
    colors = _means(pixels, ids)
    colors = np.clip(colors * (0.93 + 0.14 * rng.random((len(colors), 1))) + 0.01, 0, 1).astype(np.float32)
    seams = _seams(ids)
    grout = np.clip(floats(to_image(seams).filter(exact.blur(0.55))) * 1.5, 0, 1)
    stones = colors[ids]
    shine = np.roll(grout, (1, 1), (0, 1)) - np.roll(grout, (-1, -1), (0, 1))
    stones = np.clip(stones * (1.04 + 0.2 * shine[..., None]), 0, 1)
    return enlarged(to_image(mix(stones, GROUT * 0.5, grout[..., None] * 0.8)), layers.image.size)


def stained_glass(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Set panes of coloured glass into lead: the subjects in panes of their own shapes, the ground in large ones."""
    small = layers.set_off(0.26).fitted(WORK)
    width, height = small.image.size
    inside = _inside(small)
    own = np.asarray(flat(small.image, PANE_COLORS, cover=small.subject, smooth=0.003, short=WORK), np.int64)
    scene = np.asarray(flat(small.image, GROUND_COLORS, smooth=0.012, short=WORK), np.int64)
    big = _nearest(rng, width, height, small.short / PANES, 0.9, square=False)
    fine = _nearest(rng, width, height, small.short / (PANES * 0.9), 0.9, square=False)
    ids = np.where(inside, (fine * PANE_COLORS + own) * 2 + 1, (big * PANE_COLORS + scene) * 2)
    _, packed = np.unique(ids, return_inverse=True)
    packed = packed.reshape(ids.shape)
    colors = _means(floats(small.image), packed)
    grey = exact.weighted(colors, LUMA)[:, None]
    colors = np.clip(grey + (colors - grey) * 1.5 + 0.06, 0, 1) * (0.86 + 0.3 * rng.random((len(colors), 1)))
    glass = noise(rng, width, height, small.short / 12, 3)[..., None]
    panes = np.clip(colors[packed] * (0.76 + 0.52 * glass), 0, 1)
    thin = max(1.0, small.short / 420)
    seams = _seams(np.where(inside, fine, big))
    shapes = np.maximum(_seams(np.where(inside, own, -1)), _seams(np.where(inside, -1, scene)))
    rim = _seams(inside.astype(np.int64))
    bars = np.maximum(
        np.maximum(_bar(to_image(seams), thin), _bar(to_image(shapes), thin)), _bar(to_image(rim), thin * 2)
    )
    bulge = floats(to_image(bars).filter(exact.blur(small.short / 90)))
    glow = panes * (1 - 0.35 * bulge[..., None])
    shine = np.clip(np.roll(bars, (1, 1), (0, 1)) - np.roll(bars, (-1, -1), (0, 1)), 0, 1)[..., None]
    return enlarged(to_image(mix(glow, LEAD + 0.25 * shine, bars[..., None])), layers.image.size)


def _bar(seams: Image.Image, width: float) -> Floats:
    return np.asarray(np.clip(floats(grown(seams, max(1, round(width))).filter(exact.blur(0.8))) * 1.1, 0, 1))


def low_poly(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Stretch triangles between points that lie on the outlines, each in one colour; those of subjects are smaller."""
    small = layers.set_off(0.22).fitted(WORK)
    inside = _inside(small)
    pixels = floats(small.image)
    colors = _in_triangles(small, pixels, ~inside, rng, FACETS)
    if small.has_subject:
        colors = np.where(inside[..., None], _in_triangles(small, pixels, inside, rng, SUBJECT_FACETS), colors)
    return enlarged(to_image(colors), layers.image.size)


def _in_triangles(
    layers: Layers, pixels: Floats, part: npt.NDArray[np.bool_], rng: np.random.Generator, facets: int
) -> Floats:
    """Give the pixels in triangles, each in the mean colour of what it holds of a part of the picture."""
    width, height = layers.image.size
    cell = layers.short / facets
    columns, rows = int(width / cell) + 2, int(height / cell) + 2
    x, y = _corners(layers, rng, cell, columns, rows)
    ids = _triangles(x, y, width, height, columns, rows)
    count = columns * rows * 2
    kept, flat_ids = part.ravel(), ids.ravel()
    weight = np.bincount(flat_ids, kept, count).clip(1)
    color = np.stack([np.bincount(flat_ids, pixels[..., k].ravel() * kept, count) / weight for k in range(3)], -1)
    color = np.clip(color * (0.94 + 0.12 * rng.random((count, 1))), 0, 1)
    return np.asarray(color[ids], np.float32)


def _corners(layers: Layers, rng: np.random.Generator, cell: float, columns: int, rows: int) -> tuple[Floats, Floats]:
    """Give the corners of the triangles, shape (rows, columns): a shaken grid, drawn to the outlines nearby."""
    width, height = layers.image.size
    edges = np.asarray(layers.image.convert("L").filter(ImageFilter.FIND_EDGES), np.float32)
    rim = np.asarray(layers.cover.filter(ImageFilter.FIND_EDGES), np.float32)
    strength = edges + 1.5 * rim + 4 * rng.random((height, width), np.float32)
    reach = max(1, int(cell * 0.42))
    dy, dx = (plane.ravel() for plane in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    grid_y, grid_x = np.mgrid[0:rows, 0:columns]
    x = (
        np.rint(grid_x * cell + cell * 0.3 * (rng.random((rows, columns)) - 0.5) * 2)
        .astype(np.int64)
        .clip(0, width - 1)
    )
    y = (
        np.rint(grid_y * cell + cell * 0.3 * (rng.random((rows, columns)) - 0.5) * 2)
        .astype(np.int64)
        .clip(0, height - 1)
    )
    near_x, near_y = (x[..., None] + dx).clip(0, width - 1), (y[..., None] + dy).clip(0, height - 1)
    found = strength[near_y, near_x] * (1 - 0.3 * (np.abs(dx) + np.abs(dy)) / (2 * reach))
    best = found.argmax(-1)
    strong = found.max(-1) > 24
    x, y = np.where(strong, x + dx[best], x), np.where(strong, y + dy[best], y)
    x[:, 0], x[:, -1], y[0], y[-1] = 0, width - 1, 0, height - 1
    return x.clip(0, width - 1).astype(np.float64), y.clip(0, height - 1).astype(np.float64)


def _triangles(x: Floats, y: Floats, width: int, height: int, columns: int, rows: int) -> Ints:
    """Give in which triangle of the grid each pixel lies; two share each square."""
    number = np.arange(rows * columns).reshape(rows, columns)
    corner = number[: rows - 1, : columns - 1].ravel()
    right, below, across = corner + 1, corner + columns, corner + columns + 1
    lean = (corner // columns + corner % columns) % 2 == 0
    first = np.where(lean, corner, right), np.where(lean, right, across), np.where(lean, below, corner)
    second = np.where(lean, right, across), np.where(lean, across, below), np.where(lean, below, corner)
    yy, xx = np.mgrid[0:height, 0:width]
    cell_x, cell_y = width / (columns - 1), height / (rows - 1)
    ids = np.minimum((yy / cell_y).astype(np.int64), rows - 2) * columns + np.minimum(
        (xx / cell_x).astype(np.int64), columns - 2
    )
    ids *= 2
    px, py = x.ravel(), y.ravel()
    for turn, corners in enumerate((first, second)):
        ax, bx, cx = (px[index] for index in corners)
        ay, by, cy = (py[index] for index in corners)
        left, top = (
            np.minimum(np.minimum(ax, bx), cx).astype(np.int64),
            np.minimum(np.minimum(ay, by), cy).astype(np.int64),
        )
        span = (
            int(
                max((np.maximum(np.maximum(ax, bx), cx) - left).max(), (np.maximum(np.maximum(ay, by), cy) - top).max())
            )
            + 1
        )
        dy, dx = (plane.ravel() for plane in np.mgrid[0 : span + 1, 0 : span + 1])
        column, row = left[:, None] + dx, top[:, None] + dy
        sides = [
            (qx - rx)[:, None] * (row - ry[:, None]) - (qy - ry)[:, None] * (column - rx[:, None])
            for rx, ry, qx, qy in ((ax, ay, bx, by), (bx, by, cx, cy), (cx, cy, ax, ay))
        ]
        inside = np.logical_and.reduce([side >= 0 for side in sides]) | np.logical_and.reduce(
            [side <= 0 for side in sides]
        )
        inside &= (column < width) & (row < height)
        ids[row[inside], column[inside]] = np.broadcast_to((corner * 2 + turn)[:, None], inside.shape)[inside]
    return np.asarray(ids, np.int64)


def cubist(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Cut the scene along straight lines; each shard is seen from a little elsewhere and shaded towards one side."""
    small = layers.set_off(0.26).fitted(WORK)
    width, height = small.image.size
    short = small.short
    yy, xx = np.arange(height)[:, None] + 0.0, np.arange(width)[None] + 0.0
    shards = np.zeros((height, width), np.int64)
    shade = np.zeros((height, width), np.float32)
    for cut in range(CUTS):
        cosine, sine = exact.direction(float(rng.random()) * 2 * np.pi)
        x, y = (0.1 + 0.8 * rng.random()) * width, (0.1 + 0.8 * rng.random()) * height
        away = (xx - x) * cosine + (yy - y) * sine
        beyond = away > 0
        shards += beyond.astype(np.int64) << cut
        shade += np.where(beyond, np.clip(1 - away / (0.22 * short), 0, 1) * 0.3 - 0.05, 0).astype(np.float32)
    _, shards = np.unique(shards, return_inverse=True)
    shards = shards.reshape(height, width)
    count = int(shards.max()) + 1
    shift, zoom, turn = (
        (rng.random((count, 2)) - 0.5) * 0.06 * short,
        1 + 0.16 * (rng.random(count) - 0.5),
        rng.random(count) - 0.5,
    )
    if small.alone:
        shift, zoom, turn = np.zeros((count, 2)), np.ones(count), np.zeros(count)
    weight = np.bincount(shards.ravel(), minlength=count).clip(1)
    middle_x, middle_y = (
        np.bincount(shards.ravel(), np.broadcast_to(plane, shards.shape).ravel(), count) / weight for plane in (xx, yy)
    )
    off_x, off_y = xx - middle_x[shards], yy - middle_y[shards]
    from_x = middle_x[shards] + zoom[shards] * (off_x - 0.2 * turn[shards] * off_y) + shift[shards, 0]
    from_y = middle_y[shards] + zoom[shards] * (off_y + 0.2 * turn[shards] * off_x) + shift[shards, 1]
    source = np.rint(from_y).astype(np.int64).clip(0, height - 1), np.rint(from_x).astype(np.int64).clip(0, width - 1)
    pixels = floats(flat(small.image, 18, cover=small.subject, smooth=0.003, short=WORK).convert("RGB"))[source]
    inside = _inside(small)[source]
    grey = exact.weighted(pixels, LUMA)[..., None]
    muted = mix(pixels, grey * (OCHRE / 0.5), np.where(inside, 0.12, 0.5)[..., None])
    muted = muted * (1.04 - shade[..., None])
    thin = _bar(to_image(_seams(shards)), 1.0) * 0.28
    rim = _bar(to_image(_seams(inside.astype(np.int64))), max(1.0, short / 420)) * 0.85
    inked = mix(np.asarray(np.clip(muted, 0, 1), np.float32), LEAD, np.maximum(thin, rim)[..., None])
    return enlarged(to_image(inked), layers.image.size)
