"""The functions people call: the methods of the default client.

They have the client's own signatures and docstrings: there is one place where a parameter is described.
"""

from __future__ import annotations

import functools
import getpass
import inspect
import threading
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from imagewidgets.client import Client
from imagewidgets.client.client import TIMEOUT
from imagewidgets.client.credentials import Hidden
from imagewidgets.client.destination import resolve
from imagewidgets.client.retries import MAX_RETRIES
from imagewidgets.errors import InvalidRequestError

if TYPE_CHECKING:
    import os

    from imagewidgets.client.wire import EditForm
    from imagewidgets.gallery import Gallery, ReplayMode

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
    max_retries: int = MAX_RETRIES,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    edits: EditForm | None = None,
    gallery: Gallery | str | os.PathLike[str] | None = None,
    replay: ReplayMode = "auto",
    recipes: Literal["full", "minimal"] = "full",
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
        max_retries=max_retries,
        headers=headers,
        query=query,
        edits=edits,
        gallery=gallery,
        replay=replay,
        recipes=recipes,
    )
    with _lock:
        _default = client
    return client


def login(base_url: str | None = None, **options: Any) -> Client:
    """Ask for the API key without showing it, and have everything sent with it from now on; return the client.

    The key is kept in the memory of this process and nowhere else: no cell, output, file or variable holds it.

    Parameters
    ----------
    base_url
        The service; left out, OPENAI_BASE_URL or OpenAI.
    options
        The others of `configure`. The gallery stays what it was, with what is done with it, unless another is given.

    Raises
    ------
    InvalidRequestError
        No key was given, there is nobody to ask, or the terminal cannot hide what is typed. Nothing has changed.
    """
    name = resolve(base_url, "any", None, None, None).destination.name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # it would go on and show the key
            key = Hidden(getpass.getpass(f"API key for {name}: ").strip())
    except (getpass.GetPassWarning, EOFError, NotImplementedError, OSError) as error:
        raise InvalidRequestError(
            "There is nobody to ask for the key here, or no way to hide what is typed. Set OPENAI_API_KEY and run "
            "iw.configure() instead.",
            param="api_key",
        ) from error
    if not key:
        raise InvalidRequestError("No key was given, so nothing has changed.", param="api_key")
    now = default_client()
    if "gallery" not in options and now.gallery is not None:
        options = {"gallery": now.gallery, "replay": now.replay, **options}
    return configure(base_url, key, **{"recipes": now.recipes, **options})


def _on_default_client(name: str) -> Callable[..., Any]:
    """Return the method of this name as a function that calls it on the default client."""
    method = getattr(Client, name)

    @functools.wraps(method)
    def call(*args: Any, **options: Any) -> Any:
        return method(default_client(), *args, **options)

    signature = inspect.signature(method)
    without_self = list(signature.parameters.values())[1:]
    call.__signature__ = signature.replace(parameters=without_self)  # type: ignore[attr-defined]
    call.__module__ = __name__
    call.__qualname__ = name
    return call


if TYPE_CHECKING:
    # To a type checker they are the bound methods that they behave like, overloads included.
    generate = Client().generate
    edit = Client().edit
    create_variation = Client().create_variation
    list_models = Client().list_models
    repeat = Client().repeat
else:
    generate = _on_default_client("generate")
    edit = _on_default_client("edit")
    create_variation = _on_default_client("create_variation")
    list_models = _on_default_client("list_models")
    repeat = _on_default_client("repeat")
