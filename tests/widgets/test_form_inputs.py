"""Pictures that a form starts from: edits, variations, masks, and files from the browser."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from PIL import Image, ImageChops

import imagewidgets as iw
from imagewidgets.errors import InvalidRequestError
from imagewidgets.operations import CreateImageEditRequest, CreateImageRequest, CreateImageVariationRequest
from imagewidgets.widgets import mask_messages
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.prompt_form import PromptForm
from tests.widgets.fake_client import OPENAI, SERVER, FakeClient

PATIENCE = 60.0  # s; reached only when a test fails
BERET = "A sea otter wearing a beret"


def otter(size: tuple[int, int] = (96, 64), colour: str = "sienna") -> Image.Image:
    return Image.new("RGB", size, colour)


def make(*answers: object, destination: Any = None, **settings: Any) -> PromptForm:
    where = {} if destination is None else {"destination": destination}
    return PromptForm(client=FakeClient(*answers, **where), **{"prompt": BERET, **settings})


def click(form: PromptForm, action: str, **arguments: object) -> None:
    form._handle_custom_msg({"action": action, **arguments}, [])


def file_of(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def upload(form: PromptForm, data: bytes, name: str, *, parts: int = 1) -> None:
    """Send what a view sends when a file is dropped."""
    step = -(-len(data) // parts)
    for part in range(parts):
        content = {"type": "image", "part": part, "parts": parts, "name": name}
        form._handle_custom_msg(content, [memoryview(data[part * step : (part + 1) * step])])


# ---- what an input makes of a form ----------------------------------------------------------------------------------


def test_inputs_and_prompt_say_what_is_done() -> None:
    form = make(prompt="")
    assert form.operation == "generate"
    form.add_input(otter())
    assert form.operation == "variation"
    form.prompt = BERET
    assert form.operation == "edit"
    form.prompt = "  "
    assert form.operation == "variation"
    form.model = "gpt-image-2"  # makes none
    assert form.operation == "edit"
    form.clear_inputs()
    assert form.operation == "generate"
    with pytest.raises(traitlets.TraitError):
        form.operation = "edit"


def test_controls_follow_the_operation() -> None:
    form = make(model="gpt-image-1", style=None)
    assert not [field for field in form._controls["more"] if field["name"] == "input_fidelity"]
    form.add_input(otter())
    assert [field for field in form._controls["more"] if field["name"] == "input_fidelity"]
    assert form._controls["main"][0]["choices"][0] == ["", "Nearest to input"]
    form.input_fidelity = "high"
    form.submit().result(PATIENCE)
    assert form.request.input_fidelity == "high"
    form.clear_inputs()
    form.submit().result(PATIENCE)
    assert isinstance(form.request, CreateImageRequest)


def test_beside_an_input_the_size_is_that_of_the_input_until_one_is_chosen() -> None:
    form = make(size="512x512")
    form.add_input(otter((96, 64)))
    assert form.size == ""
    form.submit().result(PATIENCE)
    assert form.request.size == "96x64"
    form.size = "256x256"
    form.submit().result(PATIENCE)
    assert form.request.size == "256x256"
    form.size = ""
    form.clear_inputs()
    assert form.size == "512x512"
    with pytest.raises(traitlets.TraitError):
        form.size = ""


def test_a_size_from_before_that_the_model_has_not_is_not_brought_back() -> None:
    form = make(size="300x300")
    form.add_input(otter())
    form.model = "dall-e-3"
    form.clear_inputs()
    assert form.size == "1024x1024"


def test_an_edit_sends_all_inputs_and_settings() -> None:
    form = make(inputs=[otter(), otter(colour="navy")], quality="high", n=2, background="opaque", style="vivid")
    assert len(form.submit().result(PATIENCE)) == 2
    request = form.request
    assert isinstance(request, CreateImageEditRequest)
    assert (request.prompt, request.quality, request.n, request.background) == (BERET, "high", 2, "opaque")
    assert [file.image.getpixel((0, 0)) for file in request.image] == [(160, 82, 45), (0, 0, 128)]
    assert request.mask is None


def test_vary_is_of_the_first_input_whatever_the_prompt_says() -> None:
    form = make(inputs=[otter(), otter(colour="navy")], n=4)
    assert len(form.vary().result(PATIENCE)) == 4
    request = form.request
    assert isinstance(request, CreateImageVariationRequest)
    assert [file.image.getpixel((0, 0)) for file in request.image] == [(160, 82, 45)]
    assert request.size == "96x64"
    assert form.history == []
    form.prompt = ""
    click(form, "submit")
    assert form._run.get("title") in (None, "Making 4 variations")


def test_without_an_input_there_is_nothing_to_vary() -> None:
    form = make()
    assert "no picture to vary" in str(form.vary().exception(0))
    assert form._problem["headline"] == "There is no picture to vary."


@pytest.mark.parametrize(
    ("model", "act", "headline"),
    [
        ("dall-e-3", "submit", "dall-e-3 has no edit."),
        ("gpt-image-2", "vary", "gpt-image-2 makes no variations."),
        ("dall-e-2", "submit", "The picture is 96 × 64 px; dall-e-2 takes only square ones"),
    ],
)
def test_what_the_model_does_not_do_is_said_and_nothing_is_sent(model: str, act: str, headline: str) -> None:
    form = make(model=model, inputs=[otter()])
    assert isinstance(getattr(form, act)().exception(PATIENCE), InvalidRequestError)
    assert form._problem["headline"].startswith(headline)
    assert form.client.sent == []  # type: ignore[union-attr]
    assert form.status == "error"


def test_a_picture_can_be_made_to_fit() -> None:
    form = make(model="dall-e-2", inputs=[otter()], prompt="")
    click(form, "set", name="fit", value="crop")
    form.submit().result(PATIENCE)
    assert form.request.image[0].image.size == (64, 64)


# ---- the pictures themselves ----------------------------------------------------------------------------------------


def test_inputs_are_pictures_in_any_form(tmp_path: Path) -> None:
    path = tmp_path / "otter.png"
    otter().save(path)
    form = make(inputs=[path, file_of(otter()), np.zeros((8, 6, 3), np.uint8)])
    assert [image.size for image in form.inputs] == [(96, 64), (96, 64), (6, 8)]
    form.inputs = [str(path)]
    assert [image.size for image in form.inputs] == [(96, 64)]
    before = form.inputs
    with pytest.raises(InvalidRequestError):
        form.inputs = [b"no picture"]
    assert form.inputs is before


def test_what_the_view_draws_of_them(tmp_path: Path) -> None:
    path = tmp_path / "Sea otter.png"
    otter((600, 300)).save(path)
    form = make(inputs=[path, otter()])
    first, second = form._inputs
    assert (first["name"], first["size"], first["alt"]) == ("Sea otter.png", "600 × 300", "Input: Sea otter.png")
    assert second["name"] == "Picture 2"
    with Image.open(io.BytesIO(first["thumbnail"])) as small:
        assert (small.format, small.size) == ("WEBP", (128, 64))


def test_a_picture_that_was_made_here_is_called_by_its_prompt() -> None:
    made = iw.Client("sketch").generate("a red fox", size="64x64", seed=1)
    assert make(inputs=[made[0]])._inputs[0]["name"] == "a red fox"


def test_inputs_are_removed_one_by_one_and_all_at_once() -> None:
    form = make(inputs=[otter(), otter(colour="navy"), otter(colour="teal")])
    click(form, "remove_input", index=1)
    assert [image.getpixel((0, 0)) for image in form.inputs] == [(160, 82, 45), (0, 128, 128)]
    assert [shown["name"] for shown in form._inputs] == ["Picture 1", "Picture 3"]
    click(form, "clear_inputs")
    assert (form.inputs, form._inputs) == ([], [])
    with pytest.raises(IndexError):
        form.remove_input(0)


def test_a_jpeg_goes_out_as_it_came() -> None:
    data = file_of(otter(), "JPEG")
    form = make(inputs=[data], model="gpt-image-2", destination=OPENAI)
    form.submit().result(PATIENCE)
    assert form.request.image[0].data == data


# ---- files from the browser -----------------------------------------------------------------------------------------


def test_a_file_comes_in_parts() -> None:
    form = make()
    upload(form, file_of(otter()), "otter.png", parts=3)
    upload(form, file_of(otter(colour="navy"), "JPEG"), "sea.jpg")
    assert [shown["name"] for shown in form._inputs] == ["otter.png", "sea.jpg"]
    assert form.operation == "edit"


def test_a_file_that_is_no_picture_is_complained_about() -> None:
    form = make()
    upload(form, b"hello", "notes.txt")
    assert form._complaint["name"] == "inputs"
    assert form._complaint["text"].startswith("notes.txt: ")
    assert form.inputs == []
    upload(form, file_of(otter()), "otter.png")
    assert form._complaint == {}


def test_a_file_that_does_not_arrive_whole_or_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    form = make()
    form._handle_custom_msg({"type": "image", "part": 1, "parts": 2, "name": "otter.png"}, [memoryview(b"x")])
    assert "did not arrive whole" in form._complaint["text"]
    monkeypatch.setattr(mask_messages, "LARGEST_FILE", 10)
    upload(form, file_of(otter()), "otter.png")
    assert form._complaint["number"] == 2
    assert form.inputs == []


# ---- masks ----------------------------------------------------------------------------------------------------------


def left_half(size: tuple[int, int] = (96, 64)) -> Image.Image:
    mask = Image.new("L", size)
    mask.paste(255, (0, 0, size[0] // 2, size[1]))
    return mask


def test_a_mask_goes_along_and_the_rest_is_put_back() -> None:
    form = make(inputs=[otter()], mask=left_half())
    assert form._mask == {"text": "Mask: 50 %", "masked": True}
    (edited,) = form.submit().result(PATIENCE)
    assert form.request.mask.image.getpixel((0, 0))[3] == 0
    assert form.request.mask.image.getpixel((95, 0))[3] == 255
    assert edited.getpixel((95, 0)) == (160, 82, 45)
    assert edited.getpixel((0, 0)) != (160, 82, 45)
    form.keep_outside = False
    (edited,) = form.submit().result(PATIENCE)
    assert edited.getpixel((95, 0)) != (160, 82, 45)


def test_a_mask_canvas_is_read_when_a_run_is_asked_for() -> None:
    picture = otter()
    canvas = MaskCanvas(picture)
    form = make(inputs=[picture], mask=canvas)
    assert form._mask == {"text": "Nothing is masked", "masked": False}
    form.submit().result(PATIENCE)
    assert form.request.mask is None
    canvas.stroke([(10, 10), (40, 40)], size=8)
    assert form._mask["masked"]
    assert form._mask["text"].startswith("Mask: ")
    task = form.submit()
    canvas.clear()
    assert task.result(PATIENCE).request.mask is not None  # type: ignore[union-attr]
    assert form._mask["masked"] is False
    form.clear_mask()
    assert form._mask == {}
    canvas.stroke([(10, 10), (40, 40)], size=8)
    assert form._mask == {}


def test_following_a_canvas_makes_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = MaskCanvas(otter())
    made: list[str] = []
    original = MaskCanvas.make_picture

    def counted(self: MaskCanvas, name: str) -> Image.Image | None:
        made.append(name)
        return original(self, name)

    monkeypatch.setattr(MaskCanvas, "make_picture", counted)
    form = make(inputs=[otter()], mask=canvas)
    canvas.stroke([(10, 10), (40, 40)], size=8)
    assert form._mask["masked"]
    assert made == []
    form.submit().result(PATIENCE)
    assert made.count("mask") == 1


def test_a_soft_mask_is_pasted_back_softly() -> None:
    picture = otter((64, 64))
    canvas = MaskCanvas(picture, feather=12)
    canvas.add_mask(left_half((64, 64)))
    form = make(inputs=[picture], mask=canvas)
    (edited,) = form.submit().result(PATIENCE)
    assert len({edited.getpixel((x, 32)) for x in range(64)}) > 5
    canvas.close()


def test_markup_goes_along_where_there_is_no_mask() -> None:
    picture = otter((128, 128))
    canvas = MaskCanvas(picture)
    canvas.add_arrow((10, 10), (60, 60))
    form = make(inputs=[picture], mask=canvas, model="gpt-image-2.6-flare", destination=OPENAI)
    form.submit().result(PATIENCE)
    assert form.request.markup is not None
    assert form.request.mask is None


def test_a_mask_that_cannot_be_used_is_refused() -> None:
    form = make(inputs=[otter()])
    for wrong in (Image.new("L", (5, 5), 255), Image.new("L", (96, 64)), "no file"):
        with pytest.raises((InvalidRequestError, OSError)):
            form.mask = wrong
        assert form.mask is None


def test_a_mask_is_for_its_picture() -> None:
    form = make(inputs=[otter()], mask=left_half())
    form.add_input(otter((10, 10)))
    assert form.mask is not None
    form.remove_input(0)
    assert (form.mask, form._mask) == (None, {})
    form = make(inputs=[otter()], mask=left_half())
    form.clear_inputs()
    assert form.mask is None


def test_with_fit_the_original_comes_back_in_its_place() -> None:
    picture = otter((96, 64))
    form = make(model="dall-e-2", inputs=[picture], mask=left_half(), fit="pad", size="256x256")
    (edited,) = form.submit().result(PATIENCE)
    assert edited.size == (96, 64)
    outside = ImageChops.difference(edited.convert("RGB"), picture).crop((48, 0, 96, 64))
    assert outside.getbbox() is None


def test_draw_a_mask_is_offered_where_somebody_listens() -> None:
    form = make(inputs=[otter()])
    assert form._draws_masks is False
    asked: list[Image.Image] = []
    form.on_draw_mask(asked.append)
    assert form._draws_masks is True
    click(form, "draw_mask")
    assert asked == [form.inputs[0]]
    form.on_draw_mask(asked.append, remove=True)
    assert form._draws_masks is False
    with pytest.raises(TypeError, match="on_draw_mask takes a function"):
        form.on_draw_mask(5)  # type: ignore[arg-type]


def test_what_draws_a_mask_may_fail_and_is_shown() -> None:
    form = make(inputs=[otter()])

    def broken(picture: object) -> None:
        raise LookupError("no canvas")

    form.on_draw_mask(broken)
    form.draw_mask()
    assert isinstance(form.callback_error, LookupError)
    assert form._callback_problem["headline"] == "broken raised LookupError."


def test_a_closed_form_lets_its_canvas_go() -> None:
    canvas = MaskCanvas(otter())
    form = make(inputs=[otter()], mask=canvas)
    form.close()
    canvas.stroke([(10, 10), (40, 40)], size=8)
    assert form._mask["masked"] is False


# ---- the real engine ------------------------------------------------------------------------------------------------


def test_the_embedded_engine_edits_and_varies() -> None:
    form = PromptForm("a red fox", client=iw.Client("sketch"), size="128x96", seed=7)
    (fox,) = form.submit().result(PATIENCE)
    mask = left_half((128, 96))
    form.inputs, form.mask, form.prompt = [fox], mask, "a red fox beside a boat"
    (edited,) = form.submit().result(PATIENCE)
    assert edited.size == (128, 96)
    assert ImageChops.difference(edited.convert("RGB"), fox.convert("RGB")).crop((64, 0, 128, 96)).getbbox() is None
    assert len(form.vary(n=2).result(PATIENCE)) == 2
    assert form.status == "finished"


def test_traits_of_a_form_with_pictures_are_small() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (1024, 1024, 3), np.uint8)
    form = make(inputs=[noise] * 4, destination=SERVER)
    state = form.get_state()
    small = sum(len(shown["thumbnail"]) for shown in state["_inputs"])
    assert small < 4 * 12_000
    assert (
        len(json.dumps({k: v for k, v in state.items() if k not in ("_esm", "_css", "_inputs")}, default=repr)) < 20_000
    )
