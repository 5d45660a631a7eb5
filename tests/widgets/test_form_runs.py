"""Runs of a form: pictures as they come, many at a time, cancelled at once, and what goes wrong on the way."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
import traitlets
from PIL import Image

import imagewidgets as iw
from imagewidgets.errors import APIResponseError, InvalidRequestError, RateLimitError
from imagewidgets.responses import ImageEvent
from imagewidgets.widgets.form_streaming import Partials
from imagewidgets.widgets.prompt_form import PromptForm
from tests.widgets.fake_client import OPENAI, SERVER, FakeClient, Gate, final, partial

PATIENCE = 60.0  # s; reached only when a test fails
FOX = "A red fox in the snow"


def make(*answers: object, destination: Any = None, **settings: Any) -> PromptForm:
    where = {} if destination is None else {"destination": destination}
    return PromptForm(client=FakeClient(*answers, **where), **{"prompt": FOX, "size": "64x64", **settings})


def client_of(form: PromptForm) -> FakeClient:
    assert isinstance(form.client, FakeClient)
    return form.client


class Drawn:
    """What a view was told of a run that streams, and a way to wait for more: it is told by another thread."""

    def __init__(self, form: PromptForm) -> None:
        self.seen: list[list[str]] = []
        self.progress: list[dict[str, int]] = []
        self._changed = threading.Condition()
        form.observe(self._add, ["_partials", "_progress", "status"])

    def _add(self, change: Any) -> None:
        with self._changed:
            if change["name"] == "_partials":
                self.seen.append([picture.get("text", "") for picture in change["new"]])
            elif change["name"] == "_progress":
                self.progress.append(change["new"])
            self._changed.notify_all()

    def wait_until(self, told: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(told, PATIENCE), (self.seen, self.progress)

    def wait_for(self, texts: list[str]) -> None:
        self.wait_until(lambda: texts in self.seen)


# ---- pictures as they come ------------------------------------------------------------------------------------------


def test_partial_pictures_are_shown_as_they_come() -> None:
    first, second = Gate(), Gate()
    form = make([partial(0), first, partial(1), second, final()], partial_images=2)
    drawn = Drawn(form)
    task = form.submit()
    assert form._run["streams"] is True
    assert ["Partials", "2"] in form._run["facts"]
    drawn.wait_for(["partial 1 of 2"])
    shown = form._partials[0]
    assert (shown["alt"], shown["ratio"], shown["final"]) == (f"Unfinished picture 1: {FOX}", 1.0, False)
    with Image.open(io.BytesIO(shown["thumbnail"])) as small:
        assert (small.format, small.size) == ("WEBP", (64, 64))
    first.opened.set()
    drawn.wait_for(["partial 2 of 2"])
    drawn.wait_until(lambda: drawn.progress[-1] == {"done": 2, "of": 3})
    second.opened.set()
    assert len(task.result(PATIENCE)) == 1
    assert drawn.seen == [[""], ["partial 1 of 2"], ["partial 2 of 2"], ["finished"], []]
    assert (form._partials, form._progress, form._run) == ([], {}, {})
    assert form.request.stream is True
    assert client_of(form).streams[0].closed.is_set()


def test_without_partial_pictures_nothing_is_streamed() -> None:
    form = make(partial_images=0)
    form.submit().result(PATIENCE)
    assert form.request.stream is None
    assert client_of(form).streams == []


def test_an_edit_is_streamed_too_and_the_rest_put_back() -> None:
    mask = Image.new("L", (64, 64))
    mask.paste(255, (0, 0, 32, 64))
    form = make([partial(0), final()], partial_images=1, inputs=[Image.new("RGB", (64, 64), "sienna")], mask=mask)
    (edited,) = form.submit().result(PATIENCE)
    assert edited.getpixel((60, 0)) == (160, 82, 45)
    assert edited.getpixel((0, 0)) != (160, 82, 45)


def test_cancelling_a_stream_closes_it_at_once_and_late_pictures_are_dropped() -> None:
    gate = Gate(deaf=True)
    form = make([partial(0), gate, partial(1), final()], {}, partial_images=2)
    drawn = Drawn(form)
    task = form.submit()
    drawn.wait_for(["partial 1 of 2"])
    assert gate.entered.wait(PATIENCE)
    form.cancel()
    assert task.cancelled()
    drawn.wait_until(lambda: (form.status, form._partials, form._progress) == ("cancelled", [], {}))
    form.partial_images = None
    form.submit().result(PATIENCE)
    gate.opened.set()
    assert client_of(form).streams[0].closed.wait(PATIENCE)
    assert form._partials == []
    assert ["partial 2 of 2"] not in drawn.seen


def test_a_stream_that_breaks_off_keeps_its_last_picture() -> None:
    error = APIResponseError("OpenAI answered 200, but the stream ended before the picture was complete. Try again.")
    error.with_pictures([], partial(0, "teal").image)
    form = make([partial(0), error], partial_images=2)
    assert form.submit().exception(PATIENCE) is error
    assert form._problem["headline"] == "The stream ended before the picture was complete."
    with Image.open(io.BytesIO(form._problem["partial"])) as kept:
        assert kept.size == (64, 64)
    assert form._partials == []


def test_the_embedded_engine_streams() -> None:
    form = PromptForm(FOX, client=iw.Client("sketch"), size="64x64", seed=7, n=2, partial_images=2)
    drawn = Drawn(form)
    streamed = form.submit().result(PATIENCE)
    assert len(streamed) == 2
    assert any("partial" in text for texts in drawn.seen for text in texts)
    assert ["finished", "finished"] in drawn.seen
    assert drawn.progress[-2] == {"done": 6, "of": 6}
    form.partial_images = None
    assert form.submit().result(PATIENCE).digests == streamed.digests


def texts(count: int, each: int, *events: ImageEvent) -> list[str]:
    partials = Partials(count, each, FOX)
    for event in events:
        partials.add(event)
    return [picture.get("text", "") for picture in partials.shown]


def test_partials_find_their_picture() -> None:
    """One after the other, all partials first, or all pictures in turns: each service has its way."""
    one_by_one = [partial(0), partial(1), final(), partial(0)]
    assert texts(2, 2, *one_by_one) == ["finished", "partial 1 of 2"]
    all_partials_first = [partial(0), partial(1), partial(0), partial(1)]
    assert texts(2, 2, *all_partials_first[:3]) == ["partial 2 of 2", "partial 1 of 2"]
    assert texts(2, 2, *all_partials_first, final()) == ["finished", "partial 2 of 2"]
    in_turns = [partial(0), partial(0), partial(1), partial(1)]
    assert texts(2, 2, *in_turns[:3]) == ["partial 2 of 2", "partial 1 of 2"]
    assert texts(2, 2, *in_turns) == ["partial 2 of 2", "partial 2 of 2"]
    some_skipped = [final(), partial(1)]
    assert texts(2, 2, *some_skipped) == ["finished", "partial 2 of 2"]


def test_more_pictures_than_were_asked_for_do_no_harm() -> None:
    assert texts(1, 1, partial(0), partial(0), final(), final()) == ["finished"]


def test_only_so_many_are_drawn() -> None:
    partials = Partials(30, 1, FOX)
    for _ in range(30):
        partials.add(final())
    assert len(partials.shown) == 20
    assert partials.progress == {"done": 60, "of": 60}


def test_closing_a_form_ends_its_work() -> None:
    gate = Gate()
    form = make(gate)
    tasks = [form.submit(), form.submit()]
    assert gate.entered.wait(PATIENCE)
    form.close()
    assert all(task.cancelled() for task in tasks)
    form.close()  # once more does nothing


# ---- many pictures --------------------------------------------------------------------------------------------------


def test_more_than_the_model_makes_at_a_time_goes_out_in_several_requests() -> None:
    form = PromptForm(FOX, client=iw.Client("sketch"), model="dall-e-3", n=3, seed=7)
    assert len(form.submit().result(PATIENCE)) == 3
    assert form._report["text"].startswith("3 pictures in ")


def test_a_run_of_many_pictures_is_not_streamed() -> None:
    form = make(model="gpt-image-2", size="1024x1024", partial_images=2)
    form.submit(n=11).result(PATIENCE)
    assert form.request.stream is None
    form.submit(n=2).result(PATIENCE)
    assert form.request.stream is True


def test_requests_that_failed_are_told_of() -> None:
    failed = RateLimitError("OpenAI answered 429: slow down. Wait.", status_code=429)
    form = make({"errors": [failed]})
    form.submit().result(PATIENCE)
    assert form.status == "finished"
    assert form._report["failed"] == "1 request failed: OpenAI answered 429: slow down."


# ---- what a run is given --------------------------------------------------------------------------------------------


def test_a_negative_prompt_and_steps_go_where_they_are_known() -> None:
    form = make(destination=SERVER, model="flux", negative_prompt="people", steps=30, extra={"cfg_scale": 7})
    form.submit().result(PATIENCE)
    assert form.request.extra == {"negative_prompt": "people", "steps": 30, "cfg_scale": 7}
    form.submit(steps=4, extra={"cfg_scale": 2}).result(PATIENCE)
    assert form.request.extra == {"negative_prompt": "people", "steps": 4, "cfg_scale": 2}
    with pytest.raises(TypeError, match="no parameter 'steps'"):
        make(destination=OPENAI, model="gpt-image-2", size="auto").submit(steps=4)


def test_the_embedded_engine_knows_negative_prompts_and_seeds_of_every_model() -> None:
    form = PromptForm(
        "a red fox, a tree", client=iw.Client("sketch"), model="gpt-image-2", size="256x256", seed=7, quality="low"
    )
    plain = form.submit().result(PATIENCE)
    form.negative_prompt = "tree"
    assert form.submit().result(PATIENCE).digests != plain.digests
    with pytest.raises(traitlets.TraitError, match="Sketch engine has no parameter 'steps'"):
        form.steps = 30
    with pytest.raises(traitlets.TraitError, match="takes no extra parameters"):
        form.extra = {"cfg_scale": 7}


def test_a_change_of_server_says_what_it_changed() -> None:
    form = make(destination=SERVER, model="flux", steps=30)
    form.client = FakeClient(destination=OPENAI)
    assert form.steps is None
    assert form._note[:3] == [["Changed for OpenAI: ", False], ["steps", True], [" removed (it has none)", False]]
    assert form._undoable is False
    assert "steps" not in [field["name"] for field in form._controls["more"]]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("steps", 0, "from 1 to 1,000"),
        ("negative_prompt", "x" * 32_001, "32,001 characters"),
        ("seed", -1, "at least 0"),
        ("extra", {"n": 3}, "parameter of its own"),
        ("extra", {"cfg": {1, 2}}, "cannot be written as JSON"),
    ],
)
def test_settings_are_checked(name: str, value: object, message: str) -> None:
    form = make(destination=SERVER, model="flux")
    before = form.settings
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(form, name, value)
    assert form.settings == before


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("frame_count", 20, "takes frame_count 2 to 16"),
        ("frame_duration_ms", 15, "in steps of 10 ms"),
        ("partial_images", 4, "takes partial_images 0 to 3"),
        ("complexity", "some", "takes complexity medium or low or high"),
    ],
)
def test_settings_of_the_newest_models_are_checked(name: str, value: object, message: str) -> None:
    form = make(destination=OPENAI, model="gpt-image-2.6-flare", size="auto")
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(form, name, value)


def test_settings_of_gifs_can_be_set_before_the_format() -> None:
    form = make(destination=OPENAI, model="gpt-image-2.6-flare", size="1024x1024", frame_count=4, frame_duration_ms=100)
    form.submit().result(PATIENCE)
    assert form.request.frame_count is None
    form.output_format = "gif"
    form.submit().result(PATIENCE)
    assert (form.request.frame_count, form.request.frame_duration_ms) == (4, 100)
    with pytest.raises(traitlets.TraitError, match="has no parameter 'frame_count'"):
        make(model="gpt-image-2", size="1024x1024", destination=OPENAI).frame_count = 4


# ---- keys -----------------------------------------------------------------------------------------------------------

KEY = "sk-proj-0123456789abcdef"


def state_of(form: PromptForm) -> str:
    return repr(form.get_state()) + repr({name: getattr(form, name) for name in form.trait_names()}) + repr(form)


def test_a_key_is_taken_by_no_setting() -> None:
    form = make(destination=SERVER, model="flux")
    for name, value in [("user", KEY), ("safety_identifier", KEY), ("negative_prompt", f"no {KEY}")]:
        with pytest.raises(traitlets.TraitError, match="looks like a key") as caught:
            setattr(form, name, value)
        assert KEY not in str(caught.value)
    for extra in ({"api_key": "abc"}, {"cfg": KEY}, {"headers": {"Authorization": "x"}}, {KEY: 1}):
        with pytest.raises(traitlets.TraitError, match="looks like a key") as caught:
            form.extra = extra
        assert KEY not in str(caught.value)
    form._handle_custom_msg({"action": "set", "name": "extra", "value": f"cfg=3, token={KEY}"}, [])
    assert "looks like a key" in form._complaint["text"]
    for name in ("seed", "quality", "size", "extra", "limit"):
        form._handle_custom_msg({"action": "set", "name": name, "value": KEY}, [])
    refused = form.submit(extra={"password": "hunter2hunter2"})
    assert isinstance(refused.exception(0), InvalidRequestError)
    assert client_of(form).sent == []
    assert KEY not in state_of(form)
    assert "hunter2" not in state_of(form)


def test_a_key_in_an_error_is_blotted_out() -> None:
    error = RateLimitError(f"slow down, {KEY}", status_code=429)
    form = make(error)
    assert form.submit().exception(PATIENCE)
    assert KEY not in repr(form.get_state())


# ---- where it went wrong --------------------------------------------------------------------------------------------


def test_the_traceback_is_one_click_away() -> None:
    form = make(ZeroDivisionError("oops"))
    assert form.submit().exception(PATIENCE)
    places = form._problem["traceback"].splitlines()
    assert places[-1].startswith("fake_client.py, line ")
    assert any(place.startswith("imagewidgets/widgets/tasks.py") for place in places)


def test_an_error_while_pictures_are_finished_is_the_runs() -> None:
    mask = Image.new("L", (64, 64))
    mask.paste(255, (0, 0, 32, 64))
    form = make(inputs=[Image.new("RGB", (64, 64))], mask=mask)
    form._pictures[0] = form._pictures[0].__class__(Image.new("RGB", (32, 32)), None, "another")
    assert isinstance(form.submit().exception(PATIENCE), InvalidRequestError)
    assert form.status == "error"
    assert form._problem["headline"].startswith("The mask is 64 × 64 px")


def test_a_message_that_makes_no_sense_is_shown() -> None:
    form = make()
    form._handle_custom_msg({"action": "remove_input", "index": 3}, [])
    assert form._callback_problem["headline"] == "form.remove_input() raised IndexError."
    form._handle_custom_msg({"type": "image", "name": "x"}, [])
    assert form._callback_problem["headline"] == "form.add_input() raised KeyError."
