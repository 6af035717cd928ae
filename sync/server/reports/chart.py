"""The bar chart of a report by day: the coordinates for an SVG that the template draws."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sync.server.reports.picture_data import BarsOverTime
from sync.server.web.words import day_words

MAX_BARS = 62  # two months; in longer periods a bar is of several days
MAX_LABELS = 5  # as many as a phone's screen has room for
HEIGHT = 180  # px, of the tallest bar
MAX_STEPS = 5  # lines above zero


@dataclass(frozen=True)
class ChartBar:
    """``left``, ``middle`` and ``width`` are in per cent of the drawing, ``top`` and ``height`` in px."""

    left: float
    middle: float
    width: float
    top: float
    height: float
    words: str
    label: str  # empty: no label


@dataclass(frozen=True)
class Chart:
    """``lines``: at round numbers, (value, px from the top)."""

    bars: tuple[ChartBar, ...]
    lines: tuple[tuple[int, float], ...]
    title: str
    words: str


def by_day(picture: BarsOverTime, today: date) -> Chart:
    """The chart of counts over a period; days without one count as zero."""
    first, days = picture.first, (picture.last - picture.first).days + 1
    span = -(-days // MAX_BARS)
    sums = Counter[int]()
    for day, count in picture.counts:
        sums[(day - first).days // span] += count
    starts = [first + timedelta(days=i) for i in range(0, days, span)]
    counts = [sums[i] for i in range(len(starts))]
    highest = max(counts)
    step = _step(highest)
    steps = max(1, -(-highest // step))
    bars = _bars(starts, counts, step * steps, span, today)
    lines = tuple((step * i, _round(HEIGHT - HEIGHT * i / steps)) for i in range(steps + 1))
    title = f"{picture.title} by day" if span == 1 else f"{picture.title} by {span:,} days"
    peak = starts[counts.index(highest)]
    words = f"{title}: {sum(counts)} in all, the most from {day_words(peak, today)} on, {highest}"
    return Chart(bars, lines, title, words)


def _bars(starts: list[date], counts: list[int], top: int, span: int, today: date) -> tuple[ChartBar, ...]:
    slot = 100 / len(starts)  # per cent
    every = -(-len(starts) // MAX_LABELS)
    bars = []
    for i, (start, count) in enumerate(zip(starts, counts, strict=True)):
        height = HEIGHT * count / top
        until = "" if span == 1 else f" and the {span - 1:,} days after"
        words = f"{day_words(start, today)}{until}: {count}"
        label = _label(start, is_long=starts[0].year != starts[-1].year) if i % every == 0 else ""
        left, width = slot * (i + 0.18), slot * 0.64
        middle = left + width / 2
        horizontal, vertical = (_round(left), _round(middle), _round(width)), (_round(HEIGHT - height), _round(height))
        bars.append(ChartBar(*horizontal, *vertical, words, label))
    return tuple(bars)


def _label(day: date, *, is_long: bool) -> str:
    return f"{day:%b} {day.year}" if is_long else f"{day.day} {day:%b}"


def _round(number: float) -> float:
    return round(number, 2)


def _step(highest: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 … of which MAX_STEPS reach the highest count."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * MAX_STEPS >= highest:
                return step
        size *= 10
