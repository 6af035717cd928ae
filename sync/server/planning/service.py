"""Plans, changes and cancels sessions and series: facts in the server's journal, which reach kiosks by their feed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, structs
from sqlalchemy import Connection, insert, select

from sync.domain.events import Event, SeriesEnded, SeriesSet, SessionCancelled, SessionPlanned
from sync.domain.ids import uuid7
from sync.domain.series import Series, local_start, occurrence_id
from sync.domain.session import Session
from sync.errors import UserError
from sync.ledger import tables as ledger_tables
from sync.ledger.ledger import Ledger
from sync.server import tables
from sync.server.auth.scope import Permission, Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Venue
from sync.server.planning import week
from sync.server.planning.week import PlannedItem
from sync.server.typed_events import validated
from sync.server.web.i18n import say
from sync.server.web.venue_time import day_of

MOST_SKIPPED = 400  # days of a series; as its fact allows
WHEN = ("weekdays", "start_minute", "minutes", "first_day", "last_day")  # fields of a series


class NotAllowed(UserError):
    """The principal may look at the venue, and not change it."""


class ImpossiblePlan(UserError):
    """The times of a plan can't be. ``reason``: why; the message is for commands, and says what to do, too."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(f"{reason}; {hint}")
        self.reason = reason


def plan(
    ledger: Ledger, venue: UUID, planned: SessionPlanned, session: UUID | None = None, actor: UUID | None = None
) -> UUID:
    """Plan a session at a venue, or change the plan with the id ``session``; returns its id.

    Doing it twice with the same id is harmless. Raises UserError for impossible times, StorageError.
    """
    now = ledger.clock.read().at
    check_times(planned.planned_start, planned.planned_end, now)
    session = session or uuid7(now)
    ledger.record((session, validated(planned)), stream=venue, actor=actor)
    return session


def check_times(start: int, end: int, now: int) -> None:
    """Raise ImpossiblePlan for a session that would end before it begins, or be over (ms since 1970 UTC)."""
    if end <= start:
        raise ImpossiblePlan(say("the session would end before it begins"), "turn --from and --until round")
    if end <= now:
        raise ImpossiblePlan(say("that session would be over already"), "look at the dates")


def change_session(
    ledger: Ledger, venue: Venue, item: PlannedItem, planned: SessionPlanned, actor: UUID | None = None
) -> None:
    """Change one session; one of a series is planned on its own from now on. Raises UserError, StorageError."""
    check_times(planned.planned_start, planned.planned_end, ledger.clock.read().at)

    def remember(connection: Connection) -> None:
        table = tables.plan_group
        is_known = connection.execute(select(table.c.session).where(table.c.session == item.id)).scalar()
        if item.series is not None and is_known is None:
            connection.execute(insert(table).values(session=item.id, group=item.series.id))

    ledger.record((item.id, validated(planned)), stream=venue.id, actor=actor, then=remember)


def plan_series(ledger: Ledger, venue: Venue, series: SeriesSet, series_id: UUID, actor: UUID | None = None) -> UUID:
    """Begin a weekly series; returns its id. Doing it twice is harmless. Raises UserError, StorageError."""
    _check_series(ledger, venue, series)
    ledger.record((series_id, validated(series)), stream=venue.id, actor=actor)
    return series_id


def plan_row(
    ledger: Ledger, venue: Venue, sessions: Sequence[SessionPlanned], row: UUID, actor: UUID | None = None
) -> None:
    """Plan sessions together; ``row``: the id by which they belong together, and from which theirs follow.

    Doing it twice is harmless. Raises UserError, StorageError.
    """
    now = ledger.clock.read().at
    facts = [(occurrence_id(row, session.planned_start), validated(session)) for session in sessions]
    for session in sessions:
        check_times(session.planned_start, session.planned_end, now)
    with ledger.store.reading() as connection:
        if week.row_sessions(connection, venue.id, row):
            return
    members = [{"session": session, "group": row} for session, _ in facts]

    def remember(connection: Connection) -> None:
        connection.execute(insert(tables.plan_group), members)

    ledger.record(*facts, stream=venue.id, actor=actor, then=remember)


