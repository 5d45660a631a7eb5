"""More pictures than a model makes at a time; and pictures that come as addresses."""

import pytest

from imagewidgets import errors
from imagewidgets.client import Client
from imagewidgets.images import read_recipe
from tests.client.service import b64, png, reply

COLOURS = ["red", "lime", "blue", "white"]
REFUSED = {"error": {"message": "no", "code": "moderation_blocked"}}


def test_dall_e_3_makes_four_in_four_requests(service, client):
    for colour in COLOURS:
        service.answer(reply(png(colour), usage={"total_tokens": 5, "details": {"text": 1}}))
    response = client.generate("a fox", model="dall-e-3", n=4)
    assert [got.json["n"] for got in service.received] == [1, 1, 1, 1]
    assert len({image.getpixel((0, 0)) for image in response}) == 4
    assert response.usage == {"total_tokens": 20, "details": {"text": 4}}
    assert [read_recipe(image)["index"] for image in response] == [0, 1, 2, 3]
    assert response.request.n == 4
    assert response.errors == ()


def test_twelve_of_ten(service, client):
    service.answer(reply(*[png()] * 10))
    service.answer(reply(*[png()] * 10))
    client.generate("a fox", model="dall-e-2", n=12)
    assert sorted(got.json["n"] for got in service.received) == [2, 10]


def test_what_succeeded_is_returned_with_what_failed(service, client):
    service.answer(reply(png()))
    service.answer(REFUSED, status=400)
    service.answer(reply(png()))
    response = client.generate("a fox", model="dall-e-3", n=3)
    assert len(response) == 2
    (error,) = response.errors
    assert isinstance(error, errors.ContentPolicyError)
    assert "2 images, 1 failed" in repr(response)


def test_when_all_fail_the_first_failure_is_raised(service, client):
    for _ in range(2):
        service.answer(REFUSED, status=400)
    with pytest.raises(errors.ContentPolicyError):
        client.generate("a fox", model="dall-e-3", n=2)


def test_when_all_fail_what_arrived_of_each_part_is_kept(service, client):
    for colour in ("red", "lime"):
        service.answer({"data": [{"b64_json": b64(png(colour))}, {"b64_json": "@@@"}]})
    with pytest.raises(errors.APIResponseError, match="picture 2 of 2") as caught:
        client.generate("a fox", model="dall-e-2", n=12)
    assert {image.getpixel((0, 0)) for image in caught.value.images} == {(255, 0, 0), (0, 255, 0)}


def test_a_stream_is_one_request(client):
    with pytest.raises(errors.InvalidRequestError, match="at most 10"):
        client.generate("a fox", model="gpt-image-2", n=11, stream=True)


def test_parts_of_a_seeded_request_differ():
    images = Client("sketch").generate("a fox", n=11, size="64x64", seed=1)
    assert len(set(images.digests)) == 11
    assert images.digests == Client("sketch").generate("a fox", n=11, size="64x64", seed=1).digests


def addresses(service, *names):
    service.answer({"data": [{"url": f"/files/{name}"} for name in names]})


def test_addresses_are_fetched_in_order(service, client):
    addresses(service, "a", "b", "c")
    for _ in range(3):
        service.answer(png(), content_type="image/png")
    assert len(client.generate("a fox", n=3)) == 3
    assert sorted(got.path for got in service.received[1:]) == ["/files/a", "/files/b", "/files/c"]
    assert all(got.headers["authorization"] is None for got in service.received[1:])


def test_a_picture_that_cannot_be_fetched_is_not_bought_again(service, client):
    service.answer({"data": [{"b64_json": b64(png("blue"))}, {"url": "/files/gone"}]})
    service.answer(b"gone", status=404)
    with pytest.raises(errors.APIResponseError, match="picture 2 of 2") as caught:
        client.generate("a fox", n=2)
    assert caught.value.urls == [f"{service.root}/files/gone"]
    assert [image.getpixel((0, 0)) for image in caught.value.images] == [(0, 0, 255)]
    assert [got.method for got in service.received] == ["POST", "GET"]


def test_a_fetch_that_breaks_off_is_tried_again(service, client):
    addresses(service, "a")
    service.answer(png(), content_type="image/png", cut=4)
    service.answer(png(), content_type="image/png")
    assert len(client.generate("a fox")) == 1
    assert [got.method for got in service.received] == ["POST", "GET", "GET"]


def test_a_broken_picture_does_not_take_the_others_with_it(service, client):
    service.answer({"data": [{"b64_json": b64(png())}, {"b64_json": "@@@"}]})
    with pytest.raises(errors.APIResponseError, match="picture 2 of 2") as caught:
        client.generate("a fox", n=2)
    assert len(caught.value.images) == 1
