"""What is said of models when a request is built: those that end, those that cannot, those that nobody knows."""

from __future__ import annotations

import warnings

import pytest

from imagewidgets import errors
from imagewidgets.client import Client, building
from imagewidgets.client.destination import Address
from imagewidgets.rules import check
from tests.client.service import png

ELSEWHERE = Address("https://gateway.example.org/v1", {})


@pytest.mark.parametrize(
    ("model", "day"),
    [("gpt-image-1", "23 October 2026"), ("gpt-image-1.5", "1 December 2026"), ("dall-e-3", "12 May 2026")],
)
def test_a_model_about_to_be_shut_down_warns_once(monkeypatch, model, day):
    monkeypatch.setattr(building, "_warned", set())
    with pytest.warns(FutureWarning, match=f"{model} .*{day}; use gpt-image-2 instead") as found:
        building.create(ELSEWHERE, "a fox", model=model)
    assert len(found) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        building.create(ELSEWHERE, "a fox", model=model)
        building.edit(ELSEWHERE, png(), "a hat", model="gpt-image-2")


def test_the_warning_points_to_the_line_that_asks_for_the_model(monkeypatch):
    from imagewidgets import api

    for call in (
        lambda: building.create(ELSEWHERE, "a fox", model="dall-e-3"),
        lambda: Client("https://gateway.example.org/v1").create_request("a fox", model="dall-e-3"),
        lambda: api.configure("https://gateway.example.org/v1").create_request("a fox", model="dall-e-3"),
    ):
        monkeypatch.setattr(building, "_warned", set())
        with pytest.warns(FutureWarning) as found:
            call()
        assert found[0].filename == __file__
    api.configure("sketch")


@pytest.mark.parametrize("name", ["gpt-image-1", "gpt-image-2", "gpt-image-2.5-flare", "dall-e-3"])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_no_variations_of_models_that_make_none(name):
    with pytest.raises(errors.InvalidRequestError, match=r"Use edit.*with a prompt"):
        building.variation(ELSEWHERE, png(), model=name)


def test_a_model_that_nobody_knows_is_not_checked():
    request = building.create(
        ELSEWHERE, "x" * 100_000, model="new", n=500, size="tiny", quality="superb", style="own", background="plaid"
    )
    check(request)
    assert request.parameters()["quality"] == "superb"
