"""The script of the demonstration: arrivals, departures and failures in order."""

from collections.abc import Iterator
from dataclasses import dataclass

SIZES = (1, 2, 1, 3, 4, 1, 2, 5, 1, 2, 7, 1, 3, 2, 1, 6, 2, 1, 4, 1, 2, 3, 1, 8, 2)
KEEPS_ITS_PHONE = 5  # a party of one
KEEPS_SOME = {7: 2, 15: 1}  # by party: phones that stay with their owners
STEPS_OUT = 6
KILLED_AFTER = 12  # power cut as soon as this party's confirmation is shown
STILL_IN_AT_THE_END = 24
PARTIES_AT_ONCE = 4
MINUTES_BETWEEN = 9


@dataclass(frozen=True)
class Arrive:
    """A party checks in."""

    party: int
    size: int
    phones: int
    kept: int
    power_cut: bool = False


@dataclass(frozen=True)
class Leave:
    """A party checks out by its code."""

    party: int


@dataclass(frozen=True)
class StepOut:
    """A party begins or ends a break."""

    party: int


@dataclass(frozen=True)
class HostVisit:
    """The host opens a session (after setting the first PIN), or closes it."""

    opens: bool


@dataclass(frozen=True)
class OutsideEvent:
    """Something that happens outside the kiosk; the script waits for it."""

    name: str


@dataclass(frozen=True)
class WaitUntilSent:
    """Wait until the server has acknowledged everything."""


Move = Arrive | Leave | StepOut | HostVisit | OutsideEvent | WaitUntilSent


def afternoon() -> list[Move]:
    """All moves in order. The server is down for the middle third of the parties."""
    return [HostVisit(opens=True), *_visits(), HostVisit(opens=False), WaitUntilSent()]


def minutes() -> int:
    """How long the afternoon lasts, in minutes."""
    return (len(afternoon()) + 1) * MINUTES_BETWEEN


def _visits() -> Iterator[Move]:
    third = len(SIZES) // 3
    for party, size in enumerate(SIZES):
        if party == third:
            yield OutsideEvent("server_gone")
        if party == len(SIZES) - third:
            yield OutsideEvent("server_back")
        kept = 1 if party == KEEPS_ITS_PHONE else KEEPS_SOME.get(party, 0)
        yield Arrive(party, size, size - kept, kept, power_cut=party == KILLED_AFTER)
        if party in (STEPS_OUT, STEPS_OUT + 1):
            yield StepOut(STEPS_OUT)
        if party >= PARTIES_AT_ONCE:
            yield Leave(party - PARTIES_AT_ONCE)
    yield from (Leave(party) for party in range(len(SIZES) - PARTIES_AT_ONCE, STILL_IN_AT_THE_END))
