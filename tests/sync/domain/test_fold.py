"""Folding the facts of visits and sessions."""

from itertools import permutations
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from sync.domain import events
from sync.domain.clock import Moment
from sync.domain.events import Event
from sync.domain.fold import Fact, breaks_until, fold_session, fold_slots, fold_visit
from sync.domain.session import Closing
from sync.domain.stow_returns import SlotState
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


@pytest.mark.parametrize(("moves", "minutes"), [(0, 0), (1, 40), (2, 15), (3, 20)])
def test_breaks_until_now_include_the_one_that_goes_on(moves: int, minutes: int) -> None:
    breaks = [fact(20, events.PhoneTaken()), fact(35, events.PhoneReturned()), fact(55, events.PhoneTaken())]

    away = breaks_until([fact(0, ARRIVED), *breaks[:moves]], Moment(60 * MINUTE, BOOT, 60 * MINUTE, estimated=False))

    assert away == minutes * MINUTE


def test_breaks_until_now_include_those_before_a_part_left() -> None:
    arrived = events.Arrival(0, events.Stamp(BOOT, 0, True), away=5 * MINUTE)
    part = replace(ARRIVED, split_from=uuid4(), arrived=arrived)

    assert breaks_until([fact(30, part)], Moment(60 * MINUTE, BOOT, 60 * MINUTE, estimated=False)) == 5 * MINUTE


def test_a_visit_on_a_break_is_still_in_the_session() -> None:
    state = visit(fact(0, ARRIVED), fact(20, events.PhoneTaken()))

    assert state.is_in and state.on_break
    assert state.phones_here == 0


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

    state = fold_visit(VISIT, facts, {SESSION: Closing(60 * MINUTE, closeout=False)})

    assert (state.checked_out, state.stay, state.phone_free) == (60 * MINUTE, 60 * MINUTE, 50 * MINUTE)
    assert state.estimated and not state.is_in


def test_a_check_out_takes_precedence_over_the_closing() -> None:
    facts = [fact(0, ARRIVED), fact(75, events.VisitCheckedOut())]

    state = fold_visit(VISIT, facts, {SESSION: Closing(60 * MINUTE, closeout=False)})

    assert (state.checked_out, state.estimated) == (75 * MINUTE, False)


def test_a_visit_that_began_elsewhere_after_the_closing_is_still_in() -> None:
    assert fold_visit(VISIT, [fact(70, ARRIVED)], {SESSION: Closing(60 * MINUTE, closeout=False)}).is_in


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


def test_a_title_has_no_spaces_around_it_nor_two_in_a_row() -> None:
    planned = events.SessionOpened(zone="z", title=" Quiet \n evening ", session_kind="event")

    assert fold_session(SESSION, [fact(0, planned)]).title == "Quiet evening"
    assert fold_session(SESSION, [fact(0, planned), fact(1, events.SessionAmended(title="Late  "))]).title == "Late"


def test_people_who_were_turned_away_add_up_without_those_that_were_undone() -> None:
    mistaken = fact(20, events.SessionTurnedAway(99))
    noted = [fact(10, events.SessionTurnedAway(2)), mistaken, fact(150, events.SessionTurnedAway(3))]
    facts = [*noted, fact(21, events.ActUndone((mistaken.id,))), noted[0]]

    assert fold_session(SESSION, facts).turned_away == 5, "each once, also after the closing"


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


def test_a_timetable_that_had_not_learnt_of_an_extension_closes_nothing() -> None:
    """One kiosk extends the session, another one that can't hear of it closes it at its former end."""
    opened = events.SessionOpened(zone="z", title="Evening", session_kind="event", planned_end=60 * MINUTE)
    by_itself = events.SessionClosed(reason="timetable")
    extended = fact(50, events.SessionExtended(planned_end=90 * MINUTE))
    late, open_end = fact(95, by_itself), fact(55, events.SessionAmended(planned_end=None))

    assert fold_session(SESSION, [fact(0, opened), fact(60, by_itself)]).closed == 60 * MINUTE
    assert fold_session(SESSION, [fact(0, opened), fact(60, by_itself), extended]).is_open
    assert fold_session(SESSION, [late, extended, fact(60, by_itself), fact(0, opened)]).closed == 95 * MINUTE
    assert fold_session(SESSION, [fact(0, opened), fact(60, by_itself), open_end]).is_open
    by_host = fact(70, events.SessionClosed())
    assert fold_session(SESSION, [fact(0, opened), extended, by_host]).closed == 70 * MINUTE


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


