"""What every tap and every push does, said to the driver itself: SQLAlchemy needs longer for a row than the database.

Eight statements, in the words of each database; all else goes through SQLAlchemy. They run in the transaction of its
connection, and their errors are told as its own (engine.py).
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from sync.domain.events import ClockAnchored
from sync.domain.session import Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit
from sync.ledger import tables
from sync.ledger.tables import LOCAL_VENUE

State = TypeVar("State", bound=Session | Visit | Configuration)
TABLES: dict[type, str] = {Session: "session", Visit: "visit", Configuration: "configuration"}
LISTS = ("rhythm", "numbers", "lost")
REMEMBERED = 1000  # rows of a room that are not converted again while they stay as they are
OPEN = "FROM session WHERE closed IS NULL AND opened IS NOT NULL ORDER BY opened, id"
CURRENT = """SELECT journal.id, journal.last_seq, latest.tick
    FROM (SELECT max(tick) AS tick FROM entry) AS latest LEFT JOIN journal ON journal.current"""
PRESENT = "FROM visit WHERE checked_out IS NULL AND checked_in IS NOT NULL AND NOT voided ORDER BY checked_in, id"
ENTRY = tuple(column.name for column in tables.entry.columns)
ENTRY_TYPES = (
    *("uuid", "int8", "uuid", "int8", "varchar", "uuid", "uuid", "bool", "text", "text", "uuid"),
    *("int8", "int8"),  # position and mark
)


class HotPathSql(Protocol):
    """The statements, on either database."""

    def current(self) -> tuple[UUID | None, int | None, int | None]:
        """The journal that is written into and its last place; the latest tick of all entries. None: there is none."""

    def move_on(self, journal: UUID, last: int) -> None:
        """A journal reaches to this place now."""

    def anchors(self, venue: UUID, boots: Collection[UUID]) -> dict[UUID, ClockAnchored]:
        """What a venue knows of when these boots were."""

    def stored(self, venue: UUID, subjects: Collection[UUID]) -> list[str]:
        """The lines that a venue has of these subjects, as far as they could be read."""

    def closings(self, venue: UUID, sessions: Collection[UUID]) -> dict[UUID, int]:
        """When these sessions closed at a venue, of those that have."""

    def append(self, rows: Iterable[Sequence[object]]) -> None:
        """Store entries, each with a value for each column."""

    def upsert(self, venue: UUID, states: Sequence[State]) -> None:
        """Write rows of a venue, new ones or over older ones."""

    def room(self) -> tuple[list[Session], list[Visit]]:
        """Open sessions, and visits that are in; the earliest first."""


def hot_path(connection: Connection) -> HotPathSql:
    """The statements on this connection, in its transaction."""
    driver = connection.connection.driver_connection
    return SqliteHotPath(driver) if connection.dialect.name == "sqlite" else PostgresHotPath(driver)


class SqliteHotPath:
    """A UUID is kept as 32 hexadecimal digits, and a list as JSON."""

    MOVE_ON = "UPDATE journal SET last_seq = ? WHERE id = ?"
    ANCHORS = """SELECT boot, "offset", source, error FROM anchor
        WHERE venue = ? AND boot IN (SELECT value FROM json_each(?))"""
    STORED = """SELECT line FROM entry
        WHERE subject IN (SELECT value FROM json_each(?)) AND stream IS ? AND quarantined IS NULL"""
    CLOSED = """SELECT id, closed FROM session
        WHERE id IN (SELECT value FROM json_each(?)) AND venue = ? AND closed IS NOT NULL"""
    APPEND = f"INSERT INTO entry ({', '.join(ENTRY)}) VALUES ({', '.join('?' * len(ENTRY))})"
    OPEN = f"SELECT {', '.join(Session.__struct_encode_fields__)} {OPEN}"
    PRESENT = f"SELECT {', '.join(Visit.__struct_encode_fields__)} {PRESENT}"

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
        self._driver = driver

    def current(self) -> tuple[UUID | None, int | None, int | None]:
        journal, last, tick = self._driver.execute(CURRENT).fetchone()
        return UUID(journal) if journal else None, last, tick

    def move_on(self, journal: UUID, last: int) -> None:
        self._driver.execute(self.MOVE_ON, (last, journal.hex))

    def anchors(self, venue: UUID, boots: Collection[UUID]) -> dict[UUID, ClockAnchored]:
        found = self._driver.execute(self.ANCHORS, (venue.hex, _hexes(boots))) if boots else ()
        return {(known := UUID(boot)): ClockAnchored(known, *rest) for boot, *rest in found}

    def stored(self, venue: UUID, subjects: Collection[UUID]) -> list[str]:
        stream = None if venue == LOCAL_VENUE else venue.hex
        return [line for (line,) in self._driver.execute(self.STORED, (_hexes(subjects), stream))]

    def closings(self, venue: UUID, sessions: Collection[UUID]) -> dict[UUID, int]:
        found = self._driver.execute(self.CLOSED, (_hexes(sessions), venue.hex)) if sessions else ()
        return {UUID(session): at for session, at in found}

    def append(self, rows: Iterable[Sequence[object]]) -> None:
        self._driver.executemany(self.APPEND, [tuple(map(_kept, row)) for row in rows])

    def upsert(self, venue: UUID, states: Sequence[State]) -> None:
        if not states:
            return
        kind = type(states[0])
        names = kind.__struct_encode_fields__
        words = _upsert(TABLES[kind], names, f"VALUES (?, {', '.join('?' * len(names))})")
        rows = [(venue.hex, *map(_kept, msgspec.structs.astuple(state))) for state in states]
        self._driver.executemany(words, rows)

    def room(self) -> tuple[list[Session], list[Visit]]:
        sessions = [_session(row) for row in self._driver.execute(self.OPEN)]
        return sessions, [_visit(row) for row in self._driver.execute(self.PRESENT)]


class PostgresHotPath:
    """Entries by COPY, rows as JSON: either way all of them are one message, and the server takes them apart."""

    MOVE_ON = "UPDATE journal SET last_seq = %s WHERE id = %s"
    ANCHORS = 'SELECT boot, "offset", source, error FROM anchor WHERE venue = %s AND boot = ANY(%s)'
    STORED = """SELECT line FROM entry
        WHERE subject = ANY(%s) AND stream IS NOT DISTINCT FROM %s AND quarantined IS NULL"""
    CLOSED = "SELECT id, closed FROM session WHERE id = ANY(%s) AND venue = %s AND closed IS NOT NULL"
    APPEND = f"COPY entry ({', '.join(ENTRY)}) FROM STDIN (FORMAT BINARY)"
    OPEN = f"SELECT row_to_json(session)::text {OPEN}"
    PRESENT = f"SELECT row_to_json(visit)::text {PRESENT}"

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 - as above
        self._driver = driver

    def current(self) -> tuple[UUID | None, int | None, int | None]:
        found: tuple[UUID | None, int | None, int | None] = self._driver.execute(CURRENT).fetchone()
        return found

    def move_on(self, journal: UUID, last: int) -> None:
        self._driver.execute(self.MOVE_ON, (last, journal))

    def anchors(self, venue: UUID, boots: Collection[UUID]) -> dict[UUID, ClockAnchored]:
        found = self._driver.execute(self.ANCHORS, (venue, list(boots))) if boots else ()
        return {boot: ClockAnchored(boot, *rest) for boot, *rest in found}

    def stored(self, venue: UUID, subjects: Collection[UUID]) -> list[str]:
        stream = None if venue == LOCAL_VENUE else venue
        return [line for (line,) in self._driver.execute(self.STORED, (list(subjects), stream))]

    def closings(self, venue: UUID, sessions: Collection[UUID]) -> dict[UUID, int]:
        return dict(self._driver.execute(self.CLOSED, (list(sessions), venue))) if sessions else {}

    def append(self, rows: Iterable[Sequence[object]]) -> None:
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
        words = _upsert(table, names, values)
        self._driver.execute(words, (venue, msgspec.json.encode(states).decode()))

    def room(self) -> tuple[list[Session], list[Visit]]:
        sessions, visits = (self._driver.execute(words).fetchall() for words in (self.OPEN, self.PRESENT))
        read = msgspec.json.decode
        return [read(row, type=Session) for (row,) in sessions], [read(row, type=Visit) for (row,) in visits]


@cache
def _upsert(table: str, names: tuple[str, ...], values: str) -> str:
    """``names`` are the Struct's, which are the table's."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in names if name != "id")
    into = f"INSERT INTO {table} (venue, {', '.join(names)})"
    return f"{into} {values} ON CONFLICT (id, venue) DO UPDATE SET {changed}"


@lru_cache(REMEMBERED)
def _session(row: tuple[Any, ...]) -> Session:
    return _state(Session, row)


@lru_cache(REMEMBERED)
def _visit(row: tuple[Any, ...]) -> Visit:
    return _state(Visit, row)


def _state(kind: type[State], row: tuple[Any, ...]) -> State:
    named = dict(zip(kind.__struct_encode_fields__, row, strict=True))
    lists = {name: msgspec.json.decode(value) for name, value in named.items() if name in LISTS}
    return msgspec.convert(named | lists, kind, strict=False)  # SQLite says 0 and 1 for false and true


def _kept(value: object) -> object:
    if isinstance(value, UUID):
        return value.hex
    return msgspec.json.encode(value).decode() if isinstance(value, tuple) else value


def _hexes(ids: Iterable[UUID]) -> str:
    return msgspec.json.encode([one.hex for one in ids]).decode()
