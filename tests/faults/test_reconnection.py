"""After an outage hundreds of kiosks reconnect spread over time; hours pass in simulated time."""

import random
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from uuid import uuid4

import pytest

from sync.client import replicator
from sync.client.api import TryLater
from sync.client.enrolment import Enrolment
from sync.client.replicator import Pace, Replicator
from sync.ledger.ledger import Ledger
from sync.protocol import Feed, Heartbeat, HeartbeatAnswer, PlaceRef
from tests.support.simulated_time import SimulatedTime
from tests.support.soak import SOAKING, figure, times

KIOSKS = times(100, 200)
PACE = Pace()
MINUTE, HOUR = 60.0, 3600.0


@dataclass
class SimulatedServer:
    """A server that is unreachable before ``end`` and records all requests; it may be overloaded."""

    time: SimulatedTime
    end: float = 0.0
    capacity: int | None = None  # requests a second
    retry_after: float | None = None  # of requests beyond it
    tries: list[tuple[float, str]] = field(default_factory=list)
    refused: list[tuple[float, str]] = field(default_factory=list)
    in_second: Counter[int] = field(default_factory=Counter)

    def receive(self, kiosk: str) -> None:
        self.tries.append((self.time.now, kiosk))
        if self.time.now < self.end:
            raise TryLater("unreachable")
        second = int(self.time.now)
        if self.capacity is not None and self.in_second[second] >= self.capacity:
            self.refused.append((self.time.now, kiosk))
            raise TryLater("too many at once", self.retry_after)
        self.in_second[second] += 1

    def returns(self) -> list[float]:
        """When each kiosk was answered for the first time, in seconds after the end of the outage."""
        first: dict[str, float] = {}
        for now, kiosk in self.tries:
            if now >= self.end and (now, kiosk) not in self.refused:
                first.setdefault(kiosk, now - self.end)
        return sorted(first.values())


class SimulatedApi:
    """The replicator's API of that server."""

    def __init__(self, central: SimulatedServer, token: str) -> None:
        self._central, self._kiosk = central, token

    def identify(self, device: str, turn: str | None = None) -> None: ...

    def send_fields(self, entry_fields: Collection[str]) -> None: ...

    def feed(self, after: int, limit: int, mark: int | None = None) -> Feed:
        self._central.receive(self._kiosk)
        return Feed([], after)

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatAnswer:
        self._central.receive(self._kiosk)
        return HeartbeatAnswer(0, feed=0)

    def close(self) -> None: ...


@pytest.fixture
def fleet() -> Iterator[list[Replicator]]:
    """Running replicators; they share a ledger with nothing to send, as only the times of requests matter."""
    random.seed(20)
    started: list[Replicator] = []
    yield started
    for kiosk in started:
        kiosk.stop()


def switch_on(
    fleet: list[Replicator], ledger: Ledger, monkeypatch: pytest.MonkeyPatch, central: SimulatedServer
) -> None:
    """All at once, the worst case."""
    time = central.time
    monkeypatch.setattr(replicator, "threading", time.threading)
    monkeypatch.setattr(replicator, "time", SimpleNamespace(monotonic=lambda: time.now))
    monkeypatch.setattr(replicator, "Api", lambda _, token: SimulatedApi(central, token))
    place = PlaceRef(uuid4(), "The Reading Room")
    for number in range(KIOSKS):
        enrolment = Enrolment("http://central", uuid4(), uuid4(), place, place, "UTC", f"kiosk {number}")
        fleet.append(Replicator(ledger, enrolment, "0.1.0", PACE))
        fleet[-1].start()
        time.settle()


def come_back(fleet: list[Replicator], ledger: Ledger, monkeypatch: pytest.MonkeyPatch, outage: float) -> list[float]:
    """All are switched on while the server is down; returns when each was answered."""
    central = SimulatedServer(SimulatedTime(), outage)
    switch_on(fleet, ledger, monkeypatch, central)
    central.time.until(outage + 2 * PACE.longest_pause)
    return central.returns()


def share(returns: list[float], window: float) -> float:
    """The largest part of all kiosks that came back within one such window of seconds."""
    return max(Counter(int(now / window) for now in returns).values()) / KIOSKS


@pytest.mark.parametrize(
    ("outage", "window", "most"),
    [
        pytest.param(3.0, 0.1, 0.10, id="a restart of 3 s"),
        pytest.param(MINUTE, 1.0, 0.08, id="a minute"),
        pytest.param(HOUR, 1.0, 0.04, id="an hour", marks=pytest.mark.skipif(not SOAKING, reason="in make soak")),
    ],
)
def test_kiosks_reconnect_spread_over_time_after_an_outage(
    fleet: list[Replicator],
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    outage: float,
    *,
    window: float,
    most: float,
) -> None:
    returns = come_back(fleet, ledger, monkeypatch, outage)

    assert len(returns) == KIOSKS
    assert returns[-1] <= PACE.longest_pause
    assert share(returns, window) <= most
    half, last = returns[KIOSKS // 2], returns[-1]
    figure(
        f"fleet: {KIOSKS} kiosks after {outage:g} s: half back in {half:.1f} s, all in {last:.1f} s; "
        f"at most {share(returns, window):.1%} within {window:g} s"
    )


def test_idle_kiosks_send_a_heartbeat_once_a_minute_and_not_in_step(
    fleet: list[Replicator], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = SimulatedServer(SimulatedTime())
    switch_on(fleet, ledger, monkeypatch, central)
    central.time.until(10 * MINUTE)

    settled = [now for now, _ in central.tries if now >= 5 * MINUTE]
    a_minute = len(settled) / KIOSKS / 5
    busiest = max(Counter(int(now) for now in settled).values())
    first = max(Counter(int(now) for now, _ in central.tries if now < MINUTE).values())

    assert 0.95 < a_minute < 1.05
    assert busiest <= 5 * KIOSKS / MINUTE, "the heartbeats are synchronised"
    assert first <= KIOSKS / 5
    figure(
        f"fleet: {KIOSKS} idle kiosks, switched on at once: {a_minute:.2f} requests a minute each; the busiest second "
        f"has {busiest} of them ({KIOSKS / MINUTE:.1f} on average), the first minute's {first}"
    )


def test_retry_after_of_an_overloaded_server_is_respected(
    fleet: list[Replicator], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = SimulatedServer(SimulatedTime(), end=20.0, capacity=8, retry_after=20.0)
    switch_on(fleet, ledger, monkeypatch, central)
    central.time.until(5 * MINUTE)

    returns = central.returns()
    soonest = min(_gaps(central)) if central.refused else 0.0

    assert central.refused, "it was never overloaded"
    assert soonest >= 20.0
    assert len(returns) == KIOSKS
    figure(
        f"fleet: {KIOSKS} kiosks, a server with room for 8 requests a second that asks for 20 s: all in "
        f"{returns[-1]:.0f} s, {len(central.refused)} refused"
    )


def _gaps(central: SimulatedServer) -> Iterator[float]:
    """From each refusal to the same kiosk's next try."""
    for then, kiosk in central.refused:
        later = [now for now, other in central.tries if other == kiosk and now > then]
        if later:
            yield min(later) - then
