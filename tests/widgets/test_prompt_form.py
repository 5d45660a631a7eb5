"""`PromptForm` without a browser: everything a click does is a method, everything seen is a trait."""

from __future__ import annotations

import asyncio
import io
import json
import re
import threading
from concurrent.futures import CancelledError
from typing import Any

import pytest
import traitlets
from PIL import Image

import imagewidgets as iw
from imagewidgets import api
from imagewidgets.client import Client
from imagewidgets.errors import AuthenticationError, InvalidRequestError
from imagewidgets.operations import CreateImageRequest
from imagewidgets.widgets.prompt_form import ACTIONS, PromptForm
from tests.widgets.fake_client import OPENAI, FakeClient, Gate

PATIENCE = 60.0  # s; reached only when a test fails
FOX = "A red fox in the snow"


def make(*answers: object, **settings: Any) -> PromptForm:
    return PromptForm(client=FakeClient(*answers), **{"prompt": FOX, "size": "64x64", **settings})


def click(form: PromptForm, action: str, **arguments: object) -> None:
    """Send what a view sends."""
    form._handle_custom_msg({"action": action, **arguments}, [])


def note(form: PromptForm) -> str:
    return "".join(text for text, _ in form._note)


def ended(form: PromptForm) -> threading.Event:
    """Return an event that is set when no run is under way any more."""
    event = threading.Event()
    form.observe(lambda change: event.set() if change["new"] != "running" else None, "status")
    return event


# ---- a run --------------------------------------------------------------------------------------------------------


def test_a_run_gives_pictures() -> None:
    form = make(n=2)
    response = form.submit().result(PATIENCE)
    assert [image.size for image in response] == [(64, 64), (64, 64)]
    assert form.images == list(response)
    assert form.response is response
    assert form.responses == [response]
    assert (form.status, form.error) == ("finished", None)
    assert isinstance(form.request, CreateImageRequest)
    assert form.request.parameters() == {
        "prompt": FOX,
        "model": "sketch",
        "n": 2,
        "size": "64x64",
        "quality": "auto",
    }


def test_images_can_be_observed_and_linked() -> None:
    form = make()
    seen: list[str] = []
    form.observe(lambda change: seen.append(f"{change['name']} {form.status}"), ["images", "response"])
    form.observe(lambda change: seen.append(f"{change['new']} {len(form.images)}"), "status")
    form.submit().result(PATIENCE)
    assert seen == ["running 0", "images running", "response running", "finished 1"]


def test_overrides_take_the_place_of_the_forms_own_for_one_run() -> None:
    form = make()
    assert len(form.submit(n=3, prompt="a boat", extra={"steps": 4}).result(PATIENCE)) == 3
    assert (form.n, form.prompt) == (1, FOX)
    assert form.request.prompt == "a boat"
    assert form.request.extra == {"steps": 4}
    with pytest.raises(TypeError, match="sise"):
        form.submit(sise="64x64")


def test_what_is_shown_of_a_finished_run() -> None:
    usage = {"input_tokens": 14, "output_tokens": 8320}
    form = make({"usage": usage, "revised_prompts": ["A fox, sitting"] * 2}, n=2)
    form.submit().result(PATIENCE)
    report = form._report
    assert re.fullmatch(r"2 pictures in \d+\.\d+ s", report["text"])
    assert report["detail"] == "14 tokens in, 8,320 out · Free: made on this machine"
    assert [(p["title"], p["size"]) for p in report["pictures"]] == [("Picture 1", "64 × 64"), ("Picture 2", "64 × 64")]
    assert report["pictures"][0]["alt"] == f"Picture 1: {FOX}"
    assert report["revised"] == [{"label": "", "text": "A fox, sitting"}]
    assert form._run == {}


def test_revised_prompts_that_differ_say_whose_they_are() -> None:
    form = make({"revised_prompts": ["one", "two", "one"]}, n=3)
    form.submit().result(PATIENCE)
    assert form._report["revised"] == [
        {"label": "Pictures 1, 3", "text": "one"},
        {"label": "Picture 2", "text": "two"},
    ]


