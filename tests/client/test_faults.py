"""What can be wrong with pictures, addresses and answers: each its own clear error, and nothing is bought twice."""

from __future__ import annotations

import copy
import gzip
import io
import json
import pickle
import socket
import struct
import time
import warnings
import zlib
from typing import Any

import pytest
from PIL import Image

from imagewidgets import errors
from imagewidgets.client import Client, bodies, building, connection, downloads
from imagewidgets.client.destination import Address
from imagewidgets.images import fetching
from imagewidgets.images.whole import is_whole
from imagewidgets.rules import check
from tests.client.service import Service, b64, end_the_time_after, png, reply
from tests.client.test_streams import completed, partial, text

ELSEWHERE = Address("https://gateway.example.org/v1", {})


def saved(kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A small PNG file whose head claims a large picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


# Pictures


@pytest.mark.parametrize("way", ["base64", "address", "stream"])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (claiming(50_000, 50_000), "read"),
        (claiming(12_000, 12_000), "12000 × 12000 px is too large"),
        (claiming(4097, 4096), "4097 × 4096 px is too large"),
        (saved("PNG")[:-200], "PNG file breaks off after"),
        (saved("PNG")[:-1], "PNG file breaks off after"),
        (saved("JPEG")[:-300], "JPEG file breaks off after"),
        (saved("WEBP", lossless=True)[:-30], "read|breaks off"),
        (b"<html>not a picture</html>", "no picture that can be read"),
        (b"\x89PNG\r\n\x1a\n", "no picture that can be read"),
    ],
    ids=["bomb", "too large", "a pixel too large", "cut", "cut by a byte", "jpeg", "webp", "html", "only a head"],
)
def test_pictures_that_cannot_be_used(service, client, way, data, words):
    """Said when the reply comes, not hours later when somebody asks for the pixels; the other picture is not lost."""
    good = png("blue")
    if way == "stream":
        broken = {**completed(), "b64_json": b64(data)}
        service.answer(text(completed("blue"), broken), content_type="text/event-stream")
        words = "a picture in its stream cannot be read"
    elif way == "address":
        service.answer({"data": [{"b64_json": b64(good)}, {"url": "/files/a"}]})
        service.answer(data)
    else:
        service.answer(reply(good, data))
    with pytest.raises(errors.APIResponseError, match=words) as caught:
        result = client.generate("a fox", n=2, stream=way == "stream")
        result.result()
    assert [image.getpixel((0, 0)) for image in caught.value.images] == [(0, 0, 255)]
    assert len([got for got in service.received if got.method == "POST"]) == 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_whole_files_are_whole_and_with_something_behind_them_too(kind):
    data = saved(kind)
    assert is_whole(data)
    assert is_whole(data + b"\0" * 5000)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_files_that_break_off_anywhere_are_not_whole(kind):
    data = saved(kind)
    assert not any(is_whole(data[:length]) for length in range(12, len(data) - 1, 37))


# Addresses


def address(service, url: str = "/files/a") -> None:
    service.answer({"data": [{"url": url}]}, headers={"x-request-id": "req_5"})


def refused(client: Client, words: str, kind: type[errors.APIError] = errors.APIError) -> errors.ImagesError:
    with pytest.raises(kind, match=words) as caught:
        client.generate("a fox")
    return caught.value


def test_redirections_of_an_address_are_followed(service, client):
    address(service)
    for step in range(fetching.MOST_REDIRECTS):
        service.answer(b"", status=(301, 302, 303, 307, 308)[step % 5], headers={"location": f"/step/{step}"})
    service.answer(png("blue"))
    assert client.generate("a fox")[0].getpixel((0, 0)) == (0, 0, 255)
    assert [got.path for got in service.received[2:]] == [f"/step/{step}" for step in range(5)]
    assert all(got.headers["authorization"] is None for got in service.received[1:])


