"""Drawings as images, rendered once per size step and kept, with their anchors in px."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.anchors import Point, anchors
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.drawings import drawing, in_role
from imagewidgets.local.sketch.fills import rasterize, recolor
from imagewidgets.local.sketch.resampling import resized
from imagewidgets.local.sketch.vocabulary import AS_ROLE, glyph

STEPS = (96, 192, 384, 576, 768, 1152)  # px; the renderer's time is its PNG encoder: 3, 5, 11, 22, 40, 90 ms
SCENERY_LIMIT = 384  # px; far things may be soft
RIM = "#2b2d33"
INK = 20  # alpha above which a pixel counts as drawn


@dataclass(frozen=True)
class Sprite:
    """An RGBA image with named points in px that follow it through flips and turns."""

    image: Image.Image
    points: dict[str, Point]
    head_width: float = 0.0
    eyes_width: float = 0.0
    tilt: float = 0.0

    @property
    def width(self) -> int:
        """Width in px."""
        return self.image.width

    @property
    def height(self) -> int:
        """Height in px."""
        return self.image.height

    def with_image(self, image: Image.Image) -> Sprite:
        """Give it with another image of the same size."""
        return replace(self, image=image)

    def flipped(self) -> Sprite:
        """Mirror left and right."""
        points = {name: (self.width - x, y) for name, (x, y) in self.points.items()}
        return replace(self, image=ImageOps.mirror(self.image), points=points, tilt=-self.tilt)

    def outlined(self, width: int) -> Sprite:
        """Draw a dark rim of `width` px around the silhouette."""
        image = Image.new("RGBA", (self.width + 2 * width, self.height + 2 * width))
        image.paste(self.image, (width, width))
        silhouette = image.getchannel("A").filter(ImageFilter.MaxFilter(2 * width + 1))
        rim = Image.new("RGBA", image.size, RIM)
        rim.putalpha(silhouette)
        points = {name: (x + width, y + width) for name, (x, y) in self.points.items()}
        return replace(self, image=Image.alpha_composite(rim, image), points=points)

    def turned(self, degrees: float) -> Sprite:
        """Turn counter-clockwise."""
        if not degrees:
            return self
        turned = self.image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
        cosine, sine = exact.direction(math.radians(degrees))
        box = turned.getchannel("A").getbbox() or (0, 0, *turned.size)

        def move(point: Point) -> Point:
            x, y = point[0] - self.width / 2, point[1] - self.height / 2
            return (
                x * cosine + y * sine + turned.width / 2 - box[0],
                -x * sine + y * cosine + turned.height / 2 - box[1],
            )

        points = {name: move(point) for name, point in self.points.items()}
        return replace(self, image=turned.crop(box), points=points, tilt=self.tilt + degrees)


@functools.lru_cache(maxsize=96)
def _render(key: str, color: str | None, whole: bool, longest: int) -> tuple[Image.Image, float]:
    """Render one drawing; give it with its longest side in units."""
    animal, _, role = key.partition(AS_ROLE)
    shape = in_role(animal, role, color) if role else drawing(key, whole=whole)
    svg = recolor(shape.svg, glyph(key), color, shape.width, shape.height) if color and not role else shape.svg
    return rasterize(svg, shape.width, shape.height, longest), max(shape.width, shape.height)


@functools.lru_cache(maxsize=256)
def sprite(
    key: str, longest: int, color: str | None = None, whole: bool = False, volume: bool = False, limit: int = STEPS[-1]
) -> Sprite:
    """Give a drawing whose box is about `longest` px, cropped to what is drawn.

    Parameters
    ----------
    key
        Which drawing.
    longest
        The longest side of its uncropped box in px, at least 8.
    color
        ``#rrggbb`` for its body; None as drawn.
    whole
        Whether heads and busts get a body.
    volume
        Whether it gets a soft light from the upper left.
    limit
        The largest render; larger pictures are enlarged from it.
    """
    longest = max(8, int(longest))
    step = min(next((size for size in STEPS if size >= longest), limit), limit)
    image, units = _render(key, color, whole, step)
    box = image.getchannel("A").point(lambda value: 255 * (value > INK)).getbbox() or (0, 0, *image.size)
    scale = longest / step
    cropped = image.crop(box)
    size = (max(1, round(cropped.width * scale)), max(1, round(cropped.height * scale)))
    drawn = exact.resize(cropped, size, Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC)
    unit = longest / units  # px
    joints = anchors(key, whole=whole)
    points = {name: (x * unit - box[0] * scale, y * unit - box[1] * scale) for name, (x, y) in joints.points.items()}
    head = joints.head
    lit = relief(drawn) if volume else drawn
    return Sprite(lit, points, head.width * unit, head.eyes_width * unit, head.tilt)


def scenery(key: str, longest: int, color: str | None = None) -> Image.Image:
    """Give the plain image of a prop, in a colour of the tables (its name) or as drawn."""
    named = table("modifiers")["colors"][color] if color else None
    return sprite(key, longest, named, limit=SCENERY_LIMIT).image


def relief(image: Image.Image, *, strength: float = 0.5) -> Image.Image:
    """Light an RGBA image softly from the upper left, from its blurred outline: gives volume to flat fills."""
    width, height = image.size
    scale, margin, shift = 96 / max(width, height), 16, 4  # px of the small outline
    size = max(4, round(width * scale)), max(4, round(height * scale))
    small = exact.resize(image.getchannel("A"), size, Image.Resampling.BOX)
    small = ImageOps.expand(small, margin).filter(exact.blur(5))
    outline = np.asarray(small, np.float32) / 255
    slope = np.roll(outline, (-shift, -shift), (0, 1)) - np.roll(outline, (shift, shift), (0, 1))
    slope = slope[margin:-margin, margin:-margin]
    light = resized(slope, width, height)[..., None] * strength
    pixels = np.asarray(image, np.float32) / 255
    color = pixels[..., :3]
    pixels[..., :3] = np.where(light > 0, color + (1 - color) * light * 0.55, color * (1 + light * 0.8))
    return Image.fromarray(exact.to_bytes(pixels))
