"""The bodies that go out, compared part by part with those of the official SDK for the same call."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from PIL import Image

from imagewidgets.client import Client
from imagewidgets.images import to_png
from tests.client.service import Received, Service, png, reply
from tests.client.test_streams import completed, text

# OpenAI has retired variations, and so its SDK warns; gateways still make them.
retired = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")

RED, BLUE = png("red"), png("blue")
# Of the size that a model makes, so that what is left out is left out by both.
SQUARE = png("green", (64, 64))
MASK = to_png(Image.new("RGBA", (64, 64), (0, 0, 0, 255)).crop((0, -32, 64, 32)))  # clear above, opaque below


def named(data: bytes, stem: str = "image") -> tuple[str, bytes, str]:
    """A picture as the SDK must be given one, if the hosted service shall take it."""
    return (f"{stem}.png", data, "image/png")


@pytest.fixture
def sdk(service: Service) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=service.url, api_key="sk-secret", max_retries=0) as client:
        yield client


def both(service: Service, ours: Any, theirs: Any, body: Any = None, **answer: Any) -> tuple[Received, Received]:
    """Make the same call with both clients; return what came in from ours and from theirs."""
    for call in (ours, theirs):
        service.answer(reply(RED) if body is None else body, **answer)
        call()
    first, second = service.received
    assert (first.method, first.path) == (second.method, second.path)
    assert first.headers["authorization"] == second.headers["authorization"]
    return first, second


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"model": "dall-e-3", "size": "1792x1024", "quality": "hd", "style": "natural", "response_format": "b64_json"},
        {"model": "dall-e-2", "n": 3, "size": "256x256", "user": "u-1"},
        {"model": "gpt-image-2", "n": 2, "size": "2048x1152", "quality": "low", "moderation": "low"},
        {"model": "gpt-image-2", "output_format": "webp", "output_compression": 60, "background": "transparent"},
        {"model": "something-new", "size": "1x1", "n": 77, "quality": "unheard of"},
    ],
    ids=["prompt alone", "dall-e-3", "dall-e-2", "gpt", "webp", "unknown model"],
)
@pytest.mark.parametrize("prompt", ["a fox", 'Füchse "zwei" 🦊\n\\ </script>'])
def test_generations(service, client, sdk, prompt, options):
    ours, theirs = both(
        service, lambda: client.generate(prompt, **options), lambda: sdk.images.generate(prompt=prompt, **options)
    )
    assert ours.json == theirs.json == {"prompt": prompt, **options}
    assert ours.headers["content-type"] == theirs.headers["content-type"] == "application/json"
    assert ours.body == theirs.body or sorted(ours.body) == sorted(theirs.body), "the same compact text, in any order"


def test_what_only_gateways_know(service, client, sdk):
    more = {"seed": 7, "negative_prompt": "blur", "guidance": 3.5, "loras": [{"name": "x", "weight": 0.5}], "hq": True}
    ours, theirs = both(
        service,
        lambda: client.generate("a fox", extra=more),
        lambda: sdk.images.generate(prompt="a fox", extra_body=more),
    )
    assert ours.json == theirs.json


def test_a_stream_of_a_generation(service, client, sdk):
    options = {"model": "gpt-image-2", "stream": True, "partial_images": 2}
    ours, theirs = both(
        service,
        lambda: client.generate("a fox", **options).result(),
        lambda: list(sdk.images.generate(prompt="a fox", **options)),
        text(completed()),
        content_type="text/event-stream",
    )
    assert ours.json == theirs.json == {"prompt": "a fox", **options}


def parts(got: Received) -> Counter[tuple[str, str | None, str, bytes]]:
    """All parts, whatever their order: name, file name, type and contents."""
    assert got.headers["content-type"].startswith("multipart/form-data; boundary=")
    return Counter(got.parts)


EDITS: dict[str, dict[str, Any]] = {
    "prompt alone": {},
    "dall-e-2": {"model": "dall-e-2", "n": 2, "size": "256x256", "response_format": "url", "user": "u-1"},
    "gpt": {
        "model": "gpt-image-1.5",
        "n": 10,
        "size": "1024x1024",
        "quality": "high",
        "background": "opaque",
        "output_format": "jpeg",
        "output_compression": 0,
        "input_fidelity": "high",
    },
    "unknown model": {"model": "something-new", "size": "7x9"},
}


@pytest.mark.parametrize("options", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])
def test_an_edit_of_one_picture(service, client, sdk, options, masked):
    # dall-e-2 wants an alpha channel, which ours adds where there is none: see below.
    picture = MASK if options.get("model") == "dall-e-2" else SQUARE
    mask = {"mask": MASK} if masked else {}
    ours, theirs = both(
        service,
        lambda: client.edit(picture, "ein Hütchen", **mask, **options),
        lambda: sdk.images.edit(
            image=named(picture), prompt="ein Hütchen", **{"mask": named(MASK, "mask")} if masked else {}, **options
        ),
        reply(SQUARE),
    )
    by_name = {part[0]: part for part in ours.parts}
    assert by_name["image"] == ("image", "image.png", "image/png", picture), "byte for byte as it was given"
    if masked:
        # A mask is drawn anew, because it comes in many forms: the same pixels, perhaps in other bytes.
        assert by_name["mask"][:3] == ("mask", "mask.png", "image/png")
        mine, given = (sent_file(got, "mask") for got in (ours, theirs))
        assert mine.getchannel("A").tobytes() == given.getchannel("A").tobytes()
    assert without(ours, "mask") == without(theirs, "mask")


def sent_file(got: Received, name: str) -> Image.Image:
    return Image.open(io.BytesIO(next(part[3] for part in got.parts if part[0] == name)))


def without(got: Received, *names: str) -> Counter[tuple[str, str | None, str, bytes]]:
    return Counter({part: count for part, count in parts(got).items() if part[0] not in names})


@pytest.mark.parametrize("count", [1, 3, 16])
def test_an_edit_of_a_list_of_pictures(service, client, sdk, count):
    pictures = [png((index, 0, 0)) for index in range(count)]
    ours, theirs = both(
        service,
        lambda: client.edit(pictures, "a group"),
        lambda: sdk.images.edit(image=[named(data) for data in pictures], prompt="a group"),
    )
    assert parts(ours) == parts(theirs)
    assert [part[3] for part in ours.parts if part[1]] == pictures, "in their order"
    assert {part[0] for part in ours.parts if part[1]} == {"image[]"}


def test_a_stream_of_an_edit(service, client, sdk):
    options = {"model": "gpt-image-2", "size": "1024x1024", "stream": True, "partial_images": 0}
    ours, theirs = both(
        service,
        lambda: client.edit(SQUARE, "a hat", **options).result(),
        lambda: list(sdk.images.edit(image=named(SQUARE), prompt="a hat", **options)),
        text(completed(operation="edit")),
        content_type="text/event-stream",
    )
    assert parts(ours) == parts(theirs)
    assert {part[0]: part[3] for part in ours.parts if not part[1]}["stream"] == b"true"


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_other_files_than_png_go_as_they_are(service, client, sdk, tmp_path, kind):
    path = tmp_path / f"image.{kind}"
    Image.new("RGB", (8, 8), "red").save(path)
    ours, theirs = both(
        service, lambda: client.edit(path, "a hat"), lambda: sdk.images.edit(image=path, prompt="a hat")
    )
    assert parts(ours) == parts(theirs)


@retired
@pytest.mark.parametrize(
    "options",
    [{}, {"model": "dall-e-2", "n": 4, "size": "512x512", "response_format": "b64_json", "user": "u-1"}],
    ids=["alone", "all options"],
)
def test_a_variation(service, client, sdk, options):
    picture = MASK if options else SQUARE
    ours, theirs = both(
        service,
        lambda: client.create_variation(picture, **options),
        lambda: sdk.images.create_variation(image=named(picture), **options),
    )
    assert parts(ours) == parts(theirs)


def test_nested_values_become_the_same_fields(service, client, sdk):
    more = {
        "svg": {"model": "m", "reasoning": {"effort": "low"}},
        "hq": True,
        "off": False,
        "steps": 4,
        "cfg": 1.5,
        "tags": ["a", "b"],
    }
    ours, theirs = both(
        service,
        lambda: client.edit(SQUARE, "a hat", extra=more),
        lambda: sdk.images.edit(image=named(SQUARE), prompt="a hat", extra_body=more),
    )
    assert parts(ours) == parts(theirs)


def test_the_list_of_models(service, sdk):
    for call in (Client(service.url, "sk-secret").list_models, sdk.models.list):
        service.answer({"object": "list", "data": [{"id": "a", "object": "model", "created": 1, "owned_by": "x"}]})
        call()
    first, second = service.received
    assert (first.method, first.path, first.body) == (second.method, second.path, second.body)


# Where the two differ, and why.


def test_bare_bytes_get_a_name_and_a_type(service, client, sdk):
    """The hosted service refuses application/octet-stream, which is what the SDK sends for bytes without a name."""
    ours, theirs = both(
        service, lambda: client.edit(SQUARE, "a hat"), lambda: sdk.images.edit(image=SQUARE, prompt="a hat")
    )
    files = [[part for part in got.parts if part[1]] for got in (ours, theirs)]
    assert files[0] == [("image", "image.png", "image/png", SQUARE)]
    assert files[1] == [("image", "upload", "application/octet-stream", SQUARE)]
    assert [part for part in ours.parts if not part[1]] == [part for part in theirs.parts if not part[1]]


def test_the_size_of_an_edit_follows_the_picture(service, client, sdk):
    """The SDK leaves the size out, and a service then makes a square of a tall picture."""
    tall = png("red", (64, 96))
    options = {"model": "gpt-image-1.5"}
    ours, theirs = both(
        service,
        lambda: client.edit(tall, "a hat", **options),
        lambda: sdk.images.edit(image=named(tall), prompt="a hat", **options),
        reply(tall),
    )
    assert parts(ours) - parts(theirs) == Counter([("size", None, "text/plain", b"1024x1536")])
    assert not parts(theirs) - parts(ours)


def test_pictures_for_dall_e_2_get_the_alpha_channel_that_it_wants(service, client, sdk):
    """Dall-e-2 refuses RGB; the SDK sends what it is given."""
    ours, theirs = both(
        service,
        lambda: client.edit(SQUARE, "a hat", mask=MASK, model="dall-e-2", size="256x256"),
        lambda: sdk.images.edit(
            image=named(SQUARE), mask=named(MASK, "mask"), prompt="a hat", model="dall-e-2", size="256x256"
        ),
    )
    assert without(ours, "image", "mask") == without(theirs, "image", "mask")
    sent, given = (sent_file(got, "image") for got in (ours, theirs))
    assert (sent.mode, given.mode) == ("RGBA", "RGB")
    assert sent.convert("RGB").tobytes() == given.tobytes()


def test_none_means_left_out(service, client, sdk):
    """The SDK sends null for None in JSON; some services take that for a wrong type, so ours never does."""
    ours, theirs = both(
        service,
        lambda: client.generate("a fox", n=None, size=None),
        lambda: sdk.images.generate(prompt="a fox", n=None, size=None),
    )
    assert ours.json == {"prompt": "a fox"}
    assert theirs.json == {"prompt": "a fox", "n": None, "size": None}
