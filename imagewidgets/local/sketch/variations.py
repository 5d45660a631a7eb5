"""Other versions of a picture: own ones are composed anew, photographs are cropped, mirrored and toned anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageOps

from imagewidgets.local.sketch import exact, seeds
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.seeds import stream

SMALLEST_CROP, CROP_RANGE = 0.8, 0.14  # of the sides
MOST_TURN, TURN_STEP = 0.5, 0.12  # of hue, in radians
LOWEST_GAIN, GAIN_RANGE = 0.85, 0.35  # of colour
FADE = 0.06  # how far brightness may go up or down
TO_YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))
TO_RGB = ((1, 0.956, 0.621), (1, -0.272, -0.647), (1, -1.106, 1.703))


def recomposed(source: Recipe, seed: int, index: int, size: tuple[int, int]) -> Recipe:
    """Give the recipe of one variation of an own picture: the same words with another seed.

    What edits have brought keeps its colour and pose; all the scenery follows the new seed.
    """
    new = seeds.derive(seed, "variation", source.seed, index)
    additions = tuple(replace(item, seed=seeds.derive(new, "addition", n)) for n, item in enumerate(source.additions))
    return replace(source, seed=new, size=size, additions=additions, part_seeds=())


def varied(image: Image.Image, seed: int, index: int) -> Image.Image:
    """Give one variation of any picture, in its size and mode.

    Odd ones are mirrored; each has a crop, a hue, a strength of colour and a brightness of its own.
    """
    rng = stream(seed, "variation", index)
    crop, across, down, hue, gain, bright = rng.random(6).tolist()
    width, height = image.size
    share = SMALLEST_CROP + CROP_RANGE * crop
    wide, tall = max(1, int(width * share)), max(1, int(height * share))
    left, top = int(across * (width - wide)), int(down * (height - tall))
    part = exact.resize(image, image.size, Image.Resampling.LANCZOS, box=(left, top, left + wide, top + tall))
    if index % 2 == 0:
        part = ImageOps.mirror(part)
    alpha = part.getchannel("A") if part.mode == "RGBA" else None
    pixels = np.asarray(part.convert("RGB"), np.float32) / 255
    direction = 1 if hue > 0.5 else -1
    angle = direction * (TURN_STEP + abs(hue - 0.5) * 2 * (MOST_TURN - TURN_STEP))
    luma, i, q = (exact.weighted(pixels, row) for row in TO_YIQ)
    strength = LOWEST_GAIN + GAIN_RANGE * gain
    cosine, sine = (strength * part for part in exact.direction(angle))
    turned = np.stack([luma + FADE * (2 * bright - 1), i * cosine - q * sine, i * sine + q * cosine], -1)
    result = Image.fromarray(exact.to_bytes(np.stack([exact.weighted(turned, row) for row in TO_RGB], -1)))
    if alpha is not None:
        result.putalpha(alpha)
    return result
