"""What can be wrong with pictures and their addresses: each its own clear error, and nothing is bought twice."""

from __future__ import annotations

import gzip
import threading

import pytest

from imagewidgets import errors
from imagewidgets.client import downloads
from imagewidgets.images import fetching
from imagewidgets.images.whole import is_whole
from tests.client.faults import address, claiming, refused, saved
from tests.client.service import b64, png, reply
from tests.client.test_streams import completed, text


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
