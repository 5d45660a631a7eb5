"""The connection to one service: sends a request, again where that is safe, and says what went wrong on the way."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError

from imagewidgets.cancellation import Cancellation, running
from imagewidgets.client import retries
from imagewidgets.client.answers import Answer, raise_for_status
from imagewidgets.client.transport import make_session
from imagewidgets.errors import (
    APIConnectionError,
    APIError,
    APIResponseError,
    APITimeoutError,
    CancelledError,
    ImagesError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECT_TIMEOUT = 5.0  # s
DOWNLOAD_TIMEOUT = 60.0  # s for a whole picture
DOWNLOAD_BYTES = 100 * 1024 * 1024  # the file of a picture is never larger
DOWNLOADS_AT_ONCE = 4
DOWNLOAD_TRIES = 2  # fetching a picture again costs nothing
CHUNK = 1 << 18  # bytes


class Connection:
    """One base URL, with the headers and the query that every request to it carries."""

    def __init__(
        self,
        base_url: str,
        service: str,
        *,
        headers: Mapping[str, str | None],
        query: Mapping[str, str],
        timeout: float,
        max_retries: int,
    ) -> None:
        self.base_url = base_url
        self.service = service
        self.timeout = timeout
        self.max_retries = max_retries
        self._query = dict(query)
        self._credentials = _Credentials(headers)
        self._session = make_session(base_url)

    def answer(self, method: str, path: str, *, cancel: Cancellation | None = None, **body: Any) -> Answer:
        """Send a request, and return its good answer, read to the end."""
        return self.read(self.open(method, path, cancel=cancel, **body), cancel)

    def read(self, response: requests.Response, cancel: Cancellation | None = None) -> Answer:
        """Read an answer to its end."""
        with self.errors(cancel), response:
            return Answer(
                status=response.status_code,
                headers=response.headers,
                body=response.raw.read(decode_content=True),
                url=response.url,
            )

    def open(self, method: str, path: str, *, cancel: Cancellation | None = None, **body: Any) -> requests.Response:
        """Send a request, again where that is safe, and return its good answer, not yet read.

        Raises
        ------
        APIError
            The service refused it, or could not be reached; `retries.delay` has said that there is no trying again.
        CancelledError
            `cancel` was thrown.
        """
        for attempt in itertools.count():
            try:
                with self.errors(cancel):
                    response = self._send(method, path, cancel, body)
                    if response.status_code < requests.codes.multiple_choices:
                        return response
                    raise_for_status(self.read(response, cancel), self.service)
            except ImagesError as error:
                seconds = retries.delay(error, attempt) if attempt < self.max_retries else None
                if seconds is None:
                    raise
                _wait(seconds, cancel)
        raise AssertionError("the loop above ends by returning or raising")

    def _send(self, method: str, path: str, cancel: Cancellation | None, body: dict[str, Any]) -> requests.Response:
        with running(cancel):
            return self._session.request(
                method,
                self.base_url + path,
                params=self._query,
                auth=self._credentials,
                timeout=(CONNECT_TIMEOUT, self.timeout),
                allow_redirects=False,  # a key and a bill go to the address that was given, and to no other
                stream=True,
                **body,
            )

    def download(self, urls: Sequence[str]) -> list[bytes | APIError]:
        """Fetch pictures that a reply names by their addresses: what came, or why it did not come, in their order."""
        with ThreadPoolExecutor(min(DOWNLOADS_AT_ONCE, len(urls))) as pool:
            return list(pool.map(self._fetched, urls))

    def _fetched(self, url: str) -> bytes | APIError:
        for last in (False, True):
            try:
                with self.errors():
                    return self._fetch(url)
            except APIError as error:
                if last or not isinstance(error, APIConnectionError):
                    return error
        raise AssertionError("the loop above ends by returning")

    def _fetch(self, url: str) -> bytes:
        """Fetch one picture, without the key: signed addresses refuse one."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise APIResponseError(f"The picture's address is neither http nor https: {url[:80]!r}.")
        chunks, size = [], 0
        until = time.monotonic() + DOWNLOAD_TIMEOUT
        timeout = (CONNECT_TIMEOUT, DOWNLOAD_TIMEOUT)
        with self._session.get(url, auth=_Credentials({}), timeout=timeout, stream=True) as response:
            if response.status_code != requests.codes.ok:
                raise APIResponseError(
                    f"The picture was made, but its address answered {response.status_code}. Addresses live for 60 "
                    "minutes; response_format='b64_json' needs none.",
                    status_code=response.status_code,
                )
            for chunk in response.iter_content(CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > DOWNLOAD_BYTES:
                    raise APIResponseError(
                        f"The picture's file is larger than {DOWNLOAD_BYTES:,} bytes; it was not kept."
                    )
                if time.monotonic() > until:
                    raise APIResponseError(f"The picture's file was not complete after {DOWNLOAD_TIMEOUT:g} s.")
        return b"".join(chunks)

    @contextmanager
    def errors(self, cancel: Cancellation | None = None) -> Iterator[None]:
        """Turn what goes wrong on the way into the errors of this package."""
        try:
            yield
        except (requests.RequestException, Urllib3Error, OSError) as error:
            if cancel is not None and cancel.cancelled:
                raise CancelledError("The request was cancelled.") from error
            raise self._translated(error) from error
        if cancel is not None and cancel.cancelled:
            raise CancelledError("The request was cancelled.")

    def _translated(self, error: Exception) -> APIConnectionError:
        if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
            return APIConnectionError(
                f"{self.service} cannot be reached. Check the network and base_url, or switch to the sketch engine: "
                "iw.configure('sketch').",
                sent=False,
            )
        if isinstance(error, requests.ReadTimeout | ReadTimeoutError):
            return APITimeoutError(
                f"No answer from {self.service} in {self.timeout:g} s. The pictures may already be billed, so nothing "
                "was sent again. Try again, or raise timeout."
            )
        if isinstance(error, ValueError):  # requests' InvalidURL, MissingSchema, InvalidSchema: a base_url that is none
            return APIConnectionError(
                f"The address {self.base_url!r} cannot be used: {type(error).__name__}. Check base_url.", sent=False
            )
        return APIConnectionError(
            f"The connection to {self.service} broke before the answer was complete. The pictures may already be "
            "billed, so nothing was sent again. Try again if you need them."
        )


def _never_connected(error: Exception) -> bool:
    """Tell whether the connection was never made, so that nothing can have been sent."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


def _wait(seconds: float, cancel: Cancellation | None) -> None:
    if cancel is None:
        time.sleep(seconds)
    elif cancel.wait(seconds):
        raise CancelledError("The request was cancelled.")


class _Credentials(AuthBase):
    """The headers that prove who asks: an object of its own, so that no repr shows them and no .netrc replaces them."""

    def __init__(self, headers: Mapping[str, str | None]) -> None:
        self._headers = {name: value for name, value in headers.items() if value}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request

    def __repr__(self) -> str:
        return "<credentials>"

    def __reduce__(self) -> str:
        raise TypeError("A client is not pickled: its key would be written with it. Make one where it is used.")