def test_a_check_out_that_was_seen_replaces_an_estimate_until_an_hour_after_the_end() -> None:
    estimate = fact(60, events.VisitCheckedOut(how="host", estimated=True, closeout=True))
    closings = {SESSION: Closing(60 * MINUTE, closeout=True)}

    in_time = fold_visit(VISIT, [fact(0, ARRIVED), estimate, fact(120, events.VisitCheckedOut())], closings)
    late = fold_visit(VISIT, [fact(0, ARRIVED), estimate, fact(121, events.VisitCheckedOut())], closings)

    assert (in_time.stay, in_time.estimated) == (120 * MINUTE, False)
    assert (late.stay, late.estimated) == (60 * MINUTE, True)
    assert (late.phones_back, late.held, late.outstanding) == (2, (), False), "it only hands back"


def test_a_late_check_out_of_a_party_that_nobody_checked_out_only_hands_back() -> None:
    closings = {SESSION: Closing(60 * MINUTE, closeout=True)}

    late = fold_visit(VISIT, [fact(0, ARRIVED), fact(900, events.VisitCheckedOut())], closings)

    assert (late.stay, late.estimated, late.phones_back) == (60 * MINUTE, True, 2)


def test_a_wall_clock_that_jumps_makes_no_check_out_late() -> None:
    closings = {SESSION: Closing(60 * MINUTE, closeout=True)}

    state = fold_visit(VISIT, [fact(0, ARRIVED), jumped(50, TEN_YEARS, events.VisitCheckedOut())], closings)

    assert (state.stay, state.estimated) == (50 * MINUTE, False)


def test_an_estimate_states_its_own_time() -> None:
    night = events.VisitCheckedOut(how="night", estimated=True, left_at=90 * MINUTE, closeout=True)

    state = visit(fact(0, ARRIVED), fact(63 * 60, night))

    assert (state.stay, state.estimated) == (90 * MINUTE, True)


def test_a_closing_that_was_seen_beats_an_earlier_estimate() -> None:
    opened = events.SessionOpened(zone="z", title="Quiet evening", session_kind="event")
    night = events.SessionClosed("night", estimated=True, ended_at=80 * MINUTE, closeout=True)

    assert fold_session(SESSION, [fact(0, opened), fact(600, night)]).closed == 80 * MINUTE
    both = fold_session(SESSION, [fact(0, opened), fact(600, night), fact(95, events.SessionClosed("host"), tick=700)])
    assert (both.closed, both.estimated, both.closeout) == (95 * MINUTE, False, True)


CLOSED_UNSEEN = [fact(0, ARRIVED), fact(60, events.VisitCheckedOut(how="host", estimated=True, closeout=True))]


def test_a_number_is_held_until_its_phone_and_its_pouch_are_cleared() -> None:
    state = visit(*CLOSED_UNSEEN)
    assert (state.held, state.phones_here, state.outstanding) == ((14, 15), 2, True)

    handed = fact(61, events.PhoneCleared("handed_back", (14,)))
    assert visit(*CLOSED_UNSEEN, handed).held == (14, 15), "its pouch is not back"

    back = fact(62, events.StowCleared("pouch", (14,)))
    assert (state := visit(*CLOSED_UNSEEN, handed, back)).held == (15,)
    assert (state.phones_back, state.phones_here) == (1, 1)
    assert visit(*CLOSED_UNSEEN, back).held == (14, 15), "its phone is not back"


