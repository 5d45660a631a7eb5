"""The city: a skyline in three depths, a street with kerbs and lamps, and wet asphalt that mirrors the windows."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.local.sketch import exact
from imagewidgets.local.sketch.canvas import Canvas, mix, noise, rgb

LAYERS = ((0.4, 0.3), (0.7, 0.55), (1.0, 0.8))  # nearness, share of windows lit at night
WINDOW_LIGHTS = ((255, 214, 130), (255, 232, 178), (255, 190, 110), (190, 220, 255))
WET_LIGHT, WET_SHARE = 1.7, 0.6  # how bright and how strong wet asphalt mirrors
STREET_SHARE = 0.13  # of the height, between the pavement and the lower edge


def paint_skyline(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint rows of houses on the horizon; their windows shine at night."""
    width, height, short = canvas.width, canvas.height, canvas.short
    dark = canvas.mood in ("night", "sunset", "rain", "storm")
    if canvas.mood == "night":  # the glow of the city, against which the houses stand out
        glow = np.clip(1 - np.abs(canvas.yy / height - canvas.horizon) / 0.5, 0, 1) ** 2
        canvas.add(glow[..., None] * np.array([0.3, 0.2, 0.24], np.float32))
    sheet = Image.fromarray(exact.to_bytes(canvas.pixels))
    draw = ImageDraw.Draw(sheet)
    haze = exact.mean(canvas.pixels[min(height - 1, int(height * canvas.horizon))])
    ground = height * (canvas.horizon + 0.16)
    for near, lit_share in LAYERS:
        x = -rng.random() * short * 0.05
        body = mix(haze, canvas.lit("#39445a") * (0.55 if canvas.mood == "night" else 1), 0.35 + 0.6 * near)
        while x < width:
            wide = short * (0.06 + 0.08 * rng.random())
            tall = height * (0.1 + 0.34 * rng.random() ** 1.4) * (1.25 - 0.35 * near)
            top = height * (canvas.horizon + 0.02) - tall
            color = tuple(exact.to_bytes(body * (0.88 + 0.24 * rng.random())).tolist())
            draw.rectangle([x, top, x + wide, ground], fill=color)
            if rng.random() < 0.3:
                draw.rectangle([x + wide * 0.46, top - tall * 0.16, x + wide * 0.52, top], fill=color)
            _windows(draw, rng, (x, top, x + wide, height * (canvas.horizon + 0.05)), short, color, dark, lit_share)
            x += wide + short * 0.006 * rng.random()
    canvas.pixels = np.asarray(sheet, np.float32) / 255


def _windows(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    box: tuple[float, float, float, float],
    short: int,
    wall: tuple[int, ...],
    dark: bool,
    share: float,
) -> None:
    step = max(4.0, short * 0.016)
    glass = tuple(int(min(255, v * 1.25 + 12)) for v in wall)
    lamp = WINDOW_LIGHTS[int(rng.random() * len(WINDOW_LIGHTS))]
    columns = max(0, int((box[2] - box[0] - step * 0.9) / step))
    rows = max(0, int((box[3] - box[1] - step * 0.7) / (step * 1.25)))
    chance = rng.random((rows, columns))
    for row in range(rows):
        for column in range(columns):
            if chance[row, column] < (0.5 * share if dark else 0.75):
                x, y = box[0] + step * (0.6 + column), box[1] + step * (0.7 + 1.25 * row)
                draw.rectangle([x, y, x + step * 0.45, y + step * 0.6], fill=lamp if dark else glass)


def paint_street(canvas: Canvas, rng: np.random.Generator, *, wet: bool) -> None:
    """Paint pavement and asphalt under the houses; wet asphalt mirrors them."""
    width, height, short = canvas.width, canvas.height, canvas.short
    pavement = min(height - 3, int(height * (canvas.horizon + 0.12)))
    kerb = min(height - 2, int(height * (1 - STREET_SHARE)))
    part = canvas.pixels[pavement:kerb]
    part[:] = canvas.lit("#8d8f96") * (0.85 + 0.15 * (canvas.yy[pavement:kerb] / height))[..., None]
    road = canvas.pixels[kerb:]
    grain = noise(rng, width, height - kerb, short * 0.03, 3, wide=3)
    road[:] = np.clip(canvas.lit("#4a4e58") * (0.88 + 0.2 * grain)[..., None], 0, 1)
    line = max(1, int(height * 0.006))
    canvas.pixels[kerb : kerb + line] = canvas.lit("#c9c9c6")
    middle = int(kerb + (height - kerb) * 0.55)
    dash = ((canvas.xx / short * 6) % 1 < 0.55) * 1.0
    stripe = canvas.pixels[middle : middle + line]
    stripe += (canvas.lit("#e9e4d0") - stripe) * dash[..., None].astype(np.float32)
    if wet:
        _mirror(canvas, pavement)


def _mirror(canvas: Canvas, top: int) -> None:
    """Let everything above row `top` shine on the wet ground, drawn out downwards."""
    rows = canvas.height - top
    source = np.clip(top - 1 - np.arange(rows) * 2, 0, canvas.height - 1)
    above = Image.fromarray(exact.to_bytes(canvas.pixels[source]))
    small = exact.resize(above, (max(2, above.width // 3), max(2, rows // 12)), Image.Resampling.BOX)
    blurred = exact.resize(small.filter(exact.blur(1)), above.size, Image.Resampling.BICUBIC)
    part = canvas.pixels[top:]
    part += (np.asarray(blurred, np.float32) / 255 * WET_LIGHT - part) * WET_SHARE
    np.clip(part, 0, 1, out=part)


def paint_lamps(canvas: Canvas, rng: np.random.Generator) -> None:
    """Stand street lamps on the pavement; they shine in the dark."""
    width, height, short = canvas.width, canvas.height, canvas.short
    foot = height * (1 - STREET_SHARE) - short * 0.01
    sheet = Image.new("L", (width, height))
    draw = ImageDraw.Draw(sheet)
    thick = max(1.0, short / 150)
    count = max(2, round(2 * width / short))
    start = 0.08 + 0.1 * rng.random()
    heads = []
    for i in range(count):
        x = width * (start + 0.78 * i / max(1, count - 1))
        top = foot - short * 0.42
        draw.rectangle([x - thick / 2, top, x + thick / 2, foot], fill=255)
        draw.rectangle([x - thick, foot - short * 0.03, x + thick, foot], fill=255)
        draw.rectangle([x - short * 0.018, top - thick, x + short * 0.018, top], fill=255)
        heads.append((x, top + short * 0.016))
    canvas.over(canvas.lit("#23262d"), (np.asarray(sheet, np.float32) / 255)[..., None])
    for x, y in heads:
        shining = canvas.mood in ("night", "sunset", "rain", "storm")
        canvas.disc(
            x, y, short * 0.017, rgb("#ffeebb") if shining else canvas.lit("#dfe3e6"), soft=max(1.5, short / 400)
        )
        if shining:
            canvas.glow(x, y, short * 0.045, (0.55, 0.42, 0.2))