def test_but_only_so_many(service, client):
    address(service)
    for _ in range(fetching.MOST_REDIRECTS + 1):
        service.answer(b"", status=302, headers={"location": "/round"})
    error = refused(client, "more than 5 times")
    assert error.urls == [f"{service.root}/files/a"]
    assert len(service.received) == 1 + fetching.MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/a", "http://[::1", "javascript:0", "HTTPX://a/b"]
)
@pytest.mark.parametrize("by", ["reply", "redirection"])
def test_never_to_anything_but_the_web(service, client, by, target):
    if by == "redirection":
        address(service)
        service.answer(b"", status=302, headers={"location": target})
    else:
        address(service, target)
    assert refused(client, "neither http nor https", errors.APIResponseError).images == []
    assert len(service.received) == (2 if by == "redirection" else 1)


def test_a_redirection_to_another_host_gets_no_credentials(service, client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    address(service)
    service.answer(b"", status=302, headers={"location": service.root.replace("127.0.0.1", "localhost") + "/b"})
    service.answer(png())
    client.generate("a fox")
    assert service.received[2].headers["host"].startswith("localhost")
    assert [got.headers["authorization"] for got in service.received[1:]] == [None, None]


def test_a_download_that_trickles_in_ends_in_time(service, client, monkeypatch):
    monkeypatch.setattr(fetching, "WHOLE_TIMEOUT", 0.3)
    address(service)
    service.answer(saved("PNG"), drip=0.02)
    error = refused(client, "not complete after 0.3 s", errors.APITimeoutError)  # the whole would take minutes
    assert error.urls == [f"{service.root}/files/a"]
    service.wait_for(2)
    assert len(service.received) == 2, "it is not tried again: the next one would trickle too"


def test_a_download_that_says_nothing_ends_in_time(service, client, monkeypatch):
    import threading

    monkeypatch.setattr(fetching, "WHOLE_TIMEOUT", 0.2)
    hold = threading.Event()
    address(service)
    service.answer(png(), hold=hold)
    refused(client, "not complete after", errors.APITimeoutError)
    hold.set()


@pytest.mark.parametrize("announced", [None, 0], ids=["announced", "unannounced"])
def test_a_huge_download_is_not_kept(service, client, monkeypatch, announced):
    monkeypatch.setattr(downloads, "DOWNLOAD_BYTES", 1000)
    address(service)
    headers = {} if announced is None else {"content-encoding": "gzip"}
    service.answer(gzip.compress(b"\0" * 5000) if headers else b"\0" * 5000, headers=headers)
    refused(client, "larger than 1,000 bytes")


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 500])
def test_a_download_that_is_refused_says_how(service, client, status):
    address(service)
    service.answer(b"no", status=status)
    error = refused(client, f"answers {status}", errors.APIResponseError)
    assert error.request_id == "req_5"
    assert error.urls == [f"{service.root}/files/a"]
    assert len(service.received) == 2, "neither fetched again nor bought again"


def test_an_address_where_nobody_is(service, client):
    address(service, "http://127.0.0.1:1/a.png?sig=secret")
    error = refused(client, r"http://127\.0\.0\.1:1/a\.png cannot be reached", errors.APIConnectionError)
    assert "secret" not in error.message, "signed addresses are keys too"
    assert error.urls == ["http://127.0.0.1:1/a.png?sig=secret"]


def test_what_can_be_fetched_comes_along_with_what_cannot(service, client):
    urls = ["/files/a", "http://127.0.0.1:1/b", "/files/c"]
    service.answer({"data": [{"url": url} for url in urls]}, headers={"x-request-id": "req_6"})
    service.answer(png("blue"))
    service.answer(png("blue"))
    with pytest.raises(errors.APIResponseError, match="picture 2 of 3") as caught:
        client.generate("a fox", n=3)
    assert len(caught.value.images) == 2
    assert caught.value.urls == ["http://127.0.0.1:1/b"]
    assert caught.value.request_id == "req_6"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("data:image/png;base64,@@", "cannot be read"),
        ("data:image/png,abc", "cannot be read"),
        (" ", "no picture|http"),
    ],
)
def test_data_addresses_that_are_none(service, client, url, words):
    address(service, url)
    service.answer(b"")
    refused(client, words, errors.APIResponseError)


# Answers


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_answer(service, client, encoding):
    body = json.dumps(reply(png("blue"))).encode()
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    service.answer(packed, headers={"content-encoding": encoding})
    assert client.generate("a fox")[0].getpixel((0, 0)) == (0, 0, 255)


