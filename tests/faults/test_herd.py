"""After an outage two hundred kiosks come back one by one, not as a herd; hours of it pass in simulated time."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from simtime import SimulatedTime
from soak import figure

from sync.client import replicator
from sync.client.api import TryLater
from sync.client.enrolment import Enrolment
from sync.client.replicator import Pace, Replicator
from sync.ledger.ledger import Ledger
from sync.protocol import Feed, Heartbeat, HeartbeatAnswer, Place

KIOSKS = 200
PACE = Pace()
MINUTE, HOUR = 60.0, 3600.0


@dataclass
class Outage:
    """A central that nobody reaches before ``end``; it notes who tried when."""

    time: SimulatedTime
    end: float
    tries: list[tuple[float, str]] = field(default_factory=list)

    def hear(self, kiosk: str) -> None:
        self.tries.append((self.time.now, kiosk))
        if self.time.now < self.end:
            raise TryLater("nobody there")

    def returns(self) -> list[float]:
        """When each kiosk came through for the first time, in seconds after the end of the outage."""
        first: dict[str, float] = {}
        for now, kiosk in self.tries:
            if now >= self.end:
                first.setdefault(kiosk, now - self.end)
        return sorted(first.values())


class Line:
    """What a replicator has for its server."""

    def __init__(self, outage: Outage, token: str) -> None:
        self._outage, self._kiosk = outage, token

    def feed(self, after: int, limit: int) -> Feed:
        self._outage.hear(self._kiosk)
        return Feed([], after)

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatAnswer:
        self._outage.hear(self._kiosk)
        return HeartbeatAnswer(0)

    def close(self) -> None: ...


@pytest.fixture
def herd() -> Iterator[list[Replicator]]:
    """Replicators that were started; they share a ledger with nothing to send, for only their moments matter here."""
    random.seed(20)
    started: list[Replicator] = []
    yield started
    for one in started:
        one.stop()


def come_back(herd: list[Replicator], ledger: Ledger, monkeypatch: pytest.MonkeyPatch, outage: float) -> list[float]:
    """All are switched on at one moment while nobody answers, the worst case; returns when each came through."""
    time = SimulatedTime()
    central = Outage(time, outage)
    monkeypatch.setattr(replicator, "threading", time.threading)
    monkeypatch.setattr(replicator, "Api", lambda _, token: Line(central, token))
    place = Place(uuid4(), "The Reading Room")
    for number in range(KIOSKS):
        enrolment = Enrolment("http://central", uuid4(), uuid4(), place, place, "UTC", f"kiosk {number}")
        herd.append(Replicator(ledger, enrolment, "0.1.0", PACE))
        herd[-1].start()
        time.settle()
    time.until(outage + 2 * PACE.longest_pause)
    return central.returns()


def share(returns: list[float], window: float) -> float:
    """The largest part of all kiosks that came back within one such window of seconds."""
    return max(Counter(int(now / window) for now in returns).values()) / KIOSKS


@pytest.mark.parametrize(
    ("outage", "window", "most"),
    [(3.0, 0.1, 0.10), (MINUTE, 1.0, 0.08), (HOUR, 1.0, 0.04)],
    ids=["a restart of 3 s", "a minute", "an hour"],
)
def test_no_moment_after_an_outage_has_more_than_a_small_share(
    herd: list[Replicator],
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    outage: float,
    *,
    window: float,
    most: float,
) -> None:
    returns = come_back(herd, ledger, monkeypatch, outage)

    assert len(returns) == KIOSKS
    assert returns[-1] <= PACE.longest_pause
    assert share(returns, window) <= most
    half, last = returns[KIOSKS // 2], returns[-1]
    figure(
        f"herd: {KIOSKS} kiosks after {outage:g} s: half back in {half:.1f} s, all in {last:.1f} s; "
        f"at most {share(returns, window):.1%} within {window:g} s"
    )
