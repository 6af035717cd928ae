"""Adds, fetches and removes the calendars of venues; fetching plans, changes and cancels the sessions they want."""

import threading
from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection, select

from sync.domain.events import Event, SessionCancelled, SessionKind, SessionPlanned
from sync.domain.ids import uuid7
from sync.domain.session import Session
from sync.errors import UserError
from sync.ledger import projections
from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.ledger import Ledger
from sync.names import compared
from sync.server.auth.scope import Scope
from sync.server.kiosks.repository import Venue, Zone
from sync.server.planning import calendar_feed, calendar_fetch, calendar_repository, week
from sync.server.planning.calendar_components import NotACalendar
from sync.server.planning.calendar_fetch import FetchFailed, FetchLimits
from sync.server.planning.calendar_import import (
    ImportChanges,
    ImportedSession,
    SessionRule,
    WantedSessions,
    changes,
)
from sync.server.planning.calendar_process import ReadingTask, read_wanted
from sync.server.planning.calendar_repository import CalendarSummary, VenueCalendar
from sync.server.planning.service import check_permission
from sync.server.typed_events import validated
from sync.server.web.calendar_problems import problem_words
from sync.server.web.i18n import say

HOUR_MS = 60 * 60 * 1000
INTERVAL_MS = HOUR_MS  # between two fetches
WHOLE_MS = 20 * HOUR_MS  # after which the content is read again although it has not changed: the weeks ahead have
MOST_REASONS = 5  # why events can't be read, that are remembered
ALL = SessionRule()
OWN_CALENDAR = "it is this venue's own published calendar: its sessions are planned here already"


class CalendarGone(UserError):
    """The calendar was removed meanwhile."""


class AddressRefused(UserError):
    """A calendar of this address is of no use here; the text says why."""


class RefreshResult(Struct, frozen=True):
    """What a fetch has come to; ``problem``: why nothing was read, None: it was, or has not changed."""

    planned: int = 0
    changed: int = 0
    cancelled: int = 0
    problem: str | None = None
    summary: CalendarSummary | None = None
    is_unchanged: bool = False


def add(
    ledger: Ledger,
    scope: Scope,
    venue: Venue,
    zone: Zone,
    *,
    name: str,
    address: str,
    rule: SessionRule = ALL,
    session_kind: SessionKind = "event",
    capacity: int | None = None,
) -> UUID:
    """Add a calendar to a venue; it is fetched next. Returns its id. Raises AddressRefused, UserError, StorageError."""
    check_permission(scope, venue)
    address = _clean_foreign_address(ledger, venue, address)
    now = ledger.clock.read().at
    validated(SessionPlanned(str(zone.id), name, session_kind, now, now, capacity))
    for other in calendar_repository.calendars(ledger.store, Scope.everything(scope.organisation)):
        if compared(other.name) == compared(name):
            raise _name_is_taken(other)
        if (other.venue.id, other.zone, other.address) == (venue.id, zone.id, address):
            raise AddressRefused(say("this address is fetched already, as “{calendar}”", calendar=other.name))
    calendar = uuid7(now)
    fields = {
        "id": calendar,
        "venue": venue.id,
        "zone": zone.id,
        "name": name,
        "address": address,
        "rule": msgspec.to_builtins(rule),
        "session_kind": session_kind,
        "capacity": capacity,
        "due_at": now,
    }
    with ledger.store.writing() as connection:
        calendar_repository.add(connection, fields)
    return calendar


def _clean_foreign_address(ledger: Ledger, venue: Venue, address: str) -> str:
    """The stored form of an address; it is not the venue's own calendar. Raises AddressRefused, UserError."""
    address = calendar_fetch.clean_address(address)
    if calendar_feed.venue_of(ledger.store, calendar_feed.token_in(address)) == venue.id:
        raise AddressRefused(say("this address can't be used: {reason}", reason=problem_words(OWN_CALENDAR)))
    return address


