"""A client with a gallery: what is recorded is not sent, what is sent is recorded."""

from __future__ import annotations

import errno
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

import imagewidgets as iw
from imagewidgets.cancellation import Cancellation
from imagewidgets.errors import CancelledError, InvalidRequestError, NotRecordedError
from imagewidgets.gallery import Gallery, files
from imagewidgets.images import read_recipe
from tests.client.service import Answer, Service, b64, png, reply

KEY = "sk-very-secret-key"
COLOURS = ("red", "lime", "blue", "black", "white", "navy", "gold", "pink")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "report-images"


@pytest.fixture
def client(service: Service, folder: Path) -> iw.Client:
    return iw.Client(service.url, KEY, gallery=folder, timeout=30)


def queue(service: Service, *colours: str, **more: object) -> None:
    for colour in colours:
        service.answer(reply(png(colour), **more), headers={"x-request-id": f"req_{colour}"})


def alone(folder: Path, **options: object) -> iw.Client:
    """A client that nothing could be sent from: no key, and an address where nobody listens."""
    return iw.Client("http://127.0.0.1:9/v1", gallery=folder, max_retries=0, **options)


def test_the_same_request_is_sent_once(service, client):
    queue(service, "red", usage={"total_tokens": 5})
    first = client.generate("a fox", size="8x8")
    again = client.generate("a fox", size="8x8", n=1, user="ada")
    assert len(service.received) == 1
    assert (first.replayed, again.replayed) == (False, True)
    assert (first.recorded, again.recorded) == (True, True)
    assert again.digests == first.digests
    assert (again.usage, again.request_id, again.created) == ({"total_tokens": 5}, "req_red", first.created)
    queue(service, "blue")
    assert client.generate("a fox", size="9x9")[0].getpixel((0, 0)) == (0, 0, 255)


def test_a_report_runs_for_anyone(service, client, folder):
    queue(service, "red", "lime", "blue")
    pictures = [
        client.generate("a fox"),
        client.edit(Image.new("RGB", (8, 8), "gold"), "a hat", mask=half(), paste_back=True),
        client.create_variation(Image.new("RGB", (8, 8), "gold"), model="dall-e-2"),
    ]
    reader = alone(folder, replay="only")
    again = [
        reader.generate("a fox"),
        reader.edit(Image.new("RGB", (8, 8), "gold"), "a hat", mask=half(), paste_back=True),
        reader.create_variation(Image.new("RGB", (8, 8), "gold"), model="dall-e-2"),
    ]
    assert [one.digests for one in again] == [one.digests for one in pictures]
    assert again[1][0].getpixel((7, 0)) == (255, 215, 0), "the original is put back outside the mask"
    assert [read_recipe(one[0])["request"] for one in again] == [read_recipe(one[0])["request"] for one in pictures]


def half() -> Image.Image:
    mask = Image.new("L", (8, 8))
    mask.paste(255, (0, 0, 4, 8))
    return mask


def test_only_never_sends_and_says_what_is_missing(service, folder):
    reader = iw.Client(service.url, KEY, gallery=folder, replay="only")
    with pytest.raises(NotRecordedError, match="no such folder"):
        reader.generate("a fox")
    queue(service, "red")
    iw.Client(service.url, KEY, gallery=folder).generate("a fox", quality="low")
    with pytest.raises(
        NotRecordedError, match=r"“a fox”.*quality high.*quality low instead of high.*replay='auto'"
    ) as caught:
        reader.generate("a fox", quality="high")
    assert caught.value.take == 0
    assert len(caught.value.digest) == 64
    with pytest.raises(NotRecordedError, match="take 0 instead of 3"):
        reader.generate("a fox", quality="low", take=3)
    with pytest.raises(NotRecordedError, match="without image"):
        reader.edit(Image.new("RGB", (8, 8)), "a fox")
    with pytest.raises(NotRecordedError):
        reader.generate("a fox", stream=True)
    path = next(folder.glob("*.png"))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(NotRecordedError, match=rf"{path.name} cannot be read to the end"):
        reader.generate("a fox", quality="low")
    assert len(service.received) == 1


