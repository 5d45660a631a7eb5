"""What a sweep grid says: of a cell, of one that went wrong, of the sweep as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from imagewidgets.display.captions import count_pictures, joined, shortened
from imagewidgets.display.phrases import first_sentence, redact
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
    NotRecordedError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
)
from imagewidgets.sweeps.layout import name_beside
from imagewidgets.sweeps.layout import words as label_words
from imagewidgets.sweeps.space import ROW
from imagewidgets.sweeps.views import labels_of
from imagewidgets.widgets.messages import explain

if TYPE_CHECKING:
    from imagewidgets.client import Destination
    from imagewidgets.sweeps.cells import Cell
    from imagewidgets.sweeps.plan import Plan
    from imagewidgets.sweeps.sweep import Sweep

FEW_LABELS = 8  # so many are told of though nobody has picked them
REASON = 240  # characters of what a cell says of its failure: all of it is in `Cell.error`

# The first that fits, so the narrower ones stand first.
TITLES: tuple[tuple[type[Exception], str], ...] = (
    (APITimeoutError, "Timed out"),
    (NotRecordedError, "Not recorded"),
    (AuthenticationError, "Key not accepted"),
    (QuotaError, "No credit left"),
    (RateLimitError, "Too many requests"),
    (ContentPolicyError, "Prompt refused"),
    (PermissionDeniedError, "Not allowed"),
    (NotFoundError, "Not found"),
    (InternalServerError, "Service failed"),
    (InvalidRequestError, "Not possible"),
    (BadRequestError, "Not accepted"),
    (APIResponseError, "Answer not usable"),
    (APIConnectionError, "No connection"),
)
OTHER_TITLE = "Went wrong"

# What is true of the one request that failed, and not of those before it.
_OF_ONE_REQUEST = re.compile(r"(Nothing was charged( and your prompt is kept)?|Your prompt is kept)\.")


def failure(cell: Cell, *, destination: Destination, blind: bool = False) -> dict[str, Any]:
    """Return what a failed or refused cell says: ``title``, ``text``, ``more``, and whether it can be tried again."""
    if cell.error is None:
        return {}
    title = next((words for kind, words in TITLES if isinstance(cell.error, kind)), OTHER_TITLE)
    if isinstance(cell.error, InvalidRequestError):
        text, more = first_sentence(redact(cell.error.message))
    else:
        told = explain(cell.error, destination=destination)
        text, more = told.headline, redact(getattr(cell.error, "message", str(cell.error)))
    if blind:  # it might name the model, or quote the prompt
        text = more = ""
    return {"title": title, "text": shortened(text, REASON), "more": more, "again": cell.state == "failed"}


def halted(error: Exception, *, destination: Destination) -> tuple[str, str, str]:
    """Return what a sweep says that has stopped by itself: what happened, what to do, and details."""
    told = explain(error, destination=destination)
    advice = _OF_ONE_REQUEST.sub("", told.advice).strip()
    return f"{told.headline} Nothing more was sent.", f"{advice} What has come is kept.".strip(), told.details


def words(sweep: Sweep, cell: Cell) -> str:
    """Return what a cell shows, in words: its prompt, and the labels that the prompt does not say."""
    prompt = " ".join(str(getattr(cell.request, "prompt", None) or "").split())
    if not prompt:
        return labels_of(sweep, cell)
    silent = []
    for axis, at in zip(sweep.axes, cell.index, strict=True):
        if axis.name == ROW:  # of several values, of which the prompt may say some
            silent += [part for part in axis.labels[at].split(", ") if part not in prompt]
        elif "|" not in axis.name and axis.name != "prompt" and f"{{{axis.name}}}" not in sweep.title:
            silent.append(label_words(axis, at))
    return joined([prompt, *silent], ", ")


def go(planned: Plan, *, begun: bool) -> str:
    """Return what the button says that runs a sweep: what will happen, also where nothing may be sent."""
    pictures = count_pictures(planned.pictures)
    if planned.recorded == planned.requests:
        return f"Take {pictures} from the gallery"
    if planned.replay_only:
        return f"Look for {pictures} in the gallery"
    return f"Generate the other {planned.requests:,}" if begun else f"Generate {pictures}"


def plan(planned: Plan) -> tuple[str, str]:
    """Return what would be sent, and what there is more to say of it."""
    first, *rest = re.split(r"[,;] ", str(planned))
    return first, joined(rest)


def tally(sweep: Sweep) -> list[dict[str, Any]]:
    """Return how often each label was picked, axis by axis: those picked first, and of few labels the others too."""
    found = []
    counts = sweep.tally()
    for axis in sweep.axes:
        ordered = sorted(counts[axis.name].items(), key=lambda each: -each[1])
        kept = [[label, count] for label, count in ordered if count or len(ordered) <= FEW_LABELS]
        found.append({"axis": name_beside(axis), "counts": kept})
    return found if sweep.picks else []
