"""Forms and a gallery: what a submit and a click ask for, and what a replayed run says and costs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import imagewidgets as iw
from imagewidgets.errors import NotRecordedError
from imagewidgets.images import read_recipe
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.prompt_form import PromptForm
from tests.widgets.fake_client import OPENAI, FakeClient

PATIENCE = 60.0  # s; reached only when a test fails
FOX = "A red fox in the snow"


def make(folder: Path, replay: str = "auto", **settings: object) -> PromptForm:
    return PromptForm(FOX, client=iw.Client("sketch", gallery=folder, replay=replay), size="64x64", **settings)


def made(form: PromptForm, **options: object) -> tuple[str, ...]:
    return form.submit(**options).result(PATIENCE).digests


def click(form: PromptForm) -> tuple[str, ...]:
    """Click on Generate: what the view sends then."""
    form._handle_custom_msg({"action": "submit", "take": "new"}, [])
    return form._future.result(PATIENCE).digests


def test_each_submit_is_the_next_take_and_a_new_process_begins_anew(tmp_path):
    form = make(tmp_path)
    first, second = made(form), made(form)
    assert first != second
    again = make(tmp_path)
    assert [made(again), made(again)] == [first, second]
    assert (again.cost, again.session_cost) == (0.0, 0.0)
    assert again._report["detail"].endswith("Free: replayed from the gallery")
    assert made(again, take=0) == first
    assert iw.Client("sketch", gallery=tmp_path).generate(FOX, size="64x64", quality=again.quality).digests == first


def test_a_click_makes_new_pictures(tmp_path):
    form = make(tmp_path)
    seen = {made(form), click(form), click(form)}
    assert len(seen) == 3
    again = make(tmp_path)
    assert click(again) not in seen
    assert not again.response.replayed
    reader = make(tmp_path, "only")
    assert {click(reader), click(reader)} < seen, "where nothing new can come, what is recorded comes in its order"


def test_the_cell_of_a_click_gives_the_pictures_of_that_click(tmp_path):
    form = make(tmp_path)
    click(form)
    assert "take" not in form._report["code"]
    second = click(form)
    assert "    take=1,\n" in form._report["code"]
    scope: dict[str, object] = {}
    exec(form._report["code"], scope)
    assert scope["images"].replayed
    assert scope["images"].digests == second


def test_streams_too(tmp_path):
    form = make(tmp_path, partial_images=2)
    first = made(form)
    again = make(tmp_path, partial_images=2)
    assert made(again) == first
    assert again.response.replayed


def test_what_is_not_recorded_is_told_in_the_form(tmp_path):
    form = make(tmp_path, "only")
    assert isinstance(form.submit().exception(PATIENCE), NotRecordedError)
    assert form._problem["headline"] == "This run is not recorded."
    assert "replay='auto'" in form._problem["advice"]


def test_nothing_is_asked_where_nothing_can_be_spent(tmp_path):
    class Reader(FakeClient):
        replay = "only"

    form = PromptForm(FOX, client=Reader(destination=OPENAI), model="gpt-image-2", n=10, limit=0)
    assert len(form.submit().result(PATIENCE)) == 10
    assert form._question == {}


def test_the_sketch_engine_keeps_the_gallery(tmp_path):
    form = PromptForm(FOX, client=iw.Client("http://127.0.0.1:9/v1", gallery=tmp_path, recipes="minimal"))
    form.use_sketch_engine()
    assert form.client.embedded
    assert (form.client.gallery.folder, form.client.replay, form.client.recipes) == (tmp_path, "auto", "minimal")


@pytest.mark.parametrize("by_form", [False, True])
def test_a_drawn_mask_stands_in_the_recipe_and_is_drawn_again(tmp_path, by_form):
    client = iw.Client("sketch", gallery=tmp_path)
    source = client.generate(FOX, size="64x64", seed=3)[0]
    canvas = MaskCanvas(source)
    canvas.select_similar(20, 20, tolerance=30)
    if by_form:
        form = PromptForm("a hat", client=client, inputs=[source], mask=canvas, seed=4, keep_outside=False)
        response = form.submit().result(PATIENCE)
    else:
        response = client.edit(source, "a hat", mask=canvas, seed=4)
    assert read_recipe(response[0])["mask_operations"] == canvas.operations
    assert client.repeat(response[0]).replayed, "the same mask, so the same request"
    kept = client.gallery[1]
    assert kept.recipe["mask_operations"] == canvas.operations
    assert kept.recipe["parent"] == client.gallery[0].digest
    drawn = MaskCanvas.from_operations(source, kept.recipe["mask_operations"])
    assert drawn.mask.tobytes() == canvas.mask.tobytes()
    assert isinstance(drawn.mask, Image.Image)
