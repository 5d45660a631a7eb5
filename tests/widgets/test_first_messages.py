"""What a widget sends before it is seen: a page handles message after message, and paints when it has them all."""

from __future__ import annotations

import pytest

from imagewidgets.widgets.prompt_form import PromptForm
from tests.widgets.fake_client import FakeClient
from tests.widgets.studios import make
from tests.widgets.wire import Wire


def test_what_a_form_begins_with_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(monkeypatch)
    form = PromptForm("a red fox", client=FakeClient(), size="64x64")
    updates = [content for kind, content, _ in wire.messages if kind == "update"]
    assert len(updates) == 1
    assert {"size": "64x64", "model": form.model, "_controls": form._controls}.items() <= updates[0].items()


def test_a_studio_opens_with_few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(monkeypatch)
    make()
    assert sum(kind != "open" for kind, _, _ in wire.messages) <= 8  # one for each form, and what joins the children
