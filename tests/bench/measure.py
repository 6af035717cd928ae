"""Shared by the benchmarks: spreads, ratios with their goals, the table, and a folder on a real disk."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # for tests/support
BUILD = Path(__file__).resolve().parents[2] / "build"  # beside the code, for /tmp may be memory


@dataclass(frozen=True)
class Spread:
    """Smallest, middle and largest of some figures."""

    low: float
    middle: float
    high: float

    def text(self, digits: int = 2) -> str:
        """The text min–median–max."""
        return "–".join(f"{figure:,.{digits}f}" for figure in (self.low, self.middle, self.high))


@dataclass(frozen=True)
class Goal:
    """What the median ratio should be."""

    side: Literal["≤", "≥"]
    ratio: float

    def is_met(self, ratio: float) -> bool:
        """Whether a ratio is good enough."""
        return ratio <= self.ratio if self.side == "≤" else ratio >= self.ratio

    def __str__(self) -> str:
        return f"{self.side} {self.ratio:g}"


@dataclass(frozen=True)
class Ratio:
    """Ours over theirs, in pairs that were measured next to each other."""

    name: str
    unit: str
    ours: Spread
    base: Spread
    ratio: Spread  # of the pairs, each by itself
    goal: Goal | None  # None: reported without a goal
    pairs: int

    @property
    def verdict(self) -> str:
        """The goal, and whether the median keeps it."""
        if self.goal is None:
            return ""
        return str(self.goal) if self.goal.is_met(self.ratio.middle) else f"missed: {self.goal}"


def spread(figures: Sequence[float]) -> Spread:
    """The spread of at least one figure."""
    return Spread(min(figures), median(figures), max(figures))


def ratio(name: str, unit: str, pairs: Sequence[tuple[float, float]], goal: Goal | None) -> Ratio:
    """The ratio of (ours, theirs) pairs."""
    ours, base = zip(*pairs, strict=True)
    ratios = [ours / base for ours, base in pairs]
    return Ratio(name, unit, spread(ours), spread(base), spread(ratios), goal, len(pairs))


def show(ratios: Sequence[Ratio]) -> None:
    """Print the table: medians of both sides, and the ratio as min–median–max."""
    head = ("", "ours", "base", "ratio min–median–max", "goal", "n")
    rows = [head, *(_row(result) for result in ratios)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *figures, verdict, count = row
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(figures, widths[1:4], strict=True))]
        print("  ".join([*cells, verdict.ljust(widths[4]), count.rjust(widths[5])]).rstrip(), flush=True)


def _row(result: Ratio) -> tuple[str, str, str, str, str, str]:
    ours, base = (f"{_figure(side.middle)} {result.unit}" for side in (result.ours, result.base))
    return (result.name, ours, base, result.ratio.text(), result.verdict, str(result.pairs))


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """An empty folder below build/, gone afterwards."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-", dir=BUILD) as folder:
        yield Path(folder)
