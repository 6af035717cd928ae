"""Undoing the last act: what it reopens, when it is refused, and that nothing is erased or promised twice."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from kiosk.services import corrections, occupancy, sessions, undo, unseen_departures, visits
from kiosk.services.context import KioskContext
from kiosk.services.last_act import UNDO_MS, read_last_act
from kiosk.services.records.correction_records import (
    ActIsUndone,
    LastAct,
    PartOfParty,
    PartyCounts,
    UndoRefused,
)
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from sync.allocation.kiosk_side import KioskAllocation
from sync.allocation.model import WHOLE_VENUE, Grant, Share
from sync.domain.events import (
    ClockAnchored,
    Event,
    PhoneCleared,
    SessionAmended,
    SessionClosed,
    StowCleared,
    VisitCheckedIn,
    VisitCheckedOut,
    read_event,
)
from sync.domain.ids import uuid7
from sync.domain.visit import Visit
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock

pytestmark = pytest.mark.usefixtures("opened")


def comes_in(context: KioskContext, party_size: int = 1, phones: int = 1) -> CheckedIn:
    answer = visits.check_in(context, CheckInRequest(party_size, phones, 0))
    assert isinstance(answer, CheckedIn)
    return answer


def row(context: KioskContext, visit: UUID) -> Visit:
    visit_row = context.ledger.visit(visit)
    assert visit_row is not None
    return visit_row


@pytest.fixture
def learns(context: KioskContext, open_ledger: Callable[[str], Ledger]) -> Callable[[Event], None]:
    """Lets the kiosk learn a fact about a new visit at another kiosk."""

    def learn(event: Event) -> None:
        elsewhere = open_ledger("elsewhere")
        elsewhere.record((uuid7(elsewhere.clock.read().at), event))
        waiting = elsewhere.waiting()
        assert waiting.journal is not None
        context.ledger.apply_feed([line.encode() for line in elsewhere.lines(waiting.journal, 0, 10)], {})

    return learn


def last_act(context: KioskContext) -> LastAct:
    act = read_last_act(context)
    assert act is not None
    return act


def undo_last(context: KioskContext, host: HostSession) -> ActIsUndone | UndoRefused:
    return undo.undo(context, last_act(context), host)


def test_a_visitors_mistaken_check_out_is_undone_and_the_time_goes_on(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    party = comes_in(context, 2, 2)
    before = row(context, party.visit)
    clock.move(minutes=10)
    visits.check_out(context, party.code)
    clock.move(minutes=2)

    outcome = undo_last(context, host)

    assert isinstance(outcome, ActIsUndone) and outcome.act.what == "left"
    assert row(context, party.visit) == before
    [*_, (entry, _)] = context.ledger.history(party.visit)
    assert (entry.kind, entry.actor) == ("act.undone", str(host.host_id))
    clock.move(minutes=30)
    visits.check_out(context, party.code)
    assert row(context, party.visit).stay == 42 * 60_000


def test_it_shows_what_will_be_undone(context: KioskContext, host: HostSession) -> None:
    party = comes_in(context, 2, 2)
    assert last_act(context).what == "arrived"
    visits.toggle_break(context, party.code)
    assert last_act(context).what == "stepped_out"
    visits.toggle_break(context, party.code)
    assert last_act(context).what == "came_back"
    corrections.correct_counts(context, party.visit, PartyCounts(3, 2, 0), host)
    assert last_act(context).what == "corrected"
    unseen_departures.split(context, party.visit, PartOfParty(1, 1, 0, (2,)), host)

    act = last_act(context)

    assert (act.what, act.visit and act.visit.numbers) == ("split", (1,))


def test_after_two_minutes_it_is_too_late_whatever_the_wall_clock_says(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    comes_in(context)
    act = last_act(context)
    clock.jump(ms=-3_600_000)
    clock.move(ms=UNDO_MS)
    assert read_last_act(context) == act
    clock.move(ms=1)

    assert read_last_act(context) is None
    assert undo.undo(context, act, host) == UndoRefused("late")


def test_another_boot_is_too_late(context: KioskContext, clock: ManualClock) -> None:
    comes_in(context)
    clock.reboot()

    assert read_last_act(context) is None


def test_only_the_last_act_is_undone_and_once(context: KioskContext, host: HostSession) -> None:
    comes_in(context)
    first = last_act(context)
    comes_in(context)
    assert undo.undo(context, first, host) == UndoRefused("late")

    assert isinstance(undo_last(context, host), ActIsUndone)

    assert read_last_act(context) is None


def test_a_pulse_is_undone_with_its_check_out_and_hides_it_no_more_than_the_clock(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    party = comes_in(context)
    visits.record_pulse(context, party.visit, "before", 2)
    visits.check_out(context, party.code)
    visits.record_pulse(context, party.visit, "after", 1)
    now = clock.read()
    context.ledger.record((uuid7(now.at), ClockAnchored(now.boot, now.at - now.up, "ntp", 5)))

    undo_last(context, host)

    assert (row(context, party.visit).before, row(context, party.visit).after) == (2, None)
    assert row(context, party.visit).is_in


def test_closing_a_session_is_undone_as_one_act(context: KioskContext, host: HostSession, session: UUID) -> None:
    parties = [comes_in(context, 2, 1) for _ in range(3)]
    before = [row(context, party.visit) for party in parties]
    sessions.close_session(context, session, host)
    assert (last_act(context).what, last_act(context).title) == ("closed", "Open hours")

    undo_last(context, host)

    assert [row(context, party.visit) for party in parties] == before
    assert occupancy.read_board(context).attendance.people == 6
    entries = context.ledger.latest_entries(4)
    assert {entry.kind for entry in entries} == {"act.undone"}
    assert {entry.subject for entry in entries} == {session, *(party.visit for party in parties)}
    assert sorted(len(read_event(entry).entries) for entry in entries) == [1, 1, 1, 1], "each names its subject's"


def test_an_act_of_more_visits_than_one_fact_can_name_is_undone_in_one_step(
    context: KioskContext, host: HostSession, session: UUID
) -> None:
    came = [uuid7(context.ledger.clock.read().at) for _ in range(1_001)]
    context.ledger.record(*((visit, VisitCheckedIn(session, 1, 0, over_capacity=True)) for visit in came))
    context.ledger.record(*((visit, VisitCheckedOut()) for visit in came), actor=host.host_id)
    before = context.ledger.waiting().last

    assert isinstance(undo_last(context, host), ActIsUndone)

    assert context.ledger.waiting().last == before + len(came)
    assert occupancy.read_board(context).attendance.people == len(came)
    size = sum(len(entry.body) for entry in context.ledger.latest_entries(len(came)))
    assert size < 100 * len(came), "it grows with the act and not with its square"


def test_a_restart_keeps_together_what_was_one_act(
    context: KioskContext, host: HostSession, session: UUID, open_ledger: Callable[[str], Ledger]
) -> None:
    party = comes_in(context)
    sessions.close_session(context, session, host)
    context.ledger.close()
    restarted = open_ledger("ledger")
    context = replace(context, ledger=restarted, allocation=KioskAllocation(restarted, context.profile.pouches))

    assert isinstance(undo_last(context, host), ActIsUndone)

    assert row(context, party.visit).is_in and restarted.open_sessions()


def test_a_new_journal_keeps_together_what_was_one_act(context: KioskContext, host: HostSession, session: UUID) -> None:
    party = comes_in(context)
    sessions.close_session(context, session, host)
    context.ledger.start_journal(0)

    assert isinstance(undo_last(context, host), ActIsUndone)

    assert row(context, party.visit).is_in


def test_two_acts_of_one_entry_each_are_not_one(context: KioskContext, host: HostSession) -> None:
    first, second = comes_in(context), comes_in(context)

    undo_last(context, host)

    assert row(context, first.visit).is_in and not row(context, second.visit).is_in


def test_an_undone_check_in_frees_its_pouch(context: KioskContext, host: HostSession) -> None:
    party = comes_in(context, 2, 2)

    undo_last(context, host)

    assert not row(context, party.visit).outstanding
    assert comes_in(context).numbers == (1,)


def test_it_is_refused_once_another_kiosk_has_promised_the_number_again(
    context: KioskContext, host: HostSession, session: UUID, learns: Callable[[Event], None]
) -> None:
    party = comes_in(context)
    visits.check_out(context, party.code)
    learns(VisitCheckedIn(session, 1, 1, stow="pouch", numbers=party.numbers))
    length = context.ledger.waiting().last

    assert undo_last(context, host) == UndoRefused("promised")

    assert context.ledger.waiting().last == length, "nothing was written"
    assert not row(context, party.visit).is_in


def test_a_number_that_was_given_back_is_not_taken_again(context: KioskContext, host: HostSession) -> None:
    party = comes_in(context)
    visits.check_out(context, party.code)
    act = last_act(context)
    context.allocation.apply_answer(Grant(1, Share(pouches=((2, 6),), codes=WHOLE_VENUE.codes)), None)

    assert undo.undo(context, act, host) == UndoRefused("promised")
    assert not row(context, party.visit).is_in


def test_a_visit_that_is_unknown_here_is_not_reopened(context: KioskContext, host: HostSession) -> None:
    context.profile = replace(context.profile, paired=True)
    context.ledger.record((uuid7(context.ledger.clock.read().at), VisitCheckedOut()))

    assert last_act(context).visit is None
    assert undo_last(context, host) == UndoRefused("promised")


def test_a_full_session_takes_nobody_back(
    context: KioskContext, host: HostSession, session: UUID, learns: Callable[[Event], None]
) -> None:
    party = comes_in(context, 4, 0)
    visits.check_out(context, party.code)
    learns(VisitCheckedIn(session, 8, 0))

    assert undo_last(context, host) == UndoRefused("full")


def test_a_firm_limit_holds_for_people_beyond_the_capacity_too(
    context: KioskContext, host: HostSession, session: UUID, learns: Callable[[Event], None]
) -> None:
    context.ledger.record((session, SessionAmended(capacity=None, firm_limit=10)), actor=host.host_id)
    party = comes_in(context, 4, 0)
    visits.check_out(context, party.code)
    learns(VisitCheckedIn(session, 7, 0, over_capacity=True))

    assert undo_last(context, host) == UndoRefused("full")


def test_opening_is_undone_unless_somebody_has_joined_elsewhere(
    context: KioskContext, host: HostSession, session: UUID, learns: Callable[[Event], None]
) -> None:
    learns(VisitCheckedIn(session, 1, 0))

    assert undo_last(context, host) == UndoRefused("in_use")


def test_an_opening_is_undone(context: KioskContext, host: HostSession) -> None:
    undo_last(context, host)

    assert not context.ledger.open_sessions()


def test_who_was_turned_away_is_taken_back_one_entry_at_a_time(
    context: KioskContext, host: HostSession, session: UUID
) -> None:
    sessions.note_turned_away(context, session, 4, host)
    sessions.note_turned_away(context, session, 1, host)
    act = read_last_act(context)
    assert act is not None and act.what == "turned_away"

    assert isinstance(undo.undo(context, act, host), ActIsUndone)

    details = sessions.read_session(context, session)
    assert details is not None and details.turned_away == 4


def test_what_the_timetable_does_is_not_undone(context: KioskContext, session: UUID) -> None:
    context.ledger.record((session, SessionClosed(reason="timetable")))

    assert read_last_act(context) is None


def test_what_was_noted_at_the_close_out_is_undone(context: KioskContext, host: HostSession) -> None:
    party = comes_in(context, 2, 2)
    context.ledger.record((party.visit, VisitCheckedOut("host", estimated=True, closeout=True)), actor=host.host_id)
    context.ledger.record(
        (party.visit, PhoneCleared("handed_back", (1, 2))),
        (party.visit, StowCleared("pouch", (1, 2))),
        actor=host.host_id,
    )
    assert last_act(context).what == "noted"

    undo_last(context, host)

    assert (row(context, party.visit).held, row(context, party.visit).phones_here) == ((1, 2), 2)


def test_a_split_is_undone_with_the_visit_that_it_made(context: KioskContext, host: HostSession) -> None:
    party = comes_in(context, 3, 3)
    before = row(context, party.visit)
    unseen_departures.split(context, party.visit, PartOfParty(1, 1, 0, (3,)), host)

    undo_last(context, host)

    assert row(context, party.visit) == before
    assert [visit.id for visit in context.ledger.visits() if visit.checked_in] == [party.visit]
    assert comes_in(context).numbers == (4,)


def test_a_party_that_did_not_stay_is_in_again(context: KioskContext, host: HostSession) -> None:
    party = comes_in(context, 2, 2)
    before = row(context, party.visit)
    corrections.void(context, party.visit, host)
    assert last_act(context).what == "did_not_stay"

    undo_last(context, host)

    assert row(context, party.visit) == before


def test_an_exchanged_pouch_is_exchanged_back(context: KioskContext, host: HostSession) -> None:
    party = comes_in(context)
    corrections.exchange_number(context, party.visit, 1, 5, host)

    undo_last(context, host)

    assert row(context, party.visit).held == (1,)
    assert occupancy.read_board(context).capacity.pouches.in_use == (1,)
