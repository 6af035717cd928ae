"""A ledger: journals of entries and what they add up to. Record or absorb, fold, commit: one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace
from sqlalchemy import Connection, Select, delete, insert, select, update

from sync.domain.clock import Clock
from sync.domain.events import MAX_TICK, Entry, Event, Stamp, read_entry, write_body
from sync.domain.ids import uuid7
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import advisory_locks, authority, feed, feed_positions, journal_copy, journals, projections, tables
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.journal_copy import CopiedEntries
from sync.ledger.journals import Absorbed, JournalLine, NotOwner
from sync.ledger.projections import chunks
from sync.ledger.store import Store
from sync.ledger.tables import LOCAL_VENUE

JSON = Any  # what the local table keeps: anything that JSON can say


PART = 1000  # entries of a push in one transaction: others wait no longer than for one of these

_journal = tables.journal.c


@dataclass(frozen=True)
class Waiting:
    """How far the server is behind this ledger's current journal."""

    journal: UUID | None
    acknowledged: int
    last: int
    oldest_at: int | None  # ms since 1970 UTC, as the entry says; None: nothing waits

    @property
    def count(self) -> int:
        """Entries that the server has not acknowledged."""
        return self.last - self.acknowledged


class Ledger:
    """One database's journals and rows. Safe to share between threads: the database queues the writers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._listeners: list[Callable[[tuple[Entry, ...]], None]] = []
        self._learners: list[Callable[[], None]] = []

    def listen(self, recorded: Callable[[tuple[Entry, ...]], None]) -> None:
        """Call ``recorded`` with what was written after each commit of :meth:`record`, on the thread that wrote it."""
        self._listeners.append(recorded)

    def after_learning(self, learnt: Callable[[], None]) -> None:
        """Call ``learnt`` after each commit of :meth:`learn`, on the thread that learnt."""
        self._learners.append(learnt)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    # writing

    def record(
        self,
        *facts: tuple[UUID, Event],
        stream: UUID | None = None,
        then: Callable[[Connection], None] | None = None,
        actor: UUID | None = None,
    ) -> tuple[Entry, ...]:
        """Write facts (subject, event) into the own journal, all or none. Durable on return; raises StorageTrouble.

        A server says with ``stream`` which venue they belong to, whose kiosks are told of them.
        ``then`` writes in the same transaction what else they mean.
        ``actor``: the host or account that did it; None: a visitor, or the kiosk.
        """
        with self.store.writing() as connection:
            journal, last, tick = self._current(connection)
            entries = tuple(
                self._entry(journal, last + 1 + i, tick + i, subject, event, actor=actor)
                for i, (subject, event) in enumerate(facts)
            )
            written = (journals.render_line(entry, event) for entry, (_, event) in zip(entries, facts, strict=True))
            journals.store_lines(connection, list(written), stream and feed_positions.current(connection, stream))
            if then:
                then(connection)
        for recorded in self._listeners:
            recorded(entries)
        return entries

    def _entry(self, journal: UUID, seq: int, tick: int, subject: UUID, event: Event, *, actor: UUID | None) -> Entry:
        now = self.clock.read()
        return Entry(
            id=uuid7(now.at),
            journal=journal,
            seq=seq,
            tick=min(tick, MAX_TICK),  # beyond it ids decide, which are in order too
            kind=event.kind,
            v=event.v,
            subject=subject,
            at=now.at,
            clock=Stamp(now.boot, now.up, now.sure),
            body=write_body(event),
            actor=str(actor) if actor else UNSET,
        )

    def absorb(
        self,
        journal: UUID,
        lines: Iterable[bytes],
        kiosk: UUID,
        stream: UUID | None = None,
        then: Callable[[Connection, Absorbed], None] | None = None,
    ) -> Absorbed:
        """Take in lines that ``kiosk`` wrote, for the venue ``stream``: into its rows, and into its feed.

        A long push is stored part by part, each of them durable, so that nobody waits for the whole. ``then`` writes
        in the transaction of the last one what else they mean.
        Raises BadFraming (a line without a place; nothing is stored), NotYours, StorageTrouble (the part that failed
        is not stored; to send all of it again is harmless).
        """
        read = [authority.without_authority(journals.read_line(journal, line)) for line in lines]
        parts = list(chunks(read, PART)) or [[]]
        absorbed = Absorbed(0)
        for part in parts:
            with self.store.writing_beside() as connection:
                absorbed = absorbed.then(self._absorb(connection, journal, part, kiosk, stream))
                if then and (part is parts[-1] or not absorbed.is_whole):
                    then(connection, absorbed)
            if not absorbed.is_whole:
                break
        return absorbed

    def _absorb(
        self, connection: Connection, journal: UUID, part: list[JournalLine], kiosk: UUID, stream: UUID | None
    ) -> Absorbed:
        told, stream = stream, stream and feed_positions.current(connection, stream)
        advisory_locks.hold_venue(connection, stream or LOCAL_VENUE)
        known = connection.execute(select(tables.journal).where(_journal.id == journal)).one_or_none()
        if known is None and not part:
            return Absorbed(0)
        if known is None:
            connection.execute(insert(tables.journal).values(id=journal, kiosk=kiosk))
        elif known.kiosk != kiosk:
            raise NotOwner(f"journal {journal} belongs to another kiosk", known.last_seq)
        absorbed = journals.place_lines(connection, journal, known.last_seq if known else 0, part, stream)
        if stream == told:
            return absorbed
        # the stream was merged meanwhile: of the new one the kiosk knows no position
        return replace(absorbed, feed_before=None, feed=None, mark_before=None, mark=None)

    def feed(
        self, stream: UUID, after: int, limit: int, asking: UUID, *, own: bool = False, mark: int | None = None
    ) -> feed.FeedPage:
        """A page of a venue's feed, without what the kiosk ``asking`` wrote itself; ``own``: that alone.

        ``mark``: of the position ``after``, where it is known.
        """
        known = feed_positions.Position(after, mark)
        with self.store.reading() as connection:
            return feed.read(connection, stream, known, limit, asking, own=own)

    def learn(self, lines: Iterable[bytes], remember: Mapping[str, JSON], server: Sequence[UUID] | None = None) -> None:
        """Take in what others of this venue wrote, and remember in the same transaction how far that was.

        ``server``: the journals of the server, whose statements alone are believed where only a server may make them;
        None: nobody knows them, and all are.
        """
        read = [journals.read_anywhere(line) for line in lines]
        with self.store.writing() as connection:
            if server is not None:
                authority.remember_server_journals(connection, server)
                read = [authority.checked(line, server) for line in read]
            feed.learn(connection, read)
            _remember_all(connection, remember)
        for learnt in self._learners:
            learnt()

    def take_back(self, lines: Iterable[bytes], remember: Mapping[str, JSON]) -> int:
        """The same for what this ledger once wrote itself and has lost; returns how many were missing."""
        read = [authority.without_authority(journals.read_anywhere(line)) for line in lines]
        with self.store.writing() as connection:
            missing = feed.take_back(connection, read)
            _remember_all(connection, remember)
        return missing

    def start_journal(self, carry_after: int | None, remember: Mapping[str, JSON] | None = None) -> UUID:
        """Go on in a new journal, with the facts after ``carry_after`` of the old one (None: every fact ever written).

        Carried facts keep their ids, so whoever has them already counts them once. ``remember`` is kept with it.
        """
        with self.store.writing() as connection:
            old = hot_path(connection).current()[0]
            return self._begin(connection, journal_copy.take(connection, old, carry_after), remember or {})

    def adopt(self, entries: Iterable[Entry], remember: Mapping[str, JSON]) -> UUID:
        """Begin a journal with facts saved from another file; they keep their ids, and wait for the server."""
        in_order = sorted(entries, key=lambda entry: (entry.tick, entry.id))
        with self.store.writing() as connection:
            return self._begin(connection, chunks([CopiedEntries(entry) for entry in in_order]), remember)

    def _begin(
        self, connection: Connection, facts: Iterable[list[CopiedEntries]], remember: Mapping[str, JSON]
    ) -> UUID:
        journal, last = self._open_journal(connection), 0  # before the first fact is taken: it is the current one then
        for some in facts:
            journal_copy.append(connection, journal, last, some)
            last += len(some)
        _remember_all(connection, remember)
        return journal

    def _current(self, connection: Connection) -> tuple[UUID, int, int]:
        """The journal to write into, its last place, and a tick later than all this ledger has written or absorbed."""
        journal, last, tick = hot_path(connection).current()
        return journal or self._open_journal(connection), last or 0, (tick or 0) + 1

    def _open_journal(self, connection: Connection) -> UUID:
        journal = uuid7(self.clock.read().at)
        connection.execute(update(tables.journal).values(current=False))
        connection.execute(insert(tables.journal).values(id=journal, current=True))
        return journal

    # what the server has

    def waiting(self) -> Waiting:
        """How many entries of the current journal wait for the server."""
        with self.store.reading() as connection:
            row = connection.execute(select(tables.journal).where(tables.journal.c.current)).one_or_none()
            if row is None:
                return Waiting(None, 0, 0, None)
            oldest = connection.execute(journals.lines_after(row.id, row.acknowledged, 1)).scalar()
            return Waiting(row.id, row.acknowledged, row.last_seq, read_entry(oldest).at if oldest else None)

    def lines(self, journal: UUID, after: int, limit: int) -> list[str]:
        """At most ``limit`` lines of a journal after place ``after``, in order, as they were written."""
        with self.store.reading() as connection:
            return list(connection.execute(journals.lines_after(journal, after, limit)).scalars())

    def acknowledge(self, journal: UUID, seq: int, remember: Mapping[str, JSON] | None = None) -> None:
        """The server has everything up to ``seq``; less than before where it lost some itself."""
        with self.store.writing() as connection:
            table = tables.journal
            connection.execute(update(table).where(table.c.id == journal).values(acknowledged=seq))
            _remember_all(connection, remember or {})

    # reading

    def session(self, session: UUID, venue: UUID | None = None) -> Session | None:
        """One session; on a server, as this ``venue`` has it."""
        return next(iter(self._sessions(projections.of_subject(tables.session, session, venue))), None)

    def open_sessions(self) -> list[Session]:
        """Sessions that people can join now, the earliest first."""
        return self.room()[0]

    def visit(self, visit: UUID, venue: UUID | None = None) -> Visit | None:
        """One visit; on a server, as this ``venue`` has it."""
        return next(iter(self._visits(projections.of_subject(tables.visit, visit, venue))), None)

    def visits(self) -> list[Visit]:
        """Every visit, the earliest first."""
        return self._visits(select(tables.visit).order_by(tables.visit.c.checked_in.nulls_first(), tables.visit.c.id))

    def present(self, session: UUID | None = None, code: str | None = None) -> list[Visit]:
        """Visits that are in now: all, or those of a session, or with a code; the earliest first."""
        return [
            visit
            for visit in self.room()[1]
            if (session is None or visit.session == session) and (code is None or visit.code == code)
        ]

    def room(self) -> tuple[list[Session], list[Visit]]:
        """Open sessions and everybody who is in, as they were at one moment."""
        with self.store.reading() as connection:
            return hot_path(connection).room()

    def _sessions(self, query: Select[Any]) -> list[Session]:
        with self.store.reading() as connection:
            return [projections.read_session(row) for row in connection.execute(query)]

    def _visits(self, query: Select[Any]) -> list[Visit]:
        with self.store.reading() as connection:
            return [projections.read_visit(row) for row in connection.execute(query)]

    # what never travels

    def recall(self, key: str) -> JSON:
        """What was remembered under ``key``; None if nothing was."""
        with self.store.reading() as connection:
            return connection.execute(select(tables.local.c.value).where(tables.local.c.key == key)).scalar()

    def remember(self, key: str, value: JSON) -> None:
        """Keep a value that JSON can say on this machine alone."""
        with self.store.writing() as connection:
            _remember_all(connection, {key: value})


def _remember_all(connection: Connection, values: Mapping[str, JSON]) -> None:
    for key, value in values.items():
        connection.execute(delete(tables.local).where(tables.local.c.key == key))
        connection.execute(insert(tables.local).values(key=key, value=value))
