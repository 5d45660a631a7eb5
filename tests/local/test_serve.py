"""The application over HTTP: ready when it says so, stopped when told, hang-ups noticed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from flask import Flask

from imagewidgets import cli
from imagewidgets.local.app import LARGEST_BODY, create_app
from imagewidgets.local.chaos import Fault
from imagewidgets.local.engine import Job, Picture, Step
from imagewidgets.local.gate import Gate
from imagewidgets.local.serve import ServeError, Server
from tests.local.staged import PATIENCE, StagedEngine
from tests.local.test_gate import until
from tests.local.tiny import TinyEngine, noise

Serving = Callable[[Flask], str]
PROMPT = {"prompt": "a fox", "model": "sketch", "size": "64x64"}
LINE = re.compile(r"\d\d:\d\d:\d\d INFO (.+ \d{3}) \d+ ms,.* req_[0-9a-f]{32}")


def address(url: str) -> tuple[str, int]:
    host, port = url.removeprefix("http://").removesuffix("/v1").rsplit(":", 1)
    return host, int(port)


def test_pictures_come_over_http(app: Flask, serving: Serving) -> None:
    url = serving(app)
    answer = requests.post(f"{url}/images/generations", json={**PROMPT, "response_format": "url"}, timeout=PATIENCE)
    assert answer.status_code == 200
    picture = answer.json()["data"][0]["url"]
    assert picture.startswith(f"{url}/files/")
    assert requests.get(picture, timeout=PATIENCE).content.startswith(b"\x89PNG")
    answer = requests.get(f"{url}/nowhere", timeout=PATIENCE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_url")


def test_addresses_follow_the_host_that_the_client_used(app: Flask, serving: Serving) -> None:
    _, port = address(serving(app))
    url = f"http://localhost:{port}/v1/images/generations"
    answer = requests.post(url, json={**PROMPT, "response_format": "url"}, timeout=PATIENCE)
    assert answer.json()["data"][0]["url"].startswith(f"http://localhost:{port}/v1/files/")


def test_a_body_that_is_announced_too_large_is_refused_at_once(app: Flask, serving: Serving) -> None:
    with socket.create_connection(address(serving(app)), PATIENCE) as client:
        head = f"POST /v1/images/edits HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGEST_BODY + 1}\r\n\r\n"
        client.sendall(head.encode())  # and not a byte of the body
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"application/json" in answer
    assert b'"request_too_large"' in answer
    assert b"x-request-id: req_" in answer.replace(b"X-Request-Id", b"x-request-id")


def test_what_is_no_http_is_refused_in_the_same_form(app: Flask, serving: Serving) -> None:
    with socket.create_connection(address(serving(app)), PATIENCE) as client:
        client.sendall(b"GET /v1/models HTTP/1.1\r\nbroken header\r\n\r\n")
        answer = client.makefile("rb").read()
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    assert b'{"error":{' in answer


class WaitingEngine(TinyEngine):
    """Takes one step after the other until it is stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.started, self.stopped = threading.Event(), threading.Event()

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        try:
            for index in range(10**9):
                self.started.set()
                self.stopped.wait(0.001)
                yield Step(index, 10**9)
        finally:
            self.stopped.set()
        return []


