"""Rows in days, weeks or months, and periods that are one tap away."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.server.reports.attendance import ATTENDANCE, AttendanceRow
from sync.server.reports.base import ReportFilters
from sync.server.reports.grouping import GROUPINGS, STARTS, fitting, group_rows, read_grouping
from sync.server.reports.periods import named_periods, period_before

TODAY = date(2026, 11, 26)  # a Thursday


def row(day: date, people: int) -> AttendanceRow:
    return AttendanceRow(day, "Mill café", 1, 1, people, people, 0, 1.25, 0, None)


def test_a_period_is_shown_so_that_its_table_is_short() -> None:
    spans = {days: fitting(TODAY - timedelta(days=days - 1), TODAY) for days in (1, 14, 15, 182, 183, 3650)}

    assert spans == {1: "day", 14: "day", 15: "week", 182: "week", 183: "month", 3650: "month"}
    assert read_grouping("day", date(2020, 1, 1), TODAY) == "day"
    assert read_grouping("decade", TODAY, TODAY) == "day"


def whole(*days: date) -> ReportFilters:
    """A period that begins and ends with months and weeks that these days are in."""
    return ReportFilters(min(days).replace(month=1, day=1) - timedelta(days=7), max(days) + timedelta(days=31))


@given(
    days=st.lists(st.dates(date(2019, 12, 1), date(2027, 2, 1)), min_size=1, max_size=60),
    grouping=st.sampled_from(GROUPINGS),
)
def test_groups_add_up_to_their_rows_whatever_the_grouping(days: list[date], grouping) -> None:
    rows = [row(day, 1 + place) for place, day in enumerate(days)]

    groups = group_rows(ATTENDANCE, rows, grouping, whole(*days), TODAY)

    assert sum(group.values["people"] for group in groups) == sum(row.people for row in rows)
    assert [group.first for group in groups] == sorted({STARTS[grouping](day) for day in days}, reverse=True)


def test_groups_are_named_as_people_say() -> None:
    rows = [row(date(2026, 1, 1), 2), row(date(2026, 11, 24), 3)]
    filters = whole(rows[0].day, rows[1].day)
    words = {
        grouping: [group.words for group in group_rows(ATTENDANCE, rows, grouping, filters, TODAY)]
        for grouping in GROUPINGS
    }

    assert words == {
        "day": ["Tue 24 Nov", "Thu 1 Jan"],
        "week": ["23 – 29 November 2026", "29 Dec 2025 – 4 Jan 2026"],
        "month": ["November 2026", "January 2026"],
    }


def test_a_group_at_the_edge_of_the_period_is_named_by_its_days_in_it() -> None:
    filters = ReportFilters(date(2026, 10, 3), date(2026, 11, 9))
    rows = [row(date(2026, 10, 3), 1), row(date(2026, 11, 9), 1), row(date(2026, 11, 2), 1)]

    weeks = [group.words for group in group_rows(ATTENDANCE, rows, "week", filters, TODAY)]
    months = [group.words for group in group_rows(ATTENDANCE, rows, "month", filters, TODAY)]

    assert weeks == ["Mon 9 Nov", "2 – 8 November 2026", "3 – 4 October 2026"]
    assert months == ["1 – 9 November 2026", "3 – 31 October 2026"]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_calendars_ends_have_groups_too(day: date) -> None:
    for grouping in GROUPINGS:
        [group] = group_rows(ATTENDANCE, [row(day, 1)], grouping, ReportFilters(day, day), TODAY)
        assert group.words


def test_named_periods() -> None:
    assert [(period.name, str(period.first), str(period.last)) for period in named_periods(TODAY)] == [
        ("Last week", "2026-11-16", "2026-11-22"),
        ("This week", "2026-11-23", "2026-11-26"),
        ("Last month", "2026-10-01", "2026-10-31"),
        ("Last 30 days", "2026-10-28", "2026-11-26"),
        ("This year", "2026-01-01", "2026-11-26"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-11-16", "2026-11-22", ("2026-11-09", "2026-11-15")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-01-31", ("2025-12-01", "2025-12-31")),
        ("2026-09-01", "2026-10-31", ("2026-07-01", "2026-08-31")),
        ("2025-01-01", "2025-12-31", ("2024-01-01", "2024-12-31")),
        ("2026-11-26", "2026-11-26", ("2026-11-25", "2026-11-25")),
        ("0001-01-01", "2026-11-26", None),
        ("0001-01-05", "2026-11-26", None),
        ("0001-01-01", "0001-02-28", None),
    ],
)
def test_the_period_before(first: str, last: str, expected: tuple[str, str] | None) -> None:
    before = period_before(date.fromisoformat(first), date.fromisoformat(last))

    assert (before and tuple(map(str, before))) == expected
