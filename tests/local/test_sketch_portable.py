"""The same pixels on every processor: pictures drawn by numpy's code for others than the one this runs on.

numpy picks its code when it is imported, so each kind of processor is a process of its own. Features that are not there
cannot be taken away: on a processor without any of them both sides run the same code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagewidgets.images import digest, write_recipe
from imagewidgets.local.engine import Job, finish
from imagewidgets.local.sketch import SketchEngine, exact, resampling, strokes
from imagewidgets.local.sketch.finish import STYLES

SIZE = (256, 256)
SIDE = st.integers(1, 70)
WORDS_OF_STYLES = {
    "watercolor": "three balloons over a city skyline at sunset, watercolor",
    "oil": "a lighthouse in a storm, oil painting",
    "impressionist": "a boat on a lake, impressionist",
    "pencil": "a fish in the sea, pencil sketch",
    "ink": "a crab on the beach, ink drawing",
    "charcoal": "an elephant in the desert, charcoal drawing",
    "pastel": "a vase of tulips, soft pastels",
    "pixel": "a castle at night, pixel art",
    "low-poly": "a fox in a forest, low poly",
    "stained glass": "a butterfly in a garden, stained glass",
    "mosaic": "a horse in a snowy forest, tile mosaic",
    "paper cut-out": "a whale in the sea, paper cut-out",
    "comic": "a dragon over a castle, comic style",
    "pop": "a flamingo in a pool, pop art",
    "poster": "a train in the mountains, travel poster",
    "blueprint": "a rocket, blueprint",
    "line art": "a bicycle on a street, line art",
    "neon": "a cat under a rainbow, neon",
    "cyberpunk": "a robot, cyberpunk",
    "vaporwave": "a dolphin, vaporwave",
    "isometric": "a chair in a room, isometric",
    "cubist": "a guitar, cubist",
    "bauhaus": "a chess piece, bauhaus",
    "ukiyo-e": "a wave on the sea, ukiyo-e",
    "clay": "a penguin, 3d render",
    "sepia": "a rover on mars, sepia",
    "mono": "an owl in a library, black and white photo",
}
PROMPTS = [*WORDS_OF_STYLES.values(), "northern lights over a lake", "a birthday cake on a table", "xyzzy plugh"]
# Names of numpy 2.4 and later first, then those before; numpy passes over what it does not know, with a warning.
NO_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL"
NO_AVX2 = f"X86_V3 AVX2 FMA3 {NO_AVX512}"


def draw(**options: object) -> Image.Image:
    job = Job(**{"size": SIZE, "seed": 3, **options})  # type: ignore[arg-type]
    picture = finish(SketchEngine().run(job))[0]
    write_recipe(picture.image, {"engine": picture.recipe, "digest": digest(picture.image)})
    return picture.image


def ellipse(box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask


def photo() -> Image.Image:
    """Return a picture that is not the engine's own: one of its scenes under soft noise of integers."""
    grain = np.random.Generator(np.random.PCG64(1)).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    scene = draw(operation="generate", prompt="a mountain lake")
    return ImageChops.add(scene, Image.fromarray(grain).resize(SIZE, Image.Resampling.NEAREST), 2)


def digests() -> dict[str, str]:
    """Draw every style, many kinds of scene, edits and variations."""
    pictures = {prompt: draw(operation="generate", prompt=prompt) for prompt in PROMPTS}
    otter = draw(operation="generate", prompt="a sea otter")
    beret = draw(operation="edit", prompt="a red beret", images=(otter,), mask=ellipse((60, 10, 200, 120)))
    given = photo()
    filled = draw(operation="edit", prompt="remove it", images=(given,), mask=ellipse((80, 90, 150, 180)))
    toned = draw(operation="variation", images=(given,))
    pictures |= {"edit": beret, "fill": filled, "variation": toned}
    return {name: digest(picture) for name, picture in pictures.items()}


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return digests()


def test_every_style_is_among_them():
    assert set(WORDS_OF_STYLES) == set(STYLES)


@pytest.mark.parametrize("without", [NO_AVX512, NO_AVX2], ids=["no AVX-512", "no AVX2"])
def test_another_processor_draws_the_same_pixels(here, without):
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": without}
    command = [sys.executable, "-W", "ignore", str(Path(__file__))]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    there = json.loads(done.stdout)
    assert {name for name in here if there[name] != here[name]} == set()


def test_functions_are_those_of_mathematics():
    values = np.linspace(-7, 7, 999, dtype=np.float32)
    for function, wanted in ((exact.exp, np.exp), (exact.sin, np.sin)):
        found = function(values)
        assert found.dtype == np.float32
        assert (found == wanted(values.astype(np.float64)).astype(np.float32)).all()
    assert exact.power(np.float32([0, 0.5, 1]), 2).tolist() == [0, 0.25, 1]


