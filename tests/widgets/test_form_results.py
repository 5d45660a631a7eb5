"""The pictures of the last run: stars, files to keep, buttons that others listen to; and single runs of the queue."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from imagewidgets.images import digest, read_recipe
from imagewidgets.widgets.prompt_form import PromptForm
from tests.widgets.fake_client import FakeClient, Gate

PATIENCE = 60.0  # s; reached only when a test fails


@pytest.fixture
def form() -> PromptForm:
    """Return a form that has made three pictures."""
    made = PromptForm("a red fox", size="64x64", seed=7, n=3)
    made.submit().result(PATIENCE)
    return made


def ask_for_file(made: PromptForm, name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], list[bytes]]:
    """Ask for a picture as a view does, and return what the form answers."""
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    monkeypatch.setattr(made, "send", lambda content, buffers=(): sent.append((content, list(buffers))))
    made._handle_custom_msg({"kind": "file", "id": name, "form": "keep", "ticket": "a-0"}, [])
    (answer,) = sent
    return answer


def test_stars(form: PromptForm) -> None:
    form.star(0, -1)
    assert form.starred_indices == [0, 2]
    assert [one is form.images[place] for one, place in zip(form.starred, (0, 2), strict=True)] == [True, True]
    form.star(0, on=False)
    assert form.starred == [form.images[2]]
    with pytest.raises(IndexError, match="no picture 3: the last run gave 3"):
        form.star(3)
    form.starred_indices = [1, 9]  # what a view may still mean
    assert form.starred_indices == [1]


def test_a_new_run_begins_without_stars(form: PromptForm) -> None:
    form.star(2)
    form.submit(n=1).result(PATIENCE)
    assert (form.starred_indices, form.starred) == ([], [])


def test_a_picture_is_sent_as_a_file_with_its_recipe(form: PromptForm, monkeypatch: pytest.MonkeyPatch) -> None:
    name = form._report["pictures"][1]["id"]
    content, (data,) = ask_for_file(form, name, monkeypatch)
    assert content == {
        "kind": "answer",
        "ticket": "a-0",
        "name": f"a-red-fox-{digest(form.images[1])[:8]}.png",
        "type": "image/png",
    }
    file = Image.open(io.BytesIO(data))
    assert digest(file) == digest(form.images[1])
    assert (read_recipe(file) or {})["request"]["prompt"] == "a red fox"


def test_what_stands_beside_a_picture_that_is_large(form: PromptForm) -> None:
    shown = form._report["pictures"]
    assert [each["recipe"]["id"] for each in shown] == [each["id"] for each in shown]
    second = shown[1]["recipe"]
    assert (second["words"], second["size"], second["recipe"]) == ("a red fox", [64, 64], True)
    facts = dict(second["facts"])
    assert facts["Digest"] == digest(form.images[1])[:8]
    assert (facts["Model"], facts["Seed"]) == ("sketch", "7")


@pytest.mark.parametrize(("what", "begin"), [("prompt", "a red fox"), ("code", "import imagewidgets as iw")])
def test_texts_about_a_picture_are_sent(
    form: PromptForm, monkeypatch: pytest.MonkeyPatch, what: str, begin: str
) -> None:
    name = form._report["pictures"][1]["id"]
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(form, "send", lambda content, buffers=(): sent.append(content))
    form._handle_custom_msg({"kind": "text", "id": name, "what": what, "ticket": "a-0"}, [])
    form.submit(n=1).result(PATIENCE)
    form._handle_custom_msg({"kind": "text", "id": name, "what": what, "ticket": "a-1"}, [])
    answer, gone = (content for content in sent if content.get("kind") == "answer")
    assert answer["ticket"] == "a-0"
    assert answer["text"].startswith(begin)
    assert gone == {"kind": "answer", "ticket": "a-1", "error": "This picture is not in the form any more."}


def test_pictures_of_a_run_before_are_gone(form: PromptForm, monkeypatch: pytest.MonkeyPatch) -> None:
    name = form._report["pictures"][1]["id"]
    form.submit(n=1).result(PATIENCE)
    answer = ask_for_file(form, name, monkeypatch)
    assert answer == ({"kind": "answer", "ticket": "a-0", "error": "This picture is not in the form any more."}, [])
    heard: list[object] = []
    form.on_action(lambda *what: heard.append(what))
    form._handle_custom_msg({"kind": "act", "id": name, "action": "edit"}, [])
    assert heard == []
    assert "not in the form any more" in form._callback_problem["details"]


def test_what_listens_is_told_of_the_picture(form: PromptForm) -> None:
    heard: list[tuple[str, int, Image.Image]] = []

    def listen(action: str, index: int, image: Image.Image) -> None:
        heard.append((action, index, image))

    assert form._listens is False
    form.on_action(listen)
    assert form._listens is True
    form._handle_custom_msg({"kind": "act", "id": form._report["pictures"][2]["id"], "action": "vary"}, [])
    form.act("edit", 0)
    assert [(action, index, image is form.images[index]) for action, index, image in heard] == [
        ("vary", 2, True),
        ("edit", 0, True),
    ]
    form.on_action(listen, remove=True)
    assert form._listens is False


def test_what_a_listener_raises_is_shown(form: PromptForm) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of paint")

    form.on_action(fail)
    form.act("edit", 0)
    assert str(form.callback_error) == "out of paint"
    assert form._callback_problem["headline"] == "Edit raised RuntimeError."


def test_one_of_the_runs_that_wait_is_cancelled_alone() -> None:
    gate = Gate()
    form = PromptForm("a red fox", client=FakeClient(gate))
    running = form.submit()
    assert gate.entered.wait(PATIENCE)
    second, third = form.submit(prompt="an owl"), form.submit(prompt="a bear", n=2)
    assert [one["text"] for one in form._queue] == ["an owl (1 picture)", "a bear (2 pictures)"]
    assert form.queue == (second, third)
    form._handle_custom_msg({"action": "cancel_waiting", "number": form._queue[0]["number"]}, [])
    assert (second.cancelled(), third.cancelled(), running.cancelled()) == (True, False, False)
    assert ([one["text"] for one in form._queue], form._waiting) == (["a bear (2 pictures)"], "1 run waiting")
    assert form.cancel_waiting(form.queue[0].number) is True
    assert form.cancel_waiting(99) is False
    assert (form._queue, form._waiting, form.status) == ([], "", "running")
    gate.opened.set()
    running.result(PATIENCE)
