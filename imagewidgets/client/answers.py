"""HTTP answers: what a good one is, and the error that says what is wrong with another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from imagewidgets.errors import (
    APIResponseError,
    APIStatusError,
    AuthenticationError,
    ContentPolicyError,
    NotFoundError,
    QuotaError,
    RateLimitError,
    status_error_class,
)

SHOWN_OF_A_BODY = 200  # characters of an answer that makes no sense

ADVICE: dict[type[APIStatusError], str] = {
    AuthenticationError: "Set OPENAI_API_KEY to a current key and run iw.configure(), or run iw.login().",
    QuotaError: "The account has no credit left. Add credit at the provider; trying again will not help.",
    RateLimitError: "Too many requests for now. Wait a little and try again.",
    ContentPolicyError: "Change the words or the picture and try again.",
    NotFoundError: "Check base_url (it usually ends in /v1), and the model's name.",
}
NO_MODEL = "Check the model's name; iw.list_models() tells what there is."


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end; names of `headers` are found in any case.

    `pictures` are those that were taken out of the body while it came, by the marks in their place (`lifting`).
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | bytearray = field(repr=False)
    url: str
    pictures: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)

    @property
    def request_id(self) -> str | None:
        """The service's name for the request."""
        return self.headers.get("x-request-id")

    @property
    def content_type(self) -> str:
        """The type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def raise_for_status(answer: Answer, service: str) -> None:
    """Raise the error of the tree that fits a status of 300 or above."""
    if answer.status < 300:
        return
    if answer.status < 400:
        raise APIResponseError(
            f"{service} answered {answer.status}, a redirection, which is never followed with a key. Correct base_url.",
            status_code=answer.status,
            request_id=answer.request_id,
        )
    message, code, param = error_parts(_json_or_none(answer.body), answer)
    kind = status_error_class(answer.status, code)
    advice = NO_MODEL if code == "model_not_found" else ADVICE.get(kind, "")
    raise kind(
        f"{service} answered {answer.status}: {message} {advice}".rstrip(),
        status_code=answer.status,
        code=code,
        param=param,
        request_id=answer.request_id,
        headers=answer.headers,
    )


def _json_or_none(body: bytes | bytearray) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def error_parts(value: Any, answer: Answer | None = None) -> tuple[str, str | None, str | None]:
    """Return message, code and param of an error body, in any of the forms that services use."""
    error = value.get("error") or value.get("detail") if isinstance(value, dict) else None
    if isinstance(error, dict):
        message = error.get("message") or msgspec.json.encode(error).decode()
        return sentence(str(message)), _text(error.get("code")) or _text(error.get("type")), _text(error.get("param"))
    if error:
        return sentence(error if isinstance(error, str) else msgspec.json.encode(error).decode()), None, None
    if isinstance(value, dict) and isinstance(value.get("message"), str):
        return sentence(value["message"]), _text(value.get("code")) or _text(value.get("type")), None
    return sentence(shown(answer) if answer else "no reason was given"), None, None


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def sentence(text: str) -> str:
    """Return the text with a full stop where it has no end."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def shown(answer: Answer) -> str:
    """Return what to say of a body that cannot be read: its beginning, or what it seems to be."""
    if not answer.body.strip():
        return "an empty answer"
    if "html" in answer.content_type or answer.body.lstrip()[:1] == b"<":
        return "a web page instead of an answer of the API (is base_url right, or is a proxy in between?)"
    return answer.body[:SHOWN_OF_A_BODY].decode("utf-8", "replace")


def senseless(
    what: str, service: str, *, answer: Answer, code: str | None = None, param: str | None = None
) -> APIResponseError:
    """Return the error for an answer with a good status that makes no sense."""
    return APIResponseError(
        f"{service} answered {answer.status}, but {what}",
        status_code=answer.status,
        code=code,
        param=param,
        request_id=answer.request_id,
    )
