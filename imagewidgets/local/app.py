"""The Images API as a WSGI application: the three operations, the models, and the files that replies name.

    POST /v1/images/generations      JSON; a stream of events where it asks for one
    POST /v1/images/edits            multipart, or JSON with ``data:`` URLs; likewise
    POST /v1/images/variations       multipart
    GET  /v1/models, /v1/models/<id>
    GET  /v1/files/<name>            what ``response_format=url`` answers with; gone after 60 minutes

Every answer, errors of every status included, is one of the API's own. The same application serves HTTP
(`imagewidgets.local.serve`) and the client of this process (`imagewidgets.local.adapter`); whichever it is tells
through the WSGI environment whether the client is still there.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from flask import Flask, Response, g, request, url_for
from werkzeug.exceptions import HTTPException

from imagewidgets.local import CANCELLED
from imagewidgets.local.bodies import Received, from_json, from_multipart, known_model
from imagewidgets.local.engine import Engine, finish
from imagewidgets.local.events import EventStream, events
from imagewidgets.local.files import FileStore
from imagewidgets.local.jobs import make_job, steps
from imagewidgets.local.refusals import RefusedError, error_body
from imagewidgets.local.replies import reply
from imagewidgets.local.uploads import Upload
from imagewidgets.models import EDIT, GENERATE, MEBIBYTE, MODELS, VARIATION, Model

LARGEST_BODY = 256 * MEBIBYTE  # the API's own limit is 16 pictures of 50 MB; nobody here gets 800 MB of memory at once
_HUNG_UP = "waitress.client_disconnected"  # the HTTP server's word for `CANCELLED`
_JSON, _MULTIPART = "application/json", "multipart/form-data"

log = logging.getLogger(__name__)


def create_app(engine: Engine, *, api_key: str | None = None, files: FileStore | None = None) -> Flask:
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

    Raises
    ------
    ValueError
        `api_key` is empty: that would protect nothing.
    """
    if api_key is not None and not api_key.strip():
        raise ValueError("The API key is empty. Give one, or None for a server that needs no key.")
    # An empty store is falsy, so `or` would replace the one that was given.
    api = _ImagesAPI(engine, api_key, FileStore() if files is None else files)
    app = Flask("imagewidgets", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False  # a doubled slash is a wrong address, not a redirect to a page in HTML
    app.before_request(_start)
    app.before_request(api.authorize)
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
    return app


class _ImagesAPI:
    """The views, and what they share."""

    def __init__(self, engine: Engine, api_key: str | None, files: FileStore) -> None:
        self._engine = engine
        self._api_key = None if api_key is None else api_key.encode()
        self._files = files
        self._started = int(time.time())

    def authorize(self) -> None:
        """Refuse a request without the key, in constant time."""
        if self._api_key is None or request.endpoint == "file":
            return
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        # WSGI hands header bytes over as latin-1 text.
        if scheme.lower() != "bearer" or not hmac.compare_digest(
            token.strip().encode("latin-1", "replace"), self._api_key
        ):
            raise RefusedError(
                "The API key is missing or wrong. Send the key of this server as 'Authorization: Bearer <key>'.",
                status=401,
                code="invalid_api_key",
                headers={"WWW-Authenticate": "Bearer"},
            )

    def generations(self) -> Response:
        """Make pictures from a prompt."""
        _require_content_type(_JSON)
        return self._pictures(from_json(request.get_data(), GENERATE))

    def edits(self) -> Response:
        """Change pictures as a prompt says."""
        _require_content_type(_MULTIPART, _JSON)
        if request.mimetype == _JSON:
            return self._pictures(from_json(request.get_data(), EDIT))
        return self._pictures(from_multipart(*_parts(), EDIT))

    def variations(self) -> Response:
        """Make pictures like one."""
        _require_content_type(_MULTIPART)
        return self._pictures(from_multipart(*_parts(), VARIATION))

    def _pictures(self, received: Received) -> Response:
        job = make_job(received)
        running = steps(self._engine, job, _client_is_gone())
        if getattr(received.request, "stream", None):
            return _streamed(EventStream(events(received, job, running), partial(_crash, during=_named())))
        return _json(reply(received, job, finish(running), self._address))

    def _address(self, data: bytes, extension: str) -> str:
        """Keep a file, and return its address at the host that this client has reached us by."""
        return url_for("file", name=self._files.add(data, extension), _external=True)

    def models(self) -> Response:
        """List the models."""
        return _json({"object": "list", "data": [self._describe(model) for model in MODELS.values()]})

    def model(self, name: str) -> Response:
        """Describe one model."""
        return _json(self._describe(known_model(name)))

    def _describe(self, model: Model) -> dict[str, Any]:
        described: dict[str, Any] = {
            "id": model.name,
            "object": "model",
            "created": self._started,
            "owned_by": "imagewidgets",
        }
        if model.shutdown is not None:
            described["shutdown_date"] = model.shutdown.isoformat()
        return described

    def file(self, name: str) -> Response:
        """Give a picture out."""
        stored = self._files.get(name)
        if stored is None:
            raise RefusedError("There is no such file, or its 60 minutes are over.", status=404, code="file_not_found")
        response = Response(stored.data, content_type=stored.content_type)
        response.headers["Cache-Control"] = "private, no-store"  # a copy in a cache would outlive the 60 minutes
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status=status, content_type=_JSON)


