"""What goes over the wire."""

import numpy as np
import pytest
from PIL import Image

from imagewidgets.client import Client
from imagewidgets.errors import InvalidRequestError
from tests.client.service import png, reply

HALF = np.arange(64).reshape(8, 8) < 32  # a mask over the upper half
RGBA = Image.new("RGBA", (8, 8), (255, 0, 0, 255))


def test_a_generation_is_compact_json_of_what_was_set(service, client):
    service.answer(reply(png()))
    client.generate("Füchse – zwei", model="gpt-image-2", n=2, extra={"seed": 3})
    (got,) = service.received
    assert (got.method, got.path) == ("POST", "/v1/images/generations")
    assert got.headers["content-type"] == "application/json"
    assert got.json == {"prompt": "Füchse – zwei", "model": "gpt-image-2", "n": 2, "seed": 3}
    assert "Füchse".encode() in got.body, "UTF-8, not escapes"
    assert b": " not in got.body


def test_no_model_is_sent_where_none_was_named(service, client):
    service.answer(reply(png()))
    client.generate("a fox")
    assert service.received[0].json == {"prompt": "a fox"}


def test_an_edit_is_multipart_with_names_and_types(service, client):
    service.answer(reply(png()))
    client.edit(RGBA, "a hat", mask=HALF, model="gpt-image-1.5", n=2, input_fidelity="high")
    got = service.received[0]
    assert got.path == "/v1/images/edits"
    text = {name: body.decode() for name, filename, _, body in got.parts if filename is None}
    files = [(name, filename, kind) for name, filename, kind, _ in got.parts if filename is not None]
    assert text == {
        "prompt": "a hat",
        "model": "gpt-image-1.5",
        "n": "2",
        "size": "1024x1024",  # left out, it follows the picture
        "input_fidelity": "high",
    }
    assert files == [("image", "image.png", "image/png"), ("mask", "mask.png", "image/png")]


def test_a_list_of_one_is_still_a_list(service, client):
    service.answer(reply(png()))
    client.edit([RGBA], "a hat")
    assert [part[0] for part in service.received[0].parts if part[1]] == ["image[]"]


def test_extra_values_of_any_kind_become_form_fields(service, client):
    service.answer(reply(png()))
    client.edit(RGBA, "a hat", extra={"hq": False, "svg": {"reasoning": {"effort": "low"}}, "tags": ["a", "b"]})
    text = [(name, body.decode()) for name, filename, _, body in service.received[0].parts if not filename]
    assert text[1:] == [("hq", "false"), ("svg[reasoning][effort]", "low"), ("tags[]", "a"), ("tags[]", "b")]


def test_a_variation(service, client):
    service.answer(reply(png()))
    client.create_variation(RGBA, n=3, size="256x256")
    got = service.received[0]
    assert got.path == "/v1/images/variations"
    assert [part[0] for part in got.parts] == ["n", "size", "image"]


def test_pictures_for_dall_e_2_have_an_alpha_channel(service, client):
    service.answer(reply(png()))
    client.edit(RGBA.convert("RGB"), "a hat", mask=HALF, model="dall-e-2")
    sent = next(part[3] for part in service.received[0].parts if part[0] == "image")
    assert Image.open(__import__("io").BytesIO(sent)).mode == "RGBA"


def test_headers_and_query(service):
    service.answer(reply(png()))
    client = Client(
        service.url + "/",
        "sk-1",
        organization="org",
        project="proj",
        headers={"api-key": "k"},
        query={"api-version": "9"},
    )
    client.generate("a fox")
    got = service.received[0]
    assert got.path == "/v1/images/generations?api-version=9"
    assert got.headers["authorization"] == "Bearer sk-1"
    assert got.headers["openai-organization"] == "org"
    assert got.headers["openai-project"] == "proj"
    assert got.headers["api-key"] == "k"


