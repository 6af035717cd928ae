"""Closes, as estimates, what was left open when the venue's day ended; and what the host sees of that in the morning.

It runs on every kiosk of a venue, at its start and every minute: also where a kiosk was off when the day ended. Two
kiosks that close the same session state two estimates, of which the fold takes one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.services import closeout
from kiosk.services.context import KioskContext
from kiosk.services.records.closeout_records import CloseoutState, MorningReport, NightClosing
from sync.domain.clock import Reading, is_plausible
from sync.domain.events import Event, SessionClosed, SessionOpened, VisitCheckedOut
from sync.domain.fold import Fact
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import subject_facts

DISMISSED = "night"  # key of the sessions that a host has seen in a report
DAY_ENDS = time(4)  # local time
GRACE_MS = 3_600_000  # after the planned end, for a session that lasts longer
SHORTEST_MS = 4 * 3_600_000  # that a session without a planned end is taken to last, unless it is closed
OTHERS_LATER_MS = 3_600_000  # after the kiosk that opened it, other kiosks close a session too
MOST_DISMISSED = 100
REPORTED_MS = 7 * 24 * 3_600_000  # since its opening, a session is in the report


@dataclass(frozen=True)
class _Ending:
    """An open session and its visits, with the times of their facts corrected by the present clock."""

    session: Session
    present: Sequence[Visit]
    last_acts: Mapping[UUID, int]  # by subject, ms since 1970 UTC
    opened: int

    @property
    def last_act(self) -> int:
        return max(self.last_acts.values())

    def left_at(self, visit: Visit) -> int:
        """The planned end, else the last act seen in the session."""
        planned = self.session.planned_end
        return planned if planned and planned >= self.last_acts.get(visit.id, 0) else self.last_act

    @property
    def ended_at(self) -> int:
        return max(self.session.planned_end or 0, self.last_act)


def close_ended_days(context: KioskContext) -> int:
    """Close the sessions whose day has ended, and check out visits that were left in; returns how many sessions.

    Nothing is closed while the clock is not known to be set. Raises StorageError where it fails.
    """
    now = context.ledger.clock.read()
    if not now.sure:
        return 0
    with context.allocation.lock:  # excludes check-ins between reading and closing
        sessions, visits = context.ledger.open_and_outstanding()
        present = [visit for visit in visits if visit.is_in]
        endings = [_ending(context, session, present, now) for session in sessions if _may_be_over(session, now)]
        over = [ending for ending in endings if _is_over(context, ending, now)]
        open_ids = {session.id for session in sessions}
        strays = [visit for visit in present if visit.session not in open_ids]
        facts = [fact for ending in over for fact in _closing_facts(ending)]
        facts += _stray_facts(context, strays, now)
        if facts:
            context.ledger.record(*facts)
    return len(over)


def end_of_day(at: int, zone: ZoneInfo) -> int:
    """When the venue's day that ``at`` belongs to ends; both in ms since 1970 UTC."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    day = local.date() if local.time() < DAY_ENDS else local.date() + timedelta(days=1)
    return int(datetime.combine(day, DAY_ENDS, zone).timestamp() * 1000)


def morning_report(context: KioskContext) -> MorningReport | None:
    """What was closed in the night, at any kiosk of the venue, until a host dismisses it; None: nothing."""
    sessions = _closed_at_night(context)
    if not sessions:
        return None
    closed = tuple(
        NightClosing(session.title, context.local_time(session.closed or 0), session.session_kind, session.practice)
        for session in sessions
    )
    visits = (
        visit
        for session in sessions
        if not session.practice
        for visit in subject_facts.visits_of_session(context.ledger.store, session.id)
    )
    people = sum(visit.party_size for visit in visits if visit.estimated and not visit.voided)
    return MorningReport(closed, people, closeout.read_figures(context))


def read_closeout(context: KioskContext, session_id: UUID | None = None) -> CloseoutState:
    """What has not come back of a session, or of all, with the report of the night."""
    return CloseoutState(closeout.read_items(context, session_id), morning_report(context))


