"""Fill a hole with patches of what is around it: removal in pictures that the engine did not make.

The search (after PatchMatch, Barnes et al. 2009) runs on a small copy, coarse to fine: each patch that touches the hole
looks for the most similar patch that does not, first by chance, then where its neighbours found theirs. The finest
offsets then copy pixels at full size, on top of the smooth colours of the small solution.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.membrane import Mask, fill_in_lines, fill_smoothly
from imagewidgets.local.sketch.resampling import resized

Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int32]
_Value = TypeVar("_Value", np.floating[Any], np.int32)

REACH = 3  # px from the middle of a patch to its rim
PATCH = 2 * REACH + 1
SEARCH_SIZE = 48  # px of the hole's longer side in the search
MARGIN = 1.6  # of the hole's longer side: how far around it patches are looked for
ROUNDS, FIRST_ROUNDS = 4, 7
FEWEST_SOURCES = 16
LEVELS = 1023  # steps of a channel in the search: differences are integers, so that which is smallest is certain
TYPICAL = 0.6  # the share of patches that match better than the typical one, by which votes are weighed
GRAIN = 0.05  # detail up to this step of a colour is grain, which a straight line keeps
EDGE = 0.06  # the step of a colour from one small pixel to the next from which it is an edge
TEXTURE = 5  # small pixels: copied detail up to this size stays, what is larger comes from the search


@dataclass
class _Search:
    """Where each patch over the hole finds its likeness: `match_y`, `match_x` for the targets."""

    pixels: Floats  # padded by REACH
    allowed: Mask
    target_y: Ints
    target_x: Ints
    match_y: Ints
    match_x: Ints
    rng: np.random.Generator
    levels: Levels = field(init=False)  # the pixels in steps
    cost: Levels = field(init=False)  # the squared difference of each match, in steps

    def improve(self, first: bool) -> None:
        """Look at neighbours' matches, then at random places in shrinking windows."""
        height, width = self.allowed.shape
        self.levels = np.rint(self.pixels * LEVELS).astype(np.int32)
        goal = _patches(self.levels, self.target_y, self.target_x)
        self.cost = _difference(_patches(self.levels, self.match_y, self.match_x), goal)
        index = np.full((height, width), -1, np.int64)
        index[self.target_y, self.target_x] = np.arange(len(self.target_y))
        for step in (8, 4, 2, 1) if first else (2, 1):
            for dy, dx in ((step, 0), (-step, 0), (0, step), (0, -step)):
                beside_y = np.clip(self.target_y + dy, 0, height - 1)
                beside_x = np.clip(self.target_x + dx, 0, width - 1)
                other = index[beside_y, beside_x]
                known = other >= 0
                y = np.where(known, self.match_y[other] - dy, self.match_y)
                self._try(goal, y, np.where(known, self.match_x[other] - dx, self.match_x))
        window = max(height, width) // 2
        while window >= 1:
            jump = self.rng.integers(-window, window + 1, (2, len(self.match_y)))
            self._try(goal, self.match_y + jump[0], self.match_x + jump[1])
            window //= 3

    def _try(self, goal: Levels, y: Ints, x: Ints) -> None:
        """Take the candidates that are allowed and better."""
        height, width = self.allowed.shape
        inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        y, x = np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)
        asked = np.flatnonzero(inside & self.allowed[y, x])
        if not len(asked):
            return
        cost = _difference(_patches(self.levels, y[asked], x[asked]), goal[asked])
        better = cost < self.cost[asked]
        taken = asked[better]
        self.cost[taken] = cost[better]
        self.match_y[taken], self.match_x[taken] = y[taken], x[taken]

    def vote(self, hole: Mask) -> None:
        """Let every matched patch vote for the pixels it covers, good matches more."""
        height, width = self.pixels.shape[:2]
        typical = np.sort(self.cost)[int(TYPICAL * len(self.cost))]
        weight = exact.exp(-self.cost / max(1, int(typical)))
        found = _patches(self.pixels, self.match_y, self.match_x).reshape(len(weight), PATCH * PATCH, -1)
        dy, dx = np.mgrid[0:PATCH, 0:PATCH]
        places = (self.target_y[:, None] + dy.ravel()) * width + self.target_x[:, None] + dx.ravel()
        weights = np.repeat(weight, PATCH * PATCH)
        total = np.bincount(places.ravel(), weights, height * width)
        inner = np.zeros((height, width), np.bool_)
        inner[REACH:-REACH, REACH:-REACH] = hole
        chosen = inner.ravel() & (total > 0)
        for channel in range(self.pixels.shape[2]):
            votes = np.bincount(places.ravel(), weights * found[..., channel].ravel(), height * width)
            plane = self.pixels[..., channel].ravel().copy()
            plane[chosen] = votes[chosen] / total[chosen]
            self.pixels[..., channel] = plane.reshape(height, width)


