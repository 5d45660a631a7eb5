"""A gallery: what is recorded is found again, exactly, whatever is done with its files."""

from __future__ import annotations

import os
import pickle
import shutil
from datetime import date, datetime, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import imagewidgets as iw
from imagewidgets.errors import InvalidRequestError
from imagewidgets.gallery import Gallery, request_digest
from imagewidgets.gallery.naming import Name, stem
from imagewidgets.images import digest
from imagewidgets.images.embedding import embed
from imagewidgets.images.inputs import edit_inputs
from imagewidgets.operations import CreateImageEditRequest
from tests.unit.recorded import CREATED, answer, file, request


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path / "pictures")


def files_of(gallery: Gallery) -> list[str]:
    return sorted(path.name for path in gallery.folder.iterdir() if path.name != ".imagewidgets")


# ---- digests


def test_equal_requests_have_one_digest():
    one = request(size="64x64", seed=3)
    assert request_digest(one) == request_digest(request(seed=3, size="64x64"))
    for same in (
        request(size="64x64", seed=3, n=1),
        request(size="64x64", seed=3, stream=True, partial_images=2),
        request(size="64x64", seed=3, response_format="b64_json", user="ada", safety_identifier="ada"),
        request(size="64x64", seed=3, origin={"recipes": "minimal"}),
    ):
        assert request_digest(same) == request_digest(one)


@pytest.mark.parametrize(
    "other",
    [{"size": "64x65"}, {"seed": 4}, {"n": 2}, {"model": "m"}, {"extra": {"steps": 3}}, {"prompt": "a red fox "}],
)
def test_other_requests_have_others(other):
    one = request(size="64x64", seed=3)
    assert request_digest(msgspec.structs.replace(one, **other)) != request_digest(one)
    assert len({request_digest(one), request_digest(one, 1), request_digest(one, part=0)}) == 3


def test_pictures_count_by_their_pixels():
    def asked(picture, kind, mask=None):
        inputs = edit_inputs([picture], mask=mask)
        return request_digest(CreateImageEditRequest(image=inputs.images, mask=inputs.mask, prompt=kind))

    red, blue = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    left = Image.new("L", (8, 8))
    left.paste(255, (0, 0, 4, 8))
    assert asked(red, "p") == asked(red.copy(), "p") != asked(blue, "p")
    assert asked(red, "p") != asked(red, "p", left) != asked(red, "p", left.transpose(Image.Transpose.ROTATE_180))


@given(st.text(), st.integers(1, 10**6), st.integers(1, 10**6))
def test_names_are_files_everywhere_and_are_read_back(prompt, edition, number):
    words = stem(request(prompt))
    name = Name("0123456789ab", edition, number).file(words)
    assert len(f"{name}.webp".encode()) < 200
    assert not set('/\\:*?"<>|\0 .') & set(name)
    assert name[0] not in "-_"
    assert Name.read(f"{name}.png") == ("0123456789ab", edition, number)


# ---- record and find


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
def test_an_answer_comes_back_exactly(gallery, kind):
    asked = request(n=3, model="gpt-image-1", size="64x64")
    recorded = answer(
        asked,
        kind=kind,
        usage={"total_tokens": 42, "output_tokens_details": {"image_tokens": 40}},
        request_id="req_1",
        revised_prompts=["one", None, "three"],
    )
    paths = gallery.record(recorded)
    found = gallery.find(asked)
    assert found.digests == recorded.digests
    assert [image.mode for image in found] == [image.mode for image in recorded]
    for name in ("request", "created", "model", "service", "usage", "request_id", "revised_prompts"):
        assert getattr(found, name) == getattr(recorded, name)
    assert (recorded.replayed, found.replayed) == (False, True)
    assert [path.name for path in paths] == [
        f"a-red-fox-{request_digest(asked)[:12]}-{i}{paths[0].suffix}" for i in (1, 2, 3)
    ]
    assert repr(found) == repr(recorded)


def test_files_are_ordinary_pictures_with_their_recipes(gallery):
    (path,) = gallery.record(answer(request(seed=5), request_id="req_1", usage={"total_tokens": 7}))
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert path.stat().st_mode & 0o044 == 0o044 & ~_umask(), "whoever may read files here may read it"
    recipe = iw.read_recipe(path)
    assert recipe["request"] == {"operation": "generate", "prompt": "a red fox", "seed": 5}
    assert recipe["digest"] == digest(Image.open(path))
    assert recipe["usage"] == {"total_tokens": 7}
    assert str(gallery.folder) not in path.read_bytes().decode("latin-1"), "no path of this machine"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_is_not_there_is_none(gallery):
    assert gallery.find(request()) is None
    assert not gallery.folder.exists(), "looking makes no folder"
    gallery.record(answer(request()))
    assert gallery.find(request(seed=1)) is None
    assert gallery.find(request(), take=1) is None


