"""What comes back fits what went in."""

import io

import numpy as np
import pytest
from PIL import Image

from imagewidgets.client import Client
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import load, read_recipe
from tests.client.service import png, reply

NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8))
MASK = np.zeros((48, 64), bool)
MASK[10:30, 20:50] = True


def sent(service, name):
    return {part[0]: part[3] for part in service.received[0].parts}.get(name)


def test_the_size_follows_the_picture(service, client):
    for _ in range(3):
        service.answer(reply(png()))
    client.edit(Image.new("RGB", (300, 200)), "a hat", model="gpt-image-1")
    assert sent(service, "size") == b"1536x1024"
    service.received.clear()
    client.edit(Image.new("RGB", (1000, 2000)), "a hat", model="gpt-image-2")
    assert sent(service, "size") == b"1008x2000"
    service.received.clear()
    client.edit(NOISE, "a hat", model="some-model")
    assert sent(service, "size") is None


@pytest.mark.parametrize("stream", [False, True])
def test_pasted_back_what_was_protected_is_exactly_unchanged(service, client, stream):
    service.answer(reply(png("red", (128, 96))))
    got = client.edit(NOISE, "a hat", mask=MASK, model="gpt-image-2", paste_back=4, stream=stream)
    result = np.asarray((got.result() if stream else got)[0])
    assert result.shape == (48, 64, 3)
    assert np.array_equal(result[~MASK], np.asarray(NOISE)[~MASK])
    assert tuple(result[20, 35]) == (255, 0, 0)
    assert read_recipe((got.result() if stream else got)[0])["request"]["prompt"] == "a hat"


class Drawn:
    """A mask that knows how softly it is drawn, as a mask canvas does."""

    mask = Image.fromarray(np.where(MASK, 0, 255).astype(np.uint8)).convert("RGBA")
    mask.putalpha(mask.getchannel("R"))
    soft_selection = Image.fromarray(np.where(MASK, 51, 0).astype(np.uint8))


@pytest.mark.parametrize(("paste_back", "part"), [(True, 0.2), (0, 1), (False, 1), (None, 1)])
def test_what_is_drawn_softly_is_pasted_softly_where_asked(service, client, paste_back, part):
    service.answer(reply(png("red", (64, 48))))
    result = np.asarray(client.edit(NOISE, "a hat", mask=Drawn(), model="gpt-image-2", paste_back=paste_back)[0])
    before, after = np.asarray(NOISE)[MASK].astype(float), np.array([255.0, 0, 0])
    assert np.abs(result[MASK] - (before + part * (after - before))).max() <= 0.5


@pytest.mark.parametrize(
    ("options", "words"), [({"mask": MASK, "paste_back": -1}, "0 to 256"), ({"paste_back": 0}, "none")]
)
def test_a_wish_that_cannot_be_kept_is_refused_before_it_costs(service, client, options, words):
    with pytest.raises(InvalidRequestError, match=words):
        client.edit(NOISE, "a hat", **options)
    assert service.received == []


def test_a_file_object_is_read_once(service, client):
    file = io.BytesIO(png("blue", (64, 48)))
    service.answer(reply(png("red", (64, 48))))
    result = client.edit(file, "a hat", mask=MASK, paste_back=0)
    assert result[0].getpixel((0, 0)) == (0, 0, 255)


def test_a_picture_that_is_not_square(service, client):
    with pytest.raises(InvalidRequestError, match="fit="):
        client.edit(NOISE, "a hat", mask=MASK, model="dall-e-2")
    service.answer(reply(png("red", (256, 256))))
    result = client.edit(NOISE, "a hat", mask=MASK, model="dall-e-2", fit="crop", size="256x256", paste_back=0)
    square = load(sent(service, "image"))
    assert square.width == square.height
    assert square.mode == "RGBA"
    assert load(sent(service, "mask")).size == square.size
    assert result[0].size == NOISE.size
    assert np.array_equal(np.asarray(result[0].convert("RGB"))[~MASK], np.asarray(NOISE)[~MASK])


def test_markup_goes_along(service, client):
    arrow = Image.new("RGBA", NOISE.size)
    arrow.putpixel((3, 3), (255, 0, 0, 255))
    service.answer(reply(png()))
    client.edit(NOISE, "move it", markup=arrow, model="gpt-image-2.6-flare")
    assert load(sent(service, "markup")).getpixel((3, 3)) == (255, 0, 0, 255)
    with pytest.raises(InvalidRequestError, match="takes no markup"):
        client.edit(NOISE, "move it", markup=arrow, model="gpt-image-2")


def test_offline_every_model_repeats_with_a_seed():
    client = Client("sketch")
    first, again = (client.generate("a fox", model="dall-e-2", size="256x256", seed=3) for _ in range(2))
    assert first.digests == again.digests


def test_a_seed_is_refused_where_the_service_has_none(client):
    with pytest.raises(InvalidRequestError, match="seed"):
        client.generate("a fox", model="gpt-image-2", seed=3)