def test_a_packed_refusal_keeps_its_words(service, client):
    service.answer(
        gzip.compress(b'{"error": {"message": "not like this"}}'), status=400, headers={"content-encoding": "gzip"}
    )
    refused(client, "not like this", errors.BadRequestError)


def test_an_answer_that_is_not_packed_as_it_says(service, client):
    service.answer(reply(png()), headers={"content-encoding": "gzip", "x-request-id": "req_4"})
    assert refused(client, "cannot be unpacked", errors.APIResponseError).request_id == "req_4"
    assert len(service.received) == 1


def test_an_answer_that_is_longer_than_announced(service, client):
    service.answer(reply(png()), length=40)
    refused(client, "no whole JSON", errors.APIResponseError)
    service.answer(reply(png()))
    assert len(client.generate("a fox")) == 1, "what was left over is not taken for the next answer"


def test_an_answer_that_is_shorter_than_announced(service, client):
    service.answer(reply(png()), length=100_000, headers={"x-request-id": "req_3"})
    assert refused(client, "may already be billed", errors.APIConnectionError).request_id == "req_3"
    assert len(service.received) == 1


def test_a_stream_that_nobody_asked_for(service, client):
    service.answer(text(partial(), completed("blue")), content_type="text/event-stream; charset=utf-8")
    response = client.generate("a fox")
    assert response[0].getpixel((0, 0)) == (0, 0, 255)
    assert len(response.files) == 1


def test_a_stream_that_nobody_asked_for_and_that_breaks_off(service, client):
    service.answer(text(partial()), content_type="text/event-stream")
    error = refused(client, "before the picture was complete", errors.APIResponseError)
    assert error.partial is not None


@pytest.mark.parametrize("body", [b"\xff\xfe{}", b'{"data": [{"b64_json": "\xff"}]}', b"null", b"\0" * 50, b"NaN"])
def test_answers_in_no_text(service, client, body):
    service.answer(body)
    refused(client, "answered 200, but", errors.APIResponseError)


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/", "http://[::1", "", "file:///etc/passwd"])
def test_a_redirection_of_the_request_itself(service, client, target):
    service.answer(b"", status=307, headers={"location": target})
    refused(client, r"redirection.* Correct base_url", errors.APIResponseError)
    assert len(service.received) == 1


def test_an_error_under_200_keeps_its_code(service, client):
    service.answer({"error": {"message": "no", "code": "busy", "param": "size"}}, headers={"x-request-id": "req_8"})
    error = refused(client, "error inside: no", errors.APIResponseError)
    assert (error.code, error.param, error.request_id, error.status_code) == ("busy", "size", "req_8", 200)


def test_an_error_beside_pictures_brings_them_along(service, client):
    service.answer({**reply(png("blue")), "error": "the second one failed"})
    error = refused(client, "the second one failed", errors.APIResponseError)
    assert [image.getpixel((0, 0)) for image in error.images] == [(0, 0, 255)]


@pytest.mark.parametrize("key", ["detail", "message"])
def test_an_error_under_200_by_another_name(service, client, key):
    service.answer({key: "the model is loading"})
    refused(client, "the model is loading", errors.APIResponseError)


def test_more_pictures_than_wanted_are_kept(service, client):
    service.answer(reply(png(), png("blue")))
    assert len(client.generate("a fox", n=1)) == 2


def whole(*files: bytes) -> bytes:
    return json.dumps(reply(*files)).encode()


@pytest.mark.parametrize("way", ["truncated", "broken off", "unannounced", "packed"])
def test_whole_pictures_of_an_answer_that_ends_too_soon_are_kept(service, client, way):
    """They may have been paid for. The second picture is cut in its middle."""
    body, cut = whole(png("blue"), saved("PNG")), len(b64(saved("PNG"))) // 2
    if way == "truncated":
        service.answer(body[:-cut])
    elif way == "broken off":
        service.answer(body, cut=cut)
    elif way == "unannounced":
        chunks = b"%x\r\n%b\r\n" % (len(body) + 1, body[:-cut])
        service.answer(chunks, headers={"transfer-encoding": "chunked"}, cut=1)
    else:
        service.answer(gzip.compress(body, 0), headers={"content-encoding": "gzip"}, cut=cut)
    kind = errors.APIResponseError if way == "truncated" else errors.APIConnectionError
    error = refused(client, "no whole JSON" if way == "truncated" else "broke before", kind)
    assert [image.getpixel((0, 0)) for image in error.images] == [(0, 0, 255)]
    assert len(service.received) == 1


