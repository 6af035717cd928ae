"""Makes up what happens at the venues of the example organisation, day by day, and counts it while it does.

The same seed gives the same days. The counts are kept apart from all code that reads facts, so that reports can be
held against them.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import exp, pi, sin
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import UNSET

from sync.domain.events import (
    Event,
    PulseGiven,
    SessionClosed,
    SessionOpened,
    VisitAmended,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitVoided,
)
from sync.server.example.venues import ExampleSession, ExampleVenue

MINUTE = 60_000  # ms
LANGUAGES = ("en", "nl", "fr", "de", "es", "ar")
SILENT_DAYS = 3
REGULARS = 120  # people of a venue who have a pass
FIGURES = ("sessions", "visits", "people", "phones", "kept", "phone_free_ms", "estimated", "still_in")


@dataclass(frozen=True)
class Happening:
    """Something that one kiosk of a venue writes down; ``at``: ms since 1970 UTC, ``kiosk``: counted from 0."""

    at: int
    kiosk: int
    subject: UUID
    event: Event


@dataclass(frozen=True)
class _Evening:
    """A session of a day, and when it is opened and closed, in ms since 1970 UTC."""

    day: date
    id: UUID
    opened: int
    closed: int


@dataclass
class VenueDays:
    """The days of one venue. ``totals``: by day and figure, of what has happened so far."""

    venue: ExampleVenue
    zone_id: str
    seed: int
    first: date
    last: date
    silent_kiosk: int | None = None  # that has been off for SILENT_DAYS
    totals: Counter[tuple[date, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(f"{self.seed} {self.venue.name}")
        self._passes = [f"{self._random.getrandbits(128):032x}" for _ in range(REGULARS)]
        self._clock = ZoneInfo(self.venue.time_zone)

    def happenings(self, now: int) -> Iterator[Happening]:
        """What happens until ``now``, in the order of time within each day."""
        for number in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=number)
            of_day: list[Happening] = []
            for session in self.venue.sessions:
                if session.weekday == day.weekday():
                    of_day += self._session(day, session, now)
            yield from sorted(of_day, key=lambda happening: happening.at)

    def _uuid(self) -> UUID:
        return UUID(int=self._random.getrandbits(128))

    def _at(self, day: date, hour: int) -> int:
        return int(datetime.combine(day, time(hour), self._clock).timestamp() * 1000)

    def _session(self, day: date, weekly: ExampleSession, now: int) -> Iterator[Happening]:
        chance, session = self._random, self._uuid()
        opened = self._at(day, weekly.first_hour) - chance.randrange(10) * MINUTE
        closed = self._at(day, weekly.last_hour) + chance.randrange(15) * MINUTE
        parties = self._parties(day, weekly)
        if opened > now:
            return
        self.totals[day, "sessions"] += 1
        opening = SessionOpened(
            zone=self.zone_id,
            title=weekly.title,
            session_kind=weekly.kind,
            capacity=weekly.capacity,
            planned_end=self._at(day, weekly.last_hour),
        )
        yield Happening(opened, 0, session, opening)
        for number in range(parties):
            yield from self._visit(_Evening(day, session, opened, closed), number, now)
        if closed <= now:
            yield Happening(closed, 0, session, SessionClosed())

    def _parties(self, day: date, weekly: ExampleSession) -> int:
        """How many parties come: with the venue's growth, fewer in summer, and by chance (Poisson)."""
        progress = (day - self.first).days / max(1, (self.last - self.first).days)
        season = 1 + 0.25 * sin(2 * pi * (day.timetuple().tm_yday + 80) / 365)
        mean = weekly.usual * season * self.venue.growth**progress
        product, count, limit = self._random.random(), 0, exp(-mean)
        while product > limit:
            product *= self._random.random()
            count += 1
        return count

    def _visit(self, evening: _Evening, number: int, now: int) -> Iterator[Happening]:
        chance, visit = self._random, self._uuid()
        day, closed = evening.day, evening.closed
        at = evening.opened + int((closed - evening.opened) * 0.8 * chance.random() ** 1.3)
        stay = min(int(chance.lognormvariate(4.3, 0.5)) + 5, 6 * 60) * MINUTE
        size = chance.choice((1, 1, 1, 2, 2, 3, 4))
        kept_phones = 1 if chance.random() < 0.12 else 0
        phones = max(0, size - kept_phones - (chance.random() < 0.1))
        kiosk = chance.randrange(self.venue.kiosks)
        if kiosk == self.silent_kiosk and day > self.last - timedelta(days=SILENT_DAYS):
            kiosk = 0  # the silent kiosk is switched off
        pass_ = chance.choice(self._passes) if chance.random() < 0.3 else UNSET
        is_voided, is_amended = chance.random() < 0.02, chance.random() < 0.03
        has_left = at + stay < closed and chance.random() < 0.95
        moods = (chance.choice((2, 3, 3, 4)), chance.choice((3, 4, 4, 5)))
        answers = (chance.random() < 0.3, chance.random() < 0.3)
        if at > now:
            return
        numbers = tuple((number * 4 + place) % self.venue.pouches + 1 for place in range(phones))
        arrival = VisitCheckedIn(
            evening.id,
            size,
            phones=phones,
            kept=kept_phones,
            stow="pouch" if phones else "none",
            numbers=numbers,
            language=chance.choice(LANGUAGES),
            pass_=pass_,
        )
        yield Happening(at, kiosk, visit, arrival)
        if is_amended and at + MINUTE <= now:
            size += 1
            yield Happening(at + MINUTE, kiosk, visit, VisitAmended(party_size=size))
        if answers[0] and at + 1000 <= now:
            yield Happening(at + 1000, kiosk, visit, PulseGiven("before", moods[0]))
        end = at + stay if has_left else closed
        if has_left and end <= now:
            yield Happening(end, kiosk, visit, VisitCheckedOut("code"))
            if answers[1] and end + 1000 <= now:
                yield Happening(end + 1000, kiosk, visit, PulseGiven("after", moods[1]))
        if is_voided and at + 2 * MINUTE <= now:
            yield Happening(at + 2 * MINUTE, kiosk, visit, VisitVoided())
            return
        self._count(day, size, phones, kept_phones, end - at if end <= now else None, is_seen=has_left)

    def _count(self, day: date, size: int, phones: int, kept: int, stay: int | None, *, is_seen: bool) -> None:
        counted = {"visits": 1, "people": size, "phones": phones, "kept": kept}
        if stay is None:
            counted["still_in"] = 1
        else:
            counted["phone_free_ms"] = (size - kept) * stay
            counted["estimated"] = 0 if is_seen else 1
        for name, number in counted.items():
            self.totals[day, name] += number
