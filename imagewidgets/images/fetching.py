"""Pictures from the web: one bounded download, with nothing of the user's going along."""

from __future__ import annotations

import time
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from imagewidgets import __version__
from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import MEBIBYTE

MOST_BYTES = 50 * MEBIBYTE  # no model takes a larger file
MOST_REDIRECTS = 5
CONNECT_TIMEOUT = 5.0  # s
SILENCE_TIMEOUT = 15.0  # s without a single byte
WHOLE_TIMEOUT = 60.0  # s from the first request to the last byte
CHUNK = 1 << 18  # bytes
SHOWN = 120  # characters of an address in a sentence

# Pictures gain nothing from being packed again, and an unpacked answer cannot be larger than it was announced.
HEADERS = {"User-Agent": f"imagewidgets/{__version__}", "Accept": "image/*", "Accept-Encoding": "identity"}


class _Anonymous(AuthBase):
    """No credentials: with an object of its own, requests does not look into ``.netrc`` for any."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def fetch(url: str) -> bytes:
    """Return the file at an address.

    Parameters
    ----------
    url
        ``http:`` or ``https:``, without a user name or a password. Proxies of the environment are used, a ``.netrc``
        is not.

    Raises
    ------
    InvalidRequestError
        The address cannot be used or reached, answers something else than 200, leads on more than `MOST_REDIRECTS`
        times, has more than `MOST_BYTES`, or takes longer than `WHOLE_TIMEOUT`. The sentence names the address,
        without its query, which may be a secret.
    """
    until = time.monotonic() + WHOLE_TIMEOUT
    address = url
    try:
        with requests.Session() as session:
            for _ in range(MOST_REDIRECTS + 1):
                _check(address)
                with session.get(
                    address,
                    headers=HEADERS,
                    auth=_Anonymous(),
                    timeout=(CONNECT_TIMEOUT, SILENCE_TIMEOUT),
                    allow_redirects=False,  # each address is checked before it is asked
                    stream=True,
                ) as response:
                    if not response.is_redirect:
                        return _body(response, url, until)
                    address = urljoin(address, response.headers["location"])
    except (requests.RequestException, HTTPError, OSError) as error:
        raise _refusal(url, "cannot be fetched: the connection failed or fell silent") from error
    raise _refusal(url, f"leads on to other addresses more than {MOST_REDIRECTS} times")


def name(url: str) -> str:
    """Return an address as sentences name it: shortened, and without its query, user name and password."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that do not close
        return url.partition("?")[0].rpartition("@")[2][:SHOWN]
    text = SplitResult(parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "").geturl()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        personal = "@" in parts.netloc
    except ValueError:
        usable = personal = False
    if not usable:
        raise _refusal(address, "is no address of a picture: only http:// and https:// are fetched")
    if personal:
        raise _refusal(address, "is given with a user name or a password, which are not sent")


def _body(response: requests.Response, url: str, until: float) -> bytes:
    if response.status_code != requests.codes.ok:
        raise _refusal(url, f"answers {response.status_code} {response.reason or ''}".rstrip())
    too_large = _refusal(url, f"is a file of more than {MOST_BYTES // MEBIBYTE} MiB")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        raise too_large
    chunks, size = [], 0
    # read1 returns what has come: read would wait for a whole chunk, however slowly it trickles in.
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise too_large
        if time.monotonic() > until:
            raise _refusal(url, f"was not complete after {WHOLE_TIMEOUT:g} s")
    if announced.isdecimal() and size < int(announced):
        raise _refusal(url, f"broke off after {size:,} of {int(announced):,} bytes")
    return b"".join(chunks)


def _refusal(url: str, what: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"{name(url)} {what}. Nothing was sent to the service. Give another address, or download the picture and give "
        "its path.",
        param="image",
        code="invalid_image_url",
    )