def test_a_prompt_that_was_not_revised_is_not_shown_twice() -> None:
    form = make({"revised_prompts": [FOX]})
    form.submit().result(PATIENCE)
    assert form._report["revised"] == []


def test_traits_hold_small_pictures_and_only_so_many() -> None:
    form = PromptForm(FOX, client=FakeClient(destination=OPENAI), model="flux", n=40, size="1200x600")
    form.submit().result(PATIENCE)
    pictures = form._report["pictures"]
    assert len(form.images) == 40
    assert len(pictures) == 20
    assert form._report["left_out"] == "20 more are not shown here; form.images has all."
    with Image.open(io.BytesIO(pictures[0]["thumbnail"])) as small:
        assert (small.format, small.size) == ("WEBP", (400, 200))
    assert pictures[0]["ratio"] == 2.0


def test_what_is_shown_of_a_run_under_way() -> None:
    gate = Gate()
    form = make(gate, model="gpt-image-2", quality="high", size="1536x1024", n=2)
    task = form.submit()
    assert form.status == "running"
    run = form._run
    assert run["number"] == 1
    assert run["title"] == "Generating 2 pictures"
    assert run["facts"] == [["Model", "gpt-image-2, emulated"], ["Size", "1536 × 1024"], ["Quality", "high"]]
    assert run["ratio"] == 1.5
    assert run["started"] > 1_700_000_000
    gate.opened.set()
    task.result(PATIENCE)


def test_the_kernel_stays_free_and_runs_queue_in_order() -> None:
    gate = Gate()
    form = make(gate)
    first = form.submit(prompt="first")
    second = form.submit(prompt="second")
    third = form.submit(prompt="third")
    assert not first.done()
    assert form._waiting == "2 runs waiting"
    gate.opened.set()
    assert third.result(PATIENCE).request.prompt == "third"
    assert second.result(PATIENCE).request.prompt == "second"
    assert [request.prompt for request in form.client.sent] == ["first", "second", "third"]  # type: ignore[union-attr]
    assert form._waiting == ""
    assert len(form.responses) == 3


# ---- cancel -------------------------------------------------------------------------------------------------------


def test_cancel_works_at_once() -> None:
    gate = Gate()
    form = make(gate)
    task = form.submit()
    assert gate.entered.wait(PATIENCE)
    assert form.cancel()
    assert task.cancelled()
    with pytest.raises(CancelledError):
        task.result(0)
    assert (form.status, form.error, form._run) == ("cancelled", None, {})
    assert re.fullmatch(r"Cancelled after \d+\.\d+ s\. Your prompt is kept\.", form._problem["text"])
    assert form.prompt == FOX
    assert not form.cancel()


def test_a_result_that_comes_after_a_cancel_is_not_shown() -> None:
    gate = Gate(deaf=True)
    form = make(gate)
    results: list[object] = []
    form.on_result(results.append)
    task = form.submit()
    assert gate.entered.wait(PATIENCE)
    form.cancel()
    assert len(form.submit(prompt="a boat").result(PATIENCE)) == 1
    before = form.responses
    gate.opened.set()
    for thread in threading.enumerate():
        if thread.name == "imagewidgets-run":
            thread.join(PATIENCE)
    assert form.responses is before
    assert len(results) == 1
    assert task.cancelled()
    assert form.status == "finished"


def test_pictures_stay_when_the_next_run_is_cancelled() -> None:
    gate = Gate()
    form = make({}, gate)
    form.submit().result(PATIENCE)
    form.submit()
    form.cancel()
    assert len(form.images) == 1
    assert form._report["text"].startswith("1 picture")


