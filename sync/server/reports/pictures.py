"""Draws the pictures of reports as SVG, by Vega-Lite through vl-convert, without a browser; docs/pictures.md says why.

A picture is drawn twice, for wide and for narrow screens, since a text must not shrink with it. Its colours are the
variables of the stylesheet, so that light and dark pages need one picture. Each mark says in words what it shows.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

import fontpkg
import vl_convert
from markupsafe import Markup, escape

from sync.server.reports.picture_data import BarsOverTime, HeatMap, LabelledBars, Picture
from sync.server.web.i18n import counted, later, number_text, say, separators
from sync.server.web.words import day_words, percent, short_day_words, short_month_words

FONT = "Atkinson Hyperlegible"
ARABIC = "IBM Plex Sans Arabic"
FONTS = f"{FONT}, {ARABIC}, sans-serif"
WIDE, NARROW = 620, 250  # px between the axes
MOST_BARS = 62  # two months; in longer periods a bar is of several days
HEIGHT = 180  # px, of bars over time
BAND = 28  # px, of a labelled bar and of a heat map's row
LINE, LETTER = 20, 8  # px, of a label's height, and of a letter's width on average, rather too wide than too narrow
NOT_SHOWN = later("not shown")  # an amount that is hidden, since it could point at a person, or not known
PAPER_SCALE = 3  # pixels of an image for paper
LABELS = {WIDE: 6, NARROW: 3}  # of days, as many as have room
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
VERSION = "6.4"  # of Vega-Lite, so that a newer vl-convert draws the same

Spec = Mapping[str, Any]


@dataclass(frozen=True)
class DrawnPicture:
    """Two SVG of one picture; ``words``: what it shows, in a sentence."""

    title: str
    words: str
    wide: Markup
    narrow: Markup
    has_before: bool = False  # whether the bars of the period before are behind these


def draw(picture: Picture, today: date) -> DrawnPicture:
    """Draw a picture; days are named as the reader's ``today`` has them."""
    title, words = _describe(picture, today)
    wide, narrow = (draw_at(picture, today, width) for width in (WIDE, NARROW))
    has_before = isinstance(picture, BarsOverTime) and picture.before is not None
    return DrawnPicture(title, words, wide, narrow, has_before)


def draw_at(picture: Picture, today: date, width: int) -> Markup:
    """Draw a picture at one width, WIDE or NARROW."""
    match picture:
        case BarsOverTime():
            spec = _over_time(picture, _group_days(picture, _days_a_bar(picture)), today, width)
        case LabelledBars():
            spec = _labelled_bars(picture, width)
        case HeatMap():
            spec = _heat_map(picture, width)
    return _svg(json.dumps({**_frame(width), **spec}), _describe(picture, today)[1], *separators())


def to_png(svg: str) -> bytes:
    """A picture as an image for paper, at about 300 dots an inch."""
    png: bytes = vl_convert.svg_to_png(svg, scale=PAPER_SCALE)
    return png


def _describe(picture: Picture, today: date) -> tuple[str, str]:
    """The heading of a picture, and what it shows in words."""
    if isinstance(picture, BarsOverTime):
        bars = _group_days(picture, _days_a_bar(picture))
        return _over_time_title(picture), _over_time_words(picture, bars, today)
    return picture.title, picture.words


