"""Where requests go: from arguments and the environment to an address, and the words for it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from imagewidgets.client.credentials import OWN_CREDENTIALS, without_user
from imagewidgets.client.settings import check_mapping, check_text
from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import EMBEDDED_URL, SKETCH

if TYPE_CHECKING:
    from imagewidgets.client.wire import EditForm

OPENAI_URL = "https://api.openai.com/v1"
XAI_HOST = "api.x.ai"  # takes edits in its own JSON form only

# A host, perhaps with a port and a path, of which it is sure that it is no key: only that is repeated in a message.
_HOST = re.compile(
    r"(localhost|\d{1,3}(\.\d{1,3}){3}|([a-z0-9-]{1,20}\.)+[a-z]{2,8}|[a-z0-9-]{1,20}(?=:))(:\d{1,5})?(/[\w.-]{0,16})*",
)


class Destination(NamedTuple):
    """Where requests go, in the words that widgets show: `icon` is offline, cloud or server."""

    icon: str
    name: str
    detail: str

    @property
    def host(self) -> str:
        """The host, as price lists name it."""
        return self.detail if self.icon == "cloud" else self.name


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
        `base_url` is no address. The sentence repeats nothing that may be a key or a password. Or one of the others
        is not of its kind.
    """
    texts = {"base_url": base_url, "api_key": api_key, "organization": organization, "project": project}
    for name, text in texts.items():
        check_text(name, text)
    check_mapping("headers", headers)
    own = any(name.lower() in OWN_CREDENTIALS for name in headers or {})
    key = _given(api_key) or (None if own else _environment("OPENAI_API_KEY"))
    url = _given(base_url) or _environment("OPENAI_BASE_URL") or (OPENAI_URL if key or own else EMBEDDED_URL)
    if url.lower() in (SKETCH.name, EMBEDDED_URL):
        return Address(EMBEDDED_URL, {})
    url, user = without_user(_address(url.rstrip("/"), "base_url" if _given(base_url) else "OPENAI_BASE_URL"))
    if user and not _given(api_key):
        own, key = True, None
    account = {
        "Authorization": f"Bearer {key}" if key else user,
        "OpenAI-Organization": organization or (None if own else _environment("OPENAI_ORG_ID")),
        "OpenAI-Project": project or (None if own else _environment("OPENAI_PROJECT_ID")),
    }
    return Address(url, {**account, **(headers or {})})


def _address(url: str, name: str) -> str:
    """Return an address that a request can be sent to, or refuse it; `name` is where it was given."""
    if not url.lower().startswith(("http://", "https://")):
        raise InvalidRequestError(
            f"{name} must begin with http:// or https://, or be 'sketch'. {_meant(url)}", param="base_url"
        )
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and url.isprintable() and " " not in url
    except ValueError:  # a port or brackets that are none; its words repeat the address, which may hold a password
        usable = False
    if not usable:
        raise InvalidRequestError(
            f"{name} is no address: its host or its port is none. It looks like https://example.org/v1.",
            param="base_url",
        )
    return url


def _meant(url: str) -> str:
    """Return the way out for an address without its beginning, which may also be a key in the wrong place."""
    host = _HOST.fullmatch(url)
    if host is None or "sk-" in url:
        return "A key goes into api_key=, or better: iw.login()."
    scheme = "http" if host[4] or host[1][0].isdigit() or host[1] == "localhost" else "https"
    return f"For {url!r}, that may be '{scheme}://{url}{'' if '/' in url else '/v1'}'."


def _given(text: str | None) -> str | None:
    """Return a text without the white space that copying leaves around it, or None where there is no more."""
    return (text or "").strip() or None


def _environment(name: str) -> str | None:
    return _given(os.environ.get(name))
