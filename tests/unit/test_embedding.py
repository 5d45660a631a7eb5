"""Recipes inside of files: put in and read in every format, without a pixel being touched."""

from __future__ import annotations

import contextlib
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageSequence, PngImagePlugin

from imagewidgets import images
from imagewidgets.images.embedding import SUFFIXES, embed, recipe_in, suffix_of

SVG = (
    b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8"/></svg>\n'
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    # halves of characters too: JSON can hold them, UTF-8 cannot
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
RECIPES = st.dictionaries(st.text(max_size=8), JSON, max_size=5)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(mode="RGB", size=(33, 21)):
    return Image.merge(mode, [Image.effect_noise(size, 60 + 9 * band) for band in range(len(mode))])


def animated(kind):
    frames = [noise(size=(12, 10)) for _ in range(3)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=120, loop=0)


FILES = {
    "png": encoded(noise(), "PNG"),
    "png with text of its own": encoded(
        noise(), "PNG", pnginfo=[i := PngImagePlugin.PngInfo(), i.add_itxt("Title", "ours"), i][0]
    ),
    "png with alpha": encoded(noise("RGBA"), "PNG"),
    "palette": encoded(noise().quantize(16), "PNG"),
    "apng": animated("PNG"),
    "jpg": encoded(noise(), "JPEG"),
    "grey jpg": encoded(noise().convert("L"), "JPEG"),
    "progressive jpg with a profile": encoded(noise(), "JPEG", progressive=True, icc_profile=b"profile" * 20_000),
    "webp": encoded(noise(), "WEBP", quality=80),
    "webp without loss": encoded(noise(), "WEBP", lossless=True),
    "webp with alpha": encoded(noise("RGBA"), "WEBP", lossless=True, exact=True),
    "lossy webp with alpha": encoded(noise("RGBA"), "WEBP", quality=70),
    "webp of an odd length": next(
        data for quality in range(1, 100) if len(data := encoded(noise(), "WEBP", quality=quality)) % 4
    ),
    "moving webp": animated("WEBP"),
    "gif": encoded(noise().quantize(8), "GIF"),
    "moving gif": animated("GIF"),
    "gif of 1987": encoded(noise().quantize(8), "GIF").replace(b"GIF89a", b"GIF87a", 1),
    "svg": SVG,
}


def pixels(data):
    image = images.open_image(data)
    return [(frame.convert("RGBA").tobytes(), frame.info.get("duration")) for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=10)  # of each kind of file
@given(first=RECIPES, second=RECIPES)
def test_a_recipe_goes_into_every_kind_of_file_and_comes_back(name, first, second):
    data = FILES[name]
    once = embed(data, first)
    assert recipe_in(io.BytesIO(once)) == first
    twice = embed(once, second)
    assert recipe_in(io.BytesIO(twice)) == second
    assert embed(twice, first) == once, "one recipe takes the place of the other, and nothing else changes"


@pytest.mark.parametrize("name", FILES)
def test_pixels_and_frames_stay_as_they_are(name):
    recipe = {"request": {"prompt": "ein roter Fuchs -- 狐 <&> \U0001f98a"}, "index": 0}
    data = embed(FILES[name], recipe)
    assert pixels(data) == pixels(FILES[name])
    assert images.read_recipe(data) == recipe
    before, after = images.open_image(FILES[name]), images.open_image(data)
    assert (after.format, after.mode, after.size) == (before.format, before.mode, before.size)
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert after.info.get("Title") == before.info.get("Title")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("length", [10_000, 200_000])
def test_long_recipes(name, length):
    recipe = {"revised_prompt": "狐x" * (length // 2)}
    data = embed(FILES[name], recipe)
    assert recipe_in(io.BytesIO(data)) == recipe
    assert images.read_recipe(data) == recipe
    assert embed(embed(data, {"short": True}), recipe) == data
    assert pixels(data) == pixels(FILES[name])


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_breaks_off_is_read_as_far_as_it_goes_or_has_no_recipe(name):
    recipe = {"model": "m" * 40}
    data = embed(FILES[name], recipe)
    for end in range(0, len(data), max(1, len(data) // 60)):
        assert recipe_in(io.BytesIO(data[:end])) in (None, recipe)
        if end:
            with contextlib.suppress(ValueError):  # refused in one kind of error
                embed(data[:end], recipe)


@given(st.sampled_from(list(FILES.values())), st.binary(max_size=200), st.data())
def test_no_file_breaks_the_reader(data, junk, draw):
    place = draw.draw(st.integers(0, len(data)))
    damaged = data[:place] + junk + data[place + len(junk) :]
    assert recipe_in(io.BytesIO(damaged)) is None or isinstance(recipe_in(io.BytesIO(damaged)), dict)
    with contextlib.suppress(ValueError):  # refused in one kind of error
        embed(damaged, {"model": "m"})


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_what_else_is_in_the_exif_data_stays(kind):
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Ada"
    exif[ExifTags.Base.Orientation] = 6
    data = embed(encoded(noise(), kind, exif=exif), {"model": "m"})
    found = Image.open(io.BytesIO(data)).getexif()
    assert (found[ExifTags.Base.Artist], found[ExifTags.Base.Orientation]) == ("Ada", 6)
    assert images.read_recipe(data) == {"model": "m"}


def test_kinds_of_files():
    assert {suffix_of(data) for data in FILES.values()} == set(SUFFIXES)
    assert suffix_of(encoded(noise(), "TIFF")) is None
    assert suffix_of(b"") is None
    with pytest.raises(ValueError, match="no place for a recipe"):
        embed(encoded(noise(), "TIFF"), {})


def test_a_drawing_stays_well_formed():
    recipe = {"request": {"prompt": "a --> b -- c ---"}}
    data = embed(SVG, recipe)
    assert images.read_recipe(data) == recipe
    assert json.loads(data.rpartition(b"<!--")[2].removesuffix(b"-->"))["imagewidgets"] == recipe


def test_a_minimal_recipe_has_no_words_in_it():
    words = "SECRET"
    full = {
        "request": {"operation": "edit", "prompt": words, "negative_prompt": words, "user": words, "seed": 3, "n": 2},
        "revised_prompt": words,
        "engine": {"prompt": words},
        "mask_operations": [{"type": "note", "text": words}],
        "model": "m",
        "usage": {"total_tokens": 3},
    }
    image = noise()
    images.write_recipe(image, {**full, "recipes": "minimal"})
    for data in (images.to_png(image), images.to_saved(image)[1]):
        assert words.encode() not in data
        kept = images.read_recipe(data)
        assert kept == {
            "request": {"operation": "edit", "seed": 3, "n": 2},
            "model": "m",
            "usage": {"total_tokens": 3},
            "recipes": "minimal",
        }
    images.write_recipe(image, full)
    assert images.read_recipe(images.to_png(image)) == full
    assert images.read_recipe(image) == full
