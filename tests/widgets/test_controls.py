"""From the model table to controls, and from these to what is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from imagewidgets.models import EDIT, GENERATE, MODELS, PARAMETERS, VARIATION
from imagewidgets.widgets import controls


def names(model: str, operation: str = GENERATE, place: controls.Place = "openai") -> list[str]:
    described = controls.describe(model, operation, place)
    return [field["name"] for field in [*described["main"], *described["more"]]]


def field(name: str, model: str, operation: str = GENERATE, place: controls.Place = "openai") -> dict[str, Any]:
    described = controls.describe(model, operation, place)
    (found,) = [field for field in [*described["main"], *described["more"]] if field["name"] == name]
    return found


@pytest.mark.parametrize("operation", [GENERATE, EDIT, VARIATION])
@pytest.mark.parametrize("model", [*MODELS, "flux"])
def test_a_form_shows_what_the_model_takes_and_nothing_else(model: str, operation: str) -> None:
    rules = MODELS.get(model)
    described = controls.describe(model, operation)
    json.dumps(described)
    shown = names(model, operation)
    assert shown[-1] == "limit"
    for name in set(controls.SETTINGS) & set(PARAMETERS[operation]) - {"n"}:
        assert (name in shown) == (rules is None or rules.takes(name, operation)), name
    assert set(shown) - set(PARAMETERS[operation]) <= {"extra", "limit", "fit"}
    for one in [*described["main"], *described["more"]]:
        if rules is not None and rules.choices(one["name"]):
            assert [value for value, _ in one["choices"]] == list(rules.choices(one["name"]))


def test_controls_differ_between_models() -> None:
    assert "style" in names("dall-e-3")
    assert "style" not in names("gpt-image-2")
    assert "seed" not in names("gpt-image-2")
    assert names("dall-e-2") == ["size", "quality", "user", "extra", "limit"]
    assert names("dall-e-2", EDIT) == ["size", "quality", "fit", "user", "extra", "limit"]
    assert names("dall-e-2", VARIATION) == ["size", "fit", "user", "extra", "limit"]
    assert "input_fidelity" in names("gpt-image-1", EDIT)
    assert "moderation" not in names("gpt-image-1", EDIT)
    assert {"frame_count", "frame_duration_ms", "complexity"} <= set(names("gpt-image-2.6-flare"))
    assert controls.describe("dall-e-3")["prompt_length"] == 4000
    assert controls.describe("flux")["prompt_length"] is None
    assert [controls.describe(model)["vary"] for model in ("sketch", "dall-e-2", "gpt-image-2", "dall-e-3")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_count_goes_to_ten_whatever_a_request_may_ask_for() -> None:
    assert {controls.describe(model)["max_n"] for model in MODELS} == {10}


def test_controls_differ_between_servers() -> None:
    assert {"seed", "negative_prompt"} <= set(names("gpt-image-2", place="sketch"))
    assert not {"steps", "extra", "limit"} & set(names("gpt-image-2", place="sketch"))
    assert {"seed", "negative_prompt", "steps", "extra"} <= set(names("gpt-image-2", place="other"))
    assert not {"seed", "negative_prompt", "steps"} & set(names("gpt-image-2", place="openai"))


def test_the_embedded_engine_is_offered_no_file_that_it_does_not_make() -> None:
    formats = [value for value, _ in field("output_format", "gpt-image-2.6-flare", place="sketch")["choices"]]
    assert formats == ["png", "webp", "jpeg"]
    assert not {"frame_count", "frame_duration_ms"} & set(names("gpt-image-2.6-flare", place="sketch"))


def test_free_sizes_are_offered_where_the_model_has_them() -> None:
    custom = field("size", "gpt-image-2")["custom"]
    assert "multiples of 16" in custom.pop("hint")
    assert custom == {"step": 16, "min": 16, "max": 3840}
    assert field("size", "dall-e-3")["custom"] is None


@pytest.mark.parametrize(
    ("model", "label"), [("sketch", "Same as input"), ("dall-e-2", "Nearest to input"), ("flux", "Left to the service")]
)
def test_beside_a_picture_a_size_can_be_left_out(model: str, label: str) -> None:
    assert field("size", model, EDIT)["choices"][0] == ["", label]
    assert ["", label] not in field("size", model)["choices"]


def test_some_fields_count_only_beside_others() -> None:
    assert field("output_compression", "gpt-image-2")["needs"] == {"output_format": ["webp", "jpeg"]}
    assert field("frame_count", "gpt-image-2.6-flare")["needs"] == {"output_format": ["gif"]}
    assert "gif" not in field("partial_images", "gpt-image-2")["needs"]["output_format"]


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


def test_compression_is_sent_only_where_the_format_has_one() -> None:
    values = {**controls.defaults("sketch"), "output_compression": 80}
    assert "output_compression" not in controls.parameters(values, "sketch")
    assert "output_compression" not in controls.parameters({**values, "output_format": "png"}, "sketch")
    assert controls.parameters({**values, "output_format": "webp"}, "sketch")["output_compression"] == 80


def test_what_is_left_out_is_not_sent() -> None:
    plain = {"size": "1024x1024", "quality": "auto", "n": 1}
    assert controls.parameters(controls.defaults("sketch"), "sketch") == plain
    assert controls.parameters({**controls.defaults("sketch"), "seed": 0}, "sketch")["seed"] == 0


def test_what_an_operation_does_not_take_is_not_sent() -> None:
    values = {**controls.defaults("sketch"), "style": "vivid", "size": "", "moderation": "low", "background": "opaque"}
    assert controls.parameters(values, "sketch", EDIT) == {"quality": "auto", "n": 1, "background": "opaque"}
    assert controls.parameters(values, "sketch", VARIATION) == {"n": 1}


def test_partial_pictures_are_streamed_where_one_request_makes_them_all() -> None:
    values = {**controls.defaults("gpt-image-2"), "partial_images": 2, "n": 3}
    sent = controls.parameters(values, "gpt-image-2")
    assert (sent["stream"], sent["partial_images"]) == (True, 2)
    for other in ({"partial_images": 0}, {"partial_images": None}, {"n": 11}, {"output_format": "gif"}):
        assert not {"stream", "partial_images"} & controls.parameters({**values, **other}, "gpt-image-2").keys()


def test_what_only_some_servers_know_travels_in_extra() -> None:
    values = {
        **controls.defaults("gpt-image-2"),
        "negative_prompt": "people",
        "steps": 30,
        "seed": 7,
        "extra": {"cfg": 7, "steps": 40},
    }
    everything = {"negative_prompt": "people", "steps": 40, "seed": 7, "cfg": 7}
    assert controls.parameters(values, "gpt-image-2", place="other")["extra"] == everything
    assert controls.parameters(values, "flux", place="other")["seed"] == 7
    offline = controls.parameters(values, "gpt-image-2", place="sketch")
    assert (offline["extra"], offline["seed"]) == ({"negative_prompt": "people"}, 7)
    hosted = controls.parameters(values, "gpt-image-2", place="openai")
    assert hosted["extra"] == {"cfg": 7, "steps": 40}
    assert "seed" not in hosted


def test_text_from_a_box_becomes_a_value() -> None:
    assert controls.typed("seed", "7") == 7
    assert controls.typed("seed", None) is None
    assert controls.typed("n", "") == 1
    assert controls.typed("size", "") == ""
    assert controls.typed("extra", "") == {}
    assert controls.typed("quality", "high") == "high"
    assert controls.typed("limit", "$2.50") == 2.5
    assert controls.typed("limit", "") is None
    with pytest.raises(ValueError, match="Seed must be a whole number, not 'seven'"):
        controls.typed("seed", "seven")
    with pytest.raises(ValueError, match="amount in dollars"):
        controls.typed("limit", "two")
