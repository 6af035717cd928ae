"""A ledger: journals of entries and the rows folded from them, written together in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace
from sqlalchemy import Connection, Select, delete, insert, select, update

from sync.domain.clock import Clock
from sync.domain.events import MAX_TICK, Entry, Event, Stamp, read_entry, write_body
from sync.domain.fold import Fact
from sync.domain.ids import uuid7
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import (
    advisory_locks,
    authority,
    feed,
    feed_positions,
    journal_copy,
    journals,
    projections,
    projector,
    tables,
)
from sync.ledger.chunks import chunks
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.journal_copy import CopiedEntry
from sync.ledger.journal_lines import JournalLine, read_line, read_line_of_any_journal, write_line
from sync.ledger.journals import Absorbed, NotOwner
from sync.ledger.local_keys import LAST_ACT
from sync.ledger.store import Store
from sync.ledger.tables import LOCAL_VENUE

JSON = Any  # a value of the local table: anything that JSON can express

PART = 1000  # entries of a push in one transaction, which is the longest that other writers wait

_journal = tables.journal.c


@dataclass(frozen=True)
class Waiting:
    """How far the server is behind this ledger's current journal."""

    journal: UUID | None
    acknowledged: int
    last: int
    oldest_at: int | None  # ms since 1970 UTC, as the entry states it; None: nothing waits

    @property
    def count(self) -> int:
        """Entries that the server has not acknowledged."""
        return self.last - self.acknowledged


