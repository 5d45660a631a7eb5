"""Adding an engine: one class, told by its name on the command line; and what one does that cannot do a job."""

from __future__ import annotations

import base64
import io
import textwrap
from collections.abc import Generator
from typing import Any

import pytest
from PIL import Image

from imagewidgets.local import engine as engine_module
from imagewidgets.local.app import create_app
from imagewidgets.local.engine import Job, Picture, Step, UnsupportedError
from imagewidgets.local.engines import ENGINES, UnknownEngineError, make_engine
from tests.local.test_app_pictures import part, post
from tests.local.tiny import encoded, noise

PATH = "/v1/images/generations"
PROMPT = {"prompt": "a fox", "model": "sketch", "size": "64x64"}


class Grey:
    """The engine that the docstring of `imagewidgets.local.engine` shows, word for word below."""

    name = "grey"

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        if job.operation == "variation":
            raise UnsupportedError("This engine makes no variations.", param="model")
        pictures: list[Picture] = []
        for index in range(job.n):
            yield Step(index, job.n, finished=tuple(pictures[-1:]))
            pictures.append(Picture(Image.new("RGB", job.size, "grey")))
        return pictures


def shown_in_the_docstring() -> Any:
    """Return an engine of the class that the docstring shows."""
    text = engine_module.__doc__ or ""
    lines = text[text.index("    class Grey:") :].split("\n\nThat is a whole engine")[0]
    names: dict[str, Any] = {"Step": Step, "Picture": Picture, "Image": Image, "UnsupportedError": UnsupportedError}
    exec(textwrap.dedent(lines), names)
    return names["Grey"]()


@pytest.mark.parametrize("grey", [Grey(), shown_in_the_docstring()], ids=["here", "docstring"])
def test_one_class_is_an_engine(grey: Any) -> None:
    api = create_app(grey).test_client()
    reply = api.post(PATH, json={**PROMPT, "n": 2}).json
    for item in reply["data"]:
        image = Image.open(io.BytesIO(base64.b64decode(item["b64_json"])))
        assert (image.size, image.getpixel((0, 0))) == ((64, 64), (128, 128, 128))
    stream = api.post(PATH, json={**PROMPT, "n": 3, "stream": True}).text
    assert stream.count("event: image_generation.completed") == 3
    assert post(api, model="sketch", prompt="x", image=part(encoded(noise(64, 64)))).status_code == 200


@pytest.mark.parametrize("grey", [Grey(), shown_in_the_docstring()], ids=["here", "docstring"])
def test_what_an_engine_cannot_do_is_422_in_its_own_words(grey: Any) -> None:
    answer = post(create_app(grey).test_client(), "variations", model="sketch", image=part(encoded(noise(64, 64))))
    assert answer.status_code == 422
    assert answer.json["error"] == {
        "message": "This engine makes no variations.",
        "type": "invalid_request_error",
        "param": "model",
        "code": "unsupported_value",
    }


def test_an_engine_that_gives_up_in_a_stream_says_so() -> None:
    class Half(Grey):
        def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
            yield Step(1, 2, 0, Image.new("RGB", job.size))
            raise UnsupportedError("Half a picture is all that there is.")

    body = {**PROMPT, "stream": True, "partial_images": 1}
    stream = create_app(Half()).test_client().post(PATH, json=body).text
    assert stream.count("event: ") == 2
    assert "Half a picture is all that there is." in stream
    assert '"unsupported_value"' in stream


def test_engines_are_found_by_name_and_by_module_and_class() -> None:
    assert make_engine(f"{__name__}:Grey").name == "grey"
    assert [make_engine(name).name for name in ENGINES] == list(ENGINES)


@pytest.mark.parametrize("name", ["oil", "", "no_such_module:Grey", f"{__name__}:Black", ":"])
def test_an_engine_that_is_not_there_is_explained(name: str) -> None:
    with pytest.raises(UnknownEngineError):
        make_engine(name)
