"""Where requests go: from arguments and the environment to an address, and the words for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from imagewidgets.client.credentials import OWN_CREDENTIALS, without_user
from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import EMBEDDED_URL, SKETCH

if TYPE_CHECKING:
    from imagewidgets.client.wire import EditForm

OPENAI_URL = "https://api.openai.com/v1"
XAI_HOST = "api.x.ai"  # takes edits in its own JSON form only


class Destination(NamedTuple):
    """Where requests go, in the words that widgets show: `icon` is offline, cloud or server."""

    icon: str
    name: str
    detail: str


class Address(NamedTuple):
    """A base URL, and the headers that prove who asks. The repr leaves the headers out."""

    base_url: str
    headers: dict[str, str | None]

    def __repr__(self) -> str:
        return f"Address({self.base_url!r})"

    @property
    def embedded(self) -> bool:
        """Whether this is the embedded engine."""
        return self.base_url == EMBEDDED_URL

    @property
    def on_this_machine(self) -> bool:
        """Whether what is sent stays on this machine."""
        return self.embedded or urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")

    @property
    def edit_form(self) -> EditForm:
        """The form in which edits are sent there where nothing else is said."""
        return "xai" if urlsplit(self.base_url).hostname == XAI_HOST else "multipart"

    @property
    def destination(self) -> Destination:
        """The words for it."""
        if self.embedded:
            return Destination("offline", "Sketch engine", "offline")
        host = urlsplit(self.base_url).netloc.rpartition("@")[2]
        if host == urlsplit(OPENAI_URL).netloc:
            return Destination("cloud", "OpenAI", host)
        return Destination("server", host, "")


def resolve(
    base_url: str | None,
    api_key: str | None,
    organization: str | None,
    project: str | None,
    headers: Mapping[str, str] | None,
) -> Address:
    """Return where requests go: arguments first, then the environment, then the embedded engine.

    Headers that say who asks (`OWN_CREDENTIALS`), and an address with a user name in it, stand in for the environment's
    key and account: those belong to another service.

    Raises
    ------
    InvalidRequestError
        `base_url` is no address at all.
    """
    own = any(name.lower() in OWN_CREDENTIALS for name in headers or {})
    key = _given(api_key) or (None if own else _environment("OPENAI_API_KEY"))
    url = _given(base_url) or _environment("OPENAI_BASE_URL") or (OPENAI_URL if key or own else EMBEDDED_URL)
    if url in (SKETCH.name, EMBEDDED_URL):
        return Address(EMBEDDED_URL, {})
    try:
        url, user = without_user(url.rstrip("/"))
    except ValueError:  # brackets that do not close; its words repeat the address, which may hold a password
        raise InvalidRequestError(
            "base_url is no address. It looks like https://example.org/v1.", param="base_url"
        ) from None
    if user and not _given(api_key):
        own, key = True, None
    account = {
        "Authorization": f"Bearer {key}" if key else user,
        "OpenAI-Organization": organization or (None if own else _environment("OPENAI_ORG_ID")),
        "OpenAI-Project": project or (None if own else _environment("OPENAI_PROJECT_ID")),
    }
    return Address(url, {**account, **(headers or {})})


def _given(text: str | None) -> str | None:
    """Return a text without the white space that copying leaves around it, or None where there is no more."""
    return (text or "").strip() or None


def _environment(name: str) -> str | None:
    return _given(os.environ.get(name))
