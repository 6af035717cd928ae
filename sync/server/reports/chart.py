"""A picture of people by day: the numbers for an SVG that the template draws."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sync.server.reports.attendance import AttendanceRow
from sync.server.web.words import day_words

MOST_BARS = 62  # two months; longer periods put several days into one bar
MOST_LABELS = 5  # as many as a telephone has room for
HEIGHT = 180  # px, of the tallest bar
MOST_STEPS = 5  # lines above nought


@dataclass(frozen=True)
class ChartBar:
    """A bar: ``left``, ``middle`` and ``width`` in per cent of the drawing, ``top`` and ``height`` in px."""

    left: float
    middle: float
    width: float
    top: float
    height: float
    words: str
    label: str  # empty: no room for it


@dataclass(frozen=True)
class Chart:
    """Bars, and lines at round numbers: (value, px from the top)."""

    bars: tuple[ChartBar, ...]
    lines: tuple[tuple[int, float], ...]
    title: str
    words: str


def people_by_day(rows: Iterable[AttendanceRow], first: date, last: date, today: date) -> Chart:
    """The chart of a period. A day that nobody came on is there too, as nothing."""
    days = (last - first).days + 1
    span = -(-days // MOST_BARS)
    people = Counter[int]()
    for row in rows:
        people[(row.day - first).days // span] += row.people
    starts = [first + timedelta(days=i) for i in range(0, days, span)]
    counts = [people[i] for i in range(len(starts))]
    step = _step(max(counts))
    steps = max(1, -(-max(counts) // step))
    bars = _bars(starts, counts, step * steps, span, today)
    lines = tuple((step * i, _r(HEIGHT - HEIGHT * i / steps)) for i in range(steps + 1))
    title = "People by day" if span == 1 else f"People by {span:,} days"
    most = starts[counts.index(max(counts))]
    words = f"{title}: {sum(counts)} in all, the most from {day_words(most, today)} on, {max(counts)}"
    return Chart(bars, lines, title, words)


def _bars(starts: list[date], counts: list[int], top: int, span: int, today: date) -> tuple[ChartBar, ...]:
    slot = 100 / len(starts)
    every = -(-len(starts) // MOST_LABELS)
    bars = []
    for i, (start, count) in enumerate(zip(starts, counts, strict=True)):
        height = HEIGHT * count / top
        until = "" if span == 1 else f" and the {span - 1:,} days after"
        words = f"{day_words(start, today)}{until}: {count}"
        label = _label(start, is_long=starts[0].year != starts[-1].year) if i % every == 0 else ""
        left, width = slot * (i + 0.18), slot * 0.64
        bars.append(ChartBar(_r(left), _r(left + width / 2), _r(width), _r(HEIGHT - height), _r(height), words, label))
    return tuple(bars)


def _label(day: date, *, is_long: bool) -> str:
    return f"{day:%b} {day.year}" if is_long else f"{day.day} {day:%b}"


def _r(number: float) -> float:
    return round(number, 2)


def _step(most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 … with which a few steps reach the most."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * MOST_STEPS >= most:
                return step
        size *= 10