def test_cancel_lets_the_next_one_run_and_can_take_all() -> None:
    first, second = Gate(), Gate()
    form = make(first, second)
    form.submit()
    waiting = form.submit()
    form.cancel()
    assert form.status == "running"
    second.opened.set()
    assert len(waiting.result(PATIENCE)) == 1
    gate = Gate()
    form.client = FakeClient(gate)
    tasks = [form.submit(), form.submit()]
    assert form.cancel(waiting=True)
    assert all(task.cancelled() for task in tasks)
    assert form.status == "cancelled"


# ---- errors -------------------------------------------------------------------------------------------------------


def test_an_error_is_shown_in_plain_words_and_belongs_to_the_future() -> None:
    error = AuthenticationError("OpenAI answered 401: Incorrect API key: sk-abc***3f9a.", status_code=401, code="bad")
    form = PromptForm(client=FakeClient(error, {}, destination=OPENAI), prompt=FOX)
    task = form.submit()
    with pytest.raises(AuthenticationError):
        task.result(PATIENCE)
    assert (form.status, form.error, form.prompt) == ("error", error, FOX)
    assert form._problem["headline"] == "OpenAI did not accept the key."
    assert form._problem["sketch"] is True
    assert "401 bad" in form._problem["details"]
    form.submit().result(PATIENCE)
    assert (form.status, form.error, form._problem) == ("finished", None, {})


def test_the_sketch_engine_is_a_way_out() -> None:
    form = PromptForm(client=FakeClient(AuthenticationError("no", status_code=401), destination=OPENAI), prompt=FOX)
    assert form.submit().exception(PATIENCE) is form.error
    click(form, "use_sketch_engine")
    assert isinstance(form.client, Client)
    assert form.client.embedded
    assert form._destination["name"] == "Sketch engine"
    assert form._problem == {}
    assert form.model == "sketch"  # the form had chosen gpt-image-2 by itself


def test_the_sketch_engine_keeps_a_model_that_it_emulates() -> None:
    form = PromptForm(client=FakeClient(destination=OPENAI), model="dall-e-3")
    form.use_sketch_engine()
    assert form.model == "dall-e-3"
    form = PromptForm(client=FakeClient(destination=OPENAI), model="flux")
    form.use_sketch_engine()
    assert form.model == "sketch"


def test_a_request_that_breaks_a_rule_is_refused_before_sending() -> None:
    form = PromptForm(client=FakeClient(destination=OPENAI), prompt=FOX, model="dall-e-3")
    task = form.submit(background="opaque")
    assert isinstance(task.exception(0), InvalidRequestError)
    assert form._problem["headline"] == "dall-e-3 has no parameter 'background'."
    assert form._problem["advice"].startswith("Leave it out")
    assert (form.status, form.error, form._run) == ("error", task.exception(), {})
    assert form.client.sent == []  # type: ignore[union-attr]


def test_a_refusal_leaves_the_run_under_way_alone() -> None:
    gate = Gate()
    form = make(gate)
    task = form.submit()
    assert form.submit(n=101).exception(0)
    assert form.status == "running"
    gate.opened.set()
    assert len(task.result(PATIENCE)) == 1


def test_an_empty_prompt_is_refused() -> None:
    form = make(prompt="  ")
    assert "prompt is empty" in str(form.submit().exception(0))
    assert form._problem["headline"] == "The prompt is empty."


def test_a_bug_below_is_shown_too() -> None:
    form = make(ZeroDivisionError("oops"))
    with pytest.raises(ZeroDivisionError):
        form.submit().result(PATIENCE)
    assert form._problem["headline"] == "Something went wrong here: ZeroDivisionError."
    assert form.status == "error"


# ---- callbacks ----------------------------------------------------------------------------------------------------


def test_callbacks_get_each_result_before_the_future_is_done() -> None:
    form = make()
    results: list[object] = []
    form.on_result(results.append)
    response = form.submit().result(PATIENCE)
    assert results == [response]
    form.on_result(results.append, remove=True)
    form.submit().result(PATIENCE)
    assert results == [response]


