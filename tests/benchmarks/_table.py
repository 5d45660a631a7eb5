"""What the tables of the benchmarks in a browser are made of: samples, bars, aligned columns."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


def percentile95(values: Sequence[float]) -> float:
    """Return the smallest of `values` that 95 % of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


@dataclass(frozen=True)
class Sample:
    """What was measured of one candidate."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        return percentile95(self.values)

    def __str__(self) -> str:
        if len(self.values) == 1:
            return f"{figure(self.values[0])} (1)"
        return f"{figure(self.median)} / {figure(self.p95)} ({len(self.values)})"


@dataclass(frozen=True)
class Bar:
    """What is aimed at, in words, and whether it is reached."""

    words: str
    met: bool
    at_floor: bool = False
    """Whether what no page can do better is reached instead."""

    def __str__(self) -> str:
        verdict = "met" if self.met else "at the floor" if self.at_floor else "NOT MET"
        return f"{self.words}: {verdict}"


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Return the lines, the head first, as a table: the first and the last column begin at the left."""
    last = len(lines[0]) - 1
    widths = [max(len(line[column]) for line in lines) for column in range(last + 1)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column in (0, last) else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def load() -> str:
    """Return how busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
