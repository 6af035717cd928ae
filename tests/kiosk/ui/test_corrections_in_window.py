"""A whole kiosk in a window: a host corrects visits with real touches, and the ledger has what happened."""

from collections.abc import Callable
from uuid import UUID

import pytest

from kiosk.navigation import CorrectAsked, Destination
from kiosk.services import visits
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from sync.domain.visit import Visit
from sync.manual_clock import ManualClock
from tests.support.kiosk_window import KioskWindow


@pytest.fixture
def kiosk(door: Callable[..., KioskWindow], clock: ManualClock) -> KioskWindow:
    """A kiosk with an open session."""
    return door(clock=clock)


def comes_in(kiosk: KioskWindow, party_size: int, phones: int) -> UUID:
    answer = visits.check_in(kiosk.runtime.context, CheckInRequest(party_size, phones, 0))
    assert isinstance(answer, CheckedIn)
    return answer.visit


def row(kiosk: KioskWindow, visit: UUID) -> Visit:
    visit_row = kiosk.runtime.context.ledger.visit(visit)
    assert visit_row is not None
    return visit_row


def host_of(kiosk: KioskWindow) -> HostSession:
    [session] = kiosk.runtime.context.ledger.open_sessions()
    return HostSession(UUID(session.opened_by), role="lead")


def starts(kiosk: KioskWindow) -> None:
    kiosk.app.go(Destination("correct", CorrectAsked(host_of(kiosk))))
    kiosk.wait_for("correct")


def text(kiosk: KioskWindow, key: str) -> str:
    return next(part.text for part in kiosk.page.walk() if getattr(part, "key", "") == key)


def test_a_party_of_three_not_two_and_the_next_free_pouch(kiosk: KioskWindow) -> None:
    visit = comes_in(kiosk, 2, 1)
    starts(kiosk)

    kiosk.tap("visit_0")
    kiosk.wait_for("correct_visit")
    for key in ("count", "people_plus", "phones_plus", "save"):
        kiosk.tap(key)
    kiosk.wait_for("correct_visit")
    assert text(kiosk, "outcome") == "Noted. They have pouch 2 now."
    for key in ("pouch", "number_1", "free"):
        kiosk.tap(key)
    kiosk.wait_for("correct_visit")

    assert text(kiosk, "outcome") == "Noted. They have pouch 3 now. Pouch 1 is free again."
    corrected = row(kiosk, visit)
    assert (corrected.party_size, corrected.phones, corrected.numbers) == (3, 2, (3, 2))
    host = str(host_of(kiosk).host_id)
    kinds = [(entry.kind, entry.actor) for entry, _ in kiosk.runtime.context.ledger.history(visit)]
    assert kinds[1:] == [("visit.amended", host), ("visit.amended", host)]


def test_a_typed_pouch_and_a_visit_that_is_found_by_its_number(kiosk: KioskWindow) -> None:
    comes_in(kiosk, 1, 1)
    visit = comes_in(kiosk, 1, 1)
    starts(kiosk)

    for key in ("find", "digit_2", "check", "pouch", "type", "digit_1", "check"):
        kiosk.tap(key)
    kiosk.answered()
    assert kiosk.page.text == "Somebody has 1 already. Try another one."
    for key in ("digit_7", "check"):
        kiosk.tap(key)
    kiosk.wait_for("correct_visit")

    assert row(kiosk, visit).numbers == (7,)


def test_one_of_three_leaves_earlier_and_the_rest_unseen(kiosk: KioskWindow, clock: ManualClock) -> None:
    visit = comes_in(kiosk, 3, 2)
    clock.move(minutes=40)
    starts(kiosk)

    for key in ("visit_0", "split", "go_on", "number_2", "save"):
        kiosk.tap(key)
    kiosk.wait_for("correct_visit")
    assert text(kiosk, "outcome") == "Noted. Pouch 2 is free again."
    clock.move(minutes=30)
    kiosk.tap("back")
    for key in ("visit_0", "time", "earlier", "go_on", "save"):
        kiosk.tap(key)
    kiosk.wait_for("correct")

    [part] = [other for other in kiosk.runtime.context.ledger.visits() if other.split_from == visit]
    rest = row(kiosk, visit)
    assert (part.party_size, part.numbers, part.stay) == (1, (2,), 40 * 60_000)
    assert (rest.party_size, rest.estimated, rest.outstanding, rest.stay) == (2, True, False, 60 * 60_000)


def test_a_mistaken_check_out_is_undone_from_the_list(kiosk: KioskWindow) -> None:
    visit = comes_in(kiosk, 2, 2)
    visits.check_out(kiosk.runtime.context, row(kiosk, visit).code)
    starts(kiosk)
    assert text(kiosk, "undo") == "Pouches 1, 2: undo leaving"

    kiosk.tap("undo")
    kiosk.answered()

    assert row(kiosk, visit).is_in and row(kiosk, visit).held == (1, 2)
    assert text(kiosk, "outcome") == "That is undone."


def test_a_party_that_did_not_stay_is_put_back_by_undoing(kiosk: KioskWindow) -> None:
    visit = comes_in(kiosk, 2, 2)
    starts(kiosk)

    for key in ("visit_0", "void"):
        kiosk.tap(key)
    kiosk.wait_for("correct")
    assert row(kiosk, visit).voided
    kiosk.tap("undo")
    kiosk.answered()

    assert row(kiosk, visit).is_in
