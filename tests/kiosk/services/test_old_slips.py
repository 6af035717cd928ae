"""A slip of the first format is accepted where its visit is known, or with its digits; it never invents a visit."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.rules import slips
from kiosk.rules.device_events import DeviceEvent, SlipScanned
from kiosk.rules.scan_parser import ENTER, ScanParser
from kiosk.rules.slips import Slip
from kiosk.services import visits
from kiosk.services.context import KioskContext
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import (
    CameBack,
    CheckedIn,
    CheckedOut,
    CheckInRequest,
    NoSuchCode,
    SlipAndDigits,
    SteppedOut,
    Unconfirmed,
)
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.visit import code_of, visit_of
from sync.ledger import slip_formats
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from tests.support.checked_in_party import check_in_party
from tests.support.keyboard_layouts import DVORAK, FRENCH, GERMAN, US, Keyboard

SWAPPED = "HS1:ZYAQWMYZAQWM2345"  # every letter that moves between layouts


def typed(slip: str, scanner: Keyboard, machine: Keyboard) -> Slip:
    """The scan of a slip when scanner and machine have different layouts."""
    scans: list[DeviceEvent] = []
    parser = ScanParser(scans.append)
    for code in (*machine.codes(scanner.places(slip)), ENTER):
        parser.handle_key(code)
    [scan] = scans
    assert isinstance(scan, SlipScanned)
    return scan.slip


def check_in_with_old_slip(context: KioskContext) -> CheckedIn:
    """Check in with a slip of the first format, as in a venue with an older kiosk."""
    context.profile = replace(context.profile, paired=True)
    slip_formats.save(context.ledger, ["HS1"])
    answer = check_in_party(context)
    assert answer.slip.startswith("HS1:")
    return answer


@pytest.fixture
def elsewhere(context: KioskContext, open_ledger: Callable[[str], Ledger]) -> KioskContext:
    """The venue's other kiosk, without any visit."""
    ledger = open_ledger("elsewhere")
    return KioskContext(ledger, replace(context.profile, paired=True), KioskAllocation(ledger, 6))


LAYOUTS = [(US, US), (US, GERMAN), (GERMAN, US), (US, FRENCH), (FRENCH, US), (GERMAN, FRENCH), (US, DVORAK)]


@pytest.mark.parametrize(("scanner", "machine"), LAYOUTS)
def test_an_old_slip_of_a_known_visit_checks_out_in_any_layout(
    context: KioskContext, opened: OpenedSession, scanner: Keyboard, machine: Keyboard
) -> None:
    checked_in = check_in_with_old_slip(context)

    checked_out = visits.process_slip(context, typed(checked_in.slip, scanner, machine))

    assert isinstance(checked_out, CheckedOut)
    assert (checked_out.visit, checked_out.known) == (checked_in.visit, True)
    assert visits.process_slip(context, typed(checked_in.slip, scanner, machine)) == NoSuchCode()


@pytest.mark.parametrize(("scanner", "machine"), LAYOUTS)
def test_an_old_slip_ends_a_break_in_any_layout(
    context: KioskContext, opened: OpenedSession, scanner: Keyboard, machine: Keyboard
) -> None:
    slip = typed(check_in_with_old_slip(context).slip, scanner, machine)

    assert visits.toggle_break(context, slip) == SteppedOut((1,))
    assert visits.process_slip(context, slip) == CameBack((1,))


@pytest.mark.parametrize(("scanner", "machine"), LAYOUTS)
def test_an_old_slip_of_an_unknown_visit_records_nothing_until_its_digits_are_typed(
    elsewhere: KioskContext, scanner: Keyboard, machine: Keyboard
) -> None:
    slip = typed(SWAPPED, scanner, machine)
    before = elsewhere.ledger.waiting().count
    assert visits.process_slip(elsewhere, slip) == Unconfirmed(slip)
    assert visits.check_out(elsewhere, slip) == Unconfirmed(slip)
    assert visits.toggle_break(elsewhere, slip) == NoSuchCode()
    wrong = f"{(int(code_of(visit_of(SWAPPED))) + 1) % 10_000:04d}"
    assert isinstance(visits.check_out(elsewhere, SlipAndDigits(slip, wrong)), NoSuchCode)
    assert elsewhere.ledger.waiting().count == before

    checked_out = visits.check_out(elsewhere, SlipAndDigits(slip, code_of(visit_of(SWAPPED))))

    assert isinstance(checked_out, CheckedOut)
    assert (checked_out.visit, checked_out.known) == (visit_of(SWAPPED), False)
    assert elsewhere.ledger.waiting().count == before + 1
    assert visits.process_slip(elsewhere, slip) == NoSuchCode(), "it is used now, in every reading"


def test_wrong_digits_for_an_unknown_slip_lead_to_a_lockout(elsewhere: KioskContext, clock: ManualClock) -> None:
    slip = Slip((SWAPPED,))
    right = code_of(visit_of(SWAPPED))
    for wrong in ("0000", "0001", "0002"):
        assert wrong != right
        visits.check_out(elsewhere, SlipAndDigits(slip, wrong))

    answer = visits.check_out(elsewhere, SlipAndDigits(slip, right))

    assert isinstance(answer, NoSuchCode) and answer.wait > 0, "locked out, with right or wrong digits"
    clock.move(minutes=2)
    assert isinstance(visits.check_out(elsewhere, SlipAndDigits(slip, right)), CheckedOut)


def test_a_visit_that_arrives_while_its_digits_are_typed_checks_out_with_its_pouch(
    context: KioskContext, opened: OpenedSession, elsewhere: KioskContext
) -> None:
    checked_in = check_in_with_old_slip(context)
    slip = Slip((checked_in.slip,))
    assert visits.process_slip(elsewhere, slip) == Unconfirmed(slip)
    journal = context.ledger.waiting().journal
    assert journal is not None
    elsewhere.ledger.apply_feed([line.encode() for line in context.ledger.lines(journal, 0, 9)], {})

    checked_out = visits.check_out(elsewhere, SlipAndDigits(slip, checked_in.code))

    assert isinstance(checked_out, CheckedOut)
    assert (checked_out.known, checked_out.numbers) == (True, checked_in.numbers)


def test_a_new_slip_of_an_unknown_visit_needs_no_digits(elsewhere: KioskContext) -> None:
    slip = slips.new_code(())

    checked_out = visits.process_slip(elsewhere, typed(slip, US, FRENCH))

    assert isinstance(checked_out, CheckedOut)
    assert checked_out.visit == visit_of(slip)


@pytest.mark.parametrize(
    ("paired", "readable", "prefix"),
    [
        (False, None, "HS2:"),
        (True, None, "HS1:"),
        (True, ["HS1"], "HS1:"),
        (True, ["HS1", "HS2"], "HS2:"),
        (True, ["HS1", "HS2", "HS3"], "HS2:"),
        (True, [], "HS1:"),
    ],
)
def test_checked_slips_are_issued_only_where_every_kiosk_reads_them(
    context: KioskContext, opened: OpenedSession, paired: bool, readable: list[str] | None, prefix: str
) -> None:
    context.profile = replace(context.profile, paired=paired)
    if readable is not None:
        slip_formats.save(context.ledger, readable)

    checked_in = visits.check_in(context, CheckInRequest(1, 1, 0))

    assert isinstance(checked_in, CheckedIn)
    assert checked_in.slip.startswith(prefix)
