"""What comes back: pictures, or the error that says what was wrong."""

import re
import threading

import pytest

from imagewidgets import errors
from imagewidgets.client import Cancellation, Client
from imagewidgets.images import read_recipe
from tests.client.service import PATIENCE, b64, png, reply


def test_a_reply_is_a_sequence_of_pictures(service, client):
    usage = {"input_tokens": 4, "output_tokens": 8, "total_tokens": 12}
    service.answer(reply(png("red"), png("blue"), usage=usage), headers={"x-request-id": "req_1"})
    response = client.generate("a fox", model="gpt-image-2", n=2)
    assert [image.getpixel((0, 0)) for image in response] == [(255, 0, 0), (0, 0, 255)]
    assert (response.created, response.request_id, response.usage) == (1_790_000_000, "req_1", usage)
    assert response.files == (png("red"), png("blue")), "the files as they came"


def test_each_picture_knows_where_it_came_from(service, client):
    body = reply(png(), png("blue"))
    body["data"][1]["revised_prompt"] = "a red fox"
    service.answer(body)
    response = client.generate("a fox", n=2)
    recipe = read_recipe(response[1])
    assert recipe["request"] == {"operation": "generate", "prompt": "a fox", "n": 2}
    assert (recipe["index"], recipe["revised_prompt"]) == (1, "a red fox")
    assert "revised_prompt" not in read_recipe(response[0])
    assert response.revised_prompts == (None, "a red fox")


@pytest.mark.parametrize("form", ["prefix", "whitespace", "data url", "relative", "absolute", "empty other key"])
def test_pictures_in_every_form(service, client, form):
    data = png("green")
    item = {
        "prefix": {"b64_json": "data:image/png;base64," + b64(data)},
        "whitespace": {"b64_json": b64(data)[:20] + "\n " + b64(data)[20:]},
        "data url": {"url": "data:image/png;base64," + b64(data)},
        "relative": {"url": "/files/a.png"},
        "absolute": {"url": f"{service.root}/files/a.png"},
        "empty other key": {"b64_json": "", "url": "/files/a.png", "revised_prompt": ""},
    }[form]
    service.answer({"data": [item]})
    service.answer(data, content_type="image/png")
    response = client.generate("a fox")
    assert response[0].getpixel((0, 0)) == (0, 128, 0)
    assert response.created > 1_700_000_000, "made up where the service does not say"


def test_a_picture_is_fetched_without_the_key(service, client):
    service.answer({"data": [{"url": "/files/a.png"}]})
    service.answer(png(), content_type="image/png")
    client.generate("a fox")
    assert service.received[1].headers["authorization"] is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/a.png"])
def test_only_web_addresses_are_fetched(service, client, url):
    service.answer({"data": [{"url": url}]})
    with pytest.raises(errors.APIResponseError, match="neither http nor https"):
        client.generate("a fox")


def test_an_address_that_is_gone(service, client):
    service.answer({"data": [{"url": "/files/a.png"}]})
    service.answer(b"gone", status=404, content_type="text/plain")
    with pytest.raises(errors.APIResponseError, match="60 minutes"):
        client.generate("a fox")


def refusal(message="no", code=None, param=None, kind="invalid_request_error"):
    return {"error": {"message": message, "type": kind, "code": code, "param": param}}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, None, errors.BadRequestError),
        (400, "moderation_blocked", errors.ContentPolicyError),
        (400, "content_policy_violation", errors.ContentPolicyError),
        (401, "invalid_api_key", errors.AuthenticationError),
        (402, None, errors.APIStatusError),
        (403, None, errors.PermissionDeniedError),
        (404, None, errors.NotFoundError),
        (409, None, errors.ConflictError),
        (422, None, errors.UnprocessableEntityError),
        (429, None, errors.RateLimitError),
        (429, "insufficient_quota", errors.QuotaError),
        (500, None, errors.InternalServerError),
        (503, None, errors.InternalServerError),
    ],
)
def test_every_status_has_its_class(service, client, status, code, kind):
    headers = {"x-request-id": "req_9", "x-should-retry": "false"}
    service.answer(refusal("Not like this", code, "size"), status=status, headers=headers)
    with pytest.raises(errors.ImagesError) as caught:
        client.generate("a fox")
    error = caught.value
    assert type(error) is kind
    assert (error.status_code, error.param, error.request_id) == (status, "size", "req_9")
    assert "Not like this." in error.message
    assert len(service.received) == 1, "nothing was sent twice"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("model_not_found", "Check the model's name; iw.list_models() tells what there is."),
        (None, "Check base_url (it usually ends in /v1), and the model's name."),
    ],
)
def test_what_is_not_found_says_where_to_look(service, client, code, words):
    service.answer(refusal("No such thing", code, None), status=404)
    with pytest.raises(errors.NotFoundError) as caught:
        client.generate("a fox")
    assert caught.value.message.endswith(f"No such thing. {words}")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"detail": "steps must be > 0"}, "steps must be > 0"),
        ({"detail": [{"loc": ["n"], "msg": "bad"}]}, '"msg":"bad"'),
        ({"error": "just text"}, "just text"),
        (b"<html><body>502 Bad Gateway</body></html>", "a web page"),
        (b"", "an empty answer"),
        (b"plain words", "plain words"),
    ],
)
def test_error_bodies_of_all_kinds_keep_their_words(service, client, body, words):
    service.answer(body, status=502, headers={"x-should-retry": "false"})
    with pytest.raises(errors.InternalServerError) as caught:
        client.generate("a fox")
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>hello</html>", "a web page"),
        (b'{"data": [', "no whole JSON"),
        (b"[]", "no answer of the API"),
        (b"", "an empty answer"),
        ({"created": 1}, "no pictures"),
        ({"data": []}, "no pictures"),
        ({"data": [3]}, "$.data[0]"),
        ({"data": [{}]}, "neither b64_json nor url"),
        ({"data": [{"b64_json": "@@@"}]}, "base64 is not whole"),
        ({"data": [{"b64_json": b64(b"no picture")}]}, "no picture that can be read"),
        ({"error": {"message": "the model is loading", "code": "busy"}}, "the model is loading"),
    ],
)
def test_an_answer_that_makes_no_sense_says_so(service, client, body, words):
    service.answer(body, headers={"x-request-id": "req_7"})
    with pytest.raises(errors.APIResponseError) as caught:
        client.generate("a fox")
    assert words in caught.value.message
    assert caught.value.request_id == "req_7"


