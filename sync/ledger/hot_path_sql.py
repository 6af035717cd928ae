"""Hand-written SQL for the statements of every tap and every push; it bypasses SQLAlchemy Core, which costs too much.

Measured on SQLite, Core against the driver, median in µs: the current journal 21 to 3, the stored lines of a visit 121
to 6, one entry appended 33 to 8, one visit upserted 34 to 12, open sessions with 20 visits 317 to 60. A whole check-in
takes about a millisecond.

Eight statements, in the dialect of each database; everything else uses SQLAlchemy. They run in the transaction of its
connection, and :class:`sync.ledger.store.Store` translates their errors as well.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from sync.domain.evacuation import Evacuation
from sync.domain.events import ClockAnchored
from sync.domain.host import SealedHost
from sync.domain.pass_state import PassState
from sync.domain.series import Series
from sync.domain.session import Closing, Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit
from sync.ledger import tables
from sync.ledger.tables import LOCAL_VENUE

State = TypeVar("State", bound=Session | Series | Visit | Configuration | SealedHost | Evacuation | PassState)
TABLES: dict[type, str] = {
    Session: "session",
    Series: "series",
    Visit: "visit",
    Configuration: "configuration",
    SealedHost: "host",
    Evacuation: "evacuation",
    PassState: "pass",
}
LISTS = ("rhythm", "numbers", "lost", "held", "stow_ways", "seals")
CACHED = 1000  # rows that are not converted again while they are unchanged
OPEN = "FROM session WHERE closed IS NULL AND opened IS NOT NULL ORDER BY opened, id"
CURRENT = """SELECT journal.id, journal.last_seq, latest.tick
    FROM (SELECT max(tick) AS tick FROM entry) AS latest LEFT JOIN journal ON journal.current"""
# The condition of the partial index word for word: SQLite does not use the index for "WHERE outstanding".
OUTSTANDING = "FROM visit WHERE outstanding IS {true} ORDER BY venue, checked_in, id"
ENTRY = tuple(column.name for column in tables.entry.columns)
ENTRY_TYPES = (
    *("uuid", "int8", "uuid", "int8", "varchar", "uuid", "uuid", "bool", "text", "text", "uuid"),
    *("int8", "int8", "uuid"),  # position, mark and pass_id
)


class HotPathSql(Protocol):
    """The statements, on either database."""

    def current_journal(self) -> tuple[UUID | None, int | None, int | None]:
        """The current journal, its last seq, and the latest tick of all entries; None where there is none."""

    def set_last_seq(self, journal: UUID, last: int) -> None:
        """Record how far a journal goes."""

    def anchors(self, venue: UUID, boots: Collection[UUID]) -> dict[UUID, ClockAnchored]:
        """A venue's clock anchors of these boots."""

    def stored_lines(self, venue: UUID, subjects: Collection[UUID]) -> list[str]:
        """A venue's readable lines of these subjects."""

    def closings(self, venue: UUID, sessions: Collection[UUID]) -> dict[UUID, Closing]:
        """The closings of these sessions at a venue; those that are not closed are left out."""

    def append_entries(self, rows: Iterable[Sequence[object]]) -> None:
        """Insert entries, each with a value for each column."""

    def upsert(self, venue: UUID, states: Sequence[State]) -> None:
        """Insert or replace rows of a venue, all of one type."""

    def open_and_outstanding(self) -> tuple[list[Session], list[Visit]]:
        """Open sessions, and visits that are outstanding; the earliest first."""


def hot_path(connection: Connection) -> HotPathSql:
    """The statements on this connection, in its transaction."""
    driver = connection.connection.driver_connection
    return SqliteHotPath(driver) if connection.dialect.name == "sqlite" else PostgresHotPath(driver)


class SqliteHotPath:
    """Stores a UUID as 32 hexadecimal digits, and a list as JSON."""

    SET_LAST_SEQ = "UPDATE journal SET last_seq = ? WHERE id = ?"
    ANCHORS = """SELECT boot, "offset", source, error FROM anchor
        WHERE venue = ? AND boot IN (SELECT value FROM json_each(?))"""
    STORED = """SELECT line FROM entry
        WHERE subject IN (SELECT value FROM json_each(?)) AND stream IS ? AND quarantined IS NULL"""
    CLOSED = """SELECT id, closed, closeout FROM session
        WHERE id IN (SELECT value FROM json_each(?)) AND venue = ? AND closed IS NOT NULL"""
    APPEND = f"INSERT INTO entry ({', '.join(ENTRY)}) VALUES ({', '.join('?' * len(ENTRY))})"
    OPEN = f"SELECT {', '.join(Session.__struct_encode_fields__)} {OPEN}"
    OUTSTANDING = f"SELECT {', '.join(Visit.__struct_encode_fields__)} {OUTSTANDING.format(true=1)}"

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
        self._driver = driver

    def current_journal(self) -> tuple[UUID | None, int | None, int | None]:
        journal, last, tick = self._driver.execute(CURRENT).fetchone()
        return UUID(journal) if journal else None, last, tick

    def set_last_seq(self, journal: UUID, last: int) -> None:
        self._driver.execute(self.SET_LAST_SEQ, (last, journal.hex))

    def anchors(self, venue: UUID, boots: Collection[UUID]) -> dict[UUID, ClockAnchored]:
        rows = self._driver.execute(self.ANCHORS, (venue.hex, _json_ids(boots))) if boots else ()
        return {(id := UUID(boot)): ClockAnchored(id, *fields) for boot, *fields in rows}

    def stored_lines(self, venue: UUID, subjects: Collection[UUID]) -> list[str]:
        stream = None if venue == LOCAL_VENUE else venue.hex
        return [line for (line,) in self._driver.execute(self.STORED, (_json_ids(subjects), stream))]

    def closings(self, venue: UUID, sessions: Collection[UUID]) -> dict[UUID, Closing]:
        rows = self._driver.execute(self.CLOSED, (_json_ids(sessions), venue.hex)) if sessions else ()
        return {UUID(session): Closing(at, bool(closeout)) for session, at, closeout in rows}

    def append_entries(self, rows: Iterable[Sequence[object]]) -> None:
        self._driver.executemany(self.APPEND, [tuple(map(_to_sqlite, row)) for row in rows])

    def upsert(self, venue: UUID, states: Sequence[State]) -> None:
        if not states:
            return
        kind = type(states[0])
        names = kind.__struct_encode_fields__
        statement = _upsert(TABLES[kind], names, f"VALUES (?, {', '.join('?' * len(names))})")
        rows = [(venue.hex, *map(_to_sqlite, msgspec.structs.astuple(state))) for state in states]
        self._driver.executemany(statement, rows)

    def open_and_outstanding(self) -> tuple[list[Session], list[Visit]]:
        sessions = [_session(row) for row in self._driver.execute(self.OPEN)]
        return sessions, [_visit(row) for row in self._driver.execute(self.OUTSTANDING)]


