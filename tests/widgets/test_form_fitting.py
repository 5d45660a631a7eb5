"""What a change of model, or of server, does to the settings: what fits is kept, and every difference is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.models import MODELS, accepts_size
from imagewidgets.operations import CreateImageRequest
from imagewidgets.rules import check, split
from imagewidgets.widgets import controls, form_fitting


def text(note: list[list[object]]) -> str:
    return "".join(str(part) for part, _ in note)


def test_what_the_model_takes_is_kept_and_the_rest_is_named() -> None:
    before = {**controls.defaults("dall-e-3"), "quality": "hd", "style": "vivid"}
    after, changes = form_fitting.adapt(before, "gpt-image-2")
    assert after == {**before, "quality": "high", "style": None}
    assert (
        text(form_fitting.change_note("gpt-image-2", changes))
        == "Changed for gpt-image-2: style removed (it has none), quality hd → high. Prompt, size and count kept."
    )
    emphasised = [part for part, strong in form_fitting.change_note("gpt-image-2", changes) if strong]
    assert emphasised == ["style", "high"]


def test_a_size_is_named_when_it_changes() -> None:
    before = {**controls.defaults("sketch"), "size": "800x1400", "n": 4, "quality": "standard", "seed": 7}
    after, changes = form_fitting.adapt(before, "dall-e-3")
    assert (after["size"], after["n"], after["seed"]) == ("1024x1792", 4, None)
    assert text(form_fitting.change_note("dall-e-3", changes)) == (
        "Changed for dall-e-3: seed removed (it has none), size 800 × 1400 → 1024 × 1792. Prompt and count kept."
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
    assert form_fitting.adapt({**controls.defaults("sketch"), "size": size}, model)[0]["size"] == fitted


def test_a_model_that_is_not_in_the_table_keeps_everything() -> None:
    before = {**controls.defaults("sketch"), "quality": "hd", "style": "vivid", "n": 9, "size": "777x333"}
    assert form_fitting.adapt(before, "flux") == (before, [])


def test_filling_in_a_quality_is_no_change() -> None:
    before = {**controls.defaults("flux")}
    after, changes = form_fitting.adapt(before, "gpt-image-2")
    assert after["quality"] == "auto"
    assert changes == []


@st.composite
def settings(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """Settings that a model accepts."""
    model = draw(st.sampled_from(sorted(MODELS)))
    rules = MODELS[model]
    values = {**controls.defaults(model), "n": draw(st.integers(1, 10))}
    values["size"] = draw(st.sampled_from(rules.sizes))
    for name in ("quality", "background", "output_format", "style", "moderation"):
        if rules.takes(name):
            values[name] = draw(st.sampled_from(rules.choices(name)))
    if rules.takes("seed"):
        values["seed"] = draw(st.none() | st.integers(0, 2**31))
    if values["output_format"] == "svg":
        values["n"] = 1
    if values["output_format"] == "jpeg":
        values["background"] = None
    return model, values


@given(settings(), st.sampled_from(sorted(MODELS)))
def test_fitted_settings_are_always_accepted(start: tuple[str, dict[str, object]], model: str) -> None:
    """Whatever was set for whatever model, the next model takes what is left, and every difference is named."""
    _, before = start
    after, changes = form_fitting.adapt(before, model)
    check(split(CreateImageRequest(prompt="a fox", model=model, **controls.parameters(after, model)))[0])
    assert accepts_size(MODELS[model], str(after["size"]))
    named = {change.name for change in changes}
    assert {name for name in before if before[name] is not None and before[name] != after[name]} == named
    assert form_fitting.adapt(after, model) == (after, [])


def test_another_server_takes_other_settings() -> None:
    values = {**controls.defaults("gpt-image-2"), "steps": 30, "negative_prompt": "people", "extra": {"cfg": 7}}
    assert form_fitting.adapt(values, "gpt-image-2", "other") == (values, [])
    after, changes = form_fitting.adapt(values, "gpt-image-2", "openai")
    assert (after["steps"], after["negative_prompt"], after["extra"]) == (None, None, {"cfg": 7})
    assert text(form_fitting.change_note("OpenAI", changes)).startswith(
        "Changed for OpenAI: negative prompt removed (it has none), steps removed (it has none)."
    )
    after, _ = form_fitting.adapt(values, "gpt-image-2", "sketch")
    assert (after["steps"], after["negative_prompt"], after["extra"]) == (None, "people", {})


def test_a_setting_of_another_operation_is_kept() -> None:
    values = {**controls.defaults("gpt-image-1"), "input_fidelity": "high"}
    assert form_fitting.adapt(values, "gpt-image-1.5")[0]["input_fidelity"] == "high"
    assert form_fitting.adapt(values, "gpt-image-2")[0]["input_fidelity"] is None


def test_a_size_that_was_left_out_stays_so() -> None:
    values = {**controls.defaults("sketch"), "size": ""}
    assert form_fitting.adapt(values, "dall-e-2")[0]["size"] == ""
