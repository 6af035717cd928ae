"""Texts of the pages and commands that plan sessions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sync.domain.series import Series
from sync.server.kiosks.plan_readings import FeedReading, Statement
from sync.server.kiosks.repository import Kiosk
from sync.server.planning.week import PlannedItem, State
from sync.server.web.i18n import counted, later, list_text, say
from sync.server.web.session_kinds import KINDS
from sync.server.web.words import (
    day_words,
    full_day_words,
    moment_words,
    sentence,
    time_of_day_words,
    time_words,
    weekday_words,
)

STATES: Mapping[State, str] = {
    "planned": "",
    "open": later("open now"),
    "closed": later("took place"),
    "cancelled": later("cancelled"),
    "left_out": later("left out"),
    "not_opened": later("was not opened"),
}
STATE_SENTENCES: Mapping[State, str] = {
    "planned": later("This session is planned."),
    "open": later("This session is open now."),
    "closed": later("This session took place."),
    "cancelled": later("This session is cancelled."),
    "left_out": later("This session is left out."),
    "not_opened": later("This session was not opened."),
}
UNCHANGEABLE: Mapping[State, str] = {
    "open": later("“{title}” can't be changed here any more: it is open now."),
    "closed": later("“{title}” can't be changed here any more: it took place."),
    "cancelled": later("“{title}” can't be changed here any more: it is cancelled."),
    "left_out": later("“{title}” can't be changed here any more: it is left out."),
    "not_opened": later("“{title}” can't be changed here any more: it was not opened."),
}
ALL_WEEK = tuple(range(1, 8))
SERIES = {  # by whether it is every day, and whether it has a first and a last day
    (False, False, False): later("Every {days}"),
    (False, True, False): later("Every {days}, from {first}"),
    (False, False, True): later("Every {days} until {last}"),
    (False, True, True): later("Every {days}, from {first} until {last}"),
    (True, False, False): later("Every day"),
    (True, True, False): later("Every day, from {first}"),
    (True, False, True): later("Every day until {last}"),
    (True, True, True): later("Every day, from {first} until {last}"),
}


class KioskKnowledge(NamedTuple):
    """What a kiosk knows of a plan: a line with its name, the line without, and whether it knows the plan."""

    line: str
    words: str
    knows: bool


def kind_words(kind: str) -> str:
    """Open hours; a kind that this release does not know is shown as it was recorded."""
    return say(next((text for known, text in KINDS.items() if known == kind), kind))


def state_words(state: State) -> str:
    """open now; empty: it is planned."""
    return say(STATES[state])


def state_sentence(state: State) -> str:
    """Open now."""
    return sentence(state_words(state))


def moment_with_year_words(at: int, zone: ZoneInfo) -> str:
    """Tue 1 Dec 2026, 19:00; ``at``: ms since 1970 UTC."""
    local = datetime.fromtimestamp(at / 1000, zone)
    return say("{day}, {time}", day=day_words(local.date(), date.min), time=time_of_day_words(local))


def item_times(item: PlannedItem, zone: ZoneInfo, day: date) -> str:
    """When it begins and ends, as it is shown under ``day``."""
    start = datetime.fromtimestamp(item.start // 1000, zone)
    end = None if item.end is None else datetime.fromtimestamp(item.end // 1000, zone)
    return time_words(start, end, day)


def series_words(series: Series) -> str:
    """Every Tuesday and Thursday, from 3 Nov 2026 until 8 Dec 2026."""
    days = [weekday_words(number - 1) for number in sorted(set(series.weekdays))]
    first, last = (day and full_day_words(day) for day in (series.first_day, series.last_day))
    text = SERIES[len(days) == 7, first is not None, last is not None]
    return say(text, days=list_text(days), first=first, last=last)


def row_words(sessions: int) -> str:
    """One of 12 sessions that were planned together."""
    return counted(
        "One of {number} sessions that were planned together",
        "One of {number} sessions that were planned together",
        sessions,
    )


def itself_words(series: Series) -> str:
    """What happens without a host; empty: nothing."""
    if series.opens_itself and series.closes_itself:
        return say("opens and closes by itself")
    if series.opens_itself:
        return say("opens by itself")
    return say("closes by itself") if series.closes_itself else ""


def people_words(capacity: int | None) -> str:
    """24 people at most; empty: no limit."""
    return "" if capacity is None else counted("{number} person at most", "{number} people at most", capacity)


def knowledge_words(
    statement: Statement | None,
    kiosks: Sequence[Kiosk],
    names: Mapping[UUID, str],
    readings: Mapping[UUID, FeedReading],
    now: int,
) -> list[KioskKnowledge]:
    """A line for each kiosk that should know a plan, and whether it does; ``now``: ms since 1970 UTC."""
    return [
        KioskKnowledge(say("{kiosk}: {state}", kiosk=names[kiosk.id], state=words), words, knows)
        for kiosk in kiosks
        for words, knows in [_kiosk_knows(statement, kiosk, readings.get(kiosk.id, FeedReading(None)), now)]
    ]


def _kiosk_knows(statement: Statement | None, kiosk: Kiosk, reading: FeedReading, now: int) -> tuple[str, bool]:
    zone = kiosk.venue.clock_zone
    if statement is None or statement.kiosk == kiosk.id:
        return say("known, made there"), True
    if reading.has_read(statement):
        since = reading.since(statement)
        if since is None:
            return say("known"), True
        return say("known since {time}", time=moment_words(since, zone, now)), True
    if reading.position is None:
        return say("it has not said yet what it has read"), False
    if kiosk.last_seen_at is None:
        return say("not read yet; last heard of: never"), False
    return say("not read yet; last heard of: {time}", time=moment_words(kiosk.last_seen_at, zone, now)), False


def known_summary(lines: Sequence[KioskKnowledge]) -> str:
    """One line for all kiosks of a zone."""
    if not lines:
        return say("no kiosk in this zone")
    if len(lines) == 1:
        return lines[0].words
    known = sum(line.knows for line in lines)
    return counted("known to {known} of {number} kiosk", "known to {known} of {number} kiosks", len(lines), known=known)
