"""Pictures from the web, fetched from a server that misbehaves as told."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PIL import Image

from imagewidgets import images
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import fetching

PNG = images.to_png(Image.new("RGB", (4, 3), "red"))


class Web:
    """A server whose pages are functions of the request handler; `seen` are the headers that came."""

    def __init__(self):
        web = self
        self.pages, self.seen = {}, []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                web.seen.append((self.path, dict(self.headers)))
                web.pages[self.path.partition("?")[0]](self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def web():
    server = Web()
    yield server
    server.close()


def page(body=b"", status=200, length=None, **headers):
    def answer(handler):
        handler.send_response(status)
        for key, value in headers.items():
            handler.send_header(key, value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_picture_is_fetched(web):
    web.pages["/fox.png"] = page(PNG)
    assert images.load(f"{web.root}/fox.png").size == (4, 3)


def test_relative_redirects_are_followed_up_to_a_limit(web):
    for hop in range(7):
        web.pages[f"/{hop}"] = page(status=302, Location=f"/{hop + 1}")
    web.pages["/7"] = page(PNG)
    assert fetching.fetch(f"{web.root}/2") == PNG
    with pytest.raises(InvalidRequestError, match=r"/1 leads on to other addresses more than 5 times"):
        fetching.fetch(f"{web.root}/1")


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.invalid/x", "http://user:word@127.0.0.1/x"])
def test_a_redirect_leads_nowhere_else(web, to):
    web.pages["/a"] = page(status=302, Location=to)
    with pytest.raises(InvalidRequestError) as caught:
        fetching.fetch(f"{web.root}/a")
    assert len(web.seen) == 1
    assert "word" not in caught.value.message.replace("password", "")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "neither http nor https"),
        ("ftp://example.invalid/x.png", "neither http nor https"),
        ("http://", "neither http nor https"),
        ("http://[::1/x.png", "neither http nor https"),
        ("https://me:hush@example.invalid/x.png", "https://example.invalid/x.png is given with a user name"),
        ("http://127.0.0.1:9/x.png", "http://127.0.0.1:9/x.png cannot be reached"),
    ],
)
def test_addresses_that_cannot_be_used(url, words):
    with pytest.raises(InvalidRequestError) as caught:
        images.load(url)
    assert words in caught.value.message
    assert caught.value.param == "image"
    assert "hush" not in caught.value.message


def test_refusals_name_the_address_but_not_its_query(web):
    web.pages["/gone.png"] = page(status=404)
    with pytest.raises(InvalidRequestError) as caught:
        images.load(f"{web.root}/gone.png?sig=secret")
    assert f"{web.root}/gone.png answers 404" in caught.value.message
    assert "secret" not in caught.value.message
    assert web.seen[0][0] == "/gone.png?sig=secret"


def test_a_page_that_is_no_picture_is_named(web):
    web.pages["/page"] = page(b"<html>login</html>")
    with pytest.raises(InvalidRequestError, match=r"/page gives no picture\. These 18 bytes"):
        images.load(f"{web.root}/page")


def test_files_are_bounded(web, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    web.pages["/announced"] = page(length=1001)

    def unannounced(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(bytes(5000))

    web.pages["/unannounced"] = unannounced
    for name in web.pages:
        with pytest.raises(InvalidRequestError, match="is a file larger than"):
            fetching.fetch(web.root + name)


def test_time_is_bounded_however_slowly_it_trickles(web, monkeypatch):
    monkeypatch.setattr(fetching, "WHOLE_TIMEOUT", 0.2)
    done = threading.Event()

    def trickle(handler):
        handler.send_response(200)
        handler.end_headers()
        while not done.wait(0.01):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    web.pages["/slow"] = trickle
    try:
        with pytest.raises(InvalidRequestError, match=r"was not complete after 0\.2 s"):
            fetching.fetch(f"{web.root}/slow")
    finally:
        done.set()


def test_silence_is_bounded(web, monkeypatch):
    monkeypatch.setattr(fetching, "SILENCE_TIMEOUT", 0.1)
    done = threading.Event()
    web.pages["/silent"] = lambda handler: done.wait(10)
    try:
        with pytest.raises(InvalidRequestError, match="fell silent"):
            fetching.fetch(f"{web.root}/silent")
    finally:
        done.set()


def test_a_file_that_breaks_off_is_refused(web):
    web.pages["/half"] = page(PNG[:40], length=len(PNG))
    with pytest.raises(InvalidRequestError, match="/half"):
        fetching.fetch(f"{web.root}/half")


def test_nothing_of_the_user_goes_along(web, isolated_environment, monkeypatch):
    netrc = isolated_environment / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password hush\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    web.pages["/a"] = page(status=302, Location="/b")
    web.pages["/b"] = page(PNG)
    fetching.fetch(f"{web.root}/a")
    for _, headers in web.seen:
        assert "Authorization" not in headers
        assert "hush" not in str(headers)
        assert base64.b64encode(b"me:hush").decode() not in str(headers)


def test_a_picture_from_the_web_is_fetched_once(web):
    from imagewidgets.images.inputs import to_file
    from imagewidgets.images.pictures import opened

    web.pages["/fox.png"] = page(PNG)
    file = to_file(*opened(f"{web.root}/fox.png"))
    assert file.data == PNG
    assert len(web.seen) == 1
    assert np.asarray(file.image).shape == (3, 4, 3)