def test_a_mean_does_not_depend_on_the_order():
    rows = np.random.Generator(np.random.PCG64(2)).random((5000, 3), np.float32)
    assert exact.mean(rows).tolist() == exact.mean(rows[::-1]).tolist()


def test_what_becomes_bytes_is_rounded():
    steps = np.arange(256, dtype=np.float32) / 255
    nearly = np.stack([np.nextafter(steps, np.float32(-1)), steps, np.nextafter(steps, np.float32(2))])
    assert (exact.to_bytes(nearly) == np.arange(256)).all()
    assert exact.to_bytes(np.float32([-1, 2])).tolist() == [0, 255]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(50, 131), (90, 90), (70, 20), (20, 183)])
def test_resizing_goes_row_by_row_first(mode, size):
    image = Image.merge(mode, [Image.effect_noise((70, 183), 90) for _ in mode])
    rows_first = image.convert("RGBa") if mode == "RGBA" else image
    for step in ((size[0], 183), size):
        rows_first = rows_first.resize(step, Image.Resampling.LANCZOS)
    assert exact.resize(image, size, Image.Resampling.LANCZOS).tobytes() == rows_first.convert(mode).tobytes()


def test_a_box_is_resized_as_pillow_does():
    image = Image.effect_noise((64, 48), 90)
    box = (3.5, 0.0, 60.5, 48.0)
    wanted = image.resize((30, 48), Image.Resampling.BICUBIC, box=box)
    assert exact.resize(image, (30, 48), Image.Resampling.BICUBIC, box=box).tobytes() == wanted.tobytes()
    assert exact.resize(image, image.size, Image.Resampling.BICUBIC).tobytes() == image.tobytes()


@pytest.mark.parametrize("method", list(resampling.REACH))
@given(old=st.tuples(SIDE, SIDE), new=st.tuples(SIDE, SIDE), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_floats_are_resized_as_pillow_does(method, old, new, seed):
    plane = np.random.Generator(np.random.PCG64(seed)).random(old, np.float32)
    wanted = np.asarray(Image.fromarray(plane).resize(new, method))
    found = resampling.resized(plane, *new, method)
    assert found.dtype == np.float32
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < 1e-5
    assert (resampling.resized(np.stack([plane, -plane], -1), *new, method)[..., 1] == -found).all()


@given(st.lists(st.tuples(SIDE, SIDE), min_size=2, max_size=5), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_a_line_covers_what_is_near_it(points, width):
    sheet = Image.new("L", (70, 70))
    strokes.line(sheet, points, fill=200, width=width)
    drawn = np.asarray(sheet) == 200
    assert set(np.unique(np.asarray(sheet))) <= {0, 200}
    assert all(drawn[y, x] for x, y in points if max(x, y) < 70)
    thin = Image.new("L", (160, 160))  # points may lie outside of the sheet, and are near its pixels all the same
    ImageDraw.Draw(thin).line(points, fill=255)
    near = np.asarray(thin.filter(ImageFilter.MaxFilter(width // 2 * 2 + 3)).crop((0, 0, 70, 70))) > 0
    assert not (drawn & ~near).any()


@pytest.mark.parametrize("corners", [3, 4, 6])
def test_a_polygon_is_filled_to_its_sides(corners):
    turns = [exact.direction(2 * np.pi * k / corners + 0.4) for k in range(corners)]
    points = [(60 + 50 * x, 40 + 50 * y) for x, y in turns]  # its upper and lower ends are outside of the sheet
    ours, pillows = Image.new("L", (120, 80)), Image.new("L", (120, 80))
    strokes.polygon(ours, points, fill=255)
    ImageDraw.Draw(pillows).polygon(points, fill=255)
    rim = ImageChops.difference(ours, pillows)
    assert ours.getpixel((60, 40)) == 255
    assert np.count_nonzero(rim) < 4 * 120
    assert np.count_nonzero(rim.filter(ImageFilter.MinFilter(3))) == 0


@pytest.mark.parametrize("radius", [0.2, 1.0, 5.0, 22.8, 34.1])
def test_a_blur_leaves_nothing_to_round(radius):
    blur = exact.blur(radius)
    assert isinstance(blur, ImageFilter.GaussianBlur)
    assert abs(blur.radius - radius) < 0.03
    variance = np.float32(blur.radius) * np.float32(blur.radius) / np.float32(3)  # as Pillow computes it
    assert float(variance) == blur.radius**2 / 3
    assert float(np.float32(3) * variance) == 3 * float(variance)


def main() -> None:
    sys.stdout.write(json.dumps(digests()))


if __name__ == "__main__":
    main()
