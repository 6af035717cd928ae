"""The pictures of reports: the coordinates and texts of what the templates draw as SVG (why: docs/pictures.md)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, TypeAlias

from sync.server.reports.picture_data import BarsOverTime, HeatMap, LabelledBars, Picture
from sync.server.web.words import day_words

MAX_BARS = 62  # two months; in longer periods a bar is of several days
MAX_LABELS = 5  # as many as a phone's screen has room for
MAX_LONG_LABELS = 4  # of labels with a year
HEIGHT = 180  # px, of the tallest bar
MAX_STEPS = 5  # lines above zero
FIELD_HEIGHT = 30  # px, of a heat map's row
FAINTEST = 0.12  # opacity of the smallest value above zero: it differs from none in grey as well
NOT_SHOWN = "not shown"  # a value that is not known, or hidden since it could point at a person


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
    """Bars over time. ``lines``: at round numbers, (value, px from the top)."""

    template: ClassVar[str] = "picture_by_day.html"
    bars: tuple[ChartBar, ...]
    lines: tuple[tuple[int, float], ...]
    title: str
    words: str


@dataclass(frozen=True)
class HorizontalBar:
    """``width``: per cent of the longest; ``value``: the number as text."""

    label: str
    value: str
    width: float


@dataclass(frozen=True)
class BarList:
    """Horizontal bars, one below the other, each with its label and value as text."""

    template: ClassVar[str] = "picture_bars.html"
    bars: tuple[HorizontalBar, ...]
    unit: str
    title: str
    words: str


@dataclass(frozen=True)
class HeatField:
    """``left`` and ``width`` in per cent of the drawing, ``top`` in px; ``opacity``: of the fill; None: no value."""

    left: float
    width: float
    top: float
    opacity: float | None
    words: str


@dataclass(frozen=True)
class HeatDrawing:
    """Fields whose colour is the stronger the higher their value; ``highest``: the value of the strongest one.

    ``rows``: (label, px from the top), ``columns``: (label, per cent from the left), ``height``: px of all rows.
    """

    template: ClassVar[str] = "picture_heat_map.html"
    fields: tuple[HeatField, ...]
    rows: tuple[tuple[str, float], ...]
    columns: tuple[tuple[str, float], ...]
    height: int
    highest: str
    unit: str
    title: str
    words: str


Drawing: TypeAlias = Chart | BarList | HeatDrawing


def draw(picture: Picture, today: date) -> Drawing:
    """What the template of the drawing needs."""
    if isinstance(picture, BarsOverTime):
        return by_day(picture, today)
    return horizontal_bars(picture) if isinstance(picture, LabelledBars) else heat_map(picture)


def horizontal_bars(picture: LabelledBars) -> BarList:
    """Bars from zero on, the longest across the whole drawing."""
    highest = max((value for _, value in picture.bars if value is not None), default=0)
    bars = [
        HorizontalBar(label, _number(value), _round(100 * value / highest) if value and highest else 0)
        for label, value in picture.bars
    ]
    return BarList(tuple(bars), picture.unit, picture.title, picture.words)


def heat_map(picture: HeatMap) -> HeatDrawing:
    """Fields in rows and columns; zero has the ground's colour, and what is not known is hatched."""
    highest = max((value for row in picture.values for value in row if value is not None), default=0)
    width = 100 / max(1, len(picture.columns))  # per cent
    fields = []
    for i, (row, values) in enumerate(zip(picture.rows, picture.values, strict=True)):
        for j, (column, value) in enumerate(zip(picture.columns, values, strict=True)):
            unit = "" if value is None else f" {picture.unit}"
            words = f"{row} {column}: {_number(value)}{unit}"
            opacity = None if value is None else _opacity(value, highest)
            fields.append(HeatField(_round(width * j), _round(width), FIELD_HEIGHT * i, opacity, words))
    every = -(-len(picture.columns) // MAX_LABELS)
    columns = [(label, _round(width * (j + 0.5))) for j, label in enumerate(picture.columns) if j % every == 0]
    rows = [(label, FIELD_HEIGHT * (i + 0.5)) for i, label in enumerate(picture.rows)]
    height = FIELD_HEIGHT * len(rows)
    texts = (_number(highest), picture.unit, picture.title, picture.words)
    return HeatDrawing(tuple(fields), tuple(rows), tuple(columns), height, *texts)


def _opacity(value: float, highest: float) -> float:
    return _round(FAINTEST + (1 - FAINTEST) * value / highest) if value and highest else 0


def _number(value: float | None) -> str:
    """1126.0 -> 1,126; 4.25 -> 4.2."""
    if value is None:
        return NOT_SHOWN
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


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
    is_long = starts[0].year != starts[-1].year
    every = -(-len(starts) // (MAX_LONG_LABELS if is_long else MAX_LABELS))
    bars = []
    for i, (start, count) in enumerate(zip(starts, counts, strict=True)):
        height = HEIGHT * count / top
        until = "" if span == 1 else f" and the {span - 1:,} days after"
        words = f"{day_words(start, today)}{until}: {count}"
        label = _label(start, is_long=is_long) if i % every == 0 else ""
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