def change(
    ledger: Ledger,
    scope: Scope,
    calendar: VenueCalendar,
    zone: Zone,
    *,
    name: str,
    rule: SessionRule,
    session_kind: SessionKind,
    capacity: int | None,
    address: str | None = None,
) -> None:
    """Change a calendar's rule, its address (None: it stays), and what its sessions are like.

    Raises CalendarGone, AddressRefused, UserError, StorageError.

    The sessions that are planned get the new zone, kind and capacity at once, and stay the sessions they are. What the
    rule chooses, or no longer chooses, follows with the next fetch, which reads the whole content. So does what is at
    another address: an event with the identifier of one that was planned stays the session that it is.
    """
    check_permission(scope, calendar.venue)
    address = calendar.address if address is None else _clean_foreign_address(ledger, calendar.venue, address)
    now = ledger.clock.read().at
    validated(SessionPlanned(str(zone.id), name, session_kind, now, now, capacity))
    for other in calendar_repository.calendars(ledger.store, Scope.everything(scope.organisation)):
        if other.id != calendar.id and compared(other.name) == compared(name):
            raise _name_is_taken(other)
        if other.id != calendar.id and (other.zone, other.address) == (zone.id, address):
            text = say("this address is fetched for this zone already, as “{calendar}”", calendar=other.name)
            raise AddressRefused(text)
    fields = {
        "zone": zone.id,
        "name": name,
        "address": address,
        "session_kind": session_kind,
        "capacity": capacity,
    }
    changed = structs.replace(calendar, rule=rule, zone_name=zone.name, **fields)
    with ledger.store.writing() as connection:
        if calendar_repository.find(connection, calendar.id) is None:
            raise CalendarGone(say("“{calendar}” was removed meanwhile", calendar=calendar.name))
        if _kind_of_sessions(changed) != _kind_of_sessions(calendar):
            imported = calendar_repository.imported_sessions(connection, calendar.id)
            lasting = [item for item in imported if not item.is_cancelled and item.planned.end > now]
            states = _states(connection, calendar, lasting)
            plans = [(item.session, _plan(changed, item)) for item in lasting if _is_to_come(states, item)]
            _record(ledger, connection, changed, plans)
        stored_rule = msgspec.to_builtins(rule)
        calendar_repository.change(
            connection, calendar.id, rule=stored_rule, etag=None, last_modified=None, due_at=now, **fields
        )


def _name_is_taken(other: VenueCalendar) -> UserError:
    return UserError(
        say(
            "a calendar of {venue} is called “{calendar}” already; choose another name",
            venue=other.venue.name,
            calendar=other.name,
        )
    )


def _kind_of_sessions(calendar: VenueCalendar) -> tuple[UUID, SessionKind, int | None]:
    return calendar.zone, calendar.session_kind, calendar.capacity


def remove(ledger: Ledger, scope: Scope, calendar: VenueCalendar, *, keep_sessions: bool = False) -> int:
    """Remove a calendar, and cancel its sessions to come; returns how many. Raises UserError, StorageError."""
    check_permission(scope, calendar.venue)
    now = ledger.clock.read().at
    with ledger.store.writing() as connection:
        imported = [] if keep_sessions else calendar_repository.imported_sessions(connection, calendar.id)
        lasting = [item for item in imported if not item.is_cancelled and item.planned.end > now]
        facts = _cancellations(lasting, _states(connection, calendar, lasting))
        _record(ledger, connection, calendar, facts)
        calendar_repository.remove(connection, calendar.id)
    return len(facts)


def refresh(
    ledger: Ledger,
    calendar: VenueCalendar,
    limits: FetchLimits,
    *,
    accept_fewer: bool = False,
    stopping: threading.Event | None = None,
) -> RefreshResult:
    """Fetch a calendar and record what has changed. Whatever is the matter with it is a result, and cancels nothing.

    ``accept_fewer``: cancel also where so much has vanished that the calendar looks incomplete. ``stopping``: once it
    is set nothing is written any more. Raises CalendarGone, StorageError.
    """
    now = ledger.clock.read().at
    may_be_unchanged = calendar.problem is None and calendar.read_at is not None and not accept_fewer
    if may_be_unchanged and now - (calendar.read_at or 0) < WHOLE_MS:
        validators = calendar.etag, calendar.last_modified
    else:
        validators = None, None
    try:
        fetched = calendar_fetch.fetch(calendar.address, limits, *validators)
        if stopping is not None and stopping.is_set():
            return RefreshResult(summary=calendar.summary, is_unchanged=True)
        if fetched.content is None:
            return _store_result(ledger, calendar, RefreshResult(summary=calendar.summary, is_unchanged=True))
        wanted = _wanted(calendar, fetched.content, now)
        _check_foreign(ledger, calendar, wanted, now)
    except (FetchFailed, NotACalendar) as error:
        return _store_result(ledger, calendar, RefreshResult(problem=str(error), summary=calendar.summary))
    with ledger.store.writing() as connection:
        if not _is_as_fetched(connection, calendar):
            return RefreshResult(summary=calendar.summary, is_unchanged=True)
        result = _apply(ledger, connection, calendar, wanted, now, accept_fewer=accept_fewer)
        calendar_repository.change(
            connection,
            calendar.id,
            tried_at=now,
            read_at=now,
            due_at=now + INTERVAL_MS,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            problem=result.problem,
            summary=msgspec.to_builtins(result.summary),
        )
    return result


def _is_as_fetched(connection: Connection, calendar: VenueCalendar) -> bool:
    """Whether what was fetched is still wanted: another address or rule was given meanwhile, whose fetch counts.

    Raises CalendarGone.
    """
    stored = calendar_repository.find(connection, calendar.id)
    if stored is None:
        raise CalendarGone(say("“{calendar}” was removed meanwhile", calendar=calendar.name))
    return (stored.address, stored.rule) == (calendar.address, calendar.rule)


