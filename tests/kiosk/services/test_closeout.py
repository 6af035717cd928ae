"""Close-out: what has not come back is listed, cleared one by one, held until then, and handed back late."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from kiosk.rules.slips import Slip
from kiosk.services import closeout, occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.closeout_records import Clearing, ClearingAct, CloseoutFigures, OpenItem
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import (
    CheckedIn,
    CheckedOut,
    CheckInRequest,
    CodeAndNumber,
    NoSuchCode,
    VisitOver,
)
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.events import CloseoutNoted
from sync.ledger import subject_facts
from sync.manual_clock import ManualClock


def check_in(context: KioskContext, phones: int = 1, **fields: object) -> CheckedIn:
    answer = visits.check_in(context, CheckInRequest(max(1, phones), phones, 0, **fields))  # type: ignore[arg-type]
    assert isinstance(answer, CheckedIn)
    return answer


def item_of(context: KioskContext, number: int | None, session: UUID | None = None) -> OpenItem:
    items = closeout.read_items(context, session)
    [item] = [item for item in (*items.to_clear, *items.lost) if item.number == number]
    return item


def states(context: KioskContext, session: UUID | None = None) -> list[tuple[int | None, bool, bool]]:
    return [
        (item.number, item.has_phone_here, item.pouch == "out")
        for item in closeout.read_items(context, session).to_clear
    ]


def notes(context: KioskContext, session: UUID) -> list[CloseoutNoted]:
    facts = subject_facts.read_facts(context.ledger.store, [session])[session]
    ordered = sorted(facts, key=lambda fact: fact.tick)
    return [fact.event for fact in ordered if isinstance(fact.event, CloseoutNoted)]


def test_closing_lists_every_phone_and_pouch_by_number(context: KioskContext, host: HostSession, session: UUID) -> None:
    check_in(context)
    gone = check_in(context)
    party = check_in(context, 2)
    away = check_in(context)
    without = check_in(context, stow="none")
    visits.check_out(context, gone.code)
    visits.toggle_break(context, away.code)

    sessions.close_session(context, session, host)

    assert (party.numbers, away.numbers, without.numbers) == ((3, 4), (5,), ())
    assert states(context, session) == [
        (1, True, True),
        (3, True, True),
        (4, True, True),
        (5, False, True),
        (None, True, False),
    ]
    assert closeout.read_figures(context, session) == CloseoutFigures(4, (1, 3, 4, 5), ())


def test_a_number_is_free_only_after_phone_and_pouch_are_cleared(
    context: KioskContext, host: HostSession, session: UUID
) -> None:
    check_in(context)
    sessions.close_session(context, session, host)
    sessions.open_session(context, context.profile.templates[0], host)
    assert check_in(context).numbers == (2,)

    closeout.clear(context, Clearing(item_of(context, 1), "phone_back"), host)
    assert check_in(context).numbers == (3,), "the pouch is not back"
    assert closeout.clear(context, Clearing(item_of(context, 1), "stow_back"), host).to_clear == ()

    assert check_in(context).numbers == (1,)


def test_both_are_cleared_with_one_act_and_by_whom(context: KioskContext, host: HostSession, session: UUID) -> None:
    check_in(context)
    check_in(context)
    sessions.close_session(context, session, host)
    before = context.ledger.waiting()
    assert before.journal

    left = closeout.clear(context, Clearing(item_of(context, 1), "all_back"), host, session)

    assert [item.number for item in left.to_clear] == [2]
    lines = context.ledger.lines(before.journal, before.last, 10)
    assert len(lines) == 2 and all(f'"actor":"{host.host_id}"' in line for line in lines)


def test_a_held_number_stays_held_after_a_restart(
    context: KioskContext, host: HostSession, session: UUID, clock: ManualClock
) -> None:
    check_in(context)
    sessions.close_session(context, session, host)
    clock.move(minutes=14 * 60)

    context.allocation = KioskAllocation(context.ledger, context.profile.pouches)
    sessions.open_session(context, context.profile.templates[0], host)

    assert check_in(context).numbers == (2,)
    assert occupancy.read_shelf(context).pouches == 4


@pytest.mark.parametrize("act", ["all_back", "phone_back", "stow_back", "left_behind", "phone_lost", "stow_lost"])
def test_each_act_changes_one_number_alone(
    context: KioskContext, host: HostSession, session: UUID, act: ClearingAct
) -> None:
    check_in(context, 2)
    sessions.close_session(context, session, host)
    other = item_of(context, 2)

    left = closeout.clear(context, Clearing(item_of(context, 1), act), host)

    assert left.to_clear[-1] == other
    assert (len(left.to_clear), left.lost) == (1 if act == "all_back" else 2, ())


def test_a_phone_left_behind_has_its_note_until_it_is_handed_back(
    context: KioskContext, host: HostSession, session: UUID
) -> None:
    check_in(context)
    sessions.close_session(context, session, host)

    closeout.clear(context, Clearing(item_of(context, 1), "left_behind", "in_safe"), host)
    assert item_of(context, 1).note == "in_safe"
    closeout.clear(context, Clearing(item_of(context, 1), "stow_back"), host)
    assert (item_of(context, 1).note, closeout.acts(item_of(context, 1))[0]) == ("in_safe", "phone_back")

    closeout.clear(context, Clearing(item_of(context, 1), "left_behind", "sent_to_owner"), host)
    assert closeout.read_items(context).to_clear == ()
    assert closeout.read_figures(context).is_clear


def test_what_is_lost_is_listed_until_it_is_found(context: KioskContext, host: HostSession, session: UUID) -> None:
    check_in(context)
    sessions.close_session(context, session, host)

    closeout.clear(context, Clearing(item_of(context, 1), "phone_lost"), host)
    closeout.clear(context, Clearing(item_of(context, 1), "stow_lost"), host)
    assert [item.number for item in closeout.read_items(context, session).lost] == [1]
    assert closeout.read_figures(context).is_clear, "what is lost is not waited for"

    closeout.clear(context, Clearing(item_of(context, 1), "phone_found"), host)
    assert item_of(context, 1).has_phone_here
    closeout.clear(context, Clearing(item_of(context, 1), "phone_back"), host)
    left = closeout.clear(context, Clearing(item_of(context, 1), "stow_found"), host)

    assert (left.to_clear, left.lost) == ((), ())
    sessions.open_session(context, context.profile.templates[0], host)
    assert check_in(context).numbers == (1,)


def test_a_lost_phone_in_a_pouch_that_is_back_can_be_found_later(
    context: KioskContext, host: HostSession, session: UUID, clock: ManualClock
) -> None:
    check_in(context)
    sessions.close_session(context, session, host)
    closeout.clear(context, Clearing(item_of(context, 1), "phone_lost"), host)
    closeout.clear(context, Clearing(item_of(context, 1), "stow_back"), host)
    clock.move(minutes=60 * 24 * 3)

    assert [item.number for item in closeout.read_items(context).lost] == [1]
    closeout.clear(context, Clearing(item_of(context, 1), "phone_found"), host)

    assert states(context) == [(1, True, False)]


def test_a_found_phone_does_not_hide_the_party_that_has_its_pouch_now(
    context: KioskContext, host: HostSession, session: UUID
) -> None:
    check_in(context)
    sessions.close_session(context, session, host)
    closeout.clear(context, Clearing(item_of(context, 1), "phone_lost"), host)
    closeout.clear(context, Clearing(item_of(context, 1), "stow_back"), host)
    sessions.open_session(context, context.profile.templates[0], host)
    party = check_in(context)
    closeout.clear(context, Clearing(item_of(context, 1), "phone_found"), host)
    assert party.numbers == (1,)

    left = visits.check_out(context, CodeAndNumber(1, host=host))

    assert isinstance(left, CheckedOut) and left.visit == party.visit
    assert check_in(context).numbers == (2,), "a phone from pouch 1 is still here"


def test_an_item_that_has_changed_meanwhile_is_not_cleared(
    context: KioskContext, host: HostSession, session: UUID
) -> None:
    owner = check_in(context)
    sessions.close_session(context, session, host)
    shown = item_of(context, 1)
    visits.check_out(context, owner.code)
    before = context.ledger.waiting().last

    assert closeout.clear(context, Clearing(shown, "phone_lost"), host).to_clear == ()

    assert context.ledger.waiting().last == before


def test_phones_without_a_pouch_are_cleared_together(context: KioskContext, host: HostSession, session: UUID) -> None:
    check_in(context, 2, stow="none")
    sessions.close_session(context, session, host)
    item = item_of(context, None)
    assert (item.phones, closeout.acts(item)) == (2, ("phone_back", "left_behind", "phone_lost"))

    assert closeout.clear(context, Clearing(item, "phone_back"), host).to_clear == ()


def test_the_end_of_a_close_out_notes_what_is_left_open(
    context: KioskContext, host: HostSession, session: UUID
) -> None:
    check_in(context)
    check_in(context)
    check_in(context, stow="none")
    sessions.close_session(context, session, host)
    closeout.clear(context, Clearing(item_of(context, 1), "phone_back"), host)

    assert closeout.finish(context, session, host) == CloseoutFigures(2, (1, 2), ())
    assert notes(context, session) == [
        CloseoutNoted("phones", "left_open", (2,)),
        CloseoutNoted("pouches", "left_open", (1, 2)),
        CloseoutNoted("phone_without_number", "left_open"),
    ]


def test_the_end_of_a_close_out_with_nothing_open(context: KioskContext, host: HostSession, session: UUID) -> None:
    sessions.close_session(context, session, host)

    assert closeout.finish(context, session, host).is_clear
    assert notes(context, session) == [CloseoutNoted("everything", "cleared")]


def test_more_numbers_than_one_fact_holds_are_noted(context: KioskContext, host: HostSession, session: UUID) -> None:
    context.allocation.set_counts(150)
    context.profile = replace(context.profile, pouches=150, templates=())
    for _ in range(5):
        check_in_many(context, session, 24)
    sessions.close_session(context, session, host)

    closeout.finish(context, session, host)

    assert sorted(len(note.numbers) for note in notes(context, session)) == [21, 21, 99, 99]


def check_in_many(context: KioskContext, session: UUID, phones: int) -> None:
    from sync.domain.events import SessionAmended

    context.ledger.record((session, SessionAmended(capacity=None)))
    check_in(context, phones)


class TestLateOwner:
    """A visitor who comes for the phone after the session has been closed."""

    def close(self, context: KioskContext, host: HostSession, session: UUID, clock: ManualClock) -> CheckedIn:
        owner = check_in(context)
        clock.move(minutes=100)
        sessions.close_session(context, session, host)
        return owner

    def test_within_an_hour_the_check_out_counts(
        self, context: KioskContext, host: HostSession, session: UUID, clock: ManualClock
    ) -> None:
        owner = self.close(context, host, session, clock)
        clock.move(minutes=59)

        left = visits.check_out(context, owner.code)

        assert isinstance(left, CheckedOut)
        assert (left.numbers, left.phones, left.late, left.asks_after) == ((1,), 1, False, True)
        assert left.phone_free == timedelta(minutes=159)
        assert closeout.read_items(context).to_clear == ()

    @pytest.mark.parametrize("way", ["code", "slip", "number"])
    def test_later_the_phone_is_only_handed_back(
        self, context: KioskContext, host: HostSession, session: UUID, clock: ManualClock, way: str
    ) -> None:
        owner = self.close(context, host, session, clock)
        clock.move(minutes=10 * 60)

        if way == "slip":
            left = visits.process_slip(context, Slip((owner.slip,)))
        else:
            left = visits.check_out(context, owner.code if way == "code" else CodeAndNumber(1, host=host))

        assert left == CheckedOut(owner.visit, (1,), 1, timedelta(), asks_after=False, late=True)
        visit = context.ledger.visit(owner.visit)
        assert visit and visit.phone_free == 100 * 60_000, "not of a night"
        assert closeout.read_items(context).to_clear == ()
        assert visits.check_out(context, owner.code) == NoSuchCode()

    def test_a_phone_that_was_handed_back_leaves_the_pouch_to_return(
        self, context: KioskContext, host: HostSession, session: UUID, clock: ManualClock
    ) -> None:
        owner = self.close(context, host, session, clock)
        closeout.clear(context, Clearing(item_of(context, 1), "phone_back"), host)
        clock.move(minutes=10 * 60)

        assert visits.check_out(context, owner.code) == CheckedOut(
            owner.visit, (1,), 0, timedelta(), asks_after=False, late=True
        )

    def test_a_break_can_neither_begin_nor_end(
        self, context: KioskContext, host: HostSession, session: UUID, clock: ManualClock
    ) -> None:
        away = check_in(context)
        visits.toggle_break(context, away.code)
        owner = self.close(context, host, session, clock)
        before = context.ledger.waiting().last

        assert visits.toggle_break(context, owner.code) == VisitOver(1)
        assert visits.toggle_break(context, away.code) == VisitOver(0)

        assert context.ledger.waiting().last == before

    def test_the_closed_door_shows_that_something_is_still_here(
        self, context: KioskContext, host: HostSession, session: UUID, clock: ManualClock
    ) -> None:
        owner = self.close(context, host, session, clock)
        assert occupancy.read_door(context).has_left_behind

        visits.check_out(context, owner.code)

        assert not occupancy.read_door(context).has_left_behind

    def test_the_code_of_somebody_who_has_left_phones_is_promised_to_nobody_else(
        self, context: KioskContext, host: HostSession, session: UUID, clock: ManualClock
    ) -> None:
        owner = self.close(context, host, session, clock)
        sessions.open_session(context, context.profile.templates[0], host)

        assert owner.code not in {check_in(context, 0).code for _ in range(5)}
