"""What a style gets to work on: the painted scene, and where its subjects are.

A style takes colours and lines away. It keeps a subject readable with the help of its cover: lines are stronger around
it, tiles and strokes end at its rim, and the ground steps back from it where both are equally light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.resampling import resized

Ints = npt.NDArray[np.int64]
LUMA = (0.3, 0.59, 0.11)
SMALL = 256  # px: on the shorter side of the copy on which soft things are measured
SETTING_OFF = 0.3  # the least difference of brightness between a subject and what is around it
CODE_BITS = 5  # of a channel, where colours are looked up
PALETTE_SIDE = 160  # px of the shorter side of the copy from which colours are chosen
BAND = 512  # rows that are sharpened at once
SHARPENING = 220  # per cent
GRAINS = 900  # along the shorter side
INSIDE = 127  # of 255: the cover above which a pixel is the subject's
HALO = 0.16  # of the shorter side: how far around a subject its ground steps back


def floats(image: Image.Image) -> Floats:
    """Give an image as floats between 0 and 1."""
    return np.asarray(image, np.float32) / 255


def to_image(pixels: Floats) -> Image.Image:
    """Give floats between 0 and 1 as an image."""
    return Image.fromarray(exact.to_bytes(pixels))


@dataclass(frozen=True)
class Layers:
    """A painted scene for a style.

    Parameters
    ----------
    image
        The scene, RGB.
    subject
        How far each pixel belongs to a subject, L, the size of `image`; None where nobody knows, as in a photograph.
    ground
        The scene without its subjects, RGB; None where there is none.
    alone
        Whether only the subjects will be seen, cut out by their cover: they must stay where they are.
    """

    image: Image.Image
    subject: Image.Image | None = None
    ground: Image.Image | None = None
    alone: bool = False

    @property
    def short(self) -> int:
        """The shorter side in px."""
        return min(self.image.size)

    @property
    def has_subject(self) -> bool:
        """Whether a subject is known."""
        return self.subject is not None and self.subject.getbbox() is not None

    @property
    def cover(self) -> Image.Image:
        """The subjects' cover; black where none is known."""
        return self.subject if self.subject is not None else Image.new("L", self.image.size)

    def cover_plane(self) -> Floats:
        """Give the cover as floats, shape (height, width)."""
        return floats(self.cover)

    def fitted(self, short: int) -> Layers:
        """Give the layers with a shorter side of at most `short` px."""
        scale = min(1.0, short / self.short)
        if scale == 1:
            return self
        size = max(8, round(self.image.width * scale)), max(8, round(self.image.height * scale))

        def smaller(image: Image.Image | None) -> Image.Image | None:
            return None if image is None else exact.resize(image, size, Image.Resampling.BOX)

        return Layers(
            exact.resize(self.image, size, Image.Resampling.BOX),
            smaller(self.subject),
            smaller(self.ground),
            self.alone,
        )

    def set_off(self, least: float = SETTING_OFF) -> Layers:
        """Let the ground step back from the subjects where both are equally light."""
        if not self.has_subject:
            return self
        small = self.fitted(SMALL)
        light, cover = exact.weighted(floats(small.image), LUMA), small.cover_plane()
        halo = floats(grown(small.cover, 2).filter(exact.blur(HALO * small.short / 2)))
        around = halo * (1 - cover)
        own = _weighted_mean(light, cover)
        other = _weighted_mean(light, around)
        lighter = other > own if abs(other - own) > 0.04 else own < 0.5
        if own < least:
            lighter = True
        if own > 1 - least:
            lighter = False
        missing = least - (other - own if lighter else own - other)
        if missing <= 0:
            return self
        amount = np.clip(halo * 2.2, 0, 1) * (1 - cover) * min(1.0, missing * 1.6)
        strength = resized(np.asarray(amount, np.float32), *self.image.size, Image.Resampling.BILINEAR)
        strength = strength * (1 - self.cover_plane())
        pixels = floats(self.image)
        pixels = pixels + (np.float32(1.0 if lighter else 0.06) - pixels) * strength[..., None]
        return replace(self, image=to_image(pixels))


