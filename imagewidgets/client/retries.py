"""When a request is sent again, and after how long.

Only what cannot have been billed, or what the service itself asks to try again: a connection that was never made,
408, 409, 429 and 5xx, and whatever carries ``x-should-retry: true``. Never a refusal of content, a lack of credit, or
a request whose fate is unknown. Source of the numbers: the official client.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from imagewidgets.errors import (
    APIConnectionError,
    APIStatusError,
    ContentPolicyError,
    ImagesError,
    QuotaError,
)

MAX_RETRIES = 2
FIRST_DELAY = 0.5  # s, doubled from try to try
LONGEST_DELAY = 8.0  # s
JITTER = 0.25  # the delay is shortened by up to this share, so that many clients do not come back at once
LONGEST_WISH = 120.0  # s; a service that wants a longer wait gets its answer reported instead


def delay(error: ImagesError, attempt: int) -> float | None:
    """Return how long to wait in s before the next try, or None where there must be none.

    Parameters
    ----------
    error
        What the last try ended with.
    attempt
        How many tries there were before it.
    """
    if isinstance(error, QuotaError | ContentPolicyError):
        return None
    if isinstance(error, APIConnectionError):
        return None if error.sent or error.lasting else backoff(attempt)
    if not isinstance(error, APIStatusError):
        return None
    told = error.headers.get("x-should-retry", "").lower()
    status = error.status_code or 0
    if told == "false" or (told != "true" and status not in (408, 409, 429) and status < 500):
        return None
    wish = wished_delay(error.headers)
    if wish is None:
        return backoff(attempt)
    return wish if wish <= LONGEST_WISH else None


def asked_of_all(error: ImagesError) -> float:
    """Return for how long in s an answer asks everybody to send nothing more; 0 where it does not."""
    if not isinstance(error, APIStatusError) or isinstance(error, QuotaError | ContentPolicyError):
        return 0.0
    wish = wished_delay(error.headers) or 0.0
    return wish if wish <= LONGEST_WISH else 0.0


def backoff(attempt: int) -> float:
    """Return how long to wait in s where nobody says how long, after so many tries before."""
    longest = min(FIRST_DELAY * 2.0**attempt, LONGEST_DELAY)
    return longest * (1 - JITTER * random.random())  # noqa: S311 (chance, not secrecy)


def wished_delay(headers: Mapping[str, str]) -> float | None:
    """Return how long the service asks to wait in s: ``retry-after-ms``, or ``retry-after`` as seconds or a date."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name)
        if text is None:
            continue
        try:
            wish = float(text) / unit
        except ValueError:
            try:
                wish = parsedate_to_datetime(text).timestamp() - time.time()
            except ValueError:
                continue
        if 0 <= wish < float("inf"):
            return wish
    return None
