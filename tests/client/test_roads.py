"""The way to a service: certificates, proxies and time; what never arrived is said to be so."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from imagewidgets import errors
from imagewidgets.client import Client, connection
from tests.client.faults import refused
from tests.client.service import Service, png, reply


def never_sent(base_url: str, words: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "pause", lambda *_: pytest.fail("it waits to try again"))
        error = refused(Client(base_url, "sk-secret"), words, errors.APIConnectionError)
    assert isinstance(error, errors.APIConnectionError)
    assert not error.sent
    assert error.lasting


def test_a_certificate_that_nobody_vouches_for(certificate, monkeypatch):
    service = Service(certificate)
    never_sent(service.url, "certificate of .* cannot be verified: self-signed .*REQUESTS_CA_BUNDLE")
    assert not service.received
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    service.answer(reply(png()))
    assert len(Client(service.url, "sk-secret").generate("a fox")) == 1, "what the sentence says does help"
    service.close()


def test_no_tls_where_https_was_asked_for(service):
    never_sent(service.url.replace("http:", "https:"), "No secure connection .*http or https")


def test_a_bundle_that_is_not_there(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    never_sent("https://127.0.0.1:1/v1", "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there")


@pytest.mark.parametrize("proxy", ["http://someone:hunter22@127.0.0.1:1", "http:///nowhere", "socks5://127.0.0.1:1"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_cannot_be_used(monkeypatch, proxy, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", proxy)
    never_sent(f"{scheme}://gateway.example.org/v1", "The proxy on the way to .*HTTPS_PROXY")


def test_the_environment_is_read_when_the_client_is_made(service, client, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    service.answer(reply(png()))
    assert len(client.generate("a fox")) == 1
    never_sent(service.url, "The proxy on the way")


def test_sending_has_the_time_of_the_request_not_that_of_connecting(service, monkeypatch):
    """A large upload over a slow line takes longer than a connection may."""
    client = Client(service.url, "sk-secret", timeout=1000)
    seen = []
    send = socket.socket.sendall

    def sendall(sock: socket.socket, *args: Any) -> None:
        seen.append(sock.gettimeout())
        send(sock, *args)

    monkeypatch.setattr(socket.socket, "sendall", sendall)
    for _ in range(2):  # over a new connection, and over one that was kept
        service.answer(reply(png()))
        client.edit(png(), "a hat")
    from_here = [timeout for timeout in seen if timeout is not None]  # the service's have none
    assert from_here
    assert all(connection.CONNECT_TIMEOUT < timeout <= 1000 for timeout in from_here), from_here
