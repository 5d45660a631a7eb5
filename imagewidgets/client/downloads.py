"""Pictures that a reply names by their addresses: fetched at once, for they expire, and without the key."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import ReadTimeoutError

from imagewidgets.cancellation import Cancellation, running
from imagewidgets.client.credentials import Credentials
from imagewidgets.errors import APIConnectionError, APIError, APIResponseError, APITimeoutError, CancelledError
from imagewidgets.images.fetching import name

CONNECT_TIMEOUT = 5.0  # s
DOWNLOAD_TIMEOUT = 60.0  # s for a whole picture
DOWNLOAD_BYTES = 100 * 1024 * 1024  # the file of a picture is never larger
DOWNLOADS_AT_ONCE = 4
DOWNLOAD_TRIES = 2  # fetching a picture again costs nothing
MOST_REDIRECTS = 5
CHUNK = 1 << 18  # bytes

# Pictures gain nothing from being packed again, and a file cannot be larger than it was announced.
HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity"}
NO_CREDENTIALS = Credentials({})  # signed addresses refuse a key, and others have no business with it


def download(
    session: requests.Session, urls: Sequence[str], cancel: Cancellation | None = None
) -> list[bytes | APIError]:
    """Fetch pictures: what came, or why it did not come, in the order of their addresses.

    Raises
    ------
    CancelledError
        `cancel` was thrown.
    """
    with ThreadPoolExecutor(min(DOWNLOADS_AT_ONCE, len(urls))) as pool:
        return list(pool.map(lambda url: _tried(session, url, cancel), urls))


def _tried(session: requests.Session, url: str, cancel: Cancellation | None) -> bytes | APIError:
    for tries in range(1, DOWNLOAD_TRIES + 1):
        try:
            with running(cancel):
                return _fetched(session, url)
        except APIError as error:
            if cancel is not None and cancel.cancelled:
                raise CancelledError("The request was cancelled while its pictures were fetched.").with_pictures(
                    urls=[url]
                ) from error
            broken = isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError)
            if tries == DOWNLOAD_TRIES or not broken:
                return error
    raise AssertionError("the loop above ends by returning")


def _fetched(session: requests.Session, url: str) -> bytes:
    """Fetch one picture; each address on the way is looked at before it is asked."""
    until = time.monotonic() + DOWNLOAD_TIMEOUT
    address = url
    try:
        for _ in range(MOST_REDIRECTS + 1):
            _check(address)
            with session.get(
                address,
                headers=HEADERS,
                auth=NO_CREDENTIALS,
                timeout=(CONNECT_TIMEOUT, DOWNLOAD_TIMEOUT),
                allow_redirects=False,
                stream=True,
            ) as response:
                if not response.is_redirect:
                    return _body(response, until)
                address = urljoin(address, response.headers["location"])
    except (requests.Timeout, ReadTimeoutError, TimeoutError) as error:
        raise _late() from error
    except (requests.RequestException, Urllib3Error, OSError) as error:
        raise APIConnectionError(
            f"The picture was made, but {name(url)} cannot be reached, or the connection broke. Its address is in the "
            "error's urls."
        ) from error
    except ValueError as error:  # brackets that do not close, in a redirection: requests reads it in any case
        raise APIResponseError(f"{name(url)} leads on to an address that is neither http nor https.") from error
    raise APIResponseError(f"{name(url)} leads on to other addresses more than {MOST_REDIRECTS} times.")


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # brackets that do not close
        usable = False
    if not usable:
        raise APIResponseError(f"The picture's address is neither http nor https: {name(address)!r}.")


def _body(response: requests.Response, until: float) -> bytes:
    if response.status_code != requests.codes.ok:
        raise APIResponseError(
            f"The picture was made, but its address answered {response.status_code}. Addresses live for 60 minutes; "
            "response_format='b64_json' needs none.",
            status_code=response.status_code,
        )
    too_large = APIResponseError(f"The picture's file is larger than {DOWNLOAD_BYTES:,} bytes; it was not kept.")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > DOWNLOAD_BYTES:
        raise too_large
    chunks, size = [], 0
    # read1 returns what has come: read would wait for a whole chunk, however slowly it trickles in.
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > DOWNLOAD_BYTES:
            raise too_large
        if time.monotonic() > until:
            raise _late()
    if announced.isdecimal() and size < int(announced):
        raise APIConnectionError(f"The picture's file broke off after {size:,} of {int(announced):,} bytes.")
    return b"".join(chunks)


def _late() -> APITimeoutError:
    return APITimeoutError(f"The picture's file was not complete after {DOWNLOAD_TIMEOUT:g} s. Its address is in urls.")
