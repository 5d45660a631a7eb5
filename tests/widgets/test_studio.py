"""`ImageStudio` without a browser: what is made, what came from what, and what is chosen."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import traitlets
from PIL import Image

import imagewidgets as iw
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import digest
from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.widgets.studio import ImageStudio
from imagewidgets.widgets.studio_children import CHILDREN
from imagewidgets.widgets.studio_history import OPENED, Place
from tests.widgets.fake_client import OPENAI, SERVER, FakeClient, Gate
from tests.widgets.studios import OTTER, PATIENCE, Painter, make, paint

BERET = f"{OTTER} wearing a beret"


HALF = Image.new("L", (64, 64))  # a mask: its left half may change
HALF.paste(255, (0, 0, 32, 64))


def click(studio: ImageStudio, action: str, **arguments: object) -> None:
    """Send what a view sends."""
    studio._handle_custom_msg({"action": action, **arguments}, [])


def labels(studio: ImageStudio) -> list[tuple[int, str]]:
    return [(row.depth, row.label) for row in studio.rows]


# ---- what is made -------------------------------------------------------------------------------------------------


def test_it_is_exported() -> None:
    assert iw.ImageStudio is ImageStudio


def test_pictures_are_created() -> None:
    studio = make()
    response = studio.create(OTTER, n=2).result(PATIENCE)
    assert studio.images == list(response) == studio.grid.images
    step = studio.history[0]
    assert (step.id, step.parent, step.operation, step.prompt, step.model) == (0, None, GENERATE, OTTER, "sketch")
    assert step.images == tuple(response)
    assert step.coverage is None
    assert step.request is response.request
    assert all(data.startswith(b"RIFF") for data in step.thumbnails)
    assert studio.form.prompt == OTTER


def test_an_edit_came_from_what_was_on_the_canvas() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    studio.open(second)
    studio.canvas.add_rectangle(0, 0, 32, 64)
    response = studio.edit(prompt=BERET).result(PATIENCE)
    step = studio.history[1]
    assert (step.operation, step.parent, step.prompt) == (EDIT, Place(0, 1), BERET)
    assert step.coverage == pytest.approx(0.5, abs=0.05)
    assert step.source is second
    request: Any = response.request
    assert request.image[0].digest == digest(second)
    assert labels(studio) == [(0, OTTER), (1, "… wearing a beret")]
    # Beside the mask it is the picture that was edited, to the pixel.
    assert response[0].getpixel((60, 60)) == second.getpixel((60, 60)) != first.getpixel((60, 60))


def test_an_edit_with_a_picture_a_mask_and_no_click() -> None:
    studio = make()
    studio.edit(paint(900), BERET, mask=HALF).result(PATIENCE)
    opened, edited = studio.history
    assert (opened.operation, edited.parent, edited.coverage) == (OPENED, Place(0, 0), 0.5)
    assert studio.canvas.coverage == 0.5


def test_an_edit_where_nothing_is_drawn_may_change_everything() -> None:
    studio = make()
    studio.edit(paint(900), BERET).result(PATIENCE)
    assert studio.history[1].coverage is None
    assert studio.rows[1].detail == "Edit"


def test_an_extended_picture_came_from_the_one_before_it_was_extended() -> None:
    studio = make()
    source = studio.create(OTTER).result(PATIENCE)[0]
    studio.open(source)
    studio.canvas.extend(right=64)
    assert studio.edit_form.inputs[0].size == (128, 64)
    studio.edit(prompt=BERET).result(PATIENCE)
    step = studio.history[1]
    assert step.parent == Place(0, 0)
    assert step.source is not None
    assert step.source.size == (128, 64)
    assert len(studio.history) == 2
    studio.canvas.undo()
    assert studio.edit_form.inputs == [source]
    assert studio.edit_source is source


def test_variations_came_from_the_source() -> None:
    studio = make()
    source = studio.create(OTTER).result(PATIENCE)[0]
    made = studio.vary(source, n=3).result(PATIENCE)
    assert (studio.history[1].operation, studio.history[1].parent) == (VARIATION, Place(0, 0))
    assert labels(studio) == [(0, OTTER), *((1, f"Variation {number} of 3") for number in (1, 2, 3))]
    assert studio.vary_grid.images == list(made)
    assert studio.images == [source, *made]


def test_four_variations_unless_another_number_is_wanted() -> None:
    studio = make()
    assert len(studio.vary(paint(900)).result(PATIENCE)) == 4


def test_an_input_that_was_dropped_on_the_form_of_create_is_in_the_history() -> None:
    studio = make()
    studio.form.add_input(paint(900), name="photo.png")
    studio.create(BERET).result(PATIENCE)
    assert [(step.operation, step.parent) for step in studio.history] == [(OPENED, None), (EDIT, Place(0, 0))]


def test_there_is_nothing_to_edit_and_nothing_to_vary() -> None:
    studio = make()
    with pytest.raises(ValueError, match="no picture to edit"):
        studio.edit(prompt=BERET)
    with pytest.raises(ValueError, match="no picture to vary"):
        studio.vary()


def test_the_chosen_picture_is_what_is_edited_and_varied() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    studio.select(second)
    studio.edit(prompt=BERET).result(PATIENCE)
    studio.vary(n=1).result(PATIENCE)
    assert [step.parent for step in studio.history[1:]] == [Place(0, 1), Place(0, 1)]
    assert studio.history[0].images == (first, second)


def test_views_do_not_wait_for_each_other() -> None:
    gate = Gate()
    studio = make(gate)
    slow = studio.create(OTTER)
    assert gate.entered.wait(PATIENCE)
    studio.edit(paint(900), BERET).result(PATIENCE)
    assert not slow.done()
    gate.opened.set()
    slow.result(PATIENCE)
    assert [step.operation for step in studio.history] == [OPENED, EDIT, GENERATE]


def test_results_of_all_views_are_told_when_they_are_in_the_history() -> None:
    studio = make()
    told: list[tuple[int, int]] = []

    def note(response: iw.ImagesResponse) -> None:
        told.append((len(response), len(studio.history)))

    studio.on_result(note)
    studio.create(OTTER).result(PATIENCE)
    studio.edit(studio.images[0], BERET).result(PATIENCE)
    studio.vary(studio.images[0], n=2).result(PATIENCE)
    assert told == [(1, 1), (1, 2), (2, 3)]
    studio.on_result(note, remove=True)
    studio.create(OTTER).result(PATIENCE)
    assert len(told) == 3


def test_an_observer_that_raises_is_shown_and_stops_nothing() -> None:
    studio = make()

    def fail(_change: object) -> None:
        raise RuntimeError("not today")

    studio.observe(fail, "history")
    response = studio.create(OTTER).result(PATIENCE)
    assert studio.images == list(response)
    assert isinstance(studio.form.callback_error, RuntimeError)


def test_equal_pictures_are_two_pictures() -> None:
    studio = ImageStudio(client=FakeClient())
    studio.create(OTTER, size="64x64").result(PATIENCE)
    studio.repeat(0).result(PATIENCE)
    assert len(studio.images) == 2
    assert studio.images[0] is not studio.images[1]
    studio.edit(studio.images[0], BERET).result(PATIENCE)
    assert studio.history[2].parent == Place(0, 0)


# ---- what is chosen -----------------------------------------------------------------------------------------------


def test_pictures_to_begin_with() -> None:
    pictures = [paint(900), paint(901)]
    studio = ImageStudio(pictures, client=Painter(), prompt=OTTER)
    assert studio.images == pictures
    assert studio.selected is pictures[0]
    assert studio.form.prompt == OTTER
    assert [row.detail for row in studio.rows] == ["Opened · 64 × 64"] * 2
    with pytest.raises(InvalidRequestError):
        ImageStudio([b"no picture"], client=Painter())


def test_choosing_and_selecting_in_the_grid_are_one() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    assert studio.selected is None
    studio.grid.select(1)
    assert studio.selected is second
    studio.selected = first
    assert studio.grid.selected_indices == [0]
    studio.grid.selected_indices = [0, 1]
    assert studio.selected is first  # it is still among them
    studio.grid.select()
    assert studio.selected is None
    studio.selected = second
    studio.grid.remove(1)
    assert studio.selected is None
    assert [entry["alt"] for entry in studio._strip] == [OTTER]


def test_a_picture_that_is_new_becomes_one_of_the_session() -> None:
    studio = make()
    seen: list[object] = []
    studio.observe(lambda change: seen.append(change["new"]), "selected")
    picture = paint(900)
    studio.selected = picture
    assert studio.images == [picture]
    assert seen == [picture]
    studio.select(picture.copy())  # the same pixels are the same picture
    assert studio.images == [picture]
    with pytest.raises(traitlets.TraitError):
        studio.selected = "no picture"  # type: ignore[assignment]


def test_a_picture_is_opened_in_a_view() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    studio.open(first)
    assert (studio.tab, studio.edit_source, studio.canvas.image, studio.selected) == ("edit", first, first, first)
    assert studio.edit_form.inputs == [first]
    studio.open(second, tab="variations")
    assert (studio.tab, studio.vary_source, studio.selected) == ("variations", second, second)
    assert studio.vary_form.inputs == [second]
    assert studio.edit_source is first


@pytest.mark.parametrize(("action", "tab"), [("edit", "edit"), ("vary", "variations"), ("use_prompt", "create")])
def test_buttons_of_the_grids_go_on_with_a_picture(action: Any, tab: str) -> None:
    studio = make()
    picture = studio.create(OTTER).result(PATIENCE)[0]
    studio.form.prompt = ""
    studio.grid.act(action, 0)
    assert studio.tab == tab
    assert (studio.edit_source is picture, studio.vary_source is picture) == (action == "edit", action == "vary")
    assert studio.form.prompt == (OTTER if action == "use_prompt" else "")
    assert studio.grid.callback_error is None


def test_the_chosen_picture_comes_along_into_a_view_that_has_nothing_else_to_do() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    studio.select(first)
    studio.tab = "edit"
    assert studio.edit_source is first
    studio.tab = "create"
    studio.select(second)
    studio.tab = "edit"
    assert studio.edit_source is second
    studio.canvas.select_all()
    studio.tab = "create"
    studio.select(first)
    studio.tab = "edit"
    assert studio.edit_source is second  # somebody has drawn on it
    studio.tab = "variations"
    assert studio.vary_source is first
    studio.vary(n=2).result(PATIENCE)
    studio.vary_grid.select(1)
    assert studio.selected is studio.vary_grid.images[1]
    studio.tab = "create"
    studio.tab = "variations"
    assert studio.vary_source is first  # one of its variations was chosen


def test_a_picture_that_was_chosen_before_does_not_come_along() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    studio.select(first)
    studio.vary(second, n=1).result(PATIENCE)
    studio.edit(second, BERET).result(PATIENCE)
    for tab in ("variations", "edit"):
        studio.tab = tab
    assert studio.vary_source is studio.edit_source is second


def test_choosing_in_edit_and_in_variations_changes_the_source() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    studio.open(first)
    studio.select(second)
    assert studio.edit_source is second
    studio.tab = "variations"
    studio.select(first)
    assert (studio.vary_source, studio.edit_source) == (first, second)


def test_variations_of_a_source_are_there_again_with_it() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    made = [*studio.vary(first, n=2).result(PATIENCE), *studio.vary(first, n=1).result(PATIENCE)]
    assert studio.vary_grid.images == made
    studio.open(second, tab="variations")
    assert studio.vary_grid.images == []
    studio.open(first, tab="variations")
    assert studio.vary_grid.images == made


# ---- what is edited -----------------------------------------------------------------------------------------------


def test_what_was_drawn_is_there_again_with_its_picture() -> None:
    studio = make()
    first, second = studio.create(OTTER, n=2).result(PATIENCE)
    studio.open(first)
    studio.canvas.add_rectangle(0, 0, 20, 20)
    drawn = studio.canvas.operations
    studio.open(second)
    assert studio.canvas.operations == []
    studio.canvas.extend(left=10)
    studio.open(first)
    assert studio.canvas.operations == drawn
    studio.canvas.undo()
    assert studio.canvas.coverage == 0
    studio.open(second)
    assert studio.edit_form.inputs[0].size == (74, 64)


def test_a_picture_that_is_dropped_on_the_canvas() -> None:
    studio = make()
    picture = paint(900)
    studio.canvas.image = picture
    assert studio.edit_source is picture
    assert studio.edit_form.inputs == [picture]
    assert studio.edit_form.operation == EDIT or studio.edit_form.prompt == ""
    assert studio.edit_form.mask is studio.canvas
    assert studio.images == [picture]
    assert studio.history[0].operation == OPENED


def test_a_picture_that_is_dropped_on_the_form_of_edit() -> None:
    studio = make()
    first, second = paint(900), paint(901)
    studio.edit_form.add_input(first)
    assert studio.canvas.image is first
    studio.edit_form.add_input(second)  # a further one, to go along
    assert studio.canvas.image is first
    studio.edit_form.remove_input(0)
    assert studio.canvas.image is second
    assert studio.edit_source is second
    studio.edit_form.clear_inputs()
    assert studio.canvas.image is None
    assert studio.edit_source is None
    studio.edit_form.add_input(first)
    assert studio.canvas.image is first
    assert studio.edit_form.mask is studio.canvas


def test_the_mask_of_the_form_is_that_of_the_canvas() -> None:
    studio = make()
    studio.open(paint(900))
    studio.canvas.select_all()
    studio.edit_form.clear_mask()
    assert studio.canvas.coverage == 0
    assert studio.edit_form.mask is studio.canvas
    studio.edit_form.mask = HALF
    assert studio.canvas.coverage == 0.5
    assert studio.edit_form.mask is studio.canvas


def test_a_picture_that_is_put_into_the_form_of_variations() -> None:
    studio = make()
    picture = paint(900)
    studio.vary_form.add_input(picture)
    assert studio.vary_source is picture
    studio.vary_form.clear_inputs()
    assert studio.vary_source is None


# ---- steps --------------------------------------------------------------------------------------------------------


def test_a_step_is_revisited() -> None:
    studio = make()
    made = studio.create(OTTER, n=2).result(PATIENCE)
    studio.edit(made[0], BERET).result(PATIENCE)
    studio.revisit(0, 1)
    assert studio.tab == "history"
    assert studio.selected is made[1]
    assert (studio._details["row"], studio._details["index"]) == ("0", 1)
    studio.revisit(studio.history[1])
    assert studio._details["row"] == "1"
    assert studio._details["words"] == BERET
    assert studio._details["origin"] == {"row": "0", "picture": 0, "text": f"{OTTER}, {digest(made[0])[:4]}"}
    for wrong in ((2, 0), (-1, 0), (0, 2), (0, -1)):
        with pytest.raises(LookupError):
            studio.revisit(*wrong)


def test_a_step_is_repeated() -> None:
    studio = make()
    source = studio.create(OTTER, seed=7).result(PATIENCE)[0]
    studio.edit(source, BERET, mask=HALF).result(PATIENCE)
    studio.vary(source, n=2).result(PATIENCE)
    studio.open(paint(900))
    studio.edit_form.prompt = "Something else"
    for number in range(3):
        studio.repeat(number).result(PATIENCE)
    before, after = studio.history[:3], studio.history[4:]
    for old, new in zip(before, after, strict=True):
        assert new.request == old.request
        assert (new.parent, new.prompt, new.coverage) == (old.parent, old.prompt, old.coverage)
    with pytest.raises(ValueError, match="nothing to do again"):
        studio.repeat(3)


def test_a_repeated_step_asks_above_the_limit() -> None:
    studio = ImageStudio(client=Painter(destination=OPENAI), limit=0.0, model="gpt-image-2")
    asked = studio.create(OTTER, size="1024x1024", quality="high")
    assert isinstance(asked.exception(PATIENCE), InvalidRequestError)
    studio.form.confirm().result(PATIENCE)
    again = studio.repeat(0)
    assert isinstance(again.exception(PATIENCE), InvalidRequestError)
    assert studio.form._question
    studio.form.confirm().result(PATIENCE)
    assert len(studio.history) == 2


def test_an_edit_is_set_up_again() -> None:
    studio = make()
    source = studio.create(OTTER).result(PATIENCE)[0]
    studio.open(source)
    studio.canvas.add_rectangle(0, 0, 32, 64)
    covered = studio.canvas.coverage
    studio.edit(prompt=BERET, n=3).result(PATIENCE)
    studio.open(paint(900))
    studio.edit_form.prompt, studio.tab = "Something else", "history"
    studio.edit_again(1)
    assert (studio.tab, studio.edit_source, studio.edit_form.prompt, studio.edit_form.n) == ("edit", source, BERET, 3)
    assert studio.canvas.coverage == covered


def test_an_edit_of_an_extended_picture_is_set_up_again() -> None:
    studio = make()
    source = studio.create(OTTER).result(PATIENCE)[0]
    studio.open(source)
    studio.canvas.extend(right=64)
    studio.edit(prompt=BERET).result(PATIENCE)
    studio.open(paint(900))
    studio.edit_again(1)
    assert studio.canvas.image.size == (128, 64)
    assert studio.canvas.coverage == 0.5
    assert studio.edit_source is source
    studio.edit(prompt=f"{BERET} and a scarf").result(PATIENCE)
    assert studio.history[-1].parent == Place(0, 0)
    studio.open(paint(900))
    studio.open(source)
    studio.canvas.undo()  # what was drawn in the first place is there again, and not what was set up from it
    assert studio.canvas.image is source


def test_other_steps_are_set_up_again() -> None:
    studio = make()
    source = studio.create(OTTER, seed=7).result(PATIENCE)[0]
    studio.vary(source, n=3).result(PATIENCE)
    studio.form.prompt, studio.form.seed = "Something else", None
    studio.edit_again(0)
    assert (studio.tab, studio.form.prompt) == ("create", OTTER)
    assert studio.form.seed == 7
    studio.open(paint(900), tab="variations")
    studio.edit_again(1)
    assert (studio.tab, studio.vary_source, studio.vary_form.n) == ("variations", source, 3)


def test_the_code_of_a_step() -> None:
    studio = make()
    source = studio.create(OTTER, seed=7).result(PATIENCE)[0]
    studio.edit(source, BERET).result(PATIENCE)
    studio.open(paint(900))
    assert f'"{OTTER}"' in studio.code(0)
    assert "seed=7" in studio.code(0)
    assert f'Image.open("a-cute-baby-sea-otter-{digest(source)[:8]}.png")' in studio.code(1)
    assert studio.code(2) == ""
    for number in range(3):
        compile(studio.code(number), "cell", "exec")


# ---- where requests go --------------------------------------------------------------------------------------------


def test_all_views_send_to_one_place() -> None:
    studio = ImageStudio(client=Painter(destination=SERVER), model="some-model")
    assert {form.client for form in studio.forms} == {studio.client}
    assert {form.model for form in studio.forms} == {"some-model"}
    studio.edit_form.use_sketch_engine()
    assert {form._destination["name"] for form in studio.forms} == {"Sketch engine"}
    assert {form.model for form in studio.forms} == {"sketch"}
    client = Painter(destination=OPENAI)
    studio.client = client
    assert {form.client for form in studio.forms} == {client}


def test_a_view_begins_with_a_model_that_does_what_it_does() -> None:
    studio = ImageStudio(client=Painter(destination=OPENAI), model="dall-e-3")
    assert studio.form.model == "dall-e-3"
    assert studio.edit_form.model == "gpt-image-2"
    assert studio.vary_form.model == "dall-e-2"


def test_what_it_does_not_take() -> None:
    with pytest.raises(TypeError, match="ImageStudio has no colour"):
        ImageStudio(colour="red")
    with pytest.raises(TypeError, match="client must be a Client"):
        ImageStudio(client="sk-a-key-that-is-not-shown")  # type: ignore[arg-type]


# ---- what views ask for -------------------------------------------------------------------------------------------


def test_what_a_view_may_ask_for() -> None:
    studio = make()
    first, _second = studio.create(OTTER, n=2).result(PATIENCE)
    studio.vary(first, n=2).result(PATIENCE)
    names = [entry["id"] for entry in studio._strip]
    click(studio, "select", id=names[1])
    assert studio.selected is studio.images[1]
    click(studio, "edit", id=names[0])
    assert (studio.tab, studio.edit_source) == ("edit", first)
    click(studio, "vary", id=names[1])
    assert (studio.tab, studio.vary_source) == ("variations", studio.images[1])
    click(studio, "compare", ids=[names[0], names[3]])
    assert studio.grid._open["view"] == "compare"
    click(studio, "revisit", row="0", picture=1)
    assert (studio.tab, studio.selected) == ("history", studio.images[1])
    click(studio, "revisit", row="1.1", picture=0)
    assert studio.selected is studio.images[3]
    click(studio, "edit_again", row="1.1")
    assert studio.tab == "variations"
    assert studio._chosen == {"selected": names[3], "edit": names[0], "vary": names[0]}
    ended = threading.Event()
    studio.on_result(lambda _response: ended.set())
    click(studio, "repeat", row="0")
    assert ended.wait(PATIENCE)
    assert len(studio.history) == 3


def test_what_fails_is_told() -> None:
    studio = make()
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("select", {"id": "p9"}),
        ("revisit", {"row": "9", "picture": 0}),
        ("no such thing", {}),
    ]
    for action, arguments in wrong:
        studio._notice = ""
        click(studio, action, **arguments)
        assert studio._notice
    click(studio, "dismiss")
    assert studio._notice == ""


def test_a_file_becomes_what_the_view_in_sight_works_on(tmp_path: Any) -> None:
    studio = make(tab="variations")
    path = tmp_path / "photo.png"
    paint(900).save(path)
    data = path.read_bytes()
    half = len(data) // 2
    for part, piece in enumerate((data[:half], data[half:])):
        message = {"type": "image", "part": part, "parts": 2, "name": "photo.png"}
        studio._handle_custom_msg(message, [memoryview(piece)])
    assert studio.vary_source is not None
    assert (studio.tab, studio.rows[0].label) == ("variations", "photo.png")
    studio._handle_custom_msg({"type": "image", "part": 0, "parts": 1, "name": "x.txt"}, [memoryview(b"no picture")])
    assert studio._notice
    studio._handle_custom_msg({"type": "image", "part": 1, "parts": 2, "name": "y.png"}, [memoryview(b"late")])
    assert studio._notice.startswith("y.png did not arrive whole")


def test_each_thumbnail_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = make()
    sent: list[tuple[list[str], int]] = []
    monkeypatch.setattr(studio, "send", lambda content, buffers=(): sent.append((content["ids"], len(buffers))))
    studio.create(OTTER, n=2).result(PATIENCE)
    studio.edit(studio.images[0], BERET).result(PATIENCE)
    assert sorted(name for names, _ in sent for name in names) == ["p0", "p1", "p2"]
    assert sorted(studio.get_state()["_thumbnails"]) == ["p0", "p1", "p2"]
    sent.clear()
    studio._handle_custom_msg({"kind": "thumbnails", "ids": ["p2", "p9", "p0"]}, [])
    assert sent == [(["p2", "p0"], 2)]


def test_what_the_tree_and_its_panel_show() -> None:
    studio = make()
    source = studio.create(OTTER, seed=7).result(PATIENCE)[0]
    studio.open(source)
    studio.canvas.add_mask(HALF)
    studio.edit(prompt=BERET, n=2).result(PATIENCE)
    assert studio._summary == "2 steps, 3 pictures"
    assert [(row["id"], row["parent"], row["depth"]) for row in studio._rows] == [("0", None, 0), ("1", "0", 1)]
    details = studio._details  # of the newest, as nobody looks at another
    assert (details["row"], details["operation"], len(details["pictures"])) == ("1", EDIT, 2)
    assert dict(details["facts"])["Mask"] == "50 % of the picture"
    assert details["large"].startswith(b"RIFF")
    assert studio._last_edit["ids"] == ["p0", "p1"]
    assert studio._last_edit["alt"] == [f"Before: {OTTER}", f"After: {BERET}"]
    assert studio._vary == {}
    studio.open(source, tab="variations")
    assert (studio._vary["words"], studio._vary["size"]) == (OTTER, "64 × 64")


# ---- the end ------------------------------------------------------------------------------------------------------


def test_closing_ends_its_runs_and_closes_its_children() -> None:
    gate = Gate()
    studio = make(gate)
    running, waiting = studio.create(OTTER), studio.create(OTTER)
    assert gate.entered.wait(PATIENCE)
    children = [getattr(studio, name) for name in CHILDREN]
    studio.close()
    assert running.cancelled()
    assert waiting.cancelled()
    assert all(child.comm is None for child in (studio, *children))
    studio.close()  # twice is no error


def test_all_runs_are_cancelled() -> None:
    gates = Gate(), Gate()
    studio = make(*gates)
    running = [studio.create(OTTER), studio.vary(paint(900))]
    for gate in gates:
        assert gate.entered.wait(PATIENCE)
    assert studio.cancel()
    assert all(run.cancelled() for run in running)
    assert not studio.cancel()


def test_what_it_leaves_in_a_notebook() -> None:
    studio = make()
    bundle = studio._repr_mimebundle_()
    assert bundle is not None
    assert (repr(studio), bundle[0]["text/plain"]) == ("ImageStudio(no pictures)",) * 2
    picture = studio.create(OTTER, n=2).result(PATIENCE)[0]
    bundle = studio._repr_mimebundle_()
    assert bundle is not None
    data = bundle[0]
    assert repr(studio) == "ImageStudio(1 step, 2 pictures)"
    assert data["text/plain"].splitlines()[:2] == [repr(studio), f"  0  {digest(picture)[:8]}  {OTTER}"]
    assert data["text/html"].count("<img") == 2
    assert "Saved view" in data["text/html"]
    assert data["image/png"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_no_key_is_in_what_is_sent_to_browsers() -> None:
    key = "sk-" + "a1b2c3d4" * 4
    studio = ImageStudio(client=iw.Client("http://127.0.0.1:9/v1", api_key=key))
    children = [getattr(studio, name) for name in CHILDREN]
    assert all(key not in str(child.get_state()) for child in (studio, *children))
    assert key not in repr(studio)
