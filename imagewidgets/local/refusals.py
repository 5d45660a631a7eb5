"""How the local Images API says no: one exception, one error body."""

from __future__ import annotations

import http
from typing import Any

from imagewidgets.errors import InvalidRequestError

CLIENT_CLOSED_REQUEST = 499  # no registered status; the one that web servers log when the client has hung up
UNPROCESSABLE = 422  # the request keeps to all rules, and the engine cannot do it
CODES = {
    401: "invalid_api_key",
    404: "unknown_url",
    405: "method_not_supported",
    413: "request_too_large",
    415: "unsupported_content_type",
    429: "rate_limit_exceeded",
    500: "server_error",
    503: "server_overloaded",
}
"""The code of an HTTP status, where a refusal has none of its own."""
TOO_MANY_REQUESTS = 429
UNAVAILABLE = 503  # for now: the server is about to stop

LONGEST_MESSAGE = 1_000  # characters; a message quotes the value it is about, and that may be of any length


class RefusedError(Exception):
    """A request that is not served.

    Parameters
    ----------
    message
        What was wrong and what to do, as sentences.
    status
        The HTTP status.
    param, code
        The parameter it is about and the API's machine-readable code.
    headers
        HTTP headers that go with the status.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.param = param
        self.code = code
        self.headers = headers or {}

    @classmethod
    def from_invalid(cls, error: InvalidRequestError, *, param: str | None = None) -> RefusedError:
        """Return the 400 for a request that `operations.check` or `images` refuses; `param` replaces the error's."""
        return cls(error.message, param=param or error.param, code=error.code or "invalid_value")

    def body(self) -> dict[str, Any]:
        """Return the API's error body."""
        return error_body(self.message, self.status, param=self.param, code=self.code)


def error_body(message: str, status: int, *, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """Return the API's error body: the same four keys at every status."""
    kind = "server_error" if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    if status == TOO_MANY_REQUESTS:
        kind = "rate_limit_error"
    if len(message) > LONGEST_MESSAGE:
        message = message[:LONGEST_MESSAGE] + "…"
    return {"error": {"message": message, "type": kind, "param": param, "code": code or CODES.get(status)}}