def start_waiting_request(url: str) -> socket.socket:
    client = socket.create_connection(address(url), PATIENCE)
    body = b'{"prompt": "a fox"}'
    client.sendall(
        b"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    return client


def test_a_client_that_hangs_up_frees_the_engine(serving: Serving) -> None:
    engine = WaitingEngine()
    client = start_waiting_request(serving(create_app(engine)))
    assert engine.started.wait(PATIENCE)
    client.close()
    assert engine.stopped.wait(PATIENCE)


def test_stopping_the_server_stops_the_engine() -> None:
    engine = WaitingEngine()
    server = Server(create_app(engine), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    with start_waiting_request(server.url) as client:
        assert engine.started.wait(PATIENCE)
        server.stop()
        thread.join(PATIENCE)
        assert engine.stopped.wait(PATIENCE)
        assert client.recv(1) == b""
    assert not thread.is_alive()
    with socket.create_server(address(server.url)):
        pass  # the port is free again


def ask(url: str, **body: Any) -> requests.Response:
    return requests.post(f"{url}/images/generations", json={**PROMPT, **body}, timeout=PATIENCE)


def test_finishing_lets_what_runs_come_to_its_end_and_nothing_else() -> None:
    engine, gate = StagedEngine(waits_at=2), Gate(workers=1, line=1)
    server = Server(create_app(engine, gate=gate), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    with ThreadPoolExecutor(2) as pool, requests.Session() as idle:
        idle.get(f"{server.url}/models", timeout=PATIENCE)  # a connection that stays open holds nobody up
        running = pool.submit(ask, server.url)
        assert engine.waiting.wait(PATIENCE)
        waiting = pool.submit(ask, server.url)
        until(lambda: gate.waiting == 1)
        gate.close()
        server.finish()
        assert waiting.result(PATIENCE).status_code == 503
        until(lambda: refused(server.url))
        assert thread.is_alive()
        engine.go_on.set()
        assert len(running.result(PATIENCE).json()["data"]) == 1
    thread.join(PATIENCE)
    assert not thread.is_alive()


def refused(url: str) -> bool:
    """Tell whether nobody listens any more."""
    try:
        socket.create_connection(address(url), PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


def test_finishing_a_stream_sends_it_whole() -> None:
    engine = StagedEngine(waits_at=2)
    server = Server(create_app(engine), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(ask, server.url, stream=True, partial_images=3)
        assert engine.waiting.wait(PATIENCE)
        server.finish()
        engine.go_on.set()
        assert running.result(PATIENCE).text.count("event: ") == 4
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_finishing_does_not_wait_for_ever_for_a_client_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Large(TinyEngine):
        def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
            yield Step(0, 1)
            return [Picture(noise(*job.size)) for _ in range(job.n)]

    monkeypatch.setattr("imagewidgets.local.serve.LINGER_SECONDS", 0.1)
    gate = Gate(workers=1, line=0)
    server = Server(create_app(Large(), gate=gate), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    body = json.dumps({**PROMPT, "size": "1500x1500", "n": 4}).encode()
    with socket.create_connection(address(server.url), PATIENCE) as client:
        client.sendall(
            b"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        assert client.recv(1) == b"H"  # the answer has begun, and nobody reads on
        server.finish()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_stopping_ends_what_finishing_waits_for() -> None:
    engine = WaitingEngine()
    server = Server(create_app(engine), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    with start_waiting_request(server.url):
        assert engine.started.wait(PATIENCE)
        server.finish()
        server.stop()
        thread.join(PATIENCE)
    assert not thread.is_alive()
    assert engine.stopped.is_set()


def test_stopping_twice_or_after_the_end_does_nothing(app: Flask) -> None:
    server = Server(app, port=0)
    server.stop()
    server.run()
    server.stop()


def test_a_slow_request_does_not_hold_up_the_others(serving: Serving) -> None:
    engine = WaitingEngine()
    url = serving(create_app(engine))
    with start_waiting_request(url):
        assert engine.started.wait(PATIENCE)
        assert requests.get(f"{url}/models", timeout=PATIENCE).status_code == 200


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [("127.0.0.1", 65536, "65535"), ("127.0.0.1", -1, "65535"), ("203.0.113.7", 0, "no address of this machine")],
)
def test_an_address_that_cannot_be_had_is_explained(app: Flask, host: str, port: int, words: str) -> None:
    with pytest.raises(ServeError, match=words):
        Server(app, host=host, port=port)


def test_ipv6_addresses_are_written_with_brackets(app: Flask) -> None:
    try:
        server = Server(app, host="::1", port=0)
    except ServeError:
        pytest.skip("this machine has no IPv6")
    server.stop()
    server.run()
    assert re.fullmatch(r"http://\[::1\]:\d+/v1", server.url)


@pytest.fixture
def command() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """A function that starts ``imagewidgets serve`` as people do."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "imagewidgets.cli", "serve", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_where_it_is_when_it_is_ready_and_stops_cleanly(
    command: Callable[..., Any], number: signal.Signals
) -> None:
    process = command("--port", "0", IMAGEWIDGETS_API_KEY="sk-env")
    line = first_line(process)
    match = re.fullmatch(r"imagewidgets serves the Images API at (http://127\.0\.0\.1:\d+/v1)\n", line)
    assert match, line + process.communicate()[1]
    url = f"{match[1]}/models"
    # No second try: ready means ready.
    assert requests.get(url, timeout=PATIENCE).status_code == 401
    assert requests.get(url, timeout=PATIENCE, headers={"Authorization": "Bearer sk-env"}).status_code == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "")
    lines = [LINE.sub(r"\1", line) for line in err.splitlines()]
    assert lines == ["GET /v1/models 401", "GET /v1/models 200"]
    assert "sk-env" not in err


def test_the_log_can_be_told_to_be_quiet(command: Callable[..., Any]) -> None:
    process = command("--port", "0", "--log-level", "warning")
    url = first_line(process).split()[-1]
    assert requests.get(f"{url}/models", timeout=PATIENCE).status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=PATIENCE) == ("", "")


def test_ctrl_c_lets_the_running_pictures_finish_and_a_second_one_does_not(command: Callable[..., Any]) -> None:
    for presses in (1, 2):
        process = command("--port", "0", "--engine", f"{__name__}:Patient", "--log-level", "debug")
        url = first_line(process).split()[-1]
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(ask, url)
            assert "PAINTING" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            assert "Stopping when what runs is finished (1)" in process.stderr.readline()
            if presses == 1:
                process.stdin.write("go on\n")
                process.stdin.flush()
                assert running.result(PATIENCE).json()["data"]
            else:
                process.send_signal(signal.SIGINT)
                with pytest.raises(requests.ConnectionError):
                    running.result(PATIENCE)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0


class Patient(TinyEngine):
    """An engine of a person's own: it says on the standard error that it paints, until it is told to go on."""

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        told = threading.Event()
        threading.Thread(target=lambda: sys.stdin.readline() and told.set(), daemon=True).start()
        sys.stderr.write("PAINTING\n")
        sys.stderr.flush()
        while not told.wait(0.01):
            yield Step(0, 1)
        return (yield from super().run(job))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "oil"], "There is no engine 'oil'. Use sketch, or module:Class of your own."),
        (["--engine", "no_such_module:Engine"], "cannot be loaded: No module named 'no_such_module'."),
        (["--engine", "random:Engine"], "cannot be loaded"),
        (["--workers", "0"], "'0' is no whole number from 1."),
        (["--queue", "many"], "'many' is no whole number from 1."),
        (["--fail", "rate=2"], "rate is 2; it is a share of the requests, from 0 to 1."),
        (["--latency", "soon"], "'soon' is no time"),
        (["--log-level", "loud"], "invalid choice: 'loud'"),
    ],
)
def test_wrong_options_are_explained(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["serve", "--port", "0", *words])
    assert exit_.value.code == 2
    assert said in capsys.readouterr().err


def test_the_options_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("imagewidgets.local.serve.serve", lambda **options: given.update(options))
    words = "--lenient --workers 3 --queue 5 --allow-host a --allow-host b --cors --proxy 10.0.0.1 --latency 500ms"
    cli.main(["serve", *words.split(), "--fail", "rate=0.2,status=429", "--fail", "status=503", "--log-prompts"])
    assert (given["lenient"], given["workers"], given["line"], given["log_prompts"]) == (True, 3, 5, True)
    assert (given["hosts"], given["origins"], given["proxies"]) == (["a", "b"], ["*"], ["10.0.0.1"])
    assert (given["latency"], given["faults"]) == (0.5, [Fault(0.2, 429), Fault(1.0, 503)])
    cli.main(["serve", "--cors", "https://lab.example"])
    assert given["origins"] == ["https://lab.example"]


def test_the_served_application_keeps_pages_out_and_misbehaves_as_told(command: Callable[..., Any]) -> None:
    process = command("--port", "0", "--cors", "https://lab.example/", "--fail", "status=429")
    url = first_line(process).split()[-1]

    def status(**headers: str) -> int:
        return requests.get(f"{url}/models", headers=headers, timeout=PATIENCE).status_code

    assert status() == status(Origin="https://lab.example") == 200
    assert status(Origin="http://evil.example") == status(Host="evil.example") == 403
    failed = ask(url)
    assert (failed.status_code, failed.headers["Retry-After"]) == (429, "1")
    assert requests.get(url.removesuffix("v1"), timeout=PATIENCE).headers["Content-Type"].startswith("text/html")


def test_a_port_in_use_is_one_sentence(command: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        out, err = command("--port", port).communicate(timeout=PATIENCE)
    assert out == ""
    assert err == f"imagewidgets: Something else already listens on port {port}. Stop it, or choose another --port.\n"
