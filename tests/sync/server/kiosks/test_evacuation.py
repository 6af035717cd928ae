"""Kiosks of a venue share one roll call as soon as they hear each other, and each says how far it has heard."""

from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.services import evacuation, occupancy
from kiosk.services.context import KioskContext, VenueProfile
from kiosk.services.records.evacuation_records import RollCall, count_out, count_people
from sync.ledger import evacuations
from sync.manual_clock import ManualClock
from tests.support.paired_kiosk import POUCHES, PairedKiosk

VENUE = VenueProfile("Mill café", "main", ZoneInfo("UTC"), POUCHES, "", None, paired=True, templates=())


class VenueKiosk:
    """A paired kiosk with the services' context."""

    def __init__(self, paired: PairedKiosk) -> None:
        self.paired = paired
        self.context = KioskContext(paired.ledger, VENUE, paired.allocation)

    def start(self) -> RollCall:
        return evacuation.start(self.context, None)

    def roll(self) -> RollCall:
        roll = evacuation.read(self.context)
        assert roll is not None
        return roll


@pytest.fixture
def kiosks(central, tmp_path: Path, clock: ManualClock) -> Iterator[tuple[VenueKiosk, VenueKiosk]]:
    """Two kiosks of a venue, with a party each in the first one's session."""
    paired = [PairedKiosk(tmp_path / f"{name}.db", clock, name) for name in ("first", "second")]
    for kiosk in paired:
        kiosk.pair(central.url, central.code("Mill café"))
    session = paired[0].open_session()
    exchange(*paired)
    for kiosk in paired:
        kiosk.check_in(session)
    yield VenueKiosk(paired[0]), VenueKiosk(paired[1])
    for kiosk in paired:
        kiosk.close()


def exchange(*kiosks: PairedKiosk) -> None:
    """Everything that one of them has reaches the others."""
    for kiosk in (*kiosks, *kiosks):
        kiosk.exchange()


def exchange_all(kiosks: tuple[VenueKiosk, VenueKiosk]) -> None:
    exchange(*(kiosk.paired for kiosk in kiosks))


def test_one_roll_call_at_both_doors(kiosks: tuple[VenueKiosk, VenueKiosk]) -> None:
    first, second = kiosks
    first.start()
    exchange_all(kiosks)
    assert occupancy.read_door(second.context).is_evacuated

    [one, other] = second.roll().inside
    evacuation.count(second.context, one.visit, is_out=True, host=None)
    evacuation.count(first.context, other.visit, is_out=True, host=None)
    evacuation.count_staff(second.context, 2, None)
    exchange_all(kiosks)

    for kiosk in kiosks:
        roll = kiosk.roll()
        assert (count_out(roll.inside), count_people(roll.inside), roll.staff_out) == (2, 2, 2)


def test_two_that_were_started_apart_become_one(
    central, kiosks: tuple[VenueKiosk, VenueKiosk], clock: ManualClock
) -> None:
    first, second = kiosks
    started = first.start().started
    clock.move(minutes=1)
    second.start()
    for kiosk, staff in zip(kiosks, (1, 3), strict=True):
        [entry] = [entry for entry in kiosk.roll().inside if entry.numbers][:1]
        evacuation.count(kiosk.context, entry.visit, is_out=True, host=None)
        evacuation.count_staff(kiosk.context, staff, None)

    exchange_all(kiosks)

    for kiosk in kiosks:
        roll = kiosk.roll()
        assert (roll.started, count_people(roll.inside), count_out(roll.inside), roll.staff_out) == (started, 2, 2, 3)

    entry = first.roll().inside[1]
    evacuation.count(first.context, entry.visit, is_out=False, host=None)
    exchange_all(kiosks)
    assert [count_out(kiosk.roll().inside) for kiosk in kiosks] == [1, 1]

    evacuation.end(second.context, None)
    exchange_all(kiosks)
    assert [evacuation.is_running(kiosk.context) for kiosk in kiosks] == [False, False]
    records = evacuations.read_all(central.store)
    assert len(records) == 2 and all(record.ended is not None for record in records)


def test_each_says_when_it_last_heard_from_the_other(
    kiosks: tuple[VenueKiosk, VenueKiosk], clock: ManualClock, expected_minutes: Callable[..., list[int]]
) -> None:
    """The other kiosk's check-in that has not arrived is missing, and its last fact is 20 minutes old."""
    first, second = kiosks
    exchange_all(kiosks)
    clock.move(minutes=20)
    session = first.paired.ledger.open_sessions()[0].id
    second.paired.check_in(session)

    roll = first.start()

    assert count_people(roll.inside) == 2  # of 3
    assert expected_minutes(roll) == [20]
    exchange_all(kiosks)
    assert (count_people(first.roll().inside), expected_minutes(first.roll())) == (3, [0])

    clock.move(minutes=8 * 24 * 60)
    assert first.roll().others == ()  # it was last heard from more than a week ago


@pytest.fixture
def expected_minutes(clock: ManualClock) -> Callable[[RollCall], list[int]]:
    """How many minutes ago the other kiosks were last heard from."""

    def count(roll: RollCall) -> list[int]:
        now = clock.read().at / 1000
        return [round((now - other.timestamp()) / 60) for other in roll.others if other]

    return count