def test_what_is_cut_short_is_sent_again_and_told(service, client, folder):
    queue(service, "red", "blue")
    client.generate("a fox")
    path = next(folder.glob("*.png"))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.warns(UserWarning, match=f"{path.name} cannot be read.*sent again"):
        assert not client.generate("a fox").replayed
    assert client.generate("a fox")[0].getpixel((0, 0)) == (0, 0, 255)


def test_refresh_always_sends_and_counts_from_then_on(service, client, folder):
    queue(service, "red", "blue")
    client.generate("a fox")
    iw.Client(service.url, KEY, gallery=folder, replay="refresh").generate("a fox")
    assert client.generate("a fox")[0].getpixel((0, 0)) == (0, 0, 255)
    assert len(client.gallery) == 2, "nothing is thrown away"


def test_off_leaves_the_folder_alone(service, folder):
    queue(service, "red", "blue")
    client = iw.Client(service.url, KEY, gallery=folder, replay="off")
    assert client.generate("a fox").digests != client.generate("a fox").digests
    assert not folder.exists()


def test_takes(service, client, folder):
    queue(service, *COLOURS)

    def made(client: iw.Client, take) -> tuple[int, int, int]:
        return client.generate("a fox", take=take)[0].getpixel((0, 0))

    first, second = made(client, 0), made(client, 1)
    assert first != second
    assert made(client, 0) == first
    assert made(client, "new") not in (first, second)
    assert client.gallery.takes(client.create_request("a fox")) == 3
    assert [made(client, "next"), made(client, "next")] == [first, second]
    again = iw.Client(service.url, KEY, gallery=folder)
    assert made(again, "next") == first, "a new process begins anew"
    assert made(again, "new") == (0, 0, 0)
    reader = alone(folder, replay="only")
    assert [made(reader, "new"), made(reader, "next")] == [first, second], "nothing new can come"
    for wrong in (-1, 1.5, True, "other", None):
        with pytest.raises(InvalidRequestError, match="take"):
            client.generate("a fox", take=wrong)
    assert len(service.received) == 4


def test_streams_are_recorded_and_replayed(service, folder):
    client = iw.Client("sketch", gallery=folder)
    stream = client.generate("a fox", size="64x64", n=2, stream=True, partial_images=1)
    events = [event.final for event in stream]
    assert events.count(True) == 2
    again = client.generate("a fox", size="64x64", n=2, stream=True, partial_images=1)
    with again:
        replayed = list(again)
    assert [event.final for event in replayed] == [True, True]
    assert [event.type for event in replayed] == ["image_generation.completed"] * 2
    assert again.result().replayed
    assert again.result().digests == stream.result().digests
    assert client.generate("a fox", size="64x64", n=2).digests == stream.result().digests, "how it came does not count"


def test_a_stream_that_is_left_at_its_last_picture_is_recorded(folder):
    client = iw.Client("sketch", gallery=folder)
    with client.generate("a fox", size="64x64", stream=True) as stream:
        for event in stream:
            if event.final:
                break
    assert client.generate("a fox", size="64x64").replayed
    with client.generate("a hen", size="64x64", n=2, stream=True) as stream:
        next(event for event in stream if event.final)
    assert len(client.gallery) == 1, "half of an answer is none"


def test_parts_are_recorded_by_themselves_so_that_nothing_is_paid_twice(service, client):
    bodies = iter([Answer(b'{"error":{"message":"no"}}', 400)])
    lock = threading.Lock()
    count = iter(range(100))

    def behave(_request):
        with lock:
            number = next(count)
            if number == 2:
                return next(bodies)
        return Answer(answer_bytes(COLOURS[number]))

    service.behave = behave
    first = client.generate("a fox", model="dall-e-3", n=4)
    assert (len(first), len(first.errors), first.recorded) == (3, 1, True)
    assert client.recorded(first.request) is None, "all of it is not there"
    second = client.generate("a fox", model="dall-e-3", n=4)
    assert (len(second), second.errors, second.replayed) == (4, (), False)
    assert len(service.received) == 5, "only the one that was missing is sent"
    assert client.recorded(first.request).digests == second.digests
    third = client.generate("a fox", model="dall-e-3", n=4)
    assert third.replayed
    assert third.digests == second.digests
    assert [read_recipe(image)["index"] for image in third] == [0, 1, 2, 3]
    assert len(service.received) == 5


