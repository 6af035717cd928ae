"""Folding the facts of visits and sessions."""

from itertools import permutations
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.domain import events
from sync.domain.clock import Moment
from sync.domain.events import Event
from sync.domain.fold import Fact, fold_session, fold_visit
from sync.domain.visit import Visit

VISIT, SESSION, JOURNAL, BOOT = (uuid4() for _ in range(4))
MINUTE = 60_000
ARRIVED = events.VisitCheckedIn(session=SESSION, party_size=3, phones=2, kept=1, stow="pouch", numbers=(14, 15))


def fact(minute: int, event: Event, tick: int | None = None, estimated: bool = False) -> Fact:
    tick = minute if tick is None else tick
    return Fact(
        uuid5(JOURNAL, f"{tick} {event}"),
        tick,
        JOURNAL,
        Moment(minute * MINUTE, BOOT, minute * MINUTE, estimated),
        event,
    )


def visit(*facts: Fact) -> Visit:
    return fold_visit(VISIT, facts)


def test_a_visit_is_its_stay_and_its_people() -> None:
    state = visit(fact(10, ARRIVED), fact(112, events.VisitCheckedOut()))

    assert (state.party_size, state.phones, state.kept, state.numbers) == (3, 2, 1, (14, 15))
    assert state.stay == state.phone_free == 102 * MINUTE
    assert state.phone_free_people_ms == (3 - 1) * 102 * MINUTE
    assert not state.is_in and not state.estimated


def test_breaks_are_not_phone_free() -> None:
    state = visit(
        fact(0, ARRIVED),
        fact(20, events.PhoneTaken()),
        fact(35, events.PhoneReturned()),
        fact(60, events.VisitCheckedOut()),
    )

    assert state.stay == 60 * MINUTE
    assert state.phone_free == 45 * MINUTE


def test_someone_who_is_out_is_still_in_the_session() -> None:
    state = visit(fact(0, ARRIVED), fact(20, events.PhoneTaken()))

    assert state.is_in and state.on_break
    assert state.phones_at_rest == 0


def test_phone_free_time_ends_at_an_early_taking() -> None:
    state = visit(fact(0, ARRIVED), fact(30, events.PhoneTaken(early=True)), fact(90, events.VisitCheckedOut()))

    assert (state.stay, state.phone_free) == (90 * MINUTE, 30 * MINUTE)
    assert state.taken_early


def test_leaving_from_a_break_ends_phone_free_time_at_the_break() -> None:
    state = visit(fact(0, ARRIVED), fact(30, events.PhoneTaken()), fact(40, events.VisitCheckedOut()))

    assert state.phone_free == 30 * MINUTE
    assert not state.on_break


def test_a_check_out_waits_for_its_check_in() -> None:
    early = visit(fact(90, events.VisitCheckedOut()))

    assert early.checked_in is None and early.checked_out == 90 * MINUTE and early.stay is None
    assert not early.is_in


def test_of_two_check_outs_the_earlier_time_counts() -> None:
    state = visit(
        fact(0, ARRIVED), fact(80, events.VisitCheckedOut(), tick=5), fact(50, events.VisitCheckedOut(), tick=9)
    )

    assert state.checked_out == 50 * MINUTE


def test_a_void_wins_whatever_comes_after_it() -> None:
    state = visit(
        fact(0, ARRIVED), fact(5, events.VisitVoided(reason="mistake")), fact(9, events.VisitAmended(party_size=4))
    )

    assert state.voided and not state.is_in


def test_amendments_apply_in_the_order_they_were_made() -> None:
    state = visit(
        fact(0, ARRIVED), fact(9, events.VisitAmended(party_size=5)), fact(4, events.VisitAmended(party_size=2, kept=0))
    )

    assert (state.party_size, state.kept) == (5, 0)


def test_a_guess_makes_the_visit_an_estimate() -> None:
    assert visit(fact(0, ARRIVED), fact(60, events.VisitCheckedOut(how="host", estimated=True))).estimated
    assert visit(fact(0, ARRIVED, estimated=True)).estimated


def test_a_visit_without_a_check_out_ends_with_the_session_as_an_estimate() -> None:
    facts = [fact(0, ARRIVED), fact(10, events.PhoneTaken()), fact(20, events.PhoneReturned())]

    state = fold_visit(VISIT, facts, {SESSION: 60 * MINUTE})

    assert (state.checked_out, state.stay, state.phone_free) == (60 * MINUTE, 60 * MINUTE, 50 * MINUTE)
    assert state.estimated and not state.is_in