def _patches(pixels: npt.NDArray[_Value], y: Ints, x: Ints) -> npt.NDArray[_Value]:
    """Give the pixels of patches by their upper left corners, shape (patches, PATCH² · channels)."""
    dy, dx = np.mgrid[0:PATCH, 0:PATCH]
    gathered: npt.NDArray[_Value] = pixels[y[:, None] + dy.ravel()[None], x[:, None] + dx.ravel()[None]]
    return gathered.reshape(len(y), -1)


def _difference(first: Levels, second: Levels) -> Levels:
    """Give the squared differences of pairs of patches: at most 4 · PATCH² · LEVELS², which an int32 holds."""
    apart = first - second
    return np.asarray(np.multiply(apart, apart, out=apart).sum(1, dtype=np.int32))


def _solve(pixels: Floats, hole: Mask, rounds: int, rng: np.random.Generator) -> tuple[Floats, Ints | None]:
    """Fill a small picture whose hole holds a first guess.

    Returns
    -------
    tuple
        The filled picture, and the offsets (2, height, width) to the likeness of each pixel; None where there is
        nothing to copy from.
    """
    padded = np.pad(pixels, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="reflect").astype(np.float32)
    blocked = np.pad(hole, REACH, mode="reflect")
    sums = np.cumsum(np.cumsum(np.pad(blocked.astype(np.int64), ((1, 0), (1, 0))), 0), 1)
    missing = sums[PATCH:, PATCH:] - sums[:-PATCH, PATCH:] - sums[PATCH:, :-PATCH] + sums[:-PATCH, :-PATCH]
    target_y, target_x = np.nonzero(missing > 0)
    source_y, source_x = np.nonzero(missing == 0)
    if len(source_y) < FEWEST_SOURCES:
        return pixels, None
    start = rng.integers(0, len(source_y), len(target_y))
    search = _Search(padded, missing == 0, target_y, target_x, source_y[start], source_x[start], rng)
    for turn in range(rounds):
        search.improve(first=turn == 0)
        search.vote(hole)
    offsets = np.zeros((2, *hole.shape), np.int64)
    offsets[0][target_y, target_x] = search.match_y - target_y
    offsets[1][target_y, target_x] = search.match_x - target_x
    return search.pixels[REACH:-REACH, REACH:-REACH], offsets


def _shrunk(pixels: Floats, hole: Mask, factor: int) -> tuple[Floats, Mask]:
    """Average blocks of `factor` px, leaving out the hole; a block that touches the hole is a hole."""
    height, width = hole.shape[0] // factor, hole.shape[1] // factor
    cut = np.s_[: height * factor, : width * factor]
    known = (~hole[cut]).astype(np.float32)[..., None]
    blocks = (height, factor, width, factor)
    weight = known.reshape(*blocks, 1).sum((1, 3), dtype=np.float64)
    total = (pixels[cut] * known).reshape(*blocks, pixels.shape[2]).sum((1, 3), dtype=np.float64)
    color = np.asarray(total / np.maximum(weight, 1), np.float32)
    return color, np.asarray(hole[cut].reshape(blocks).any((1, 3)), np.bool_)


