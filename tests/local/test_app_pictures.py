"""Edits and variations: every form of body, the mask, sizes, and pictures that are none."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.models import EDIT, MODELS, VARIATION, Model
from tests.local.tiny import TinyEngine, encoded, hole, noise

EDITING = [model for model in MODELS.values() if EDIT in model.operations]
NOT_VARYING = [model for model in MODELS.values() if VARIATION not in model.operations]


Part = tuple[str, bytes, str]


def part(data: bytes, mime: str = "image/png", name: str = "image.png") -> Part:
    return name, data, mime


def post(api: FlaskClient, path: str = "edits", **parts: str | Part | list[str] | list[Part]) -> Any:
    """Send a multipart body: text, files as `part` makes them, or lists of either."""
    fields = [(name, one) for name, value in parts.items() for one in (value if isinstance(value, list) else [value])]
    # A body that a client has really made: Flask's own test client leaves temporary files open.
    request = requests.Request(
        "POST", "http://localhost", files=[(name, (None, one) if isinstance(one, str) else one) for name, one in fields]
    ).prepare()
    if not fields:
        return api.post(f"/v1/images/{path}", data=b"--xx--\r\n", content_type="multipart/form-data; boundary=xx")
    return api.post(f"/v1/images/{path}", data=request.body, content_type=request.headers["Content-Type"])


def pictures(answer: Any) -> list[Image.Image]:
    assert answer.status_code == 200, answer.json
    return [Image.open(io.BytesIO(base64.b64decode(item["b64_json"]))) for item in answer.json["data"]]


def error(answer: Any, status: int = 400) -> dict[str, Any]:
    assert answer.status_code == status, answer.json
    return answer.json["error"]


def data_url(data: bytes) -> dict[str, str]:
    return {"image_url": f"data:image/png;base64,{base64.b64encode(data).decode()}"}


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_outside_the_mask_every_pixel_stays(api: FlaskClient, mode: str) -> None:
    source = noise(96, 64, mode)
    answer = post(
        api,
        model="sketch",
        prompt="a hat",
        image=part(encoded(source)),
        mask=part(encoded(hole(96, 64))),
        n="2",
    )
    first, second = pictures(answer)
    for result in (first, second):
        assert (result.mode, result.size) == (mode, (96, 64))
        assert result.crop((48, 0, 96, 64)).tobytes() == source.crop((48, 0, 96, 64)).tobytes()
        assert result.crop((0, 0, 48, 64)).tobytes() != source.crop((0, 0, 48, 64)).tobytes()
    assert first.tobytes() != second.tobytes()


def test_only_full_transparency_is_free(api: FlaskClient, tiny: TinyEngine) -> None:
    mask = noise(64, 64, "RGBA")
    post(api, model="sketch", prompt="x", image=part(encoded(noise(64, 64))), mask=part(encoded(mask)))
    seen = tiny.jobs[-1].mask
    assert seen is not None
    assert (seen.mode, seen.size) == ("L", (64, 64))
    assert seen.tobytes() == bytes(255 if alpha == 0 else 0 for alpha in mask.getchannel("A").tobytes())


@pytest.mark.parametrize("order", ["text first", "files first"])
@pytest.mark.parametrize("field", ["image", "image[]"])
def test_parts_come_in_any_order(api: FlaskClient, tiny: TinyEngine, order: str, field: str) -> None:
    source = encoded(noise(64, 64))
    text = [("prompt", b"ein Hut \xc3\xb6", ""), ("model", b"sketch", ""), ("n", b"2", ""), ("seed", b"3", "")]
    files = [("mask", encoded(hole(64, 64)), "m.png"), (field, source, "a.png"), (field, source, "b.png")]
    lines = b""
    for name, data, filename in text + files if order == "text first" else files + text:
        kind = f'; filename="{filename}"\r\nContent-Type: image/png' if filename else ""
        lines += f'--xx\r\nContent-Disposition: form-data; name="{name}"{kind}\r\n\r\n'.encode() + data + b"\r\n"
    answer = api.post("/v1/images/edits", data=lines + b"--xx--\r\n", content_type="multipart/form-data; boundary=xx")
    assert len(pictures(answer)) == 2
    job = tiny.jobs[-1]
    assert (job.prompt, job.n, job.seed, len(job.images)) == ("ein Hut ö", 2, 3, 2)


def test_the_json_form_of_edits(api: FlaskClient, tiny: TinyEngine) -> None:
    source = noise(64, 64)
    body = {
        "model": "gpt-image-2",
        "prompt": "a hat",
        "images": [data_url(encoded(source)), data_url(encoded(noise(32, 32)))],
        "mask": data_url(encoded(hole(64, 64))),
        "quality": "low",
        "n": 1,
    }
    (result,) = pictures(api.post("/v1/images/edits", json=body))
    assert result.crop((32, 0, 64, 64)).tobytes() == source.crop((32, 0, 64, 64)).tobytes()
    assert (len(tiny.jobs[-1].images), tiny.jobs[-1].quality) == (2, "low")


@pytest.mark.parametrize(
    ("images", "param", "code"),
    [
        (None, "image", "missing_required_parameter"),
        ([], "image", "missing_required_parameter"),
        ("data:", "images", "invalid_type"),
        (["data:image/png;base64,AAAA"], "images", "invalid_value"),
        ([{"file_id": "file-1"}], "images", "invalid_value"),
        ([{"image_url": "http://example.com/a.png"}], "images", "invalid_value"),
        ([{"image_url": "file:///etc/passwd"}], "images", "invalid_value"),
        ([{"image_url": 5}], "images", "invalid_value"),
        ([{"image_url": "data:image/png;base64,AAA"}], "images", "invalid_value"),
        ([{"image_url": "data:image/png;base64,AAAA"}], "images", "invalid_image_file"),
        ([{"image_url": "data:image/png;base64," + "A" * 20_971_520}], "images", "string_above_max_length"),
    ],
)
def test_wrong_json_pictures_are_refused(api: FlaskClient, images: object, param: str, code: str) -> None:
    found = error(api.post("/v1/images/edits", json={"model": "sketch", "prompt": "x", "images": images}))
    assert (found["param"], found["code"]) == (param, code)


def test_a_markup_that_is_no_file_is_refused(api: FlaskClient, tiny: TinyEngine) -> None:
    body = {"model": "gpt-image-2.6-flare", "prompt": "x", "images": [data_url(encoded(noise(64, 64)))], "markup": "x"}
    found = error(api.post("/v1/images/edits", json=body))
    assert (found["param"], found["code"]) == ("markup", "unknown_parameter")
    assert tiny.jobs == []


def test_a_markup_reaches_the_engine(api: FlaskClient, tiny: TinyEngine) -> None:
    drawn = Image.new("RGBA", (64, 64))
    drawn.paste((255, 0, 0, 255), (8, 8, 20, 12))
    parts = {"prompt": "x", "image": part(encoded(noise(64, 64))), "markup": part(encoded(drawn))}
    post(api, model="sketch", **parts)
    job = tiny.jobs[-1]
    assert job.mask is None
    assert job.markup is not None
    assert job.markup.getbbox() == (8, 8, 20, 12)
    refused = error(post(api, model="gpt-image-1", **parts))
    assert (refused["param"], tiny.jobs) == ("markup", [job])


def test_dall_e_2_takes_transparency_for_the_mask(api: FlaskClient, tiny: TinyEngine) -> None:
    source = noise(64, 64, "RGB").convert("RGBA")
    source.paste((9, 9, 9, 0), (0, 0, 64, 10))
    answer = post(api, prompt="x", image=part(encoded(source)), response_format="b64_json")
    (result,) = pictures(answer)
    assert result.size == (1024, 1024)
    mask = tiny.jobs[-1].mask
    assert mask is not None
    assert mask.getbbox() == (0, 0, 64, 10)


@pytest.mark.parametrize(
    ("image", "mime", "mask", "param", "code"),
    [
        (noise(64, 32, "RGBA"), "png", None, "image", "invalid_image_file"),
        (noise(64, 64), "png", None, "mask", "missing_required_parameter"),
        (noise(64, 64), "jpeg", hole(64, 64), "image", "invalid_image_file"),
        (noise(1100, 1100, "RGBA"), "png", None, "image", "invalid_image_file"),  # noise: more than 4 MB
        (noise(64, 64), "png", hole(32, 32), "mask", "invalid_value"),
    ],
    ids=["not square", "neither mask nor alpha", "jpeg", "too large", "mask of another size"],
)
def test_dall_e_2_is_strict(
    api: FlaskClient, image: Image.Image, mime: str, mask: Image.Image | None, param: str, code: str
) -> None:
    parts: dict[str, Any] = {"prompt": "x", "image": part(encoded(image, mime.upper()), f"image/{mime}")}
    if mask:
        parts["mask"] = part(encoded(mask))
    found = error(post(api, **parts))
    assert (found["param"], found["code"]) == (param, code)


@pytest.mark.parametrize("model", EDITING, ids=lambda model: model.name)
def test_the_size_left_out_is_that_of_the_source_where_the_model_has_it(
    api: FlaskClient, tiny: TinyEngine, model: Model
) -> None:
    for width, height in ((1024, 1536), (640, 640), (333, 111)):
        parts: dict[str, Any] = {
            "model": model.name,
            "prompt": "x",
            "image": part(encoded(Image.new("RGB", (width, height)))),
        }
        if model.square_png:
            parts["image"] = part(encoded(Image.new("RGBA", (width, width))))
        assert post(api, **parts).status_code == 200
        expected = {
            "sketch": (width, height),
            "dall-e-2": (1024, 1024),
        }.get(model.name)
        if expected is None and model.free_size:
            expected = (width, height) if width % 16 == 0 else (1536, 1024)
        if expected is None:
            expected = {1024: (1024, 1536), 640: (1024, 1024), 333: (1536, 1024)}[width]
        assert tiny.jobs[-1].size == expected


@pytest.mark.parametrize("model", EDITING, ids=lambda model: model.name)
def test_how_many_pictures_an_edit_takes(api: FlaskClient, model: Model) -> None:
    file = encoded(Image.new("RGBA", (64, 64)))

    def edit(count: int) -> Any:
        return post(api, **{"model": model.name, "prompt": "x", "image[]": [part(file) for _ in range(count)]})

    assert edit(model.max_images).status_code == 200
    assert error(edit(model.max_images + 1))["param"] == "image"


def test_variations(api: FlaskClient, tiny: TinyEngine) -> None:
    source = encoded(noise(96, 64))
    first, second = pictures(post(api, "variations", model="sketch", image=part(source), n="2", seed="4"))
    assert first.size == second.size == (96, 64)
    assert first.tobytes() != second.tobytes()
    assert tiny.jobs[-1].operation == "variation"
    assert tiny.jobs[-1].images[0].tobytes() == noise(96, 64).tobytes()
    answer = post(api, "variations", image=part(encoded(noise(64, 64))))
    assert "url" in answer.json["data"][0]
    assert tiny.jobs[-1].size == (1024, 1024)


@pytest.mark.parametrize("model", NOT_VARYING, ids=lambda model: model.name)
def test_models_without_variations_say_so(api: FlaskClient, model: Model) -> None:
    found = error(post(api, "variations", model=model.name, image=part(encoded(noise(64, 64)))))
    assert found["param"] == "model"
    assert "edit" in found["message"]


@pytest.mark.parametrize(
    ("path", "parts", "param", "code"),
    [
        ("edits", {"image": part(encoded(noise(8, 8)))}, "prompt", "missing_required_parameter"),
        ("edits", {"prompt": "x"}, "image", "missing_required_parameter"),
        ("edits", {"prompt": "x", "image": "text"}, "image", "invalid_type"),
        (
            "edits",
            {"prompt": "x", "image": part(b"", "application/octet-stream")},
            "image",
            "unsupported_file_mimetype",
        ),
        ("edits", {"prompt": "x", "image": part(b"")}, "image", "invalid_image_file"),
        ("edits", {"prompt": ["x", "y"]}, "prompt", "invalid_value"),
        ("edits", {"prompt": "x", "n": "two"}, "n", "unknown"),
        ("edits", {"prompt": "x", "markup": part(b"")}, "markup", "invalid_image_file"),
        ("edits", {"prompt": "x", "stream": "maybe"}, "stream", "unknown"),
        ("variations", {}, "image", "missing_required_parameter"),
        ("variations", {"prompt": "x"}, "prompt", "unknown_parameter"),
        ("variations", {"mask": part(encoded(hole(8, 8)))}, "mask", "unknown_parameter"),
    ],
)
def test_wrong_parts_are_refused_by_name(
    api: FlaskClient, path: str, parts: dict[str, Any], param: str, code: str
) -> None:
    if code == "unknown":
        code = "invalid_type"
        parts = {**parts, "image": part(encoded(noise(8, 8)))}
    found = error(post(api, path, **{"model": "sketch", **parts}))
    assert (found["param"], found["code"]) == (param, code)


def test_one_variation_takes_one_picture_and_one_edit_one_mask(api: FlaskClient) -> None:
    file = encoded(hole(64, 64))
    assert error(post(api, "variations", model="sketch", image=[part(file), part(file)]))["param"] == "image"
    twice = {"mask": [part(file), part(file)], "image": part(file)}
    assert error(post(api, model="sketch", prompt="x", **twice))["param"] == "mask"


def test_a_mask_without_alpha_is_refused(api: FlaskClient) -> None:
    file = encoded(noise(64, 64))
    found = error(post(api, model="sketch", prompt="x", image=part(file), mask=part(file)))
    assert (found["param"], found["code"]) == ("mask", "invalid_image_file")
    assert "alpha" in found["message"]


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        (noise(64, 64, "L"), "RGB"),
        (Image.new("1", (64, 64), 1), "RGB"),
        (noise(64, 64, "LA"), "RGBA"),
        (noise(64, 64).quantize(8), "RGB"),
        (Image.linear_gradient("L").convert("I").point(lambda value: value * 257).convert("I;16"), "RGB"),
    ],
    ids=["grey", "two colours", "grey and alpha", "palette", "16 bits"],
)
def test_engines_see_rgb_or_rgba(api: FlaskClient, tiny: TinyEngine, image: Image.Image, mode: str) -> None:
    assert post(api, model="sketch", prompt="x", image=part(encoded(image))).status_code == 200
    seen = tiny.jobs[-1].images[0]
    assert (seen.mode, seen.size) == (mode, image.size)
    if image.mode == "I;16":
        assert seen.getchannel(0).tobytes() == Image.linear_gradient("L").tobytes()


def test_pictures_stand_upright(api: FlaskClient, tiny: TinyEngine) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    post(api, model="sketch", prompt="x", image=part(encoded(noise(64, 80), "JPEG", exif=exif), "image/jpeg"))
    assert tiny.jobs[-1].images[0].size == tiny.jobs[-1].size == (80, 64)


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    out = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        out += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return out


def header(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)


GOOD = encoded(noise(64, 64))
BAD_FILES = {
    "cut off": GOOD[: len(GOOD) // 2],
    "no pixels": png(header(64, 64), (b"IEND", b"")),
    "many pixels": png(header(60_000, 60_000), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")),
    "too many pixels": png(header(4097, 4096), (b"IDAT", b""), (b"IEND", b"")),
    "no size": png(header(0, 64), (b"IEND", b"")),
    "text bomb": png(
        header(64, 64),
        (b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 80_000_000)),
        (b"IDAT", zlib.compress(b"\0" * 193 * 64)),
        (b"IEND", b""),
    ),
    "text": b"hello",
    "html": b"<html></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "gif": encoded(noise(64, 64), "GIF"),
    "bmp": encoded(noise(64, 64), "BMP"),
    "tiff": encoded(noise(64, 64), "TIFF"),
    "png head, bmp body": b"\x89PNG\r\n\x1a\n" + encoded(noise(64, 64), "BMP"),
    "half a webp": encoded(noise(64, 64), "WEBP")[:200],
    "half a jpeg": encoded(noise(64, 64), "JPEG")[:700],
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("field", ["image", "mask"])
def test_files_that_are_no_whole_picture_are_refused(api: FlaskClient, tiny: TinyEngine, name: str, field: str) -> None:
    parts = {"image": part(GOOD), field: part(BAD_FILES[name])}
    found = error(post(api, model="sketch", prompt="x", **parts))
    assert (found["param"], found["code"]) == (field, "invalid_image_file")
    assert tiny.jobs == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_are_served_or_refused_and_never_break_the_server(api: FlaskClient, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP"]))
    file = bytearray(encoded(noise(32, 32), form))
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(file) - 1), st.integers(0, 255)), max_size=8)):
        file[place] = value
    cut = data.draw(st.integers(0, len(file)))
    answer = post(
        api, "variations", model="sketch", size="64x64", image=part(bytes(file[:cut]), f"image/{form.lower()}")
    )
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.json["error"]["code"] in ("invalid_image_file", "invalid_value")
