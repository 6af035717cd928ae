"""What a kiosk promises of its granted share, and what it returns."""

import threading
from uuid import UUID

import pytest
from msgspec import UNSET

from kiosk.services import occupancy, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import (
    CheckedOut,
    CheckInRequest,
    CodeAndNumber,
    CodeShared,
    NoPouch,
    NoSuchCode,
    SessionFull,
)
from sync.allocation import kiosk_side
from sync.allocation.kiosk_side import KioskAllocation
from sync.allocation.model import PLANS, SERIES, WHOLE_VENUE, Amounts, Grant, Share, over_id, stripe_of
from sync.domain.events import Event, SessionAmended, SessionClosed, SessionOpened, SessionPlanned, VisitCheckedIn
from sync.domain.ids import uuid7
from sync.domain.series import occurrence_id
from sync.domain.session import Session
from sync.ledger.ledger import Ledger
from tests.support.checked_in_party import check_in_party


def deal(context: KioskContext, version: int = 1, **granted: object) -> None:
    whole = {"pouches": WHOLE_VENUE.pouches, "codes": WHOLE_VENUE.codes}
    context.allocation.apply_answer(Grant(version, Share(**{**whole, **granted})), None)  # type: ignore[arg-type]


def restarted(context: KioskContext) -> KioskAllocation:
    return KioskAllocation(context.ledger, context.profile.pouches)


@pytest.fixture
def elsewhere(ledger: Ledger, context: KioskContext, opened: OpenedSession, open_ledger) -> Ledger:  # type: ignore[no-untyped-def]
    """The venue's other kiosk, which knows the session."""
    other: Ledger = open_ledger("other")
    tell(ledger, other)
    return other


def tell(teller: Ledger, hearer: Ledger) -> None:
    waiting = teller.waiting()
    assert waiting.journal is not None
    hearer.apply_feed([line.encode() for line in teller.lines(waiting.journal, 0, 1000)], {})


def arrive(ledger: Ledger, session: UUID, visit: UUID | None = None, size: int = 1) -> None:
    arrived = VisitCheckedIn(session, size, phones=0)
    ledger.record((visit or uuid7(ledger.clock.read().at), arrived))


def test_lockers_on_its_board_are_not_given_back(ledger: Ledger, context: KioskContext) -> None:
    """Also where an earlier server takes one for free whose door was not closed yet: it has none to grant."""
    allocation = KioskAllocation(ledger, 0, 6, board_lockers=(4, 5))
    allocation.apply_answer(Grant(1, Share(lockers=((1, 6),), codes=WHOLE_VENUE.codes)), None)
    assert allocation.report().spare.lockers == 6

    assert allocation.apply_answer(None, Amounts(lockers=6))
    assert allocation.lockers == (4, 5)
    assert not allocation.apply_answer(None, Amounts(lockers=6))
    assert KioskAllocation(ledger, 0, 6).lockers == (4, 5)


def test_pouches_are_from_this_kiosks_share(context: KioskContext, opened: OpenedSession) -> None:
    deal(context, pouches=((2, 3), (9, 20)))

    assert check_in_party(context, 2, 2).numbers == (2, 3)
    assert visits.check_in(context, CheckInRequest(1, 1, 0)) == NoPouch(free=0)
    assert occupancy.read_board(context).capacity.pouches.free == 0


def test_codes_are_from_the_share_and_then_any_free_one(context: KioskContext, opened: OpenedSession) -> None:
    deal(context, codes=((7, 8),))
    assert stripe_of(check_in_party(context, phones=0).code) in (7, 8)

    deal(context, version=2, codes=())

    assert check_in_party(context, phones=0).code


def test_a_kiosks_own_session_is_wholly_its_own_until_it_gives_places_back(
    context: KioskContext, opened: OpenedSession
) -> None:
    deal(context)
    check_in_party(context, 4, 0)
    assert occupancy.read_door(context).live[0].places_left == 6

    assert context.allocation.apply_answer(None, Amounts(seats={opened.id: 5}))

    assert occupancy.read_door(context).live[0].places_left == 1
    assert visits.check_in(context, CheckInRequest(2, 0, 0)) == SessionFull(places_left=1, venue_places_left=6)