def test_takes_are_kept_apart(gallery):
    for take in (0, 1, 2):
        gallery.record(answer(request(), take), take)
    assert [gallery.find(request(), take).created - CREATED for take in (0, 1, 2)] == [0, 1, 2]
    assert gallery.takes(request()) == 3


def test_what_is_recorded_again_counts_and_nothing_is_written_over(gallery):
    asked = request(n=2)
    for number in (0, 10, 20):
        gallery.record(answer(asked, number))
        assert gallery.find(asked).created == CREATED + number
    assert len(files_of(gallery)) == 6
    assert len(gallery) == 6


@settings(max_examples=20)  # each writes files, and waits for the disk
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 3)), max_size=8))
def test_the_newest_answer_to_each_request_is_found(tmp_path_factory, records):
    gallery = Gallery(tmp_path_factory.mktemp("gallery"))
    newest = {}
    for number, (seed, take, n) in enumerate(records):
        asked = request(seed=seed, n=n)
        gallery.record(answer(asked, 10 * number), take)
        newest[seed, take, n] = CREATED + 10 * number
    for (seed, take, n), created in newest.items():
        assert Gallery(gallery.folder).find(request(seed=seed, n=n), take).created == created


# ---- what people do with files


def test_files_may_be_moved_and_renamed(gallery):
    asked = request(n=2)
    first, second = gallery.record(answer(asked))
    (gallery.folder / "favourites").mkdir()
    first.rename(gallery.folder / "favourites" / "the best.png")
    second.rename(gallery.folder / "second.PNG")
    moved = Gallery(gallery.folder)
    assert moved.find(asked).created == CREATED
    assert len(moved) == 2
    assert [picture.name for picture in moved] == ["favourites/the best.png", "second.PNG"]


def test_a_deleted_picture_takes_its_answer_with_it_and_the_rest_stays(gallery):
    asked = request(n=2)
    gallery.record(answer(asked))[1].unlink()
    assert gallery.find(asked) is None
    gallery.record(answer(asked, 10))
    assert gallery.find(asked).created == CREATED + 10
    assert len(gallery) == 3


def test_an_older_answer_counts_where_the_newer_is_gone(gallery):
    gallery.record(answer(request()))
    gallery.record(answer(request(), 10))[0].unlink()
    assert gallery.find(request()).created == CREATED


