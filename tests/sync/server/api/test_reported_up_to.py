"""A kiosk's "reported up to" is never later than an entry that it has not sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from sync.client import enrolment
from sync.client.api import Api, TryLater
from sync.client.replicator import Pace, Replicator
from sync.client.unsent import BLOCK, UNKNOWN, Unsent
from sync.domain.events import ClockAnchored, VisitCheckedIn, read_entry, write_entry
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from sync.server.kiosks import repository as kiosk_repository
from tests.support.faulty_proxy import Fault, ProxiedRequest, faulty_proxy, fine

MINUTE = 60_000
ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2)


@pytest.fixture
def own(tmp_path: Path, clock: ManualClock) -> Iterator[Ledger]:
    """The ledger of a real kiosk, whose clock is the server's."""
    ledger = Ledger(open_sqlite(tmp_path / "kiosk.db"), clock)
    yield ledger
    ledger.close()


def reported(central) -> int | None:
    [kiosk] = kiosk_repository.kiosks(central.store, central.scope)
    return kiosk.reported_up_to


@contextmanager
def paired(central, ledger: Ledger, trouble: Callable[[bytes], Fault] = lambda _: fine) -> Iterator[Replicator]:
    """A replicator whose requests go over a line; ``trouble`` is chosen by a request's first line."""

    def look(line: ProxiedRequest) -> bytes:
        request = line.read_request()
        line.read_request = lambda: request  # type: ignore[method-assign]
        return trouble(request.partition(b"\r\n")[0])(line)

    with faulty_proxy(central.url, lambda: look) as line:
        enrolled = enrolment.enrol(ledger, line.url, central.code("Mill café"))
        replicator = Replicator(ledger, enrolled, "0.1.0", Pace(batch=2))
        try:
            yield replicator
        finally:
            replicator.close()


@pytest.mark.parametrize("ahead", [0, 24 * 60 * MINUTE, -24 * 60 * MINUTE, 5_000])
def test_an_entry_recorded_during_a_slow_heartbeat_is_not_reported(
    central, own: Ledger, clock: ManualClock, ahead: int
) -> None:
    """Also with a wrong clock of the kiosk, since its own times are used."""
    kiosk_clock = own.clock = ManualClock(clock.read().at + ahead)

    def slow(first: bytes) -> Fault:
        return recording if b"/v1/heartbeat" in first else fine

    def recording(line: ProxiedRequest) -> bytes:
        request = line.read_request()
        for moved in (clock, kiosk_clock):
            moved.move(ms=10_000)
        own.record((uuid4(), ARRIVED))
        for moved in (clock, kiosk_clock):
            moved.move(ms=10_000)
        return line.forward(request)

    with paired(central, own, slow) as replicator:
        replicator.exchange()

    assert own.waiting().count == 1
    assert (reported(central) or 0) <= own.waiting().oldest_at  # type: ignore[operator]
    assert reported(central) is not None


def test_a_clock_that_is_not_set_reports_by_the_anchor_of_its_boot(central, own: Ledger, clock: ManualClock) -> None:
    own.clock = ManualClock(0, source=None)
    own.clock.move(minutes=1)

    with paired(central, own) as replicator:
        replicator.exchange()
        assert reported(central) is None, "the server does not know yet when that boot was"
        replicator.exchange()

    assert central.now - 5 * MINUTE < (reported(central) or 0) <= central.now


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"at": -5, "sure": True}, -5),
        ({"at": 10**9, "sure": True}, 0),
        ({"at": 0, "sure": False}, None),
        ({"at": -5, "sure": True, "waiting": 2, "oldest_waiting": 0}, -5),
        ({"at": -5, "sure": True, "waiting": 2, "oldest_waiting": -9}, -9),
        ({"at": -5, "sure": True, "waiting": 2}, None),
        ({"at": 0, "sure": False, "waiting": 2, "oldest_waiting": -9}, None),
    ],
)
def test_a_heartbeat_reports_up_to_when_it_counted(
    central, kiosk, fields: dict[str, int], expected: int | None
) -> None:
    clock = {"at": central.now + fields["at"], "boot": str(kiosk.boot), "up": 1, "sure": fields["sure"]}
    rest = {"waiting": fields.get("waiting", 0)}
    if "oldest_waiting" in fields:
        rest["oldest_waiting"] = central.now + fields["oldest_waiting"]

    kiosk.beat(**rest, clock=clock)

    assert reported(central) == (None if expected is None else central.now + expected)


