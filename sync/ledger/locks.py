"""What a push locks on PostgreSQL, so that pushes side by side give the rows that they would give one after another.

Two pushes of one journal wait for each other (:func:`hold_journal`). A row follows from all entries of its subject, the
closing of its session and the anchor of its boot, so whoever folds holds all of these first (:func:`hold`), and reads
after that what others have committed before. Locks rather than SERIALIZABLE, because a push is then never tried again
in vain: at an evening's end, when all kiosks write to the same tables, most would be.

Always in the order journal, boots, sessions, subjects, stream, so that no two wait for each other. Subjects share a
fixed number of locks, because PostgreSQL has room for some thousands in all (max_locks_per_transaction). They end with
the transaction. SQLite has one writer at a time and needs none of them.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Boolean, Connection, Integer, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from sync.domain.events import ClockAnchored
from sync.ledger import tables
from sync.ledger.rows import SESSIONS, Known

JOURNAL, BOOT, SESSION, SUBJECT, STREAM = range(1, 6)  # 0 is the gate in engine.py
STRIPES = 64  # of boots, sessions, subjects each
WHOLE = 2**31 - 1  # journals and streams: one a transaction, so nearly each has its own

TAKE = text(
    "SELECT CASE WHEN alone THEN pg_advisory_xact_lock(family, number)"
    " ELSE pg_advisory_xact_lock_shared(family, number) END"
    " FROM unnest(:families, :numbers, :alone) AS wanted(family, number, alone)"
).bindparams(
    bindparam("families", type_=ARRAY(Integer)),
    bindparam("numbers", type_=ARRAY(Integer)),
    bindparam("alone", type_=ARRAY(Boolean)),
)
Wanted = dict[tuple[int, int], bool]  # (family, number) -> alone, or shared with others who only read


def hold_journal(connection: Connection, journal: UUID) -> None:
    """Let nobody else append to this journal, or begin it, until the transaction ends."""
    _take(connection, {(JOURNAL, journal.int % WHOLE): True})


def hold_stream(connection: Connection, stream: UUID) -> None:
    """Let nobody else begin this feed until the transaction ends."""
    _take(connection, {(STREAM, stream.int % WHOLE): True})


def hold(connection: Connection, fresh: Sequence[Known]) -> None:
    """Let nobody else fold what these entries change, nor change what their folding reads."""
    if connection.dialect.name != "postgresql" or not fresh:
        return
    anchored = {one.event.boot for one in fresh if isinstance(one.event, ClockAnchored)}
    wanted = _wanted(BOOT, anchored, {one.entry.clock.boot for one in fresh if not one.entry.clock.sure})
    moved: set[UUID] = set()
    if anchored:
        _take(connection, wanted)
        moved, wanted = _subjects_of(connection, anchored), {}
    sessions = moved | {one.entry.subject for one in fresh if one.entry.kind.partition(".")[0] in SESSIONS}
    spoken = {session for one in fresh if isinstance(session := getattr(one.event, "session", None), UUID)}
    wanted |= _wanted(SESSION, sessions, spoken)
    inside: set[UUID] = set()
    if sessions:
        _take(connection, wanted)
        inside, wanted = _visits_of(connection, sessions), {}
    _take(connection, wanted | _wanted(SUBJECT, moved | inside | {one.entry.subject for one in fresh}, ()))


def _wanted(family: int, alone: Iterable[UUID], shared: Iterable[UUID]) -> Wanted:
    """The locks of these ids; where one is wanted both ways, alone."""
    found: Wanted = {(family, one.int % STRIPES): False for one in shared}
    return found | {(family, one.int % STRIPES): True for one in alone}


def _take(connection: Connection, wanted: Wanted) -> None:
    if connection.dialect.name != "postgresql" or not wanted:
        return
    ordered = sorted(wanted)
    families, numbers = [family for family, _ in ordered], [number for _, number in ordered]
    connection.execute(TAKE, {"families": families, "numbers": numbers, "alone": [wanted[place] for place in ordered]})


def _subjects_of(connection: Connection, boots: set[UUID]) -> set[UUID]:
    entry = tables.entry.c
    found = select(entry.subject).where(entry.boot.in_(boots), entry.subject.is_not(None)).distinct()
    return set(connection.execute(found).scalars())


def _visits_of(connection: Connection, sessions: set[UUID]) -> set[UUID]:
    """Those whose rows may follow from these sessions' closings."""
    visit = tables.visit.c
    array = func.unnest(bindparam("sessions", sorted(sessions), type_=ARRAY(tables.visit.c.session.type)))
    return set(connection.execute(select(visit.id).where(visit.session.in_(select(array)))).scalars())