def test_a_callback_that_raises_is_shown_and_stops_nothing() -> None:
    form = make()
    results: list[object] = []

    def broken(response: object) -> None:
        raise LookupError("no such place")

    form.on_result(broken)
    form.on_result(results.append)
    form.submit().result(PATIENCE)
    assert len(results) == 1
    assert form.status == "finished"
    assert isinstance(form.callback_error, LookupError)
    assert form._callback_problem["headline"] == "broken raised LookupError."
    assert "no such place" in form._callback_problem["details"]
    form.on_result(broken, remove=True)
    form.submit().result(PATIENCE)
    assert (form.callback_error, form._callback_problem) == (None, {})


def test_an_observer_that_raises_is_shown_and_stops_nothing() -> None:
    form = make()

    def broken(change: object) -> None:
        raise LookupError("no such place")

    for name in ("images", "cost", "status", "request", "error"):
        form = make(AuthenticationError("no", status_code=401), {})
        form.observe(broken, name)
        form.submit().exception(PATIENCE)
        form.submit(prompt="a boat").result(PATIENCE)
        assert form.status == "finished"
        assert form._callback_problem["headline"] == f"A function observing {name!r} raised LookupError."
        form.callback_error = None
        form.observe(broken, "error")
        assert form.submit(n=101).exception(0)
        assert isinstance(form.callback_error, LookupError)


def test_a_callback_may_make_more_pictures() -> None:
    form = make()
    done: list[int] = []

    def again(response: Any) -> None:
        if response.request.prompt == FOX:
            done.append(len(form.submit(prompt="a boat", n=2).result(PATIENCE)))

    form.on_result(again)
    form.submit().result(PATIENCE)
    assert done == [2]


def test_the_form_can_be_awaited() -> None:
    form = make()
    with pytest.raises(RuntimeError, match="no run to wait for"):
        asyncio.run(wait_for(form))
    form.submit()
    assert len(asyncio.run(wait_for(form))) == 1


async def wait_for(form: PromptForm) -> Any:
    return await form


# ---- settings -----------------------------------------------------------------------------------------------------


def test_a_form_starts_with_what_the_model_has() -> None:
    form = make(size=None)
    assert (form.model, form.size, form.quality, form.n) == ("sketch", "1024x1024", "auto", 1)
    hosted = PromptForm(client=FakeClient(destination=OPENAI))
    assert (hosted.model, hosted.size) == ("gpt-image-2", "auto")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("size", "300x300", "dall-e-3 takes size 1024x1024"),
        ("size", None, "'size' trait"),
        ("size", "", "dall-e-3 takes size 1024x1024"),
        ("quality", "high", "dall-e-3 takes quality standard or hd, not 'high'"),
        ("n", 11, "at most 10 pictures at a time, not 11"),
        ("n", 0, "at least 1"),
        ("background", "opaque", "dall-e-3 has no parameter 'background'"),
    ],
)
def test_traits_are_checked_in_python(name: str, value: object, message: str) -> None:
    form = make(model="dall-e-3", size=None)
    before = form.settings
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(form, name, value)
    assert form.settings == before


def test_a_wrong_setting_at_the_start_is_refused_and_an_unknown_one_too() -> None:
    with pytest.raises(traitlets.TraitError, match="takes quality standard or hd"):
        make(model="dall-e-3", size=None, quality="low")
    with pytest.raises(TypeError, match="sise"):
        make(sise="64x64")


def test_a_change_of_model_keeps_what_fits_says_what_it_changed_and_can_be_undone() -> None:
    form = make(model="dall-e-3", size=None, quality="hd", style="vivid")
    form.model = "gpt-image-2"
    assert (form.quality, form.style, form.prompt) == ("high", None, FOX)
    expected = "Changed for gpt-image-2: style removed (it has none), quality hd → high. Prompt, size and count kept."
    assert note(form) == expected
    assert form._changed == ["quality"]
    assert form._controls["prompt_length"] == 32_000
    click(form, "undo_model")
    assert (form.model, form.quality, form.style) == ("dall-e-3", "hd", "vivid")
    assert (form._note, form._changed) == ([], [])
    form.undo_model()
    assert form.model == "dall-e-3"


