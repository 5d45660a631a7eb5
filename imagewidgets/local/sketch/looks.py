"""How a subject looks: its drawing in its colour, its material and the clothes of its role."""

from __future__ import annotations

import numpy as np
from PIL import Image

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.fills import to_rgb
from imagewidgets.local.sketch.sprites import Sprite, sprite
from imagewidgets.local.sketch.subjects import Subject
from imagewidgets.local.sketch.vocabulary import AS_ROLE

GREY = (0.3, 0.59, 0.11)  # weights of the channels
THROUGH, SHINE = 0.62, 0.35  # how opaque glass is, and how much more where it shines


def color_of(name: str | None) -> str | None:
    """Give ``#rrggbb`` of a colour word."""
    return table("modifiers")["colors"][name] if name else None


def key_of(subject: Subject, copy: int = 0) -> str:
    """Give the key of the drawing of one copy: that of an animal in a role has the animal's face."""
    key = subject.glyphs[copy % len(subject.glyphs)]
    face = table("artwork")["face_of"].get(key, key)
    return f"{face}{AS_ROLE}{subject.role}" if subject.role and face in kind("faces") else key


def look(
    subject: Subject,
    longest: float,
    *,
    copy: int = 0,
    whole: bool = False,
    volume: bool = True,
    color: str | None = None,
) -> Sprite:
    """Give the drawing of a subject, its uncropped box `longest` px long.

    Parameters
    ----------
    copy
        Which one of several it is.
    whole
        Whether heads and busts get a body.
    volume
        Whether it gets a soft light.
    color
        The name of a colour for one that has none.
    """
    drawn = sprite(key_of(subject, copy), int(longest), color_of(subject.color or color), whole, volume)
    return drawn if subject.material is None else drawn.with_image(_made_of(drawn.image, subject.material))


def _made_of(image: Image.Image, material: str) -> Image.Image:
    """Give an RGBA image in the tones of a material: its own light and dark, stretched from dark to bright."""
    dark, middle, bright = (
        np.array(to_rgb(color), np.float32) / 255 for color in table("modifiers")["materials"][material]
    )
    pixels = np.asarray(image, np.float32) / 255
    light = exact.weighted(pixels[..., :3], GREY)
    inked = pixels[..., 3] > 0
    low, high = (float(light[inked].min()), float(light[inked].max())) if inked.any() else (0.0, 1.0)
    tone = (0.12 + 0.8 * (light - low) / max(high - low, 0.25))[..., None]
    lower, upper = np.clip(tone * 2, 0, 1), np.clip(tone * 2 - 1, 0, 1)
    color = dark + (middle - dark) * lower
    color = color + (bright - color) * upper
    alpha = pixels[..., 3:]
    if material in table("modifiers")["see_through"]:
        alpha = alpha * np.clip(THROUGH + SHINE * upper + SHINE * (1 - lower), 0, 1)
    return Image.fromarray(exact.to_bytes(np.concatenate([color, alpha], -1)))
