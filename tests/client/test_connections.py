"""Connections that stay open: used again for the next request, unless it is unsure what would come over them."""

from __future__ import annotations

import io
import json
import select
import socket
from typing import Any

import pytest

from imagewidgets import errors
from imagewidgets.client import Client
from tests.client.service import PATIENCE, Service, png, reply


@pytest.mark.parametrize("way", ["announced", "unannounced", "a buffer full", "a buffer full, by TLS"])
def test_a_connection_with_something_left_over_is_not_used_again(way, certificate, monkeypatch):
    """The service keeps it open, so nothing but what is left over can tell that it is of no more use."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    service = Service(certificate if "TLS" in way else None)
    client = Client(service.url, "sk-secret", timeout=PATIENCE)
    if way == "unannounced":
        chunk = json.dumps(reply(png())).encode()
        body = b"%x\r\n%b\r\n0\r\n\r\nHTTP/1.1 408 Too late" % (len(chunk), chunk)
        service.answer(body, headers={"transfer-encoding": "chunked"}, kept=True)
        assert len(client.generate("a fox")) == 1
    else:
        # Whole buffers are read past the buffer: the rest is in the socket, or in what TLS has unpacked of it.
        length = 40 if way == "announced" else io.DEFAULT_BUFFER_SIZE
        service.answer(b" " * length + b"HTTP/1.1 408 Too late", length=length, kept=True)
        with pytest.raises(errors.APIResponseError, match="empty answer"):
            client.generate("a fox")
    service.answer(reply(png()))
    assert len(client.generate("a fox")) == 1
    service.answer(reply(png()))
    assert len(client.generate("a fox")) == 1
    ports = [got.port for got in service.received]
    assert ports[0] != ports[1] == ports[2]
    service.close()


def test_a_connection_on_which_something_came_unasked_is_not_used_again(service, client, monkeypatch):
    """Some proxies send a 408 before they close a connection that is idle: that is no answer to what comes next."""
    socks = []
    send = socket.socket.sendall

    def sendall(sock: socket.socket, *args: Any) -> None:
        if sock.getpeername()[1] == int(service.root.rpartition(":")[2]):
            socks.append(sock)
        send(sock, *args)

    monkeypatch.setattr(socket.socket, "sendall", sendall)
    service.answer(reply(png()), stray=b"HTTP/1.1 408 Too late\r\ncontent-length: 0\r\n\r\n")
    idle = service.answers[0].idle
    assert len(client.generate("a fox")) == 1
    idle.set()
    assert select.select(socks[:1], [], [], PATIENCE)[0], "it has come"
    service.answer(reply(png()))
    assert len(client.generate("a fox")) == 1
    assert len({got.port for got in service.received}) == 2


def test_nothing_of_a_request_is_in_the_next_one_but_the_cookie_of_its_answer(service, client):
    service.answer(reply(png()), headers={"set-cookie": "node=7; Path=/v1"})
    service.answer(reply(png()))
    service.answer(reply(png()))
    client.generate("a fox")
    client.edit(png(), "in the snow")
    client.generate("a longer prompt than before")
    first, edit, last = service.received
    assert [got.headers["cookie"] for got in service.received] == [None, "node=7", "node=7"]
    assert edit.headers["content-type"].startswith("multipart/form-data")
    assert first.headers["content-type"] == last.headers["content-type"] == "application/json"
    assert [int(got.headers["content-length"]) for got in service.received] == [
        len(got.body) for got in service.received
    ]
    assert len({got.port for got in service.received}) == 1, "the connection is used again"
