"""The page for people, and the log for those who run the server."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from imagewidgets.local.app import create_app
from imagewidgets.local.page import ASSETS
from imagewidgets.models import MODELS
from tests.local.staged import StagedEngine
from tests.local.test_app_pictures import part, post
from tests.local.tiny import TinyEngine, encoded, noise

PROMPT = {"prompt": "a very secret fox", "model": "sketch", "size": "64x64"}
LINE = re.compile(r"(?P<what>\S+ \S+) (?P<status>\d{3}) \d+ ms(?P<facts>.*), req_[0-9a-f]{32}")


def test_the_page_says_what_this_is_and_lists_the_models(api: FlaskClient) -> None:
    answer = api.get("/", base_url="http://pictures.example:8443")
    assert answer.content_type == "text/html; charset=utf-8"
    for name in MODELS:
        assert f'<code class="iw-mono">{name}</code>' in answer.text
    for title in ("Python SDK", "Node SDK", "curl", "imagewidgets, in a notebook"):
        assert title in answer.text
    assert answer.text.count("http://pictures.example:8443/v1") == 5  # the address itself, and in each sample
    assert "API key of this server" not in answer.text


def test_the_page_of_a_server_with_a_key_asks_for_it_and_does_not_tell_it(tiny: TinyEngine) -> None:
    api = create_app(tiny, api_key="sk-local-secret").test_client()
    answer = api.get("/")
    assert answer.status_code == 200
    assert "API key of this server" in answer.text
    assert "sk-local-secret" not in answer.text


def test_what_a_client_says_of_itself_is_text_on_the_page(api: FlaskClient) -> None:
    answer = api.get("/", headers={"X-Forwarded-Prefix": '/"><script>', "Host": "a.example"})
    assert '"><script>' not in answer.text


def test_the_page_loads_nothing_from_elsewhere_and_forbids_it(api: FlaskClient) -> None:
    answer = api.get("/")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:src|href)="([^"]*)"', answer.text)
    assert set(loaded) == {"data:,", "page.js", "page.css", "openapi.json"}


@pytest.mark.parametrize("name", ASSETS)
def test_the_pages_files_are_served(api: FlaskClient, name: str) -> None:
    answer = api.get(f"/{name}")
    assert (answer.status_code, answer.content_type) == (200, ASSETS[name])
    assert "--iw-accent" in api.get("/page.css").text  # the tokens of the widgets


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return the lines of the log, each of them whole."""
    matches = [LINE.fullmatch(record.getMessage()) for record in caplog.records if record.name.endswith("requestlog")]
    return [match.groupdict() for match in matches if match]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "imagewidgets")
    return caplog


def test_a_request_is_one_line_without_its_prompt_or_key(tiny: TinyEngine, logged: pytest.LogCaptureFixture) -> None:
    api = create_app(tiny, api_key="sk-local").test_client()
    key = {"Authorization": "Bearer sk-local"}
    api.post("/v1/images/generations?trace=sk-query", json=PROMPT, headers=key).close()
    api.post("/v1/images/generations", json=PROMPT, headers={"Authorization": "Bearer sk-wrong"}).close()
    api.get("/v1/models", headers=key).close()
    first, second, third = lines(logged)
    assert (first["what"], first["status"]) == ("POST /v1/images/generations", "200")
    assert re.fullmatch(r", 1 of 64x64 by sketch, [\d,]+ bytes", first["facts"])
    assert (second["status"], third["what"]) == ("401", "GET /v1/models")
    for secret in ("fox", "sk-"):
        assert secret not in logged.text


def test_prompts_are_in_the_log_where_they_are_wanted(tiny: TinyEngine, logged: pytest.LogCaptureFixture) -> None:
    api = create_app(tiny, log_prompts=True).test_client()
    api.post("/v1/images/generations", json={**PROMPT, "prompt": "a fox\nGET /forged 200"}).close()
    (line,) = lines(logged)
    assert r"'a fox\nGET /forged 200'" in line["facts"]


def test_a_path_cannot_forge_a_line(api: FlaskClient, logged: pytest.LogCaptureFixture) -> None:
    api.get("/x%0AGET%20/forged%20200%201%20ms").close()
    (line,) = lines(logged)
    assert line["status"] == "404"
    assert "\n" not in logged.records[-1].getMessage()


def test_the_name_of_a_file_opens_it_and_is_not_told(api: FlaskClient, logged: pytest.LogCaptureFixture) -> None:
    url = api.post("/v1/images/generations", json={**PROMPT, "response_format": "url"}).json["data"][0]["url"]
    api.get(url).close()
    assert lines(logged)[-1]["what"] == "GET /v1/files/*"
    assert url.rpartition("/")[2] not in logged.text


def test_a_stream_is_told_when_it_is_over(logged: pytest.LogCaptureFixture) -> None:
    api = create_app(StagedEngine()).test_client()
    answer = api.post("/v1/images/generations", json={**PROMPT, "stream": True}, buffered=False)
    assert lines(logged) == []
    answer.close()
    assert [line["status"] for line in lines(logged)] == ["200"]


def test_an_edit_is_told_without_its_pictures(api: FlaskClient, logged: pytest.LogCaptureFixture) -> None:
    post(api, model="sketch", prompt="a secret hat", image=part(encoded(noise(64, 64)))).close()
    (line,) = lines(logged)
    assert line["facts"].startswith(", 1 of 64x64 by sketch, ")
    assert "hat" not in logged.text
