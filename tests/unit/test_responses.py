"""What a request gives back."""

import re
from collections.abc import Sequence

import pytest
from PIL import Image

from imagewidgets.errors import APIConnectionError
from imagewidgets.images import digest, read_recipe
from imagewidgets.operations import CreateImageRequest
from imagewidgets.responses import ImagesResponse


def response(count=2, prompt="A red fox", **values):
    images = [Image.new("RGB", (64, 48), (40 * i, 90, 200)) for i in range(count)]
    request = CreateImageRequest(prompt=prompt, model="sketch", **values)
    return ImagesResponse(images, request=request, created=1_790_000_000, model="sketch")


def test_is_a_sequence_of_pil_images():
    got = response(3)
    assert isinstance(got, Sequence)
    assert (len(got), got[-1], got[1:]) == (3, got[2], [got[1], got[2]])
    assert list(got) == list(got[:])
    assert got.index(got[1]) == 1


def test_text_is_the_same_for_the_same_pictures():
    got = response()
    lines = repr(got).splitlines()
    assert lines[0] == "ImagesResponse(2 images, model='sketch', size='64x48')"
    assert re.fullmatch(r"  0  [0-9a-f]{8}  A red fox", lines[1])
    assert repr(got) == repr(response())
    assert digest(got[0])[:8] in lines[1]


def test_shows_itself_where_nothing_is_running():
    bundle = response()._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/plain", "text/html", "image/png"}
    assert bundle["text/html"].count("<img") == 2
    assert "<script" not in bundle["text/html"]
    assert bundle["text/plain"] == repr(response())


def test_words_of_a_prompt_never_become_html():
    html = response(1, prompt="<script>alert(1)</script> & co")._repr_mimebundle_()["text/html"]
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_saving_keeps_the_recipe_and_overwrites_nothing(tmp_path):
    got = response(2, prompt="A réd fox / snow?", seed=5)
    paths = got.save(tmp_path / "new")
    assert [path.name.rpartition("-")[0] for path in paths] == ["a-réd-fox-snow"] * 2
    assert len({path.name for path in paths}) == 2
    assert read_recipe(paths[1])["request"]["seed"] == 5
    assert got.save(tmp_path / "new") == paths, "the same pictures, the same files"
    assert digest(Image.open(paths[0])) == got.digests[0]


def test_contact_sheet():
    assert response(3).contact_sheet(tile=100).mode == "RGB"


def test_to_frame():
    pd = pytest.importorskip("pandas")
    frame = response(2).to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["digest"]) == list(response(2).digests)
    assert frame["prompt"].tolist() == ["A red fox"] * 2


def test_the_saved_view_says_what_failed():
    got = response()
    failure = APIConnectionError("<b>The connection</b> broke.")
    joined = ImagesResponse.joined(got.request, [got], [failure, failure])
    html = joined._repr_mimebundle_()["text/html"]
    assert "2 pictures, 2 failed: &lt;b&gt;The connection&lt;/b&gt; broke." in html
    assert "failed" not in got._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("created", "year"), [(1_795_162_412_000, 2026), (1_795_162_412, 2026), (10**30, None), (-1, None)]
)
def test_a_time_out_of_range_keeps_nothing_from_being_shown(created, year):
    pd = pytest.importorskip("pandas")
    request = CreateImageRequest(prompt="A red fox", model="sketch")
    got = ImagesResponse([Image.new("RGB", (64, 48))], request=request, created=created)
    html = got._repr_mimebundle_()["text/html"]
    assert ("2026" in html) == (year is not None)
    stamp = got.to_frame()["created"][0]
    assert pd.isna(stamp) if year is None else stamp.year == year
