"""Generates what one to four kiosks of a venue write on a day, from numbers that Hypothesis draws."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from sync.domain import events
from sync.domain.events import Entry, Event, Stamp, write_body

MORNING = 1_795_507_200_000  # ms since 1970 UTC: 8:00 on 24 November 2026
MINUTE = 60_000
TEN_YEARS = 10 * 365 * 24 * 60 * MINUTE
Step = tuple[int, int, int]  # which kiosk, what, and a number to choose with


@dataclass
class JournalWriter:
    """One kiosk's journal: dense seqs, its ticks, boots, and a clock that may be wrong."""

    chance: random.Random
    journal: UUID = field(init=False)
    entries: list[Entry] = field(default_factory=list)  # of the current journal
    journals: list[list[Entry]] = field(default_factory=list)
    tick: int = 0
    up: int = 0
    wrong_by: int = 0  # ms that the wall clock is off
    sure: bool = True
    anchored: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.identity = self.uuid()
        self.begin_journal(carry=0)
        self.reboot(unsure=self.chance.randrange(3))

    def uuid(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128))

    def begin_journal(self, carry: int) -> None:
        """Begin another journal, as after a fork, with the last ``carry`` facts and their ids."""
        carried = self.entries[len(self.entries) - carry :]
        self.journal, self.entries = self.uuid(), []
        self.journals.append(self.entries)
        for seq, entry in enumerate(carried, start=1):
            self.entries.append(msgspec.structs.replace(entry, journal=self.journal, seq=seq))

    def reboot(self, unsure: int) -> None:
        """Another boot; ``unsure`` of 1 or 2: in 1970, or years ahead."""
        self.boot, self.up, self.sure = self.uuid(), 0, unsure == 0
        self.wrong_by = (0, -MORNING, TEN_YEARS)[unsure]

    def write(self, now: int, subject: UUID, event: Event) -> None:
        """Write the next entry; ``now`` is the real time in ms."""
        self.tick += 1
        at = now + self.wrong_by
        stamp = Stamp(self.boot, self.up + now - MORNING, self.sure)
        self.entries.append(
            Entry(
                id=self.uuid(), journal=self.journal, seq=len(self.entries) + 1, tick=self.tick, kind=event.kind,
                v=event.v, subject=subject, at=at, clock=stamp, body=write_body(event),
            )
        )  # fmt: skip

    def anchor(self, now: int, error: int) -> None:
        """Anchor this boot's clock, with an error in ms."""
        offset = MORNING - self.up + error
        self.write(now, self.identity, events.ClockAnchored(self.boot, offset, "server", error))


@dataclass
class SimulatedDay:
    """A venue's day: its kiosks, sessions and visits."""

    writers: list[JournalWriter]
    chance: random.Random
    now: int = MORNING
    sessions: list[UUID] = field(default_factory=list)
    visits: list[UUID] = field(default_factory=list)

    def journals(self) -> list[tuple[int, list[Entry]]]:
        """Every journal that has entries, with the kiosk that wrote it."""
        return [
            (number, journal) for number, writer in enumerate(self.writers) for journal in writer.journals if journal
        ]

    def step(self, writer: JournalWriter, action: int, number: int) -> None:
        """Perform an action at a kiosk; ``number`` chooses its subject."""
        self.now += (number % 37) * MINUTE // 2
        ACTIONS[action % len(ACTIONS)](self, writer, number)

    def session(self, number: int) -> UUID:
        """One of the sessions; sometimes one that is not opened (yet)."""
        if not self.sessions or number % 11 == 10:
            self.sessions.append(UUID(int=self.chance.getrandbits(128)))
        return self.sessions[number % len(self.sessions)]

    def visit(self, number: int) -> UUID:
        """One of the visits; sometimes one that has not checked in (yet)."""
        if not self.visits or number % 13 == 12:
            self.visits.append(UUID(int=self.chance.getrandbits(128)))
        return self.visits[-1 - number % min(len(self.visits), 6)]


def _about_visit(event: Callable[[SimulatedDay, int], Event]) -> Callable[[SimulatedDay, JournalWriter, int], None]:
    return lambda day, writer, n: writer.write(day.now, day.visit(n), event(day, n))


def _about_session(event: Callable[[SimulatedDay, int], Event]) -> Callable[[SimulatedDay, JournalWriter, int], None]:
    return lambda day, writer, n: writer.write(day.now, day.session(n), event(day, n))


def _check_in(day: SimulatedDay, writer: JournalWriter, n: int) -> None:
    day.visits.append(UUID(int=day.chance.getrandbits(128)))
    size = 1 + n % 5
    arrived = events.VisitCheckedIn(
        day.session(n), size, n % (size + 1), size - n % (size + 1), "pouch" if n % 2 else "none", tuple(range(n % 3))
    )
    writer.write(day.now, day.visits[-1], arrived)


