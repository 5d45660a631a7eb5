"""The flat colours of a drawing: what covers how much, and giving it another colour.

Every fill of the artwork is one flat ``#RRGGBB``, so recolouring is a replacement in the SVG text. Which fills belong
together is found from a small render in which each fill has a code colour.
"""

from __future__ import annotations

import colorsys
import functools
import io
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import resvg_py
from PIL import Image

from imagewidgets.local.sketch.vocabulary import Glyph

FILL = re.compile(r'(?:fill|stroke)="(#[0-9A-Fa-f]{6})"')
UNITS = 36
MAP_SCALE = 2  # px per unit in the code-colour render
PERSON_FIXED = frozenset(("#FFDC5D", "#F9CA55", "#EF9645", "#FFAC33", "#C1694F", "#662113"))  # skin, hair, eyes
NEAR_BLACK = 90  # the brightest channel of eyes and noses
MAIN_SHARE, ANIMAL_SHARE = 0.42, 0.07  # share of the area that makes a dark fill the body, and a fill part of the coat
SAME_HUE, SAME_GREY = 0.09, 0.35


def to_rgb(color: str) -> tuple[int, int, int]:
    """Give the three channels (0 to 255) of ``#rrggbb``."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def to_hex(red: float, green: float, blue: float) -> str:
    """Give ``#RRGGBB`` from three channels between 0 and 1."""
    return f"#{round(red * 255):02X}{round(green * 255):02X}{round(blue * 255):02X}"


def luminance(color: str) -> float:
    """Give how light a colour looks, 0 to 1."""
    red, green, blue = to_rgb(color)
    return (0.3 * red + 0.59 * green + 0.11 * blue) / 255


def hue_and_saturation(color: str) -> tuple[float, float]:
    """Give hue and saturation, each 0 to 1."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(channel / 255 for channel in to_rgb(color)))
    return hue, saturation


def shade(color: str, factor: float) -> str:
    """Multiply the lightness; a factor above 1 goes towards white."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in to_rgb(color)))
    lightness = lightness * factor if factor <= 1 else 1 - (1 - lightness) / factor
    return to_hex(*colorsys.hls_to_rgb(hue, min(1, lightness), saturation))


def rasterize(svg: str, width: float, height: float, longest: int) -> Image.Image:
    """Render inner SVG of `width` by `height` units to RGBA with its longest side `longest` px."""
    scale = longest / max(width, height)
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns}" height="{rows}" '
        f'viewBox="0 0 {width} {height}">{svg}</svg>'
    )
    png: Any = resvg_py.svg_to_bytes(svg_string=document, skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def fill_map(svg: str, width: float = UNITS, height: float = UNITS) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Give the fills of a drawing and which of them is seen where.

    Returns
    -------
    tuple
        The fills, and an array (rows, columns) at 2 px per unit of indices into them, -1 = nothing there.
    """
    fills = list(dict.fromkeys(FILL.findall(svg)))
    codes = {fill: f"#{(i + 1) * 8 % 256:02x}{(i + 1) // 32 * 64 % 256:02x}40" for i, fill in enumerate(fills)}
    coded = FILL.sub(lambda match: match.group(0).replace(match.group(1), codes[match.group(1)]), svg)
    pixels = np.asarray(rasterize(coded, width, height, int(MAP_SCALE * max(width, height)))).astype(np.int64)
    seen = np.full(pixels.shape[:2], -1, np.int64)
    for i, fill in enumerate(fills):
        near = np.abs(pixels[..., :3] - np.array(to_rgb(codes[fill]))).sum(-1) <= 2
        seen[near & (pixels[..., 3] > 200)] = i
    return fills, seen


@functools.lru_cache(maxsize=512)
def _areas(svg: str, width: float, height: float) -> tuple[tuple[str, int], ...]:
    fills, seen = fill_map(svg, width, height)
    counts = [(fill, int((seen == i).sum())) for i, fill in enumerate(fills)]
    return tuple(sorted(((fill, count) for fill, count in counts if count), key=lambda item: -item[1]))


def fill_areas(svg: str, width: float = UNITS, height: float = UNITS) -> dict[str, int]:
    """Give the visible area of each fill, largest first; a drawing without any counts as one grey."""
    return dict(_areas(svg, width, height)) or {"#99AAB5": 1}


def recolor(svg: str, item: Glyph, target: str, width: float = UNITS, height: float = UNITS) -> str:
    """Give the body of a drawing the colour `target` (``#rrggbb``), each fill keeping its lightness.

    An animal changes its main hue and every larger fill; a person the clothes; a flower the petals; other things
    their main hue (the wheels and windows of a car stay). Near-black details such as eyes never change.
    """
    areas = fill_areas(svg, width, height)
    total = sum(areas.values())
    free = {c: a for c, a in areas.items() if max(to_rgb(c)) > NEAR_BLACK or a > MAIN_SHARE * total}
    if item.is_person:
        free = {color: area for color, area in free.items() if color.upper() not in PERSON_FIXED}
    if item.subgroup == "plant-flower":
        free = {color: area for color, area in free.items() if not _is_leaf(color)}
    if not free:
        return svg
    main = max(free, key=lambda color: free[color])
    chosen = {
        color
        for color, area in free.items()
        if _same_family(color, main) or (item.is_animal and area > ANIMAL_SHARE * total and not _is_beak(color, item))
    }
    changed = {color: _relight(color, main, target) for color in chosen}
    return FILL.sub(
        lambda match: match.group(0).replace(match.group(1), changed.get(match.group(1), match.group(1))), svg
    )


def _same_family(color: str, main: str) -> bool:
    hue, saturation = hue_and_saturation(color)
    main_hue, main_saturation = hue_and_saturation(main)
    if main_saturation < 0.2:
        return saturation < 0.25 and abs(luminance(color) - luminance(main)) < SAME_GREY
    return saturation > 0.12 and min(abs(hue - main_hue), 1 - abs(hue - main_hue)) < SAME_HUE


def _relight(color: str, main: str, target: str) -> str:
    """Give the target colour, as much lighter or darker as `color` is than `main`."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in to_rgb(target)))
    step = (luminance(color) - luminance(main)) * (0.9 if saturation < 0.15 else 0.72)
    lit = lightness + step
    if lightness < 0.25:  # black things keep their inner lines
        lit = max(lit, lightness * 0.6, 0.07 + 0.06 * (luminance(color) > luminance(main)))
    if lightness > 0.85:  # white things keep their outline
        lit = min(0.97, max(0.72, lit))
    return to_hex(*colorsys.hls_to_rgb(hue, min(0.97, max(0.04, lit)), saturation))


def _is_leaf(color: str) -> bool:
    hue, saturation = hue_and_saturation(color)
    return 0.2 < hue < 0.45 and saturation > 0.25


def _is_beak(color: str, item: Glyph) -> bool:
    hue, saturation = hue_and_saturation(color)
    return item.subgroup == "animal-bird" and 0.07 < hue < 0.15 and saturation > 0.6 and item.key not in "🐤🐥🐣"
