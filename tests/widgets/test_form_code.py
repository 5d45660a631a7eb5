"""The cell that repeats what was clicked: it runs, and asks for the same."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagewidgets as iw
from imagewidgets import api
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.prompt_form import PromptForm
from tests.widgets.fake_client import OPENAI, FakeClient

PATIENCE = 60.0  # s; reached only when a test fails
FOX = "A red fox in the snow"


@pytest.fixture
def default(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    """A client that forms and ``iw.generate`` both send to."""
    fake = FakeClient()
    monkeypatch.setattr(api, "_default", fake)
    return fake


def run(code: str, **names: Any) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    for name in names:  # what a person fills in
        assert f"{name} = ...  # " in code
        code = code.replace(f"{name} = ...", f"{name} = given[{name!r}]")
    exec(code, {"given": names}, scope)
    return scope


def left_half() -> Image.Image:
    mask = Image.new("L", (64, 64))
    mask.paste(255, (0, 0, 32, 64))
    return mask


def test_the_cell_of_a_run_asks_for_the_same(default: FakeClient) -> None:
    form = PromptForm(FOX, size="64x64", n=2, seed=7, negative_prompt="people", style="vivid")
    code = form.to_code()
    assert code == (
        "import imagewidgets as iw\n"
        "\n"
        "images = iw.generate(\n"
        "    'A red fox in the snow',\n"
        "    model='sketch',\n"
        "    n=2,\n"
        "    size='64x64',\n"
        "    quality='auto',\n"
        "    style='vivid',\n"
        "    seed=7,\n"
        "    extra={'negative_prompt': 'people'},\n"
        ")\n"
        "images"
    )
    form.submit().result(PATIENCE)
    assert form._report["code"] == code
    assert len(run(code)["images"]) == 2
    first, second = default.sent
    assert first == second


def test_the_cell_of_the_run_is_of_what_was_sent(default: FakeClient) -> None:
    form = PromptForm(FOX, size="64x64")
    form.submit(prompt="a boat", n=2).result(PATIENCE)
    run(form._report["code"])
    assert default.sent[0] == default.sent[1]
    assert default.sent[1].n == 2


def test_it_gives_the_same_pictures() -> None:
    form = PromptForm(FOX, client=iw.Client("sketch"), size="64x64", seed=7, partial_images=1)
    made = form.submit().result(PATIENCE)
    assert form.to_code().startswith('import imagewidgets as iw\n\nclient = iw.Client("sketch")\n\nimages = client.gen')
    assert run(form.to_code())["images"].digests == made.digests


def test_another_client_is_named_without_its_key() -> None:
    form = PromptForm(FOX, client=iw.Client("http://127.0.0.1:9/v1", "sk-very-secret-0123456789"), model="flux")
    code = form.to_code()
    assert "client = iw.Client('http://127.0.0.1:9/v1')  # the key comes from OPENAI_API_KEY\n" in code
    assert "secret" not in code
    compile(code, "cell", "exec")


def test_an_input_from_a_file_is_named_by_its_path(default: FakeClient, tmp_path: Path) -> None:
    path = tmp_path / "otter's.png"
    Image.new("RGB", (64, 64), "sienna").save(path)
    form = PromptForm("a beret", inputs=[path])
    form.submit().result(PATIENCE)
    assert f"\nimage = {str(path)!r}\n" in form.to_code()
    assert run(form.to_code())["images"].request.digest() == form.request.digest()
    opened = PromptForm("a beret", inputs=[Image.open(path)])
    assert f"image = {str(path)!r}\n" in opened.to_code()


def test_what_came_without_a_file_is_left_to_be_filled_in(default: FakeClient) -> None:
    first, second = Image.new("RGB", (64, 64), "sienna"), Image.new("RGB", (64, 48), "navy")
    form = PromptForm("a beret", inputs=[first], mask=left_half(), n=2)
    data = io.BytesIO()
    second.save(data, "PNG")
    content = {"type": "image", "part": 0, "parts": 1, "name": "sea\n.png"}
    form._handle_custom_msg(content, [memoryview(data.getvalue())])
    form.submit().result(PATIENCE)
    code = form.to_code()
    assert "image_1 = ...  # fill in 'Picture 1' (64 × 64 px), which was no file here" in code
    assert "image_2 = ...  # fill in 'sea .png' (64 × 48 px)" in code
    assert "mask = ...  # what was drawn over image_1" in code
    assert "    [image_1, image_2],\n    'a beret',\n" in code
    assert code.index("    mask=mask,\n    paste_back=True,\n") > 0
    again = run(code, image_1=first, image_2=data.getvalue(), mask=left_half())["images"]
    assert again.request.digest() == form.request.digest()


def test_a_cell_that_was_not_filled_in_says_so(default: FakeClient) -> None:
    form = PromptForm("a beret", inputs=[Image.new("RGB", (64, 64))])
    with pytest.raises(iw.InvalidRequestError):
        run(form.to_code())
    assert default.sent == []


def test_without_keeping_the_rest_nothing_is_pasted_back(default: FakeClient) -> None:
    form = PromptForm("a beret", inputs=[Image.new("RGB", (64, 64))], mask=left_half(), keep_outside=False)
    assert "paste_back" not in form.to_code()
    assert "mask=mask" in form.to_code()


def test_a_variation_has_its_own_call(default: FakeClient) -> None:
    picture = Image.new("RGB", (64, 64), "sienna")
    form = PromptForm("", inputs=[picture], n=3, seed=1)
    form.submit().result(PATIENCE)
    code = form._report["code"]
    assert "images = iw.create_variation(\n    image,\n" in code
    assert "prompt" not in code
    run(code, image=picture)
    assert default.sent[0].digest() == default.sent[1].digest()
    assert default.sent[1].n == 3


def test_markup_and_fit_are_in_it() -> None:
    picture = Image.new("RGB", (64, 48))
    canvas = MaskCanvas(picture)
    canvas.add_arrow((5, 5), (30, 30))
    form = PromptForm(
        "a beret", client=FakeClient(destination=OPENAI), model="gpt-image-2.6-flare", inputs=[picture], mask=canvas
    )
    assert "    markup=markup,\n" in form.to_code()
    square = PromptForm("x", client=FakeClient(), model="dall-e-2", inputs=[picture], fit="crop")
    assert "    fit='crop',\n" in square.to_code()
