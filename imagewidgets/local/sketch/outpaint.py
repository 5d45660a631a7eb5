"""Enlarge a picture over its edges: what lies near an edge is mirrored outwards and shaken a little.

A mirrored edge goes on without a seam. Own pictures are mirrored without their subjects, which a recipe can leave out,
so nobody appears twice; and what differs from the edge is not mirrored.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import noise
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.layout import Box
from imagewidgets.local.sketch.membrane import Mask

FULL = 0.995  # the share of a rectangle that must be known, so that the selection is all that lies around it
SMALLEST = 0.08  # of the picture: what is known, at least
NEAR, NEAREST = 0.3, 0.06  # of the sides: how far from an edge it is mirrored at most and at least
LIKE = 0.1  # how much a row or column may differ from the edge, in the mean, and still be mirrored
PROBE = 64  # px: the sides of the copy on which that is measured
STRETCH = 0.85  # how much nearer to the edge a mirrored pixel comes from: a plain mirror is seen as one
ALONG, ACROSS = 0.06, 0.012  # of the shorter side: how far shapes wander away from and beside where they would be
WANDERING_AFTER = 0.12  # of the shorter side: the distance from the edge from which they do so in full


def known_box(hole: Mask) -> Box | None:
    """Give the rectangle that a selection leaves, where it is all around it or on some sides; None for other holes."""
    known = ~hole
    rows, columns = np.flatnonzero(known.any(1)), np.flatnonzero(known.any(0))
    if not len(rows) or not hole.any():
        return None
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    inner = known[box[1] : box[3], box[0] : box[2]]
    whole = (box[2] - box[0], box[3] - box[1]) == hole.shape[::-1]
    if whole or inner.mean() < FULL or inner.size < SMALLEST * hole.size:
        return None
    return box


def transparent_border(image: Image.Image) -> Image.Image | None:
    """Give the transparent border of a picture as a mask; None where there is none, as around a cut-out."""
    if image.mode != "RGBA":
        return None
    alpha = np.asarray(image.getchannel("A"))
    hole = alpha == 0
    box = known_box(hole)
    if box is None or alpha[box[1] : box[3], box[0] : box[2]].min() < 255:
        return None
    return Image.fromarray(hole.astype(np.uint8) * 255)


def extended(inner: Image.Image, box: Box, size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Give a larger picture with `inner` in its `box`, continued on all sides.

    Parameters
    ----------
    inner
        RGB or RGBA, as large as the box.
    box
        Left, top, right and bottom in px of the larger picture.
    size
        Width and height of the larger picture in px.
    rng
        Decides how mirrored shapes wander.
    """
    width, height = size
    short = min(inner.size)
    xx, yy = np.arange(width, dtype=np.float32)[None] - box[0], np.arange(height, dtype=np.float32)[:, None] - box[1]
    beyond_x = np.maximum(-xx, xx - (inner.width - 1)).clip(0) / (WANDERING_AFTER * short)
    beyond_y = np.maximum(-yy, yy - (inner.height - 1)).clip(0) / (WANDERING_AFTER * short)
    aside, up = np.minimum(beyond_x, 1) * short, np.minimum(beyond_y, 1) * short
    cell = max(8.0, short * 0.35)
    shake_x, shake_y = (2 * noise(rng, width, height, cell, 2) - np.float32(1) for _ in range(2))
    x = xx + shake_x * np.maximum(ALONG * aside, ACROSS * up)
    y = yy + shake_y * np.maximum(ALONG * up, ACROSS * aside)
    outside = (beyond_x + beyond_y) > 0
    pixels = np.asarray(inner, np.float32)
    column = _folded(x[outside], inner.width, _reaches(inner.convert("RGB")))
    row = _folded(y[outside], inner.height, _reaches(inner.convert("RGB").transpose(Image.Transpose.TRANSPOSE)))
    result = np.zeros((height, width, pixels.shape[2]), np.uint8)
    result[outside] = exact.to_bytes(_read(pixels, row, column) / np.float32(255))
    result[box[1] : box[3], box[0] : box[2]] = np.asarray(inner)
    if inner.mode == "RGBA":
        result[..., 3][outside] = 255
    return Image.fromarray(result)


def _reaches(image: Image.Image) -> tuple[float, float]:
    """Give how far from the left and from the right edge it looks like there, as fractions of the width."""
    small = np.asarray(exact.resize(image, (PROBE, PROBE), Image.Resampling.BOX), np.int64)
    found = []
    for pixels in (small, small[:, ::-1]):
        edge = pixels[:, :2].sum(1) / 2
        differs = np.abs(pixels - edge[:, None]).sum((0, 2)) > LIKE * 255 * 3 * PROBE
        end = int(differs.argmax()) if differs.any() else PROBE
        found.append(min(NEAR, max(NEAREST, end / PROBE)))
    return found[0], found[1]


def _folded(place: Floats, length: int, reaches: tuple[float, float]) -> Floats:
    """Give where each place (px, from the first pixel) is read: beyond an edge back and forth near it."""
    inwards = []
    for beyond, near in zip((-place, place - (length - 1)), reaches, strict=True):
        reach = np.float32(max(2.0, near * (length - 1)))
        turn = np.mod(beyond.clip(0) * np.float32(STRETCH), 2 * reach)
        inwards.append(np.minimum(turn, 2 * reach - turn))
    folded = np.where(place < 0, inwards[0], np.where(place > length - 1, length - 1 - inwards[1], place))
    return np.asarray(folded.clip(0, length - 1), np.float32)


def _read(pixels: Floats, row: Floats, column: Floats) -> Floats:
    """Read between pixels."""
    top, left = np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)
    below, right = np.minimum(top + 1, pixels.shape[0] - 1), np.minimum(left + 1, pixels.shape[1] - 1)
    down, across = (row - top)[:, None], (column - left)[:, None]
    upper = pixels[top, left] + (pixels[top, right] - pixels[top, left]) * across
    lower = pixels[below, left] + (pixels[below, right] - pixels[below, left]) * across
    return np.asarray(upper + (lower - upper) * down)
