"""Web pages stay out: Host and Origin, CORS where it is wanted, and the address behind a proxy."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from imagewidgets.local.access import Access
from imagewidgets.local.app import create_app
from tests.local.tiny import TinyEngine

PATH = "/v1/images/generations"
URL = {"prompt": "a fox", "model": "sketch", "size": "64x64", "response_format": "url"}
NAMED = frozenset({"lab-7"})


def served(engine: TinyEngine, **access: Any) -> FlaskClient:
    return create_app(engine, access=Access(**{"hosts": NAMED, **access})).test_client()


def get(api: FlaskClient, host: str = "127.0.0.1:8000", **headers: str) -> Any:
    return api.get(
        "/v1/models", headers={"Host": host, **{name.replace("_", "-"): text for name, text in headers.items()}}
    )


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8000",
        "localhost:8000",
        "LOCALHOST",
        "localhost.:8000",
        "images.localhost",
        "[::1]:8000",
        "192.168.1.7:8000",
        "lab-7:8000",
        "Lab-7",
        "",
    ],
)
def test_numbers_localhost_and_allowed_names_are_served(tiny: TinyEngine, host: str) -> None:
    assert get(served(tiny), host).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "lab-77", "[x]:1"]
)
def test_a_name_that_a_page_made_up_is_refused(tiny: TinyEngine, host: str) -> None:
    api = served(tiny)
    answer = get(api, host)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "host_not_allowed")
    assert "--allow-host" in answer.json["error"]["message"]
    assert api.post(PATH, json=URL, headers={"Host": host}).status_code == 403
    assert tiny.jobs == []


def test_a_forwarded_name_does_not_help_a_page(tiny: TinyEngine) -> None:
    assert get(served(tiny), "evil.example", X_Forwarded_Host="localhost").status_code == 403


def test_every_name_may_be_allowed(tiny: TinyEngine) -> None:
    api = served(tiny, hosts=frozenset({"*"}))
    assert get(api, "images:8000").status_code == 200
    assert get(api, "images:8000", Origin="http://evil.example").status_code == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://127.0.0.1:8000", "http://127.0.0.1:8888", "http://localhost:8000"],
)
def test_a_foreign_page_is_refused(tiny: TinyEngine, origin: str) -> None:
    api = served(tiny)
    answer = get(api, Origin=origin)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert api.post(PATH, json=URL, headers={"Origin": origin}).status_code == 403
    preflight = api.options(PATH, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 403
    assert tiny.jobs == []


def test_the_servers_own_page_may_ask(tiny: TinyEngine) -> None:
    assert get(served(tiny), Origin="http://127.0.0.1:8000").status_code == 200
    through = {"X_Forwarded_Host": "pictures.example", "X_Forwarded_Proto": "https"}
    assert get(served(tiny), Origin="https://pictures.example", **through).status_code == 200


@pytest.mark.parametrize("origins", [{"*"}, {"https://lab.example"}])
def test_with_cors_a_page_may_ask(tiny: TinyEngine, origins: set[str]) -> None:
    api = served(tiny, origins=frozenset(origins))
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-stainless-os"}
    preflight = api.options(PATH, headers={"Origin": "https://lab.example", **asked})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://lab.example"
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization,x-stainless-os"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Private-Network" not in preflight.headers
    answer = get(api, Origin="https://lab.example")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://lab.example"
    assert answer.headers["Vary"] == "Origin"
    assert "x-request-id" in answer.headers["Access-Control-Expose-Headers"]
    refused = api.post(PATH, json={}, headers={"Origin": "https://lab.example"})
    assert refused.status_code == 400
    assert refused.headers["Access-Control-Allow-Origin"] == "https://lab.example"  # or the page could not read why
    assert get(api, Origin="http://evil.example").status_code == (200 if "*" in origins else 403)
    assert "Access-Control-Allow-Origin" not in get(api).headers


def test_a_private_network_is_opened_where_a_browser_asks(tiny: TinyEngine) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
    api = served(tiny, origins=frozenset({"https://lab.example"}))
    preflight = api.options(PATH, headers={"Origin": "https://lab.example", **asked})
    assert preflight.headers["Access-Control-Allow-Private-Network"] == "true"


def test_a_preflight_needs_no_key_and_the_request_does(tiny: TinyEngine) -> None:
    access = Access(hosts=NAMED, origins=frozenset({"*"}))
    api = create_app(tiny, api_key="sk-local", access=access).test_client()
    asked = {"Origin": "https://lab.example", "Access-Control-Request-Method": "POST"}
    assert api.options(PATH, headers=asked).status_code == 204
    assert api.post(PATH, json=URL, headers={"Origin": "https://lab.example"}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"X-Forwarded-Host": "pictures.example"}, "http://pictures.example"),
        ({"X-Forwarded-Host": "pictures.example:8443", "X-Forwarded-Proto": "https"}, "https://pictures.example:8443"),
        ({"X-Forwarded-Host": "a.example, b.example", "X-Forwarded-Proto": "https, http"}, "https://a.example"),
        ({"X-Forwarded-Host": "a.example", "X-Forwarded-Port": "8443"}, "http://a.example:8443"),
        (
            {"X-Forwarded-Host": "a.example", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443"},
            "https://a.example",
        ),
        ({"X-Forwarded-Host": "a.example:1", "X-Forwarded-Port": "2"}, "http://a.example:1"),
        ({"X-Forwarded-Prefix": "/images/"}, "http://127.0.0.1:8000/images"),
        ({"Forwarded": 'for=192.0.2.1;host="a.example";proto=https, for=192.0.2.2'}, "https://a.example"),
        ({"X-Forwarded-Host": 'a.example"onload="x'}, "http://127.0.0.1:8000"),
        ({"X-Forwarded-Proto": "javascript"}, "http://127.0.0.1:8000"),
        ({"X-Forwarded-Prefix": "//evil.example"}, "http://127.0.0.1:8000"),
        ({"X-Forwarded-Prefix": "/../x y"}, "http://127.0.0.1:8000"),
    ],
)
def test_behind_a_proxy_addresses_are_those_of_the_client(
    tiny: TinyEngine, headers: dict[str, str], address: str
) -> None:
    api = served(tiny)
    sent = {"Host": "127.0.0.1:8000", **headers}
    url = api.post(PATH, json=URL, headers=sent).json["data"][0]["url"]
    assert url.startswith(f"{address}/v1/files/")
    assert api.get("/openapi.json", headers=sent).json["servers"] == [{"url": f"{address}/v1"}]


def test_only_known_proxies_are_believed(tiny: TinyEngine) -> None:
    def url(peer: str, **access: Any) -> str:
        headers = {"Host": "127.0.0.1:8000", "X-Forwarded-Host": "a.example"}
        answer = served(tiny, **access).post(PATH, json=URL, headers=headers, environ_overrides={"REMOTE_ADDR": peer})
        return answer.json["data"][0]["url"]

    assert url("127.0.0.1").startswith("http://a.example/")
    assert url("::1").startswith("http://a.example/")
    assert url("10.0.0.5").startswith("http://127.0.0.1:8000/")
    assert url("10.0.0.5", proxies=frozenset({"10.0.0.5"})).startswith("http://a.example/")


def test_inside_one_process_nothing_is_looked_at(api: FlaskClient) -> None:
    assert get(api, "sketch.invalid", Origin="http://evil.example").status_code == 200
