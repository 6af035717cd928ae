"""Counts of people with a pass: a hidden one follows neither from other venues nor from a year and its months."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import product
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.events import VisitCheckedIn
from sync.server.reports.base import ReportFilters
from sync.server.reports.pass_protection import (
    PassCounts,
    PassRules,
    Shown,
    beside_months,
    beside_venues,
    shown_counts,
)
from sync.server.reports.people import PEOPLE, PeopleRow
from sync.server.reports.returns import RETURNS

SMALLEST = 10
ENOUGH = 4  # counts that remain possible
RULES = PassRules(lambda reader, venues: {}, ("with_pass",))
OF_RETURNS = PassRules(lambda reader, venues: {}, ("first_visits",), ("first_visits", "returning"))
World = tuple[int, ...]  # the people of each month, and of all months together


def counts_of(counts: Mapping[str, int], rules: PassRules = RULES) -> PassCounts:
    return PassCounts(counts, shown_counts(counts, SMALLEST, rules))


def shown_people(world: World) -> tuple[int | None, ...]:
    *months, year = world
    of_months = [counts_of({"people": count}) for count in months]
    whole = {"people": year}
    shown = beside_months(shown_counts(whole, SMALLEST, RULES), whole, of_months, SMALLEST, RULES)
    return (*(month.shown["people"] for month in of_months), shown["people"])


def possible(shown: int | None) -> range:
    """The counts of which this may be shown; a hidden year's may be any."""
    return range(SMALLEST) if shown is None else range(max(SMALLEST, shown - 2), shown + 3)


def worlds_like(world: World) -> Iterator[World]:
    """All that readers have to take for possible: the same is shown, and the year is of people of its months."""
    *months, year = shown_people(world)
    for counts in product(*map(possible, months)):
        years = range(max(counts), sum(counts) + 1)
        for whole in years if year is None else sorted(set(years) & set(possible(year))):
            if shown_people((*counts, whole)) == (*months, year):
                yield (*counts, whole)


@st.composite
def years(draw: st.DrawFn) -> World:
    months = draw(st.lists(st.one_of(st.integers(0, 9), st.integers(10, 25)), min_size=2, max_size=3))
    return (*months, draw(st.integers(max(months), sum(months))))


@given(world=years())
def test_no_hidden_month_follows_from_the_year(world: World) -> None:
    like = list(worlds_like(world))

    assert world in like
    for month, count in enumerate(world[:-1]):
        if count < SMALLEST:
            assert len({other[month] for other in like}) >= ENOUGH


@pytest.mark.parametrize(
    ("world", "shown"),
    [
        ((9, 12, 12, 33), None),  # all different people: 33 less 24 are nine
        ((9, 12, 12, 28), 30),
        ((9, 12, 12, 12), 10),
        ((10, 12, 12, 34), 35),
        ((9, 9, 18), None),
        ((6, 6, 12), 10),
        ((0, 40, 40), 40),
    ],
)
def test_a_year_is_hidden_where_its_months_would_follow(world: World, shown: int | None) -> None:
    assert shown_people(world)[-1] == shown


@given(counts=st.lists(st.integers(0, 40), min_size=2, max_size=5))
def test_all_together_gives_no_venue_s_hidden_count(counts: list[int]) -> None:
    venues = [counts_of({"people": 50 + count, "first_visits": count, "returning": 50}, OF_RETURNS) for count in counts]
    whole = {"people": sum(counts) + 50 * len(counts), "first_visits": sum(counts), "returning": 50 * len(counts)}

    together = beside_venues(shown_counts(whole, SMALLEST, OF_RETURNS), venues, SMALLEST)

    hidden = [count for count in counts if count < SMALLEST]
    if len(hidden) == 1 or 0 < sum(hidden) < SMALLEST:
        assert together["first_visits"] is None
    for venue in venues:
        assert (venue.shown["first_visits"] is None) == (venue.shown["returning"] is None)
        assert all(count is None or count % 5 == 0 for count in venue.shown.values())


def test_visits_of_a_year_are_hidden_with_those_of_a_single_month() -> None:
    assert year_of([3, 40, 40])["with_pass"] is None
    assert year_of([3, 9, 40])["with_pass"] == 50
    assert year_of([40, 40, 40])["with_pass"] == 120


def year_of(with_pass: Sequence[int]) -> Shown:
    """A year in which the same 20 people came in each month."""
    months = [counts_of({"people": 20, "with_pass": count}) for count in with_pass]
    whole = {"people": 20, "with_pass": sum(with_pass)}
    return beside_months(shown_counts(whole, SMALLEST, RULES), whole, months, SMALLEST, RULES)


def come(kiosk, day: str, *numbers: int) -> None:
    """The passes with these numbers come at noon."""
    at = int(datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=ZoneInfo("UTC")).timestamp() * 1000)
    for number in numbers:
        kiosk.write(uuid4(), VisitCheckedIn(uuid4(), 2, 1, pass_=f"{number:032}"), at)


YEAR = ReportFilters(date(2025, 1, 1), date(2025, 12, 31))


def test_a_year_of_an_organisation_and_its_months(central, kiosk):
    library = central.kiosk("Library East")
    come(kiosk, "2025-03-01", *range(12))
    come(kiosk, "2025-04-01", *range(4, 16))
    come(kiosk, "2025-05-01", *range(10, 16))
    come(library, "2025-03-01", *range(30, 42))
    come(library, "2025-04-01", *range(42, 51))
    for sender in (kiosk, library):
        sender.push()

    def people(first: date, last: date) -> dict[str, int | None]:
        rows: Sequence[PeopleRow] = PEOPLE.rows(central.store, central.inventory, YEAR.moved(first, last))
        return {row.venue: row.people for row in rows}

    assert people(date(2025, 3, 1), date(2025, 3, 31)) == {"Library East": 10, "Mill café": 10, "Together": 25}
    assert people(date(2025, 4, 1), date(2025, 4, 30)) == {"Library East": None, "Mill café": 10, "Together": 10}
    assert people(YEAR.first, YEAR.last) == {"Library East": None, "Mill café": 15, "Together": 15}, (
        "21 less the 12 of March are the nine of April"
    )
    returns = {row.venue: row.people for row in RETURNS.rows(central.store, central.inventory, YEAR)}
    assert returns == people(YEAR.first, YEAR.last)
