"""The functions people call: the methods of the default client.

They have the client's own signatures and docstrings: there is one place where a parameter is described.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar

from imagewidgets.client import Client
from imagewidgets.client.client import TIMEOUT

P = ParamSpec("P")
R = TypeVar("R")

_lock = threading.Lock()
_default: Client | None = None


def default_client() -> Client:
    """Return the client that the functions of this module use, made on first use from the environment."""
    global _default
    with _lock:
        if _default is None:
            _default = Client()
        return _default


def configure(
    base_url: str | None = None,
    api_key: str | None = None,
    *,
    organization: str | None = None,
    project: str | None = None,
    timeout: float = TIMEOUT,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> Client:
    """Choose the service that `generate`, `edit`, `create_variation` and the widgets send to, and return its client.

    The parameters are those of `Client`; without any, the environment is read again. ``configure("sketch")`` is the
    embedded engine, whatever the environment says.

    Examples
    --------
    >>> import imagewidgets as iw
    >>> iw.configure("sketch")
    Client(Sketch engine, offline)
    """
    global _default
    client = Client(
        base_url,
        api_key,
        organization=organization,
        project=project,
        timeout=timeout,
        headers=headers,
        query=query,
    )
    with _lock:
        _default = client
    return client


def _on_default_client(method: Callable[Concatenate[Client, P], R]) -> Callable[P, R]:
    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return method(default_client(), *args, **kwargs)

    signature = inspect.signature(method)
    without_self = list(signature.parameters.values())[1:]
    call.__signature__ = signature.replace(parameters=without_self)  # type: ignore[attr-defined]
    call.__module__ = __name__
    call.__qualname__ = method.__name__
    return call


generate = _on_default_client(Client.generate)
edit = _on_default_client(Client.edit)
create_variation = _on_default_client(Client.create_variation)
list_models = _on_default_client(Client.list_models)
