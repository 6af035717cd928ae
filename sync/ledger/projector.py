"""Applies entries to one venue's rows: folds them into sessions, series, visits and so on, and stores them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select, update

from sync.domain.clock import is_plausible, more_exact, resolve_moment
from sync.domain.evacuation import Evacuation, fold_evacuation
from sync.domain.events import KINDS, ActUndone, ClockAnchored, Entry, read_entry, read_event
from sync.domain.fold import Fact, fold_host, fold_pass, fold_series, fold_session, fold_venue, fold_visit, sessions_of
from sync.domain.host import SealedHost
from sync.domain.pass_state import PassState
from sync.domain.series import Series
from sync.domain.session import Closing, Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit
from sync.ledger import fact_limits, feed_positions, pass_erasure, tables
from sync.ledger.chunks import chunks
from sync.ledger.fact_limits import KnownFact, Location
from sync.ledger.feed_positions import Position
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.journal_lines import JournalLine, entry_rows
from sync.ledger.tables import LOCAL_VENUE

SubjectKey = tuple[UUID, UUID]  # a venue and a subject; tables.py says why both
FactsBySubject = dict[UUID, list[Fact]]  # in any order
STATES: dict[str, type[Struct]] = {  # the state that a kind's first word is folded into
    "session": Session,
    "series": Series,
    "visit": Visit,
    "phone": Visit,
    "pulse": Visit,
    "stow": Visit,
    "locker": Visit,
    "venue": Configuration,
    "evacuation": Evacuation,
    "host": SealedHost,
    "pass": PassState,
}
STATE_OF_KIND = {kind: STATES[first] for kind, _ in KINDS if (first := kind.partition(".")[0]) in STATES}
FOLDED_KINDS = {*STATE_OF_KIND, ActUndone.kind}  # an undoing belongs to the state of its subject's other facts

_entry = tables.entry.c
_venue_of_entry = func.coalesce(_entry.stream, LOCAL_VENUE)


class Projector:
    """One venue's rows and entries inside one transaction; a kiosk's are all of LOCAL_VENUE."""

    def __init__(self, connection: Connection, venue: UUID = LOCAL_VENUE) -> None:
        self._connection = connection
        self._venue = venue
        self._stream = None if venue == LOCAL_VENUE else venue
        self._sql = hot_path(connection)

    def apply(self, lines: Sequence[JournalLine], changed: Collection[UUID] = ()) -> int:
        """Fold new lines into the rows and store them; returns how many of them are in the venue's feed.

        The caller has checked that their places are free. ``changed``: subjects to fold again besides, because the
        caller has deleted entries of theirs.

        1. Passes that were forgotten, because what is folded must not name them.
        2. Clock anchors, because they move the times of what is folded.
        3. Fold, before storing: the new entries are in memory, so only what was stored earlier has to be read; and
           only the fold tells which entries exceed their subject's limit and are stored without effect.
        4. Feed positions, as late as possible: other writers of the feed wait for them until the commit.
        5. Store.
        """
        lines, erased = pass_erasure.erase(self._connection, self._venue, lines)
        facts = [KnownFact(line.entry, line.event) for line in lines if line.entry and line.event]
        moved = self._apply_anchors(facts)
        excess = self._fold_with(facts, moved.union(changed, erased))
        count, first = self._take_positions(lines)
        self._sql.append_entries(entry_rows(lines, self._stream, first, excess))
        return count

    def refold(self, subjects: Iterable[UUID]) -> None:
        """Fold these subjects again, from the entries that are stored."""
        for chunk in chunks(subjects):
            self._fold(chunk)

    def apply_anchor(self, anchor: ClockAnchored) -> set[UUID]:
        """Store the anchor if it is the best of its boot; returns the subjects whose times change by that.

        An anchor that puts the beginning of the boot outside the plausible years is ignored.
        """
        if not is_plausible(anchor.offset):
            return set()
        table, boot = tables.anchor, anchor.boot
        stored = self._sql.anchors(self._venue, {boot}).get(boot)
        values = msgspec.structs.asdict(anchor)
        if stored is None:
            self._connection.execute(insert(table).values(venue=self._venue, **values))
        elif more_exact(stored, anchor) == stored:
            return set()
        else:
            where = (table.c.boot == boot) & (table.c.venue == self._venue)
            self._connection.execute(update(table).where(where).values(values))
        unsure = (_entry.boot == boot) & _entry.sure.is_(False) & (_venue_of_entry == self._venue)
        return set(self._connection.execute(select(_entry.subject).where(unsure).distinct()).scalars())

    def _apply_anchors(self, facts: Iterable[KnownFact]) -> set[UUID]:
        moved: set[UUID] = set()
        for fact in facts:
            if isinstance(fact.event, ClockAnchored):
                moved |= self.apply_anchor(fact.event)
        return moved

    def _take_positions(self, lines: Iterable[JournalLine]) -> tuple[int, Position | None]:
        """How many lines belong into the feed (the readable ones), and the first position of theirs."""
        if self._stream is None:
            return 0, None
        count = sum(line.entry is not None for line in lines)
        return count, feed_positions.advance(self._connection, self._stream, count) if count else None

    def _fold_with(self, new: Sequence[KnownFact], subjects: set[UUID]) -> set[Location]:
        """Fold the subjects of new facts and these others; returns the new facts that exceed their subject's limit.

        The new facts come last, so that no row is folded afterwards from the stored entries alone.
        """
        new = [fact for fact in new if fact.entry.kind in FOLDED_KINDS]
        subjects_of_new = {fact.entry.subject for fact in new}
        self.refold(subjects - subjects_of_new)
        return self._fold(subjects_of_new, new)

    def _fold(self, subjects: Collection[UUID], new: Sequence[KnownFact] = ()) -> set[Location]:
        """Fold some subjects, and the visits that ended with one of these sessions; returns the excess of ``new``."""
        if not subjects:
            return set()
        counted, excess = self._read_facts(subjects, new)
        facts = self._group(counted)
        configurations = [fold_venue(subject, some) for subject, some in facts[Configuration].items()]
        self._sql.upsert(self._venue, configurations)
        self._sql.upsert(self._venue, [fold_evacuation(subject, some) for subject, some in facts[Evacuation].items()])
        self._sql.upsert(self._venue, [fold_series(subject, some) for subject, some in facts[Series].items()])
        self._sql.upsert(self._venue, [fold_host(subject, some) for subject, some in facts[SealedHost].items()])
        self._sql.upsert(self._venue, [fold_pass(subject, some) for subject, some in facts[PassState].items()])
        closed = self._write_sessions(facts[Session])
        self._write_visits(facts[Visit])
        self.refold(self._ended_with(closed).difference(subjects))
        return excess

    def _read_facts(
        self, subjects: Collection[UUID], new: Sequence[KnownFact]
    ) -> tuple[list[KnownFact], set[Location]]:
        """The facts of these subjects that count, and the excess of ``new``. Excess that is stored loses its effect."""
        entries = map(read_entry, self._sql.stored_lines(self._venue, subjects))
        stored = (KnownFact(entry, read_event(entry)) for entry in entries)
        counted, excess = fact_limits.split([*new, *stored], FOLDED_KINDS)
        if not excess:
            return counted, excess
        excess_of_new = excess & {fact_limits.location(fact.entry) for fact in new}
        fact_limits.disable(self._connection, excess - excess_of_new)
        return counted, excess_of_new

    def _group(self, facts: Sequence[KnownFact]) -> dict[type[Struct], FactsBySubject]:
        """The facts by the state they are folded into, then by subject."""
        unsure_boots = {fact.entry.clock.boot for fact in facts if not fact.entry.clock.sure}
        anchors = self._sql.anchors(self._venue, unsure_boots)
        grouped: dict[type[Struct], FactsBySubject] = {state: defaultdict(list) for state in STATES.values()}
        for fact in facts:
            if state := STATE_OF_KIND.get(fact.entry.kind):
                grouped[state][fact.entry.subject].append(with_time(fact, anchors))
        undoings = [with_time(fact, anchors) for fact in facts if isinstance(fact.event, ActUndone)]
        subjects = [fact.entry.subject for fact in facts if isinstance(fact.event, ActUndone)]
        for subject, undoing in zip(subjects, undoings, strict=True):
            for by_subject in grouped.values():
                if subject in by_subject:
                    by_subject[subject].append(undoing)
        return grouped

    def _write_sessions(self, facts: FactsBySubject) -> list[UUID]:
        """Fold and write sessions; returns those whose closing time has changed, on which rows of visits depend."""
        closings = self._sql.closings(self._venue, facts)
        sessions = [fold_session(subject, some) for subject, some in facts.items()]
        self._sql.upsert(self._venue, sessions)
        return [session.id for session in sessions if _closing(session) != closings.get(session.id)]

    def _write_visits(self, facts: FactsBySubject) -> None:
        sessions = {session for some in facts.values() for session in sessions_of(some)}
        closings = self._sql.closings(self._venue, sessions)
        self._sql.upsert(self._venue, [fold_visit(subject, some, closings) for subject, some in facts.items()])

    def _ended_with(self, sessions: list[UUID]) -> set[UUID]:
        """Visits of these sessions whose rows may depend on when the session closed.

        Not those that were seen leaving before it closed.
        """
        if not sessions:
            return set()
        visit, session = tables.visit.c, tables.session.c
        same_session = (session.id == visit.session) & (session.venue == visit.venue)
        query = select(visit.id).join_from(tables.visit, tables.session, same_session)
        query = query.where(visit.venue == self._venue, visit.session.in_(sessions))
        depends = visit.checked_out.is_(None) | visit.estimated | (visit.checked_out > session.closed)
        return set(self._connection.execute(query.where(depends)).scalars())


def _closing(session: Session) -> Closing | None:
    return None if session.closed is None else Closing(session.closed, session.closeout)


def refold_subjects(connection: Connection, keys: Iterable[SubjectKey]) -> None:
    """Fold these subjects again, each at its venue."""
    subjects_by_venue: dict[UUID, set[UUID]] = defaultdict(set)
    for venue, subject in keys:
        subjects_by_venue[venue].add(subject)
    for venue, subjects in subjects_by_venue.items():
        Projector(connection, venue).refold(subjects)


def keys_of_subjects(connection: Connection, subjects: Sequence[UUID]) -> set[SubjectKey]:
    """These subjects at each venue that has entries of them."""
    rows = connection.execute(select(_venue_of_entry, _entry.subject).where(_entry.subject.in_(subjects)).distinct())
    return {(venue, subject) for venue, subject in rows}


def read_history(connection: Connection, subject: UUID, venue: UUID = LOCAL_VENUE) -> list[tuple[Entry, Fact]]:
    """The entries of a subject that count, in the order (tick, id), each with its fact."""
    sql = hot_path(connection)
    entries = sorted(map(read_entry, sql.stored_lines(venue, {subject})), key=lambda entry: (entry.tick, entry.id))
    anchors = sql.anchors(venue, {entry.clock.boot for entry in entries if not entry.clock.sure})
    return [(entry, with_time(KnownFact(entry, read_event(entry)), anchors)) for entry in entries]


def with_time(fact: KnownFact, anchors: Mapping[UUID, ClockAnchored]) -> Fact:
    """The fact with the best known time of it; ``anchors``: of the boots whose clocks were not sure."""
    entry = fact.entry
    anchor = None if entry.clock.sure else anchors.get(entry.clock.boot)
    return Fact(entry.id, entry.tick, entry.journal, resolve_moment(entry.at, entry.clock, anchor), fact.event)