def test_a_change_that_changes_nothing_says_nothing() -> None:
    form = make(model="gpt-image-2", size="1024x1024")
    form.model = "gpt-image-2.6-flare"
    assert form._note == []
    form.undo_model()
    assert form.model == "gpt-image-2.6-flare"


def test_the_word_changed_goes_when_the_setting_is_touched() -> None:
    form = make(model="dall-e-3", size=None, quality="hd")
    form.model = "gpt-image-2"
    form.quality = "low"
    assert form._changed == []


def test_a_person_sets_settings_with_text_and_gets_a_complaint_in_the_form() -> None:
    form = make(model="gpt-image-2", size="1024x1024")
    click(form, "set", name="size", value="1000x1000")
    assert form.size == "1024x1024"
    assert form._complaint["name"] == "size"
    assert "multiples of 16" in form._complaint["text"]
    click(form, "set", name="size", value="1600x1008")
    assert (form.size, form._complaint) == ("1600x1008", {})
    click(form, "set", name="n", value="3")
    assert form.n == 3
    click(form, "set", name="n", value="many")
    assert form._complaint["text"] == "Pictures must be a whole number, not 'many'."
    click(form, "set", name="n", value="44")
    assert form._complaint["text"].startswith("A form asks for at most 10 pictures at a time, not 44.")
    assert form.n == 3
    click(form, "set", name="model", value="sketch")
    click(form, "set", name="seed", value="7")
    assert (form.seed, form._complaint) == (7, {})
    click(form, "set", name="seed", value=None)
    assert form.seed is None


def test_the_front_end_is_sent_no_trait_named_style() -> None:
    """Front ends look for a widget that styles this one under that name, and break on text."""
    form = make(style="vivid")
    assert "style" not in form.get_state()
    assert form.get_state()["_style"] == "vivid"
    form.style = "natural"
    assert form._style == "natural"


def test_a_view_cannot_set_or_call_anything_else() -> None:
    form = make()
    click(form, "set", name="client", value=None)
    assert form.callback_error is not None
    assert isinstance(form.client, FakeClient)
    click(form, "close")
    click(form, "__init__")
    assert form.comm is not None
    for action in ACTIONS:
        assert callable(getattr(form, action))


def test_a_click_on_generate_sends_the_prompt_that_comes_along() -> None:
    """The trait's own message may come later: front ends hold it back while the kernel is busy."""
    form = make()
    done = ended(form)
    click(form, "submit", take="new", prompt="a boat")
    assert done.wait(PATIENCE)
    assert (form.request.prompt, form.prompt) == ("a boat", FOX)


def test_a_click_on_generate_and_cancel() -> None:
    gate = Gate()
    form = make(gate)
    done = ended(form)
    click(form, "submit")
    assert gate.entered.wait(PATIENCE)
    assert form.status == "running"
    click(form, "cancel")
    assert done.wait(PATIENCE)
    assert form.status == "cancelled"


# ---- prompts ------------------------------------------------------------------------------------------------------


def test_earlier_prompts_and_back_to_the_draft() -> None:
    form = make()
    for text in ("one", "two", "one", "three"):
        form.submit(prompt=text).result(PATIENCE)
    assert form.history == ["two", "one", "three"]
    form.prompt = "draft"
    seen = []
    for action in ("earlier_prompt",) * 4 + ("later_prompt",) * 4:
        click(form, action)
        seen.append(form.prompt)
    assert seen == ["three", "one", "two", "two", "one", "three", "draft", "draft"]


def test_earlier_prompts_are_not_saved_with_the_notebook() -> None:
    form = make()
    form.submit(prompt="something of mine").result(PATIENCE)
    form.submit(prompt="a boat").result(PATIENCE)
    assert form.history == ["something of mine", "a boat"]
    assert "something of mine" not in repr(form.get_state())


