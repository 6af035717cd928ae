"""What is shown of figures that could point at a person, and that what is hidden can't be had by subtraction."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import AnyReport, ReportFilters
from sync.server.reports.disclosure import (
    NotOffered,
    check_filters,
    counted_together,
    offered_filters,
    shown_count,
)
from sync.server.reports.feelings import FEELINGS, FeelingsRow
from sync.server.reports.people import PEOPLE, PeopleRow
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.returns import RETURNS

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("count", "shown"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1002, 1000)]
)
def test_a_small_count_is_hidden_and_others_are_rounded(count: int, shown: int | None) -> None:
    assert shown_count(count, smallest=10) == shown


@given(counts=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1), smallest=st.integers(1, 15))
def test_the_row_of_all_less_the_shown_venues_is_no_hidden_venue(counts: dict[str, int], smallest: int) -> None:
    together = counted_together(counts, smallest)
    hidden = {venue for venue, count in counts.items() if shown_count(count, smallest) is None}

    rest = sum(counts[venue] for venue in together) - sum(counts[venue] for venue in counts if venue not in hidden)

    assert rest == 0 or rest >= smallest
    assert len(hidden & set(together)) != 1


def shown_figures(counts: tuple[int, ...]) -> tuple[int | None, ...]:
    """What is shown of the venues' counts, and of them together."""
    together = sum(counts[venue] for venue in counted_together(dict(enumerate(counts)), 10))
    return (*(shown_count(count, 10) for count in counts), shown_count(together, 10))


def possible_counts(shown: int | None) -> range:
    """The counts of which this is shown."""
    return range(10) if shown is None else range(max(10, shown - 2), shown + 3)


@pytest.mark.parametrize("counts", [(9, 9), (1, 8), (5, 5), (9, 9, 9), (9, 9, 12), (0, 0, 9), (10, 1, 1), (4, 6, 17)])
def test_no_hidden_count_follows_from_all_that_is_shown(counts: tuple[int, ...]) -> None:
    shown = shown_figures(counts)
    worlds = [world for world in product(*map(possible_counts, shown[:-1])) if shown_figures(world) == shown]

    assert counts in worlds
    for venue, count in enumerate(shown[:-1]):
        if count is None:
            assert len({world[venue] for world in worlds}) > 3, (venue, worlds)


@pytest.mark.parametrize(
    ("first", "last", "offered"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 10, 5), date(2026, 10, 6), (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 9, 30), date(2026, 10, 1), (date(2026, 9, 1), date(2026, 10, 31))),
        (date(2026, 11, 1), TODAY, (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 10, 28), date(2027, 3, 3), (date(2026, 10, 1), date(2026, 10, 31))),
    ],
)
def test_feelings_come_for_whole_months_that_are_over(first: date, last: date, offered: tuple[date, date]) -> None:
    assert nearest_filters(FEELINGS, first, last, "whole months that are over") == ReportFilters(*offered)


@pytest.mark.parametrize(
    ("first", "last", "offered"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 9, 1), date(2026, 10, 31), (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 1, 1), TODAY, (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2025, 1, 1), date(2025, 12, 31), (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2024, 11, 1), date(2026, 1, 31), (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2025, 1, 2), date(2025, 12, 31), (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2025, 2, 1), date(2025, 12, 31), (date(2025, 12, 1), date(2025, 12, 31))),
    ],
)
@pytest.mark.parametrize("report", [PEOPLE, RETURNS])
def test_figures_of_passes_come_for_a_month_or_a_year_that_is_over(
    report: AnyReport, first: date, last: date, offered: tuple[date, date]
) -> None:
    assert nearest_filters(report, first, last, "a month or a calendar year") == ReportFilters(*offered)


def nearest_filters(report: AnyReport, first: date, last: date, refusal: str) -> ReportFilters:
    """What is offered for a period and a kind of sessions, which is refused itself."""
    filters = ReportFilters(first, last, kind="event")
    nearest = offered_filters(report, filters, TODAY)
    assert offered_filters(report, nearest, TODAY) == nearest
    check_filters(report, nearest, TODAY)
    with pytest.raises(NotOffered, match=refusal):
        check_filters(report, filters, TODAY)
    return nearest


def test_other_reports_come_for_any_period() -> None:
    filters = ReportFilters(date(2026, 11, 5), TODAY, kind="event")

    assert offered_filters(ATTENDANCE, filters, TODAY) == filters
    check_filters(ATTENDANCE, filters, TODAY)


def test_what_is_hidden_is_no_zero_in_a_picture() -> None:
    filters = ReportFilters(date(2026, 10, 1), date(2026, 10, 31))
    people = [PeopleRow("Mill café", None, None, None, None), PeopleRow("Garden house", 20, 30, 10, 25.0)]
    feelings = [FeelingsRow("Mill café", *(None,) * 8)]

    assert PEOPLE.picture and FEELINGS.picture
    different, moods = PEOPLE.picture(people, filters), FEELINGS.picture(feelings, filters)

    assert isinstance(different, LabelledBars) and isinstance(moods, LabelledBars)
    assert different.bars == [("Mill café", None), ("Garden house", 20.0)]
    assert [amount for _, amount in moods.bars] == [None, None, None]
    assert (different.is_share, moods.is_share) == (False, True)
