"""The roll call: who is on it, counting out and back, and its work while the ledger can't be written or read."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kiosk.services import evacuation, occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.evacuation_records import RollCall, RollEntry, count_out, count_people
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.events import VisitCheckedIn
from sync.ledger import evacuations
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from tests.support.failing_table import broken

MINUTE = 60_000


def arrive(context: KioskContext, party_size: int = 1, phones: int = 1) -> CheckedIn:
    welcomed = visits.check_in(context, CheckInRequest(party_size, phones, kept=0))
    assert isinstance(welcomed, CheckedIn)
    return welcomed


def numbers(entries: tuple[RollEntry, ...]) -> list[tuple[int, ...]]:
    return [entry.numbers for entry in entries]


def running(roll: RollCall | None) -> RollCall:
    assert roll is not None
    return roll


@pytest.fixture
def parties(context: KioskContext, session: UUID) -> list[CheckedIn]:
    """A party of two with a pouch each, one of three with one pouch, and one person without a phone."""
    return [arrive(context, 2, 2), arrive(context, 3, 1), arrive(context, 1, 0)]


def test_everybody_is_on_the_roll_by_number_and_party_size(context: KioskContext, parties: list[CheckedIn]) -> None:
    roll = evacuation.start(context, None)

    assert [(entry.numbers, entry.party_size) for entry in roll.inside] == [((1, 2), 2), ((3,), 3), ((), 1)]
    assert (count_people(roll.inside), count_out(roll.inside)) == (6, 0)
    assert roll.is_saved and not roll.is_stale


def test_those_on_a_break_are_apart(context: KioskContext, parties: list[CheckedIn]) -> None:
    visits.toggle_break(context, parties[1].code)

    roll = evacuation.start(context, None)

    assert numbers(roll.on_break) == [(3,)] and numbers(roll.inside) == [(1, 2), ()]


def test_touching_off_and_on_is_no_check_out(context: KioskContext, parties: list[CheckedIn]) -> None:
    evacuation.start(context, None)

    out = running(evacuation.count(context, parties[0].visit, is_out=True, host=None))
    back = running(evacuation.count(context, parties[0].visit, is_out=False, host=None))

    assert (count_out(out.inside), numbers(out.missing)) == (2, [(3,), ()])
    assert count_out(back.inside) == 0
    assert len(context.ledger.present()) == 3


def test_touching_off_twice_is_one_fact(context: KioskContext, parties: list[CheckedIn]) -> None:
    evacuation.start(context, None)
    before = context.ledger.waiting().last
    for _ in range(2):
        evacuation.count(context, parties[0].visit, is_out=True, host=None)

    assert context.ledger.waiting().last == before + 1


def test_starting_again_joins_the_one_that_is_running(
    context: KioskContext, clock: ManualClock, parties: list[CheckedIn]
) -> None:
    first = evacuation.start(context, None)
    clock.move(minutes=1)

    assert evacuation.start(context, None).started == first.started
    assert len(evacuations.read_all(context.ledger.store)) == 1


def test_who_leaves_meanwhile_stays_on_the_roll_as_out(context: KioskContext, parties: list[CheckedIn]) -> None:
    evacuation.start(context, None)
    visits.check_out(context, parties[0].code)

    roll = running(evacuation.read(context))

    assert [(entry.has_left, entry.is_out) for entry in roll.inside] == [(True, True), (False, False), (False, False)]


def test_who_left_before_is_not_on_the_roll(
    context: KioskContext, clock: ManualClock, parties: list[CheckedIn]
) -> None:
    visits.check_out(context, parties[0].code)
    clock.move(minutes=1)

    assert numbers(evacuation.start(context, None).entries) == [(3,), ()]


def test_closing_the_session_counts_nobody_out(
    context: KioskContext, session: UUID, host: HostSession, parties: list[CheckedIn]
) -> None:
    """What closing records is an estimate: they may still be inside."""
    evacuation.start(context, None)
    sessions.close_session(context, session, host)

    roll = running(evacuation.read(context))

    assert (count_people(roll.inside), count_out(roll.inside)) == (6, 0)


def test_visits_of_other_zones_and_of_unknown_sessions_are_on_the_roll(
    context: KioskContext, parties: list[CheckedIn]
) -> None:
    context.ledger.record((uuid4(), VisitCheckedIn(session=uuid4(), party_size=4, phones=0)))

    assert count_people(evacuation.start(context, None).entries) == 10


def test_the_staff_are_counted_apart(context: KioskContext, parties: list[CheckedIn]) -> None:
    evacuation.start(context, None)

    roll = running(evacuation.count_staff(context, 3, None))

    assert (roll.staff_out, count_people(roll.entries)) == (3, 6)


def test_it_ends_for_good_and_its_record_remains(
    context: KioskContext, host: HostSession, clock: ManualClock, parties: list[CheckedIn]
) -> None:
    evacuation.start(context, host)
    evacuation.count(context, parties[0].visit, is_out=True, host=host)
    clock.move(minutes=9)

    assert evacuation.is_running(context)
    assert evacuation.end(context, host) == host

    assert not evacuation.is_running(context) and evacuation.read(context) is None
    assert evacuation.count(context, parties[1].visit, is_out=True, host=host) is None
    assert evacuation.count_staff(context, 1, host) is None
    [record] = evacuations.read_all(context.ledger.store)
    assert record.started is not None and record.ended == record.started + 9 * MINUTE
    assert record.out == (parties[0].visit,)


def test_the_host_who_did_it_is_its_actor(context: KioskContext, host: HostSession, parties: list[CheckedIn]) -> None:
    evacuation.start(context, None)
    journal, last = context.ledger.waiting().journal, context.ledger.waiting().last
    assert journal is not None
    evacuation.end(context, host)

    assert '"actor"' not in context.ledger.lines(journal, last - 1, 1)[0]
    assert f'"actor":"{host.host_id}"' in context.ledger.lines(journal, last, 1)[0]


# a full disk


def test_on_a_full_disk_it_works_from_memory_and_says_so(
    context: KioskContext, host: HostSession, parties: list[CheckedIn]
) -> None:
    with broken(context.ledger.store, "entry"):
        started = evacuation.start(context, None)
        evacuation.count(context, parties[0].visit, is_out=True, host=None)
        roll = running(evacuation.count_staff(context, 2, None))
        polled = evacuation.read(context)

        assert not started.is_saved and not roll.is_saved
        assert (count_out(roll.inside), count_people(roll.inside), roll.staff_out) == (2, 6, 2)
        assert roll == polled
        assert occupancy.read_door(context).is_evacuated
        assert evacuations.read_all(context.ledger.store) == []

    roll = running(evacuation.read(context))

    assert roll.is_saved and count_out(roll.inside) == 2
    [record] = evacuations.read_all(context.ledger.store)
    assert (record.out, record.staff_out) == ((parties[0].visit,), 2)


def test_ended_on_a_full_disk_it_has_ended(context: KioskContext, host: HostSession, parties: list[CheckedIn]) -> None:
    evacuation.start(context, None)
    with broken(context.ledger.store, "entry"):
        evacuation.end(context, host)

        assert not evacuation.is_running(context)

    assert not evacuation.is_running(context)
    assert evacuations.read_all(context.ledger.store)[0].ended is not None  # written by that question


# a ledger that can't be read


@pytest.fixture
def unreadable(context: KioskContext, tmp_path: Path) -> KioskContext:
    """The same context, after the door was shown, on a file that is no database any more."""
    occupancy.read_door(context)
    context.ledger.close()
    for file in tmp_path.glob("ledger.db*"):
        file.unlink()
    (tmp_path / "ledger.db").write_bytes(b"rubbish " * 1000)
    return context


def test_without_a_readable_ledger_the_roll_is_the_last_that_was_shown(
    context: KioskContext, parties: list[CheckedIn], clock: ManualClock, request: pytest.FixtureRequest
) -> None:
    read_at = context.local_time(clock.read().at)
    request.getfixturevalue("unreadable")
    clock.move(minutes=1)

    evacuation.start(context, None)
    roll = running(evacuation.count(context, parties[1].visit, is_out=True, host=None))

    assert [(entry.numbers, entry.is_out) for entry in roll.inside] == [((1, 2), False), ((3,), True), ((), False)]
    assert roll.is_stale and not roll.is_saved and roll.read_at == read_at
    assert running(evacuation.read(context)) == roll
    evacuation.end(context, None)
    assert evacuation.read(context) is None


def test_a_roll_that_was_read_survives_the_ledger(
    context: KioskContext, parties: list[CheckedIn], request: pytest.FixtureRequest
) -> None:
    evacuation.start(context, None)
    evacuation.count(context, parties[0].visit, is_out=True, host=None)
    request.getfixturevalue("unreadable")

    roll = running(evacuation.count(context, parties[1].visit, is_out=True, host=None))

    assert count_out(roll.inside) == 5 and roll.is_stale


# after a restart


def test_after_a_restart_the_running_roll_comes_back(
    context: KioskContext, parties: list[CheckedIn], clock: ManualClock, tmp_path: Path
) -> None:
    evacuation.start(context, None)
    evacuation.count(context, parties[0].visit, is_out=True, host=None)
    context.ledger.close()

    ledger = Ledger(open_sqlite(tmp_path / "ledger.db"), clock)
    restarted = KioskContext(ledger, context.profile, KioskAllocation(ledger, context.profile.pouches))

    assert occupancy.read_door(restarted).is_evacuated
    assert count_out(running(evacuation.read(restarted)).inside) == 2
    ledger.close()


def test_it_ends_without_a_pin_where_nobody_has_one(context: KioskContext, request: pytest.FixtureRequest) -> None:
    assert not evacuation.start(context, None).needs_pin

    request.getfixturevalue("host")

    assert running(evacuation.read(context)).needs_pin