def _days_a_bar(picture: BarsOverTime) -> int:
    return -(-((picture.last - picture.first).days + 1) // MOST_BARS)


def _group_days(picture: BarsOverTime, span: int) -> dict[date, int]:
    """The sum of each bar of ``span`` days by its first day; days without a count are zero."""
    sums = Counter[int]()
    for day, count in picture.counts:
        sums[(day - picture.first).days // span] += count
    days = (picture.last - picture.first).days + 1
    return {picture.first + timedelta(days=start): sums[start // span] for start in range(0, days, span)}


def _over_time_title(picture: BarsOverTime) -> str:
    span = _days_a_bar(picture)
    return counted("{title} by day", "{title} by {number} days", span, title=picture.title)


def _over_time_words(picture: BarsOverTime, bars: Mapping[date, int], today: date) -> str:
    peak = max(bars, key=lambda day: bars[day])
    return say(
        "{title}: {total} in all, the most from {day} on, {most}",
        title=_over_time_title(picture),
        total=sum(bars.values()),
        day=day_words(peak, today),
        most=bars[peak],
    )


def _over_time(picture: BarsOverTime, bars: Mapping[date, int], today: date, width: int) -> Spec:
    is_long = picture.first.year != picture.last.year
    every = -(-len(bars) // LABELS[width])
    labels = {str(place): _label(day, is_long=is_long) for place, day in enumerate(bars) if place % every == 0}
    axis = {
        "values": [int(place) for place in labels],
        "labelExpr": f"({json.dumps(labels)})[datum.label]",
        "title": None,
        "ticks": False,
        "domain": False,
        "labelAngle": 0,
        "labelOverlap": False,
    }
    span = _days_a_bar(picture)
    before = _group_days(picture.before, span) if picture.before else {}
    layers = [_bars(bars, span, today, {"color": "var(--ember)", "width": {"band": 0.65}})]
    if before:
        shown = dict(list(before.items())[: len(bars)])  # a month before may be longer
        layers.insert(0, _bars(shown, span, today, {"color": "var(--behind)", "width": {"band": 0.95}}))
    counts = (*bars.values(), *before.values())
    scale = _count_scale(counts)
    return {
        "height": HEIGHT,
        "encoding": {
            "x": {
                "field": "place",
                "type": "ordinal",
                "axis": axis,
                "scale": {"domain": list(range(len(bars))), "padding": 0},
            },
            "y": {"field": "count", "type": "quantitative", "stack": None, "axis": _count_axis(counts), "scale": scale},
            "description": {"field": "words"},
            "tooltip": {"field": "words"},
        },
        "layer": layers,
    }


def _bars(bars: Mapping[date, int], span: int, today: date, mark: Spec) -> Spec:
    values = [
        {"place": place, "count": count, "words": _bar_words(day_words(day, today), span, count)}
        for place, (day, count) in enumerate(bars.items())
    ]
    return {"data": {"values": values}, "mark": {"type": "bar", "cornerRadiusEnd": 3, **mark}}


def _bar_words(day: str, span: int, count: int) -> str:
    if span == 1:
        return say("{day}: {count}", day=day, count=count)
    return counted(
        "{day} and the day after: {count}", "{day} and the {number} days after: {count}", span - 1, day=day, count=count
    )


def _label(day: date, *, is_long: bool) -> str:
    return short_month_words(day) if is_long else short_day_words(day)


def _count_axis(counts: Iterable[int]) -> Spec:
    most = max(counts, default=0)
    # Of few Vega would have halves, which are rounded: 0, 1, 1, 2, 2.
    ticks = {"values": list(range(max(most, 1) + 1))} if most < 5 else {"tickMinStep": 1, "tickCount": 5}
    return {"title": None, "format": ",d", "domain": False, "ticks": False, **ticks}


def _count_scale(counts: Iterable[int]) -> Spec:
    return {"nice": True, "domainMin": 0, **({} if any(counts) else {"domainMax": 1})}


def _labelled_bars(picture: LabelledBars, width: int) -> Spec:
    values = [
        {"label": label, "amount": amount or 0, "words": f"{label}: {words}", "text": text}
        for label, amount in picture.bars
        for text, words in [_amount_words(amount, picture)]
    ]
    is_above = _is_label_above(picture, width)
    band, down = (BAND + LINE, LINE // 2) if is_above else (BAND, 0)  # px; bars below their labels are lower by half
    row = {"field": "label", "type": "nominal", "sort": None, "axis": _label_axis(width, is_above=is_above)}
    amounts = [amount or 0 for _, amount in picture.bars]
    scale = {"domainMin": 0, **({} if any(amounts) else {"domainMax": 1})}
    across = {"field": "amount", "type": "quantitative", "stack": None, "axis": None, "scale": scale}
    bar = {"type": "bar", "color": "var(--ember)", "cornerRadiusEnd": 3, "height": BAND - 8, "yOffset": down}
    text = {"type": "text", "align": "left", "dx": 6, "dy": down, "color": "var(--ink)", "fontSize": 14, "aria": False}
    return {
        "width": width if is_above else width - _label_width(width),
        "height": band * max(1, len(values)),
        "data": {"values": values},
        "encoding": {"y": row, "x": across},
        "layer": [
            {"mark": bar, "encoding": {"description": {"field": "words"}, "tooltip": {"field": "words"}}},
            {"mark": text, "encoding": {"text": {"field": "text"}}},
        ],
    }


def _amount_words(amount: float | None, picture: LabelledBars) -> tuple[str, str]:
    """What is written beside a bar, and what it says of itself: a hidden amount is not zero."""
    if amount is None:
        return say(NOT_SHOWN), say(NOT_SHOWN)
    number = number_text(amount)
    return percent(amount) if picture.is_share else number, f"{number} {picture.unit}"


def _label_width(width: int) -> int:
    return width * 2 // 5 if width == NARROW else width // 4


def _is_label_above(picture: LabelledBars, width: int) -> bool:
    """Whether a label is too long to stand beside its bar: one that is cut may look like another."""
    return max((len(label) for label, _ in picture.bars), default=0) * LETTER > _label_width(width) - 8


def _label_axis(width: int, *, is_above: bool) -> Spec:
    axis = {"title": None, "ticks": False, "domain": False}
    if is_above:
        return {**axis, "labelAlign": "left", "labelPadding": 0, "labelOffset": -LINE // 2 - 2, "labelLimit": width}
    return {**axis, "labelLimit": _label_width(width) - 8}


def _heat_map(picture: HeatMap, width: int) -> Spec:
    values = [
        {
            "row": row,
            "column": column,
            "amount": amount,
            "words": f"{row} {column}: "
            + (say("nothing known") if amount is None else f"{number_text(amount, 1)} {picture.unit}"),
        }
        for row, amounts in zip(picture.rows, picture.values, strict=True)
        for column, amount in zip(picture.columns, amounts, strict=True)
    ]
    every = -(-len(picture.columns) // (2 * LABELS[width]))
    shown = list(picture.columns[::every])
    flat = {"title": None, "ticks": False, "domain": False, "labelAngle": 0}
    amounts = [amount for amounts in picture.values for amount in amounts if amount is not None]
    opacity = {
        "field": "amount",
        "type": "quantitative",
        "scale": {"domainMin": 0, "range": [0.04, 1]},
        "legend": _heat_legend(max(amounts, default=0), picture.unit),
    }
    return {
        "height": BAND * len(picture.rows),
        "data": {"values": values},
        "mark": {
            "type": "rect",
            "color": "var(--ember)",
            "stroke": "var(--card)",
            "strokeWidth": 2,
            "invalid": "filter",
        },
        "encoding": {
            "x": {
                "field": "column",
                "type": "ordinal",
                "axis": {**flat, "values": shown},
                "scale": {"domain": list(picture.columns)},
            },
            "y": {"field": "row", "type": "ordinal", "axis": flat, "scale": {"domain": list(picture.rows)}},
            "opacity": opacity,
            "description": {"field": "words"},
            "tooltip": {"field": "words"},
        },
    }


def _heat_legend(largest: float, unit: str) -> Spec | None:
    """Three steps below the picture, from none to the largest amount; None where all are none."""
    if not largest:
        return None
    decimals = 0 if largest >= 10 else 1
    steps = [0.0, round(largest / 2, decimals), round(largest, decimals)]
    labels = {f"{step:g}": number_text(step, decimals) for step in steps}
    labels[f"{steps[-1]:g}"] += f" {unit}"
    return {
        "orient": "bottom",
        "title": None,
        "values": steps,
        "labelExpr": f"({json.dumps(labels)})[datum.value]",
        "symbolType": "square",
        "symbolSize": 300,
        "symbolFillColor": "var(--ember)",
        "symbolStrokeWidth": 0,
        "labelColor": "var(--soft)",
        "labelFont": FONTS,
        "labelFontSize": 13,
        "columnPadding": 12,
        "aria": False,
    }


def _frame(width: int) -> Spec:
    axis = {
        "labelColor": "var(--soft)",
        "labelFont": FONTS,
        "labelFontSize": 13,
        "labelPadding": 6,
        "labelLimit": 0,  # a limit makes Vega measure each label again, which takes a third of the time
        "gridColor": "var(--line)",
        "aria": False,
    }
    return {
        "$schema": SCHEMA,
        "width": width,
        "padding": 2,
        "config": {"background": None, "font": FONTS, "view": {"stroke": None}, "axis": axis},
    }


@lru_cache(maxsize=256)  # a page that is read again has the same figures
def _svg(spec: str, words: str, decimal: str, thousands: str) -> Markup:
    """The SVG of a specification, named by ``words`` for who can't see it. Every text in it is escaped.

    ``decimal`` and ``thousands``: the marks in the numbers of its axes.
    """
    _use_font()
    svg = vl_convert.vegalite_to_svg(
        spec,
        vl_version=VERSION,
        allowed_base_urls=[],
        format_locale={"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]},
    )
    return Markup(re.sub(r"^<svg ", f'<svg role="img" aria-label="{escape(words)}" ', svg, count=1))


@cache
def _use_font() -> None:
    """Measure texts in the font of the pages."""
    for family in (FONT, ARABIC):
        vl_convert.register_font_directory(str(fontpkg.path(family, weight=400).parent))
