"""What a form says about money: exact words for an estimate, for the question above a limit, for what was spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagewidgets.prices import dollars

if TYPE_CHECKING:
    from imagewidgets.prices import Estimate

FREE = "Free: made on this machine"
REPLAYED = "Free: replayed from the gallery"
UNKNOWN = "No price is known for this model"
LATER = "The price is known after the run"


def estimate(found: Estimate | None, *, later: bool) -> str:
    """Say what a run may cost: ``"About $0.42 · prices of 2026-09"``.

    Parameters
    ----------
    found
        None where no price is known.
    later
        Whether it is known after the run, then.
    """
    if found is None:
        return LATER if later else UNKNOWN
    return str(found).capitalize()


def above_limit(found: Estimate | None, limit: float) -> dict[str, str]:
    """Return the question before a run above a limit: `text`, and `yes`, the word on its button."""
    if found is None:
        text = f"No price is known for this run, and you have set a limit of {dollars(limit)}."
    else:
        about = "may cost about" if found.complete else "may cost more than"
        text = f"This run {about} {dollars(found.most)}, above your limit of {dollars(limit)}."
    return {"text": text, "yes": "Generate anyway"}


def spent(cost: float | None, session: float, *, free: str, whole: bool) -> str:
    """Say what a run cost, and all of them: ``"about $0.42 · session $1.26"``.

    Parameters
    ----------
    cost
        In US dollars; None where it is not known.
    session
        What all runs cost whose prices are known.
    free
        Why this one costs nothing, in words; empty where it may cost something.
    whole
        Whether the prices of all are known.
    """
    parts = [free or (UNKNOWN if cost is None else f"about {dollars(cost)}")]
    if session:
        parts.append(f"session {'' if whole else 'at least '}{dollars(session)}")
    return " · ".join(parts)
