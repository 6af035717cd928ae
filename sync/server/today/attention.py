"""What needs a hand at a venue now, as sentences for the page, each with the page where something can be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sync.server.kiosks.lines import KioskLine
from sync.server.kiosks.repository import OpenCode, Venue
from sync.server.today.presence import VenueNow
from sync.server.web.words import duration_words, grouped, moment_words

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
            late = duration_words(now - session.planned_end)
            yield AttentionItem(f"{_people(people)} still in, {late} after the end of “{session.title}”.")
    if presence.elsewhere.people:
        yield AttentionItem(f"{_people(presence.elsewhere.people)} in, and their session is not open.")


def _people(count: int) -> str:
    return "1 person is" if count == 1 else f"{grouped(count)} people are"


def _kiosks(venue: Venue, kiosks: Sequence[KioskLine]) -> Iterator[AttentionItem]:
    if not kiosks:
        yield AttentionItem("No kiosk is paired here.", f"/kiosks/pair?venue={venue.id}")
    for line in kiosks:
        if line.state == "never heard of":
            yield AttentionItem(f"The kiosk {line.zone} has never been heard of.", "/kiosks")
        elif line.state == "silent":
            yield AttentionItem(f"The kiosk {line.zone} is silent since {line.seen}.", "/kiosks")
        elif line.state == "behind":
            yield AttentionItem(f"The kiosk {line.zone} is behind: it has reported up to {line.reported}.", "/kiosks")
        if line.clock:
            yield AttentionItem(
                f"The clock of the kiosk {line.zone} is {line.clock.removeprefix('clock ')}.", "/kiosks"
            )
        if line.devices:
            yield AttentionItem(f"Kiosk {line.zone}, {line.devices}.", "/kiosks")
        if line.unread:
            entries = "1 entry of it" if line.unread == 1 else f"{grouped(line.unread)} entries of it"
            yield AttentionItem(f"Kiosk {line.zone}: {entries} could not be read yet.", "/kiosks")
        if line.copy:
            yield AttentionItem(f"The data of the kiosk {line.zone} was copied to another device.", "/kiosks")


def _not_back(presence: VenueNow) -> Iterator[AttentionItem]:
    if presence.not_back:
        visits = (
            "1 visit that has ended has"
            if presence.not_back == 1
            else (f"{grouped(presence.not_back)} visits that have ended have")
        )
        yield AttentionItem(f"{visits} a pouch, a locker or a phone that is not back; a host clears it at the kiosk.")


def _calendars(venue: Venue, presence: VenueNow) -> Iterator[AttentionItem]:
    for calendar in presence.failing:
        yield AttentionItem(f"The calendar “{calendar.name}”: {calendar.problem}.", f"/calendars/{venue.id}")


def _codes(venue: Venue, codes: Sequence[OpenCode], now: int) -> Iterator[AttentionItem]:
    for code in codes:
        if code.expires_at < now + EXPIRING_MS:
            until = moment_words(code.expires_at, venue.clock_zone, now)
            yield AttentionItem(f"A code for {code.zone} expires {until}, and no kiosk has used it.", "/kiosks")
