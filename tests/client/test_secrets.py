"""The key goes out with each request, and nowhere else: looked for everywhere else."""

from __future__ import annotations

import copy
import getpass
import gzip
import io
import json
import logging
import pickle
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import imagewidgets as iw
from imagewidgets import api, errors
from imagewidgets.client import Client
from imagewidgets.client.credentials import Credentials
from imagewidgets.images import read_recipe, to_png
from tests.client.service import PATIENCE, Service, b64, png, reply
from tests.client.test_streams import completed, partial, text

KEY = "sk-proj/4f9aX+secret-0123456789"


@pytest.fixture
def keyed(service: Service) -> Client:
    return Client(service.url, KEY, timeout=PATIENCE, headers={"X-Api-Token": f"token {KEY}"})


@pytest.fixture(autouse=True)
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, by anything: and the key is in none of it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)
    assert_hidden(stream.getvalue())


def assert_hidden(*texts: Any) -> None:
    for each in texts:
        found = str(each)
        for form in (KEY, KEY.replace("/", r"\/"), KEY[8:]):
            assert form not in found


def told(error: BaseException) -> str:
    """All that a traceback can tell: each frame with its local variables, causes included."""
    chain = traceback.TracebackException.from_exception(error, capture_locals=True)
    plain = "".join(traceback.format_exception(error))
    return plain + "".join(chain.format()) + deep(error)


def deep(value: Any, depth: int = 4) -> str:
    """The repr of an object and of what hangs on it, as variable explorers show it."""
    found = [repr(value), str(value), f"{value}"]
    if depth:
        found.extend(deep(each, depth - 1) for each in getattr(value, "__dict__", {}).values())
        if isinstance(value, BaseException):
            found.extend(deep(each, depth - 1) for each in (value.__cause__, value.__context__) if each is not None)
    return "\n".join(found)


def test_a_client_and_all_that_hangs_on_it(service, keyed):
    service.answer(reply(png()))
    keyed.generate("a fox")
    assert service.received[0].headers["authorization"] == f"Bearer {KEY}", "it does go out"
    assert_hidden(repr(keyed), str(keyed), f"{keyed}", deep(keyed), keyed.destination, keyed.base_url)
    assert_hidden(repr(vars(keyed)), repr(vars(keyed._connection)), repr(vars(keyed._connection._credentials)))
    assert_hidden(repr(vars(keyed._connection._session)))


def test_a_response_and_its_pictures(service, keyed, tmp_path):
    service.answer(reply(png(), usage={"total_tokens": 1}), headers={"x-request-id": "r"})
    response = keyed.generate("a fox", n=1)
    assert_hidden(repr(response), deep(response), response._repr_mimebundle_(), pickle.dumps(response))
    assert_hidden(read_recipe(response[0]), response.request.describe(), to_png(response[0]))
    (path,) = response.save(tmp_path)
    assert_hidden(path, path.read_bytes())
    assert_hidden(response.contact_sheet().info, response.to_frame().to_csv())


def test_a_stream_and_its_events(service, keyed):
    service.answer(text(partial(), completed()), content_type="text/event-stream")
    stream = keyed.generate("a fox", stream=True)
    assert_hidden(deep(stream), *map(deep, stream), deep(stream.result()))


ECHOES: dict[str, Callable[[], bytes]] = {
    "message": lambda: json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}."}}).encode(),
    "code and param": lambda: json.dumps({"error": {"message": "no", "code": KEY, "param": f"Bearer {KEY}"}}).encode(),
    "escaped slashes": lambda: json.dumps({"error": f"bad key {KEY}"}).replace("/", r"\/").encode(),
    "detail": lambda: json.dumps({"detail": [{"input": {"Authorization": f"Bearer {KEY}"}}]}).encode(),
    "plain text": lambda: f"bad key {KEY}".encode(),
    "not utf-8": lambda: f"bad key {KEY} \xe9".encode("latin-1"),
    "html": lambda: f"<html>{KEY}</html>".encode(),
    "packed": lambda: gzip.compress(json.dumps({"error": KEY}).encode()),
    "large": lambda: json.dumps({"error": {"message": f"{KEY} " * 9000}}).encode(),
}


# Not "large" with 200: a good answer of that size is pictures, and is not searched.
CASES = [(status, name) for status in (200, 400, 401, 429, 500) for name in ECHOES if (status, name) != (200, "large")]