@pytest.mark.parametrize("place", [0, 1])
def test_a_file_that_is_cut_short_is_no_answer(gallery, place):
    asked = request(n=2)
    path = gallery.record(answer(asked))[place]
    whole = path.read_bytes()
    for end in (0, 20, 60, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        found = Gallery(gallery.folder).look_up(asked)
        assert found.response is None
        assert found.broken == (path.name,)
        assert len(list(gallery)) == 2, "it is a file all the same"
    path.write_bytes(whole)
    assert gallery.find(asked) is not None


def test_foreign_files_are_no_answers_and_do_no_harm(gallery):
    path = gallery.record(answer(request()))[0]
    (gallery.folder / "notes.txt").write_text("mine")
    (gallery.folder / "holiday.jpg").write_bytes(file(3, "JPEG"))
    (gallery.folder / "empty.png").write_bytes(b"")
    (gallery.folder / "lfs.png").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n")
    (gallery.folder / "folder.png").mkdir()
    (gallery.folder / ".hidden.png").write_bytes(file(4))
    copied = gallery.folder / path.name.replace("a-red-fox", "copied")
    shutil.copy(path, copied)
    other = path.name.replace(request_digest(request())[:12], request_digest(request(seed=1))[:12])
    shutil.copy(path, gallery.folder / other)
    assert gallery.find(request()).created == CREATED
    assert gallery.find(request(seed=1)) is None, "what a file answers stands inside of it"
    assert len(gallery) == 6
    assert {picture.prompt for picture in gallery} == {"a red fox", ""}
    with pytest.raises(InvalidRequestError):
        _ = next(picture for picture in gallery if picture.name == "empty.png").image


@settings(max_examples=20)
@given(
    st.recursive(
        st.none() | st.text() | st.integers() | st.floats(), lambda x: st.dictionaries(st.text(), x), max_leaves=4
    )
)
def test_whatever_a_recipe_says_breaks_nothing(tmp_path_factory, said):
    gallery = Gallery(tmp_path_factory.mktemp("gallery"))
    path = gallery.record(answer(request()))[0]
    recipe = iw.read_recipe(path)
    for name in ("gallery", "created", "usage", "revised_prompt", "request", "model", "digest"):
        path.write_bytes(embed(file(1), {**recipe, name: said}))
        assert gallery.find(request()) is None or name != "gallery"
        picture = gallery[0]
        assert isinstance(picture.prompt + picture.model, str)
        assert isinstance(picture.digest, str)
        assert picture in list(gallery.search("fox")) or not picture.prompt


@pytest.mark.parametrize(("count", "number"), [(10**12, 0), (1, 1), (2, -1), (0, 0), ("many", 0), (1e400, 0)])
def test_an_answer_that_cannot_be_is_none(gallery, count, number):
    path = gallery.record(answer(request()))[0]
    recipe = iw.read_recipe(path)
    path.write_bytes(embed(file(1), {**recipe, "gallery": {**recipe["gallery"], "count": count, "number": number}}))
    assert gallery.find(request()) is None


# ---- as a sequence


@pytest.fixture
def filled(gallery: Gallery) -> Gallery:
    gallery.record(answer(request("a red fox in the snow", model="gpt-image-1", n=2), 100))
    gallery.record(answer(request("Ein blauer FUCHS", model="dall-e-3", seed=3), revised_prompts=["a blue fox"]))
    gallery.record(answer(request("狐", model="sketch"), 86_400))
    return gallery


def test_pictures_come_in_the_order_in_which_they_were_made(filled):
    assert [picture.prompt for picture in filled] == [
        "Ein blauer FUCHS",
        "a red fox in the snow",
        "a red fox in the snow",
        "狐",
    ]
    assert [picture.name[-5] for picture in filled[1:3]] == ["1", "2"]
    assert filled[-1].image.size == (16, 12)
    assert filled[0].created == datetime.fromtimestamp(CREATED, tz=timezone.utc)
    assert len(filled[1:]) == 3
    with pytest.raises(IndexError):
        _ = filled[4]
    assert repr(filled) == f"Gallery({filled.name!r}, 4 pictures)"
    assert repr(filled[0]).startswith("Picture('ein-blauer-fuchs-")


def test_what_others_record_is_seen(filled):
    assert len(list(filled)) == 4
    Gallery(filled.folder).record(answer(request("new"), 200_000))
    assert [picture.prompt for picture in filled][-1] == "new"
    (filled.folder / "sub").mkdir()
    assert len(list(filled)) == 5
    next(path for path in filled.folder.glob("new-*")).rename(filled.folder / "sub" / "new.png")
    assert filled[-1].name == "sub/new.png"


@pytest.mark.parametrize(
    ("search", "prompts"),
    [
        ({"text": "fuchs"}, ["Ein blauer FUCHS"]),
        ({"text": "fox"}, ["Ein blauer FUCHS", "a red fox in the snow", "a red fox in the snow"]),
        ({"text": "SNOW fox"}, ["a red fox in the snow"] * 2),
        ({"text": "狐"}, ["狐"]),
        ({"text": "wolf"}, []),
        ({"model": "DALL"}, ["Ein blauer FUCHS"]),
        ({"model": "gpt-image", "text": "red"}, ["a red fox in the snow"] * 2),
        ({"since": datetime.fromtimestamp(CREATED + 100, tz=timezone.utc)}, ["a red fox in the snow"] * 2 + ["狐"]),
        ({"since": datetime.fromtimestamp(CREATED + 86_000, tz=timezone.utc).isoformat()}, ["狐"]),
        ({"since": date(2100, 1, 1)}, []),
        ({"since": "2026-01-01", "starred": False, "model": "sketch"}, ["狐"]),
        ({"starred": True}, []),
        ({}, ["Ein blauer FUCHS", "a red fox in the snow", "a red fox in the snow", "狐"]),
    ],
)
def test_search(filled, search, prompts):
    assert [picture.prompt for picture in filled.search(**search)] == prompts


def test_search_refuses_what_is_no_date(filled):
    for since in ("yesterday", 3, ""):
        with pytest.raises(InvalidRequestError, match="since"):
            filled.search(since=since)


def test_stars_are_kept_in_the_gallery_and_follow_their_pictures(filled):
    picture = filled[0]
    assert not picture.starred
    picture.starred = True
    again = Gallery(filled.folder)
    assert [found.prompt for found in again.search(starred=True)] == ["Ein blauer FUCHS"]
    picture.path.rename(filled.folder / "renamed.png")
    assert [found.name for found in Gallery(filled.folder).search(starred=True)] == ["renamed.png"]
    again.search(starred=True)[0].starred = False
    assert len(filled.search(starred=True)) == 0


def test_a_table(filled):
    filled[-1].starred = True
    frame = filled.search("fox").to_frame()
    assert list(frame["prompt"]) == ["Ein blauer FUCHS", "a red fox in the snow", "a red fox in the snow"]
    assert frame["seed"].iloc[0] == 3
    assert str(frame["created"].dt.tz) == "UTC"
    assert list(filled.to_frame()["starred"]) == [False, False, False, True]
    assert len(Gallery(filled.folder / "none").to_frame()) == 0


def test_pickled_is_the_folder_alone(filled):
    assert pickle.loads(pickle.dumps(filled)).find(request("狐", model="sketch")) is not None


def test_a_gallery_is_a_folder(tmp_path):
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "file", "", None, 3):
        with pytest.raises(InvalidRequestError):
            Gallery(wrong)