def test_pictures_that_cannot_be_used_are_not_rescued(service, client):
    service.answer(whole(b"no picture", claiming(50_000, 50_000), png("blue"))[:-2])
    assert len(refused(client, "no whole JSON").images) == 1


@pytest.mark.parametrize("way", ["plain", "packed", "stream"])
def test_an_answer_that_trickles_in_ends_in_time(service, way):
    """Each byte comes in time, the whole answer does not: it would take a quarter of a minute, or many."""
    body, headers = whole(png("blue"), saved("PNG")), {}
    if way == "packed":
        body, headers = gzip.compress(body), {"content-encoding": "gzip"}
    kind = "text/event-stream" if way == "stream" else "application/json"
    service.answer(b": wait\n\n" * 100 if way == "stream" else body, drip=0.02, headers=headers, content_type=kind)
    started = time.monotonic()
    error = refused(Client(service.url, timeout=0.3), "No whole answer from .* in 0.3 s", errors.APITimeoutError)
    assert time.monotonic() - started >= 0.3
    assert error.sent
    service.wait_for(1)
    assert len(service.received) == 1


def test_pictures_that_came_before_the_time_was_over_are_kept(service, client, monkeypatch):
    body = whole(png("blue"), saved("PNG"))
    service.answer(body, length=len(body) + 1, linger=True)
    end_the_time_after(monkeypatch, body)
    error = refused(client, "No whole answer", errors.APITimeoutError)
    assert len(error.images) == 2


@pytest.mark.parametrize("way", ["announced", "unannounced", "packed"])
def test_a_huge_answer_is_not_kept(service, client, monkeypatch, way):
    monkeypatch.setattr(bodies, "LARGEST_ANSWER", 1 << 20)
    monkeypatch.setattr(bodies, "CHUNK", 1 << 12)
    body, headers = b" " * (5 << 20), {}
    if way == "packed":
        body, headers = gzip.compress(body), {"content-encoding": "gzip"}
        assert len(body) < 1 << 14, "a bomb"
    elif way == "unannounced":
        body, headers = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body), {"transfer-encoding": "chunked"}
    service.answer(body, headers={**headers, "x-request-id": "req_9"})
    error = refused(client, "larger than 1,048,576 bytes", errors.APIResponseError)
    assert error.request_id == "req_9"
    assert len(service.received) == 1


def test_an_answer_that_claims_to_be_endless(service, client):
    """No memory is taken for what was only announced."""
    service.answer(b"{", length=1 << 45)
    refused(client, "larger than", errors.APIResponseError)


# Roads


