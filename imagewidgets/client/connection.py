"""The connection to one service: sends a request, again where that is safe, and says what went wrong on the way."""

from __future__ import annotations

import itertools
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import DecodeError, NewConnectionError, ReadTimeoutError
from urllib3.exceptions import HTTPError as Urllib3Error

from imagewidgets.cancellation import Cancellation, running
from imagewidgets.client import retries
from imagewidgets.client.answers import Answer, raise_for_status
from imagewidgets.client.bodies import read_body
from imagewidgets.client.credentials import Credentials, without_frames
from imagewidgets.client.pace import Pace, pause
from imagewidgets.client.transport import BrokenOffError, make_session, within
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

    from PIL import Image

    from imagewidgets.client.wire import EditForm

    Rescue = Callable[[bytes | bytearray, Mapping[bytes, bytes]], Sequence[Image.Image]]

Fault = TypeVar("Fault", bound=BaseException)

CONNECT_TIMEOUT = 5.0  # s
# What OpenSSL calls a peer with whom no secure connection can be agreed on, so that nothing is ever sent.
NO_AGREEMENT = frozenset(
    {
        "WRONG_VERSION_NUMBER",
        "UNSUPPORTED_PROTOCOL",
        "HTTP_REQUEST",
        "NO_PROTOCOLS_AVAILABLE",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
    }
)
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
        edits: EditForm,
    ) -> None:
        self.base_url = base_url
        self.service = service
        self.timeout = timeout
        self.max_retries = max_retries
        self.edits = edits
        self.query = dict(query)
        self._credentials = Credentials(headers)
        self._session = make_session(base_url)
        self._pace = Pace()
        self._blanks: dict[tuple[str, str], requests.PreparedRequest] = {}
        # Proxies and certificates, as the environment names them now: looking through it takes as long as sending.
        self._settings = self._session.merge_environment_settings(base_url, {}, True, None, None)

    def answer(self, method: str, path: str, *, cancel: Cancellation | None = None, **body: Any) -> Answer:
        """Send a request, and return its good answer, read to the end."""
        return self.read(self.open(method, path, cancel=cancel, **body), cancel)

    def read(
        self, response: requests.Response, cancel: Cancellation | None = None, *, rescue: Rescue | None = None
    ) -> Answer:
        """Read an answer to its end.

        Parameters
        ----------
        response
            From `open`.
        cancel
            A switch to stop it from another thread.
        rescue
            Finds pictures in an answer that broke off; the error brings them along.

        Raises
        ------
        APIConnectionError, APITimeoutError
            It broke off, or was not complete in time.
        APIResponseError
            It is larger than `bodies.LARGEST_ANSWER`, or cannot be unpacked.
        """
        with self.errors(cancel, response.headers.get("x-request-id"), rescue), response:
            body, pictures = read_body(response, self.service)
            return Answer(
                status=response.status_code,
                headers=self._headers(response),
                body=self._without_key(body, response.status_code),
                url=response.url,
                pictures=pictures,
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
            self._pace.wait(cancel)
            try:
                with self.errors(cancel):
                    response = self._send(method, path, cancel, body)
                    if response.status_code < requests.codes.multiple_choices:
                        return response
                    raise_for_status(self.read(response, cancel), self.service)
            except ImagesError as error:
                self._pace.hold(retries.asked_of_all(error))
                seconds = retries.delay(error, attempt) if attempt < self.max_retries else None
                if seconds is None:
                    raise
                pause(seconds, cancel)
        raise AssertionError("the loop above ends by returning or raising")

    def _send(self, method: str, path: str, cancel: Cancellation | None, body: dict[str, Any]) -> requests.Response:
        try:
            with running(cancel), within(self.timeout):
                return self._session.send(
                    self._prepared(method, path, **body),
                    timeout=(CONNECT_TIMEOUT, self.timeout),
                    allow_redirects=False,  # a key and a bill go to the address that was given, and to no other
                    **self._settings,
                )
        except (requests.RequestException, Urllib3Error):
            raise
        except ValueError as error:  # requests reads the address of a redirection even if it is not to follow it
            raise APIResponseError(
                f"{self.service} answered with a redirection to an address that is none. Correct base_url."
            ) from without_frames(error)

    def _prepared(
        self, method: str, path: str, *, data: Any = None, files: Any = None, headers: Mapping[str, str] | None = None
    ) -> requests.PreparedRequest:
        """Return a request ready to send.

        What is the same each time (the address, the query, the headers of the session) is made once: that is most of
        the work. It is kept without the key.
        """
        blank = self._blanks.get((method, path))
        if blank is None:
            bare = requests.Request(method, self.base_url + path, params=self.query, auth=_nobody)
            blank = self._blanks[method, path] = self._session.prepare_request(bare)
        request = blank.copy()
        request.headers.update(headers or {})
        request.prepare_body(data, files)
        self._credentials(request)
        if len(self._session.cookies):  # set by an earlier answer, some gateways find their way by them
            request.prepare_cookies(self._session.cookies)
        return request

    def download(self, urls: Sequence[str], *, cancel: Cancellation | None = None) -> list[bytes | APIError]:
        """Fetch pictures that a reply names by their addresses: what came, or why it did not come, in their order."""
        from imagewidgets.client.downloads import download  # only some services answer with addresses

        return download(self._session, urls, cancel)

    def _headers(self, response: requests.Response) -> Mapping[str, str]:
        """Return the headers of an answer; those that errors keep, without the key, which some gateways repeat."""
        if response.status_code < requests.codes.multiple_choices:
            return response.headers
        return CaseInsensitiveDict((name, self.hide(value)) for name, value in response.headers.items())

    def _without_key(self, body: bytes | bytearray, status: int) -> bytes | bytearray:
        """Hide the key in answers that may repeat it; a large good one is pictures, and searching it takes time."""
        if status < requests.codes.multiple_choices and len(body) > SEARCHED_FOR_A_KEY:
            return body
        return self._credentials.hide_in(body)

    def hide(self, text: str) -> str:
        """Return a text with the key in it replaced by ``…``: some services repeat it in their messages."""
        return self._credentials.hide(text)

    @contextmanager
    def errors(
        self, cancel: Cancellation | None = None, request_id: str | None = None, rescue: Rescue | None = None
    ) -> Iterator[None]:
        """Turn what goes wrong on the way into the errors of this package."""
        try:
            yield
        except (requests.RequestException, Urllib3Error, OSError) as error:
            if cancel is not None and cancel.cancelled:
                raise CancelledError("The request was cancelled.") from without_frames(error)
            translated = self._translated(error)
            translated.request_id = request_id
            arrived, pictures = _arrived(error)
            if rescue is not None and (arrived or pictures):
                translated.with_pictures(rescue(arrived, pictures))
            raise translated from without_frames(error)
        if cancel is not None and cancel.cancelled:
            raise CancelledError("The request was cancelled.")

    def _translated(self, error: Exception) -> APIError:
        if isinstance(error, DecodeError):
            return APIResponseError(
                f"{self.service} answered, but its answer cannot be unpacked: it is not what its Content-Encoding says."
            )
        lasting = self._lasting(error)
        if lasting is not None:
            return APIConnectionError(lasting, sent=False, lasting=True)
        if isinstance(error, requests.ConnectTimeout) or _cause(error, NewConnectionError):
            return APIConnectionError(
                f"{self.service} cannot be reached. Check the network and base_url, or switch to the sketch engine: "
                "iw.configure('sketch').",
                sent=False,
            )
        broken = _cause(error, BrokenOffError)
        if broken.late if broken else _cause(error, TimeoutError, requests.ReadTimeout, ReadTimeoutError):
            return APITimeoutError(
                f"No whole answer from {self.service} in {self.timeout:g} s. The pictures may already be billed, so "
                "nothing was sent again. Try again, or raise timeout."
            )
        return APIConnectionError(
            f"The connection to {self.service} broke before the answer was complete. The pictures may already be "
            "billed, so nothing was sent again. Try again if you need them."
        )

    def _lasting(self, error: Exception) -> str | None:
        """Return the sentence for what stays wrong until somebody sets it right, and where nothing was sent."""
        secure = _cause(error, ssl.SSLError)
        if isinstance(secure, ssl.SSLCertVerificationError):
            return (
                f"The certificate of {self.service} cannot be verified: {secure.verify_message}. Where a proxy or a "
                "server of your own signs certificates, set REQUESTS_CA_BUNDLE to the file with its root certificate."
            )
        if secure is not None and secure.reason in NO_AGREEMENT:
            return (
                f"No secure connection to {self.service} can be agreed on ({secure.reason}). Check base_url (http or "
                "https?) and the proxy in HTTPS_PROXY."
            )
        if isinstance(error, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL) or "SOCKS" in str(
            error
        ):
            return (
                f"The proxy on the way to {self.service} cannot be used: it is not there, refuses, or its address is "
                "none. Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY."
            )
        if isinstance(error, ValueError):  # requests' InvalidURL, MissingSchema, InvalidSchema: a base_url that is none
            return (
                f"The address {self.base_url!r} cannot be used: {type(error).__name__}. Check base_url, and HTTP_PROXY "
                "and HTTPS_PROXY if they are set."
            )
        if type(error) is OSError and "TLS CA certificate" in str(error):  # as requests says it
            return "The file that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there. Correct it, or unset it."
        return None


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Prove nothing. Where `requests` is given no proof at all, it looks for one in ``.netrc``."""
    return request


def _cause(error: BaseException, *kinds: type[Fault]) -> Fault | None:
    """Return what of these kinds is behind an error; the HTTP libraries wrap errors into errors, in several ways."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or found in seen:
            continue
        if isinstance(found, kinds):
            return found
        seen.append(found)
        waiting += (*found.args, getattr(found, "reason", None), found.__cause__)
    return None


def _arrived(error: BaseException) -> tuple[bytes | bytearray, dict[bytes, bytes]]:
    """Return what came of the answer before it broke off, and let go of it: it may repeat the key."""
    broken = _cause(error, BrokenOffError)
    if broken is None:
        return b"", {}
    arrived, broken.arrived = broken.arrived, b""
    pictures, broken.pictures = broken.pictures, {}
    return arrived, pictures
