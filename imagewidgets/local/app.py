"""The Images API as a WSGI application: the three operations, the models, and the files that replies name.

    POST /v1/images/generations      JSON; a stream of events where it asks for one
    POST /v1/images/edits            multipart, or JSON with ``data:`` URLs; likewise
    POST /v1/images/variations       multipart
    GET  /v1/models, /v1/models/<id>
    GET  /v1/files/<name>            what ``response_format=url`` answers with; gone after 60 minutes
    GET  /openapi.json               all of this for programs
    GET  /                           all of this for people

Every answer, errors of every status included, is one of the API's own. The same application serves HTTP
(`imagewidgets.local.serve`) and the client of this process (`imagewidgets.local.adapter`); whichever it is tells
through the WSGI environment whether the client is still there.
"""

from __future__ import annotations

import secrets
from io import BytesIO

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

from imagewidgets.local import requestlog
from imagewidgets.local.access import Access
from imagewidgets.local.chaos import Chaos
from imagewidgets.local.engine import Engine
from imagewidgets.local.files import FileStore
from imagewidgets.local.gate import Gate
from imagewidgets.local.refusals import RefusedError, error_body
from imagewidgets.local.views import ImagesAPI, crash, json_response, named
from imagewidgets.models import MEBIBYTE

LARGEST_BODY = 256 * MEBIBYTE  # the API's own limit is 16 pictures of 50 MB; nobody here gets 800 MB of memory at once


def create_app(
    engine: Engine,
    *,
    api_key: str | None = None,
    files: FileStore | None = None,
    lenient: bool = False,
    gate: Gate | None = None,
    access: Access | None = None,
    chaos: Chaos | None = None,
    log_prompts: bool = False,
) -> Flask:
    """Return the Images API over an engine.

    Parameters
    ----------
    engine
        What makes the pictures. It is called from several threads at once.
    api_key
        Where given, requests must carry it as a bearer token. Files need none: their names cannot be guessed, and
        clients fetch them without a key.
    files
        Where pictures wait that are answered as a ``url``.
    lenient
        Whether to take what can be taken where the real service refuses (`leniency`).
    gate
        How many requests are worked on at once; None lets all in.
    access
        By which names and from which pages the server may be reached; None is right inside one process.
    chaos
        Failures and slowness on purpose.
    log_prompts
        Whether prompts may stand in the log.

    Raises
    ------
    ValueError
        `api_key` is empty: that would protect nothing.
    """
    if api_key is not None and not api_key.strip():
        raise ValueError("The API key is empty. Give one, or None for a server that needs no key.")
    api = ImagesAPI(
        engine,
        api_key=api_key,
        files=FileStore() if files is None else files,  # an empty store is falsy, so `or` would replace the given one
        lenient=lenient,
        gate=gate,
        access=access or Access(),
        chaos=chaos or Chaos(),
        log_prompts=log_prompts,
    )
    app = Flask("imagewidgets", static_folder=None)
    app.request_class = _Request
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False  # a doubled slash is a wrong address, not a redirect to a page in HTML
    app.before_request(_start)
    app.before_request(api.admit)
    app.after_request(api.share)
    app.after_request(_finish)
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)
    app.add_url_rule("/v1/images/generations", view_func=api.generations, methods=["POST"])
    app.add_url_rule("/v1/images/edits", view_func=api.edits, methods=["POST"])
    app.add_url_rule("/v1/images/variations", view_func=api.variations, methods=["POST"])
    app.add_url_rule("/v1/models", view_func=api.models)
    app.add_url_rule("/v1/models/<name>", view_func=api.model)
    app.add_url_rule("/v1/files/<name>", endpoint="file", view_func=api.file)
    app.add_url_rule("/openapi.json", endpoint="description", view_func=api.description)
    app.add_url_rule("/", endpoint="page", view_func=api.page)
    app.add_url_rule("/<any('page.css', 'page.js'):name>", endpoint="asset", view_func=api.asset)
    return app


class _Request(Request):
    """Uploads stay in memory, where they are read at once: nothing from outside reaches the disk."""

    def _get_file_stream(self, *_: object, **__: object) -> BytesIO:
        return BytesIO()


def request_id() -> str:
    """Return a fresh name for a request."""
    return f"req_{secrets.token_hex(16)}"


def _start() -> None:
    requestlog.begin(request_id())


def _finish(response: Response) -> Response:
    """Put on what every answer carries."""
    entry = requestlog.entry()
    response.headers["x-request-id"] = entry.name
    response.headers["openai-processing-ms"] = str(entry.milliseconds)
    entry.end_with(response)
    return response


def _refused(refusal: RefusedError) -> Response:
    response = json_response(refusal.body(), refusal.status)
    response.headers.update(refusal.headers)
    return response


def _http_error(error: HTTPException) -> Response:
    """Answer what the web framework refuses in the API's own form."""
    status = error.code or 500
    allowed = " or ".join(sorted(getattr(error, "valid_methods", None) or ()))
    largest = (request.max_content_length or LARGEST_BODY) // MEBIBYTE
    messages = {
        404: f"There is no {request.path} here. The API is under /v1, for example /v1/images/generations.",
        405: f"{request.path} is not for {request.method}. Use {allowed}.",
        413: f"The body is larger than {largest} MiB, or has too many parts. Send smaller pictures, or fewer words.",
    }
    message = messages.get(status) or error.description or error.name
    response = json_response(error_body(message, status), status)
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":
            response.headers[name] = value
    return response


def _failed(error: Exception) -> Response:
    """Answer 500."""
    return json_response(crash(error, during=named()), 500)
