"""Reads what the folded rows of a kiosk don't say: single facts with their times, and each number of a visit."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from sync.domain.events import read_entry, read_event
from sync.domain.fold import Fact, fold_slots
from sync.domain.session import Session
from sync.domain.stow_returns import SlotState
from sync.domain.visit import Visit
from sync.ledger import projections, tables
from sync.ledger.fact_limits import KnownFact
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.projector import with_time
from sync.ledger.store import Store
from sync.ledger.tables import LOCAL_VENUE

_session, _visit = tables.session.c, tables.visit.c


def read_facts(store: Store, subjects: Collection[UUID]) -> dict[UUID, list[Fact]]:
    """The facts of these subjects, in any order."""
    with store.reading() as connection:
        return _read_facts(connection, subjects)


def read_slots(store: Store, visits: Sequence[Visit]) -> dict[UUID, tuple[SlotState, ...]]:
    """Where the phones and pouches of these visits are."""
    sessions = {visit.session for visit in visits if visit.session}
    with store.reading() as connection:
        facts = _read_facts(connection, [visit.id for visit in visits])
        closings = hot_path(connection).closings(LOCAL_VENUE, sessions)
    return {visit: fold_slots(visit, of_visit, closings) for visit, of_visit in facts.items()}


def visits_of_session(store: Store, session: UUID) -> list[Visit]:
    """Every visit of a session, the earliest first."""
    query = select(tables.visit).where(_visit.session == session).order_by(_visit.checked_in, _visit.id)
    with store.reading() as connection:
        return [projections.read_visit(row) for row in connection.execute(query)]


def sessions_closed_by_estimate(store: Store, since: int) -> list[Session]:
    """Closed sessions that were opened after ``since`` (ms since 1970 UTC) and have a time that is an estimate."""
    query = select(tables.session).where(_session.opened > since, _session.closed.is_not(None), _session.estimated)
    with store.reading() as connection:
        rows = connection.execute(query.order_by(_session.closed, _session.id))
        return [projections.read_session(row) for row in rows]


def visits_with_lost_phones(store: Store, since: int) -> list[Visit]:
    """A kiosk's visits that checked in after ``since`` (ms since 1970 UTC) and of which a phone is lost."""
    is_lost = _visit.phones_lost > 0, _visit.voided.is_(False)
    query = select(tables.visit).where(_visit.venue == LOCAL_VENUE, _visit.checked_in > since, *is_lost)
    with store.reading() as connection:
        return [projections.read_visit(row) for row in connection.execute(query.order_by(_visit.checked_in, _visit.id))]


def _read_facts(connection: Connection, subjects: Collection[UUID]) -> dict[UUID, list[Fact]]:
    sql = hot_path(connection)
    entries = [read_entry(line) for line in sql.stored_lines(LOCAL_VENUE, subjects)]
    anchors = sql.anchors(LOCAL_VENUE, {entry.clock.boot for entry in entries if not entry.clock.sure})
    facts: Mapping[UUID, list[Fact]] = defaultdict(list)
    for entry in entries:
        facts[entry.subject].append(with_time(KnownFact(entry, read_event(entry)), anchors))
    return dict(facts)