def answer_bytes(colour: str) -> bytes:
    return f'{{"created": 1790000000, "data": [{{"b64_json": "{b64(png(colour))}"}}]}}'.encode()


def test_errors_are_not_recorded(service, client, folder):
    service.answer({"error": {"message": "no"}}, status=400)
    with pytest.raises(iw.BadRequestError):
        client.generate("a fox")
    assert not folder.exists()


def test_threads_that_ask_for_the_same_ask_once(service, client):
    queue(service, "red")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.generate("a fox"), range(8)))
    assert len(service.received) == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert len({answer.digests for answer in answers}) == 1


def test_whoever_waits_for_the_same_can_be_cancelled(service, client):
    hold = threading.Event()
    service.answer(reply(png()), hold=hold)
    request = client.create_request("a fox")
    cancel = Cancellation()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(client.send, request)
        assert service.arrived.wait(30)
        second = pool.submit(client.send, request, cancel=cancel)
        cancel.cancel()
        with pytest.raises(CancelledError):
            second.result(30)
        hold.set()
        assert not first.result(30).replayed


def test_what_cannot_be_recorded_is_in_the_answer_and_told(service, client, monkeypatch):
    queue(service, "red", "blue")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "write_together", full)
    with pytest.warns(UserWarning, match="could not be recorded.*No space left on device.*in the answer"):
        answer = client.generate("a fox")
    assert answer[0].getpixel((0, 0)) == (255, 0, 0)
    assert not answer.recorded
    monkeypatch.undo()
    assert not client.generate("a fox").replayed


def test_a_file_that_takes_no_recipe_is_in_the_answer_and_told(service, client, monkeypatch):
    def broken(*_):
        raise ValueError("The webp file is broken: it ends too soon.")

    monkeypatch.setattr("imagewidgets.gallery.records.embed", broken)
    queue(service, "red")
    with pytest.warns(UserWarning, match="could not be recorded"):
        assert client.generate("a fox")[0].getpixel((0, 0)) == (255, 0, 0)


def test_no_key_and_no_path_of_this_machine_is_in_any_file(service, client, folder, tmp_path):
    source = tmp_path / "at-home" / "source.png"
    source.parent.mkdir()
    Image.new("RGB", (8, 8), "gold").save(source)
    queue(service, "red", "blue")
    client.generate("a fox", extra={"steps": 3})
    client.edit(str(source), "a hat")
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("latin-1")
            assert KEY not in text
            assert "at-home" not in text
            assert str(tmp_path) not in text
    recipe = client.gallery.search("hat")[0].recipe
    assert recipe["parent"] == recipe["request"]["image"][0]
    assert recipe["service"] == service.url.split("/")[2]


def test_minimal_recipes_keep_words_out_of_files(service, folder):
    queue(service, "red")
    client = iw.Client(service.url, KEY, gallery=folder, recipes="minimal")
    first = client.generate("my SECRET idea", user="ada")
    assert read_recipe(first[0])["request"]["prompt"] == "my SECRET idea", "here it is still known"
    (path,) = folder.glob("*.png")
    assert path.name.startswith("picture-")
    assert b"secret" not in path.read_bytes().lower()
    saved = first.save(folder.parent / "saved")
    assert b"secret" not in saved[0].read_bytes().lower()
    assert alone(folder, replay="only").generate("my SECRET idea").digests == first.digests
    with pytest.raises(InvalidRequestError, match="recipes"):
        iw.Client(service.url, recipes="none")