@pytest.mark.parametrize(("status", "name"), CASES)
def test_a_service_that_repeats_the_key(service, keyed, status, name):
    packed = {"content-encoding": "gzip"} if name == "packed" else {}
    service.answer(ECHOES[name](), status=status, headers={"x-should-retry": "false", **packed})
    with pytest.raises(errors.APIError) as caught:
        keyed.generate("a fox")
    error = caught.value
    assert_hidden(told(error), error.message, error.code, error.param)
    if name == "message":
        assert "Incorrect API key provided: …." in error.message


def test_a_service_that_repeats_the_key_in_a_stream(service, keyed):
    service.answer(
        text(partial()) + f"data: {json.dumps({'error': {'message': KEY, 'code': KEY}})}\n\n".encode(),
        content_type="text/event-stream",
    )
    with pytest.raises(errors.APIError, match="ended with an error: …") as caught:
        keyed.generate("a fox", stream=True).result()
    assert_hidden(told(caught.value), caught.value.code)


def test_a_service_that_repeats_the_key_in_a_good_answer(service, keyed):
    body = reply(png())
    body["data"][0]["revised_prompt"] = f"a fox {KEY}"
    service.answer(body)
    response = keyed.generate("a fox")
    assert response.revised_prompts == ("a fox …",)
    assert_hidden(deep(response), response[0].info)


def test_errors_on_the_way(service, keyed):
    hold = threading.Event()
    service.answer(reply(png()), hold=hold)
    service.answer(reply(png()), cut=9)
    calls = [
        lambda: Client(service.url, KEY, timeout=0.1).generate("a fox"),
        lambda: keyed.generate("a fox"),
        lambda: Client("http://127.0.0.1:1/v1", KEY, max_retries=0).generate("a fox"),
        lambda: Client("http://127.0.0.1:1/v1", KEY, max_retries=0).edit(png(), "a hat"),
    ]
    for call in calls:
        with pytest.raises(errors.APIConnectionError) as caught:
            call()
        assert_hidden(told(caught.value))
        service.wait_for(1)  # or the next request would be given the answer that is meant for this one
        hold.set()


def test_an_interruption_in_the_middle_of_a_request(service, keyed, monkeypatch):
    """Ctrl+C while waiting: the traceback runs through the HTTP libraries, whose variables are the headers."""
    from urllib3.connection import HTTPConnection

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(HTTPConnection, "getresponse", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        keyed.generate("a fox")
    found = told(caught.value)
    assert "urllib3" in found
    assert "headers = " in found, "the variables are shown"
    assert_hidden(found)


@pytest.mark.parametrize("end", ["\n", "\r\nX-More: 1", "…", "\x00"])
def test_a_key_that_cannot_be_sent_is_not_repeated(service, end):
    key = f"{KEY}{end}tail"
    with pytest.raises(errors.InvalidRequestError, match="API key holds a line end") as caught:
        Client(service.url, key)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert caught.value.param == "api_key"
    with pytest.raises(errors.InvalidRequestError, match="The header api-key"):
        Client(service.url, headers={"api-key": key})


@pytest.mark.parametrize("around", ["{}\n", " {}\r\n", "\t{} "])
def test_what_copying_leaves_around_a_key_is_left_out(service, monkeypatch, around):
    monkeypatch.setenv("OPENAI_API_KEY", around.format(KEY))
    for client in (Client(service.url, around.format(KEY)), Client(service.url)):
        service.answer(reply(png()))
        client.generate("a fox")
    assert {got.headers["authorization"] for got in service.received} == {f"Bearer {KEY}"}


def test_a_password_in_the_address(service):
    client = Client(f"http://me:{KEY.replace('/', '%2F')}@127.0.0.1:1/v1", max_retries=0)
    assert_hidden(deep(client), client.base_url)
    with pytest.raises(errors.APIConnectionError) as caught:
        client.generate("a fox")
    assert_hidden(told(caught.value))
    with pytest.raises(errors.InvalidRequestError, match="no address") as caught:
        Client(f"http://me:{KEY.replace('/', '%2F')}@[::1/v1")
    assert_hidden("".join(traceback.format_exception(caught.value)))


@pytest.mark.parametrize(
    "key",
    [
        KEY,
        "sk-proj-abc.def:8000",
        "SK-abc",
        "sk-localhost",
        "0123456789abcdef0123456789abcdef.Zq8vTz1mNb5kLp2x",
        "eyJhbGciOi.eyJzdWIiOiIx.SflKxwRJ",
        "gsk_abcdef",
        "me:hunter22@localhost:8000/v1",
    ],
)
def test_a_key_in_the_place_of_the_address_is_not_shown(monkeypatch, key):
    for make in (Client, iw.configure, iw.login):
        with pytest.raises(errors.InvalidRequestError, match=r"api_key=, or better: iw\.login\(\)") as caught:
            make(key)
        assert key not in "".join(traceback.format_exception(caught.value))
        assert caught.value.param == "base_url"
    monkeypatch.setenv("OPENAI_BASE_URL", key)
    with pytest.raises(errors.InvalidRequestError, match=r"^OPENAI_BASE_URL") as caught:
        Client()
    assert key not in "".join(traceback.format_exception(caught.value))


def test_short_keys_hide_nothing_else(service):
    credentials = Credentials({"Authorization": "Bearer none"})
    assert credentials.hide("the key none is wrong; nonesuch") == "the key … is wrong; nonesuch"
    assert Credentials({"Authorization": None}).hide("as it was") == "as it was"
    assert Credentials({"X-Team": "a-long-name"}).hide("a-long-name") == "a-long-name", "that is no secret"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_client_is_not_pickled(keyed, protocol):
    for each in (keyed, keyed._connection, keyed._connection._credentials, [keyed]):
        out = io.BytesIO()
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dump(each, out, protocol)
        assert_hidden(out.getvalue())


def test_a_copy_is_the_client_itself(keyed):
    assert copy.deepcopy({"client": keyed})["client"] is keyed
    assert_hidden(repr(copy.deepcopy(keyed)))


def test_no_key_goes_where_pictures_are_fetched(service, keyed):
    service.answer({"data": [{"url": "/a"}, {"url": f"{service.root}/b"}, {"b64_json": b64(png())}]})
    service.answer(png())
    service.answer(b"", status=302, headers={"location": "/c"})
    service.answer(png())
    keyed.generate("a fox", n=3)
    for got in service.received[1:]:
        assert_hidden(got.headers, got.path, got.body)


def test_a_redirection_is_not_followed_with_the_key(service, keyed):
    service.answer(b"", status=307, headers={"location": f"{service.root}/elsewhere"})
    with pytest.raises(errors.APIResponseError, match="never followed with a key") as caught:
        keyed.generate("a fox")
    assert len(service.received) == 1
    assert_hidden(told(caught.value))


def test_warnings(service, keyed, monkeypatch):
    monkeypatch.setattr("imagewidgets.client.building._warned", set())
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        Client("https://gateway.example.org/v1", KEY).create_request("a fox", model="dall-e-3")
    assert found
    assert_hidden(*(repr(vars(each)) for each in found))


# iw.login()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A person who types the key where it is not shown; what was asked is recorded."""
    prompts: list[str] = []
    monkeypatch.setattr(api, "_default", None)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: (prompts.append(prompt), f"{KEY}\n")[1])
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("this would be shown"))
    return prompts


