"""What a form says about money: the exact words, the question above a limit, and what the runs add up to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from imagewidgets import prices
from imagewidgets.errors import APITimeoutError, AuthenticationError, InvalidRequestError
from imagewidgets.widgets import money
from imagewidgets.widgets.prompt_form import PromptForm
from tests.widgets.fake_client import OPENAI, SERVER, FakeClient

PATIENCE = 60.0  # s; reached only when a test fails
HIGH = 7_024 * 30e-6  # a square picture of gpt-image-2 at high quality
FOX = "a fox"  # 2 tokens by estimate, and 6 of every prompt
WORDS = (len(FOX) / 4 + 6) * 5e-6


@pytest.fixture(autouse=True)
def _own_prices() -> Iterator[None]:
    yield
    prices.load(None)


def make(*answers: object, destination: Any = OPENAI, **settings: Any) -> PromptForm:
    chosen = {"prompt": FOX, "model": "gpt-image-2", "size": "1024x1024", "quality": "high", **settings}
    return PromptForm(client=FakeClient(*answers, destination=destination), **chosen)


def click(form: PromptForm, action: str, **arguments: object) -> None:
    form._handle_custom_msg({"action": action, **arguments}, [])


# ---- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0.0, "$0.00"), (0.0004, "< $0.001"), (0.0059, "$0.006"), (0.42, "$0.42"), (4.2, "$4.20"), (1234.5, "$1,234.50")],
)
def test_amounts(amount: float, text: str) -> None:
    assert money.dollars(amount) == text


@pytest.mark.parametrize(
    ("estimate", "later", "text"),
    [
        (prices.Estimate(0.42, 0.42, "2026-09"), False, "About $0.42 · prices of 2026-09"),
        (prices.Estimate(0.006, 0.21, "2026-09"), False, "About $0.006 to $0.21 · prices of 2026-09"),
        (prices.Estimate(0.21, 0.21, "2026-09", complete=False), False, "At least $0.21 · prices of 2026-09"),
        (None, False, "No price is known for this model"),
        (None, True, "The price is known after the run"),
    ],
)
def test_words_of_an_estimate(estimate: prices.Estimate | None, later: bool, text: str) -> None:
    assert money.estimate(estimate, later=later) == text


def test_words_of_what_was_spent() -> None:
    assert money.spent(0.42, 1.26, free="", whole=True) == "about $0.42 · session $1.26"
    assert money.spent(0.42, 1.26, free="", whole=False) == "about $0.42 · session at least $1.26"
    assert money.spent(None, 0.0, free="", whole=False) == "No price is known for this model"
    assert money.spent(0.0, 0.0, free=money.FREE, whole=True) == "Free: made on this machine"


# ---- before a run ---------------------------------------------------------------------------------------------------


def test_the_estimate_follows_the_settings() -> None:
    form = make(n=2)
    assert form._estimate == "About $0.42 · prices of 2026-09"
    form.n = 10
    assert form._estimate == "About $2.11 · prices of 2026-09"
    form.quality = "low"
    assert form._estimate == "About $0.06 · prices of 2026-09"
    form.size = "auto"
    assert form._estimate == "About $0.05 to $0.06 · prices of 2026-09"
    form.model = "gpt-image-2.6-flare"
    assert form._estimate == "The price is known after the run"
    form.add_input(Image.new("RGB", (64, 64)))
    form.model = "gpt-image-2"
    assert form._estimate.startswith("At least $")


def test_pictures_of_several_requests_are_all_counted() -> None:
    form = make(model="dall-e-3", quality="hd", n=7)
    assert form._estimate == "About $0.56 · prices of 2023-12"


def test_nothing_is_said_about_the_embedded_engine_and_no_price_is_made_up() -> None:
    form = make(destination=SERVER)
    assert form._estimate == "No price is known for this model"
    form.use_sketch_engine()
    assert form._estimate == ""
    assert form.estimate() is None


def test_prices_of_ones_own_hold_everywhere() -> None:
    prices.load({"models": {"flux": {"date": "2026-11", "per_picture": {"": {"64x64": 0.5}}}}})
    form = make({}, destination=SERVER, model="flux", size="64x64", quality=None, n=3)
    assert form._estimate == "About $1.50 · prices of 2026-11"
    form.submit().result(PATIENCE)
    assert (form.cost, form.session_cost) == (1.5, 1.5)


# ---- the question ---------------------------------------------------------------------------------------------------


def test_above_the_limit_a_run_waits_for_an_answer() -> None:
    form = make(n=10, limit=2)
    refused = form.submit()
    assert isinstance(refused.exception(0), InvalidRequestError)
    assert form._question == {
        "text": "This run may cost about $2.11, above your limit of $2.00.",
        "yes": "Generate anyway",
    }
    assert form.client.sent == []  # type: ignore[union-attr]
    assert (form.status, form.error, form._problem) == ("idle", None, {})
    assert len(form.confirm().result(PATIENCE)) == 10
    assert form._question == {}
    with pytest.raises(RuntimeError, match="no run to confirm"):
        form.confirm()


def test_what_was_asked_about_is_what_is_sent() -> None:
    form = make(limit=0)
    form.submit(prompt="a boat")
    form.prompt = "something else"
    form.confirm().result(PATIENCE)
    assert form.request.prompt == "a boat"


def test_no_is_no() -> None:
    form = make(limit=0.1)
    click(form, "submit")
    assert form._question["text"].startswith("This run may cost about $0.21")
    click(form, "decline")
    assert form._question == {}
    assert form.client.sent == []  # type: ignore[union-attr]
    with pytest.raises(RuntimeError, match="no run to confirm"):
        form.confirm()


def test_below_the_limit_and_without_one_nothing_is_asked() -> None:
    for limit in (None, 0.3):
        form = make(limit=limit)
        form.submit().result(PATIENCE)
        assert form._question == {}


def test_a_price_that_is_not_known_is_asked_about_where_it_may_be_high() -> None:
    form = make(model="gpt-image-2.6-flare", limit=2)
    form.submit()
    assert form._question["text"] == "No price is known for this run, and you have set a limit of $2.00."
    own = make(destination=SERVER, limit=2)
    own.submit().result(PATIENCE)
    assert own._question == {}


def test_the_limit_is_set_like_a_setting() -> None:
    form = make()
    click(form, "set", name="limit", value="$1.50")
    assert form.limit == 1.5
    click(form, "set", name="limit", value="a lot")
    assert form._complaint["text"] == "The limit must be an amount in dollars, such as 2.50, not 'a lot'."
    click(form, "set", name="limit", value="-1")
    assert form.limit == 1.5
    assert form._complaint["name"] == "limit"
    click(form, "set", name="limit", value="")
    assert form.limit is None


# ---- after a run ----------------------------------------------------------------------------------------------------


def usage(out: int) -> dict[str, Any]:
    details = {"input_tokens_details": {"text_tokens": 14, "image_tokens": 0}}
    return {"usage": {"input_tokens": 14, "output_tokens": out, **details}}


def test_runs_add_up() -> None:
    form = make(usage(14_000), usage(28_000))
    assert (form.cost, form.session_cost) == (None, 0.0)
    form.submit().result(PATIENCE)
    assert form.cost == pytest.approx(0.42007)
    assert form._report["detail"] == "14 tokens in, 14,000 out · about $0.42 · session $0.42"
    form.submit().result(PATIENCE)
    assert form.session_cost == pytest.approx(1.26014)
    assert form._report["detail"] == "14 tokens in, 28,000 out · about $0.84 · session $1.26"


def test_a_run_whose_price_is_not_known_makes_the_sum_a_least() -> None:
    form = make(usage(14_000), APITimeoutError("No answer in 60 s."), usage(14_000))
    form.submit().result(PATIENCE)
    assert form.submit().exception(PATIENCE)
    assert form.cost is None
    form.submit().result(PATIENCE)
    assert form._report["detail"].endswith("about $0.42 · session at least $0.84")


def test_a_run_that_was_refused_cost_nothing() -> None:
    form = make(AuthenticationError("no", status_code=401), usage(14_000))
    assert form.submit().exception(PATIENCE)
    form.submit().result(PATIENCE)
    assert form._report["detail"].endswith("session $0.42")


def test_pictures_without_a_report_of_tokens_are_priced_by_their_kind() -> None:
    form = make()
    form.submit().result(PATIENCE)
    assert form.cost == pytest.approx(HIGH + WORDS)


def test_what_is_made_here_is_free() -> None:
    form = PromptForm(FOX, client=FakeClient(usage(14_000)), size="64x64", model="gpt-image-2")
    form.submit().result(PATIENCE)
    assert (form.cost, form.session_cost) == (0.0, 0.0)
    assert form._report["detail"] == "14 tokens in, 14,000 out · Free: made on this machine"