def test_configure(folder):
    client = iw.configure("sketch", gallery=folder)
    assert (client.gallery.folder, client.replay) == (folder, "auto")
    first = iw.generate("a fox", size="64x64")
    assert iw.generate("a fox", size="64x64").replayed
    assert iw.generate("a fox", size="64x64", take=1).digests != first.digests
    assert iw.configure("sketch").gallery is None
    gallery = Gallery(folder)
    assert iw.configure("sketch", gallery=gallery, replay="only").gallery is gallery
    assert iw.generate("a fox", size="64x64").digests == first.digests
    for wrong in ({"replay": "only"}, {"gallery": folder, "replay": "always"}):
        with pytest.raises(InvalidRequestError, match="replay"):
            iw.configure("sketch", **wrong)
    iw.configure("sketch")


def test_login_keeps_the_gallery(folder, monkeypatch):
    iw.configure("sketch", gallery=folder, replay="refresh", recipes="minimal")
    monkeypatch.setattr("getpass.getpass", lambda _: "sk-other")
    client = iw.login()
    assert (client.gallery.folder, client.replay, client.recipes) == (folder, "refresh", "minimal")
    assert iw.login(gallery=None).gallery is None
    iw.configure("sketch")


def test_recorded_looks_whatever_the_mode_and_never_sends(service, client, folder):
    queue(service, "red")
    request = client.create_request("a fox", size="8x8")
    assert client.recorded(request) is None
    assert iw.Client(service.url, KEY).recorded(request) is None, "without a gallery there is nothing to look in"
    client.send(request)
    for mode in ("auto", "only", "refresh", "off"):
        assert alone(folder, replay=mode).recorded(request).replayed
    assert client.recorded(request, take=1) is None
    assert not client.recorded(request).with_images(client.recorded(request)).recorded, "these are no files"


def test_whoever_has_no_key_gets_what_a_service_made_of_the_same_cell(service, folder):
    """A cell that names no model goes to the sketch engine where nothing is set up, which has a model of its own."""
    queue(service, "red", "blue")
    writer = iw.Client(service.url, KEY, gallery=folder)
    made = writer.generate("a fox")
    edited = writer.edit(Image.new("RGB", (64, 64), "gold"), "a hat")
    for replay in ("only", "auto"):
        reader = iw.Client(gallery=folder, replay=replay)
        assert reader.embedded
        assert reader.generate("a fox").digests == made.digests
        assert reader.edit(Image.new("RGB", (64, 64), "gold"), "a hat").digests == edited.digests
    asked = iw.Client("sketch", gallery=folder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not asked.generate("a fox", size="64x64").replayed
    assert alone(folder, replay="only").generate("a fox", size="64x64").replayed, "and the other way round"


def test_repeat(folder, service):
    client = iw.Client("sketch", gallery=folder)
    first = client.generate("a red fox", size="64x64", n=2, seed=5)
    assert client.repeat(first[1]).replayed
    saved = first.save(folder.parent / "elsewhere")
    plain = iw.Client("sketch")
    assert plain.repeat(saved[0]).digests == first.digests
    assert plain.repeat(saved[0], seed=6).digests != first.digests
    assert plain.repeat(str(saved[0]), n=1, prompt="a hen").request.prompt == "a hen"
    with pytest.raises(InvalidRequestError, match="no recipe"):
        client.repeat(Image.new("RGB", (8, 8)))


def test_repeat_finds_what_an_edit_was_made_from(folder):
    client = iw.Client("sketch", gallery=folder)
    source = client.generate("a red fox", size="64x64", seed=5)[0]
    mask = Image.new("L", (64, 64))
    mask.paste(255, (8, 8, 40, 40))
    edited = client.edit(source, "a red fox with a hat", seed=6)
    assert client.repeat(edited[0]).replayed
    drawn = client.edit(source, "a red fox with a hat", mask=mask, seed=6)
    with pytest.raises(InvalidRequestError, match="mask"):
        client.repeat(drawn[0])
    assert client.repeat(drawn[0], mask=mask).digests == drawn.digests
    varied = client.create_variation(source, seed=7)
    elsewhere = iw.Client("sketch")
    with pytest.raises(InvalidRequestError, match="image="):
        elsewhere.repeat(varied[0])
    assert elsewhere.repeat(varied[0], image=source).digests == varied.digests
    path = client.gallery[-1].path
    assert elsewhere.repeat(path).digests == varied.digests, "what it was made from lies beside it"
