"""From the model table to controls, and what a change of model does to the settings."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.models import MODELS, accepts_size
from imagewidgets.operations import CreateImageRequest
from imagewidgets.rules import check
from imagewidgets.widgets import controls


def text(note: list[list[object]]) -> str:
    return "".join(str(part) for part, _ in note)


def names(model: str) -> list[str]:
    described = controls.describe(model)
    return [field["name"] for field in [*described["main"], *described["more"]]]


@pytest.mark.parametrize("model", [*MODELS, "flux"])
def test_a_form_shows_what_the_model_takes_and_nothing_else(model: str) -> None:
    described = controls.describe(model)
    json.dumps(described)
    rules = MODELS.get(model)
    for name in controls.SETTINGS:
        if name != "n":
            assert (name in names(model)) == (rules is None or rules.takes(name)), name
    for field in [*described["main"], *described["more"]]:
        if rules is not None and rules.choices(field["name"]):
            offered = [value for value in rules.choices(field["name"]) if value not in ("gif", "svg")]
            assert [value for value, _ in field["choices"]] == offered


def test_controls_differ_between_models() -> None:
    assert "style" in names("dall-e-3")
    assert "style" not in names("gpt-image-2")
    assert "seed" in names("sketch")
    assert "seed" not in names("gpt-image-2")
    assert names("dall-e-2") == ["size", "quality", "user"]
    assert controls.describe("dall-e-3")["max_n"] == 1
    assert controls.describe("dall-e-3")["prompt_length"] == 4000
    assert controls.describe("flux")["prompt_length"] is None


def test_free_sizes_are_offered_where_the_model_has_them() -> None:
    sizes = {model: controls.describe(model)["main"][0]["custom"] for model in ("sketch", "gpt-image-2", "dall-e-3")}
    assert "multiples of 16" in sizes["gpt-image-2"]
    assert sizes["dall-e-3"] is None


@pytest.mark.parametrize(
    ("size", "label"),
    [
        ("1024x1024", "1024 × 1024 square"),
        ("1536x1024", "1536 × 1024 landscape"),
        ("1024x1536", "1024 × 1536 portrait"),
        ("auto", "auto"),
    ],
)
def test_sizes_in_words(size: str, label: str) -> None:
    assert controls.size_label(size) == label


def test_the_menu_offline_has_all_models_and_elsewhere_no_sketch() -> None:
    offline = [entry["value"] for entry in controls.menu("sketch", offline=True)]
    hosted = controls.menu("gpt-image-2", offline=False)
    assert offline[0] == "sketch"
    assert "dall-e-2" in offline
    assert "sketch" not in [entry["value"] for entry in hosted]
    assert {"value": "dall-e-3", "label": "dall-e-3 (retired or retiring)"} in hosted
    assert "gpt-image-2-2026-04-21" not in offline
    assert "gpt-image-2-2026-04-21" in [
        entry["value"] for entry in controls.menu("gpt-image-2-2026-04-21", offline=False)
    ]
    assert controls.menu("flux", offline=False)[0] == {"value": "flux", "label": "flux"}


def test_what_the_model_takes_is_kept_and_the_rest_is_named() -> None:
    before = {**controls.defaults("dall-e-3"), "quality": "hd", "style": "vivid"}
    after, changes = controls.adapt(before, "gpt-image-2")
    assert after == {**before, "quality": "high", "style": None}
    assert (
        text(controls.change_note("gpt-image-2", changes))
        == "Changed for gpt-image-2: style removed (it has none), quality hd → high. Prompt, size and count kept."
    )
    emphasised = [part for part, strong in controls.change_note("gpt-image-2", changes) if strong]
    assert emphasised == ["style", "high"]


def test_size_and_count_are_named_when_they_change() -> None:
    before = {**controls.defaults("sketch"), "size": "800x1400", "n": 4, "quality": "standard", "seed": 7}
    after, changes = controls.adapt(before, "dall-e-3")
    assert (after["size"], after["n"], after["seed"]) == ("1024x1792", 1, None)
    assert text(controls.change_note("dall-e-3", changes)) == (
        "Changed for dall-e-3: seed removed (it has none), size 800 × 1400 → 1024 × 1792, pictures 4 → 1. Prompt kept."
    )


@pytest.mark.parametrize(
    ("size", "model", "fitted"),
    [
        ("1536x1024", "gpt-image-2", "1536x1024"),
        ("1536x1024", "dall-e-3", "1792x1024"),
        ("1024x1792", "gpt-image-1", "1024x1536"),
        ("300x280", "dall-e-2", "256x256"),
        ("auto", "dall-e-3", "1024x1024"),
        ("auto", "gpt-image-1", "auto"),
    ],
)
def test_a_size_becomes_the_nearest_of_the_same_shape(size: str, model: str, fitted: str) -> None:
    assert controls.adapt({**controls.defaults("sketch"), "size": size}, model)[0]["size"] == fitted


def test_a_model_that_is_not_in_the_table_keeps_everything() -> None:
    before = {**controls.defaults("sketch"), "quality": "hd", "style": "vivid", "n": 9, "size": "777x333"}
    assert controls.adapt(before, "flux") == (before, [])


def test_filling_in_a_quality_is_no_change() -> None:
    before = {**controls.defaults("flux")}
    after, changes = controls.adapt(before, "gpt-image-2")
    assert after["quality"] == "auto"
    assert changes == []


@st.composite
def settings(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """Settings that a model accepts."""
    model = draw(st.sampled_from(sorted(MODELS)))
    rules = MODELS[model]
    values = {**controls.defaults(model), "n": draw(st.integers(1, rules.max_n))}
    values["size"] = draw(st.sampled_from(rules.sizes))
    for name in ("quality", "background", "output_format", "style", "moderation"):
        if rules.takes(name):
            values[name] = draw(st.sampled_from(rules.choices(name)))
    if rules.takes("seed"):
        values["seed"] = draw(st.none() | st.integers(0, 2**31))
    if values["output_format"] == "jpeg":
        values["background"] = None
    return model, values


@given(settings(), st.sampled_from(sorted(MODELS)))
def test_fitted_settings_are_always_accepted(start: tuple[str, dict[str, object]], model: str) -> None:
    """Whatever was set for whatever model, the next model takes what is left, and every difference is named."""
    _, before = start
    after, changes = controls.adapt(before, model)
    check(CreateImageRequest(prompt="a fox", model=model, **controls.parameters(after)))
    assert accepts_size(MODELS[model], str(after["size"]))
    named = {change.name for change in changes}
    assert {name for name in before if before[name] is not None and before[name] != after[name]} == named
    assert controls.adapt(after, model) == (after, [])


def test_compression_is_sent_only_where_the_format_has_one() -> None:
    values = {**controls.defaults("sketch"), "output_compression": 80}
    assert "output_compression" not in controls.parameters(values)
    assert "output_compression" not in controls.parameters({**values, "output_format": "png"})
    assert controls.parameters({**values, "output_format": "webp"})["output_compression"] == 80


def test_what_is_left_out_is_not_sent() -> None:
    assert controls.parameters(controls.defaults("sketch")) == {"size": "1024x1024", "quality": "auto", "n": 1}
    assert controls.parameters({**controls.defaults("sketch"), "seed": 0})["seed"] == 0


def test_text_from_a_box_becomes_a_value() -> None:
    assert controls.typed("seed", "7") == 7
    assert controls.typed("seed", None) is None
    assert controls.typed("n", "") == 1
    assert controls.typed("quality", "high") == "high"
    with pytest.raises(ValueError, match="Seed must be a whole number, not 'seven'"):
        controls.typed("seed", "seven")
