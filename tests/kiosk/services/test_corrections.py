"""Corrections of a visit: the projection is right at once, and the journal says what happened and who did it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from kiosk.services import corrections, occupancy, unseen_departures, visit_list, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.correction_records import (
    Corrected,
    CorrectionOptions,
    Departure,
    NumberElsewhere,
    NumberTaken,
    PartOfParty,
    PartyCounts,
    VisitChanged,
)
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest, NoPouch, SessionFull
from kiosk.services.roles import LeadNeeded
from sync.allocation.kiosk_side import KioskAllocation
from sync.allocation.model import WHOLE_VENUE, Grant, Share
from sync.domain.events import PhoneTaken, SessionAmended, VisitCheckedIn
from sync.domain.ids import uuid7
from sync.domain.visit import Visit
from sync.manual_clock import ManualClock

pytestmark = pytest.mark.usefixtures("opened")


def comes_in(context: KioskContext, party_size: int = 1, phones: int = 1, kept: int = 0, stow: str = "pouch") -> UUID:
    answer = visits.check_in(context, CheckInRequest(party_size, phones, kept, stow=stow))  # type: ignore[arg-type]
    assert isinstance(answer, CheckedIn)
    return answer.visit


def row(context: KioskContext, visit: UUID) -> Visit:
    visit_row = context.ledger.visit(visit)
    assert visit_row is not None
    return visit_row


def journal(context: KioskContext, visit: UUID) -> list[tuple[str, str | None]]:
    """The kinds of its facts, and who did each."""
    return [(entry.kind, entry.actor or None) for entry, _ in context.ledger.history(visit)]  # type: ignore[misc]


def options(context: KioskContext, visit: UUID, host: HostSession) -> CorrectionOptions:
    found = visit_list.read_options(context, visit, host)
    assert found is not None
    return found


def with_lockers(context: KioskContext, lockers: int) -> None:
    context.profile = replace(context.profile, lockers=lockers)
    context.allocation.set_counts(context.profile.pouches, lockers)


def in_use(context: KioskContext) -> tuple[int, ...]:
    return occupancy.read_board(context).capacity.pouches.in_use


def test_the_size_of_a_party_is_corrected_and_nothing_erased(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 2, 1)

    outcome = corrections.correct_counts(context, visit, PartyCounts(3, 1, 1), host)

    assert isinstance(outcome, Corrected)
    assert (row(context, visit).party_size, row(context, visit).kept, row(context, visit).numbers) == (3, 1, (1,))
    assert occupancy.read_board(context).attendance.people == 3
    assert journal(context, visit) == [("visit.checked_in", None), ("visit.amended", str(host.host_id))]


def test_a_correction_to_what_is_so_already_records_nothing(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 2, 1)

    corrections.correct_counts(context, visit, PartyCounts(2, 1, 0), host)

    assert len(journal(context, visit)) == 1


def test_more_phones_get_more_pouches_and_fewer_free_the_last(context: KioskContext, host: HostSession) -> None:
    visit, other = comes_in(context, 3, 1), comes_in(context)
    more = corrections.correct_counts(context, visit, PartyCounts(3, 3, 0), host)
    assert isinstance(more, Corrected) and (more.added, more.stow) == ((3, 4), "pouch")
    assert row(context, visit).numbers == (1, 3, 4)

    fewer = corrections.correct_counts(context, visit, PartyCounts(3, 2, 0), host)
    assert isinstance(fewer, Corrected) and fewer.freed == (4,)
    none = corrections.correct_counts(context, visit, PartyCounts(3, 0, 3), host)

    assert isinstance(none, Corrected) and (none.freed, none.stow) == ((1, 3), "pouch")
    assert (row(context, visit).stow, row(context, visit).numbers, in_use(context)) == ("none", (), (2,))
    assert row(context, other).numbers == (2,)


def test_a_party_without_phones_gets_its_first_pouch(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 2, 0)

    outcome = corrections.correct_counts(context, visit, PartyCounts(2, 2, 0), host)

    assert isinstance(outcome, Corrected) and outcome.added == (1, 2)
    assert (row(context, visit).stow, row(context, visit).numbers) == ("pouch", (1, 2))


def test_phones_that_the_host_looks_after_get_no_pouch(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 3, 1, stow="none")

    corrections.correct_counts(context, visit, PartyCounts(3, 2, 0), host)

    assert (row(context, visit).numbers, row(context, visit).phones_here) == ((), 2)


def test_a_locker_more_for_the_fifth_phone(context: KioskContext, host: HostSession) -> None:
    with_lockers(context, 3)
    visit = comes_in(context, 5, 4, stow="locker")
    assert row(context, visit).numbers == (1,)

    corrections.correct_counts(context, visit, PartyCounts(5, 5, 0), host)

    assert row(context, visit).numbers == (1, 2)


def test_no_pouch_is_promised_that_is_not_free(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 2, 1)
    comes_in(context, 5, 5)

    assert corrections.correct_counts(context, visit, PartyCounts(2, 2, 0), host) == NoPouch(0)
    assert row(context, visit).phones == 1


def test_people_are_added_as_far_as_there_are_places(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 2, 0)
    comes_in(context, 7, 0)

    assert corrections.correct_counts(context, visit, PartyCounts(4, 0, 0), host) == SessionFull(1, 1)
    assert isinstance(corrections.correct_counts(context, visit, PartyCounts(3, 0, 0), host), Corrected)


def test_not_even_a_party_beyond_the_capacity_exceeds_the_firm_limit(
    context: KioskContext, host: HostSession, session: UUID
) -> None:
    visit = comes_in(context, 2, 0)
    context.ledger.record((session, SessionAmended(capacity=None, firm_limit=4)))

    assert corrections.correct_counts(context, visit, PartyCounts(5, 0, 0), host) == SessionFull(2, 2)
    assert isinstance(corrections.correct_counts(context, visit, PartyCounts(4, 0, 0), host), Corrected)


def test_a_party_beyond_the_capacity_takes_no_places(context: KioskContext, host: HostSession, session: UUID) -> None:
    comes_in(context, 10, 0)
    beyond = uuid7(context.ledger.clock.read().at)
    context.ledger.record((beyond, VisitCheckedIn(session, 1, 0, over_capacity=True)), actor=host.host_id)

    assert isinstance(corrections.correct_counts(context, beyond, PartyCounts(3, 0, 0), host), Corrected)


def test_a_party_that_has_left_is_counted_anew_and_holds_nothing(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 3, 1)
    visits.check_out(context, row(context, visit).code)

    corrections.correct_counts(context, visit, PartyCounts(2, 2, 0), host)

    counted = row(context, visit)
    assert (counted.party_size, counted.phones, counted.phones_back, counted.outstanding) == (2, 2, 2, False)


def test_phones_that_were_taken_for_good_are_not_counted_anew(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 3, 2)
    context.ledger.record((visit, PhoneTaken(early=True)))

    assert (options(context, visit, host).least_phones, options(context, visit, host).most_phones) == (2, 2)
    assert corrections.correct_counts(context, visit, PartyCounts(3, 1, 0), host) == VisitChanged()


def test_a_pouch_is_exchanged_for_the_next_free_one_or_a_typed_one(context: KioskContext, host: HostSession) -> None:
    visit, _ = comes_in(context, 2, 2), comes_in(context)

    chosen = corrections.exchange_number(context, visit, 1, None, host)
    typed = corrections.exchange_number(context, visit, 2, 6, host)

    assert isinstance(chosen, Corrected) and (chosen.added, chosen.freed) == ((4,), (1,))
    assert isinstance(typed, Corrected) and (typed.added, typed.freed) == ((6,), (2,))
    assert row(context, visit).numbers == (4, 6)
    assert in_use(context) == (3, 4, 6)
    assert journal(context, visit)[1:] == [("visit.amended", str(host.host_id))] * 2


def test_a_number_that_somebody_has_is_not_given_twice(context: KioskContext, host: HostSession) -> None:
    visit, _ = comes_in(context, 2, 2), comes_in(context)

    assert corrections.exchange_number(context, visit, 1, 3, host) == NumberTaken(3)
    assert corrections.exchange_number(context, visit, 1, 2, host) == NumberTaken(2)
    assert corrections.exchange_number(context, visit, 5, 6, host) == VisitChanged()


def test_a_number_of_another_kiosk_or_of_none_is_not_given(context: KioskContext, host: HostSession) -> None:
    whole = Share(pouches=((1, 3),), codes=WHOLE_VENUE.codes)
    context.allocation.apply_answer(Grant(1, whole), None)
    visit = comes_in(context)

    assert corrections.exchange_number(context, visit, 1, 5, host) == NumberElsewhere(5)
    assert corrections.exchange_number(context, visit, 1, 77, host) == NumberElsewhere(77)


def test_a_party_that_did_not_stay_is_no_visit_and_frees_its_pouch(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context, 2, 2)

    outcome = corrections.void(context, visit, host)

    assert isinstance(outcome, Corrected) and outcome.freed == (1, 2)
    assert row(context, visit).voided and not row(context, visit).outstanding
    assert occupancy.read_board(context).attendance.people == 0
    assert journal(context, visit)[1:] == [("visit.voided", str(host.host_id))]
    assert corrections.void(context, visit, host) == VisitChanged()


def test_a_host_who_is_no_lead_voids_nothing(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context)
    no_lead = replace(host, role="host")

    with pytest.raises(LeadNeeded):
        corrections.void(context, visit, no_lead)

    assert not row(context, visit).voided
    assert options(context, visit, host).can_void and not options(context, visit, no_lead).can_void


def test_a_party_that_left_unseen_left_at_the_time_that_the_host_says(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    visit = comes_in(context, 2, 2)
    clock.move(minutes=100)
    times = options(context, visit, host).departures
    assert [f"{when:%H:%M}" for when in times] == [
        "10:40",
        "10:30",
        "10:15",
        "10:00",
        "09:45",
        "09:30",
        "09:15",
        "09:00",
    ]

    outcome = unseen_departures.check_out_unseen(context, visit, Departure(times[1], True, True), host)

    left = row(context, visit)
    assert isinstance(outcome, Corrected) and outcome.freed == (1, 2)
    assert (left.stay, left.estimated, left.outstanding) == (90 * 60_000, True, False)
    assert {actor for _, actor in journal(context, visit)[1:]} == {str(host.host_id)}
    assert [kind for kind, _ in journal(context, visit)[1:]] == ["visit.checked_out", "phone.cleared", "stow.cleared"]


@pytest.mark.parametrize(("phones", "stow"), [(False, False), (True, False), (False, True)])
def test_what_is_not_back_stays_outstanding(context: KioskContext, host: HostSession, phones: bool, stow: bool) -> None:
    visit = comes_in(context, 2, 2)

    [now] = options(context, visit, host).departures
    unseen_departures.check_out_unseen(context, visit, Departure(now, phones, stow), host)

    left = row(context, visit)
    assert (left.is_in, left.outstanding, left.held) == (False, True, (1, 2))
    assert left.phones_here == (0 if phones else 2)


def test_a_departure_is_between_the_arrival_and_now(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    early, late = comes_in(context), comes_in(context)
    clock.move(minutes=30)
    [now, *_] = options(context, early, host).departures

    unseen_departures.check_out_unseen(context, early, Departure(now - timedelta(hours=5), True, True), host)
    unseen_departures.check_out_unseen(context, late, Departure(now + timedelta(hours=5), True, True), host)

    assert (row(context, early).stay, row(context, late).stay) == (0, 30 * 60_000)


def test_a_part_of_a_party_leaves_earlier_and_ends_nobody_elses_time(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    visit = comes_in(context, 3, 2, 1)
    code = row(context, visit).code
    clock.move(minutes=30)
    visits.toggle_break(context, code)
    clock.move(minutes=10)
    visits.toggle_break(context, code)
    clock.move(minutes=20)

    outcome = unseen_departures.split(context, visit, PartOfParty(1, 1, 0, (2,)), host)
    clock.move(minutes=60)
    visits.check_out(context, code)

    assert isinstance(outcome, Corrected) and outcome.freed == (2,)
    rest, [part] = row(context, visit), [row for row in context.ledger.visits() if row.split_from == visit]
    assert (rest.party_size, rest.phones, rest.kept, rest.numbers) == (2, 1, 1, (1,))
    assert (part.party_size, part.phones, part.kept, part.numbers) == (1, 1, 0, (2,))
    assert (part.checked_in, part.stay, part.phone_free) == (rest.checked_in, 60 * 60_000, 50 * 60_000)
    assert (rest.stay, rest.phone_free) == (120 * 60_000, 110 * 60_000)
    assert (part.phones_back, part.outstanding, part.estimated) == (1, False, False)
    assert journal(context, part.id) == [
        (kind, str(host.host_id)) for kind in ("visit.checked_in", "visit.checked_out")
    ]


def test_a_part_that_leaves_on_a_break_is_phone_free_until_the_break(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    visit = comes_in(context, 2, 2)
    clock.move(minutes=30)
    visits.toggle_break(context, row(context, visit).code)
    clock.move(minutes=10)

    unseen_departures.split(context, visit, PartOfParty(1, 1, 0, (1,)), host)

    [part] = [row for row in context.ledger.visits() if row.split_from == visit]
    assert (part.stay, part.phone_free) == (40 * 60_000, 30 * 60_000)
    assert row(context, visit).on_break


def test_a_part_of_a_part_came_when_the_whole_party_did(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    visit = comes_in(context, 3, 0)
    for _ in range(2):
        clock.move(minutes=10)
        unseen_departures.split(context, visit, PartOfParty(1, 0, 0), host)

    parts = [row for row in context.ledger.visits() if row.split_from == visit]
    assert sorted(part.stay or 0 for part in parts) == [10 * 60_000, 20 * 60_000]


def test_a_phone_in_a_shared_locker_leaves_without_a_number(context: KioskContext, host: HostSession) -> None:
    with_lockers(context, 2)
    visit = comes_in(context, 3, 3, stow="locker")

    unseen_departures.split(context, visit, PartOfParty(1, 1, 0), host)

    [part] = [row for row in context.ledger.visits() if row.split_from == visit]
    assert (part.stow, part.numbers, part.phones_back) == ("locker", (), 1)
    assert (row(context, visit).held, row(context, visit).phones_here) == ((1,), 2)


@pytest.mark.parametrize(
    "part",
    [
        PartOfParty(3, 1, 0),
        PartOfParty(0, 0, 0),
        PartOfParty(1, 3, 0),
        PartOfParty(1, 0, 2),
        PartOfParty(1, 1, 0, (6,)),
        PartOfParty(1, 0, 0, (1,)),
    ],
)
def test_an_impossible_part_leaves_all_as_it_was(context: KioskContext, host: HostSession, part: PartOfParty) -> None:
    visit = comes_in(context, 3, 2, 1)

    with pytest.raises(ValueError, match="part"):
        unseen_departures.split(context, visit, part, host)

    assert len(journal(context, visit)) == 1


def test_visits_are_found_by_number_code_and_time_of_arrival(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    early = comes_in(context, 2, 2)
    clock.move(minutes=65)
    late = comes_in(context)
    visits.check_out(context, row(context, early).code)

    assert [visit.id for visit in visit_list.read_visits(context).visits] == [late, early]
    assert [visit.id for visit in visit_list.read_visits(context, "3").visits] == [late]
    assert [visit.id for visit in visit_list.read_visits(context, "2").visits] == [early]
    assert early in [visit.id for visit in visit_list.read_visits(context, row(context, early).code).visits]
    assert [visit.id for visit in visit_list.read_visits(context, "900").visits] == [early]
    assert [visit.id for visit in visit_list.read_visits(context, "1005").visits] == [late]
    assert visit_list.read_visits(context, "8888").visits == () or row(context, early).code == "8888"


def test_a_visit_of_yesterday_or_that_did_not_stay_is_not_listed(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    gone, void, stays = comes_in(context), comes_in(context), comes_in(context)
    visits.check_out(context, row(context, gone).code)
    corrections.void(context, void, host)
    clock.move(minutes=24 * 60)

    assert [visit.id for visit in visit_list.read_visits(context).visits] == [stays]
    assert visit_list.read_options(context, void, host) is None


def test_the_list_shows_the_latest_and_counts_the_others(context: KioskContext, session: UUID) -> None:
    context.ledger.record((session, SessionAmended(capacity=None)))
    for _ in range(visit_list.MAX_LISTED + 2):
        comes_in(context, 1, 0)

    listed = visit_list.read_visits(context)

    assert (len(listed.visits), listed.hidden) == (visit_list.MAX_LISTED, 2)


def test_what_a_party_offers_to_correct(context: KioskContext, host: HostSession) -> None:
    alone, party = comes_in(context), comes_in(context, 3, 2)
    visits.check_out(context, row(context, alone).code)
    assert options(context, party, host).can_split and options(context, party, host).movable == (2, 3)
    ended = options(context, alone, host)

    assert (ended.can_split, ended.movable, ended.departures, ended.can_void) == (False, (), (), True)


def test_a_restarted_kiosk_still_promises_no_number_twice(context: KioskContext, host: HostSession) -> None:
    visit = comes_in(context)
    corrections.exchange_number(context, visit, 1, 4, host)
    context.allocation = KioskAllocation(context.ledger, context.profile.pouches)

    assert row(context, comes_in(context, 4, 4)).numbers == (1, 2, 3, 5)