def _weighted_mean(plane: Floats, weights: Floats) -> float:
    total = float(weights.sum(dtype=np.float64))
    return float((plane * weights).sum(dtype=np.float64)) / max(total, 1e-6)


def lines(layers: Layers, *, soft: float = 1.0, least: float = 0.05, full: float = 0.16) -> tuple[Floats, Floats]:
    """Find outlines: those of all colours, and those of the subjects, both 0 to 1, shape (height, width).

    Parameters
    ----------
    layers
        The scene.
    soft
        How far it is blurred first, in thousandths of its shorter side.
    least, full
        The step of a colour (0 to 1) at which a line begins, and from which it is full.
    """
    blur = exact.blur(max(0.4, soft * layers.short / 1000))
    found = _slope(layers.image.filter(blur))
    every = np.clip((found - least * 255) / ((full - least) * 255), 0, 1).astype(np.float32)
    if not layers.has_subject:
        return every, np.zeros_like(every)
    rim = _slope(layers.cover.filter(blur))
    inside = floats(grown(layers.cover, 1))
    own = np.maximum(np.clip(rim / 70, 0, 1), every * inside)
    return every, np.asarray(own, np.float32)


def _slope(image: Image.Image) -> Floats:
    """Give the largest step of any channel from the left to the right and from above to below each pixel, 0 to 255."""
    result = np.zeros((image.height, image.width), np.uint8)
    for channel in image.split():
        plane = np.asarray(channel)
        for behind, middle, ahead in (
            (np.s_[:, :-2], np.s_[:, 1:-1], np.s_[:, 2:]),
            (np.s_[:-2], np.s_[1:-1], np.s_[2:]),
        ):
            step = np.maximum(plane[behind], plane[ahead]) - np.minimum(plane[behind], plane[ahead])
            np.maximum(result[middle], step, out=result[middle])
    return result.astype(np.float32)


