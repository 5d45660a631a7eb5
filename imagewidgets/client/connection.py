"""The connection to one service: sends a request, again where that is safe, and says what went wrong on the way."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import DecodeError, MaxRetryError, NewConnectionError, ReadTimeoutError
from urllib3.exceptions import HTTPError as Urllib3Error

from imagewidgets.cancellation import Cancellation, running
from imagewidgets.client import retries
from imagewidgets.client.answers import Answer, raise_for_status
from imagewidgets.client.credentials import Credentials, without_frames
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
SEARCHED_FOR_A_KEY = 1 << 16  # bytes of a good answer


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
        edits: str,
    ) -> None:
        self.base_url = base_url
        self.service = service
        self.timeout = timeout
        self.max_retries = max_retries
        self.edits = edits
        self._query = dict(query)
        self._credentials = Credentials(headers)
        self._session = make_session(base_url)

    def answer(self, method: str, path: str, *, cancel: Cancellation | None = None, **body: Any) -> Answer:
        """Send a request, and return its good answer, read to the end."""
        return self.read(self.open(method, path, cancel=cancel, **body), cancel)

    def read(self, response: requests.Response, cancel: Cancellation | None = None) -> Answer:
        """Read an answer to its end."""
        with self.errors(cancel, response.headers.get("x-request-id")), response:
            return Answer(
                status=response.status_code,
                headers=response.headers,
                body=self._without_key(response.raw.read(decode_content=True), response.status_code),
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
        try:
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
        except (requests.RequestException, Urllib3Error):
            raise
        except ValueError as error:  # requests reads the address of a redirection even if it is not to follow it
            raise APIResponseError(
                f"{self.service} answered with a redirection to an address that is none. Correct base_url."
            ) from without_frames(error)

    def download(self, urls: Sequence[str], *, cancel: Cancellation | None = None) -> list[bytes | APIError]:
        """Fetch pictures that a reply names by their addresses: what came, or why it did not come, in their order."""
        from imagewidgets.client.downloads import download  # only some services answer with addresses

        return download(self._session, urls, cancel)

    def _without_key(self, body: bytes, status: int) -> bytes:
        """Hide the key in answers that may repeat it; a large good one is pictures, and searching it takes time."""
        if status < requests.codes.multiple_choices and len(body) > SEARCHED_FOR_A_KEY:
            return body
        return self._credentials.hide_in(body)

    def hide(self, text: str) -> str:
        """Return a text with the key in it replaced by ``…``: some services repeat it in their messages."""
        return self._credentials.hide(text)

    @contextmanager
    def errors(self, cancel: Cancellation | None = None, request_id: str | None = None) -> Iterator[None]:
        """Turn what goes wrong on the way into the errors of this package."""
        try:
            yield
        except (requests.RequestException, Urllib3Error, OSError) as error:
            if cancel is not None and cancel.cancelled:
                raise CancelledError("The request was cancelled.") from without_frames(error)
            translated = self._translated(error)
            translated.request_id = request_id
            raise translated from without_frames(error)
        if cancel is not None and cancel.cancelled:
            raise CancelledError("The request was cancelled.")

    def _translated(self, error: Exception) -> APIError:
        if isinstance(error, DecodeError):
            return APIResponseError(
                f"{self.service} answered, but its answer cannot be unpacked: it is not what its Content-Encoding says."
            )
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
