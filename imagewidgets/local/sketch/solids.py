"""Styles with depth: paper cut-out, clay, and the isometric diorama."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import mix, noise
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.layers import LUMA, Layers, enlarged, flat, floats, grown, lines, thick, to_image

SHEETS = 9  # colours of paper
WORK = 640  # px of the shorter side of the copy on which depths are found


def _shadow(height: Floats, shift: int, soft: float) -> Floats:
    """Give how much of the light is taken by what is higher towards the upper left, 0 to 1."""
    moved = np.roll(height, (shift, shift), (0, 1))
    moved[:shift], moved[:, :shift] = height[:shift], height[:, :shift]
    blurred = floats(to_image(moved).filter(exact.blur(soft)))
    return np.clip((blurred - height) * 4, 0, 1)


def paper(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Cut the scene from sheets of coloured paper that throw shadows on each other."""
    layers = layers.set_off(0.24)
    width, height = layers.image.size
    short = layers.short
    few = flat(ImageOps.autocontrast(layers.image, 1), SHEETS, smooth=0.009, short=WORK)
    labels = np.asarray(few, np.int64)
    rows = np.broadcast_to(np.arange(labels.shape[0])[:, None], labels.shape)
    count = int(labels.max()) + 1
    low = np.bincount(labels.ravel(), rows.ravel(), count) / np.bincount(labels.ravel(), minlength=count).clip(1)
    depth = np.argsort(np.argsort(low, kind="stable"), kind="stable") / max(1, count - 1)
    sheets = exact.resize(
        to_image((0.1 + 0.55 * depth[labels]).astype(np.float32)), layers.image.size, Image.Resampling.BICUBIC
    )
    level = floats(sheets)
    pixels = floats(enlarged(ImageEnhance.Color(few.convert("RGB")).enhance(exact.factor(1.4)), layers.image.size))
    rim = thick(lines(Layers(sheets.convert("RGB")), soft=1.0, least=0.015, full=0.05)[0], max(1.0, short / 500))
    shade = _shadow(level, max(1, short // 130), short / 150)
    pixels = pixels * (1 - 0.5 * shade[..., None])
    if layers.has_subject:
        pixels = _figure(layers, pixels, short)
    pixels = mix(pixels, np.float32(1.0), (0.12 * rim)[..., None])
    fibre = noise(rng, width, height, max(2.5, short / 240), 3, gain=0.8) - 0.5
    return to_image(np.asarray(mix(pixels, np.float32(1.0), 0.07) * (1 + 0.1 * fibre[..., None]), np.float32))


def _figure(layers: Layers, pixels: Floats, short: int) -> Floats:
    """Lay the subjects on top, cut out with a white rim of paper."""
    card_edge = grown(layers.cover, max(1, round(short / 130))).filter(exact.blur(short / 260))
    card = np.clip((floats(card_edge) - 0.5) * 6 + 0.5, 0, 1)
    cast = _shadow(card * 0.9, max(1, short // 60), short / 60) * (1 - card)
    pixels = pixels * (1 - 0.62 * cast[..., None])
    pixels = mix(pixels, np.float32(0.97), card[..., None])
    inner = flat(layers.image, 20, cover=layers.subject, smooth=0.004, short=WORK).convert("RGB")
    own = floats(enlarged(ImageEnhance.Color(inner).enhance(1.1), layers.image.size))
    step = exact.weighted(own, LUMA)
    own = own * (1 - 0.4 * _shadow(step, max(1, short // 200), short / 220)[..., None])
    return mix(pixels, own, layers.cover_plane()[..., None])


def clay(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Model the scene: colours as soft lumps that are round at their rims, lit from the upper left."""
    layers = layers.set_off(0.22)
    width, height = layers.image.size
    short = layers.short
    few = flat(layers.image, 28, cover=layers.subject, smooth=0.004, short=WORK).convert("RGB")
    pixels = floats(enlarged(ImageEnhance.Color(few).enhance(1.15), layers.image.size))
    every, own = lines(Layers(few), soft=1.0, least=0.05, full=0.15)[0], layers.cover
    grooves = exact.resize(to_image(every).filter(exact.blur(3.0)), (width, height), Image.Resampling.BICUBIC)
    lump = 1 - floats(grooves)
    body = floats(own.filter(exact.blur(short / 36))) * layers.cover_plane()
    fine = floats(own.filter(exact.blur(short / 110))) * layers.cover_plane()
    dents = noise(rng, width, height, short / 14, 3, gain=0.6)
    prints = noise(rng, width, height, short / 60, 2)
    hill = 0.35 * lump + 1.25 * body + 0.6 * fine + 0.12 * dents + 0.02 * prints
    soft = floats(to_image(np.asarray(hill / 2.6, np.float32)).filter(exact.blur(max(0.8, short / 300)))) * 2.6
    step = max(1, round(short / 200))
    slope = (np.roll(soft, (-step, -step), (0, 1)) - np.roll(soft, (step, step), (0, 1))) * np.float32(1.5)
    lit = pixels * (1 + np.clip(slope, -0.5, 0.35)[..., None]) * 0.98 + 0.02
    gloss = np.clip(slope - 0.2, 0, 1) * 0.6
    cast = _shadow(np.asarray(layers.cover_plane() * 0.9, np.float32), max(1, short // 28), short / 28)
    lit = lit * (1 - 0.4 * (cast * (1 - layers.cover_plane()))[..., None])
    return to_image(np.asarray(lit + gloss[..., None], np.float32))


def isometric(layers: Layers, _rng: np.random.Generator) -> Image.Image:
    """Set the scene up as a diorama seen from a corner: its ground as a tile, its background on two walls."""
    if layers.alone:
        return layers.image
    width, height = layers.image.size
    behind = layers.ground or layers.image
    side = min(width / 2.0, height / 1.95) * 0.9
    middle, base = width / 2, height / 2 + side * 0.98
    rise, tall = side * 0.5, side * 0.98  # how far an edge climbs, how high the walls are
    xx, yy = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    board = np.broadcast_to(_backdrop(behind, xx, yy, width, height), (height, width, 3)).astype(np.float32)
    pixels = floats(behind)
    u = ((xx - middle) / side).astype(np.float32)
    v = ((yy - (base - 2 * rise)) / (2 * rise)).astype(np.float32)  # 0 at the back corner, 1 at the front one
    right, left = np.clip(v + u / 2, -9, 9), np.clip(v - u / 2, -9, 9)
    floor = (right >= 0) & (right <= 1) & (left >= 0) & (left <= 1)
    lower = 0.62
    _map(board, pixels, floor, 0.5 + (right - left) / 2 * 0.9, lower + (1 - lower) * (right + left) / 2, 1.02)
    back = base - 2 * rise
    for turn, light in ((-1, 0.94), (1, 0.78)):
        along = turn * u
        foot = back + along * rise
        wall = (along >= 0) & (along <= 1) & (yy < foot) & (yy >= foot - tall)
        _map(board, pixels, wall, 0.5 + turn * along / 2, 0.7 * (1 - (foot - yy) / tall) + 0 * along, light)
        edge = base - along * rise
        rim = (along >= 0) & (along <= 1) & (yy >= edge) & (yy < edge + 0.1 * side)
        _map(board, pixels, rim, 0.5 + turn * along / 2, 0.97 + 0 * (yy + along), 0.62 if turn < 0 else 0.48)
    pasted = (
        _standing(layers, board, side, middle, base - 0.62 * rise) if layers.has_subject and layers.ground else board
    )
    return to_image(pasted)


def _backdrop(image: Image.Image, xx: Floats, yy: Floats, width: int, height: int) -> Floats:
    mean = exact.mean(floats(image.resize((8, 8), Image.Resampling.BOX)).reshape(-1, 3))
    pale = mix(mean, np.float32(0.93), 0.72)
    fall = np.clip(1.05 - 0.16 * (yy / height) - 0.05 * np.abs(xx / width - 0.5), 0, 1)
    return np.asarray(pale * fall[..., None], np.float32)


def _map(board: Floats, pixels: Floats, where: np.ndarray, x: Floats, y: Floats, light: float) -> None:
    """Fill an area with the picture, read at fractions of its width and height."""
    height, width = pixels.shape[:2]
    where = np.broadcast_to(where, board.shape[:2])
    column = np.rint(np.broadcast_to(x, where.shape)[where] * (width - 1)).astype(np.int64).clip(0, width - 1)
    row = np.rint(np.broadcast_to(y, where.shape)[where] * (height - 1)).astype(np.int64).clip(0, height - 1)
    board[where] = np.clip(pixels[row, column] * np.float32(light), 0, 1)


def _standing(layers: Layers, board: Floats, side: float, x: float, y: float) -> Floats:
    """Stand the subjects on the tile, upright, as large as fits."""
    box = layers.cover.point(lambda value: 255 * (value > 20)).getbbox()
    if box is None:
        return board
    scale = min(1.25 * side / (box[2] - box[0]), 1.35 * side / (box[3] - box[1]), 1.0)
    size = max(1, round((box[2] - box[0]) * scale)), max(1, round((box[3] - box[1]) * scale))
    figure = floats(exact.resize(layers.image.crop(box), size, Image.Resampling.LANCZOS))
    cover = floats(exact.resize(layers.cover.crop(box), size, Image.Resampling.LANCZOS))[..., None]
    left, top = round(x - size[0] / 2), round(y - size[1])
    height, width = board.shape[:2]
    rows, columns = slice(max(0, top), min(height, top + size[1])), slice(max(0, left), min(width, left + size[0]))
    inner = slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)
    xx, yy = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    reach = size[0] * 0.46
    away = ((xx - x) / reach) ** 2 + ((yy - y) / (reach * 0.32)) ** 2
    board = board * (1 - 0.45 * np.clip(1.15 - away, 0, 1)[..., None])
    board[rows, columns] = mix(board[rows, columns], figure[inner], cover[inner])
    return np.asarray(board, np.float32)
