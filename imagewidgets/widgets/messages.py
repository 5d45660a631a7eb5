"""What widgets say: errors in plain words, and the sentences about a run.

An error is told in three steps: what happened, what to do, what was kept or charged. "Nothing was charged" is only said
where the status proves it. Details hold what a person quotes when asking for help, and never a key.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from imagewidgets.client import Destination
from imagewidgets.display import thumbnail
from imagewidgets.display.phrases import first_sentence
from imagewidgets.display.phrases import redact as redact
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
    NotRecordedError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
)

OFFLINE_HINT = "Nothing to pay, nothing leaves this machine"
KEPT = "Your prompt is kept."

PACKAGE = __name__.partition(".")[0]
MOST_PLACES = 12  # of a traceback: what is farther out is the notebook's
THUMBNAIL = 400  # px, the longest side of a picture that is kept of a broken stream


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
    traceback
        Where it was raised: a line for each place in the code, the innermost last, without the folders of this machine.
    partial
        The thumbnail of the last unfinished picture that came, where there is one.
    """

    headline: str
    advice: str
    details: str
    sketch: bool = False
    traceback: str = ""
    partial: bytes | None = None

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
    if arrived := len(getattr(error, "images", ())):
        advice = f"{advice} {pictures(arrived)} did arrive: form.error.images has {'it' if arrived == 1 else 'them'}."
    partial = getattr(error, "partial", None)
    way_out = isinstance(error, AuthenticationError | PermissionDeniedError | APIConnectionError | QuotaError)
    return Message(
        headline=redact(headline),
        advice=redact(advice),
        details=details(error, seconds=seconds),
        sketch=way_out and not isinstance(error, APITimeoutError) and destination.icon != "offline",
        traceback=places(error),
        partial=None if partial is None else thumbnail(partial, THUMBNAIL),
    )


def _sentences(error: BaseException, where: Destination) -> tuple[str, str]:
    """Return what happened, and what to do: one row of the table of exact words for each kind of error."""
    name, address = where.name, where.detail or where.name
    match error:
        case InvalidRequestError():
            return first_sentence(error.message)
        case NotRecordedError():
            return "This run is not recorded.", error.message
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
        case APIResponseError() if "the stream ended before" in error.message:
            kept = "The last partial is kept." if error.partial is not None else KEPT
            return "The stream ended before the picture was complete.", f"{kept} Try again."
        case APIConnectionError() | APIResponseError() | ImagesError():
            happened, rest = first_sentence(error.message)
            return happened, f"{rest} {KEPT}".strip()
    return (
        f"Something went wrong here: {type(error).__name__}.",
        f"form.error holds the exception; raise it to see where it comes from. {KEPT}",
    )


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


def places(error: BaseException) -> str:
    """Return where an error was raised, one place a line, the innermost last; of each file only what its package says.

    Folders of this machine would be saved with the notebook.
    """
    frames = traceback.extract_tb(error.__traceback__)[-MOST_PLACES:]
    return redact("\n".join(f"{_file(frame.filename)}, line {frame.lineno}, in {frame.name}" for frame in frames))


def _file(name: str) -> str:
    parts = PurePath(name).parts
    for root in ("site-packages", "dist-packages"):
        if root in parts:
            return "/".join(parts[parts.index(root) + 1 :])
    if PACKAGE in parts:
        last = len(parts) - 1 - parts[::-1].index(PACKAGE)
        return "/".join(parts[last:])
    return parts[-1] if parts else name


def callback_failed(error: BaseException, callback: str) -> Message:
    """Say that a function of the user, called with a result or a change, raised."""
    return Message(
        headline=f"{callback} raised {type(error).__name__}.",
        advice="The pictures are kept. form.callback_error holds the exception; raise it to see where it comes from.",
        details=redact(f"{type(error).__name__}: {error}"),
        traceback=places(error),
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


def usage(reported: Mapping[str, Any] | None) -> str:
    """Return what a run used: "14 tokens in, 8,320 out"."""
    read, made = (reported or {}).get("input_tokens"), (reported or {}).get("output_tokens")
    return f"{read:,} tokens in, {made:,} out" if isinstance(read, int) and isinstance(made, int) else ""


def some_failed(errors: Sequence[ImagesError]) -> str:
    """Say that some of the requests failed that a run was split into; empty where none did."""
    if not errors:
        return ""
    happened, _ = first_sentence(errors[0].message)
    return redact(f"{len(errors):,} request{'' if len(errors) == 1 else 's'} failed: {happened}")


def joined(*parts: str) -> str:
    """Return what there is of these parts, with dots between them."""
    return " · ".join(filter(None, parts))
