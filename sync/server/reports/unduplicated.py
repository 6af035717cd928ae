"""Counts unduplicated people: how many different people came, as far as they have a pass.

A pass is counted once for a venue or a period, so the counts of days or venues can't be added: pass_days.py says how
they are counted. Who comes along with the holder of a pass, or without one, is not in these figures; the visits without
a pass are counted beside them.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection, func, select

from sync.ledger import tables as ledger_tables
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Venue
from sync.server.reports import pass_figures, rollups
from sync.server.reports.day_counts import CountQuery, Measure
from sync.server.reports.disclosure import month_end
from sync.server.reports.pass_days import Correction
from sync.server.reports.pass_figures import PassFigures, PassPeriod

WITH_PASS: tuple[Measure, ...] = ("with_pass",)

_pass = ledger_tables.pass_state.c


@dataclass(frozen=True)
class UnduplicatedPeople:
    """Of venues and a period together. ``people``: different passes; the others are visits."""

    people: int
    with_pass: int
    without_pass: int


@dataclass(frozen=True)
class ForgottenPasses:
    """How many passes were forgotten so far, and when the last one was (ms since 1970 UTC; None: none was).

    What their visits had in common is gone, so the figures of earlier periods are lower than they were before.
    """

    count: int
    last_at: int | None


class PassReader:
    """Counts people with a pass in a period, within one transaction, as the visits give them now.

    ``all_venues``: of the organisation, as whether people had come before depends on each.
    """

    def __init__(
        self,
        connection: Connection,
        all_venues: Collection[Venue],
        first: date,
        last: date,
        correction: Correction | None = None,
    ) -> None:
        self._connection = connection
        self._first, self._last = first, last
        self._all = all_venues
        self._correction = correction or rollups.read_pass_correction(connection, all_venues, last)
        self._people: dict[frozenset[UUID], PassFigures] = {}

    def months(self) -> "list[PassReader]":
        """A reader of each month of a period that has several whole ones; none of another period."""
        begins = [self._first]
        while (begin := month_end(begins[-1]) + timedelta(days=1)) <= self._last:
            begins.append(begin)
        if self._first.day != 1 or self._last != month_end(self._last) or len(begins) == 1:
            return []
        return [PassReader(self._connection, self._all, begin, month_end(begin), self._correction) for begin in begins]

    def visits(self, venue: Venue) -> int:
        """All visits of a venue, also those without a pass."""
        return self._visits[venue.id]

    def people(self, venues: Collection[Venue]) -> PassFigures:
        """Those who came to any of these venues, each once; each venue's days are its own."""
        chosen = frozenset(venue.id for venue in venues)
        if chosen not in self._people:
            self._people[chosen] = self._count(chosen)
        return self._people[chosen]

    def _count(self, chosen: frozenset[UUID]) -> PassFigures:
        if not chosen:
            return PassFigures()
        period = PassPeriod(self._first.toordinal(), self._last.toordinal())
        others = {venue.id for venue in self._all} - chosen
        return pass_figures.count_people(self._connection, chosen, others, period, self._correction)

    def with_visits(self, venues: Collection[Venue]) -> UnduplicatedPeople:
        """How many different people that were, beside all visits."""
        visits = sum(self._visits[venue.id] for venue in venues)
        with_pass = sum(self._with_pass[venue.id] for venue in venues)
        return UnduplicatedPeople(self.people(venues).people, with_pass, visits - with_pass)

    @cached_property
    def _visits(self) -> dict[UUID, int]:
        sums = rollups.read_sums_by_venue(self._connection, self._all, self._first, self._last)
        return {venue: of_venue["visits"] for venue, of_venue in sums.items()}

    @cached_property
    def _with_pass(self) -> Counter[UUID]:
        ids = [venue.id for venue in self._all]
        query = CountQuery(WITH_PASS, ids, self._first, self._last, is_by_day=False)
        counts = rollups.read_counts_by_venue(self._connection, self._all, query)
        return Counter({venue: of_venue.total() for venue, of_venue in counts.items()})


def count(connection: Connection, venues: Collection[Venue], first: date, last: date) -> UnduplicatedPeople:
    """How many different people came to any of these venues in a period."""
    return PassReader(connection, kiosk_repository.all_venues(connection), first, last).with_visits(venues)


def forgotten(connection: Connection) -> ForgottenPasses:
    """The passes that were forgotten, whenever that was. In which periods they were used nobody can know any more."""
    query = select(func.count(_pass.id.distinct()), func.max(_pass.forgotten_at)).where(_pass.forgotten.is_(True))
    number, last_at = connection.execute(query).one()
    return ForgottenPasses(number, last_at)
