"""Prices: what is published comes out as published, and what is not known stays unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets import prices
from imagewidgets.models import MODELS
from imagewidgets.operations import CreateImageRequest
from imagewidgets.responses import ImagesResponse

OPENAI = "api.openai.com"


@pytest.fixture(autouse=True)
def _own_prices() -> Iterator[None]:
    yield
    prices.load(None)


def estimate(model: str, size: str, quality: str = "high", **more: Any) -> prices.Estimate:
    found = prices.estimate({"model": model, "size": size, "quality": quality, **more}, service=OPENAI)
    assert found is not None
    return found


# Read off the calculator in OpenAI's image generation guide on 2026-09-05, for gpt-image-2 at high quality.
@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ("1024x1024", 7_024),
        ("1536x1024", 5_488),
        ("1024x1536", 5_488),
        ("1024x640", 3_824),
        ("3072x1024", 3_952),
        ("2560x1440", 7_370),
        ("3840x1280", 5_311),
        ("2048x2048", 14_272),
        ("3840x2160", 13_342),
    ],
)
def test_tokens_of_a_picture_are_those_of_the_calculator(size: str, tokens: int) -> None:
    assert estimate("gpt-image-2", size).most == pytest.approx(tokens * 30e-6)


# The table of that guide.
@pytest.mark.parametrize(
    ("model", "quality", "square", "oblong"),
    [
        ("gpt-image-2", "low", 0.006, 0.005),
        ("gpt-image-2", "medium", 0.053, 0.041),
        ("gpt-image-2", "high", 0.211, 0.165),
        ("gpt-image-2-2026-04-21", "high", 0.211, 0.165),
        ("gpt-image-1.5", "medium", 0.034, 0.05),
        ("gpt-image-1", "high", 0.167, 0.25),
        ("gpt-image-1-mini", "low", 0.005, 0.006),
    ],
)
def test_prices_of_a_picture_are_the_published_ones(model: str, quality: str, square: float, oblong: float) -> None:
    for size, price in (("1024x1024", square), ("1536x1024", oblong), ("1024x1536", oblong)):
        found = estimate(model, size, quality)
        assert found.least == found.most == pytest.approx(price, abs=0.0005)
        assert found.date == "2026-09"


def test_every_picture_counts_however_many_requests_it_takes() -> None:
    assert estimate("dall-e-3", "1024x1024", "hd", n=7).most == pytest.approx(7 * 0.08)
    assert estimate("gpt-image-2", "1024x1024", n=40).most == pytest.approx(40 * 7_024 * 30e-6)


def test_partial_pictures_and_the_prompt_cost_too() -> None:
    plain = estimate("gpt-image-2", "1024x1024", n=2).most
    assert estimate("gpt-image-2", "1024x1024", n=2, partial_images=3).most - plain == pytest.approx(600 * 30e-6)
    assert estimate("gpt-image-2", "1024x1024", n=2, prompt="x" * 4000).most - plain == pytest.approx(2 * 1006 * 5e-6)


def test_what_the_service_is_to_choose_makes_a_range() -> None:
    found = estimate("gpt-image-2", "1024x1024", "auto")
    assert (found.least, found.most) == (pytest.approx(196 * 30e-6), pytest.approx(7_024 * 30e-6))
    assert estimate("gpt-image-2", "auto", "low").least == pytest.approx(158 * 30e-6)  # the oblong sizes
    left_out = prices.estimate({"model": "gpt-image-2"}, service=OPENAI)
    assert left_out is not None
    assert left_out.least < 0.006
    assert left_out.most > 0.21


def test_pictures_that_are_sent_along_make_an_estimate_incomplete() -> None:
    request = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
    sent = prices.estimate(request, service=OPENAI, pictures_sent=1)
    assert sent is not None
    assert not sent.complete
    assert estimate("gpt-image-2", "1024x1024").complete
    assert prices.estimate({"model": "dall-e-2", "size": "512x512"}, service=OPENAI, pictures_sent=1) == (
        prices.Estimate(0.018, 0.018, "2023-12")
    )


@pytest.mark.parametrize(
    ("parameters", "service"),
    [
        ({"model": "flux", "size": "1024x1024"}, OPENAI),
        ({"size": "1024x1024"}, OPENAI),
        ({"model": "sketch", "size": "1024x1024"}, OPENAI),
        ({"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}, "localhost:8000"),
        ({"model": "gpt-image-2.6-flare", "size": "1024x1024", "quality": "high"}, OPENAI),
        ({"model": "gpt-image-2", "size": "1024x1024", "quality": "max"}, OPENAI),
        ({"model": "gpt-image-1", "size": "640x640", "quality": "high"}, OPENAI),
        ({"model": "gpt-image-2", "size": "0x1024", "quality": "high"}, OPENAI),
    ],
)
def test_what_is_not_known_is_not_guessed(parameters: dict[str, Any], service: str) -> None:
    assert prices.estimate(parameters, service=service) is None


# ---- after a run ----------------------------------------------------------------------------------------------------


def test_cost_of_what_was_used() -> None:
    usage = {
        "input_tokens": 1_014,
        "output_tokens": 8_320,
        "input_tokens_details": {"text_tokens": 14, "image_tokens": 1_000},
        "output_tokens_details": {"text_tokens": 20, "image_tokens": 8_300},
    }
    assert prices.cost(usage, "gpt-image-2") == pytest.approx((14 * 5 + 1_000 * 8 + 8_320 * 30) / 1e6)
    assert prices.cost(usage, "gpt-image-1.5") == pytest.approx((14 * 5 + 1_000 * 8 + 20 * 10 + 8_300 * 32) / 1e6)


def test_models_without_a_token_table_are_priced_afterwards() -> None:
    assert prices.cost({"input_tokens": 0, "output_tokens": 1_000}, "gpt-image-2.6-flare") == pytest.approx(0.03)


def test_tokens_that_are_not_told_apart_are_counted_at_the_dearer_rate() -> None:
    assert prices.cost({"input_tokens": 10, "output_tokens": 0}, "gpt-image-2") == pytest.approx(80e-6)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"input_tokens": 3},
        {"input_tokens": "3", "output_tokens": 4},
        {"input_tokens": 3, "output_tokens": 4, "input_tokens_details": [1]},
    ],
)
def test_a_report_that_makes_no_sense_has_no_price(usage: Any) -> None:
    assert prices.cost(usage, "gpt-image-2") is None


def test_cost_of_a_model_without_a_price_is_unknown() -> None:
    usage = {"input_tokens": 1, "output_tokens": 1}
    assert prices.cost(usage, "flux") is None
    assert prices.cost(usage, None) is None
    assert prices.cost(usage, "gpt-image-2", service="localhost:8000") is None


def reply(usage: dict[str, Any] | None = None, pictures: int = 1, **parameters: Any) -> ImagesResponse:
    request = CreateImageRequest(prompt="a fox", **parameters)
    images = [Image.new("RGB", (8, 8))] * pictures
    return ImagesResponse(images, request=request, created=1, model=parameters.get("model"), usage=usage)


def test_a_reply_costs_what_it_used_or_what_its_pictures_cost() -> None:
    used = {"input_tokens": 0, "output_tokens": 1_000}
    assert prices.spent(reply(used, model="gpt-image-2"), service=OPENAI) == pytest.approx(0.03)
    hd = {"model": "dall-e-3", "size": "1024x1024", "quality": "hd"}
    assert prices.spent(reply(pictures=3, n=4, **hd), service=OPENAI) == pytest.approx(0.24)  # three came
    assert prices.spent(reply(model="gpt-image-2", quality="auto"), service=OPENAI) is None  # which one, nobody knows


# ---- other prices ---------------------------------------------------------------------------------------------------


def test_other_prices_take_the_place_of_the_packages_own(tmp_path: Path) -> None:
    mine = {"models": {"flux": {"date": "2026-11", "per_picture": {"": {"64x64": 0.5}}}}}
    prices.load(mine)
    found = prices.estimate({"model": "flux", "size": "64x64", "n": 3}, service="localhost:8000")
    assert found == prices.Estimate(1.5, 1.5, "2026-11")
    assert prices.estimate({"model": "dall-e-2", "size": "512x512"}, service=OPENAI) is None
    file = tmp_path / "prices.json"
    file.write_text(json.dumps({**mine, "services": ["flux.example"]}))
    prices.load(file)
    assert prices.estimate({"model": "flux", "size": "64x64"}, service="flux.example") is not None
    assert prices.estimate({"model": "flux", "size": "64x64"}, service=OPENAI) is None
    prices.load(None)
    assert prices.estimate({"model": "dall-e-2", "size": "512x512"}, service=OPENAI) is not None


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        ({}, "models"),
        ({"models": {"flux": {}}}, "date"),
        ({"models": {"flux": {"date": "2026-11", "per_picture": {"low": 0.5}}}}, r"\$.models"),
        ({"models": {"flux": {"date": "2026-11", "per_picture": {"low": {"64x64": -1}}}}}, ">= 0"),
        ({"models": {"flux": {"date": "2026-11", "per_image": {}}}}, "per_image"),
        ({"models": {}, "services": "api.openai.com"}, "array"),
    ],
)
def test_a_list_that_is_none_is_refused_and_changes_nothing(broken: dict[str, Any], where: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(broken))
    for source in (broken, file):
        with pytest.raises(ValueError, match=f"price list.*cannot be used: .*{where}"):
            prices.load(source)
    assert estimate("dall-e-2", "512x512", "standard").most == 0.018


def test_a_file_that_is_no_json_or_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text("{")
    with pytest.raises(ValueError, match=r"prices\.json cannot be used"):
        prices.load(file)
    with pytest.raises(FileNotFoundError):
        prices.load(tmp_path / "nothing.json")


# ---- the file itself ------------------------------------------------------------------------------------------------


def test_each_price_names_its_source_and_its_month() -> None:
    raw = json.loads(Path(prices.__file__).with_name("prices.json").read_text("utf-8"))
    for name, entry in prices.current().models.items():
        assert name in MODELS
        assert entry.sources, name
        assert set(entry.sources) <= raw["sources"].keys()
        assert len(entry.date) == len("2026-11")
    for source in raw["sources"].values():
        assert source["url"].startswith("https://")
        assert source["read"][:2] == "20"


@given(
    st.sampled_from(sorted(prices.current().models)),
    st.sampled_from(["auto", "low", "high", "standard"]),
    st.integers(1, 100),
)
def test_more_pictures_never_cost_less(model: str, quality: str, n: int) -> None:
    for size in MODELS[model].sizes:
        one, more = (
            prices.estimate({"model": model, "size": size, "quality": quality, "n": count}) for count in (n, n + 1)
        )
        if one is None:
            assert more is None
            continue
        assert more is not None
        assert 0 < one.least <= one.most
        assert one.least < more.least
