"""Pictures at an address: fetched without credentials, and within limits of size, time and redirects.

Two parts of the package fetch pictures: `images.load`, for an address that a person gives, and the client, for those
that a reply names. Both do it by `fetch_file`; what a failure means to each, they say themselves.
"""

from __future__ import annotations

import time
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ReadTimeoutError

from imagewidgets import __version__
from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import MEBIBYTE

MOST_BYTES = 50 * MEBIBYTE  # what the API takes
MOST_REDIRECTS = 5
CONNECT_TIMEOUT = 5.0  # s
SILENCE_TIMEOUT = 15.0  # s without a byte
WHOLE_TIMEOUT = 60.0  # s from the first request to the last byte
CHUNK = 1 << 18  # bytes
SHOWN = 120  # characters of an address in a sentence

# Pictures gain nothing from being packed again, and an unpacked answer cannot be larger than it was announced.
HEADERS = {"User-Agent": f"imagewidgets/{__version__}", "Accept": "image/*", "Accept-Encoding": "identity"}


class FetchError(Exception):
    """A file that could not be fetched.

    Attributes
    ----------
    what : str
        Why, as the end of a sentence that begins with the address.
    status : int or None
        What the address answered, where it answered something else than 200.
    broken : bool
        The connection failed: trying again may help.
    late : bool
        It took too long.
    """

    def __init__(self, what: str, *, status: int | None = None, broken: bool = False, late: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.status = status
        self.broken = broken
        self.late = late


class _Anonymous(AuthBase):
    """No credentials: with an object of its own, requests does not look into ``.netrc`` for any."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def fetch(url: str) -> bytes:
    """Return the file at an address that a person gives.

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
    try:
        with requests.Session() as session:
            return fetch_file(session, url, most_bytes=MOST_BYTES, personal=False)
    except FetchError as error:
        raise InvalidRequestError(
            f"{name(url)} {error.what}. Nothing was sent to the service. Give another address, or download the picture "
            "and give its path.",
            param="image",
            code="invalid_image_url",
        ) from error


def fetch_file(session: requests.Session, url: str, *, most_bytes: int, personal: bool = True) -> bytes:
    """Return the file at an address, or at the one it leads on to.

    Parameters
    ----------
    session
        Whose connections are used.
    url
        Each address on the way is looked at before it is asked: only ``http:`` and ``https:`` ones are.
    most_bytes
        The largest file that is kept.
    personal
        Whether an address may hold a user name or a password; they are not sent.

    Raises
    ------
    FetchError
        What went wrong.
    """
    until = time.monotonic() + WHOLE_TIMEOUT
    address = url
    try:
        for _ in range(MOST_REDIRECTS + 1):
            _check(address, personal=personal)
            with session.get(
                address,
                headers=HEADERS,
                auth=_Anonymous(),
                timeout=(CONNECT_TIMEOUT, min(SILENCE_TIMEOUT, WHOLE_TIMEOUT)),
                allow_redirects=False,
                stream=True,
            ) as response:
                if not response.is_redirect:
                    return _body(response, most_bytes, until)
                address = urljoin(address, response.headers["location"])
    except (requests.RequestException, HTTPError, OSError) as error:
        late = isinstance(error, requests.ReadTimeout | ReadTimeoutError | TimeoutError)
        if time.monotonic() >= until:
            raise _late() from error
        what = "fell silent" if late else "cannot be reached, or the connection broke"
        raise FetchError(what, broken=not late, late=late) from error
    except ValueError as error:  # brackets that do not close, in a redirection: requests reads it in any case
        raise FetchError("leads on to an address that is neither http nor https") from error
    raise FetchError(f"leads on to other addresses more than {MOST_REDIRECTS} times")


def name(url: str) -> str:
    """Return an address as sentences name it: shortened, and without its query, user name and password."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that do not close
        return url.partition("?")[0].rpartition("@")[2][:SHOWN]
    text = SplitResult(parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "").geturl()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _check(address: str, *, personal: bool) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        named = "@" in parts.netloc
    except ValueError:
        usable = named = False
    if not usable:
        raise FetchError("is, or leads on to, an address that is neither http nor https")
    if named and not personal:
        raise FetchError("is given with a user name or a password, which are not sent")


def _body(response: requests.Response, most_bytes: int, until: float) -> bytes:
    if response.status_code != requests.codes.ok:
        reason = f"{response.status_code} {response.reason or ''}".rstrip()
        raise FetchError(f"answers {reason}", status=response.status_code)
    too_large = FetchError(f"is a file larger than {most_bytes:,} bytes")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise too_large
    chunks, size = [], 0
    # read1 returns what has come: read would wait for a whole chunk, however slowly it trickles in.
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > most_bytes:
            raise too_large
        if time.monotonic() > until:
            raise _late()
    if announced.isdecimal() and size < int(announced):
        raise FetchError(f"broke off after {size:,} of {int(announced):,} bytes", broken=True)
    return b"".join(chunks)


def _late() -> FetchError:
    return FetchError(f"was not complete after {WHOLE_TIMEOUT:g} s", late=True)
