"""The last step of a picture: its look (vivid or natural) and the styles that the prompt asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image, ImageEnhance

from imagewidgets.local.sketch import brushes, dabs, exact, lights, pens, prints, solids, tiles
from imagewidgets.local.sketch.layers import Layers
from imagewidgets.local.sketch.seeds import stream

VIVID_COLOR, NATURAL_COLOR, NATURAL_CONTRAST = map(exact.factor, (1.18, 0.78, 0.94))  # 1 leaves a picture as it is
OWN_COLORS = frozenset(("mono", "pencil", "watercolor", "sepia"))

STYLES: dict[str, Callable[[Layers, np.random.Generator], Image.Image]] = {
    "watercolor": brushes.watercolor,
    "oil": brushes.oil,
    "impressionist": dabs.impressionist,
    "pencil": pens.pencil,
    "ink": pens.ink,
    "charcoal": pens.charcoal,
    "pastel": dabs.pastel,
    "pixel": prints.pixel,
    "low-poly": tiles.low_poly,
    "stained glass": tiles.stained_glass,
    "mosaic": tiles.mosaic,
    "paper cut-out": solids.paper,
    "comic": prints.comic,
    "pop": prints.pop,
    "poster": prints.poster,
    "blueprint": pens.blueprint,
    "line art": pens.line_art,
    "neon": lights.neon,
    "cyberpunk": lights.cyberpunk,
    "vaporwave": lights.vaporwave,
    "isometric": solids.isometric,
    "cubist": tiles.cubist,
    "bauhaus": prints.bauhaus,
    "ukiyo-e": prints.ukiyo_e,
    "clay": solids.clay,
    "sepia": prints.sepia,
    "mono": prints.mono,
}
# Styles that shape the scene instead of the finished picture.
COMPOSITIONS = frozenset(("minimal", "abstract", "portrait"))


def finish(layers: Layers, styles: tuple[str, ...], seed: int, *, natural: bool = False) -> Image.Image:
    """Give a painted scene its look and its styles, in the order given.

    Parameters
    ----------
    layers
        The painted scene; a style also uses what it knows of the subjects.
    styles
        Names from `STYLES`; compositions are passed over.
    seed
        The picture's seed.
    natural
        Softer colours instead of vivid ones.
    """
    if natural:
        layers = _changed(layers, _natural)
    elif not OWN_COLORS & set(styles):
        layers = _changed(layers, _vivid)
    for style in styles:
        if style == "mono" and "minimal" in styles:
            layers = replace(layers, image=prints.logo(layers.image))
        elif style in STYLES:
            layers = replace(layers, image=STYLES[style](layers, stream(seed, "style", style)))
    return layers.image


def _changed(layers: Layers, change: Callable[[Image.Image], Image.Image]) -> Layers:
    ground = None if layers.ground is None else change(layers.ground)
    return replace(layers, image=change(layers.image), ground=ground)


def _natural(image: Image.Image) -> Image.Image:
    return ImageEnhance.Contrast(ImageEnhance.Color(image).enhance(NATURAL_COLOR)).enhance(NATURAL_CONTRAST)


def _vivid(image: Image.Image) -> Image.Image:
    return ImageEnhance.Color(image).enhance(VIVID_COLOR)
