"""Who may ask: the Host and the Origin of a request, pages of other addresses, and the address that the client used.

A server on one's own machine is within reach of every web page that is open there. Two headers, which no script can
set, tell them apart. ``Origin`` says which page asks: only the server's own may, and those that were allowed. ``Host``
says by which name the server was reached: a page that has its own name point at this machine (DNS rebinding) comes
with its own name, so only numbers, ``localhost`` and the names that were allowed are served.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from imagewidgets.local.refusals import RefusedError

FORBIDDEN = 403
ANY_ORIGIN = "*"
METHODS = "GET, POST, OPTIONS"
EXPOSED = "x-request-id, openai-processing-ms, retry-after"
PREFLIGHT_SECONDS = 600  # for which a browser need not ask again

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_FORWARDED = re.compile(r"(host|proto)=\"?([^\";,\s]+)\"?", re.IGNORECASE)
_SCHEMES = ("http", "https")


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a server lets in.

    Parameters
    ----------
    hosts
        Names by which it may be reached, beside numbers and ``localhost``; ``*`` for all. None looks at neither name
        nor page, which is right only where no browser can come by: inside one process.
    origins
        Pages that may ask, as ``https://lab.example``; ``*`` for all.
    proxies
        Addresses of proxies whose word is taken for the address that the client used. Those on this machine need not
        be named.
    """

    hosts: frozenset[str] | None = None
    origins: frozenset[str] = frozenset()
    proxies: frozenset[str] = frozenset()

    def check(self, environ: Mapping[str, Any]) -> None:
        """Refuse a request that a foreign page may have sent.

        Raises
        ------
        RefusedError
            403: the name or the page is none of those that are allowed.
        """
        host = environ.get("HTTP_HOST", "")
        if not self._serves(host):
            raise RefusedError(
                f"This server is not reached by the name {_name(host)!r}: a web page could have made that name up. Use "
                f"localhost or a number, or start the server with --allow-host {_name(host)}.",
                status=FORBIDDEN,
                code="host_not_allowed",
            )
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and self.hosts is not None and not self._own(origin, environ) and not self.shared(origin):
            raise RefusedError(
                f"The page {origin!r} may not use this server. Start it with --cors {origin} to let it.",
                status=FORBIDDEN,
                code="origin_not_allowed",
            )

    def shared(self, origin: str) -> bool:
        """Tell whether a page of this origin may read the answers."""
        return ANY_ORIGIN in self.origins or origin.lower() in self.origins

    def headers(self, environ: Mapping[str, Any]) -> dict[str, str]:
        """Return what an answer says to browsers; nothing for those who may not read it."""
        if not self.origins:
            return {}
        origin = environ.get("HTTP_ORIGIN", "")
        if not origin or not self.shared(origin):
            return {"Vary": "Origin"}
        headers = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED, "Vary": "Origin"}
        if environ["REQUEST_METHOD"] == "OPTIONS":
            asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "authorization, content-type")
            headers |= {
                "Access-Control-Allow-Methods": METHODS,
                "Access-Control-Allow-Headers": asked,
                "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
            }
            if environ.get("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK") == "true":
                headers["Access-Control-Allow-Private-Network"] = "true"
        return headers

    def address(self, environ: Mapping[str, Any]) -> str:
        """Return the address that the client used for this server, without a slash at its end.

        Behind a proxy on this machine, or one of `proxies`, it is what that says in ``X-Forwarded-Host``, ``-Proto``,
        ``-Port`` and ``-Prefix``, or in ``Forwarded`` (RFC 7239).
        """
        scheme, host = environ["wsgi.url_scheme"], environ.get("HTTP_HOST", "")
        prefix = environ.get("SCRIPT_NAME", "")
        if not _HOST.fullmatch(host):
            host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        if self._believes(environ.get("REMOTE_ADDR", "")):
            said = _forwarded(environ)
            scheme = said["proto"] if said.get("proto") in _SCHEMES else scheme
            if _HOST.fullmatch(said.get("host", "")):
                host = said["host"]
                if said.get("port", "").isdecimal() and not _port(host):
                    host += "" if (scheme, said["port"]) in (("http", "80"), ("https", "443")) else f":{said['port']}"
            if _PREFIX.fullmatch(said.get("prefix", "").rstrip("/")):
                prefix = said["prefix"].rstrip("/")
        return f"{scheme}://{host}{prefix}"

    def _serves(self, host: str) -> bool:
        if self.hosts is None or "*" in self.hosts or not host:  # HTTP/1.0 has none; every browser sends one
            return True
        name = _name(host)
        return name == "localhost" or name.endswith(".localhost") or name in self.hosts or _is_number(name)

    def _own(self, origin: str, environ: Mapping[str, Any]) -> bool:
        """Tell whether a page of this server asks."""
        direct = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"
        through = urlsplit(self.address(environ))
        return origin.lower() in (direct.lower(), f"{through.scheme}://{through.netloc}".lower())

    def _believes(self, peer: str) -> bool:
        if peer in self.proxies:
            return True
        return _is_number(peer) and ipaddress.ip_address(peer).is_loopback


def _forwarded(environ: Mapping[str, Any]) -> dict[str, str]:
    """Return what a proxy says of the client's address. Of several proxies, the first is the one that it reached."""
    said = {key.lower(): value for key, value in _FORWARDED.findall(environ.get("HTTP_FORWARDED", "").split(",")[0])}
    for key in ("host", "proto", "port", "prefix"):
        value = environ.get(f"HTTP_X_FORWARDED_{key.upper()}", "").split(",")[0].strip()
        if value:
            said[key] = value
    return said


def _name(host: str) -> str:
    """Return the name in a Host header, without its port and in small letters."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".").lower()


def _port(host: str) -> str:
    return host.rpartition("]")[2].rpartition(":")[2] if ":" in host.rpartition("]")[2] else ""


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
