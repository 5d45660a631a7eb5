"""Extra parameters as text, and what of them is a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.widgets.form_extra import looks_like_a_key, parse_extra, refuse_keys, show_extra


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("", {}),
        ("  ", {}),
        ("seed=7, watermark=false", {"seed": 7, "watermark": False}),
        ("cfg_scale=7.5,sampler=euler a", {"cfg_scale": 7.5, "sampler": "euler a"}),
        ('note="a, b", sizes=[1, 2]', {"note": "a, b", "sizes": [1, 2]}),
        ('lora={"name": "x", "weight": 0.5}', {"lora": {"name": "x", "weight": 0.5}}),
        ("a=null", {"a": None}),
        ("version=1.2.3", {"version": "1.2.3"}),
        ("name=true story", {"name": "true story"}),
        ("a=1,", {"a": 1}),
        ("a=", {"a": ""}),
    ],
)
def test_text_is_read(text: str, extra: dict[str, object]) -> None:
    assert parse_extra(text) == extra


@pytest.mark.parametrize("text", ["steps", "=3", "a=1 b=2", "a=1,,b=2", '"a"=1', 'a="x" y'])
def test_text_that_is_no_list_of_parameters(text: str) -> None:
    if text in ("a=1 b=2", 'a="x" y'):
        assert list(parse_extra(text)) == ["a"]  # text without quotation marks goes to the next comma
        return
    with pytest.raises(ValueError, match="name=value"):
        parse_extra(text)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_.\-]{0,10}\Z"), values, max_size=4))
def test_what_is_shown_is_read_back(extra: dict[str, object]) -> None:
    assert parse_extra(show_extra(extra)) == extra


@pytest.mark.parametrize(
    "text",
    [
        "sk-0123456789abcdef",
        "Bearer abcdefghijk",
        "hf_abcdefghijklmnop",
        "AIzaSyA1234567890",
        "eyJhbGciOiJIUzI1NiJ9.e30",
        "my key is xai-0123456789abc",
    ],
)
def test_keys_of_services_are_known(text: str) -> None:
    assert looks_like_a_key(text)


@pytest.mark.parametrize(
    "text",
    ["a red fox", "skiing", "task-1", "sk-8", "euler a", "7f9c2ba4e88f827d616045507605853e", "risk-averse people"],
)
def test_other_text_is_none(text: str) -> None:
    assert not looks_like_a_key(text)


def test_a_key_of_the_environment_is_known_whatever_it_looks_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SERVICE_API_KEY", "plain-words-all-lower")
    assert looks_like_a_key("x plain-words-all-lower y")
    monkeypatch.setenv("MY_SERVICE_API_KEY", "short")
    assert not looks_like_a_key("a short text")


@pytest.mark.parametrize(
    "extra",
    [
        {"api_key": "abc"},
        {"x-api-key": "abc"},
        {"password": "abc"},
        {"auth": {"token": "abc"}},
        {"list": ["fine", "sk-0123456789abcdef"]},
        {"sk-0123456789abcdef": 1},
    ],
)
def test_keys_are_refused_and_not_repeated(extra: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="looks like a key") as caught:
        refuse_keys("extra", extra)
    assert "0123456789abcdef" not in str(caught.value)
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize(
    "extra", [{"max_tokens": 300}, {"tokens": 4}, {"keyframe": "3"}, {"style_key_light": "soft"}, {"monkey": "yes"}]
)
def test_names_that_only_sound_like_keys_are_taken(extra: dict[str, object]) -> None:
    refuse_keys("extra", extra)