def fill_with_patches(pixels: Floats, hole: Mask, rng: np.random.Generator) -> Floats:
    """Fill a hole with what could be there.

    Parameters
    ----------
    pixels
        Shape (height, width, channels), 0 to 1.
    hole
        Shape (height, width), True where pixels are missing; at least one is.
    rng
        Decides where the search begins.
    """
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    longer = int(max(np.ptp(rows), np.ptp(columns))) + 1
    margin = int(longer * MARGIN) + PATCH
    area = np.s_[
        max(0, rows[0] - margin) : rows[-1] + 1 + margin, max(0, columns[0] - margin) : columns[-1] + 1 + margin
    ]
    factor = max(1, round(float(np.count_nonzero(hole)) ** 0.5 / SEARCH_SIZE))
    filled = fill_smoothly(pixels, hole)
    small, small_hole = _shrunk(pixels[area], hole[area], factor)
    if min(small_hole.shape) <= PATCH:
        return filled
    guess, _ = fill_in_lines(small, small_hole)
    if min(small_hole.shape) > 6 * PATCH:
        coarse, coarse_hole = _shrunk(small, small_hole, 2)
        coarse, _ = _solve(fill_in_lines(coarse, coarse_hole)[0], coarse_hole, FIRST_ROUNDS, rng)
        height, width = small_hole.shape
        larger = resized(coarse, width, height, Image.Resampling.BILINEAR)
        guess = np.where(small_hole[..., None], larger, small)
    solved, offsets = _solve(guess, small_hole, ROUNDS, rng)
    if offsets is None:
        return filled
    height, width = small_hole.shape[0] * factor, small_hole.shape[1] * factor
    copied = _copied(pixels[area][:height, :width], hole[area][:height, :width], solved, offsets, factor)
    view, inside = filled[area][:height, :width], hole[area][:height, :width]
    view[inside] = copied[inside]
    return filled


def _copied(pixels: Floats, hole: Mask, solved: Floats, offsets: Ints, factor: int) -> Floats:
    """Copy pixels by the offsets at full size, on the smooth colours of the solution, fitted to the rim."""
    height, width = hole.shape
    dy, dx = (np.repeat(np.repeat(plane, factor, 0), factor, 1) * factor for plane in offsets)
    y = np.clip(np.arange(height)[:, None] + dy, 0, height - 1)
    x = np.clip(np.arange(width)[None] + dx, 0, width - 1)
    smooth = resized(solved, width, height)
    lines, trust = fill_in_lines(pixels, hole)
    straight = (trust * _edges(lines, factor))[..., None]
    copied = pixels[y, x].copy()
    bad = hole[y, x]
    copied[bad] = smooth[bad]
    texture = copied + _blurred(smooth - copied, TEXTURE * factor)
    line = lines + np.clip(copied - _blurred(copied, factor), -GRAIN, GRAIN)
    result = texture + (line - texture) * straight
    rim = np.asarray(Image.fromarray(hole.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(5))) > 0
    rim &= ~hole
    if rim.any():
        result = result + fill_smoothly(np.where(rim[..., None], pixels - result, 0), ~rim)
    return np.asarray(np.clip(result, 0, 1), np.float32)


def _edges(pixels: Floats, factor: int) -> Floats:
    """Give where edges are, 0 to 1, and a little around them, shape (height, width)."""
    height, width = pixels.shape[:2]
    small = resized(pixels, max(2, width // factor), max(2, height // factor), Image.Resampling.BOX)
    slope = np.zeros(small.shape[:2], np.float32)
    down, across = np.abs(np.diff(small, axis=0)).max(-1), np.abs(np.diff(small, axis=1)).max(-1)
    for part, step in ((slope[1:], down), (slope[:-1], down), (slope[:, 1:], across), (slope[:, :-1], across)):
        np.maximum(part, step, out=part)
    near = np.asarray(Image.fromarray(exact.to_bytes(slope)).filter(ImageFilter.MaxFilter(3)), np.float32) / 255
    return np.asarray(np.clip(resized((near - EDGE) / EDGE, width, height, Image.Resampling.BILINEAR), 0, 1))


def _blurred(pixels: Floats, factor: int) -> Floats:
    """Give what the small picture holds of a full-size one."""
    height, width = pixels.shape[:2]
    small = resized(pixels, max(1, width // factor), max(1, height // factor), Image.Resampling.BOX)
    return resized(small, width, height)
