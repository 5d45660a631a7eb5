"""What each address of the Images API does."""

from __future__ import annotations

import hmac
import logging
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from flask import Response, request

from imagewidgets.local import CANCELLED, openapi, page, requestlog
from imagewidgets.local.access import Access
from imagewidgets.local.bodies import Received, from_json, from_multipart, known_model
from imagewidgets.local.chaos import Chaos
from imagewidgets.local.engine import Engine, finish
from imagewidgets.local.events import EventStream, events
from imagewidgets.local.files import FileStore
from imagewidgets.local.gate import Gate
from imagewidgets.local.jobs import make_job, steps
from imagewidgets.local.refusals import RefusedError, error_body
from imagewidgets.local.replies import reply
from imagewidgets.local.uploads import Upload
from imagewidgets.models import EDIT, GENERATE, MEBIBYTE, MODELS, VARIATION, Model

LARGEST_WORDS = MEBIBYTE  # bytes of a body that is words alone: the longest prompt, every character escaped, fits in
JSON, MULTIPART = "application/json", "multipart/form-data"
OPEN = frozenset({"file", "page", "asset", "description"})
"""Endpoints that need no key: files have names that cannot be guessed, and the others hold no secret."""

_HUNG_UP = "waitress.client_disconnected"  # the HTTP server's word for `CANCELLED`

log = logging.getLogger(__name__)


class ImagesAPI:
    """The views, and what they share: see `app.create_app` for the parameters."""

    def __init__(
        self,
        engine: Engine,
        *,
        api_key: str | None,
        files: FileStore,
        lenient: bool,
        gate: Gate | None,
        access: Access,
        chaos: Chaos,
        log_prompts: bool,
    ) -> None:
        self._engine = engine
        self._api_key = None if api_key is None else api_key.encode()
        self._files = files
        self._lenient = lenient
        self._gate = gate
        self._access = access
        self._chaos = chaos
        self._log_prompts = log_prompts
        self._started = int(time.time())

    def admit(self) -> Response | None:
        """Refuse a request from a page that may not ask, or without the key (in constant time); answer preflights."""
        self._access.check(request.environ)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return Response(status=204)  # what the browser wants to know stands in the headers
        if self._api_key is None or request.endpoint in OPEN:
            return None
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        # WSGI hands header bytes over as latin-1 text.
        if scheme.lower() != "bearer" or not hmac.compare_digest(
            token.strip().encode("latin-1", "replace"), self._api_key
        ):
            raise RefusedError(
                "The API key is missing or wrong. Send the key of this server as 'Authorization: Bearer <key>'.",
                status=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        return None

    def generations(self) -> Response:
        """Make pictures from a prompt."""
        _require_content_type(JSON)
        request.max_content_length = LARGEST_WORDS
        body = request.get_data()
        return self._pictures(lambda: from_json(body, GENERATE, lenient=self._lenient))

    def edits(self) -> Response:
        """Change pictures as a prompt says."""
        _require_content_type(MULTIPART, JSON)
        if request.mimetype == JSON:
            return self._pictures(lambda: from_json(request.get_data(), EDIT, lenient=self._lenient))
        return self._pictures(lambda: from_multipart(*_parts(), EDIT, lenient=self._lenient))

    def variations(self) -> Response:
        """Make pictures like one."""
        _require_content_type(MULTIPART)
        return self._pictures(lambda: from_multipart(*_parts(), VARIATION, lenient=self._lenient))

    def _pictures(self, read: Callable[[], Received]) -> Response:
        """Make the pictures that `read` finds asked for; it is called when it is this request's turn."""
        gone = _client_is_gone()
        self._chaos.strike(gone)
        leave = self._gate.enter(gone) if self._gate else _nothing
        try:
            received = read()
            job = make_job(received)
            requestlog.entry().add(job, received.model.name, prompt=self._log_prompts)
            running = steps(self._engine, job, gone)
            if getattr(received.request, "stream", None):
                stream = EventStream(events(received, job, running), partial(crash, during=named()))
                response = streamed(stream)
                response.call_on_close(leave)
                leave = _nothing
                return response
            return json_response(reply(received, job, finish(running), self._url))
        finally:
            leave()

    def _url(self, data: bytes, extension: str) -> str:
        """Keep a file, and return its address at the host that this client has reached us by."""
        return f"{self._access.address(request.environ)}/v1/files/{self._files.add(data, extension)}"

    def models(self) -> Response:
        """List the models."""
        return json_response({"object": "list", "data": [self._describe(model) for model in MODELS.values()]})

    def model(self, name: str) -> Response:
        """Describe one model."""
        return json_response(self._describe(known_model(name)))

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

    def description(self) -> Response:
        """Describe all of this."""
        address = self._access.address(request.environ)
        return json_response(openapi.describe(address, key_wanted=self._api_key is not None))

    def page(self) -> Response:
        """Show a person what this is."""
        text = page.render(
            self._access.address(request.environ),
            engine=self._engine.name,
            key_wanted=self._api_key is not None,
            lenient=self._lenient,
        )
        response = Response(text, content_type="text/html; charset=utf-8")
        response.headers.update(page.HEADERS)
        return response

    def asset(self, name: str) -> Response:
        """Give out the page's script or its style."""
        response = Response(page.asset(name), content_type=page.ASSETS[name])
        response.headers.update(page.HEADERS)
        return response

    def share(self, response: Response) -> Response:
        """Put on what lets pages of other addresses read the answer."""
        response.headers.update(self._access.headers(request.environ))
        return response


def json_response(value: dict[str, Any], status: int = 200) -> Response:
    """Return an answer whose body is compact JSON."""
    return Response(msgspec.json.encode(value), status=status, content_type=JSON)


def streamed(stream: EventStream) -> Response:
    """Return an answer whose body comes event by event."""
    response = Response(stream, content_type="text/event-stream; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that collects the answer first makes a stream pointless
    return response


def named() -> str:
    """Return the request in two words, for the log."""
    return f"{request.method} {requestlog.shown(request.path)}"


def crash(error: Exception, *, during: str) -> dict[str, Any]:
    """Log what broke and where, and return the error body. Exceptions may quote a prompt: their words stay out."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s while serving %s\n%s", type(error).__name__, during, where)
    message = f"The server failed to make the pictures ({type(error).__name__}). Its log says where."
    return error_body(message, 500)


def _nothing() -> None:
    """Do nothing: there is no turn to give back."""


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
    files = list(request.files.items(multi=True))
    if any(name is None for name, _ in (*fields, *files)):
        raise RefusedError(
            "A part of the multipart body has no name, or one that cannot be read. Send names in ASCII.",
            code="invalid_multipart",
        )
    return fields, [Upload(name, file.mimetype, file.read()) for name, file in files]
