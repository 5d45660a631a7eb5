"""The table that the benchmark of the canvas prints: a line for each thing measured, its bar, and whether it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks._table import Bar, Sample, aligned, figure

SAME = 1.0  # ms: two strokes on the same canvas differ by more; nearer figures are taken for equal


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
    return aligned([HEAD, *(row.cells() for row in rows)])