def test_a_check_out_takes_precedence_over_the_closing() -> None:
    facts = [fact(0, ARRIVED), fact(75, events.VisitCheckedOut())]

    state = fold_visit(VISIT, facts, {SESSION: 60 * MINUTE})

    assert (state.checked_out, state.estimated) == (75 * MINUTE, False)


def test_a_visit_that_began_elsewhere_after_the_closing_is_still_in() -> None:
    assert fold_visit(VISIT, [fact(70, ARRIVED)], {SESSION: 60 * MINUTE}).is_in


TEN_YEARS = 10 * 365 * 24 * 60  # minutes


def jumped(minute: int, by: int, event: Event) -> Fact:
    """A fact of the same boot, written by a wall clock that had been set to another time."""
    plain = fact(minute, event)
    return replace(plain, when=replace(plain.when, at=plain.when.at + by * MINUTE))


@pytest.mark.parametrize("by", [TEN_YEARS, -TEN_YEARS])
def test_a_clock_that_jumps_changes_neither_stay_nor_break(by: int) -> None:
    state = visit(
        fact(0, ARRIVED),
        fact(20, events.PhoneTaken()),
        jumped(35, by, events.PhoneReturned()),
        jumped(60, by, events.VisitCheckedOut()),
    )

    assert (state.stay, state.phone_free) == (60 * MINUTE, 45 * MINUTE)


def test_of_two_check_outs_the_earlier_counts_whatever_the_wall_clock_says() -> None:
    state = visit(fact(0, ARRIVED), jumped(50, TEN_YEARS, events.VisitCheckedOut()), fact(80, events.VisitCheckedOut()))

    assert state.stay == 50 * MINUTE


def test_a_break_may_end_at_a_kiosk_that_has_not_learnt_of_it() -> None:
    state = visit(
        fact(0, ARRIVED, tick=1000),
        fact(10, events.PhoneTaken(), tick=1001),
        elsewhere(fact(20, events.PhoneReturned(), tick=1)),
        fact(60, events.VisitCheckedOut(), tick=1002),
    )

    assert state.phone_free == 50 * MINUTE


def test_a_stay_between_an_unset_clock_and_a_set_one_has_no_length() -> None:
    unset = elsewhere(fact(0, ARRIVED, estimated=True))

    state = visit(unset, fact(60, events.VisitCheckedOut()))

    assert (state.stay, state.phone_free, state.estimated) == (None, None, True)
    assert state.phone_free_people_ms == 0


def elsewhere(fact: Fact) -> Fact:
    return replace(fact, when=replace(fact.when, boot=uuid4()))


def test_lost_pouches_can_be_found() -> None:
    lost = fact(1, events.StowLost(stow="pouch", numbers=(3, 4)))

    assert visit(lost).lost == (3, 4)
    assert visit(lost, fact(2, events.StowFound(stow="pouch", numbers=(3,)))).lost == (4,)


def test_a_session_closes_at_its_earlier_end_and_keeps_its_last_plan() -> None:
    opened = events.SessionOpened(zone="z", title="Quiet evening", session_kind="event", capacity=30, planned_end=100)
    state = fold_session(
        SESSION,
        [
            fact(0, opened),
            fact(30, events.SessionExtended(planned_end=200)),
            fact(90, events.SessionClosed(reason="host")),
            fact(70, events.SessionClosed(reason="timetable"), tick=99),
        ],
    )

    assert (state.title, state.capacity, state.planned_end) == ("Quiet evening", 30, 200)
    assert state.closed == 70 * MINUTE and not state.is_open


DAY = [
    fact(0, ARRIVED),
    fact(10, events.PhoneTaken()),
    fact(20, events.PhoneReturned()),
    fact(30, events.VisitAmended(party_size=4)),
    fact(40, events.VisitCheckedOut()),
]


@pytest.mark.parametrize("arrival", list(permutations(range(len(DAY))))[::7])
def test_every_order_of_arrival_gives_the_same_row(arrival: tuple[int, ...]) -> None:
    assert visit(*(DAY[i] for i in arrival)) == visit(*DAY)


@given(st.lists(st.sampled_from(DAY), min_size=5).filter(lambda facts: len(set(facts)) == len(DAY)))
def test_repeated_facts_change_nothing(facts: list[Fact]) -> None:
    assert visit(*facts) == visit(*DAY)


def test_a_fact_copied_into_a_later_journal_counts_once_and_belongs_to_its_first() -> None:
    first = fact(0, ARRIVED)
    carried = Fact(first.id, first.tick, UUID(int=JOURNAL.int ^ 1 | 2**127), first.when, first.event)

    assert visit(first, carried).journal == min(JOURNAL, carried.journal)