def dismiss_report(context: KioskContext) -> None:
    """A host of this kiosk has seen the report. Raises StorageError."""
    if sessions := _closed_at_night(context):
        seen = [*(context.ledger.recall(DISMISSED) or []), *(str(session.id) for session in sessions)]
        context.ledger.remember(DISMISSED, seen[-MOST_DISMISSED:])


def _closed_at_night(context: KioskContext) -> list[Session]:
    """Sessions that were closed in the night and that no host of this kiosk has seen in a report."""
    since = context.ledger.clock.read().at - REPORTED_MS
    dismissed = set(context.ledger.recall(DISMISSED) or [])
    sessions = [
        session
        for session in subject_facts.sessions_closed_by_estimate(context.ledger.store, since)
        if str(session.id) not in dismissed
    ]
    facts = subject_facts.read_facts(context.ledger.store, [session.id for session in sessions])
    return [session for session in sessions if _is_by_night(facts[session.id])]


def _is_by_night(facts: Iterable[Fact]) -> bool:
    """Whether no host has closed it too, at another kiosk."""
    reasons = {fact.event.reason for fact in facts if isinstance(fact.event, SessionClosed)}
    return reasons == {"night"}


def _may_be_over(session: Session, now: Reading) -> bool:
    """Whether its facts are worth reading: it lasts longer than it was expected to."""
    expected_end = (
        (session.opened or 0) + SHORTEST_MS if session.planned_end is None else session.planned_end + GRACE_MS
    )
    return now.at >= expected_end


def _ending(context: KioskContext, session: Session, present: Iterable[Visit], now: Reading) -> _Ending:
    visits = subject_facts.visits_of_session(context.ledger.store, session.id)
    facts = subject_facts.read_facts(context.ledger.store, [session.id, *(visit.id for visit in visits)])
    last_acts = {subject: max(_time(fact, now) for fact in of_subject) for subject, of_subject in facts.items()}
    openings = [fact for fact in facts[session.id] if isinstance(fact.event, SessionOpened)]
    opened = _time(min(openings, key=lambda fact: (fact.tick, fact.id)), now)
    return _Ending(session, [visit for visit in present if visit.session == session.id], last_acts, opened)


def _time(fact: Fact, now: Reading) -> int:
    """When it happened: of the present boot by uptime, whatever the clock was then; never in the future."""
    at = now.at - (now.up - fact.when.up) if fact.when.boot == now.boot else fact.when.at
    return min(at, now.at)


def _is_over(context: KioskContext, ending: _Ending, now: Reading) -> bool:
    session, zone = ending.session, context.profile.time_zone
    own = context.allocation.owns_journal(session.journal)
    until = now.at - (0 if own else OTHERS_LATER_MS)
    if session.planned_end is not None and is_plausible(session.planned_end):
        return until >= max(end_of_day(ending.opened, zone), session.planned_end + GRACE_MS)
    return until >= end_of_day(ending.opened + SHORTEST_MS, zone)


def _closing_facts(ending: _Ending) -> list[tuple[UUID, Event]]:
    closing = SessionClosed("night", estimated=True, ended_at=ending.ended_at, closeout=True)
    is_practice = ending.session.practice
    return [
        *((visit.id, _check_out(visit, ending.left_at(visit), is_practice=is_practice)) for visit in ending.present),
        (ending.session.id, closing),
    ]


def _stray_facts(context: KioskContext, strays: Sequence[Visit], now: Reading) -> list[tuple[UUID, Event]]:
    """Visits that came in where their session had been closed, or is not known here: each left at its last act."""
    facts = subject_facts.read_facts(context.ledger.store, [visit.id for visit in strays])
    last_acts = {subject: max(_time(fact, now) for fact in of_subject) for subject, of_subject in facts.items()}
    return [
        (visit.id, _check_out(visit, last_acts[visit.id], is_practice=_is_practice(context, visit)))
        for visit in strays
        if now.at >= end_of_day(last_acts[visit.id] + SHORTEST_MS, context.profile.time_zone)
    ]


def _is_practice(context: KioskContext, visit: Visit) -> bool:
    session = context.ledger.session(visit.session) if visit.session else None
    return session is not None and session.practice


def _check_out(visit: Visit, left_at: int, *, is_practice: bool) -> VisitCheckedOut:
    return closeout.estimated_departure(visit, "night", left_at, is_practice=is_practice)
