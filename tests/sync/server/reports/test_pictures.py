"""What the pictures of reports show: bars over time, horizontal bars, heat maps."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from sync.server.reports import pictures
from sync.server.reports.picture_data import BarsOverTime, HeatMap, LabelledBars
from sync.server.web.rendering import render

FIRST = date(2026, 1, 1)
TODAY = date(2026, 11, 24)


def drawn(picture):
    drawing = pictures.draw(picture, TODAY)
    return render(drawing.template, picture=drawing)


def test_every_day_of_a_period_has_its_place():
    chart = pictures.by_day(
        BarsOverTime("People", [(FIRST, 3), (FIRST + timedelta(4), 7)], FIRST, date(2026, 1, 5)), TODAY
    )

    assert [bar.height for bar in chart.bars] == [67.5, 0, 0, 0, 157.5]
    assert [value for value, _ in chart.lines] == [0, 2, 4, 6, 8]
    assert chart.words == "People by day: 10 in all, the most from Mon 5 Jan on, 7"


def test_a_year_has_bars_of_several_days_and_loses_none():
    counts = [(FIRST + timedelta(i), 1) for i in range(365)]

    chart = pictures.by_day(BarsOverTime("People", counts, FIRST, date(2026, 12, 31)), TODAY)

    assert len(chart.bars) <= pictures.MAX_BARS
    assert "365 in all" in chart.words and chart.title == "People by 6 days"


def test_labels_with_a_year_have_room_on_a_telephone():
    picture = BarsOverTime("People", [(TODAY, 1)], date(2025, 11, 25), TODAY)

    middles = [bar.middle for bar in pictures.by_day(picture, TODAY).bars if bar.label]

    plot, label = 248, 60  # px, of a page of 360 px and of “Nov 2025”
    assert all((later - earlier) / 100 * plot > label for earlier, later in pairwise(middles))


def test_horizontal_bars_begin_at_zero():
    bars = pictures.horizontal_bars(LabelledBars("Visits", [("short", 25), ("long", 1000), ("none", 0)], "visits", ""))

    assert [(bar.value, bar.width) for bar in bars.bars] == [("25", 2.5), ("1,000", 100), ("0", 0)]


def test_a_hidden_value_is_not_drawn_as_zero():
    text = drawn(LabelledBars("People", [("Mill café", None), ("Garden house", 20)], "people", "words"))

    assert "<span>not shown</span>" in text and "<span>0</span>" not in text
    assert text.count("<rect ") == 1


def test_bars_and_heat_maps_without_any_value_are_drawn():
    assert "<rect " not in drawn(LabelledBars("People", [("Mill café", None), ("Garden house", 0)], "people", ""))
    assert 'fill-opacity="0"' in drawn(HeatMap("In", ["Mon"], ["08:00"], [[0]], "people", ""))
    assert "<rect " not in drawn(HeatMap("In", ["Mon"], [], [[]], "people", ""))


def test_a_heat_map_tells_little_from_none_and_none_from_unknown():
    heat = pictures.heat_map(HeatMap("In", ["Mon", "Tue"], ["08:00", "09:00"], [[0, 0.1], [None, 12.5]], "people", ""))

    assert [field.words for field in heat.fields] == [
        "Mon 08:00: 0 people",
        "Mon 09:00: 0.1 people",
        "Tue 08:00: not shown",
        "Tue 09:00: 12.5 people",
    ]
    none, little, unknown, most = (field.opacity for field in heat.fields)
    assert (none, unknown, most) == (0, None, 1)
    assert little >= pictures.FAINTEST
    assert heat.highest == "12.5"


@pytest.mark.parametrize(
    "picture",
    [
        BarsOverTime("<b>", [(FIRST, 1)], FIRST, FIRST),
        LabelledBars("<b>", [("<b>", 1)], "<b>", "<b>"),
        HeatMap("<b>", ["<b>"], ["<b>"], [[1]], "<b>", "<b>"),
    ],
    ids=["bars over time", "labelled bars", "heat map"],
)
def test_a_picture_loads_nothing_and_has_text_beside_it(picture):
    text = drawn(picture)

    assert "<b>" not in text and "&lt;b&gt;" in text
    assert not re.search(r"<script|<style| style=|https?:|<image|\son\w+=", text)  # what the page's policy refuses
    assert 'role="img" aria-label=' in text or "<dl" in text
