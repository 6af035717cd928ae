"""What needs a hand at a venue now, as sentences for the page, each with the page where something can be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sync.server.kiosks.clocks import known_offset
from sync.server.kiosks.lines import KioskLine
from sync.server.kiosks.repository import OpenCode, Venue
from sync.server.today.presence import VenueNow
from sync.server.web.calendar_problems import problem_words
from sync.server.web.i18n import counted, say
from sync.server.web.words import duration_words, moment_words

OVERDUE_MS = 15 * 60 * 1000  # after a session's planned end: by then its people have usually left
EXPIRING_MS = 2 * 60 * 60 * 1000  # the rest of a pairing code's life that is worth a word


@dataclass(frozen=True)
class AttentionItem:
    """A sentence, and the address of the page that has more of it; empty: none has."""

    words: str
    address: str = ""


def attention(
    venue: Venue, presence: VenueNow, kiosks: Sequence[KioskLine], codes: Sequence[OpenCode], now: int
) -> list[AttentionItem]:
    """The items of a venue, by urgency; ``kiosks``: its paired ones; ``now``: ms since 1970 UTC."""
    return [
        *_overdue(presence, now),
        *_kiosks(venue, kiosks),
        *_not_back(presence),
        *_calendars(venue, presence),
        *_codes(venue, codes, now),
    ]


def _overdue(presence: VenueNow, now: int) -> Iterator[AttentionItem]:
    for session in presence.sessions:
        people = session.attendance.people
        if session.planned_end is not None and session.planned_end + OVERDUE_MS < now and people:
            words = counted(
                "{number} person is still in, {duration} after the end of “{title}”.",
                "{number} people are still in, {duration} after the end of “{title}”.",
                people,
                duration=duration_words(now - session.planned_end),
                title=session.title,
            )
            yield AttentionItem(words)
    if people := presence.elsewhere.people:
        words = counted(
            "{number} person is in, and their session is not open.",
            "{number} people are in, and their session is not open.",
            people,
        )
        yield AttentionItem(words)


def _kiosks(venue: Venue, kiosks: Sequence[KioskLine]) -> Iterator[AttentionItem]:
    if not kiosks:
        yield AttentionItem(say("No kiosk is paired here."), f"/kiosks/pair?venue={venue.id}")
    for line in kiosks:
        for words in _kiosk_sentences(line):
            yield AttentionItem(words, "/kiosks")


def _kiosk_sentences(line: KioskLine) -> Iterator[str]:
    zone = line.zone
    if line.state == "unheard":
        yield say("The kiosk {zone} has never been heard of.", zone=zone)
    elif line.state == "silent":
        yield say("The kiosk {zone} is silent since {time}.", zone=zone, time=line.seen)
    elif line.state == "behind":
        yield say("The kiosk {zone} is behind: it has reported up to {time}.", zone=zone, time=line.reported)
    if line.has_wrong_clock:
        yield _clock_sentence(zone, known_offset(line.kiosk))
    if line.devices:
        yield say("Kiosk {zone}, {troubles}.", zone=zone, troubles=line.devices)
    if line.unread:
        yield counted(
            "Kiosk {zone}: {number} entry of it could not be read yet.",
            "Kiosk {zone}: {number} entries of it could not be read yet.",
            line.unread,
            zone=zone,
        )
    if line.copy:
        yield say("The data of the kiosk {zone} was copied to another device.", zone=zone)


def _clock_sentence(zone: str, offset: int) -> str:
    """``offset``: in ms; 0: the clock is not set."""
    if not offset:
        return say("The clock of the kiosk {zone} is not set.", zone=zone)
    duration = duration_words(abs(offset))
    if offset > 0:
        return say("The clock of the kiosk {zone} is {duration} ahead.", zone=zone, duration=duration)
    return say("The clock of the kiosk {zone} is {duration} behind.", zone=zone, duration=duration)


def _not_back(presence: VenueNow) -> Iterator[AttentionItem]:
    if presence.not_back:
        words = counted(
            "{number} visit that has ended has a pouch, a locker or a phone that is not back; a host clears it at the "
            "kiosk.",
            "{number} visits that have ended have a pouch, a locker or a phone that is not back; a host clears it at "
            "the kiosk.",
            presence.not_back,
        )
        yield AttentionItem(words)


def _calendars(venue: Venue, presence: VenueNow) -> Iterator[AttentionItem]:
    for calendar in presence.failing:
        words = say("The calendar “{name}”: {problem}.", name=calendar.name, problem=problem_words(calendar.problem))
        yield AttentionItem(words, f"/calendars/{venue.id}")


def _codes(venue: Venue, codes: Sequence[OpenCode], now: int) -> Iterator[AttentionItem]:
    for code in codes:
        if code.expires_at < now + EXPIRING_MS:
            until = moment_words(code.expires_at, venue.clock_zone, now)
            words = say("A code for {zone} expires {time}, and no kiosk has used it.", zone=code.zone, time=until)
            yield AttentionItem(words, "/kiosks")