def thick(plane: Floats, width: float) -> Floats:
    """Widen lines to about `width` px with soft rims."""
    return floats(grown(to_image(plane), round(width) // 2).filter(exact.blur(max(0.4, width / 5))))


def grain(rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    """Give fine grain between 0 and 1, shape (height, width): of about a thousandth of the shorter side."""
    scale = min(1.0, GRAINS / min(size))
    rows, columns = max(1, round(size[1] * scale)), max(1, round(size[0] * scale))
    return resized(rng.random((rows, columns), np.float32), *size, Image.Resampling.BILINEAR)


def grown(image: Image.Image, reach: int) -> Image.Image:
    """Give what is bright `reach` px wider on all sides: as Pillow's MaxFilter, at a tenth of its time."""
    return image if reach < 1 else Image.fromarray(_extreme(np.asarray(image), reach, np.maximum))


def flat(
    image: Image.Image, colors: int, *, cover: Image.Image | None = None, smooth: float = 0.004, short: int = 512
) -> Image.Image:
    """Give the image in few colours with calm outlines, as a "P" image with a shorter side of at most `short` px.

    Where the `cover` of subjects is given, their colours count as much as those of all the rest. `smooth` is how far
    outlines are rounded, of the shorter side. Colours are numbered from dark to light.
    """
    scale = min(1.0, short / min(image.size))
    size = max(8, round(image.width * scale)), max(8, round(image.height * scale))
    small = exact.resize(image, size, Image.Resampling.BOX).filter(exact.blur(smooth * min(size)))
    few = quantized(small, None if cover is None else exact.resize(cover, size, Image.Resampling.BOX), colors)
    numbers = Image.frombytes("L", few.size, few.tobytes())
    for _ in range(2):  # thin bands between two colours are of a brightness between them
        numbers = numbers.filter(ImageFilter.MedianFilter(3))
    calm = Image.frombytes("P", few.size, numbers.tobytes())
    calm.putpalette(few.getpalette() or [])
    return calm


def quantized(image: Image.Image, cover: Image.Image | None, colors: int) -> Image.Image:
    """Give the image in few colours, numbered from dark to light; half of them are for the subjects.

    The ground gets the colours that fill most of it, a subject those that differ most: a red mouth is small.
    """
    pixels = np.asarray(image) >> (8 - CODE_BITS)
    codes = (
        (pixels[..., 0].astype(np.int64) << 2 * CODE_BITS)
        + (pixels[..., 1].astype(np.int64) << CODE_BITS)
        + pixels[..., 2]
    )
    box = None if cover is None else cover.point(lambda value: 255 * (value > INSIDE)).getbbox()
    palette = _palette(image, colors if box is None else colors // 2, Image.Quantize.MEDIANCUT)
    labels = _nearest(palette)[codes]
    if box is not None and cover is not None:
        own = _palette(image.crop(box), colors - colors // 2, Image.Quantize.MAXCOVERAGE)
        labels = np.where(np.asarray(cover) > INSIDE, _nearest(own)[codes] + len(palette), labels)
        palette = np.concatenate([palette, own])
    order = np.argsort(palette @ np.array([30, 59, 11]), kind="stable")
    rank = np.argsort(order, kind="stable")
    result = Image.frombytes("P", image.size, rank[labels].astype(np.uint8).tobytes())
    result.putpalette(palette[order].astype(np.uint8).tobytes())
    return result


def _palette(image: Image.Image, colors: int, method: Image.Quantize) -> Ints:
    """Choose colours for an image, shape (colours, 3)."""
    few = Layers(image).fitted(PALETTE_SIDE).image.quantize(colors, method, dither=Image.Dither.NONE)
    used = int(np.asarray(few).max()) + 1
    return np.array((few.getpalette() or [])[: 3 * used], np.int64).reshape(-1, 3)


def _nearest(palette: Ints) -> Ints:
    """Give the nearest colour of a palette for each colour in `CODE_BITS` bits a channel."""
    middle = np.arange(1 << CODE_BITS) * (1 << 8 - CODE_BITS) + (1 << 7 - CODE_BITS)
    red, green, blue = ((middle[:, None] - palette[:, k]) ** 2 for k in range(3))
    away = red[:, None, None] + green[None, :, None] + blue[None, None]
    return np.asarray(away.reshape(-1, len(palette)).argmin(1), np.int64)


def enlarged(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Give an image with flat areas at a larger size, its edges sharp."""
    if image.size == size:
        return image
    return crisp(exact.resize(image, size, Image.Resampling.BICUBIC), max(1.0, size[0] / image.width))


def crisp(image: Image.Image, scale: float) -> Image.Image:
    """Sharpen an image that was enlarged by `scale`: steps grow steep again, and nothing new shines beside them.

    An unsharp mask, held between the darkest and the brightest colour nearby; in bands, to save memory.
    """
    if image.mode == "RGBA":
        alpha = crisp(image.getchannel("A"), scale)
        sharp = crisp(image.convert("RGB"), scale)
        sharp.putalpha(alpha)
        return sharp
    reach = max(1, round(scale * 0.75))
    radius = max(0.6, scale * 0.9)
    overlap = reach + int(radius * 4) + 1
    result = Image.new(image.mode, image.size)
    for top in range(0, image.height, BAND):
        first, last = max(0, top - overlap), min(image.height, top + BAND + overlap)
        band = image.crop((0, first, image.width, last))
        pixels = np.asarray(band)
        low, high = _extreme(pixels, reach, np.minimum), _extreme(pixels, reach, np.maximum)
        held = np.clip(np.asarray(band.filter(exact.sharpen(radius, SHARPENING))), low, high)
        result.paste(Image.fromarray(held[top - first : top - first + BAND]), (0, top))
    return result


def _extreme(pixels: np.ndarray, reach: int, choose: np.ufunc) -> np.ndarray:
    """Give the least or greatest value within `reach` px across and down."""
    result = pixels
    for axis in (0, 1):
        before = result
        result = before.copy()
        for step in range(1, reach + 1):
            ahead, behind = [slice(None)] * before.ndim, [slice(None)] * before.ndim
            ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
            choose(result[tuple(behind)], before[tuple(ahead)], out=result[tuple(behind)])
            choose(result[tuple(ahead)], before[tuple(behind)], out=result[tuple(ahead)])
    return result