def _amendment(day: SimulatedDay, n: int) -> Event:
    match n % 4:
        case 0:
            return events.VisitAmended(party_size=1 + n % 7)
        case 1:
            return events.VisitAmended(session=day.session(n // 4))
        case 2:
            return events.VisitAmended(phones=n % 5, kept=n % 2)
    return events.VisitAmended(stow="locker", numbers=(n % 40,))


def _split(day: SimulatedDay, writer: JournalWriter, n: int) -> None:
    """A part of a party becomes a visit of its own, which came in when the party did."""
    part, visit = writer.uuid(), day.visit(n)
    arrived = events.Arrival(day.now - n * 1000, Stamp(writer.boot, max(0, writer.up - n * 1000), writer.sure), n)
    writer.write(day.now, visit, events.VisitSplit(part, 1 + n % 2, phones=n % 3, numbers=(n % 40,)))
    check_in = events.VisitCheckedIn(
        day.session(n), 1 + n % 2, n % 3, numbers=(n % 40,), split_from=visit, arrived=arrived, stow="pouch"
    )
    writer.write(day.now, part, check_in)
    day.visits.append(part)


def _undo(day: SimulatedDay, writer: JournalWriter, n: int) -> None:
    """Undo the writer's last entries, of whatever kind."""
    act = writer.entries[-1 - n % 3 :]
    for subject in {entry.subject: None for entry in act}:
        writer.write(day.now, subject, events.ActUndone(tuple(entry.id for entry in act)))


def _jump(_: SimulatedDay, writer: JournalWriter, n: int) -> None:
    writer.wrong_by = (0, -MORNING, TEN_YEARS, -TEN_YEARS, 7 * MINUTE)[n % 5]


def _restart(day: SimulatedDay, writer: JournalWriter, n: int) -> None:
    writer.reboot(n % 3)
    writer.up = n * 1000 - (day.now - MORNING)  # it counts from here


def _synchronise_ticks(day: SimulatedDay, writer: JournalWriter, _: int) -> None:
    writer.tick = max(other.tick for other in day.writers)


def _unknown(day: SimulatedDay, writer: JournalWriter, n: int) -> None:
    writer.write(day.now, day.visit(n), events.VisitVoided())
    writer.entries[-1] = msgspec.structs.replace(writer.entries[-1], kind="visit.taught", v=7)


ACTIONS: list[Callable[[SimulatedDay, JournalWriter, int], None]] = [
    _check_in,
    _check_in,
    _about_visit(lambda _, n: events.VisitCheckedOut(how="code", estimated=n % 7 == 0)),
    _about_visit(lambda _, n: events.VisitCheckedOut(how="stow")),
    _about_visit(lambda _, n: events.PhoneTaken(early=n % 5 == 0)),
    _about_visit(lambda _, n: events.PhoneReturned()),
    _about_visit(_amendment),
    _about_visit(lambda _, n: events.VisitVoided()),
    _about_visit(lambda _, n: events.PulseGiven("before" if n % 2 else "after", 1 + n % 5)),
    _about_visit(lambda _, n: events.StowLost("pouch", (n % 3,))),
    _about_visit(lambda _, n: events.StowFound("pouch", (n % 3,))),
    _about_visit(
        lambda day, n: events.VisitCheckedOut("night", estimated=True, left_at=day.now - n * MINUTE, closeout=True)
    ),
    _about_visit(lambda _, n: events.StowCleared("pouch", (n % 3, n % 40))),
    _about_visit(
        lambda _, n: events.PhoneCleared(("handed_back", "left_behind", "lost", "found")[n % 4], (n % 3, n % 40))
    ),
    _split,
    _undo,
    _about_session(lambda _, n: events.SessionOpened(f"zone {n % 2}", "Open hours", "event", capacity=9)),
    _about_session(lambda day, n: events.SessionPlanned("zone 0", f"Plan {n}", "club", day.now, day.now + n * MINUTE)),
    _about_session(lambda _, n: events.SessionCancelled("illness" if n % 2 else None)),
    _about_session(lambda day, n: events.SessionExtended(day.now + n * MINUTE)),
    _about_session(lambda _, n: events.SessionAmended(title=f"Evening {n}")),
    _about_session(lambda _, n: events.SessionClosed("host" if n % 2 else "night", estimated=n % 3 == 0)),
    _about_session(
        lambda day, n: events.SessionClosed("night", estimated=True, ended_at=day.now - n * MINUTE, closeout=True)
    ),
    *[lambda day, writer, n: writer.anchor(day.now, error=n % 50)] * 2,
    _restart,
    _jump,
    lambda day, writer, n: writer.begin_journal(carry=n % (len(writer.entries) + 1)),
    _synchronise_ticks,
    _unknown,
]


def written(kiosks: int, seed: int, steps: list[Step]) -> SimulatedDay:
    """The day that these steps make."""
    chance = random.Random(seed)
    day = SimulatedDay([JournalWriter(chance) for _ in range(kiosks)], chance)
    for kiosk, action, number in steps:
        day.step(day.writers[kiosk % kiosks], action, number)
    return day


def days(longest: int = 40) -> st.SearchStrategy[SimulatedDay]:
    """Any day of one to four kiosks."""
    step = st.tuples(st.integers(0, 3), st.integers(0, len(ACTIONS) - 1), st.integers(0, 99))
    return st.builds(written, st.integers(1, 4), st.integers(0, 2**32), st.lists(step, min_size=12, max_size=longest))
