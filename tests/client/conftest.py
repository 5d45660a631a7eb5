from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagewidgets.client import Client
from tests.client.service import Service


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


@pytest.fixture
def client(service: Service) -> Client:
    return Client(service.url, "sk-secret", timeout=10)
