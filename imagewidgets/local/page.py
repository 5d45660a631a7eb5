"""``GET /``: a page for people. What this server is, how a client is pointed at it, and a form to try a prompt.

It looks like the widgets: the same tokens and parts, from the same file. It is a page of this server alone: it loads
nothing from elsewhere, and its headers forbid that it ever does.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from imagewidgets import __version__
from imagewidgets.models import DEFAULT_MODEL, EDIT, GENERATE, MODELS, VARIATION, Model

ASSETS = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}
"""What the page loads, with its MIME types."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_STATIC = Path(__file__).parent / "static"
_THEME = Path(__file__).parents[1] / "widgets" / "static" / "theme.css"  # read as a file: nothing is imported
_TRIED = "sketch"  # the model that the form begins with
_VERBS = {GENERATE: "generate", EDIT: "edit", VARIATION: "vary"}


def render(address: str, *, engine: str, key_wanted: bool, lenient: bool) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    address
        The server's address as the client has reached it, without ``/v1``.
    engine
        The name of the engine.
    key_wanted
        Whether requests must carry a key.
    lenient
        Whether the rules of the models are bent.
    """
    return _template().render(
        base_url=f"{address}/v1",
        engine=engine,
        key="<your key>" if key_wanted else "any",
        key_wanted=key_wanted,
        lenient=lenient,
        models=[_row(model) for model in MODELS.values()],
        form={model.name: _form(model) for model in MODELS.values() if GENERATE in model.operations},
        tried=_TRIED,
        default_model=DEFAULT_MODEL,
        version=__version__,
    )


@functools.cache
def asset(name: str) -> bytes:
    """Return a file that the page loads; `name` is a key of `ASSETS`."""
    data = (_STATIC / name).read_bytes()
    return _THEME.read_bytes() + b"\n" + data if name.endswith(".css") else data


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_STATIC),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


def _row(model: Model) -> dict[str, str]:
    """Return what the table says of a model."""
    free = "any" if model.free_size else ""
    sizes = [size for size in model.sizes if size != "auto"]
    return {
        "name": model.name,
        "does": ", ".join(verb for operation, verb in _VERBS.items() if operation in model.operations),
        "sizes": ", ".join(filter(None, [*(size.replace("x", " × ") for size in sizes[:3]), free])),
        "n": str(model.max_n),
        "formats": ", ".join(kind for kind in model.output_formats if kind not in ("gif", "svg")) or "png",
        "until": f"hosted until {model.shutdown.isoformat()}" if model.shutdown else "",
    }


def _form(model: Model) -> dict[str, Any]:
    """Return what the form has to know of a model."""
    return {
        "sizes": [size for size in model.sizes if size != "auto"],
        "streams": model.takes("stream"),
        "format": model.takes("response_format"),
    }
