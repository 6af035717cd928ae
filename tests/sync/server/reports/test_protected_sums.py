"""What all documents that can be shared say together: no hidden count follows from any of them less the others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from uuid import UUID

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from sync.server.reports.funder_report import ProtectedFigures
from sync.server.reports.protected_months import month_number
from sync.server.reports.protected_sums import Cell, CountGroup, ProtectedMonth, ProtectedSums, new_groups
from sync.server.reports.shared_reports import protected_figures
from tests.support.soak import times

SMALLEST = 10
ENOUGH = 4  # counts that remain possible
JANUARY = 12 * 2026
VENUES = [UUID(int=number) for number in (1, 2, 3)]
NAMES = {UUID(int=number): f"Venue {number}" for number in range(1, 5)}
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # it would take hours
World = dict[Cell, int]
MakesMonth = Callable[[Cell, int], ProtectedMonth]


def world_of(*venues: tuple[int, ...]) -> World:
    """The counts of each venue by month."""
    by_venue = zip(VENUES, venues, strict=False)
    return {(venue, JANUARY + month): count for venue, counts in by_venue for month, count in enumerate(counts)}


@dataclass(frozen=True)
class SharedPeriod:
    """A link that somebody makes: a venue, or None for all of them, and the first and the last month."""

    venue: UUID | None
    first: int
    last: int

    def includes(self, cell: Cell) -> bool:
        return self.venue in (None, cell[0]) and self.first <= cell[1] <= self.last


@dataclass(frozen=True)
class Drawn:
    """Counts by venue and month, and the links in the order in which they are made."""

    world: World
    links: Sequence[SharedPeriod]


def of_people(cell: Cell, count: int) -> ProtectedMonth:
    """Everybody comes alone and with a phone; how long they stay does not follow from how many they are."""
    figures = dict.fromkeys(("visits", "people", "phones"), count)
    return ProtectedMonth(
        *cell, SMALLEST, {**figures, "phone_free_hours": 30, "sessions": 12, "kept": 0, "answers": 0}, {}
    )


def of_kept(cell: Cell, count: int) -> ProtectedMonth:
    """Many come, and some of them keep their phones and say how they feel."""
    figures = dict.fromkeys(("sessions", "visits", "people", "phones", "phone_free_hours"), 100)
    return ProtectedMonth(*cell, SMALLEST, {**figures, "kept": count, "answers": count}, {1: count})


def documents(
    world: World, links: Sequence[SharedPeriod], month: MakesMonth
) -> Iterator[tuple[ProtectedFigures, object]]:
    """What all links show, one made after the other."""
    stored = {cell: month(cell, count) for cell, count in world.items()}
    groups: list[CountGroup] = []
    for link in links:
        since_january = SharedPeriod(link.venue, JANUARY, link.last)
        groups += new_groups([stored[cell] for cell in stored if since_january.includes(cell)], groups, SMALLEST)
        months = {cell: stored[cell] for cell in stored if link.includes(cell)}
        figures = ProtectedSums(months, groups, SMALLEST)
        yield protected_figures(figures, NAMES), figures.moods(months)


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    venues, months = VENUES[: draw(st.integers(1, 3))], draw(st.integers(1, 3))
    counts = st.one_of(st.integers(0, 9), st.sampled_from([0, 9, 10, 48, 52]))
    world = {(venue, JANUARY + month): draw(counts) for venue in venues for month in range(months)}
    periods = st.lists(st.integers(JANUARY, JANUARY + months - 1), min_size=2, max_size=2).map(sorted)
    link = st.builds(lambda venue, period: SharedPeriod(venue, *period), st.sampled_from([None, *venues]), periods)
    return Drawn(world, draw(st.one_of(st.lists(link, min_size=1, max_size=4), st.just(every_period(world)))))


def every_period(world: World) -> list[SharedPeriod]:
    """All that pages show: any months that follow each other, of each venue and of all."""
    venues, months = [None, *sorted({venue for venue, _ in world})], sorted({month for _, month in world})
    return [
        SharedPeriod(venue, first, last) for venue in venues for first in months for last in months if first <= last
    ]


def other_worlds(world: World, cell: Cell, count: int, number: int) -> Iterator[World]:
    """Worlds in which this hidden count is another one, and so many more hidden counts may be."""
    hidden = [other for other, was in world.items() if was < SMALLEST and other != cell]
    for others in combinations(hidden, number):
        for counts in product(range(SMALLEST), repeat=number):
            yield {**world, cell: count, **dict(zip(others, counts, strict=True))}


def possible_counts(drawn: Drawn, cell: Cell, month: MakesMonth) -> int:
    """How many counts of a cell, up to ENOUGH, go with what all links show. Few changes are tried first."""
    shown = list(documents(drawn.world, drawn.links, month))

    def is_shown(world: World) -> bool:
        return all(one == other for one, other in zip(documents(world, drawn.links, month), shown, strict=True))

    possible = {drawn.world[cell]}
    for number in range(4):
        for count in sorted(range(SMALLEST), key=lambda other: abs(other - drawn.world[cell])):
            is_open = len(possible) < ENOUGH and count not in possible
            if is_open and any(map(is_shown, other_worlds(drawn.world, cell, count, number))):
                possible.add(count)
    return len(possible)


@pytest.mark.parametrize("month", [of_people, of_kept])
@settings(max_examples=times(25, soak=2000), phases=WITHOUT_SHRINKING)
@given(drawn=drawn())
@example(drawn=Drawn(world_of((8, 8, 9), (0, 10, 52)), [SharedPeriod(None, JANUARY, JANUARY + 2)]))
@example(drawn=Drawn(world_of((9, 10), (9, 0)), [SharedPeriod(None, JANUARY, JANUARY + 1)]))
@example(drawn=Drawn(world_of((9, 9, 0)), every_period(world_of((9, 9, 0)))))
@example(drawn=Drawn(world_of((4, 30, 7), (1, 1, 9)), every_period(world_of((4, 30, 7), (1, 1, 9)))))
def test_no_hidden_count_follows_from_all_documents_together(month: MakesMonth, drawn: Drawn) -> None:
    hidden = [cell for cell, count in drawn.world.items() if count < SMALLEST]

    assert [cell for cell in hidden if possible_counts(drawn, cell, month) < ENOUGH] == []


def figures_of(world: World, *links: SharedPeriod) -> list[ProtectedFigures]:
    return [figures for figures, _ in documents(world, links, of_people)]


def people(world: World, *links: SharedPeriod) -> list[float | None]:
    """The people of each document."""
    return [figures.whole.values["people"] for figures in figures_of(world, *links)]


YEAR = SharedPeriod(None, JANUARY, JANUARY + 11)


def test_months_do_not_give_away_the_one_that_is_hidden_in_the_year() -> None:
    world = {(VENUES[0], JANUARY + month): 52 for month in range(12)} | {(VENUES[0], JANUARY + 5): 9}
    months = [SharedPeriod(None, JANUARY + month, JANUARY + month) for month in range(12)]

    year, *shown = people(world, YEAR, *months)

    assert shown == [None if month == 5 else 50 for month in range(12)]
    assert year == 570, "of eleven months"


def test_a_year_counts_months_that_are_hidden_by_themselves() -> None:
    world = {(VENUES[0], JANUARY + month): 7 for month in range(12)}

    assert people(world, YEAR, SharedPeriod(None, JANUARY, JANUARY)) == [85, None]


def test_a_month_of_all_venues_leaves_out_those_that_are_hidden_by_themselves() -> None:
    world = {(venue, JANUARY): 6 for venue in VENUES} | {(UUID(int=4), JANUARY): 31}
    month = SharedPeriod(None, JANUARY, JANUARY)

    (figures, _), *_ = documents(world, [month], of_people)

    assert figures.whole.values["people"] == 30


def test_documents_are_the_same_in_whichever_order_they_are_made() -> None:
    world = {(VENUES[0], JANUARY + month): 6 for month in range(4)}
    half, middle, whole = (
        SharedPeriod(None, JANUARY + first, JANUARY + last) for first, last in ((0, 1), (1, 2), (0, 3))
    )

    assert people(world, half, middle, whole) == [10, None, 25]
    assert people(world, whole, middle, half) == [25, None, 10]
    assert people(world, middle, half, whole) == [None, 10, 25]


def test_counts_of_two_years_are_never_counted_together() -> None:
    world = {(VENUES[0], JANUARY - 1): 6, (VENUES[0], JANUARY): 6}

    assert new_groups([of_people(cell, count) for cell, count in world.items()], [], SMALLEST) == []


def test_another_threshold_makes_no_group_with_what_was_stored_before() -> None:
    months = [
        ProtectedMonth(VENUES[0], JANUARY + number, 5, of_people((VENUES[0], 0), 7).figures, {}) for number in (0, 1, 2)
    ]

    assert new_groups(months, [], 5) == []
    assert new_groups(months, [], SMALLEST) == []


def test_months_are_numbered_without_gaps() -> None:
    assert month_number(date(2026, 1, 31)) == JANUARY and month_number(date(2025, 12, 1)) == JANUARY - 1
