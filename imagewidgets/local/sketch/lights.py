"""Styles of light: neon, cyberpunk, vaporwave."""

from __future__ import annotations

import numpy as np
from PIL import Image

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import mix, noise
from imagewidgets.local.sketch.exact import Floats
from imagewidgets.local.sketch.layers import LUMA, Layers, floats, lines, thick, to_image

CYAN, MAGENTA = np.array([0.1, 0.95, 1.0], np.float32), np.array([1.0, 0.12, 0.72], np.float32)
VAPOR = (
    (0.0, (0.1, 0.04, 0.28)),
    (0.35, (0.5, 0.1, 0.62)),
    (0.62, (1.0, 0.42, 0.72)),
    (0.82, (0.5, 0.85, 0.98)),
    (1.0, (0.98, 0.98, 1.0)),
)
SUN = ((0.0, (1.0, 0.86, 0.3)), (1.0, (1.0, 0.22, 0.55)))


def _gradient(values: Floats, stops: tuple[tuple[float, tuple[float, float, float]], ...]) -> Floats:
    """Give the colours at values between 0 and 1 along stops."""
    places = [place for place, _ in stops]
    channels = [np.interp(values, places, [color[k] for _, color in stops]) for k in range(3)]
    return np.stack(channels, -1).astype(np.float32)


def _hues(width: int, height: int) -> Floats:
    course = np.arange(width)[None] / width + np.arange(height)[:, None] / height
    hue = 0.5 + 0.5 * np.cos(2 * np.pi * (course[..., None] * 0.5 + np.array([0.9, 0.45, 0.15])))
    return np.asarray(hue, np.float32)


def neon(layers: Layers, _rng: np.random.Generator) -> Image.Image:
    """Let the outlines shine in the dark as glass tubes, those of the subjects brightest."""
    width, height = layers.image.size
    short = layers.short
    every, own = lines(layers, soft=1.5)
    far = thick(every, max(1.0, short / 420)) * (0.45 if layers.has_subject else 0.9)
    near = thick(own, max(1.4, short / 230))
    tubes = np.maximum(far, near)
    core = thick(own if layers.has_subject else every, max(1.0, short / 700))
    glow = floats(to_image(tubes).filter(exact.blur(short / 55)))
    wide = floats(to_image(tubes).filter(exact.blur(short / 18)))
    dark = exact.power(floats(layers.image), 1.3) * (0.16 + 0.3 * layers.cover_plane()[..., None])
    light = _hues(width, height) * (tubes * 0.8 + glow * 1.1 + wide * 0.8)[..., None]
    return to_image(
        np.asarray(dark + np.array([0.03, 0.01, 0.07], np.float32) + light + 0.55 * core[..., None], np.float32)
    )


def cyberpunk(layers: Layers, rng: np.random.Generator) -> Image.Image:
    """Light a dark scene with magenta and cyan from two sides, through haze and thin scan lines."""
    layers = layers.set_off(0.2)
    width, height = layers.image.size
    short = layers.short
    pixels = floats(layers.image)
    light = exact.weighted(pixels, LUMA)[..., None]
    side = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    lamp = mix(CYAN, MAGENTA, side)
    graded = mix(pixels, light * lamp * 1.25, 0.5) * (0.44 + 0.42 * layers.cover_plane()[..., None])
    graded = graded + np.array([0.02, 0.0, 0.07], np.float32)
    haze = noise(rng, width, height, short * 0.5, 4)[..., None]
    low = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    graded = graded + haze * lamp * (0.08 + 0.16 * low) * (1 - 0.6 * layers.cover_plane()[..., None])
    every, own = lines(layers, soft=1.5)
    rim = np.maximum(thick(own, max(1.2, short / 300)), 0.35 * thick(every, max(1.0, short / 700)))
    glow = floats(to_image(rim).filter(exact.blur(short / 60)))
    bright = np.clip((light - 0.62) * 3, 0, 1)[..., 0]
    bloom = floats(to_image(bright).filter(exact.blur(short / 40)))
    lit = graded + mix(MAGENTA, CYAN, side) * (0.75 * rim + 0.75 * glow + 0.35 * bloom)[..., None]
    step = max(2, round(short / 256))
    scan = np.where((np.arange(height) // step) % 2 == 0, np.float32(1.0), np.float32(0.9))[:, None, None]
    return to_image(np.asarray(lit * scan, np.float32))


def vaporwave(layers: Layers, _rng: np.random.Generator) -> Image.Image:
    """Tint the scene from violet to pink and cyan, before a striped sun and a grid that runs to the horizon."""
    layers = layers.set_off(0.24)
    width, height = layers.image.size
    short = layers.short
    light = floats(layers.image.convert("L"))
    toned = _gradient(light, VAPOR)
    pixels = mix(toned, floats(layers.image), 0.25)
    xx, yy = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    horizon = 0.64 * height
    sky = _gradient(
        np.clip(yy / horizon, 0, 1)[:, 0],
        ((0.0, (0.16, 0.05, 0.38)), (0.6, (0.72, 0.16, 0.62)), (1.0, (1.0, 0.55, 0.62))),
    )
    backdrop = np.broadcast_to(sky[:, None], pixels.shape).copy()
    radius = 0.27 * short
    x, y = width / 2, horizon - 0.12 * short
    down = (yy - (y - radius)) / (2 * radius)
    disc = np.clip((radius - np.sqrt((xx - x) ** 2 + (yy - y) ** 2)) / max(1.0, short / 500) + 0.5, 0, 1)
    phase = down * 11 - np.floor(down * 11)
    bars = np.where((down > 0.45) & (phase < (down - 0.35) * 0.75), np.float32(0.0), np.float32(1.0))
    sun = _gradient(np.clip(down, 0, 1)[:, 0], SUN)[:, None]
    backdrop = mix(backdrop, sun, (disc * bars)[..., None])
    backdrop = np.where((yy < horizon)[..., None], backdrop, _floor(xx, yy, horizon, width, height, short))
    share = 0.3 if layers.has_subject else 0.58
    scene = mix(backdrop, pixels, np.float32(share))
    cover = layers.cover_plane()[..., None]
    figure = mix(pixels, floats(layers.image), 0.3)
    _, own = lines(layers)
    rim = thick(own, max(1.2, short / 330))[..., None] * 0.35
    return to_image(mix(mix(scene, figure, cover), CYAN, rim * cover))


def _floor(xx: Floats, yy: Floats, horizon: float, width: int, height: int, short: int) -> Floats:
    """Paint a violet floor with shining lines in perspective."""
    depth = np.clip((yy - horizon) / max(1.0, height - horizon), 1e-3, 1)
    across = (xx - width / 2) / (depth * short * 0.16 + 0.02 * short)
    along = 1.1 / depth
    line_x = np.abs(across - np.rint(across)) * (depth * short * 0.16 + 0.02 * short)
    line_y = np.abs(along - np.rint(along)) * depth * depth / 1.1 * max(1.0, height - horizon)
    thin = max(1.0, short / 420)
    shine = np.maximum(np.clip(1.5 - line_x / thin, 0, 1), np.clip(1.5 - line_y / thin, 0, 1))[..., None]
    ground = mix(np.array([0.34, 0.06, 0.42], np.float32), np.array([0.08, 0.02, 0.2], np.float32), depth[..., None])
    return mix(np.broadcast_to(ground, (*shine.shape[:2], 3)), np.array([0.35, 0.95, 1.0], np.float32), shine * 0.8)