def test_what_earlier_releases_closed_holds_no_numbers() -> None:
    old = visit(fact(0, ARRIVED), fact(60, events.VisitCheckedOut(how="host", estimated=True)))
    unseen = fold_visit(VISIT, [fact(0, ARRIVED)], {SESSION: Closing(60 * MINUTE, closeout=False)})
    new = fold_visit(VISIT, [fact(0, ARRIVED)], {SESSION: Closing(60 * MINUTE, closeout=True)})

    assert (old.held, old.phones_back, old.outstanding) == ((), 2, False)
    assert (unseen.held, unseen.outstanding) == ((), False)
    assert (new.held, new.outstanding) == ((14, 15), True)


def test_a_lost_phone_stays_lost_when_its_owner_leaves_and_may_be_found() -> None:
    lost = fact(61, events.PhoneCleared("lost", (14,)))
    left = fact(70, events.VisitCheckedOut())

    state = visit(*CLOSED_UNSEEN, lost, left)
    assert (state.phones_lost, state.phones_back, state.phones_here, state.held) == (1, 1, 0, ())

    found = visit(*CLOSED_UNSEEN, lost, left, fact(80, events.PhoneCleared("found", (14,))))
    assert (found.phones_lost, found.phones_here, found.held, found.outstanding) == (0, 1, (14,), True)


def test_two_hosts_who_do_not_know_of_each_other_leave_a_lost_phone_lost() -> None:
    lost = events.PhoneCleared("lost", (14,))
    left_behind = events.PhoneCleared("left_behind", (14,), note="at_counter")
    in_either_order = [
        visit(*CLOSED_UNSEEN, fact(61, first), fact(62, second))
        for first, second in ((lost, left_behind), (left_behind, lost))
    ]

    assert [(state.phones_lost, state.phones_here) for state in in_either_order] == [(1, 1), (1, 1)]


@pytest.mark.parametrize("outcome", ["left_behind", "lost", "found"])
def test_a_phone_that_was_handed_back_stays_with_its_owner(outcome: str) -> None:
    """A kiosk that has not learnt of it may state otherwise, at any tick."""
    stale = fact(80, events.PhoneCleared(outcome, (14,)))  # type: ignore[arg-type]

    by_host = visit(*CLOSED_UNSEEN, fact(61, events.PhoneCleared("handed_back", (14,))), stale)
    by_owner = visit(*CLOSED_UNSEEN, fact(70, events.VisitCheckedOut()), stale)

    assert (by_host.phones_back, by_host.phones_here) == (1, 1)
    assert (by_owner.phones_back, by_owner.held, by_owner.outstanding) == (2, (), False)


def test_each_number_says_where_its_phone_and_its_pouch_are() -> None:
    facts = [
        *CLOSED_UNSEEN,
        fact(61, events.PhoneCleared("left_behind", (14,), note="in_safe")),
        fact(62, events.StowCleared("pouch", (14,))),
        fact(63, events.PhoneCleared("lost", (15,))),
    ]

    assert fold_slots(VISIT, facts) == (
        SlotState(14, 1, "here", "back", "in_safe"),
        SlotState(15, 1, "lost", "out"),
    )


def test_phones_without_a_pouch_have_a_slot_of_their_own() -> None:
    check_in = events.VisitCheckedIn(session=SESSION, party_size=5, phones=5, stow="locker", numbers=(7,))

    assert fold_slots(VISIT, [fact(0, check_in), fact(9, events.PhoneTaken(early=True))]) == (
        SlotState(7, 4, "back", "out"),
        SlotState(None, 1, "back", "back"),
    )


def test_a_party_on_a_break_when_its_session_closed_has_its_phones_but_not_its_pouches_back() -> None:
    state = visit(CLOSED_UNSEEN[0], fact(30, events.PhoneTaken()), CLOSED_UNSEEN[1])

    assert (state.phones_here, state.phones_back, state.held) == (0, 2, (14, 15))