def test_a_netrc_never_replaces_the_key(service, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    service.answer(reply(png()))
    Client(service.url, "sk-1").generate("a fox")
    assert service.received[0].headers["authorization"] == "Bearer sk-1"


def test_the_environment_is_read(service, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", service.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-env")
    service.answer(reply(png()))
    Client().generate("a fox")
    assert service.received[0].headers["authorization"] == "Bearer sk-env"
    assert Client("sketch").embedded
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert Client().base_url == "https://api.openai.com/v1"
    monkeypatch.delenv("OPENAI_API_KEY")
    assert Client().embedded


def test_where_it_sends_to_is_said_and_the_key_is_not():
    client = Client("http://user:pw@example.org:9/v1", "sk-secret")
    assert repr(client) == "Client(example.org:9)"
    assert client.destination == ("server", "example.org:9", "")
    assert repr(Client(api_key="sk-secret")) == "Client(OpenAI, api.openai.com)"
    assert repr(Client("sketch")) == "Client(Sketch engine, offline)"
    everything = repr(vars(client)) + repr(vars(client._connection))
    assert "sk-secret" not in everything


def test_recipes_stay_on_this_machine(service):
    from imagewidgets.images import write_recipe

    image = RGBA.copy()
    write_recipe(image, {"request": {"prompt": "private words"}})
    service.answer(reply(png()))
    Client(service.url).edit(image, "a hat")
    assert b"private words" in service.received[0].body, "a server on this machine works with the recipe"
    far = Client("http://example.org/v1").edit_request(image, "a hat")
    assert b"private words" not in far.image[0].data


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"size": "1x1"}, "extra holds 'size', which is a parameter of its own. Give it as size=."),
        ({"seed": 2}, "extra holds 'seed'"),
        *(({name: None}, f"Give it as {name}=.") for name in ("prompt", "model", "n", "image", "mask", "stream")),
        ([("steps", 4)], "a mapping such as {'steps': 4}, not list"),
        ("steps=4", "not str"),
        ({4: "steps"}, "the name 4, which is no text"),
        ({"steps": {4}}, "the value of 'steps' cannot be written as JSON"),
        ({"steps": np.int64(4)}, "cannot be written as JSON"),
        ({"cfg": float("nan")}, "cannot be written as JSON"),
        ({"words": "\ud83e"}, "cannot be written as JSON"),
    ],
)
def test_extra_changes_nothing_behind_the_back(service, client, extra, words):
    calls = [
        lambda: client.generate("a fox", size="256x256", seed=0, extra=extra),
        lambda: client.edit(RGBA, "a hat", size="256x256", seed=0, extra=extra),
        lambda: client.create_variation(RGBA, size="256x256", seed=0, extra=extra),
    ]
    for call in calls:
        with pytest.raises(InvalidRequestError) as caught:
            call()
        assert words in caught.value.message
        assert caught.value.param == "extra"
    assert service.received == []


def test_extra_cannot_replace_the_size_that_follows_the_picture_unseen(service, client):
    service.answer(reply(png()))
    client.edit(RGBA, "a hat", extra={"size": "640x480"})
    sent = [body for name, filename, _, body in service.received[0].parts if name == "size"]
    assert sent == [b"640x480"]


def test_whole_numbers_of_numpy_are_whole_numbers(service, client):
    service.answer(reply(png(), png()))
    client.generate("a fox", n=np.int64(2), seed=np.uint8(7))
    assert service.received[0].json == {"prompt": "a fox", "n": 2, "seed": 7}
    for wrong in (np.float64(2), np.bool_(True), True, "2"):
        with pytest.raises(InvalidRequestError, match="a whole number"):
            client.create_request("a fox", n=wrong)


@pytest.mark.parametrize("model", [5, ["dall-e-3"], b"dall-e-3"])
def test_a_model_that_is_no_name(client, model):
    for call in (client.create_request, client.variation_request):
        with pytest.raises(InvalidRequestError, match="model must be text") as caught:
            call(RGBA, model=model)
        assert caught.value.param == "model"


@pytest.mark.parametrize(
    ("name", "words"),
    [("dalle-3", "Did you mean dall-e-3"), ("Sketch", "Did you mean sketch?"), ("flux", "It has sketch, ")],
)
def test_the_sketch_engine_knows_its_models(service, client, name, words):
    with pytest.raises(InvalidRequestError) as caught:
        Client("sketch").generate("a fox", model=name)
    assert words in caught.value.message
    assert (caught.value.param, caught.value.code) == ("model", "model_not_found")
    service.answer(reply(png()))
    client.generate("a fox", model=name)
    assert service.received[0].json["model"] == name, "what another service has is its own matter"