def _streamed(events: EventStream) -> Response:
    response = Response(events, content_type="text/event-stream; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that collects the answer first makes a stream pointless
    return response


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    """Put on what every answer carries."""
    response.headers["x-request-id"] = request_id()
    response.headers["openai-processing-ms"] = str(round((time.perf_counter() - g.started) * 1000))
    return response


def request_id() -> str:
    """Return a fresh name for a request."""
    return f"req_{secrets.token_hex(16)}"


def _client_is_gone() -> Callable[[], bool]:
    checks = [check for key in (CANCELLED, _HUNG_UP) if (check := request.environ.get(key)) is not None]
    return lambda: any(check() for check in checks)


def _require_content_type(*allowed: str) -> None:
    if request.mimetype not in allowed:
        raise RefusedError(
            f"The body is sent as {request.mimetype or 'nothing in particular'}. Send it as {' or '.join(allowed)}.",
            status=415,
        )


def _parts() -> tuple[list[tuple[str, str]], list[Upload]]:
    """Return the text parts and the files of a multipart body."""
    if "boundary" not in request.mimetype_params:
        raise RefusedError(
            "The multipart body has no boundary. Leave the Content-Type header to your HTTP library.",
            code="invalid_multipart",
        )
    fields = list(request.form.items(multi=True))
    files = request.files.items(multi=True)
    return fields, [Upload(name, file.mimetype, file.read()) for name, file in files]


def _refused(refusal: RefusedError) -> Response:
    response = _json(refusal.body(), refusal.status)
    response.headers.update(refusal.headers)
    return response


def _http_error(error: HTTPException) -> Response:
    """Answer what the web framework refuses in the API's own form."""
    status = error.code or 500
    allowed = " or ".join(sorted(getattr(error, "valid_methods", None) or ()))
    messages = {
        404: f"There is no {request.path} here. The API is under /v1, for example /v1/images/generations.",
        405: f"{request.path} is not for {request.method}. Use {allowed}.",
        413: f"The body is larger than {LARGEST_BODY // MEBIBYTE} MiB, or has too many parts. Send smaller pictures.",
    }
    message = messages.get(status) or error.description or error.name
    response = _json(error_body(message, status), status)
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":
            response.headers[name] = value
    return response


def _failed(error: Exception) -> Response:
    """Answer 500."""
    return _json(_crash(error, during=_named()), 500)


def _named() -> str:
    return f"{request.method} {request.path}"


def _crash(error: Exception, *, during: str) -> dict[str, Any]:
    """Log what broke and where, and return the error body. Exceptions may quote a prompt: their words stay out."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s while serving %s\n%s", type(error).__name__, during, where)
    message = f"The server failed to make the pictures ({type(error).__name__}). Its log says where."
    return error_body(message, 500, code="server_error")
