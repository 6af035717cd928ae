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
    SessionTurnedAway,
    VisitAmended,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitVoided,
)
from sync.server.example.venues import ExampleSession, ExampleVenue

MINUTE = 60_000  # ms
LANGUAGES = ("en", "nl", "fr", "de", "es", "ar")
SILENT_DAYS = 3
TRAVELLERS = 40  # people with a pass who come to all venues
NEWCOMERS = 0.12  # of visits with a pass: the pass comes for the first time
USUAL_PLACE = 30.0  # of who comes again among the passes of a venue, counted from the newest, on average
MOST_OVER = 0.3  # of the parties that find no place: the host lets them in
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
    capacity: int


@dataclass(frozen=True)
class _Seated:
    """A party that has seats, in ms since 1970 UTC; ``end``: when it left, or the session closed."""

    at: int
    end: int
    people: int


@dataclass
class VenueDays:
    """The days of one venue. ``totals``: by day and figure, of what has happened so far; ``came``: day and pass."""

    venue: ExampleVenue
    zone_id: str
    seed: int
    first: date
    last: date
    silent_kiosk: int | None = None  # that has been off for SILENT_DAYS
    totals: Counter[tuple[date, str]] = field(default_factory=Counter)
    came: set[tuple[date, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._random = random.Random(f"{self.seed} {self.venue.name}")
        travellers = random.Random(f"{self.seed} travellers")
        self._travellers = [f"{travellers.getrandbits(128):032x}" for _ in range(TRAVELLERS)]
        self._passes: list[str] = []
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
        evening, seated = _Evening(day, session, opened, closed, weekly.capacity), list[_Seated]()
        arrivals = sorted(opened + int((closed - opened) * 0.8 * chance.random() ** 1.3) for _ in range(parties))
        for number, at in enumerate(arrivals):
            yield from self._visit(evening, number, at, seated, now)
        if closed <= now:
            yield Happening(closed, 0, session, SessionClosed())
            fullest = max((_taken(seated, party.at) for party in seated), default=0)
            self.totals[day, "closed"] += 1
            self.totals[day, "seats"] += weekly.capacity
            self.totals[day, "fullest"] += fullest
            self.totals[day, "full"] += fullest >= weekly.capacity

    def _pass(self) -> str:
        """Choose a pass: a new one, a traveller’s, or one that was used before, more often a recent one."""
        chance = self._random
        kind = chance.random()
        if kind < NEWCOMERS or not self._passes:
            self._passes.append(f"{chance.getrandbits(128):032x}")
            return self._passes[-1]
        if kind < NEWCOMERS + 0.05:
            return chance.choice(self._travellers)
        return self._passes[-1 - min(int(chance.expovariate(1 / USUAL_PLACE)), len(self._passes) - 1)]

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

    def _visit(self, evening: _Evening, number: int, at: int, seated: list[_Seated], now: int) -> Iterator[Happening]:
        """A party that comes ``at`` a time; without room the host turns it away, or lets it in."""
        chance, visit = self._random, self._uuid()
        day, closed = evening.day, evening.closed
        stay = min(int(chance.lognormvariate(4.3, 0.5)) + 5, 6 * 60) * MINUTE
        size = chance.choice((1, 1, 1, 2, 2, 3, 4))
        kept_phones = 1 if chance.random() < 0.12 else 0
        phones = max(0, size - kept_phones - (chance.random() < 0.1))
        kiosk = chance.randrange(self.venue.kiosks)
        if kiosk == self.silent_kiosk and day > self.last - timedelta(days=SILENT_DAYS):
            kiosk = 0  # the silent kiosk is switched off
        pass_ = self._pass() if chance.random() < 0.3 else UNSET
        is_voided, is_amended = chance.random() < 0.02, chance.random() < 0.03
        has_left = at + stay < closed and chance.random() < 0.95
        moods = (chance.choice((2, 3, 3, 4)), chance.choice((3, 4, 4, 5)))
        answers = (chance.random() < 0.3, chance.random() < 0.3)
        final_size = size + 1 if is_amended else size
        is_over = _taken(seated, at) + final_size > evening.capacity
        if at > now:
            return
        if is_over and chance.random() > MOST_OVER:
            self.totals[day, "turned_away"] += final_size if closed <= now else 0  # a session counts once it has closed
            yield Happening(at, kiosk, evening.id, SessionTurnedAway(final_size))
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
            over_capacity=True if is_over else UNSET,
        )
        yield Happening(at, kiosk, visit, arrival)
        if is_amended and at + MINUTE <= now:
            size += 1
            yield Happening(at + MINUTE, kiosk, visit, VisitAmended(party_size=size))
        if answers[0] and at + 1000 <= now:
            yield Happening(at + 1000, kiosk, visit, PulseGiven("before", moods[0]))
        end = at + stay if has_left else closed
        if not is_over and not is_voided:
            seated.append(_Seated(at, end, final_size))
        if has_left and end <= now:
            yield Happening(end, kiosk, visit, VisitCheckedOut("code"))
            if answers[1] and end + 1000 <= now:
                yield Happening(end + 1000, kiosk, visit, PulseGiven("after", moods[1]))
        if is_voided and at + 2 * MINUTE <= now:
            yield Happening(at + 2 * MINUTE, kiosk, visit, VisitVoided())
            return
        self._count(day, size, phones, kept_phones, end - at if end <= now else None, is_seen=has_left)
        if is_over:
            self.totals[day, "over_capacity"] += size
        if pass_ is not UNSET:
            self.totals[day, "with_pass"] += 1
            self.came.add((day, pass_))

    def _count(self, day: date, size: int, phones: int, kept: int, stay: int | None, *, is_seen: bool) -> None:
        counted = {"visits": 1, "people": size, "phones": phones, "kept": kept}
        if stay is None:
            counted["still_in"] = 1
        else:
            counted["phone_free_ms"] = (size - kept) * stay
            counted["estimated"] = 0 if is_seen else 1
        for name, number in counted.items():
            self.totals[day, name] += number


def _taken(seated: list[_Seated], at: int) -> int:
    """How many seats are taken at a moment."""
    return sum(party.people for party in seated if party.at <= at < party.end)
