"""Decides what a calendar means for a venue's plans: which events become sessions, and what has changed since."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from sync.domain.series import occurrence_id
from sync.names import compared
from sync.server.planning.calendar_components import NotACalendar
from sync.server.planning.calendar_file import CalendarEvent, CalendarFile, EventDetails
from sync.server.planning.recurrence import EventOccurrence, occurrences
from sync.server.planning.recurrence_rules import BadRecurrence, ExpansionBudget
from sync.server.web.venue_time import day_of

PUBLISHED_HOST = "hearth.invalid"  # reserved (RFC 2606): makes the ids of published events unique
DAYS_AHEAD = 56  # in which events become sessions
MOST_SESSIONS = 500  # of one calendar at a time
LONGEST_MS = 36 * 60 * 60 * 1000  # of a session; a day has at most 25 hours
SINGLE = 0  # the original start of an event that doesn't repeat: another start means that it was moved
FEW = 3  # so many sessions may vanish together

Skipped = Literal["private", "not_chosen", "whole_day", "no_title", "no_length", "too_long", "cancelled", "passed_on"]
PUBLISHED = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@" + re.escape(PUBLISHED_HOST))  # an event's id
IMPORTED_VERSION = 8  # of the id of a session that was planned for a calendar


class SessionRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Which events of a calendar become sessions; private ones never do. All conditions have to hold."""

    title_contains: str | None = None  # whole words, in any case
    category: str | None = None  # in any case
    whole_days: bool = False  # events of whole days too

    def chooses(self, details: EventDetails) -> bool:
        """Whether it becomes a session, as far as the rule says."""
        if self.title_contains is not None and not _has_words(details.title, self.title_contains):
            return False
        return self.category is None or compared(self.category) in map(compared, details.categories)


class CalendarSession(Struct, frozen=True):
    """What a calendar says of one session, which its series and original start identify; times in ms since 1970 UTC."""

    series: UUID
    original_start: int
    title: str
    start: int
    end: int


class ImportedSession(Struct, frozen=True):
    """A session that was planned for a calendar, as the calendar said it when it was last read."""

    session: UUID
    planned: CalendarSession
    is_cancelled: bool = False


class WantedSessions(Struct, frozen=True):
    """What a calendar wants. ``named``: the series that it still has; ``unclear``: of those, the unreadable ones."""

    sessions: tuple[CalendarSession, ...]
    named: frozenset[UUID]
    unclear: frozenset[UUID]
    skipped: Mapping[Skipped, int]
    unreadable: Mapping[str, str]
    events: int
    published: frozenset[UUID] = frozenset()  # sessions of a calendar that this program has published


class ImportChanges(Struct, frozen=True):
    """What has to be recorded. ``kept``: the sessions as they are now, the planned and changed ones too.

    ``withheld``: sessions that vanished, so many that the calendar is probably incomplete; they stay planned.
    """

    planned: tuple[ImportedSession, ...]
    changed: tuple[ImportedSession, ...]
    cancelled: tuple[ImportedSession, ...]
    kept: tuple[ImportedSession, ...]
    withheld: tuple[ImportedSession, ...]


# which events become sessions


def wanted_sessions(
    file: CalendarFile,
    rule: SessionRule,
    zone: ZoneInfo,
    now: int,
    series_of: Callable[[str], UUID],
    *,
    budget: ExpansionBudget | None = None,
) -> WantedSessions:
    """The sessions of the next weeks that a calendar wants at a venue in this ``zone``; ``now``: ms since 1970 UTC.

    ``series_of``: the id of the series of an event that can't be read. Raises NotACalendar for far too many.
    """
    budget = budget or ExpansionBudget()
    first = day_of(now, zone)
    last = first + timedelta(days=DAYS_AHEAD)
    skipped: Counter[Skipped] = Counter()
    unreadable = dict(file.unreadable)
    sessions: dict[Hashable, CalendarSession] = {}
    for event in file.events:
        if not _may_become(event, rule, skipped):
            continue
        try:
            expanded = occurrences(event.series, zone, first, last, budget)
        except BadRecurrence as error:
            unreadable[event.uid] = str(error)
            continue
        for occurrence in expanded:
            session = _session(event, occurrence, rule, skipped)
            if session is not None and session.end > now:
                sessions.setdefault((session.title, session.start, session.end), session)
        if len(sessions) > MOST_SESSIONS:
            raise NotACalendar(
                f"more than {MOST_SESSIONS} sessions in {DAYS_AHEAD // 7} weeks would come of it: choose by a rule"
            )
    return WantedSessions(
        tuple(sessions.values()),
        frozenset(event.series.id for event in file.events) | frozenset(map(series_of, unreadable)),
        frozenset(map(series_of, unreadable)),
        skipped,
        unreadable,
        len(file.events) + len(file.unreadable),
        frozenset(id for event in file.events for id in (_published_id(event.uid),) if id is not None),
    )