class Ledger:
    """One database's journals and rows. Thread-safe: the store serializes the writers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._record_listeners: list[Callable[[tuple[Entry, ...]], None]] = []
        self._feed_listeners: list[Callable[[], None]] = []

    def on_record(self, listener: Callable[[tuple[Entry, ...]], None]) -> None:
        """Call ``listener`` with the new entries after each commit of :meth:`record`, on the thread that wrote them."""
        self._record_listeners.append(listener)

    def on_feed(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each commit of :meth:`apply_feed`, on the thread that wrote it."""
        self._feed_listeners.append(listener)

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    # writing

    def record(
        self,
        *facts: tuple[UUID, Event],
        stream: UUID | None = None,
        then: Callable[[Connection], None] | None = None,
        actor: UUID | None = None,
        remember: Mapping[str, JSON] | None = None,
        is_act: bool = True,
    ) -> tuple[Entry, ...]:
        """Write facts (subject, event) into the own journal, all or none. Durable on return; raises StorageError.

        ``stream``: on a server the venue that they belong to, in whose feed they are.
        ``actor``: the host or account that did it; None: a visitor or the kiosk.
        ``then`` may write more in the same transaction, in which the values of ``remember`` are stored too.
        ``is_act``: whether these facts together are what can be undone next.
        """
        with self.store.writing() as connection:
            entries = self.record_within(connection, *facts, stream=stream, actor=actor)
            if len(entries) > 1 and stream is None and is_act:  # a single entry is an act by itself
                _remember_all(connection, {LAST_ACT: [str(entry.id) for entry in entries]})
            if then:
                then(connection)
            _remember_all(connection, remember or {})
        for listener in self._record_listeners:
            listener(entries)
        return entries

    def record_if(
        self,
        accept: Callable[[Sequence[Session], Sequence[Visit]], None],
        *facts: tuple[UUID, Event],
        actor: UUID | None = None,
    ) -> tuple[Entry, ...]:
        """As :meth:`record`, unless ``accept`` raises: then nothing is written.

        ``accept`` gets what would be open and outstanding, in the same transaction.
        """

        def check(connection: Connection) -> None:
            accept(*hot_path(connection).open_and_outstanding())

        return self.record(*facts, then=check, actor=actor)

    def record_within(
        self, connection: Connection, *facts: tuple[UUID, Event], stream: UUID | None = None, actor: UUID | None = None
    ) -> tuple[Entry, ...]:
        """As :meth:`record`, in the transaction (Store.writing) of its caller; no listener is called."""
        journal, last, tick = self._current(connection)
        entries = tuple(
            self._entry(journal, last + 1 + i, tick + i, subject, event, actor=actor)
            for i, (subject, event) in enumerate(facts)
        )
        lines = [write_line(entry, event) for entry, (_, event) in zip(entries, facts, strict=True)]
        journals.append_lines(connection, lines, stream and feed_positions.resolve(connection, stream))
        return entries

    def _entry(self, journal: UUID, seq: int, tick: int, subject: UUID, event: Event, *, actor: UUID | None) -> Entry:
        now = self.clock.read()
        return Entry(
            id=uuid7(now.at),
            journal=journal,
            seq=seq,
            tick=min(tick, MAX_TICK),  # beyond it the ids decide, which are in order too
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
        """Store lines that ``kiosk`` wrote, for the venue ``stream``: in its rows, and in its feed.

        A long push is stored in several transactions, so that other writers don't wait for the whole. ``then`` may
        write more in the last one.
        Raises BadFraming (a line without a valid seq; nothing is stored), NotOwner, StorageError (the part that failed
        is not stored; the whole push can be repeated).
        """
        parsed = [authority.without_authority(read_line(journal, line)) for line in lines]
        parts = list(chunks(parsed, PART)) or [[]]
        absorbed = Absorbed(0)
        for part in parts:
            with self.store.writing_concurrently() as connection:
                absorbed = absorbed.followed_by(self._absorb(connection, journal, part, kiosk, stream))
                if then and (part is parts[-1] or not absorbed.is_whole):
                    then(connection, absorbed)
            if not absorbed.is_whole:
                break
        return absorbed

    def _absorb(
        self, connection: Connection, journal: UUID, part: list[JournalLine], kiosk: UUID, stream: UUID | None
    ) -> Absorbed:
        current_stream = stream and feed_positions.resolve(connection, stream)
        advisory_locks.lock_venue(connection, current_stream or LOCAL_VENUE)
        row = connection.execute(select(tables.journal).where(_journal.id == journal)).one_or_none()
        if row is None and not part:
            return Absorbed(0)
        if row is None:
            connection.execute(insert(tables.journal).values(id=journal, kiosk=kiosk))
        elif row.kiosk != kiosk:
            raise NotOwner(f"journal {journal} belongs to another kiosk", row.last_seq)
        absorbed = journals.place_lines(connection, journal, row.last_seq if row else 0, part, current_stream)
        if current_stream == stream:
            return absorbed
        # the stream has been merged into another one, of which the kiosk knows no position
        return replace(absorbed, feed_before=None, feed=None, mark_before=None, mark=None)

    def feed(
        self, stream: UUID, after: int, limit: int, reader: UUID, *, own: bool = False, mark: int | None = None
    ) -> feed.FeedPage:
        """A page of a venue's feed, without what the kiosk ``reader`` wrote itself; ``own``: that alone.

        ``mark``: of the position ``after``, where it is known.
        """
        position = feed_positions.Position(after, mark)
        with self.store.reading() as connection:
            return feed.read(connection, stream, position, limit, reader, own=own)

    def apply_feed(
        self, lines: Iterable[bytes], remember: Mapping[str, JSON], server: Sequence[UUID] | None = None
    ) -> None:
        """Store what other writers of this venue wrote, and remember the feed's position in the same transaction.

        ``server``: the journals of the server; facts that only the server may state are quarantined from any other.
        None: an older server has not named them, and all facts are accepted. Raises BadFraming, StorageError.
        """
        parsed = [read_line_of_any_journal(line) for line in lines]
        with self.store.writing() as connection:
            if server is not None:
                authority.remember_server_journals(connection, server)
                parsed = [authority.check(line, server) for line in parsed]
            feed.apply(connection, parsed)
            _remember_all(connection, remember)
        for listener in self._feed_listeners:
            listener()

    def restore_own(self, lines: Iterable[bytes], remember: Mapping[str, JSON]) -> int:
        """Store what this ledger wrote itself once and has lost; returns how many lines were missing."""
        parsed = [authority.without_authority(read_line_of_any_journal(line)) for line in lines]
        with self.store.writing() as connection:
            missing = feed.restore_own(connection, parsed)
            _remember_all(connection, remember)
        return missing

    def start_journal(self, carry_after: int | None, remember: Mapping[str, JSON] | None = None) -> UUID:
        """Start a new journal with the facts after ``carry_after`` of the old one (None: all that were ever written).

        Copied facts keep their ids, so a reader that has them already counts them once. ``remember`` is stored in the
        same transaction.
        """
        with self.store.writing() as connection:
            old = hot_path(connection).current_journal()[0]
            return self._start_journal(connection, journal_copy.read_own(connection, old, carry_after), remember or {})

    def import_entries(self, entries: Iterable[Entry], remember: Mapping[str, JSON]) -> UUID:
        """Start a new journal with facts saved from another file; they keep their ids, and wait for the server."""
        in_order = sorted(entries, key=lambda entry: (entry.tick, entry.id))
        with self.store.writing() as connection:
            return self._start_journal(connection, chunks([CopiedEntry(entry) for entry in in_order]), remember)

    def _start_journal(
        self, connection: Connection, steps: Iterable[list[CopiedEntry]], remember: Mapping[str, JSON]
    ) -> UUID:
        journal, last = self._open_journal(connection), 0  # before the first step is read: the old one is not current
        for facts in steps:
            journal_copy.append(connection, journal, last, facts)
            last += len(facts)
        _remember_all(connection, remember)
        return journal

    def _current(self, connection: Connection) -> tuple[UUID, int, int]:
        """The journal to write into, its last seq, and a tick later than those of all entries."""
        journal, last, tick = hot_path(connection).current_journal()
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
        """At most ``limit`` lines of a journal after the seq ``after``, in order, as they were written."""
        with self.store.reading() as connection:
            return list(connection.execute(journals.lines_after(journal, after, limit)).scalars())

    def acknowledge(self, journal: UUID, seq: int, remember: Mapping[str, JSON] | None = None) -> None:
        """Record that the server has everything up to ``seq``; less than before where it has lost entries."""
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
        return self.open_and_outstanding()[0]

    def visit(self, visit: UUID, venue: UUID | None = None) -> Visit | None:
        """One visit; on a server, as this ``venue`` has it."""
        return next(iter(self._visits(projections.of_subject(tables.visit, visit, venue))), None)

    def visits(self) -> list[Visit]:
        """Every visit, the earliest first."""
        return self._visits(select(tables.visit).order_by(tables.visit.c.checked_in.nulls_first(), tables.visit.c.id))

    def visits_since(self, at: int) -> list[Visit]:
        """A kiosk's visits that checked in at ``at`` (ms since 1970 UTC) or later, the earliest first."""
        visit = tables.visit.c
        query = select(tables.visit).where(visit.venue == LOCAL_VENUE, visit.checked_in >= at)
        return self._visits(query.order_by(visit.checked_in, visit.id))

    def history(self, subject: UUID) -> list[tuple[Entry, Fact]]:
        """The entries of a subject that count, in order, each with its fact; those that were undone included."""
        with self.store.reading() as connection:
            return projector.read_history(connection, subject)

    def latest_entries(self, limit: int) -> list[Entry]:
        """The last entries of the current journal, the newest first."""
        with self.store.reading() as connection:
            journal, last, _ = hot_path(connection).current_journal()
            if journal is None or not last:
                return []
            lines = connection.execute(journals.lines_after(journal, last - limit, limit)).scalars()
            return [read_entry(line) for line in lines][::-1]

    def present(self, session: UUID | None = None, code: str | None = None) -> list[Visit]:
        """Visits that are in now: all, or those of a session, or with a code; the earliest first."""
        return [
            visit
            for visit in self.open_and_outstanding()[1]
            if visit.is_in and (session is None or visit.session == session) and (code is None or visit.code == code)
        ]

    def open_and_outstanding(self) -> tuple[list[Session], list[Visit]]:
        """Open sessions, and visits that are in or of which something is still out: one consistent view."""
        with self.store.reading() as connection:
            return hot_path(connection).open_and_outstanding()

    def _sessions(self, query: Select[Any]) -> list[Session]:
        with self.store.reading() as connection:
            return [projections.read_session(row) for row in connection.execute(query)]

    def _visits(self, query: Select[Any]) -> list[Visit]:
        with self.store.reading() as connection:
            return [projections.read_visit(row) for row in connection.execute(query)]

    # values that stay on this machine

    def recall(self, key: str) -> JSON:
        """The value remembered under ``key``; None if there is none."""
        with self.store.reading() as connection:
            return connection.execute(select(tables.local.c.value).where(tables.local.c.key == key)).scalar()

    def remember(self, key: str, value: JSON) -> None:
        """Store a JSON value under ``key``. Raises StorageError."""
        with self.store.writing() as connection:
            _remember_all(connection, {key: value})


def _remember_all(connection: Connection, values: Mapping[str, JSON]) -> None:
    for key, value in values.items():
        connection.execute(delete(tables.local).where(tables.local.c.key == key))
        connection.execute(insert(tables.local).values(key=key, value=value))
