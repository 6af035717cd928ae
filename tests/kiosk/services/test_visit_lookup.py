"""Looking up a visit by code, slip or number, at any of the venue's kiosks."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.rules import slips
from kiosk.rules.slips import Slip
from kiosk.services import occupancy, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, StowCount
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import (
    CameBack,
    CheckedOut,
    CheckInRequest,
    CodeAndNumber,
    NoPouch,
    NoSuchCode,
    PouchOrLocker,
    ShelfState,
    SteppedOut,
)
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.visit import visit_of
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from tests.support.checked_in_party import check_in_party


@pytest.fixture
def lockers(context: KioskContext) -> KioskContext:
    """The same venue with three lockers."""
    return KioskContext(
        context.ledger, replace(context.profile, lockers=3), KioskAllocation(context.ledger, context.profile.pouches, 3)
    )


def test_a_slip_checks_out_like_its_digits(context: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    checked_in = check_in_party(context)
    clock.move(minutes=30)

    checked_out = visits.check_out(context, Slip((checked_in.slip,)))

    assert isinstance(checked_out, CheckedOut)
    assert (checked_out.visit, checked_out.numbers, checked_out.phone_free.seconds) == (checked_in.visit, (1,), 30 * 60)


def test_a_used_slip_is_refused(context: KioskContext, opened: OpenedSession) -> None:
    checked_in = check_in_party(context)
    visits.check_out(context, Slip((checked_in.slip,)))

    assert visits.check_out(context, Slip((checked_in.slip,))) == NoSuchCode()


def test_a_slip_checks_out_at_a_kiosk_without_its_visit_and_the_fold_joins_them(
    context: KioskContext, opened: OpenedSession, clock: ManualClock, open_ledger: Callable[[str], Ledger]
) -> None:
    elsewhere = open_ledger("elsewhere")
    other = KioskContext(elsewhere, replace(context.profile, paired=True), KioskAllocation(elsewhere, 6))
    checked_in = check_in_party(context, party_size=2, phones=2)
    clock.move(minutes=45)

    checked_out = visits.check_out(other, Slip((checked_in.slip,)))

    assert isinstance(checked_out, CheckedOut)
    assert (checked_out.visit, checked_out.known) == (checked_in.visit, False)
    [left] = [line for line in elsewhere.lines(elsewhere.waiting().journal, 0, 9) if "checked_out" in line]  # type: ignore[arg-type]
    context.ledger.apply_feed([left.encode()], {})
    visit = context.ledger.visit(checked_in.visit)
    assert visit is not None
    assert (visit.is_in, visit.party_size) == (False, 2)
    assert visits.check_out(other, Slip((checked_in.slip,))) == NoSuchCode()


def test_an_unknown_slip_starts_and_ends_no_break(context: KioskContext, opened: OpenedSession) -> None:
    context.profile = replace(context.profile, paired=True)
    assert visits.toggle_break(context, Slip((slips.new_code(()),))) == NoSuchCode()


def test_a_scanned_slip_ends_a_break_or_checks_out(context: KioskContext, opened: OpenedSession) -> None:
    checked_in = check_in_party(context)
    visits.toggle_break(context, checked_in.code)

    assert visits.process_slip(context, Slip((checked_in.slip,))) == CameBack(checked_in.numbers)
    assert isinstance(visits.process_slip(context, Slip((checked_in.slip,))), CheckedOut)
    assert visits.process_slip(context, Slip((checked_in.slip,))) == NoSuchCode()


def test_an_invented_slip_adds_to_no_figure(context: KioskContext, opened: OpenedSession) -> None:
    made_up = slips.new_code(())
    assert visits.check_out(context, Slip((made_up,))) == NoSuchCode(), "an unpaired kiosk has every visit"
    context.profile = replace(context.profile, paired=True)
    visits.check_out(context, Slip((made_up,)))

    assert occupancy.read_door(context).live[0].people == 0
    visit = context.ledger.visit(visit_of(made_up))
    assert visit is not None and not visit.is_in


def test_a_host_checks_out_by_pouch_number_without_a_code(
    context: KioskContext, opened: OpenedSession, host: HostSession
) -> None:
    checked_in = check_in_party(context, party_size=2, phones=2)
    for wrong in range(5):
        assert visits.check_out(context, CodeAndNumber(90 + wrong, host=host)) == NoSuchCode(), "a host never waits"

    checked_out = visits.check_out(context, CodeAndNumber(2, host=host))

    assert isinstance(checked_out, CheckedOut)
    assert checked_out.visit == checked_in.visit


def test_lockers_hold_a_partys_phones_together(lockers: KioskContext, opened: OpenedSession) -> None:
    first, second = check_in_party(lockers, 4, 4, stow="locker"), check_in_party(lockers, 5, 5, stow="locker")

    assert (first.numbers, second.numbers, first.stow) == ((1,), (2, 3), "locker")
    assert visits.check_in(lockers, CheckInRequest(1, 1, 0, stow="locker")) == NoPouch(0, "locker")
    assert occupancy.read_shelf(lockers) == ShelfState(
        6, 0, has_pouches=True, has_lockers=True, reach="+31 20 555 0123"
    )

    assert visits.toggle_break(lockers, first.code) == SteppedOut((1,), "locker")
    checked_out = visits.check_out(lockers, second.code)
    assert isinstance(checked_out, CheckedOut)
    assert (checked_out.numbers, checked_out.stow) == ((2, 3), "locker")
    assert occupancy.read_shelf(lockers).lockers == 2
    assert occupancy.read_board(lockers).capacity.lockers == StowCount(3, 2, (1,))


def test_a_pouch_and_a_locker_with_one_number_are_distinguished(
    lockers: KioskContext, opened: OpenedSession, host: HostSession
) -> None:
    pouch, locker = check_in_party(lockers), check_in_party(lockers, stow="locker")

    assert visits.check_out(lockers, CodeAndNumber(1, host=host)) == PouchOrLocker(1)
    checked_out = visits.check_out(lockers, CodeAndNumber(1, host=host, stow="locker"))

    assert isinstance(checked_out, CheckedOut)
    assert checked_out.visit == locker.visit
    assert [visit.id for visit in lockers.ledger.present()] == [pouch.visit]