def _published_id(uid: str) -> UUID | None:
    """The session of a published calendar that has this id; None: it is of another program."""
    match = PUBLISHED.fullmatch(uid)
    return None if match is None else UUID(match[1])


def _may_become(event: CalendarEvent, rule: SessionRule, skipped: Counter[Skipped]) -> bool:
    """Whether any of its occurrences can become a session, so that the others' rules need not be worked out.

    What a venue itself has from a calendar is not taken over from what it publishes: two venues that read each other's
    calendar would plan the same session again at every fetch.
    """
    published = _published_id(event.uid)
    if published is not None and published.version == IMPORTED_VERSION:
        skipped["passed_on"] += 1
        return False
    reasons = [_reason(details, rule) for details in (event.main, *event.changes) if details is not None]
    if None in reasons:
        return True
    skipped.update(reason for reason in reasons[:1] if reason is not None)
    return False


def _reason(details: EventDetails, rule: SessionRule) -> Skipped | None:
    """Why it becomes no session; None: it may become one."""
    if details.is_private:
        return "private"
    if details.is_cancelled:
        return "cancelled"
    if details.is_whole_day and not rule.whole_days:
        return "whole_day"
    if not details.title:
        return "no_title"
    return None if rule.chooses(details) else "not_chosen"


def _session(
    event: CalendarEvent, occurrence: EventOccurrence, rule: SessionRule, skipped: Counter[Skipped]
) -> CalendarSession | None:
    details = event.main if occurrence.change is None else event.changes[occurrence.change]
    assert details is not None  # the series has a main component where an occurrence follows it
    length = occurrence.end - occurrence.start
    reason = _reason(details, rule)
    if reason is None and length <= 0:
        reason = "no_length"
    if reason is None and length > LONGEST_MS:
        reason = "too_long"
    if reason is not None:
        skipped[reason] += 1
        return None
    original = SINGLE if event.is_single else occurrence.original_start
    return CalendarSession(event.series.id, original, details.title, occurrence.start, occurrence.end)


def _has_words(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(compared(words))}(?!\w)", compared(text)) is not None


# what has changed


def changes(
    before: Sequence[ImportedSession],
    wanted: WantedSessions,
    zone: ZoneInfo,
    now: int,
    *,
    accept_fewer: bool = False,
) -> ImportChanges:
    """What to record, where ``before`` are the sessions of the calendar, the cancelled ones too.

    Sessions are followed by the event's id and original start; where calendars give new ids at every fetch, by title
    and start; and where all of a series was moved, by its day and then its order. Where an event has another id and
    another time, by title and day; and where all ids are new, by time or by title alone. ``accept_fewer``: cancel
    also where so many have vanished that the calendar looks incomplete. ``now``: ms since 1970 UTC.
    """
    lasting = [item for item in before if not item.is_cancelled and item.planned.end > now]
    pairs = _matched(lasting, wanted, zone)
    taken = {item.session for item in before}
    planned, changed, same = [], [], []
    for session in wanted.sessions:
        item = pairs.get(session)
        if item is None:
            planned.append(ImportedSession(_new_id(session, taken), session))
            taken.add(planned[-1].session)
        elif _shown(item.planned) == _shown(session):
            same.append(ImportedSession(item.session, session))
        else:
            changed.append(ImportedSession(item.session, session))
    followed = {item.session for item in pairs.values()}
    left = [item for item in lasting if item.session not in followed]
    unclear = [item for item in left if item.planned.series in wanted.unclear]
    gone = [item for item in left if item.planned.series not in wanted.named]
    replaced = _replaced(gone, planned)
    vanished = [item for item in gone if item.session not in replaced]
    ended = [item for item in left if item.planned.series in wanted.named - wanted.unclear]
    ended += [item for item in gone if item.session in replaced]
    is_incomplete = not accept_fewer and _is_incomplete(len(vanished), len(lasting), wanted.events)
    withheld = vanished if is_incomplete else []
    cancelled = ended if is_incomplete else ended + vanished
    return ImportChanges(
        tuple(planned),
        tuple(changed),
        tuple(ImportedSession(item.session, item.planned, is_cancelled=True) for item in cancelled),
        (*same, *planned, *changed, *unclear, *withheld),
        tuple(withheld),
    )


def _replaced(gone: Sequence[ImportedSession], planned: Sequence[ImportedSession]) -> set[UUID]:
    """The sessions in whose place others were planned, so that nothing has vanished.

    Those are at the very time of one, and those of a title of which half as many were planned at least.
    """
    times = {(item.planned.start, item.planned.end) for item in planned}
    gone_by_title = Counter(item.planned.title for item in gone)
    planned_by_title = Counter(item.planned.title for item in planned)
    titles = {title for title, number in gone_by_title.items() if planned_by_title[title] * 2 >= number}
    return {
        item.session for item in gone if item.planned.title in titles or (item.planned.start, item.planned.end) in times
    }


