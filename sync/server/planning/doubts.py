"""What to ask before something unlikely is planned: a very long session, a far one, two at once in a zone."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from sync.domain import series as weekly
from sync.domain.events import SeriesSet, SessionPlanned
from sync.domain.series import Series
from sync.server.local_time import show_time
from sync.server.planning.form import Planned, PlannedRow
from sync.server.planning.week import PlannedItem
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
    start, end = (show_time(at, zone) for at in (planned.planned_start, planned.planned_end))
    length = planned.planned_end - planned.planned_start
    if length > LONG_MS:
        questions.append(f"It would last {_length(length)}: {start} to {end}.")
    if planned.planned_start > now + FAR.days * 24 * HOUR_MS:
        questions.append(f"It is more than a year ahead: {start}.")
    return questions


def of_series(planned: SeriesSet, today: date) -> list[str]:
    """The questions about a series; ``today``: in the venue."""
    questions = []
    if planned.minutes * 60_000 > LONG_MS:
        questions.append(f"Each session would last {_length(planned.minutes * 60_000)}.")
    if planned.first_day and planned.first_day > today + FAR:
        questions.append(f"It would begin more than a year ahead: {full_day_words(planned.first_day)}.")
    if planned.last_day and planned.last_day > today + FAR:
        questions.append(f"It would go on for more than a year, until {full_day_words(planned.last_day)}.")
    return questions


def of_overlaps(planned: Planned, others: Iterable[PlannedItem], zone: ZoneInfo, first: date) -> list[str]:
    """The questions about other sessions in the same zone at the same time."""
    if isinstance(planned, SeriesSet):
        times = [(item.start, item.end) for item in _occurrences(planned, zone, first)]
    else:
        sessions = planned.sessions if isinstance(planned, PlannedRow) else (planned,)
        times = [(session.planned_start, session.planned_end) for session in sessions]
    clashes = [
        f"“{other.title}”, {show_time(other.start, zone)}"
        for other in others
        if other.zone == zone_of(planned)
        and other.state in ("planned", "open")
        and any(other.overlaps(start, end) for start, end in times)
    ]
    if not clashes:
        return []
    more = f" and {len(clashes) - MOST_SHOWN} more" if len(clashes) > MOST_SHOWN else ""
    return [f"In the same zone at the same time there is {'; '.join(clashes[:MOST_SHOWN])}{more}."]


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
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"
