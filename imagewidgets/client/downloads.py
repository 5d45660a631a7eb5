"""Pictures that a reply names by their addresses: fetched at once, for they expire, and without the key."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from imagewidgets.cancellation import Cancellation, running
from imagewidgets.errors import APIConnectionError, APIError, APIResponseError, APITimeoutError, CancelledError
from imagewidgets.images.fetching import FetchError, fetch_file, name

DOWNLOAD_BYTES = 100 * 1024 * 1024  # the file of a picture is never larger
DOWNLOADS_AT_ONCE = 4
DOWNLOAD_TRIES = 2  # fetching a picture again costs nothing


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
                return fetch_file(session, url, most_bytes=DOWNLOAD_BYTES)
        except FetchError as error:
            if cancel is not None and cancel.cancelled:
                raise CancelledError("The request was cancelled while its pictures were fetched.").with_pictures(
                    urls=[url]
                ) from error
            if tries == DOWNLOAD_TRIES or not error.broken:
                return _as_api_error(url, error)
    raise AssertionError("the loop above ends by returning")


def _as_api_error(url: str, error: FetchError) -> APIError:
    """Return what a failure means here: the picture was made, and maybe paid for, so its address is kept."""
    message = f"The picture was made, but {name(url)} {error.what}."
    found: APIError
    if error.late:
        found = APITimeoutError(f"{message} Its address is in urls.")
    elif error.broken:
        found = APIConnectionError(f"{message} Its address is in urls.")
    elif error.status is not None:
        advice = "Addresses live for 60 minutes; response_format='b64_json' needs none."
        found = APIResponseError(f"{message} {advice}", status_code=error.status)
    else:
        found = APIResponseError(message)
    found.__cause__ = error
    return found
