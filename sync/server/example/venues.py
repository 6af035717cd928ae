"""The venues of the example organisation: where they are, how many kiosks they have, and what is on when."""

from dataclasses import dataclass

from sync.domain.events import SessionKind


@dataclass(frozen=True)
class ExampleSession:
    """What a venue opens each week; hours by the venue's clocks, weekday 0 is Monday. ``usual``: parties on average."""

    weekday: int
    first_hour: int
    last_hour: int
    title: str
    kind: SessionKind
    capacity: int
    usual: float


@dataclass(frozen=True)
class ExampleVenue:
    """A venue; ``growth``: its parties at the end of the time for each at the beginning."""

    name: str
    time_zone: str
    kiosks: int
    pouches: int
    growth: float
    sessions: tuple[ExampleSession, ...]


def _cafe(usual: float) -> tuple[ExampleSession, ...]:
    open_hours = tuple(ExampleSession(day, 10, 17, "Open hours", "open_hours", 40, usual) for day in range(2, 7))
    return (*open_hours, ExampleSession(4, 19, 22, "Long table", "event", 18, usual * 0.7))


def _centre(usual: float) -> tuple[ExampleSession, ...]:
    return (
        ExampleSession(0, 14, 17, "Repair club", "club", 14, usual * 0.6),
        ExampleSession(1, 19, 21, "Reading evening", "event", 60, usual),
        ExampleSession(3, 15, 18, "Homework hours", "class", 30, usual * 0.8),
        ExampleSession(5, 10, 16, "Saturday in the hall", "open_hours", 80, usual * 1.5),
    )


VENUES = (
    ExampleVenue("Mill café", "Europe/Amsterdam", 4, 60, 1.6, _cafe(14)),
    ExampleVenue("Garden house", "Europe/Amsterdam", 3, 40, 1.2, _cafe(9)),
    ExampleVenue("Library of the North", "Europe/Amsterdam", 5, 80, 1.4, _centre(22)),
    ExampleVenue("Harbour hall", "Europe/Amsterdam", 4, 80, 0.8, _centre(18)),
    ExampleVenue("The old tram depot", "Europe/Brussels", 3, 40, 1.3, _cafe(11)),
    ExampleVenue("Corner of three streets", "Europe/Brussels", 2, 30, 1.0, _cafe(6)),
    ExampleVenue("Lantern room", "Europe/London", 4, 60, 2.1, _centre(15)),
    ExampleVenue("Weavers’ yard", "Europe/London", 3, 40, 1.1, _cafe(10)),
    ExampleVenue("Station kitchen", "Europe/Berlin", 3, 50, 1.5, _cafe(12)),
    ExampleVenue("House by the lock", "Europe/Berlin", 3, 40, 0.9, _centre(12)),
    ExampleVenue("Orchard centre", "Europe/Lisbon", 3, 50, 1.7, _centre(14)),
    ExampleVenue("Two ovens", "Europe/Lisbon", 3, 30, 1.2, _cafe(8)),
)
