"""The table that the benchmark of the widgets prints: a line for each thing measured, its bar, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks._table import Bar, Sample, aligned, figure
from tests.benchmarks._widgets_cells import DISPLAY, GALLERY, IPYPLOT, OURS

CANDIDATES = (OURS, GALLERY, IPYPLOT, DISPLAY)
HEAD = ["median / p95 (count)", *CANDIDATES, "floor", "processor time of ours, kernel + browser", "bar"]


@dataclass
class Row:
    """One thing measured, of each candidate that has it."""

    name: str
    unit: str
    samples: dict[str, Sample] = field(default_factory=dict)
    floor: Sample | None = None
    """What a page has that does nothing."""
    processor: tuple[Sample, Sample] | None = None
    """ms of the kernel and of the browser, for ours: what a busy machine hardly changes."""
    bars: list[Bar] = field(default_factory=list)

    def at_most(self, most: float) -> Row:
        """Aim at so much in the median, in the row's own unit."""
        self.bars.append(Bar(f"≤ {figure(most)}", self.samples[OURS].median <= most))
        return self

    def at_least(self, least: float) -> Row:
        """Aim at so much in the median; at the floor is what comes as near to it as two measurements of it do."""
        ours = self.samples[OURS].median
        at_floor = self.floor is not None and ours >= NEAR * self.floor.median
        self.bars.append(Bar(f"≥ {figure(least)}", ours >= least, at_floor))
        return self

    def cells(self) -> list[str]:
        """Return the columns of this line."""
        columns = [str(self.samples.get(name, "–")) for name in CANDIDATES]
        used = " + ".join(figure(sample.median) for sample in self.processor) if self.processor else "–"
        return [
            f"{self.name}, {self.unit}",
            *columns,
            str(self.floor or "–"),
            used,
            "; ".join(map(str, self.bars)) or "–",
        ]


NEAR = 0.95  # of a rate


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table."""
    return aligned([HEAD, *(row.cells() for row in rows)])