def _is_incomplete(vanished: int, lasting: int, events: int) -> bool:
    """Whether so much has vanished that the calendar is probably incomplete: all of it, or more than half of many."""
    return vanished > 0 and (events == 0 or (vanished >= FEW and vanished * 2 > lasting))


def _shown(session: CalendarSession) -> tuple[str, int, int]:
    return session.title, session.start, session.end


def _new_id(session: CalendarSession, taken: set[UUID]) -> UUID:
    """The id that follows from the series and the original start; another one where that session was cancelled."""
    original, count = session.original_start or session.start, 0
    while imported_id(session.series, original, count) in taken:
        count += 1
    return imported_id(session.series, original, count)


def imported_id(series: UUID, original_start: int, count: int = 0) -> UUID:
    """The occurrence's id as a UUIDv8 (RFC 9562 §5.8), since version 5 tells kiosks of one of their own series."""
    derived = occurrence_id(series, original_start, count)
    return UUID(int=derived.int & ~(0xF << 76) | IMPORTED_VERSION << 76)


def _matched(
    before: Iterable[ImportedSession], wanted: WantedSessions, zone: ZoneInfo
) -> Mapping[CalendarSession, ImportedSession]:
    """Which earlier session each wanted one is; by ever weaker signs, each of which has to be unambiguous."""
    pairs: dict[CalendarSession, ImportedSession] = {}
    left_before, left_wanted = list(before), list(wanted.sessions)
    earlier_series = {item.planned.series for item in left_before}
    signs: tuple[Callable[[CalendarSession], Hashable], ...] = (
        lambda session: (session.series, session.original_start),
        lambda session: (session.title, session.start),
        lambda session: (session.series, day_of(session.start, zone)),
    )
    for sign in signs:
        pairs.update(_pairs(left_before, left_wanted, sign))
        left_before, left_wanted = _rest(left_before, left_wanted, pairs)
    pairs.update(_in_order(left_before, left_wanted, lambda session: session.series))
    left_before, left_wanted = _rest(left_before, left_wanted, pairs)
    left_before = [item for item in left_before if item.planned.series not in wanted.named]
    left_wanted = [session for session in left_wanted if session.series not in earlier_series]
    pairs.update(_pairs(left_before, left_wanted, lambda session: (session.title, day_of(session.start, zone))))
    if earlier_series.isdisjoint(session.series for session in wanted.sessions):  # all ids are new
        left_before, left_wanted = _rest(left_before, left_wanted, pairs)
        pairs.update(_in_order(left_before, left_wanted, lambda session: (session.start, session.end)))
        left_before, left_wanted = _rest(left_before, left_wanted, pairs)
        pairs.update(_in_order(left_before, left_wanted, lambda session: session.title))
    return pairs


def _pairs(
    before: Iterable[ImportedSession], wanted: Iterable[CalendarSession], sign: Callable[[CalendarSession], Hashable]
) -> Iterable[tuple[CalendarSession, ImportedSession]]:
    old_by_sign: dict[Hashable, list[ImportedSession]] = defaultdict(list)
    new_by_sign: dict[Hashable, list[CalendarSession]] = defaultdict(list)
    for item in before:
        old_by_sign[sign(item.planned)].append(item)
    for session in wanted:
        new_by_sign[sign(session)].append(session)
    for key, new in new_by_sign.items():
        old = old_by_sign.get(key, [])
        if len(new) == len(old) == 1:
            yield new[0], old[0]


def _rest(
    before: Iterable[ImportedSession],
    wanted: Iterable[CalendarSession],
    pairs: Mapping[CalendarSession, ImportedSession],
) -> tuple[list[ImportedSession], list[CalendarSession]]:
    followed = {item.session for item in pairs.values()}
    return [item for item in before if item.session not in followed], [new for new in wanted if new not in pairs]


def _in_order(
    before: Iterable[ImportedSession],
    wanted: Iterable[CalendarSession],
    sign: Callable[[CalendarSession], Hashable],
) -> Mapping[CalendarSession, ImportedSession]:
    """The sessions with the same sign that were all moved: as many as before, the first being the first."""
    old_by_sign: dict[Hashable, list[ImportedSession]] = defaultdict(list)
    new_by_sign: dict[Hashable, list[CalendarSession]] = defaultdict(list)
    for item in before:
        old_by_sign[sign(item.planned)].append(item)
    for session in wanted:
        new_by_sign[sign(session)].append(session)
    return {
        new: old
        for key, sessions in new_by_sign.items()
        if len(sessions) == len(old_by_sign[key])
        for new, old in zip(
            sorted(sessions, key=lambda session: session.start),
            sorted(old_by_sign[key], key=lambda item: item.planned.start),
            strict=True,
        )
    }
