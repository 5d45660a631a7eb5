"""The connection to one service: sends a request, reads its answer to the end, says what went wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import ReadTimeoutError

from imagewidgets.client.reply import Answer
from imagewidgets.client.transport import make_session
from imagewidgets.errors import APIConnectionError, APIResponseError, APITimeoutError, CancelledError

if TYPE_CHECKING:
    from imagewidgets.cancellation import Cancellation

CONNECT_TIMEOUT = 5.0  # s
DOWNLOAD_TIMEOUT = 60.0  # s without a byte
DOWNLOAD_BYTES = 100 * 1024 * 1024  # the file of a picture is never larger
CHUNK = 1 << 20  # bytes


class Connection:
    """One base URL, with the headers and the query that every request to it carries."""

    def __init__(
        self, base_url: str, service: str, *, headers: dict[str, str | None], query: dict[str, str], timeout: float
    ) -> None:
        self.base_url = base_url
        self.service = service
        self.timeout = timeout
        self._query = query
        self._credentials = _Credentials(headers)
        self._session = make_session(base_url)

    def answer(self, method: str, path: str, **body: Any) -> Answer:
        """Send one request and read the answer to its end, whatever its status."""
        url = self.base_url + path
        with self._session.request(
            method,
            url,
            params=self._query,
            auth=self._credentials,
            timeout=(CONNECT_TIMEOUT, self.timeout),
            allow_redirects=False,  # a key and a bill go to the address that was given, and to no other
            stream=True,
            **body,
        ) as response:
            return Answer(
                status=response.status_code,
                content_type=response.headers.get("content-type", ""),
                body=response.raw.read(decode_content=True),
                url=url,
                request_id=response.headers.get("x-request-id"),
            )

    def download(self, url: str) -> bytes:
        """Fetch a picture that a reply names by its address, without the key: signed addresses refuse one."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise APIResponseError(f"The picture's address is neither http nor https: {url[:80]!r}.")
        chunks, size = [], 0
        timeout = (CONNECT_TIMEOUT, DOWNLOAD_TIMEOUT)
        with self._session.get(url, auth=_Credentials({}), timeout=timeout, stream=True) as response:
            if response.status_code != requests.codes.ok:
                raise APIResponseError(
                    f"The picture could not be fetched: its address answered {response.status_code}. Addresses live "
                    "for 60 minutes; response_format='b64_json' needs none.",
                    status_code=response.status_code,
                )
            for chunk in response.iter_content(CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > DOWNLOAD_BYTES:
                    raise APIResponseError(
                        f"The picture's file is larger than {DOWNLOAD_BYTES:,} bytes; it was not kept."
                    )
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
        if isinstance(error, requests.ConnectTimeout) or _refused(error):
            return APIConnectionError(
                f"{self.service} cannot be reached. Check the network and base_url, or switch to the sketch engine: "
                "iw.configure('sketch')."
            )
        if isinstance(error, requests.ReadTimeout | ReadTimeoutError):
            return APITimeoutError(
                f"No answer from {self.service} in {self.timeout:g} s. The pictures may already be billed, so nothing "
                "was sent again. Try again, or raise timeout."
            )
        if isinstance(error, requests.ConnectionError | Urllib3Error | OSError) and not isinstance(
            error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema
        ):
            return APIConnectionError(
                f"The connection to {self.service} broke before the answer was complete. The pictures may already be "
                "billed, so nothing was sent again. Try again if you need them."
            )
        return APIConnectionError(
            f"The address {self.base_url!r} cannot be used: {type(error).__name__}. Check base_url."
        )


def _refused(error: Exception) -> bool:
    """Tell whether the connection was never made, so that nothing can have been sent."""
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


class _Credentials(AuthBase):
    """The headers that prove who asks: an object of its own, so that no repr shows them and no .netrc replaces them."""

    def __init__(self, headers: dict[str, str | None]) -> None:
        self._headers = {name: value for name, value in headers.items() if value}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request

    def __repr__(self) -> str:
        return "<credentials>"