def test_login_asks_without_showing_and_configures(service, asked, capsys):
    service.answer(reply(png()))
    client = iw.login(service.url)
    assert asked == [f"API key for {service.root.removeprefix('http://')}: "]
    assert client is api.default_client()
    iw.generate("a fox")
    assert service.received[0].headers["authorization"] == f"Bearer {KEY}"
    assert_hidden(deep(client), *capsys.readouterr())


def test_login_leads_to_openai_where_nothing_else_is_said(asked):
    assert repr(iw.login()) == "Client(OpenAI, api.openai.com)"
    assert asked == ["API key for OpenAI: "]


def test_login_takes_the_options_of_configure(service, asked):
    client = iw.login(service.url, query={"api-version": "9"}, max_retries=0)
    assert client._connection.max_retries == 0


def test_login_keeps_the_key_out_of_files_and_the_environment(asked, isolated_environment, tmp_path):
    import os

    iw.login()
    assert_hidden(dict(os.environ))
    assert not [path for path in isolated_environment.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("", "No key was given"),
        ("  \n", "No key was given"),
        (EOFError(), "nobody to ask"),
        (NotImplementedError("no stdin"), "nobody to ask"),
        (f"{KEY}\nsecond line", "holds a line end"),
    ],
)
def test_login_that_fails_changes_nothing(monkeypatch, answer, words):
    def typed(_: str) -> str:
        if isinstance(answer, str):
            return answer
        raise answer

    monkeypatch.setattr(getpass, "getpass", typed)
    before = iw.configure("sketch")
    with pytest.raises(errors.InvalidRequestError, match=words) as caught:
        iw.login()
    assert api.default_client() is before
    assert KEY not in str(caught.value)


def test_login_does_not_fall_back_to_a_prompt_that_shows_the_key(monkeypatch):
    def fallen_back(_: str) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        return KEY

    monkeypatch.setattr(getpass, "getpass", fallen_back)
    with pytest.raises(errors.InvalidRequestError, match="no way to hide"):
        iw.login()
