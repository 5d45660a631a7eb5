"""What proves who asks: it goes out with every request, and nowhere else.

A key can leave by many doors: a repr, a traceback with local variables, a pickle, a service that repeats it in its
error message. Each of them is closed here.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote, urlsplit

import requests
from requests.auth import AuthBase

from imagewidgets.errors import InvalidRequestError

HIDDEN = "…"
SECRET_NAME = re.compile(r"auth|key|token|secret|password|cookie", re.IGNORECASE)
# Headers by which a service is told who asks, in place of the key of the environment: Azure's, Google's, gateways'.
OWN_CREDENTIALS = frozenset({"authorization", "api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key"})
PLACEHOLDER_LENGTH = 8  # characters; shorter keys are words such as "none" or "EMPTY", which are parts of other words


class Hidden(str):
    """A text whose repr does not show it: HTTP libraries keep headers in local variables, tracebacks may show those."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(HIDDEN)


class Credentials(AuthBase):
    """The headers that go along with every request.

    An object of its own, for two reasons: `requests` looks into no ``.netrc`` where it is given one, and no repr of
    what holds it shows them.

    Parameters
    ----------
    headers
        By their names; those without a value are left out.

    Raises
    ------
    InvalidRequestError
        A value cannot be sent as a header. The sentence does not repeat it.
    """

    def __init__(self, headers: Mapping[str, str | None]) -> None:
        self._headers = {name: Hidden(value) for name, value in headers.items() if value}
        for name, value in self._headers.items():
            if not (value.isascii() and value.isprintable()):
                what = "The API key" if name == "Authorization" else f"The header {name}"
                raise InvalidRequestError(
                    f"{what} holds a line end or another sign that cannot be sent. Copy it again, whole and alone.",
                    param="api_key" if name == "Authorization" else "headers",
                )
        self._secrets = _secrets(self._headers)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the headers on a request."""
        request.headers.update(self._headers)
        return request

    def hide(self, text: str) -> str:
        """Return a text with every secret in it replaced by ``…``."""
        for secret in self._secrets:
            if len(secret) >= PLACEHOLDER_LENGTH:
                text = text.replace(secret, HIDDEN)
            else:
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", HIDDEN, text)
        return text

    def hide_in(self, body: bytes | bytearray) -> bytes | bytearray:
        """Return the body of an answer with every secret in it replaced; nearly always it is the body itself."""
        if not any(secret.encode() in body for secret in self._secrets):
            return body
        return self.hide(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def __repr__(self) -> str:
        return "<credentials>"

    def __reduce__(self) -> str:
        raise TypeError("A client is not pickled: its key would be written with it. Make one where it is used.")


def _secrets(headers: Mapping[str, Hidden]) -> tuple[Hidden, ...]:
    """Return what must not be shown of some headers, the longest first, also as JSON writes it."""
    found = set()
    for name, value in headers.items():
        if SECRET_NAME.search(name):
            token = value.partition(" ")[2]  # of "Bearer …"
            found |= {form for text in (value, token) if text for form in _as_written(text)}
    return tuple(Hidden(text) for text in sorted(found, key=len, reverse=True))


def _as_written(text: str) -> tuple[str, ...]:
    """Return a text as it stands by itself, and as it stands in JSON, where some escape slashes."""
    return text, text.replace("/", r"\/"), json.dumps(text)[1:-1]


def without_user(url: str) -> tuple[str, str | None]:
    """Return an address without the user name and password in it, and the header that says them."""
    parts = urlsplit(url)
    user, found, host = parts.netloc.rpartition("@")
    if not found:
        return url, None
    name, _, password = user.partition(":")
    pair = f"{unquote(name)}:{unquote(password)}".encode()
    bare = SplitResult(parts.scheme, host, parts.path, parts.query, parts.fragment).geturl()
    return bare, f"Basic {base64.b64encode(pair).decode()}"


def without_frames(error: BaseException | None) -> BaseException | None:
    """Return an error without the frames that it came through, in all of its chain.

    Those of the HTTP libraries hold the headers as bytes, and notebooks have tracebacks that show local variables.
    """
    link = error
    while link is not None:
        link.__traceback__ = None
        link = link.__cause__ or link.__context__
    return error
