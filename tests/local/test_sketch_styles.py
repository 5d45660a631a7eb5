"""Styles: the words that name them, and what each does to a picture while its subject stays readable."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from imagewidgets.local.engine import Job, finish
from imagewidgets.local.sketch import SketchEngine
from imagewidgets.local.sketch.data import table
from imagewidgets.local.sketch.finish import STYLES
from imagewidgets.local.sketch.finish import finish as apply
from imagewidgets.local.sketch.layers import Layers, crisp, enlarged, grown
from imagewidgets.local.sketch.prompt import parse
from imagewidgets.local.sketch.styles import styles

SIZE = 192
READABLE = 14.0  # of 255: how far the rim of a subject stands out, and the least that a style may leave of it
VISIBLE = 4.0


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("watercolor painting of a fox", ("watercolor",)),
        ("a watercolour of a fox", ("watercolor",)),
        ("a fox in the style of ukiyo-e", ("ukiyo-e",)),
        ("a fox, oil on canvas", ("oil",)),
        ("in the style of Hokusai, a wave", ("ukiyo-e",)),
        ("portrait of a woman, oil painting", ("oil", "portrait")),
        ("a cat in black and white", ("mono",)),
        ("a black-and-white photo of a cat", ("mono",)),
        ("a sketch of a dog", ("pencil",)),
        ("a fox, charcoal", ("charcoal",)),
        ("paper cut-out of a boat", ("paper cut-out",)),
        ("low-poly fox", ("low-poly",)),
        ("8-bit knight", ("pixel",)),
        ("a 3D render of a robot", ("clay",)),
        ("van gogh style city", ("impressionist",)),
        ("Bauhaus poster of a lighthouse", ("bauhaus",)),
    ],
)
def test_styles_are_read(prompt, expected):
    assert parse(prompt).styles == expected


@pytest.mark.parametrize(
    "prompt",
    [
        "a black and white cat",
        "a bottle of oil on a table",
        "a boy reading a comic book",
        "a paper boat on a lake",
        "a pencil on a desk",
        "a clay pot",
        "a vintage car",
        "a poster on the wall",
        "a mosaic floor",
    ],
)
def test_things_that_share_a_name_with_a_style_are_none(prompt):
    assert parse(prompt).styles == ()


def test_of_two_media_the_first_counts_and_the_other_is_said_to_be_missing():
    words = parse("an ink drawing of a fox, watercolor")
    assert words.styles == ("ink",)
    assert "watercolor" in words.unknown


def test_every_word_of_the_table_means_its_style():
    for name, entry in table("styles")["styles"].items():
        for phrase in entry["always"]:
            assert name in parse(f"a fox, {phrase}").styles, phrase
        for phrase in entry.get("bound", ()):
            assert name in parse(f"a fox, {phrase} style").styles, phrase


def test_the_table_of_styles_is_whole():
    assert {style.kind for style in styles().values()} == {"medium", "tone", "composition"}
    assert all(len(entry["always"]) > 0 for entry in table("styles")["styles"].values())


def picture(prompt: str, **options: object) -> Image.Image:
    values = {"size": (SIZE, SIZE), "seed": 3, **options}
    return finish(SketchEngine().run(Job(operation="generate", prompt=prompt, **values)))[0].image  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def scene() -> Layers:
    """Return a disc that is hardly lighter than what is behind it: the hardest case."""
    yy, xx = np.mgrid[0:SIZE, 0:SIZE]
    disc = (xx - 96) ** 2 + (yy - 100) ** 2 < 52**2
    pixels = np.where(disc[..., None], (208, 150, 120), (150, 168, 120)).astype(np.uint8)
    pixels[:60][~disc[:60]] = (170, 160, 190)
    ground = np.where(disc[..., None], (150, 168, 120), pixels).astype(np.uint8)
    return Layers(Image.fromarray(pixels), Image.fromarray((disc * 255).astype(np.uint8)), Image.fromarray(ground))


def outline_contrast(image: Image.Image, cover: Image.Image) -> float:
    """Return how much the rim of a subject, or what lies on its two sides, stands out from around it (of 255)."""
    smooth = np.asarray(image.filter(ImageFilter.GaussianBlur(1.5)), np.float64)
    inside = np.asarray(cover) > 127
    near = np.asarray(grown(cover, 8)) > 127
    core = np.asarray(cover.filter(ImageFilter.MinFilter(17))) > 127
    rim = (np.asarray(grown(cover, 2)) > 127) & ~(np.asarray(cover.filter(ImageFilter.MinFilter(5))) > 127)
    outer, inner = near & ~inside & ~rim, inside & ~core & ~rim
    means = [smooth[where].mean(0) for where in (outer, inner, rim)]
    return max(float(np.abs(means[1] - means[0]).max()), float(np.abs(means[2] - (means[0] + means[1]) / 2).max()))


@pytest.mark.parametrize("name", [name for name in STYLES if name != "isometric"])
def test_a_subject_stays_readable(name, scene):
    styled = apply(scene, (name,), 5)
    assert styled.size == scene.image.size
    assert outline_contrast(styled, scene.cover) > READABLE


@pytest.mark.parametrize("name", STYLES)
def test_every_style_changes_a_picture_and_repeats_itself(name, scene):
    first, again = apply(scene, (name,), 5), apply(scene, (name,), 5)
    assert first.tobytes() == again.tobytes()
    plain = np.asarray(apply(scene, (), 5), np.int16)
    assert np.abs(np.asarray(first, np.int16) - plain).mean() > VISIBLE


@pytest.mark.parametrize("name", STYLES)
def test_every_style_takes_pictures_of_any_shape_without_a_subject(name):
    for size in ((64, 80), (333, 64)):
        image = Image.effect_noise(size, 60).convert("RGB")
        assert apply(Layers(image), (name,), 1).size == size


def test_two_styles_of_one_prompt_differ():
    tiny = {
        name: np.asarray(apply_to_fox(name).resize((24, 24), Image.Resampling.BOX), np.int16)
        for name in ("ink", "charcoal", "pencil", "line art", "mono")
    }
    names = list(tiny)
    assert min(np.abs(tiny[a] - tiny[b]).mean() for i, a in enumerate(names) for b in names[:i]) > VISIBLE


def apply_to_fox(name: str) -> Image.Image:
    words = {"ink": "ink drawing", "mono": "black and white photo"}
    return picture(f"a fox in a forest, {words.get(name, name)}")


def test_a_styled_picture_may_have_no_background():
    image = picture("a fox, stained glass", background="transparent")
    alpha = np.asarray(image.getchannel("A"))
    assert image.mode == "RGBA"
    assert alpha[0].max() == 0
    assert 0.05 < (alpha == 255).mean() < 0.7


def test_natural_is_softer_with_styles_too():
    vivid, natural = (picture("a parrot, oil painting", style=style) for style in ("vivid", "natural"))
    color = [np.ptp(np.asarray(image, np.int16), axis=2).mean() for image in (vivid, natural)]
    assert color[0] > 1.15 * color[1]


def test_enlarged_edges_are_steep_and_nothing_new_shines_beside_them():
    small = Image.new("RGB", (60, 40), (40, 60, 90))
    small.paste((220, 180, 30), (20, 0, 60, 40))
    large = np.asarray(enlarged(small, (240, 160)), np.int16)
    resized = np.asarray(small.resize((240, 160), Image.Resampling.BICUBIC), np.int16)
    assert (large.min(axis=(0, 1)) >= resized.min(axis=(0, 1))).all()
    assert (large.max(axis=(0, 1)) <= resized.max(axis=(0, 1))).all()
    assert np.abs(np.diff(large[80, :, 0])).max() > 1.15 * np.abs(np.diff(resized[80, :, 0])).max()


def test_sharpening_in_bands_leaves_no_seams():
    noise = Image.effect_noise((40, 1300), 80).filter(ImageFilter.GaussianBlur(2)).convert("RGB")
    whole = crisp(noise, 2.0)
    part = crisp(noise.crop((0, 300, 40, 800)), 2.0)
    assert part.crop((0, 40, 40, 460)).tobytes() == whole.crop((0, 340, 40, 760)).tobytes()
