"""From an HTTP answer to pictures, or to the error that says what was wrong with it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

import pybase64

from imagewidgets.errors import (
    APIResponseError,
    APIStatusError,
    AuthenticationError,
    ContentPolicyError,
    InvalidRequestError,
    NotFoundError,
    QuotaError,
    RateLimitError,
    status_error_class,
)
from imagewidgets.images import decode_data_url, open_image
from imagewidgets.responses import ImagesResponse

if TYPE_CHECKING:
    from imagewidgets.operations import AnyRequest

SHOWN_OF_A_BODY = 200  # characters of an answer that makes no sense

ADVICE: dict[type[APIStatusError], str] = {
    AuthenticationError: "Set OPENAI_API_KEY to a current key and run iw.configure(), or pass api_key=.",
    QuotaError: "The account has no credit left. Add credit at the provider; trying again will not help.",
    RateLimitError: "Too many requests for now. Wait a little and try again.",
    ContentPolicyError: "Change the words or the picture and try again.",
    NotFoundError: "Check the model's name and base_url (it usually ends in /v1).",
}


class Answer(NamedTuple):
    """An HTTP answer, read to its end."""

    status: int
    content_type: str
    body: bytes
    url: str
    request_id: str | None


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
    message, code, param = _error_parts(_json_or_none(answer.body), answer)
    kind = status_error_class(answer.status, code)
    advice = ADVICE.get(kind, "")
    raise kind(
        f"{service} answered {answer.status}: {message} {advice}".rstrip(),
        status_code=answer.status,
        code=code,
        param=param,
        request_id=answer.request_id,
    )


def _json_or_none(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _error_parts(value: Any, answer: Answer) -> tuple[str, str | None, str | None]:
    """Return message, code and param of an error body, in any of the forms that services use."""
    error = value.get("error", value.get("detail")) if isinstance(value, dict) else None
    if isinstance(error, dict):
        message = error.get("message") or json.dumps(error)
        return _sentence(str(message)), _text(error.get("code")) or _text(error.get("type")), _text(error.get("param"))
    if error:
        return _sentence(error if isinstance(error, str) else json.dumps(error)), None, None
    return _sentence(_shown(answer)), None, None


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _shown(answer: Answer) -> str:
    """Return the beginning of a body that could not be read, for the message."""
    if not answer.body:
        return "an empty answer"
    if "html" in answer.content_type or answer.body.lstrip()[:1] == b"<":
        return "a web page instead of an answer of the API (is base_url right, or is a proxy in between?)"
    return answer.body[:SHOWN_OF_A_BODY].decode("utf-8", "replace")


def decode(answer: Answer, request: AnyRequest, service: str, download: Callable[[str], bytes]) -> ImagesResponse:
    """Return the pictures of a good answer.

    Parameters
    ----------
    answer
        Status below 300.
    request
        What was asked for.
    service
        The service's name, for messages.
    download
        Fetches a picture that comes as an address.

    Raises
    ------
    APIResponseError
        The answer is no reply of the Images API, or a picture in it cannot be read.
    """
    wrong = _Wrong(answer, service)
    value = _object(answer, wrong)
    items = value.get("data")
    if not isinstance(items, list) or not items:
        raise wrong("there are no pictures in it.")
    files = [_file(item, index, answer, wrong, download) for index, item in enumerate(items)]
    try:
        images = [open_image(data) for data in files]
    except InvalidRequestError as error:
        raise wrong(f"a picture in it cannot be read: {error.message}") from error
    created = value.get("created")
    return ImagesResponse(
        images,
        request=request,
        created=created if isinstance(created, int) else int(time.time()),
        files=files,
        model=request.model,
        usage=value.get("usage") or None,
        request_id=answer.request_id,
        revised_prompts=[item.get("revised_prompt") or None for item in items],
    )


def model_names(answer: Answer, service: str) -> list[str]:
    """Return the names in the answer to ``GET /models``."""
    wrong = _Wrong(answer, service)
    items = _object(answer, wrong).get("data")
    if not isinstance(items, list):
        raise wrong("there is no list of models in it.")
    return [str(item["id"]) for item in items if isinstance(item, dict) and item.get("id")]


class _Wrong(NamedTuple):
    """Makes the error for an answer that makes no sense."""

    answer: Answer
    service: str

    def __call__(self, what: str, *, code: str | None = None, param: str | None = None) -> APIResponseError:
        return APIResponseError(
            f"{self.service} answered {self.answer.status}, but {what}",
            status_code=self.answer.status,
            code=code,
            param=param,
            request_id=self.answer.request_id,
        )


def _object(answer: Answer, wrong: _Wrong) -> dict[str, Any]:
    """Return the JSON object of a good answer."""
    value = _json_or_none(answer.body)
    if not isinstance(value, dict):
        raise wrong(f"what came is no JSON object: {_sentence(_shown(answer))}")
    if value.get("error"):
        message, code, param = _error_parts(value, answer)
        raise wrong(f"with an error inside: {message}", code=code, param=param)
    return value


def _file(item: Any, index: int, answer: Answer, wrong: _Wrong, download: Callable[[str], bytes]) -> bytes:
    """Return the image file of one item of ``data``: unused keys may be there, empty."""
    if not isinstance(item, dict):
        raise wrong(f"item {index} of its data is no object.")
    if item.get("b64_json"):
        text = str(item["b64_json"])
        try:
            if text.startswith("data:"):
                return decode_data_url(text)
            return pybase64.b64decode("".join(text.split()), validate=True)
        except ValueError as error:
            raise wrong(f"picture {index} is no whole base64 text.") from error
    if item.get("url"):
        url = str(item["url"])
        return decode_data_url(url) if url.startswith("data:") else download(urljoin(answer.url, url))
    raise wrong(f"picture {index} has neither b64_json nor url.")
