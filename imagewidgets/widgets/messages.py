"""What widgets say: errors in plain words, and the sentences about a run.

An error is told in three steps: what happened, what to do, what was kept or charged. "Nothing was charged" is only said
where the status proves it. Details hold what a person quotes when asking for help, and never a key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from imagewidgets.client import Destination
from imagewidgets.errors import (
    APIConnectionError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    ContentPolicyError,
    ImagesError,
    InternalServerError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
)
from imagewidgets.models import MODELS, SKETCH

OFFLINE_HINT = "Nothing to pay, nothing leaves this machine"
FREE = "Free: made on this machine"
KEPT = "Your prompt is kept."

_KEY = re.compile(r"(?i)\b((?:sk|rk|pk|key|sess)-)[^\s'\",;)]+")
_BEARER = re.compile(r"(?i)\b(bearer\s+)\S+")
_FIRST_SENTENCE = re.compile(r"(.+?[.!?])\s+(.+)", re.DOTALL)


@dataclass(frozen=True)
class Message:
    """An error as a widget shows it.

    Attributes
    ----------
    headline
        What happened, as one sentence.
    advice
        What to do, and what was kept or charged.
    details
        Class, status, code, request id and the message as it came: one fact a line.
    sketch
        Whether the embedded engine is a way out.
    """

    headline: str
    advice: str
    details: str
    sketch: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def explain(error: BaseException, *, destination: Destination, seconds: float | None = None) -> Message:
    """Say an error in plain words.

    Parameters
    ----------
    error
        What was raised.
    destination
        Where the request went, or would have gone.
    seconds
        How long the run took, in s; None where nothing was sent.
    """
    headline, advice = _sentences(error, destination)
    way_out = isinstance(error, AuthenticationError | PermissionDeniedError | APIConnectionError | QuotaError)
    return Message(
        headline=redact(headline),
        advice=redact(advice),
        details=details(error, seconds=seconds),
        sketch=way_out and not isinstance(error, APITimeoutError) and destination.icon != "offline",
    )


def _sentences(error: BaseException, where: Destination) -> tuple[str, str]:
    """Return what happened, and what to do: one row of the table of exact words for each kind of error."""
    name, address = where.name, where.detail or where.name
    match error:
        case InvalidRequestError():
            return refused(error, offline=where.icon == "offline")
        case AuthenticationError():
            return (
                f"{name} did not accept the key.",
                (
                    "Set OPENAI_API_KEY to a current key and run iw.configure(), or switch to the sketch engine, "
                    "which needs none. Nothing was charged and your prompt is kept."
                ),
            )
        case QuotaError():
            return (
                "The account has no credit left.",
                f"Add credit at the provider; trying again will not help. {KEPT}",
            )
        case RateLimitError():
            return "Too many requests.", f"Wait a little and try again. {KEPT}"
        case ContentPolicyError():
            return "The service refused this prompt.", "Change the words and try again; nothing was charged."
        case PermissionDeniedError():
            return (
                f"{name} does not allow this key to do that.",
                f"Use a key of a project that may make pictures, or another model. Nothing was charged. {KEPT}",
            )
        case NotFoundError():
            return (
                f"{name} has no such model or address.",
                f"Choose another model, or check base_url: it usually ends in /v1. {KEPT}",
            )
        case InternalServerError():
            return (
                f"{name} failed.",
                f"The fault is on its side (status {error.status_code}). Try again in a little while. {KEPT}",
            )
        case APIStatusError():
            said = error.message.removeprefix(f"{name} answered {error.status_code}: ")
            return f"{name} refused the request.", f"It says: {said} {KEPT}"
        case APITimeoutError():
            happened, _ = first_sentence(error.message)
            return (
                happened.replace(f" from {name}", ""),
                "The pictures may already be billed, so nothing was sent again. Try again, or raise timeout.",
            )
        case APIConnectionError() if "cannot be reached" in error.message:
            return (
                f"{address} cannot be reached.",
                f"Check the network, or switch to the sketch engine. {KEPT}",
            )
        case APIConnectionError() | APIResponseError() | ImagesError():
            happened, rest = first_sentence(error.message)
            return happened, f"{rest} {KEPT}".strip()
    return (
        f"Something went wrong here: {type(error).__name__}.",
        f"form.error holds the exception; raise it to see where it comes from. {KEPT}",
    )


def refused(error: InvalidRequestError, *, offline: bool) -> tuple[str, str]:
    """Say why nothing was sent, in the words of the form: its controls have names of their own."""
    happened, advice = first_sentence(error.message)
    model = MODELS.get(happened.partition(" ")[0])
    if error.param == "n" and model is not None and error.code == "integer_above_max_value":
        larger = (row.name for row in MODELS.values() if row.max_n > model.max_n and (offline or row is not SKETCH))
        other = next(larger, None)
        advice = f"Set Pictures to {model.max_n} or {f'choose {other}' if other else 'less'}."
    return happened, advice


def first_sentence(text: str) -> tuple[str, str]:
    """Split a text after its first sentence."""
    found = _FIRST_SENTENCE.fullmatch(text.strip())
    return (found[1], found[2]) if found else (text.strip(), "")


def details(error: BaseException, *, seconds: float | None = None) -> str:
    """Return the facts of an error for people who look closer, one a line, without keys."""
    if not isinstance(error, ImagesError):
        return redact(f"{type(error).__name__}: {error}")
    numbers = [str(error.status_code) if error.status_code else "", error.code or ""]
    head = f"{type(error).__name__}: {' '.join(filter(None, numbers))}".rstrip(": ")
    facts = [
        f"param    {error.param}" if error.param else "",
        f"request  {error.request_id}" if error.request_id else "",
        f"after    {duration(seconds)}" if seconds is not None else "",
    ]
    return redact("\n".join([head, *(f"  {line}" for line in (error.message, *facts) if line)]))


def redact(text: str) -> str:
    """Blot out what looks like a key: services like to repeat a part of it."""
    return _BEARER.sub(r"\1…", _KEY.sub(r"\1…", text))


def callback_failed(error: BaseException, callback: str) -> Message:
    """Say that a function of the user, called with a result or a change, raised."""
    return Message(
        headline=f"{callback} raised {type(error).__name__}.",
        advice="The pictures are kept. form.callback_error holds the exception; raise it to see where it comes from.",
        details=redact(f"{type(error).__name__}: {error}"),
    )


def pictures(count: int) -> str:
    """Return "1 picture", "2 pictures"."""
    return f"{count:,} picture{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return seconds as they are shown: "0.31 s", "8.4 s", "2 min 5 s"."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def finished(count: int, seconds: float) -> str:
    """Return "2 pictures in 11.2 s"."""
    return f"{pictures(count)} in {duration(seconds)}"


def cancelled(seconds: float) -> str:
    """Return "Cancelled after 8.4 s." and what was kept."""
    return f"Cancelled after {duration(seconds)}. {KEPT}"


def waiting(count: int) -> str:
    """Return "1 run waiting", empty where none waits."""
    return f"{count} run{'' if count == 1 else 's'} waiting" if count else ""


def usage(reported: Mapping[str, Any] | None, *, offline: bool) -> str:
    """Return what a run used: "14 tokens in, 8,320 out", and that it was free where it was made here."""
    parts = []
    if reported:
        read, made = reported.get("input_tokens"), reported.get("output_tokens")
        if isinstance(read, int) and isinstance(made, int):
            parts.append(f"{read:,} tokens in, {made:,} out")
    if offline:
        parts.append(FREE)
    return " · ".join(parts)
