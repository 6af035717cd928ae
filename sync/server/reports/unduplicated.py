"""Counts unduplicated people: how many different people came, as far as they have a pass.

A pass is counted once for a day, a venue or a period, so the counts of days or venues can't be added: each is counted
anew from the visits, by a partial index that has those with a pass alone. Who comes along with the holder of a pass, or
without one, is not in these figures; the visits without a pass are counted beside them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from sync.ledger import tables as ledger_tables
from sync.ledger.counted import counted_visit
from sync.server.kiosks.missing import FIRST_KNOWN
from sync.server.kiosks.repository import Venue
from sync.server.reports import rollups
from sync.server.web.venue_time import midnight

_visit, _pass = ledger_tables.visit.c, ledger_tables.pass_state.c


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


def count(connection: Connection, venues: Collection[Venue], first: date, last: date) -> UnduplicatedPeople:
    """How many different people came to any of these venues in a period; each venue's days are its own."""
    if not venues:
        return UnduplicatedPeople(0, 0, 0)
    query = select(func.count(_visit.pass_.distinct()), func.count()).where(_in_period(venues, first, last))
    people, with_pass = connection.execute(query.where(_visit.pass_.is_not(None), counted_visit())).one()
    visits = sum(figures.visits for figures in rollups.read_days(connection, venues, first, last))
    return UnduplicatedPeople(people, with_pass, visits - with_pass)


def forgotten(connection: Connection) -> ForgottenPasses:
    """The passes that were forgotten, whenever that was. In which periods they were used nobody can know any more."""
    query = select(func.count(_pass.id.distinct()), func.max(_pass.forgotten_at)).where(_pass.forgotten.is_(True))
    number, last_at = connection.execute(query).one()
    return ForgottenPasses(number, last_at)


def _in_period(venues: Iterable[Venue], first: date, last: date) -> ColumnElement[bool]:
    """The check-ins of these venues in a period; venues of one time zone share its span."""
    ids_by_span: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    for venue in venues:
        zone = venue.clock_zone
        span = max(FIRST_KNOWN, midnight(first, zone)), midnight(last + timedelta(days=1), zone)
        ids_by_span[span].append(venue.id)
    return or_(
        *(
            and_(_visit.venue.in_(ids), _visit.checked_in >= start, _visit.checked_in < end)
            for (start, end), ids in ids_by_span.items()
        )
    )
