from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from imagewidgets.local.app import create_app
from imagewidgets.local.serve import Server
from tests.local.staged import PATIENCE
from tests.local.tiny import TinyEngine


@pytest.fixture
def tiny() -> TinyEngine:
    return TinyEngine()


@pytest.fixture
def app(tiny: TinyEngine) -> Flask:
    return create_app(tiny)


@pytest.fixture
def api(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def serving() -> Iterator[object]:
    """A function that serves an application on a free port and returns its base URL."""
    servers: list[tuple[Server, threading.Thread]] = []

    def start(app: Flask) -> str:
        server = Server(app, port=0)
        thread = threading.Thread(target=server.run)
        thread.start()
        servers.append((server, thread))
        return server.url

    yield start
    for server, thread in servers:
        server.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the server did not stop"
