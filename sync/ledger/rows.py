"""The folded rows: written again from their subjects' entries, and read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from sync.domain.clock import better, moment
from sync.domain.events import ClockAnchored, Entry, read_entry, read_event
from sync.domain.fold import Fact, fold_session, fold_visit
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import tables

T = TypeVar("T")
CHUNK = 400  # subjects asked for at once, well below SQLite's limit on variables
SESSIONS = ("session",)
VISITS = ("visit", "phone", "pulse", "stow")  # the kinds whose subject is a visit


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most ``size``."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def refold(connection: Connection, subjects: Iterable[UUID]) -> None:
    """Fold these subjects again, from all the entries that this ledger holds of them."""
    for chunk in chunks(sorted(subjects)):
        sessions, visits = _facts(connection, chunk)
        _write(connection, tables.session, [fold_session(subject, facts) for subject, facts in sessions.items()])
        _write(connection, tables.visit, [fold_visit(subject, facts) for subject, facts in visits.items()])


def _facts(connection: Connection, subjects: list[UUID]) -> tuple[dict[UUID, list[Fact]], dict[UUID, list[Fact]]]:
    entry = tables.entry
    lines = connection.execute(
        select(entry.c.line).where(entry.c.subject.in_(subjects), entry.c.quarantined.is_(None))
    ).scalars()
    entries = [read_entry(line) for line in lines]
    anchors = _anchors(connection, {entry.clock.boot for entry in entries})
    sessions: dict[UUID, list[Fact]] = defaultdict(list)
    visits: dict[UUID, list[Fact]] = defaultdict(list)
    for one in entries:
        family = one.kind.partition(".")[0]
        if family in SESSIONS:
            sessions[one.subject].append(_fact(one, anchors))
        elif family in VISITS:
            visits[one.subject].append(_fact(one, anchors))
    return sessions, visits


def _fact(entry: Entry, anchors: dict[UUID, ClockAnchored]) -> Fact:
    when = moment(entry.at, entry.clock, anchors)
    return Fact(entry.id, entry.tick, entry.journal, when, read_event(entry))


def _write(connection: Connection, table: Table, states: list[Session] | list[Visit]) -> None:
    if not states:
        return
    connection.execute(delete(table).where(table.c.id.in_([state.id for state in states])))
    connection.execute(insert(table), [_columns(state) for state in states])


def _columns(state: Session | Visit) -> dict[str, object]:
    columns: dict[str, object] = msgspec.structs.asdict(state)
    return {name: msgspec.to_builtins(value) if isinstance(value, tuple) else value for name, value in columns.items()}


def read_visit(row: Row[Any]) -> Visit:
    """A row of the visit table."""
    return msgspec.convert(_named(row, tables.visit), Visit)


def read_session(row: Row[Any]) -> Session:
    """A row of the session table."""
    return msgspec.convert(_named(row, tables.session), Session)


def _named(row: Row[Any], table: Table) -> dict[str, object]:
    return dict(zip(map(str, table.c.keys()), row, strict=True))


def _anchors(connection: Connection, boots: set[UUID]) -> dict[UUID, ClockAnchored]:
    found = connection.execute(select(tables.anchor).where(tables.anchor.c.boot.in_(boots)))
    return {row.boot: ClockAnchored(row.boot, row.offset, row.source, row.error) for row in found}


def set_anchor(connection: Connection, anchor: ClockAnchored) -> set[UUID]:
    """Keep the better anchor of its boot; returns the subjects whose times it may move."""
    known = _anchors(connection, {anchor.boot}).get(anchor.boot)
    if known is None:
        connection.execute(insert(tables.anchor).values(msgspec.structs.asdict(anchor)))
    elif better(known, anchor) == anchor:
        table = tables.anchor
        connection.execute(update(table).where(table.c.boot == anchor.boot).values(msgspec.structs.asdict(anchor)))
    subjects = select(tables.entry.c.subject).where(
        tables.entry.c.boot == anchor.boot, tables.entry.c.subject.is_not(None)
    )
    return set(connection.execute(subjects.distinct()).scalars())
