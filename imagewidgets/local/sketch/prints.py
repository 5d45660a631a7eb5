"""Printed styles: pixels, comic, pop art, poster, woodblock, Bauhaus; old photographs and black and white."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import mix, noise
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.fills import to_rgb
from imagewidgets.local.sketch.layers import (
    LUMA,
    Layers,
    enlarged,
    flat,
    floats,
    grain,
    grown,
    lines,
    quantized,
    thick,
    to_image,
)

PIXELS, PIXEL_COLORS = 96, 40  # along the shorter side
BLACK = np.array([0.07, 0.06, 0.09], np.float32)
PAPER = np.array([0.96, 0.93, 0.86], np.float32)
POP_GROUNDS = ("#f7d21e", "#18a9c9", "#f0478c", "#7ac943", "#ff7a2f")
BAUHAUS = ("#efe6d2", "#d8352a", "#1f4e9e", "#f2b51d", "#1c1a1b", "#b9b2a3", "#7d2018")
WOODBLOCK = (
    "#f1e4c6", "#e4cfa2", "#c9d3cc", "#8fb0b8", "#4f7f97", "#23496d", "#15294a", "#c4452d", "#e08a52", "#6d7a4b",
    "#9c8b66", "#5b4636", "#e7b9a0",
)  # fmt: skip
WOOD_INK = np.array([0.08, 0.13, 0.24], np.float32)
POSTER = (
    "#16233f", "#27496d", "#3f7d8c", "#8cb7a8", "#f3e3bf", "#f5c26b", "#ea8a4c", "#c8442f", "#7a2433", "#3b2a33",
    "#5f7d4a", "#a9b665", "#d9a38f", "#ffffff",
)  # fmt: skip


def pixel(layers: Layers, _rng: np.random.Generator) -> Image.Image:
    """Make large square pixels in few colours; a subject has a dark rim where it needs one."""
    layers = layers.set_off(0.22)
    side = max(1, round(layers.short / PIXELS))
    width, height = -(-layers.image.width // side), -(-layers.image.height // side)
    box = (0, 0, layers.image.width, layers.image.height)
    small = exact.resize(layers.image, (width, height), Image.Resampling.BOX, box=box)
    cover = exact.resize(layers.cover, (width, height), Image.Resampling.BOX, box=box)
    few = quantized(ImageEnhance.Color(small).enhance(1.25), cover, PIXEL_COLORS).convert("RGB")
    large = few.resize((width * side, height * side), Image.Resampling.NEAREST)
    return large.crop(box)


def mono(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Take away the colours, with the contrast and the grain of a film."""
    layers = layers.set_off(0.2)
    grey = floats(ImageOps.autocontrast(layers.image.convert("L"), 1))
    curve = grey * grey * (3 - 2 * grey)
    tooth = grain(rng, layers.image.size)
    return to_image(np.repeat((mix(grey, curve, 0.6) + 0.07 * (tooth - 0.5))[..., None], 3, 2))


def logo(image: Image.Image) -> Image.Image:
    """Reduce a picture to black, grey and white, as for a logo."""
    grey = ImageOps.autocontrast(image.convert("L"), 1)
    return grey.point(lambda value: 255 if value > 205 else 20 if value < 120 else 120).convert("RGB")


