"""The last step of a picture: its look (vivid or natural) and the styles that the prompt asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance

from imagewidgets.local.sketch import brushes, exact, prints
from imagewidgets.local.sketch.seeds import stream

VIVID_COLOR, NATURAL_COLOR, NATURAL_CONTRAST = map(exact.factor, (1.18, 0.78, 0.94))  # 1 leaves a picture as it is
OWN_COLORS = frozenset(("mono", "pencil", "watercolor", "sepia"))

STYLES: dict[str, Callable[[Image.Image, np.random.Generator], Image.Image]] = {
    "watercolor": brushes.watercolor,
    "oil": brushes.oil,
    "pencil": brushes.pencil,
    "pixel": prints.pixel,
    "mono": prints.mono,
    "sepia": prints.sepia,
    "neon": prints.neon,
    "pop": prints.pop,
    "mosaic": prints.mosaic,
}
# Styles that shape the scene instead of the finished picture.
COMPOSITIONS = frozenset(("minimal", "abstract", "portrait"))


def finish(image: Image.Image, styles: tuple[str, ...], seed: int, *, natural: bool = False) -> Image.Image:
    """Give an RGB image its look and its styles, in the order given.

    Parameters
    ----------
    image
        The painted scene, RGB.
    styles
        Names from `STYLES`; compositions are passed over.
    seed
        The picture's seed.
    natural
        Softer colours instead of vivid ones.
    """
    if natural:
        image = ImageEnhance.Contrast(ImageEnhance.Color(image).enhance(NATURAL_COLOR)).enhance(NATURAL_CONTRAST)
    elif not OWN_COLORS & set(styles):
        image = ImageEnhance.Color(image).enhance(VIVID_COLOR)
    for style in styles:
        if style == "mono" and "minimal" in styles:
            image = prints.ink(image)
        elif style in STYLES:
            image = STYLES[style](image, stream(seed, "style", style))
    return image