def test_a_redirection_is_not_followed(service, client):
    service.answer(b"", status=308, headers={"location": "http://127.0.0.1:1/"})
    with pytest.raises(errors.APIResponseError, match="redirection"):
        client.generate("a fox")


def test_a_connection_that_breaks_is_not_tried_again(service, client):
    service.answer(reply(png()), cut=10)
    with pytest.raises(errors.APIConnectionError, match="may already be billed"):
        client.generate("a fox")
    assert len(service.received) == 1


def test_nobody_there():
    with pytest.raises(errors.APIConnectionError, match="cannot be reached"):
        Client("http://127.0.0.1:1/v1").generate("a fox")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("localhost:8000", "may be 'http://localhost:8000/v1'"),
        ("localhost:8000/v1", "may be 'http://localhost:8000/v1'"),
        ("gpu-box:8000", "may be 'http://gpu-box:8000/v1'"),
        ("api.example.org/v1", "may be 'https://api.example.org/v1'"),
        ("ftp://example.org", "must begin with http:// or https://"),
        ("http:///v1", "no address"),
        ("http://localhost:80000/v1", "no address"),
        ("http://localhost:eight/v1", "no address"),
        ("http://a host/v1", "no address"),
        ("http://[::1/v1", "no address"),
    ],
)
@pytest.mark.parametrize("by", ["argument", "environment"])
def test_an_address_that_is_none(monkeypatch, by, url, words):
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with pytest.raises(errors.InvalidRequestError, match=re.escape(words)) as caught:
        Client(url if by == "argument" else None)
    assert caught.value.param == "base_url"
    assert caught.value.message.startswith("base_url" if by == "argument" else "OPENAI_BASE_URL")


@pytest.mark.parametrize("name", ["sketch", "Sketch", " SKETCH "])
def test_the_sketch_engine_is_known_in_any_case(name):
    assert Client(name).embedded


def test_a_timeout_says_what_it_may_have_cost(service):
    hold = threading.Event()
    service.answer(reply(png()), hold=hold)
    with pytest.raises(errors.APITimeoutError, match=r"in 0\.2 s.*billed"):
        Client(service.url, timeout=0.2).generate("a fox")
    hold.set()


def test_cancelling_ends_the_wait_at_once(service, client):
    hold, cancel = threading.Event(), Cancellation()
    service.answer(reply(png()), hold=hold)
    threading.Thread(target=lambda: (service.arrived.wait(PATIENCE), cancel.cancel())).start()
    with pytest.raises(errors.CancelledError):
        client.send(client.create_request("a fox"), cancel=cancel)
    assert not hold.is_set(), "the service has not answered yet"
    hold.set()
    service.answer(reply(png()))
    assert len(client.generate("a fox")) == 1, "the next request gets a new connection"


def test_cancelled_before_it_is_sent(service, client):
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(errors.CancelledError):
        client.send(client.create_request("a fox"), cancel=cancel)
    assert service.received == []


def test_models_are_listed(service, client):
    service.answer({"object": "list", "data": [{"id": "a"}, {"id": "b"}]})
    assert client.list_models() == ["a", "b"]
    assert service.received[0].method == "GET"
