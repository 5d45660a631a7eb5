"""Add up several pytest runs, from their JUnit reports, and close with one line such as pytest's own.

Usage: total.py FAILED_STEPS REPORT...   Exit status 1 where a step or a test failed, or nothing was run.
"""

from __future__ import annotations

import sys
from xml.etree import ElementTree


def total(reports: list[str]) -> tuple[dict[str, int], float]:
    """Return how many tests ended how, and the seconds they took."""
    counts = {"failed": 0, "passed": 0, "skipped": 0, "errors": 0}
    seconds = 0.0
    for report in reports:
        for suite in ElementTree.parse(report).iter("testsuite"):
            failures, errors, skipped = (int(suite.get(name, 0)) for name in ("failures", "errors", "skipped"))
            counts["failed"] += failures
            counts["errors"] += errors
            counts["skipped"] += skipped
            counts["passed"] += int(suite.get("tests", 0)) - failures - errors - skipped
            seconds += float(suite.get("time", 0))
    return counts, seconds


def main(failed_steps: str, *reports: str) -> int:
    """Print the totals; return the exit status."""
    counts, seconds = total([name for name in reports if not name.endswith("*.xml")])
    if failed_steps:
        print(f"\nFailed steps: {failed_steps}")
    parts = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    print(f"\n===== {parts or 'no tests ran'} in {seconds:.0f}s =====")
    return 1 if failed_steps or counts["failed"] or counts["errors"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