def _wanted(calendar: VenueCalendar, content: bytes, now: int) -> WantedSessions:
    return read_wanted(ReadingTask(content, calendar.id, calendar.rule, calendar.venue.time_zone, now))


def _check_foreign(ledger: Ledger, calendar: VenueCalendar, wanted: WantedSessions, now: int) -> None:
    """Refuse what this venue has published itself. Raises NotACalendar."""
    if not wanted.published:
        return
    start, end = now - calendar_feed.BEHIND_MS, now + calendar_feed.AHEAD_MS
    with ledger.store.reading() as connection:
        own = {item.id for item in week.read_items(connection, calendar.venue, start, end, now)}
    if wanted.published & own:
        raise NotACalendar(OWN_CALENDAR)


def _store_result(ledger: Ledger, calendar: VenueCalendar, result: RefreshResult) -> RefreshResult:
    now = ledger.clock.read().at
    with ledger.store.writing() as connection:
        stored = calendar_repository.find(connection, calendar.id)
        if stored is not None and stored.address == calendar.address:
            calendar_repository.change(
                connection, calendar.id, tried_at=now, due_at=now + INTERVAL_MS, problem=result.problem
            )
    return result


def _apply(
    ledger: Ledger,
    connection: Connection,
    calendar: VenueCalendar,
    wanted: WantedSessions,
    now: int,
    *,
    accept_fewer: bool,
) -> RefreshResult:
    """Record what has changed, in the transaction that reads what was planned before."""
    before = calendar_repository.imported_sessions(connection, calendar.id)
    changed = changes(before, wanted, calendar.venue.clock_zone, now, accept_fewer=accept_fewer)
    touched = _states(connection, calendar, (*changed.changed, *changed.cancelled))
    planned = [(item.session, _plan(calendar, item)) for item in changed.planned]
    moved = [(item.session, _plan(calendar, item)) for item in changed.changed if _is_to_come(touched, item)]
    cancelled = _cancellations(changed.cancelled, touched)
    _record(ledger, connection, calendar, [*planned, *moved, *cancelled])
    calendar_repository.store_sessions(connection, calendar.id, (*changed.kept, *changed.cancelled), now)
    problem = withheld_problem(len(changed.withheld))
    return RefreshResult(len(planned), len(moved), len(cancelled), problem, _summary(wanted, changed))


def _record(
    ledger: Ledger, connection: Connection, calendar: VenueCalendar, facts: Iterable[tuple[UUID, Event]]
) -> None:
    for some in chunks(facts):
        ledger.record_within(connection, *some, stream=calendar.venue.id)


def _plan(calendar: VenueCalendar, item: ImportedSession) -> Event:
    return validated(
        SessionPlanned(
            zone=str(calendar.zone),
            title=item.planned.title,
            session_kind=calendar.session_kind,
            planned_start=item.planned.start,
            planned_end=item.planned.end,
            capacity=calendar.capacity,
        )
    )


def _cancellations(items: Iterable[ImportedSession], states: Mapping[UUID, Session]) -> list[tuple[UUID, Event]]:
    return [(item.session, validated(SessionCancelled())) for item in items if _is_to_come(states, item)]


def _is_to_come(states: Mapping[UUID, Session], item: ImportedSession) -> bool:
    """Whether it is still only a plan: not opened, and not cancelled by a person, which a calendar does not undo."""
    session = states.get(item.session)
    return session is not None and session.opened is None and not session.cancelled


def _states(
    connection: Connection, calendar: VenueCalendar, items: Iterable[ImportedSession]
) -> Mapping[UUID, Session]:
    session = ledger_tables.session
    states: dict[UUID, Session] = {}
    for some in chunks(item.session for item in items):
        query = select(session).where(session.c.venue == calendar.venue.id, session.c.id.in_(some))
        states |= {row.id: projections.read_session(row) for row in connection.execute(query)}
    return states


def _summary(wanted: WantedSessions, changed: ImportChanges) -> CalendarSummary:
    reasons = sorted(set(wanted.unreadable.values()))
    return CalendarSummary(
        wanted.events,
        len(changed.kept),
        {str(reason): count for reason, count in wanted.skipped.items()},
        tuple(reasons[:MOST_REASONS]),
        len(wanted.unreadable),
        len(changed.withheld),
    )


def withheld_problem(number: int) -> str | None:
    """The problem of a calendar from which so many sessions have vanished at once; None: of which none has."""
    if not number:
        return None
    sessions = "1 session has" if number == 1 else f"{number} sessions have"
    return f"{sessions} vanished from it at once, as if it were incomplete; they stay planned"