def test_another_kiosks_session_has_the_places_that_were_granted(
    context: KioskContext, elsewhere: Ledger, opened: OpenedSession
) -> None:
    other = KioskContext(elsewhere, context.profile, KioskAllocation(elsewhere, context.profile.pouches))
    deal(other)
    assert visits.check_in(other, CheckInRequest(1, 0, 0)) == SessionFull(places_left=0, venue_places_left=10)

    deal(other, version=2, seats={opened.id: 3})

    assert occupancy.read_door(other).live[0].places_left == 3


def test_a_check_in_at_another_kiosk_uses_none_of_our_places(
    context: KioskContext, elsewhere: Ledger, ledger: Ledger, opened: OpenedSession
) -> None:
    deal(context, seats={opened.id: 4})
    arrive(elsewhere, opened.id, size=5)
    tell(elsewhere, ledger)

    assert (occupancy.read_door(context).live[0].people, occupancy.read_door(context).live[0].places_left) == (5, 4)


def test_known_visits_elsewhere_limit_the_places(
    context: KioskContext, elsewhere: Ledger, ledger: Ledger, opened: OpenedSession
) -> None:
    deal(context, seats={opened.id: 4})
    arrive(elsewhere, opened.id, size=9)  # the host there let some in over their share
    tell(elsewhere, ledger)

    assert occupancy.read_door(context).live[0].places_left == 1


def test_a_claim_stays_what_it_was_when_the_capacity_grows(context: KioskContext, opened: OpenedSession) -> None:
    deal(context)
    context.allocation.apply_answer(None, Amounts(seats={opened.id: 4}))
    context.ledger.record((opened.id, SessionAmended(capacity=20)))

    assert occupancy.read_door(context).live[0].places_left == 6
    assert context.allocation.report().claimed == {opened.id: 10}


def test_numbers_in_use_are_not_returned(context: KioskContext, opened: OpenedSession) -> None:
    deal(context)
    out = [check_in_party(context) for _ in range(2)]
    visits.check_out(context, out[0].code)

    context.allocation.apply_answer(None, Amounts(pouches=99, codes=99))

    assert context.allocation.pouches == out[1].numbers == (2,)
    assert context.allocation.stripes == {stripe_of(out[1].code)}


