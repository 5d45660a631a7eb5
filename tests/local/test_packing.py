"""The server's own PNG files hold what Pillow's hold."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.images import digest, read_recipe, write_recipe
from imagewidgets.local.engine import Job, finish
from imagewidgets.local.packing import pack
from imagewidgets.local.replies import encode
from imagewidgets.local.sketch import SketchEngine
from tests.local.tiny import noise


@given(width=st.integers(1, 40), height=st.integers(1, 40), mode=st.sampled_from(["RGB", "RGBA"]), seed=st.integers())
def test_every_pixel_comes_back(width: int, height: int, mode: str, seed: int) -> None:
    image = noise(width, height, mode, seed)
    file = Image.open(io.BytesIO(pack(image)))
    file.verify()  # the checksums
    again = Image.open(io.BytesIO(pack(image)))
    assert (again.format, again.mode, again.size) == ("PNG", mode, (width, height))
    assert again.tobytes() == image.tobytes()


@pytest.mark.parametrize("form", ["png", "webp", "jpeg"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1", "P", "LA"])
def test_a_file_of_every_mode_has_its_recipe_and_the_digest_of_its_own_pixels(mode: str, form: str) -> None:
    image = noise(16, 16, "RGB").convert(mode)
    write_recipe(image, {"model": "sketch"})
    made = Image.open(io.BytesIO(encode(image, form, 80)))
    assert read_recipe(made) == {"model": "sketch", "digest": digest(made)}
    assert read_recipe(Image.open(io.BytesIO(encode(image, form, 80, recipe=False)))) is None


def test_drawn_pictures_are_packed_no_larger_than_by_pillow() -> None:
    job = Job(operation="generate", prompt="a red fox in a snowy forest at night", size=(256, 256), seed=1)
    (picture,) = finish(SketchEngine().run(job))
    out = io.BytesIO()
    picture.image.save(out, "PNG", compress_level=1)
    assert len(pack(picture.image)) < 1.1 * len(out.getvalue())