def sepia(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Brown the picture as an old print: faded, spotted, dark in the corners, with a pale border."""
    layers = layers.set_off(0.18)
    width, height = layers.image.size
    short = layers.short
    soft = ImageOps.autocontrast(layers.image.convert("L"), 1).filter(exact.blur(short / 900))
    brown = floats(ImageOps.colorize(soft, "#2e1d10", "#f6e7c8", "#a37c50"))
    tooth = grain(rng, layers.image.size) - 0.5
    stain = noise(rng, width, height, short * 0.4, 4) - 0.5
    xx, yy = (
        np.arange(width, dtype=np.float32)[None] / width - 0.5,
        np.arange(height, dtype=np.float32)[:, None] / height - 0.5,
    )
    corner = np.clip(1.06 - 0.9 * (xx * xx + yy * yy), 0, 1)
    aged: Floats = brown * (corner * (1 + 0.12 * tooth + 0.12 * stain))[..., None] + 0.03
    scratches = np.clip((noise(rng, width, height, short * 0.01, 1, tall=60) - 0.965) * 30, 0, 1)
    aged = mix(aged, np.float32(0.93), (0.35 * scratches)[..., None])
    rim = np.minimum(0.5 - np.abs(xx), 0.5 - np.abs(yy) + 0 * xx)
    border = np.clip((0.022 - rim) / 0.003, 0, 1)[..., None]
    return to_image(mix(np.asarray(aged, np.float32), np.array([0.95, 0.91, 0.82], np.float32), border))


def _dots(width: int, height: int, period: float, amount: Floats) -> Floats:
    """Give halftone dots on a slanted grid that cover `amount` (0 to 1) of the area."""
    xx, yy = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    turn = np.float32(6.2832 / period * 0.7071)
    wave = (exact.sin((xx + yy) * turn) * exact.sin((xx - yy) * turn)) * np.float32(0.5) + np.float32(0.5)
    soft = np.float32(max(0.08, 0.6 / period))
    return np.asarray(np.clip((wave - (1 - amount)) / soft + np.float32(0.5), 0, 1))


def _clear_colours(layers: Layers, count: int, colourful: float) -> Image.Image:
    """Return the picture in so many flat colours, made more colourful by a factor; it may be smaller."""
    few = flat(layers.image, count, cover=layers.subject, smooth=0.002, short=640)
    return ImageEnhance.Color(few.convert("RGB")).enhance(colourful)


def comic(layers: Layers, _rng: np.random.Generator) -> Image.Image:
    """Print flat, clear colours inside black lines, shadows in dots."""
    layers = layers.set_off(0.24)
    width, height = layers.image.size
    short = layers.short
    few = _clear_colours(layers, 22, 1.5)
    pixels = floats(enlarged(ImageEnhance.Brightness(few).enhance(exact.factor(1.1)), layers.image.size))
    light = exact.weighted(pixels, LUMA)
    dots = _dots(width, height, max(4.0, short / 85), np.clip(0.72 - light, 0, 0.5))
    pixels = mix(pixels, pixels * 0.66, dots[..., None])
    every, own = lines(layers, soft=1.4, least=0.06, full=0.14)
    drawn = np.maximum(thick(every, max(1.0, short / 520)) * 0.9, thick(own, max(1.5, short / 230)))
    return to_image(mix(pixels, BLACK, np.clip(drawn, 0, 1)[..., None]))


def pop(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Print loud, flat colours over a field of dots, a little beside their black lines."""
    layers = layers.set_off(0.24)
    width, height = layers.image.size
    short = layers.short
    few = _clear_colours(layers, 14, 2.0)
    pixels = floats(enlarged(ImageEnhance.Contrast(few).enhance(1.25), layers.image.size))
    light = floats(layers.image.convert("L").filter(exact.blur(short / 60)))
    first, second = (np.array(to_rgb(POP_GROUNDS[k]), np.float32) / 255 for k in rng.permutation(len(POP_GROUNDS))[:2])
    dots = _dots(width, height, max(6.0, short / 26), np.clip(0.8 - 0.8 * light, 0.14, 0.7))
    field = mix(np.broadcast_to(first, pixels.shape), second, dots[..., None])
    shift = max(1, round(short / 190))
    cover = np.roll(layers.cover_plane(), (shift, shift), (0, 1))[..., None]
    behind = mix(field, pixels, 0.0 if layers.has_subject else 0.72)
    printed = mix(behind, pixels, cover)
    every, own = lines(layers, soft=1.6, least=0.07, full=0.16)
    far = thick(every, max(1.0, short / 420)) * (0.8 * (1 - layers.cover_plane()))
    drawn = np.clip(np.maximum(far, thick(own, max(1.6, short / 190))), 0, 1)
    return to_image(mix(printed, BLACK, drawn[..., None]))


def _in_palette(image: Image.Image, palette: tuple[str, ...]) -> Image.Image:
    """Give each pixel the nearest colour of a palette; lightness counts most."""
    few = image if image.mode == "P" else image.quantize(24, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    table = np.array(few.getpalette(), np.float64).reshape(-1, 3) / 255
    inks = np.array([to_rgb(color) for color in palette], np.float64) / 255
    away = table[:, None] - inks[None]
    light = away @ np.array(LUMA)
    cost = 2.2 * light**2 + ((away - light[..., None]) ** 2).sum(-1)
    chosen = inks[cost.argmin(1)]
    return to_image(np.asarray(chosen[np.asarray(few)], np.float32))


def poster(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Print a few warm colours in large, calm shapes on cream paper with a border."""
    layers = layers.set_off(0.16)
    width, height = layers.image.size
    short = layers.short
    calm = flat(ImageOps.autocontrast(layers.image, 1), 16, smooth=0.004)
    pixels = floats(enlarged(_in_palette(calm, POSTER), layers.image.size))
    if layers.has_subject:  # the subject keeps its own colours and its details
        own = enlarged(
            flat(layers.image, 40, cover=layers.subject, smooth=0.002, short=640).convert("RGB"), layers.image.size
        )
        pixels = mix(pixels, floats(own), layers.cover_plane()[..., None])
    tooth = grain(rng, layers.image.size) - 0.5
    pixels = pixels * (1 + 0.1 * tooth[..., None])
    xx, yy = np.arange(width)[None], np.arange(height)[:, None]
    rim = np.minimum(np.minimum(xx, width - 1 - xx), np.minimum(yy, height - 1 - yy)) / short
    border = np.clip((0.045 - rim) * short, 0, 1)
    rule = np.clip((0.004 - np.abs(rim - 0.052)) * short, 0, 1)
    framed = mix(pixels, PAPER, np.maximum(border, rule)[..., None])
    return to_image(np.asarray(framed, np.float32))


def ukiyo_e(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Print from wooden blocks: quiet colours, indigo lines, a sky that darkens upwards, a red seal."""
    layers = layers.set_off(0.18)
    width, height = layers.image.size
    short = layers.short
    calm = flat(layers.image, 24, cover=layers.subject, smooth=0.003)
    ground = floats(enlarged(_in_palette(calm, WOODBLOCK), layers.image.size))
    shown = floats(enlarged(calm.convert("RGB"), layers.image.size))
    cover = layers.cover_plane()[..., None]
    pixels = mix(mix(ground, shown, 0.3), shown, cover * 0.6)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    shade = np.clip(1 - down / 0.24, 0, 1) * 0.55 * (1 - cover)
    pixels = mix(pixels, WOOD_INK * 2.2, shade)
    wood = noise(rng, width, height, short * 0.02, 3, wide=14, tall=0.5) - 0.5
    fibre = noise(rng, width, height, max(2.5, short / 260), 2) - 0.5
    pixels = mix(pixels, PAPER, 0.1) * (1 + 0.13 * wood[..., None] + 0.07 * fibre[..., None])
    every, own = lines(layers, soft=1.6, least=0.05, full=0.13)
    drawn = np.maximum(thick(every, max(1.0, short / 560)) * 0.75, thick(own, max(1.4, short / 300)))
    pixels = mix(pixels, WOOD_INK, np.clip(drawn, 0, 1)[..., None])
    return to_image(_sealed(np.asarray(pixels, np.float32), short))


def _sealed(pixels: Floats, short: int) -> Floats:
    """Put a small red seal into the lower left corner, and a rim of paper around the print."""
    height, width = pixels.shape[:2]
    unit = max(1, round(short * 0.006))
    left, top = round(short * 0.06), height - round(short * 0.06) - 9 * unit
    marks = (
        "#########",
        "#.......#",
        "#.###.#.#",
        "#.#...#.#",
        "#.#.###.#",
        "#...#...#",
        "#.###.#.#",
        "#.......#",
        "#########",
    )
    for row, text in enumerate(marks):
        for column, mark in enumerate(text):
            spot = np.s_[top + row * unit : top + (row + 1) * unit, left + column * unit : left + (column + 1) * unit]
            pixels[spot] = np.array([0.72, 0.15, 0.11], np.float32) if mark == "#" else PAPER
    rim = max(1, round(short * 0.022))
    for side in (np.s_[:rim], np.s_[height - rim :], np.s_[:, :rim], np.s_[:, width - rim :]):
        pixels[side] = PAPER
    return pixels


def bauhaus(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Set the subjects, in a few plain colours, before circles, bars and quarters."""
    width, height = layers.image.size
    short = layers.short
    calm = flat(layers.image, 16, smooth=0.005)
    ground = floats(enlarged(_in_palette(calm, BAUHAUS), layers.image.size))
    if not layers.has_subject:
        return to_image(ground)
    colors = [np.array(to_rgb(color), np.float32) / 255 for color in BAUHAUS]
    board = np.broadcast_to(colors[0], ground.shape).astype(np.float32)
    xx, yy = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    box = layers.cover.getbbox() or (0, 0, width, height)
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    side = 1 if rng.random() < 0.5 else -1
    radius = 0.36 * short
    x, y = middle[0] + side * 0.1 * short, middle[1] - 0.08 * short
    turn = (xx - middle[0]) * side + (yy - middle[1]) * 0.6
    _lay(board, (turn > 0.26 * short) & (turn < 0.36 * short), colors[4])
    _lay(board, turn > 0.42 * short, colors[2])
    _lay(board, (xx - x) ** 2 + (yy - y) ** 2 < radius**2, colors[1])
    low = height * 0.82
    _lay(board, (yy > low) & (turn < 0.26 * short), colors[3])
    corner_x = 0 if side > 0 else width
    _lay(board, (xx - corner_x) ** 2 + yy**2 < (0.24 * short) ** 2, colors[4])
    _lay(board, (xx - corner_x) ** 2 + yy**2 < (0.13 * short) ** 2, colors[0])
    own = floats(
        enlarged(
            flat(layers.image, 36, cover=layers.subject, smooth=0.002, short=640).convert("RGB"), layers.image.size
        )
    )
    figure = mix(own, ground, 0.12)
    gap = floats(grown(layers.cover, max(1, round(short / 170))).filter(exact.blur(0.6)))
    framed = mix(board, colors[0], gap[..., None])
    return to_image(mix(framed, figure, layers.cover_plane()[..., None]))


def _lay(board: Floats, where: np.ndarray, color: Floats) -> None:
    board[np.broadcast_to(where, board.shape[:2])] = color
