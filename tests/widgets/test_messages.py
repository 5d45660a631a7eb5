"""The exact words: every row of the table of errors, and the sentences about a run."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from imagewidgets.client import Destination
from imagewidgets.errors import (
    APIConnectionError,
    APIResponseError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ContentPolicyError,
    InternalServerError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
)
from imagewidgets.operations import CreateImageRequest
from imagewidgets.rules import check
from imagewidgets.widgets import messages
from tests.widgets.fake_client import OPENAI, SKETCH_ENGINE

SERVER = Destination("server", "localhost:8000", "")


def refused(**parameters: object) -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as caught:
        check(CreateImageRequest(prompt="a fox", **parameters))  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("error", "headline", "advice"),
    [
        (
            AuthenticationError("OpenAI answered 401: Incorrect API key.", status_code=401),
            "OpenAI did not accept the key.",
            (
                "Set OPENAI_API_KEY to a current key and run iw.configure(), or switch to the sketch engine, which "
                "needs none. Nothing was charged and your prompt is kept."
            ),
        ),
        (
            APIConnectionError("OpenAI cannot be reached. Check the network and base_url."),
            "api.openai.com cannot be reached.",
            "Check the network, or switch to the sketch engine. Your prompt is kept.",
        ),
        (
            APITimeoutError("No answer from OpenAI in 60 s. The pictures may already be billed."),
            "No answer in 60 s.",
            "The pictures may already be billed, so nothing was sent again. Try again, or raise timeout.",
        ),
        (
            RateLimitError("OpenAI answered 429: slow down.", status_code=429),
            "Too many requests.",
            "Wait a little and try again. Your prompt is kept.",
        ),
        (
            QuotaError("OpenAI answered 429: no credit.", status_code=429, code="insufficient_quota"),
            "The account has no credit left.",
            "Add credit at the provider; trying again will not help. Your prompt is kept.",
        ),
        (
            ContentPolicyError("OpenAI answered 400: no.", status_code=400, code="moderation_blocked"),
            "The service refused this prompt.",
            "Change the words and try again; nothing was charged.",
        ),
        (
            refused(model="gpt-image-2", style="vivid"),
            "gpt-image-2 has no parameter 'style'.",
            "Leave it out; a service that knows it gets it by extra={'style': …}.",
        ),
        (
            PermissionDeniedError("OpenAI answered 403: no.", status_code=403),
            "OpenAI does not allow this key to do that.",
            (
                "Use a key of a project that may make pictures, or another model. Nothing was charged. Your prompt is "
                "kept."
            ),
        ),
        (
            NotFoundError("OpenAI answered 404: no such model.", status_code=404),
            "OpenAI has no such model or address.",
            "Choose another model, or check base_url: it usually ends in /v1. Your prompt is kept.",
        ),
        (
            InternalServerError("OpenAI answered 503: overloaded.", status_code=503),
            "OpenAI failed.",
            "The fault is on its side (status 503). Try again in a little while. Your prompt is kept.",
        ),
        (
            BadRequestError("OpenAI answered 400: Odd size.", status_code=400),
            "OpenAI refused the request.",
            "It says: Odd size. Your prompt is kept.",
        ),
        (
            APIResponseError("OpenAI answered 200, but there are no pictures in it."),
            "OpenAI answered 200, but there are no pictures in it.",
            "Your prompt is kept.",
        ),
        (
            APIConnectionError("The connection to OpenAI broke before the answer was complete. It may be billed."),
            "The connection to OpenAI broke before the answer was complete.",
            "It may be billed. Your prompt is kept.",
        ),
        (
            KeyError("size"),
            "Something went wrong here: KeyError.",
            "form.error holds the exception; raise it to see where it comes from. Your prompt is kept.",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_happened_and_what_to_do(error: Exception, headline: str, advice: str) -> None:
    told = messages.explain(error, destination=OPENAI)
    assert (told.headline, told.advice) == (headline, advice)


def test_a_server_is_named_by_its_address() -> None:
    error = APIConnectionError("localhost:8000 cannot be reached. Check the network and base_url.")
    assert messages.explain(error, destination=SERVER).headline == "localhost:8000 cannot be reached."


@pytest.mark.parametrize(
    ("error", "offered"),
    [
        (AuthenticationError("", status_code=401), True),
        (PermissionDeniedError("", status_code=403), True),
        (QuotaError("", status_code=429), True),
        (APIConnectionError("OpenAI cannot be reached."), True),
        (APITimeoutError("No answer in 1 s."), False),
        (RateLimitError("", status_code=429), False),
        (ContentPolicyError("", status_code=400), False),
        (ValueError("x"), False),
    ],
)
def test_the_sketch_engine_is_offered_where_it_helps(error: Exception, offered: bool) -> None:
    assert messages.explain(error, destination=OPENAI).sketch is offered
    assert not messages.explain(error, destination=SKETCH_ENGINE).sketch


@pytest.mark.parametrize(
    "error",
    [
        RateLimitError("", status_code=429),
        InternalServerError("", status_code=500),
        APITimeoutError("No answer in 1 s."),
        APIConnectionError("The connection broke."),
        APIResponseError("Nonsense."),
        NotFoundError("", status_code=404),
    ],
)
def test_nothing_was_charged_is_said_only_where_the_status_proves_it(error: Exception) -> None:
    assert "charged" not in messages.explain(error, destination=OPENAI).advice


def test_details_hold_what_one_quotes_when_asking_for_help() -> None:
    error = AuthenticationError(
        "Incorrect API key provided.", status_code=401, code="invalid_api_key", request_id="req_7c1e04b2"
    )
    assert messages.details(error, seconds=0.31) == (
        "AuthenticationError: 401 invalid_api_key\n"
        "  Incorrect API key provided.\n"
        "  request  req_7c1e04b2\n"
        "  after    0.31 s"
    )
    assert messages.details(refused(model="dall-e-3", n=4)).splitlines()[0] == (
        "InvalidRequestError: integer_above_max_value"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abc123DEF456.",
        "Incorrect API key provided: sk-abc***********3f9a.",
        'the header was "Authorization: Bearer abcDEF123456"',
        "SK-LOUD-KEY",
    ],
)
def test_a_key_is_never_shown(text: str) -> None:
    for error in (AuthenticationError(text, status_code=401), BadRequestError(text, status_code=400), ValueError(text)):
        told = messages.explain(error, destination=OPENAI)
        for shown in (told.headline, told.advice, told.details):
            assert not any(part in shown for part in ("abc", "DEF", "3f9a", "LOUD"))


def test_sentences_about_a_run() -> None:
    assert messages.finished(2, 11.2) == "2 pictures in 11.2 s"
    assert messages.finished(1, 0.314) == "1 picture in 0.31 s"
    assert messages.finished(1, 125) == "1 picture in 2 min 5 s"
    assert messages.cancelled(8.4) == "Cancelled after 8.4 s. Your prompt is kept."
    assert (messages.waiting(0), messages.waiting(1), messages.waiting(2)) == ("", "1 run waiting", "2 runs waiting")


def test_usage() -> None:
    used = {"input_tokens": 14, "output_tokens": 8320, "total_tokens": 8334}
    assert messages.usage(used) == "14 tokens in, 8,320 out"
    assert messages.usage({"total_tokens": 3}) == messages.usage(None) == ""
    assert messages.joined("", "a", "", "b") == "a · b"


def test_a_broken_stream_keeps_its_last_partial() -> None:
    error = APIResponseError("OpenAI answered 200, but the stream ended before the picture was complete. Try again.")
    assert messages.explain(error, destination=OPENAI).advice == "Your prompt is kept. Try again."
    error.with_pictures([], Image.new("RGB", (800, 600)))
    told = messages.explain(error, destination=OPENAI)
    assert told.headline == "The stream ended before the picture was complete."
    assert told.advice == "The last partial is kept. Try again."
    assert told.partial is not None
    with Image.open(io.BytesIO(told.partial)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (400, 300))


def test_pictures_that_did_arrive_are_told_of() -> None:
    error = InternalServerError("no", status_code=500)
    error.with_pictures([Image.new("RGB", (8, 8))] * 2)
    assert messages.explain(error, destination=OPENAI).advice.endswith(
        "2 pictures did arrive: form.error.images has them."
    )


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_traceback_names_places_but_no_folder_of_this_machine() -> None:
    told = messages.explain(raised(ValueError("sk-secretsecret")), destination=OPENAI)
    assert told.traceback.splitlines()[-1].startswith("test_messages.py, line ")
    assert told.traceback.endswith(", in raised")
    try:
        check(CreateImageRequest(prompt=" "))
    except InvalidRequestError as error:
        places = messages.places(error).splitlines()
    assert places[-1].startswith("imagewidgets/rules.py, line ")
    assert not any(str(Path.home()) in place or place.startswith("/") for place in places)
    assert messages.callback_failed(raised(ValueError()), "f").traceback


def test_some_requests_of_a_run_failed() -> None:
    errors = [RateLimitError("OpenAI answered 429: slow down, sk-abcdefgh. Wait.", status_code=429)]
    assert messages.some_failed([]) == ""
    assert messages.some_failed(errors) == "1 request failed: OpenAI answered 429: slow down, sk-…"
    assert messages.some_failed(errors * 2).startswith("2 requests failed: ")
