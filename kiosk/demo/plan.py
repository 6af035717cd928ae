"""The afternoon that the demonstration goes through: who comes, who leaves, and what goes wrong meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass

SIZES = (1, 2, 1, 3, 4, 1, 2, 5, 1, 2, 7, 1, 3, 2, 1, 6, 2, 1, 4, 1, 2, 3, 1, 8, 2)
KEEPS_ITS_PHONE = 5  # this party of one needs it
KEEPS_SOME = {7: 2, 15: 1}  # in these parties, so many phones stay with their owners
STEPS_OUT = 6
KILLED_AFTER = 12  # the kiosk's power goes the moment this party's confirmation is on the screen
STILL_IN_AT_THE_END = 24
PARTIES_AT_ONCE = 4
MINUTES_BETWEEN = 9


@dataclass(frozen=True)
class Arrive:
    """A party comes in."""

    party: int
    size: int
    phones: int
    kept: int
    power_cut: bool = False


@dataclass(frozen=True)
class Leave:
    """A party leaves by its code."""

    party: int


@dataclass(frozen=True)
class StepOut:
    """A party steps out, or comes back."""

    party: int


@dataclass(frozen=True)
class Host:
    """The host opens (and makes the first PIN), or closes."""

    opens: bool


@dataclass(frozen=True)
class Mark:
    """Something that happens outside the kiosk; it goes on when that has happened."""

    what: str


@dataclass(frozen=True)
class Sent:
    """Wait until the server has acknowledged everything."""


Move = Arrive | Leave | StepOut | Host | Mark | Sent


def afternoon() -> list[Move]:
    """All moves in order. The server is away for the middle third of the parties."""
    return [Host(opens=True), *_visits(), Host(opens=False), Sent()]


def minutes() -> int:
    """How long the afternoon lasts."""
    return (len(afternoon()) + 1) * MINUTES_BETWEEN


def _visits() -> Iterator[Move]:
    third = len(SIZES) // 3
    for party, size in enumerate(SIZES):
        if party == third:
            yield Mark("server_gone")
        if party == len(SIZES) - third:
            yield Mark("server_back")
        kept = 1 if party == KEEPS_ITS_PHONE else KEEPS_SOME.get(party, 0)
        yield Arrive(party, size, size - kept, kept, power_cut=party == KILLED_AFTER)
        if party in (STEPS_OUT, STEPS_OUT + 1):
            yield StepOut(STEPS_OUT)
        if party >= PARTIES_AT_ONCE:
            yield Leave(party - PARTIES_AT_ONCE)
    yield from (Leave(party) for party in range(len(SIZES) - PARTIES_AT_ONCE, STILL_IN_AT_THE_END))