def test_use_a_revised_prompt() -> None:
    form = make()
    click(form, "use_prompt", text="A fox, sitting")
    assert form.prompt == "A fox, sitting"


# ---- where requests go ----------------------------------------------------------------------------------------------


def test_the_destination_is_always_said() -> None:
    form = make()
    assert form._destination == {
        "icon": "offline",
        "name": "Sketch engine",
        "detail": "offline",
        "hint": "Nothing to pay, nothing leaves this machine",
    }
    form.client = FakeClient(destination=OPENAI)
    assert form._destination == {"icon": "cloud", "name": "OpenAI", "detail": "api.openai.com", "hint": ""}
    assert "sketch" not in [entry["value"] for entry in form._menu]


def test_without_a_client_it_follows_iw_configure(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeClient()
    monkeypatch.setattr(api, "_default", fake)
    form = PromptForm(FOX, size="64x64")
    assert form.client is None
    assert form.model == "sketch"
    form.submit().result(PATIENCE)
    assert len(fake.sent) == 1
    hosted = FakeClient(destination=OPENAI)
    monkeypatch.setattr(api, "_default", hosted)
    form.submit().result(PATIENCE)
    assert hosted.sent[0].model == "gpt-image-2"  # the form had chosen sketch by itself
    assert form._destination["name"] == "OpenAI"


def test_no_key_is_in_any_trait(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-very-secret-0123456789"
    form = PromptForm(client=iw.Client("http://127.0.0.1:9/v1", key), prompt=FOX)
    assert form.submit().exception(60) is not None
    traits = {name: repr(getattr(form, name)) for name in form.trait_names()}
    assert not [name for name, text in traits.items() if key in text]
    assert key not in json.dumps(form.get_state(), default=repr)
    assert key not in repr(form)


# ---- saved view -----------------------------------------------------------------------------------------------------


def test_the_saved_view_holds_the_pictures() -> None:
    form = make(prompt="A red fox in a snowy forest at night, full moon, falling snow", n=2)
    assert repr(form) == "PromptForm('A red fox in a snowy forest at night, f…', model='sketch')"
    data, _ = form._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "image/png" not in data
    form.submit().result(PATIENCE)
    data, _ = form._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "image/png", "text/plain"} <= set(data)
    head = data["text/plain"].splitlines()[0]
    assert head == "PromptForm('A red fox in a snowy forest at night, f…', model='sketch', 2 images)"
    assert data["text/plain"] == form._repr_mimebundle_()[0]["text/plain"]
    assert data["text/html"].count("<img ") == 2


def test_the_embedded_engine_by_the_same_road() -> None:
    form = PromptForm(client=iw.Client("sketch"), prompt=FOX, size="64x64", seed=7)
    first = form.submit().result(60)
    assert first.digests == form.submit().result(60).digests
    assert first[0].size == (64, 64)


def test_a_client_is_a_client_and_no_key_is_told() -> None:
    with pytest.raises(TypeError, match="must be a Client") as caught:
        PromptForm(client="sk-secret")  # type: ignore[arg-type]
    assert "sk-secret" not in str(caught.value)
    form = make()
    before = form.client
    with pytest.raises(TypeError, match="must be a Client"):
        form.client = "sketch"  # type: ignore[assignment]
    assert form.client is before


@pytest.mark.parametrize("name", ["status", "images", "response", "responses", "error", "request"])
def test_what_a_run_gives_cannot_be_set(name: str) -> None:
    with pytest.raises(traitlets.TraitError, match="read-only"):
        setattr(make(), name, None)


def test_only_what_can_be_called_is_called_back() -> None:
    with pytest.raises(TypeError, match="on_result takes a function"):
        make().on_result(5)  # type: ignore[arg-type]


def test_without_a_run_there_is_nothing_to_cancel_or_wait_for() -> None:
    form = make()
    assert form.cancel() is False

    async def wait() -> None:
        await form

    with pytest.raises(RuntimeError, match="no run to wait for"):
        asyncio.run(wait())
