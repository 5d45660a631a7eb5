"""Misbehaviour on purpose: failures and slowness, so that people can see their retry code work.

Only requests for pictures are met by it: what lists models or fetches finished pictures works as ever.
"""

from __future__ import annotations

import http
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from imagewidgets.local.refusals import RefusedError

DEFAULT_STATUS = 500
EXAMPLE = "Write for example rate=0.2,status=429."
RETRY_AFTER = {429: "1", 503: "1"}  # s, at the statuses that may say when to come back
STATUSES = range(400, 600)
LONGEST_LATENCY = 600.0  # s
HANG_UP_CHECK = 0.05  # s between two looks whether the client still waits

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|)")


@dataclass(frozen=True)
class Fault:
    """Fail a share of the requests: `rate` from 0 to 1 of them, with `status`."""

    rate: float = 1.0
    status: int = DEFAULT_STATUS

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Return the fault that ``rate=0.2,status=429`` describes; either part may be left out.

        Raises
        ------
        ValueError
            A sentence that says what was expected.
        """
        found: dict[str, str] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            key, _, value = part.partition("=")
            if key not in ("rate", "status") or not value:
                raise ValueError(f"{part!r} is neither rate=… nor status=…. {EXAMPLE}")
            found[key] = value
        try:
            fault = cls(float(found.get("rate", 1)), int(found.get("status", DEFAULT_STATUS)))
        except ValueError:
            raise ValueError(f"{text!r} holds something that is no number. {EXAMPLE}") from None
        if not 0 <= fault.rate <= 1:
            raise ValueError(f"rate is {fault.rate:g}; it is a share of the requests, from 0 to 1.")
        if fault.status not in STATUSES:
            raise ValueError(f"status is {fault.status}; failures have one from {STATUSES[0]} to {STATUSES[-1]}.")
        return fault

    def refusal(self) -> RefusedError:
        """Return the answer of a request that was chosen to fail."""
        phrase = http.HTTPStatus(self.status).phrase if self.status in http.HTTPStatus._value2member_map_ else "Failure"
        headers = {"Retry-After": RETRY_AFTER[self.status]} if self.status in RETRY_AFTER else {}
        return RefusedError(
            f"{phrase}, on purpose: this server was started with --fail. Try again.",
            status=self.status,
            headers=headers,
        )


def parse_duration(text: str) -> float:
    """Return the seconds of ``2s``, ``500ms`` or ``1.5``.

    Raises
    ------
    ValueError
        A sentence that says what was expected.
    """
    match = _DURATION.fullmatch(text.strip())
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else -1.0
    if not 0 <= seconds <= LONGEST_LATENCY:
        raise ValueError(f"{text!r} is no time from 0 to {LONGEST_LATENCY:g} s. Write for example 2s or 500ms.")
    return seconds


@dataclass(frozen=True, kw_only=True)
class Chaos:
    """What is done to requests before they are served.

    Parameters
    ----------
    faults
        Each is tried in turn; the first that strikes is the answer.
    latency
        For how long each request is held up, in s, also one that will fail.
    chance
        Returns a number from 0 to below 1.
    """

    faults: Sequence[Fault] = ()
    latency: float = 0.0
    chance: Callable[[], float] = field(default=random.SystemRandom().random)

    def strike(self, gone: Callable[[], bool]) -> None:
        """Hold a request up, and fail it where its lot is drawn; stop waiting when the client has `gone`.

        Raises
        ------
        RefusedError
            The request was chosen to fail.
        """
        until = time.monotonic() + self.latency
        pause = threading.Event()  # never set: a sleep in small pieces
        while (left := until - time.monotonic()) > 0 and not gone():
            pause.wait(min(left, HANG_UP_CHECK))
        for fault in self.faults:
            if self.chance() < fault.rate:
                raise fault.refusal()
