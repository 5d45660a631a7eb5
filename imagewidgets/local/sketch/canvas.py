"""The sheet a scene is painted on: float pixels under the light of a mood, and how things get onto it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.fills import to_rgb
from imagewidgets.local.sketch.layers import Layers
from imagewidgets.local.sketch.resampling import resized


def rgb(color: str) -> Floats:
    """Give ``#rrggbb`` as three floats between 0 and 1."""
    return np.array(to_rgb(color), np.float32) / 255


def mix(first: Floats | float, second: Floats | float, amount: Floats | float) -> Floats:
    """Go from the first (0) to the second (1)."""
    mixed = np.subtract(second, first, dtype=np.float32) * np.asarray(amount, np.float32)
    mixed += np.asarray(first, np.float32)
    return mixed


def noise(
    rng: np.random.Generator,
    width: int,
    height: int,
    cell: float,
    octaves: int = 4,
    *,
    gain: float = 0.5,
    wide: float = 1.0,
    tall: float = 1.0,
) -> Floats:
    """Give value noise between 0 and 1, shape (height, width).

    Built at half the size. `cell` is the size of the largest features in px; `wide` and `tall` stretch them; each
    octave is half as large and `gain` times as strong as the one before.
    """
    columns, rows = max(2, width // 2), max(2, height // 2)
    total, weight, weights = np.zeros((rows, columns), np.float32), 1.0, 0.0
    for octave in range(octaves):
        size = max(2.0, cell / 2 / 2**octave)
        grid = rng.random((int(rows / (size * tall)) + 3, int(columns / (size * wide)) + 3), np.float32)
        total += weight * resized(grid, columns, rows)
        weights += weight
        weight *= gain
    return np.clip(resized(total / weights, width, height, Image.Resampling.BILINEAR), 0, 1)


GLOW_END = 6  # reaches after which light is less than one step of 255


@dataclass(frozen=True)
class Placed:
    """Where something was pasted: its upper left corner and its size in px."""

    x: int
    y: int
    width: int
    height: int


class Canvas:
    """A picture in the making.

    Parameters
    ----------
    width, height
        Its size in px.
    mood
        The name of the light (see the table "light").
    horizon
        Where sky and ground meet, as a fraction of the height.
    transparent
        Whether nothing is painted behind the subjects; `pixels` are then premultiplied by `alpha`.

    Attributes
    ----------
    pixels
        Shape (height, width, 3), 0 to 1.
    alpha
        Shape (height, width, 1), 0 to 1; None for an opaque picture.
    short
        The shorter side in px: the measure of everything on the canvas.
    subject
        How far each pixel is covered by what was pasted since `begin_subjects`, shape (height, width), 0 to 1; None
        before.
    ground
        The pixels as they were then, where they were asked for.
    """

    def __init__(self, width: int, height: int, *, mood: str, horizon: float = 0.6, transparent: bool = False):
        self.width, self.height, self.short = width, height, min(width, height)
        self.mood, self.horizon = mood, horizon
        self.pixels: Floats = np.zeros((height, width, 3), np.float32)
        self.alpha: Floats | None = np.zeros((height, width, 1), np.float32) if transparent else None
        self.subject: Floats | None = None
        self.ground: Floats | None = None
        self.yy: Floats = np.arange(height, dtype=np.float32)[:, None]
        self.xx: Floats = np.arange(width, dtype=np.float32)[None, :]
        self.tint: Floats = np.array(table("light")["tint"][mood], np.float32)

    def begin_subjects(self, *, keep_ground: bool = False) -> None:
        """Remember from now on what is pasted, and with `keep_ground` how it looks behind it."""
        self.subject = np.zeros((self.height, self.width), np.float32)
        self.ground = self.pixels.copy() if keep_ground else None

    def lit(self, color: str) -> Floats:
        """Give a colour under the light of the mood."""
        return np.clip(rgb(color) * self.tint, 0, 1)

    def distance(self, x: float, y: float) -> Floats:
        """Give the distance of each pixel from a point, in px."""
        return np.sqrt((self.xx - x) ** 2 + (self.yy - y) ** 2)

    def disc(self, x: float, y: float, radius: float, color: Floats, *, soft: float = 2.0, strength: float = 1) -> None:
        """Paint a disc with a soft rim."""
        margin = radius + soft
        rows, columns = self._window(x - margin, y - margin, x + margin, y + margin)
        away = np.sqrt((self.xx[:, columns] - x) ** 2 + (self.yy[rows] - y) ** 2)
        part = self.pixels[rows, columns]
        part += (color - part) * (np.clip((radius - away) / soft + 0.5, 0, 1) * strength)[..., None]

    def over(self, color: Floats, amount: Floats | float) -> None:
        """Blend a colour or a picture over everything."""
        self.pixels += (color - self.pixels) * amount

    def add(self, light: Floats) -> None:
        """Add light."""
        np.clip(self.pixels + light, 0, 1, out=self.pixels)

    def glow(self, x: float, y: float, reach: float, color: tuple[float, float, float]) -> None:
        """Add light that fades from a point; `reach` is where it has fallen to a third, in px."""
        far = reach * GLOW_END
        part, xx, yy = self.window(x - far, y - far, x + far, y + far)
        fade = exact.exp(-np.sqrt((xx - x) ** 2 + (yy - y) ** 2) / reach)[..., None]
        np.clip(part + fade * np.array(color, np.float32), 0, 1, out=part)

    def _window(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
        """Give the rows and columns of a box, cut to the canvas."""
        rows = slice(min(self.height, max(0, int(y0))), max(0, min(self.height, int(y1) + 1)))
        columns = slice(min(self.width, max(0, int(x0))), max(0, min(self.width, int(x1) + 1)))
        return rows, columns

    def window(self, x0: float, y0: float, x1: float, y1: float) -> tuple[Floats, Floats, Floats]:
        """Give the pixels of a box (a view, to be painted on) with their x and y in px."""
        rows, columns = self._window(x0, y0, x1, y1)
        return self.pixels[rows, columns], self.xx[:, columns], self.yy[rows]

    # ------------------------------------------------------------------ pasting
    def paste(
        self,
        image: Image.Image,
        x: float,
        y: float,
        *,
        standing: bool = False,
        shadow: bool = False,
        tinted: bool = True,
        haze: tuple[Floats, float] | None = None,
        sink: float = 0.0,
    ) -> Placed:
        """Paste an RGBA image.

        Parameters
        ----------
        image
            What to paste.
        x, y
            Its middle in px; `y` is its lower edge when `standing`.
        shadow
            Whether it throws one on the ground.
        tinted
            Whether the light of the mood falls on it.
        haze
            A colour, and how much of it lies before the image (0 to 1).
        sink
            How much of its height is under water, 0 to 1.
        """
        width, height = image.size
        left, top = int(x - width / 2), int(y - (height if standing else height / 2))
        placed = Placed(left, top, width, height)
        if shadow and self.alpha is None:
            self._shadow(x, y, width)
        rows = slice(max(0, top), min(self.height, top + height))
        columns = slice(max(0, left), min(self.width, left + width))
        if rows.stop <= rows.start or columns.stop <= columns.start:
            return placed
        inner = (columns.start - left, rows.start - top, columns.stop - left, rows.stop - top)
        pixels = np.asarray(image.crop(inner), np.float32) / 255
        color: Floats = pixels[..., :3]
        alpha: Floats = pixels[..., 3:]
        if tinted:
            fall = np.linspace(1.07, 0.86, height, dtype=np.float32)[inner[1] : inner[3], None, None]
            color = np.clip(color * self.tint * fall, 0, 1)
        if haze is not None:
            color = mix(color, haze[0], haze[1])
        if sink:
            line = np.arange(inner[1], inner[3], dtype=np.float32)
            alpha = alpha * np.clip((height * (1 - sink) - line) / (height * 0.04) + 0.5, 0, 1)[:, None, None]
        part = self.pixels[rows, columns]
        part += (color - part) * alpha
        if self.alpha is not None:
            cover = self.alpha[rows, columns]
            cover += (1 - cover) * alpha
        if self.subject is not None:
            own = self.subject[rows, columns]
            own += (1 - own) * alpha[..., 0]
        return placed

    def _shadow(self, x: float, y: float, width: int) -> None:
        """Darken the ground under a standing thing."""
        columns, rows = int(width * 1.15), max(4, int(width * 0.16))
        mask = Image.new("L", (max(4, columns), rows))
        ImageDraw.Draw(mask).ellipse([columns * 0.06, rows * 0.1, columns * 0.94, rows * 0.9], fill=120)
        dark = np.asarray(mask.filter(exact.blur(rows * 0.16)), np.float32) / 255
        left, top = int(x - columns / 2), int(y - rows * 0.62)
        inside = (
            slice(max(0, top), max(0, min(self.height, top + dark.shape[0]))),
            slice(max(0, left), max(0, min(self.width, left + dark.shape[1]))),
        )
        part = self.pixels[inside]
        if part.size:
            part *= (
                1
                - dark[
                    inside[0].start - top : inside[0].stop - top, inside[1].start - left : inside[1].stop - left, None
                ]
            )

    # ------------------------------------------------------------------ the result
    def image(self) -> Image.Image:
        """Give what is painted so far as RGB; of a transparent canvas on white."""
        pixels = self.pixels if self.alpha is None else self.pixels + (1 - self.alpha)
        return Image.fromarray(exact.to_bytes(pixels))

    def layers(self) -> Layers:
        """Give what is painted so far with what is known of its subjects."""
        subject = None if self.subject is None else Image.fromarray(exact.to_bytes(self.subject))
        ground = None if self.ground is None else Image.fromarray(exact.to_bytes(self.ground))
        return Layers(self.image(), subject, ground, alone=self.alpha is not None)

    def cover(self) -> Image.Image | None:
        """Give how opaque a transparent canvas is, as L; None for an opaque one."""
        if self.alpha is None:
            return None
        return Image.fromarray(exact.to_bytes(self.alpha[..., 0]))