def never_sent(base_url: str, words: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_wait", lambda *_: pytest.fail("it waits to try again"))
        error = refused(Client(base_url, "sk-secret"), words, errors.APIConnectionError)
    assert isinstance(error, errors.APIConnectionError)
    assert not error.sent
    assert error.lasting


def test_a_certificate_that_nobody_vouches_for(certificate, monkeypatch):
    service = Service(certificate)
    never_sent(service.url, "certificate of .* cannot be verified: self-signed .*REQUESTS_CA_BUNDLE")
    assert not service.received
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    service.answer(reply(png()))
    assert len(Client(service.url, "sk-secret").generate("a fox")) == 1, "what the sentence says does help"
    service.close()


def test_no_tls_where_https_was_asked_for(service):
    never_sent(service.url.replace("http:", "https:"), "No secure connection .*http or https")


def test_a_bundle_that_is_not_there(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    never_sent("https://127.0.0.1:1/v1", "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there")


@pytest.mark.parametrize("proxy", ["http://someone:hunter22@127.0.0.1:1", "http:///nowhere", "socks5://127.0.0.1:1"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_cannot_be_used(monkeypatch, proxy, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", proxy)
    never_sent(f"{scheme}://gateway.example.org/v1", "The proxy on the way to .*HTTPS_PROXY")


def test_the_environment_is_read_when_the_client_is_made(service, client, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    service.answer(reply(png()))
    assert len(client.generate("a fox")) == 1
    never_sent(service.url, "The proxy on the way")


def test_sending_has_the_time_of_the_request_not_that_of_connecting(service, monkeypatch):
    """A large upload over a slow line takes longer than a connection may."""
    client = Client(service.url, "sk-secret", timeout=1000)
    seen = []
    send = socket.socket.sendall

    def sendall(sock: socket.socket, *args: Any) -> None:
        seen.append(sock.gettimeout())
        send(sock, *args)

    monkeypatch.setattr(socket.socket, "sendall", sendall)
    for _ in range(2):  # over a new connection, and over one that was kept
        service.answer(reply(png()))
        client.edit(png(), "a hat")
    from_here = [timeout for timeout in seen if timeout is not None]  # the service's have none
    assert from_here
    assert all(connection.CONNECT_TIMEOUT < timeout <= 1000 for timeout in from_here), from_here


# Errors


def kinds(base: type[errors.ImagesError] = errors.ImagesError) -> list[type[errors.ImagesError]]:
    return [base, *(kind for below in base.__subclasses__() for kind in kinds(below))]


@pytest.mark.parametrize("kind", dict.fromkeys(kinds()))
def test_errors_can_be_pickled_with_all_they_know(kind):
    options: dict[str, Any] = {"request_id": "req_1"}
    if issubclass(kind, errors.APIStatusError):
        options |= {"status_code": 429, "code": "slow", "param": "n", "headers": {"retry-after": "1"}}
    if issubclass(kind, errors.APIConnectionError):
        options |= {"sent": False, "lasting": True}
    error = kind("It went wrong.", **options).with_pictures([Image.new("RGB", (2, 2))], urls=["https://a.b/c"])
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(copied) is kind
        assert str(copied) == copied.message == "It went wrong."
        assert copied.args == error.args
        assert vars(copied) == vars(error)
        assert copied.urls == ["https://a.b/c"]
        assert copied.images[0].size == (2, 2)


# Models


@pytest.mark.parametrize(
    ("model", "day"),
    [("gpt-image-1", "23 October 2026"), ("gpt-image-1.5", "1 December 2026"), ("dall-e-3", "12 May 2026")],
)
def test_a_model_about_to_be_shut_down_warns_once(monkeypatch, model, day):
    monkeypatch.setattr(building, "_warned", set())
    with pytest.warns(FutureWarning, match=f"{model} .*{day}; use gpt-image-2 instead") as found:
        building.create(ELSEWHERE, "a fox", model=model)
    assert len(found) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        building.create(ELSEWHERE, "a fox", model=model)
        building.edit(ELSEWHERE, png(), "a hat", model="gpt-image-2")


def test_the_warning_points_to_the_line_that_asks_for_the_model(monkeypatch):
    from imagewidgets import api

    for call in (
        lambda: building.create(ELSEWHERE, "a fox", model="dall-e-3"),
        lambda: Client("https://gateway.example.org/v1").create_request("a fox", model="dall-e-3"),
        lambda: api.configure("https://gateway.example.org/v1").create_request("a fox", model="dall-e-3"),
    ):
        monkeypatch.setattr(building, "_warned", set())
        with pytest.warns(FutureWarning) as found:
            call()
        assert found[0].filename == __file__
    api.configure("sketch")


@pytest.mark.parametrize("name", ["gpt-image-1", "gpt-image-2", "gpt-image-2.5-flare", "dall-e-3"])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_no_variations_of_models_that_make_none(name):
    with pytest.raises(errors.InvalidRequestError, match=r"Use edit.*with a prompt"):
        building.variation(ELSEWHERE, png(), model=name)


def test_a_model_that_nobody_knows_is_not_checked():
    request = building.create(
        ELSEWHERE, "x" * 100_000, model="new", n=500, size="tiny", quality="superb", style="own", background="plaid"
    )
    check(request)
    assert request.parameters()["quality"] == "superb"
