"""The pictures of reports: what they show, in shapes and in words, at both widths."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from sync.server.reports.picture_data import BarsOverTime, HeatMap, LabelledBars, beside
from sync.server.reports.pictures import MOST_BARS, draw

TODAY = date(2026, 11, 26)
SVG = "{http://www.w3.org/2000/svg}"


def marks(svg: str) -> list[str]:
    """What each mark says of itself."""
    return [
        element.get("aria-label", "")
        for element in ET.fromstring(svg).iter()
        if element.get("role") == "graphics-symbol" and element.get("aria-label")
    ]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_bars_over_time_have_a_bar_for_each_day_and_labels_that_have_room() -> None:
    first = date(2026, 11, 1)
    picture = BarsOverTime("People", [(first, 3), (first, 4), (date(2026, 11, 3), 1200)], first, date(2026, 11, 12))

    drawn = draw(picture, TODAY)

    assert drawn.title == "People by day"
    assert drawn.words == "People by day: 1,207 in all, the most from Tue 3 Nov on, 1,200"
    for svg in (drawn.wide, drawn.narrow):
        assert marks(svg)[:3] == ["Sun 1 Nov: 7", "Mon 2 Nov: 0", "Tue 3 Nov: 1,200"] and len(marks(svg)) == 12
        assert ET.fromstring(svg).get("aria-label") == drawn.words
    days = [text for text in texts(drawn.wide) if "Nov" in text]
    assert days == ["1 Nov", "3 Nov", "5 Nov", "7 Nov", "9 Nov", "11 Nov"]
    assert len([text for text in texts(drawn.narrow) if "Nov" in text]) == 3


@pytest.mark.parametrize("most", [0, 1, 2, 4, 5, 9, 1200])
def test_an_axis_has_no_number_twice(most: int) -> None:
    first = date(2026, 11, 1)

    drawn = draw(BarsOverTime("People", [(first, most)], first, date(2026, 11, 12)), TODAY)

    numbers = [text for text in texts(drawn.wide) if "Nov" not in text]
    assert len(numbers) == len(set(numbers)) > 1


@pytest.mark.parametrize("days", [1, MOST_BARS, MOST_BARS + 1, 3653])
def test_a_long_period_has_bars_of_several_days(days: int) -> None:
    first = TODAY - timedelta(days=days - 1)
    counts = [(first + timedelta(days=day), 1) for day in range(days)]

    drawn = draw(BarsOverTime("Visits", counts, first, TODAY), TODAY)

    assert len(marks(drawn.wide)) <= MOST_BARS
    assert sum(int(mark.rsplit(": ", 1)[1].replace(",", "")) for mark in marks(drawn.wide)) == days


def test_the_period_before_is_behind_the_bars_day_by_day() -> None:
    first, before = date(2026, 2, 1), date(2026, 1, 1)  # January has more days than February
    january = BarsOverTime("People", [(before, 9), (date(2026, 1, 31), 5)], before, date(2026, 1, 31))
    february = BarsOverTime("People", [(first, 4)], first, date(2026, 2, 28))

    drawn = draw(beside(february, january), TODAY)

    assert drawn.has_before and drawn.words.startswith("People by day: 4 in all")
    for svg in (drawn.wide, drawn.narrow):
        spoken = marks(svg)
        assert len(spoken) == 2 * 28 and spoken[0] == "Thu 1 Jan: 9" and spoken[28] == "Sun 1 Feb: 4"
        assert svg.index("var(--behind)") < svg.index("var(--ember)")
    assert not draw(february, TODAY).has_before


def test_labelled_bars_say_their_amounts_beside_them() -> None:
    drawn = draw(LabelledBars("Stays", [("under 1 h", 1200.0), ("longer", 0.0)], "visits", "Most are short."), TODAY)

    assert marks(drawn.wide) == ["under 1 h: 1,200 visits", "longer: 0 visits"]
    assert {"1,200", "0", "under 1 h", "longer"} <= set(texts(drawn.narrow))


def test_bars_of_shares_say_per_cent_beside_them() -> None:
    bars = [("Mill café", 74.4), ("Garden house", 100.0)]

    drawn = draw(LabelledBars("Seats", bars, "% of the seats", "Full.", is_share=True), TODAY)

    assert marks(drawn.wide) == ["Mill café: 74 % of the seats", "Garden house: 100 % of the seats"]
    for svg in (drawn.wide, drawn.narrow):
        assert {"74\u00a0%", "100\u00a0%"} <= set(texts(svg))


def test_no_label_of_a_range_or_a_venue_is_cut() -> None:
    labels = ["1 h 30 min to 2 h", "1 h 30 min to 3 h", "The old tram depot by the river"]

    drawn = draw(LabelledBars("Visits", [(label, 5.0) for label in labels], "visits", "All alike."), TODAY)

    for svg in (drawn.wide, drawn.narrow):
        assert set(labels) <= set(texts(svg))


def test_a_hidden_amount_is_not_said_to_be_zero() -> None:
    drawn = draw(LabelledBars("People", [("Mill café", None), ("Garden house", 20.0)], "people", "Few."), TODAY)

    assert marks(drawn.wide) == ["Mill café: not shown", "Garden house: 20 people"]
    assert "not shown" in texts(drawn.narrow) and "0" not in texts(drawn.narrow)


def test_bars_without_any_amount_are_drawn() -> None:
    drawn = draw(LabelledBars("Moods", [("Better", None), ("Worse", None)], "%", "Too few answers."), TODAY)

    assert marks(drawn.wide) == ["Better: not shown", "Worse: not shown"]


def test_a_heat_map_leaves_out_what_is_not_known() -> None:
    picture = HeatMap("Full", ["Mon", "Tue"], ["09:00", "10:00"], [[1.0, 2.5], [None, 0.0]], "people", "Mondays.")

    drawn = draw(picture, TODAY)

    assert marks(drawn.wide) == ["Mon 09:00: 1.0 people", "Mon 10:00: 2.5 people", "Tue 10:00: 0.0 people"]


def test_a_heat_map_has_a_legend_of_its_steps() -> None:
    largest = HeatMap("Full", ["Mon"], ["09:00", "10:00"], [[161.6, 2.5]], "people", "Mondays.")
    small = HeatMap("Full", ["Mon"], ["09:00", "10:00"], [[3.0, 0.0]], "people", "Mondays.")
    empty = HeatMap("Full", ["Mon"], ["09:00"], [[0.0]], "people", "Nobody.")

    assert texts(draw(largest, TODAY).narrow)[:3] == ["0", "81", "162 people"]
    assert texts(draw(small, TODAY).wide)[:3] == ["0.0", "1.5", "3.0 people"]
    assert texts(draw(empty, TODAY).wide) == ["09:00", "Mon"]


def test_a_heat_map_keeps_the_place_of_a_day_of_which_nothing_is_known() -> None:
    picture = HeatMap("Full", ["Sat", "Sun"], ["09:00", "10:00"], [[1.0, None], [None, None]], "people", "Saturdays.")

    assert {"Sat", "Sun", "09:00", "10:00"} <= set(texts(draw(picture, TODAY).wide))


def test_names_are_text_and_nothing_is_loaded() -> None:
    drawn = draw(LabelledBars("People", [('<script>alert("1")</script>', 3.0)], "people", '"><script>'), TODAY)

    assert "<script" not in drawn.wide and "<style" not in drawn.wide
    assert not re.search(r" (href|src|id)=", drawn.wide), "nor is anything named that another picture may name too"
    assert ET.fromstring(drawn.wide).get("aria-label") == '"><script>'
