"""Everything that can go wrong, as one tree.

The names are those of the official SDK, so that code written for it reads the same here::

    ImagesError
    ├── InvalidRequestError            refused before sending: nothing was sent, nothing was charged (a ValueError too)
    ├── CancelledError                 stopped by the caller
    ├── NotRecordedError               replay="only", and the gallery has no answer to this request
    └── APIError
        ├── APIConnectionError         the service could not be reached, or the connection broke
        │   └── APITimeoutError        no answer in time; the pictures may already be billed
        ├── APIResponseError           an answer that makes no sense: HTML, broken JSON, no pictures
        └── APIStatusError             an answer with a status of 400 or above
            ├── BadRequestError             400
            │   └── ContentPolicyError      400, the service refused the content
            ├── AuthenticationError         401
            ├── PermissionDeniedError       403
            ├── NotFoundError               404
            ├── ConflictError               409
            ├── UnprocessableEntityError    422
            ├── RateLimitError              429
            │   └── QuotaError              429, no credit left: trying again will not help
            └── InternalServerError         500 and above
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image


class ImagesError(Exception):
    """Base of all errors of this package.

    Attributes
    ----------
    message : str
        What was wrong and what to do next, as sentences.
    code, param : str or None
        The API's machine-readable code and the parameter it is about, where they are known.
    status_code : int or None
        The HTTP status, where there was an answer.
    request_id : str or None
        The service's name for the request (``x-request-id``): worth quoting when asking for help.
    images : list of PIL.Image.Image
        Finished pictures that did arrive before it went wrong: what may have been paid for is not lost.
    partial : PIL.Image.Image or None
        The last unfinished picture of a stream that broke off.
    urls : list of str
        Addresses of pictures that were made but could not be fetched.
    """

    status_code: int | None = None

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.request_id = request_id
        self.images: list[Image.Image] = []
        self.partial: Image.Image | None = None
        self.urls: list[str] = []

    def with_pictures(
        self, images: Sequence[Image.Image] = (), partial: Image.Image | None = None, urls: Sequence[str] = ()
    ) -> ImagesError:
        """Attach what did arrive, and return the error itself."""
        self.images, self.partial, self.urls = list(images), partial, list(urls)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the error with its attributes: the usual way knows no keywords that must be given."""
        return _unfilled, (type(self), self.message), self.__dict__


def _unfilled(kind: type[ImagesError], message: str) -> ImagesError:
    """Make an error whose attributes are filled in later."""
    return kind.__new__(kind, message)


class InvalidRequestError(ImagesError, ValueError):
    """The request breaks a rule of its model, so it was not sent. `param` names the parameter."""


class CancelledError(ImagesError):
    """The caller cancelled the request before its answer was there."""


class NotRecordedError(ImagesError):
    """The gallery has no answer to this request, and no service is asked (``replay="only"``).

    `digest` is what the answer would be known by, `take` which answer was asked for.
    """

    def __init__(self, message: str, *, digest: str = "", take: int = 0, request_id: str | None = None) -> None:
        super().__init__(message, code="not_recorded", request_id=request_id)
        self.digest = digest
        self.take = take


class APIError(ImagesError):
    """Something went wrong on the way to the service, at it, or on the way back."""


class APIConnectionError(APIError):
    """The service could not be reached, or the connection broke before the answer was complete.

    `sent` is False where it is sure that the service never got the request, so that nothing can have been charged.
    `lasting` is True where trying again cannot help before something is set right, such as a certificate.
    """

    def __init__(
        self, message: str, *, sent: bool = True, lasting: bool = False, request_id: str | None = None
    ) -> None:
        super().__init__(message, request_id=request_id)
        self.sent = sent
        self.lasting = lasting


class APITimeoutError(APIConnectionError):
    """No answer came in time. Nothing is sent again by itself: the pictures may already be billed."""


class APIResponseError(APIError):
    """The service answered with something that is no answer of the Images API."""

    def __init__(
        self,
        message: str,
        *,
        status_code: int | None = None,
        code: str | None = None,
        param: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, code=code, param=param, request_id=request_id)
        self.status_code = status_code


class APIStatusError(APIError):
    """The service refused the request: `status_code` is 400 or above; `headers` are those of the answer."""

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        code: str | None = None,
        param: str | None = None,
        request_id: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, code=code, param=param, request_id=request_id)
        self.status_code = status_code
        self.headers: Mapping[str, str] = headers or {}


class BadRequestError(APIStatusError):
    """400: a parameter is wrong."""


class ContentPolicyError(BadRequestError):
    """400: the service refuses the content of the prompt or of a picture."""


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong or expired."""


class PermissionDeniedError(APIStatusError):
    """403: the key is not allowed to do this."""


class NotFoundError(APIStatusError):
    """404: no such address, or no such model."""


class ConflictError(APIStatusError):
    """409: another request got in the way."""


class UnprocessableEntityError(APIStatusError):
    """422: the service understood the request but cannot use it."""


class RateLimitError(APIStatusError):
    """429: too many requests for now."""


class QuotaError(RateLimitError):
    """429: the account has no credit left; trying again will not help."""


class InternalServerError(APIStatusError):
    """500 and above: the service itself failed."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}
_BY_CODE: dict[str, type[APIStatusError]] = {
    "moderation_blocked": ContentPolicyError,
    "content_policy_violation": ContentPolicyError,
    "insufficient_quota": QuotaError,
}


def status_error_class(status: int, code: str | None) -> type[APIStatusError]:
    """Return the class for an HTTP status (400 or above) and the API's error code."""
    by_code = _BY_CODE.get(code or "")
    if by_code is not None:
        return by_code
    if status >= 500:
        return InternalServerError
    return _BY_STATUS.get(status, APIStatusError)