class PostgresHotPath:
    """Sends entries by COPY and rows as JSON: either way all of them are one message."""

    SET_LAST_SEQ = "UPDATE journal SET last_seq = %s WHERE id = %s"
    ANCHORS = 'SELECT boot, "offset", source, error FROM anchor WHERE venue = %s AND boot = ANY(%s)'
    STORED = """SELECT line FROM entry
        WHERE subject = ANY(%s) AND stream IS NOT DISTINCT FROM %s AND quarantined IS NULL"""
    CLOSED = "SELECT id, closed, closeout FROM session WHERE id = ANY(%s) AND venue = %s AND closed IS NOT NULL"
    APPEND = f"COPY entry ({', '.join(ENTRY)}) FROM STDIN (FORMAT BINARY)"
    OPEN = f"SELECT row_to_json(session)::text {OPEN}"
    OUTSTANDING = f"SELECT row_to_json(visit)::text {OUTSTANDING.format(true='true')}"

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
        self._driver = driver

    def current_journal(self) -> tuple[UUID | None, int | None, int | None]:
        row: tuple[UUID | None, int | None, int | None] = self._driver.execute(CURRENT).fetchone()
        return row

    def set_last_seq(self, journal: UUID, last: int) -> None:
        self._driver.execute(self.SET_LAST_SEQ, (last, journal))

    def anchors(self, venue: UUID, boots: Collection[UUID]) -> dict[UUID, ClockAnchored]:
        rows = self._driver.execute(self.ANCHORS, (venue, list(boots))) if boots else ()
        return {boot: ClockAnchored(boot, *fields) for boot, *fields in rows}

    def stored_lines(self, venue: UUID, subjects: Collection[UUID]) -> list[str]:
        stream = None if venue == LOCAL_VENUE else venue
        return [line for (line,) in self._driver.execute(self.STORED, (list(subjects), stream))]

    def closings(self, venue: UUID, sessions: Collection[UUID]) -> dict[UUID, Closing]:
        rows = self._driver.execute(self.CLOSED, (list(sessions), venue)) if sessions else ()
        return {session: Closing(at, closeout) for session, at, closeout in rows}

    def append_entries(self, rows: Iterable[Sequence[object]]) -> None:
        with self._driver.cursor() as cursor, cursor.copy(self.APPEND) as copy:
            copy.set_types(ENTRY_TYPES)
            for row in rows:
                copy.write_row(row)

    def upsert(self, venue: UUID, states: Sequence[State]) -> None:
        if not states:
            return
        kind = type(states[0])
        table, names = TABLES[kind], kind.__struct_encode_fields__
        values = f"SELECT %s, {', '.join(names)} FROM json_populate_recordset(NULL::{table}, %s)"
        statement = _upsert(table, names, values)
        self._driver.execute(statement, (venue, msgspec.json.encode(states).decode()))

    def open_and_outstanding(self) -> tuple[list[Session], list[Visit]]:
        sessions, visits = (self._driver.execute(query).fetchall() for query in (self.OPEN, self.OUTSTANDING))
        read = msgspec.json.decode
        return [read(row, type=Session) for (row,) in sessions], [read(row, type=Visit) for (row,) in visits]


@cache
def _upsert(table: str, names: tuple[str, ...], values: str) -> str:
    """The statement. ``names`` are the fields of a Struct, whose table has columns of the same names."""
    updates = ", ".join(f"{name} = excluded.{name}" for name in names if name != "id")
    into = f"INSERT INTO {table} (venue, {', '.join(names)})"
    return f"{into} {values} ON CONFLICT (id, venue) DO UPDATE SET {updates}"


@lru_cache(CACHED)
def _session(row: tuple[Any, ...]) -> Session:
    return _read_state(Session, row)


@lru_cache(CACHED)
def _visit(row: tuple[Any, ...]) -> Visit:
    return _read_state(Visit, row)


def _read_state(kind: type[State], row: tuple[Any, ...]) -> State:
    fields = dict(zip(kind.__struct_encode_fields__, row, strict=True))
    lists = {name: msgspec.json.decode(value) for name, value in fields.items() if name in LISTS and value is not None}
    return msgspec.convert(fields | lists, kind, strict=False)  # SQLite has 0 and 1 for false and true


def _to_sqlite(value: object) -> object:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, date):
        return value.isoformat()
    return msgspec.json.encode(value).decode() if isinstance(value, tuple) else value


def _json_ids(ids: Iterable[UUID]) -> str:
    return msgspec.json.encode([id.hex for id in ids]).decode()