def change_row(
    ledger: Ledger, venue: Venue, item: PlannedItem, changed: SessionPlanned, actor: UUID | None = None
) -> None:
    """Change a session and all later ones that were planned with it: by as many days, to the same time of the day.

    Raises UserError, StorageError.
    """
    zone = venue.clock_zone
    start = datetime.fromtimestamp(changed.planned_start // 1000, zone)
    moved = start.date() - day_of(item.start, zone)
    length = changed.planned_end - changed.planned_start
    facts: list[tuple[UUID, Event]] = []
    for session in _coming_in_row(ledger, venue, item):
        day = day_of(session.planned_start or 0, zone) + moved
        begin = local_start(day, start.hour * 60 + start.minute, zone)
        begin = changed.planned_start if session.id == item.id else begin
        again = structs.replace(changed, planned_start=begin, planned_end=begin + length)
        check_times(again.planned_start, again.planned_end, ledger.clock.read().at)
        facts.append((session.id, validated(again)))
    ledger.record(*facts, stream=venue.id, actor=actor)


def cancel_row(ledger: Ledger, scope: Scope, venue: Venue, item: PlannedItem, actor: UUID | None = None) -> None:
    """Cancel a session and all later ones that were planned with it. Raises UserError, StorageError."""
    check_permission(scope, venue)
    facts = [(session.id, SessionCancelled()) for session in _coming_in_row(ledger, venue, item)]
    if facts:
        ledger.record(*facts, stream=venue.id, actor=actor)


def _coming_in_row(ledger: Ledger, venue: Venue, item: PlannedItem) -> list[Session]:
    """The item and the later ones of its row that were neither cancelled nor opened."""
    if item.row is None:
        return []
    with ledger.store.reading() as connection:
        sessions = week.row_sessions(connection, venue.id, item.row)
    return [
        session
        for session in sessions
        if session.opened is None and not session.cancelled and (session.planned_start or 0) >= item.start
    ]


def change_series(ledger: Ledger, venue: Venue, series: Series, changed: SeriesSet, actor: UUID | None = None) -> None:
    """Change a whole series from today on. Raises UserError, StorageError.

    A session that was changed, cancelled or opened on its own stays as it is. Where the days or the time change, no
    other takes place on its day.
    """
    _check_series(ledger, venue, changed)
    is_moved = (set(series.weekdays), series.start_minute) != (set(changed.weekdays), changed.start_minute)
    today = day_of(ledger.clock.read().at, venue.clock_zone)
    skipped = _skipped(ledger, venue, series, today) if is_moved else series.skipped_days
    changed = structs.replace(changed, skipped_days=skipped)
    ledger.record((series.id, validated(changed)), stream=venue.id, actor=actor)


def change_later(
    ledger: Ledger,
    venue: Venue,
    series: Series,
    day: date,
    changed: SeriesSet,
    *,
    series_id: UUID,
    actor: UUID | None = None,
) -> UUID:
    """Change the sessions of a series from a day on: another series follows it. Returns the id of the one that does.

    Without an earlier session of the series it is the same one. Raises UserError, StorageError.
    """
    first = min(day, changed.first_day or day)
    before = _until(ledger, venue, series, first - timedelta(days=1))
    if before is None:
        change_series(ledger, venue, series, changed, actor)
        return series.id
    _check_series(ledger, venue, changed)
    changed = structs.replace(changed, skipped_days=_skipped(ledger, venue, series, first))
    ledger.record((series.id, validated(before)), (series_id, validated(changed)), stream=venue.id, actor=actor)
    return series_id


def cancel(
    ledger: Ledger, scope: Scope, session: UUID, reason: str | None = None, actor: UUID | None = None
) -> PlannedItem:
    """Cancel a planned session; returns what it was. Raises UserError for one that is open, StorageError."""
    for venue in _planned_at(ledger, scope, session):
        with ledger.store.reading() as connection:
            item = week.find_item(connection, venue, session, ledger.clock.read().at)
        if item is not None:
            cancel_item(ledger, scope, venue, item, reason=reason, actor=actor)
            return item
    raise UserError(f"no session {session} was planned here; `hearth-server plans` lists those that are")


def cancel_item(
    ledger: Ledger,
    scope: Scope,
    venue: Venue,
    item: PlannedItem,
    *,
    reason: str | None = None,
    actor: UUID | None = None,
) -> None:
    """Cancel one session, also one of a series. Raises UserError where it can't be any more, StorageError."""
    check_permission(scope, venue)
    if item.state in ("cancelled", "left_out"):
        raise UserError(say("“{title}” was cancelled before", title=item.title))
    if item.state in ("open", "closed"):
        raise UserError(say("“{title}” was opened already; its host closes it at the kiosk", title=item.title))
    ledger.record((item.id, validated(SessionCancelled(reason))), stream=venue.id, actor=actor)


def cancel_later(
    ledger: Ledger, scope: Scope, venue: Venue, series: Series, day: date, *, actor: UUID | None = None
) -> None:
    """Cancel the sessions of a series from a day on, those that were changed on their own too. Raises UserError."""
    check_permission(scope, venue)
    before = _until(ledger, venue, series, day - timedelta(days=1))
    end: Event = SeriesEnded() if before is None else validated(before)
    ledger.record((series.id, end), *_cancelled_alone(ledger, venue, series, day), stream=venue.id, actor=actor)


def end_series(ledger: Ledger, scope: Scope, venue: Venue, series: Series, actor: UUID | None = None) -> None:
    """Cancel all sessions of a series that have not been opened. Raises UserError, StorageError."""
    check_permission(scope, venue)
    today = day_of(ledger.clock.read().at, venue.clock_zone)
    alone = _cancelled_alone(ledger, venue, series, today)
    ledger.record((series.id, SeriesEnded()), *alone, stream=venue.id, actor=actor)


def check_permission(scope: Scope, venue: Venue) -> None:
    """Raise NotAllowed where the scope may not change this venue."""
    if not scope.allows(Permission.MANAGE, venue.id):
        raise NotAllowed(say("you may look at what is planned at {venue}, and not change it", venue=venue.name))


def setting(series: Series, **changes: object) -> SeriesSet:
    """The setting of a series as it is, with changes. Raises UserError."""
    fields: Mapping[str, Any] = {name: getattr(series, name) for name in SeriesSet.__struct_fields__} | changes
    fields = {name: value for name, value in fields.items() if value is not None and value is not UNSET}
    try:
        return msgspec.convert(fields, SeriesSet)
    except msgspec.ValidationError as error:
        raise UserError(say("“{title}” can't be changed here: {reason}", title=series.title, reason=error)) from error


def with_first_day(series: SeriesSet, first_day: date | None) -> SeriesSet:
    """The setting with another first day."""
    return structs.replace(series, first_day=first_day)


def _until(ledger: Ledger, venue: Venue, series: Series, last_day: date) -> SeriesSet | None:
    """The setting of a series that ends on this day; None where no session would be left to come before."""
    last_day = last_day if series.last_day is None else min(series.last_day, last_day)
    left = structs.replace(series, last_day=last_day)
    is_left = week.next_day(left, venue, ledger.clock.read().at) is not None
    return setting(series, last_day=last_day) if is_left else None


def _skipped(ledger: Ledger, venue: Venue, series: Series, first: date) -> tuple[date, ...]:
    with ledger.store.reading() as connection:
        touched = week.touched_days(connection, venue, series, first)
    skipped = sorted({*touched, *(day for day in series.skipped_days if day >= first)})
    return tuple(skipped[:MOST_SKIPPED])


def _cancelled_alone(
    ledger: Ledger, venue: Venue, series: Series, first: date
) -> Sequence[tuple[UUID, SessionCancelled]]:
    """Cancellations of the sessions that were changed on their own, and neither cancelled nor opened."""
    with ledger.store.reading() as connection:
        sessions = week.touched_days(connection, venue, series, first).values()
    return [
        (session.id, SessionCancelled()) for session in sessions if session.opened is None and not session.cancelled
    ]


def _check_series(ledger: Ledger, venue: Venue, series: SeriesSet) -> None:
    row = Series(UUID(int=0), **{name: getattr(series, name) for name in WHEN})
    if week.next_day(row, venue, ledger.clock.read().at) is None:
        raise ImpossiblePlan(say("no session of that series is to come"), "look at its days and its end")


def _planned_at(ledger: Ledger, scope: Scope, session: UUID) -> list[Venue]:
    """The venues of the scope where the server planned the session, or of whose series it may be."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    query = select(entry.stream).join(ledger_tables.journal, journal.id == entry.journal)
    query = query.where(entry.subject == session, entry.kind == SessionPlanned.kind, journal.kiosk.is_(None))
    with ledger.store.reading() as connection:
        planned = set(connection.execute(scope.limit(query, entry.stream)).scalars())
        venues = kiosk_repository.venues_in(connection, scope)
    is_of_series = not planned and session.version == week.DERIVED
    return [venue for venue in venues if venue.id in planned or is_of_series]