def test_a_break_that_another_kiosk_began_or_ended_after_the_closing_moves_the_phones() -> None:
    taken, returned = fact(61, events.PhoneTaken()), fact(70, events.PhoneReturned())

    assert visit(*CLOSED_UNSEEN, taken).phones_here == 0
    assert visit(*CLOSED_UNSEEN, taken, returned).phones_here == 2
    away = visit(CLOSED_UNSEEN[0], fact(30, events.PhoneTaken()), CLOSED_UNSEEN[1])
    back = visit(CLOSED_UNSEEN[0], fact(30, events.PhoneTaken()), CLOSED_UNSEEN[1], returned)
    assert (away.phones_here, back.phones_here) == (0, 2)
    assert away.phone_free == back.phone_free == 30 * MINUTE


def test_a_locker_holds_four_phones() -> None:
    party = events.VisitCheckedIn(session=SESSION, party_size=6, phones=6, stow="locker", numbers=(1, 2))
    closed = fact(60, events.VisitCheckedOut(how="host", estimated=True, closeout=True))

    state = visit(fact(0, party), closed, fact(61, events.PhoneCleared("handed_back", (1,))))

    assert (state.phones_back, state.phones_here) == (4, 2)


def test_a_part_of_a_party_that_leaves_takes_people_phones_and_numbers_with_it() -> None:
    part, clock = uuid4(), events.Stamp(BOOT, 0, sure=True)
    arrived = events.Arrival(0, clock, away=5 * MINUTE)
    check_in = replace(ARRIVED, party_size=1, phones=1, kept=0, numbers=(15,), split_from=VISIT, arrived=arrived)

    rest = visit(fact(0, ARRIVED), fact(40, events.VisitSplit(part, 1, phones=1, numbers=(15,))))
    gone = fold_visit(part, [fact(40, check_in), fact(41, events.VisitCheckedOut(how="host"))])

    assert (rest.party_size, rest.phones, rest.kept, rest.numbers, rest.is_in) == (2, 1, 1, (14,), True)
    assert (gone.checked_in, gone.stay, gone.phone_free) == (0, 41 * MINUTE, 36 * MINUTE)
    assert (gone.split_from, gone.phones_back, gone.outstanding) == (VISIT, 1, False)


def test_an_undone_act_never_happened() -> None:
    left = fact(30, events.VisitCheckedOut())
    undone = fact(31, events.ActUndone((left.id,)))

    assert visit(fact(0, ARRIVED), left, undone) == visit(fact(0, ARRIVED))
    assert visit(undone, left, fact(0, ARRIVED)).is_in


def test_a_statement_of_the_server_cannot_be_undone() -> None:
    planned = fact(0, events.SessionPlanned("z", "Plan", "club", 0, 100))

    assert fold_session(SESSION, [planned, fact(1, events.ActUndone((planned.id,)))]).title == "Plan"


def test_a_void_visit_holds_nothing_but_what_is_lost() -> None:
    lost = fact(2, events.StowLost("pouch", (14,)))
    state = visit(fact(0, ARRIVED), lost, fact(5, events.VisitVoided()))

    assert (state.held, state.phones_here, state.phones_back, state.outstanding) == ((14,), 0, 0, True)


@pytest.mark.parametrize("is_practice", [True, False])
def test_the_first_opening_alone_says_whether_a_session_is_practice(is_practice: bool) -> None:
    opening = events.SessionOpened("hall", "Try it", "event", practice=True)
    opening = opening if is_practice else replace(opening, practice=UNSET)
    other = UNSET if is_practice else True
    planned = events.SessionPlanned("hall", "Try it", "event", 0, MINUTE, practice=other)
    facts = [fact(1, opening), fact(2, planned), fact(3, replace(opening, practice=other))]
    facts += [fact(4, events.SessionAmended(title="Tried"))]

    assert {fold_session(SESSION, order).practice for order in permutations(facts)} == {is_practice}
    assert fold_session(SESSION, facts[1:2]).practice is not is_practice