def test_while_times_that_were_set_back_wait_no_push_reports_past_them(
    central, own: Ledger, clock: ManualClock
) -> None:
    """Ten minutes of entries by a clock that is an hour ahead, then ten more after it was set back."""
    kiosk_clock = own.clock = ManualClock(clock.read().at - 120 * MINUTE)
    for _ in range(4):
        own.record((uuid4(), ARRIVED))
        kiosk_clock.move(minutes=1)
    kiosk_clock.jump(-60 * MINUTE)
    for _ in range(4):
        own.record((uuid4(), ARRIVED))
        kiosk_clock.move(minutes=1)
    pushes: list[bytes] = []

    def only_one_with_entries(first: bytes) -> Fault:
        pushes.extend([first] if b"/entries" in first else [])
        return (lambda line: b"") if len(pushes) > 2 else fine  # the first only asks what is there

    with paired(central, own, only_one_with_entries) as replicator, pytest.raises(TryLater):
        replicator.exchange()

    waiting = own.waiting()
    times = [read_entry(line).at for line in own.lines(waiting.journal, waiting.acknowledged, 100)]  # type: ignore[arg-type]
    assert (waiting.acknowledged, len(times)) == (2, 6)
    assert (reported(central) or 0) <= min(times)


@pytest.mark.parametrize(("unsent_from", "expected"), [(None, 0), (-MINUTE, -MINUTE), (MINUTE, 0), (0, None)])
def test_a_push_reports_up_to_the_earliest_unsent_entry(
    central, kiosk, unsent_from: int | None, expected: int | None
) -> None:
    kiosk.visit(central.now, minutes=None)
    unsent_at = central.now + unsent_from if unsent_from else unsent_from
    api = Api(central.url, kiosk.identity["token"])

    api.push(kiosk.journal, [write_entry(entry) for entry in kiosk.written], unsent_at)
    api.close()

    assert reported(central) == (None if expected is None else central.now + expected)


def test_the_earliest_unsent_time_is_found_in_any_order(own: Ledger) -> None:
    own.clock = clock = ManualClock()
    times: list[int] = []
    for step in range(2 * BLOCK + 20):
        clock.jump(MINUTE if step % 7 else -10 * MINUTE)
        own.record((uuid4(), ARRIVED))
        times.append(clock.read().at)
    journal, unsent = own.waiting().journal, Unsent(own)
    assert journal is not None

    for after in (0, 3, BLOCK, BLOCK + 5, 2 * BLOCK + 19, 40, 2 * BLOCK + 20):
        earliest = unsent.earliest(journal, after)
        rest = times[after:]
        assert (earliest is None) == (not rest)
        assert not rest or (earliest or 0) <= min(rest)


def test_an_unset_clock_hides_the_earliest_time_until_its_boot_is_anchored(own: Ledger) -> None:
    own.clock = clock = ManualClock(0, source=None)
    own.record((uuid4(), ARRIVED))
    journal = own.waiting().journal
    assert journal is not None

    assert Unsent(own).earliest(journal, 0) == UNKNOWN
    offset = 1_795_507_200_000
    anchor = ClockAnchored(boot=clock.read().boot, offset=offset, source="server", error=5)
    own.record((uuid4(), anchor))
    clock.move(minutes=1)

    assert Unsent(own).earliest(journal, 0) == offset
