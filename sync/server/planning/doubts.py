"""What to ask before something unlikely is planned: a very long session, a far one, two at once in a zone."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from sync.domain import series as weekly
from sync.domain.events import SeriesSet, SessionPlanned
from sync.domain.series import Series
from sync.server.planning.form import Planned, PlannedRow
from sync.server.planning.week import PlannedItem
from sync.server.planning.words import moment_with_year_words
from sync.server.web.i18n import counted, say
from sync.server.web.venue_time import midnight
from sync.server.web.words import full_day_words

HOUR_MS = 60 * 60 * 1000
LONG_MS = 16 * HOUR_MS
FAR = timedelta(days=366)
COMPARED_DAYS = 56  # in which a series, or a very long session, is compared with what else is planned
MOST_SHOWN = 3


def of_session(planned: SessionPlanned, zone: ZoneInfo, now: int) -> list[str]:
    """The questions about one session; ``zone``: the venue's, ``now``: ms since 1970 UTC."""
    questions = []
    start, end = (moment_with_year_words(at, zone) for at in (planned.planned_start, planned.planned_end))
    length = planned.planned_end - planned.planned_start
    if length > LONG_MS:
        questions.append(say("It would last {length}: {start} to {end}.", length=_length(length), start=start, end=end))
    if planned.planned_start > now + FAR.days * 24 * HOUR_MS:
        questions.append(say("It is more than a year ahead: {start}.", start=start))
    return questions


def of_series(planned: SeriesSet, today: date) -> list[str]:
    """The questions about a series; ``today``: in the venue."""
    questions = []
    if planned.minutes * 60_000 > LONG_MS:
        questions.append(say("Each session would last {length}.", length=_length(planned.minutes * 60_000)))
    if planned.first_day and planned.first_day > today + FAR:
        day = full_day_words(planned.first_day)
        questions.append(say("It would begin more than a year ahead: {day}.", day=day))
    if planned.last_day and planned.last_day > today + FAR:
        day = full_day_words(planned.last_day)
        questions.append(say("It would go on for more than a year, until {day}.", day=day))
    return questions


def of_overlaps(planned: Planned, others: Iterable[PlannedItem], zone: ZoneInfo, first: date) -> list[str]:
    """The questions about other sessions in the same zone at the same time."""
    if isinstance(planned, SeriesSet):
        times = [(item.start, item.end) for item in _occurrences(planned, zone, first)]
    else:
        sessions = planned.sessions if isinstance(planned, PlannedRow) else (planned,)
        times = [(session.planned_start, session.planned_end) for session in sessions]
    clashes = [
        say("“{title}”, {time}", title=other.title, time=moment_with_year_words(other.start, zone))
        for other in others
        if other.zone == zone_of(planned)
        and other.state in ("planned", "open")
        and any(other.overlaps(start, end) for start, end in times)
    ]
    if not clashes:
        return []
    shown, more = say("; ").join(clashes[:MOST_SHOWN]), len(clashes) - MOST_SHOWN
    if more <= 0:
        return [say("In the same zone at the same time there is {sessions}.", sessions=shown)]
    return [
        counted(
            "In the same zone at the same time there is {sessions} and {number} more.",
            "In the same zone at the same time there is {sessions} and {number} more.",
            more,
            sessions=shown,
        )
    ]


def _occurrences(planned: SeriesSet, zone: ZoneInfo, first: date) -> Sequence[weekly.Occurrence]:
    fields = ("weekdays", "start_minute", "minutes", "first_day", "last_day", "skipped_days")
    series = Series(UUID(int=0), **{name: getattr(planned, name) for name in fields})
    return weekly.occurrences(series, zone, *compared_time(planned, zone, first))


def zone_of(planned: Planned) -> str:
    """The id of the zone in which it is planned."""
    return planned.sessions[0].zone if isinstance(planned, PlannedRow) else planned.zone


def compared_time(planned: Planned, zone: ZoneInfo, first: date) -> tuple[int, int]:
    """In which time (ms since 1970 UTC) to look for others: of a series, or of one long session, eight weeks at most.

    ``first``: the day from which a series is compared.
    """
    if isinstance(planned, PlannedRow):
        return planned.sessions[0].planned_start, planned.sessions[-1].planned_end
    if isinstance(planned, SessionPlanned):
        start = planned.planned_start
        return start, min(planned.planned_end, start + COMPARED_DAYS * 24 * HOUR_MS)
    begin = max(first, planned.first_day or first)
    return midnight(begin, zone), midnight(begin + timedelta(days=COMPARED_DAYS), zone)


def digest(questions: Iterable[str]) -> str:
    """What a form sends back, so that an answer holds for these questions alone; empty: there is none."""
    text = "\n".join(questions)
    return sha256(text.encode()).hexdigest()[:16] if text else ""


def _length(ms: int) -> str:
    hours = ms // HOUR_MS
    if hours < 48:
        return counted("{number} hour", "{number} hours", hours)
    return counted("{number} day", "{number} days", hours // 24)
