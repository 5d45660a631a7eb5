"""The table that the benchmark of the canvas prints: a line for each thing measured, its bar, and whether it is met."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

SAME = 1.0  # ms: two strokes on the same canvas differ by more; nearer figures are taken for equal


def percentile95(values: Sequence[float]) -> float:
    """Return the smallest of `values` that 95 % of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


@dataclass(frozen=True)
class Sample:
    """What was measured of one canvas."""

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


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


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


@dataclass
class Row:
    """One thing measured, of each canvas that has it."""

    name: str
    unit: str
    samples: dict[str, Sample] = field(default_factory=dict)
    """Ours, Paint's, ImageEditor's, and the floor: by the tools' names."""

    bars: list[Bar] = field(default_factory=list)

    def at_most(self, median: float, p95: float | None = None) -> Row:
        """Aim at so much, in the row's own unit."""
        ours = self.samples["ours"]
        words = f"≤ {figure(median)}" + ("" if p95 is None else f" / {figure(p95)}")
        met = ours.median <= median and (p95 is None or ours.p95 <= p95)
        self.bars.append(Bar(words, met, self._at_floor(median_alone=p95 is None)))
        return self

    def no_slower_than(self, peer: str) -> Row:
        """Aim at `peer`'s median and 95th percentile."""
        if theirs := self.samples.get(peer):
            ours = self.samples["ours"]
            met = ours.median <= theirs.median + SAME and ours.p95 <= theirs.p95 + SAME
            self.bars.append(Bar(f"≤ {peer}", met, self._at_floor()))
        return self

    def tenth_of(self, peer: str) -> Row:
        """Aim at a tenth of `peer`'s median."""
        if theirs := self.samples.get(peer):
            met = self.samples["ours"].median <= theirs.median / 10
            self.bars.append(Bar(f"≤ {peer} / 10", met, self._at_floor(median_alone=True)))
        return self

    def _at_floor(self, *, median_alone: bool = False) -> bool:
        ours, floor = self.samples["ours"], self.samples.get("floor")
        if floor is None or ours.median > floor.median + SAME:
            return False
        return median_alone or ours.p95 <= floor.p95 + SAME

    def cells(self) -> list[str]:
        """Return the columns of this line."""
        ours = self.samples.get("ours")
        ratios = [
            f"{ours.median / theirs.median:.3f}" if ours and theirs and theirs.median else "–"
            for theirs in (self.samples.get("Paint"), self.samples.get("ImageEditor"))
        ]
        columns = [str(self.samples.get(name, "–")) for name in ("ours", "Paint", "ImageEditor", "floor")]
        return [f"{self.name}, {self.unit}", *columns, " ".join(ratios), "; ".join(map(str, self.bars)) or "–"]


HEAD = ["median / p95 (count)", "ours", "Paint", "ImageEditor", "floor", "ours to each", "bar"]


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column in (0, len(HEAD) - 1) else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def load() -> str:
    """Return how busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