def test_numbers_being_assigned_are_not_returned_meanwhile(
    context: KioskContext, opened: OpenedSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal(context)
    record = context.ledger.record
    others = threading.Thread(target=context.allocation.apply_answer, args=(None, Amounts(pouches=99)))

    def while_the_server_asks(*facts: tuple[UUID, Event], **options: object) -> object:
        others.start()
        others.join(timeout=0.3)  # as far as it comes; it waits for us
        return record(*facts, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(context.ledger, "record", while_the_server_asks)
    numbers = check_in_party(context).numbers
    others.join()

    assert context.allocation.pouches == numbers


def test_the_coordinator_can_configure_the_number_of_pouches(context: KioskContext, opened: OpenedSession) -> None:
    deal(context, pouches=((5, 9999),))

    context.allocation.set_counts(8)

    assert context.allocation.pouches == (5, 6, 7, 8)
    assert context.allocation.report().pouches == 8


def test_the_highest_numbers_are_returned_first(context: KioskContext) -> None:
    deal(context)

    assert context.allocation.apply_answer(None, Amounts(pouches=2))

    assert context.allocation.report().given == Share(pouches=((5, 9999),))
    assert context.allocation.pouches == (1, 2, 3, 4)


def test_returns_are_stored_before_they_are_reported(context: KioskContext) -> None:
    deal(context)
    context.allocation.apply_answer(None, Amounts(pouches=2))

    assert restarted(context).pouches == (1, 2, 3, 4)
    assert restarted(context).report() == context.allocation.report()


def test_a_newer_grant_clears_the_returns(context: KioskContext) -> None:
    deal(context)
    context.allocation.apply_answer(None, Amounts(pouches=2))

    deal(context, version=1, pouches=((1, 6),))
    assert context.allocation.pouches == (1, 2, 3, 4)
    deal(context, version=2, pouches=((1, 5),))

    assert context.allocation.pouches == (1, 2, 3, 4, 5)
    assert context.allocation.report().given == Share()


def test_a_granted_session_is_never_wholly_its_openers_again(context: KioskContext, opened: OpenedSession) -> None:
    deal(context, seats={opened.id: 4})
    deal(context, version=2)

    assert occupancy.read_door(context).live[0].places_left == 0


def test_a_kiosk_without_a_grant_returns_nothing(context: KioskContext, opened: OpenedSession) -> None:
    assert not context.allocation.apply_answer(None, Amounts(pouches=2))

    assert context.allocation.pouches == (1, 2, 3, 4, 5, 6)
    assert context.allocation.report().version == 0


def test_another_zones_session_is_not_joined_here(context: KioskContext, elsewhere: Ledger, ledger: Ledger) -> None:
    session = uuid7(0)
    elsewhere.record((session, SessionOpened("upstairs", "Upstairs", "event")))
    tell(elsewhere, ledger)
    session_here = occupancy.current_session(context)

    assert session_here is not None and session_here.id != session


def test_two_visits_with_one_code_are_distinguished_by_pouch_without_a_lockout(
    context: KioskContext, elsewhere: Ledger, ledger: Ledger, opened: OpenedSession
) -> None:
    visit_here = check_in_party(context)
    code = visit_here.code
    arrive(elsewhere, opened.id, UUID(int=int(code) + 10_000))
    tell(elsewhere, ledger)

    assert [visits.check_out(context, code) for _ in range(4)] == [CodeShared(code)] * 4
    assert visits.toggle_break(context, code) == CodeShared(code)
    assert visits.check_out(context, CodeAndNumber(99, code)) == NoSuchCode()
    left = visits.check_out(context, CodeAndNumber(visit_here.numbers[0], code))
    assert isinstance(left, CheckedOut) and left.visit == visit_here.visit


def plan_session(context: KioskContext, capacity: int = 10, firm_limit: int | None = None) -> UUID:
    """A plan that came with the feed; returns its id."""
    now, limit = context.ledger.clock.read().at, UNSET if firm_limit is None else firm_limit
    start, end = now + 60_000, now + 7_200_000
    planned = SessionPlanned(context.profile.zone, "E", "event", start, end, capacity, firm_limit=limit)
    session = uuid7(now)
    context.ledger.record((session, planned))
    return session


def open_plan(context: KioskContext, session: UUID, firm_limit: int | None = None) -> Session:
    limit = UNSET if firm_limit is None else firm_limit
    context.ledger.record((session, SessionOpened(context.profile.zone, "E", "event", 10, firm_limit=limit)))
    opened = context.ledger.session(session)
    assert opened is not None
    return opened


def answer(context: KioskContext, version: int, seats: dict[UUID, int] | None = None) -> None:
    """The server answers a heartbeat with this share."""
    share = Share(WHOLE_VENUE.pouches, codes=WHOLE_VENUE.codes, seats=seats or {})
    context.allocation.apply_answer(Grant(version, share), None, [PLANS])


def admit_over(context: KioskContext, session: UUID, size: int) -> None:
    context.ledger.record((uuid7(0), VisitCheckedIn(session, size, phones=0, over_capacity=True)))


def seats_left(context: KioskContext, session: Session) -> int | None:
    return context.allocation.seats_left(session, context.ledger.present(session.id))


def headroom_left(context: KioskContext, session: Session) -> int | None:
    return context.allocation.headroom_left(session, context.ledger.present(session.id))


def test_a_plan_opens_with_the_seats_that_were_dealt(context: KioskContext) -> None:
    session = plan_session(context)
    answer(context, 1, {session: 4})

    assert seats_left(context, open_plan(context, session)) == 4


def test_a_plan_of_which_this_kiosk_was_dealt_nothing_opens_without_a_seat(context: KioskContext) -> None:
    answer(context, 1)

    assert seats_left(context, open_plan(context, plan_session(context))) == 0
    assert restarted(context).seats_left(context.ledger.open_sessions()[0], []) == 0


def test_a_plan_of_an_older_server_is_wholly_its_openers(context: KioskContext) -> None:
    deal(context)

    assert seats_left(context, open_plan(context, plan_session(context))) == 10


def test_what_the_server_announced_last_counts(context: KioskContext) -> None:
    answer(context, 1)
    context.allocation.apply_answer(None, None)

    assert seats_left(context, open_plan(context, plan_session(context))) == 10


def test_without_a_server_a_plan_is_wholly_its_openers(context: KioskContext) -> None:
    session = plan_session(context, firm_limit=12)

    assert headroom_left(context, open_plan(context, session, 12)) == 12
    assert seats_left(context, context.ledger.open_sessions()[0]) == 10


def test_seats_of_a_plan_can_be_given_back_before_it_opens(context: KioskContext) -> None:
    session = plan_session(context)
    answer(context, 1, {session: 10})
    assert context.allocation.report().spare.seats == {session: 10}

    assert context.allocation.apply_answer(None, Amounts(seats={session: 6}), [PLANS])

    assert context.allocation.report().given.seats == {session: 6}
    assert seats_left(context, open_plan(context, session)) == 4


def test_seats_of_a_closed_session_are_not_given_back(context: KioskContext) -> None:
    """Its closing may be undone: then its people are in again."""
    session = plan_session(context)
    answer(context, 1, {session: 10})
    open_plan(context, session)
    context.ledger.record((session, SessionClosed(closeout=True)))

    assert not context.allocation.apply_answer(None, Amounts(seats={session: 6}), [PLANS])
    assert context.allocation.report().spare.seats == {}


def test_a_host_may_admit_up_to_the_firm_limit(context: KioskContext) -> None:
    deal(context)
    session = open_plan(context, uuid7(1), firm_limit=14)
    arrive(context.ledger, session.id, size=10)

    assert (seats_left(context, session), headroom_left(context, session)) == (0, 4)

    admit_over(context, session.id, 3)

    assert headroom_left(context, session) == 1


def test_without_a_firm_limit_there_is_no_bound_to_the_headroom(context: KioskContext) -> None:
    deal(context)

    assert headroom_left(context, open_plan(context, uuid7(1))) is None


def test_headroom_is_what_was_dealt_and_the_seats_that_are_left(context: KioskContext) -> None:
    session = open_plan(context, uuid7(1), firm_limit=14)
    answer(context, 1, {session.id: 5, over_id(session.id): 2})
    arrive(context.ledger, session.id, size=4)

    assert (seats_left(context, session), headroom_left(context, session)) == (1, 3)


def test_people_beyond_the_headroom_take_seats(context: KioskContext) -> None:
    """A party that fits neither into the seats nor into the headroom fits into both."""
    session = open_plan(context, uuid7(1), firm_limit=14)
    answer(context, 1, {session.id: 5, over_id(session.id): 2})
    arrive(context.ledger, session.id, size=2)
    admit_over(context, session.id, 4)

    assert (seats_left(context, session), headroom_left(context, session)) == (1, 1)
    assert context.allocation.report().spare.seats == {session.id: 1}


def test_an_opener_claims_seats_and_headroom_together(context: KioskContext) -> None:
    """By a later capacity its headroom would be another one, while others have seats by the former one."""
    deal(context)
    session = open_plan(context, uuid7(1), firm_limit=14)
    context.allocation.apply_answer(None, Amounts(seats={session.id: 5}))
    context.ledger.record((session.id, SessionAmended(capacity=4)))
    session = context.ledger.open_sessions()[0]

    assert context.allocation.report().claimed == {session.id: 10, over_id(session.id): 4}
    assert headroom_left(context, session) == 9


def test_a_session_without_a_capacity_is_full_at_its_firm_limit(context: KioskContext) -> None:
    limitless = SessionOpened(context.profile.zone, "E", "event", firm_limit=6)
    context.ledger.record((uuid7(1), limitless))
    session = context.ledger.open_sessions()[0]
    arrive(context.ledger, session.id, size=4)

    assert (seats_left(context, session), headroom_left(context, session)) == (2, 2)


def test_a_series_session_opens_with_the_seats_that_were_dealt(context: KioskContext) -> None:
    """Another kiosk derives the same id, and may open it as well."""
    session = occurrence_id(uuid7(0), 0)
    share = Share(WHOLE_VENUE.pouches, codes=WHOLE_VENUE.codes, seats={session: 4})
    context.allocation.apply_answer(Grant(1, share), None, [SERIES])
    assert seats_left(context, open_plan(context, session)) == 4

    assert seats_left(context, open_plan(context, occurrence_id(uuid7(0), 0))) == 0
    assert seats_left(context, open_plan(context, uuid7(0))) == 10


def test_an_open_session_of_a_series_stays_its_kiosks_when_that_is_paired(context: KioskContext) -> None:
    """Until then no other kiosk could open it."""
    session = open_plan(context, occurrence_id(uuid7(0), 0), firm_limit=12)
    grant, claimed = Grant(1, Share()), kiosk_side.claimed_series(context.ledger)
    context.ledger.remember(kiosk_side.KEY, kiosk_side.stored_share(grant, [SERIES], claimed))

    assert restarted(context).seats_left(session, []) == 10
    assert restarted(context).report().claimed == {session.id: 10, over_id(session.id): 2}
